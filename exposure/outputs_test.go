package exposure

import (
	"context"
	"fmt"
	"math/big"
	"math/rand"
	"testing"

	"clew"
	"clew/ledger"
)

var bitcoin = clew.NativeAsset(clew.Bitcoin)

func script(n int) clew.Address {
	key := make([]byte, 20)
	key[0], key[19] = 0xbb, byte(n)
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, key)
	if err != nil {
		panic(err)
	}
	return a
}

// coins makes a history of outputs, one transaction a block.
type coins struct {
	transfers []clew.Transfer
	places    map[clew.TxID]int
}

type out struct {
	to     clew.Address
	amount uint64
}

func newCoins() *coins { return &coins{places: map[clew.TxID]int{}} }

func (c *coins) out(tx, n int) clew.Output {
	return clew.Output{Tx: c.transfers[tx].Tx, Index: uint32(n)}
}

// mint pays an address newly made coins.
func (c *coins) mint(to clew.Address, amount uint64) clew.Output {
	c.add([]clew.Leg{{Amount: clew.Units(amount)}}, []out{{to, amount}})
	return c.out(len(c.transfers)-1, 0)
}

// pay spends outputs, and returns the number of the transaction. What is left
// is the fee.
func (c *coins) pay(spent []clew.Output, outs ...out) int {
	var from []clew.Leg
	for _, o := range spent {
		leg := c.transfers[c.places[o.Tx]].To[o.Index]
		leg.Spends = &o
		from = append(from, leg)
	}
	c.add(from, outs)
	return len(c.transfers) - 1
}

func (c *coins) add(from []clew.Leg, outs []out) {
	pos := clew.Pos{Height: uint64(len(c.transfers))}
	t := clew.Transfer{Pos: pos, Time: timeOf(pos.Height), Tx: txOf(pos), Asset: bitcoin, From: from}
	left := t.Amount()
	for _, o := range outs {
		t.To = append(t.To, clew.Leg{Address: o.to, Amount: clew.Units(o.amount)})
		left = left.Minus(clew.Units(o.amount))
	}
	if !left.IsZero() {
		t.To = append(t.To, clew.Leg{Amount: left})
	}
	c.places[t.Tx] = len(c.transfers)
	c.transfers = append(c.transfers, t)
}

// randomCoins returns a history in which addresses 0 to 7 deal.
func randomCoins(random *rand.Rand) *coins {
	c := newCoins()
	var unspent []clew.Output
	for range 40 + random.Intn(40) {
		if len(unspent) < 3 || random.Intn(6) == 0 {
			unspent = append(unspent, c.mint(script(random.Intn(8)), 1_000_000+uint64(random.Int63n(1_000_000_000))))
			continue
		}
		var spent []clew.Output
		left := uint64(0)
		for range 1 + random.Intn(3) {
			at := random.Intn(len(unspent))
			o := unspent[at]
			unspent = append(unspent[:at:at], unspent[at+1:]...)
			spent = append(spent, o)
			n, _ := c.transfers[c.places[o.Tx]].To[o.Index].Amount.Uint64()
			left += n
			if len(unspent) == 0 {
				break
			}
		}
		var outs []out
		for i := 0; i < 4 && left > 10; i++ {
			n := 1 + uint64(random.Int63n(int64(left)))
			outs = append(outs, out{script(random.Intn(8)), n})
			left -= n
		}
		tx := c.pay(spent, outs...)
		for i := range outs {
			unspent = append(unspent, c.out(tx, i))
		}
	}
	return c
}

// A coinOracle follows outputs with exact fractions, each by itself.
type coinOracle struct {
	*coins
	ledger ledger.Snapshot
	known  known
	hops   int
	got    mixture
	ctx    context.Context
}

