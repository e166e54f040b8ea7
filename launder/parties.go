package launder

import (
	"hash/maphash"
	"math/bits"
	"slices"

	"clew"
)

// parties gives addresses numbers, and what they hold of an asset, and remembers a
// bounded count of each: one that was not met for long gives way to a new one,
// which gets another number.
type parties struct {
	known   func(clew.Address) bool
	seed    maphash.Seed
	salt    uint64
	most    int
	slots   blocks[partySlot]
	table   table
	hand    clock
	pots    blocks[heldSlot]
	potAt   table
	potHand clock
	span    clew.Time // for how long an address matters after it was met
	now     clew.Time
	dropped uint64
	lost    partySlot // see at
	lostPot heldSlot

	chains   []clew.Chain // by number
	chain    clew.Chain   // whose number was looked up last
	chainNo  uint16
	dealings dealings
}

// mostChains is how many chains get a number.
const mostChains = 1<<16 - 1

// A partySlot holds one address. Its number is its place with how often the place
// was taken before.
//
// It has no pointers, so that the garbage collector does not read it, and is two
// lines of a processor's cache.
type partySlot struct {
	key     [32]byte // of the address
	form    clew.Form
	known   bool
	chain   uint16    // its number
	service int32     // 1 and the number of whose it is, see [Stream.serviceOf]; 0: not asked yet
	first   clew.Time // when it was met first
	use     use
	partyNotes
}

// partyNotes are what rules know of an address for as long as it is remembered: next
// to each other, for they are asked for together. Each is one rule's, and nothing
// where it is zero.
type partyNotes struct {
	seen  meeting // of peel chains
	root  root    // of consolidations
	pace  pace    // of floods
	used  usedBy  // of floods: the burst by which it was paid
	open  uint32  // of floods: the place of the burst that it pays
	dealt dealt   // of poisonings
}

// A heldSlot holds a party and an asset, likewise.
type heldSlot struct {
	party Party
	asset AssetNo
	use   use
	potNotes
}

// potNotes are what rules know of what a party holds of an asset, likewise.
type potNotes struct {
	vertex    uint32 // of shapes: 1 and its place
	peel      uint32 // places with the rules, likewise
	pass      uint32
	collected uint32
	nest      uint32
}

// A use says how a place is used.
type use struct {
	seen clew.Time // when it was met last
	turn uint32
	met  bool // since the hand was there
}

// A clock looks at places in turn when one must give way.
type clock int

func newParties(s Setup) *parties {
	p := &parties{known: s.Known, seed: maphash.MakeSeed(), most: s.Most, table: newTable(), potAt: newTable(), chains: make([]clew.Chain, 1)}
	p.slots.add() // nobody
	p.pots.add()
	p.salt = maphash.Comparable(p.seed, "pots") | 1
	return p
}

// number returns the number of an address, and whether it is known.
func (p *parties) number(a clew.Address) (Party, bool) {
	key, _ := a.RawKey()
	hash := maphash.Bytes(p.seed, key[:])
	chain := p.chainOf(a.Chain())
	at := uint32(0)
	for i := p.table.home(hash); ; i = (i + 1) & (len(p.table.cells) - 1) {
		c := p.table.cells[i]
		if c == 0 {
			at = p.take(a, chain, hash)
			break
		}
		if c&upper != hash&upper {
			continue
		}
		if s := p.slots.at(uint32(c) - 1); s.key == key && s.form == a.Form() && s.chain == chain {
			at = uint32(c) - 1
			break
		}
	}
	s := p.slots.at(at)
	s.use.met, s.use.seen = true, p.now
	return Party(s.use.turn)<<32 | Party(at), s.known
}

// chainOf returns the number of a chain; 0 if there are too many.
func (p *parties) chainOf(c clew.Chain) uint16 {
	if p.chainNo > 0 && p.chain == c {
		return p.chainNo
	}
	at := slices.Index(p.chains[1:], c) + 1
	if at == 0 && len(p.chains) <= mostChains {
		at, p.chains = len(p.chains), append(p.chains, c)
	}
	p.chain, p.chainNo = c, uint16(at)
	return p.chainNo
}

