package segment

import (
	"bytes"
	"sync"
	"sync/atomic"

	"clew"
)

// names are the sorted addresses. They implement ledger.Names for chunks.
type names struct {
	s     *Segment
	chain clew.Chain
	count uint32
	forms []formKeys // those that occur, in order
}

// formKeys are the addresses of one form.
type formKeys struct {
	form         clew.Form
	first, count uint32
	size         uint64 // bytes of a key
	keys, dir    uint64 // offsets in their sections
	bits         uint   // of the directory
}

// formSize returns the bytes of an address's key, and 0 for no form.
func formSize(form int) uint64 {
	switch form {
	case 1, 2, 3, 4, 5:
		return 20
	case 6, 7, 9, 10:
		return 32
	case 8:
		return 2
	}
	return 0
}

func newNames(s *Segment) names {
	x := names{s: s, chain: s.header.chain}
	var keys, dir uint64
	for form, count := range s.n.forms {
		if count == 0 {
			continue
		}
		x.forms = append(x.forms, formKeys{clew.Form(form), x.count, uint32(count), formSize(form), keys, dir, dirBits(count)})
		keys += count * formSize(form)
		dir += dirBytes(count)
		x.count += uint32(count)
	}
	return x
}

// Len returns how many addresses there are.
func (x *names) Len() int { return int(x.count) }

// formOf returns the keys among which an address is.
func (x *names) formOf(id uint32) *formKeys {
	for i := range x.forms {
		if f := &x.forms[i]; id-f.first < f.count {
			return f
		}
	}
	return &x.forms[len(x.forms)] // out of range: the guard names the file
}

// key returns the bytes of an address of f.
func (x *names) key(f *formKeys, id uint32) []byte {
	at := f.keys + uint64(id-f.first)*f.size
	x.s.need(secKeys, at, f.size)
	return x.s.parts[secKeys][at : at+f.size]
}

// Address returns the address with a number.
func (x *names) Address(id uint32) clew.Address {
	defer x.s.blame()
	return x.address(id)
}

func (x *names) address(id uint32) clew.Address {
	f := x.formOf(id)
	key := x.key(f, id)
	if f.form == clew.EVMForm {
		return clew.EVMAddress(x.chain, [20]byte(key))
	}
	a, err := clew.MakeAddress(x.chain, f.form, key)
	if err != nil {
		panic(&damageError{x.s.damage("address %d: %w", id, err)})
	}
	return a
}

// ID returns the number of an address, if it is among them.
func (x *names) ID(a clew.Address) (uint32, bool) {
	defer x.s.blame()
	return x.id(a)
}

func (x *names) id(a clew.Address) (uint32, bool) {
	f := x.formFor(&a)
	if f == nil {
		return 0, false
	}
	key, size := a.RawKey()
	lo, hi := x.span(f, key[:])
	return x.find(f, key[:size], lo, hi)
}

// near is id where the rows of the address on a side are asked for next: where
// they lie is on its way while the address is compared.
func (x *names) near(a *clew.Address, d *side) (uint32, bool) {
	f := x.formFor(a)
	if f == nil {
		return 0, false
	}
	key, size := a.RawKey()
	lo, hi := x.span(f, key[:])
	if lo < hi && hi <= f.count {
		starts, few := d.s.parts[d.section(sideStarts)], min(hi, lo+askKeys)
		prefetchLines(starts[4*uint64(f.first+lo) : 4*uint64(f.first+few)+4])
		x.askSpan(f, lo, few)
	}
	return x.find(f, key[:size], lo, hi)
}

// askKeys is how many keys of a span are asked for at once. Spans of keys that
// are hashes have no more.
const askKeys = 8

// askSpan asks the memory for the keys of a span.
func (x *names) askSpan(f *formKeys, lo, hi uint32) {
	if hi = min(hi, lo+askKeys); lo < hi && hi <= f.count {
		prefetchLines(x.s.parts[secKeys][f.keys+uint64(lo)*f.size : f.keys+uint64(hi)*f.size])
	}
}

// formFor returns the keys among which an address would be; nil if there are
// none of its form and chain.
func (x *names) formFor(a *clew.Address) *formKeys {
	if a.Chain() != x.chain {
		return nil
	}
	form := a.Form()
	for i := range x.forms {
		if f := &x.forms[i]; f.form == form {
			return f
		}
	}
	return nil
}

// dirAt returns where the directory has the span of a key, in bytes.
func (f *formKeys) dirAt(key []byte) uint64 { return f.dir + 4*uint64(keyPrefix(key, f.bits)) }

// span returns between which of the keys of f a key would be.
func (x *names) span(f *formKeys, key []byte) (lo, hi uint32) {
	at := f.dirAt(key)
	x.s.need(secKeyDir, at, 8)
	b := x.s.parts[secKeyDir][at:]
	return le.Uint32(b), le.Uint32(b[4:])
}

