package bitcoin

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"clew"
)

// Bounds of what is decoded.
const (
	// MaxBlock is the most bytes that a block has: each weighs one unit at
	// least, and a block at most four million.
	MaxBlock = 4_000_000

	inputBytes  = 41 // of the smallest input
	outputBytes = 9  // of the smallest output
	txBytes     = 60 // of the smallest transaction: 10, an input and an output
)

// contents is a block taken apart, with what its own bytes say. Scripts share
// memory with those bytes.
type contents struct {
	header Header
	hash   clew.TxID
	txs    []tx
	ins    []input
	outs   []output

	lone     bool       // a transaction is read by itself, and may be any of its block
	sequence uint32     // the lowest of the transaction under way
	ids      [][32]byte // of the transactions, in the order of their bytes
	wtxids   [][32]byte // of the transactions with witnesses, if wanted
	issue    []byte     // the coinbase's script
	reserved []byte     // the coinbase's witness
	scratch  []byte
}

// A tx is one transaction; its inputs begin where those of the one before end.
type tx struct {
	id        clew.TxID
	ins, outs int // where its inputs and outputs end
	raw       []byte
	witness   bool
	form      Form
}

// An input is an output spent, and what is known of that output.
type input struct {
	spends clew.Output
	coin   Coin
}

type output struct {
	value  uint64
	script []byte
}

// nullOutput is what a coinbase's input names.
const nullIndex = 1<<32 - 1

// parse takes a raw block apart and checks that its transactions are those that
// its header commits to. It keeps raw.
func (c *contents) parse(raw []byte, p *Params, witness bool) error {
	c.txs, c.ins, c.outs, c.ids, c.wtxids, c.issue, c.reserved = c.txs[:0], c.ins[:0], c.outs[:0], c.ids[:0], c.wtxids[:0], nil, nil
	c.lone = false
	if len(raw) < headerSize || len(raw) > MaxBlock {
		return fmt.Errorf("%d bytes, where a block has %d to %d", len(raw), headerSize, MaxBlock)
	}
	c.header = parseHeader(raw)
	sum := double(raw[:headerSize])
	c.hash = reversed(sum[:])
	if err := p.checkWork(&c.header, c.hash); err != nil {
		return err
	}
	r := cursor{b: raw, at: headerSize}
	count := r.count(txBytes)
	for i := 0; i < count && r.err == nil; i++ {
		c.tx(&r, p, witness)
		if r.err != nil {
			return fmt.Errorf("transaction %d: %w", i, r.err)
		}
	}
	switch {
	case r.err != nil:
		return r.err
	case count == 0:
		return errors.New("it has no transactions")
	case r.at != len(raw):
		return fmt.Errorf("%d bytes follow its last transaction", len(raw)-r.at)
	}
	if err := c.checkRoot(); err != nil || !witness {
		return err
	}
	return c.checkWitness()
}

func (c *contents) checkRoot() error {
	root, doubled := merkleRoot(c.ids)
	switch {
	case reversed(root[:]) != c.header.Merkle:
		return errors.New("its transactions are not those that its header names: the merkle root differs")
	case doubled:
		return errors.New("transactions stand in it twice, which its merkle root cannot tell: it was altered on its way")
	}
	return nil
}

// tx reads one transaction.
func (c *contents) tx(r *cursor, p *Params, witness bool) {
	start, inStart, outStart := r.at, len(c.ins), len(c.outs)
	r.take(4)
	body := r.at
	marked := r.peek() == 0
	if marked {
		r.take(1)
		if flag := r.take(1); r.err == nil && flag[0] != 1 {
			r.err = fmt.Errorf("it has the extension %#02x, which is not understood", flag[0])
		}
		body = r.at
	}
	c.sequence = 1<<32 - 1
	for n := r.count(inputBytes); n > 0 && r.err == nil; n-- {
		c.input(r)
	}
	for n := r.count(outputBytes); n > 0 && r.err == nil; n-- {
		c.output(r, p)
	}
	end := r.at
	if marked {
		c.witnesses(r, len(c.ins)-inStart)
	}
	lock := r.take(4)
	if r.err != nil {
		return
	}
	if r.err = c.checkTx(inStart, outStart); r.err != nil {
		return
	}
	id := c.name(r.b[start:start+4], r.b[body:end], lock)
	c.ids = append(c.ids, id)
	c.txs = append(c.txs, tx{id: reversed(id[:]), ins: len(c.ins), outs: len(c.outs), raw: r.b[start:r.at:r.at], witness: marked, form: formOf(r.b[start:start+4], c.sequence, lock)})
	if witness {
		c.nameWitness(id, r.b[start:r.at], marked)
	}
}

