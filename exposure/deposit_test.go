package exposure

import (
	"errors"
	"math/rand"
	"testing"

	"clew"
)

// TestDepositIsFundedInOrder: an address got 30 of an exchange, then 50 of
// another, and pays 40: all of the first, and 10 of the second.
func TestDepositIsFundedInOrder(t *testing.T) {
	k := known{who(1): exchange("early"), who(2): exchange("late")}
	transfers := []clew.Transfer{
		move(1, who(1), who(5), ether, 30),
		move(2, who(2), who(5), ether, 50),
		move(3, who(5), who(9), ether, 40),
		move(4, who(5), who(9), ether, 40),
	}
	q := Query{Ledger: ledgerOf(t, transfers), Subject: who(9), Knower: k}
	a, err := OfDeposit(t.Context(), q, transfers[2].Tx)
	if err != nil {
		t.Fatal(err)
	}
	f := a.side(Incoming)
	checkBooks(t, f)
	if r := f.row(who(1), false); r == nil || r.Amount != clew.Units(30) || r.Hops != 2 || r.Transfers[0].With != who(5) {
		t.Errorf("early: %+v", r)
	}
	if r := f.row(who(2), false); r == nil || r.Amount != clew.Units(10) || r.Share != (Share{clew.Units(10), clew.Units(40)}) || r.Transfers[0].Moved != clew.Units(50) {
		t.Errorf("late: %+v", r)
	}
	if a, err = OfDeposit(t.Context(), q, transfers[3].Tx); err != nil || a.side(Incoming).row(who(1), false) != nil {
		t.Errorf("the second deposit has nothing of the first exchange: %v", err)
	}
	var wrong *clew.InputError
	if _, err := OfDeposit(t.Context(), q, transfers[0].Tx); !errors.As(err, &wrong) || wrong.Field != "deposit" {
		t.Errorf("a transaction that pays somebody else: %v", err)
	}
	if _, err := OfDeposit(t.Context(), q, clew.TxID{7}); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("a transaction that is not held: %v", err)
	}
	q.Limits.Hops = 1
	if _, err := OfDeposit(t.Context(), q, transfers[2].Tx); !errors.As(err, &wrong) || wrong.Field != "hops" {
		t.Errorf("one hop: %v", err)
	}
}

// TestHopsOfDeposits are counted as those of haircut are.
func TestHopsOfDeposits(t *testing.T) {
	transfers := []clew.Transfer{move(1, who(7), who(1), ether, 100), move(2, who(1), who(2), ether, 100), move(3, who(2), who(0), ether, 100)}
	q := Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: known{who(7): exchange("x")}}
	for hops, want := range map[int]int{2: 0, 3: 1} {
		q.Limits.Hops = hops
		a, err := OfDeposit(t.Context(), q, transfers[2].Tx)
		if err != nil || len(a.Sides[0].Rows) != want || want == 0 && a.Sides[0].residual(BeyondHops) != clew.Units(100) {
			t.Fatalf("%d hops: %v %+v", hops, err, a.Sides)
		}
		if want == 1 && a.Sides[0].Rows[0].Hops != 3 {
			t.Errorf("%+v", a.Sides[0].Rows[0])
		}
		if !a.Complete() {
			t.Errorf("%+v", a.Limits)
		}
	}
}

// TestDepositsCloseTheirBooks asks about every transfer to the subject of random
// histories: close fails if a unit is lost.
func TestDepositsCloseTheirBooks(t *testing.T) {
	asked := 0
	for seed := range int64(60) {
		random := rand.New(rand.NewSource(seed))
		transfers := randomHistory(random)
		q := Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: known{who(3): exchange("x"), who(4): listed("y")}}
		q.Limits = Limits{Hops: 2 + random.Intn(4), Degree: 8 + random.Intn(100)}
		for i := range transfers {
			if to := transfers[i].To[0].Address; to != who(0) || transfers[i].From[0].Address == to {
				continue
			}
			a, err := OfDeposit(t.Context(), q, transfers[i].Tx)
			if err != nil {
				t.Fatal(err)
			}
			f := a.side(Incoming)
			checkBooks(t, f)
			if f.Totals[0].Counted != transfers[i].Amount() {
				t.Fatalf("seed %d: %s of %s", seed, f.Totals[0].Counted, transfers[i].Amount())
			}
			asked++
		}
	}
	if asked < 100 {
		t.Errorf("%d deposits", asked)
	}
}

// TestOwnInputsOfADeposit: what the subject put into the transaction itself is
// no deposit.
func TestOwnInputsOfADeposit(t *testing.T) {
	coins := newCoins()
	mine, other := coins.mint(script(9), 30), coins.mint(script(5), 60)
	tx := coins.pay([]clew.Output{mine, other}, out{script(9), 80}, out{script(6), 10})
	q := Query{Ledger: ledgerOf(t, coins.transfers), Subject: script(9), Knower: known{script(1): exchange("x")}}
	a, err := OfDeposit(t.Context(), q, coins.transfers[tx].Tx)
	if err != nil {
		t.Fatal(err)
	}
	f := a.side(Incoming)
	checkBooks(t, f)
	if f.Totals[0].Self != clew.Units(30) || f.Totals[0].Counted != clew.Units(50) || f.residual(Issued) != clew.Units(50) {
		t.Errorf("%+v %+v", f.Totals, f.Residual)
	}
}

// TestDepositOfOutputs: a transaction spends outputs of two exchanges, first
// one and then the other, and pays somebody else first: by the order of its
// inputs the subject's output is the second's.
func TestDepositOfOutputs(t *testing.T) {
	coins := newCoins()
	one := coins.mint(script(1), 60)
	two := coins.mint(script(2), 60)
	first := coins.pay([]clew.Output{one}, out{script(5), 60})
	second := coins.pay([]clew.Output{two}, out{script(5), 60})
	last := coins.pay([]clew.Output{coins.out(first, 0), coins.out(second, 0)}, out{script(6), 70}, out{script(9), 50})
	k := known{script(1): exchange("one"), script(2): exchange("two")}
	q := Query{Ledger: ledgerOf(t, coins.transfers), Subject: script(9), Knower: k}
	a, err := OfDeposit(t.Context(), q, coins.transfers[last].Tx)
	if err != nil {
		t.Fatal(err)
	}
	f := a.side(Incoming)
	checkBooks(t, f)
	if len(f.Rows) != 1 || f.Rows[0].Address != script(2) || f.Rows[0].Amount != clew.Units(50) {
		t.Errorf("first in, first out: %+v", f.Rows)
	}
	f = of(t, q).side(Incoming)
	if r := f.row(script(1), false); r == nil || r.Amount != clew.Units(25) {
		t.Errorf("haircut: %+v", r)
	}
}
