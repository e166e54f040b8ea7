package segment

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"

	"clew"
)

// A nameCursor reads the sorted addresses of a part that stay.
type nameCursor struct {
	s      *Segment
	used   []uint32
	number int
	form   clew.Form
	lead   uint64 // the first bytes of the key
	key    []byte
}

func (c *nameCursor) more() bool { return c.number < len(c.used) }

// load reads the address under the cursor, or the next that stays.
func (c *nameCursor) load() {
	for c.more() && c.used[c.number] == gone {
		c.number++
	}
	if !c.more() {
		return
	}
	f := c.s.names.formOf(uint32(c.number))
	c.form, c.key = f.form, c.s.names.key(f, uint32(c.number))
	if len(c.key) >= 8 {
		c.lead = binary.BigEndian.Uint64(c.key)
	} else {
		var padded [8]byte
		copy(padded[:], c.key)
		c.lead = binary.BigEndian.Uint64(padded[:])
	}
}

func compareNames(a, b *nameCursor) int {
	switch {
	case a.form != b.form:
		return cmp.Compare(a.form, b.form)
	case a.lead != b.lead:
		return cmp.Compare(a.lead, b.lead)
	}
	return bytes.Compare(a.key, b.key)
}

// mapAddresses joins the addresses of all parts and writes them.
func (m *merger) mapAddresses(ctx context.Context) error {
	cursors := make([]*nameCursor, len(m.parts))
	total := uint64(0)
	for i, s := range m.parts {
		cursors[i] = &nameCursor{s: s, used: m.maps[i].addresses}
		cursors[i].load()
		total += uint64(s.names.count)
	}
	m.keys.reserve(total)
	t := newTournament(len(cursors), func(i int) bool { return cursors[i].more() },
		func(i, j int) bool { return compareNames(cursors[i], cursors[j]) < 0 })
	count, last := uint64(0), nameCursor{}
	for step := 0; t.len() > 0; step++ {
		if step%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		c := cursors[t.first()]
		if count == 0 || compareNames(&last, c) != 0 {
			var key [32]byte
			copy(key[:], c.key)
			m.keys.add(c.form, &key)
			m.n.forms[c.form]++
			count++
			last = nameCursor{form: c.form, lead: c.lead, key: c.key}
		}
		c.used[c.number] = uint32(count - 1)
		c.number++
		c.load()
		t.fix()
	}
	if count >= nobody {
		return errors.New("too many addresses for one segment")
	}
	return nil
}
