package segment

import (
	"encoding/binary"
	"math/rand/v2"

	"clew"
)

// A shape says what random transfers are like.
type shape struct {
	chain     clew.Chain
	transfers int
	addresses int
	assets    int
	heights   int
	hub       float64 // share of legs at the first address
	uncommon  bool    // items, aggregates, rounding, several legs, unknown inputs
	huge      bool    // amounts that make sums overflow
	oddTimes  bool    // several times at one height
}

// random returns transfers of a shape in chain order.
func (sh shape) random(seed uint64) []clew.Transfer {
	r := rand.New(rand.NewPCG(seed, 7))
	g := &generator{shape: sh, r: r}
	for i := range sh.addresses {
		g.addresses = append(g.addresses, g.address(i))
	}
	g.addresses = append(g.addresses, clew.Address{})
	g.assets = append(g.assets, clew.NativeAsset(sh.chain))
	for i := 1; i < sh.assets; i++ {
		standard := "erc20"
		if i%5 == 4 {
			standard = "erc721"
		}
		var key [20]byte
		binary.BigEndian.PutUint64(key[:], r.Uint64())
		g.assets = append(g.assets, clew.Token(standard, clew.EVMAddress(sh.chain, key)))
	}
	var list []clew.Transfer
	pos := clew.Pos{Height: 100}
	var tx clew.TxID
	for range sh.transfers {
		pos, tx = g.next(pos, tx)
		list = append(list, g.transfer(pos, tx))
	}
	return list
}

type generator struct {
	shape
	r         *rand.Rand
	addresses []clew.Address
	assets    []clew.Asset
	outputs   []clew.Output
	spent     int
}

func (g *generator) address(i int) clew.Address {
	var key [32]byte
	for j := range key {
		key[j] = byte(g.r.Uint32())
	}
	if !g.chain.IsBitcoin() {
		if i%7 == 3 {
			key = [32]byte{19: byte(i)} // not spread like a hash
		}
		return clew.EVMAddress(g.chain, [20]byte(key[:20]))
	}
	form := clew.P2PKH + clew.Form(i%7)
	size := []int{20, 20, 20, 32, 32, 2, 32}[i%7]
	a, err := clew.MakeAddress(g.chain, form, key[:size])
	if err != nil {
		panic(err)
	}
	return a
}

func (g *generator) next(pos clew.Pos, tx clew.TxID) (clew.Pos, clew.TxID) {
	newTx := tx
	binary.BigEndian.PutUint64(newTx[:], g.r.Uint64())
	newTx[31] = 1
	switch g.r.IntN(6) {
	case 0:
		step := uint64(1)
		if g.heights > 0 {
			step += g.r.Uint64N(uint64(g.heights))
		}
		return clew.Pos{Height: pos.Height + step, Index: uint32(g.r.IntN(3))}, newTx
	case 1, 2:
		if g.r.IntN(20) == 0 {
			newTx = clew.TxID{}
		}
		return clew.Pos{Height: pos.Height, Index: pos.Index + 1 + uint32(g.r.IntN(3))}, newTx
	case 3:
		if pos.Class < clew.BlockLevel {
			return clew.Pos{Height: pos.Height, Index: pos.Index, Class: pos.Class + 1, Ordinal: uint32(g.r.IntN(9))}, tx
		}
	}
	pos.Ordinal += 1 + uint32(g.r.IntN(3))
	return pos, tx
}

func (g *generator) any() clew.Address {
	if g.r.Float64() < g.hub {
		return g.addresses[0]
	}
	return g.addresses[g.r.IntN(len(g.addresses))]
}

func (g *generator) amount() clew.Amount {
	bits := g.r.IntN(110)
	if g.huge {
		bits = 200 + g.r.IntN(57)
	}
	var limbs [4]uint64
	for i := range limbs {
		limbs[i] = g.r.Uint64()
		switch have := bits - 64*i; {
		case have <= 0:
			limbs[i] = 0
		case have < 64:
			limbs[i] >>= 64 - have
		}
	}
	switch g.r.IntN(24) {
	case 0, 1:
		return clew.Amount{}
	case 2:
		return clew.AmountOf([4]uint64{limbs[0], wideHi - g.r.Uint64N(3)}) // about where wide amounts begin
	}
	return clew.AmountOf(limbs)
}

