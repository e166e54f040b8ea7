package trace

import (
	"math/rand"
	"slices"

	"clew"
	"clew/evm"
)

const (
	roundPeople  = 6
	pureLender   = 30 // and the next: they do nothing but lend
	roundPool    = 50
	roundFounder = 40
	strangers    = 100
)

// A roundMaker makes a random small history with rounds within its transactions, of
// which all could pay all else without them, and the same history without the rounds.
type roundMaker struct {
	rng      *rand.Rand
	held     map[clew.Pot]uint64
	spare    map[clew.Pot]uint64 // in this transaction
	steps    []leg
	lent     []uint64 // of each step, what goes round
	dealt    map[[2]int]bool
	deep     map[int]bool // has a part in a round over several
	with     *world
	without  *world
	free     []clew.Pos // of transfers of which nothing goes round
	minted   bool
	weth     clew.Asset
	gold     clew.Asset
	salt     clew.Asset
	nonsense clew.Asset
}

func newRoundMaker(rng *rand.Rand) *roundMaker {
	m := &roundMaker{rng: rng, held: map[clew.Pot]uint64{}, weth: clew.Token("erc20", evm.Wrapper(clew.Ethereum)), gold: coin(1), salt: coin(2), nonsense: coin(3)}
	said := stops{who(1001): "", who(1002): ""}
	m.with, m.without = &world{stops: said}, &world{stops: said}
	return m
}

// party returns the address of a number: 0 is the first person, below it nobody and the
// wrapper.
func (m *roundMaker) party(n int) clew.Address {
	switch n {
	case -1:
		return clew.Address{}
	case -2:
		return evm.Wrapper(clew.Ethereum)
	}
	return who(n)
}

func (m *roundMaker) pot(n int, asset clew.Asset) clew.Pot {
	return clew.Pot{Address: m.party(n), Asset: asset}
}

// put adds a step at a place, or at the end.
func (m *roundMaker) put(at int, l leg, lent uint64) {
	m.steps, m.lent = slices.Insert(m.steps, at, l), slices.Insert(m.lent, at, lent)
}

// after returns a place behind another.
func (m *roundMaker) after(at int) int { return at + 1 + m.rng.Intn(len(m.steps)-at) }

// found gives everybody something to begin with.
func (m *roundMaker) found() {
	for _, n := range []int{0, 1, 2, 3, 4, 5, pureLender, pureLender + 1, roundPool, -2} {
		for _, asset := range []clew.Asset{ether, m.weth, m.gold, m.salt} {
			amount := uint64(3 + m.rng.Intn(9))
			if n >= roundPeople || n < 0 {
				amount = 1000
			}
			m.steps, m.lent = append(m.steps, leg{roundFounder, n, asset, amount}), append(m.lent, 0)
		}
	}
}

// transaction makes the steps of one: payments, each to somebody later in a line, that
// all can pay from what they had before it, and rounds among them.
func (m *roundMaker) transaction() {
	m.spare, m.dealt, m.deep, m.minted = map[clew.Pot]uint64{}, map[[2]int]bool{}, map[int]bool{}, false
	for id, n := range m.held {
		m.spare[id] = n
	}
	line := m.rng.Perm(roundPeople)
	asset := []clew.Asset{ether, m.weth, m.gold}[m.rng.Intn(3)]
	for range m.rng.Intn(4) {
		i := m.rng.Intn(roundPeople - 1)
		m.pay(line[i], line[i+1+m.rng.Intn(roundPeople-1-i)], asset)
	}
	if m.rng.Intn(4) == 0 && len(m.steps) == 0 {
		m.swap(line[0])
	}
	if m.rng.Intn(3) == 0 {
		m.lie()
	}
	for range m.rng.Intn(4) {
		switch m.rng.Intn(7) {
		case 0, 1:
			m.lend(m.lender(), m.rng.Intn(roundPeople), asset)
		case 2:
			m.lendOver(m.lender(), asset)
		case 3:
			m.lendWrapped(m.lender(), m.rng.Intn(roundPeople))
		case 4:
			m.flashMint(m.rng.Intn(roundPeople), asset)
		case 5:
			n := m.rng.Intn(roundPeople)
			m.put(m.rng.Intn(len(m.steps)+1), leg{n, n, asset, uint64(m.rng.Intn(1000))}, 0)
		case 6:
			m.crowd(asset)
		}
	}
}

