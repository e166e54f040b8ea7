package ledgertest

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
)

func badBlocks(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	appendTo(t, s, m, blockOf(10, pay(10, 0, ether, 1, 2, clew.Units(5))), blockOf(11))
	good := blockOf(12, pay(12, 0, ether, 1, 2, clew.Units(1)))
	stranger := blockOf(13)
	stranger.Parent = clew.TxID{77}
	unbalanced := pay(13, 0, ether, 1, 2, clew.Units(5))
	unbalanced.To[0].Amount = clew.Units(4)
	foreign := pay(13, 0, clew.NativeAsset(clew.Polygon), 1, 2, clew.Units(5))
	for _, c := range []struct {
		name   string
		blocks []clew.Block
		input  bool
	}{
		{"a hole", []clew.Block{good, blockOf(14)}, true},
		{"the same height twice", []clew.Block{good, good}, true},
		{"an old height", []clew.Block{blockOf(11)}, true},
		{"a hole at once", []clew.Block{blockOf(13)}, true},
		{"another parent", []clew.Block{good, stranger}, true},
		{"the last height", []clew.Block{good, blockOf(math.MaxUint64)}, true},
		{"another chain", []clew.Block{good, blockOf(13, foreign)}, false},
		{"out of order", []clew.Block{good, blockOf(13, pay(13, 1, ether, 1, 2, clew.Units(1)), pay(13, 0, ether, 1, 2, clew.Units(1)))}, false},
		{"a position twice", []clew.Block{good, blockOf(13, pay(13, 1, ether, 1, 2, clew.Units(1)), pay(13, 1, ether, 1, 2, clew.Units(1)))}, false},
		{"another height's transfer", []clew.Block{good, blockOf(13, pay(14, 1, ether, 1, 2, clew.Units(1)))}, false},
		{"legs that do not balance", []clew.Block{good, blockOf(13, unbalanced)}, false},
		{"an ordinal made up", []clew.Block{good, blockOf(13, pay(13, ledger.MadeUp, ether, 1, 2, clew.Units(1)))}, true},
	} {
		var input *clew.InputError
		if err := s.Append(context.Background(), c.blocks...); err == nil || c.input && !errors.As(err, &input) {
			t.Errorf("%s: %v", c.name, err)
		}
		expect(t, s, m)
	}
	unknownParent := good
	unknownParent.Parent = clew.TxID{}
	appendTo(t, s, m, unknownParent)
	expect(t, s, m)
}

