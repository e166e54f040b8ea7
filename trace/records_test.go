package trace

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/tag"
	"clew/taint"
)

// Addresses of the worlds with records.
var (
	theService = who(50) // deposits go to it and withdrawals come from it
	theAccount = who(60) // stands for the account, were it an address
	theMarket  = who(61) // trades with it
	paidOut    = who(70)
	handedOver = who(71)
	charged    = who(72)
)

// A telling is a record about an account, and the history that there would be
// if the account were an address and every entry a transfer.
type telling struct {
	record   Record
	recorded []clew.Transfer // what ledgers have of it
	plain    world           // the other history
	have     map[string]uint64
	height   uint64
	index    uint32
}

func (l *telling) pos(asset clew.Asset) clew.Pos {
	l.index++
	pos := clew.Pos{Height: l.height, Index: 1000 + l.index}
	if !asset.IsNative() {
		pos.Class = clew.Log
	}
	return pos
}

// add tells of an entry, and puts the transfer that stands for it in the plain
// history.
func (l *telling) add(e AccountEntry, from, to clew.Address) clew.Pos {
	t := move(l.height, from, to, e.Asset, 0)
	t.From[0].Amount, t.To[0].Amount = e.Amount, e.Amount
	t.Pos = l.pos(e.Asset)
	t.Tx = txOf(t.Pos)
	l.plain.transfers = append(l.plain.transfers, t)
	e.Time = t.Time
	if e.onLedger() {
		real := t
		if e.Kind == Deposited {
			real.To = []clew.Leg{{Address: theService, Amount: e.Amount}}
		} else {
			real.From = []clew.Leg{{Address: theService, Amount: e.Amount}}
		}
		l.recorded = append(l.recorded, real)
		e.Tx, e.Address = real.Tx, real.To[0].Address
	}
	if e.Kind == HeldBefore {
		e.Time = 0
	}
	if e.Kind != Traded {
		l.record.Entries = append(l.record.Entries, e)
	}
	return t.Pos
}

var balanceAssets = map[string]clew.Asset{"ETH": ether, "USD": coin(1)}

// step tells of one random entry.
func (l *telling) step(rng *rand.Rand, payer, recipient func() clew.Address) {
	names := []string{"ETH", "USD"}
	balance := names[rng.Intn(2)]
	e := AccountEntry{Balance: balance, Asset: balanceAssets[balance]}
	n := uint64(1 + rng.Intn(8))
	if n > l.have[balance] || rng.Intn(3) == 0 {
		e.Kind, e.Amount = Deposited, clew.Units(n)
		l.add(e, payer(), theAccount)
		l.have[balance] += n
		return
	}
	e.Amount = clew.Units(n)
	l.have[balance] -= n
	switch rng.Intn(6) {
	case 0:
		e.Kind = PaidOut
		l.add(e, theAccount, paidOut)
	case 1:
		e.Kind = HandedOver
		l.add(e, theAccount, handedOver)
	case 2:
		e.Kind = Charged
		l.add(e, theAccount, charged)
	case 3:
		l.trade(rng, e)
	default:
		e.Kind = Withdrawn
		l.add(e, theAccount, recipient())
	}
}

// trade tells of a trade; in the plain history it is a conversion.
func (l *telling) trade(rng *rand.Rand, e AccountEntry) {
	e.Kind, e.GotBalance, e.GotAmount = Traded, "ETH", clew.Units(uint64(1+rng.Intn(12)))
	if e.Balance == "ETH" {
		e.GotBalance = "USD"
	}
	e.Got = balanceAssets[e.GotBalance]
	e.Time = move(l.height, who(0), who(1), ether, 1).Time
	l.record.Entries = append(l.record.Entries, e)
	in := l.add(e, theAccount, theMarket)
	got := e
	got.Asset, got.Amount = e.Got, e.GotAmount
	out := l.add(got, theMarket, theAccount)
	l.plain.converts = append(l.plain.converts, clew.Conversion{ID: fmt.Sprint("trade", in), Kind: clew.Swap, In: []clew.Pos{in}, Out: []clew.Pos{out},
		InChain: clew.Ethereum, OutChain: clew.Ethereum, Basis: clew.Claimed, By: "test"})
	n, _ := e.GotAmount.Uint64()
	l.have[e.GotBalance] += n
}

