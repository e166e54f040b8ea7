package taint

import (
	"slices"

	"clew"
)

// A Tape is what one transfer carries: runs of units in order. Its units fit
// 256 bits, as those of a transfer do, and so does the basis of each origin. No
// method changes its receiver but [Tape.Append] and [Tape.Take].
type Tape []Run

// Append adds runs at the end, joined where they are alike. Empty runs are
// left out. It uses the storage of t, whose last run may grow: only the result
// may be used afterwards.
func (t Tape) Append(runs ...Run) Tape {
	for _, r := range runs {
		if r.Amount.IsZero() {
			continue
		}
		if n := len(t); n > 0 {
			if joined, ok := t[n-1].join(r); ok {
				t[n-1] = joined
				continue
			}
		}
		t = append(t, r)
	}
	return t
}

// Total returns the number of units.
func (t Tape) Total() clew.Amount {
	var total clew.Amount
	for i := range t {
		total = total.Plus(t[i].Amount)
	}
	return total
}

// Marked returns the number of units that carry any mark.
func (t Tape) Marked() clew.Amount {
	var marked clew.Amount
	for i := range t {
		marked = marked.Plus(t[i].marked())
	}
	return marked
}

// IsMarked reports whether any of its units carries a mark.
func (t Tape) IsMarked() bool {
	for i := range t {
		if !t[i].Marks.IsZero() {
			return true
		}
	}
	return false
}

// Marks returns every mark on the tape.
func (t Tape) Marks() Marks {
	var marks Marks
	var high []uint16
	for i := range t {
		m := t[i].Marks
		marks.low |= m.low
		if m.high == "" || m.high == marks.high {
			continue
		}
		if marks.high == "" {
			marks.high = m.high
			continue
		}
		for k := range len(m.high) / 2 {
			high = append(high, uint16(m.highAt(k)-few))
		}
	}
	return marks.Union(Marks{high: spelled(high)})
}

// Of returns the number of units that carry an origin's mark, and what they
// stand for in its own asset. Units with several marks count for each.
func (t Tape) Of(origin int) (amount, basis clew.Amount) {
	for i := range t {
		if t[i].Marks.Has(origin) {
			amount = amount.Plus(t[i].Amount)
			basis = basis.Plus(t[i].BasisOf(origin))
		}
	}
	return amount, basis
}

// Cut parts the tape after its first n units; all of it is front if it has
// fewer. Bases are cut as the rounding "cut" says. Both parts are copies.
func (t Tape) Cut(n clew.Amount) (front, back Tape) {
	back = slices.Clone(t)
	front = back.Take(n)
	return front, back
}

// Take removes the first n units from the tape and returns them, or all if it
// has fewer. What is left lies in the same storage, which no other tape may
// share: so taking a tape apart costs no more than its length and the number
// of parts.
func (t *Tape) Take(n clew.Amount) Tape {
	var front Tape
	for len(*t) > 0 && !n.IsZero() {
		r := (*t)[0]
		if n.Less(r.Amount) {
			r, (*t)[0] = r.split(n)
			return append(front, r)
		}
		front = append(front, r)
		n = n.Minus(r.Amount)
		*t = (*t)[1:]
	}
	return front
}

// Mark returns the tape with an origin's mark on the units from lo up to hi,
// on top of the marks they have. Their number is the origin's basis; units
// that have its mark already keep the basis they have.
func (t Tape) Mark(lo, hi clew.Amount, origin int) Tape {
	head, rest := t.Cut(lo)
	body, tail := rest.Cut(hi.MinusOrZero(lo))
	marked := append(Tape(nil), head...)
	for _, r := range body {
		marked = marked.Append(r.with(MarkOf(origin)))
	}
	return marked.Append(tail...)
}

// MarkEach returns the tape with marks laid, as [Tape.Mark] does, on the whole
// of each run that is wanted.
func (t Tape) MarkEach(marks Marks, wanted func(*Run) bool) Tape {
	marked := make(Tape, 0, len(t))
	for i := range t {
		r := t[i]
		if wanted(&r) {
			r = r.with(marks)
		}
		marked = marked.Append(r)
	}
	return marked
}
