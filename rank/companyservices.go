package rank

import "math"

// service judges a service by how many of the company pay it, and how often. To be
// named takes less than to hold up others: the thief pays many services for reasons
// that are nobody's business, and every customer's deposit address ends at one. One
// that does not hold up everybody may still hold up a group.
func (c *Company) service(n int, fit, group bool, before []judgement) judgement {
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
	end := doublings(payers, 0) + aService + more + either(group, serviceGroup, 0)
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

// A payment is that one address pays another.
type payment struct{ from, to int }

// Groups are payers of services whom one of the company paid before.
type groups struct {
	together map[payment]bool // of a payer to a service: with others of its group
	largest  map[int]int      // of each service: how many there are in its largest group
}

// groups finds those whom the same member paid and who then pay the same service,
// more of them than chance brings together there: of the member's payees that pay
// services, each would pay one as often as the service's part is of all transfers of
// services that are known of. Thieves who scatter through fresh addresses and gather at one
// service are seen so, however busy it is.
func (c *Company) groups() groups {
	all, with, business := map[int]map[int]bool{}, map[payment]int{}, 0.0
	c.paying(func(member, payer, service int) {
		if all[member] == nil {
			all[member] = map[int]bool{}
		}
		all[member][payer] = true
		with[payment{member, service}]++
	})
	for n := range c.nodes {
		business += float64(c.nodes[n].rows)
	}
	g := groups{map[payment]bool{}, map[int]int{}}
	c.paying(func(member, payer, service int) {
		size := with[payment{member, service}]
		if size >= aGroup && tail(len(all[member]), size, float64(c.nodes[service].rows)/business) <= byChance {
			g.together[payment{payer, service}] = true
			g.largest[service] = max(g.largest[service], size)
		}
	})
	return g
}

// paying tells of each member that pays a service who of the company paid it.
func (c *Company) paying(told func(member, payer, service int)) {
	for service := range c.nodes {
		if !c.isService(service) {
			continue
		}
		for _, payer := range c.sums[service].payers {
			if c.nodes[payer].source {
				continue
			}
			for _, member := range c.sums[payer].payers {
				told(member, payer, service)
			}
		}
	}
}

// tail is how likely so many of n or more are, where each by itself is as likely as
// share: the upper tail of the binomial distribution.
func tail(n, many int, share float64) float64 {
	if share >= 1 {
		return 1
	}
	exactly, fewer := math.Pow(1-share, float64(n)), 0.0
	for i := range many {
		fewer += exactly
		exactly *= float64(n-i) / float64(i+1) * float64(share/(1-share))
	}
	return 1 - fewer
}
