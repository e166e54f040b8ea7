package evm

import (
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/internal/jsonscan"
	"clew/internal/rlp"
)

// Fields of headers, of which the first fifteen stand in every one and are hashed
// in this order: the Yellow Paper, section 4.3. Which of the later ones follow
// them, and in which order, is the chain's business; see [form].
var headerFields = [...]struct {
	name string
	size int // in bytes
}{
	{"parentHash", 32}, {"sha3Uncles", 32}, {"miner", 20}, {"stateRoot", 32}, {"transactionsRoot", 32}, {"receiptsRoot", 32},
	{"logsBloom", 256}, {"difficulty", aNumber}, {"number", aNumber}, {"gasLimit", aNumber}, {"gasUsed", aNumber}, {"timestamp", aNumber},
	{"extraData", anySize}, {"mixHash", 32}, {"nonce", 8},
	{"baseFeePerGas", aNumber}, {"withdrawalsRoot", 32}, {"blobGasUsed", aNumber}, {"excessBlobGas", aNumber}, {"parentBeaconBlockRoot", 32}, {"requestsHash", 32},
	{"extDataHash", 32}, {"extDataGasUsed", aNumber}, {"blockGasCost", aNumber}, {"timestampMilliseconds", aNumber}, {"minDelayExcess", aNumber},
}

// Sizes that are none.
const (
	aNumber = 0
	anySize = -1
)

// Places of the fields that are used, of the last that every header has, and of
// those after it.
const (
	parentField     = 0
	minerField      = 2
	difficultyField = 7
	numberField     = 8
	timeField       = 11
	nonceField      = 14
	baseFeeField    = 15
	withdrawalField = 16
	blobUsedField   = 17
	blobExcessField = 18
	beaconField     = 19
	requestsField   = 20
	extDataField    = 21
	extGasField     = 22
	gasCostField    = 23
	millisField     = 24
	delayField      = 25
)

// besides are fields that nodes give with a header and that are not in it: those
// of Arbitrum repeat parts of it, those of Avalanche and BNB Smart Chain are of the
// block's body or made of the header.
var besides = []string{"hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals", "author", "sealFields",
	"l1BlockNumber", "sendCount", "sendRoot", "blockExtraData", "milliTimestamp"}

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
		h.buf = rlp.AppendLimbs(h.buf, s.Quantity())
	case anySize:
		h.buf = rlp.AppendString(h.buf, s.Data(nil))
	default:
		var room [256]byte // the longest
		s.Fixed(room[:size])
		h.buf = rlp.AppendString(h.buf, room[:size])
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

// hash returns the header's hash by a form, and how many later fields it has;
// false if a field is missing, or one is there that the form does not know.
func (h *header) hash(f *form) (hash clew.TxID, later int, whole bool) {
	raw, later, whole := h.encoded(f)
	if !whole {
		return hash, later, false
	}
	return rlp.Keccak(raw), later, true
}

// encoded returns the header as it is hashed.
func (h *header) encoded(f *form) (raw []byte, later int, whole bool) {
	var all []byte
	for i := range nonceField + 1 {
		if h.items[i] == nil {
			return nil, 0, false
		}
		all = append(all, h.items[i]...)
	}
	for later < len(f.later) && h.items[f.later[later]] != nil {
		all = append(all, h.items[f.later[later]]...)
		later++
	}
	for i := nonceField + 1; i < len(h.items); i++ {
		if h.items[i] != nil && !slices.Contains(f.later[:later], i) {
			return nil, later, false
		}
	}
	return rlp.AppendList(nil, all), later, true
}

// proof holds a header's hash against the name that the node gives the block.
func (h *header) proof(f *form, height uint64, name clew.TxID) proof {
	hash, later, whole := h.hash(f)
	switch {
	case !whole:
		return notHashed
	case hash == name || f.blankMiner && h.withoutMiner(f) == name:
		return proved
	case h.others:
		return notHashed
	case height >= f.since && slices.Contains(f.seen, later):
		return disproved
	}
	return notProved
}

// A proof is what a header's hash says of the block's name.
type proof uint8

const (
	notHashed proof = iota // fields are missing, or not known here
	notProved              // another one, in a form of which no header was seen to fit
	proved                 // the same
	disproved              // another one
)

// String says why the header does not prove the name.
func (p proof) String() string {
	switch p {
	case notHashed:
		return "headers with fields that are not known here, or without some"
	case notProved:
		return "headers that do not hash to their blocks' names, as their fields are understood here"
	}
	return ""
}

// withoutMiner returns the hash of a header in which the miner is nobody.
func (h *header) withoutMiner(f *form) clew.TxID {
	hash, _, _ := h.blank().hash(f)
	return hash
}

// blank returns a header in which the miner is nobody.
func (h *header) blank() *header {
	blank := *h
	blank.items[minerField] = rlp.AppendString(nil, make([]byte, 20))
	return &blank
}

// HashedHeader returns the header in the result of eth_getBlockByNumber or
// eth_getBlockByHash as it is hashed, and its hash, which is the name that the
// node gives the block. Where it is not, because the chain's headers have fields
// that are not known here, it is an error that says so: nothing is guessed.
func HashedHeader(chain clew.Chain, result []byte) (raw []byte, hash clew.TxID, err error) {
	var name clew.TxID
	h := header{}
	err = read("header", chain, result, &Block{}, func(a *answer) {
		a.Object(func(field []byte) {
			switch {
			case h.field(a.Scanner, field):
			case string(field) == "hash":
				name = a.id()
			default:
				a.Skip()
			}
		})
	})
	if err != nil {
		return nil, hash, err
	}
	f := formOf(chain)
	for _, one := range []*header{&h, h.blank()} {
		raw, _, whole := one.encoded(&f)
		if hash = rlp.Keccak(raw); whole && hash == name {
			return raw, hash, nil
		}
		if !f.blankMiner {
			break
		}
	}
	return nil, hash, fmt.Errorf("%w: block %s of %s", ErrHeaderForm, name, chain.Name())
}

// ErrHeaderForm says that a block's header is of a form that is not known here,
// or is not the block's.
var ErrHeaderForm = errors.New("the header, as its fields are understood here, does not hash to the block's name")