// find returns the number of a key that would lie in a span.
func (x *names) find(f *formKeys, key []byte, lo, hi uint32) (uint32, bool) {
	for lo < hi {
		mid := lo + (hi-lo)/2
		switch c := bytes.Compare(x.key(f, f.first+mid), key); {
		case c == 0:
			return f.first + mid, true
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0, false
}

// idsAhead is how many addresses are looked up at once.
const idsAhead = 128

// ids calls visit with the index and number of each address that is held. It
// looks many up at once, so that disk and memory are asked for many at a time.
func (x *names) ids(addresses []clew.Address, visit func(i int, id uint32)) {
	type search struct {
		f      *formKeys
		key    [32]byte
		lo, hi uint32
	}
	var list [idsAhead]search
	var dirs [idsAhead]uint32
	for done := 0; done < len(addresses); done += idsAhead {
		chunk := addresses[done:min(done+idsAhead, len(addresses))]
		for i := range chunk {
			w := &list[i]
			if w.f = x.formFor(&chunk[i]); w.f != nil {
				w.key, _ = chunk[i].RawKey()
				at := w.f.dirAt(w.key[:])
				x.s.soon(secKeyDir, at, 8)
				dirs[i] = uint32(at / 4)
			}
		}
		prefetchEach(x.s.parts[secKeyDir], dirs[:len(chunk)], 4)
		for i := range chunk {
			if w := &list[i]; w.f != nil {
				w.lo, w.hi = x.span(w.f, w.key[:])
				x.s.soon(secKeys, w.f.keys+uint64(w.lo)*w.f.size, uint64(w.hi-w.lo)*w.f.size)
				x.askSpan(w.f, w.lo, w.hi)
			}
		}
		for i := range chunk {
			if w := &list[i]; w.f != nil {
				if id, ok := x.find(w.f, w.key[:w.f.size], w.lo, w.hi); ok {
					visit(done+i, id)
				}
			}
		}
	}
}

// assetNames are the sorted assets, each parsed when first asked for.
type assetNames struct {
	s       *Segment
	parsed  []clew.Asset
	ready   []atomic.Bool // which are parsed
	parsing sync.Mutex
	last    atomic.Pointer[assetNumber] // that was asked for: a walk mostly asks for one asset
	all     func() []clew.Asset
}

func newAssetNames(s *Segment) *assetNames {
	x := &assetNames{s: s, parsed: make([]clew.Asset, s.n.assets), ready: make([]atomic.Bool, s.n.assets)}
	var once sync.Mutex
	var list []clew.Asset
	x.all = func() []clew.Asset {
		once.Lock()
		defer once.Unlock()
		if list == nil {
			made := make([]clew.Asset, len(x.parsed))
			for i := range made {
				made[i] = x.asset(uint32(i))
			}
			list = made
		}
		return list
	}
	return x
}

// name returns an asset's bytes.
func (x *assetNames) name(id uint32) []byte {
	from, to := uint32(0), x.s.u32(secAssetEnds, uint64(id))
	if id > 0 {
		from = x.s.u32(secAssetEnds, uint64(id-1))
	}
	x.s.need(secAssetNames, uint64(from), uint64(to-from))
	return x.s.parts[secAssetNames][from:to]
}

// asset returns the asset with a number.
func (x *assetNames) asset(id uint32) clew.Asset {
	if !x.ready[id].Load() {
		x.parse(id)
	}
	return x.parsed[id]
}

func (x *assetNames) parse(id uint32) {
	a, err := clew.ParseAsset(string(x.name(id)), "")
	if err != nil {
		panic(&damageError{x.s.damage("asset %d: %w", id, err)})
	}
	x.parsing.Lock()
	defer x.parsing.Unlock()
	if !x.ready[id].Load() {
		x.parsed[id] = a
		x.ready[id].Store(true)
	}
}

// An assetNumber is an answer of assetNames.id.
type assetNumber struct {
	asset  clew.Asset
	number uint32
}

// id returns the number of an asset, if it is among them.
func (x *assetNames) id(a clew.Asset) (uint32, bool) {
	if last := x.last.Load(); last != nil && last.asset == a {
		return last.number, true
	}
	number, ok := x.search(a.String())
	if ok {
		x.last.Store(&assetNumber{a, number})
	}
	return number, ok
}

func (x *assetNames) search(name string) (uint32, bool) {
	lo, hi := uint32(0), uint32(len(x.parsed))
	for lo < hi {
		mid := lo + (hi-lo)/2
		switch have := x.name(mid); {
		case string(have) == name:
			return mid, true
		case string(have) < name:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0, false
}
