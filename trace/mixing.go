package trace

import (
	"slices"

	"clew"
	"clew/taint"
)

// mix carries what enters a Bitcoin transaction to the legs by which it
// leaves.
func (e *outputs) mix(m *mixing, near, far []clew.Leg) error {
	for i := range near {
		m.enters[i] = m.enters[i].Append(taint.CleanRun(near[i].Amount.MinusOrZero(m.enters[i].Total())))
	}
	if e.backward {
		e.unmix(m, near, far)
		return nil
	}
	// The fee is an output to nobody, and is paid last.
	var fees, paid []int
	var amounts []clew.Amount
	var fee clew.Amount
	for i, leg := range far {
		if leg.Address.IsZero() {
			fees, fee = append(fees, i), fee.Plus(leg.Amount)
			continue
		}
		paid, amounts = append(paid, i), append(amounts, leg.Amount)
	}
	to, rest, err := taint.Apply(e.in.Method, m.enters, amounts, fee)
	if err != nil {
		return err
	}
	for k, i := range paid {
		m.leaves[i] = to[k]
	}
	for _, i := range fees {
		m.leaves[i], rest = rest.Cut(far[i].Amount)
	}
	return nil
}

// unmix carries what is asked of a transaction's outputs back to the inputs
// that paid it.
func (e *outputs) unmix(m *mixing, outs, ins []clew.Leg) {
	var asked taint.Tape // in the order in which outputs are paid
	for _, fee := range []bool{false, true} {
		for i, leg := range outs {
			if leg.Address.IsZero() == fee {
				asked = append(asked, m.enters[i]...)
			}
		}
	}
	switch e.in.Method.Policy {
	case taint.LIFO:
		slices.Reverse(asked)
		m.cutInto(asked, ins)
	case taint.FIFO:
		m.cutInto(asked, ins)
	case taint.Poison:
		for i, leg := range ins {
			m.leaves[i] = taint.Tape{}.Append(taint.Run{Amount: leg.Amount, Marks: asked.Marks()})
		}
	default:
		m.shareOut(asked, ins)
	}
}

// cutInto gives each input its units, in order.
func (m *mixing) cutInto(asked taint.Tape, ins []clew.Leg) {
	for i, leg := range ins {
		m.leaves[i], asked = asked.Cut(leg.Amount)
	}
}

// shareOut gives each input its share of what every set of marks asks. No
// input is asked for more than it has: rounding takes what room is left.
func (m *mixing) shareOut(asked taint.Tape, ins []clew.Leg) {
	room := make([]clew.Amount, len(ins))
	for i, leg := range ins {
		room[i] = leg.Amount
	}
	slices.SortStableFunc(asked, func(a, b taint.Run) int {
		switch {
		case a.Marks.IsZero() == b.Marks.IsZero():
			return a.Marks.Compare(b.Marks)
		case a.Marks.IsZero():
			return 1
		}
		return -1
	})
	for _, run := range (taint.Tape{}).Append(asked...) {
		if run.Marks.IsZero() {
			continue
		}
		rest := taint.Tape{run}
		for i, n := range taint.Spread(run.Amount, room) {
			var part taint.Tape
			part, rest = rest.Cut(n)
			m.leaves[i], room[i] = m.leaves[i].Append(part...), room[i].Minus(n)
		}
	}
	for i, n := range room {
		m.leaves[i] = m.leaves[i].Append(taint.CleanRun(n))
	}
}

// rowOf returns the transaction as far as it is one leg: the leg's amount, and
// who spent, where all inputs are of one address.
func (m *mixing) rowOf(leg clew.Leg) row {
	r := m.row
	r.amount, r.near = leg.Amount, m.transfer.From[0].Address
	for _, l := range m.transfer.From {
		if l.Address != r.near {
			r.near = clew.Address{}
		}
	}
	return r
}
