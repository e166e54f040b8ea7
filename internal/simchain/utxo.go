package simchain

import (
	"cmp"
	"slices"

	"clew"
	"clew/bitcoin"
)

// A utxo is a Bitcoin-like chain in the making: its wallets, the coins that they
// hold, and the block that is being filled.
type utxo struct {
	world  *World
	draw        // choices
	ids    draw // names, apart from choices
	asset  clew.Asset
	chain  clew.Chain
	block  clew.Block // open
	blocks []clew.Block
	made   int // transfers of sealed blocks

	miner     *wallet
	immature  []coin // of the miner
	people    []*wallet
	merchants []*wallet
	exchanges []*exchange
	mixer     *wallet
	host      *wallet // a custodian's own
	events    int
}

// A wallet is one piece of software with its keys and coins.
type wallet struct {
	actor   int
	form    clew.Form
	print   bitcoin.Form // of its transactions
	coins   []coin
	reused  clew.Address // where it is always paid; nobody: somewhere new each time
	returns bool         // change goes back to the first input's address
	clumsy  bool         // takes more inputs than it needs
	rate    uint64       // satoshis a virtual byte
}

// A coin is an unspent output.
type coin struct {
	out     clew.Output
	address clew.Address
	amount  uint64
}

// An out is an output to be made. One without a wallet is beyond the world.
type out struct {
	to      *wallet
	address clew.Address
	amount  uint64
	change  bool
}

const (
	dust       = 600
	blockEvery = 600 // seconds
	utxoStart  = 1_600_000_000
	coinUnits  = 100_000_000
	subsidy    = 50 * coinUnits
	maturity   = 100 // blocks
)

func (u *utxo) actor(name string, role Role) int {
	u.world.Actors = append(u.world.Actors, Actor{name, role})
	return len(u.world.Actors) - 1
}

var forms = []clew.Form{clew.P2WPKH, clew.P2PKH, clew.P2SH, clew.P2TR}

// software lists how different wallets make their transactions.
var software = []bitcoin.Form{
	{Version: 2, Lock: bitcoin.HeightLock, Sequence: bitcoin.ReplaceSequence},
	{Version: 1},
	{Version: 2, Sequence: bitcoin.ReplaceSequence},
	{Version: 2, Lock: bitcoin.HeightLock, Sequence: bitcoin.LockSequence},
}

// wallet makes one for an actor.
func (u *utxo) wallet(actor int, form clew.Form, print bitcoin.Form) *wallet {
	return &wallet{actor: actor, form: form, print: print, rate: u.between(1, 40)}
}

// address makes a new address of a wallet.
func (u *utxo) address(w *wallet) clew.Address { return u.addressOf(w.actor, w.form) }

func (u *utxo) addressOf(actor int, form clew.Form) clew.Address {
	var key [32]byte
	u.ids.fill(key[:])
	a, err := clew.MakeAddress(u.chain, form, key[:form.Size()])
	if err != nil {
		panic("simchain: " + err.Error())
	}
	u.world.Addresses[a] = Place{Actor: actor}
	return a
}

// receive returns where a wallet wants to be paid.
func (u *utxo) receive(w *wallet) clew.Address {
	if !w.reused.IsZero() {
		return w.reused
	}
	return u.address(w)
}

func (w *wallet) balance() (sum uint64) {
	for i := range w.coins {
		sum += w.coins[i].amount
	}
	return sum
}

func total(coins []coin) (sum uint64) {
	for i := range coins {
		sum += coins[i].amount
	}
	return sum
}

// fee returns what a transaction of so many legs pays.
func (w *wallet) fee(ins, outs int) uint64 {
	return w.rate * (10 + 68*uint64(ins) + 31*uint64(outs))
}

// take removes coins that pay for an amount and outs outputs from the wallet: as
// many as are needed, and none to spare unless the wallet is clumsy.
func (u *utxo) take(w *wallet, amount uint64, outs int) ([]coin, bool) {
	n, sum := 0, uint64(0)
	for n < len(w.coins) && sum < amount+w.fee(n, outs)+dust {
		any := n + u.index(len(w.coins)-n)
		w.coins[n], w.coins[any] = w.coins[any], w.coins[n]
		sum += w.coins[n].amount
		n++
	}
	if sum < amount+w.fee(n, outs)+dust {
		return nil, false
	}
	taken := slices.Clone(w.coins[:n])
	w.coins = slices.Delete(w.coins, 0, n)
	if w.clumsy {
		return taken, true
	}
	slices.SortFunc(taken, func(a, b coin) int { return cmp.Compare(a.amount, b.amount) })
	for len(taken) > 1 && sum-taken[0].amount >= amount+w.fee(len(taken)-1, outs)+dust {
		sum -= taken[0].amount
		w.coins = append(w.coins, taken[0])
		taken = taken[1:]
	}
	return taken, true
}