// take gives a new address a place.
func (p *parties) take(a clew.Address, chain uint16, hash uint64) uint32 {
	at := uint32(0)
	if int(p.slots.n) <= p.most {
		at = p.slots.add()
	} else {
		at = p.hand.next(p.most, func(i uint32) *use { return &p.slots.at(i).use })
		old := p.slots.at(at)
		p.gone(&old.use)
		p.table.remove(maphash.Bytes(p.seed, old.key[:]), at)
		p.dealings.give(old.dealt)
	}
	s := p.slots.at(at)
	key, _ := a.RawKey()
	*s = partySlot{key: key, form: a.Form(), chain: chain, first: p.now, known: p.known != nil && p.known(a), use: use{turn: s.use.turn}}
	p.table.put(hash, at)
	return at
}

// pot returns the number of what a party holds of an asset.
func (p *parties) pot(party Party, asset AssetNo) Pot {
	hash := p.potHash(party, asset)
	at := uint32(0)
	for i := p.potAt.home(hash); ; i = (i + 1) & (len(p.potAt.cells) - 1) {
		c := p.potAt.cells[i]
		if c == 0 {
			at = p.takePot(party, asset, hash)
			break
		}
		if s := p.pots.at(uint32(c) - 1); c&upper == hash&upper && s.party == party && s.asset == asset {
			at = uint32(c) - 1
			break
		}
	}
	s := p.pots.at(at)
	s.use.met, s.use.seen = true, p.now
	return Pot(s.use.turn)<<32 | Pot(at)
}

func (p *parties) potHash(party Party, asset AssetNo) uint64 {
	hi, lo := bits.Mul64(uint64(party)^p.salt, (uint64(asset)<<1|1)*0x9e3779b97f4a7c15^p.salt)
	return (hi ^ lo) * 0xff51afd7ed558ccd
}

func (p *parties) takePot(party Party, asset AssetNo, hash uint64) uint32 {
	at := uint32(0)
	if int(p.pots.n) <= p.most {
		at = p.pots.add()
	} else {
		at = p.potHand.next(p.most, func(i uint32) *use { return &p.pots.at(i).use })
		old := p.pots.at(at)
		p.gone(&old.use)
		p.potAt.remove(p.potHash(old.party, old.asset), at)
	}
	s := p.pots.at(at)
	*s = heldSlot{party: party, asset: asset, use: use{turn: s.use.turn}}
	p.potAt.put(hash, at)
	return at
}

// next returns a place that was not met since the hand was there.
func (c *clock) next(most int, at func(uint32) *use) uint32 {
	for {
		*c = *c%clock(most) + 1
		u := at(uint32(*c))
		if !u.met {
			return uint32(*c)
		}
		u.met = false
	}
}

// gone notes that what is at a place is forgotten.
func (p *parties) gone(u *use) {
	if u.seen+p.span >= p.now {
		p.dropped++
	}
	u.turn++
}

// at returns what is remembered of an address, to be changed in place until the next
// number is given. Of one that is forgotten that is nothing, and what is noted of it
// is lost.
func (p *parties) at(n Party) *partySlot {
	if at := uint32(n); at < p.slots.n {
		if s := p.slots.at(at); s.use.turn == uint32(n>>32) {
			return s
		}
	}
	p.dealings.give(p.lost.dealt)
	p.lost = partySlot{}
	return &p.lost
}

// held returns what is remembered of a pot, likewise.
func (p *parties) held(n Pot) *heldSlot {
	if at := uint32(n); at < p.pots.n {
		if s := p.pots.at(at); s.use.turn == uint32(n>>32) {
			return s
		}
	}
	p.lostPot = heldSlot{}
	return &p.lostPot
}

// address returns the address with a number; nobody if it is forgotten.
func (p *parties) address(n Party) clew.Address { return p.at(n).address(p) }

// address returns the address that is at a place; nobody if none is.
func (s *partySlot) address(p *parties) clew.Address {
	if s.form == clew.NoForm {
		return clew.Address{}
	}
	a, _ := clew.MakeAddress(p.chains[s.chain], s.form, s.key[:s.form.Size()]) // as it came from one
	return a
}

// since returns when an address was first met, since the pass began or since it was
// forgotten.
func (p *parties) since(n Party) clew.Time { return p.slots.at(uint32(n)).first }

// serviceOf returns the number of the service whose address a party is; 0: of none that
// is known.
func (st *Stream) serviceOf(p Party) int32 {
	who := st.parties.at(p)
	if who.service > 0 || st.setup.Service == nil {
		return max(0, who.service-1)
	}
	n := int32(0)
	if name := st.setup.Service(who.address(st.parties)); name != "" {
		if n = st.service[name]; n == 0 {
			n = int32(len(st.service) + 1)
			st.service[name] = n
		}
	}
	who.service = n + 1
	return n
}
