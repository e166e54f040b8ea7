package segment

import (
	"slices"

	"clew"
)

// A part is a run of transfers in memory, on the way to a segment.
type part struct {
	chain    clew.Chain
	rows     []chainRow
	txs      []clew.TxID // those that follow one another once
	wides    []wideAmount
	extras   []partExtra
	names    *interner
	assets   map[clew.Asset]uint32
	assetSeq []clew.Asset
	blocks   map[blockKey]uint32
	blockSeq []blockKey
	refs     [2][]ref // by side
	legs     []partLeg
	n        numbers
	runs     uint64
	most     int // about how many rows will come

	lastAsset clew.Asset // of the transfer before, and its number
	assetID   uint32
	lastBlock blockKey
	blockID   uint32

	staged     []byte // keys of addresses that wait for their numbers
	stagedRefs []staged

	// Memory kept from one part to the next.
	pairs, parted   []pair
	starts, grouped [2][]uint32
}

type blockKey struct {
	height uint64
	time   clew.Time
}

// A wideAmount belongs to a transfer or to a leg of one.
type wideAmount struct {
	row    uint32
	amount clew.Amount
}

type partExtra struct {
	row uint32
	extra
}

// A ref says that an address has a row: a transfer of one leg, or a leg.
type ref struct {
	address uint32
	at      uint32 // of rows, or of legs with legBit
}

const legBit = 1 << 31

// A partLeg is one of several legs, or one on the other side of such.
type partLeg struct {
	row, leg, peer uint32
	lo             uint64
	hi             uint16
	many           bool
}

// A staged key is that of a transfer's only sender or recipient.
type staged struct {
	row  uint32
	side uint8
}

func newPart(chain clew.Chain, most int) *part {
	return &part{
		chain: chain, most: most, names: newInterner(chain),
		assets: map[clew.Asset]uint32{}, blocks: map[blockKey]uint32{},
	}
}

// reset empties p and keeps its memory.
func (p *part) reset() {
	names := p.names
	names.reset()
	*p = part{
		chain: p.chain, most: p.most, names: names, assets: map[clew.Asset]uint32{}, blocks: map[blockKey]uint32{},
		rows: p.rows[:0], txs: p.txs[:0], refs: [2][]ref{p.refs[0][:0], p.refs[1][:0]}, legs: p.legs[:0], wides: p.wides[:0],
		staged: p.staged[:0], stagedRefs: p.stagedRefs[:0], pairs: p.pairs, parted: p.parted, grouped: p.grouped, starts: p.starts,
	}
}

// roomy returns list with room for one more. A list that has become long gets
// room for all that will come, so that it is not copied again and again.
func roomy[T any](list []T, most int) []T {
	if len(list) == cap(list) && len(list) > most/32 && len(list) < most {
		return slices.Grow(list, most-len(list)+1)
	}
	return list
}

// size returns about how many transfers' worth of memory is in use.
func (p *part) size() int { return max(len(p.rows), len(p.legs)/2, int(p.names.count)/2) }

// add adds a transfer of one leg a side and nothing uncommon.
func (p *part) add(t *Flat) {
	r := p.row(t.Pos, t.Time, &t.Tx, t.Asset)
	r.lo, r.hi = p.split(t.Amount)
	row := uint32(len(p.rows))
	r.from, r.to = nobody, nobody
	p.rows = append(p.rows, r)
	if !t.From.IsZero() {
		p.stage(row, 0, &t.From)
	}
	if !t.To.IsZero() {
		p.stage(row, 1, &t.To)
	}
}

func (p *part) stage(row uint32, side uint8, a *clew.Address) {
	if len(p.stagedRefs) == internBatch {
		p.unstage()
	}
	p.staged = p.names.put(p.staged, a)
	p.stagedRefs = append(p.stagedRefs, staged{row, side})
}

// unstage numbers the addresses that wait.
func (p *part) unstage() {
	var numbers [internBatch]uint32
	n := len(p.stagedRefs)
	p.names.numbers(p.staged, numbers[:n])
	for i, s := range p.stagedRefs {
		if s.side == 0 {
			p.rows[s.row].from = numbers[i]
		} else {
			p.rows[s.row].to = numbers[i]
		}
		p.refs[s.side] = append(roomy(p.refs[s.side], p.most), ref{numbers[i], s.row})
	}
	p.staged, p.stagedRefs = p.staged[:0], p.stagedRefs[:0]
}

