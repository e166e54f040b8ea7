package evm

import (
	"fmt"
	"strings"
	"testing"

	"clew"
)

// named returns the address whose last byte is the letter: easy to read back.
func named(letter byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{19: letter}) }

func letter(a clew.Address) string {
	if a.IsZero() {
		return "nobody"
	}
	key := a.Key()
	if key[19] == 0 {
		return "0"
	}
	return string(key[19])
}

func tx(n byte) clew.TxID { return clew.TxID{31: n} }

// decode returns the transfers of b, one a line: place, asset, who pays whom.
func decode(t *testing.T, d *Decoder, b *Block) string {
	t.Helper()
	var lines []string
	err := d.Decode(b, func(t *clew.Transfer) error {
		what := t.Asset.Namespace()
		if t.Item != nil {
			what += "#" + t.Item.String()
		}
		line := fmt.Sprintf("%d/%s/%d tx%d %s %s>%s %s", t.Pos.Index, t.Pos.Class, t.Pos.Ordinal, t.Tx[31], what, letter(t.From[0].Address), letter(t.To[0].Address), t.Amount())
		if t.Rounded {
			line += " rounded"
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		lines = append(lines, "error: "+err.Error())
	}
	return strings.Join(lines, "\n")
}

func diff(t *testing.T, got, want string) {
	t.Helper()
	want = strings.ReplaceAll(strings.TrimSpace(want), "\t", "")
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestFrames(t *testing.T) {
	frame := func(index uint32, kind FrameKind, path []uint32, from, to byte, value uint64, failed bool) Frame {
		return Frame{Tx: tx(byte(index) + 1), Index: index, Kind: kind, Path: path, From: named(from), To: named(to), Value: clew.Units(value), Failed: failed}
	}
	for _, c := range []struct {
		name string
		b    Block
		want string
	}{
		{"depth first, whatever the order given", Block{Frames: []Frame{
			frame(1, Call, []uint32{1}, 'b', 'e', 4, false),
			frame(0, Call, nil, 'x', 'y', 9, false),
			frame(1, Call, []uint32{0, 0}, 'c', 'd', 3, false),
			frame(1, Call, []uint32{0}, 'b', 'c', 2, false),
			frame(1, Call, nil, 'a', 'b', 1, false),
		}}, `
			0/native/0 tx1 slip44 x>y 9
			1/native/0 tx2 slip44 a>b 1
			1/native/1 tx2 slip44 b>c 2
			1/native/2 tx2 slip44 c>d 3
			1/native/3 tx2 slip44 b>e 4`},
		{"a reverted call takes its calls with it, not its neighbours", Block{Frames: []Frame{
			frame(0, Call, nil, 'a', 'b', 1, false),
			frame(0, Call, []uint32{0}, 'b', 'c', 2, true),
			frame(0, Call, []uint32{0, 0}, 'c', 'd', 3, false),
			frame(0, Call, []uint32{0, 0, 1}, 'd', 'e', 4, false),
			frame(0, Call, []uint32{1}, 'b', 'f', 5, false),
		}}, `
			0/native/0 tx1 slip44 a>b 1
			0/native/1 tx1 slip44 b>f 5`},
		{"a failed transaction moves nothing, and the next one does", Block{Frames: []Frame{
			frame(0, Call, nil, 'a', 'b', 1, true),
			frame(0, Call, []uint32{0}, 'b', 'c', 2, false),
			frame(1, Call, nil, 'a', 'b', 3, false),
		}}, `1/native/0 tx2 slip44 a>b 3`},
		{"a receipt that says failed is believed", Block{
			Txs:    []Tx{{ID: tx(1), Status: Failed}},
			Frames: []Frame{frame(0, Call, nil, 'a', 'b', 1, false), frame(0, Call, []uint32{0}, 'b', 'c', 1, false)},
		}, ``},
		{"borrowed code and empty calls do not count", Block{Frames: []Frame{
			frame(0, Call, nil, 'a', 'b', 0, false),
			frame(0, Idle, []uint32{0}, 'b', 'c', 7, false),
			frame(0, Create, []uint32{0, 0}, 'b', 'd', 5, false),
			frame(0, Destroy, []uint32{1}, 'd', 'a', 5, false),
		}}, `
			0/native/0 tx1 slip44 b>d 5
			0/native/1 tx1 slip44 d>a 5`},
		{"rewards come after all transactions", Block{Frames: []Frame{
			{Kind: BlockGain, To: named('m'), Value: clew.Units(50)},
			frame(3, Call, nil, 'a', 'b', 1, false),
			{Kind: BlockGain, To: named('u'), Value: clew.Units(40)},
		}, Credits: []Credit{{To: named('v'), Amount: clew.Units(7)}, {To: named('w')}}}, `
			3/native/0 tx4 slip44 a>b 1
			4294967295/block/0 tx0 slip44 nobody>m 50
			4294967295/block/1 tx0 slip44 nobody>u 40
			4294967295/block/2 tx0 slip44 nobody>v 7`},
		{"a creation whose contract is not known keeps its place", Block{Frames: []Frame{
			frame(0, Call, nil, 'a', 'b', 1, false),
			{Tx: tx(1), Kind: Create, Path: []uint32{0}, From: named('b'), Value: clew.Units(2)},
			frame(0, Call, []uint32{1}, 'b', 'c', 3, false),
		}}, `
			0/native/0 tx1 slip44 a>b 1
			0/native/2 tx1 slip44 b>c 3`},
		{"a row given twice counts once", Block{Frames: []Frame{
			frame(0, Call, nil, 'a', 'b', 1, false), frame(0, Call, nil, 'a', 'b', 1, false), frame(0, Call, []uint32{0}, 'b', 'c', 2, false),
		}}, `
			0/native/0 tx1 slip44 a>b 1
			0/native/1 tx1 slip44 b>c 2`},
		{"names of transactions come from the transactions", Block{
			Txs:    []Tx{{ID: tx(9), Index: 2}},
			Frames: []Frame{{Index: 2, Kind: Call, From: named('a'), To: named('b'), Value: clew.Units(1)}},
		}, `2/native/0 tx9 slip44 a>b 1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			diff(t, decode(t, NewDecoder(clew.Ethereum, true), &c.b), c.want)
		})
	}
}

// TestDestroyed wants what contracts that destroy themselves take with them to be
// burnt, and no more.
func TestDestroyed(t *testing.T) {
	frame := func(kind FrameKind, at uint32, from, to byte, value uint64) Frame {
		return Frame{Tx: tx(1), Kind: kind, Path: []uint32{at}, From: named(from), To: named(to), Value: clew.Units(value)}
	}
	reverted := frame(Destroy, 1, 'c', 'c', 5)
	reverted.Failed = true
	before, after := cancun-1, cancun
	for _, c := range []struct {
		name   string
		chain  clew.Chain
		time   clew.Time
		frames []Frame
		want   string
	}{
		{"in its own favour, in the transaction that made it", clew.Base, after, []Frame{frame(Create, 0, 'a', 'c', 5), frame(Destroy, 1, 'c', 'c', 5)}, `
			0/native/0 tx1 slip44 a>c 5
			0/native/1 tx1 slip44 c>nobody 5`},
		{"in its own favour, later", clew.Ethereum, after, []Frame{frame(Destroy, 1, 'c', 'c', 5), frame(Call, 2, 'a', 'c', 3)}, `
			0/native/0 tx1 slip44 c>c 5
			0/native/1 tx1 slip44 a>c 3`},
		{"the same before Cancun", clew.Ethereum, before, []Frame{frame(Destroy, 1, 'c', 'c', 5), frame(Call, 2, 'a', 'c', 3)}, `
			0/native/0 tx1 slip44 c>nobody 5
			0/native/1 tx1 slip44 a>c 3
			0/native/2 tx1 slip44 c>nobody 3`},
		{"the same on a chain of which that time is not known", clew.Polygon, before, []Frame{frame(Destroy, 1, 'c', 'c', 5)}, `
			0/native/0 tx1 slip44 c>c 5`},
		{"paid afterwards", clew.Ethereum, after, []Frame{
			frame(Create, 0, 'a', 'c', 0), frame(Destroy, 1, 'c', 'd', 0), frame(Call, 2, 'a', 'c', 7), frame(Call, 3, 'c', 'e', 2), frame(Call, 4, 'a', 'd', 1),
		}, `
			0/native/0 tx1 slip44 a>c 7
			0/native/1 tx1 slip44 c>e 2
			0/native/2 tx1 slip44 a>d 1
			0/native/3 tx1 slip44 c>nobody 5`},
		{"paid between two destructions", clew.Ethereum, after, []Frame{
			frame(Create, 0, 'a', 'c', 5), frame(Destroy, 1, 'c', 'd', 5), frame(Call, 2, 'a', 'c', 7), frame(Destroy, 3, 'c', 'e', 7), frame(Call, 4, 'a', 'c', 1),
		}, `
			0/native/0 tx1 slip44 a>c 5
			0/native/1 tx1 slip44 c>d 5
			0/native/2 tx1 slip44 a>c 7
			0/native/3 tx1 slip44 c>e 7
			0/native/4 tx1 slip44 a>c 1
			0/native/5 tx1 slip44 c>nobody 1`},
		{"one pays another that is destroyed", clew.Ethereum, after, []Frame{
			frame(Create, 0, 'a', 'c', 5), frame(Create, 1, 'a', 'd', 6), frame(Destroy, 2, 'c', 'e', 5), frame(Destroy, 3, 'd', 'c', 6),
		}, `
			0/native/0 tx1 slip44 a>c 5
			0/native/1 tx1 slip44 a>d 6
			0/native/2 tx1 slip44 c>e 5
			0/native/3 tx1 slip44 d>c 6
			0/native/4 tx1 slip44 c>nobody 6`},
		{"reverted", clew.Ethereum, after, []Frame{frame(Create, 0, 'a', 'c', 5), reverted, frame(Call, 2, 'a', 'c', 3)}, `
			0/native/0 tx1 slip44 a>c 5
			0/native/1 tx1 slip44 a>c 3`},
		{"the next transaction pays an address again", clew.Ethereum, after, []Frame{
			frame(Create, 0, 'a', 'c', 5), frame(Destroy, 1, 'c', 'd', 5),
			{Tx: tx(2), Index: 1, Kind: Call, From: named('a'), To: named('c'), Value: clew.Units(9)},
		}, `
			0/native/0 tx1 slip44 a>c 5
			0/native/1 tx1 slip44 c>d 5
			1/native/0 tx2 slip44 a>c 9`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range c.frames {
				c.frames[i].From = clew.EVMAddress(c.chain, [20]byte(c.frames[i].From.Key()))
				c.frames[i].To = clew.EVMAddress(c.chain, [20]byte(c.frames[i].To.Key()))
			}
			diff(t, decode(t, NewDecoder(c.chain, true), &Block{Time: c.time, Frames: c.frames}), c.want)
		})
	}
}

func TestTransactions(t *testing.T) {
	paid := func(tx Tx, gas, price uint64) Tx {
		tx.HasGas, tx.GasUsed, tx.GasPrice = true, gas, clew.Units(price)
		return tx
	}
	base := Tx{ID: tx(1), From: named('a'), To: named('b'), Value: clew.Units(100), Status: Succeeded}
	failed, unknown, created, nameless, layered, big := base, base, base, base, base, base
	failed.Status = Failed
	unknown.Status = StatusUnknown
	created.To, created.Created = clew.Address{}, named('c')
	nameless.To = clew.Address{}
	layered.LayerFee = clew.Units(1)
	big.Value = clew.MaxAmount
	head := Block{HasHead: true, Miner: named('m'), BaseFee: clew.Units(3)}
	for _, c := range []struct {
		name   string
		tx     Tx
		head   bool
		traced bool
		want   string
		missed Missing
	}{
		{"value and fee, burnt and tipped", paid(base, 10, 5), true, false, `
			0/native/0 tx1 slip44 a>b 100
			0/fee/0 tx1 slip44 a>nobody 30
			0/fee/1 tx1 slip44 a>m 20`, Missing{}},
		{"no tip above the base fee", paid(base, 10, 3), true, false, `
			0/native/0 tx1 slip44 a>b 100
			0/fee/0 tx1 slip44 a>nobody 30`, Missing{}},
		{"failed: the fee alone", paid(failed, 10, 5), true, false, `
			0/fee/0 tx1 slip44 a>nobody 30
			0/fee/1 tx1 slip44 a>m 20`, Missing{}},
		{"unknown status: held, and counted", paid(unknown, 10, 5), true, false, `
			0/native/0 tx1 slip44 a>b 100
			0/fee/0 tx1 slip44 a>nobody 30
			0/fee/1 tx1 slip44 a>m 20`, Missing{Status: 1}},
		{"a creation pays the contract", created, false, false, `0/native/0 tx1 slip44 a>c 100`, Missing{Fees: 1}},
		{"a creation whose contract is not known", nameless, false, false, ``, Missing{Fees: 1, Made: 1}},
		{"no block, so no split of the fee", paid(base, 10, 5), false, false, `0/native/0 tx1 slip44 a>b 100`, Missing{Fees: 1}},
		{"a price below the base fee is not split", paid(base, 10, 2), true, false, `0/native/0 tx1 slip44 a>b 100`, Missing{Fees: 1}},
		{"a price of nothing costs nothing", paid(base, 10, 0), true, false, `0/native/0 tx1 slip44 a>b 100`, Missing{}},
		{"a rollup's fee is not understood", paid(layered, 10, 5), true, false, `0/native/0 tx1 slip44 a>b 100`, Missing{Fees: 1}},
		{"frames missing: the transaction's own value", base, false, true, `0/native/0 tx1 slip44 a>b 100`, Missing{Frames: 1, Fees: 1}},
		{"the largest value", big, false, false, `0/native/0 tx1 slip44 a>b ` + clew.MaxAmount.String(), Missing{Fees: 1}},
		{"gas that does not fit", func() Tx { big := paid(base, 1<<63, 5); big.GasPrice = clew.MaxAmount; return big }(), true, false, `0/native/0 tx1 slip44 a>b 100`, Missing{Fees: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := Block{Time: 1, Txs: []Tx{c.tx}}
			if c.head {
				b.HasHead, b.Miner, b.BaseFee = head.HasHead, head.Miner, head.BaseFee
			}
			d := NewDecoder(clew.Ethereum, c.traced)
			diff(t, decode(t, d, &b), c.want)
			if d.Missed != c.missed {
				t.Errorf("missed %+v, want %+v", d.Missed, c.missed)
			}
		})
	}
}

func TestTwoTransfersAtOnePlace(t *testing.T) {
	a := Tx{ID: tx(1), From: named('a'), To: named('b'), Value: clew.Units(1), Status: Succeeded}
	other := a
	other.Value = clew.Units(2)
	for _, c := range []struct {
		name string
		txs  []Tx
		want string
	}{
		{"the same twice", []Tx{a, a}, "0/native/0 tx1 slip44 a>b 1"},
		{"not the same", []Tx{a, other}, "error: block 5: two transfers at 5/0/native/0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			diff(t, decode(t, NewDecoder(clew.Ethereum, false), &Block{Height: 5, Time: 1, Txs: c.txs}), c.want)
		})
	}
}

// TestFramesWithoutParties wants frames that lack a party to be counted.
func TestFramesWithoutParties(t *testing.T) {
	d := NewDecoder(clew.Ethereum, true)
	diff(t, decode(t, d, &Block{Time: 1, Frames: []Frame{
		{Kind: Create, From: named('b'), Value: clew.Units(2)},
		{Kind: Destroy, Path: []uint32{0}},
	}}), "")
	if want := (Missing{Made: 1, Frames: 1}); d.Missed != want {
		t.Errorf("missed %+v, want %+v", d.Missed, want)
	}
}

// TestCreatedBy holds the formula against contracts of the main network: the
// four that one sender made first, as the documentation of several tools lists
// them.
func TestCreatedBy(t *testing.T) {
	sender, err := clew.ParseAddress("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	for nonce, want := range []string{
		"0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d",
		"0x343c43a37d37dff08ae8c4a11544c718abb4fcf8",
		"0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91",
		"0xfffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c",
	} {
		if got := CreatedBy(sender, uint64(nonce)).Text(); !strings.EqualFold(got, want) {
			t.Errorf("nonce %d: %s, want %s", nonce, got, want)
		}
	}
}
