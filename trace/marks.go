package trace

import (
	"cmp"
	"slices"

	"clew"
	"clew/taint"
)

// Marks beside those of the origins. Those of exhibits come before them, from
// the last down, and then from the last of all down; origins have those below,
// and then those from manyOrigins on.
const (
	anyOrigin     = 62 // units that have the mark of some origin, with the basis of the first
	assumedOrigin = 63 // marked units that came over a supposed transfer
	manyOrigins   = 64
)

// MaxOrigins is how many origins one trace can have: fewer by one for each
// exhibit beyond 62.
const MaxOrigins = 1 << 16

// mostOrigins returns how many origins leave every exhibit a mark.
func (w *walk) mostOrigins() int { return MaxOrigins - max(len(w.exhibits)-anyOrigin, 0) }

// lowOrigins returns how many origins have marks below those of exhibits.
func (w *walk) lowOrigins() int { return max(anyOrigin-len(w.exhibits), 0) }

// partsEach is in how many parts, of one origin each, the transfers that a walk
// may use can be on average. Up to so many origins it cannot be exceeded.
const partsEach = anyOrigin

// markOf returns the mark of an origin by its index.
func (w *walk) markOf(origin int) int {
	if first := w.lowOrigins(); origin >= first {
		return manyOrigins + origin - first
	}
	return origin
}

// originOf returns the index of the origin that has a mark, and false for a
// mark of something else.
func (w *walk) originOf(mark int) (int, bool) {
	first := w.lowOrigins()
	if mark >= manyOrigins {
		return first + mark - manyOrigins, mark < taint.MaxOrigins-max(len(w.exhibits)-anyOrigin, 0)
	}
	return mark, mark < first
}

// A stake is what one origin has on a tape.
type stake struct {
	origin        int
	amount, basis clew.Amount
}

// tally returns what each origin has on a tape, in order of the origins. It is
// good until the next call.
func (w *walk) tally(tape taint.Tape) []stake {
	if w.seat == nil {
		w.seat = make([]int32, len(w.origins))
	}
	w.stakes = w.stakes[:0]
	ordered := true
	for i := range tape {
		r := &tape[i]
		for mark, basis := range r.Bases() {
			origin, ok := w.originOf(mark)
			if !ok {
				continue
			}
			if w.seat[origin] == 0 {
				if n := len(w.stakes); n > 0 {
					ordered = ordered && w.stakes[n-1].origin < origin
				}
				w.stakes = append(w.stakes, stake{origin: origin})
				w.seat[origin] = int32(len(w.stakes))
			}
			s := &w.stakes[w.seat[origin]-1]
			s.amount, s.basis = s.amount.Plus(r.Amount), s.basis.Plus(basis)
		}
	}
	for i := range w.stakes {
		w.seat[w.stakes[i].origin] = 0
	}
	if !ordered {
		slices.SortFunc(w.stakes, func(a, b stake) int { return cmp.Compare(a.origin, b.origin) })
	}
	return w.stakes
}

// parts returns what each origin has on a tape, as the result shows it.
func (w *walk) parts(tape taint.Tape) []Part {
	stakes := w.tally(tape)
	if len(stakes) == 0 {
		return nil
	}
	if cap(w.room)-len(w.room) < len(stakes) {
		w.room = make([]Part, 0, usesRoom+len(stakes))
	}
	first := len(w.room)
	for _, s := range stakes {
		w.room = append(w.room, Part{Origin: w.origins[s.origin].ID, Amount: s.amount, Basis: s.basis})
	}
	return w.room[first:len(w.room):len(w.room)]
}

// countParts counts the parts of a transfer used, where there are so many
// origins that they bound the walk.
func (w *walk) countParts(parts []Part) {
	if len(w.origins) > partsEach {
		w.counted += len(parts)
	}
}

// mostParts returns how many parts end a walk with many origins.
func (w *walk) mostParts() int { return partsEach * w.in.Limits.Transfers }

// endIfSpent ends the walk if it has used as many transfers as it may, or if
// they had too many parts.
func (w *walk) endIfSpent() {
	switch {
	case w.ended != "":
	case len(w.uses) >= w.in.Limits.Transfers:
		w.end("transfers")
	case w.counted >= w.mostParts():
		w.end("parts")
	}
}

// layOnClean gives clean units the mark that all origins share.
func layOnClean(tape taint.Tape) taint.Tape {
	return tape.MarkEach(taint.MarkOf(anyOrigin), func(r *taint.Run) bool { return r.Marks.IsZero() })
}

// assume gives marked units the mark of what came over a supposed transfer.
func assume(tape taint.Tape) taint.Tape { return over(tape, assumedOrigin) }

// over gives marked units the mark of what they came over.
func over(tape taint.Tape, mark int) taint.Tape {
	return tape.MarkEach(taint.MarkOf(mark), func(r *taint.Run) bool { return !r.Marks.IsZero() })
}
