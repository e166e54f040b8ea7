package segment

import (
	"math/bits"
	"slices"

	"clew"
)

// An order is addresses that are held in the order of the file, each as its
// number and, in the lower half, its index among those asked for.
type order struct{ keys, spare []uint64 }

// takeOrder returns the order of addresses, to be put back into s.orders.
func (s *Segment) takeOrder(addresses []clew.Address) *order {
	o, ok := s.orders.Get().(*order)
	if !ok {
		o = new(order)
	}
	o.keys = slices.Grow(o.keys[:0], len(addresses))
	s.names.ids(addresses, func(i int, id uint32) { o.keys = append(o.keys, uint64(id)<<32|uint64(i)) })
	o.sort(bits.Len32(s.names.count))
	return o
}

// Orders shorter than this are sorted by comparing.
const shortOrder = 512

// sort sorts keys that come in the order of their lower halves and whose upper
// ones have width bits: by digits, from the last to the first.
func (o *order) sort(width int) {
	const digit = 11
	if len(o.keys) < shortOrder {
		slices.Sort(o.keys)
		return
	}
	o.spare = slices.Grow(o.spare[:0], len(o.keys))[:len(o.keys)]
	for shift := 32; shift < 32+width; shift += digit {
		var next [1 << digit]uint32
		for _, key := range o.keys {
			next[key>>shift&(1<<digit-1)]++
		}
		at := uint32(0)
		for i, n := range next {
			next[i], at = at, at+n
		}
		for _, key := range o.keys {
			to := &next[key>>shift&(1<<digit-1)]
			o.spare[*to] = key
			*to++
		}
		o.keys, o.spare = o.spare, o.keys
	}
}
