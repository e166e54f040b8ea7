package ingest

import (
	"errors"
	"io"

	"clew"
)

// lanesMax is how many lanes one set may have.
const lanesMax = 64

// flow returns what the set holds of a lane.
func (s *session) flow(l lane) (*flow, error) {
	if s.last != nil && s.last.lane == l {
		return s.last, nil
	}
	f := s.flows[l]
	if f == nil {
		if err := s.opt.checkChain(s.set.Name, l.chain); err != nil {
			return nil, err
		}
		if len(s.flows) >= lanesMax {
			return nil, &clew.InputError{Field: "chain", Value: string(l.chain), Want: "fewer chains in " + s.set.Name}
		}
		f = &flow{lane: l, adds: clew.Coverage{Chain: l.chain}}
		s.flows[l] = f
		s.feed.spare++
		if s.first == nil {
			s.first = f
		}
	}
	s.last = f
	return f, nil
}

// put sends a copy of t, which must pass its check, to the load of its lane.
func (s *session) put(l lane, t *clew.Transfer) error {
	f, err := s.fill(l, t.Pos.Height, t.Time)
	if err != nil {
		return err
	}
	f.transfers++
	if t.Rounded {
		f.rounded++
	}
	if f.filling.add(t); len(f.filling.transfers) < chunkRows {
		return nil
	}
	return s.pass(f)
}

// putAct does so for an act.
func (s *session) putAct(l lane, a *clew.Act) error {
	f, err := s.fill(l, a.Pos.Height, a.Time)
	if err != nil {
		return err
	}
	if f.filling.acts = append(f.filling.acts, *a); len(f.filling.acts) < chunkRows {
		return nil
	}
	return s.pass(f)
}

// fill returns the flow of a lane, with a chunk that has room for one more fact.
func (s *session) fill(l lane, height uint64, time clew.Time) (*flow, error) {
	f, err := s.flow(l)
	if err != nil {
		return nil, err
	}
	if on := s.footing(height, time); on != f.footing {
		if err := s.stand(f, on); err != nil {
			return nil, err
		}
	}
	f.widen(clew.Window{From: height, To: height + 1})
	if f.filling == nil {
		if f.filling, err = s.feed.take(s.ctx, l); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// pass hands on a full chunk.
func (s *session) pass(f *flow) error {
	full := f.filling
	f.filling = nil
	if s.bad.exceeded() {
		full.transfers, full.acts = full.transfers[:0], full.acts[:0]
	}
	return s.feed.send(s.ctx, full)
}

// widen makes the span hold w too.
func (f *flow) widen(w clew.Window) { f.span = hull(f.span, w) }

// hull returns the least window that holds both of two; either may be empty.
func hull(a, b clew.Window) clew.Window {
	switch {
	case a.Empty():
		return b
	case b.Empty():
		return a
	}
	return clew.Window{From: min(a.From, b.From), To: max(a.To, b.To)}
}

// each calls decode with every row of the bound columns of a table.
func (s *session) each(name string, t table, decode func(r *row) error) error {
	defer t.close()
	var b batch
	r := &row{b: &b} // one for all: it would be allocated for each
	for {
		err := t.read(&b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.tick(&b); err != nil {
			return err
		}
		for i := range b.rows {
			r.i, r.err = i, nil
			if err := decode(r); err != nil {
				return err
			}
			if r.err != nil {
				if err := s.bad.bad(name, b.lines[i], r.err); err != nil {
					return err
				}
			}
		}
	}
}

// tick counts a batch, notes its bad rows and sees whether to stop.
func (s *session) tick(b *batch) error {
	s.rows.Add(uint64(b.rows + len(b.bad)))
	for _, bad := range b.bad {
		if err := s.bad.add(bad); err != nil {
			return err
		}
	}
	if b.note != "" {
		s.notes = append(s.notes, b.note)
	}
	select {
	case s.feed.full <- nil: // nothing but a sign of life
	default:
	}
	return s.ctx.Err()
}

// table opens a file of the set and binds the columns with the given names.
func (s *session) table(p *part, names [][]string) (table, error) {
	in, err := open(s.fsys, p.name, &s.read)
	if err != nil {
		return nil, err
	}
	t, err := in.table()
	if err != nil {
		in.close()
		return nil, err
	}
	t.bind(places(t.header(), names))
	return t, nil
}
