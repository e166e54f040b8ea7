package taint

import "math/bits"

// MaxOrigins is how many origins one trace can tell apart.
const MaxOrigins = 64

// Marks is a set of origins: bit i stands for origin i. The zero Marks is
// clean. Where marks of several origins lie on the same units, all are kept.
type Marks uint64

// MarkOf returns the mark of one origin, 0 to MaxOrigins-1. It panics outside
// that range.
func MarkOf(origin int) Marks {
	if origin < 0 || origin >= MaxOrigins {
		panic("taint: origin out of range")
	}
	return 1 << origin
}

// Has reports whether the set has an origin.
func (m Marks) Has(origin int) bool { return m&MarkOf(origin) != 0 }

// Len returns how many origins the set has.
func (m Marks) Len() int { return bits.OnesCount64(uint64(m)) }

// Origins returns the origins in order.
func (m Marks) Origins() []int {
	origins := make([]int, 0, m.Len())
	for rest := uint64(m); rest != 0; rest &= rest - 1 {
		origins = append(origins, bits.TrailingZeros64(rest))
	}
	return origins
}

// rank returns how many origins of the set come before origin.
func (m Marks) rank(origin int) int { return (m & (MarkOf(origin) - 1)).Len() }
