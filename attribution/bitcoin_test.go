package attribution

import (
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// A coinBook is a ledger of Bitcoin that is written down here: 1,000 satoshis of each
// transaction are its fee.
type coinBook struct {
	t      *testing.T
	store  *memory.Ledger
	height uint64
	txs    []clew.Transfer
}

// bit returns the address that stands for a number on Bitcoin.
func bit(n int) clew.Address {
	key := make([]byte, 20)
	key[0], key[18], key[19] = 0xbb, byte(n>>8), byte(n)
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, key)
	if err != nil {
		panic(err) // twenty bytes
	}
	return a
}

// A coinAt is an output: which of which transaction, counted from 0.
type coinAt struct{ tx, output int }

// A paid is an output to be.
type paid struct {
	to     int
	amount uint64
}

// begun is when the first transaction of a coinBook is: on 2024-01-01.
const begun = clew.Time(1_704_067_200)

// spend writes a transaction down, some hours after the first, and returns its number.
// Without inputs it issues coins.
func (b *coinBook) spend(hours clew.Time, ins []coinAt, outs ...paid) int {
	x := clew.Transfer{Pos: clew.Pos{Height: b.height, Index: 1}, Time: begun + hours*3600, Tx: clew.TxID{0: byte(len(b.txs)), 1: 1}, Asset: clew.NativeAsset(clew.Bitcoin)}
	var in, out clew.Amount
	for _, c := range ins {
		l := b.txs[c.tx].To[c.output]
		l.Spends = &clew.Output{Tx: b.txs[c.tx].Tx, Index: uint32(c.output)}
		x.From, in = append(x.From, l), in.Plus(l.Amount)
	}
	for _, o := range outs {
		x.To, out = append(x.To, clew.Leg{Address: bit(o.to), Amount: clew.Units(o.amount)}), out.Plus(clew.Units(o.amount))
	}
	if len(ins) == 0 {
		x.From = []clew.Leg{{Amount: out}}
	} else {
		x.To = append(x.To, clew.Leg{Amount: in.Minus(out)})
	}
	b.txs = append(b.txs, x)
	if err := b.store.Append(b.t.Context(), clew.Block{Ref: clew.BlockRef{Height: b.height, Time: x.Time}, Transfers: []clew.Transfer{x}}); err != nil {
		b.t.Fatal(err)
	}
	b.height++
	return len(b.txs) - 1
}

