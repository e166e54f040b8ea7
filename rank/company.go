package rank

import (
	"cmp"

	"clew"
)

// A Company looks for those who pass stolen value among themselves, where each of
// them deals with others too, for as much again.
//
// Whoever was paid by the company is looked at, and judged by points for what the
// thief cannot easily avoid: that much of what came to an address came from the
// company, that it was new then, that what came went on, to the amount, that it came
// often and from several, and that it went to others of the company. First the company
// grows, as long as anybody has points enough without the last of these; then those
// who have too few with it are dropped, again and again until nobody is. Addresses where
// value ends are judged by other points, services by how many of the company paid
// them. Points are small integers, listed in companypoints.go with where they come from.
//
// Value is counted in floating point, each asset by what started of it. It is an
// order and a suspicion, and no evidence.
//
// Its failures: who takes the thief's money honestly, into a new address, and moves all of it on
// through others that are new, looks like the thief. A thief who uses old addresses once
// each is missed. It ends at swaps.
type Company struct {
	terms   Terms
	totals  map[clew.Asset]clew.Amount
	nodes   []kin
	at      map[clew.Address]int
	stale   bool // somebody may have become a member
	settled bool // named is of what is known
	named   []int
	sums    []sum
	cache   map[split][][]int
}

// A kin is an address that is known of.
type kin struct {
	address clew.Address
	pushed  bool
	rows    uint64 // of who has more transfers than one would read: how many; otherwise 0
	again   bool   // it was named for the second time
	out     []deed
	got     float64 // in all
	first   clew.Time
	start   float64 // what started here
	source  bool
	member  bool   // while growing
	since   uint64 // from this height on, what it pays is of the company
}

// A deed is a payment to another.
type deed struct {
	to     int
	height uint64
	time   clew.Time
	value  float64
}

// Terms say how a company judges. The zero value is the default, the only setting
// that anything was promised of; the others are there to be measured.
type Terms struct {
	Stricter int  // so many points more are needed to stay: negative is laxer
	Ageless  bool // whether an address is new or old does not count
}

// age returns points for an age, where it counts.
func (t Terms) age(points int) int { return either(t.Ageless, 0, points) }

// NewCompany returns a ranker for what starts, by the default terms.
func NewCompany(start []Move) *Company { return NewCompanyOf(start, Terms{}) }

// NewCompanyOf returns one by other terms.
func NewCompanyOf(start []Move, terms Terms) *Company {
	c := &Company{terms: terms, totals: totalsOf(start), at: map[clew.Address]int{}, stale: true, cache: map[split][][]int{}}
	for _, m := range arrivals(start) {
		n := &c.nodes[c.node(m.To)]
		n.source, n.member = true, true
		n.start += ratio(m.Amount, c.totals[m.Asset])
	}
	return c
}

func (c *Company) node(a clew.Address) int {
	n, met := c.at[a]
	if !met {
		n = len(c.nodes)
		c.at[a], c.nodes = n, append(c.nodes, kin{address: a})
	}
	return n
}

// Push takes an address's transfers of assets that started.
func (c *Company) Push(a clew.Address, moves []Move) {
	n := c.node(a)
	if k := &c.nodes[n]; k.pushed && (k.rows == 0 || k.again) {
		return
	}
	c.nodes[n].again, c.nodes[n].pushed, c.stale, c.settled = c.nodes[n].pushed, true, true, false
	for _, m := range sorted(moves) {
		total, started := c.totals[m.Asset]
		if !started || m.From.IsZero() {
			continue
		}
		value := ratio(m.Amount, total)
		if k := &c.nodes[n]; value >= dust && (k.first == 0 || m.Time < k.first) {
			k.first = m.Time
		}
		if m.To == a {
			c.nodes[n].got += value
			continue
		}
		to := c.node(m.To)
		c.nodes[n].out = append(c.nodes[n].out, deed{to, m.Pos.Height, m.Time, value})
	}
}

// PushService tells that an address has so many transfers, more than one would read:
// it is taken for a service, through which nothing is followed. Where much of what
// started went to one that is not too busy, [Company.Next] names it again: whoever can
// pushes its transfers then, and it is judged by them whether it is one.
func (c *Company) PushService(a clew.Address, rows uint64) {
	n := &c.nodes[c.node(a)]
	n.again, n.pushed, n.rows, c.stale, c.settled = n.pushed, true, max(rows, 1), true, false
}

// wanted reports whether an address is to be looked at: of whoever was not, and of
// who is taken for a service only because it has many transfers.
func (c *Company) wanted(n int) bool {
	k, s := &c.nodes[n], &c.sums[n]
	return s.value >= least && !k.pushed || s.value >= large && k.rows > 0 && k.rows <= mostLarge && !k.again
}

