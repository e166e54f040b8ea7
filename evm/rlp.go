package evm

import (
	"golang.org/x/crypto/sha3"

	"clew"
)

// The recursive length prefix encoding of the Yellow Paper, appendix B, as far
// as hashes of headers and of contracts' creators need it.

// appendItem appends a string of bytes.
func appendItem(b, item []byte) []byte {
	if len(item) == 1 && item[0] < 0x80 {
		return append(b, item[0])
	}
	return append(appendLength(b, 0x80, len(item)), item...)
}

// appendNumber appends a number: its big-endian bytes without leading zeros.
func appendNumber(b []byte, limbs [4]uint64) []byte {
	var bytes [32]byte
	first := len(bytes)
	for i := range bytes {
		if bytes[31-i] = byte(limbs[i/8] >> (i % 8 * 8)); bytes[31-i] != 0 {
			first = 31 - i
		}
	}
	return appendItem(b, bytes[first:])
}

// list returns the list whose items' encodings follow each other in b.
func list(b []byte) []byte {
	return append(appendLength(nil, 0xc0, len(b)), b...)
}

func appendLength(b []byte, offset byte, n int) []byte {
	if n < 56 {
		return append(b, offset+byte(n))
	}
	size := 1
	for n>>(8*size) != 0 {
		size++
	}
	b = append(b, offset+55+byte(size))
	for size--; size >= 0; size-- {
		b = append(b, byte(n>>(8*size)))
	}
	return b
}

func keccak(b []byte) (sum [32]byte) {
	h := sha3.NewLegacyKeccak256()
	h.Write(b)
	h.Sum(sum[:0])
	return sum
}

// CreatedBy returns the address of the contract that a transaction of sender
// with the given nonce creates: the last 20 bytes of the Keccak-256 of both,
// in recursive length prefix encoding (Yellow Paper, section 7).
func CreatedBy(sender clew.Address, nonce uint64) clew.Address {
	key, size := sender.RawKey()
	sum := keccak(list(appendNumber(appendItem(nil, key[:size]), [4]uint64{nonce})))
	return clew.EVMAddress(sender.Chain(), [20]byte(sum[12:]))
}