// name returns a transaction's name, which leaves its witnesses out.
func (c *contents) name(version, body, lock []byte) [32]byte {
	c.scratch = append(append(append(c.scratch[:0], version...), body...), lock...)
	sum := sha256.Sum256(c.scratch)
	return sha256.Sum256(sum[:])
}

// nameWitness notes a transaction's name with its witnesses; the coinbase's is
// zero, for it holds the commitment to the others.
func (c *contents) nameWitness(id [32]byte, whole []byte, marked bool) {
	switch {
	case len(c.wtxids) == 0:
		id = [32]byte{}
	case marked:
		id = double(whole)
	}
	c.wtxids = append(c.wtxids, id)
}

func (c *contents) input(r *cursor) {
	hash, index := r.take(32), r.uint32()
	script := r.script()
	c.sequence = min(c.sequence, r.uint32())
	if len(c.txs) == 0 {
		c.issue = script
	}
	if r.err == nil {
		c.ins = append(c.ins, input{spends: clew.Output{Tx: reversed(hash), Index: index}})
	}
}

func (c *contents) output(r *cursor, p *Params) {
	value := r.take(8)
	script := r.script()
	if r.err != nil {
		return
	}
	out := output{binary.LittleEndian.Uint64(value), script}
	if out.value > p.MaxMoney {
		r.err = fmt.Errorf("an output of %d units, more than there can be", out.value)
		return
	}
	c.outs = append(c.outs, out)
}

// witnesses steps over the witnesses of so many inputs.
func (c *contents) witnesses(r *cursor, inputs int) {
	any := false
	for range inputs {
		n := r.count(1)
		any = any || n > 0
		for i := 0; i < n && r.err == nil; i++ {
			item := r.script()
			if len(c.txs) == 0 && i == 0 {
				c.reserved = slices.Clone(item)
			}
		}
	}
	if !any && r.err == nil {
		r.err = errors.New("it says that it has witnesses, and has none")
	}
}

// checkTx holds the last transaction against what a block's must be: the first
// one, and no other, issues coins.
func (c *contents) checkTx(inStart, outStart int) error {
	ins := c.ins[inStart:]
	if len(ins) == 0 || len(c.outs) == outStart {
		return errors.New("it has no inputs or no outputs")
	}
	issues := false
	for i := range ins {
		issues = issues || ins[i].spends.Tx.IsZero() && ins[i].spends.Index == nullIndex
	}
	first := len(c.txs) == 0 && !c.lone || c.lone && issues
	if issues != first || first && len(ins) != 1 {
		return errors.New("the first transaction of a block, and no other, issues coins by its one input")
	}
	return nil
}

// A cursor reads bytes in order and remembers the first failure.
type cursor struct {
	b   []byte
	at  int
	err error
}

var errEnds = errors.New("it ends too early")

// take returns the next n bytes, and nothing if they are not there.
func (r *cursor) take(n int) []byte {
	if r.err == nil && n <= len(r.b)-r.at {
		r.at += n
		return r.b[r.at-n : r.at : r.at]
	}
	if r.err == nil {
		r.err = errEnds
	}
	return nil
}

// peek returns the next byte; 1 at the end.
func (r *cursor) peek() byte {
	if r.err != nil || r.at >= len(r.b) {
		return 1
	}
	return r.b[r.at]
}

func (r *cursor) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// size reads a number in the chain's variable form, which must be the shortest.
func (r *cursor) size() uint64 {
	head := r.take(1)
	if head == nil {
		return 0
	}
	var n, least uint64
	switch head[0] {
	case 0xfd:
		if b := r.take(2); b != nil {
			n, least = uint64(binary.LittleEndian.Uint16(b)), 0xfd
		}
	case 0xfe:
		if b := r.take(4); b != nil {
			n, least = uint64(binary.LittleEndian.Uint32(b)), 1<<16
		}
	case 0xff:
		if b := r.take(8); b != nil {
			n, least = binary.LittleEndian.Uint64(b), 1<<32
		}
	default:
		return uint64(head[0])
	}
	if r.err == nil && n < least {
		r.err = fmt.Errorf("the number %d is not in its shortest form", n)
	}
	return n
}

// count reads how many things of at least so many bytes follow; what cannot
// follow is an error, so that no count asks for more memory than was sent.
func (r *cursor) count(bytes int) int {
	n := r.size()
	if r.err == nil && n > uint64((len(r.b)-r.at)/bytes) {
		r.err = fmt.Errorf("it names %d parts, and ends before them", n)
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

// script reads a length and so many bytes.
func (r *cursor) script() []byte { return r.take(r.count(1)) }
