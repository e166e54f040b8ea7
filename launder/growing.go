package launder

import (
	"cmp"
	"fmt"
	"slices"

	"clew"
)

// A growth is what is known of a finding that still grows.
type growth struct {
	asset   clew.Asset
	first   clew.Time // of its payments, by the chain's own word
	to      clew.Time
	last    clew.Time // when it grew last, by the window's clock
	lastSeq uint64    // the newest of its payments
	number  uint64    // of findings of its rule, this is which
	kept    []member  // the newest; a ring once it is full
	next    int
	count   uint64 // of payments
	width   int    // the most parties of a layer at one time
	need    int    // as many as that make one
	cut     bool
	tx      clew.TxID
	oneTx   bool
}

// A growing is a growth that is known by keys.
type growing[K comparable] struct {
	growth
	keys []K
}

// A member is a payment in a finding.
type member struct {
	seq      uint64
	time     clew.Time
	amount   clew.Amount
	pos      clew.Pos
	tx       clew.TxID
	from, to clew.Address
	in, out  int32 // legs
	pays     RoleName
	gets     RoleName
}

func (m *member) step() Step {
	return Step{Time: m.time, Roles: []Role{
		{m.pays, m.from, m.amount, m.pos, m.tx, int(m.in)},
		{m.gets, m.to, m.amount, m.pos, m.tx, int(m.out)}}}
}

// A teller tells of the findings of one rule of shapes.
type teller struct {
	q       *ShapeQuestion
	w       *window
	rule    string
	params  []Param
	made    uint64    // findings begun
	sweep   clew.Time // when those that cannot grow any more are looked for
	dropped uint64
}

func newTeller(w *window, rule string, params ...Param) teller {
	return teller{q: &w.q, w: w, rule: rule, params: w.q.params(params...)}
}

// Dropped returns how many findings were told before they could not grow any more.
func (s *teller) Dropped() uint64 { return s.dropped }

// due reports whether it is time to look for what cannot grow any more.
func (s *teller) due() bool {
	if s.w.now < s.sweep {
		return false
	}
	s.sweep = s.w.now + max(1, s.q.Within/16)
	return true
}

// begin makes a finding of which as many as need make one.
func (s *teller) begin(need int) growth {
	s.made++
	return growth{need: need, oneTx: true, number: s.made}
}

// over reports whether a finding cannot grow any more.
func (s *teller) over(o *growth) bool { return o.last+s.q.Within < s.w.now }

// shapes are the findings of one rule that grow, by keys.
type shapes[K comparable] struct {
	teller
	open map[K]*growing[K]
	n    int
}

func newShapes[K comparable](w *window, rule string, params ...Param) shapes[K] {
	return shapes[K]{teller: newTeller(w, rule, params...), open: map[K]*growing[K]{}}
}

// tick tells of what cannot grow any more, now and then.
func (s *shapes[K]) tick() {
	if s.n > 0 && s.due() {
		s.close(func(o *growing[K]) bool { return s.over(&o.growth) })
	}
}

// End tells of what is open.
func (s *shapes[K]) End() { s.close(func(*growing[K]) bool { return true }) }

// of returns what grows by a key; nil: nothing.
func (s *shapes[K]) of(key K) *growing[K] {
	o := s.open[key]
	if o != nil && s.over(&o.growth) {
		s.tell(o)
		return nil
	}
	return o
}

// join returns the one finding that grows by any of the keys: a new one, or those
// that did so far, made one.
func (s *shapes[K]) join(need int, keys ...K) *growing[K] {
	var o *growing[K]
	for _, key := range keys {
		switch other := s.of(key); {
		case other == nil || other == o:
		case o == nil:
			o = other
		default:
			s.merge(o, other)
		}
	}
	if o == nil {
		if s.n >= s.q.Open {
			s.evict()
		}
		o = &growing[K]{growth: s.begin(need)}
		s.n++
	}
	o.last = s.w.now
	for _, key := range keys {
		if s.open[key] != o {
			s.open[key] = o
			o.keys = append(o.keys, key)
		}
	}
	return o
}

// merge adds one finding to another.
func (s *shapes[K]) merge(o, other *growing[K]) {
	for _, key := range other.keys {
		s.open[key] = o
	}
	s.n--
	o.keys = append(o.keys, other.keys...)
	count := o.count + other.count
	for _, m := range other.kept {
		*o.place(s.q.Keep) = m
	}
	o.count, o.width = count, max(o.width, other.width)
	o.first, o.to, o.lastSeq = min(o.first, other.first), max(o.to, other.to), max(o.lastSeq, other.lastSeq)
	o.cut, o.oneTx = o.cut || other.cut, o.oneTx && other.oneTx && o.tx == other.tx
}

