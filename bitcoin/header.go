package bitcoin

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"clew"
)

// headerSize is the length of every block's header.
const headerSize = 80

// A Header is what a block says of itself before its transactions.
type Header struct {
	Version int32
	Parent  clew.TxID // zero for the first block
	Merkle  clew.TxID // what the transactions' names add up to
	Time    uint32    // seconds since 1970
	Bits    uint32    // the target, in short form
	Nonce   uint32
}

// parseHeader reads the first 80 bytes of raw, which must be there.
func parseHeader(raw []byte) Header {
	return Header{
		Version: int32(binary.LittleEndian.Uint32(raw)),
		Parent:  reversed(raw[4:36]),
		Merkle:  reversed(raw[36:68]),
		Time:    binary.LittleEndian.Uint32(raw[68:]),
		Bits:    binary.LittleEndian.Uint32(raw[72:]),
		Nonce:   binary.LittleEndian.Uint32(raw[76:]),
	}
}

// append writes the header's 80 bytes.
func (h *Header) append(raw []byte) []byte {
	parent, merkle := reversed(h.Parent[:]), reversed(h.Merkle[:])
	raw = binary.LittleEndian.AppendUint32(raw, uint32(h.Version))
	raw = append(append(raw, parent[:]...), merkle[:]...)
	raw = binary.LittleEndian.AppendUint32(raw, h.Time)
	raw = binary.LittleEndian.AppendUint32(raw, h.Bits)
	return binary.LittleEndian.AppendUint32(raw, h.Nonce)
}

// hash returns the block's name.
func (h *Header) hash() clew.TxID {
	sum := double(h.append(make([]byte, 0, headerSize)))
	return reversed(sum[:])
}

// double is the SHA-256 of the SHA-256, by which Bitcoin names everything.
func double(b []byte) [32]byte {
	sum := sha256.Sum256(b)
	return sha256.Sum256(sum[:])
}

// reversed turns 32 bytes round: hashes are printed last byte first.
func reversed(b []byte) (id clew.TxID) {
	binary.BigEndian.PutUint64(id[0:], binary.LittleEndian.Uint64(b[24:]))
	binary.BigEndian.PutUint64(id[8:], binary.LittleEndian.Uint64(b[16:]))
	binary.BigEndian.PutUint64(id[16:], binary.LittleEndian.Uint64(b[8:]))
	binary.BigEndian.PutUint64(id[24:], binary.LittleEndian.Uint64(b[0:]))
	return id
}

// target returns the 256-bit number, big-endian, that a short form stands for;
// false if it stands for none: it is negative, zero or too large.
func target(bits uint32) (t [32]byte, ok bool) {
	size, mantissa := int(bits>>24), bits&0x7fffff
	if bits&0x800000 != 0 || mantissa == 0 || size > 34 {
		return t, false
	}
	for i := range 3 {
		at, b := size-1-i, byte(mantissa>>(16-8*i)) // at: place from the low end
		switch {
		case at >= 32 && b != 0:
			return t, false
		case at >= 0 && at < 32:
			t[31-at] = b
		}
	}
	return t, t != [32]byte{}
}

// checkWork reports why a header cannot be of the chain: its target is easier
// than the chain allows, or its hash does not meet it. On chains whose proof of
// work is another function, the target alone is checked.
func (p *Params) checkWork(h *Header, hash clew.TxID) error {
	goal, ok := target(h.Bits)
	limit, _ := target(p.powLimit)
	switch {
	case !ok || bytes.Compare(goal[:], limit[:]) > 0:
		return fmt.Errorf("its target %#08x is none of %s", h.Bits, p.Chain.Name())
	case p.hashWork && bytes.Compare(hash[:], goal[:]) > 0:
		return errors.New("its hash does not meet its own target: the header is altered or made up")
	}
	return nil
}

// work returns how many hashes a block with such a target takes on average, in
// two words, the high one first.
func work(bits uint32) (hi, lo uint64) {
	goal, ok := target(bits)
	if !ok {
		return 0, 0
	}
	n := new(big.Int).SetBytes(goal[:])
	n.Div(new(big.Int).Lsh(big.NewInt(1), 256), n.Add(n, big.NewInt(1)))
	if n.BitLen() > 128 {
		return 1<<64 - 1, 1<<64 - 1
	}
	var b [16]byte
	n.FillBytes(b[:])
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
}

// merkleRoot returns the root of a tree of hashes, in the order of their bytes,
// and overwrites them. doubled says that two neighbours are the same: the same
// root then also belongs to a list in which they stand once (CVE-2012-2459), so
// such a list proves nothing.
func merkleRoot(hashes [][32]byte) (root [32]byte, doubled bool) {
	var pair [64]byte
	for len(hashes) > 1 {
		for i := 0; i+1 < len(hashes); i += 2 {
			doubled = doubled || hashes[i] == hashes[i+1]
		}
		if len(hashes)%2 == 1 {
			hashes = append(hashes, hashes[len(hashes)-1])
		}
		for i := 0; i < len(hashes); i += 2 {
			copy(pair[:32], hashes[i][:])
			copy(pair[32:], hashes[i+1][:])
			hashes[i/2] = double(pair[:])
		}
		hashes = hashes[:len(hashes)/2]
	}
	if len(hashes) == 0 {
		return root, false
	}
	return hashes[0], doubled
}

// commitmentMark begins the coinbase output that commits to witnesses: data of
// 36 bytes, of which these are the first four.
var commitmentMark = []byte{opReturn, 0x24, 0xaa, 0x21, 0xa9, 0xed}

// checkWitness compares the witnesses with the commitment in the coinbase, as
// BIP 141 says. A block without witnesses needs none.
func (c *contents) checkWitness() error {
	last := -1
	outs := c.outs[:c.txs[0].outs]
	for i, out := range outs {
		if len(out.script) >= 38 && bytes.HasPrefix(out.script, commitmentMark) {
			last = i
		}
	}
	if last < 0 {
		if slices.ContainsFunc(c.txs, func(t tx) bool { return t.witness }) {
			return errors.New("it has witnesses and no commitment to them")
		}
		return nil
	}
	if len(c.reserved) != 32 {
		return errors.New("its coinbase does not hold the 32 bytes that the witness commitment needs")
	}
	root, _ := merkleRoot(c.wtxids)
	if sum := double(append(root[:], c.reserved...)); !bytes.Equal(sum[:], outs[last].script[6:38]) {
		return errors.New("its witnesses are not those that its coinbase commits to")
	}
	return nil
}
