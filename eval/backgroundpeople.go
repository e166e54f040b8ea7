package eval

import "math/bits"

// What an address of a background is.
const (
	ofThief  = iota // in the flows, and no service
	private         // somebody's own
	deposit         // a customer's, at a service
	hot             // a service's, which pays out
	contract        // a hub that gives back what came, less a fee
	spammer         // sends dust
)

// How many there are. Sources and assumptions: docs/METHODS.md.
const (
	perPerson     = 10 // transfers of the ledger for each person at its start
	hotWallets    = 60
	contracts     = 90
	spammers      = 20
	typical       = 20_000 // cents: half of all people pay less at a time
	ofPeople      = 203    // notes: deviation of what people pay, 2.2 in natural logarithms
	ofPayments    = 111    // and of one person's payments, 1.2
	busyEnd       = 8      // payers of a thief's end that make it a service's hot wallet
	mostDoublings = 8      // of an amount that is not typical
	recentlyKept  = 1 << 20
)

// People are everybody in a background, by number.
type people struct {
	draws
	role    []uint8
	scale   []uint32 // cents: what is typical of payments
	balance []uint64 // cents; of persons and deposits alone
	contact [][2]uint32
	count   []uint32 // payments made or received
	held    []uint32 // a person's deposit address, a deposit's hot wallet; 0: none

	persons, deposits, hots, hubs, spam []uint32
	ofSize                              [45][]uint32 // persons by the length of their scale
	hotRank, hubRank                    ranking
	recent                              [][2]uint32 // last payments, as a ring
	next                                int
}

// add makes somebody.
func (p *people) add(role uint8, scale, balance uint64) uint32 {
	n := uint32(len(p.role))
	scale = min(scale, 1<<32-1)
	p.role, p.scale, p.balance = append(p.role, role), append(p.scale, uint32(scale)), append(p.balance, balance)
	p.contact, p.count, p.held = append(p.contact, [2]uint32{}), append(p.count, 0), append(p.held, 0)
	switch role {
	case private:
		p.persons = append(p.persons, n)
		size := bits.Len64(scale)
		p.ofSize[size] = append(p.ofSize[size], n)
	case deposit:
		p.deposits = append(p.deposits, n)
	case hot:
		p.hots = append(p.hots, n)
	case contract:
		p.hubs = append(p.hubs, n)
	case spammer:
		p.spam = append(p.spam, n)
	}
	return n
}

// settled returns a person that was there before the ledger begins.
func (p *people) settled() {
	scale := shifted(typical, p.around(ofPeople))
	p.add(private, scale, shifted(8*scale, p.around(2*notes)))
}

// born returns a person of whom nobody heard before, who will be paid so much.
func (p *people) born(cents uint64) uint32 {
	return p.add(private, shifted(cents, p.around(notes)-notes), 0)
}

// populate makes those who are there at the start, after the thief's.
func (p *people) populate(b *Background) {
	for n := range b.thief {
		role := uint8(ofThief)
		if b.ends[uint32(n)] {
			role = deposit
			if b.payers[uint32(n)] >= busyEnd {
				role = hot
			}
		}
		p.add(role, typical, 0)
	}
	for range hotWallets {
		p.add(hot, typical, 0)
	}
	for range contracts {
		p.add(contract, typical, 0)
	}
	for range spammers {
		p.add(spammer, typical, 0)
	}
	for range b.transfers / perPerson {
		p.settled()
	}
	for i := range p.hots { // the thief's ends are as busy as others
		j := i + int(p.below(uint64(len(p.hots)-i)))
		p.hots[i], p.hots[j] = p.hots[j], p.hots[i]
	}
	p.hotRank, p.hubRank = rankingOf(len(p.hots)), rankingOf(len(p.hubs))
	for _, d := range p.deposits {
		p.held[d] = p.hots[p.rank(p.hotRank)]
	}
	p.recent = make([][2]uint32, 0, recentlyKept)
}

// remember keeps a payment for those who are drawn by what was paid lately.
func (p *people) remember(from, to uint32) {
	if len(p.recent) < recentlyKept {
		p.recent = append(p.recent, [2]uint32{from, to})
		return
	}
	p.recent[p.next] = [2]uint32{from, to}
	p.next = (p.next + 1) % recentlyKept
}

// anybody draws a person, each as likely.
func (p *people) anybody() uint32 { return p.persons[p.below(uint64(len(p.persons)))] }

// busy draws a person by how often they paid (side 0) or were paid (side 1) lately.
func (p *people) busy(side int) uint32 {
	for range 4 {
		if len(p.recent) == 0 {
			break
		}
		if n := p.recent[p.below(uint64(len(p.recent)))][side]; p.role[n] == private {
			return n
		}
	}
	return p.anybody()
}

// regular draws a person by rank: of a thousand people, the first has a tenth of all.
// The shares make the degrees a power law of an exponent of two and a half.
func (p *people) regular() uint32 {
	n := uint64(len(p.persons))
	u := p.below(1 << 20)
	return p.persons[n*(u*u>>20)>>20*u>>20]
}

// payer draws who pays next.
func (p *people) payer() uint32 {
	switch k := p.below(1000); {
	case k < 500:
		return p.regular()
	case k < 800:
		return p.busy(0)
	}
	return p.anybody()
}

// payee draws whom a person pays: whom they paid or who paid them before, somebody
// busy, somebody new, or anybody.
func (p *people) payee(from uint32, cents uint64) uint32 {
	k := p.below(1000)
	if side := 0; k < 500 {
		if k >= 400 {
			side = 1
		}
		if n := p.contact[from][side]; n != 0 && p.role[n] == private {
			return n
		}
	}
	switch {
	case k < 620:
		return p.busy(1)
	case k < 750:
		return p.regular()
	case k < 830:
		return p.born(cents)
	}
	return p.anybody()
}

// ofLike draws a person who pays such amounts, the busier of two.
func (p *people) ofLike(cents uint64) uint32 {
	size := bits.Len64(cents) - 1 + int(p.below(3))
	for size > 0 && (size >= len(p.ofSize) || len(p.ofSize[size]) == 0) {
		size--
	}
	list := p.ofSize[size]
	if len(list) == 0 {
		return p.anybody()
	}
	a, b := list[p.below(uint64(len(list)))], list[p.below(uint64(len(list)))]
	if p.count[b] > p.count[a] {
		return b
	}
	return a
}

// depositOf returns a person's deposit address.
func (p *people) depositOf(n uint32) uint32 {
	if p.held[n] == 0 {
		d := p.add(deposit, uint64(p.scale[n]), 0)
		p.held[d] = p.hots[p.rank(p.hotRank)]
		p.held[n] = d
	}
	return p.held[n]
}

// amount draws what a person pays.
func (p *people) amount(n uint32) uint64 {
	cents := shifted(uint64(p.scale[n]), p.around(ofPayments))
	if p.chance(20) {
		for range mostDoublings {
			if cents > mostCents/4 || p.chance(500) {
				break
			}
			cents *= 2
		}
	}
	return p.roundish(cents)
}

// roundish makes an amount round as often as people do.
func (p *people) roundish(cents uint64) uint64 {
	switch k := p.below(1000); {
	case k < 150:
		return rounded(cents, 1)
	case k < 300:
		return rounded(cents, 2)
	}
	return cents
}
