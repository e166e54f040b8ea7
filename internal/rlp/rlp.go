// Package rlp writes and reads the recursive length prefix encoding, by which
// Ethereum's kin encode what they hash: the Yellow Paper, appendix B. Of each
// value there is one encoding, and another is refused.
//
// It knows nothing of what is encoded.
package rlp

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/sha3"

	"clew"
)

// Offsets of the first byte, and the longest content whose length stands in it.
const (
	stringOffset = 0x80
	listOffset   = 0xc0
	shortest     = 55
)

// AppendString appends a string of bytes.
func AppendString(b, content []byte) []byte {
	if len(content) == 1 && content[0] < stringOffset {
		return append(b, content[0])
	}
	return append(appendLength(b, stringOffset, len(content)), content...)
}

// AppendLimbs appends a number of 64-bit limbs, least significant first: its
// big-endian bytes without leading zeros.
func AppendLimbs(b []byte, limbs [4]uint64) []byte {
	var bytes [32]byte
	first := len(bytes)
	for i := range bytes {
		if bytes[31-i] = byte(limbs[i/8] >> (i % 8 * 8)); bytes[31-i] != 0 {
			first = 31 - i
		}
	}
	return AppendString(b, bytes[first:])
}

// AppendCount appends a number.
func AppendCount(b []byte, n uint64) []byte { return AppendLimbs(b, [4]uint64{n}) }

// AppendList appends the list whose items' encodings follow each other in items.
func AppendList(b, items []byte) []byte {
	return append(appendLength(b, listOffset, len(items)), items...)
}

func appendLength(b []byte, offset byte, n int) []byte {
	if n <= shortest {
		return append(b, offset+byte(n))
	}
	size := 1
	for n>>(8*size) != 0 {
		size++
	}
	b = append(b, offset+shortest+byte(size))
	for size--; size >= 0; size-- {
		b = append(b, byte(n>>(8*size)))
	}
	return b
}

// Keccak returns the hash by which Ethereum's kin name what they encode.
func Keccak(b []byte) (sum [32]byte) {
	h := sha3.NewLegacyKeccak256()
	h.Write(b)
	h.Sum(sum[:0])
	return sum
}

// An Item is one encoded value. It shares memory with what was read.
type Item struct {
	IsList  bool
	Content []byte // of a string; of a list the encodings of its items
	Raw     []byte // the whole encoding
}

// What is no encoding.
var (
	errEnds      = errors.New("an encoding ends too early")
	errCanonical = errors.New("an encoding is not in its one form")
	errFollows   = errors.New("something follows an encoding")
)

// Next reads the value that b begins with, and returns what follows it.
func Next(b []byte) (item Item, rest []byte, err error) {
	if len(b) == 0 {
		return item, nil, errEnds
	}
	first := b[0]
	if first < stringOffset {
		return Item{Content: b[:1:1], Raw: b[:1:1]}, b[1:], nil
	}
	offset := byte(stringOffset)
	if first >= listOffset {
		offset, item.IsList = listOffset, true
	}
	head, size, err := length(b, first-offset)
	if err != nil {
		return Item{}, nil, err
	}
	end := head + size
	item.Content, item.Raw = b[head:end:end], b[:end:end]
	if !item.IsList && size == 1 && item.Content[0] < stringOffset {
		return Item{}, nil, errCanonical
	}
	return item, b[end:], nil
}

// length returns where a content begins, and how long it is; all of it is in b.
func length(b []byte, code byte) (head, size int, err error) {
	head, size = 1, int(code)
	if code > shortest {
		digits := int(code - shortest)
		if len(b) < 1+digits {
			return 0, 0, errEnds
		}
		head, size = 1+digits, 0
		for _, d := range b[1:head] {
			if size > len(b) { // it is longer than what there is, and stays so
				return 0, 0, errEnds
			}
			size = size<<8 | int(d)
		}
		if b[1] == 0 || size <= shortest {
			return 0, 0, errCanonical
		}
	}
	if size > len(b)-head {
		return 0, 0, errEnds
	}
	return head, size, nil
}

// Whole reads the one value that b is.
func Whole(b []byte) (Item, error) {
	item, rest, err := Next(b)
	if err == nil && len(rest) > 0 {
		err = errFollows
	}
	if err != nil {
		return Item{}, err
	}
	return item, nil
}

// Items returns the items of a list, of which there may be at most so many.
func (i Item) Items(most int) ([]Item, error) {
	if !i.IsList {
		return nil, errors.New("a string where a list should be")
	}
	var items []Item
	for rest := i.Content; len(rest) > 0; {
		var one Item
		var err error
		if one, rest, err = Next(rest); err != nil {
			return nil, err
		}
		if len(items) == most {
			return nil, fmt.Errorf("a list of more than %d items", most)
		}
		items = append(items, one)
	}
	return items, nil
}

// Fixed returns the bytes of a string, of which there must be so many.
func (i Item) Fixed(size int) ([]byte, error) {
	if i.IsList || len(i.Content) != size {
		return nil, fmt.Errorf("not a string of %d bytes", size)
	}
	return i.Content, nil
}

// Amount returns a string as a number, which has no leading zeros.
func (i Item) Amount() (clew.Amount, error) {
	n, fits := clew.AmountBytes(i.Content)
	if i.IsList || len(i.Content) > 32 || !fits || len(i.Content) > 0 && i.Content[0] == 0 {
		return clew.Amount{}, errors.New("not a number of at most 256 bits")
	}
	return n, nil
}

// Count returns a string as a number of at most 64 bits.
func (i Item) Count() (uint64, error) {
	n, err := i.Amount()
	if err != nil {
		return 0, err
	}
	count, fits := n.Uint64()
	if !fits {
		return 0, errors.New("not a number of at most 64 bits")
	}
	return count, nil
}
