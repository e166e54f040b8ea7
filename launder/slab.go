package launder

// A slab holds things by place, from 1 on, and uses places anew that are given back.
// Of things without pointers the garbage collector reads nothing.
type slab[T any] struct {
	blocks[T]
	free []uint32
}

// take returns the place of a thing that is nothing yet.
func (s *slab[T]) take() uint32 {
	if n := len(s.free); n > 0 {
		at := s.free[n-1]
		s.free = s.free[:n-1]
		return at
	}
	if s.n == 0 {
		s.add()
	}
	return s.add()
}

// give gives a place back.
func (s *slab[T]) give(at uint32) {
	var nothing T
	*s.at(at) = nothing
	s.free = append(s.free, at)
}

// held returns how many things there are.
func (s *slab[T]) held() int { return max(0, int(s.n)-1) - len(s.free) }
