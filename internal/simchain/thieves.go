package simchain

import (
	"fmt"

	"clew"
)

// A ThiefWorld is one account chain on which several thieves steal, some of them
// twice, some with the same launderer for hire, one with another's habits, and one
// who lays a trail to another's address; among ordinary people.
type ThiefWorld struct {
	World
	Jobs []Job
}

// A Job is one theft and its laundering.
type Job struct {
	Name   string
	Thief  int
	Day    clew.Time // its first second
	Start  []clew.Pos
	Hired  int  // the launderer; 0: none
	Framed bool // it sent a part to an address of another thief, to lay a trail
	Copied bool // it has the habits of another thief
}

// How thieves of these worlds live. The habits are ours, and no estimate of anybody's.
const (
	jobCoins    = 1_000
	jobSplit    = 4 // addresses that the loot is parted among
	trailCoins  = 50
	hiredCoins  = 200
	hiredGuests = 15 // who else hires a launderer
	strangers   = 4
	day         = 24 * hour
)

// A robber is a thief with habits.
type robber struct {
	actor   int
	wakes   clew.Time    // hour of the day around which it works
	dwell   clew.Time    // days before it hides the loot
	tranche uint64       // coins at once, to the exchange
	notes   int          // into the pool; 0: it mixes nothing
	last    bool         // it mixes after it paid the exchange
	gas     clew.Address // pays the first fees; nobody: the exchange does
	gather  clew.Address // nobody: a new one each time
	box     clew.Address // deposit address at the exchange; nobody: likewise
}

// A thiefSim is such a world in the making.
type thiefSim struct {
	*poolSim
	jobs     []Job
	exchange int
	hot      clew.Address
	hired    clew.Address
	launders int
	now      clew.Time // when the next theft is
}

// Thieves makes a world of thieves.
func Thieves(p Plan) (*ThiefWorld, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	s := &thiefSim{poolSim: newPoolSim(p), now: utxoStart + 10*day}
	s.exchange = s.actor("exchange 1", Exchange)
	s.hot = s.address(s.exchange)
	s.book.issue(s.book.coin, s.hot, 3_000*poolCoin)
	s.launders = s.actor("launderer 1", Person)
	s.hired = s.address(s.launders)
	s.people()
	careless, careful := s.robber("careless thief", 3), s.robber("careful thief", 14)
	careless.gas, careless.gather, careless.box = s.address(careless.actor), s.address(careless.actor), s.address(s.exchange)
	s.world.Addresses[careless.box] = Place{Actor: s.exchange, Customer: careless.actor}
	s.book.issue(s.book.coin, careless.gas, 100*poolCoin)
	copier := *careless
	copier.actor, copier.gas, copier.gather, copier.box = s.actor("copier", Thief), clew.Address{}, clew.Address{}, clew.Address{}
	s.steal("careless, once", careless, Job{})
	s.steal("careful, once", careful, Job{})
	s.steal("hires", s.robber("hirer 1", 8), Job{Hired: s.launders})
	s.steal("lays a trail", s.robber("framer", 20), Job{Framed: true}, careless.gather)
	s.steal("copies habits", &copier, Job{Copied: true})
	for i := range strangers {
		s.steal(fmt.Sprintf("stranger %d", i+1), s.robber(fmt.Sprintf("stranger %d", i+1), clew.Time(s.below(24))), Job{})
	}
	s.steal("hires too", s.robber("hirer 2", 18), Job{Hired: s.launders})
	s.steal("careless, again", careless, Job{})
	s.steal("careful, again", careful, Job{})
	s.guests()
	s.run()
	s.world.Ledgers = []Ledger{{s.book.chain, s.book.blocks}}
	return &ThiefWorld{s.world.World, s.jobs}, nil
}

// robber makes a thief with habits of its own.
func (s *thiefSim) robber(name string, wakes clew.Time) *robber {
	r := &robber{actor: s.actor(name, Thief), wakes: wakes, dwell: clew.Time(s.between(1, 40)), tranche: s.between(20, 90), last: s.chance(50)}
	if s.chance(60) {
		r.notes = int(s.between(3, 20))
	}
	return r
}

// people pay each other at all hours, more by day.
func (s *thiefSim) people() {
	var who []clew.Address
	for i := range 60 {
		a := s.address(s.actor(fmt.Sprintf("person %d", i+1), Person))
		s.book.issue(s.book.coin, a, 10*poolCoin)
		who = append(who, a)
	}
	for range s.world.Plan.Transfers / 2 {
		t := utxoStart + day + clew.Time(s.below(200))*day + clew.Time(s.between(s.below(12), 23))*hour + clew.Time(s.below(3600))
		from, to := pick(s.draw, who), pick(s.draw, who)
		s.at(t, func() { s.give(from, to, poolCoin/1000) })
	}
}

