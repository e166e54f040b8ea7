package simchain

import (
	"reflect"
	"testing"

	"clew"
)

// TestThieves: facts that can be, in blocks that follow each other; every theft
// begins with a transfer from its victim to its thief, in the order of days; and the
// same plan gives the same world.
func TestThieves(t *testing.T) {
	plan := Plan{Seed: 4, Transfers: 2_000}
	w, err := Thieves(plan)
	if err != nil {
		t.Fatal(err)
	}
	at := map[clew.Pos]*clew.Transfer{}
	var last clew.BlockRef
	for i := range w.Ledgers[0].Blocks {
		b := &w.Ledgers[0].Blocks[i]
		if i > 0 && (b.Parent != last.Hash || b.Ref.Time < last.Time) {
			t.Fatalf("block %d does not follow", i)
		}
		last = b.Ref
		for j := range b.Transfers {
			if err := b.Transfers[j].Check(); err != nil {
				t.Fatal(err)
			}
			at[b.Transfers[j].Pos] = &b.Transfers[j]
		}
	}
	thieves := map[int]int{}
	for i := range w.Jobs {
		j := &w.Jobs[i]
		thieves[j.Thief]++
		if i > 0 && j.Day <= w.Jobs[i-1].Day {
			t.Errorf("theft %s is not after the one before it", j.Name)
		}
		x := at[j.Start[0]]
		if x == nil || w.Addresses[x.To[0].Address].Actor != j.Thief || w.Actors[w.Addresses[x.From[0].Address].Actor].Role != Person {
			t.Errorf("theft %s begins with %+v", j.Name, x)
		}
	}
	if len(w.Jobs) != 12 || len(thieves) != 10 {
		t.Errorf("%d thefts by %d thieves", len(w.Jobs), len(thieves))
	}
	again, err := Thieves(plan)
	if err != nil || !reflect.DeepEqual(w, again) {
		t.Errorf("the same plan gives another world: %v", err)
	}
}
