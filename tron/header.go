package tron

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"clew"
)

// A header is what a block's hash is computed from.
type header struct {
	time      int64 // milliseconds since 1970-01-01 UTC
	root      []byte
	parent    []byte
	number    int64
	witnessID int64
	witness   []byte
	version   int64
	state     []byte
}

// read takes the object block_header.
func (h *header) read(s *scanner) {
	*h = header{root: h.root[:0], parent: h.parent[:0], witness: h.witness[:0], state: h.state[:0]}
	s.Object(func(name []byte) {
		if string(name) == "raw_data" {
			s.Object(func(name []byte) { h.field(s, name) })
			return
		}
		s.Skip()
	})
}

func (h *header) field(s *scanner, name []byte) {
	switch string(name) {
	case "timestamp":
		h.time = s.Integer(0, 1<<53)
	case "txTrieRoot":
		h.root = s.Hex(h.root[:0])
	case "parentHash":
		h.parent = s.Hex(h.parent[:0])
	case "number":
		h.number = s.Integer(0, 1<<40)
	case "witness_id":
		h.witnessID = s.amount()
	case "witness_address":
		h.witness = s.Hex(h.witness[:0])
	case "version":
		h.version = s.Integer(-1<<31, 1<<31-1)
	case "accountStateRoot":
		h.state = s.Hex(h.state[:0])
	default:
		s.Fail(fmt.Errorf("a header with %.40q, which its hash is not known to cover", name))
	}
}

// id returns the block's name: its number in eight bytes, then the last 24 bytes
// of the SHA-256 of the header as protobuf, in the order of the fields' numbers.
func (h *header) id() clew.TxID {
	b := make([]byte, 0, 256)
	b = appendNumber(b, 1, h.time)
	b = appendBytes(b, 2, h.root)
	b = appendBytes(b, 3, h.parent)
	b = appendNumber(b, 7, h.number)
	b = appendNumber(b, 8, h.witnessID)
	b = appendBytes(b, 9, h.witness)
	b = appendNumber(b, 10, h.version)
	b = appendBytes(b, 11, h.state)
	id := clew.TxID(sha256.Sum256(b))
	binary.BigEndian.PutUint64(id[:8], uint64(h.number))
	return id
}

// ref returns the block's reference and its parent's name, and reports a header
// that is not the one that the stated name is of.
func (h *header) ref(stated clew.TxID) (clew.BlockRef, clew.TxID, error) {
	var parent clew.TxID
	if copy(parent[:], h.parent) != len(parent) || len(h.parent) != len(parent) {
		return clew.BlockRef{}, parent, errors.New("no header")
	}
	id := h.id()
	if id != stated {
		return clew.BlockRef{}, parent, fmt.Errorf("%w: block %d: its header hashes to %s and not to %s", ErrHash, h.number, plain(id), plain(stated))
	}
	return clew.BlockRef{Height: uint64(h.number), Hash: id, Time: clew.Time(h.time / 1000)}, parent, nil
}

// plain returns a hash as nodes write it, without 0x.
func plain(id clew.TxID) string { return id.String()[2:] }
