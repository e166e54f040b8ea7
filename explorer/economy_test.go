package explorer_test

import (
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger/memory"
	"clew/remote"
	"clew/trace"
)

// mules is a theft of which most goes four hops along one line, and the rest to
// thirty mules that hand it on: the thief is 1, the line 2 to 5, mules from 100 on.
func mules() *world {
	w := &world{chain: clew.Ethereum, head: 1000}
	pay := func(from, to byte, value uint64) {
		n := len(w.txs)
		w.txs = append(w.txs, worldTx{height: uint64(10 + n), from: account(w.chain, from), to: account(w.chain, to), value: value, id: clew.TxID{1, byte(n)}})
	}
	pay(250, 1, 1300)
	pay(1, 2, 1000)
	for n := range byte(30) {
		pay(1, 100+n, 10)
	}
	for n := byte(2); n < 5; n++ {
		pay(n, n+1, 1000)
	}
	for n := range byte(30) {
		pay(100+n, 150+n, 10)
	}
	return w
}

// TestSmallBudgetFollowsMostValue has calls for a few of the addresses that are
// wanted at once: they go to where most of the stolen value leads, hop by hop, and
// not first to everybody whom the thief paid. With calls enough all is fetched, in
// as few rounds as there are hops.
func TestSmallBudgetFollowsMostValue(t *testing.T) {
	for _, c := range []struct {
		name      string
		calls     int64
		least     uint64 // that is explained, of 1300
		rounds    int    // at most
		ended     explorer.Ending
		everybody bool
	}{
		{"few calls", 60, 1000, 20, explorer.EndedBudget, false},
		{"calls enough", 5000, 1300, 5, explorer.EndedHeld, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := mules()
			budget := remote.NewBudget(c.calls)
			store := memory.New(w.chain)
			f := explorer.NewFiller([]explorer.Service{w.etherServer(t, 1000).open(t, "etherscan", w.chain, budget)}, store, budget)
			demand(t.Context(), t, f, account(w.chain, 1))
			r, err := run(t, store, account(w.chain, 1))
			if err != nil {
				t.Fatal(err)
			}
			var explained, all clew.Amount
			for i := range r.Places {
				if p := &r.Places[i]; p.Kind != trace.NotHeld {
					explained = explained.Plus(p.Amount)
				}
				all = all.Plus(r.Places[i].Amount)
			}
			report := f.Report()
			t.Logf("%s of %s explained, %d addresses in %d rounds, %d calls", explained, all, len(report.Fetched), report.Rounds, report.Calls)
			if all != clew.Units(1300) || explained.Less(clew.Units(c.least)) {
				t.Errorf("%s of %s is explained, want %d at least", explained, all, c.least)
			}
			if report.Rounds > c.rounds || report.Ended != c.ended || (len(report.Left) == 0) != c.everybody {
				t.Errorf("%d rounds, ended by %q, %d left", report.Rounds, report.Ended, len(report.Left))
			}
		})
	}
}
