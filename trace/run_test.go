package trace

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// TestWideWalksAreSwept lets the queue engine read little: it gives way to the
// sweep, and the answer is the same.
func TestWideWalksAreSwept(t *testing.T) {
	for seed := range int64(20) {
		w := randomWorld(rand.New(rand.NewSource(seed)), traits{origins: 1, openings: true})
		in, err := w.input(t, taint.Method{Policy: taint.Haircut}, "").check()
		if err != nil {
			t.Fatal(err)
		}
		narrow, engine, err := follow(context.Background(), &in, wideRows)
		if err != nil || engine != Queue {
			t.Fatalf("%v by %s", err, engine)
		}
		wide, engine, err := follow(context.Background(), &in, 5)
		if err != nil {
			t.Fatal(err)
		}
		if want := narrow.work.Rows > 5; want != (engine == Sweep) || want && wide.work.Swept == 0 {
			t.Fatalf("seed %d: %d rows were read, and the engine is %s", seed, narrow.work.Rows, engine)
		}
		a, b := (&Result{Places: narrow.list()}), (&Result{Places: wide.list()})
		if placesOf(a) != placesOf(b) {
			t.Fatalf("seed %d: %s\nand\n%s", seed, placesOf(a), placesOf(b))
		}
	}
}

// TestOpenBookIsADefect takes something away from a place: the walk refuses to
// give an answer.
func TestOpenBookIsADefect(t *testing.T) {
	transfers, seeds := tell(".x A 3 *", "A B 2")
	in, err := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Origins: []Seed{{ID: "theft", Transfers: seeds}}}}.check()
	if err != nil {
		t.Fatal(err)
	}
	w, _, err := follow(context.Background(), &in, wideRows)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.checkBooks(w.books()); err != nil {
		t.Errorf("untouched: %v", err)
	}
	for _, p := range w.places {
		p.holdings[0].basis = p.holdings[0].basis.Minus(clew.Units(1))
	}
	if err := w.checkBooks(w.books()); err == nil || !strings.Contains(err.Error(), "theft") {
		t.Errorf("two units gone: %v", err)
	}
	in.Method.Policy = taint.Poison
	if err := w.checkBooks(w.books()); err != nil {
		t.Errorf("poison does not conserve: %v", err)
	}
}

func TestBadInput(t *testing.T) {
	transfers, seeds := tell(".x A 3 *", "A B 2", "A A 1")
	item := move(9, letter("A"), letter("B"), clew.Token("erc721", who(7)), 1)
	item.Item = &clew.Amount{}
	snapshot := ledgerOf(t, clew.Ethereum, append(transfers, item))
	supposed := func(change func(*Supposed)) Assumptions {
		s := Supposed{Transfer: move(20, letter("A"), letter("B"), ether, 1), Basis: clew.Claimed, By: "test"}
		change(&s)
		return Assumptions{Transfers: []Supposed{s}}
	}
	swap := func(change func(*clew.Conversion)) Assumptions {
		c := clew.Conversion{ID: "swap", In: []clew.Pos{transfers[0].Pos}, Out: []clew.Pos{transfers[1].Pos}, InChain: clew.Ethereum, OutChain: clew.Ethereum, Basis: clew.Claimed, By: "test"}
		change(&c)
		return Assumptions{Conversions: []clew.Conversion{c}}
	}
	for _, c := range []struct {
		name   string
		change func(*Input)
		field  string
	}{
		{"no ledger", func(in *Input) { in.Ledgers = nil }, "ledger"},
		{"one chain twice", func(in *Input) { in.Ledgers = append(in.Ledgers, snapshot) }, "ledger"},
		{"no start", func(in *Input) { in.Start = Start{} }, "start"},
		{"two starts", func(in *Input) { in.Start.Address = letter("A") }, "start"},
		{"direction", func(in *Input) { in.Direction = "sideways" }, "direction"},
		{"purpose", func(in *Input) { in.Purpose = "fun" }, "for"},
		{"claim without a policy", func(in *Input) { in.Purpose = ForClaim }, "policy"},
		{"freeze backward", func(in *Input) { in.Purpose, in.Direction = ForFreeze, Backward }, "policy"},
		{"ranges backward", func(in *Input) { in.Ranges, in.Direction = true, Backward }, "ranges"},
		{"spread", func(in *Input) { in.Spread = "perhaps" }, "spread"},
		{"limit", func(in *Input) { in.Limits.Addresses = maxLimits.Addresses + 1 }, "addresses"},
		{"time", func(in *Input) { in.Limits.Until = -1 }, "until"},
		{"outputs' policy", func(in *Input) { in.Method.Policy = taint.TIHO }, "policy"},
		{"allocation", func(in *Input) { in.Method.Allocation = "mine" }, "allocation"},
		{"chain not at hand", func(in *Input) { in.Start.Origins[0].Chain = clew.Tron }, "chain"},
		{"same origin twice", func(in *Input) { in.Start.Origins = append(in.Start.Origins, in.Start.Origins[0]) }, "origin"},
		{"origin without a name", func(in *Input) { in.Start.Origins[0].ID = "" }, "origin"},
		{"origin without transfers", func(in *Input) { in.Start.Origins[0].Transfers = nil }, "origin"},
		{"transfer twice", func(in *Input) { in.Start.Origins[0].Transfers = append(seeds, seeds...) }, "origin"},
		{"to itself", func(in *Input) { in.Start.Origins[0].Transfers = []clew.Pos{transfers[2].Pos} }, "origin"},
		{"an item", func(in *Input) { in.Start.Origins[0].Transfers = []clew.Pos{item.Pos} }, "origin"},
		{"too many transfers", func(in *Input) { in.Start, in.Limits.Transfers = Start{Address: letter("A"), Sent: true}, 1 }, "address"},
		{"supposed as fact", func(in *Input) { in.Assumptions = supposed(func(s *Supposed) { s.Basis = clew.Fact }) }, "supposed transfer"},
		{"supposed by nobody", func(in *Input) { in.Assumptions = supposed(func(s *Supposed) { s.By = "" }) }, "supposed transfer"},
		{"supposed over a fact", func(in *Input) { in.Assumptions = supposed(func(s *Supposed) { s.Transfer.Pos = seeds[0] }) }, "supposed transfer"},
		{"supposed to itself", func(in *Input) { in.Assumptions = supposed(func(s *Supposed) { s.Transfer.To = s.Transfer.From }) }, "supposed transfer"},
		{"supposed out of balance", func(in *Input) { in.Assumptions = supposed(func(s *Supposed) { s.Transfer.To = nil }) }, "supposed transfer"},
		{"conversion by nobody", func(in *Input) { in.Assumptions = swap(func(c *clew.Conversion) { c.By = "" }) }, "conversion"},
		{"conversion as fact", func(in *Input) { in.Assumptions = swap(func(c *clew.Conversion) { c.Basis = clew.Fact }) }, "conversion"},
		{"conversion of nothing", func(in *Input) { in.Assumptions = swap(func(c *clew.Conversion) { c.In = nil }) }, "conversion"},
		{"one transfer in two conversions", func(in *Input) {
			in.Assumptions = swap(func(*clew.Conversion) {})
			in.Assumptions.Conversions = append(in.Assumptions.Conversions, in.Assumptions.Conversions[0])
		}, "conversion"},
	} {
		in := Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Origins: []Seed{{ID: "theft", Transfers: seeds}}}}
		c.change(&in)
		_, err := Run(context.Background(), in)
		var input *clew.InputError
		if !errors.As(err, &input) || input.Field != c.field {
			t.Errorf("%s: %v, want an input error about %s", c.name, err, c.field)
		}
	}
}

