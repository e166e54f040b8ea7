package main

import (
	"os"
	"path/filepath"
	"testing"

	"clew"
	"clew/op"
)

// A coinLeg is what a transaction pays: to whom, by a letter, of which script
// type, how much.
type coinLeg struct {
	who   byte
	form  clew.Form
	units uint64
}

// twoOwners is a chain, a transaction a block. A has a and b and keeps change at
// c; D has d and e and keeps change at d. Then somebody spends b and e, and c
// and d meet in a mix. Inputs name a transaction and an output.
var twoOwners = []struct {
	from [][2]int
	to   []coinLeg
}{
	{nil, []coinLeg{{'a', clew.P2WPKH, 6_000_000}, {'b', clew.P2WPKH, 7_000_000}, {'d', clew.P2WPKH, 8_000_000}, {'e', clew.P2WPKH, 2_400_000}, {'b', clew.P2WPKH, 5_000_000}}},
	{[][2]int{{0, 0}, {0, 1}}, []coinLeg{{'x', clew.P2PKH, 10_000_000}, {'c', clew.P2WPKH, 2_999_000}}},
	{[][2]int{{0, 2}, {0, 3}}, []coinLeg{{'y', clew.P2PKH, 9_876_543}, {'d', clew.P2WPKH, 500_000}}},
	{[][2]int{{1, 1}, {2, 1}}, []coinLeg{{'p', clew.P2WPKH, 400_000}, {'q', clew.P2WPKH, 400_000}, {'r', clew.P2WPKH, 2_690_000}}},
	{nil, []coinLeg{{'e', clew.P2WPKH, 3_000_000}}},
	{[][2]int{{0, 4}, {4, 0}}, []coinLeg{{'z', clew.P2WPKH, 7_999_999}}},
	{[][2]int{{1, 0}}, []coinLeg{{'u', clew.P2WPKH, 1_234_567}, {'v', clew.P2PKH, 8_765_000}}},
}

// keepTwoOwners puts that chain in a ledger in home.
func keepTwoOwners(t *testing.T, home string) {
	t.Helper()
	l := ledgers{dir: filepath.Join(home, "ledger")}
	defer l.close()
	store, err := l.Open(t.Context(), clew.Bitcoin, op.Making)
	if err != nil {
		t.Fatal(err)
	}
	var all []clew.Transfer
	for n, tx := range twoOwners {
		tr := clew.Transfer{Pos: clew.Pos{Height: uint64(n)}, Time: clew.Time(1_600_000_000 + 600*n), Tx: clew.TxID{31: byte(n + 1)}, Asset: clew.NativeAsset(clew.Bitcoin)}
		var in, out clew.Amount
		for _, f := range tx.from {
			l := all[f[0]].To[f[1]]
			l.Spends = &clew.Output{Tx: all[f[0]].Tx, Index: uint32(f[1])}
			tr.From, in = append(tr.From, l), in.Plus(l.Amount)
		}
		for _, l := range tx.to {
			a, err := clew.MakeAddress(clew.Bitcoin, l.form, append(make([]byte, 19), l.who))
			if err != nil {
				t.Fatal(err)
			}
			tr.To, out = append(tr.To, clew.Leg{Address: a, Amount: clew.Units(l.units)}), out.Plus(clew.Units(l.units))
		}
		if len(tx.from) == 0 {
			tr.From = []clew.Leg{{Amount: out}}
		} else {
			tr.To = append(tr.To, clew.Leg{Amount: in.Minus(out)})
		}
		all = append(all, tr)
		b := clew.Block{Ref: clew.BlockRef{Height: uint64(n), Hash: clew.TxID{30: 9, 31: byte(n)}, Time: tr.Time}, Transfers: []clew.Transfer{tr}}
		if n > 0 {
			b.Parent = clew.TxID{30: 9, 31: byte(n - 1)}
		}
		if err := store.Append(t.Context(), b); err != nil {
			t.Fatal(n, err)
		}
	}
}

// TestClusterTranscripts runs the commands of the files in testdata/bitcoin on a
// ledger of that chain.
func TestClusterTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/bitcoin/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		home := homeOf(t)
		keepTwoOwners(t, home)
		keepMix(t, home)
		got := replay(t.Context(), home, string(want))
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if got != string(want) {
			t.Errorf("%s differs (go test ./cmd/clew -update rewrites it):\n%s", file, firstDifference(string(want), got))
		}
	}
}