// give pays what the payer has, with a usual fee.
func (s *thiefSim) give(from, to clew.Address, steps uint64) clew.Pos {
	s.book.fee = 20 * gwei * 21_000
	if from == to || !s.book.can(from, s.book.coin, steps) {
		return clew.Pos{}
	}
	_, at := s.book.sign(from, move{s.book.coin, from, to, steps})
	return at
}

// rest is what an address can send.
func (s *thiefSim) rest(a clew.Address) uint64 {
	const fee = 20 * gwei * 21_000
	return max(s.book.has(s.book.coin, a), fee) - fee
}

// working returns an hour of a day at which a robber works.
func (s *thiefSim) working(r *robber, d clew.Time) clew.Time {
	return d + (r.wakes+clew.Time(s.below(5))-2+24)%24*hour + clew.Time(s.below(3600))
}

// steal plans a theft and what comes after it.
func (s *thiefSim) steal(name string, r *robber, j Job, trail ...clew.Address) {
	victim, first := s.address(s.actor("victim: "+name, Person)), s.address(r.actor)
	s.book.issue(s.book.coin, victim, (jobCoins+1)*poolCoin)
	gas := r.gas
	if gas.IsZero() {
		gas = s.hot
	}
	s.now += 12 * day
	j.Name, j.Thief, j.Day = name, r.actor, s.now
	s.jobs = append(s.jobs, j)
	at := &s.jobs[len(s.jobs)-1]
	n := len(s.jobs) - 1
	s.at(s.working(r, s.now-day), func() { s.give(gas, first, poolCoin) })
	s.at(s.working(r, s.now), func() { s.jobs[n].Start = []clew.Pos{s.give(victim, first, jobCoins*poolCoin)} })
	gather := r.gather
	if gather.IsZero() {
		gather = s.address(r.actor)
	}
	for _, to := range trail {
		s.at(s.working(r, s.now+2*day), func() { s.give(first, to, trailCoins*poolCoin) })
	}
	for i := range clew.Time(jobSplit) {
		between := s.address(r.actor)
		s.at(s.working(r, s.now+(1+i)*day), func() { s.give(first, between, 230*poolCoin) })
		s.at(s.working(r, s.now+(2+i)*day), func() { s.give(between, gather, s.rest(between)) })
	}
	s.hide(r, gather, s.now+(6+r.dwell)*day, at.Hired)
}

// hide plans how the loot is hidden, from a day on.
func (s *thiefSim) hide(r *robber, gather clew.Address, from clew.Time, hired int) {
	box := r.box
	if box.IsZero() {
		box = s.address(s.exchange)
		s.world.Addresses[box] = Place{Actor: s.exchange, Customer: r.actor}
	}
	pool := s.pools[2]
	mixing, paying := from, from+clew.Time(r.notes)*day
	if r.last {
		mixing, paying = from+8*day, from
	}
	if hired != 0 {
		s.at(s.working(r, from), func() { s.give(gather, s.hired, hiredCoins*poolCoin) })
	}
	for i := range r.notes {
		s.at(s.working(r, mixing+clew.Time(i)*day), func() { s.give(gather, pool.at, pool.steps) })
	}
	for i := range clew.Time(8) {
		s.at(s.working(r, paying+i*day), func() {
			if s.give(gather, box, r.tranche*poolCoin) != (clew.Pos{}) {
				s.at(s.book.block.Ref.Time+hour, func() { s.give(box, s.hot, s.rest(box)) })
			}
		})
	}
}

// guests hire the launderer too, and it passes on what it has.
func (s *thiefSim) guests() {
	box := s.address(s.exchange)
	s.world.Addresses[box] = Place{Actor: s.exchange, Customer: s.launders}
	for i := range hiredGuests {
		guest := s.address(s.actor(fmt.Sprintf("guest %d", i+1), Person))
		s.book.issue(s.book.coin, guest, 120*poolCoin)
		s.at(utxoStart+clew.Time(s.below(180))*day+clew.Time(s.below(24))*hour, func() { s.give(guest, s.hired, 100*poolCoin) })
	}
	for i := range clew.Time(60) {
		s.at(utxoStart+i*4*day, func() {
			if has := s.rest(s.hired); has > 0 {
				s.give(s.hired, box, has)
				s.at(s.book.block.Ref.Time+hour, func() { s.give(box, s.hot, s.rest(box)) })
			}
		})
	}
}
