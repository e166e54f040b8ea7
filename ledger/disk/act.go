package disk

import (
	"encoding/binary"
	"slices"

	"clew"
)

// This file is the encoding of acts in the log and in a load's files.

func (e *encoder) act(a *clew.Act) {
	hasAsset := byte(0)
	if !a.Asset.IsZero() {
		hasAsset = 1
	}
	e.bytes = append(e.bytes, byte(slices.Index(clew.ActKinds(), a.Kind)), byte(a.Pos.Class), hasAsset)
	e.uint(a.Pos.Height)
	e.uint(uint64(a.Pos.Index))
	e.uint(uint64(a.Pos.Ordinal))
	e.bytes = binary.AppendVarint(e.bytes, int64(a.Time))
	e.bytes = append(e.bytes, a.Tx[:]...)
	for _, x := range [...]clew.Address{a.By, a.On, a.With} {
		key, size := x.RawKey()
		e.bytes = append(append(e.bytes, byte(x.Form()), byte(size)), key[:size]...)
	}
	if hasAsset == 1 {
		e.asset(a.Asset)
	}
	e.amount(a.Amount)
	e.uint(uint64(len(a.Detail)))
	e.bytes = append(e.bytes, a.Detail...)
	if a.Kind == clew.Memo {
		e.bytes = append(e.bytes, byte(slices.Index(clew.Carriers(), a.Carrier)))
		e.uint(uint64(len(a.Data)))
		e.bytes = append(e.bytes, a.Data...)
	}
}

func (d *decoder) act() clew.Act {
	head := d.take(3)
	kinds := clew.ActKinds()
	if int(head[0]) >= len(kinds) {
		d.fail()
		return clew.Act{}
	}
	a := clew.Act{Kind: kinds[head[0]], Pos: clew.Pos{Class: clew.Class(head[1])}}
	a.Pos.Height, a.Pos.Index, a.Pos.Ordinal = d.uint(), d.uint32(), d.uint32()
	a.Time, a.Tx = d.time(), d.txID()
	a.By, a.On, a.With = d.address(), d.address(), d.address()
	if head[2] != 0 {
		a.Asset = d.asset()
	}
	a.Amount = d.amount()
	a.Detail = string(d.take(d.count()))
	if a.Kind == clew.Memo {
		carrier, carriers := int(d.take(1)[0]), clew.Carriers()
		if carrier >= len(carriers) {
			d.fail()
			return clew.Act{}
		}
		a.Carrier, a.Data = carriers[carrier], clew.Bytes(d.take(d.count()))
	}
	return a
}

func (d *decoder) address() clew.Address {
	head := d.take(2)
	return d.addressOf(clew.Form(head[0]), d.take(int(head[1])))
}

// addressOf returns the address with a key; nobody of no form.
func (d *decoder) addressOf(form clew.Form, key []byte) clew.Address {
	if form == clew.NoForm {
		return clew.Address{}
	}
	a, err := clew.MakeAddress(d.chain, form, key)
	if err != nil {
		d.fail()
	}
	return a
}
