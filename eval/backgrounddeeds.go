package eval

// something lets somebody do something.
func (l *life) something() {
	switch k := l.below(1000); {
	case k < 430:
		from := l.solvent()
		cents := l.amount(from)
		l.pay(from, l.payee(from, cents), cents)
	case k < 620:
		from := l.solvent()
		l.pay(from, l.depositOf(from), l.amount(from))
	case k < 760:
		l.payOut(l.hots[l.rank(l.hotRank)])
	case k < 880:
		from, hub := l.solvent(), l.hubs[l.rank(l.hubRank)]
		cents := l.amount(from)
		l.pay(from, hub, cents)
		l.later(l.wait(30), giveBack, hub, from, cents*997/1000)
	case k < 930:
		from := l.solvent()
		own := l.born(l.balance[from])
		l.pay(from, own, l.balance[from])
		l.later(l.wait(20*60), moveOn, own, uint32(l.below(4)), 0)
	case k < 990:
		l.pay(l.spam[l.below(uint64(len(l.spam)))], l.dusted(), 1+l.below(99))
	default:
		cents := l.guilty[l.below(uint64(len(l.guilty)))].cents
		l.pay(l.owner(cents), l.ofLike(cents), cents)
	}
}

// dusted draws who is sent dust: anybody, and at times whom the thief paid lately.
func (l *life) dusted() uint32 {
	done := uint64(len(l.guilty) - len(l.flow))
	if done > 0 && l.chance(20) {
		return l.guilty[done-1-l.below(min(done, 200))].to
	}
	return l.anybody()
}

// solvent draws a payer, who withdraws from a service first if there is little left.
func (l *life) solvent() uint32 {
	n := l.payer()
	if l.balance[n] < uint64(l.scale[n]) {
		l.pay(l.hots[l.rank(l.hotRank)], n, l.roundish(4*uint64(l.scale[n])))
	}
	return n
}

// owner draws somebody who has so much, or a hot wallet.
func (l *life) owner(cents uint64) uint32 {
	for range 8 {
		if n := l.ofLike(cents); l.balance[n] >= cents {
			return n
		}
	}
	return l.hots[l.rank(l.hotRank)]
}

// payOut lets a service pay a customer, and often at once another.
func (l *life) payOut(from uint32) {
	to := l.payer()
	l.pay(from, to, l.amount(to))
	if l.chance(500) {
		l.later(l.wait(10), payOut, from, 0, 0)
	}
}

// run does an errand.
func (l *life) run(e errand) {
	switch e.kind {
	case sweep:
		l.pay(e.who, l.held[e.who], l.balance[e.who])
	case giveBack:
		l.pay(e.who, e.with, e.cents)
	case payOut:
		l.payOut(e.who)
	case passOn:
		l.spendOn(e.who, e.cents)
	case moveOn:
		switch {
		case e.with > 0:
			own := l.born(l.balance[e.who])
			l.pay(e.who, own, l.balance[e.who])
			l.later(l.wait(20*60), moveOn, own, e.with-1, 0)
		case l.chance(500):
			l.pay(e.who, l.depositOf(e.who), l.balance[e.who])
		}
	}
}

// spendOn pays on what came: as often to the cent as a part of all there is.
func (l *life) spendOn(who uint32, cents uint64) {
	if l.chance(500) {
		cents = l.balance[who] / 1000 * (300 + l.below(701))
	}
	to := l.depositOf(who)
	if l.chance(500) {
		to = l.payee(who, cents)
	}
	l.pay(who, to, cents)
}

// keep does what was planned for an address of the flows: with somebody with whom
// it dealt before, or with somebody ordinary.
func (l *life) keep(p *plan) {
	side := 0
	if !p.in {
		side = 1
	}
	before := l.met[side][p.who]
	var with uint32
	switch {
	case len(before) > 0 && l.chance(500):
		with = before[l.below(uint64(len(before)))]
	case p.in:
		with = l.payerOf(p.cents)
	case l.role[p.who] == deposit:
		with = l.held[p.who]
	default:
		with = l.payeeOf(p.cents)
	}
	l.met[side][p.who] = append(before, with)
	if p.in {
		l.balance[with] = max(l.balance[with], p.cents) // whoever dealt before does again
		l.pay(with, p.who, p.cents)
		return
	}
	l.pay(p.who, with, p.cents)
}

// payerOf draws who pays an address of the flows for reasons of their own.
func (l *life) payerOf(cents uint64) uint32 {
	switch k := l.below(1000); {
	case k < 600:
		return l.owner(cents)
	case k < 850:
		return l.ordinary(l.hots)
	}
	return l.hubs[l.rank(l.hubRank)]
}

// payeeOf draws whom an address of the flows pays for reasons of its own.
func (l *life) payeeOf(cents uint64) uint32 {
	switch k := l.below(1000); {
	case k < 60:
		return l.born(cents)
	case k < 600:
		return l.ofLike(cents)
	case k < 850:
		return l.depositOf(l.ofLike(cents))
	}
	return l.hubs[l.rank(l.hubRank)]
}

// ordinary draws a hot wallet that is no end of the thief's.
func (l *life) ordinary(list []uint32) uint32 {
	for {
		if n := list[l.rank(l.hotRank)]; !l.theirs(n) {
			return n
		}
	}
}
