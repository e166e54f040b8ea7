package memory

import (
	"context"
	"sort"

	"clew"
	"clew/ledger"
)

func (s *Set) addActs(acts []clew.Act) {
	s.acts, s.actsOf = acts, map[clew.Address][]uint32{}
	for i := range acts {
		a := &acts[i]
		named := [...]clew.Address{a.On, a.With, a.By}
		for j, x := range named {
			if x.IsZero() || j > 0 && x == named[0] || j > 1 && x == named[1] {
				continue
			}
			s.actsOf[x] = append(s.actsOf[x], uint32(i))
		}
	}
}

// ActSpan returns the heights between which all acts of the set lie.
func (s *Set) ActSpan() clew.Window {
	if len(s.acts) == 0 {
		return clew.Window{}
	}
	return clew.Window{From: s.acts[0].Pos.Height, To: s.acts[len(s.acts)-1].Pos.Height + 1}
}

// Acts appends to page the acts that q asks for.
func (s *Set) Acts(ctx context.Context, q ledger.ActQuery, page []clew.Act) ([]clew.Act, bool, error) {
	if err := q.Check(); err != nil {
		return page, false, err
	}
	if err := ctx.Err(); err != nil {
		return page, false, err
	}
	n, at := len(s.acts), func(i int) int { return i }
	if !q.Address.IsZero() {
		own := s.actsOf[q.Address]
		n, at = len(own), func(i int) int { return int(own[i]) }
	}
	first := sort.Search(n, func(i int) bool { return !s.acts[at(i)].Pos.Before(q.From) })
	end := n
	if (q.Until != clew.Pos{}) {
		end = max(first, sort.Search(n, func(i int) bool { return !s.acts[at(i)].Pos.Before(q.Until) }))
	}
	left := q.Limit
	for i := first; i < end; i++ {
		j := i
		if q.Newest {
			j = first + end - 1 - i
		}
		a := &s.acts[at(j)]
		if !q.Has(a) {
			continue
		}
		if left == 0 {
			return page, true, nil
		}
		page, left = append(page, *a), left-1
	}
	return page, false, nil
}
