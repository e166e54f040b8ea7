package rank

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"clew"
)

// The points of a [Company]. They are logarithms of odds, in units of about a half,
// of what is seen of a thief's addresses against those of others whom they pay, in
// the background of docs/METHODS.md. They were chosen on the Atomic theft and on one
// seed of the Harmony theft, by hand; docs/ACCURACY.md says how they do on other
// seeds and on thefts that nobody had looked at.
const (
	toStay = 2  // with so many it stays
	toGrow = -8 // with so many, before it is known whom it pays, it is taken in

	aPasser  = -3 // whoever passes value on, before all
	isNew    = 3  // it was first seen half a day before the company paid it, at most
	isOld    = -6
	explains = 3  // it is of those payees who together got what their payer had
	another  = -4 // others explain all that each of its payers had
	neither  = -1
	passesOn = 2 // what came went on to three at most, to two of a thousand
	keeps    = -2
	mostOfIt = 1 // a seventh of all that came is the company's, at least
	lessOfIt = -3
	several  = 5 // two of the company or more paid it
	often    = 2 // four payments or more
	oftener  = 5 // eight or more, besides
	returns  = 5 // a seventh of what it pays then goes to the company, at least
	little   = -2
	nothing  = -5
	toMore   = 3 // to two of the company or more

	anEnd        = -3 // wherever value ends, before all
	endExplains  = 4
	endAnother   = -5
	endNeither   = -2
	endSeveral   = 5
	endTwice     = 1
	endOften     = 3
	endOftener   = 1
	endLessOfIt  = -6
	endIsNew     = -2
	aService     = -6 // a service, before all
	eachDoubling = 3  // of its payers of ownPoints on their own; who paid four times counts as one
	serviceFits  = 3  // it explains what one had
	ownPoints    = 2

	aHolding     = -7 // and to hold up who pays it: the same, of its payers of strong points
	busyHolding  = 2
	strongPoints = 5
	mostCounted  = 8 // payments of one payer
	countedAsOne = 4
)

const (
	least      = 0.0003 // of what started: less is not looked at
	dust       = least / 1000
	share      = 0.15 // see mostOfIt and returns
	newFor     = 12 * 60 * 60
	fits       = 0.002 // of an amount: what may be lost on the way
	mostPayees = 24    // the largest, among whom sums are sought
	mostBusy   = 1 << 14
	mostRounds = 64
)

// A sum is what the company paid an address.
type sum struct {
	value    float64
	payments int
	payers   []int
	since    uint64
	time     clew.Time
	points   int
}

// A judgement is the points of an address: as a passer, as an end, and as a passer
// without what it pays.
type judgement struct {
	passer, end, base int
	holds             bool // a service: paying it speaks against its payers
}

// sum adds up what members paid, each from when it was paid itself.
func (c *Company) sum(is func(int) (since uint64, member bool)) {
	c.sums = make([]sum, len(c.nodes))
	for n := range c.nodes {
		since, member := is(n)
		if !member {
			continue
		}
		for i := range c.nodes[n].out {
			d := &c.nodes[n].out[i]
			if d.height < since {
				continue
			}
			s := &c.sums[d.to]
			if s.payments == 0 || d.height < s.since {
				s.since, s.time = d.height, d.time
			}
			s.value += d.value
			s.payments++
			if len(s.payers) == 0 || s.payers[len(s.payers)-1] != n {
				s.payers = append(s.payers, n)
			}
		}
	}
}

// A split is what an address had, from when: the key of who explains it.
type split struct {
	n     int
	since uint64
	value float64
}

// payees adds up whom an address pays from a height on, the largest first.
func (c *Company) payees(n int, since uint64) []deed {
	var list []deed
	for _, d := range c.nodes[n].out {
		if d.height < since {
			continue
		}
		i := slices.IndexFunc(list, func(e deed) bool { return e.to == d.to })
		if i < 0 {
			list = append(list, d)
		} else {
			list[i].value += d.value
		}
	}
	slices.SortFunc(list, func(d, e deed) int {
		return cmp.Or(cmp.Compare(e.value, d.value), compareAddresses(c.nodes[d.to].address, c.nodes[e.to].address))
	})
	return list
}

