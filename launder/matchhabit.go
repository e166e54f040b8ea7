package launder

import (
	"cmp"
	"slices"

	"clew"
)

// A Habit is what a bridge is learned to do with one asset that comes out as
// another, from pairs that had no rival.
type Habit struct {
	Bridge string      `json:"bridge"`
	In     clew.Asset  `json:"in"`
	Out    clew.Asset  `json:"out"`
	Pairs  int         `json:"pairs"`  // that it was learned from
	Gives  uint64      `json:"gives"`  // of a billion of the worth of what went in
	Flat   clew.Amount `json:"flat"`   // less this, in smallest units of Out
	Spread clew.Amount `json:"spread"` // the usual deviation of what comes out, where it is one amount for all
	Part   uint64      `json:"part"`   // and where it is in proportion, of a billion
	Wait   int64       `json:"wait"`   // usual seconds until it comes out
	Late   int64       `json:"late"`   // their usual deviation
	moves  bool
	pairs  []lonePair // in order of time
}

// A lonePair is one to learn from.
type lonePair struct {
	in, out     int
	time        clew.Time // of the release
	whole, came clew.Amount
	waited      clew.Time
}

const (
	billion   = 1_000_000_000
	leastSure = 5    // pairs from which on a habit is taken for one
	mostFit   = 64   // pairs that a line is laid through
	near      = 6    // pairs before and after that say what the rate is now
	dealTime  = 7200 // seconds in which they must lie
)

// learn works habits out from pairs without rivals: at first from those of which
// the recipient speaks too, where there are enough.
func (m *matcher) learn(first bool) {
	lanes := map[lane][2][]lonePair{}
	for i := range m.in {
		for _, withRecipient := range []bool{false, true} {
			j, ok := m.only(i, withRecipient)
			if !ok {
				continue
			}
			e := m.edges[i][j]
			s := lonePair{i, e.out, m.out[e.out].Time, e.whole, m.out[e.out].Amount, m.out[e.out].Time - m.in[i].Time}
			l := lane{m.in[i].Bridge, e.pair.In, e.pair.Out}
			both := lanes[l]
			both[count(withRecipient)] = append(both[count(withRecipient)], s)
			lanes[l] = both
		}
	}
	for l, both := range lanes {
		from := both[0]
		if len(both[1]) >= leastSure && (first || len(both[0]) < leastSure) {
			from = both[1]
		}
		if l.in != l.out && len(from) >= leastSure {
			m.habits[l] = m.fit(l, from)
		}
	}
}

// only returns the edge of a deposit that has no rival on either side; with
// recipients, among those alone of which the recipient speaks.
func (m *matcher) only(i int, recipients bool) (at int, ok bool) {
	at = -1
	for k := range m.edges[i] {
		if recipients && !m.known(i, m.edges[i][k].out) {
			continue
		}
		if at >= 0 {
			return 0, false
		}
		at = k
	}
	if at < 0 || m.crowd[i] {
		return 0, false
	}
	j := m.edges[i][at].out
	if len(m.back[j]) > m.q.Rivals {
		return 0, false
	}
	for _, other := range m.back[j] {
		if other != i && (!recipients || m.known(other, j)) {
			return 0, false
		}
	}
	return at, true
}

// known reports whether a deposit says that it is for who got a release, or both
// have the same digits.
func (m *matcher) known(i, j int) bool {
	d, o := &m.in[i], &m.out[j]
	return !d.For.IsZero() && d.For == o.Who || sameDigits(d.Who, o.Who)
}

// sameDigits reports whether two addresses of EVM chains are of one key.
func sameDigits(a, b clew.Address) bool { return bothEVM(a, b) && string(a.Key()) == string(b.Key()) }

func bothEVM(a, b clew.Address) bool {
	return !a.IsZero() && !b.IsZero() && a.Chain().IsEVM() && b.Chain().IsEVM()
}

