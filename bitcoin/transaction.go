package bitcoin

import (
	"errors"
	"fmt"
	"slices"

	"clew"
)

// A Transaction is one by itself, out of its block.
type Transaction struct {
	ID     clew.TxID
	Bare   []byte        // its bytes without witnesses, whose hash ID is
	Spends []clew.Output // what its inputs name; one that issues coins spends nothing
	Pays   []Coin        // what its outputs hold
	Issues bool
	Height uint64 // the number that the script of one that issues coins begins with; 0: none
}

// Transaction reads the raw bytes of one transaction, with or without witnesses.
// Whether it is in a block is another question.
func (d *Decoder) Transaction(raw []byte) (*Transaction, error) {
	c := &d.contents
	if len(raw) > MaxBlock {
		return nil, fmt.Errorf("a transaction of %d bytes", len(raw))
	}
	c.txs, c.ins, c.outs, c.ids, c.issue, c.lone = c.txs[:0], c.ins[:0], c.outs[:0], c.ids[:0], nil, true
	r := cursor{b: raw}
	c.tx(&r, &d.params, false)
	switch {
	case r.err != nil:
		return nil, fmt.Errorf("transaction: %w", r.err)
	case r.at != len(raw):
		return nil, fmt.Errorf("transaction: %d bytes follow it", len(raw)-r.at)
	}
	t := &Transaction{ID: c.txs[0].id, Bare: slices.Clone(c.scratch)}
	for i := range c.ins {
		if spends := c.ins[i].spends; spends.Tx.IsZero() && spends.Index == nullIndex {
			t.Issues = true
			t.Height, _ = c.namedHeight()
		} else {
			t.Spends = append(t.Spends, spends)
		}
	}
	for _, out := range c.outs {
		address, _ := AddressOf(d.params.Chain, out.script)
		t.Pays = append(t.Pays, Coin{Address: address, Amount: out.value, Known: true})
	}
	return t, nil
}

// Transfer returns the transfer that a transaction is, without its place and time.
// Coins are what its inputs spend, in their order; those that are not known make
// unknown legs.
func (d *Decoder) Transfer(t *Transaction, coins []Coin) (clew.Transfer, error) {
	if len(coins) != len(t.Spends) {
		panic("bitcoin: as many coins as a transaction spends outputs")
	}
	side := payment{coins: t.Pays, spends: make([]clew.Output, len(coins)), issues: t.Issues}
	for i := range coins {
		side.ins = append(side.ins, input{t.Spends[i], coins[i]})
	}
	var missed Missing
	legs, _, err := side.legs(nil, d.params.MaxMoney, &missed)
	if err != nil {
		return clew.Transfer{}, fmt.Errorf("transaction %s: %w", t.ID, err)
	}
	split := max(1, len(coins))
	return clew.Transfer{Tx: t.ID, Asset: d.asset, From: legs[:split:split], To: legs[split:]}, nil
}

// Parts are a block taken apart. They share memory with its bytes.
type Parts struct {
	Header []byte
	IDs    []clew.TxID
	Raw    [][]byte // the transactions, in the order of the chain
}

// Parts takes a raw block apart, after it was seen that its header names its
// transactions.
func (d *Decoder) Parts(raw []byte) (*Parts, error) {
	if err := d.contents.parse(raw, &d.params, false); err != nil {
		return nil, err
	}
	p := &Parts{Header: raw[:headerSize:headerSize]}
	for i := range d.contents.txs {
		p.IDs = append(p.IDs, d.contents.txs[i].id)
		p.Raw = append(p.Raw, d.contents.txs[i].raw)
	}
	return p, nil
}

// Header reads the 80 bytes of a header, and returns the block's name. That the
// hash meets the header's own target, and the target is none that the chain does
// not allow, is checked; of chains whose work is another function, the target
// alone. See [Params.HashWork].
func (d *Decoder) Header(raw []byte) (h Header, hash clew.TxID, err error) {
	if len(raw) != headerSize {
		return h, hash, errors.New("a header has 80 bytes")
	}
	h = parseHeader(raw)
	hash = h.hash()
	return h, hash, d.params.checkWork(&h, hash)
}

// NamesHeight reports whether every coinbase at a height names it.
func (p *Params) NamesHeight(height uint64) bool { return p.named > 0 && height >= p.named }

// HashWork reports whether a block's name is the proof of its work.
func (p *Params) HashWork() bool { return p.hashWork }

// Work returns how many hashes a header with such a target takes on average.
func (h *Header) Work() clew.Amount {
	hi, lo := work(h.Bits)
	return clew.AmountOf([4]uint64{lo, hi})
}

// Params returns what is known of the decoder's chain.
func (d *Decoder) Params() Params { return d.params }

// Pair returns the hash over two hashes in a block's tree, each as it is printed.
func Pair(left, right clew.TxID) clew.TxID {
	var pair [64]byte
	l, r := reversed(left[:]), reversed(right[:])
	copy(pair[:32], l[:])
	copy(pair[32:], r[:])
	sum := double(pair[:])
	return reversed(sum[:])
}
