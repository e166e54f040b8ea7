package disk

import (
	"context"
	"fmt"

	"clew"
	"clew/ledger"
)

// An actFilter knows held acts again among ones at the chain's own positions
// that come in chain order, or, with likes alone, among any.
type actFilter struct {
	ctx   context.Context
	held  *ledger.ActWalk // nil: none overlaps
	now   *clew.Act       // of the walk; nil before its begin and after its end
	ended bool
	likes *actLikes // nil: no ordinals are made up
}

func newActFilter(ctx context.Context, h held, from clew.Pos) *actFilter {
	f := &actFilter{ctx: ctx}
	if len(h.parts) > 0 {
		f.held = ledger.WalkActs(ledger.Join(h.parts...), ledger.ActQuery{From: from})
	}
	if len(h.madeUp) > 0 {
		f.likes = &actLikes{held: ledger.Join(h.madeUp...), madeUpOnly: true, used: map[clew.Pos]bool{}}
	}
	return f
}

// holds reports whether a is held already.
func (f *actFilter) holds(a *clew.Act) (bool, error) {
	for f.held != nil && !f.ended && (f.now == nil || f.now.Pos.Before(a.Pos)) {
		var err error
		if f.now, err = f.held.Next(f.ctx); err != nil {
			return false, err
		}
		f.ended = f.now == nil
	}
	if f.now != nil && f.now.Pos == a.Pos {
		return true, nil
	}
	if f.likes == nil {
		return false, nil
	}
	return f.likes.take(f.ctx, a)
}

// actLikes finds held acts that are like given ones, each once.
type actLikes struct {
	held       ledger.Reader
	madeUpOnly bool
	used       map[clew.Pos]bool
}

// take reports whether a is like a held act that no earlier one was, and uses
// that up.
func (l *actLikes) take(ctx context.Context, a *clew.Act) (bool, error) {
	q := ledger.ActQuery{Tx: a.Tx}
	if a.Tx.IsZero() {
		q.From, q.Until = clew.Pos{Height: a.Pos.Height}, clew.Pos{Height: a.Pos.Height + 1}
	}
	walk := ledger.WalkActs(l.held, q)
	for {
		have, err := walk.Next(ctx)
		if have == nil || err != nil {
			return false, err
		}
		if l.madeUpOnly && !ledger.IsMadeUp(have.Pos) || l.used[have.Pos] || !ledger.LikeActs(have, a) {
			continue
		}
		if len(l.used) == maxLike {
			return false, fmt.Errorf("more than %d acts that are held already, where places are made up; load it in parts", maxLike)
		}
		l.used[have.Pos] = true
		return true, nil
	}
}

// drop leaves the acts out of a block that are held already.
func (f *actFilter) drop(b *clew.Block) error {
	var kept []clew.Act
	for i := range b.Acts {
		known, err := f.holds(&b.Acts[i])
		if err != nil {
			return err
		}
		if !known {
			kept = append(kept, b.Acts[i])
		}
	}
	b.Acts = kept
	return nil
}