// TestLimitsOutOfRange names the range of each limit; 0 stands for the default.
func TestLimitsOutOfRange(t *testing.T) {
	transfers, seeds := tell(".x A 3 *", "A B 2")
	snapshot := ledgerOf(t, clew.Ethereum, transfers)
	for _, c := range []struct {
		field string
		set   func(l *Limits, n int)
		most  int
	}{
		{"hops", func(l *Limits, n int) { l.Hops = n }, maxLimits.Hops},
		{"addresses", func(l *Limits, n int) { l.Addresses = n }, maxLimits.Addresses},
		{"transfers", func(l *Limits, n int) { l.Transfers = n }, maxLimits.Transfers},
		{"degree", func(l *Limits, n int) { l.Degree = n }, maxLimits.Degree},
	} {
		for _, n := range []int{-1, 0, 1, c.most, c.most + 1} {
			in := Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Origins: []Seed{{ID: "theft", Transfers: seeds}}}}
			c.set(&in.Limits, n)
			r, err := Run(context.Background(), in)
			q := PathQuery{Limits: in.Limits}
			_, pathErr := Paths(context.Background(), snapshot, letter("A"), letter("B"), q)
			if good := n >= 0 && n <= c.most; good {
				if err != nil || pathErr != nil || n == 0 && r.Method.Limits != DefaultLimits() {
					t.Errorf("%s %d: %v, %v", c.field, n, err, pathErr)
				}
				continue
			}
			for _, err := range []error{err, pathErr} {
				var bad *clew.InputError
				if !errors.As(err, &bad) || bad.Field != c.field || bad.Want != fmt.Sprintf("1 to %d", c.most) {
					t.Errorf("%s %d: %v", c.field, n, err)
				}
			}
		}
	}
}

// TestOverflow follows value to a pot whose sums exceed 256 bits: it stops
// there, named.
func TestOverflow(t *testing.T) {
	huge := move(2, clew.Address{}, letter("A"), ether, 0)
	huge.From[0].Amount, huge.To[0].Amount = clew.MaxAmount, clew.MaxAmount
	transfers := []clew.Transfer{move(1, letter("V"), letter("A"), ether, 5), huge, move(3, letter("A"), letter("B"), ether, 5)}
	for _, e := range []Engine{Interval, Queue, Sweep} {
		in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos}, Engine: e, Spread: No}
		r := mustRun(t, in)
		if len(r.Places) != 1 || r.Places[0].Kind != NotHeld || len(r.Gaps) != 1 || r.Gaps[0].Kind != clew.GapOverflow {
			t.Errorf("%s: places %v, gaps %v", e, r.Places, r.Gaps)
		}
	}
}