func (g *generator) transfer(pos clew.Pos, tx clew.TxID) clew.Transfer {
	t := clew.Transfer{Pos: pos, Tx: tx, Asset: g.assets[g.r.IntN(len(g.assets))], Time: clew.Time(1e9 + pos.Height*12)}
	if g.r.IntN(3) > 0 {
		t.Asset = g.assets[0]
	}
	if g.oddTimes {
		t.Time -= clew.Time(g.r.IntN(3))
	}
	amount := g.amount()
	t.From = []clew.Leg{{Address: g.any(), Amount: amount}}
	t.To = []clew.Leg{{Address: g.any(), Amount: amount}}
	if g.r.IntN(10) == 0 {
		t.To[0].Address = t.From[0].Address
	}
	if t.To[0].Address.IsZero() && t.From[0].Address.IsZero() {
		t.To[0].Address = g.addresses[0] // what is of nobody has no rows, so that Verify has but one copy of it
	}
	if g.chain.IsBitcoin() {
		g.several(&t)
		return t
	}
	if g.uncommon {
		g.mark(&t)
	}
	return t
}

func (g *generator) mark(t *clew.Transfer) {
	switch g.r.IntN(12) {
	case 0:
		if !t.Asset.IsFungible() {
			item := g.amount()
			t.Item = &item
		}
	case 1:
		t.Rounded = true
	case 2:
		unit := clew.Units(g.r.Uint64N(1000))
		total, _ := unit.MulDiv(clew.Units(7), clew.Units(1))
		t.From[0].Amount, t.To[0].Amount = total, total
		t.Aggregate = &clew.Aggregate{Count: 7, Unit: unit, First: t.Time - 5, Last: t.Time}
	}
}

// several makes t a Bitcoin-like transaction.
func (g *generator) several(t *clew.Transfer) {
	t.From, t.To = nil, nil
	binary.BigEndian.PutUint64(t.Tx[8:], g.r.Uint64())
	unknown := false
	var in clew.Amount
	for i := range 1 + g.r.IntN(4) {
		leg := clew.Leg{Address: g.any(), Amount: clew.Units(g.r.Uint64N(1e6))}
		if g.r.IntN(8) == 0 {
			leg, unknown = clew.Leg{Unknown: true}, true
		}
		if g.r.IntN(4) > 0 && g.spent < len(g.outputs) {
			leg.Spends = &g.outputs[g.spent]
			g.spent++
		}
		if g.huge && i == 0 && !leg.Unknown {
			leg.Amount = clew.AmountOf([4]uint64{1, 2, g.r.Uint64(), 0})
		}
		in = in.Plus(leg.Amount)
		t.From = append(t.From, leg)
	}
	if unknown {
		in = in.Plus(clew.Units(g.r.Uint64N(1e6)))
	}
	for range g.r.IntN(3) {
		part, _ := in.MulDiv(clew.Units(uint64(g.r.IntN(100))), clew.Units(100))
		t.To = append(t.To, clew.Leg{Address: g.any(), Amount: part})
		in = in.Minus(part)
	}
	t.To = append(t.To, clew.Leg{Address: g.addresses[g.r.IntN(len(g.addresses)-1)], Amount: in})
	for i := range t.To {
		g.outputs = append(g.outputs, clew.Output{Tx: t.Tx, Index: uint32(i)})
	}
}

// shapes are the random sets that every property is held against.
var shapes = map[string]shape{
	"empty":       {chain: clew.Ethereum, addresses: 1, assets: 1},
	"one":         {chain: clew.Ethereum, transfers: 1, addresses: 2, assets: 1},
	"small":       {chain: clew.Ethereum, transfers: 40, addresses: 5, assets: 3, uncommon: true},
	"heavy":       {chain: clew.Ethereum, transfers: 2000, addresses: 12, assets: 7, hub: 0.3, uncommon: true},
	"many assets": {chain: clew.Ethereum, transfers: 3000, addresses: 40, assets: 900, hub: 0.4},
	"one asset":   {chain: clew.Ethereum, transfers: 1500, addresses: 9, assets: 1, hub: 0.2},
	"high":        {chain: clew.Ethereum, transfers: 900, addresses: 30, assets: 4, heights: 1 << 40, hub: 0.1},
	"huge":        {chain: clew.Ethereum, transfers: 900, addresses: 6, assets: 3, huge: true, hub: 0.2},
	"odd times":   {chain: clew.Ethereum, transfers: 1200, addresses: 10, assets: 3, oddTimes: true, hub: 0.2},
	"bitcoin":     {chain: clew.Bitcoin, transfers: 800, addresses: 30, assets: 1, hub: 0.2},
	"big bitcoin": {chain: clew.Bitcoin, transfers: 400, addresses: 20, assets: 1, hub: 0.2, huge: true},
}
