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
// the background of docs/METHODS.md. They were chosen by hand on the Harmony and the
// Atomic theft, over three rounds; docs/ACCURACY.md says on which seeds, in how many
// trials, and how they do on other seeds and on thefts that nobody had looked at.
const (
	toStay = 2  // with so many it stays
	toGrow = -8 // with so many, before it is known whom it pays, it is taken in

	aPasser   = -4 // whoever passes value on, before all
	isNew     = 3  // it was first seen half a day before the company paid it, at most
	isOld     = -6
	explains  = 2  // it is of those payees who together got what their payer had
	exactly   = 1  // and did so closely, besides
	another   = -4 // others explain all that each of its payers had
	neither   = -1
	passesOn  = 1 // what came went on to three at most, to two of a thousand
	onExactly = 2 // and did so closely, besides
	keeps     = -2
	mostOfIt  = 1 // an eighth of all that came is the company's, at least
	lessOfIt  = -3
	several   = 5 // two of the company or more paid it
	third     = 3 // three or more, besides
	often     = 2 // four payments or more
	oftener   = 5 // eight or more, besides
	returns   = 5 // an eighth of what it pays then goes to the company, at least
	little    = -2
	nothing   = -6
	toMore    = 3  // to two of the company or more
	isSmall   = -2 // the company paid it less than a thousandth of what started

	anEnd        = -3 // wherever value ends, before all
	endExplains  = 2
	endExactly   = 2
	endWithFew   = 1 // and two of them at most did, of five at most, besides
	endAnother   = -5
	endNeither   = -2
	endSeveral   = 4
	endThird     = 3
	endTwice     = 1
	endOften     = 1
	endOftener   = 1
	endLessOfIt  = -6
	endIsNew     = -1
	endPassesOn  = -1 // what came went on, as passesOn says
	aService     = -6 // a service, before all
	eachDoubling = 3  // of its payers of ownPoints on their own; who paid four times counts as one
	serviceFits  = 3  // it explains what one had
	serviceGroup = 3  // five or more whom one of the company paid, pay it together; see groups
	ownPoints    = 2

	aHolding     = -7 // and to hold up who pays it: the same, of its payers of strong points
	busyHolding  = 2
	strongPoints = 5
	mostCounted  = 8 // payments of one payer
	countedAsOne = 4
)

