package simchain

import (
	"container/heap"
	"fmt"

	"clew"
)

// A PoolWorld is one account chain with pools that take notes and give them back,
// and the truth of which deposit each withdrawal spends.
type PoolWorld struct {
	World
	Pools  []NotePool
	Spends map[clew.Pos]clew.Pos // of a withdrawal, by the transfer to its recipient: the deposit
	Cases  []PoolCase
}

// A NotePool is one pool.
type NotePool struct {
	At    clew.Address
	Asset clew.Asset
	Note  clew.Amount
}

// A PoolCase is what one thief put into pools.
type PoolCase struct {
	Habit    PoolHabit
	Actor    int
	Deposits []clew.Pos
}

// A PoolHabit says how somebody uses pools.
type PoolHabit string

// The habits. The last two are of those who mean to be mistaken for a thief, or for
// whom thieves are mistaken.
const (
	PatientUse   PoolHabit = "patient"   // takes out over days and weeks, to new addresses
	HastyUse     PoolHabit = "hasty"     // within half a day
	BurstUse     PoolHabit = "burst"     // many in, and soon out to few addresses
	CarelessUse  PoolHabit = "careless"  // some of it out to the address that put it in
	LinkedUse    PoolHabit = "linked"    // out to an address that it dealt with before
	OddGasUse    PoolHabit = "odd gas"   // with an unusual price of gas throughout
	PortfolioUse PoolHabit = "portfolio" // several pools at once
	WhaleUse     PoolHabit = "whale"     // many in, and out in bursts much later
	DecoyUse     PoolHabit = "decoy"     // takes out as many as a thief put in, just after
)

// Weights of habits. They are ours, and no estimate of anybody's.
var (
	crowdHabits  = []PoolHabit{PatientUse, HastyUse, WhaleUse, CarelessUse, LinkedUse, OddGasUse, PortfolioUse}
	crowdWeights = []int{52, 14, 8, 12, 5, 4, 5}
	thiefHabits  = []PoolHabit{BurstUse, PatientUse, CarelessUse, LinkedUse, OddGasUse, PortfolioUse}
	thiefWeights = []int{45, 20, 8, 9, 9, 9}
)

const (
	poolDays   = 120
	decoyEvery = 5 // thieves to one decoy
	hour       = clew.Time(3600)
	gwei       = 1_000_000 // steps of the coin, of 1,000 smallest units
	poolCoin   = 1_000_000_000_000_000
)

// Pools makes a world of pools: a crowd of several habits, thieves, relayers, and
// decoys who take out after a thief as many notes as he put in.
func Pools(p Plan) (*PoolWorld, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	s := newPoolSim(p)
	for i := range p.Transfers / 24 {
		s.visit(Person, fmt.Sprintf("person %d", i+1), crowdHabits[s.weighed(crowdWeights)])
	}
	for i := range max(12, p.Transfers/700) {
		s.visit(Thief, fmt.Sprintf("thief %d", i+1), thiefHabits[s.weighed(thiefWeights)])
	}
	s.run()
	s.world.Ledgers = []Ledger{{s.book.chain, s.book.blocks}}
	return s.world, nil
}

// A poolSim is a world of pools in the making.
type poolSim struct {
	draw
	ids      draw
	world    *PoolWorld
	book     *book
	pools    []*notePool
	relayers []clew.Address
	source   clew.Address // of the coins that pay fees
	agenda   agenda
	made     int
}

// A notePool is a pool in the making.
type notePool struct {
	at    clew.Address
	money *money
	steps uint64
}

// A visitor uses pools once.
type visitor struct {
	habit  PoolHabit
	actor  int
	at     clew.Address // puts in
	price  uint64       // of gas, in steps of the coin
	wakes  clew.Time    // hour of the day, for ten hours
	notes  []visit
	to     []clew.Address // takes out to
	gather clew.Address
	thief  *PoolCase
}

// A visit is one note in a pool.
type visit struct {
	pool *notePool
	pos  clew.Pos
}

func newPoolSim(p Plan) *poolSim {
	s := &poolSim{draw: newDraw(p.Seed, 31), ids: newDraw(p.Seed, 32), world: &PoolWorld{World: *newWorld(p), Spends: map[clew.Pos]clew.Pos{}}}
	s.book = newBook(EVMChain, s.ids, 12, 1_000, 0)
	issuer := s.actor("issuer 1", Issuer)
	token := &money{clew.Token("erc20", s.address(issuer)), 1}
	s.book.tokens = []*money{token}
	s.source = s.address(s.actor("gas station 1", GasStation))
	mixer := s.actor("mixer 1", Mixer)
	for _, of := range []notePool{{money: s.book.coin, steps: poolCoin / 10}, {money: s.book.coin, steps: poolCoin}, {money: s.book.coin, steps: 10 * poolCoin}, {money: token, steps: 100_000_000}} {
		of.at = s.address(mixer)
		s.pools = append(s.pools, &of)
		s.world.Pools = append(s.world.Pools, NotePool{of.at, of.money.asset, of.money.units(of.steps)})
	}
	s.book.issue(s.book.coin, s.source, 10_000*poolCoin)
	relays := s.actor("relayers", Mixer)
	for range 4 {
		r := s.address(relays)
		s.relayers = append(s.relayers, r)
		s.book.issue(s.book.coin, r, 1_000*poolCoin)
	}
	return s
}

