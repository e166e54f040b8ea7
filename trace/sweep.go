package trace

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sort"

	"clew"
	"clew/ledger"
)

// errSwept ends a sweep that needs to see no more.
var errSwept = errors.New("enough swept")

// A sweep engine looks at every transfer once, in the order of the chain or,
// backward, against it, and stops at those whose sender or recipient holds
// marked value. It serves every
// policy, and is the one for walks so wide that looking up rows costs more than
// looking at all.
type sweep struct {
	*accounts
	view    *view
	points  []envelope // transactions of which the case says something, in order
	special map[envelope][]*special
	names   ledger.Names
	assets  map[clew.Asset]uint32 // numbers of the assets, as those of names
	bits    []uint64              // by number in names: the address has accounts
	minded  map[uint32][]minded   // accounts, by the numbers of their addresses
	facts   []clew.Transfer       // room for transfers used
	pending []row                 // of the transaction at points[0]

	beyondChunk []row // of the transaction looked at: see lookOver
}

// A minded account is one that the sweep stops at.
type minded struct {
	asset uint32 // its number
	*account
}

// walkSweep runs the engine, chain by chain: no conversion followed leads from
// one to another.
func walkSweep(ctx context.Context, w *walk) error {
	a := newAccounts(w)
	for _, v := range w.views {
		if len(w.begins(v)) == 0 {
			continue
		}
		s := &sweep{accounts: a, view: v}
		s.points, s.special = v.points()
		w.sweeping = s
		if err := s.run(ctx); err != nil {
			return err
		}
	}
	return a.finish(context.WithoutCancel(ctx))
}

// points returns the transactions of which the case says something, in order,
// and what it says.
func (v *view) points() ([]envelope, map[envelope][]*special) {
	said := map[envelope][]*special{}
	for pos, sp := range v.special {
		at := envelopeOf(pos)
		said[at] = append(said[at], sp)
	}
	order := slices.SortedFunc(maps.Keys(said), envelope.compare)
	if v.backward {
		slices.Reverse(order)
	}
	return order, said
}

func (e envelope) compare(f envelope) int {
	return clew.Pos{Height: e.height, Index: e.index}.Cmp(clew.Pos{Height: f.height, Index: f.index})
}

func envelopeOf(p clew.Pos) envelope { return envelope{p.Height, p.Index} }

// run sweeps one chain from the first transaction that the case names.
func (s *sweep) run(ctx context.Context) error {
	from := clew.Pos{Height: s.points[0].height, Index: s.points[0].index}
	var err error
	if s.backward {
		until := ledger.Next(clew.Pos{Height: from.Height, Index: from.Index, Class: ^clew.Class(0), Ordinal: 1<<32 - 1})
		err = s.view.snapshot.SweepBack(ctx, until, func(c *ledger.Chunk) error { return s.visit(ctx, c) })
	} else {
		err = s.view.snapshot.Sweep(ctx, from, func(c *ledger.Chunk) error { return s.visit(ctx, c) })
	}
	if err != nil && !errors.Is(err, errSwept) && !s.cut(ctx, err) {
		return err
	}
	for len(s.points) > 0 {
		if err := s.takePoint(ctx); err != nil {
			return err
		}
	}
	return nil
}

// visit looks at one chunk, from one transaction that the case names to the
// next.
func (s *sweep) visit(ctx context.Context, c *ledger.Chunk) error {
	if ctx.Err() != nil && s.ended == "" {
		s.end(interrupted)
	}
	if s.names == nil || c.Names != s.names {
		s.rename(c)
	}
	s.work.Swept += c.Len()
	lo, hi := 0, c.Len() // still to be looked at
	for lo < hi {
		if s.ended != "" {
			return errSwept
		}
		first, end := s.span(c, lo, hi)
		at, err := s.lookUpTo(ctx, c, lo, hi, first, end)
		switch {
		case err != nil:
			return err
		case at >= 0 && s.backward:
			hi = at + 1
			continue
		case at >= 0:
			lo = at
			continue
		case len(s.points) == 0:
			return nil
		case s.backward:
			hi = first
		default:
			lo = end
		}
		s.collect(c, first, end)
		if lo == hi {
			return nil // the transaction may go on in the next chunk
		}
		if err := s.takePoint(ctx); err != nil {
			return err
		}
	}
	return nil
}

