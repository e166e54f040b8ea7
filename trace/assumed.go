package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
)

// suppose lays the supposed transfers over the ledgers.
func (w *walk) suppose(ctx context.Context) error {
	for i := range w.in.Assumptions.Transfers {
		s := &w.in.Assumptions.Transfers[i]
		v, err := w.viewOf(s.Transfer.Asset.Chain())
		if err != nil {
			return err
		}
		if err := checkSupposed(ctx, v, s); err != nil {
			return err
		}
		v.mark(v.rowOf(&s.Transfer)).supposed = s
	}
	for _, v := range w.views {
		v.reader = overlay(v)
	}
	return nil
}

// checkSupposed reports a supposed transfer that cannot be laid over a ledger.
func checkSupposed(ctx context.Context, v *view, s *Supposed) error {
	field := "supposed transfer"
	t := &s.Transfer
	if err := t.Check(); err != nil {
		return &clew.InputError{Field: field, Value: err.Error(), Want: "a well-formed transfer"}
	}
	switch {
	case v.chain.IsBitcoin():
		return &clew.InputError{Field: field, Value: t.Pos.String(), Want: "a transfer on a chain of accounts: an output cannot be supposed"}
	case s.Basis != clew.Claimed && s.Basis != clew.Inferred:
		return &clew.InputError{Field: field, Value: string(s.Basis), Want: "a basis of claim or inferred"}
	case s.By == "":
		return &clew.InputError{Field: field, Value: t.Pos.String(), Want: "who claims it, or the method that infers it"}
	case t.From[0].Address == t.To[0].Address:
		return &clew.InputError{Field: field, Value: t.Pos.String(), Want: "a transfer between two addresses"}
	case v.special[t.Pos] != nil:
		return &clew.InputError{Field: field, Value: t.Pos.String(), Want: "a position of its own; two supposed transfers have this one"}
	}
	_, err := v.snapshot.Transfer(ctx, t.Pos)
	switch {
	case err == nil:
		return &clew.InputError{Field: field, Value: t.Pos.String(), Want: "a free position; the ledger has a transfer there"}
	case errors.Is(err, clew.ErrNotFound):
		return nil
	}
	return err
}

// convert finds the transfers of the case's conversions. One that cannot be
// followed is kept, and says why.
func (w *walk) convert(ctx context.Context) error {
	for i := range w.in.Assumptions.Conversions {
		c := &crossing{conversion: &w.in.Assumptions.Conversions[i]}
		if err := checkConversion(c.conversion); err != nil {
			return err
		}
		if err := w.findRows(ctx, c); err != nil {
			return err
		}
		w.crossings = append(w.crossings, c)
	}
	for _, v := range w.views {
		breakCycles(v, w.crossings)
	}
	for _, c := range w.crossings {
		if err := c.tie(); err != nil {
			return err
		}
		w.awaits(c)
	}
	return nil
}

func checkConversion(c *clew.Conversion) error {
	field := "conversion"
	switch {
	case c.Basis != clew.Claimed && c.Basis != clew.Inferred:
		return &clew.InputError{Field: field, Value: c.ID, Want: "a basis of claim or inferred"}
	case c.By == "":
		return &clew.InputError{Field: field, Value: c.ID, Want: "who claims it, or the method that infers it"}
	case len(c.In) == 0:
		return &clew.InputError{Field: field, Value: c.ID, Want: "at least one transfer that goes in"}
	}
	return nil
}

// findRows reads a conversion's transfers on both sides.
func (w *walk) findRows(ctx context.Context, c *crossing) error {
	in, err := w.side(ctx, c, c.conversion.InChain, c.conversion.In)
	if err != nil {
		return err
	}
	out, err := w.side(ctx, c, c.conversion.OutChain, c.conversion.Out)
	if err != nil {
		return err
	}
	if w.backward {
		in, out = out, in
	}
	c.nearView, c.near, c.farView, c.far = in.view, in.rows, out.view, out.rows
	c.parts = nil
	for range c.near {
		c.parts = append(c.parts, nil)
	}
	if c.broken == "" && (!oneAsset(c.near) || !oneAsset(c.far)) {
		c.broken = "one of its sides is of several assets"
	}
	return nil
}

// A conversionSide is the transfers on one side of a conversion.
type conversionSide struct {
	view *view
	rows []row
}

func (w *walk) side(ctx context.Context, c *crossing, chain clew.Chain, positions []clew.Pos) (conversionSide, error) {
	v, err := w.viewOf(chain)
	switch {
	case err != nil:
		c.broken = fmt.Sprintf("the ledger of %s is not at hand", chain.Name())
		return conversionSide{}, nil
	case v.chain.IsBitcoin():
		c.broken = "its transfers on " + v.chain.Name() + " have many legs"
		return conversionSide{view: v}, nil
	case len(positions) == 0:
		c.broken = "nothing is known to have come out of it"
	}
	side := conversionSide{view: v}
	for _, pos := range positions {
		t, err := v.reader.Transfer(ctx, pos)
		if errors.Is(err, clew.ErrNotFound) {
			c.broken = "its transfer at " + pos.String() + " is not held"
			continue
		}
		if err != nil {
			return side, err
		}
		w.work.Rows++
		side.rows = append(side.rows, v.rowOf(&t))
	}
	slices.SortFunc(side.rows, func(a, b row) int { return a.pos.Cmp(b.pos) })
	return side, nil
}

// tie makes the transfers of a conversion lead into it and out of it.
func (c *crossing) tie() error {
	for i, r := range c.near {
		sp := c.nearView.mark(r)
		if sp.enters != nil {
			return c.shares(sp.enters, r.pos)
		}
		sp.enters, sp.enterLeg = c, i
	}
	if c.broken != "" {
		return nil
	}
	for i, r := range c.far {
		sp := c.farView.mark(r)
		if sp.leaves != nil {
			return c.shares(sp.leaves, r.pos)
		}
		sp.leaves, sp.leaveLeg = c, i
	}
	return nil
}

func (c *crossing) shares(other *crossing, pos clew.Pos) error {
	return &clew.InputError{Field: "conversion", Value: c.conversion.ID,
		Want: fmt.Sprintf("transfers of its own; the one at %s belongs to %s too", pos, other.conversion.ID)}
}
