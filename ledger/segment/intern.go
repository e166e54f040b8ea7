package segment

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"

	"clew"
)

// An interner numbers addresses in the order in which they are first seen.
//
// The table holds the leading bits of a hash beside each number, so that the
// address itself is seldom read; and addresses are looked up many at a time,
// so that the memory is asked for many entries at once. The hash is seeded at
// random against crafted addresses; what is written does not depend on it.
type interner struct {
	seed   maphash.Seed
	stride int      // bytes of a key: 20 where all addresses of the chain have one form, otherwise form and 32
	table  []uint64 // hash's upper half, number+1
	keys   []byte
	count  uint32
	hashes [internBatch]uint64
	seen   [internBatch]uint64
	asked  [internBatch]uint32
}

// internBatch is how many addresses are looked up at once.
const internBatch = 256

func newInterner(chain clew.Chain) *interner {
	stride := 33
	if chain.IsEVM() || chain.IsTron() {
		stride = 20
	}
	return &interner{seed: maphash.MakeSeed(), stride: stride, table: make([]uint64, 1024)}
}

// put writes an address's key to b and returns it.
func (t *interner) put(b []byte, a *clew.Address) []byte {
	key, _ := a.RawKey()
	if t.stride == 20 {
		return append(b, key[:20]...)
	}
	return append(append(b, byte(a.Form())), key[:]...)
}

// numbers returns the numbers of at most internBatch keys.
func (t *interner) numbers(keys []byte, numbers []uint32) {
	n := len(numbers)
	t.reserve(n)
	mask := uint64(len(t.table) - 1)
	for i := range n {
		h := maphash.Bytes(t.seed, keys[i*t.stride:(i+1)*t.stride])
		t.hashes[i] = h
	}
	for i, h := range t.hashes[:n] { // by itself: so many wait for the memory at once
		t.seen[i] = t.table[h&mask]
	}
	asked := t.asked[:0]
	for _, s := range t.seen[:n] {
		if s != 0 {
			asked = append(asked, uint32(s)-1)
		}
	}
	t.ask(asked)
	for i := range n {
		key := keys[i*t.stride : (i+1)*t.stride]
		h := t.hashes[i]
		if s := t.seen[i]; s != 0 && s>>32 == h>>32 && equalKeys(t.key(uint32(s)-1), key) {
			numbers[i] = uint32(s) - 1
			continue
		}
		numbers[i] = t.find(key, h)
	}
}

func (t *interner) key(number uint32) []byte {
	at := int(number) * t.stride
	return t.keys[at : at+t.stride]
}

// equalKeys compares keys of one length, mostly 20 bytes, which a call takes
// longer to begin with than to compare.
func equalKeys(a, b []byte) bool {
	if len(a) != 20 || len(b) != 20 {
		return bytes.Equal(a, b)
	}
	return le.Uint64(a) == le.Uint64(b) && le.Uint64(a[8:]) == le.Uint64(b[8:]) && le.Uint32(a[16:]) == le.Uint32(b[16:])
}

func (t *interner) find(key []byte, h uint64) uint32 {
	mask := uint64(len(t.table) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := t.table[i]
		if s == 0 {
			t.keys = append(t.keys, key...)
			t.count++
			t.table[i] = h>>32<<32 | uint64(t.count)
			return t.count - 1
		}
		if s>>32 == h>>32 && equalKeys(t.key(uint32(s)-1), key) {
			return uint32(s) - 1
		}
	}
}

// reserve makes room for n more, at most half full.
func (t *interner) reserve(n int) {
	if (int(t.count)+n)*2 <= len(t.table) {
		return
	}
	t.table = make([]uint64, len(t.table)*2)
	mask := uint64(len(t.table) - 1)
	for number := range t.count {
		h := maphash.Bytes(t.seed, t.key(number))
		i := h & mask
		for t.table[i] != 0 {
			i = (i + 1) & mask
		}
		t.table[i] = h>>32<<32 | uint64(number+1)
	}
}

// reset forgets all addresses and keeps the memory.
func (t *interner) reset() {
	clear(t.table)
	t.keys, t.count = t.keys[:0], 0
}

// sorted returns the numbers in the order of form and key. It takes memory to
// work in and gives it back.
func (t *interner) sorted(pairs, parted []pair) (order []uint32, _, _ []pair) {
	pairs = pairs[:0]
	for i := range t.count {
		pairs = append(pairs, pair{binary.BigEndian.Uint64(t.key(i)), uint64(i)})
	}
	parted = sortPairs(pairs, parted, func(a, b pair) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return bytes.Compare(t.key(uint32(a.value)), t.key(uint32(b.value)))
	})
	order = make([]uint32, t.count)
	for i, p := range pairs {
		order[i] = uint32(p.value)
	}
	return order, pairs, parted
}

// address returns the form and key of a number; form is that of all where
// they have one.
func (t *interner) address(number uint32, form clew.Form) (clew.Form, []byte) {
	b := t.key(number)
	if t.stride == 20 {
		return form, b
	}
	form = clew.Form(b[0])
	return form, b[1 : 1+formSize(int(form))]
}

// ask asks the memory for the keys of numbers.
func (t *interner) ask(numbers []uint32) { prefetchEach(t.keys, numbers, uint64(t.stride)) }

// addForms adds how many addresses there are of each form.
func (t *interner) addForms(forms *[formCount]uint64, form clew.Form) {
	if t.stride == 20 {
		forms[form] += uint64(t.count)
		return
	}
	for number := range t.count {
		forms[t.key(number)[0]]++
	}
}

// onlyForm returns the form of all addresses of an account chain.
func onlyForm(chain clew.Chain) clew.Form {
	if chain.IsTron() {
		return clew.TronForm
	}
	return clew.EVMForm
}