// takeAll empties a wallet, up to a number of coins.
func (w *wallet) takeAll(most int) []coin {
	n := min(most, len(w.coins))
	taken := slices.Clone(w.coins[:n])
	w.coins = slices.Delete(w.coins, 0, n)
	return taken
}

// spend makes a transaction; what is over is the fee. It returns its name and
// the coins it makes, in the order of outs.
func (u *utxo) spend(print bitcoin.Form, ins []coin, outs []out) (clew.TxID, []coin) {
	order := make([]int, len(outs))
	for i := range order {
		order[i] = i
	}
	shuffle(u.draw, order)
	return u.spendAs(print, ins, outs, order)
}

// spendAs makes a transaction whose outputs are in an order of outs.
func (u *utxo) spendAs(print bitcoin.Form, ins []coin, outs []out, order []int) (clew.TxID, []coin) {
	id := u.ids.txID()
	t := clew.Transfer{Pos: clew.Pos{Height: u.block.Ref.Height, Index: uint32(len(u.block.Transfers))}, Time: u.block.Ref.Time, Tx: id, Asset: u.asset,
		From: make([]clew.Leg, len(ins)), To: make([]clew.Leg, 0, len(outs)+1)}
	spends := make([]clew.Output, len(ins))
	for i := range ins {
		spends[i] = ins[i].out
		t.From[i] = clew.Leg{Address: ins[i].address, Amount: clew.Units(ins[i].amount), Spends: &spends[i]}
	}
	made := make([]coin, len(outs))
	left := total(ins)
	for at, i := range order {
		o := &outs[i]
		made[i] = coin{clew.Output{Tx: id, Index: uint32(at)}, o.address, o.amount}
		t.To = append(t.To, clew.Leg{Address: o.address, Amount: clew.Units(o.amount)})
		if o.amount > left {
			panic("simchain: a transaction pays more than it takes")
		}
		left -= o.amount
		if o.change {
			u.world.Change[made[i].out] = true
		}
		if o.to != nil {
			o.to.coins = append(o.to.coins, made[i])
		}
	}
	if left > 0 {
		t.To = append(t.To, clew.Leg{Amount: clew.Units(left)})
	}
	u.world.Forms[id] = print
	u.block.Transfers = append(u.block.Transfers, t)
	return id, made
}

// pay pays from a wallet, with change where it is more than dust, and reports
// whether the wallet could.
func (u *utxo) pay(w *wallet, pays ...out) (clew.TxID, []coin, bool) {
	var amount uint64
	for _, o := range pays {
		amount += o.amount
	}
	ins, ok := u.take(w, amount, len(pays)+1)
	if !ok {
		return clew.TxID{}, nil, false
	}
	outs := slices.Clone(pays)
	if over := total(ins) - amount - w.fee(len(ins), len(pays)+1); over >= dust {
		back := u.changeOf(w, ins)
		outs = append(outs, out{w, back, over, true})
	}
	id, made := u.spend(w.print, ins, outs)
	return id, made, true
}

// changeOf returns where a wallet sends its change.
func (u *utxo) changeOf(w *wallet, ins []coin) clew.Address {
	if w.returns {
		return ins[0].address
	}
	return u.address(w)
}

// seal ends a block and opens the next with its first transaction.
func (u *utxo) seal() {
	u.made += len(u.block.Transfers)
	u.blocks = append(u.blocks, u.block)
	last := u.block.Ref
	next := clew.BlockRef{Height: last.Height + 1, Hash: u.ids.txID(), Time: last.Time + blockEvery/2 + clew.Time(u.below(blockEvery))}
	u.block = clew.Block{Ref: next, Parent: last.Hash}
	u.issue(u.miner, subsidy)
}

// issue makes the first transaction of a block. Its coins can be spent after
// maturity blocks.
func (u *utxo) issue(w *wallet, amount uint64) {
	if len(u.immature) >= maturity {
		w.coins = append(w.coins, u.immature[0])
		u.immature = u.immature[1:]
	}
	id := u.ids.txID()
	address := u.receive(w)
	u.block.Transfers = append(u.block.Transfers, clew.Transfer{Pos: clew.Pos{Height: u.block.Ref.Height}, Time: u.block.Ref.Time, Tx: id, Asset: u.asset,
		From: []clew.Leg{{Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: address, Amount: clew.Units(amount)}}})
	u.immature = append(u.immature, coin{clew.Output{Tx: id}, address, amount})
	u.world.Forms[id] = bitcoin.Form{Version: 1}
}
