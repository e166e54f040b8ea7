package trace

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"clew"
	"clew/ledger"
)

// A PathQuery asks for ways from one address to another.
type PathQuery struct {
	Asset  clew.Asset // of which the paths are; none: of any one asset
	Since  clew.Pos   // the first transfer is at this position or after
	Limits Limits     // a zero field stands for its default; Dust is the least amount of a transfer
	Best   int        // paths of each kind, 1 to MaxPaths; 0: 3
	Namer  Namer      // paths do not lead through the stops that it names
}

// MaxPaths is how many paths of each kind may be asked for.
const MaxPaths = 20

// A PathResult has the best paths between two addresses. That a path exists
// says that value could have gone that way, not that it did: a trace with a
// named policy says how much.
type PathResult struct {
	From    clew.Address `json:"from"`
	To      clew.Address `json:"to"`
	Widest  []Path       `json:"widest"`   // by the smallest of their amounts, largest first
	Soonest []Path       `json:"earliest"` // by when they arrive
	AsOf    AsOf         `json:"asOf"`
	Gaps    []clew.Gap   `json:"gaps,omitempty"`
	Limits  []LimitHit   `json:"limitsHit,omitempty"`
	Partial bool         `json:"partial"` // interrupted before it was done
	Work    Work         `json:"work"`
}

// A Path is a way in time: each transfer comes after the one before it.
type Path struct {
	Transfers []clew.Transfer `json:"transfers"`
	Asset     clew.Asset      `json:"asset"`
	Width     clew.Amount     `json:"width"`   // of the weakest link
	Weakest   int             `json:"weakest"` // its index, the first of several
	Left      clew.Time       `json:"left,omitzero"`
	Arrived   clew.Time       `json:"arrived,omitzero"`
}

// Paths finds the best temporal paths from one address to another on a chain
// of accounts, looking at transfers in chain order from those that the first
// sent. It goes no further than the limits, and through no stop and no address
// of too high a degree.
//
// Among paths of the same width those that arrive sooner come first, and then
// those of fewer transfers. A mistake in the question is a *clew.InputError;
// that there is no path is none, and leaves both lists empty.
func Paths(ctx context.Context, snapshot ledger.Snapshot, from, to clew.Address, q PathQuery) (*PathResult, error) {
	s, err := newSearch(snapshot, from, to, q)
	if err != nil {
		return nil, err
	}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	return s.result(context.WithoutCancel(ctx))
}

// A search looks for paths.
type search struct {
	*walk
	view     *view
	from, to clew.Address
	query    PathQuery
	agenda   *agenda[*cursor]
	reached  map[clew.Pot]*labels
	looked   map[clew.Address]bool
}

func newSearch(snapshot ledger.Snapshot, from, to clew.Address, q PathQuery) (*search, error) {
	chain := snapshot.Chain()
	switch {
	case from.IsZero() || from.Chain() != chain:
		return nil, &clew.InputError{Field: "from", Value: from.String(), Want: "an address on " + chain.Name()}
	case to.IsZero() || to.Chain() != chain:
		return nil, &clew.InputError{Field: "to", Value: to.String(), Want: "an address on " + chain.Name()}
	case from == to:
		return nil, &clew.InputError{Field: "to", Value: to.Text(), Want: "another address than the one to start from"}
	case chain.IsBitcoin():
		return nil, &clew.InputError{Field: "chain", Value: chain.Name(), Want: "a chain of accounts: for outputs, trace forward from one address and stop at the other"}
	case q.Best < 0 || q.Best > MaxPaths:
		return nil, &clew.InputError{Field: "best", Value: strconv.Itoa(q.Best), Want: fmt.Sprintf("1 to %d", MaxPaths)}
	}
	if q.Best == 0 {
		q.Best = 3
	}
	var err error
	if q.Limits, err = q.Limits.withDefaults(); err != nil {
		return nil, err
	}
	in := &Input{Limits: q.Limits, Namer: q.Namer, Start: Start{Address: from}}
	w := &walk{in: in, verdicts: map[clew.Address]*verdict{}, hits: map[string]int{}}
	v := &view{chain: chain, reader: snapshot, snapshot: snapshot, work: &w.work}
	w.views = []*view{v}
	return &search{walk: w, view: v, from: from, to: to, query: q, agenda: newAgenda[*cursor](1, false, nil),
		reached: map[clew.Pot]*labels{}, looked: map[clew.Address]bool{}}, nil
}

// run looks at the transfers of the addresses reached, in chain order.
func (s *search) run(ctx context.Context) error {
	steady := context.WithoutCancel(ctx)
	if err := s.look(steady, s.from, s.query.Since); err != nil {
		return err
	}
	for {
		if ctx.Err() != nil {
			s.end(interrupted)
			return nil
		}
		_, next, ok := s.agenda.pop()
		if !ok {
			return nil
		}
		if s.work.Transfers >= s.query.Limits.Transfers {
			s.end("transfers")
			return nil
		}
		s.work.Transfers++
		c := next.item
		if err := s.extend(steady, s.view.row(c.query.Address, ledger.Out, &c.rows[c.at])); err != nil {
			return err
		}
		c.at++
		if err := s.schedule(steady, c); err != nil {
			return err
		}
	}
}

