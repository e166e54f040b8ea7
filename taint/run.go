package taint

import (
	"iter"
	"math/bits"

	"clew"
)

// A Run is a stretch of adjacent units with the same marks.
//
// Basis is what the units stand for in their origin's own asset: equal to
// Amount until a conversion is crossed or a token scales a balance. Where
// several origins have marked the same units, each has a basis of its own, for
// their assets may differ: Basis is that of the lowest origin, and Also has
// those of the others in order. A clean run has none, and neither has one that
// [Poison] marked, for reachability is no amount. Also is never changed once
// made, so runs may share it.
type Run struct {
	Amount clew.Amount
	Marks  Marks
	Basis  clew.Amount
	Also   []clew.Amount
}

// CleanRun returns amount units without a mark.
func CleanRun(amount clew.Amount) Run { return Run{Amount: amount} }

// OriginRun returns amount units as they were taken from an origin: with its
// mark, and with their own number as the basis.
func OriginRun(amount clew.Amount, origin int) Run {
	return Run{Amount: amount, Marks: MarkOf(origin), Basis: amount}
}

// BasisOf returns what r stands for in an origin's own asset; 0 without its
// mark.
func (r Run) BasisOf(origin int) clew.Amount {
	if !r.Marks.Has(origin) {
		return clew.Amount{}
	}
	return r.basis(r.Marks.rank(origin))
}

// Bases yields each origin whose mark is on r, in order, with what r stands for
// in its asset.
func (r *Run) Bases() iter.Seq2[int, clew.Amount] {
	return func(yield func(int, clew.Amount) bool) {
		k := 0
		for rest := r.Marks.low; rest != 0; rest &= rest - 1 {
			if !yield(bits.TrailingZeros64(rest), r.basis(k)) {
				return
			}
			k++
		}
		for i := range len(r.Marks.high) / 2 {
			if !yield(r.Marks.highAt(i), r.basis(k)) {
				return
			}
			k++
		}
	}
}

// marked returns how many units of r carry a mark: all or none.
func (r *Run) marked() clew.Amount {
	if r.Marks.IsZero() {
		return clew.Amount{}
	}
	return r.Amount
}

// basis returns the basis of the origin that is k-th in Marks.
func (r *Run) basis(k int) clew.Amount {
	switch {
	case k == 0:
		return r.Basis
	case k <= len(r.Also):
		return r.Also[k-1]
	}
	return clew.Amount{}
}

// setBases gives r the bases of the origins in its marks, in order.
func (r *Run) setBases(bases []clew.Amount) {
	r.Basis, r.Also = clew.Amount{}, nil
	if len(bases) > 0 {
		r.Basis = bases[0]
	}
	if len(bases) > 1 {
		r.Also = bases[1:]
	}
}

// split cuts r after its first n units; n is at most its amount. Rounding
// "cut": the front gets its share of the basis rounded down, and the back gets
// the rest, so that no cut makes or loses basis.
func (r Run) split(n clew.Amount) (front, back Run) {
	front, back = r, r
	front.Amount, back.Amount = n, r.Amount.Minus(n)
	front.Basis = portion(r.Basis, n, r.Amount)
	back.Basis = r.Basis.Minus(front.Basis)
	if len(r.Also) > 0 {
		front.Also, back.Also = make([]clew.Amount, len(r.Also)), make([]clew.Amount, len(r.Also))
		for i, b := range r.Also {
			front.Also[i] = portion(b, n, r.Amount)
			back.Also[i] = b.Minus(front.Also[i])
		}
	}
	return front, back
}

// sum returns r and s as one run of the same marks, and false if that exceeds
// 256 bits.
func (r Run) sum(s Run) (Run, bool) {
	joined := Run{Marks: r.Marks}
	var ok, fits bool
	joined.Amount, ok = r.Amount.Add(s.Amount)
	joined.Basis, fits = r.Basis.Add(s.Basis)
	ok = ok && fits
	if len(r.Also) > 0 || len(s.Also) > 0 {
		joined.Also = make([]clew.Amount, max(len(r.Also), len(s.Also)))
		for i := range joined.Also {
			joined.Also[i], fits = r.basis(i + 1).Add(s.basis(i + 1))
			ok = ok && fits
		}
	}
	return joined, ok
}

// fits reports whether the sum of r and s is within 256 bits.
func (r Run) fits(s Run) bool {
	_, ok := r.Amount.Add(s.Amount)
	for k := range r.Marks.Len() {
		_, fits := r.basis(k).Add(s.basis(k))
		ok = ok && fits
	}
	return ok
}

// join returns r followed by s as one run, if they are alike: the same marks,
// and the same basis for each unit. Rounding "join": runs count as alike if a
// cut at their old border would give back their bases to within one unit, so
// that pieces of one run, whose bases were rounded, can be one run again.
func (r Run) join(s Run) (Run, bool) {
	if r.Marks != s.Marks {
		return Run{}, false
	}
	joined, ok := r.sum(s)
	if !ok {
		return Run{}, false
	}
	for k := range r.Marks.Len() {
		was, now := r.basis(k), portion(joined.basis(k), r.Amount, joined.Amount)
		if was.Max(now).Minus(was.Min(now)).Cmp(clew.Units(1)) > 0 {
			return Run{}, false
		}
	}
	return joined, true
}

// with returns r with marks laid over it. Their basis is the number of its
// units, but of an origin that it has already it keeps the basis.
func (r Run) with(marks Marks) Run {
	both := Run{Amount: r.Amount, Marks: r.Marks.Union(marks)}
	bases, had := make([]clew.Amount, 0, both.Marks.Len()), 0
	for _, origin := range both.Marks.Origins() {
		if r.Marks.Has(origin) {
			bases = append(bases, r.basis(had))
			had++
		} else {
			bases = append(bases, r.Amount)
		}
	}
	both.setBases(bases)
	return both
}
