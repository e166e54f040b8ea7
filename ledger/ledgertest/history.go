package ledgertest

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"

	"clew"
)

// Address returns the n-th address of a test chain.
func Address(chain clew.Chain, n byte) clew.Address {
	form, size := clew.EVMForm, 20
	switch {
	case chain.IsTron():
		form = clew.TronForm
	case chain.IsSolana():
		form, size = clew.SolanaForm, 32
	case chain.IsBitcoin() && n%3 == 0:
		form, size = clew.P2TR, 32
	case chain.IsBitcoin():
		form = clew.P2WPKH
	}
	key := make([]byte, size)
	key[0], key[size-1] = n, n
	a, err := clew.MakeAddress(chain, form, key)
	if err != nil {
		panic(err)
	}
	return a
}

// A History makes up blocks of one chain, the same ones for the same seed.
type History struct {
	chain   clew.Chain
	random  *rand.Rand
	acts    *rand.Rand
	tx      uint64
	unspent []coin

	Addresses int // how many there are; at most 200
	PerBlock  int // most transfers in a block
}

// A coin is an output that nothing spends yet.
type coin struct {
	output clew.Output
	leg    clew.Leg
}

// NewHistory returns a maker of blocks.
func NewHistory(chain clew.Chain, seed uint64) *History {
	return &History{chain: chain, random: rand.New(rand.NewPCG(seed, 7)), acts: rand.New(rand.NewPCG(seed, 8)), Addresses: 7, PerBlock: 5}
}

// Block makes up a block. Its hash differs from that of any other.
func (h *History) Block(height uint64, parent clew.TxID) clew.Block {
	ref := clew.BlockRef{Height: height, Hash: h.newTx(), Time: clew.Time(1_600_000_000 + height*12)}
	b := clew.Block{Ref: ref, Parent: parent}
	n := h.random.IntN(h.PerBlock + 1)
	var tx clew.TxID
	pos := clew.Pos{Height: height}
	for i := range n {
		if i == 0 || h.chain.IsBitcoin() || h.random.IntN(3) > 0 {
			tx = h.newTx()
			pos = clew.Pos{Height: height, Index: pos.Index + 1 + h.random.Uint32N(3)}
		} else if h.random.IntN(2) == 0 && pos.Class < clew.Fee {
			pos.Class, pos.Ordinal = pos.Class+1, h.random.Uint32N(3)
		} else {
			pos.Ordinal += 1 + h.random.Uint32N(2)
		}
		t := h.transfer(pos, tx)
		t.Time = ref.Time
		b.Transfers = append(b.Transfers, t)
	}
	h.addActs(&b)
	return b
}

// keptKinds are the kinds of act that made-up histories have. They stay those
// that there were when the first ledger was kept, or a later history would be
// another one; every kind is tested by itself.
var keptKinds = clew.ActKinds()[:7]

// addActs makes up a few acts, of transactions that move value and of ones that
// do not. Some are where a transfer is too.
func (h *History) addActs(b *clew.Block) {
	r := h.acts
	pos, tx := clew.Pos{Height: b.Ref.Height}, h.actTx()
	if len(b.Transfers) > 0 && r.IntN(2) == 0 {
		at := b.Transfers[r.IntN(len(b.Transfers))]
		pos, tx = at.Pos, at.Tx
	}
	kinds := keptKinds
	for range r.IntN(4) {
		a := clew.Act{
			Pos: pos, Time: b.Ref.Time, Tx: tx, Kind: kinds[r.IntN(len(kinds))],
			On: Address(h.chain, byte(r.IntN(h.Addresses))), By: Address(h.chain, byte(r.IntN(3))),
		}
		switch r.IntN(4) {
		case 0:
			a.By, a.With, a.Amount = a.On, Address(h.chain, byte(r.IntN(h.Addresses))), clew.Units(r.Uint64N(1<<50))
		case 1:
			a.By, a.Detail = clew.Address{}, strings.Repeat("key ", r.IntN(clew.MaxActDetail/4))
		case 2:
			a.Asset = clew.NativeAsset(h.chain)
		}
		b.Acts = append(b.Acts, a)
		if pos.Ordinal += 1 + r.Uint32N(2); r.IntN(2) == 0 {
			pos, tx = clew.Pos{Height: pos.Height, Index: pos.Index + 1}, h.actTx()
		}
	}
}

// actTx makes up a transaction; now and then the source does not say which.
func (h *History) actTx() (id clew.TxID) {
	if h.acts.IntN(9) > 0 {
		binary.BigEndian.PutUint64(id[:], h.acts.Uint64()|1)
		id[31] = 7
	}
	return id
}