// look puts a cursor into what an address sent, from a position on.
func (s *search) look(ctx context.Context, a clew.Address, from clew.Pos) error {
	s.looked[a] = true
	c := &cursor{view: s.view, more: true, query: ledger.Query{Address: a, Side: ledger.Out, Asset: s.query.Asset, From: from, Limit: firstPage}}
	return s.schedule(ctx, c)
}

// schedule puts a cursor on the agenda at its next row that may be on a path.
func (s *search) schedule(ctx context.Context, c *cursor) error {
	for {
		if c.at == len(c.rows) {
			if !c.more {
				return nil
			}
			if err := c.load(ctx, &s.work); err != nil {
				return err
			}
			continue
		}
		r := &c.rows[c.at]
		if s.beyond(r.Time) {
			s.hits["until"]++
			return nil
		}
		if !r.Peer.IsZero() && !r.Peer.IsIssuer() && r.Asset.IsFungible() && r.Pos.Class != clew.Fee && s.query.Limits.Dust.Less(r.Amount) {
			s.agenda.push(0, due[*cursor]{s.view.moment(r.Pos, clew.Asset{}), r.Time, c})
			return nil
		}
		c.at++
	}
}

// extend carries the labels of a transfer's sender on to its recipient.
func (s *search) extend(ctx context.Context, r row) error {
	if r.far == s.from {
		return nil
	}
	if r.far != s.to {
		judged, err := s.judge(ctx, s.view, r.far)
		if err != nil || judged.kind != "" {
			return err
		}
	}
	kept := false
	if r.near == s.from {
		kept = s.keep(r, &label{row: r, width: r.amount, hops: 1, address: r.far}, true, true)
	} else if sender := s.reached[r.nearPot()]; sender != nil {
		for _, l := range sender.widest {
			kept = s.carry(r, l.label, true, false) || kept
		}
		for _, l := range sender.soonest {
			kept = s.carry(r, l.label, false, true) || kept
		}
	}
	if !kept || r.far == s.to || s.looked[r.far] {
		return nil
	}
	return s.look(ctx, r.far, ledger.Next(r.pos))
}

// carry makes the label that a transfer makes of one at its sender, if that
// path has not been at the recipient before, and reports whether it is kept.
func (s *search) carry(r row, l *label, widest, soonest bool) bool {
	if l.hops >= s.query.Limits.Hops {
		s.hits["hops"]++
		return false
	}
	for at := l; at != nil; at = at.before {
		if at.address == r.far {
			return false
		}
	}
	s.work.Hops = max(s.work.Hops, l.hops+1)
	return s.keep(r, &label{row: r, before: l, width: l.width.Min(r.amount), hops: l.hops + 1, address: r.far}, widest, soonest)
}

// result reads the transfers of the paths that were found.
func (s *search) result(ctx context.Context) (*PathResult, error) {
	r := &PathResult{From: s.from, To: s.to, Limits: s.limitsHit(), Partial: s.ended == interrupted, Gaps: s.gaps(),
		AsOf: AsOf{Chain: s.view.chain, Block: s.view.snapshot.AsOf(), Coverage: *s.view.snapshot.Coverage()}}
	var widest, soonest []*label
	for _, id := range slices.SortedFunc(maps.Keys(s.reached), comparePots) {
		if id.Address == s.to {
			widest, soonest = append(widest, labelsOf(s.reached[id].widest)...), append(soonest, labelsOf(s.reached[id].soonest)...)
		}
	}
	slices.SortStableFunc(widest, compareWidth)
	slices.SortStableFunc(soonest, func(a, b *label) int { return cmp.Or(a.row.pos.Cmp(b.row.pos), compareWidth(a, b)) })
	var err error
	if r.Widest, err = s.paths(ctx, widest); err != nil {
		return nil, err
	}
	r.Soonest, err = s.paths(ctx, soonest)
	r.Work = s.work
	return r, err
}

// gaps returns what the ledger says is missing where the search looked.
func (s *search) gaps() []clew.Gap {
	var assets map[clew.Asset]bool
	if !s.query.Asset.IsZero() {
		assets = map[clew.Asset]bool{s.query.Asset: true}
	}
	return s.gapsIn(s.view, s.view.window(s.query.Since.Height), assets)
}

func (s *search) paths(ctx context.Context, found []*label) ([]Path, error) {
	var paths []Path
	for _, l := range found[:min(len(found), s.query.Best)] {
		p := Path{Asset: l.row.asset, Width: l.width, Arrived: l.row.time}
		for ; l != nil; l = l.before {
			t, err := s.view.reader.Transfer(ctx, l.row.pos)
			if err != nil {
				return nil, fmt.Errorf("trace: a transfer on a path: %w", err)
			}
			p.Transfers = append(p.Transfers, t)
			p.Left = t.Time
		}
		slices.Reverse(p.Transfers)
		p.Weakest = slices.IndexFunc(p.Transfers, func(t clew.Transfer) bool { return t.Amount() == p.Width })
		paths = append(paths, p)
	}
	return paths, nil
}
