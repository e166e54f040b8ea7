package trace

import (
	"context"
	"slices"

	"clew/taint"
)

// A phase is a part of a walk over chains that records join: the chains of
// accounts together, or one chain of outputs.
type phase struct{ outputs *view } // nil: the chains of accounts

// walkPhases walks chains of outputs, and the chains of accounts that records
// lead to or from, one after another.
func (w *walk) walkPhases(ctx context.Context) error {
	for _, p := range w.phases() {
		var err error
		switch {
		case p.outputs != nil:
			err = walkOutputs(ctx, w, p.outputs)
		case len(w.custodies) == 0:
		case w.in.Method.Policy == taint.FIFO && len(w.said) == 0:
			err = walkIntervals(ctx, w)
		default:
			err = walkQueue(ctx, w)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// phases returns the parts of a walk in an order in which records lead from
// earlier ones to later ones. Where they lead in a circle, the one that an
// origin begins in comes first; what then comes back to a part that was walked
// is booked at the service.
func (w *walk) phases() []phase {
	left := []phase{{}}
	for _, v := range w.views {
		if v.chain.IsBitcoin() {
			left = append(left, phase{v})
		}
	}
	var order []phase
	for len(left) > 0 {
		next := slices.IndexFunc(left, func(p phase) bool {
			return !slices.ContainsFunc(left, func(q phase) bool { return p != q && w.leads(q, p) })
		})
		if next < 0 {
			next = max(0, slices.IndexFunc(left, w.beginsIn))
		}
		order = append(order, left[next])
		left = slices.Delete(left, next, next+1)
	}
	return order
}

func phaseOf(v *view) phase {
	if v.chain.IsBitcoin() {
		return phase{v}
	}
	return phase{}
}

// leads reports whether a record leads from one part of a walk to another.
func (w *walk) leads(from, to phase) bool {
	for _, c := range w.custodies {
		came := false
		for i := range c.steps {
			s := &c.steps[i]
			if !s.onLedger() || s.lacks != "" || s.view == nil {
				continue
			}
			came = came || s.Kind == c.in && phaseOf(s.view) == from
			if came && s.Kind == c.out && phaseOf(s.view) == to {
				return true
			}
		}
	}
	return false
}

// beginsIn reports whether an origin begins in a part of a walk.
func (w *walk) beginsIn(p phase) bool {
	for _, v := range w.views {
		if phaseOf(v) != p {
			continue
		}
		if len(v.outputs) > 0 || slices.ContainsFunc(w.begins(v), func(sp *special) bool { return len(sp.origins) > 0 }) {
			return true
		}
	}
	return false
}
