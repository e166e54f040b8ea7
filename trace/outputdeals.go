package trace

import (
	"context"

	"clew/taint"
)

// lookAcross looks for bridges that a transaction with marked value pays or,
// backward, was paid by.
func (e *outputs) lookAcross(ctx context.Context, m *mixing) error {
	if e.in.WithoutBridges || e.ended != "" {
		return nil
	}
	near, _ := e.sides(&m.transfer)
	var rows []row
	for i, tape := range m.enters {
		if tape.IsMarked() && !near[i].Address.IsZero() {
			r := m.row
			r.near = near[i].Address
			rows = append(rows, r)
		}
	}
	place := envelopeOf(m.row.pos)
	e.come(e.view, place)
	return e.lookForBridges(ctx, e.view, place, rows)
}

// withdraw lays on outputs what accounts at services give to them.
func (e *outputs) withdraw(m *mixing, outs []taint.Tape) error {
	if len(e.view.dealings) == 0 {
		return nil
	}
	for i := range outs {
		d := e.view.dealings[m.row.pos][i]
		if d == nil || e.beyond(d.row.time) {
			continue
		}
		tape, hop, err := outs[i], m.hop, error(nil)
		if d.leaves != nil {
			tape, hop = e.comeOut(d.row, d.leaves, d.from, tape, hop)
		}
		if d.outOf.custody != nil {
			if tape, hop, err = e.walk.withdraw(d.row, d.outOf, tape, hop); err != nil {
				return err
			}
		}
		outs[i], m.hop = tape, min(m.hop, hop)
	}
	return nil
}

// takeIn lets, backward, accounts at services take what is asked of outputs
// that they were debited with.
func (e *outputs) takeIn(m *mixing) {
	if !e.backward || len(e.view.dealings) == 0 {
		return
	}
	for i, tape := range m.enters {
		d := e.view.dealings[m.row.pos][i]
		if d == nil || !d.takes() || !tape.IsMarked() {
			continue
		}
		e.giveTo(d, tape, m.hop)
		m.taken = m.taken.Append(tape...)
		m.enters[i] = nil // the transaction's inputs are not asked for it
	}
}

// takes reports whether value goes by an output into a conversion, or into an
// account at a service.
func (d *outputDealing) takes() bool { return d.enters != nil || d.into.custody != nil }

// giveTo lets it take what an output carries.
func (e *outputs) giveTo(d *outputDealing, tape taint.Tape, hop int) {
	if d.enters != nil {
		e.goIn(d.row, d.enters, d.nth, tape, hop)
		return
	}
	d.into.take(e.walk, d.row, tape, hop)
}
