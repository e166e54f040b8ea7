package evm

import (
	"bytes"
	"errors"
	"fmt"

	"clew"
	"clew/internal/jsonscan"
)

// Bounds of what a node may answer for one block.
const (
	MaxBlockAnswer    = 64 << 20  // bytes of a block with its transactions
	MaxReceiptsAnswer = 512 << 20 // bytes of its receipts, or logs
	MaxTraceAnswer    = 1 << 30   // bytes of its traces
	MaxFrames         = 2 << 20   // frames that are kept of a block
	MaxDepth          = 1025 + 7  // calls in each other: what the machine allows, and a margin
	maxPaths          = 64 << 20  // numbers in all places of frames together
	maxHeight         = 1 << 48
)

// ErrContradiction says that a node's answers for one block do not fit each
// other. A reorganisation between the calls does that, so asking for all of
// them again is right; a node that keeps doing it is broken.
var ErrContradiction = errors.New("the node's answers are not of one block")

// ErrNotWhole says that a node leaves out some of what a block holds.
var ErrNotWhole = errors.New("the node's answer leaves something out")

// ErrUnread says that a node's answer is not what it should be. A node that
// gives it again has a block that is not understood here.
var ErrUnread = errors.New("the node's answer cannot be read")

// ErrHash says that a header hashes to another name than the node gives it. It
// comes with [ErrUnread].
var ErrHash = errors.New("the node lies about a block's hash")

// An answer reads what a node answers about one block.
type answer struct {
	*jsonscan.Scanner
	chain clew.Chain
	block *Block
}

// read lets take read a result, which is one JSON value and not null, into b.
// How a result is bounded is its caller's business; one in memory cannot make
// more than a fixed multiple of its size.
func read(what string, chain clew.Chain, result []byte, b *Block, take func(*answer)) error {
	if text := bytes.TrimSpace(result); len(text) == 0 || string(text) == "null" {
		return fmt.Errorf("%s: %w", what, clew.ErrNotFound)
	}
	a := &answer{Scanner: jsonscan.Bytes(result), chain: chain, block: b}
	take(a)
	if a.Err == nil {
		a.Finish()
	}
	switch {
	case a.Err == nil:
		return nil
	case errors.Is(a.Err, ErrContradiction) || errors.Is(a.Err, ErrNotWhole):
		return fmt.Errorf("%s: %w", what, a.Err)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrUnread, a.Err)
}

// address takes an address; nobody for null.
func (a *answer) address() (address clew.Address) {
	var key [20]byte
	if a.Fixed(key[:]) {
		address.SetEVM(a.chain, &key)
	}
	return address
}

// id takes a hash; none for null.
func (a *answer) id() (id clew.TxID) {
	a.Fixed(id[:])
	return id
}

// amount takes a quantity; 0 for null.
func (a *answer) amount() clew.Amount {
	if a.Null() {
		return clew.Amount{}
	}
	return clew.AmountOf(a.Quantity())
}

// index takes the place of a transaction or a log.
func (a *answer) index() uint32 {
	n := a.Count()
	if n >= blockIndex {
		a.Fail(fmt.Errorf("place %d in a block", n))
	}
	return uint32(n)
}

// ofBlock takes the hash of the block that something says it is of.
func (a *answer) ofBlock(what string) {
	id := a.id()
	switch b := a.block; {
	case a.Err != nil || id.IsZero() || id == b.Hash:
	case b.Hash.IsZero():
		b.Hash = id
	default:
		a.Fail(fmt.Errorf("%w: a %s is of block %s, and the block is %s", ErrContradiction, what, id, b.Hash))
	}
}

// ofTx holds the name of a transaction against what the block has at its place,
// if the block has been read.
func (a *answer) ofTx(what string, index uint32, id clew.TxID) {
	b := a.block
	if a.Err != nil || !b.HasHead {
		return
	}
	switch {
	case int(index) >= len(b.Txs):
		a.Fail(fmt.Errorf("%w: a %s is of transaction %d, and the block has %d", ErrContradiction, what, index, len(b.Txs)))
	case !id.IsZero() && id != b.Txs[index].ID:
		a.Fail(fmt.Errorf("%w: a %s names transaction %s, and at its place, %d, is %s", ErrContradiction, what, id, index, b.Txs[index].ID))
	}
}

// ReadBlock reads the result of eth_getBlockByNumber or eth_getBlockByHash, with
// whole transactions, into b, which it empties. Receipts and frames are read
// into the same b afterwards. [clew.ErrNotFound] says that the result is null.
//
// Where the header's fields are all there and known, the block's hash is held
// against them: b.Proved. A hash that does not fit is an error if headers with
// these fields were seen to fit on the chain; else, and beside fields that are not
// known here, it stays unproved, for the chain may hash more.
func ReadBlock(chain clew.Chain, result []byte, b *Block) error {
	b.Reset()
	return read("block", chain, result, b, (*answer).wholeBlock)
}

