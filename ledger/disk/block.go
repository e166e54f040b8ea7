package disk

import (
	"encoding/binary"
	"errors"
	"math"

	"clew"
)

// This file is the encoding of transfers in the log and in runs. Numbers are
// varints; docs/FORMAT.md has the layout.

// Flags of a transfer.
const (
	hasItem = 1 << iota
	hasAggregate
	isRounded
)

// Flags of a leg; its address's form is in the upper four bits.
const (
	legUnknown = 1 << iota
	legSpends
)

// An encoder appends to bytes. Assets are written once each and then numbered.
type encoder struct {
	bytes  []byte
	assets map[clew.Asset]uint64
}

func (e *encoder) uint(n uint64) { e.bytes = binary.AppendUvarint(e.bytes, n) }

func (e *encoder) amount(a clew.Amount) {
	limbs := a.Limbs()
	n := 4
	for n > 0 && limbs[n-1] == 0 {
		n--
	}
	e.bytes = append(e.bytes, byte(n))
	for _, limb := range limbs[:n] {
		e.bytes = binary.LittleEndian.AppendUint64(e.bytes, limb)
	}
}

func (e *encoder) asset(a clew.Asset) {
	if number, ok := e.assets[a]; ok {
		e.uint(number)
		return
	}
	if e.assets == nil {
		e.assets = map[clew.Asset]uint64{}
	}
	number := uint64(len(e.assets))
	e.assets[a] = number
	e.uint(number)
	name := a.String()
	e.uint(uint64(len(name)))
	e.bytes = append(e.bytes, name...)
}

func (e *encoder) ref(r clew.BlockRef) {
	e.uint(r.Height)
	e.bytes = append(e.bytes, r.Hash[:]...)
	e.bytes = binary.AppendVarint(e.bytes, int64(r.Time))
}

func (e *encoder) block(b *clew.Block) {
	e.ref(b.Ref)
	e.bytes = append(e.bytes, b.Parent[:]...)
	e.uint(uint64(len(b.Transfers)))
	for i := range b.Transfers {
		e.transfer(&b.Transfers[i])
	}
	e.uint(uint64(len(b.Acts)))
	for i := range b.Acts {
		e.act(&b.Acts[i])
	}
}

func (e *encoder) transfer(t *clew.Transfer) {
	flags := byte(0)
	if t.Item != nil {
		flags |= hasItem
	}
	if t.Aggregate != nil {
		flags |= hasAggregate
	}
	if t.Rounded {
		flags |= isRounded
	}
	e.bytes = append(e.bytes, flags, byte(t.Pos.Class))
	e.uint(t.Pos.Height)
	e.uint(uint64(t.Pos.Index))
	e.uint(uint64(t.Pos.Ordinal))
	e.bytes = binary.AppendVarint(e.bytes, int64(t.Time))
	e.bytes = append(e.bytes, t.Tx[:]...)
	e.asset(t.Asset)
	e.legs(t.From)
	e.legs(t.To)
	if t.Item != nil {
		e.amount(*t.Item)
	}
	if t.Aggregate != nil {
		e.uint(t.Aggregate.Count)
		e.amount(t.Aggregate.Unit)
		e.bytes = binary.AppendVarint(e.bytes, int64(t.Aggregate.First))
		e.bytes = binary.AppendVarint(e.bytes, int64(t.Aggregate.Last))
	}
}

func (e *encoder) legs(legs []clew.Leg) {
	e.uint(uint64(len(legs)))
	for i := range legs {
		leg := &legs[i]
		flags := byte(leg.Address.Form()) << 4
		if leg.Unknown {
			flags |= legUnknown
		}
		if leg.Spends != nil {
			flags |= legSpends
		}
		key, size := leg.Address.RawKey()
		e.bytes = append(append(e.bytes, flags, byte(size)), key[:size]...)
		e.amount(leg.Amount)
		if leg.Spends != nil {
			e.bytes = append(e.bytes, leg.Spends.Tx[:]...)
			e.uint(uint64(leg.Spends.Index))
		}
	}
}

