package trace

import (
	"context"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/evm"
	"clew/ledger"
	"clew/taint"
)

// swapWorld returns a random small history of which many transactions are swaps:
// by their payer or for somebody else, straight or over a router, of a part of
// what went in, wrappings, and several at once.
func swapWorld(rng *rand.Rand) *world {
	w := &world{stops: stops{}, limits: Limits{}}
	assets := []clew.Asset{ether, clew.Token("erc20", evm.Wrapper(clew.Ethereum)), clew.Token("erc20", who(90)), clew.Token("erc20", who(91))}
	w.stops[who(90)] = ""
	people := func() clew.Address { return who(rng.Intn(6)) }
	height, ordinal := uint64(0), uint32(0)
	add := func(from, to clew.Address, asset clew.Asset, amount int) {
		if amount == 0 || from == to {
			return
		}
		t := move(height, from, to, asset, uint64(amount))
		t.Pos.Ordinal, ordinal = ordinal, ordinal+1
		w.transfers = append(w.transfers, t)
	}
	for range 12 + rng.Intn(20) {
		height, ordinal = height+1, 0
		p, a, b, n := people(), rng.Intn(4), rng.Intn(4), 1+rng.Intn(20)
		switch rng.Intn(6) {
		case 0, 1:
			add(p, people(), assets[a], n)
		case 2: // its own swap, perhaps with a refund, over a pool that some walk comes to
			pool := who(10 + rng.Intn(2))
			add(p, pool, assets[a], n)
			add(pool, p, assets[b], 1+rng.Intn(20))
			add(pool, p, assets[a], rng.Intn(n))
		case 3: // for somebody else, over a router and two pools
			router := who(20)
			add(p, router, assets[a], n)
			add(router, who(10), assets[a], n)
			add(who(10), who(11), assets[2], 5)
			add(who(11), people(), assets[b], 1+rng.Intn(20))
			add(who(11), people(), assets[b], rng.Intn(3))
		case 4: // wrapped, or unwrapped
			wrapper := evm.Wrapper(clew.Ethereum)
			if rng.Intn(2) == 0 {
				add(p, wrapper, ether, n)
				add(clew.Address{}, p, assets[1], n)
			} else {
				add(p, clew.Address{}, assets[1], n)
				add(wrapper, p, ether, n)
			}
		case 5: // two at once, against each other or not
			q := people()
			add(p, who(21), assets[a], n)
			add(q, who(21), assets[b], n)
			add(who(21), p, assets[b], n)
			add(who(21), q, assets[a], n)
		}
	}
	slices.SortFunc(w.transfers, func(s, t clew.Transfer) int { return s.Pos.Cmp(t.Pos) })
	if rng.Intn(2) == 0 {
		w.randomLimits(rng)
		w.limits.Dust = clew.Amount{} // a cut-off at exactly a basis decides as engines cut runs
	}
	for range 1 + rng.Intn(2) {
		w.seeds = append(w.seeds, []clew.Pos{w.transfers[rng.Intn(len(w.transfers))].Pos})
	}
	return w
}

// TestSwapsAsDeclared: what a walk finds by itself gives what the same
// conversions give when a case declares them, by every policy and engine and both
// ways; the books close, and the engines agree.
func TestSwapsAsDeclared(t *testing.T) {
	crossed, refused := 0, 0
	for seed := int64(1600); seed < 2000; seed++ { // among them worlds where both sides of a swap are marked
		for _, way := range []Direction{Forward, Backward} {
			for _, p := range taint.Policies() {
				if d := p.Describe(); !d.Accounts || way == Backward && !d.Backward {
					continue
				}
				w := swapWorld(rand.New(rand.NewSource(seed)))
				name := fmt.Sprintf("seed %d, %s %s", seed, way, p)
				in := w.input(t, taint.Method{Policy: p}, "")
				in.Direction = way
				r := swapRun(t, name, in)
				for i := range r.Conversions {
					c := &r.Conversions[i]
					if c.Note != "" {
						refused++
						continue
					}
					crossed++
				}
				for _, e := range []Engine{Queue, Sweep} {
					in.Engine = e
					if got, want := placesOf(swapRun(t, name, in)), placesOf(r); got != want {
						t.Fatalf("%s by %s:\n%s\nwant\n%s", name, e, got, want)
					}
				}
				ended := slices.ContainsFunc(r.Limits, func(l LimitHit) bool { return l.Limit == "transfers" })
				if way == Backward || ended || nets(r) || slices.ContainsFunc(r.Conversions, cameBack(w)) {
					continue
				}
				in.Engine, in.WithoutSwaps = "", true
				for i := range r.Conversions {
					if c := &r.Conversions[i]; c.Note == "" {
						in.Assumptions.Conversions = append(in.Assumptions.Conversions, c.Conversion)
					}
				}
				compareTraces(t, name+" declared", swapRun(t, name, in), r)
			}
		}
	}
	if crossed < 1000 || refused < 10 {
		t.Errorf("%d conversions crossed and %d refused: too few to tell anything", crossed, refused)
	}
}

