package simchain

import (
	"encoding/json"
	"testing"

	"clew"
)

// TestPacesAreFacts wants blocks that are one chain, all planted, each address known,
// and the same world from the same seed.
func TestPacesAreFacts(t *testing.T) {
	w := made(t, Paces, Plan{Seed: 1, Transfers: 12_000})
	l := w.Ledgers[0]
	for i := range l.Blocks {
		b := &l.Blocks[i]
		if err := b.Check(l.Chain); err != nil {
			t.Fatal(err)
		}
		if i > 0 && (b.Parent != l.Blocks[i-1].Ref.Hash || b.Ref.Time <= l.Blocks[i-1].Ref.Time) {
			t.Fatalf("block %d does not follow the one before", b.Ref.Height)
		}
	}
	seen := map[string]bool{}
	for _, x := range w.Typologies {
		seen[x.Rule+x.Behaviour] = true
		for _, a := range x.Addresses {
			thief := w.Actors[w.Addresses[a].Actor].Role == Thief
			if w.Addresses[a].Actor == 0 || thief != x.Guilty {
				t.Errorf("%s, %s: %s is of a %s", x.Rule, x.Behaviour, a.Text(), w.Actors[w.Addresses[a].Actor].Role)
			}
		}
	}
	for _, p := range pacePlants() {
		if !seen[p.rule+p.behaviour] {
			t.Errorf("%s: %s was not planted", p.rule, p.behaviour)
		}
	}
	if w.Freezable() != clew.Token("erc20", w.Freezable().Contract()) || w.Freezable().IsZero() {
		t.Error("no token can be frozen")
	}
	again := made(t, Paces, Plan{Seed: 1, Transfers: 12_000})
	one, _ := json.Marshal(w.Ledgers)
	two, _ := json.Marshal(again.Ledgers)
	if string(one) != string(two) {
		t.Error("the same seed gave another world")
	}
	if plain := made(t, Paces, Plan{Seed: 1, Transfers: 3000, Plain: true}); len(plain.Typologies) > 0 {
		t.Error("a plain world has plants")
	}
}
