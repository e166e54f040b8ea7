package taint

import (
	"fmt"
	"slices"

	"clew"
)

// claims are the marked value of a pot whose policy says how much of it moves,
// but not whose.
type claims interface {
	// add takes in the marked runs of a tape, all or none.
	add(Tape) error

	// take moves n marked units to dst. There are so many.
	take(n clew.Amount, dst Tape) Tape

	// scale makes them total units. Neither they nor total are zero.
	scale(total clew.Amount)

	// contents appends all of it to dst.
	contents(dst Tape) Tape
}

// newClaims returns the claims that move by an allocation.
func newClaims(a Allocation) claims {
	switch a {
	case FirstIn:
		return &firstIn{}
	case Rolling:
		return &shares{rolling: true}
	}
	return &shares{}
}

// firstIn moves marked value in order of arrival, as [FirstIn] says.
type firstIn struct{ queue }

func (f *firstIn) add(t Tape) error {
	for _, r := range t {
		if !r.marked().IsZero() {
			f.push(r)
		}
	}
	return nil
}

func (f *firstIn) take(n clew.Amount, dst Tape) Tape {
	dst, _ = f.takeFront(n, dst)
	return dst
}

func (f *firstIn) contents(dst Tape) Tape { return dst.Append(f.live()...) }

// A share is the units of one set of marks in a pot, whose order is forgotten.
type share struct {
	left Run
	paid clew.Amount // what came in since none of it was left
}

// shares moves marked value in proportion, set of marks by set of marks, as
// [ProRata] and [Rolling] say. [Haircut] uses it too.
type shares struct {
	rolling bool
	bySet   []share // in order of their marks; each has units left
}

func (s *shares) add(t Tape) error {
	runs, err := setsOf(t)
	if err != nil {
		return err
	}
	var room [8]int
	seats, fresh := room[:0], 0
	for i := range runs {
		at := 0
		if i > 0 {
			at = seats[i-1]
		}
		at = s.seek(at, runs[i].Marks)
		seats = append(seats, at)
		if !s.has(at, runs[i].Marks) {
			fresh++
			continue
		}
		if !s.bySet[at].left.fits(runs[i]) {
			return overflow(runs[i])
		}
	}
	s.seat(runs, seats, fresh)
	return nil
}

// setsOf returns the marked runs of a tape as one for each set of marks, in
// order of the sets. What left such shares comes as it is, then clean units.
func setsOf(t Tape) (Tape, error) {
	for len(t) > 0 && t[len(t)-1].marked().IsZero() {
		t = t[:len(t)-1]
	}
	ordered := true
	for i := range t {
		ordered = ordered && !t[i].marked().IsZero() && (i == 0 || t[i-1].Marks.Compare(t[i].Marks) < 0)
	}
	if ordered {
		return t, nil
	}
	sorted := slices.DeleteFunc(slices.Clone(t), func(r Run) bool { return r.marked().IsZero() })
	slices.SortStableFunc(sorted, func(a, b Run) int { return a.Marks.Compare(b.Marks) })
	sets := sorted[:0]
	for _, r := range sorted {
		last := len(sets) - 1
		if last < 0 || sets[last].Marks != r.Marks {
			sets = append(sets, r)
			continue
		}
		sum, fits := sets[last].sum(r)
		if !fits {
			return nil, overflow(r)
		}
		sets[last] = sum
	}
	return sets, nil
}

// seek returns the first share from at on whose marks are not before m. It
// costs the logarithm of how far that is.
func (s *shares) seek(at int, m Marks) int {
	rest := s.bySet[at:]
	step := 1
	for step < len(rest) && rest[step-1].left.Marks.Compare(m) < 0 {
		step *= 2
	}
	low, high := step/2, min(step, len(rest))
	near, _ := slices.BinarySearchFunc(rest[low:high], m, func(have share, m Marks) int { return have.left.Marks.Compare(m) })
	return at + low + near
}

// has reports whether the share at a place has these marks.
func (s *shares) has(at int, m Marks) bool { return at < len(s.bySet) && s.bySet[at].left.Marks == m }

// seat adds runs to the shares at their seats, of which fresh have none yet.
// It goes from the last to the first, so that each share moves once.
func (s *shares) seat(runs Tape, seats []int, fresh int) {
	end := len(s.bySet)
	s.bySet = slices.Grow(s.bySet, fresh)[:end+fresh]
	for i := len(runs) - 1; i >= 0; i-- {
		at := seats[i]
		if at < end && s.bySet[at].left.Marks == runs[i].Marks {
			s.bySet[at].receive(runs[i])
		} else {
			copy(s.bySet[at+fresh:], s.bySet[at:end])
			fresh--
			s.bySet[at+fresh] = share{runs[i], runs[i].Amount}
			end = at
		}
	}
}

// receive adds a run that fits.
func (have *share) receive(r Run) {
	have.left, _ = have.left.sum(r)
	var fits bool
	if have.paid, fits = have.paid.Add(r.Amount); !fits {
		have.paid = clew.MaxAmount // a weight alone: what is left is exact
	}
}

func overflow(r Run) error { return fmt.Errorf("receiving %s more: %w", r.Amount, ErrOverflow) }

func (s *shares) take(n clew.Amount, dst Tape) Tape {
	if n.IsZero() {
		return dst
	}
	for i, part := range s.parts(n) {
		var front Run
		front, s.bySet[i].left = s.bySet[i].left.split(part)
		dst = dst.Append(front)
	}
	s.bySet = slices.DeleteFunc(s.bySet, func(have share) bool { return have.left.Amount.IsZero() })
	return dst
}

// parts returns how many of n units each set of marks gives.
func (s *shares) parts(n clew.Amount) []clew.Amount {
	if len(s.bySet) == 1 {
		return []clew.Amount{n}
	}
	weights, left := make([]clew.Amount, len(s.bySet)), make([]clew.Amount, len(s.bySet))
	for i, have := range s.bySet {
		weights[i], left[i] = have.paid, have.left.Amount
	}
	if s.rolling {
		return Spread(n, left)
	}
	return spreadCapped(n, weights, left)
}

func (s *shares) contents(dst Tape) Tape {
	for _, have := range s.bySet {
		dst = dst.Append(have.left)
	}
	return dst
}
