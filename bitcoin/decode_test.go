package bitcoin

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
)

// sameTransfers compares transfers to the last leg.
func sameTransfers(t *testing.T, what string, got, want []clew.Transfer) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d transfers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%s: transfer %d\n got %s\nwant %s", what, i, legsText(&got[i]), legsText(&want[i]))
		}
	}
}

func legsText(t *clew.Transfer) string {
	s := fmt.Sprintf("%s %s %s:", t.Pos, t.Time, t.Tx)
	for _, legs := range [][]clew.Leg{t.From, t.To} {
		for _, l := range legs {
			s += fmt.Sprintf(" %s=%s", l.Address.Text(), l.Amount)
			if l.Spends != nil {
				s += fmt.Sprintf("(%s:%d)", l.Spends.Tx, l.Spends.Index)
			}
			if l.Unknown {
				s += "?"
			}
		}
		s += " |"
	}
	return s
}

// TestRoutes decodes made-up chains by every route: raw with witnesses, raw
// without, and a node's JSON of both verbosities. All give what the rules say.
func TestRoutes(t *testing.T) {
	memos := 0
	for seed := range uint64(8) {
		m := newMaker(seed)
		d, unspent := decoder(t, clew.BitcoinRegtest), Unspent{}
		for range 40 {
			p, coins := m.block()
			what := fmt.Sprintf("seed %d, block %d", seed, p.height)
			wantMemos := p.memosOf(t, coins, clew.BitcoinRegtest)
			want := p.transfersOf(t, clew.BitcoinRegtest, coins)
			d.Witness = p.coinbaseCommits
			b, err := d.Decode(context.Background(), p.bytes(true), p.height, unspent)
			if err != nil {
				t.Fatal(what, err)
			}
			sameTransfers(t, what, b.Transfers, want)
			sameForms(t, what, b.Forms, p)
			if got := memosText(b.Acts); got != wantMemos {
				t.Fatalf("%s: memos\n%swant\n%s", what, got, wantMemos)
			}
			memos += len(b.Acts)
			if b.Missed != (Missing{}) || b.Ref.Time != clew.Time(p.time) || b.Ref.Hash.String()[2:] != printed(p.hash()) || b.Parent.String()[2:] != printed(p.parent) {
				t.Fatalf("%s: %+v, %+v", what, b.Ref, b.Missed)
			}
			d.Witness = false
			stripped, err := d.Decode(context.Background(), p.bytes(false), p.height, unspent)
			if err != nil {
				t.Fatal(what, err)
			}
			sameBlocks(t, what+" stripped", stripped, b)
			three, err := d.DecodeJSON(context.Background(), strings.NewReader(p.json(3, coins)), 1<<20, nil)
			if err != nil {
				t.Fatal(what, err)
			}
			sameBlocks(t, what+" verbosity 3", three, b)
			two, err := d.DecodeJSON(context.Background(), strings.NewReader(p.json(2, coins)), 1<<20, unspent)
			if err != nil {
				t.Fatal(what, err)
			}
			sameBlocks(t, what+" verbosity 2", two, b)
			unspent.Apply(b)
			sameUnspent(t, what, unspent, m.coins)
		}
	}
	if memos < 50 {
		t.Errorf("only %d memos: the chains try too little", memos)
	}
}

func sameBlocks(t *testing.T, what string, got, want *Block) {
	t.Helper()
	sameTransfers(t, what, got.Transfers, want.Transfers)
	if got.Ref != want.Ref || got.Parent != want.Parent || got.Header != want.Header || got.Missed != want.Missed || !reflect.DeepEqual(got.Scripts, want.Scripts) || !slices.Equal(got.Forms, want.Forms) || !reflect.DeepEqual(got.Acts, want.Acts) {
		t.Fatalf("%s:\n got %+v %+v\nwant %+v %+v", what, got.Ref, got.Missed, want.Ref, want.Missed)
	}
}

