package disk

import (
	"context"
	"fmt"
	"slices"

	"clew"
	"clew/ledger"
	"clew/ledger/segment"
)

// givenActs are the acts of a load, in memory as far as a quarter of its runs
// reaches, and in files beyond.
type givenActs struct {
	held   []clew.Act
	spills []string
	count  uint64
	span   clew.Window
}

// AddActs takes acts in any order, all or none.
func (l *load) AddActs(acts ...clew.Act) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done || l.failed != nil {
		return cmpErr(l.failed, errLoadEnded)
	}
	for i := range acts {
		if err := ledger.CheckAct(l.store.chain, &acts[i]); err != nil {
			return err
		}
		if acts[i].Asset.IsZero() {
			continue
		}
		if _, err := l.number(acts[i].Asset); err != nil {
			return err
		}
	}
	g := &l.acts
	for _, a := range acts {
		height := a.Pos.Height
		if g.count == 0 {
			g.span = clew.Window{From: height, To: height + 1}
		}
		g.span = clew.Window{From: min(g.span.From, height), To: max(g.span.To, height+1)}
		g.held, g.count = append(g.held, a), g.count+1
		if len(g.held) > l.store.options.Runs/4 {
			if l.failed = l.spillActs(); l.failed != nil {
				return l.failed
			}
		}
	}
	return nil
}

// compareActs orders the acts of a load: where their places are the chain's own
// by these, so that the first given of several at one comes first.
func (l *load) compareActs(a, b *clew.Act) int {
	if l.source.Exact {
		return a.Pos.Cmp(b.Pos)
	}
	return ledger.CompareActs(a, b)
}

func (l *load) sortActs() {
	slices.SortStableFunc(l.acts.held, func(a, b clew.Act) int { return l.compareActs(&a, &b) })
}

// spillActs writes the acts in memory to a file of their own, in order.
func (l *load) spillActs() error {
	l.sortActs()
	g, i := &l.acts, 0
	err := l.spillFile(fmt.Sprintf("%s-acts%d%s", l.name, len(g.spills), temporary), &g.spills, func(e *encoder) (bool, error) {
		if i == len(g.held) {
			return false, nil
		}
		e.act(&g.held[i])
		i++
		return true, nil
	})
	g.held = g.held[:0]
	return err
}

// sortedActs returns the acts that the load was given.
func (l *load) sortedActs(ctx context.Context) (*sorted[clew.Act], error) {
	l.sortActs()
	g, i := &l.acts, 0
	inMemory := &feed[clew.Act]{close: func() {}, step: func(one *clew.Act) (bool, error) {
		if i == len(g.held) {
			return false, nil
		}
		*one = g.held[i]
		i++
		return true, nil
	}}
	s := &sorted[clew.Act]{ctx: ctx, compare: l.compareActs, missing: g.count}
	return s, s.open(l, g.spills, (*decoder).act, inMemory)
}

// commitActs makes a segment of the acts that are new, and returns how many
// these are.
func (l *load) commitActs(ctx context.Context, c *change) (uint64, error) {
	if l.acts.count == 0 {
		return 0, nil
	}
	given, err := l.sortedActs(ctx)
	if err != nil {
		return 0, err
	}
	defer given.close()
	source := &actSource{given: given, exact: l.source.Exact}
	if l.source.Exact {
		source.filter = newActFilter(ctx, l.store.heldFrom(l.acts.span), clew.Pos{Height: l.acts.span.From})
	} else {
		source.held = ledger.Join(l.store.readers()...)
		source.filter = &actFilter{ctx: ctx, likes: &actLikes{held: source.held, used: map[clew.Pos]bool{}}}
	}
	if err := c.write(ctx, segment.FromSlice(nil), source, !l.source.Exact); err != nil {
		return 0, fmt.Errorf("load of %s: %w", l.source.Name, err)
	}
	return source.added, nil
}

// An actSource yields what is new of a load's acts; where their places are made
// up, each at the next free one.
type actSource struct {
	given  *sorted[clew.Act]
	filter *actFilter
	exact  bool
	held   ledger.Reader // where places are made up
	added  uint64
	begun  bool
	last   clew.Pos // given, or where places are made up yielded
}

// Next reads the next act into a.
func (s *actSource) Next(a *clew.Act) (bool, error) {
	for {
		one, more, err := s.given.next()
		if !more || err != nil {
			return false, err
		}
		if s.exact && s.begun && one.Pos == s.last {
			continue
		}
		known, err := s.filter.holds(&one)
		if err != nil {
			return false, err
		}
		if !known && !s.exact {
			if one.Pos, err = s.free(one.Pos); err != nil {
				return false, err
			}
		}
		if s.exact || !known {
			s.begun, s.last = true, one.Pos
		}
		if !known {
			s.added++
			*a = one
			return true, nil
		}
	}
}

// free returns the first position from p on, marked as made up, that no act
// has.
func (s *actSource) free(p clew.Pos) (clew.Pos, error) {
	p.Ordinal |= ledger.MadeUp
	if s.begun && !s.last.Before(p) {
		p = ledger.Next(s.last)
	}
	for {
		there, _, err := s.held.Acts(s.filter.ctx, ledger.ActQuery{From: p, Until: ledger.Next(p), Limit: 1}, nil)
		if err != nil || len(there) == 0 {
			return p, err
		}
		p = ledger.Next(p)
	}
}