// tellOf makes a random world with a record. Where what comes over it on a way,
// if one is given, must not mix with other marked value, it goes to addresses
// of its own.
func tellOf(rng *rand.Rand, origins int, apart Direction) (world, *telling) {
	w := randomWorld(rng, traits{origins: origins, openings: true})
	for a := range w.stops {
		delete(w.stops, a)
	}
	l := &telling{record: Record{ID: "r", Exhibit: "12", By: "a service"}, have: map[string]uint64{}}
	if rng.Intn(2) == 0 {
		l.add(AccountEntry{Kind: HeldBefore, Balance: "ETH", Asset: ether, Amount: clew.Units(3)}, clew.Address{}, theAccount)
		l.have["ETH"] = 3
	}
	fresh := 200
	on := func(way Direction) func() clew.Address {
		return func() clew.Address {
			if apart != way {
				return who(rng.Intn(worldAddresses))
			}
			fresh++
			return who(fresh)
		}
	}
	last := w.transfers[len(w.transfers)-1].Pos.Height
	for l.height = 1; l.height <= last; l.height++ {
		if rng.Intn(2) == 0 {
			l.step(rng, on(Backward), on(Forward))
		}
	}
	l.plain.seeds, l.plain.limits = w.seeds, w.limits
	l.plain.stops = stops{paidOut: tag.Service, handedOver: tag.Service, charged: tag.Service}
	l.plain.transfers = append(slices.Clone(w.transfers), l.plain.transfers...)
	w.transfers = append(w.transfers, l.recorded...)
	w.stops = stops{theService: tag.Service}
	return w, l
}

// sums adds up a result's places by a name for each.
func sums(r *Result, name func(p *Place) string) string {
	got := map[string]clew.Amount{}
	for i := range r.Places {
		p := &r.Places[i]
		for _, part := range p.Parts {
			key := name(p) + " " + p.Asset.Namespace() + " " + part.Origin
			got[key], got[key+" basis"] = got[key].Plus(part.Amount), got[key+" basis"].Plus(part.Basis)
		}
	}
	var lines []string
	for k, a := range got {
		lines = append(lines, k+" = "+a.String())
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestRecordsAgainstPlainHistory holds a record against the history in which
// the account is an address, and each of its entries a transfer: by every
// policy and engine as much lies at each place.
func TestRecordsAgainstPlainHistory(t *testing.T) {
	met := 0
	for seed := range int64(150) {
		for _, p := range taint.AccountPolicies() {
			met += checkAgainstPlain(t, seed, p, Forward)
			if p.Describe().Backward {
				met += checkAgainstPlain(t, seed, p, Backward)
			}
		}
	}
	if met < 900 {
		t.Errorf("only %d answers went over a record", met)
	}
}

// checkAgainstPlain returns how many engines went over the record.
func checkAgainstPlain(t *testing.T, seed int64, p taint.Policy, way Direction) (met int) {
	t.Helper()
	kinds := map[clew.Address]string{paidOut: "paid out", handedOver: "handed over", charged: "charged", theAccount: "left", theMarket: "lost"}
	recorded := func(p *Place) string {
		switch {
		case p.Account == nil:
			return p.Address.Text()
		case p.Kind == AtOpening:
			return "held before"
		case p.Kind == PaidOffLedger:
			return "paid out"
		case p.Kind == PaidAsFee:
			return "charged"
		case p.Account.To != "":
			return "handed over"
		}
		return "left"
	}
	plain := func(p *Place) string {
		if k := kinds[p.Address]; k != "" {
			return k
		}
		if p.Kind == AtIssuance {
			return "held before"
		}
		return p.Address.Text()
	}
	var apart Direction
	if p == taint.Haircut || p == taint.TaintFirst || p == taint.CleanFirst {
		apart = way
	}
	rng := rand.New(rand.NewSource(seed))
	w, l := tellOf(rng, 1+int(seed%2), apart)
	if way == Backward {
		l.beginAtAccount(rng, &w, way)
	}
	for i := range l.record.Entries {
		if l.record.Entries[i].Kind == HandedOver {
			l.record.Entries[i].To = "another account"
		}
	}
	in := l.plain.input(t, taint.Method{Policy: p}, Queue)
	in.Direction = way
	want := sums(mustRun(t, in), plain)
	for _, e := range []Engine{Interval, Queue, Sweep} {
		if e == Interval && p != taint.FIFO {
			continue
		}
		in := w.input(t, taint.Method{Policy: p}, e)
		in.Direction, in.Assumptions.Records = way, []Record{l.record}
		r := mustRun(t, in)
		got, want := sums(r, recorded), want
		if e == Interval && way == Backward { // it cuts stretches from their other end
			got, want = withoutBases(got), withoutBases(want)
		}
		if got != want {
			t.Fatalf("seed %d, %s %s by %s:\n%s\nwant\n%s", seed, way, p, e, got, want)
		}
		if r.Records[0].Met {
			met++
		}
	}
	return met
}

// withoutBases leaves out of sums what they stand for.
func withoutBases(sums string) string {
	lines := strings.Split(sums, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, " basis = ") }), "\n")
}

