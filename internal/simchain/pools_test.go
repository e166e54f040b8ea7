package simchain

import (
	"reflect"
	"testing"

	"clew"
)

// TestPools: facts that can be, pools that give no more than they took, every
// withdrawal of a note that was put in before and spent once; and the same plan
// gives the same world.
func TestPools(t *testing.T) {
	w, err := Pools(Plan{Seed: 4, Transfers: 4_000})
	if err != nil {
		t.Fatal(err)
	}
	if n := w.Transfers(); n < 4_000 || len(w.Cases) < 10 || len(w.Spends) < 300 {
		t.Fatalf("%d transfers, %d cases, %d withdrawals", n, len(w.Cases), len(w.Spends))
	}
	held, at := map[clew.Address]clew.Amount{}, map[clew.Pos]*clew.Transfer{}
	var last clew.BlockRef
	for i := range w.Ledgers[0].Blocks {
		b := &w.Ledgers[0].Blocks[i]
		if i > 0 && (b.Parent != last.Hash || b.Ref.Time < last.Time) {
			t.Fatalf("block %d does not follow", i)
		}
		last = b.Ref
		for j := range b.Transfers {
			x := &b.Transfers[j]
			if err := x.Check(); err != nil {
				t.Fatal(err)
			}
			at[x.Pos] = x
			for _, p := range w.Pools {
				if x.Asset == p.Asset && x.To[0].Address == p.At {
					held[p.At] = held[p.At].Plus(x.Amount())
				}
				if x.Asset == p.Asset && x.From[0].Address == p.At {
					held[p.At] = held[p.At].Minus(x.Amount()) // panics below zero
				}
			}
		}
	}
	spent := map[clew.Pos]bool{}
	for out, in := range w.Spends {
		o, i := at[out], at[in]
		if o == nil || i == nil || !in.Before(out) || spent[in] || o.From[0].Address != i.To[0].Address {
			t.Fatalf("%s spends %s", out, in)
		}
		spent[in] = true
		if w.Addresses[o.To[0].Address].Actor != w.Addresses[i.From[0].Address].Actor {
			t.Fatalf("%s pays somebody else", out)
		}
	}
	again, err := Pools(w.Plan)
	if err != nil || !reflect.DeepEqual(again.Ledgers, w.Ledgers) || !reflect.DeepEqual(again.Spends, w.Spends) {
		t.Error("the same plan gives another world: ", err)
	}
	if _, err := Pools(Plan{Transfers: 1}); err == nil {
		t.Error("a plan out of bounds")
	}
}
