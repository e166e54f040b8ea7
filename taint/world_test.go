package taint

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"clew"
)

func units(n uint64) clew.Amount { return clew.Units(n) }

func number(a clew.Amount) uint64 {
	n, ok := a.Uint64()
	if !ok {
		panic(a.String() + " does not fit 64 bits")
	}
	return n
}

// text writes a tape so that two can be compared: "3 clean, 4 {0 2} for 4 9".
func text(t Tape) string {
	var parts []string
	for _, r := range t {
		if r.Marks.IsZero() {
			parts = append(parts, r.Amount.String()+" clean")
			continue
		}
		var bases []string
		for _, origin := range r.Marks.Origins() {
			bases = append(bases, r.BasisOf(origin).String())
		}
		parts = append(parts, fmt.Sprintf("%s %v for %s", r.Amount, r.Marks.Origins(), strings.Join(bases, " ")))
	}
	return strings.Join(parts, ", ")
}

// A step is a transfer in a small world of pots. From "" it is an issue, whose
// tape is given.
type step struct {
	from, to string
	amount   uint64
	tape     Tape   // of an issue
	into     uint64 // not 0: converted into so many units on the way
}

func clean(to string, n uint64) step { return step{to: to, tape: Tape{CleanRun(units(n))}} }

func stolen(to string, n uint64, origin int) step {
	return step{to: to, tape: Tape{OriginRun(units(n), origin)}}
}

func pay(from, to string, n uint64) step { return step{from: from, to: to, amount: n} }

// A world holds the pots of one method.
type world struct {
	t      testing.TB
	method Method
	pots   map[string]Pot
	sent   Tape // by the last step
}

func newWorld(t testing.TB, m Method) *world {
	return &world{t: t, method: m, pots: map[string]Pot{}}
}

func play(t testing.TB, m Method, steps []step) *world {
	w := newWorld(t, m)
	for _, s := range steps {
		w.do(s)
	}
	return w
}

func (w *world) pot(name string) Pot {
	p, ok := w.pots[name]
	if !ok {
		var err error
		if p, err = NewPot(w.method); err != nil {
			w.t.Fatal(err)
		}
		w.pots[name] = p
	}
	return p
}

func (w *world) do(s step) {
	w.t.Helper()
	w.sent = s.tape
	if s.from != "" {
		var missing clew.Amount
		if w.sent, missing = w.pot(s.from).Spend(units(s.amount), nil); !missing.IsZero() {
			w.t.Fatalf("%s lacks %s", s.from, missing)
		}
	}
	if s.into != 0 {
		var err error
		if w.sent, err = Convert(w.sent, units(s.into)); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := w.pot(s.to).Receive(w.sent); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) contents(name string) Tape { return w.pot(name).Contents(nil) }

func (w *world) marked(name string) uint64 { return number(w.pot(name).Marked()) }

// of sums an origin over all pots.
func (w *world) of(origin int) (amount, basis clew.Amount) {
	for _, p := range w.pots {
		a, b := p.Contents(nil).Of(origin)
		amount, basis = amount.Plus(a), basis.Plus(b)
	}
	return amount, basis
}

var names = []string{"a", "b", "c", "d"}

// A maker makes random histories in which nobody pays more than he has.
type maker struct {
	r       *rand.Rand
	size    uint64 // amounts issued are below it
	origins int
	convert bool
	balance map[string]uint64
}

func newMaker(seed, size uint64, origins int) *maker {
	return &maker{r: rand.New(rand.NewPCG(seed, 7)), size: size, origins: origins, balance: map[string]uint64{}}
}

func (m *maker) steps(n int) []step {
	var steps []step
	for range n {
		s := m.step()
		if s.from != "" {
			m.balance[s.from] -= s.amount
		}
		if s.into != 0 {
			m.balance[s.to] += s.into
		} else if s.from != "" {
			m.balance[s.to] += s.amount
		} else {
			m.balance[s.to] += number(s.tape.Total())
		}
		steps = append(steps, s)
	}
	return steps
}

func (m *maker) step() step {
	from, to := m.name(), m.name()
	if m.balance[from] == 0 || from == to || m.r.IntN(3) == 0 {
		return step{to: to, tape: m.tape()}
	}
	s := pay(from, to, 1+m.r.Uint64N(m.balance[from]))
	if m.r.IntN(4) == 0 {
		s.amount = m.balance[from]
	}
	if m.convert && m.r.IntN(3) == 0 {
		s.into = 1 + m.r.Uint64N(m.size)
	}
	return s
}

func (m *maker) name() string { return names[m.r.IntN(len(names))] }

// tape returns some units, with origins' marks laid on parts of them.
func (m *maker) tape() Tape {
	n := 1 + m.r.Uint64N(m.size)
	t := Tape{CleanRun(units(n))}
	for origin := range m.origins {
		if m.r.IntN(2) == 0 {
			lo := m.r.Uint64N(n)
			t = t.Mark(units(lo), units(lo+1+m.r.Uint64N(n-lo)), origin)
		}
	}
	return t
}

func methods() []Method {
	return []Method{
		{FIFO, ""}, {LIFO, ""}, {Haircut, ""}, {Poison, ""},
		{TaintFirst, FirstIn}, {TaintFirst, ProRata}, {TaintFirst, Rolling},
		{CleanFirst, FirstIn}, {CleanFirst, ProRata}, {CleanFirst, Rolling},
	}
}

func conserving() []Method {
	var list []Method
	for _, m := range methods() {
		if m.Policy.Describe().Conserves {
			list = append(list, m)
		}
	}
	return list
}
