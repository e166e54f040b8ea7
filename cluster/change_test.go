package cluster

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"clew"
	"clew/bitcoin"
	"clew/ledger/memory"
)

// legacy makes a leg of another script type than coin does.
func legacy(amount uint64, who byte) clew.Leg {
	a, err := clew.MakeAddress(clew.Bitcoin, clew.P2PKH, append(make([]byte, 19), who))
	if err != nil {
		panic(err)
	}
	return clew.Leg{Address: a, Amount: clew.Units(amount)}
}

// spent makes an input of a leg.
func spent(l clew.Leg) clew.Leg {
	l.Spends = &clew.Output{}
	return l
}

// payment makes a payment whose outputs can be spent, and of which nothing else
// is known.
func payment(from []clew.Leg, to ...clew.Leg) *Payment {
	for i := range from {
		from[i] = spent(from[i])
	}
	p := &Payment{Transfer: &clew.Transfer{From: from, To: to}, Outputs: make([]Outlook, len(to))}
	for i := range p.Outputs {
		p.Outputs[i].Spendable = true
	}
	return p
}

func legs(list ...clew.Leg) []clew.Leg { return list }

// step is a transaction of one input and two outputs; batch has three outputs.
var (
	step  = payment(legs(coin(9000, 'x')), coin(4000, 'y'), coin(5000, 'z')).Transfer
	batch = payment(legs(coin(9000, 'x')), coin(1000, 'y'), coin(3000, 'z'), coin(5000, 'w')).Transfer
)

// TestRules holds each rule against what it keeps, as bits from output 0 on.
func TestRules(t *testing.T) {
	with := func(p *Payment, change func(*Payment)) *Payment { change(p); return p }
	two := func() *Payment { return payment(legs(coin(90_000, 'a')), coin(40_000, 'b'), coin(50_000, 'c')) }
	core, other := &bitcoin.Form{Version: 2, Lock: bitcoin.HeightLock}, &bitcoin.Form{Version: 1}
	for _, c := range []struct {
		name string
		keep rule
		p    *Payment
		want Outputs
	}{
		{"no output to an input", keepReused, two(), 0b11},
		{"one to an input", keepReused, payment(legs(coin(9, 'a'), coin(9, 'b')), coin(1, 'c'), coin(2, 'b')), 0b10},
		{"both to inputs", keepReused, payment(legs(coin(9, 'a'), coin(9, 'b')), coin(1, 'a'), coin(2, 'b')), 0b11},
		{"an input not known is nobody's", keepReused, with(two(), func(p *Payment) { p.From[0] = clew.Leg{Unknown: true} }), 0b11},

		{"another script type", keepScriptType, payment(legs(coin(9, 'a')), legacy(1, 'c'), coin(2, 'b')), 0b10},
		{"none of the inputs' type", keepScriptType, payment(legs(coin(9, 'a')), legacy(1, 'c'), legacy(2, 'b')), 0},
		{"inputs of two types", keepScriptType, payment(legs(coin(9, 'a'), legacy(9, 'b')), legacy(1, 'c'), coin(2, 'b')), 0b11},
		{"inputs not known", keepScriptType, with(two(), func(p *Payment) { p.From = []clew.Leg{{Unknown: true}, {Unknown: true}} }), 0b11},

		{"one round", keepNotRound, payment(legs(coin(9_000_000, 'a')), coin(2_000_000, 'b'), coin(6_999_000, 'c')), 0b10},
		{"just not round", keepNotRound, payment(legs(coin(9_000_000, 'a')), coin(2_100_000, 'b'), coin(6_800_000, 'c')), 0b11},
		{"all round", keepNotRound, payment(legs(coin(9_000_000, 'a')), coin(2_000_000, 'b'), coin(7_000_000, 'c')), 0b11},

		{"one less than the least input", keepOptimal, payment(legs(coin(500, 'a'), coin(700, 'b')), coin(1000, 'c'), coin(199, 'd')), 0b10},
		{"the same as the least input", keepOptimal, payment(legs(coin(500, 'a'), coin(700, 'b')), coin(700, 'c'), coin(500, 'd')), 0},
		{"both less", keepOptimal, two(), 0b11},
		{"a worth not known", keepOptimal, with(two(), func(p *Payment) { p.From = append(p.From, clew.Leg{Unknown: true}) }), 0b11},

		{"both new", keepFresh, with(two(), func(p *Payment) { p.Outputs[0].Used, p.Outputs[1].Used = UsedOnce, UsedOnce }), 0b11},
		{"one used again", keepFresh, with(two(), func(p *Payment) { p.Outputs[0].Used, p.Outputs[1].Used = UsedAgain, UsedOnce }), 0b10},
		{"not known whether one is used", keepFresh, with(two(), func(p *Payment) { p.Outputs[0].Used = UsedOnce }), 0b11},

		{"form not known", keepClient, with(two(), func(p *Payment) { p.Outputs[0].Form = other }), 0b11},
		{"one spent otherwise", keepClient, with(two(), func(p *Payment) { p.Form, p.Outputs[0].Form, p.Outputs[1].Form = core, other, core }), 0b10},
		{"the other not spent", keepClient, with(two(), func(p *Payment) { p.Form, p.Outputs[0].Form = core, other }), 0b10},
		{"both spent alike", keepClient, with(two(), func(p *Payment) { p.Form, p.Outputs[0].Form, p.Outputs[1].Form = core, core, core }), 0b11},

		{"a step after a step", keepPeel, with(two(), func(p *Payment) { p.Before, p.Outputs[0].Spender = step, batch }), 0b10},
		{"a step before a step", keepPeel, with(two(), func(p *Payment) { p.Outputs[0].Spender, p.Outputs[1].Spender = batch, step }), 0b10},
		{"no step beside it", keepPeel, with(two(), func(p *Payment) { p.Before, p.Outputs[0].Spender = batch, batch }), 0b11},
		{"neither goes on", keepPeel, with(two(), func(p *Payment) { p.Before, p.Outputs[0].Spender, p.Outputs[1].Spender = step, batch, batch }), 0},
		{"dust peeled", keepPeel, with(payment(legs(coin(90_000, 'a')), coin(999, 'b'), coin(80_000, 'c')), func(p *Payment) { p.Before, p.Outputs[0].Spender = step, batch }), 0b11},
		{"two inputs are no step", keepPeel, with(payment(legs(coin(9000, 'a'), coin(9000, 'b')), coin(4000, 'b'), coin(8000, 'c')), func(p *Payment) { p.Before, p.Outputs[0].Spender = step, batch }), 0b11},
	} {
		if got := c.keep(c.p, c.p.candidates()); got != c.want {
			t.Errorf("%s: %b, want %b", c.name, got, c.want)
		}
	}
}

