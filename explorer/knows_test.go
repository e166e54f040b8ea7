package explorer_test

import (
	"errors"
	"testing"

	"clew"
	"clew/explorer"
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
	if _, err := s.Knows(t.Context(), account(clew.Ethereum, 1)); err != nil || budget.Left() > 998 {
		t.Errorf("%v, %d calls left", err, budget.Left())
	}
	for n := range 20 {
		a := account(clew.Ethereum, byte(n))
		before := budget.Left()
		known, err := s.Knows(t.Context(), a)
		if err != nil || known != active[a] {
			t.Errorf("%s: %v, %v; it is %v", a.Text(), known, err, active[a])
		}
		if calls := before - budget.Left(); calls < 1 || calls > 2 {
			t.Errorf("%s: %d calls", a.Text(), calls)
		}
	}
	spent := w.etherServer(t, 1000).open(t, "etherscan", clew.Ethereum, remote.NewBudget(0)).(explorer.Knower)
	if known, err := spent.Knows(t.Context(), account(clew.Ethereum, 1)); known || !errors.Is(err, remote.ErrBudget) {
		t.Errorf("without a budget: %v, %v", known, err)
	}
}
