package taint

import (
	"fmt"
	"slices"

	"clew"
)

// Apply says what each output of a Bitcoin transaction carries, and what its
// fee does, given what its inputs carry. There the output is the pot: inputs
// and outputs have an order, and the fee is paid last. Inputs whose previous
// output is not held are the caller's to fill up with clean runs.
//
// Inputs that do not sum to outputs and fee are an error, and so is a method
// that does not exist.
func Apply(m Method, in []Tape, out []clew.Amount, fee clew.Amount) (to []Tape, paid Tape, err error) {
	if err := m.Check(); err != nil {
		return nil, nil, err
	}
	legs := append(slices.Clone(out), fee)
	total, fits := clew.Sum(legs...)
	var all Tape
	for _, t := range in {
		all = all.Append(t...)
	}
	if held, err := grown(clew.Amount{}, all); err != nil || !fits || held != total {
		return nil, nil, fmt.Errorf("taint: inputs of %s and outputs of %s do not balance", held, total)
	}
	var parts []Tape
	if m.Policy == Haircut {
		parts, err = haircutOutputs(all, legs)
	} else {
		parts, err = spendOutputs(m, all, legs)
	}
	if err != nil {
		return nil, nil, err
	}
	return parts[:len(out)], parts[len(out)], nil
}

// spendOutputs lets the legs, of which the fee is the last, spend one pot in
// order; the largest first under [TIHO], ties in order.
func spendOutputs(m Method, all Tape, legs []clew.Amount) ([]Tape, error) {
	order := make([]int, len(legs))
	for i := range order {
		order[i] = i
	}
	if m.Policy == TIHO {
		m.Policy = TaintFirst
		outputs := order[:len(order)-1]
		slices.SortStableFunc(outputs, func(a, b int) int { return legs[b].Cmp(legs[a]) })
	}
	pot, err := NewPot(m)
	if err != nil {
		return nil, err
	}
	if err := pot.Receive(all); err != nil {
		return nil, err
	}
	parts := make([]Tape, len(legs))
	for _, i := range order {
		parts[i], _ = pot.Spend(legs[i], nil)
	}
	return parts, nil
}

// haircutOutputs marks every leg in proportion to its size, one set of marks
// after the other, clean units last.
func haircutOutputs(all Tape, legs []clew.Amount) ([]Tape, error) {
	var marked shares
	if err := marked.add(all); err != nil {
		return nil, err
	}
	room, parts := slices.Clone(legs), make([]Tape, len(legs))
	for _, set := range marked.bySet {
		left := set.left
		for i, n := range spreadToLargest(left.Amount, room, legs) {
			var front Run
			front, left = left.split(n)
			parts[i], room[i] = parts[i].Append(front), room[i].Minus(n)
		}
	}
	for i := range parts {
		parts[i] = parts[i].Append(CleanRun(room[i]))
	}
	return parts, nil
}

// spreadToLargest divides total over the room that legs have left, in
// proportion. Rounding "outputs": every part is rounded down, and the remainder
// goes to the largest output as far as it has room, then to the next; the fee,
// which is the last leg, comes after all outputs. There is room for total.
func spreadToLargest(total clew.Amount, room, legs []clew.Amount) []clew.Amount {
	parts := make([]clew.Amount, len(legs))
	sum, _ := clew.Sum(room...)
	if sum.IsZero() {
		return parts
	}
	left := total
	for i := range room {
		parts[i] = portion(total, room[i], sum)
		left = left.Minus(parts[i])
	}
	order := make([]int, len(legs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order[:len(order)-1], func(a, b int) int { return legs[b].Cmp(legs[a]) })
	for _, i := range order {
		more := left.Min(room[i].Minus(parts[i]))
		parts[i], left = parts[i].Plus(more), left.Minus(more)
	}
	return parts
}