// TestChange holds whole payments against what names which output.
func TestChange(t *testing.T) {
	data := clew.Leg{Address: script()}
	fee := coin(500, 0)
	for _, c := range []struct {
		name   string
		p      *Payment
		want   []Named
		merges bool
	}{
		{"script and amount agree", payment(legs(coin(600_000, 'a'), coin(700_000, 'b')), legacy(1_000_000, 'c'), coin(299_500, 'd'), fee),
			[]Named{{1, []Sign{ChangeScriptType, ChangeRoundAmount, ChangeOptimal}, nil}}, true},
		{"two of amounts are one", payment(legs(legacy(600_000, 'a'), coin(700_000, 'b')), legacy(1_000_000, 'c'), coin(299_500, 'd'), fee),
			[]Named{{1, []Sign{ChangeRoundAmount, ChangeOptimal}, nil}}, false},
		{"one sign alone", payment(legs(coin(600_000, 'a')), legacy(100_000, 'c'), coin(499_500, 'd'), fee),
			[]Named{{1, []Sign{ChangeScriptType}, nil}}, false},
		{"script and amount contradict", payment(legs(coin(600_000, 'a'), coin(700_000, 'b')), coin(1_000_000, 'c'), legacy(299_500, 'd'), fee),
			[]Named{{0, []Sign{ChangeScriptType}, []Sign{ChangeRoundAmount, ChangeOptimal}}, {1, []Sign{ChangeRoundAmount, ChangeOptimal}, []Sign{ChangeScriptType}}}, false},
		{"two agree and one is against", payment(legs(coin(6_000_000, 'a'), coin(7_000_000, 'b')), legacy(10_999_500, 'c'), coin(2_000_000, 'd'), fee),
			[]Named{{0, []Sign{ChangeRoundAmount}, []Sign{ChangeScriptType, ChangeOptimal}}, {1, []Sign{ChangeScriptType, ChangeOptimal}, []Sign{ChangeRoundAmount}}}, false},
		{"change to the payer", payment(legs(coin(9_600_000, 'a')), coin(9_000_000, 'a'), coin(599_500, 'd'), fee),
			[]Named{{0, []Sign{ChangeReuse}, []Sign{ChangeRoundAmount}}, {1, []Sign{ChangeRoundAmount}, []Sign{ChangeReuse}}}, false},
		{"data is no candidate", payment(legs(coin(600_000, 'a')), coin(100_000, 'c'), data, fee), nil, false},
		{"data beside change", payment(legs(coin(600_000, 'a'), coin(700_000, 'b')), data, legacy(1_000_000, 'c'), coin(299_500, 'd'), fee),
			[]Named{{2, []Sign{ChangeScriptType, ChangeRoundAmount, ChangeOptimal}, nil}}, true},
		{"a mix", payment(legs(coin(600_000, 'a'), coin(700_000, 'b')), legacy(500_000, 'c'), coin(500_000, 'e'), coin(299_500, 'd'), fee), nil, false},
		{"as in a PayJoin", payment(legs(coin(600_000, 'a'), coin(100_000, 'b')), coin(500_000, 'c'), coin(199_500, 'd'), fee), nil, false},
		{"new coins", &Payment{Transfer: &clew.Transfer{From: legs(clew.Leg{Amount: clew.Units(5)}), To: legs(coin(2, 'a'), legacy(3, 'b'))}, Outputs: make([]Outlook, 2)}, nil, false},
	} {
		got := ChangeOf(c.p)
		if !reflect.DeepEqual(got.Named, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got.Named, c.want)
		}
		merges := slices.ContainsFunc(got.Named, func(n Named) bool { return n.Merges() })
		if merges != c.merges {
			t.Errorf("%s: merges %v", c.name, merges)
		}
		clusters := New()
		clusters.AddChange(c.p)
		for _, n := range got.Named {
			to := c.p.To[n.Output].Address
			if to != c.p.payer() && clusters.Same(c.p.payer(), to) != n.Merges() {
				t.Errorf("%s: joined with output %d: %v", c.name, n.Output, !n.Merges())
			}
		}
	}
}

