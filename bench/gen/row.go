// Package gen makes the transfers that the benchmark measures with, and keeps
// them in one Parquet file that every engine reads.
//
// The transfers are synthetic and say so: no address, hash or amount is taken
// from a chain. What is like a real chain is the shape: power-law degrees, the
// spread of amounts, transactions of several transfers, blocks, and books that
// close, for value is only ever spent from balances. The same seed and size
// give the same transfers on every machine.
package gen

import (
	"encoding/binary"
	"fmt"

	"clew"
)

// Chain is the chain that the synthetic transfers pretend to be of.
const Chain = clew.Ethereum

// An Address is 20 bytes of an EVM address. All zeros issue.
type Address [20]byte

// Clew returns the address in the project's vocabulary.
func (a Address) Clew() clew.Address { return clew.EVMAddress(Chain, a) }

// AddressOf returns the 20 bytes of a, all zeros for nobody.
func AddressOf(a clew.Address) Address {
	key, _ := a.RawKey()
	return Address(key[:20])
}

// A Row is one transfer in the flat form that engines other than ours store.
type Row struct {
	Pos    uint64    // see PackPos
	Time   uint32    // seconds since 1970
	Asset  uint32    // index into Assets
	From   Address   // sender
	To     Address   // recipient
	Tx     [32]byte  // transaction's hash
	Amount [4]uint64 // limbs, least significant first
}

// Bits of the parts of a packed position, from its low end.
const (
	ordinalBits = 16
	classBits   = 2
	indexBits   = 12
	heightShift = ordinalBits + classBits + indexBits
)

// PackPos returns p in 64 bits, in the same order. It serves engines that know
// no such thing as a position, and panics if a part does not fit, for the
// generator makes only positions that do.
func PackPos(p clew.Pos) uint64 {
	if p.Ordinal>>ordinalBits != 0 || p.Class>>classBits != 0 || p.Index>>indexBits != 0 || p.Height>>(64-heightShift) != 0 {
		panic(fmt.Sprintf("gen: position %s does not fit 64 bits", p))
	}
	return p.Height<<heightShift | uint64(p.Index)<<(ordinalBits+classBits) | uint64(p.Class)<<ordinalBits | uint64(p.Ordinal)
}

// UnpackPos undoes [PackPos].
func UnpackPos(packed uint64) clew.Pos {
	return clew.Pos{
		Height:  packed >> heightShift,
		Index:   uint32(packed >> (ordinalBits + classBits) & (1<<indexBits - 1)),
		Class:   clew.Class(packed >> ordinalBits & (1<<classBits - 1)),
		Ordinal: uint32(packed & (1<<ordinalBits - 1)),
	}
}

// AmountBytes appends the significant bytes of an amount, big-endian, to b: the
// exact form that engines without 256-bit numbers store. Zero has none.
func AmountBytes(b []byte, limbs [4]uint64) []byte {
	whole := wide(limbs)
	skip := 0
	for skip < len(whole) && whole[skip] == 0 {
		skip++
	}
	return append(b, whole[skip:]...)
}

// wide returns all 32 bytes of an amount, big-endian.
func wide(limbs [4]uint64) [32]byte {
	var whole [32]byte
	for i, limb := range limbs {
		binary.BigEndian.PutUint64(whole[24-8*i:], limb)
	}
	return whole
}

// AmountLimbs undoes [AmountBytes]. More than 32 bytes are an error.
func AmountLimbs(b []byte) ([4]uint64, error) {
	if len(b) > 32 {
		return [4]uint64{}, fmt.Errorf("amount of %d bytes", len(b))
	}
	var whole [32]byte
	copy(whole[32-len(b):], b)
	var limbs [4]uint64
	for i := range limbs {
		limbs[i] = binary.BigEndian.Uint64(whole[24-8*i:])
	}
	return limbs, nil
}

// Tokens is how many assets there are besides the native coin.
const Tokens = 1000

// Assets returns the assets by number: the native coin is 0.
func Assets() []clew.Asset {
	assets := []clew.Asset{clew.NativeAsset(Chain)}
	for k := range uint64(Tokens) {
		assets = append(assets, clew.Token("erc20", address(tokenSalt, k).Clew()))
	}
	return assets
}

// Salts keep apart what is derived from numbers.
const (
	holderSalt = 0x6164647265737301
	tokenSalt  = 0x746f6b656e000002
	txSalt     = 0x7478000000000003
)

// address derives an address that nobody holds the key of.
func address(salt, n uint64) Address {
	var a Address
	binary.LittleEndian.PutUint64(a[0:], mix(salt+3*n))
	binary.LittleEndian.PutUint64(a[8:], mix(salt+3*n+1))
	binary.LittleEndian.PutUint32(a[16:], uint32(mix(salt+3*n+2)))
	return a
}

// mix is the finaliser of splitmix64: one to one, and without pattern.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
