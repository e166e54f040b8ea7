package proof

import (
	"errors"
	"fmt"

	"clew"
	"clew/evm"
	"clew/internal/rlp"
	"clew/proof/trie"
)

// Tries show a transaction of an EVM chain, and what it did, in a block: the
// nodes from the header's two roots to the transaction and to its receipt. The
// transaction says what it pays and is signed by its sender; the receipt says
// whether it succeeded and what contracts logged.
type Tries struct {
	Tx      []Bytes `json:"tx"`
	Receipt []Bytes `json:"receipt"`

	// Before leads to the receipt of the transaction before: receipts state the gas
	// that all used so far, so that the difference is what this one used. None for
	// the first.
	Before []Bytes `json:"before,omitempty"`

	// FirstLog is the number in the block of the transaction's first log, by the
	// node's word: only all receipts before would prove it.
	FirstLog uint32 `json:"firstLog"`
}

// Places in a header, and bounds of its length; see package evm.
const (
	minerItem    = 2
	txsItem      = 4
	receiptsItem = 5
	numberItem   = 8
	timeItem     = 11
	minHeader    = 15
	baseFeeItem  = 15
	maxHeader    = 32
)

// A head is what is used of a header.
type head struct {
	hash          clew.TxID
	miner         [20]byte
	txs, receipts [32]byte
	number, time  uint64
	baseFee       clew.Amount // 0 before there was one
}

// readHead reads an encoded header. Which later fields there are is the chain's
// business; all of them are hashed.
func readHead(raw []byte, chain clew.Chain) (h head, err error) {
	whole, err := rlp.Whole(raw)
	if err != nil {
		return h, fmt.Errorf("header: %w", err)
	}
	items, err := whole.Items(maxHeader)
	if err != nil {
		return h, fmt.Errorf("header: %w", err)
	}
	if len(items) < minHeader {
		return h, errors.New("header: it has fewer fields than every header")
	}
	h.hash = rlp.Keccak(raw)
	r := reader{}
	copy(h.miner[:], r.fixed(items[minerItem], 20))
	copy(h.txs[:], r.fixed(items[txsItem], 32))
	copy(h.receipts[:], r.fixed(items[receiptsItem], 32))
	h.number, h.time = r.count(items[numberItem]), r.count(items[timeItem])
	if len(items) > baseFeeItem && knowsFees(chain) {
		h.baseFee = r.amount(items[baseFeeItem])
	}
	if r.err == nil && h.time > 1<<40 {
		r.err = errors.New("it has no time")
	}
	if r.err != nil {
		return h, fmt.Errorf("header: %w", r.err)
	}
	return h, nil
}

// A reader reads items and remembers the first failure.
type reader struct{ err error }

func (r *reader) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) fixed(i rlp.Item, size int) []byte {
	b, err := i.Fixed(size)
	r.keep(err)
	return b
}

func (r *reader) count(i rlp.Item) uint64 {
	n, err := i.Count()
	r.keep(err)
	return n
}

func (r *reader) amount(i rlp.Item) clew.Amount {
	n, err := i.Amount()
	r.keep(err)
	return n
}

// knowsFees reports whether what a transaction pays for its execution is all in
// what is hashed, and who takes it: on Ethereum, and on a development node's own
// chain. Others charge for the chain below, or share fees out by rules of their
// own.
func knowsFees(chain clew.Chain) bool { return chain == clew.Ethereum || chain == "eip155:1337" }

// showEVM holds header, tries, transaction and receipt against each other.
func (p *Proof) showEVM() (*Shown, error) {
	h, err := readHead(p.Header, p.Chain)
	if err != nil {
		return nil, err
	}
	switch {
	case h.hash != p.Block:
		return nil, fmt.Errorf("its header hashes to %s", h.hash)
	case h.number != p.Height:
		return nil, fmt.Errorf("the header is of block %d", h.number)
	}
	x, err := p.signedTx(&h)
	if err != nil {
		return nil, err
	}
	raw, err := p.under(h.receipts, p.Index, p.EVM.Receipt)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	r, err := readReceipt(raw)
	if err == nil && r.kind != x.kind {
		err = fmt.Errorf("it is of a transaction of type %d, and the transaction is of type %d", r.kind, x.kind)
	}
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	gas, known, err := p.gas(&h, r.gasSoFar)
	if err != nil {
		return nil, err
	}
	return p.decodeEVM(&h, x, r, gas, known)
}

