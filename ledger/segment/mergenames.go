package segment

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"

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

// A nameHeap says which of several cursors comes first. It is a [tournament]
// that compares the first bytes of keys itself: nearly all differ there, and
// every address of every part passes.
type nameHeap []*nameCursor

func (h nameHeap) before(i, j int) bool {
	a, b := h[i], h[j]
	if a.form == b.form && a.lead != b.lead {
		return a.lead < b.lead
	}
	return compareNames(a, b) < 0
}

func (h nameHeap) sink(at int) {
	for {
		child := 2*at + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && h.before(child+1, child) {
			child++
		}
		if !h.before(child, at) {
			return
		}
		h[at], h[child] = h[child], h[at]
		at = child
	}
}

// start returns the cursors that have addresses, as a heap.
func (h nameHeap) start() nameHeap {
	h = slices.DeleteFunc(h, func(c *nameCursor) bool { return !c.more() })
	for i := len(h)/2 - 1; i >= 0; i-- {
		h.sink(i)
	}
	return h
}

// fix restores order after the first cursor moved.
func (h nameHeap) fix() nameHeap {
	if last := len(h) - 1; !h[0].more() {
		h[0] = h[last]
		h = h[:last]
	}
	h.sink(0)
	return h
}

// mapAddresses joins the addresses of all parts and writes them.
func (m *merger) mapAddresses(ctx context.Context) error {
	var h nameHeap
	total := uint64(0)
	for i, s := range m.parts {
		c := &nameCursor{s: s, used: m.maps[i].addresses}
		c.load()
		h = append(h, c)
		total += uint64(s.names.count)
	}
	m.keys.reserve(total)
	count, last := uint64(0), nameCursor{}
	h = h.start()
	for step := 0; len(h) > 0; step++ {
		if step%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		c := h[0]
		if count == 0 || last.lead != c.lead || compareNames(&last, c) != 0 {
			m.keys.add(c.form, c.key)
			m.n.forms[c.form]++
			count++
			last.form, last.lead, last.key = c.form, c.lead, c.key
		}
		c.used[c.number] = uint32(count - 1)
		c.number++
		c.load()
		h = h.fix()
	}
	if count >= nobody {
		return errors.New("too many addresses for one segment")
	}
	return nil
}
