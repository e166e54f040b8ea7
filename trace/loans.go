package trace

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/taint"
)

// errLent says that an engine that goes by position met what goes round within a
// transaction: to net it moves the units behind it.
var errLent = errors.New("value goes round within a transaction")

// A netted is what goes round within one transaction, such as a loan and its
// repayment: of each of its flows, in the order of the chain, from and to whom it goes
// and what is left of it. So the books are those of a history in which it did not go,
// which every pot can pay.
type netted []nettedFlow

type nettedFlow struct {
	pos       clew.Pos
	from, to  clew.Pot
	was, left clew.Amount
}

// lookForLoans looks, when a walk is at a transaction by which rows carry marked
// value, for what goes round within it, and nets that. It is done once, before any
// transfer of those is taken of which rounds are made.
func (w *walk) lookForLoans(ctx context.Context, v *view, rows []row) error {
	if w.in.WithoutSwaps || w.swaps[v.index].rounds {
		return nil
	}
	for _, r := range rows {
		if w.beyond(r.time) {
			return nil // nothing goes on
		}
		tx, err := w.readOnce(ctx, v, r)
		if w.cut(ctx, err) || err != nil && errors.Is(err, clew.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if len(tx) > 0 {
			w.swaps[v.index].rounds = true
			return w.netRounds(ctx, v, rows, tx)
		}
	}
	return nil
}

// netRounds nets what goes round within a transaction, if any of its rows carries
// marked value.
func (w *walk) netRounds(ctx context.Context, v *view, rows []row, tx []clew.Transfer) error {
	if len(tx) > launder.MaxTransfers || !mayGoRound(tx) {
		return nil
	}
	b := roundsOf(tx, func(t *clew.Transfer) bool { return w.stands(v, t) })
	if !b.any() {
		return nil
	}
	var carried bool
	if b.refunds, carried = w.carrying(v, rows, tx); !carried {
		return nil
	}
	b.held = w.heldBefore(ctx, v, clew.Pos{Height: tx[0].Pos.Height, Index: tx[0].Pos.Index})
	if err := b.net(); w.cut(ctx, err) || err != nil {
		return err
	}
	switch {
	case len(b.begun) > 0 && v.supposes(envelopeOf(tx[0].Pos)):
		w.loansLeft += len(b.begun)
		return nil
	case len(b.begun) > 0 && w.unitsOf == nil:
		return errLent
	}
	w.loansNetted, w.loansLeft = w.loansNetted+len(b.begun), w.loansLeft+b.left()
	for _, f := range b.flows {
		if f.left != f.was {
			v.netted = append(v.netted, nettedFlow{f.pos, b.pots[f.from], b.pots[f.to], f.was, f.left})
		}
	}
	return nil
}

// stands reports whether a case, a record, a conversion or a reading says something of
// a transfer, so that nothing of it is netted.
func (w *walk) stands(v *view, t *clew.Transfer) bool {
	for _, leg := range []clew.Leg{t.From[0], t.To[0]} {
		if w.said[clew.Pot{Address: leg.Address, Asset: t.Asset}] != nil {
			return true
		}
	}
	sp := v.special[t.Pos]
	return sp != nil && (len(sp.origins) > 0 || sp.enters != nil || sp.leaves != nil || sp.supposed != nil || sp.into.custody != nil || sp.outOf.custody != nil)
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

// carrying returns the pots with marked value of which some leaves by the rows, or by
// what else they pay by their transaction, and reports whether there is any, or a row
// brings some. First in, first out, what lies further back has no part in it: an engine
// that goes by position does not come there.
func (w *walk) carrying(v *view, rows []row, tx []clew.Transfer) (pots map[clew.Pot]bool, any bool) {
	pots = map[clew.Pot]bool{}
	for _, r := range rows {
		brings := v.special[r.pos].brings()
		any = any || brings
		if w.unitsOf == nil && !brings || w.unitsOf != nil && w.unitsOf(r.nearPot()) != nil {
			pots[r.nearPot()] = true
		}
	}
	if w.unitsOf != nil && w.in.Method.Policy == taint.FIFO {
		out := w.outBy(v, rows, tx)
		maps.DeleteFunc(pots, func(id clew.Pot, _ bool) bool {
			tape := w.unitsOf(id).Contents(nil)
			front := tape.Take(out[id])
			return !front.IsMarked()
		})
	}
	return pots, any || len(pots) > 0
}

// outBy returns what the pots of rows pay by their transaction, from those rows on.
func (w *walk) outBy(v *view, rows []row, tx []clew.Transfer) map[clew.Pot]clew.Amount {
	out := map[clew.Pot]clew.Amount{}
	for i := range tx {
		if len(tx[i].From) != 1 || len(tx[i].To) != 1 {
			continue
		}
		r := v.rowOf(&tx[i])
		if slices.ContainsFunc(rows, func(o row) bool { return o.nearPot() == r.nearPot() && w.ahead(r.pos, o.pos) }) && r.near != r.far {
			out[r.nearPot()] = w.plus(out[r.nearPot()], r.amount)
		}
	}
	return out
}

// ahead reports whether a position is one that a walk has still to come to, or is at.
func (w *walk) ahead(pos, at clew.Pos) bool {
	if w.backward {
		return !at.Before(pos)
	}
	return !pos.Before(at)
}

// heldBefore returns what says what a pot held before a transaction, by the ledger: a
// pot of which that is not known held nothing.
func (w *walk) heldBefore(ctx context.Context, v *view, first clew.Pos) func(clew.Pot) (clew.Amount, error) {
	known := map[clew.Pot]clew.Amount{}
	return func(id clew.Pot) (clew.Amount, error) {
		if held, asked := known[id]; asked {
			return held, nil
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
		if err != nil {
			return clew.Amount{}, err
		}
		known[id] = opening.Plus(in).MinusOrZero(out)
		return known[id], nil
	}
}

// at returns what is netted at a position; nil if nothing is.
func (n netted) at(pos clew.Pos) *nettedFlow {
	i := sort.Search(len(n), func(i int) bool { return !n[i].pos.Before(pos) })
	if i == len(n) || n[i].pos != pos {
		return nil
	}
	return &n[i]
}

// of returns what a transfer moves beside what is netted.
func (n netted) of(pos clew.Pos, amount clew.Amount) clew.Amount {
	if f := n.at(pos); f != nil {
		return f.left
	}
	return amount
}

// beside returns the transfers of a transaction beside what is netted.
func (n netted) beside(tx []clew.Transfer) []clew.Transfer {
	if len(n) == 0 {
		return tx
	}
	var left []clew.Transfer
	for _, t := range tx {
		f := n.at(t.Pos)
		if f != nil && f.left.IsZero() {
			continue
		}
		if f != nil {
			t.From, t.To = []clew.Leg{t.From[0]}, []clew.Leg{t.To[0]}
			t.From[0].Amount, t.To[0].Amount = f.left, f.left
		}
		left = append(left, t)
	}
	return left
}

// heldAt returns what a pot held at a place within the transaction, beside what is
// netted up to there: just before a transfer, or backward just after it.
func (n netted) heldAt(pot clew.Pot, pos clew.Pos, backward bool, held clew.Amount) clew.Amount {
	var more, less clew.Amount
	for i := range n {
		f := &n[i]
		if pos.Before(f.pos) || pos == f.pos && !backward {
			break
		}
		gone := f.was.Minus(f.left)
		switch pot {
		case f.from:
			more, less = more.Plus(gone.MinusOrZero(less)), less.MinusOrZero(gone)
		case f.to:
			less, more = less.Plus(gone.MinusOrZero(more)), more.MinusOrZero(gone)
		}
	}
	return held.Plus(more).MinusOrZero(less)
}

// loanNotes says how many rounds were netted, and how many were not.
func (w *walk) loanNotes() []string {
	var notes []string
	if w.loansNetted > 0 {
		notes = append(notes, fmt.Sprintf("What goes round within one transaction (%d), such as a loan with its repayment or a refund, is netted: it carries nothing, and what exceeds it is paid like anything else. This is a convention.", w.loansNetted))
	}
	if w.loansLeft > 0 {
		notes = append(notes, fmt.Sprintf("What goes round within one transaction and was not netted, or not whole (%d), is followed like any payment: somebody paid away, before it came round, more than it had without it, or the case supposes transfers beside it.", w.loansLeft))
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
