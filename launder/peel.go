package launder

import (
	"fmt"

	"clew"
	"clew/bitcoin"
)

// PeelRule says what is to be known of peel chains wherever something rests on
// one.
const (
	PeelRule    = "peel-chain"
	peelVersion = "1"
)

// A PeelQuestion bounds what is taken for a peel chain.
type PeelQuestion struct {
	Ratio  uint64    // of 1,000: the most of a step's value that is peeled, 1 to 500
	Least  uint64    // the least that a step of Bitcoin's kind peels, in satoshis: less is what tokens and inscriptions carry
	Within clew.Time // seconds in which the rest moves on
	Length int       // steps of the shortest chain that is told, from 2
	Open   int       // chains that are kept at a time, over all; the oldest give way
	Keep   int       // steps of a chain that are kept
}

// DefaultPeel returns the usual bounds. Those of steps are published: see
// docs/METHODS.md.
func DefaultPeel() PeelQuestion {
	return PeelQuestion{Ratio: 300, Least: 1000, Within: 86_400, Length: 5, Open: 1 << 20, Keep: 1 << 12}
}

// Check refuses bounds that mean nothing.
func (q PeelQuestion) Check() error {
	return checkBounds(
		bound{"ratio", q.Ratio, q.Ratio > 0 && q.Ratio <= 500, "1 to 500 of a thousand"},
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		bound{"length", q.Length, q.Length > 1, "at least 2 steps"},
		bound{"open", q.Open, q.Open > 0, "at least 1 chain"},
		bound{"keep", q.Keep, q.Keep >= q.Length, "at least as many steps as the shortest chain has"})
}

// params returns the bounds in words.
func (q PeelQuestion) params() []Param {
	return []Param{{"peeled of a step, at most, of 1,000", fmt.Sprint(q.Ratio)}, {"seconds until the rest moves on, at most", fmt.Sprint(int64(q.Within))}, {"steps, at least", fmt.Sprint(q.Length)}}
}

// A link is a step with those before it.
type link struct {
	before *link
	step   Step
	form   *bitcoin.Form // nil: not known
	length int
	start  clew.Time // of the first step
}

// Peels finds peel chains of Bitcoin's kind in one pass, in the order of the
// chain: one large coin pays a little away, and its rest goes on to do so again
// within a day. Memory is bounded by the chains that are open.
//
// Known failure: who pays from one coin again and again has nothing to hide, and
// makes the same; chains that gather other coins on the way, or peel more than the
// ratio, end early.
//
// Source: S. Meiklejohn and others, "A Fistful of Bitcoins" (2013), for the shape;
// G. Kappos and others, "How to Peel a Million" (2022), for the same form of
// transaction at each step.
type Peels struct {
	q       PeelQuestion
	open    map[clew.Output]*link
	queue   []expiry
	head    int
	dropped uint64
	found   func(*Finding)
}

// An expiry says when an open end is given up.
type expiry struct {
	out  clew.Output
	time clew.Time
}

// NewPeels makes a finder. It tells found of each chain once it has ended.
func NewPeels(q PeelQuestion, found func(*Finding)) (*Peels, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	return &Peels{q: q, open: map[clew.Output]*link{}, found: found}, nil
}

// Dropped returns how many chains gave way to others before they had ended. What
// they would have become is not known.
func (p *Peels) Dropped() uint64 { return p.dropped }

// Add takes the next transaction.
func (p *Peels) Add(m *Moved) {
	t, form := m.Transfer, m.Form
	p.expire(t.Time)
	before := p.spent(t)
	step, rest, ok := p.step(t)
	if !ok {
		for _, l := range before {
			p.end(l)
		}
		return
	}
	l := &link{step: step, form: form, length: 1, start: t.Time}
	for _, b := range before {
		if l.before == nil && sameForm(b.form, form) && b.length < p.q.Keep {
			l.before, l.length, l.start = b, b.length+1, b.start
		} else {
			p.end(b)
		}
	}
	out := clew.Output{Tx: t.Tx, Index: uint32(rest)}
	p.open[out] = l
	p.queue = append(p.queue, expiry{out, t.Time})
	for len(p.open) > p.q.Open || len(p.queue)-p.head > 4*p.q.Open {
		if p.open[p.queue[p.head].out] != nil {
			p.dropped++
		}
		p.give()
	}
}

// End tells of the chains that are still open.
func (p *Peels) End() {
	for p.head < len(p.queue) {
		p.give()
	}
}

// spent takes the open ends that a transaction spends.
func (p *Peels) spent(t *clew.Transfer) (list []*link) {
	for i := range t.From {
		if o := t.From[i].Spends; o != nil {
			if l := p.open[*o]; l != nil {
				delete(p.open, *o)
				list = append(list, l)
			}
		}
	}
	return list
}