func (a *answer) wholeBlock() {
	b := a.block
	h := header{buf: make([]byte, 0, 1024)}
	a.Object(func(name []byte) {
		switch {
		case h.field(a.Scanner, name):
		case string(name) == "hash":
			b.Hash = a.id()
		case string(name) == "transactions":
			b.Txs = b.Txs[:0]
			a.Array(func() { a.transaction(&b.Txs) })
		case string(name) == "withdrawals" && !a.Null():
			b.Credits = b.Credits[:0]
			a.Array(a.withdrawal)
		default:
			a.Skip()
		}
	})
	if a.Err == nil {
		a.head(&h)
	}
}

// head takes over what a header says.
func (a *answer) head(h *header) {
	b := a.block
	height, fits := h.number(numberField).Uint64()
	time, timeFits := h.number(timeField).Uint64()
	switch {
	case h.items[numberField] == nil || !fits || height > maxHeight || b.Hash.IsZero():
		a.Fail(errors.New("it has no number or no hash: is it one that is still being made?"))
		return
	case h.items[timeField] == nil || !timeFits || time > 1<<40:
		a.Fail(errors.New("it has no time"))
		return
	}
	b.Height, b.Time, b.HasHead = height, clew.Time(time), true
	copy(b.Parent[:], h.value(parentField))
	if key := h.value(minerField); key != nil {
		b.Miner = clew.EVMAddress(a.chain, [20]byte(key))
	}
	b.BaseFee = h.number(baseFeeField)
	for i := range b.Txs {
		if b.Txs[i].Index != uint32(i) {
			a.Fail(fmt.Errorf("transaction %d says that it is at %d", i, b.Txs[i].Index))
			return
		}
	}
	b.Mined = a.chain == clew.Ethereum && !h.number(difficultyField).IsZero() && height > 0
	f := formOf(a.chain)
	b.proof = h.proof(&f, height, b.Hash)
	if b.Proved = b.proof == proved; b.proof == disproved {
		hash, _, _ := h.hash(&f)
		a.Fail(fmt.Errorf("%w: the header of block %d hashes to %s, and it calls it %s", ErrHash, height, hash, b.Hash))
	}
}

// transaction takes a transaction.
func (a *answer) transaction(into *[]Tx) {
	if a.Next() == '"' {
		a.Fail(errors.New("it holds names of transactions, and whole ones are wanted"))
		return
	}
	var t Tx
	kind := uint64(0)
	a.Expect('{')
	for name, more := a.Field(true); more; name, more = a.Field(false) {
		if string(name) == "type" && !a.Null() {
			kind = a.Count()
		} else {
			a.txField(&t, name)
		}
	}
	if a.Err == nil && (t.ID.IsZero() || t.From.IsZero()) {
		a.Fail(fmt.Errorf("transaction %d has no name or no sender", len(*into)))
	}
	if a.chain == clew.Arbitrum && kind == arbitrumDeposit {
		t.Minted = t.Value
	}
	*into = append(*into, t)
}

// arbitrumDeposit is the type of transactions that make their value for their
// sender before they pay it (OffchainLabs/nitro, arbos/tx_processor.go,
// StartTxHook).
const arbitrumDeposit = 0x64

// txField takes a field of a transaction. That of the block's hash is skipped,
// for it may come before the block's own.
func (a *answer) txField(t *Tx, name []byte) {
	switch string(name) {
	case "hash":
		t.ID = a.id()
	case "transactionIndex":
		t.Index = a.index()
	case "from":
		t.From = a.address()
	case "to":
		t.To = a.address()
	case "value":
		t.Value = a.amount()
	case "nonce":
		t.Nonce, t.HasNonce = a.Count(), true
	case "gasPrice":
		t.GasPrice = a.amount()
	case "input":
		t.Text = a.paymentText()
	case "mint":
		t.Minted = a.amount()
	default:
		a.Skip()
	}
}

// paymentText takes the input of a transaction, and returns it if it is text.
func (a *answer) paymentText() string {
	if a.Next() != '"' {
		a.Skip()
		return ""
	}
	digits := a.Text()
	if len(digits) < 2 || len(digits) > 2+2*clew.MaxActDetail {
		return ""
	}
	var raw [clew.MaxActDetail]byte
	input, ok := jsonscan.AppendHex(raw[:0], digits[2:])
	if !ok || !PaymentText(input) {
		return ""
	}
	return string(input)
}

// gwei is how many of the smallest unit a validator's withdrawal counts by.
var gwei = clew.Units(1_000_000_000)

// withdrawal takes a validator's withdrawal, which is in Gwei (EIP-4895).
func (a *answer) withdrawal() {
	var c Credit
	a.Expect('{')
	for name, more := a.Field(true); more; name, more = a.Field(false) {
		switch string(name) {
		case "address":
			c.To = a.address()
		case "amount":
			c.Amount = a.amount()
		default:
			a.Skip()
		}
	}
	wei, fits := c.Amount.MulDiv(gwei, clew.Units(1))
	if a.Err == nil && (!fits || c.To.IsZero()) {
		a.Fail(errors.New("a withdrawal to nobody, or of more than 256 bits"))
	}
	a.block.Credits = append(a.block.Credits, Credit{c.To, wei})
}
