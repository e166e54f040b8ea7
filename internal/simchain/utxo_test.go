package simchain

import (
	"testing"

	"clew"
)

// TestCoinsAreSpentOnce replays a Bitcoin-like world by hand: every input spends
// an output that is there, of that address and amount, and is in the truth.
func TestCoinsAreSpentOnce(t *testing.T) {
	for seed := range uint64(5) {
		make := UTXO
		if seed == 4 {
			make = Mixes
		}
		w := made(t, make, Plan{Seed: seed, Transfers: 5_000})
		unspent := map[clew.Output]clew.Leg{}
		eachTransfer(w, func(_ clew.Chain, tr *clew.Transfer) {
			holders := map[int]bool{}
			for i := range tr.From {
				in := &tr.From[i]
				if in.Address.IsZero() {
					continue
				}
				made, ok := unspent[*in.Spends]
				if !ok || made.Address != in.Address || made.Amount != in.Amount {
					t.Fatalf("seed %d: %s: input %d spends what is not there", seed, tr.Tx, i)
				}
				delete(unspent, *in.Spends)
				holders[w.Addresses[in.Address].Actor] = true
			}
			if join := w.Joins[tr.Tx]; (join != "") != (len(holders) > 1) {
				t.Fatalf("seed %d: %s: join %q of %d actors", seed, tr.Tx, join, len(holders))
			}
			for i := range tr.To {
				out := clew.Output{Tx: tr.Tx, Index: uint32(i)}
				if !tr.To[i].Address.IsZero() {
					unspent[out] = tr.To[i]
				}
				if w.Change[out] && !holders[w.Addresses[tr.To[i].Address].Actor] {
					t.Fatalf("seed %d: %s: output %d is change of somebody who paid nothing", seed, tr.Tx, i)
				}
			}
			if _, ok := w.Forms[tr.Tx]; !ok {
				t.Fatalf("seed %d: %s has no form", seed, tr.Tx)
			}
		})
	}
}
