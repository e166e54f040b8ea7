package taint

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
	"strings"
)

// MaxOrigins is how many origins one set of marks can tell apart.
const MaxOrigins = few + 1<<16

// few is how many origins have a bit of their own.
const few = 64

// Marks is a set of origins, each a number from 0 to MaxOrigins-1. The zero
// Marks is clean. Where marks of several origins lie on the same units, all are
// kept. Two sets are == if they have the same origins.
//
// Sets of origins below 64 cost no memory but the value itself.
type Marks struct {
	low  uint64 // bit i stands for origin i
	high string // the origins from 64 on, in order: two bytes each, the larger first
}

// MarkOf returns the mark of one origin, 0 to MaxOrigins-1. It panics outside
// that range.
func MarkOf(origin int) Marks {
	switch {
	case origin < 0 || origin >= MaxOrigins:
		panic("taint: origin out of range")
	case origin < few:
		return Marks{low: 1 << origin}
	}
	return Marks{high: string(appendHigh(nil, origin))}
}

// MarksOf returns the marks of several origins, in any order.
func MarksOf(origins ...int) Marks {
	var low uint64
	var high []uint16
	for _, origin := range origins {
		m := MarkOf(origin)
		low |= m.low
		if m.high != "" {
			high = append(high, uint16(origin-few))
		}
	}
	return Marks{low, spelled(high)}
}

// spelled writes origins less 64, in any order, as Marks keeps them.
func spelled(high []uint16) string {
	if len(high) == 0 {
		return ""
	}
	slices.Sort(high)
	b := make([]byte, 0, 2*len(high))
	for _, n := range slices.Compact(high) {
		b = appendHigh(b, few+int(n))
	}
	return string(b)
}

func appendHigh(b []byte, origin int) []byte {
	return append(b, byte((origin-few)>>8), byte(origin-few))
}

// IsZero reports whether the set is empty: its units are clean.
func (m Marks) IsZero() bool { return m.low == 0 && m.high == "" }

// Has reports whether the set has an origin.
func (m Marks) Has(origin int) bool {
	if uint(origin) < few {
		return m.low&(1<<origin) != 0
	}
	at := m.searchHigh(origin)
	return at < len(m.high)/2 && m.highAt(at) == origin
}

// Len returns how many origins the set has.
func (m Marks) Len() int { return bits.OnesCount64(m.low) + len(m.high)/2 }

// Origins returns the origins in order.
func (m Marks) Origins() []int {
	origins := make([]int, 0, m.Len())
	for rest := m.low; rest != 0; rest &= rest - 1 {
		origins = append(origins, bits.TrailingZeros64(rest))
	}
	for i := range len(m.high) / 2 {
		origins = append(origins, m.highAt(i))
	}
	return origins
}

// Compare gives sets an order that depends on their origins alone; the empty
// set is the first.
func (m Marks) Compare(n Marks) int {
	if c := cmp.Compare(m.high, n.high); c != 0 {
		return c
	}
	return cmp.Compare(m.low, n.low)
}

// Union returns the origins that are in m, in n or in both.
func (m Marks) Union(n Marks) Marks {
	both := Marks{m.low | n.low, m.high}
	switch {
	case n.high == "" || n.high == m.high:
	case m.high == "":
		both.high = n.high
	default:
		both.high = mergeHigh(m.high, n.high)
	}
	return both
}

// mergeHigh returns the origins of two lists, neither of which is empty; a
// itself if it has all of b.
func mergeHigh(a, b string) string {
	var merged strings.Builder
	merged.Grow(len(a) + len(b))
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i:i+2] < b[j:j+2]:
			merged.WriteString(a[i : i+2])
			i += 2
		case i < len(a) && a[i:i+2] == b[j:j+2]:
			j += 2
		default:
			merged.WriteString(b[j : j+2])
			j += 2
		}
	}
	if merged.Len() == len(a) {
		return a
	}
	return merged.String()
}

// rank returns how many origins of the set come before origin.
func (m Marks) rank(origin int) int {
	if origin < few {
		return bits.OnesCount64(m.low & (1<<origin - 1))
	}
	return bits.OnesCount64(m.low) + m.searchHigh(origin)
}

// searchHigh returns how many origins of high come before origin.
func (m Marks) searchHigh(origin int) int {
	return sort.Search(len(m.high)/2, func(i int) bool { return m.highAt(i) >= origin })
}

// highAt returns the origin that is i-th in high.
func (m Marks) highAt(i int) int { return few + int(m.high[2*i])<<8 + int(m.high[2*i+1]) }
