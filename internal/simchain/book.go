package simchain

import (
	"math"

	"clew"
)

// A book is one account chain in the making: who holds how much, and the block
// that is being filled.
type book struct {
	chain  clew.Chain
	ids    draw
	coin   *money
	tokens []*money
	every  clew.Time // seconds
	fee    uint64    // of a transaction, in the coin's steps
	held   map[pot]uint64
	block  clew.Block // open
	blocks []clew.Block
	index  uint32 // of the next transaction
	log    uint32
	made   int // transfers of sealed blocks
}

// money is an asset whose amounts are counted in steps.
type money struct {
	asset clew.Asset
	step  uint64 // smallest units
}

func (m *money) units(steps uint64) clew.Amount {
	a, _ := clew.Units(steps).MulDiv(clew.Units(m.step), clew.Units(1))
	return a
}

type pot struct {
	money *money
	of    clew.Address
}

// A move is one transfer of a transaction under way. From or to nobody is issue
// and destruction.
type move struct {
	money    *money
	from, to clew.Address
	steps    uint64
}

func newBook(chain clew.Chain, ids draw, every clew.Time, step, fee uint64) *book {
	b := &book{chain: chain, ids: ids, coin: &money{clew.NativeAsset(chain), step}, every: every, fee: fee, held: map[pot]uint64{}}
	b.block.Ref = clew.BlockRef{Hash: ids.txID(), Time: utxoStart}
	return b
}

func (b *book) has(m *money, a clew.Address) uint64 { return b.held[pot{m, a}] }

// issue gives coins in the block that is open, outside of transactions.
func (b *book) issue(m *money, to clew.Address, steps uint64) {
	b.put(clew.Pos{Index: math.MaxUint32, Class: clew.BlockLevel, Ordinal: uint32(len(b.block.Transfers))}, clew.TxID{}, move{m, clew.Address{}, to, steps})
}

// put books one move.
func (b *book) put(at clew.Pos, id clew.TxID, m move) {
	at.Height = b.block.Ref.Height
	if !m.from.IsZero() {
		left := b.held[pot{m.money, m.from}]
		if left < m.steps {
			panic("simchain: " + m.from.Text() + " moves more than it has")
		}
		b.held[pot{m.money, m.from}] = left - m.steps
	}
	if !m.to.IsZero() {
		b.held[pot{m.money, m.to}] += m.steps
	}
	amount := m.money.units(m.steps)
	b.block.Transfers = append(b.block.Transfers, clew.Transfer{Pos: at, Time: b.block.Ref.Time, Tx: id, Asset: m.money.asset,
		From: []clew.Leg{{Address: m.from, Amount: amount}}, To: []clew.Leg{{Address: m.to, Amount: amount}}})
}

// can reports whether an address can sign a transaction that moves so much of
// its own, and pay the fee.
func (b *book) can(signer clew.Address, m *money, steps uint64) bool {
	if m == b.coin {
		return b.has(m, signer) >= steps+b.fee
	}
	return b.has(b.coin, signer) >= b.fee && b.has(m, signer) >= steps
}

// sign makes a transaction: coins move first, then tokens, then the fee is
// burnt. The moves must be affordable.
func (b *book) sign(signer clew.Address, moves ...move) (clew.TxID, clew.Pos) {
	id := b.ids.txID()
	at := clew.Pos{Index: b.index}
	first := clew.Pos{Height: b.block.Ref.Height, Index: b.index}
	for _, m := range moves {
		if m.money == b.coin {
			b.put(at, id, m)
			at.Ordinal++
		}
	}
	for _, m := range moves {
		if m.money != b.coin {
			b.put(clew.Pos{Index: b.index, Class: clew.Log, Ordinal: b.log}, id, m)
			b.log++
		}
	}
	b.put(clew.Pos{Index: b.index, Class: clew.Fee}, id, move{b.coin, signer, clew.Address{}, b.fee})
	b.index++
	return id, first
}

// pay moves what the signer has, if it can.
func (b *book) pay(m *money, from, to clew.Address, steps uint64) (clew.TxID, bool) {
	if from == to || steps == 0 || !b.can(from, m, steps) {
		return clew.TxID{}, false
	}
	id, _ := b.sign(from, move{m, from, to, steps})
	return id, true
}

// act notes an act in the transaction that was signed last.
func (b *book) act(a clew.Act, id clew.TxID) {
	a.Pos = clew.Pos{Height: b.block.Ref.Height, Index: b.index - 1, Ordinal: 0}
	a.Time, a.Tx = b.block.Ref.Time, id
	b.block.Acts = append(b.block.Acts, a)
}

// seal ends a block and opens the next.
func (b *book) seal() {
	b.made += len(b.block.Transfers)
	b.blocks = append(b.blocks, b.block)
	last := b.block.Ref
	b.block = clew.Block{Ref: clew.BlockRef{Height: last.Height + 1, Hash: b.ids.txID(), Time: last.Time + b.every}, Parent: last.Hash}
	b.index, b.log = 0, 0
}
