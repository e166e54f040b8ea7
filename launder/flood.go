package launder

import (
	"fmt"

	"clew"
)

// A FloodQuestion bounds what is taken for flooding the zone.
type FloodQuestion struct {
	Within   clew.Time // seconds of a window
	Payments int       // in one
	New      int       // of those who are paid in it, new addresses
	Pass     uint64    // of 1,000: the least of the new ones that pay on, or cross to another chain, within a window
}

// DefaultFlood returns the usual bounds.
func DefaultFlood() FloodQuestion {
	return FloodQuestion{Within: 3600, Payments: 30, New: 20, Pass: 500}
}

// The roles in a flood.
const (
	Floods  RoleName = "floods"  // pays many new addresses, at the pace of a machine
	Flooded RoleName = "is used" // one of these
)

var floodRule = Rule{
	ID: FloodRule, Name: "Flooding the zone", Version: paceVersion,
	Assumption: "Who wants to outrun those who follow lets a machine work: one address pays 30 times or more within an hour, to 20 new addresses or more, at even intervals (they deviate by at most half their mean), and half of these or more pay on within the hour.",
	Failure:    "Services that nobody tagged and that pay out to customers by a clock look so, where the customers move it on at once. A machine that draws its intervals at random, and one that works from many addresses, are not seen.",
	Source:     "the rule of flooding in docs/METHODS.md, after the public figures of the theft from Bybit in 2025: 3,934 swaps over chains in 115 hours; the bounds are ours",
	RedFlags:   []string{fatfTransactions + "several transactions of high value in short succession, such as within 24 hours", fatfPatterns + "value spread over many accounts without a reason of business"},
	make:       func(st *Stream) (Recogniser, error) { return NewFlood(st, DefaultFlood()) },
}

// Flood finds addresses that pay many new ones at the pace of a machine.
type Flood struct {
	st  *Stream
	q   FloodQuestion
	due dues[uint32]

	bursts slab[burst]
	serial uint32 // of the last burst
}

// A usedBy names a burst: its place, which may be another's since, and its number.
type usedBy struct{ at, serial uint32 }

// A pace is how often an address paid in the window under way.
type pace struct {
	start clew.Time
	count int32
}

// A burst is what an address pays while it pays often.
type burst struct {
	serial uint32
	who    Party
	asset  clew.Asset
	list   []paid        // the payments that are kept
	fresh  map[Party]int // new addresses, by when they were first paid in the burst
	passed map[Party]clew.Time
	count  uint64
	mixed  bool // several assets
	begin  clew.Time
	end    clew.Time
	gaps   clew.Amount // sum of squares
	cut    bool
	cross  int // acts of bridges by it and those it paid
}

// mostBurst is how many payments of one burst are kept.
const mostBurst = 256

// NewFlood makes a recogniser for a stream.
func NewFlood(st *Stream, q FloodQuestion) (*Flood, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0 && q.Within < 1<<24, "1 second to half a year"},
		bound{"payments", q.Payments, q.Payments > 2, "at least 3"},
		bound{"new", q.New, q.New > 0 && q.New <= q.Payments, "1 to as many as the payments"},
		bound{"pass", q.Pass, q.Pass <= 1000, "0 to 1000 of a thousand"})
	if err != nil {
		return nil, err
	}
	st.remember(2 * q.Within)
	return &Flood{st: st, q: q, due: dues[uint32]{most: openPaces, room: keptPaces}}, st.once(FloodRule)
}

// Dropped returns how many bursts were given up before their time.
func (r *Flood) Dropped() uint64 { return r.due.dropped }

// AddAct notes that one that floods, or that it uses, crosses to another chain.
func (r *Flood) AddAct(a *clew.Act) {
	if a.Kind != clew.BridgeSent || r.due.empty() {
		return
	}
	who, _ := r.st.parties.number(a.On)
	on := r.st.parties.at(who)
	if on.open > 0 {
		r.bursts.at(on.open).cross++
	}
	if b := r.usedBy(on); b != nil && a.Time <= b.end+r.q.Within {
		b.cross++
		b.pass(who, a.Time)
	}
}

// usedBy returns the burst by which an address was paid; nil: none that goes on.
func (r *Flood) usedBy(who *partySlot) *burst {
	if who.used.at == 0 {
		return nil
	}
	if b := r.bursts.at(who.used.at); b.serial == who.used.serial {
		return b
	}
	return nil
}

// Add takes the next transfer.
func (r *Flood) Add(m *Moved) {
	for b := range r.due.over(m.Time) {
		r.look(b, m.Time)
	}
	for x := range r.due.full() {
		r.close(x)
	}
	p := m.single()
	if p == nil {
		return
	}
	from := r.st.parties.at(p.From)
	if b := r.usedBy(from); b != nil {
		b.pass(p.From, m.Time)
	}
	if p.KnownFrom || !r.often(from, m.Time) {
		return
	}
	if from.open == 0 {
		from.open = r.bursts.take()
		r.serial++
		*r.bursts.at(from.open) = newBurst(r.serial, p.From, m)
		r.push(from.open)
	}
	r.extend(from.open, m, p)
}