// beginAtAccount makes the last origin begin with one of the last transfers by
// which value comes to the account on a way, if there are any.
func (l *telling) beginAtAccount(rng *rand.Rand, w *world, way Direction) {
	for i := len(l.recorded) - 1; i >= 0; i-- {
		if t := &l.recorded[i]; (t.From[0].Address == theService) == (way == Backward) && rng.Intn(2) == 0 {
			w.seeds[len(w.seeds)-1] = []clew.Pos{t.Pos}
			return
		}
	}
}

// TestRecordsClose reads the books of every policy's answer over a record, and
// what rests on its exhibit.
func TestRecordsClose(t *testing.T) {
	for seed := range worlds(60) {
		rng := rand.New(rand.NewSource(seed))
		w, l := tellOf(rng, 2, "")
		backward := w
		backward.seeds = slices.Clone(w.seeds)
		l.beginAtAccount(rng, &backward, Backward)
		l.beginAtAccount(rng, &w, Forward)
		for _, p := range taint.AccountPolicies() {
			for k, limit := range []string{"none", "until", "transfers", "hops", "none", "until", "transfers", "hops"} {
				in := w.input(t, taint.Method{Policy: p}, "")
				if k >= 4 {
					if !p.Describe().Backward {
						break
					}
					in = backward.input(t, taint.Method{Policy: p}, "")
					in.Direction = Backward
				}
				in.Assumptions.Records = []Record{l.record}
				switch limit {
				case "until":
					in.Limits.Until = w.transfers[len(w.transfers)/2].Time
				case "transfers":
					in.Limits.Transfers = 1 + int(seed%9)
				case "hops":
					in.Limits.Hops = 1 + int(seed%4)
				}
				r, err := Run(context.Background(), in)
				if err != nil {
					t.Fatalf("seed %d, %s %s, %s: %v", seed, in.Direction, p, limit, err)
				}
				for _, b := range r.Books {
					if p != taint.Poison && !b.Closed {
						t.Fatalf("seed %d, %s, %s: %+v", seed, p, limit, b)
					}
				}
				for _, place := range r.Places {
					for _, rest := range place.Rests {
						if rest.Exhibit != "12" || place.Amount.Less(rest.Amount) || rest.Amount.IsZero() {
							t.Fatalf("seed %d, %s, %s: %s of %s rests on exhibit %s", seed, p, limit, rest.Amount, place.Amount, rest.Exhibit)
						}
					}
					if place.Account != nil && len(place.Rests) == 0 {
						t.Fatalf("seed %d, %s, %s: a place of an account rests on nothing: %+v", seed, p, limit, place)
					}
				}
			}
		}
	}
}

func runError(t *testing.T, in Input) string {
	t.Helper()
	if _, err := Run(context.Background(), in); err != nil {
		return err.Error()
	}
	return ""
}
