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
	if a.Chain() != x.chain {
		return 0, false
	}
	key, size := a.RawKey()
	for i := range x.forms {
		if f := &x.forms[i]; f.form == a.Form() {
			return x.find(f, &key, size)
		}
	}
	return 0, false
}

func (x *names) find(f *formKeys, key *[32]byte, size int) (uint32, bool) {
	at := f.dir/4 + uint64(keyPrefix(key[:], f.bits))
	lo, hi := x.s.u32(secKeyDir, at), x.s.u32(secKeyDir, at+1)
	for lo < hi {
		mid := lo + (hi-lo)/2
		switch c := bytes.Compare(x.key(f, f.first+mid), key[:size]); {
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

// assetNames are the sorted assets, each parsed when first asked for.
type assetNames struct {
	s      *Segment
	parsed []atomic.Pointer[clew.Asset]
	last   atomic.Pointer[assetNumber] // that was asked for: a walk mostly asks for one asset
	all    func() []clew.Asset
}

func newAssetNames(s *Segment) *assetNames {
	x := &assetNames{s: s, parsed: make([]atomic.Pointer[clew.Asset], s.n.assets)}
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
	if a := x.parsed[id].Load(); a != nil {
		return *a
	}
	a, err := clew.ParseAsset(string(x.name(id)), "")
	if err != nil {
		panic(&damageError{x.s.damage("asset %d: %w", id, err)})
	}
	x.parsed[id].Store(&a)
	return a
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
