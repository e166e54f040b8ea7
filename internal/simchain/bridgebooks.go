package simchain

import "clew"

// landChains are the chains of accounts, in order.
var landChains = []clew.Chain{EVMChain, TwinChain, TronChain}

// settle brings a chain of accounts to a time: its blocks are made when
// something happens, so that they stand at uneven times.
func (b *book) settle(now clew.Time) {
	now -= now % b.every
	if len(b.block.Transfers) > 0 && b.block.Ref.Time < now {
		b.seal()
	}
	if len(b.block.Transfers) == 0 && b.block.Ref.Time < now {
		b.block.Ref.Time = now
	}
}

// a coinBook is a Bitcoin-like chain in the making, of which only transactions of
// travellers and spans are made.
type coinBook struct {
	draw
	ids    draw
	block  clew.Block // open
	blocks []clew.Block
	count  int // transfers of sealed blocks
	held   map[clew.Address][]coin
}

// coinFee is what a Bitcoin-like transaction pays.
const coinFee = 2_000

func newCoinBook(d, ids draw) *coinBook {
	b := &coinBook{draw: d, ids: ids, held: map[clew.Address][]coin{}}
	b.block.Ref = clew.BlockRef{Hash: ids.txID(), Time: utxoStart}
	return b
}

func (b *coinBook) made() int { return b.count + len(b.block.Transfers) }

func (b *coinBook) address() clew.Address {
	var key [20]byte
	b.ids.fill(key[:])
	a, err := clew.MakeAddress(UTXOChain, clew.P2WPKH, key[:])
	if err != nil {
		panic("simchain: " + err.Error())
	}
	return a
}

// settle seals the block if its time is over. What happens between two blocks
// is in the later one.
func (b *coinBook) settle(now clew.Time) {
	if b.block.Ref.Time < now {
		b.seal(now + clew.Time(b.below(2*blockEvery)))
	}
}

// seal ends a block and opens the next, of a time.
func (b *coinBook) seal(next clew.Time) {
	b.count += len(b.block.Transfers)
	b.blocks = append(b.blocks, b.block)
	last := b.block.Ref
	b.block = clew.Block{Ref: clew.BlockRef{Height: last.Height + 1, Hash: b.ids.txID(), Time: max(next, last.Time+1)}, Parent: last.Hash}
}

// issue gives coins, outside of what people do.
func (b *coinBook) issue(to clew.Address, coins int, amount uint64) {
	for range coins {
		id := b.ids.txID()
		b.block.Transfers = append(b.block.Transfers, clew.Transfer{Pos: b.next(), Time: b.block.Ref.Time, Tx: id, Asset: clew.NativeAsset(UTXOChain),
			From: []clew.Leg{{Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(amount)}}})
		b.held[to] = append(b.held[to], coin{clew.Output{Tx: id}, to, amount})
	}
}

func (b *coinBook) next() clew.Pos {
	return clew.Pos{Height: b.block.Ref.Height, Index: uint32(len(b.block.Transfers))}
}

func (b *coinBook) has(a clew.Address) uint64 { return total(b.held[a]) }

// pay spends coins of payers, in order, on outputs; the rest goes back. It
// returns the transaction, and false if they have too little.
func (b *coinBook) pay(payers []clew.Address, back clew.Address, outs ...out) (*clew.Transfer, bool) {
	need := uint64(coinFee)
	for _, o := range outs {
		need += o.amount
	}
	var ins []coin
	var sum uint64
	taken := map[clew.Address]int{}
	for _, p := range payers {
		for _, c := range b.held[p] {
			if sum >= need {
				break
			}
			ins, sum, taken[p] = append(ins, c), sum+c.amount, taken[p]+1
		}
	}
	if sum < need {
		return nil, false
	}
	for p, n := range taken {
		b.held[p] = b.held[p][n:]
	}
	if sum-need >= dust {
		outs = append(outs, out{address: back, amount: sum - need})
		need = sum
	}
	return b.put(ins, outs, sum), true
}

func (b *coinBook) put(ins []coin, outs []out, sum uint64) *clew.Transfer {
	id := b.ids.txID()
	t := clew.Transfer{Pos: b.next(), Time: b.block.Ref.Time, Tx: id, Asset: clew.NativeAsset(UTXOChain)}
	for i := range ins {
		spends := ins[i].out
		t.From = append(t.From, clew.Leg{Address: ins[i].address, Amount: clew.Units(ins[i].amount), Spends: &spends})
	}
	for i, o := range outs {
		t.To = append(t.To, clew.Leg{Address: o.address, Amount: clew.Units(o.amount)})
		b.held[o.address] = append(b.held[o.address], coin{clew.Output{Tx: id, Index: uint32(i)}, o.address, o.amount})
		sum -= o.amount
	}
	t.To = append(t.To, clew.Leg{Amount: clew.Units(sum)})
	b.block.Transfers = append(b.block.Transfers, t)
	return &b.block.Transfers[len(b.block.Transfers)-1]
}

// act notes what a span says in a transaction.
func (b *coinBook) act(a clew.Act) { b.block.Acts = append(b.block.Acts, a) }

// found makes the chains, their assets, who takes part, and what they have.
func (c *crossroads) found() {
	for i, chain := range landChains {
		every, step := []clew.Time{12, 2, 3}[i], []uint64{1_000_000_000, 1_000_000_000, 1}[i]
		c.lands[chain] = newBook(chain, c.ids, every, step, []uint64{1_000_000, 10_000, 300_000}[i])
	}
	c.coins = newCoinBook(c.draw, c.ids)
	for _, k := range kinds {
		if b := c.lands[k.chain]; b != nil && k.token == 0 {
			c.moneys[k.name] = b.coin
		} else if b != nil {
			m := &money{assetOf(k), k.step}
			b.tokens, c.moneys[k.name] = append(b.tokens, m), m
		}
	}
	for range 100 + c.world.Plan.Transfers/60 {
		t := &traveller{evm: c.account(EVMChain), tron: c.account(TronChain), coin: c.coins.address()}
		c.people = append(c.people, t)
		c.endow(1<<40, t.evm, c.same(t.evm, TwinChain), t.tron)
		c.coins.issue(t.coin, 4, 400*coinUnits)
	}
	for i := range habits {
		c.span(i)
	}
	for _, chain := range landChains {
		c.lands[chain].seal() // what is issued stands in a block of its own
	}
}

// account makes an address of a chain of accounts.
func (c *crossroads) account(chain clew.Chain) clew.Address {
	var key [20]byte
	c.ids.fill(key[:])
	form := clew.EVMForm
	if chain.IsTron() {
		form = clew.TronForm
	}
	a, err := clew.MakeAddress(chain, form, key[:])
	if err != nil {
		panic("simchain: " + err.Error())
	}
	return a
}

// same returns the same digits on another EVM-like chain.
func (c *crossroads) same(a clew.Address, chain clew.Chain) clew.Address {
	return clew.EVMAddress(chain, [20]byte(a.Key()))
}

// endow gives addresses so many steps of everything on their chains.
func (c *crossroads) endow(steps uint64, to ...clew.Address) {
	for _, a := range to {
		b := c.lands[a.Chain()]
		for _, m := range append([]*money{b.coin}, b.tokens...) {
			units := steps
			if m.step >= 1_000_000_000 && m.step < 1_000_000_000_000 {
				units *= 1_000
			}
			b.issue(m, a, units)
		}
	}
}