// back says what n units of an output of a transaction are made of.
func (o *coinOracle) back(tx int, n *big.Rat, hops int) {
	t := &o.transfers[tx]
	for _, l := range t.From {
		part := new(big.Rat).Mul(n, new(big.Rat).Quo(rat(l.Amount), rat(t.Amount())))
		if o.ends(l.Address, part, hops, Issued) {
			continue
		}
		o.back(o.places[l.Spends.Tx], part, hops+1)
	}
}

// on says where n units that went into a transaction went.
func (o *coinOracle) on(tx int, n *big.Rat, hops int) {
	t := &o.transfers[tx]
	for i, l := range t.To {
		part := new(big.Rat).Mul(n, new(big.Rat).Quo(rat(l.Amount), rat(t.Amount())))
		if o.ends(l.Address, part, hops, Fees) {
			continue
		}
		pos, _, err := o.ledger.Spender(o.ctx, t.Pos, uint32(i))
		if err != nil {
			o.got.add(label{reason: AtRest}, part)
			continue
		}
		o.on(int(pos.Height), part, hops+1)
	}
}

func (o *coinOracle) ends(a clew.Address, part *big.Rat, hops int, nobody Reason) bool {
	switch {
	case a.IsZero():
		o.got.add(label{reason: nobody}, part)
	case a == script(0) && hops == 1: // to itself
	case a == script(0):
		o.got.add(label{reason: RoundTrip}, part)
	case o.known[a] != nil:
		o.got.add(label{address: a, direct: hops == 1}, part)
	case hops == o.hops:
		o.got.add(label{reason: BeyondHops}, part)
	default:
		return false
	}
	return true
}

// TestExactFractionsOfOutputs is TestExactFractions where value rests in
// outputs.
func TestExactFractionsOfOutputs(t *testing.T) {
	for seed := range int64(300) {
		random := rand.New(rand.NewSource(seed))
		c := randomCoins(random)
		k := known{}
		for n := 1; n < 8; n++ {
			if random.Intn(3) == 0 {
				k[script(n)] = exchange(fmt.Sprint("x", n))
			}
		}
		in := &coinOracle{coins: c, ledger: ledgerOf(t, c.transfers), known: k, hops: 1 + random.Intn(5), got: mixture{}, ctx: t.Context()}
		going := *in
		going.got = mixture{}
		for i := range c.transfers {
			for _, l := range c.transfers[i].To {
				if l.Address == script(0) {
					in.back(i, rat(l.Amount), 1)
				}
			}
			for _, l := range c.transfers[i].From {
				if l.Address == script(0) {
					going.on(i, rat(l.Amount), 1)
				}
			}
		}
		a := of(t, Query{Ledger: in.ledger, Subject: script(0), Knower: k, Limits: Limits{Hops: in.hops}})
		slack := int64(len(c.transfers) * in.hops * 4)
		a.side(Incoming).compare(t, map[clew.Asset]mixture{bitcoin: in.got}, slack)
		a.side(Outgoing).compare(t, map[clew.Asset]mixture{bitcoin: going.got}, slack)
		if t.Failed() {
			t.Fatalf("seed %d, %d hops", seed, in.hops)
		}
	}
}

// TestInputsNotHeld: what an input brought whose output is not held came from
// nobody knows where, and the others keep their share.
func TestInputsNotHeld(t *testing.T) {
	c := newCoins()
	c.mint(script(1), 30)
	tx := c.pay([]clew.Output{c.out(0, 0)}, out{script(9), 30})
	paid := &c.transfers[tx]
	paid.From = append(paid.From, clew.Leg{Unknown: true, Spends: &clew.Output{Tx: clew.TxID{9}}})
	paid.To[0].Amount = clew.Units(50)
	f := of(t, Query{Ledger: ledgerOf(t, c.transfers), Subject: script(9), Knower: known{script(1): exchange("x")}}).side(Incoming)
	if r := f.row(script(1), true); r == nil || r.Amount != clew.Units(30) || f.residual(NotHeld) != clew.Units(20) {
		t.Errorf("%+v %+v", f.Rows, f.Residual)
	}
}