// fit lays a line through sure pairs: what comes out is a part of what went in,
// less a fixed amount. The slope is the median of those between pairs, which the
// wrong ones among them hardly move.
//
// Source: P. K. Sen, "Estimates of the regression coefficient based on Kendall's
// tau" (1968).
func (m *matcher) fit(l lane, from []lonePair) *Habit {
	slices.SortFunc(from, func(a, b lonePair) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.in, b.in)) })
	h := &Habit{Bridge: l.bridge, In: l.in, Out: l.out, Pairs: len(from), pairs: from, Gives: billion}
	for _, p := range m.of[l.in] {
		h.moves = h.moves || p.Out == l.out && p.Moves
	}
	some := from
	if step := (len(from) + mostFit - 1) / mostFit; step > 1 {
		some = nil
		for i := 0; i < len(from); i += step {
			some = append(some, from[i])
		}
	}
	var slopes []uint64
	for i := range some {
		for j := range i {
			if s, ok := slope(&some[i], &some[j]); ok {
				slopes = append(slopes, s)
			}
		}
	}
	if len(slopes) > 0 {
		h.Gives = median(slopes)
	}
	var flats []clew.Amount
	for i := range some {
		given, _ := some[i].whole.MulDiv(clew.Units(h.Gives), clew.Units(billion))
		flats = append(flats, given.MinusOrZero(some[i].came))
	}
	slices.SortFunc(flats, clew.Amount.Cmp)
	h.Flat = flats[len(flats)/2]
	h.deviate()
	return h
}

// slope returns by how much more comes out for more that goes in, of a billion.
func slope(a, b *lonePair) (uint64, bool) {
	if a.whole.Less(b.whole) {
		a, b = b, a
	}
	wide := a.whole.MinusOrZero(b.whole)
	if b.whole.MinusOrZero(wide).Cmp(wide) > 0 || !b.came.Less(a.came) {
		return 0, false // too near each other to say anything
	}
	s, ok := a.came.Minus(b.came).MulDiv(clew.Units(billion), wide)
	n, fits := s.Uint64()
	return n, ok && fits && n > billion/2 && n < 2*billion
}

func median[T cmp.Ordered](list []T) T {
	slices.Sort(list)
	return list[len(list)/2]
}

// deviate works out by how much pairs are usually off, and how long they take.
// Deviations are taken for one amount, or for a part of what went in, whichever
// keeps the large ones closer to the usual.
func (h *Habit) deviate() {
	var off []clew.Amount
	var parts []uint64
	var waits []int64
	for i := range h.pairs {
		s := &h.pairs[i]
		d := apart(h.expected(s.whole, s.time, 1, i), s.came)
		p, _ := d.MulDiv(clew.Units(billion), s.whole.Max(clew.Units(1)))
		n, _ := p.Uint64()
		off, parts, waits = append(off, d), append(parts, n), append(waits, int64(s.waited))
	}
	slices.SortFunc(off, clew.Amount.Cmp)
	slices.Sort(parts)
	mid, far := len(off)/2, len(off)*9/10
	fixed, _ := off[far].MulDiv(clew.Units(1000), off[mid].Max(clew.Units(1)))
	share := clew.Units(parts[far] / max(parts[mid], 1) * 1000)
	if fixed.Less(share) {
		h.Spread = off[mid]
	} else {
		h.Part = parts[mid]
	}
	h.Wait = median(waits)
	for i := range waits {
		waits[i] = max(waits[i]-h.Wait, h.Wait-waits[i])
	}
	h.Late = max(median(waits), leastLate)
}

// leastLate is the least usual deviation of times, in seconds; leastPart that of
// amounts, of a billion.
const (
	leastLate = 15
	leastPart = 20_000
)

func apart(a, b clew.Amount) clew.Amount {
	if a.Less(b) {
		return b.Minus(a)
	}
	return a.Minus(b)
}

// expected returns what would come out of a worth by the habit at a time, in so
// many parts. Where the rate moves, the pairs about that time say how it stands;
// but is the one of them that is not asked.
func (h *Habit) expected(whole clew.Amount, at clew.Time, parts uint64, but int) clew.Amount {
	given, ok := whole.MulDiv(clew.Units(h.Gives), clew.Units(billion))
	if !ok {
		return clew.MaxAmount
	}
	flat, _ := h.Flat.MulDiv(clew.Units(parts), clew.Units(1))
	given = given.MinusOrZero(flat)
	if !h.moves {
		return given
	}
	mid, _ := slices.BinarySearchFunc(h.pairs, at, func(s lonePair, t clew.Time) int { return cmp.Compare(s.time, t) })
	var rates []uint64
	for k := max(0, mid-near); k < min(len(h.pairs), mid+near); k++ {
		s := &h.pairs[k]
		if k == but || s.time < at-dealTime || s.time > at+dealTime {
			continue
		}
		plain, _ := s.whole.MulDiv(clew.Units(h.Gives), clew.Units(billion))
		r, ok := s.came.MulDiv(clew.Units(billion), plain.MinusOrZero(h.Flat).Max(clew.Units(1)))
		if n, fits := r.Uint64(); ok && fits {
			rates = append(rates, n)
		}
	}
	if len(rates) < 3 {
		return given
	}
	if now, ok := given.MulDiv(clew.Units(median(rates)), clew.Units(billion)); ok {
		return now
	}
	return given
}

