package bitcoin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"

	"clew"
)

// undoSum is the length of the checksum behind each record of an undo file.
const undoSum = sha256.Size

// DecodeUndo decodes a block's raw bytes with what its inputs spend from a
// node's undo file (rev*.dat), as [FileChain.ReadUndo] gives it: a record and
// its checksum, which also covers the hash of the block's parent.
func (d *Decoder) DecodeUndo(ctx context.Context, raw, undo []byte, height uint64) (*Block, error) {
	c := &d.contents
	if err := c.parse(raw, &d.params, d.Witness); err != nil {
		return nil, fmt.Errorf("block %d: %w", height, err)
	}
	if !undoOf(undo, c.header.Parent) {
		return nil, fmt.Errorf("block %d: the undo record is of another block, or damaged", height)
	}
	if err := c.readUndo(undo[:len(undo)-undoSum], d.params.Chain); err != nil {
		return nil, fmt.Errorf("block %d: undo record: %w", height, err)
	}
	d.work.fees = d.work.fees[:0]
	return d.assemble(ctx, height, nil)
}

// undoOf reports whether a record with its checksum is of a block that follows
// parent.
func undoOf(undo []byte, parent clew.TxID) bool {
	if len(undo) < 1+undoSum {
		return false
	}
	data, sum := undo[:len(undo)-undoSum], undo[len(undo)-undoSum:]
	before := reversed(parent[:])
	h := sha256.New()
	h.Write(before[:])
	h.Write(data)
	got := sha256.Sum256(h.Sum(nil))
	return bytes.Equal(got[:], sum)
}

// readUndo says what the inputs spend: for each transaction but the first, how
// many inputs, and for each what its output held.
func (c *contents) readUndo(undo []byte, chain clew.Chain) error {
	r := cursor{b: undo}
	if n := r.count(1); r.err == nil && n != len(c.txs)-1 {
		return fmt.Errorf("%d transactions, where the block has %d", n, len(c.txs)-1)
	}
	at := c.txs[0].ins
	for i := 1; i < len(c.txs) && r.err == nil; i++ {
		if n := r.count(3); r.err == nil && n != c.txs[i].ins-at {
			return fmt.Errorf("transaction %d: %d inputs, where the block has %d", i, n, c.txs[i].ins-at)
		}
		for ; at < c.txs[i].ins && r.err == nil; at++ {
			if r.shortest()>>1 > 0 { // the height, and whether it was issued
				r.shortest() // a version, once
			}
			c.ins[at].coin = r.coin(chain)
		}
	}
	if r.err == nil && r.at != len(undo) {
		return fmt.Errorf("%d bytes follow it", len(undo)-r.at)
	}
	return r.err
}

// shortest reads a number in the form that nodes store: seven bits a byte, the
// high ones first, with one added at each step so that no number has two forms.
func (r *cursor) shortest() uint64 {
	var n uint64
	for range 10 {
		b := r.take(1)
		switch {
		case b == nil:
			return 0
		case n > 1<<57-1:
			r.err = errors.New("a number of more than 64 bits")
			return 0
		}
		if n = n<<7 | uint64(b[0]&0x7f); b[0]&0x80 == 0 {
			return n
		}
		n++ // to 2^64 at most after ten bytes, and none is read then
	}
	r.err = errors.New("a number of more than 64 bits")
	return 0
}

// coin reads an output in the short form in which nodes store it.
func (r *cursor) coin(chain clew.Chain) Coin {
	amount := fullAmount(r.shortest())
	script := r.storedScript()
	if r.err != nil {
		return Coin{}
	}
	address, _ := AddressOf(chain, script)
	return Coin{Address: address, Amount: amount, Known: true}
}

// fullAmount undoes the short form of amounts: the zeros at the end are counted,
// and the last digit before them is never 0.
func fullAmount(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	n--
	zeros := n % 10
	n /= 10
	if zeros < 9 {
		n = n/9*10 + n%9 + 1
	} else {
		n++
	}
	for range zeros {
		if n > (1<<63)/10 {
			return 1<<64 - 1 // more than there can be, and refused as that
		}
		n *= 10
	}
	return n
}

// storedScript reads a script in short form: six usual kinds have a number, and
// others follow their length and six.
func (r *cursor) storedScript() []byte {
	switch kind := r.shortest(); kind {
	case 0:
		return joined([]byte{opDup, opHash160, 20}, r.take(20), []byte{opEqualVerify, opCheckSig})
	case 1:
		return joined([]byte{opHash160, 20}, r.take(20), []byte{opEqual})
	case 2, 3:
		return joined([]byte{33, byte(kind)}, r.take(32), []byte{opCheckSig})
	case 4, 5:
		x := r.take(32)
		if r.err != nil {
			return nil
		}
		y, ok := otherHalf(x, kind == 5)
		if !ok {
			r.err = errors.New("a key that is no point of the curve")
		}
		return joined([]byte{65, 4}, x, y[:], []byte{opCheckSig})
	default:
		if r.err == nil && kind-6 > uint64(len(r.b)-r.at) {
			r.err = errEnds
		}
		if r.err != nil {
			return nil
		}
		return r.take(int(kind - 6))
	}
}

func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// otherHalf returns the y of the point of the curve y² = x³ + 7 with an x, the
// odd or the even one; false if there is no such point.
func otherHalf(x []byte, odd bool) (y [32]byte, ok bool) {
	p := new(big.Int).Lsh(big.NewInt(1), 256)
	p.Sub(p, new(big.Int).SetUint64(1<<32+977))
	n := new(big.Int).SetBytes(x)
	if n.Cmp(p) >= 0 {
		return y, false
	}
	square := new(big.Int).Exp(n, big.NewInt(3), p)
	square.Add(square, big.NewInt(7)).Mod(square, p)
	root := new(big.Int).ModSqrt(square, p)
	if root == nil {
		return y, false
	}
	if (root.Bit(0) == 1) != odd {
		root.Sub(p, root)
	}
	root.FillBytes(y[:])
	return y, true
}
