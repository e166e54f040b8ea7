package attribution

import "math"

// z is that of a two-sided interval of 95 %.
const z = 1.959963984540054

// wilson returns between which shares the true one lies where so many of all had
// something, in 95 of 100 such measurements, by E. B. Wilson, "Probable Inference,
// the Law of Succession, and Statistical Inference" (1927). Where none had, its
// upper end is near the rule of three, and on the safe side of it.
func wilson(had, all int) (least, most float64) {
	if all == 0 {
		return 0, 1
	}
	n, p := float64(all), float64(had)/float64(all)
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, middle-half), min(1, middle+half)
}

// A Rate is how many of some comparisons had as much in common.
type Rate struct {
	Had   int `json:"had"`
	Of    int `json:"of"`
	Least int `json:"least"` // the lower end of the interval of 95 % by Wilson, in 1,000, rounded down
	Most  int `json:"most"`  // the upper end, rounded up
}

func rateOf(had, all int) Rate {
	least, most := wilson(had, all)
	return Rate{had, all, int(math.Floor(least * 1000)), int(math.Ceil(most * 1000))}
}

// A Ratio is how much more often thefts that are laid to one actor have as much in
// common than thefts that are not: between these, in hundredths. Both ends are of
// intervals of 95 %, so that together they hold for less.
type Ratio struct {
	Least int `json:"least"`
	Most  int `json:"most"` // 0: no upper end is known
}

// ratioOf divides two rates; nil where too little was measured.
func ratioOf(same, other Rate) *Ratio {
	if same.Of < LeastSame || other.Of < LeastOthers {
		return nil
	}
	sameLeast, sameMost := wilson(same.Had, same.Of)
	otherLeast, otherMost := wilson(other.Had, other.Of)
	r := &Ratio{Least: int(math.Floor(100 * sameLeast / otherMost))}
	if otherLeast > 0 {
		r.Most = int(math.Ceil(100 * sameMost / otherLeast))
	}
	return r
}
