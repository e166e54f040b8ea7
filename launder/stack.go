package launder

import "slices"

// StackRule names the rule of stacks.
const StackRule = "stack"

// A Stack finds two bipartite shapes of which the second is paid by those whom the
// first pays, each of them first paid and then paying. It looks where a [Bipartite]
// is found. Findings that share a party of the middle layer are one.
//
// Known failure: as for bipartite shapes.
type Stack struct {
	shapes[Pot]
}

// NewStack makes a recogniser for a stream.
func NewStack(st *Stream, q ShapeQuestion) (*Stack, error) {
	w, err := st.windowOf(q)
	if err != nil {
		return nil, err
	}
	return &Stack{newShapes[Pot](w, StackRule, paramOf("parties of each layer, at least", q.Layer), paramOf("density, at least, of 1,000", q.Density))}, nil
}

// Add takes the next transfer.
func (s *Stack) Add(m *Moved) {
	for _, seq := range s.w.take(m) {
		middle, last := s.w.layers(seq)
		if len(middle) == 0 {
			continue
		}
		if first := s.first(middle, last); len(first) >= s.q.Layer {
			s.grown(first, middle, last)
		}
	}
	s.tick()
}

// first returns who paid the middle layer before that paid the last one.
func (s *Stack) first(middle, last []uint32) []uint32 {
	until := s.until(middle, last)
	paid := map[uint32]int{}
	var order []uint32
	for i, at := range middle {
		met := map[uint32]bool{}
		for _, in := range s.w.newest(&s.w.at(at).ins, s.q.Look) {
			if in.seq < until[i] && !met[in.peer] && !s.w.at(in.peer).known && !slices.Contains(middle, in.peer) && !slices.Contains(last, in.peer) {
				met[in.peer] = true
				if paid[in.peer]++; paid[in.peer] == 1 {
					order = append(order, in.peer)
				}
			}
		}
	}
	return slices.DeleteFunc(order, func(at uint32) bool { return uint64(paid[at])*1000 < s.q.Density*uint64(len(middle)) })
}

// until returns the newest payment of each of the middle layer to the last one.
func (s *Stack) until(middle, last []uint32) []uint64 {
	until := make([]uint64, len(middle))
	s.w.between(middle, last, func(seq uint64, e *edge) {
		i := slices.Index(middle, e.from)
		until[i] = max(until[i], seq)
	})
	return until
}

// The marks of payments that are in a stack.
const (
	inStackFirst = 4
	inStackLast  = 8
)

func (s *Stack) grown(first, middle, last []uint32) {
	o := s.join(s.q.Layer, s.w.numbers(middle)...)
	s.w.between(first, middle, func(seq uint64, e *edge) {
		if e.held&inStackFirst == 0 {
			e.held |= inStackFirst
			s.grow(&o.growth, seq, Scatters, Between)
		}
	})
	s.w.between(middle, last, func(seq uint64, e *edge) {
		if e.held&inStackLast == 0 {
			e.held |= inStackLast
			s.grow(&o.growth, seq, Between, Gathers)
		}
	})
	o.width = max(o.width, min(len(first), len(middle), len(last)))
}