func (s *poolSim) actor(name string, role Role) int {
	s.world.Actors = append(s.world.Actors, Actor{name, role})
	return len(s.world.Actors) - 1
}

func (s *poolSim) address(actor int) clew.Address {
	var key [20]byte
	var bytes [24]byte
	s.ids.fill(bytes[:])
	copy(key[:], bytes[:])
	a := clew.EVMAddress(s.book.chain, key)
	s.world.Addresses[a] = Place{Actor: actor}
	return a
}

// at plans something.
func (s *poolSim) at(t clew.Time, do func()) {
	s.made++
	heap.Push(&s.agenda, planned{t, s.made, do})
}

// run does all that is planned, a block each.
func (s *poolSim) run() {
	for s.agenda.Len() > 0 {
		next := heap.Pop(&s.agenda).(planned)
		s.book.seal()
		s.book.block.Ref.Time = max(next.at, s.book.block.Ref.Time)
		next.do()
	}
	s.book.seal()
}

// visit plans one use of the pools.
func (s *poolSim) visit(role Role, name string, habit PoolHabit) {
	v := &visitor{habit: habit, actor: s.actor(name, role), price: s.between(10, 90) * gwei, wakes: clew.Time(s.below(24))}
	v.at = s.address(v.actor)
	if habit == OddGasUse {
		v.price = s.between(10, 90)*gwei + 2*s.below(gwei/2) + 1
	}
	if role == Thief {
		v.thief = &PoolCase{Habit: habit, Actor: v.actor}
	}
	begin := utxoStart + clew.Time(s.below(poolDays*24))*hour
	begin = s.awake(v, begin)
	s.at(begin-hour, func() { s.outfit(v) })
	chosen := s.chosen(v)
	step := clew.Time(s.between(30, 600))
	for i, p := range chosen {
		s.at(begin+clew.Time(i)*step, func() { s.putIn(v, p) })
	}
	s.at(begin+clew.Time(len(chosen))*step, func() { s.planOut(v) })
	if role == Thief && s.below(decoyEvery) == 0 && !s.world.Plan.Plain {
		s.decoy(v, begin, len(chosen), chosen[0])
	}
}

// awake moves a time on to the hours at which somebody is awake.
func (s *poolSim) awake(v *visitor, t clew.Time) clew.Time {
	since := ((t/hour)%24 - v.wakes + 24) % 24
	if since >= 10 {
		t += (24 - since) * hour
	}
	return t
}

// outfit gives a visitor what it needs.
func (s *poolSim) outfit(v *visitor) {
	s.book.issue(s.book.coin, v.at, 450*poolCoin)
	s.book.issue(s.book.tokens[0], v.at, 60*100_000_000)
	for range 3 {
		v.to = append(v.to, s.address(v.actor))
	}
	v.gather = s.address(v.actor)
	s.book.seal() // what is issued comes last in its block
	switch v.habit {
	case LinkedUse:
		for range s.between(3, 6) {
			s.sign(v.at, v.price, 21_000, move{s.book.coin, v.at, v.to[0], poolCoin / 50})
		}
	case OddGasUse:
		s.sign(s.source, 20*gwei, 21_000, move{s.book.coin, s.source, v.to[0], poolCoin})
	}
}

// chosen returns the pools of the notes that a visitor puts in.
func (s *poolSim) chosen(v *visitor) []*notePool {
	p := s.pools[s.weighed([]int{30, 35, 25, 10})]
	n := s.between(1, 3)
	switch {
	case v.habit == PortfolioUse:
		var list []*notePool
		for _, q := range s.pools[:3] {
			for range s.between(1, 4) {
				list = append(list, q)
			}
		}
		return list
	case v.habit == BurstUse, v.habit == WhaleUse, v.thief != nil:
		n = s.between(8, 40)
	}
	list := make([]*notePool, n)
	for i := range list {
		list[i] = p
	}
	return list
}

// sign makes a transaction at a price of gas.
func (s *poolSim) sign(signer clew.Address, price, gas uint64, moves ...move) (clew.TxID, clew.Pos) {
	s.book.fee = price * gas
	return s.book.sign(signer, moves...)
}