// TestDataIsNeverChange has a script that may be data, and holds value.
func TestDataIsNeverChange(t *testing.T) {
	from, payment := legs(spent(clew.Leg{Address: clew.ScriptAddress(clew.Bitcoin, []byte{2}), Amount: clew.Units(9_500_000)})), payment
	to := legs(coin(9_000_000, 'c'), clew.Leg{Address: script(), Amount: clew.Units(499_000)}, coin(1000, 0))
	p := payment(from, to...)
	if n := ChangeOf(p).Named; len(n) != 1 || !n[0].Merges() {
		t.Fatalf("a script that is known to be spent: %+v", n)
	}
	p.Outputs[1].Spendable = false
	if n := ChangeOf(p).Named; len(n) != 0 {
		t.Errorf("a script that may be data: %+v", n)
	}
}

// TestManyOutputs looks at the most outputs and at one more.
func TestManyOutputs(t *testing.T) {
	for outputs, want := range map[int]int{MaxOutputs: 1, MaxOutputs + 1: 0} {
		var to []clew.Leg
		for i := range outputs {
			to = append(to, legacy(2_000_000+uint64(i)*1_000_000, byte(i)))
		}
		to[outputs-1] = coin(1_999_999, 'z')
		p := payment(legs(coin(900_000_000, 'a')), append(to, coin(1, 0))...)
		if n := ChangeOf(p).Named; len(n) != want {
			t.Errorf("%d outputs: %+v", outputs, n)
		}
	}
}

