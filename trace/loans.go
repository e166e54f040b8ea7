package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/taint"
)

// What of one transaction is looked at: loans, and transfers of one pot.
const (
	mostLoans = 16
	mostMoves = 1 << 10
)

// A loan is what one address gave another and got back from it within one
// transaction. It is netted: both transfers carry so much less. So the books are
// those of a history in which it was not made, which every pot can pay.
type loan struct {
	lender, borrower clew.Pot
	taken, repaid    clew.Pos
	amount           clew.Amount
}

// errLent says that an engine that goes by position met a loan: to net it moves
// the units behind it.
var errLent = errors.New("a loan is repaid within a transaction")

// lookForLoans looks, when a walk comes to a transaction, whether those that pay
// marked value by rows borrowed in it and paid back, or lent and were paid.
func (w *walk) lookForLoans(ctx context.Context, v *view, rows []row) error {
	v.loans = nil
	if w.backward || w.in.WithoutSwaps {
		return nil
	}
	var moves map[clew.Pot][]row
	var pots []clew.Pot
	var tx []clew.Transfer
	for _, r := range rows {
		read, err := w.readOnce(ctx, v, r)
		if w.cut(ctx, err) || err != nil && errors.Is(err, clew.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		pot := r.nearPot()
		if len(read) == 0 || len(read) > launder.MaxTransfers || moves[pot] != nil {
			continue
		}
		if tx = read; moves == nil {
			moves = map[clew.Pot][]row{}
		}
		if moves[pot] = movesOf(v, pot, tx); len(moves[pot]) > 0 {
			pots = append(pots, pot)
		}
	}
	return w.netAll(ctx, v, pots, moves, tx)
}

// netAll nets the loans of pots with marked value, by their transfers of one
// transaction, until no more can be.
func (w *walk) netAll(ctx context.Context, v *view, pots []clew.Pot, moves map[clew.Pot][]row, tx []clew.Transfer) error {
	slices.SortFunc(pots, func(a, b clew.Pot) int {
		return cmp.Or(moves[a][0].pos.Cmp(moves[b][0].pos), compareAddresses(a.Address, b.Address), compareAssets(a.Asset, b.Asset))
	})
	for {
		netted, left := len(v.loans), 0
		for _, pot := range pots {
			n, err := w.netLoans(ctx, v, pot, moves[pot], tx)
			if err != nil {
				return err
			}
			left += n
		}
		if len(v.loans) == netted { // what is netted may let others be
			w.loansNetted, w.loansLeft = w.loansNetted+netted, w.loansLeft+left
			return nil
		}
	}
}

// netLoans nets the loans that a pot with marked value took or gave, if what the
// borrower held covers all it paid beside. It returns how many are left.
func (w *walk) netLoans(ctx context.Context, v *view, of clew.Pot, own []row, tx []clew.Transfer) (left int, err error) {
	loans := w.pair(v, of, own)
	if len(loans) == 0 || !w.moves(of, own) {
		return 0, nil
	}
	if v.supposes(envelopeOf(own[0].pos)) {
		return len(loans), nil
	}
	for _, l := range loans {
		moves := movesOf(v, l.borrower, tx)
		held, err := w.heldBefore(ctx, v, l.borrower, moves[0].pos)
		switch {
		case err != nil:
			return 0, err
		case !covers(held, l.borrower, moves, append(slices.Clone(v.loans), l)):
			left++
		case w.unitsOf == nil:
			return 0, errLent
		default:
			v.loans = append(v.loans, l)
		}
	}
	return left, nil
}

// supposes reports whether a case supposes a transfer in a transaction.
func (v *view) supposes(place envelope) bool {
	for pos, sp := range v.special {
		if sp.supposed != nil && envelopeOf(pos) == place {
			return true
		}
	}
	return false
}

// movesOf returns the transfers of a transaction that move units of a pot.
func movesOf(v *view, pot clew.Pot, tx []clew.Transfer) (moves []row) {
	for i := range tx {
		t := &tx[i]
		if t.Asset != pot.Asset || len(t.From) != 1 || len(t.To) != 1 || t.Amount().IsZero() {
			continue
		}
		if r := v.rowOf(t); r.near != r.far && (r.near == pot.Address || r.far == pot.Address) {
			moves = append(moves, r)
		}
	}
	return moves
}

// pair returns the loans among the transfers of a pot: for each transfer, the
// first later one that gives its sender as much, of which nothing else is said.
func (w *walk) pair(v *view, of clew.Pot, own []row) (loans []loan) {
	used := map[clew.Pos]bool{}
	for _, l := range v.loans {
		used[l.taken], used[l.repaid] = true, true
	}
	if len(own) > mostMoves {
		return nil
	}
	for i, given := range own {
		if len(v.loans)+len(loans) == mostLoans {
			break
		}
		lender, borrower := given.nearPot(), given.farPot()
		if nobodys(given) || used[given.pos] || v.special[given.pos] != nil || w.said[lender] != nil || w.said[borrower] != nil {
			continue
		}
		for _, back := range own[i+1:] {
			if back.near != given.far || back.far != given.near || back.amount.Less(given.amount) ||
				back.pos.Class >= clew.Fee || used[back.pos] || v.special[back.pos] != nil {
				continue
			}
			used[given.pos], used[back.pos] = true, true
			loans = append(loans, loan{lender, borrower, given.pos, back.pos, given.amount})
			break
		}
	}
	return loans
}

// nobodys reports whether a transfer is a fee, or has nobody on one side.
func nobodys(r row) bool {
	nobody := func(a clew.Address) bool { return a.IsZero() || a.IsIssuer() }
	return r.pos.Class >= clew.Fee || nobody(r.near) || nobody(r.far)
}

// moves reports whether marked units of a pot would move by its transfers of a
// transaction. First in, first out those further back have no part in it: an engine
// that goes by position does not come there.
func (w *walk) moves(of clew.Pot, own []row) bool {
	if w.unitsOf == nil {
		return true
	}
	units := w.unitsOf(of)
	if units == nil || w.in.Method.Policy != taint.FIFO {
		return units != nil
	}
	var out clew.Amount
	for _, r := range own {
		if r.near == of.Address {
			out = w.plus(out, r.amount)
		}
	}
	front, _ := units.Contents(nil).Cut(out)
	return front.IsMarked()
}

// heldBefore returns what a pot held before its first transfer of the transaction
// that the walk comes to.
func (w *walk) heldBefore(ctx context.Context, v *view, id clew.Pot, first clew.Pos) (clew.Amount, error) {
	if w.unitsOf != nil {
		if units := w.unitsOf(id); units != nil {
			return units.Balance(), nil
		}
	}
	opening, err := v.opening(ctx, id)
	if errors.Is(err, ledger.ErrOverflow) {
		return clew.Amount{}, nil
	}
	if err != nil {
		return clew.Amount{}, err
	}
	in, err := v.sumBefore(ctx, id, ledger.In, first)
	if err != nil {
		return clew.Amount{}, err
	}
	out, err := v.sumBefore(ctx, id, ledger.Out, first)
	return opening.Plus(in).MinusOrZero(out), err
}

// covers reports whether a pot can pay its transfers of a transaction without
// what it borrowed.
func covers(held clew.Amount, pot clew.Pot, own []row, loans []loan) bool {
	for _, r := range own {
		amount := netOf(loans, r.pos, r.amount)
		if r.far == pot.Address {
			sum, fits := held.Add(amount)
			if !fits {
				return false
			}
			held = sum
			continue
		}
		if held.Less(amount) {
			return false
		}
		held = held.Minus(amount)
	}
	return true
}

// netOf returns what a transfer moves beside loans.
func netOf(loans []loan, pos clew.Pos, amount clew.Amount) clew.Amount {
	for i := range loans {
		if l := &loans[i]; l.taken == pos || l.repaid == pos {
			return amount.Minus(l.amount)
		}
	}
	return amount
}

// netted returns the transfers of a transaction beside its loans.
func (v *view) netted(tx []clew.Transfer) []clew.Transfer {
	if len(v.loans) == 0 {
		return tx
	}
	var left []clew.Transfer
	for _, t := range tx {
		n := netOf(v.loans, t.Pos, t.Amount())
		if n.IsZero() && !t.Amount().IsZero() {
			continue
		}
		if n != t.Amount() {
			t.From, t.To = []clew.Leg{t.From[0]}, []clew.Leg{t.To[0]}
			t.From[0].Amount, t.To[0].Amount = n, n
		}
		left = append(left, t)
	}
	return left
}

// withoutLoans returns what a pot held just before a transfer, beside loans that
// were taken and not yet repaid.
func (v *view) withoutLoans(pot clew.Pot, pos clew.Pos, held clew.Amount) clew.Amount {
	for i := range v.loans {
		l := &v.loans[i]
		if !l.taken.Before(pos) || l.repaid.Before(pos) {
			continue
		}
		switch pot {
		case l.borrower:
			held = held.MinusOrZero(l.amount)
		case l.lender:
			held = held.Plus(l.amount)
		}
	}
	return held
}

// loanNotes says how many loans were netted, and how many were not.
func (w *walk) loanNotes() []string {
	var notes []string
	if w.loansNetted > 0 {
		notes = append(notes, fmt.Sprintf("Loans taken and repaid within one transaction (%d) are netted: what went to and fro carries nothing, and what a repayment has beyond its loan is paid like anything else. This is a convention.", w.loansNetted))
	}
	if w.loansLeft > 0 {
		notes = append(notes, fmt.Sprintf("Loans taken and repaid within one transaction (%d) are followed like any payments: the borrower paid away, before it repaid, more than it held, or the case supposes transfers beside them.", w.loansLeft))
	}
	return notes
}

// readOnce is swapTransfers, which it asks once for a row while the walk is at
// its transaction.
func (w *walk) readOnce(ctx context.Context, v *view, r row) ([]clew.Transfer, error) {
	read := w.swaps[v.index].read
	tx, known := read[r.pos]
	if known {
		return tx, nil
	}
	tx, err := w.swapTransfers(ctx, v, r)
	if err == nil {
		read[r.pos] = tx
	}
	return tx, err
}
