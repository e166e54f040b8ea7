package launder

// dealings are the lists of those that addresses dealt with, of mostDealings each at
// most.
type dealings struct {
	few  slab[[fewDealings]dealing]
	many slab[[mostDealings]dealing]
}

// fewDealings is how many most addresses have at most.
const fewDealings = 2

// A dealt is a list: its place, and in the lowest bits how long it is.
type dealt uint32

const dealtBits = 4

func (d dealt) len() int { return int(d & (1<<dealtBits - 1)) }

// list returns a list, to be changed in place.
func (d *dealings) list(of dealt) []dealing {
	n, at := of.len(), uint32(of>>dealtBits)
	switch {
	case n == 0:
		return nil
	case n <= fewDealings:
		return d.few.at(at)[:n]
	}
	return d.many.at(at)[:n]
}

// add puts one at the end of a list; where that is full, the first gives way.
func (d *dealings) add(of dealt, x dealing) dealt {
	n, at := of.len(), uint32(of>>dealtBits)
	switch n {
	case 0:
		at = d.few.take()
	case fewDealings:
		more := d.many.take()
		copy(d.many.at(more)[:], d.few.at(at)[:])
		d.few.give(at)
		at = more
	case mostDealings:
		list := d.many.at(at)
		copy(list[:], list[1:])
		n--
	}
	of = dealt(at<<dealtBits) | dealt(n+1)
	d.list(of)[n] = x
	return of
}

// give gives a list back.
func (d *dealings) give(of dealt) {
	switch n, at := of.len(), uint32(of>>dealtBits); {
	case n == 0:
	case n <= fewDealings:
		d.few.give(at)
	default:
		d.many.give(at)
	}
}