// cameBack reports of a conversion whether some of what went in came back, which
// a case cannot declare.
func cameBack(w *world) func(Crossing) bool {
	return func(c Crossing) bool {
		return slices.ContainsFunc(w.transfers, func(t clew.Transfer) bool {
			return len(c.Conversion.In) > 0 && t.Tx == txOf(c.Conversion.In[0]) && t.Asset == c.InAsset && !slices.Contains(c.Conversion.In, t.Pos)
		})
	}
}

func swapRun(t *testing.T, name string, in Input) *Result {
	t.Helper()
	r, err := Run(context.Background(), in)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, b := range r.Books {
		if !b.Closed && in.Method.Policy != taint.Poison {
			t.Fatalf("%s: a book does not close: %+v", name, b)
		}
	}
	return r
}

// compareTraces holds places, books and transfers used of two results against
// each other.
func compareTraces(t *testing.T, name string, got, want *Result) {
	t.Helper()
	if !reflect.DeepEqual(got.Places, want.Places) {
		t.Fatalf("%s: places\n%+v\nwant\n%+v", name, got.Places, want.Places)
	}
	if !reflect.DeepEqual(got.Books, want.Books) {
		t.Fatalf("%s: books\n%+v\nwant\n%+v", name, got.Books, want.Books)
	}
	if !reflect.DeepEqual(got.Uses, want.Uses) {
		t.Fatalf("%s: uses\n%+v\nwant\n%+v", name, got.Uses, want.Uses)
	}
}

// TestSwapsWantNoPools: the histories of those between payer and recipient are
// not asked for.
func TestSwapsWantNoPools(t *testing.T) {
	pool, gold := who(10), clew.Token("erc20", who(90))
	snapshot := ledgerOf(t, clew.Ethereum, []clew.Transfer{move(1, who(1), who(2), ether, 9), move(2, who(2), pool, ether, 9), move(2, pool, who(3), gold, 5)})
	in := Input{Ledgers: []ledger.Snapshot{snapshot}, Namer: stops{who(90): ""}, Spread: No, Start: Start{Transfer: &clew.Pos{Height: 1}}}
	for _, c := range []struct {
		without bool
		want    []clew.Address
	}{{false, []clew.Address{who(2), who(3)}}, {true, []clew.Address{who(2), pool}}} {
		in.WithoutSwaps = c.without
		if got := swapRun(t, "wanted", in).Wanted(clew.Ethereum); !slices.Equal(got, c.want) {
			t.Errorf("without swaps %v: %v wanted, want %v", c.without, got, c.want)
		}
	}
}

// An inPart is a ledger that holds no block whole.
type inPart struct{ ledger.Snapshot }

func (p inPart) Coverage() *clew.Coverage {
	c := *p.Snapshot.Coverage()
	c.Whole = nil
	return &c
}

// The evidence of a swap says where its transaction may be held in part.
func TestSwapsOfBlocksHeldInPart(t *testing.T) {
	gold := clew.Token("erc20", who(90))
	s := ledgerOf(t, clew.Ethereum, []clew.Transfer{move(1, who(1), who(2), ether, 9), move(2, who(2), who(10), ether, 9), move(2, who(10), who(2), gold, 5)})
	for _, c := range []struct {
		ledger ledger.Snapshot
		part   bool
	}{{s, false}, {inPart{s}, true}} {
		in := Input{Ledgers: []ledger.Snapshot{c.ledger}, Namer: stops{who(90): ""}, Spread: No, Start: Start{Transfer: &clew.Pos{Height: 1}}}
		r := swapRun(t, "in part", in)
		if len(r.Conversions) != 1 || strings.Contains(r.Conversions[0].Conversion.Note, "not held whole") != c.part {
			t.Errorf("in part %t: %+v", c.part, r.Conversions)
		}
	}
}
