package gen

import (
	"encoding/binary"
	"math/bits"
)

// A Config says which transfers to make.
type Config struct {
	Seed  uint64
	N     uint64 // transfers
	Heavy uint64 // of these, how many one address sends, besides what chance gives it
}

// Holders returns how many addresses there are to draw from. Not all are drawn:
// 20 million transfers have about 4.7 million addresses.
func (c Config) Holders() uint64 { return max(64, c.N*17/40) }

// HeavyAddress returns the address that sends Heavy transfers; without Heavy,
// it is the one with most.
func (c Config) HeavyAddress() Address { return address(holderSalt^c.Seed, 0) }

// Rank returns the address of a rank: lower ranks have more transfers.
func (c Config) Rank(r uint64) Address { return address(holderSalt^c.Seed, r) }

// Shape of blocks: 50 to 100 transactions of one to three transfers each.
const (
	firstHeight = 15_000_000
	firstTime   = 1_650_000_000
	blockTime   = 12
	leastTx     = 50
	spreadTx    = 51
	mostLegs    = 3
	nativeIn10  = 7 // of ten transfers, how many move the native coin
)

// A Generator makes transfers in chain order. It is not safe for concurrent
// use.
type Generator struct {
	config  Config
	state   uint64 // of the random numbers
	made    uint64
	heavy   uint64 // transfers of the heavy address still to make
	native  *asset
	tokens  []*asset
	weights []uint64 // of tokens, cumulative

	height, time uint64
	txLeft       uint32 // transactions still to come in the block
	index        uint32 // of the transaction
	logs         uint32 // in the block so far
	plan         []kind // transfers still to come in the transaction
	planned      [mostLegs]kind
	tx           [32]byte
	ordinal      uint32 // of native transfers in the transaction
}

// A kind is the number of an asset.
type kind = uint32

// New returns a generator at its first transfer.
func New(c Config) *Generator {
	g := &Generator{config: c, state: mix(c.Seed), heavy: c.Heavy, height: firstHeight - 1, time: firstTime - blockTime}
	g.native = newAsset(nativeKind, c.N*nativeIn10/10, c.Holders(), c)
	var total uint64
	for k := range uint64(Tokens) {
		total += tokenWeight(k)
		g.weights = append(g.weights, total)
	}
	for k := range uint64(Tokens) {
		share := scale(c.N*(10-nativeIn10)/10, tokenWeight(k), total)
		g.tokens = append(g.tokens, newAsset(tokenKind(k), share, c.Holders(), c))
	}
	return g
}

// tokenWeight is how often a token moves: in proportion to 1/(k+1).
func tokenWeight(k uint64) uint64 { return 1 << 32 / (k + 1) }

// Next fills row with the next transfer, and returns false after the last.
func (g *Generator) Next(row *Row) bool {
	if g.made == g.config.N {
		return false
	}
	g.made++
	if len(g.plan) == 0 {
		g.nextTransaction()
	}
	k := g.plan[0]
	g.plan = g.plan[1:]
	row.Pos, row.Time, row.Asset, row.Tx = g.position(k), uint32(g.time), k, g.tx
	g.move(row)
	return true
}

// nextTransaction plans a transaction, and a block where one begins. Native
// transfers come first, as positions have it.
func (g *Generator) nextTransaction() {
	g.index++
	if g.txLeft == 0 {
		g.height, g.time = g.height+1, g.time+blockTime
		g.txLeft = leastTx + uint32(g.below(spreadTx))
		g.index, g.logs = 0, 0
	}
	g.txLeft--
	g.ordinal = 0
	legs, natives := int(1+g.below(mostLegs)), 0
	for range legs {
		if g.below(10) < nativeIn10 {
			natives++
		}
	}
	g.plan = g.planned[:legs]
	for i := range g.plan {
		g.plan[i] = 0
		if i >= natives {
			g.plan[i] = g.token()
		}
	}
	n := txSalt ^ g.config.Seed + 4*g.made
	for i := range uint64(4) {
		binary.LittleEndian.PutUint64(g.tx[8*i:], mix(n+i))
	}
}

// position returns the packed position of the next transfer.
func (g *Generator) position(k kind) uint64 {
	class, ordinal := uint64(0), g.ordinal
	if k == 0 {
		g.ordinal++
	} else {
		class, ordinal = 1, g.logs
		g.logs++
	}
	return g.height<<heightShift | uint64(g.index)<<(ordinalBits+classBits) | class<<ordinalBits | uint64(ordinal)
}

// token draws a token by weight.
func (g *Generator) token() kind {
	x := g.below(g.weights[len(g.weights)-1])
	lo, hi := 0, len(g.weights)-1
	for lo < hi {
		if mid := (lo + hi) / 2; g.weights[mid] > x {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return kind(lo + 1)
}

// random returns 64 random bits.
func (g *Generator) random() uint64 {
	g.state += 0x9e3779b97f4a7c15
	x := g.state
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below returns a random number less than n.
func (g *Generator) below(n uint64) uint64 {
	hi, _ := bits.Mul64(g.random(), n)
	return hi
}

// scale returns x·num/den rounded down.
func scale(x, num, den uint64) uint64 {
	hi, lo := bits.Mul64(x, num)
	q, _ := bits.Div64(hi, lo, den)
	return q
}
