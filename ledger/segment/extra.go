package segment

import (
	"encoding/binary"
	"errors"

	"clew"
)

// An extra is what the columns cannot hold of a transfer: sides with several
// legs, inputs that spend outputs, items, aggregates, rounding.
type extra struct {
	from, to  []leg // both or neither
	item      *clew.Amount
	aggregate *clew.Aggregate
	rounded   bool
}

// A leg's address is a number, or nobody.
type leg struct {
	address uint32
	unknown bool
	amount  clew.Amount
	spends  *clew.Output
}

// Flags of an extra and of a leg.
const (
	extraLegs = 1 << iota
	extraItem
	extraAggregate
	extraRounded
)

const (
	legNobody = 1 << iota
	legUnknown
	legSpends
)

// isPlain reports whether the columns say all of t.
func isPlain(t *clew.Transfer) bool {
	return t.Item == nil && t.Aggregate == nil && !t.Rounded && hasPlainLegs(t)
}

func hasPlainLegs(t *clew.Transfer) bool {
	return len(t.From) == 1 && len(t.To) == 1 && !t.From[0].Unknown && t.From[0].Spends == nil && t.To[0].Spends == nil
}

// append appends x's bytes to b.
func (x *extra) append(b []byte) []byte {
	flags := byte(0)
	set := func(flag byte, is bool) {
		if is {
			flags |= flag
		}
	}
	set(extraLegs, x.from != nil)
	set(extraItem, x.item != nil)
	set(extraAggregate, x.aggregate != nil)
	set(extraRounded, x.rounded)
	b = append(b, flags)
	if x.from != nil {
		b = appendLegs(appendLegs(b, x.from), x.to)
	}
	if x.item != nil {
		b = appendAmount(b, *x.item)
	}
	if a := x.aggregate; a != nil {
		b = binary.AppendUvarint(b, a.Count)
		b = appendAmount(b, a.Unit)
		b = binary.AppendVarint(binary.AppendVarint(b, int64(a.First)), int64(a.Last))
	}
	return b
}

func appendLegs(b []byte, legs []leg) []byte {
	b = binary.AppendUvarint(b, uint64(len(legs)))
	for i := range legs {
		l := &legs[i]
		flags := byte(0)
		if l.address == nobody {
			flags |= legNobody
		}
		if l.unknown {
			flags |= legUnknown
		}
		if l.spends != nil {
			flags |= legSpends
		}
		b = append(b, flags)
		if l.address != nobody {
			b = binary.AppendUvarint(b, uint64(l.address))
		}
		b = appendAmount(b, l.amount)
		if l.spends != nil {
			b = append(b, l.spends.Tx[:]...)
			b = binary.AppendUvarint(b, uint64(l.spends.Index))
		}
	}
	return b
}

// appendAmount appends an amount as its length and its little-endian bytes.
func appendAmount(b []byte, a clew.Amount) []byte {
	var raw [32]byte
	for i, limb := range a.Limbs() {
		le.PutUint64(raw[8*i:], limb)
	}
	n := len(raw)
	for n > 0 && raw[n-1] == 0 {
		n--
	}
	return append(append(b, byte(n)), raw[:n]...)
}

var errExtra = errors.New("extra: malformed")

// An extraReader reads what extra.append wrote. After an error it returns
// zeros.
type extraReader struct {
	b   []byte
	err error
}

func parseExtra(b []byte) (extra, error) {
	r := extraReader{b: b}
	var x extra
	flags := r.byte()
	if flags&extraLegs != 0 {
		x.from, x.to = r.legs(), r.legs()
	}
	if flags&extraItem != 0 {
		item := r.amount()
		x.item = &item
	}
	if flags&extraAggregate != 0 {
		x.aggregate = &clew.Aggregate{Count: r.uvarint(), Unit: r.amount(), First: clew.Time(r.varint()), Last: clew.Time(r.varint())}
	}
	x.rounded = flags&extraRounded != 0
	if r.err == nil && len(r.b) > 0 {
		r.err = errExtra
	}
	return x, r.err
}

func (r *extraReader) take(n int) []byte {
	if n > len(r.b) {
		r.b, r.err = nil, errExtra
		return make([]byte, n)
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

func (r *extraReader) byte() byte { return r.take(1)[0] }

func (r *extraReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.b, r.err = nil, errExtra
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *extraReader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.b, r.err = nil, errExtra
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *extraReader) amount() clew.Amount {
	n := int(r.byte())
	if n > 32 {
		r.b, r.err = nil, errExtra
		return clew.Amount{}
	}
	var raw [32]byte
	copy(raw[:], r.take(n))
	return amountOf(raw[:])
}

// amountOf reads 32 little-endian bytes.
func amountOf(b []byte) clew.Amount {
	return clew.AmountOf([4]uint64{le.Uint64(b), le.Uint64(b[8:]), le.Uint64(b[16:]), le.Uint64(b[24:])})
}

func (r *extraReader) legs() []leg {
	count := r.uvarint()
	if count > uint64(len(r.b)) { // a leg takes two bytes at least
		r.b, r.err = nil, errExtra
		return nil
	}
	legs := make([]leg, count)
	for i := range legs {
		l := &legs[i]
		flags := r.byte()
		l.address, l.unknown = nobody, flags&legUnknown != 0
		if flags&legNobody == 0 {
			l.address = uint32(r.uvarint())
		}
		l.amount = r.amount()
		if flags&legSpends != 0 {
			l.spends = &clew.Output{Tx: clew.TxID(r.take(32)), Index: uint32(r.uvarint())}
		}
	}
	return legs
}