// randomChain makes a chain of few owners with several kinds of scripts, who pay
// round amounts or not, with change to new addresses or old ones.
func randomChain(seed uint64) (blocks []clew.Block, forms formsByTx) {
	r := rand.New(rand.NewPCG(seed, 3))
	forms = formsByTx{}
	type held struct {
		output clew.Output
		leg    clew.Leg
	}
	var unspent []held
	next := 0
	fresh := func() clew.Address {
		if next > 3 && r.IntN(3) == 0 {
			next--
		}
		next++
		if r.IntN(2) == 0 {
			return coin(1, byte(next)).Address
		}
		return legacy(1, byte(next)).Address
	}
	for height := range 40 {
		tx := clew.TxID{1, byte(height)}
		tr := clew.Transfer{Pos: clew.Pos{Height: uint64(height)}, Time: clew.Time(1000 + height), Tx: tx, Asset: clew.NativeAsset(clew.Bitcoin)}
		sum := uint64(0)
		for range 1 + r.IntN(3) {
			if len(unspent) > 0 && height%4 != 0 {
				i := r.IntN(len(unspent))
				l := unspent[i].leg
				l.Spends = &unspent[i].output
				tr.From = append(tr.From, l)
				n, _ := l.Amount.Uint64()
				sum += n
				unspent = slices.Delete(unspent, i, i+1)
			}
		}
		if len(tr.From) == 0 {
			sum = 1_000_000 * uint64(50+r.IntN(50))
			tr.From = []clew.Leg{{Amount: clew.Units(sum)}}
		}
		for range 1 + r.IntN(3) {
			part := sum / uint64(2+r.IntN(3))
			if r.IntN(2) == 0 {
				part -= part % 1_000_000
			}
			if part > 0 {
				tr.To = append(tr.To, clew.Leg{Address: fresh(), Amount: clew.Units(part)})
				sum -= part
			}
		}
		tr.To = append(tr.To, clew.Leg{Address: fresh(), Amount: clew.Units(sum)})
		for i, l := range tr.To {
			unspent = append(unspent, held{clew.Output{Tx: tx, Index: uint32(i)}, l})
		}
		forms[tx] = bitcoin.Form{Version: int32(1 + r.IntN(2))}
		b := clew.Block{Ref: clew.BlockRef{Height: uint64(height), Hash: clew.TxID{2, byte(height)}, Time: tr.Time}, Transfers: []clew.Transfer{tr}}
		if height > 0 {
			b.Parent = clew.TxID{2, byte(height - 1)}
		}
		blocks = append(blocks, b)
	}
	return blocks, forms
}

// plainLook finds what is known of a payment by reading everything.
func plainLook(blocks []clew.Block, forms formsByTx, t *clew.Transfer) *Payment {
	form := func(tx clew.TxID) *bitcoin.Form { f := forms[tx]; return &f }
	p := &Payment{Transfer: t, Form: form(t.Tx), Outputs: make([]Outlook, len(t.To))}
	for i, l := range t.To {
		o, received := &p.Outputs[i], 0
		o.Spendable, o.Used = true, UsedOnce
		for b := range blocks {
			other := &blocks[b].Transfers[0]
			if len(t.From) == 1 && t.From[0].Spends != nil && t.From[0].Spends.Tx == other.Tx {
				p.Before = other
			}
			for _, m := range other.To {
				if m.Address == l.Address {
					received++
				}
			}
			for _, in := range other.From {
				if in.Spends != nil && *in.Spends == (clew.Output{Tx: t.Tx, Index: uint32(i)}) {
					o.Spender, o.Form = other, form(other.Tx)
				}
			}
		}
		if received > 1 {
			o.Used = UsedAgain
		}
	}
	return p
}

// TestGrownIsWhole grows clusters around every address of random chains, and
// holds them against those of all transactions in any order.
func TestGrownIsWhole(t *testing.T) {
	merged := 0
	for seed := range uint64(30) {
		blocks, forms := randomChain(seed)
		store := memory.New(clew.Bitcoin)
		if err := store.Append(t.Context(), blocks...); err != nil {
			t.Fatal(seed, err)
		}
		s, err := store.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var all []*Payment
		transfersOf(t, s, func(tr *clew.Transfer) {
			p, err := Look(t.Context(), s, forms, tr)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p)
			if want := plainLook(blocks, forms, tr); !reflect.DeepEqual(p, want) {
				t.Fatalf("seed %d: %s\n got %+v\nwant %+v", seed, tr.Pos, p, want)
			}
		})
		rand.New(rand.NewPCG(seed, 4)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		whole := New()
		for _, p := range all {
			whole.AddTransaction(p.Transfer)
			whole.AddChange(p)
		}
		for i := range whole.names.keys {
			a := whole.names.at(uint32(i))
			g, err := Grow(t.Context(), s, forms, []clew.Address{a}, Limits{1000, 1000, 1000}, nil)
			if err != nil || !g.Whole() {
				t.Fatal(seed, err, g.Reading)
			}
			if !slices.Equal(g.Members(a), whole.Members(a)) {
				t.Fatalf("seed %d: %s: grown %v, whole %v", seed, a, g.Members(a), whole.Members(a))
			}
		}
		for _, l := range whole.links {
			if fmt.Sprint(whole.kinds[l.kind].signs) != fmt.Sprint([]Sign{CoSpend}) {
				merged++
			}
		}
		s.Close()
	}
	if merged < 25 {
		t.Errorf("only %d links of change: the chains are too plain", merged)
	}
}
