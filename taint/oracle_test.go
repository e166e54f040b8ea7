package taint

import (
	"slices"
	"testing"

	"clew"
)

// The oracle keeps every unit as an element of a slice, and moves them one by
// one. It knows nothing of runs.
type oracle struct {
	policy Policy
	pots   map[string][]Marks
}

func (o *oracle) do(s step) {
	if s.from == "" {
		for _, r := range s.tape {
			for range number(r.Amount) {
				o.pots[s.to] = append(o.pots[s.to], r.Marks)
			}
		}
		return
	}
	for range s.amount {
		pot := o.pots[s.from]
		at := o.next(pot)
		unit := pot[at]
		o.pots[s.from] = slices.Delete(pot, at, at+1)
		o.pots[s.to] = append(o.pots[s.to], unit)
	}
}

// next returns the index of the unit that leaves first.
func (o *oracle) next(pot []Marks) int {
	find := func(want func(Marks) bool) int {
		if at := slices.IndexFunc(pot, want); at >= 0 {
			return at
		}
		return 0
	}
	switch o.policy {
	case LIFO:
		return len(pot) - 1
	case TaintFirst:
		return find(func(m Marks) bool { return !m.IsZero() })
	case CleanFirst:
		return find(func(m Marks) bool { return m.IsZero() })
	}
	return 0
}

// counts says how many units have each set of marks: all there is to say of a
// pot whose policy looks at marks before order.
func counts(t Tape) map[Marks]uint64 {
	n := map[Marks]uint64{}
	for _, r := range t {
		n[r.Marks] += number(r.Amount)
	}
	return n
}

func TestAgainstUnitByUnitOracle(t *testing.T) {
	for _, m := range []Method{{FIFO, ""}, {LIFO, ""}, {TaintFirst, FirstIn}, {CleanFirst, FirstIn}} {
		for seed := range uint64(150) {
			o := &oracle{m.Policy, map[string][]Marks{}}
			w := newWorld(t, m)
			for i, s := range newMaker(seed, 20, 3).steps(30) {
				o.do(s)
				w.do(s)
				for _, name := range names {
					compareWithOracle(t, w, o, name)
				}
				if t.Failed() {
					t.Fatalf("%s, seed %d, step %d: %+v", m.Policy, seed, i, s)
				}
			}
		}
	}
}

func compareWithOracle(t *testing.T, w *world, o *oracle, name string) {
	t.Helper()
	var want Tape
	for _, m := range o.pots[name] {
		r := Run{Amount: units(1), Marks: m}
		var basis = make([]clew.Amount, m.Len())
		for k := range basis {
			basis[k] = units(1)
		}
		r.setBases(basis)
		want = want.Append(r)
	}
	got := w.contents(name)
	if w.method.Policy == FIFO || w.method.Policy == LIFO {
		if text(got) != text(want) {
			t.Errorf("%s holds %s, want %s", name, text(got), text(want))
		}
		return
	}
	for m, n := range counts(want) {
		if counts(got)[m] != n {
			t.Errorf("%s holds %s, want %s", name, text(got), text(want))
		}
	}
}