func (s *poolSim) putIn(v *visitor, p *notePool) {
	_, at := s.sign(v.at, v.price, s.between(900_000, 1_000_000), move{p.money, v.at, p.at, p.steps})
	if p.money != s.book.coin {
		at.Class, at.Ordinal = clew.Log, s.book.log-1
	}
	v.notes = append(v.notes, visit{p, at})
	if v.thief != nil {
		v.thief.Deposits = append(v.thief.Deposits, at)
	}
}

// planOut plans when and to whom each note comes out.
func (s *poolSim) planOut(v *visitor) {
	if v.thief != nil {
		s.world.Cases = append(s.world.Cases, *v.thief)
	}
	now := s.book.block.Ref.Time
	base := now + clew.Time(s.between(20, 60*8))*60
	later := s.awake(v, now+clew.Time(s.between(2, 45))*24*hour)
	gathers := s.chance(50)
	for i, n := range v.notes {
		when, to := base+clew.Time(i)*clew.Time(s.between(60, 400)), v.to[i%len(v.to)]
		switch v.habit {
		case PatientUse:
			when, to = s.awake(v, now+clew.Time(s.between(6, 45*24))*hour), s.address(v.actor)
		case WhaleUse:
			when = later + clew.Time(i)*300
		case CarelessUse:
			if when = s.awake(v, now+clew.Time(s.between(1, 20*24))*hour); s.chance(70) {
				to = v.at
			}
		case LinkedUse, OddGasUse:
			when, to = s.awake(v, now+clew.Time(s.between(1, 20*24))*hour), v.to[0]
		case DecoyUse:
			to = v.to[0]
		case PortfolioUse:
			when, to = later+clew.Time(i)*600, v.to[0]
		}
		s.at(when, func() { s.takeOut(v, n, to, gathers) })
	}
}

// takeOut takes one note out, through a relayer or not, and passes it on.
func (s *poolSim) takeOut(v *visitor, n visit, to clew.Address, gathers bool) {
	own := v.habit == OddGasUse || v.habit == CarelessUse && to == v.at || v.habit == LinkedUse && s.chance(50)
	gas := s.between(300_000, 360_000)
	own = own && (n.pool.money == s.book.coin || s.book.has(s.book.coin, to) > v.price*gas)
	var at clew.Pos
	if own {
		_, at = s.sign(to, v.price, gas, move{n.pool.money, n.pool.at, to, n.pool.steps})
	} else {
		part := n.pool.steps / s.between(100, 330)
		relayer := pick(s.draw, s.relayers)
		_, at = s.sign(relayer, s.between(10, 90)*gwei, gas, move{n.pool.money, n.pool.at, to, n.pool.steps - part}, move{n.pool.money, n.pool.at, relayer, part})
	}
	if n.pool.money != s.book.coin {
		at.Class, at.Ordinal = clew.Log, s.book.log-2
		if own {
			at.Ordinal++
		}
	}
	s.world.Spends[at] = n.pos
	if gathers && to != v.at && (v.habit == BurstUse || v.habit == WhaleUse || v.habit == PatientUse) && n.pool.money == s.book.coin {
		s.at(s.book.block.Ref.Time+clew.Time(s.between(1, 36))*hour, func() { s.passOn(v, to) })
	}
}

// passOn pays all that an address has to where its owner gathers.
func (s *poolSim) passOn(v *visitor, from clew.Address) {
	s.book.fee = 20 * gwei * 21_000
	if has := s.book.has(s.book.coin, from); has > s.book.fee {
		s.sign(from, 20*gwei, 21_000, move{s.book.coin, from, v.gather, has - s.book.fee})
	}
}

// decoy plans for somebody else to take out, after a thief, as many notes as he
// put in.
func (s *poolSim) decoy(thief *visitor, begin clew.Time, n int, p *notePool) {
	v := &visitor{habit: DecoyUse, actor: s.actor("decoy of "+s.world.Actors[thief.actor].Name, Person), price: 30 * gwei, wakes: thief.wakes}
	v.at = s.address(v.actor)
	early := begin - clew.Time(s.between(3, 20))*24*hour
	s.at(early-hour, func() { s.outfit(v) })
	for i := range n {
		s.at(early+clew.Time(i)*60, func() { s.putIn(v, p) })
	}
	s.at(begin+hour, func() { s.planOut(v) })
}

// planned is something to be done.
type planned struct {
	at  clew.Time
	seq int
	do  func()
}

// An agenda is what is planned, the soonest first.
type agenda []planned

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].seq < a[j].seq
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(planned)) }
func (a *agenda) Pop() any {
	last := len(*a) - 1
	x := (*a)[last]
	*a = (*a)[:last]
	return x
}
