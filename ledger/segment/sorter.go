package segment

// A sorter sorts more pairs than fit memory.
type sorter struct {
	spools *spools
	pairs  []pair
	parted []pair
	runs   []*spool
	count  uint64
}

// sorterPairs is how many pairs are sorted in memory.
const sorterPairs = 2 << 20

func (s *sorter) add(key, value uint64) {
	if len(s.pairs) == sorterPairs {
		s.spill()
	}
	s.pairs = append(s.pairs, pair{key, value})
	s.count++
}

func (s *sorter) spill() {
	s.parted = sortPairs(s.pairs, s.parted, comparePairs)
	run := s.spools.new()
	for _, p := range s.pairs {
		run.u64(p.key)
		run.u64(p.value)
	}
	s.runs = append(s.runs, run)
	s.pairs = s.pairs[:0]
}

// each calls visit with all pairs in order, and drops them.
func (s *sorter) each(visit func(pair)) error {
	defer s.drop()
	if len(s.runs) == 0 {
		s.parted = sortPairs(s.pairs, s.parted, comparePairs)
		for _, p := range s.pairs {
			visit(p)
		}
		return nil
	}
	s.spill()
	s.pairs, s.parted = nil, nil
	cursors := make([]*pairCursor, len(s.runs))
	for i, run := range s.runs {
		parts, done, err := run.parts()
		if err != nil {
			return err
		}
		defer done()
		cursors[i] = &pairCursor{parts: parts}
		cursors[i].next()
	}
	mergePairs(cursors, visit)
	return nil
}

func (s *sorter) drop() {
	for _, run := range s.runs {
		run.drop()
	}
	s.runs, s.pairs, s.parted = nil, nil, nil
}

// A pairCursor reads a sorted run.
type pairCursor struct {
	parts [][]byte
	at    pair
	more  bool
}

func (c *pairCursor) next() {
	for len(c.parts) > 0 && len(c.parts[0]) == 0 {
		c.parts = c.parts[1:]
	}
	if c.more = len(c.parts) > 0; c.more {
		b := c.parts[0]
		c.at = pair{le.Uint64(b), le.Uint64(b[8:])}
		c.parts[0] = b[16:]
	}
}

func mergePairs(cursors []*pairCursor, visit func(pair)) {
	h := newTournament(len(cursors), func(i int) bool { return cursors[i].more },
		func(i, j int) bool { return comparePairs(cursors[i].at, cursors[j].at) < 0 })
	for h.len() > 0 {
		i := h.first()
		visit(cursors[i].at)
		cursors[i].next()
		h.fix()
	}
}

// A tournament says which of several sorted cursors comes first: a binary heap
// of their numbers. Among equals the lower number comes first.
type tournament struct {
	heap []int
	more func(i int) bool
	less func(i, j int) bool
}

func newTournament(n int, more func(int) bool, less func(i, j int) bool) *tournament {
	t := &tournament{more: more, less: less}
	t.start(n)
	return t
}

// start begins with n cursors.
func (t *tournament) start(n int) {
	t.heap = t.heap[:0]
	for i := range n {
		if t.more(i) {
			t.heap = append(t.heap, i)
		}
	}
	for i := len(t.heap)/2 - 1; i >= 0; i-- {
		t.sink(i)
	}
}

func (t *tournament) len() int   { return len(t.heap) }
func (t *tournament) first() int { return t.heap[0] }

// fix restores order after the first cursor moved.
func (t *tournament) fix() {
	if last := len(t.heap) - 1; !t.more(t.heap[0]) {
		t.heap[0] = t.heap[last]
		t.heap = t.heap[:last]
	}
	t.sink(0)
}

func (t *tournament) before(i, j int) bool {
	if t.less(i, j) {
		return true
	}
	return i < j && !t.less(j, i)
}

func (t *tournament) sink(at int) {
	for {
		child := 2*at + 1
		if child >= len(t.heap) {
			return
		}
		if child+1 < len(t.heap) && t.before(t.heap[child+1], t.heap[child]) {
			child++
		}
		if !t.before(t.heap[child], t.heap[at]) {
			return
		}
		t.heap[at], t.heap[child] = t.heap[child], t.heap[at]
		at = child
	}
}
