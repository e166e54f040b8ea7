package trace

import "clew"

// An agenda gives out what is due, chain by chain in order: forward earliest
// first, backward latest first.
type agenda[T any] struct{ lanes []lane[T] }

// A due item is taken at its moment.
type due[T any] struct {
	at   moment
	time clew.Time
	item T
}

// A lane is a heap of what is due on one chain.
type lane[T any] struct {
	backward bool
	items    []due[T]
}

func newAgenda[T any](views int, backward bool) *agenda[T] {
	a := &agenda[T]{lanes: make([]lane[T], views)}
	for i := range a.lanes {
		a.lanes[i].backward = backward
	}
	return a
}

func (a *agenda[T]) push(view int, d due[T]) { a.lanes[view].push(d) }

// pop returns what is due next on a chain, if anything is.
func (a *agenda[T]) pop(view int) (d due[T], ok bool) {
	if len(a.lanes[view].items) == 0 {
		return d, false
	}
	return a.lanes[view].pop(), true
}

// popSame appends to items the other items of a view with the same moment.
func (a *agenda[T]) popSame(view int, at moment, items []T) []T {
	l := &a.lanes[view]
	for len(l.items) > 0 && l.items[0].at == at {
		items = append(items, l.pop().item)
	}
	return items
}

// popWhile appends to items the other items of a view that are due first, as
// long as their moments are wanted.
func (a *agenda[T]) popWhile(view int, wanted func(moment) bool, items []due[T]) []due[T] {
	l := &a.lanes[view]
	for len(l.items) > 0 && wanted(l.items[0].at) {
		items = append(items, l.pop())
	}
	return items
}

// sooner reports whether item i is due before item j.
func (l *lane[T]) sooner(i, j int) bool {
	c := l.items[i].at.compare(l.items[j].at)
	if l.backward {
		return c > 0
	}
	return c < 0
}

func (l *lane[T]) push(d due[T]) {
	l.items = append(l.items, d)
	for i := len(l.items) - 1; i > 0; {
		parent := (i - 1) / 2
		if !l.sooner(i, parent) {
			return
		}
		l.items[i], l.items[parent] = l.items[parent], l.items[i]
		i = parent
	}
}

func (l *lane[T]) pop() due[T] {
	first, last := l.items[0], len(l.items)-1
	l.items[0] = l.items[last]
	l.items[last] = due[T]{} // let go of what it holds
	l.items = l.items[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return first
		}
		if child+1 < last && l.sooner(child+1, child) {
			child++
		}
		if !l.sooner(child, i) {
			return first
		}
		l.items[i], l.items[child] = l.items[child], l.items[i]
		i = child
	}
}

// head returns the moment and the time of what is due next on a chain, if
// anything is.
func (a *agenda[T]) head(view int) (moment, clew.Time, bool) {
	l := &a.lanes[view]
	if len(l.items) == 0 {
		return moment{}, 0, false
	}
	return l.items[0].at, l.items[0].time, true
}