// profile follows one output of a transaction, and makes the theft's profile.
func (b *coinBook) profile(id string, theft int, services ...int) *Profile {
	b.t.Helper()
	s, err := b.store.Snapshot(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	defer s.Close()
	var tags tag.Builder
	for _, n := range services {
		tags.Add(tag.Tag{Subject: bit(n), Label: "an exchange", Concepts: []tag.Concept{"exchange"}, Source: "test", Pack: "test"})
	}
	x := b.txs[theft]
	r, err := trace.Run(b.t.Context(), trace.Input{Ledgers: []ledger.Snapshot{s}, Namer: tags.Index(), Legs: true, Method: taint.Method{Policy: taint.TaintFirst}, Spread: trace.No,
		Start: trace.Start{Origins: []trace.Seed{{ID: "loot", Name: "loot", Chain: clew.Bitcoin, Transfers: []clew.Pos{x.Pos}, Basis: clew.Fact}}}})
	if err != nil {
		b.t.Fatal(err)
	}
	p, err := Make(b.t.Context(), Making{ID: id, Day: "2024-01-01", Sources: []string{"test"}, Trace: r, Ledgers: []ledger.Snapshot{s}, Namer: tags.Index(), Degree: 1000})
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// What numbers stand for beside those of make_test.go.
const (
	coinVictim   = 100
	coinGatherer = 110
	coinExchange = 120
	mate         = 130 // in a CoinJoin, and those after it
)

// steal writes down a theft that is gathered in an address, peels off five payments
// to an exchange and puts the rest into a CoinJoin; own numbers the thief's others.
func (b *coinBook) steal(hours clew.Time, own, gatherer int) (theft int) {
	funds := b.spend(hours, nil, paid{coinVictim + own, 30_000_000})
	theft = b.spend(hours, []coinAt{{funds, 0}}, paid{own, 29_999_000})
	split := b.spend(hours+9, []coinAt{{theft, 0}}, paid{own + 1, 10_000_000}, paid{own + 2, 19_998_000})
	at := coinAt{b.spend(hours+24, []coinAt{{split, 0}, {split, 1}}, paid{gatherer, 29_997_000}), 0}
	rest := uint64(29_997_000)
	for i := range 5 {
		peel := uint64(2_000_000)
		if i == 4 {
			peel = rest - 5_001_500
		}
		rest -= peel + 1000
		at = coinAt{b.spend(hours+clew.Time(48+24*i), []coinAt{at}, paid{coinExchange, peel}, paid{own + 3 + i, rest}), 1}
	}
	ins, outs := []coinAt{at}, []paid{{mate + own, 5_000_000}}
	for i := range 4 {
		ins = append(ins, coinAt{b.spend(hours+170, nil, paid{mate + own + 20 + i, 5_000_000}), 0})
		outs = append(outs, paid{mate + own + 10 + i, 5_000_000})
	}
	join := b.spend(hours+171, ins, outs...)
	b.spend(hours+200, []coinAt{{join, 0}}, paid{coinExchange, 4_999_000})
	return theft
}

// TestBitcoinProfile: on a chain of outputs too it is told which addresses did what,
// by which steps, in which tranches, at which hours and for which fees; and what
// comes out of a CoinJoin is nobody's.
func TestBitcoinProfile(t *testing.T) {
	b := &coinBook{t: t, store: memory.New(clew.Bitcoin), height: 1}
	p := b.profile("coins-2024", b.steal(0, 200, coinGatherer), coinExchange)
	for n, want := range map[int]Address{200: {Did: Received, Share: 1000}, 201: {Did: PassedOn, Hop: 1, Share: 333}, 202: {Did: PassedOn, Hop: 1, Share: 666},
		coinGatherer: {Did: Consolidated, Hop: 2, Share: 999}, coinExchange: {Did: Served, Hop: 3, Share: 833}} {
		if got, ok := p.At(bit(n)); !ok || got.Did != want.Did || got.Hop != want.Hop || got.Share != want.Share {
			t.Errorf("%d: %+v, want %+v", n, got, want)
		}
	}
	for i := range 4 {
		for _, n := range []int{mate + 200, mate + 210 + i, mate + 220 + i} {
			if _, ok := p.At(bit(n)); ok {
				t.Errorf("%d, of a CoinJoin, is among the theft's", n)
			}
		}
	}
	want := []StepKind{StepGather, StepPeel, StepService, StepJoin}
	if stepsApart(p.Steps, want) != 0 {
		t.Errorf("steps %v", p.Steps)
	}
	if len(p.Tranches) != 2 || p.Tranches[0].Times != 4 || p.Tranches[0].Amount != clew.Units(2_000_000) {
		t.Errorf("tranches %+v", p.Tranches)
	}
	if len(p.Fees) != 1 || p.Fees[0].Amount != clew.Units(1000) || p.Fees[0].Times != 7 {
		t.Errorf("fees %+v", p.Fees)
	}
	if h := p.Hours; h == nil || h.Transactions != 7 || h.Sessions != 7 || h.Signers != byCoins || h.ByHour[0] != 6 || h.ByHour[9] != 1 {
		t.Errorf("hours %+v", h)
	}
	if x, _ := p.At(bit(coinGatherer)); x.Payers != 0 || x.Came != clew.Units(29_997_000) || x.Ours != x.Came {
		t.Errorf("%+v", x)
	}
}

// TestBitcoinCompared: two thefts of Bitcoin that are gathered in one address are
// linked, and strangers are not, whatever CoinJoin they meet in.
func TestBitcoinCompared(t *testing.T) {
	b := &coinBook{t: t, store: memory.New(clew.Bitcoin), height: 1}
	first, again, stranger := b.steal(0, 200, coinGatherer), b.steal(1000, 300, coinGatherer), b.steal(2000, 400, coinGatherer+1)
	one, two, three := b.profile("one-2024", first, coinExchange), b.profile("two-2024", again, coinExchange), b.profile("three-2024", stranger, coinExchange)
	c := Compare(two, one, nil, nil)
	if r := rowOf(c, Links, Evidence); r == nil || r.Item != ItemAddresses || len(r.Shared) != 1 || r.Shared[0].Address != bit(coinGatherer) || r.Strength != ModeratelyStrong {
		t.Errorf("%+v", c.Rows)
	}
	met := map[Item]Row{}
	for _, r := range c.Rows {
		met[r.Item] = r
	}
	if r := met[ItemFees]; r.Apart == nil || *r.Apart != 0 || r.Strength != NoSupport {
		t.Errorf("fees: %+v", r)
	}
	if r := met[ItemSteps]; r.Apart == nil || *r.Apart != 0 {
		t.Errorf("steps: %+v", r)
	}
	if c := Compare(three, one, nil, nil); rowOf(c, Links, Evidence) != nil {
		t.Errorf("strangers: %+v", c.Rows)
	}
}

// TestBitcoinChange: change that goes back to the address that pays counts once.
func TestBitcoinChange(t *testing.T) {
	b := &coinBook{t: t, store: memory.New(clew.Bitcoin), height: 1}
	funds := b.spend(0, nil, paid{coinVictim, 10_000_000})
	theft := b.spend(0, []coinAt{{funds, 0}}, paid{200, 9_999_000})
	at, rest := coinAt{b.spend(9, []coinAt{{theft, 0}}, paid{201, 500_000}, paid{202, 9_498_000}), 0}, uint64(500_000)
	for i := range 6 {
		rest -= 11_000
		at = coinAt{b.spend(clew.Time(24+24*i), []coinAt{at}, paid{coinExchange, 10_000}, paid{201, rest}), 1}
	}
	p := b.profile("change-2024", theft, coinExchange)
	if x, _ := p.At(bit(201)); x.Share != 50 || x.Came != clew.Units(500_000) || x.Did != PassedOn || x.Payers != 0 {
		t.Errorf("%+v", x)
	}
}

// TestCrossedToBitcoin: what a bridge pays out there is the theft's, though nobody of
// the theft signed for it.
func TestCrossedToBitcoin(t *testing.T) {
	x := &told{}
	x.pays(0, victim, first, 1000)
	in := x.pays(1, first, pool, 1000)
	part := []trace.Part{{Origin: "loot", Amount: clew.Units(900), Basis: clew.Units(1000)}}
	leg := func(n int, amount uint64) clew.Leg { return clew.Leg{Address: bit(n), Amount: clew.Units(amount)} }
	out := clew.Transfer{Pos: clew.Pos{Height: 9}, Time: begun + 9*3600, Asset: clew.NativeAsset(clew.Bitcoin), From: []clew.Leg{leg(left, 5000)}, To: []clew.Leg{leg(right, 900), leg(left, 4100)}}
	x.r.Uses = append(x.r.Uses, trace.Use{Hop: 2, Amount: clew.Units(900), Transfer: out, Parts: part, Legs: [][]trace.Part{part, nil}})
	x.r.Origins = []trace.Origin{{ID: "loot", Amount: clew.Units(1000)}}
	x.r.Conversions = []trace.Crossing{{Conversion: clew.Conversion{Kind: clew.Bridge, InChain: clew.Ethereum, In: []clew.Pos{in}, OutChain: clew.Bitcoin, Out: []clew.Pos{out.Pos}}}}
	p, err := Make(t.Context(), Making{ID: "crossed", Day: "2024-01-01", Trace: &x.r})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := p.At(bit(right)); !ok || got.Share != 1000 || got.Did != Kept {
		t.Errorf("%+v", p.Addresses)
	}
	if _, ok := p.At(bit(left)); ok {
		t.Error("the bridge's change is the theft's")
	}
}

// TestBitcoinDeposit: where coins are spent with those of several others to pay an
// exchange, it was a deposit address, and what the exchange does is not the theft's.
func TestBitcoinDeposit(t *testing.T) {
	for _, others := range []int{leastPooled - 1, leastPooled} {
		b := &coinBook{t: t, store: memory.New(clew.Bitcoin), height: 1}
		funds := b.spend(0, nil, paid{coinVictim, 10_000_000})
		theft := b.spend(0, []coinAt{{funds, 0}}, paid{200, 9_999_000})
		into := b.spend(9, []coinAt{{theft, 0}}, paid{201, 9_998_000})
		ins, sum := []coinAt{{into, 0}}, uint64(9_998_000)
		for i := range others {
			ins = append(ins, coinAt{b.spend(10, nil, paid{500 + i, 70_000 + uint64(i)}), 0})
			sum += 70_000 + uint64(i)
		}
		b.spend(30, ins, paid{coinExchange, sum - 1000})
		p := b.profile("deposit-2024", theft, coinExchange)
		want, amount := Deposited, uint64(9_998_000)
		if others < leastPooled {
			want, amount = PassedOn, sum-1000
		}
		if x, _ := p.At(bit(201)); x.Did != want || len(p.Tranches) != 1 || p.Tranches[0].Amount != clew.Units(amount) {
			t.Errorf("%d others: %+v, %+v", others, x, p.Tranches)
		}
	}
}