// Blocks makes up n blocks that follow each other.
func (h *History) Blocks(height uint64, parent clew.TxID, n int) []clew.Block {
	var blocks []clew.Block
	for i := range n {
		b := h.Block(height+uint64(i), parent)
		blocks, parent = append(blocks, b), b.Ref.Hash
	}
	return blocks
}

func (h *History) newTx() clew.TxID {
	h.tx++
	var id clew.TxID
	binary.BigEndian.PutUint64(id[:], h.random.Uint64()|1)
	binary.BigEndian.PutUint64(id[24:], h.tx)
	return id
}

func (h *History) address() clew.Address {
	if h.random.IntN(20) == 0 {
		return clew.Address{}
	}
	// One address in three is the first: a hub.
	if h.random.IntN(3) == 0 {
		return Address(h.chain, 0)
	}
	return Address(h.chain, byte(h.random.IntN(h.Addresses)))
}

// amount returns amounts of all widths, whose sums fit 256 bits.
func (h *History) amount() clew.Amount {
	switch h.random.IntN(8) {
	case 0:
		return clew.Amount{}
	case 1:
		return clew.AmountOf([4]uint64{h.random.Uint64(), h.random.Uint64(), h.random.Uint64(), h.random.Uint64N(1 << 32)})
	case 2, 3:
		return clew.AmountOf([4]uint64{h.random.Uint64(), h.random.Uint64N(1 << 20)})
	}
	return clew.Units(h.random.Uint64N(1000))
}

func (h *History) transfer(pos clew.Pos, tx clew.TxID) clew.Transfer {
	if h.chain.IsBitcoin() {
		return h.bitcoin(pos, tx)
	}
	amount := h.amount()
	t := clew.Transfer{Pos: pos, Tx: tx, Asset: clew.NativeAsset(h.chain)}
	kind := h.random.IntN(6)
	if !h.chain.IsEVM() && kind < 3 {
		t.Asset, kind = clew.Token(tokenStandard(h.chain), Address(h.chain, 202)), 5
	}
	switch kind {
	case 0:
		item := clew.Units(h.random.Uint64N(50))
		t.Asset, t.Item, amount = clew.Token("erc721", Address(h.chain, 201)), &item, clew.Units(1)
	case 1, 2:
		t.Asset = clew.Token("erc20", Address(h.chain, 202))
		t.Rounded = h.random.IntN(5) == 0
	case 3:
		if h.random.IntN(4) == 0 {
			amount = clew.Units(30)
			t.Aggregate = &clew.Aggregate{Count: 3, Unit: clew.Units(10), First: 5, Last: 9}
		}
	}
	t.From = []clew.Leg{{Address: h.address(), Amount: amount}}
	t.To = []clew.Leg{{Address: h.address(), Amount: amount}}
	return t
}

// tokenStandard names the fungible tokens of an account chain other than EVM's.
func tokenStandard(chain clew.Chain) string {
	if chain.IsSolana() {
		return "token"
	}
	return "trc20"
}

// bitcoin spends up to three coins, or unknown ones, or issues new ones.
func (h *History) bitcoin(pos clew.Pos, tx clew.TxID) clew.Transfer {
	t := clew.Transfer{Pos: pos, Tx: tx, Asset: clew.NativeAsset(h.chain)}
	var sum uint64
	for range 1 + h.random.IntN(3) {
		if len(h.unspent) == 0 {
			break
		}
		i := h.random.IntN(len(h.unspent))
		c := h.unspent[i]
		h.unspent = append(h.unspent[:i], h.unspent[i+1:]...)
		leg := c.leg
		leg.Spends = &c.output
		n, _ := leg.Amount.Uint64()
		sum += n
		t.From = append(t.From, leg)
	}
	if h.random.IntN(6) == 0 {
		unknown := clew.Output{Tx: h.newTx(), Index: 3}
		t.From = append(t.From, clew.Leg{Unknown: true, Spends: &unknown})
		sum += h.random.Uint64N(1000)
	}
	if len(t.From) == 0 {
		sum = 5000
		t.From = []clew.Leg{{Amount: clew.Units(sum)}}
	}
	for n := 1 + h.random.IntN(3); n > 0; n-- {
		part := sum
		if n > 1 {
			part = h.random.Uint64N(sum + 1)
		}
		sum -= part
		leg := clew.Leg{Address: h.address(), Amount: clew.Units(part)}
		if !leg.Address.IsZero() {
			h.unspent = append(h.unspent, coin{clew.Output{Tx: tx, Index: uint32(len(t.To))}, leg})
		}
		t.To = append(t.To, leg)
	}
	return t
}