func (m *roundMaker) lender() int {
	if m.rng.Intn(2) == 0 {
		return pureLender + m.rng.Intn(2)
	}
	return m.rng.Intn(roundPeople)
}

func (m *roundMaker) take(n int, asset clew.Asset) uint64 {
	have := m.spare[m.pot(n, asset)]
	if have == 0 {
		return 0
	}
	amount := 1 + uint64(m.rng.Intn(int(have)))
	m.spare[m.pot(n, asset)] -= amount
	return amount
}

func (m *roundMaker) pay(a, b int, asset clew.Asset) {
	if n := m.take(a, asset); n > 0 {
		m.dealt[[2]int{min(a, b), max(a, b)}] = true
		m.put(m.rng.Intn(len(m.steps)+1), leg{a, b, asset, n}, 0)
	}
}

func (m *roundMaker) swap(a int) {
	if n := m.take(a, m.gold); n > 0 {
		m.dealt[[2]int{a, roundPool}] = true
		m.put(0, leg{a, roundPool, m.gold, n}, 0)
		m.put(1, leg{roundPool, a, m.salt, 1 + uint64(m.rng.Intn(20))}, 0)
	}
}

// lie logs transfers of a token of which nothing is said, some of them twice, and of
// amounts at the edge of what can be counted.
func (m *roundMaker) lie() {
	for range 1 + m.rng.Intn(4) {
		a, b := m.rng.Intn(roundPeople), m.rng.Intn(roundPeople)
		l := leg{a, b, m.nonsense, 1 << 63}
		m.put(len(m.steps), l, 0)
		m.put(len(m.steps), l, 0)
	}
}

// joins reports whether two may have a round in this transaction, and notes it.
func (m *roundMaker) joins(members ...int) bool {
	for i, a := range members {
		for _, b := range members[i+1:] {
			if a == b || m.dealt[[2]int{min(a, b), max(a, b)}] {
				return false
			}
		}
	}
	for i, a := range members {
		for _, b := range members[i+1:] {
			m.dealt[[2]int{min(a, b), max(a, b)}] = true
		}
	}
	return true
}

// lend makes a loan, given in several and repaid in several, perhaps with a fee.
func (m *roundMaker) lend(a, b int, asset clew.Asset) {
	if m.spare[m.pot(a, asset)] == 0 || !m.joins(a, b) {
		return
	}
	amount := m.take(a, asset)
	fee := uint64(0)
	if m.rng.Intn(3) == 0 && m.spare[m.pot(b, asset)] > 0 && a < roundPeople {
		fee = 1
		m.spare[m.pot(b, asset)]--
	}
	last := m.rng.Intn(len(m.steps) + 1)
	for n, left := 0, amount; left > 0; n++ {
		part := m.part(n, left)
		m.put(last, leg{a, b, asset, part}, part)
		left -= part
		if left > 0 {
			last = m.after(last)
		}
	}
	for n, left := 0, amount; left > 0; n++ {
		part := m.part(n, left)
		left -= part
		last = m.after(last)
		if left == 0 {
			m.put(last, leg{b, a, asset, part + fee}, part)
			return
		}
		m.put(last, leg{b, a, asset, part}, part)
	}
}

// part returns how much of what is left one of several transfers moves: the fourth all.
func (m *roundMaker) part(n int, left uint64) uint64 {
	if n == 3 {
		return left
	}
	return 1 + uint64(m.rng.Intn(int(left)))
}

// lendOver makes a loan that goes over contracts of its own, and comes back another
// way.
func (m *roundMaker) lendOver(a int, asset clew.Asset) {
	b, c, d := m.rng.Intn(roundPeople), 60+m.rng.Intn(2), 62+m.rng.Intn(2)
	if m.spare[m.pot(a, asset)] == 0 || m.deep[c] || m.deep[d] || !m.joins(a, b) {
		return
	}
	m.deep[c], m.deep[d] = true, true
	amount := m.take(a, asset)
	at := m.rng.Intn(len(m.steps) + 1)
	for _, l := range []leg{{a, c, asset, amount}, {c, b, asset, amount}, {b, d, asset, amount}, {d, a, asset, amount}} {
		m.put(at, l, amount)
		at = m.after(at)
	}
}