// newBurst returns a burst that begins with a transfer.
func newBurst(serial uint32, who Party, m *Moved) burst {
	return burst{serial: serial, who: who, asset: m.Asset, fresh: map[Party]int{}, passed: map[Party]clew.Time{}, begin: m.Time, end: m.Time}
}

// often counts a payment, and reports whether the address pays often: a quarter of what
// is wanted within a window.
func (r *Flood) often(who *partySlot, now clew.Time) bool {
	x := &who.pace
	if x.count == 0 || x.start+r.q.Within < now {
		*x = pace{start: now}
	}
	x.count++
	return int(x.count) >= (r.q.Payments+3)/4 || who.open > 0
}

func (r *Flood) push(at uint32) {
	if early, gone := r.due.push(r.bursts.at(at).end+2*r.q.Within, at); gone {
		r.close(early)
	}
}

// extend takes a payment of a burst.
func (r *Flood) extend(at uint32, m *Moved, p *Payment) {
	b := r.bursts.at(at)
	if m.Time-b.end > r.q.Within {
		r.tell(b)
		r.due.keep(-len(b.list))
		*b = newBurst(b.serial, b.who, m)
	}
	gap := uint64(max(0, m.Time-b.end)) // less than 1<<24, as within
	b.gaps, _ = b.gaps.Add(clew.Units(gap * gap))
	b.end, b.count, b.mixed = m.Time, b.count+1, b.mixed || b.asset != m.Asset
	if len(b.list) == mostBurst {
		b.cut = true
		return
	}
	r.due.keep(1)
	b.list = append(b.list, paidOf(m, p))
	if _, seen := b.fresh[p.To]; !seen && !p.KnownTo && r.st.parties.since(p.To)+r.q.Within >= m.Time {
		b.fresh[p.To] = len(b.list) - 1
		r.st.parties.at(p.To).used = usedBy{at, b.serial}
	}
}

// pass notes that a new address paid on.
func (b *burst) pass(who Party, now clew.Time) {
	if _, fresh := b.fresh[who]; fresh {
		if _, before := b.passed[who]; !before {
			b.passed[who] = now
		}
	}
}

// look looks at a burst again: it is kept while it goes on.
func (r *Flood) look(at uint32, now clew.Time) {
	if r.bursts.at(at).end+2*r.q.Within < now {
		r.close(at)
		return
	}
	r.push(at)
}

func (r *Flood) close(at uint32) {
	b := r.bursts.at(at)
	if who := r.st.parties.at(b.who); who.open == at {
		who.open = 0
	}
	r.tell(b)
	r.due.keep(-len(b.list))
	r.bursts.give(at)
}

// tell tells of a burst, if it is a flood.
func (r *Flood) tell(b *burst) {
	n := len(b.list)
	hours := uint64(b.end-b.begin)/uint64(r.q.Within) + 1
	if b.count/hours < uint64(r.q.Payments) || uint64(len(b.fresh))/hours < uint64(r.q.New) && !b.cut || !b.even() {
		return
	}
	passed := 0
	for who, at := range b.passed {
		if at-b.list[b.fresh[who]].time <= r.q.Within {
			passed++
		}
	}
	if 1000*uint64(passed) < r.q.Pass*uint64(len(b.fresh)) || len(b.fresh) < r.q.New {
		return
	}
	f := &Finding{Chain: b.asset.Chain(), Asset: b.asset, From: b.begin, To: b.end, Transfers: b.count, Cut: b.cut, Params: []Param{
		{"within", span(r.q.Within)}, {"payments", fmt.Sprintf("at least %d; here %d", r.q.Payments, b.count)}, {"new addresses", fmt.Sprintf("at least %d; here %d", r.q.New, len(b.fresh))},
		{"of these pay on", fmt.Sprintf("at least %s; here %d", share(r.q.Pass), passed)}, {"acts of bridges", fmt.Sprintf("here %d", b.cross)}}}
	if b.mixed {
		f.Asset = clew.Asset{}
	}
	for i := range b.list {
		f.Steps = append(f.Steps, r.st.step(Floods, Flooded, &b.list[i]))
	}
	if b.cross == 0 {
		f.Against = append(f.Against, "no act of a bridge by it, or by those that it pays, is held")
	}
	r.st.tell(FloodRule, f, n, r.q.Payments)
}

// even reports whether the intervals between payments deviate by at most half their
// mean: of n intervals, n times the sum of squares is at most 5/4 of the squared sum.
func (b *burst) even() bool {
	if b.count < 3 {
		return false
	}
	sum := clew.Units(uint64(b.end - b.begin))
	square, ok := sum.MulDiv(sum, clew.Units(1))
	most, fits := square.MulDiv(clew.Units(5), clew.Units(1))
	all, also := b.gaps.MulDiv(clew.Units(4), clew.Units(1))
	times, too := all.MulDiv(clew.Units(b.count-1), clew.Units(1))
	return ok && fits && also && too && times.Cmp(most) <= 0
}

// End tells of what is still open.
func (r *Flood) End() {
	for {
		b, ok := r.due.last()
		if !ok {
			return
		}
		r.close(b)
	}
}