func sameUnspent(t *testing.T, what string, got Unspent, want plainCoins) {
	t.Helper()
	n := 0
	for name, out := range want {
		if len(out.script) > 0 && out.script[0] == 0x6a {
			continue
		}
		n++
		tx, index, _ := strings.Cut(name, ":")
		id, _ := clew.ParseTxID(tx)
		var i uint32
		fmt.Sscan(index, &i)
		a, _ := AddressOf(clew.BitcoinRegtest, out.script)
		if c := got[clew.Output{Tx: reversed(id[:]), Index: i}]; c != (Coin{a, out.value, true}) {
			t.Fatalf("%s: %s holds %+v, want %d at %s", what, name, c, out.value, a)
		}
	}
	if n != len(got) {
		t.Fatalf("%s: %d unspent, want %d", what, len(got), n)
	}
}

// TestUnknown hides some earlier outputs, from all routes alike.
func TestUnknown(t *testing.T) {
	m, random := newMaker(77), rand.New(rand.NewPCG(5, 5))
	d, unspent := decoder(t, clew.BitcoinRegtest), Unspent{}
	hidden := 0
	for range 60 {
		p, coins := m.block()
		for name := range coins {
			if random.IntN(3) == 0 && !madeIn(p, name) {
				delete(coins, name)
			}
		}
		some := Unspent{}
		for o, c := range unspent {
			if _, ok := coins[coinKey([32]byte(reversed(o.Tx[:])), o.Index)]; ok {
				some[o] = c
			}
		}
		b, err := d.Decode(context.Background(), p.bytes(true), p.height, some)
		if err != nil {
			t.Fatal(err)
		}
		sameTransfers(t, "raw", b.Transfers, p.transfersOf(t, clew.BitcoinRegtest, coins))
		three, err := d.DecodeJSON(context.Background(), strings.NewReader(p.json(3, coins)), 1<<20, nil)
		if err != nil {
			t.Fatal(err)
		}
		sameBlocks(t, "verbosity 3", three, b)
		hidden += int(b.Missed.Inputs)
		full, err := d.Decode(context.Background(), p.bytes(true), p.height, unspent)
		if err != nil {
			t.Fatal(err)
		}
		unspent.Apply(full)
	}
	if hidden < 20 {
		t.Errorf("only %d inputs were hidden", hidden)
	}
}

func madeIn(p *plainBlock, name string) bool {
	return slices.ContainsFunc(p.txs, func(t plainTx) bool { return strings.HasPrefix(name, fmt.Sprintf("%x:", t.id())) })
}

