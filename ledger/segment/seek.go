package segment

import (
	"math/bits"

	"clew"
)

// A bound is a position, and between which blocks those of its height lie.
type bound struct {
	pos        clew.Pos
	first, end uint64
}

// bound finds the blocks of a position's height.
func (s *Segment) bound(pos clew.Pos) bound {
	n := s.n.blocks
	if n == 0 {
		return bound{pos: pos}
	}
	height := func(i uint64) uint64 { h, _ := s.block(i); return h }
	first, last := s.n.first[0], s.n.last[0]
	guess := uint64(0)
	if pos.Height > first {
		guess = scale(pos.Height-first, n, max(last, first)-first+1)
	}
	b := bound{pos: pos, first: gallop(n, guess, func(i uint64) bool { return height(i) < pos.Height })}
	b.end = b.first + gallop(n-b.first, 0, func(i uint64) bool { return height(b.first+i) <= pos.Height })
	return b
}

// scale returns a·n/of rounded down, or n if that is greater.
func scale(a, n, of uint64) uint64 {
	hi, lo := bits.Mul64(a, n)
	if hi >= of {
		return n
	}
	q, _ := bits.Div64(hi, lo, of)
	return min(q, n)
}

// gallop returns the first of n sorted things that is not less, which should
// be near guess. However far it is, that takes about twice what bisection does.
func gallop(n, guess uint64, less func(uint64) bool) uint64 {
	lo, hi := uint64(0), n
	if n == 0 {
		return 0
	}
	if guess = min(guess, n-1); less(guess) {
		lo = guess + 1
		for step := uint64(4); hi-lo > step; step *= 4 {
			if !less(lo + step) {
				hi = lo + step
				break
			}
			lo += step + 1
		}
	} else {
		hi = guess
		for step := uint64(4); hi-lo > step; step *= 4 {
			if less(hi - step) {
				lo = hi - step + 1
				break
			}
			hi -= step
		}
	}
	for lo < hi {
		if mid := lo + (hi-lo)/2; less(mid) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// search returns the first row at or after pos.
func (v *view) search(pos clew.Pos) uint64 { return v.seekRow(pos, 0, 0) }

// seekRow is search where some rows before and after are wanted next: they are
// asked for once it is known about where they are.
func (v *view) seekRow(pos clew.Pos, before, after uint64) uint64 {
	if v.n <= lightRows {
		return gallop(v.n, v.n/2, func(i uint64) bool { return v.pos(i).Before(pos) })
	}
	b := v.d.s.bound(pos)
	guess := v.guess(&b)
	v.askRows(guess-min(guess, before+askSpare), min(guess+after+askSpare, v.n))
	return gallop(v.n, guess, func(i uint64) bool { return v.before(i, &b) })
}

const (
	askSpare = 16            // rows asked for about a guess
	askMost  = 2 * fillBatch // rows asked for on either side
)

// askRows asks the memory for the records of some rows.
func (v *view) askRows(from, to uint64) {
	s, records := v.d.s, v.d.s.records[v.d.index()]
	if v.width == 0 {
		prefetchLines(records[(v.first+from)*s.layout.size : (v.first+to)*s.layout.size])
		return
	}
	var list [2*askMost + 2*askSpare]uint32
	v.slots(from, list[:to-from])
	prefetchEach(records, list[:to-from], s.layout.size)
}

// before reports whether a row comes before a bound.
func (v *view) before(i uint64, b *bound) bool {
	r, l := v.bytes(i), &v.d.s.layout
	if block := uint64(l.block.get(r)); block < b.first || block >= b.end {
		return block < b.first
	}
	return clew.Pos{
		Height: b.pos.Height, Index: l.index.get(r), Class: clew.Class(l.class.get(r)), Ordinal: l.ordinal.get(r),
	}.Before(b.pos)
}

// guesses is how often guess looks at a row: where rows come evenly, each look
// leaves the root of the distance before.
const guesses = 3

// guess returns about where a bound lies, as if rows came evenly over blocks.
func (v *view) guess(b *bound) uint64 {
	at, blocks := scale(b.first, v.n, v.d.s.n.blocks), v.d.s.n.blocks
	for range guesses {
		at = min(at, v.n-1)
		have := uint64(v.d.s.layout.block.get(v.bytes(at)))
		if have < b.first {
			at += scale(b.first-have, v.n, blocks)
		} else {
			at -= min(at, scale(have-b.first, v.n, blocks))
		}
	}
	return min(at, v.n-1)
}
