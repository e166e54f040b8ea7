package cluster

import (
	"hash/maphash"
	"slices"

	"clew"
)

// names numbers addresses in the order in which they come, in some 45 bytes an
// address: a map would take three times that. The hash is seeded at random
// against crafted addresses; no number depends on it.
type names struct {
	seed   maphash.Seed
	chains []clew.Chain
	keys   []name
	table  []uint32 // number+1, at the place of its hash or after
}

// A name is an address in fewer bytes.
type name struct {
	chain uint8
	form  clew.Form
	key   [32]byte
}

func newNames() names { return names{seed: maphash.MakeSeed(), table: make([]uint32, 64)} }

// key returns the name of an address, if its chain has one yet.
func (n *names) key(a clew.Address) (name, bool) {
	key, _ := a.RawKey()
	i := slices.Index(n.chains, a.Chain())
	return name{uint8(i), a.Form(), key}, i >= 0
}

// find returns the number of an address, and whether it has one.
func (n *names) find(a clew.Address) (uint32, bool) {
	k, known := n.key(a)
	if !known {
		return 0, false
	}
	number := n.table[n.place(&k)]
	return number - 1, number != 0
}

// number returns the number of an address, and takes it in if it is new.
func (n *names) number(a clew.Address) uint32 {
	k, known := n.key(a)
	if !known {
		if len(n.chains) > 255 {
			panic("cluster: addresses of more than 256 chains") // there are not so many
		}
		k.chain, n.chains = uint8(len(n.chains)), append(n.chains, a.Chain())
	}
	if i := n.place(&k); n.table[i] != 0 {
		return n.table[i] - 1
	}
	if 4*(len(n.keys)+1) > 3*len(n.table) {
		n.grow()
	}
	n.keys = append(n.keys, k)
	n.table[n.place(&k)] = uint32(len(n.keys))
	return uint32(len(n.keys) - 1)
}

// place returns where in the table a name is, or would be.
func (n *names) place(k *name) uint64 {
	mask := uint64(len(n.table) - 1)
	i := (maphash.Bytes(n.seed, k.key[:]) + uint64(k.chain)<<8 + uint64(k.form)) & mask
	for n.table[i] != 0 && n.keys[n.table[i]-1] != *k {
		i = (i + 1) & mask
	}
	return i
}

func (n *names) grow() {
	n.table = make([]uint32, 2*len(n.table))
	for i, k := range n.keys {
		n.table[n.place(&k)] = uint32(i + 1)
	}
}

// at returns the address of a number.
func (n *names) at(number uint32) clew.Address {
	k := &n.keys[number]
	a, err := clew.MakeAddress(n.chains[k.chain], k.form, k.key[:k.form.Size()])
	if err != nil {
		panic("cluster: " + err.Error()) // it was an address when it came
	}
	return a
}