// collect keeps rows of the next point until all are there.
func (s *sweep) collect(c *ledger.Chunk, first, end int) {
	for i := first; i < end; i++ {
		if r, ok := s.rowAt(c, i); ok {
			s.pending = append(s.pending, r)
		}
	}
}

// lookUpTo looks at what of a chunk, from lo up to hi, comes before the rows of
// the next point, which begin at first and end before end.
func (s *sweep) lookUpTo(ctx context.Context, c *ledger.Chunk, lo, hi, first, end int) (int, error) {
	if s.backward {
		return s.look(ctx, c, end, hi)
	}
	return s.look(ctx, c, lo, first)
}

// span returns where in a chunk, from lo up to hi, the rows of the next point
// lie. Without a point none do.
func (s *sweep) span(c *ledger.Chunk, lo, hi int) (first, end int) {
	if len(s.points) == 0 {
		if s.backward {
			return lo, lo
		}
		return hi, hi
	}
	point := s.points[0]
	first = lo + sort.Search(hi-lo, func(i int) bool { return envelopeOf(c.Rest.Pos(lo+i)).compare(point) >= 0 })
	end = lo + sort.Search(hi-lo, func(i int) bool { return envelopeOf(c.Rest.Pos(lo+i)).compare(point) > 0 })
	return first, end
}

// takePoint takes the rows of the next point, with what the case supposes, in
// the order in which its conversions turn assets into each other.
func (s *sweep) takePoint(ctx context.Context) error {
	point := s.points[0]
	s.points = s.points[1:]
	for _, sp := range s.special[point] {
		if sp.supposed != nil || sp.leaves != nil || s.ended != "" {
			s.pending = append(s.pending, sp.row)
		}
	}
	rows := s.pending
	s.pending = s.pending[:0]
	if err := s.lookAtPoint(ctx, point, rows); err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b row) int {
		order := s.view.moment(a.pos, a.asset).compare(s.view.moment(b.pos, b.asset))
		if s.backward {
			return -order
		}
		return order
	})
	for _, r := range rows {
		if _, err := s.findAt(ctx, point, []row{r}, false, false); err != nil {
			return err
		}
		if err := s.takeRow(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// rowAt returns the transfer at i, if it moves anything between two addresses.
func (s *sweep) rowAt(c *ledger.Chunk, i int) (row, bool) {
	r := row{asset: c.Assets[c.Asset[i]]}
	if c.From[i] == c.To[i] || !r.asset.IsFungible() {
		return r, false
	}
	if from := c.From[i]; from != ledger.NoID {
		r.near = c.Names.Address(from)
	}
	if to := c.To[i]; to != ledger.NoID {
		r.far = c.Names.Address(to)
	}
	if s.backward {
		r.near, r.far = r.far, r.near
	}
	r.pos, r.time, r.amount = c.Rest.Pos(i), c.Rest.Time(i), c.Rest.Amount(i)
	return r, true
}

// takeRow books a transfer of which the case says something, or one of the same
// transaction, and minds the accounts that it opens.
func (s *sweep) takeRow(ctx context.Context, r row) error {
	if s.taken(s.view.index, s.view.moment(r.pos, r.asset)) {
		return nil
	}
	if sp := s.view.special[r.pos]; s.beyond(r.time) && (sp == nil || len(sp.origins) == 0) {
		return nil
	}
	opened, err := s.take(ctx, s.view, r)
	if err == nil && opened != nil {
		s.mind(opened)
	}
	return err
}
