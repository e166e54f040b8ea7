package launder

// rooms are where the payments of sides are laid out: each side has room for a power
// of two of them, which is used anew when the side needs it no more.
type rooms struct {
	chunks [][]entry
	free   [33][]uint32 // places, by the logarithm of their size
	left   int          // entries at the end of the last chunk that nobody has
}

// roomBits is the logarithm of how many entries a chunk has, but for one that one side
// has alone.
const roomBits = 12

// at returns the room at a place.
func (r *rooms) at(place uint32, bits uint8) []entry {
	off := place & (1<<roomBits - 1)
	return r.chunks[place>>roomBits][off : off+1<<bits]
}

// take returns the place of a room.
func (r *rooms) take(bits uint8) uint32 {
	if n := len(r.free[bits]); n > 0 {
		place := r.free[bits][n-1]
		r.free[bits] = r.free[bits][:n-1]
		return place
	}
	size := 1 << bits
	if r.left < size {
		r.part()
		r.chunks = append(r.chunks, make([]entry, max(size, 1<<roomBits)))
		r.left = max(size, 1<<roomBits)
	}
	last := len(r.chunks) - 1
	place := uint32(last<<roomBits + len(r.chunks[last]) - r.left)
	r.left -= size
	return place
}

// part makes what is left of the last chunk free.
func (r *rooms) part() {
	last := len(r.chunks) - 1
	for bits := uint8(0); r.left > 0; bits++ {
		if size := 1 << bits; r.left&size != 0 {
			r.free[bits] = append(r.free[bits], uint32(last<<roomBits+len(r.chunks[last])-r.left))
			r.left -= size
		}
	}
}

// give gives a room back.
func (r *rooms) give(place uint32, bits uint8) { r.free[bits] = append(r.free[bits], place) }

// sideOf are the payments of a vertex on one side, oldest first. The only one, as most
// sides have, is with the side.
type sideOf struct {
	only   [1]entry
	room   uint32 // of more than one
	bits   uint8  // the logarithm of the room; 0: there is none
	cut    bool   // the oldest gave way before their time
	mixed  bool   // there was one that does not count
	head   int32
	n      int32  // with those before head
	others int32  // different parties at the other end, of those that count
	fan    uint32 // place of the finding that it is; 0: none that grows
}

func (s *sideOf) len() int { return int(s.n - s.head) }

// oldest returns the oldest payment.
func (w *window) oldest(s *sideOf) uint64 { return w.live(s)[0].seq }

// live returns the payments of a side.
func (w *window) live(s *sideOf) []entry {
	if s.bits == 0 {
		return s.only[s.head:s.n]
	}
	off := s.room & (1<<roomBits - 1)
	return w.rooms.chunks[s.room>>roomBits][off+uint32(s.head) : off+uint32(s.n)]
}

// newest returns the n newest, oldest first.
func (w *window) newest(s *sideOf, n int) []entry {
	l := w.live(s)
	return l[max(0, len(l)-n):]
}

// append puts a payment at the end of a side.
func (w *window) append(s *sideOf, e entry) {
	switch {
	case s.n < 1<<s.bits:
	case s.head > 0 && s.head >= s.n/4:
		w.moveUp(s)
	default:
		w.grow(s)
	}
	if s.bits == 0 {
		s.only[0] = e
	} else {
		w.rooms.at(s.room, s.bits)[s.n] = e
	}
	s.n++
}

// moveUp moves the payments of a side to its beginning.
func (w *window) moveUp(s *sideOf) {
	if s.bits > 0 {
		copy(w.rooms.at(s.room, s.bits), w.live(s))
	}
	s.n, s.head = s.n-s.head, 0
}

// grow gives a side more room.
func (w *window) grow(s *sideOf) {
	bits := max(2, s.bits+1)
	room := w.rooms.take(bits)
	n := copy(w.rooms.at(room, bits), w.live(s))
	w.giveRoom(s)
	s.room, s.bits, s.head, s.n = room, bits, 0, int32(n)
}

// giveRoom gives up a side's room.
func (w *window) giveRoom(s *sideOf) {
	if s.bits > 0 {
		w.rooms.give(s.room, s.bits)
	}
}

// pop takes the oldest payment from a side.
func (s *sideOf) pop() {
	if s.head++; s.head == s.n {
		s.head, s.n = 0, 0
	}
}