// under returns what stands in a trie under the place of a transaction.
func (p *Proof) under(root [32]byte, place uint32, nodes []Bytes) ([]byte, error) {
	plain := make([][]byte, len(nodes))
	for i := range nodes {
		plain[i] = nodes[i]
	}
	return trie.Value(root, rlp.AppendCount(nil, uint64(place)), plain)
}

// signedTx returns the transaction, with the sender that its signature is of.
func (p *Proof) signedTx(h *head) (*signed, error) {
	raw, err := p.under(h.txs, p.Index, p.EVM.Tx)
	if err != nil {
		return nil, fmt.Errorf("transaction: %w", err)
	}
	if id := clew.TxID(rlp.Keccak(raw)); id != p.Tx {
		return nil, fmt.Errorf("at its place is transaction %s", id)
	}
	x, err := readSigned(raw)
	if err != nil {
		return nil, fmt.Errorf("transaction: %w", err)
	}
	if x.chain != "" && x.chain != p.Chain {
		return nil, fmt.Errorf("the transaction is signed for %s", x.chain)
	}
	return x, nil
}

// gas returns how much gas the transaction used, if that is shown.
func (p *Proof) gas(h *head, soFar uint64) (gas uint64, known bool, err error) {
	switch {
	case p.Index == 0 && len(p.EVM.Before) > 0:
		return 0, false, errors.New("there is no receipt before the first")
	case p.Index == 0:
		return soFar, true, nil
	case len(p.EVM.Before) == 0:
		return 0, false, nil
	}
	raw, err := p.under(h.receipts, p.Index-1, p.EVM.Before)
	if err != nil {
		return 0, false, fmt.Errorf("receipt before: %w", err)
	}
	before, err := readReceipt(raw)
	if err == nil && before.gasSoFar >= soFar {
		err = errors.New("it states no less gas than the one after it")
	}
	if err != nil {
		return 0, false, fmt.Errorf("receipt before: %w", err)
	}
	return soFar - before.gasSoFar, true, nil
}

// decodeEVM lets the chain's decoder say what the proved bytes move.
func (p *Proof) decodeEVM(h *head, x *signed, r *receipt, gas uint64, gasKnown bool) (*Shown, error) {
	c := claim{proof: p, tx: x, receipt: r}
	tx := evm.Tx{ID: p.Tx, Index: p.Index, From: clew.EVMAddress(p.Chain, x.from), Nonce: x.nonce, HasNonce: true, Value: x.value, Status: r.status}
	if x.to != nil {
		tx.To = clew.EVMAddress(p.Chain, *x.to)
	}
	if tx.Status == evm.StatusUnknown && gasKnown && gas < x.gas {
		tx.Status = evm.Succeeded // one that failed used all it had, before receipts said it
	}
	c.status = tx.Status
	if gasKnown && knowsFees(p.Chain) {
		price, err := x.price(h.baseFee)
		if err != nil {
			return nil, err
		}
		tx.HasGas, tx.GasUsed, tx.GasPrice, c.fees = true, gas, price, true
	}
	b := evm.Block{Height: h.number, Hash: h.hash, Time: clew.Time(h.time), Miner: clew.EVMAddress(p.Chain, h.miner), BaseFee: h.baseFee, HasHead: true, Txs: []evm.Tx{tx}}
	for i, l := range r.logs {
		l.Contract = clew.EVMAddress(p.Chain, r.contracts[i])
		l.Tx, l.Index, l.Log = p.Tx, p.Index, p.EVM.FirstLog+uint32(i)
		if l.Count > 0 && evm.Wanted(l.Topics[0]) {
			b.Logs = append(b.Logs, l)
		}
	}
	d := evm.NewDecoder(p.Chain, false)
	err := d.Decode(&b, func(t *clew.Transfer) error {
		own := *t
		own.From, own.To = []clew.Leg{t.From[0]}, []clew.Leg{t.To[0]}
		c.moved = append(c.moved, own)
		return nil
	})
	if err != nil {
		return nil, err
	}
	c.certain()
	return &Shown{Block: Seal{Height: h.number, Named: true, Hash: h.hash, Time: clew.Time(h.time)}, moved: c.moved, rest: c.rest}, nil
}
