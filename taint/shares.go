package taint

import "clew"

// Shares parts a tape among k holders, so that each has the same share of every
// run: marks and clean units alike. Rounding "tiling by share": of the first y units
// holder j, from 0, has (y+j)/k, rounded down, so that no unit is lost or doubled.
// Basis is carried whole: what rounding leaves of a run's goes to its last holder that
// gets a unit. k is at least 1.
func Shares(t Tape, k int) []Tape {
	shares := make([]Tape, k)
	had := make([]clew.Amount, k)
	var read clew.Amount
	for _, r := range t {
		read = read.Plus(r.Amount)
		left := r
		for j := range shares {
			border := shareBorder(read, j, k)
			n := border.Minus(had[j])
			had[j] = border
			var part Run
			if part, left = left.split(n); !part.Amount.IsZero() {
				shares[j] = shares[j].Append(part)
			}
			if left.Amount.IsZero() {
				had = bordersOf(read, k)
				break
			}
		}
	}
	return shares
}

// bordersOf returns how many of the first units each holder has.
func bordersOf(read clew.Amount, k int) []clew.Amount {
	borders := make([]clew.Amount, k)
	for j := range borders {
		borders[j] = shareBorder(read, j, k)
	}
	return borders
}

// shareBorder returns (y+j)/k, rounded down, for j less than k.
func shareBorder(y clew.Amount, j, k int) clew.Amount {
	whole, _ := y.MulDiv(clew.Units(1), clew.Units(uint64(k)))
	most, _ := whole.MulDiv(clew.Units(uint64(k)), clew.Units(1))
	if rest, _ := y.Minus(most).Uint64(); rest+uint64(j) >= uint64(k) {
		whole = whole.Plus(clew.Units(1))
	}
	return whole
}
