package trace

import (
	"context"
	"maps"
	"slices"

	"clew"
	"clew/ledger"
)

// An accountSearch looks for paths on a chain of accounts, whose pots mix what
// comes in: whatever an address sends later may lead on.
type accountSearch struct {
	*search
	agenda  *agenda[*cursor]
	reached map[clew.Pot]*labels
	looked  map[clew.Address]bool
}

func newAccountSearch(s *search) *accountSearch {
	return &accountSearch{search: s, agenda: newAgenda[*cursor](1, false),
		reached: map[clew.Pot]*labels{}, looked: map[clew.Address]bool{}}
}

// run looks at the transfers of the addresses reached, in chain order.
func (s *accountSearch) run(ctx context.Context) (*labels, error) {
	steady := context.WithoutCancel(ctx)
	if err := s.look(steady, s.from, s.query.Since); err != nil {
		return nil, err
	}
	for {
		next, ok := s.agenda.pop(0)
		if !ok || s.over(ctx) {
			return s.arrived(), nil
		}
		c := next.item
		if err := s.extend(steady, s.view.row(c.query.Address, ledger.Out, &c.rows[c.at])); err != nil {
			return nil, err
		}
		c.at++
		if err := s.schedule(steady, c); err != nil {
			return nil, err
		}
	}
}

// look puts a cursor into what an address sent, from a position on.
func (s *accountSearch) look(ctx context.Context, a clew.Address, from clew.Pos) error {
	s.looked[a] = true
	c := &cursor{view: s.view, more: true, query: ledger.Query{Address: a, Side: ledger.Out, Asset: s.query.Asset, From: from, Limit: firstPage}}
	return s.schedule(ctx, c)
}

// schedule puts a cursor on the agenda at its next row that may be on a path.
func (s *accountSearch) schedule(ctx context.Context, c *cursor) error {
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
		if !r.Peer.IsZero() && !r.Peer.IsIssuer() && r.Asset.IsFungible() && r.Pos.Class != clew.Fee && s.fits(r.Amount) {
			s.agenda.push(0, due[*cursor]{s.view.moment(r.Pos, clew.Asset{}), r.Time, c})
			return nil
		}
		c.at++
	}
}

// extend carries the labels of a transfer's sender on to its recipient.
func (s *accountSearch) extend(ctx context.Context, r row) error {
	if r.far == s.from {
		return nil
	}
	if r.far != s.to {
		judged, err := s.judge(ctx, s.view, r.far, r.asset)
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
func (s *accountSearch) carry(r row, l *label, widest, soonest bool) bool {
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

// keep adds a label to those at the recipient of a transfer, and reports
// whether it is among them.
func (s *accountSearch) keep(r row, l *label, widest, soonest bool) bool {
	have := s.reached[r.farPot()]
	if have == nil {
		have = &labels{}
		s.reached[r.farPot()] = have
		s.work.Pots++
	}
	return s.search.keep(have, l, widest, soonest)
}

// arrived returns the labels at the address that paths end at, of all assets.
func (s *accountSearch) arrived() *labels {
	var all labels
	for _, id := range slices.SortedFunc(maps.Keys(s.reached), comparePots) {
		if id.Address == s.to {
			all.widest, all.soonest = append(all.widest, s.reached[id].widest...), append(all.soonest, s.reached[id].soonest...)
		}
	}
	slices.SortStableFunc(all.widest, func(a, b ranked) int { return compareWidth(a.label, b.label) })
	slices.SortStableFunc(all.soonest, func(a, b ranked) int { return compareArrival(a.label, b.label) })
	return &all
}
