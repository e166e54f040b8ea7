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
	before := s.bySet
	if t.markedRuns() > 1 {
		before = slices.Clone(s.bySet) // a run alone is added or not
	}
	for i := range t {
		if t[i].marked().IsZero() {
			continue
		}
		if err := s.addRun(t[i]); err != nil {
			s.bySet = before
			return err
		}
	}
	return nil
}

func (s *shares) addRun(r Run) error {
	at, found := slices.BinarySearchFunc(s.bySet, r.Marks, func(have share, m Marks) int { return have.left.Marks.Compare(m) })
	if !found {
		s.bySet = slices.Insert(s.bySet, at, share{r, r.Amount})
		return nil
	}
	have := &s.bySet[at]
	sum, fits := have.left.sum(r)
	if !fits {
		return fmt.Errorf("receiving %s more: %w", r.Amount, ErrOverflow)
	}
	have.left = sum
	if have.paid, fits = have.paid.Add(r.Amount); !fits {
		have.paid = clew.MaxAmount // a weight alone: what is left is exact
	}
	return nil
}

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