// row begins a row.
func (p *part) row(pos clew.Pos, time clew.Time, tx *clew.TxID, asset clew.Asset) chainRow {
	if asset != p.lastAsset || len(p.assetSeq) == 0 {
		id, ok := p.assets[asset]
		if !ok {
			id = uint32(len(p.assetSeq))
			p.assets[asset] = id
			p.assetSeq = append(p.assetSeq, asset)
		}
		p.lastAsset, p.assetID = asset, id
	}
	if key := (blockKey{pos.Height, time}); key != p.lastBlock || len(p.blockSeq) == 0 {
		id, ok := p.blocks[key]
		if !ok {
			id = uint32(len(p.blockSeq))
			p.blocks[key] = id
			p.blockSeq = append(p.blockSeq, key)
		}
		p.lastBlock, p.blockID = key, id
	}
	n := &p.n
	n.maxIndex, n.maxOrdinal = max(n.maxIndex, uint64(pos.Index)), max(n.maxOrdinal, uint64(pos.Ordinal))
	n.maxClass = max(n.maxClass, uint64(pos.Class))
	same := len(p.txs) > 0 && *tx == p.txs[len(p.txs)-1]
	if !same {
		p.txs = append(p.txs, *tx)
	}
	if last := len(p.rows) - 1; last < 0 || !same || p.rows[last].block != p.blockID || p.rows[last].index != pos.Index {
		p.runs++
	}
	p.rows = roomy(p.rows, p.most)
	return chainRow{
		block: p.blockID, index: pos.Index, ordinal: pos.Ordinal, class: uint8(pos.Class), asset: p.assetID, tx: uint32(len(p.txs) - 1),
	}
}

// isWide reports whether an amount does not fit beside the column of low bits.
func isWide(limbs [4]uint64) bool { return limbs[1] >= wideHi || limbs[2]|limbs[3] != 0 }

// split returns the low 80 bits of an amount, and keeps one that needs more.
func (p *part) split(a clew.Amount) (lo uint64, hi uint16) {
	limbs := a.Limbs()
	if limbs[1]|limbs[2]|limbs[3] != 0 {
		p.n.high = 1
	}
	if !isWide(limbs) {
		return limbs[0], uint16(limbs[1])
	}
	p.wides = append(p.wides, wideAmount{uint32(len(p.rows)), a})
	return limbs[0], wideHi
}

// addWhole adds a transfer of any kind, which has passed Check.
func (p *part) addWhole(t *clew.Transfer) {
	if isPlain(t) {
		p.add(&Flat{Pos: t.Pos, Time: t.Time, Tx: t.Tx, Asset: t.Asset, From: t.From[0].Address, To: t.To[0].Address, Amount: t.From[0].Amount})
		return
	}
	if hasPlainLegs(t) {
		p.extras = append(p.extras, partExtra{uint32(len(p.rows)), extra{item: t.Item, aggregate: t.Aggregate, rounded: t.Rounded}})
		p.add(&Flat{Pos: t.Pos, Time: t.Time, Tx: t.Tx, Asset: t.Asset, From: t.From[0].Address, To: t.To[0].Address, Amount: t.From[0].Amount})
		return
	}
	p.unstage()
	r := p.row(t.Pos, t.Time, &t.Tx, t.Asset)
	r.lo, r.hi = p.split(t.Amount())
	from, to := p.internLegs(t.From), p.internLegs(t.To)
	r.from, r.to = soleLeg(from), soleLeg(to)
	p.addLegs(0, from, to)
	p.addLegs(1, to, from)
	if len(from) > 1 || len(to) > 1 {
		p.n.several = 1
	}
	p.extras = append(p.extras, partExtra{uint32(len(p.rows)), extra{from, to, t.Item, t.Aggregate, t.Rounded}})
	p.rows = append(p.rows, r)
}

func (p *part) internLegs(legs []clew.Leg) []leg {
	list := make([]leg, len(legs))
	for i := range legs {
		l := &legs[i]
		list[i] = leg{address: nobody, unknown: l.Unknown, amount: l.Amount, spends: l.Spends}
		if !l.Address.IsZero() {
			var number [1]uint32
			p.names.numbers(p.names.put(nil, &l.Address), number[:])
			list[i].address = number[0]
		}
	}
	return list
}

// soleLeg returns the address of the only leg, or nobody.
func soleLeg(legs []leg) uint32 {
	if len(legs) == 1 {
		return legs[0].address
	}
	return nobody
}

// addLegs adds the rows of one side of the transfer to come.
func (p *part) addLegs(side int, own, other []leg) {
	for i := range own {
		if own[i].address == nobody {
			continue
		}
		l := partLeg{row: uint32(len(p.rows)), leg: uint32(i), peer: soleLeg(other), many: len(other) > 1}
		if l.lo, l.hi = p.split(own[i].amount); l.hi == wideHi {
			l.lo = uint64(len(p.wides) - 1)
		}
		p.n.maxLeg = max(p.n.maxLeg, uint64(i))
		p.refs[side] = append(p.refs[side], ref{own[i].address, uint32(len(p.legs)) | legBit})
		p.legs = append(p.legs, l)
	}
}