// TestStatedFee takes a fee that a node states where it hides what was spent.
func TestStatedFee(t *testing.T) {
	m := newMaker(1)
	p, coins := m.block()
	for len(p.txs) < 2 || coins[coinKey(p.txs[1].ins[0].tx, p.txs[1].ins[0].index)].value < 10 || madeIn(p, coinKey(p.txs[1].ins[0].tx, p.txs[1].ins[0].index)) {
		p, coins = m.block()
	}
	text := p.json(2, coins)
	for _, c := range []struct{ fee, want string }{
		{"0.00000007", "7"}, {"0.00000000", ""}, {"3", "300000000"}, {"7E-8", "7"},
	} {
		id := p.txs[1].id()
		stated := strings.Replace(text, `{"txid":"`+printed(id)+`","hash"`, `{"fee":`+c.fee+`,"txid":"`+printed(id)+`","hash"`, 1)
		b, err := decoder(t, clew.BitcoinRegtest).DecodeJSON(context.Background(), strings.NewReader(stated), 1<<20, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, last := "", b.Transfers[1].To[len(b.Transfers[1].To)-1]
		if last.Address.IsZero() {
			got = last.Amount.String()
		}
		if got != c.want {
			t.Errorf("fee %s: the last leg has %q, want %q", c.fee, got, c.want)
		}
	}
}

// TestRefused alters one thing of a block at a time.
func TestRefused(t *testing.T) {
	m := newMaker(4)
	var p *plainBlock
	var coins plainCoins
	for p == nil || len(p.txs) < 4 || !p.coinbaseCommits {
		p, coins = m.block()
	}
	remine := func(b *plainBlock) {
		var ids [][32]byte
		for i := range b.txs {
			ids = append(ids, b.txs[i].id())
		}
		b.merkle = rootOf(ids)
		b.mine()
	}
	for _, c := range []struct {
		name   string
		change func(b *plainBlock)
		raw    func(raw []byte) []byte
		want   string
	}{
		{"an amount", func(b *plainBlock) { b.txs[1].outs[0].value++ }, nil, "merkle root differs"},
		{"the order", func(b *plainBlock) { b.txs[1], b.txs[2] = b.txs[2], b.txs[1] }, nil, "merkle root differs"},
		{"a transaction too few", func(b *plainBlock) { b.txs = b.txs[:2] }, nil, "merkle root differs"},
		{"transactions doubled at the end", func(b *plainBlock) {
			b.txs = b.txs[:3]
			remine(b)
			b.txs = append(b.txs, b.txs[2])
		}, nil, "stand in it twice"},
		{"a pair of transactions doubled at the end", func(b *plainBlock) {
			for len(b.txs) < 6 {
				b.txs = append(b.txs, plainTx{ins: []plainIn{{tx: [32]byte{byte(len(b.txs))}}}, outs: []plainOut{{0, nil}}})
			}
			b.txs = b.txs[:6]
			remine(b)
			b.txs = append(b.txs, b.txs[4], b.txs[5])
		}, nil, "stand in it twice"},
		{"the nonce", func(b *plainBlock) {
			for h := b.hash(); h[31] <= 0x7f; h = b.hash() {
				b.nonce++
			}
		}, nil, "does not meet its own target"},
		{"an easier target", func(b *plainBlock) { b.bits = 0x2100ffff; b.mine() }, nil, "is none of"},
		{"no transactions", func(b *plainBlock) { b.txs = nil }, nil, "no transactions"},
		{"no coinbase", func(b *plainBlock) { b.txs = b.txs[1:]; remine(b) }, nil, "issues coins"},
		{"two coinbases", func(b *plainBlock) { b.txs = append(b.txs, b.txs[0]); remine(b) }, nil, "issues coins"},
		{"no outputs", func(b *plainBlock) { b.txs[1].outs = nil; remine(b) }, nil, "no inputs or no outputs"},
		{"more coins than there are", func(b *plainBlock) { b.txs[1].outs[0].value = 21_000_001 * coin; remine(b) }, nil, "more than there can be"},
		{"amounts that add up to more", func(b *plainBlock) {
			b.txs[1].outs = []plainOut{{20_000_000 * coin, nil}, {20_000_000 * coin, nil}}
			remine(b)
		}, nil, "add up to more"},
		{"paying more than it takes", func(b *plainBlock) { b.txs[1].outs[0].value += 1000 * coin; remine(b) }, nil, "it pays"},
		{"issuing too much", func(b *plainBlock) { b.txs[0].outs[0].value += 1000 * coin; remine(b) }, nil, "it issues"},
		{"a witness", func(b *plainBlock) {
			for i := range b.txs[1:] {
				if t := &b.txs[1+i]; t.hasWitness() {
					t.ins[slices.IndexFunc(t.ins, func(in plainIn) bool { return len(in.witness) > 0 })].witness[0][3] ^= 1
					return
				}
			}
			b.txs[1].ins[0].witness = [][]byte{{1}}
		}, nil, "not those that its coinbase commits to"},
		{"bytes after the end", nil, func(raw []byte) []byte { return append(raw, 0) }, "1 bytes follow"},
		{"half of it", nil, func(raw []byte) []byte { return raw[:len(raw)/2] }, "ends"},
		{"a header alone", nil, func(raw []byte) []byte { return raw[:80] }, "too early"},
		{"less than a header", nil, func(raw []byte) []byte { return raw[:79] }, "79 bytes"},
		{"too many bytes", nil, func(raw []byte) []byte { return make([]byte, MaxBlock+1) }, "bytes, where"},
		{"a count of billions", nil, func(raw []byte) []byte { return append(raw[:80:80], 0xfe, 0xff, 0xff, 0xff, 0xff) }, "names 4294967295 parts"},
		{"a count in a long form", nil, func(raw []byte) []byte { return append(append(raw[:80:80], 0xfd, raw[80], 0), raw[81:]...) }, "shortest form"},
		{"an extension", nil, func(raw []byte) []byte { raw[86] = 8; return raw }, "extension 0x08"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := *p
			b.txs = cloneTxs(p.txs)
			if c.change != nil {
				c.change(&b)
			}
			raw := b.bytes(true)
			if c.raw != nil {
				raw = c.raw(raw)
			}
			known := Unspent{}
			for name, out := range coins {
				tx, index, _ := strings.Cut(name, ":")
				id, _ := clew.ParseTxID(tx)
				var i uint32
				fmt.Sscan(index, &i)
				a, _ := AddressOf(clew.BitcoinRegtest, out.script)
				known[clew.Output{Tx: reversed(id[:]), Index: i}] = Coin{a, out.value, true}
			}
			d := decoder(t, clew.BitcoinRegtest)
			d.Witness = true
			if strings.HasPrefix(c.want, "it ") || strings.HasPrefix(c.want, "add") {
				d.Witness = false // the commitment would be found wrong first
			}
			got, err := d.Decode(context.Background(), raw, b.height, known)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, error %v; want %q", got, err, c.want)
			}
		})
	}
}