// expire gives up what did not move on in time.
func (p *Peels) expire(now clew.Time) {
	for p.head < len(p.queue) && p.queue[p.head].time+p.q.Within < now {
		p.give()
	}
}

// give ends the oldest open chain.
func (p *Peels) give() {
	e := p.queue[p.head]
	p.head++
	if p.head > len(p.queue)/2 {
		p.queue = append(p.queue[:0], p.queue[p.head:]...)
		p.head = 0
	}
	if l := p.open[e.out]; l != nil {
		delete(p.open, e.out)
		p.end(l)
	}
}

// step reads a transaction as a step: one or two inputs, two outputs, of which the
// smaller is at most the ratio of both. It returns which output carries the rest.
func (p *Peels) step(t *clew.Transfer) (s Step, rest int, ok bool) {
	if len(t.From) > 2 || t.From[0].Spends == nil {
		return s, 0, false
	}
	s.Time = t.Time
	var outs []int
	for i := range t.To {
		if !t.To[i].Address.IsZero() {
			outs = append(outs, i)
		}
	}
	if len(outs) != 2 {
		return s, 0, false
	}
	peel, rest := outs[0], outs[1]
	if t.To[rest].Amount.Less(t.To[peel].Amount) {
		peel, rest = rest, peel
	}
	little, much := t.To[peel].Amount, t.To[rest].Amount
	if little.Less(clew.Units(p.q.Least)) || !isPart(little, little.Plus(much), p.q.Ratio) {
		return s, 0, false
	}
	for i := range t.From {
		s.Roles = append(s.Roles, roleOf(PaysOn, t, &t.From[i], i))
	}
	s.Roles = append(s.Roles, roleOf(Peeled, t, &t.To[peel], peel), roleOf(Carries, t, &t.To[rest], rest))
	return s, rest, true
}

// isPart reports whether a part is at most so many thousandths of a whole.
func isPart(part, whole clew.Amount, permille uint64) bool {
	most, ok := whole.MulDiv(clew.Units(permille), clew.Units(1000))
	return ok && part.Cmp(most) <= 0
}

// sameForm reports whether two transactions may be of one software.
func sameForm(a, b *bitcoin.Form) bool { return a == nil || b == nil || *a == *b }

// roleOf returns the role of a leg.
func roleOf(name RoleName, t *clew.Transfer, l *clew.Leg, i int) Role {
	return Role{name, l.Address, l.Amount, t.Pos, t.Tx, i}
}

// end tells of a chain that is long enough.
func (p *Peels) end(l *link) {
	if l.length < p.q.Length {
		return
	}
	f := l.finding(p.q, clew.NativeAsset(l.step.Roles[0].Address.Chain()))
	unknown, back := 0, 0
	for at := l; at != nil; at = at.before {
		unknown += count(at.form == nil)
		back += count(at.step.returns())
	}
	if unknown > 0 {
		f.Against = append(f.Against, fmt.Sprintf("how the transactions of %d of %d steps are made is not known: they may be of different software", unknown, l.length))
	}
	if back > 0 {
		f.Against = append(f.Against, fmt.Sprintf("at %d of %d steps the rest goes back to the address that paid it, as simple wallets do", back, l.length))
	}
	f.finish(p.q.Length)
	p.found(f)
}

// finding returns the chain that ends with a step.
func (l *link) finding(q PeelQuestion, asset clew.Asset) *Finding {
	f := &Finding{Rule: PeelRule, Version: peelVersion, Params: q.params(), Chain: asset.Chain(), Asset: asset, From: l.start, To: l.step.Time,
		Steps: make([]Step, l.length), Cut: l.length == q.Keep, Against: []string{}}
	for at := l; at != nil; at = at.before {
		f.Steps[at.length-1] = at.step
		f.Transfers += at.step.transfers()
	}
	return f
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// returns reports whether the rest goes to an address that pays on.
func (s *Step) returns() bool {
	rest := s.Roles[len(s.Roles)-1].Address
	for _, r := range s.Roles {
		if r.Name == PaysOn && r.Address == rest {
			return true
		}
	}
	return false
}

// finish names the last rest, and says how strong a finding is: half for the
// shortest chain, and the more the longer it is; a third less for each thing that
// speaks against it.
func (f *Finding) finish(least int) {
	last := f.Steps[len(f.Steps)-1].Roles
	for i := range last {
		if last[i].Name == Carries {
			last[i].Name = LastRest
		}
	}
	f.Strength = 1000 * len(f.Steps) / (len(f.Steps) + least)
	for range f.Against {
		f.Strength -= f.Strength / 3
	}
}

// transfers returns how many transfers a step is made of: one on Bitcoin, and what
// an address paid on account chains.
func (s *Step) transfers() (n uint64) {
	var last clew.Pos
	for i := range s.Roles {
		if r := &s.Roles[i]; r.Name != PaysOn && (n == 0 || r.Pos != last) {
			n, last = n+1, r.Pos
		}
	}
	return n
}