// evict tells of the quarter that grew last the longest ago.
func (s *shapes[K]) evict() {
	list := s.all()
	slices.SortFunc(list, func(a, b *growing[K]) int { return byAge(&a.growth, &b.growth) })
	for _, o := range list[:len(list)/4+1] {
		o.cut = true
		s.dropped++
		s.tell(o)
	}
}

// byAge orders findings by when they grew last.
func byAge(a, b *growth) int {
	return cmp.Or(cmp.Compare(a.lastSeq, b.lastSeq), cmp.Compare(a.first, b.first), cmp.Compare(a.count, b.count), cmp.Compare(a.number, b.number))
}

func (s *shapes[K]) all() []*growing[K] {
	var list []*growing[K]
	for key, o := range s.open {
		if o.keys[0] == key {
			list = append(list, o)
		}
	}
	return list
}

func (s *shapes[K]) close(which func(*growing[K]) bool) {
	list := slices.DeleteFunc(s.all(), func(o *growing[K]) bool { return !which(o) })
	slices.SortFunc(list, func(a, b *growing[K]) int { return byAge(&a.growth, &b.growth) })
	for _, o := range list {
		s.tell(o)
	}
}

// tell tells of a finding that cannot grow any more.
func (s *shapes[K]) tell(o *growing[K]) {
	for _, key := range o.keys {
		if s.open[key] == o {
			delete(s.open, key)
		}
	}
	s.n--
	s.teller.tell(&o.growth, func() []member { return o.kept })
}

// add counts a payment.
func (o *growth) add(w *window, seq uint64, e *edge) {
	if o.count == 0 {
		o.asset, o.first, o.to, o.tx = w.st.named[w.at(e.from).asset], e.time, e.time, e.tx
	}
	o.count++
	o.first, o.to, o.lastSeq = min(o.first, e.time), max(o.to, e.time), max(o.lastSeq, seq)
	o.oneTx = o.oneTx && e.tx == o.tx
}

// grow adds a payment, with the roles of its ends.
func (s *teller) grow(o *growth, seq uint64, from, to RoleName) {
	e := s.w.edge(seq)
	o.add(s.w, seq, e)
	s.w.member(o.place(s.q.Keep), seq, e, from, to)
}

// member writes down a payment.
func (w *window) member(m *member, seq uint64, e *edge, from, to RoleName) {
	m.seq, m.time, m.amount, m.pos, m.tx = seq, e.time, e.amount, e.pos, e.tx
	m.from, m.to = w.address(e.from), w.address(e.to)
	m.in, m.out, m.pays, m.gets = e.in, e.out, from, to
}

// place returns where one more payment is kept; where there are too many, that of
// the oldest.
func (o *growth) place(most int) *member {
	if len(o.kept) < most {
		if o.kept == nil {
			o.kept = make([]member, 0, min(most, o.need))
		}
		o.kept = append(o.kept, member{})
		return &o.kept[len(o.kept)-1]
	}
	m := &o.kept[o.next]
	o.next, o.cut = (o.next+1)%most, true
	return m
}

// tell tells of a finding; members returns its payments, if they are asked for.
func (s *teller) tell(o *growth, members func() []member) {
	f := &Finding{Rule: s.rule, Version: "1", Params: s.params, Chain: o.asset.Chain(), Asset: o.asset, From: o.first, To: o.to,
		Transfers: o.count, Cut: o.cut, Against: o.against(s.q)}
	f.Strength = strengthOf(o.width, o.need, f.Against)
	if s.w.st.worth(f.Strength) {
		list := members()
		slices.SortStableFunc(list, func(a, b member) int { return cmp.Compare(a.seq, b.seq) })
		f.Steps = make([]Step, len(list))
		for i := range list {
			f.Steps[i] = list[i].step()
		}
	}
	s.w.st.found(f)
}

// strengthOf returns n of n and the least that is found, in thousandths, and a third
// less for each thing that speaks against it.
func strengthOf(n, least int, against []string) int {
	strength := 1000 * n / (n + least)
	for range against {
		strength -= strength / 3
	}
	return strength
}

// against says what speaks against a finding.
func (o *growth) against(q *ShapeQuestion) []string {
	list := []string{}
	if o.oneTx && o.count > 1 {
		list = append(list, "all of it is one transaction: services and shops pay in batches, and one owner gathers his own coins so")
	}
	if o.to-o.first > 2*q.Within {
		list = append(list, fmt.Sprintf("it went on for %d days without a pause of the window's length: services, shops and games do", (o.to-o.first)/86_400))
	}
	if o.count >= uint64(q.Hub) {
		list = append(list, fmt.Sprintf("it has %d payments: who is paid or pays so often is mostly a service", o.count))
	}
	return list
}
