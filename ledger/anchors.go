package ledger

import (
	"context"
	"sort"
	"sync"

	"clew"
)

// Bounds of what a group remembers of pots in which units are searched for
// again and again: how many rows lie between two anchors at least, how many
// anchors a side of a pot has at most, and all together.
const (
	anchorRows  = 16
	sideAnchors = 8192
	allAnchors  = 8 * sideAnchors
)

// seekRows is how many merged rows can be read for about the cost of one search
// without anchors.
const seekRows = 64

// tilePage is how many rows a tile reads at first; further pages are larger.
const tilePage = 2 * anchorRows

// An anchor is a row of a pot's side that is known with its sum.
type anchor struct {
	pos    clew.Pos
	before clew.Amount // as Row.Before, counted from the group's first row
}

// anchors remember where units lie in the merged rows of a group, so that first
// in, first out can be followed through a busy address whose history lies in
// parts that overlap. They are made once searches for a side of a pot have cost
// about what reading it whole does. They decide nothing but the cost.
type anchors struct {
	mu    sync.Mutex
	sides map[anchorKey]*anchorSide
	held  int
}

type anchorKey struct {
	pot  clew.Pot
	side Side
}

// An anchorSide is one side of a pot.
type anchorSide struct {
	searches uint64
	rows     uint64 // that the address has at most
	list     []anchor
}

// find returns the last anchor that is not behind a unit, if there are anchors.
func (a *anchors) find(pot clew.Pot, side Side, lo clew.Amount) (clew.Pos, bool) {
	a.mu.Lock()
	var list []anchor
	if s := a.sides[anchorKey{pot, side}]; s != nil {
		list = s.list
	}
	a.mu.Unlock()
	if len(list) == 0 {
		return clew.Pos{}, false
	}
	n := sort.Search(len(list), func(i int) bool { return lo.Less(list[i].before) })
	return list[max(n, 1)-1].pos, true
}

// searched counts a search for a unit, and makes anchors when it is time to.
func (g *group) searched(ctx context.Context, pot clew.Pot, side Side) error {
	key := anchorKey{pot, side}
	rows, searches := g.anchors.count(key)
	for _, part := range g.parts {
		if searches > 1 {
			break
		}
		n, err := part.Count(ctx, pot.Address, side)
		if err != nil {
			return err
		}
		rows += n
	}
	var list []anchor
	if searches*seekRows >= rows {
		var err error
		if list, err = g.makeAnchors(ctx, pot, side, rows); err != nil {
			return err
		}
	}
	g.anchors.keep(key, rows, list)
	return nil
}

// count counts a search, and returns how many there were and how many rows the
// address has, if that is known.
func (a *anchors) count(key anchorKey) (rows, searches uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.sides[key]
	if s == nil {
		s = &anchorSide{}
		a.sides[key] = s
	}
	s.searches++
	if s.rows == 0 {
		s.searches = 1
	}
	return s.rows, s.searches
}

// keep remembers the anchors of a side, and forgets all others if they are too
// many.
func (a *anchors) keep(key anchorKey, rows uint64, list []anchor) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held+len(list) > allAnchors || len(a.sides) > allAnchors {
		a.sides, a.held = map[anchorKey]*anchorSide{}, 0
	}
	s := a.sides[key]
	if s == nil {
		s = &anchorSide{}
		a.sides[key] = s
	}
	s.rows = rows
	if s.list == nil {
		s.list = list
		a.held += len(list)
	}
}

// makeAnchors reads a side of a pot whole.
func (g *group) makeAnchors(ctx context.Context, pot clew.Pot, side Side, rows uint64) ([]anchor, error) {
	stride := max(anchorRows, rows/sideAnchors+1)
	walk := &rowWalk{group: g, q: Query{Address: pot.Address, Asset: pot.Asset, Side: side, Limit: walkPage, Sums: true}}
	list := []anchor{}
	for i := uint64(0); ; i++ {
		row, err := walk.peek(ctx)
		if err != nil {
			return nil, err
		}
		if row == nil {
			return list, nil
		}
		if i%stride == 0 {
			list = append(list, anchor{row.Pos, row.Before})
		}
		walk.at++
	}
}
