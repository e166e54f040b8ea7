package eval

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"clew"
	"clew/rank"
)

// Budgets are after how many looks at an address a hunt is judged.
var Budgets = []uint64{10, 50, 100, 500}

// A Hunt is a theft of which it is known where everything went, and what else there
// is to be taken for it.
type Hunt struct {
	Name  string
	Start []rank.Move           // what was stolen arrives
	Moves []rank.Move           // all there is, each once, of any order
	True  func(*rank.Move) bool // it is the thief's; where nothing is, how much was covered is not known
	Bad   map[clew.Address]bool // the addresses that stolen value went through or to
	Known map[clew.Address]bool // services that anybody can tell: they cost no look, and show nothing
}

// A Ranked says how far a ranker came in a hunt, or several, by a number of looks.
type Ranked struct {
	Case      string      `json:"case"`
	Ranker    string      `json:"ranker"`
	Budget    uint64      `json:"budget"` // looks in each hunt
	Hunts     uint64      `json:"hunts"`
	Looked    uint64      `json:"looked"`    // addresses looked at: fewer where the ranker named none
	Right     uint64      `json:"right"`     // of these: bad
	Covered   clew.Amount `json:"covered"`   // moved by true moves from addresses that were looked at
	Reachable clew.Amount `json:"reachable"` // by all true moves that a walk in time meets from the start
	Moved     clew.Amount `json:"moved"`     // by all true moves
	Listed    uint64      `json:"listed"`    // the first of the order that results, as many as looks
	Hits      uint64      `json:"hits"`      // of these: bad
	Bad       uint64      `json:"bad"`       // addresses there are
	HitValue  clew.Amount `json:"hitValue"`  // that true moves brought to the hits
	BadValue  clew.Amount `json:"badValue"`  // and to all bad addresses
}

// add takes the counts of another hunt.
func (r *Ranked) add(o *Ranked) {
	r.Hunts, r.Looked, r.Right = r.Hunts+o.Hunts, r.Looked+o.Looked, r.Right+o.Right
	r.Listed, r.Hits, r.Bad = r.Listed+o.Listed, r.Hits+o.Hits, r.Bad+o.Bad
	r.Covered, r.Reachable, r.Moved = r.Covered.Plus(o.Covered), r.Reachable.Plus(o.Reachable), r.Moved.Plus(o.Moved)
	r.HitValue, r.BadValue = r.HitValue.Plus(o.HitValue), r.BadValue.Plus(o.BadValue)
}

// AmountPermille returns part of whole in a thousand, rounded down; false if whole
// is nothing.
func AmountPermille(part, whole clew.Amount) (permille uint64, known bool) {
	m, known := part.MulDiv(clew.Units(1000), whole)
	n, _ := m.Uint64()
	return n, known
}

// A contender is a ranker that is measured.
type contender struct {
	name string
	make func(start []rank.Move) rank.Ranker
}

// Looks of a TTR end at a tenth of the published residual, for at the published
// one it names few addresses and leaves most of a budget unused.
func contenders() []contender {
	list := []contender{
		{"breadth-first", rank.NewBreadthFirst}, {"poison", rank.NewPoison}, {"haircut", rank.NewHaircut},
	}
	for _, v := range rank.Variants() {
		list = append(list, contender{"TTR " + string(v), func(start []rank.Move) rank.Ranker {
			p := rank.Published()
			p.Epsilon /= 10
			return rank.NewTTR(v, start, p)
		}})
	}
	for _, c := range []struct {
		name    string
		reserve uint64
	}{{"taint-first", 0}, {"taint-first keeping 5 %", 50}, {"taint-first keeping 10 %", 100}} {
		list = append(list, contender{c.name, func(start []rank.Move) rank.Ranker { return rank.NewTaintFirst(start, c.reserve, leastShare) }})
	}
	return list
}

// leastShare is the least of a million of what was stolen that is followed.
const leastShare = 2

// Hunted lets every ranker hunt: one row for each and each budget, over hunts of
// one name together.
func Hunted(ctx context.Context, hunts []Hunt) ([]Ranked, error) {
	var rows []Ranked
	at := map[[2]string]int{}
	for i := range hunts {
		g := groundOf(&hunts[i])
		for _, c := range append(contenders(), flowContenders()[0]) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			key := [2]string{g.Name, c.name}
			first, met := at[key]
			if !met {
				first, at[key] = len(rows), len(rows)
				for _, b := range Budgets {
					rows = append(rows, Ranked{Case: g.Name, Ranker: c.name, Budget: b})
				}
			}
			g.hunt(c.make(g.Start), rows[first:first+len(Budgets)])
		}
	}
	return rows, nil
}

