package eval

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/internal/simchain"
	"clew/launder"
)

// A SwapRow counts how swaps of one kind are seen through.
type SwapRow struct {
	Data    string `json:"data"`
	Made    string `json:"made"`    // the venue, or what is no swap
	Swap    bool   `json:"swap"`    // there is one in each case
	Cases   uint64 `json:"cases"`   // a payer in a transaction
	Found   uint64 `json:"found"`   // a swap that can be crossed is found
	Right   uint64 `json:"right"`   // and is what was made: payer, recipient, assets, transfers on both sides
	Unsaid  uint64 `json:"unsaid"`  // of those found wrongly: into a token of which nobody says anything, where a trace does not follow
	Refused uint64 `json:"refused"` // it looks like one, and is not crossed

	Why []WhyCount `json:"why"` // of those refused
}

// A WhyCount says how often something was refused for a reason.
type WhyCount struct {
	Why   string `json:"why"`
	Count uint64 `json:"count"`
}

// A SwapTable is what was measured of swaps.
type SwapTable struct {
	Seed      uint64    `json:"seed"`
	Transfers int       `json:"transfers"`
	Rows      []SwapRow `json:"rows"`
}

// Missed returns how many swaps look like nothing at all.
func (r *SwapRow) Missed() uint64 {
	if !r.Swap {
		return 0
	}
	return r.Cases - r.Found - r.Refused
}

// Words lists why swaps were refused.
func (r *SwapRow) Words() string {
	var words []string
	for _, w := range r.Why {
		words = append(words, w.Why+": "+decimal(w.Count))
	}
	slices.Sort(words)
	return strings.Join(words, "; ")
}

const laundryWorld = "world of launderings"

// seedsOfThefts is how many worlds swaps and thefts are measured on: of the seed that is
// asked for and of those that follow it.
const seedsOfThefts = 3

