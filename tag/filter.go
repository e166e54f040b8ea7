package tag

import (
	"encoding/binary"
	"math/bits"

	"clew"
)

// A filter tells at once of most addresses that nothing is claimed of them: a
// bit for each address with claims, and thirty-two bits of room or more for
// each. It is wrong only in saying that there may be something.
type filter []uint64

// newFilter returns the filter of records.
func newFilter(records []record) filter {
	f := make(filter, 1<<bits.Len(uint(len(records))/2))
	for i := range records {
		at := f.bit(&records[i].key)
		f[at/64] |= 1 << (at % 64)
	}
	return f
}

// bit returns the number of an address's bit.
func (f filter) bit(key *[32]byte) uint64 {
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(key[8*i:]) }
	h := (word(0) ^ bits.RotateLeft64(word(1), 16) ^ bits.RotateLeft64(word(2), 32) ^ word(3)) * 0x9e3779b97f4a7c15
	return h >> 32 & (64*uint64(len(f)) - 1)
}

// may reports whether anything can be claimed of an address.
func (f filter) may(a clew.Address) bool {
	if len(f) == 0 {
		return false // an index that nothing was added to
	}
	key, _ := a.RawKey()
	at := f.bit(&key)
	return f[at/64]>>(at%64)&1 == 1
}