var errEncoding = errors.New("not an encoded block")

// A decoder takes bytes apart. After an error it returns zeros.
type decoder struct {
	bytes  []byte
	chain  clew.Chain
	assets []clew.Asset
	err    error
}

func (d *decoder) fail() {
	d.err = errEncoding
	d.bytes = nil
}

func (d *decoder) take(n int) []byte {
	if n > len(d.bytes) {
		d.fail()
		return make([]byte, min(n, 256))
	}
	b := d.bytes[:n]
	d.bytes = d.bytes[n:]
	return b
}

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.bytes)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.bytes = d.bytes[size:]
	return n
}

func (d *decoder) uint32() uint32 {
	n := d.uint()
	if n > math.MaxUint32 {
		d.fail()
	}
	return uint32(n)
}

func (d *decoder) time() clew.Time {
	n, size := binary.Varint(d.bytes)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.bytes = d.bytes[size:]
	return clew.Time(n)
}

// count returns a number of things that take at least one byte each.
func (d *decoder) count() int {
	n := d.uint()
	if n > uint64(len(d.bytes)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) txID() clew.TxID { return clew.TxID(d.take(len(clew.TxID{}))) }

func (d *decoder) amount() clew.Amount {
	n := int(d.take(1)[0])
	if n > 4 {
		d.fail()
		return clew.Amount{}
	}
	var limbs [4]uint64
	for i := range limbs[:n] {
		limbs[i] = binary.LittleEndian.Uint64(d.take(8))
	}
	return clew.AmountOf(limbs)
}

func (d *decoder) asset() clew.Asset {
	number := d.uint()
	if number < uint64(len(d.assets)) {
		return d.assets[number]
	}
	if number > uint64(len(d.assets)) {
		d.fail()
		return clew.Asset{}
	}
	asset, err := clew.ParseAsset(string(d.take(d.count())), "")
	if err != nil {
		d.fail()
		return clew.Asset{}
	}
	d.assets = append(d.assets, asset)
	return asset
}

func (d *decoder) ref() clew.BlockRef {
	return clew.BlockRef{Height: d.uint(), Hash: d.txID(), Time: d.time()}
}

func (d *decoder) block() clew.Block {
	b := clew.Block{Ref: d.ref(), Parent: d.txID()}
	for range d.count() {
		b.Transfers = append(b.Transfers, d.transfer())
		if d.err != nil {
			return b
		}
	}
	for range d.count() {
		b.Acts = append(b.Acts, d.act())
		if d.err != nil {
			return b
		}
	}
	return b
}

func (d *decoder) transfer() clew.Transfer {
	flags := d.take(2)
	t := clew.Transfer{Pos: clew.Pos{Class: clew.Class(flags[1])}, Rounded: flags[0]&isRounded != 0}
	t.Pos.Height, t.Pos.Index, t.Pos.Ordinal = d.uint(), d.uint32(), d.uint32()
	t.Time, t.Tx, t.Asset = d.time(), d.txID(), d.asset()
	t.From, t.To = d.legs(), d.legs()
	if flags[0]&hasItem != 0 {
		item := d.amount()
		t.Item = &item
	}
	if flags[0]&hasAggregate != 0 {
		t.Aggregate = &clew.Aggregate{Count: d.uint(), Unit: d.amount(), First: d.time(), Last: d.time()}
	}
	return t
}

func (d *decoder) legs() []clew.Leg {
	n := d.count()
	legs := make([]clew.Leg, 0, min(n, 64))
	for range n {
		head := d.take(2)
		leg := clew.Leg{Unknown: head[0]&legUnknown != 0}
		key := d.take(int(head[1]))
		leg.Address = d.addressOf(clew.Form(head[0]>>4), key)
		leg.Amount = d.amount()
		if head[0]&legSpends != 0 {
			leg.Spends = &clew.Output{Tx: d.txID(), Index: d.uint32()}
		}
		legs = append(legs, leg)
		if d.err != nil {
			return legs
		}
	}
	return legs
}
