package account

import (
	"context"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
)

// TestSameKey wants a signature on each chain: not a payment by a contract, nor
// digits that were only paid.
func TestSameKey(t *testing.T) {
	tron := func(lines string) *world { return newWorld(t, clew.Tron, lines) }
	evm := func(chain clew.Chain, lines string) *world { return newWorld(t, chain, lines) }
	for _, c := range []struct {
		name     string
		worlds   []*world
		here     bool
		same     []clew.Chain
		unsigned []clew.Chain
	}{
		{"signed on both", []*world{evm(clew.Ethereum, "1 by a 1: a>b 5"), evm(clew.BNB, "7 by a 1: a>b 5 USDT")}, true, []clew.Chain{clew.BNB}, nil},
		{"on the other only paid", []*world{evm(clew.Ethereum, "1 by a 1: a>b 5"), evm(clew.BNB, "7 by b 1: b>a 5")}, true, nil, []clew.Chain{clew.BNB}},
		{"a contract on the other: others pay its fees", []*world{evm(clew.Ethereum, "1 by a 1: a>b 5"), evm(clew.BNB, "7 by b 1: b>a 5, a>c 5")}, true, nil, []clew.Chain{clew.BNB}},
		{"a contract here", []*world{evm(clew.Ethereum, "1 by c 1: a>b 5"), evm(clew.BNB, "7 by a 1: a>b 5")}, false, nil, nil},
		{"not met on the other", []*world{evm(clew.Ethereum, "1 by a 1: a>b 5"), evm(clew.BNB, "7 by c 1: c>b 5")}, true, nil, nil},
		{"the fee is not held", []*world{evm(clew.Ethereum, "1 by a 1: a>b 5"), evm(clew.BNB, "7 by a 0: a>b 5")}, true, nil, []clew.Chain{clew.BNB}},
		{"signed on Tron by a fee", []*world{evm(clew.Ethereum, "1 by a 1: a>b 5"), tron("7 by a 1: a>b 5")}, true, []clew.Chain{clew.Tron}, nil},
		{"signed on Tron by a stake", []*world{evm(clew.Ethereum, "1 by a 1: a>b 5"), tron("7 act stake a")}, true, []clew.Chain{clew.Tron}, nil},
		{"on Tron a contract lent", []*world{evm(clew.Ethereum, "1 by a 1: a>b 5"), tron("7 act delegation a b by a contract")}, true, nil, nil},
		{"on Tron others may sign since before", []*world{evm(clew.Ethereum, "1 by a 1: a>b 5"), tron("6 by x 1: x>a 5\n 7 act permission a thief owner\n8 by a 1: a>b 5")}, true, []clew.Chain{clew.Tron}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var ledgers []ledger.Snapshot
			for _, w := range c.worlds {
				ledgers = append(ledgers, w.snapshot())
			}
			k, err := SameKey(context.Background(), c.worlds[0].a("a"), ledgers)
			if err != nil {
				t.Fatal(err)
			}
			if (k.Here != nil) != c.here || !slices.Equal(k.Same(), c.same) || !slices.Equal(k.Unsigned, c.unsigned) {
				t.Errorf("here %v, the same on %v, unsigned on %v", k.Here, k.Same(), k.Unsigned)
			}
			for _, s := range k.Elsewhere {
				if s.Tx.IsZero() || s.Shown == "" || s.Pos.Height < 7 {
					t.Errorf("evidence %+v", s)
				}
			}
		})
	}
}

// TestSignatures finds the first of a long history, and none where others were
// let sign before it.
func TestSignatures(t *testing.T) {
	const handed = "6 by x 1: x>a 5\n7 act permission a thief owner\n8 by a 1: a>b 5"
	w := newWorld(t, clew.Tron, handed)
	s, err := FirstSignature(context.Background(), w.snapshot(), w.a("a"))
	if err != nil || s == nil || s.Shown != string(clew.Permission) || s.Pos.Height != 7 {
		t.Errorf("%+v, %v: want the update, which it signed itself", s, err)
	}
	w.acts[0].By = w.a("x")
	if s, err := FirstSignature(context.Background(), w.snapshot(), w.a("a")); err != nil || s != nil {
		t.Errorf("%+v, %v: want none, for the thief may have signed", s, err)
	}
	w = newWorld(t, clew.Ethereum, "1 by o 1: a>b 5")
	for height := range uint64(600) {
		w.move(clew.Pos{Height: 2 + height}, clew.TxID{9}, w.asset(""), "a", "b", 1)
	}
	w.line("700 by a 1: a>b 5")
	if s, err := FirstSignature(context.Background(), w.snapshot(), w.a("a")); err != nil || s == nil || s.Pos.Height != 700 || s.Pos.Class != clew.Fee {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestSameKeyOfCoins takes the two forms of a key's hash on Bitcoin and its kin.
func TestSameKeyOfCoins(t *testing.T) {
	var ledgers []ledger.Snapshot
	var a clew.Address
	for _, chain := range []clew.Chain{clew.Bitcoin, clew.Litecoin} {
		w := newWorld(t, chain, "3 by - 0: a>b 5")
		a = w.a("a")
		ledgers = append(ledgers, w.snapshot())
	}
	old, err := clew.MakeAddress(clew.Bitcoin, clew.P2PKH, a.Key())
	if err != nil {
		t.Fatal(err)
	}
	k, err := SameKey(context.Background(), a, ledgers)
	if err != nil || k.Here == nil || !slices.Equal(k.Same(), []clew.Chain{clew.Bitcoin}) {
		t.Errorf("%+v, %v", k, err)
	}
	if k, err := SameKey(context.Background(), old, ledgers); err != nil || k.Here != nil || len(k.Elsewhere) != 2 || k.Same() != nil {
		t.Errorf("%+v, %v: want nothing of a form that is not held", k, err)
	}
	paid := newWorld(t, clew.Litecoin, "3 by - 0: b>a 5")
	if k, err := SameKey(context.Background(), a, []ledger.Snapshot{ledgers[0], paid.snapshot()}); err != nil || k.Here != nil || k.Same() != nil || len(k.Elsewhere) != 1 {
		t.Errorf("%+v, %v: want nothing of one that was only paid", k, err)
	}
}