// lendWrapped lends the wrapper to one who unwraps it, wraps it again and pays it back.
func (m *roundMaker) lendWrapped(a, b int) {
	if m.spare[m.pot(a, m.weth)] == 0 || m.deep[-2] || !m.joins(a, b) {
		return
	}
	m.deep[-2] = true
	n := m.take(a, m.weth)
	at := m.rng.Intn(len(m.steps) + 1)
	for _, l := range []leg{{a, b, m.weth, n}, {b, -1, m.weth, n}, {-2, b, ether, n}, {b, -2, ether, n}, {-1, b, m.weth, n}, {b, a, m.weth, n}} {
		m.put(at, l, n)
		at = m.after(at)
	}
}

// flashMint mints for nothing and burns again, where nothing is paid beside.
func (m *roundMaker) flashMint(b int, asset clew.Asset) {
	if asset != m.gold || slices.ContainsFunc(m.steps, func(l leg) bool { return l.asset != m.gold }) || m.minted {
		return
	}
	m.minted = true
	n, at := 1+uint64(m.rng.Intn(5000)), m.rng.Intn(len(m.steps)+1)
	m.put(at, leg{-1, b, asset, n}, n)
	m.put(m.after(at), leg{b, -1, asset, n}, n)
}

// crowd adds transfers of strangers, some of which go round.
func (m *roundMaker) crowd(asset clew.Asset) {
	if m.deep[strangers] || m.rng.Intn(8) > 0 {
		return
	}
	m.deep[strangers] = true
	for range m.rng.Intn(200) {
		a, b := strangers+m.rng.Intn(40), strangers+m.rng.Intn(40)
		m.put(m.rng.Intn(len(m.steps)+1), leg{a, b, asset, uint64(1 + m.rng.Intn(9))}, 0)
	}
}

// settle writes the steps of a transaction into both histories.
func (m *roundMaker) settle(height uint64) {
	for i, l := range m.steps {
		t := move(height, m.party(l.from), m.party(l.to), l.asset, l.amount)
		t.Pos.Ordinal, t.Tx = uint32(i), clew.TxID{0: 9, 31: byte(height)}
		if l.asset == m.nonsense {
			t.From[0].Amount, t.To[0].Amount = clew.MaxAmount, clew.MaxAmount
		}
		m.with.transfers = append(m.with.transfers, t)
		beside := l.amount - m.lent[i]
		if beside == 0 {
			continue
		}
		if m.lent[i] == 0 && l.from != l.to && l.from < strangers && l.asset != m.nonsense {
			m.free = append(m.free, t.Pos)
		}
		if l.asset != m.nonsense {
			t.From, t.To = []clew.Leg{{Address: t.From[0].Address, Amount: clew.Units(beside)}}, []clew.Leg{{Address: t.To[0].Address, Amount: clew.Units(beside)}}
		}
		m.without.transfers = append(m.without.transfers, t)
		if l.from != l.to {
			from, to := m.pot(l.from, l.asset), m.pot(l.to, l.asset)
			m.held[from] -= min(beside, m.held[from])
			m.held[to] += beside
		}
	}
	m.steps, m.lent = nil, nil
}

// roundWorld returns a random history with rounds, and the same without.
func roundWorld(rng *rand.Rand) (with, without *world) {
	m := newRoundMaker(rng)
	m.found()
	m.settle(1)
	founded := len(m.free)
	for height := uint64(2); height <= 14; height++ {
		m.transaction()
		m.settle(height)
	}
	byPlace := func(a, b clew.Transfer) int { return a.Pos.Cmp(b.Pos) }
	slices.SortFunc(m.with.transfers, byPlace)
	slices.SortFunc(m.without.transfers, byPlace)
	for range 1 + rng.Intn(2) {
		seed := m.free[rng.Intn(roundPeople*4)]
		if n := len(m.free) - founded; n > 0 && rng.Intn(2) == 0 {
			seed = m.free[founded+rng.Intn(n)]
		}
		m.with.seeds = append(m.with.seeds, []clew.Pos{seed})
	}
	m.without.seeds = m.with.seeds
	return m.with, m.without
}
