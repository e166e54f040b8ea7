package trace

import (
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// TestPartGivenBack: of a swap by THORChain that fills in part, what came out crosses
// and what was given back goes on where it went in, by every policy, and the books
// close; backward it is not crossed.
func TestPartGivenBack(t *testing.T) {
	router, err := clew.ParseAddress("0xD37BbE5744D730a1d98d8DC97c42F0Ca46aD7146", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	payer, onBase := who(10), clew.EVMAddress(clew.Base, [20]byte(who(12).Key()))
	here := []clew.Transfer{move(0, who(1), payer, ether, 1000), move(1, payer, router, ether, 1000), move(3, router, payer, ether, 400), move(5, payer, who(11), ether, 400)}
	there := []clew.Transfer{move(2, clew.EVMAddress(clew.Base, [20]byte{9}), onBase, clew.NativeAsset(clew.Base), 590), move(4, onBase, clew.EVMAddress(clew.Base, [20]byte{19: 7}), clew.NativeAsset(clew.Base), 90)}
	asks := func(of *clew.Transfer, on, by clew.Address, with clew.Address, text string) clew.Act {
		pos := of.Pos
		pos.Class, pos.Ordinal = clew.Log, 1000
		a := clew.Act{Pos: pos, Tx: of.Tx, Time: of.Time, On: on, By: by, With: with, Asset: of.Asset, Amount: of.Amount()}
		a.SetMemo(clew.RouterDeposit, []byte(text))
		return a
	}
	in := asks(&here[1], who(99), payer, router, "=:BASE.ETH:"+onBase.Text())
	id := strings.ToUpper(here[1].Tx.String()[2:])
	back := asks(&here[2], payer, who(99), router, "REFUND:"+id)
	out := asks(&there[0], onBase, there[0].From[0].Address, clew.Address{}, "OUT:"+id)
	for _, p := range []taint.Policy{taint.FIFO, taint.LIFO, taint.Haircut, taint.TaintFirst} {
		ask := Input{Spread: No, Method: taint.Method{Policy: p}, Start: Start{Transfer: &here[0].Pos},
			Ledgers: []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, here, []clew.Act{in, back})}, Others: []ledger.Snapshot{ledgerSaying(t, clew.Base, there, []clew.Act{out})}}
		r := swapRun(t, string(p), ask)
		if got, want := briefly(r), "unspent 12 = 500; unspent 11 = 400; unspent 7 = 90"; got != want {
			t.Errorf("%s: %s, want %s\n%+v", p, got, want, r.Conversions)
		}
		if len(r.Conversions) != 1 || r.Conversions[0].In != clew.Units(600) || r.Conversions[0].Out != clew.Units(590) {
			t.Errorf("%s: %+v", p, r.Conversions)
		}
		if p == taint.TaintFirst {
			continue // it is for forward alone
		}
		ask.Direction, ask.Start = Backward, Start{Transfer: &there[1].Pos}
		ask.Ledgers, ask.Others = ask.Others, ask.Ledgers
		for _, c := range swapRun(t, string(p)+", backward", ask).Conversions {
			if !strings.Contains(c.Note, "backward") {
				t.Errorf("%s, backward: %+v", p, c)
			}
		}
	}
}
