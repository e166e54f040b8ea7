package taint

// A Rounding is one decision about units that cannot be divided. None makes or
// loses a unit.
type Rounding struct {
	Name string `json:"name"`
	Says string `json:"says"`
}

var roundings = [...]Rounding{
	{"cut", "A run that is cut parts its basis in proportion, rounded down for the front; the back gets the rest."},
	{"join", "Adjacent runs with the same marks become one if a cut at their border would give back their bases to within one unit."},
	{"haircut", "A payment carries the pot's share of marked value, rounded down; the remainder stays in the pot."},
	{"outputs", "Each output of a Bitcoin transaction gets its share of marked value, rounded down; the remainder goes to the largest output that has room."},
	{"spread", "Value shared among several goes by shares rounded down; units left over go to the largest remainders, ties to the first."},
	{"tiling", "A conversion puts the border after unit y of n at unit y·out/n, rounded down."},
	{"scaling", "Of a balance that its token scales, units in order are laid out anew as by tiling; where no order is kept, the marked ones become their share of the new balance rounded down, at least one, and several sets of marks part that by tiling."},
	{"backward", "Haircut backward rounds a later payer's share down; earlier ones pay the rest."},
}

// Roundings returns every rounding that this package does.
func Roundings() []Rounding { return append([]Rounding(nil), roundings[:]...) }