// A ground is a hunt made ready.
type ground struct {
	*Hunt
	of        map[clew.Address][]rank.Move
	sent, got map[clew.Address]clew.Amount // by true moves
	blank     Ranked                       // what every ranker has in common
}

func groundOf(h *Hunt) *ground {
	g := &ground{h, map[clew.Address][]rank.Move{}, map[clew.Address]clew.Amount{}, map[clew.Address]clew.Amount{}, Ranked{Hunts: 1, Bad: uint64(len(h.Bad))}}
	slices.SortStableFunc(h.Moves, func(m, n rank.Move) int { return m.Pos.Cmp(n.Pos) })
	for i := range h.Moves {
		m := &h.Moves[i]
		g.of[m.From], g.of[m.To] = append(g.of[m.From], *m), append(g.of[m.To], *m)
		if h.True(m) {
			g.sent[m.From], g.got[m.To] = g.sent[m.From].Plus(m.Amount), g.got[m.To].Plus(m.Amount)
			g.blank.Moved, g.blank.BadValue = g.blank.Moved.Plus(m.Amount), g.blank.BadValue.Plus(m.Amount)
		}
	}
	g.blank.Reachable = h.reachable()
	return g
}

// reachable adds up the true moves that start where value came before, in the same
// block at the latest: where records do not say what order a block has.
func (h *Hunt) reachable() (sum clew.Amount) {
	reached := map[clew.Address]bool{}
	for i := range h.Start {
		reached[h.Start[i].To] = true
	}
	for i := 0; i < len(h.Moves); {
		end := i
		for end < len(h.Moves) && h.Moves[end].Pos.Height == h.Moves[i].Pos.Height {
			end++
		}
		block := slices.DeleteFunc(slices.Clone(h.Moves[i:end]), func(m rank.Move) bool { return !h.True(&m) })
		for more := true; more; {
			more = false
			block = slices.DeleteFunc(block, func(m rank.Move) bool {
				if reached[m.From] {
					sum, reached[m.To], more = sum.Plus(m.Amount), true, true
				}
				return reached[m.From]
			})
		}
		i = end
	}
	return sum
}

// hunt looks at addresses as the ranker says, and adds to the rows of the budgets.
func (g *ground) hunt(r rank.Ranker, rows []Ranked) {
	sum := g.blank
	for i := range rows {
		for sum.Looked < rows[i].Budget && g.look(r, &sum) {
		}
		at := sum
		g.order(r, rows[i].Budget, &at)
		rows[i].add(&at)
	}
}

// look looks at one address that is no known service, if the ranker names one.
func (g *ground) look(r rank.Ranker, sum *Ranked) bool {
	for {
		a, ok := r.Next()
		switch {
		case !ok:
			return false
		case g.Known[a]:
			r.Push(a, nil)
			continue
		}
		r.Push(a, g.of[a])
		sum.Looked++
		sum.Right += count(g.Bad[a])
		sum.Covered = sum.Covered.Plus(g.sent[a])
		return true
	}
}

// order judges the first of a ranker's order. Known services are in it only if they
// are bad: nobody else would be misled by them.
func (g *ground) order(r rank.Ranker, most uint64, sum *Ranked) {
	for _, s := range r.Scores() {
		if g.Known[s.Address] && !g.Bad[s.Address] {
			continue
		}
		if sum.Listed == most {
			return
		}
		sum.Listed++
		if g.Bad[s.Address] {
			sum.Hits++
			sum.HitValue = sum.HitValue.Plus(g.got[s.Address])
		}
	}
}

// movesOf returns the moves of those transfers that are wanted, each once.
func movesOf(transfers []clew.Transfer, wanted func(*clew.Transfer) bool) (moves []rank.Move) {
	for i := range transfers {
		t := &transfers[i]
		if !wanted(t) {
			continue
		}
		met := map[clew.Address]bool{{}: true}
		for j := range t.From {
			a := t.From[j].Address
			if met[a] {
				continue
			}
			met[a] = true
			for _, m := range rank.Moves(a, t) {
				if m.From == a {
					moves = append(moves, m)
				}
			}
		}
	}
	return moves
}

func compareAddresses(a, b clew.Address) int {
	ka, _ := a.RawKey()
	kb, _ := b.RawKey()
	return cmp.Or(strings.Compare(string(a.Chain()), string(b.Chain())), cmp.Compare(a.Form(), b.Form()), slices.Compare(ka[:], kb[:]))
}
