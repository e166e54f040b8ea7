package launder

import "clew"

// parties gives addresses numbers, and remembers a bounded count of them: one that
// was not met for long gives way to a new one, which gets another number.
type parties struct {
	known   func(clew.Address) bool
	most    int
	slots   []partySlot
	at      map[clew.Address]uint32
	hand    int       // which slot is looked at next when one must give way
	span    clew.Time // for how long an address matters after it was met
	now     clew.Time
	dropped uint64
}

// A partySlot holds one address. Its number is its place with how often the place
// was taken before.
type partySlot struct {
	address clew.Address
	first   clew.Time // when it was met first
	seen    clew.Time // when it was met last
	turn    uint32
	met     bool // since the hand was there
	known   bool
}

func newParties(s Setup) *parties {
	return &parties{known: s.Known, most: s.Most, slots: make([]partySlot, 1), at: map[clew.Address]uint32{}}
}

// number returns the number of an address, and whether it is known.
func (p *parties) number(a clew.Address) (Party, bool) {
	at, ok := p.at[a]
	if !ok {
		at = p.take()
		s := &p.slots[at]
		s.address, s.known, s.first = a, p.known != nil && p.known(a), p.now
		p.at[a] = at
	}
	s := &p.slots[at]
	s.met, s.seen = true, p.now
	return Party(s.turn)<<32 | Party(at), s.known
}

// take returns a slot for a new address: an empty one, or that of an address
// which was not met since the hand was there last.
func (p *parties) take() uint32 {
	if len(p.slots) <= p.most {
		p.slots = append(p.slots, partySlot{})
		return uint32(len(p.slots) - 1)
	}
	for {
		p.hand = p.hand%p.most + 1
		s := &p.slots[p.hand]
		if s.met {
			s.met = false
			continue
		}
		if s.seen+p.span >= p.now {
			p.dropped++
		}
		delete(p.at, s.address)
		*s = partySlot{turn: s.turn + 1}
		return uint32(p.hand)
	}
}

// address returns the address with a number; nobody if it is forgotten.
func (p *parties) address(n Party) clew.Address {
	at, turn := uint32(n), uint32(n>>32)
	if int(at) >= len(p.slots) || p.slots[at].turn != turn {
		return clew.Address{}
	}
	return p.slots[at].address
}

// since returns when an address was first met, since the pass began or since it was
// forgotten.
func (p *parties) since(n Party) clew.Time { return p.slots[uint32(n)].first }