const (
	least      = 0.0003 // of what started: less is not looked at
	large      = 0.01   // of it: with so much, who has many transfers is read nevertheless
	mostLarge  = 10_000 // if it has so many at most
	small      = 0.001  // see isSmall
	dust       = least / 1000
	share      = 0.12 // see mostOfIt and returns
	newFor     = 12 * 60 * 60
	fits       = 0.002  // of an amount: what may be lost on the way
	closely    = 0.0002 // see exactly and onExactly
	few        = 2
	fewOf      = 5
	aGroup     = 2    // see groups
	largeGroup = 5    // see serviceGroup
	byChance   = 0.05 // a group is one if as many would come together by chance so seldom, at most
	mostPayees = 24   // the largest, among whom sums are sought
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
	close float64 // of the value: what may be missing
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

// explained returns the sets of an address's payees, of one, or else two, or else
// three, that together got what it had.
func (c *Company) explained(s split) (sets [][]int) {
	if s.value == 0 {
		return nil
	}
	if found, met := c.cache[s]; met {
		return found
	}
	list := c.payees(s.n, s.since)
	list = list[:min(len(list), mostPayees)]
	for size := 1; size <= 3 && sets == nil; size++ {
		for set := uint(1)<<size - 1; set < 1<<len(list); set = nextSet(set) {
			var one []int
			sum := 0.0
			for rest := set; rest != 0; rest &= rest - 1 {
				sum += list[bits.TrailingZeros(rest)].value
			}
			if math.Abs(sum-s.value) > float64(s.close*s.value) {
				continue
			}
			for rest := set; rest != 0; rest &= rest - 1 {
				one = append(one, list[bits.TrailingZeros(rest)].to)
			}
			sets = append(sets, one)
		}
	}
	c.cache[s] = sets
	return sets
}

// agreed returns who is in a set, in order; where sets are of members alone, in one
// of these: value is not spent twice, and they are likelier to have got it.
func (c *Company) agreed(sets [][]int, members []bool) (list []int) {
	ours := slices.DeleteFunc(slices.Clone(sets), func(set []int) bool {
		return slices.ContainsFunc(set, func(n int) bool { return !members[n] || c.isService(n) })
	})
	if len(ours) > 0 {
		sets = ours
	}
	list = slices.Concat(sets...)
	slices.Sort(list)
	return slices.Compact(list)
}

// nextSet returns the next larger number with as many bits set.
func nextSet(set uint) uint {
	low := set & -set
	ripple := set + low
	return ripple | (set^ripple)>>2/low
}

// A fitting is of how many payers an address explains what they had.
type fitting struct {
	fits, closely, withFew int
	other                  int // others do
}

// fittings sees whom each member's payees explain.
func (c *Company) fittings(members []bool) []fitting {
	all := make([]fitting, len(c.nodes))
	for n := range c.nodes {
		if !members[n] {
			continue
		}
		k := &c.nodes[n]
		since := k.since
		if !k.source {
			since = c.sums[n].since
		}
		had := float64(k.start + c.sums[n].value)
		payees := c.payees(n, since)
		list := c.agreed(c.explained(split{n, since, had, closely}), members)
		for _, m := range list {
			all[m].closely++
			if len(list) <= few && len(payees) <= fewOf {
				all[m].withFew++
			}
		}
		if list = c.agreed(c.explained(split{n, since, had, fits}), members); list == nil {
			continue
		}
		for _, d := range payees {
			if _, is := slices.BinarySearch(list, d.to); is {
				all[d.to].fits++
			} else {
				all[d.to].other++
			}
		}
	}
	return all
}

// judge gives points to everybody who was pushed and paid.
func (c *Company) judge(members, ends []bool, before []judgement) []judgement {
	fitted := c.fittings(members)
	var g groups // before anybody was judged, every service holds up who pays it
	if before != nil {
		g = c.groups()
	}
	judged := make([]judgement, len(c.nodes))
	for n := range c.nodes {
		switch k := &c.nodes[n]; {
		case !k.pushed || len(c.sums[n].payers) == 0:
			judged[n] = judgement{passer: -99, end: -99, base: -99}
		case c.isService(n):
			judged[n] = c.service(n, fitted[n].fits > 0, g.largest[n] >= largeGroup, before)
		default:
			base, end := c.person(n), c.ending(n)
			more, endMore := fitted[n].points(len(c.sums[n].payers))
			base, end = base+more, end+endMore
			onward := c.onward(n, func(m int) bool {
				return members[m] || ends != nil && ends[m] && (!c.isService(m) || before == nil || before[m].holds || g.together[payment{n, m}])
			})
			judged[n] = judgement{passer: base + onward, end: end, base: base}
		}
	}
	return judged
}

// points are those for explaining what so many payers had: of a passer, and of an end.
func (f *fitting) points(payers int) (passer, end int) {
	passer = either(f.closely > 0, exactly, 0)
	end = either(f.closely > 0, endExactly, 0) + either(f.withFew > 0, endWithFew, 0)
	switch {
	case f.fits > 0:
		return passer + explains, end + endExplains
	case payers > f.other:
		return passer + neither, end + endNeither
	}
	return passer + another, end + endAnother
}

// person judges an address that is no service as one that passes value on, by
// everything but whom it explains and whom it pays.
func (c *Company) person(n int) int {
	k, s := &c.nodes[n], &c.sums[n]
	return aPasser + c.terms.age(either(c.young(n), isNew, isOld)) +
		either(len(c.explained(split{n, s.since, s.value, fits})) > 0, passesOn, keeps) +
		either(len(c.explained(split{n, s.since, s.value, closely})) > 0, onExactly, 0) +
		either(s.value >= float64(share*k.got), mostOfIt, lessOfIt) + either(s.value < small, isSmall, 0) +
		either(len(s.payers) > 1, several, 0) + either(len(s.payers) > 2, third, 0) +
		either(s.payments >= 4, often, 0) + either(s.payments >= 8, oftener, 0)
}

// ending judges it so as one where value ends.
func (c *Company) ending(n int) int {
	k, s := &c.nodes[n], &c.sums[n]
	return anEnd + either(len(c.explained(split{n, s.since, s.value, fits})) > 0, endPassesOn, 0) + c.terms.age(either(c.young(n), endIsNew, 0)) +
		either(s.value >= float64(share*k.got), 0, endLessOfIt) + either(s.value < small, isSmall, 0) +
		either(len(s.payers) > 1, endSeveral, 0) + either(len(s.payers) > 2, endThird, 0) +
		either(s.payments >= 2, endTwice, 0) + either(s.payments >= 4, endOften, 0) + either(s.payments >= 8, endOftener, 0)
}

// young reports whether an address was new when the company paid it first.
func (c *Company) young(n int) bool { return c.sums[n].time-c.nodes[n].first <= newFor }

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
