package evm

import (
	"slices"

	"clew"
	"clew/internal/jsonscan"
)

// What stands in a header, in the order in which it is hashed: the Yellow Paper,
// section 4.3, then EIP-1559, EIP-4895, EIP-4844, EIP-4788 and EIP-7685. The
// later ones are absent from older blocks.
var headerFields = [...]struct {
	name string
	size int // in bytes
}{
	{"parentHash", 32}, {"sha3Uncles", 32}, {"miner", 20}, {"stateRoot", 32}, {"transactionsRoot", 32}, {"receiptsRoot", 32},
	{"logsBloom", 256}, {"difficulty", aNumber}, {"number", aNumber}, {"gasLimit", aNumber}, {"gasUsed", aNumber}, {"timestamp", aNumber},
	{"extraData", anySize}, {"mixHash", 32}, {"nonce", 8},
	{"baseFeePerGas", aNumber}, {"withdrawalsRoot", 32}, {"blobGasUsed", aNumber}, {"excessBlobGas", aNumber}, {"parentBeaconBlockRoot", 32}, {"requestsHash", 32},
}

// Sizes that are none.
const (
	aNumber = 0
	anySize = -1
)

// Places of the fields that are used, and of the last that every header has.
const (
	parentField     = 0
	minerField      = 2
	difficultyField = 7
	numberField     = 8
	timeField       = 11
	nonceField      = 14
	baseFeeField    = 15
)

// besides are fields that nodes give with a header and that are not in it.
var besides = []string{"hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals", "author", "sealFields"}

// A header gathers a block's header: each field as it is encoded to be hashed.
type header struct {
	items  [len(headerFields)][]byte
	buf    []byte // of which items are parts
	others bool   // the node gives fields that are not known here
}

// field takes a field of a block, and reports whether it is the header's.
func (h *header) field(s *jsonscan.Scanner, name []byte) bool {
	for i := range headerFields {
		if headerFields[i].name == string(name) {
			h.take(s, i)
			return true
		}
	}
	h.others = h.others || !slices.Contains(besides, string(name))
	return false
}

func (h *header) take(s *jsonscan.Scanner, i int) {
	if s.Null() {
		h.items[i] = nil
		return
	}
	start := len(h.buf)
	switch size := headerFields[i].size; size {
	case aNumber:
		h.buf = appendNumber(h.buf, s.Quantity())
	case anySize:
		h.buf = appendItem(h.buf, s.Data(nil))
	default:
		h.buf = appendLength(h.buf, 0x80, size)
		at := len(h.buf)
		h.buf = slices.Grow(h.buf, size)[:at+size]
		s.Fixed(h.buf[at:])
	}
	h.items[i] = h.buf[start:]
}

// value returns the bytes of a field shorter than 56 bytes; none if it is absent.
func (h *header) value(i int) []byte {
	item := h.items[i]
	if len(item) > 0 && item[0] >= 0x80 {
		return item[1:]
	}
	return item
}

func (h *header) number(i int) clew.Amount {
	n, _ := clew.AmountBytes(h.value(i))
	return n
}

// hash returns the header's hash; false if a field is missing.
func (h *header) hash() (clew.TxID, bool) {
	var all []byte
	last := len(h.items)
	for i, item := range h.items {
		switch {
		case item == nil && i <= nonceField, item != nil && i > last:
			return clew.TxID{}, false
		case item == nil:
			last = min(last, i)
		}
		all = append(all, item...)
	}
	return keccak(list(all)), true
}
