package explorer_test

import (
	"errors"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger/memory"
	"clew/ledger/vfs"
	"clew/remote"
)

// TestKnows asks of every address of a world, and of one that is not there,
// within two calls each, after one by which the service is known to be of the
// chain; what the service does not answer is no answer.
func TestKnows(t *testing.T) {
	w := newWorld(clew.Ethereum, 5, 20)
	active := map[clew.Address]bool{}
	for i := range w.txs {
		tx := &w.txs[i]
		active[tx.from], active[tx.to] = true, true
		if tx.token != nil {
			active[tx.token.from], active[tx.token.to] = true, true
		}
	}
	budget := remote.NewBudget(1000)
	s := w.etherServer(t, 1000).open(t, "etherscan", clew.Ethereum, budget).(explorer.Knower)
	if _, err := s.Knows(t.Context(), account(clew.Ethereum, 1), new([]explorer.Answer)); err != nil || budget.Left() > 998 {
		t.Errorf("%v, %d calls left", err, budget.Left())
	}
	for n := range 20 {
		a := account(clew.Ethereum, byte(n))
		before := budget.Left()
		known, err := s.Knows(t.Context(), a, new([]explorer.Answer))
		if err != nil || known != active[a] {
			t.Errorf("%s: %v, %v; it is %v", a.Text(), known, err, active[a])
		}
		if calls := before - budget.Left(); calls < 1 || calls > 2 {
			t.Errorf("%s: %d calls", a.Text(), calls)
		}
	}
	spent := w.etherServer(t, 1000).open(t, "etherscan", clew.Ethereum, remote.NewBudget(0)).(explorer.Knower)
	if known, err := spent.Knows(t.Context(), account(clew.Ethereum, 1), new([]explorer.Answer)); known || !errors.Is(err, remote.ErrBudget) {
		t.Errorf("without a budget: %v, %v", known, err)
	}
}

// TestKnowsOnce: what was answered is kept, and is asked for anew where that is
// wanted alone.
func TestKnowsOnce(t *testing.T) {
	w := newWorld(clew.Ethereum, 5, 20)
	archive := explorer.OpenArchive(vfs.NewMem())
	budget := remote.NewBudget(100)
	server := w.etherServer(t, 1000)
	for n, c := range []struct {
		a       clew.Address
		refresh bool
		calls   int64
		has     bool
	}{
		{account(clew.Ethereum, 200), false, 3, false}, {account(clew.Ethereum, 200), false, 0, false}, {w.txs[0].from, false, 1, true},
		{w.txs[0].from, false, 0, true}, {account(clew.Ethereum, 200), true, 3, false},
	} {
		f := explorer.NewFiller([]explorer.Service{server.open(t, "etherscan", clew.Ethereum, budget)}, memory.New(clew.Ethereum), budget)
		f.Archive, f.Refresh = archive, c.refresh
		before := budget.Left()
		known, err := f.Knows(t.Context(), c.a)
		if calls := before - budget.Left(); err != nil || known.Has != c.has || known.Service == "" || known.Kept.Known() != (c.calls == 0) || n != 2 && calls != c.calls {
			t.Errorf("question %d: %+v, %v after %d calls", n, known, err, calls)
		}
	}
}