// explained returns those of an address's payees who are in a set of one, or else
// two, or else three, that together got what it had, in order; nil if there is no such set.
func (c *Company) explained(s split) []int {
	if s.value == 0 {
		return nil
	}
	found, met := c.cache[s]
	if met {
		return found
	}
	list := c.payees(s.n, s.since)
	list = list[:min(len(list), mostPayees)]
	for size := 1; size <= 3 && found == nil; size++ {
		for set := uint(1)<<size - 1; set < 1<<len(list); set = nextSet(set) {
			sum := 0.0
			for rest := set; rest != 0; rest &= rest - 1 {
				sum += list[bits.TrailingZeros(rest)].value
			}
			if math.Abs(sum-s.value) <= float64(fits*s.value) {
				for rest := set; rest != 0; rest &= rest - 1 {
					found = append(found, list[bits.TrailingZeros(rest)].to)
				}
			}
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	c.cache[s] = found
	return found
}

// nextSet returns the next larger number with as many bits set.
func nextSet(set uint) uint {
	low := set & -set
	ripple := set + low
	return ripple | (set^ripple)>>2/low
}

// judge gives points to everybody who was pushed and paid.
func (c *Company) judge(members, ends []bool, before []judgement) []judgement {
	fit, other := make([]int, len(c.nodes)), make([]int, len(c.nodes))
	for n := range c.nodes {
		if !members[n] {
			continue
		}
		k := &c.nodes[n]
		since := k.since
		if !k.source {
			since = c.sums[n].since
		}
		list := c.explained(split{n, since, float64(k.start + c.sums[n].value)})
		if list == nil {
			continue
		}
		for _, d := range c.payees(n, since) {
			if _, is := slices.BinarySearch(list, d.to); is {
				fit[d.to]++
			} else {
				other[d.to]++
			}
		}
	}
	judged := make([]judgement, len(c.nodes))
	for n := range c.nodes {
		switch k := &c.nodes[n]; {
		case !k.pushed || len(c.sums[n].payers) == 0:
			judged[n] = judgement{passer: -99, end: -99, base: -99}
		case k.rows > 0:
			judged[n] = c.service(n, fit[n] > 0, before)
		default:
			judged[n] = c.person(n, fit[n], other[n], func(m int) bool {
				return members[m] || ends != nil && ends[m] && (c.nodes[m].rows == 0 || before == nil || before[m].holds)
			})
		}
	}
	return judged
}

// service judges a service by how many of the company pay it, and how often. To be
// named takes less than to hold up others: the thief pays many services for reasons
// that are nobody's business, and every customer's deposit address ends at one.
func (c *Company) service(n int, fit bool, before []judgement) judgement {
	payers, strong := 0.0, 0.0
	for _, u := range c.sums[n].payers {
		points := strongPoints
		if before != nil && !c.nodes[u].source {
			points = before[u].base
		}
		if points >= ownPoints {
			payers += float64(min(c.payments(u, n), mostCounted)) / countedAsOne
		}
		if points >= strongPoints {
			strong++
		}
	}
	more := either(fit, serviceFits, 0)
	end := doublings(payers, 0) + aService + more
	return judgement{passer: -99, base: -99, end: end, holds: doublings(strong, c.nodes[n].rows)+aHolding+more >= toStay}
}

// doublings returns points for payers, less those for a service of many transfers.
func doublings(payers float64, rows uint64) int {
	if payers == 0 {
		return -99
	}
	points := float64(eachDoubling * math.Log2(payers))
	if rows > mostBusy {
		points -= float64(busyHolding * math.Log2(float64(rows)/mostBusy))
	}
	return int(math.Floor(points))
}

// payments counts those of one to another.
func (c *Company) payments(from, to int) (count int) {
	for i := range c.nodes[from].out {
		if c.nodes[from].out[i].to == to {
			count++
		}
	}
	return count
}

// person judges an address that is no service.
func (c *Company) person(n, fit, other int, ours func(int) bool) judgement {
	k, s := &c.nodes[n], &c.sums[n]
	payers := len(s.payers)
	young := s.time-k.first <= newFor
	on := len(c.explained(split{n, s.since, s.value})) > 0
	much := s.value >= float64(share*k.got)
	base := aPasser + either(young, isNew, isOld) + either(on, passesOn, keeps) + either(much, mostOfIt, lessOfIt) +
		either(payers > 1, several, 0) + either(s.payments >= 4, often, 0) + either(s.payments >= 8, oftener, 0)
	end := anEnd + either(payers > 1, endSeveral, 0) + either(s.payments >= 2, endTwice, 0) + either(s.payments >= 4, endOften, 0) +
		either(s.payments >= 8, endOftener, 0) + either(much, 0, endLessOfIt) + either(young, endIsNew, 0)
	switch {
	case fit > 0:
		base, end = base+explains, end+endExplains
	case payers > other:
		base, end = base+neither, end+endNeither
	default:
		base, end = base+another, end+endAnother
	}
	return judgement{passer: base + c.onward(n, ours), end: end, base: base}
}

// onward judges whom an address pays after the company paid it.
func (c *Company) onward(n int, ours func(int) bool) int {
	all, back, to := 0.0, 0.0, 0
	for _, d := range c.payees(n, c.sums[n].since) {
		all += d.value
		if ours(d.to) {
			back += d.value
			to++
		}
	}
	switch more := either(to > 1, toMore, 0); {
	case to > 0 && back >= float64(share*all):
		return returns + more
	case to > 0:
		return little + more
	}
	return nothing
}

func either(is bool, yes, no int) int {
	if is {
		return yes
	}
	return no
}