// laundries makes the worlds on which swaps and thefts are measured, one after the
// other.
func laundries(ctx context.Context, seed uint64, transfers int, doing func(string), measure func(*simchain.World) error) error {
	for i := range uint64(seedsOfThefts) {
		doing(fmt.Sprintf("%s, seed %d", laundryWorld, seed+i))
		w, err := simchain.Laundry(simchain.Plan{Seed: seed + i, Transfers: transfers})
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = measure(w)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Swaps measures how swaps are seen through on synthetic worlds, of each venue, and
// what else is taken for one.
func Swaps(ctx context.Context, seed uint64, transfers int, doing func(world string)) (*SwapTable, error) {
	t := &SwapTable{Seed: seed, Transfers: transfers}
	err := laundries(ctx, seed, transfers, doing, func(w *simchain.World) error { return t.measure(ctx, w) })
	t.sort()
	return t, err
}

// measure adds what is seen of a world's swaps.
func (t *SwapTable) measure(ctx context.Context, w *simchain.World) error {
	m := swapMeasure{world: w, table: t, made: map[clew.TxID][]*simchain.Swapped{}}
	for i := range w.Swaps {
		m.made[w.Swaps[i].Tx] = append(m.made[w.Swaps[i].Tx], &w.Swaps[i])
	}
	for i := range w.Ledgers {
		if w.Ledgers[i].Chain.IsBitcoin() {
			continue
		}
		for j := range w.Ledgers[i].Blocks {
			if err := ctx.Err(); err != nil {
				return err
			}
			m.block(w.Ledgers[i].Blocks[j].Transfers)
		}
	}
	return nil
}

// A swapMeasure looks at each payer in each transaction.
type swapMeasure struct {
	world *simchain.World
	table *SwapTable
	made  map[clew.TxID][]*simchain.Swapped
}

func (m *swapMeasure) block(transfers []clew.Transfer) {
	byTx := map[clew.TxID][]clew.Transfer{}
	var order []clew.TxID
	for i := range transfers {
		id := transfers[i].Tx
		if id.IsZero() {
			continue
		}
		if byTx[id] == nil {
			order = append(order, id)
		}
		byTx[id] = append(byTx[id], transfers[i])
	}
	for _, id := range order {
		for _, payer := range m.payers(byTx[id]) {
			m.note(byTx[id], payer)
		}
	}
}

// payers are those that somebody holds a key of, but for makers: theirs is the
// other side of a swap that is counted.
func (m *swapMeasure) payers(tx []clew.Transfer) (list []clew.Address) {
	for i := range tx {
		a := tx[i].From[0].Address
		place, known := m.world.Addresses[a]
		if known && tx[i].Pos.Class < clew.Fee && !place.Contract && m.world.Actors[place.Actor].Role != simchain.Maker && !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list
}

const plainPays = "transactions that swap nothing"

func (m *swapMeasure) note(tx []clew.Transfer, payer clew.Address) {
	found := launder.FindSwap(tx, payer)
	truth := m.truth(tx[0].Tx, payer)
	made := string(m.world.NoSwaps[tx[0].Tx])
	switch {
	case truth != nil:
		made = string(truth.Venue)
	case made == "":
		made = plainPays
	}
	r := m.table.row("synthetic "+laundryWorld, made, truth != nil)
	r.Cases++
	switch {
	case found == nil:
	case found.Refused != launder.NoRefusal:
		r.refuse(string(found.Refused))
	default:
		r.Found++
		right := truth != nil && isSwap(found, truth)
		r.Right += count(right)
		r.Unsaid += count(!right && m.unsaid(found.Got))
	}
}

// unsaid reports of a token that its contract is of nobody who issues what others
// trade.
func (m *swapMeasure) unsaid(a clew.Asset) bool {
	return !a.IsNative() && !slices.ContainsFunc(m.world.Swaps, func(s simchain.Swapped) bool { return slices.Contains(s.Paid, a) || slices.Contains(s.Got, a) })
}

func (m *swapMeasure) truth(id clew.TxID, payer clew.Address) *simchain.Swapped {
	for _, s := range m.made[id] {
		if s.Payer == payer {
			return s
		}
	}
	return nil
}

// isSwap reports whether what was found is what was made. Beside the recipient
// there may be one to whom a share goes as a fee or tax.
func isSwap(s *launder.Swap, truth *simchain.Swapped) bool {
	missing := func(pos clew.Pos) bool { return !slices.Contains(s.Out, pos) }
	return sameAssets(truth.Paid, s.PaidAssets()) && sameAssets(truth.Got, s.GotAssets()) && s.Recipients[0] == truth.Recipient &&
		slices.Equal(s.In, truth.In) && !slices.ContainsFunc(truth.Out, missing)
}

func sameAssets(a, b []clew.Asset) bool {
	missing := func(x clew.Asset) bool { return !slices.Contains(b, x) }
	return len(a) == len(b) && !slices.ContainsFunc(a, missing)
}

func (t *SwapTable) row(data, made string, swap bool) *SwapRow {
	i := slices.IndexFunc(t.Rows, func(r SwapRow) bool { return r.Data == data && r.Made == made && r.Swap == swap })
	if i < 0 {
		i = len(t.Rows)
		t.Rows = append(t.Rows, SwapRow{Data: data, Made: made, Swap: swap})
	}
	return &t.Rows[i]
}

func (r *SwapRow) refuse(why string) {
	r.Refused++
	i := slices.IndexFunc(r.Why, func(w WhyCount) bool { return w.Why == why })
	if i < 0 {
		i = len(r.Why)
		r.Why = append(r.Why, WhyCount{Why: why})
	}
	r.Why[i].Count++
}

// sort puts rows in order: swaps first, then by name.
func (t *SwapTable) sort() {
	slices.SortStableFunc(t.Rows, func(a, b SwapRow) int {
		if a.Swap != b.Swap {
			return int(count(b.Swap)) - int(count(a.Swap))
		}
		return strings.Compare(a.Made, b.Made)
	})
}
