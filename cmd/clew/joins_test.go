package main

import (
	"path/filepath"
	"testing"

	"clew"
	"clew/op"
)

// keepMix puts a chain of two blocks in a ledger of a test network in home: coins,
// and then three people's mix of them.
func keepMix(t *testing.T, home string) {
	t.Helper()
	l := ledgers{dir: filepath.Join(home, "ledger")}
	defer l.close()
	store, err := l.Open(t.Context(), clew.BitcoinRegtest, op.Making)
	if err != nil {
		t.Fatal(err)
	}
	legs := func(first byte, amounts ...uint64) (list []clew.Leg, sum clew.Amount) {
		for i, n := range amounts {
			a, err := clew.MakeAddress(clew.BitcoinRegtest, clew.P2WPKH, append(make([]byte, 19), first+byte(i)))
			if err != nil {
				t.Fatal(err)
			}
			list, sum = append(list, clew.Leg{Address: a, Amount: clew.Units(n)}), sum.Plus(clew.Units(n))
		}
		return list, sum
	}
	coins, all := legs('a', 700_000, 900_000, 800_001, 1_300_000)
	made := clew.Transfer{Time: 1_600_000_000, Tx: clew.TxID{31: 1}, Asset: clew.NativeAsset(clew.BitcoinRegtest), From: []clew.Leg{{Amount: all}}, To: coins}
	mix := clew.Transfer{Pos: clew.Pos{Height: 1}, Time: 1_600_000_600, Tx: clew.TxID{31: 2}, Asset: made.Asset}
	for i, c := range coins[:3] {
		c.Spends = &clew.Output{Tx: made.Tx, Index: uint32(i)}
		mix.From = append(mix.From, c)
	}
	paid, sum := legs('k', 600_000, 97_000, 600_000, 301_000, 200_001, 600_000)
	mix.To = append(paid, clew.Leg{Amount: clew.Units(2_400_001).Minus(sum)})
	pay := clew.Transfer{Pos: clew.Pos{Height: 1, Index: 1}, Time: 1_600_000_600, Tx: clew.TxID{31: 3}, Asset: made.Asset, From: []clew.Leg{coins[3]}}
	pay.From[0].Spends = &clew.Output{Tx: made.Tx, Index: 3}
	pay.To, _ = legs('s', 300_000, 999_000)
	pay.To = append(pay.To, clew.Leg{Amount: clew.Units(1_000)})
	for n, transfers := range [][]clew.Transfer{{made}, {mix, pay}} {
		b := clew.Block{Ref: clew.BlockRef{Height: uint64(n), Hash: clew.TxID{30: 8, 31: byte(n)}, Time: transfers[0].Time}, Transfers: transfers}
		if n > 0 {
			b.Parent = clew.TxID{30: 8, 31: byte(n - 1)}
		}
		if err := store.Append(t.Context(), b); err != nil {
			t.Fatal(n, err)
		}
	}
}
