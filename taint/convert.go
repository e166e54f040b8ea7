package taint

import "clew"

// Convert carries a tape across a conversion: its units become out units of
// another asset in the same order, and marks and bases go with them. Rounding
// "tiling": the border after unit y of the tape's n falls after unit y·out/n,
// rounded down, so the pieces keep their order and fill the new asset exactly.
// Basis is carried whole.
//
// Where the new asset is so coarse that a marked run gets no unit, its marks
// and bases are laid on the nearest unit, of the run before or else of the run
// after: at most one unit more for each such run is marked, and no basis is
// lost. Units that get no unit of their own and are clean vanish.
//
// A tape that turns into nothing is a [*clew.InputError], and so is nothing
// that turns into something: the caller books those as a loss or an origin.
func Convert(t Tape, out clew.Amount) (Tape, error) {
	in := t.Total()
	if in.IsZero() != out.IsZero() {
		return nil, &clew.InputError{Field: "conversion", Value: in.String() + " to " + out.String(), Want: "something on both sides"}
	}
	var converted Tape
	var orphans []Run // marked runs before the first unit
	var read, written clew.Amount
	for _, r := range t {
		read = read.Plus(r.Amount)
		border := portion(out, read, in)
		r.Amount = border.Minus(written)
		written = border
		switch {
		case !r.Amount.IsZero():
			converted = converted.appendWith(r, orphans)
			orphans = nil
		case r.Marks.IsZero():
		case len(converted) == 0:
			orphans = append(orphans, r)
		default:
			converted = converted.layOnLast(r)
		}
	}
	return converted, nil
}

// appendWith adds r at the end, with the marks and bases of orphans on its
// first unit.
func (t Tape) appendWith(r Run, orphans []Run) Tape {
	if len(orphans) == 0 {
		return t.Append(r)
	}
	first, rest := r.split(clew.Units(1))
	for _, o := range orphans {
		first = first.plus(o)
	}
	return t.Append(first, rest)
}

// layOnLast adds r's marks and bases to the last unit of the tape.
func (t Tape) layOnLast(r Run) Tape {
	last := t[len(t)-1]
	rest, unit := last.split(last.Amount.Minus(clew.Units(1)))
	return t[:len(t)-1].Append(rest, unit.plus(r))
}

// plus returns r with the marks of s as well, and the bases of both added.
func (r Run) plus(s Run) Run {
	both := Run{Amount: r.Amount, Marks: r.Marks.Union(s.Marks)}
	bases := make([]clew.Amount, 0, both.Marks.Len())
	for _, origin := range both.Marks.Origins() {
		bases = append(bases, r.BasisOf(origin).Plus(s.BasisOf(origin)))
	}
	both.setBases(bases)
	return both
}