func badTransfers(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	l, err := s.Load(context.Background(), ledger.Source{Exact: true})
	must(t, err)
	good := pay(10, 0, ether, 1, 2, clew.Units(5))
	unbalanced := pay(10, 1, ether, 1, 2, clew.Units(5))
	unbalanced.To[0].Amount = clew.Units(4)
	for name, bad := range map[string]clew.Transfer{
		"unbalanced":    unbalanced,
		"no asset":      {},
		"another chain": pay(10, 1, clew.NativeAsset(clew.Polygon), 1, 2, clew.Units(5)),
		"made up":       pay(10, ledger.MadeUp, ether, 1, 2, clew.Units(5)),
		"last height":   pay(math.MaxUint64, 1, ether, 1, 2, clew.Units(5)),
	} {
		if err := l.Add(good, bad); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	must(t, l.Add(pay(9, 0, ether, 3, 4, clew.Units(1))))
	if _, err := l.Commit(context.Background(), clew.Coverage{Chain: clew.Polygon}); err == nil {
		t.Error("coverage of another chain was taken")
	}
	report, err := l.Commit(context.Background(), clew.Coverage{Chain: chain})
	must(t, err)
	if report != (ledger.Report{Added: 1}) {
		t.Errorf("%+v: what came with a bad transfer was kept", report)
	}
	m.Load(ledger.Source{Exact: true}, transfers(pay(9, 0, ether, 3, 4, clew.Units(1))), clew.Coverage{})
	expect(t, s, m)
	if err := l.Add(good); err == nil {
		t.Error("a load that has ended took a transfer")
	}
	if _, err := l.Commit(context.Background(), clew.Coverage{}); err == nil {
		t.Error("a load was committed twice")
	}
	must(t, l.Abort())
	expect(t, s, m)
}

func exactLoads(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	exact := ledger.Source{Name: "file", Exact: true}
	blocks := NewHistory(chain, 3).Blocks(100, clew.TxID{}, 20)
	all := FactsOf(blocks)
	first := clew.Coverage{Whole: []clew.Window{{From: 100, To: 110}}}
	load(t, s, m, exact, FactsOf(blocks[:10]), first)
	expect(t, s, m)
	if r := load(t, s, m, exact, FactsOf(blocks[:10]), first); r.Added+r.ActsAdded != 0 {
		t.Errorf("the same file again: %+v", r)
	}
	expect(t, s, m)
	backwards := Facts{all.Transfers[5:], all.Acts[3:]}.And(Facts{})
	slices.Reverse(backwards.Transfers)
	slices.Reverse(backwards.Acts)
	load(t, s, m, exact, backwards.And(Facts{backwards.Transfers[:4], backwards.Acts[:4]}), clew.Coverage{Whole: []clew.Window{{From: 105, To: 120}}})
	expect(t, s, m)
	merge(t, s)
	expect(t, s, m)
	// What was loaded is followed by blocks, and blocks by what was loaded.
	more := NewHistory(chain, 4).Blocks(120, clew.TxID{5}, 5)
	appendTo(t, s, m, more[:3]...)
	load(t, s, m, exact, FactsOf(more), clew.Coverage{Whole: []clew.Window{{From: 120, To: 125}}})
	expect(t, s, m)
	appendTo(t, s, m, more[3:]...)
	expect(t, s, m)
	if r := load(t, s, m, exact, all.And(FactsOf(more)), clew.Coverage{}); r.Added+r.ActsAdded != 0 {
		t.Errorf("everything again: %+v", r)
	}
	expect(t, s, m)
}

func inexactLoads(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	made, other := ledger.Source{Name: "explorer"}, ledger.Source{Name: "another"}
	one := pay(10, 0, ether, 1, 2, clew.Units(5))
	two := one
	two.Pos.Ordinal = 1
	unlike := pay(10, 0, ether, 1, 3, clew.Units(5))
	nameless := one
	nameless.Tx = clew.TxID{}
	elsewhere := nameless
	elsewhere.Pos.Height = 11
	for _, c := range []struct {
		name   string
		source ledger.Source
		given  []clew.Transfer
		added  uint64
	}{
		{"one", made, []clew.Transfer{one}, 1},
		{"the same again", made, []clew.Transfer{one}, 0},
		{"two like ones, where one is held", other, []clew.Transfer{one, two}, 1},
		{"the one again", made, []clew.Transfer{two}, 0},
		{"another at the same place", made, []clew.Transfer{unlike, one}, 1},
		{"the chain's own, which is held", ledger.Source{Exact: true}, []clew.Transfer{one}, 0},
		{"the chain's own, of which one more is held than made up", ledger.Source{Exact: true}, []clew.Transfer{one, two, pay(10, 5, ether, 1, 2, clew.Units(5))}, 1},
		{"three like ones, where three are held", made, []clew.Transfer{one, one, one}, 0},
		{"four", made, []clew.Transfer{one, one, one, one}, 1},
		{"without a transaction", made, []clew.Transfer{nameless}, 1},
		{"without a transaction again", other, []clew.Transfer{nameless}, 0},
		{"without a transaction, elsewhere", other, []clew.Transfer{elsewhere}, 1},
	} {
		if r := load(t, s, m, c.source, transfers(c.given...), clew.Coverage{}); r.Added != c.added {
			t.Fatalf("%s: %+v, want %d added", c.name, r, c.added)
		}
		expect(t, s, m)
		merge(t, s)
		expect(t, s, m)
	}
	blocksAfterInexactLoads(t, s, m, made)
}

// blocksAfterInexactLoads appends blocks of which loads gave transfers with
// ordinals made up: a block is like an exact load.
func blocksAfterInexactLoads(t *testing.T, s ledger.Store, m *Model, made ledger.Source) {
	appendTo(t, s, m, blockOf(12, pay(12, 0, ether, 1, 2, clew.Units(1))))
	load(t, s, m, made, transfers(pay(13, 0, ether, 8, 9, clew.Units(3)), pay(14, 0, ether, 8, 9, clew.Units(4))), clew.Coverage{})
	appendTo(t, s, m, blockOf(13, pay(13, 0, ether, 7, 9, clew.Units(3)), pay(13, 1, ether, 8, 9, clew.Units(3))))
	expect(t, s, m)
	// The chain knows the transaction's index, which the explorer did not.
	indexed := pay(14, 0, ether, 8, 9, clew.Units(4))
	indexed.Pos.Index = 7
	appendTo(t, s, m, blockOf(14, indexed), blockOf(15))
	expect(t, s, m)
}

func loadAtomic(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	appendTo(t, s, m, blockOf(10, pay(10, 0, ether, 1, 2, clew.Units(5))))
	l, err := s.Load(context.Background(), ledger.Source{Exact: true})
	must(t, err)
	must(t, l.Add(pay(3, 0, ether, 1, 2, clew.Units(5))))
	expect(t, s, m)
	must(t, l.Abort())
	expect(t, s, m)
	if err := l.Add(pay(3, 0, ether, 1, 2, clew.Units(5))); err == nil {
		t.Error("an aborted load took a transfer")
	}
	must(t, l.Abort())
	// Two loads at once, each committed.
	a, err := s.Load(context.Background(), ledger.Source{Exact: true})
	must(t, err)
	b, err := s.Load(context.Background(), ledger.Source{Exact: true})
	must(t, err)
	x, y := pay(4, 0, ether, 1, 2, clew.Units(5)), pay(5, 0, ether, 1, 2, clew.Units(5))
	must(t, a.Add(x, y))
	must(t, b.Add(y))
	for _, l := range []ledger.Load{b, a} {
		_, err := l.Commit(context.Background(), clew.Coverage{})
		must(t, err)
	}
	m.Load(ledger.Source{Exact: true}, transfers(x, y), clew.Coverage{})
	expect(t, s, m)
}

func callersBuffers(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	b, twin := NewHistory(chain, 11).Block(10, clew.TxID{}), NewHistory(chain, 11).Block(10, clew.TxID{})
	must(t, s.Append(context.Background(), b))
	m.Append(twin)
	mine, twins := NewHistory(chain, 12).Block(9, clew.TxID{}), NewHistory(chain, 12).Block(9, clew.TxID{})
	l, err := s.Load(context.Background(), ledger.Source{Exact: true})
	must(t, err)
	must(t, l.Add(mine.Transfers...))
	must(t, l.AddActs(mine.Acts...))
	scribble(b)
	scribble(mine)
	_, err = l.Commit(context.Background(), clew.Coverage{})
	must(t, err)
	m.Load(ledger.Source{Exact: true}, Facts{twins.Transfers, twins.Acts}, clew.Coverage{})
	expect(t, s, m)
}

func scribble(b clew.Block) {
	for i := range b.Acts {
		b.Acts[i] = clew.Act{}
	}
	for i := range b.Transfers {
		t := &b.Transfers[i]
		t.From[0] = clew.Leg{Address: Address(chain, 111), Amount: clew.Units(1)}
		t.To[0] = clew.Leg{Address: Address(chain, 112), Amount: clew.Units(1)}
		if t.Item != nil {
			*t.Item = clew.Units(12345)
		}
	}
}

func coverage(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	a, b := Address(chain, 1), Address(chain, 2)
	held := func(x clew.Address, source string, from, to uint64) clew.Holding {
		return clew.Holding{Address: x, Source: source, Window: clew.Window{From: from, To: to}}
	}
	gap := clew.Gap{Kind: clew.GapStatus, Chain: chain, Window: clew.Window{From: 5, To: 9}, Amount: clew.Units(1 << 63), Count: 3, Note: "no receipts"}
	exact := ledger.Source{Exact: true}
	for _, adds := range []clew.Coverage{
		{Held: []clew.Holding{held(a, "explorer", 10, 50)}},
		{Chain: chain, Whole: []clew.Window{{From: 100, To: 120}, {From: 200, To: 210}}, Gaps: []clew.Gap{gap}},
		{Whole: []clew.Window{{From: 120, To: 150}}, Held: []clew.Holding{held(a, "explorer", 50, 60), held(a, "other", 50, 60), held(b, "explorer", 10, 20)}},
		{Whole: []clew.Window{{From: 120, To: 150}}, Gaps: []clew.Gap{gap, {Kind: clew.GapTraces, Address: a, Asset: ether}}},
	} {
		load(t, s, m, exact, Facts{}, adds)
		expect(t, s, m)
	}
	if err := s.Append(context.Background(), blockOf(150)); err == nil {
		t.Error("a block was appended below what is held whole")
	}
	appendTo(t, s, m, blockOf(210), blockOf(211))
	expect(t, s, m)
	for _, height := range []uint64{211, 205, 150, 110, 55, 15, 0} {
		must(t, s.Rollback(context.Background(), height))
		m.Rollback(height)
		expect(t, s, m)
	}
}

// asOfLast holds less and less whole the further up, and wants the ledger to
// say up to where answers reach, not up to where it is whole.
func asOfLast(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	h := NewHistory(chain, 31)
	held := clew.Holding{Address: Address(chain, 1), Source: "x", Window: clew.Window{From: 20, To: 51}}
	for _, c := range []struct {
		name string
		give func()
		want uint64
	}{
		{"blocks held whole", func() {
			load(t, s, m, ledger.Source{}, Facts{}, clew.Coverage{Whole: []clew.Window{{From: 10, To: 21}}})
		}, 20},
		{"an address held beyond", func() { load(t, s, m, ledger.Source{}, Facts{}, clew.Coverage{Held: []clew.Holding{held}}) }, 50},
		{"transfers beyond", func() { load(t, s, m, ledger.Source{}, FactsOf(h.Blocks(60, clew.TxID{}, 1)), clew.Coverage{}) }, 60},
		{"blocks appended below", func() { appendTo(t, s, m, h.Blocks(21, clew.TxID{}, 3)...) }, 60},
		{"a rollback below all loads", func() { must(t, s.Rollback(context.Background(), 23)); m.Rollback(23) }, 22},
	} {
		c.give()
		expect(t, s, m)
		snapshot, err := s.Snapshot(context.Background())
		must(t, err)
		if got := snapshot.AsOf().Height; got != c.want {
			t.Errorf("%s: as of %d, want %d", c.name, got, c.want)
		}
		must(t, snapshot.Close())
	}
}

func rollbacks(t *testing.T, open opener) {
	for _, chain := range []clew.Chain{clew.Ethereum, clew.Bitcoin} {
		blocks := NewHistory(chain, 21).Blocks(50, clew.TxID{}, 12)
		late := FactsOf(NewHistory(chain, 22).Blocks(45, clew.TxID{}, 12))
		for height := uint64(44); height <= 63; height += 3 {
			s, m := open(t, chain), NewModel(chain)
			must(t, s.Append(context.Background(), blocks[:6]...))
			merge(t, s)
			must(t, s.Append(context.Background(), blocks[6:]...))
			m.Append(blocks...)
			load(t, s, m, ledger.Source{Exact: height%2 == 0}, late, clew.Coverage{Held: []clew.Holding{{Address: Address(chain, 1), Source: "x", Window: clew.Window{From: 45, To: 57}}}})
			must(t, s.Rollback(context.Background(), height))
			m.Rollback(height)
			expect(t, s, m)
			next, any, parent := m.Next()
			if any {
				next = 50
			}
			appendTo(t, s, m, NewHistory(chain, 23).Blocks(next, parent, 3)...)
			expect(t, s, m)
		}
	}
}