// isService reports whether an address of many transfers is no person: nobody knows
// them, or the company's part of what came is small.
func (c *Company) isService(n int) bool {
	k := &c.nodes[n]
	return k.rows > 0 && (k.got == 0 || c.sums[n].value < float64(share*k.got))
}

// Next returns whom the company paid most, of those not pushed, and grows it when
// nobody is left.
func (c *Company) Next() (clew.Address, bool) {
	for {
		if n, found := c.source(); found {
			return c.nodes[n].address, true
		}
		if c.stale {
			c.sum(func(n int) (uint64, bool) { return c.nodes[n].since, c.nodes[n].member })
			c.stale = false
		}
		best := -1
		for n := range c.sums {
			if c.wanted(n) && (best < 0 || c.before(n, best)) {
				best = n
			}
		}
		if best >= 0 {
			return c.nodes[best].address, true
		}
		if !c.grow() {
			return clew.Address{}, false
		}
	}
}

// source returns the start that was not pushed where most started.
func (c *Company) source() (best int, found bool) {
	for n := range c.nodes {
		k, b := &c.nodes[n], &c.nodes[best]
		if !k.source || k.pushed {
			continue
		}
		if !found || cmp.Or(cmp.Compare(b.start, k.start), compareAddresses(k.address, b.address)) < 0 {
			best, found = n, true
		}
	}
	return best, found
}

func (c *Company) before(m, n int) bool {
	return cmp.Or(cmp.Compare(c.sums[n].value, c.sums[m].value), compareAddresses(c.nodes[m].address, c.nodes[n].address)) < 0
}

// grow takes in whoever has points enough, and reports whether anything changed.
func (c *Company) grow() (changed bool) {
	all := make([]bool, len(c.nodes))
	for n := range c.nodes {
		all[n] = c.nodes[n].member
	}
	judged := c.judge(all, nil, nil)
	for n := range judged {
		k, s := &c.nodes[n], &c.sums[n]
		switch {
		case !k.pushed || k.source || c.isService(n) || s.value < least:
		case k.member && s.since < k.since:
			k.since, changed = s.since, true
		case !k.member && judged[n].base >= toGrow:
			k.member, k.since, changed = true, s.since, true
		}
	}
	c.stale = c.stale || changed
	return changed
}

// Scores returns those whom it takes for the company, and where value ends. The
// weight is 1 for a start, and nearer to it the more points an address has.
func (c *Company) Scores() []Score {
	c.settle()
	var scores []Score
	for _, n := range c.named {
		k := &c.nodes[n]
		weight := 1.0
		if !k.source {
			over := max(c.sums[n].points-toStay, 0)
			weight = float64(over+1) / float64(over+2)
		}
		scores = append(scores, Score{k.address, weight})
	}
	return sortScores(scores)
}

// settle drops whoever has too few points until nobody is dropped.
func (c *Company) settle() {
	if c.settled {
		return
	}
	members, ends, since := make([]bool, len(c.nodes)), make([]bool, len(c.nodes)), make([]uint64, len(c.nodes))
	for n := range c.nodes {
		members[n], since[n] = c.nodes[n].member && c.nodes[n].pushed, c.nodes[n].since
		ends[n] = !members[n] && c.nodes[n].pushed
	}
	var judged []judgement
	for range mostRounds {
		c.sum(func(n int) (uint64, bool) { return since[n], members[n] })
		before := judged
		judged = c.judge(members, ends, before)
		if !c.drop(members, ends, since, judged) && before != nil && !held(before, judged) {
			break
		}
	}
	c.named, c.settled, c.stale = c.named[:0], true, true
	for n := range c.nodes {
		if members[n] || ends[n] {
			c.named = append(c.named, n)
		}
		if members[n] {
			c.sums[n].points = judged[n].passer
		} else {
			c.sums[n].points = judged[n].end
		}
	}
}

// held reports whether a service began or ceased to hold up those who pay it.
func held(before, judged []judgement) bool {
	for n := range judged {
		if judged[n].holds != before[n].holds {
			return true
		}
	}
	return false
}

// drop applies a judgement, and reports whether it changed anything.
func (c *Company) drop(members, ends []bool, since []uint64, judged []judgement) (changed bool) {
	stay := toStay + c.terms.Stricter
	for n := range c.nodes {
		k, s, j := &c.nodes[n], &c.sums[n], judged[n]
		if k.source || !members[n] && !ends[n] {
			continue
		}
		paid := s.value >= least
		member := members[n] && paid && j.passer >= stay
		end := !member && paid && j.end >= stay
		if member != members[n] || end != ends[n] || member && since[n] != s.since {
			changed = true
		}
		members[n], ends[n], since[n] = member, end, s.since
	}
	return changed
}