// usually returns the usual deviation for a worth.
func (h *Habit) usually(whole clew.Amount) clew.Amount {
	part, _ := whole.MulDiv(clew.Units(max(h.Part, leastPart)), clew.Units(billion))
	return part.Max(h.Spread).Max(clew.Units(1))
}

// lateness returns what a wait costs, in thousandths of halvings.
func (h *Habit) lateness(waited clew.Time) int {
	w := int64(waited)
	return int(1000 * max(w-h.Wait, h.Wait-w) / h.Late)
}

// bounds returns between which amounts a release may lie that comes out on a
// shelf.
func (m *matcher) bounds(d *End, p *Pairing, h *Habit, slot clew.Time) (low, high clew.Amount, ok bool) {
	low, high = clew.MaxAmount, clew.Amount{}
	for _, at := range []clew.Time{slot * m.span(), (slot+1)*m.span() - 1} {
		rate, known := p.Rate(at)
		whole, fits := d.Amount.MulDiv(rate.Num, rate.Den)
		if !known || !fits || whole.IsZero() {
			continue
		}
		least, most := m.allowed(whole, p, h)
		low, high, ok = low.Min(least), high.Max(most), true
	}
	return low, high, ok
}

// allowed returns what may come out of a worth: by the pairing, or by the habit
// where the rate does not move.
func (m *matcher) allowed(whole clew.Amount, p *Pairing, h *Habit) (least, most clew.Amount) {
	if h != nil && !h.moves {
		usual := h.expected(whole, 0, 1, -1)
		off, ok := h.usually(whole).MulDiv(clew.Units(costNone), clew.Units(1000))
		if most, fits := usual.Add(off); ok && fits {
			return usual.MinusOrZero(off), most
		}
	}
	kept, _ := whole.MulDiv(clew.Units(min(p.Fee, 1_000_000)), clew.Units(1_000_000))
	more, fits := whole.MulDiv(clew.Units(p.Gain), clew.Units(1_000_000))
	most, ok := whole.Add(more)
	if !fits || !ok {
		most = clew.MaxAmount
	}
	return whole.Minus(kept).MinusOrZero(p.Flat), most
}

// edge returns the pair of a deposit and a release, unless it cannot be.
func (m *matcher) edge(d *End, j int, p *Pairing, h *Habit) (e fitting, ok bool) {
	o := &m.out[j]
	waited := o.Time - d.Time
	refund := p.In == p.Out
	if waited < -m.early(d) || waited > m.q.Within || o.Who.IsZero() || refund && (waited < 0 || o.Who != d.Who || o.Tx == d.Tx) || !refund && !d.For.IsZero() && d.For != o.Who {
		return e, false
	}
	rate, known := p.Rate(o.Time)
	whole, fits := d.Amount.MulDiv(rate.Num, rate.Den)
	if !known || !fits || whole.IsZero() {
		return e, false
	}
	e = fitting{out: j, whole: whole, pair: p}
	least, most := m.allowed(whole, p, h)
	if o.Amount.Less(least) || most.Less(o.Amount) {
		return e, false
	}
	if h == nil {
		e.usual = whole
		e.cost = halvings(apart(whole, o.Amount), whole.Minus(least).Max(most.Minus(whole)).Max(clew.Units(1)), 3) + int(3000*max(waited, 0)/m.q.Within)
	} else {
		e.usual = h.expected(whole, o.Time, 1, h.place(o, j))
		e.cost = halvings(apart(e.usual, o.Amount), h.usually(whole), 1) + h.lateness(waited)
	}
	switch {
	case refund:
		e.cost += costRefund
	case d.For.IsZero() && bothEVM(d.Who, o.Who) && !sameDigits(d.Who, o.Who):
		e.cost += costOther
	}
	return e, e.cost < costNone
}

// halvings returns how often a deviation holds the usual one, in thousandths,
// times a weight.
func halvings(off, usual clew.Amount, weight uint64) int {
	n, ok := off.MulDiv(clew.Units(1000*weight), usual)
	u, fits := n.Uint64()
	if !ok || !fits || u > 2*costNone {
		return 2 * costNone
	}
	return int(u)
}

// place returns where among the pairs that say how a rate stands a release is; -1:
// nowhere.
func (h *Habit) place(o *End, j int) int {
	if !h.moves {
		return -1
	}
	mid, _ := slices.BinarySearchFunc(h.pairs, o.Time, func(s lonePair, t clew.Time) int { return cmp.Compare(s.time, t) })
	for at := mid; at < min(len(h.pairs), mid+near); at++ {
		if h.pairs[at].out == j {
			return at
		}
	}
	return -1
}
