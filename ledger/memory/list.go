package memory

import (
	"slices"
	"sort"

	"clew"
	"clew/ledger"
)

// A list is facts of one kind in chain order. Sets share its array, so that is
// only ever appended to.
type list[T any] struct {
	of     kind[T]
	facts  []T
	madeUp bool // some ordinals may be made up
}

// A kind says what there is to know of a fact.
type kind[T any] struct {
	pos     func(*T) *clew.Pos
	tx      func(*T) clew.TxID
	like    func(a, b *T) bool
	order   func(a, b T) int // by position; by value, so that sorting allocates nothing
	compare func(a, b T) int // by all
}

var transferKind = kind[clew.Transfer]{
	pos:     func(t *clew.Transfer) *clew.Pos { return &t.Pos },
	tx:      func(t *clew.Transfer) clew.TxID { return t.Tx },
	like:    ledger.Like,
	order:   func(a, b clew.Transfer) int { return a.Pos.Cmp(b.Pos) },
	compare: func(a, b clew.Transfer) int { return ledger.Compare(&a, &b) },
}

var actKind = kind[clew.Act]{
	pos:     func(a *clew.Act) *clew.Pos { return &a.Pos },
	tx:      func(a *clew.Act) clew.TxID { return a.Tx },
	like:    ledger.LikeActs,
	order:   func(a, b clew.Act) int { return a.Pos.Cmp(b.Pos) },
	compare: func(a, b clew.Act) int { return ledger.CompareActs(&a, &b) },
}

// sortGiven puts what a load was given in the order in which it is taken.
func sortGiven[T any](given []T, of kind[T], exact bool) {
	if exact {
		slices.SortStableFunc(given, of.order)
	} else {
		slices.SortStableFunc(given, of.compare)
	}
}

func (l *list[T]) at(i int) clew.Pos { return *l.of.pos(&l.facts[i]) }

// end returns the height after the last fact; 0 if there is none.
func (l *list[T]) end() uint64 {
	if n := len(l.facts); n > 0 {
		return l.at(n-1).Height + 1
	}
	return 0
}

// below returns how many facts lie below height.
func (l *list[T]) below(height uint64) int {
	return sort.Search(len(l.facts), func(i int) bool { return l.at(i).Height >= height })
}

// cut drops what is at height and above.
func (l *list[T]) cut(height uint64) { l.facts = slices.Clip(l.facts[:l.below(height)]) }

// merge adds the facts that are not held yet, which must be sorted as
// [sortGiven] does, and returns how many these were.
func (l *list[T]) merge(given []T, exact bool) int {
	if len(given) == 0 {
		return 0
	}
	if exact && !l.madeUp && l.follows(given) {
		l.insert(given)
		return len(given)
	}
	m := merger[T]{list: l, likes: map[clew.TxID][]int{}, taken: map[clew.Pos]bool{}}
	m.index(exact)
	var fresh []T
	for i := range given {
		one := given[i]
		p := l.of.pos(&one)
		again := exact && (m.taken[*p] || i > 0 && *l.of.pos(&given[i-1]) == *p)
		if again || m.takeLike(&one) {
			continue
		}
		if !exact {
			p.Ordinal |= ledger.MadeUp
			for m.taken[*p] {
				p.Ordinal++
			}
		}
		m.taken[*p] = true
		fresh = append(fresh, one)
	}
	l.madeUp = l.madeUp || !exact
	l.insert(fresh)
	return len(fresh)
}

// follows reports whether no position of given is held or comes twice, at a
// glance: all come after what is held.
func (l *list[T]) follows(given []T) bool {
	for i := 1; i < len(given); i++ {
		if !l.of.pos(&given[i-1]).Before(*l.of.pos(&given[i])) {
			return false
		}
	}
	n := len(l.facts)
	return n == 0 || l.at(n-1).Before(*l.of.pos(&given[0]))
}

// insert adds facts in chain order.
func (l *list[T]) insert(fresh []T) {
	if len(fresh) == 0 {
		return
	}
	if n := len(l.facts); n == 0 || l.at(n-1).Before(*l.of.pos(&fresh[0])) {
		l.facts = append(l.facts, fresh...)
		return
	}
	l.facts = append(slices.Clip(l.facts), fresh...)
	slices.SortFunc(l.facts, l.of.order)
}

// A merger knows which held facts the given ones may be.
type merger[T any] struct {
	list  *list[T]
	likes map[clew.TxID][]int // held facts by transaction that no given one was yet
	taken map[clew.Pos]bool
}

// index notes every held fact: as one that a given one may be like where either
// ordinal is made up.
func (m *merger[T]) index(exact bool) {
	for i := range m.list.facts {
		p := m.list.at(i)
		m.taken[p] = true
		if !exact || ledger.IsMadeUp(p) {
			tx := m.list.of.tx(&m.list.facts[i])
			m.likes[tx] = append(m.likes[tx], i)
		}
	}
}

// takeLike reports whether a fact is like a held one, and uses that up.
func (m *merger[T]) takeLike(one *T) bool {
	tx := m.list.of.tx(one)
	for i, at := range m.likes[tx] {
		if m.list.of.like(&m.list.facts[at], one) {
			m.likes[tx] = slices.Delete(m.likes[tx], i, i+1)
			return true
		}
	}
	return false
}
