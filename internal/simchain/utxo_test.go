package simchain

import (
	"testing"
	"time"
)

func TestX(t *testing.T) {
	at := time.Now()
	w, err := UTXO(Plan{Seed: 1, Transfers: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(at), w.Transfers(), len(w.Actors), len(w.Addresses), len(w.Change), len(w.Plants), len(w.Thefts), len(w.Joins))
	for _, b := range w.Behaviours("") {
		n := 0
		for _, p := range w.Plants {
			if p.Behaviour == b {
				n++
			}
		}
		t.Log(b, n)
	}
	for i := range w.Ledgers[0].Blocks {
		if err := w.Ledgers[0].Blocks[i].Check(UTXOChain); err != nil {
			t.Fatal(err)
		}
	}
	js := map[Join]int{}
	for _, j := range w.Joins {
		js[j]++
	}
	t.Log(js)
	t.Log(w.Thefts[0])
}
