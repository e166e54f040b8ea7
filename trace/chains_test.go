package trace

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// onTwoChains moves a world's token, with everyone who has some, to another
// chain whose clock differs.
func onTwoChains(w *world, ahead int64) (here, there []clew.Transfer) {
	for _, t := range w.transfers {
		if t.Asset == ether {
			here = append(here, t)
			continue
		}
		t = renameIn(t, func(a clew.Address) clew.Address {
			if a.IsZero() {
				return a
			}
			return clew.EVMAddress(clew.Base, [20]byte(a.Key()))
		})
		t.Asset = clew.Token("erc20", clew.EVMAddress(clew.Base, [20]byte(coin(1).Contract().Key())))
		t.Time += clew.Time(ahead)
		there = append(there, t)
	}
	return here, there
}

// TestClocksOfChains crosses conversions between two chains, back and forth:
// however their clocks differ, and whichever comes first, the answer is that of
// one chain on which all of it happened in order.
func TestClocksOfChains(t *testing.T) {
	for seed := range worlds(150) {
		w := randomWorld(rand.New(rand.NewSource(seed)), traits{origins: 1, openings: true, converts: true})
		clear(w.stops)
		seedChain := clew.Base
		for i := range w.transfers {
			if w.transfers[i].Pos == w.seeds[0][0] && w.transfers[i].Asset == ether {
				seedChain = clew.Ethereum
			}
		}
		converts := w.acrossChains()
		for _, p := range []taint.Policy{taint.FIFO, taint.LIFO, taint.CleanFirst} {
			want := ask(t, &w, taint.Method{Policy: p}).String()
			for _, ahead := range []int64{-1000, -35, 0, 35, 1000} {
				here, there := onTwoChains(&w, ahead)
				ledgers := []ledger.Snapshot{ledgerOf(t, clew.Ethereum, here), ledgerOf(t, clew.Base, there)}
				if seed%2 == 0 {
					ledgers[0], ledgers[1] = ledgers[1], ledgers[0]
				}
				r, err := Run(context.Background(), Input{Ledgers: ledgers, Method: taint.Method{Policy: p}, Spread: No, Assumptions: Assumptions{Conversions: converts},
					Limits: w.limits, Start: Start{Origins: []Seed{{ID: "A", Chain: seedChain, Transfers: w.seeds[0]}}}})
				if err != nil {
					t.Fatalf("seed %d, %s, %d s ahead: %v", seed, p, ahead, err)
				}
				if got := placesOf(r); got != want {
					t.Fatalf("seed %d, %s, %d s ahead:\n%s\nwant\n%s", seed, p, ahead, got, want)
				}
			}
		}
	}
}

// acrossChains returns a world's conversions with their sides on two chains.
func (w *world) acrossChains() []clew.Conversion {
	onBase := map[clew.Pos]bool{}
	for i := range w.transfers {
		onBase[w.transfers[i].Pos] = w.transfers[i].Asset != ether
	}
	var converts []clew.Conversion
	for _, c := range w.converts {
		if onBase[c.In[0]] {
			c.InChain = clew.Base
		}
		if onBase[c.Out[0]] {
			c.OutChain = clew.Base
		}
		converts = append(converts, c)
	}
	return converts
}

// TestRangesOverChains gives the ranges of two chains the same figures as of
// one on which all of it happened.
func TestRangesOverChains(t *testing.T) {
	figures := func(r *Result) string {
		var list []string
		for _, x := range r.Ranges {
			list = append(list, fmt.Sprint(x.Address.Text(), " ", x.Asset.Namespace(), " ", x.Least, " ", x.Most))
		}
		slices.Sort(list)
		return strings.Join(list, "\n")
	}
	crossed := 0
	for seed := range int64(150) {
		w := randomWorld(rand.New(rand.NewSource(seed)), traits{origins: 2, openings: true, converts: true})
		clear(w.stops)
		if seed%3 == 0 {
			w.converts = nil
		}
		in := w.input(t, taint.Method{Policy: taint.Poison}, "")
		in.Ranges = true
		one := mustRun(t, in)
		here, there := onTwoChains(&w, 0)
		in.Ledgers = []ledger.Snapshot{ledgerOf(t, clew.Ethereum, here), ledgerOf(t, clew.Base, there)}
		in.Assumptions.Conversions = w.acrossChains()
		for i, origin := range w.seeds {
			in.Start.Origins[i].Chain = clew.Base
			if slices.ContainsFunc(here, func(tr clew.Transfer) bool { return tr.Pos == origin[0] }) {
				in.Start.Origins[i].Chain = clew.Ethereum
			}
		}
		two := mustRun(t, in)
		if figures(one) != figures(two) {
			t.Fatalf("seed %d:\n%s\nwant\n%s\n%s\n%s", seed, figures(two), figures(one), two.Method.Notes, one.Method.Notes)
		}
		if len(two.Conversions) > 0 && len(two.Ranges) > 0 {
			crossed++
		}
	}
	if crossed < 30 {
		t.Errorf("%d of the histories cross anything", crossed)
	}
}
