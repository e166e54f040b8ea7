package segment

import (
	"encoding/binary"
	"errors"
	"slices"

	"clew"
)

// An actCoder writes and reads groups of acts. Addresses, and the names of
// assets and details, are written where a group first has them and are numbers
// from then on.
type actCoder struct {
	chain     clew.Chain
	bytes     []byte // of the group so far
	count     int
	last      clew.Act // the one before, in the group
	addresses []clew.Address
	texts     []string
	assets    map[int]clew.Asset // by number of their text, as far as read
}

// How an act names its transaction.
const (
	txUnknown = iota
	txSame    // as the act before
	txNew
)

// reset begins a group.
func (c *actCoder) reset() {
	*c = actCoder{chain: c.chain, bytes: c.bytes[:0], addresses: c.addresses[:0], texts: c.texts[:0]}
}

// add writes the next act.
func (c *actCoder) add(a *clew.Act) {
	tx := byte(txNew)
	switch {
	case a.Tx.IsZero():
		tx = txUnknown
	case c.count > 0 && a.Tx == c.last.Tx:
		tx = txSame
	}
	b := append(c.bytes, actKind(a.Kind), tx|byte(a.Pos.Class)<<2)
	b = binary.AppendUvarint(b, a.Pos.Height-c.last.Pos.Height)
	b = binary.AppendUvarint(b, uint64(a.Pos.Index))
	b = binary.AppendUvarint(b, uint64(a.Pos.Ordinal))
	b = binary.AppendVarint(b, int64(a.Time-c.last.Time))
	if tx == txNew {
		b = append(b, a.Tx[:]...)
	}
	for _, x := range [...]clew.Address{a.On, a.By, a.With} {
		b = c.addAddress(b, x)
	}
	b = c.addText(b, a.Asset.String())
	b = appendAmount(b, a.Amount)
	b = c.addText(b, a.Detail)
	if a.Kind == clew.Memo {
		b = append(b, byte(slices.Index(clew.Carriers(), a.Carrier)))
		b = c.addText(b, string(a.Data))
	}
	c.bytes = b
	c.last, c.count = *a, c.count+1
}

// addAddress writes 0 for nobody, and otherwise a number from 1, which for a new
// one is the next, with form and key after it.
func (c *actCoder) addAddress(b []byte, a clew.Address) []byte {
	if a.IsZero() {
		return append(b, 0)
	}
	for i, have := range c.addresses {
		if have == a {
			return binary.AppendUvarint(b, uint64(i)+1)
		}
	}
	c.addresses = append(c.addresses, a)
	b = append(binary.AppendUvarint(b, uint64(len(c.addresses))), byte(a.Form()))
	key, size := a.RawKey()
	return append(b, key[:size]...)
}

// addText does so for a text, after a new one's number its length.
func (c *actCoder) addText(b []byte, text string) []byte {
	if text == "" {
		return append(b, 0)
	}
	for i, have := range c.texts {
		if have == text {
			return binary.AppendUvarint(b, uint64(i)+1)
		}
	}
	c.texts = append(c.texts, text)
	b = binary.AppendUvarint(b, uint64(len(c.texts)))
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

var errActs = errors.New("acts: malformed")

// decode appends the first count acts of a group to acts.
func (c *actCoder) decode(b []byte, count int, acts []clew.Act) ([]clew.Act, error) {
	r := extraReader{b: b}
	for range count {
		if err := c.next(&r); err != nil {
			return acts, err
		}
		acts = append(acts, c.last)
	}
	return acts, nil
}

// next reads an act into last.
func (c *actCoder) next(r *extraReader) error {
	kind, head := int(r.byte()), r.byte()
	kinds := clew.ActKinds()
	a := clew.Act{Pos: clew.Pos{Class: clew.Class(head >> 2)}}
	if kind >= len(kinds) || a.Pos.Class > clew.BlockLevel {
		return errActs
	}
	a.Kind = kinds[kind]
	a.Pos.Height = c.last.Pos.Height + r.uvarint()
	index, ordinal := r.uvarint(), r.uvarint()
	a.Pos.Index, a.Pos.Ordinal = uint32(index), uint32(ordinal)
	a.Time = c.last.Time + clew.Time(r.varint())
	switch head & 3 {
	case txSame:
		a.Tx = c.last.Tx
	case txNew:
		a.Tx = clew.TxID(r.take(32))
	}
	for _, x := range [...]*clew.Address{&a.On, &a.By, &a.With} {
		if err := c.readAddress(r, x); err != nil {
			return err
		}
	}
	if err := c.readAsset(r, &a.Asset); err != nil {
		return err
	}
	a.Amount = r.amount()
	var err error
	if a.Detail, err = c.text(r); err == nil && a.Kind == clew.Memo {
		err = c.readMemo(r, &a)
	}
	if err != nil {
		return err
	}
	if r.err != nil || uint64(a.Pos.Index) != index || uint64(a.Pos.Ordinal) != ordinal {
		return errActs
	}
	c.last = a
	return nil
}

func (c *actCoder) readAddress(r *extraReader, a *clew.Address) error {
	n := r.uvarint()
	switch known := uint64(len(c.addresses)); {
	case n == 0:
		return nil
	case n <= known:
		*a = c.addresses[n-1]
		return nil
	case n > known+1:
		return errActs
	}
	form := clew.Form(r.byte())
	made, err := clew.MakeAddress(c.chain, form, r.take(int(formSize(int(form)))))
	if err != nil || made.IsZero() {
		return errActs
	}
	*a = made
	c.addresses = append(c.addresses, made)
	return nil
}

// readText returns the number of a text; 0 for none.
func (c *actCoder) readText(r *extraReader) (int, error) {
	n := r.uvarint()
	known := uint64(len(c.texts))
	if n <= known {
		return int(n), nil
	}
	size := r.uvarint()
	if n > known+1 || size > uint64(len(r.b)) || size == 0 {
		return 0, errActs
	}
	c.texts = append(c.texts, string(r.take(int(size))))
	return int(n), nil
}

// text reads a text; none is empty.
func (c *actCoder) text(r *extraReader) (string, error) {
	n, err := c.readText(r)
	if n == 0 || err != nil {
		return "", err
	}
	return c.texts[n-1], nil
}

// readMemo reads what only a memo has.
func (c *actCoder) readMemo(r *extraReader, a *clew.Act) error {
	carrier, carriers := int(r.byte()), clew.Carriers()
	if carrier >= len(carriers) {
		return errActs
	}
	data, err := c.text(r)
	a.Carrier, a.Data = carriers[carrier], clew.Bytes(data)
	return err
}

func (c *actCoder) readAsset(r *extraReader, asset *clew.Asset) error {
	n, err := c.readText(r)
	if n == 0 || err != nil {
		return err
	}
	known, ok := c.assets[n]
	if !ok {
		if known, err = clew.ParseAsset(c.texts[n-1], ""); err != nil {
			return errActs
		}
		if c.assets == nil {
			c.assets = map[int]clew.Asset{}
		}
		c.assets[n] = known
	}
	*asset = known
	return nil
}