func cloneTxs(txs []plainTx) []plainTx {
	clone := slices.Clone(txs)
	for i := range clone {
		clone[i].ins, clone[i].outs = slices.Clone(clone[i].ins), slices.Clone(clone[i].outs)
		for k := range clone[i].ins {
			in := &clone[i].ins[k]
			in.witness = slices.Clone(in.witness)
			for n := range in.witness {
				in.witness[n] = slices.Clone(in.witness[n])
			}
		}
	}
	return clone
}

// TestRefusedWithin refuses what only a made-up block can hold: payments of the
// block's own outputs that cannot be, and witnesses that are not said or not there.
func TestRefusedWithin(t *testing.T) {
	pay := func(from plainTx, index uint32, value uint64) plainTx {
		return plainTx{ins: []plainIn{{tx: from.id(), index: index}}, outs: []plainOut{{value, nil}}}
	}
	first := plainTx{ins: []plainIn{{tx: [32]byte{1}}}, outs: []plainOut{{50, nil}, {60, nil}}}
	second := pay(first, 1, 60)
	for _, c := range []struct {
		name string
		txs  []plainTx
		want string
	}{
		{"in order", []plainTx{first, second}, ""},
		{"out of order", []plainTx{second, first}, "does not come before it"},
		{"an output that is not there", []plainTx{first, pay(first, 2, 0)}, "which has fewer"},
		{"more than the output holds", []plainTx{first, pay(first, 0, 51)}, "it pays 51 units out of 50"},
		{"a witness without a commitment", []plainTx{{ins: []plainIn{{tx: [32]byte{1}, witness: [][]byte{{1}}}}, outs: []plainOut{{50, nil}}}}, "no commitment"},
	} {
		b := &plainBlock{time: 1, bits: 0x207fffff, txs: []plainTx{{ins: []plainIn{{index: nullIndex}}, outs: []plainOut{{coin, nil}}}}}
		b.txs = append(b.txs, c.txs...)
		b.seal()
		d := decoder(t, clew.BitcoinRegtest)
		d.Witness = true
		_, err := d.Decode(context.Background(), b.bytes(true), 9, nil)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	b := &plainBlock{time: 1, bits: 0x207fffff, txs: []plainTx{{ins: []plainIn{{index: nullIndex}}, outs: []plainOut{{coin, nil}}}}}
	b.seal()
	tx := b.txs[0].bytes(false)
	raw := slices.Concat(b.header(), []byte{1}, tx[:4], []byte{0, 1}, tx[4:len(tx)-4], []byte{0}, tx[len(tx)-4:])
	if _, err := decoder(t, clew.BitcoinRegtest).Decode(context.Background(), raw, 9, nil); err == nil || !strings.Contains(err.Error(), "has none") {
		t.Errorf("witnesses that are not there: %v", err)
	}
}

// TestHeights wants the height that is said to be the block's own.
func TestHeights(t *testing.T) {
	raw := block277647(t)[8:]
	d := decoder(t, clew.Bitcoin)
	for height, want := range map[uint64]string{277_647: "", 277_648: "names height 277647", 0: "the first block of bitcoin is"} {
		_, err := d.Decode(context.Background(), raw, height, nil)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("height %d: %v, want %q", height, err, want)
		}
	}
}
