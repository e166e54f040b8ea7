package simchain

import (
	"testing"
	"time"
)

func TestX(t *testing.T) {
	for name, f := range map[string]func(Plan) (*World, error){"utxo": UTXO, "evm": EVM, "tron": Tron} {
		at := time.Now()
		w, err := f(Plan{Seed: 1, Transfers: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(name, time.Since(at), w.Transfers(), len(w.Actors), len(w.Addresses), len(w.Change), len(w.Plants), len(w.Thefts), len(w.Joins), len(w.Crossings), len(w.Approvals))
		for _, b := range w.Behaviours("") {
			n := 0
			for _, p := range w.Plants {
				if p.Behaviour == b {
					n++
				}
			}
			t.Log(b, n)
		}
		for _, l := range w.Ledgers {
			t.Log(l.Chain, len(l.Blocks))
			for i := range l.Blocks {
				if err := l.Blocks[i].Check(l.Chain); err != nil {
					t.Fatal(err)
				}
			}
		}
		js := map[Join]int{}
		for _, j := range w.Joins {
			js[j]++
		}
		t.Log(js)
		ks := map[StepKind]int{}
		for _, th := range w.Thefts {
			for _, s := range th.Steps {
				ks[s.Kind]++
			}
		}
		t.Log(ks)
	}
}
