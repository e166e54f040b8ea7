package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
)

// acts asks for acts of every address, transaction and kind, by pages of several
// sizes, both ways, whole and between bounds.
func (v *verifier) acts() error {
	span := v.got.ActSpan()
	named := map[clew.Address]bool{{}: true, Address(v.want.Chain, 250): true}
	txs := []clew.TxID{{}, {0xff, 3}}
	for i := range v.want.Acts {
		a := &v.want.Acts[i]
		if !span.Has(a.Pos.Height) {
			return fmt.Errorf("span of acts %s does not have height %d", span, a.Pos.Height)
		}
		named[a.On], named[a.By], named[a.With] = true, true, true
		txs = append(txs, a.Tx)
	}
	var addresses []clew.Address
	for a := range named {
		addresses = append(addresses, a)
	}
	slices.SortFunc(addresses, func(a, b clew.Address) int { return strings.Compare(a.String(), b.String()) })
	kinds := clew.ActKinds()
	for _, a := range sampled(v.random, addresses, 30) {
		for try := range 4 {
			q := ledger.ActQuery{Address: a, Newest: try%2 == 1, Limit: 1 + v.random.IntN(12)}
			if try > 1 {
				q.From, q.Until = v.actPos(), v.actPos()
			}
			if v.random.IntN(3) == 0 {
				q.Kinds = []clew.ActKind{kinds[v.random.IntN(len(kinds))], clew.Freeze, clew.Freeze}
			}
			if err := v.actPages(q); err != nil {
				return err
			}
		}
	}
	for _, tx := range sampled(v.random, txs, 20) {
		if err := v.actPages(ledger.ActQuery{Tx: tx, Newest: v.random.IntN(2) == 0, Limit: 1 + v.random.IntN(3)}); err != nil {
			return err
		}
	}
	return nil
}

// actPos returns a position of an act, or right beside one; none now and then.
func (v *verifier) actPos() clew.Pos {
	if len(v.want.Acts) == 0 || v.random.IntN(5) == 0 {
		return clew.Pos{}
	}
	p := v.want.Acts[v.random.IntN(len(v.want.Acts))].Pos
	switch v.random.IntN(4) {
	case 0:
		p = ledger.Next(p)
	case 1:
		p = clew.Pos{Height: p.Height}
	}
	return p
}

// actPages walks what q asks for page by page.
func (v *verifier) actPages(q ledger.ActQuery) error {
	for more := true; more; {
		want, wantMore := actPage(v.want.Acts, q)
		got, gotMore, err := v.got.Acts(v.ctx, q, nil)
		if err != nil || gotMore != wantMore || !slices.Equal(got, want) {
			return fmt.Errorf("acts %+v:\n%+v, more %v, %v; want\n%+v, more %v", q, got, gotMore, err, want, wantMore)
		}
		if more = wantMore; more {
			q = q.After(&want[len(want)-1])
		}
	}
	return nil
}

// actPage answers q from all acts.
func actPage(acts []clew.Act, q ledger.ActQuery) (page []clew.Act, more bool) {
	var wanted []clew.Act
	for _, a := range acts {
		switch {
		case a.Pos.Cmp(q.From) < 0 || q.Until != (clew.Pos{}) && a.Pos.Cmp(q.Until) >= 0:
		case !q.Address.IsZero() && a.On != q.Address && a.By != q.Address && a.With != q.Address:
		case !q.Tx.IsZero() && a.Tx != q.Tx:
		case len(q.Kinds) > 0 && !slices.Contains(q.Kinds, a.Kind):
		default:
			wanted = append(wanted, a)
		}
	}
	if q.Newest {
		slices.Reverse(wanted)
	}
	n := min(q.Limit, len(wanted))
	return wanted[:n], n < len(wanted)
}

// act makes an act on a numbered address by another; 255 is nobody.
func act(height uint64, ordinal uint32, kind clew.ActKind, on, by, with byte) clew.Act {
	party := func(n byte) clew.Address {
		if n == 255 {
			return clew.Address{}
		}
		return Address(chain, n)
	}
	return clew.Act{
		Pos: clew.Pos{Height: height, Ordinal: ordinal}, Time: clew.Time(1000 + height), Tx: clew.TxID{3, byte(height)},
		Kind: kind, On: party(on), By: party(by), With: party(with),
	}
}

// actsIn wraps acts of one height.
func actsIn(height uint64, acts ...clew.Act) clew.Block {
	b := blockOf(height)
	b.Acts = acts
	return b
}

func actsOfAddresses(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	appendTo(t, s, m, actsIn(10, act(10, 0, clew.Freeze, 1, 9, 255), act(10, 1, clew.Delegate, 1, 1, 2), act(10, 2, clew.Pause, 9, 9, 9)),
		actsIn(11, act(11, 0, clew.Unfreeze, 1, 9, 255), act(11, 1, clew.Permission, 2, 255, 3)))
	expect(t, s, m)
	merge(t, s)
	appendTo(t, s, m, actsIn(12, act(12, 0, clew.Freeze, 2, 9, 255)))
	expect(t, s, m)
	snapshot := snapshotOf(t, s)
	defer snapshot.Close()
	one, issuer := Address(chain, 1), Address(chain, 9)
	for _, c := range []struct {
		name string
		q    ledger.ActQuery
		want string
		more bool
	}{
		{"all", ledger.ActQuery{Limit: 9}, "10.0 10.1 10.2 11.0 11.1 12.0", false},
		{"on one", ledger.ActQuery{Address: one, Limit: 9}, "10.0 10.1 11.0", false},
		{"newest first, paged", ledger.ActQuery{Address: one, Newest: true, Limit: 2}, "11.0 10.1", true},
		{"whether it is frozen", ledger.ActQuery{Address: one, Kinds: []clew.ActKind{clew.Freeze, clew.Unfreeze}, Newest: true, Limit: 1}, "11.0", true},
		{"as of before", ledger.ActQuery{Address: one, Kinds: []clew.ActKind{clew.Freeze, clew.Unfreeze}, Until: clew.Pos{Height: 11}, Newest: true, Limit: 1}, "10.0", false},
		{"by an issuer, named thrice", ledger.ActQuery{Address: issuer, Limit: 9}, "10.0 10.2 11.0 12.0", false},
		{"pauses of a contract", ledger.ActQuery{Address: issuer, Kinds: []clew.ActKind{clew.Pause, clew.Unpause}, Limit: 9}, "10.2", false},
		{"with another", ledger.ActQuery{Address: Address(chain, 3), Limit: 9}, "11.1", false},
		{"of a transaction", ledger.ActQuery{Tx: clew.TxID{3, 11}, Limit: 9}, "11.0 11.1", false},
		{"of one in a transaction", ledger.ActQuery{Tx: clew.TxID{3, 11}, Address: one, Limit: 9}, "11.0", false},
		{"of a stranger", ledger.ActQuery{Address: Address(chain, 77), Limit: 9}, "", false},
		{"from the middle", ledger.ActQuery{From: clew.Pos{Height: 10, Ordinal: 2}, Limit: 2}, "10.2 11.0", true},
	} {
		acts, more, err := snapshot.Acts(context.Background(), c.q, nil)
		must(t, err)
		var got []string
		for _, a := range acts {
			got = append(got, fmt.Sprintf("%d.%d", a.Pos.Height, a.Pos.Ordinal))
		}
		if strings.Join(got, " ") != c.want || more != c.more {
			t.Errorf("%s: %q, more %v; want %q, %v", c.name, got, more, c.want, c.more)
		}
	}
	badActQuestions(t, snapshot)
}

// actsOfEveryKind holds one act of each kind, in the head and in a segment, and
// finds it by its kind.
func actsOfEveryKind(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	for i, kind := range clew.ActKinds() {
		height := uint64(10 + i)
		one := act(height, 0, kind, 1, 9, 255)
		if kind == clew.Memo {
			one.SetMemo(clew.RouterDeposit, []byte{'a', 0, 0xff, 0x1b})
		}
		appendTo(t, s, m, actsIn(height, one))
	}
	for range 2 {
		expect(t, s, m)
		snapshot := snapshotOf(t, s)
		for i, kind := range clew.ActKinds() {
			acts, more, err := snapshot.Acts(context.Background(), ledger.ActQuery{Address: Address(chain, 1), Kinds: []clew.ActKind{kind}, Limit: 9}, nil)
			must(t, err)
			if len(acts) != 1 || more || acts[0].Kind != kind || acts[0].Pos.Height != uint64(10+i) {
				t.Errorf("%s: %+v, more %v", kind, acts, more)
			}
		}
		must(t, snapshot.Close())
		merge(t, s)
	}
}

func badActQuestions(t *testing.T, snapshot ledger.Snapshot) {
	for name, q := range map[string]ledger.ActQuery{
		"no limit": {}, "negative limit": {Limit: -1}, "more than a page": {Limit: ledger.MaxActs + 1},
		"no such kind": {Limit: 1, Kinds: []clew.ActKind{"seize"}},
	} {
		var input *clew.InputError
		if _, _, err := snapshot.Acts(context.Background(), q, nil); !errors.As(err, &input) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// actsAlone has blocks and loads without a single transfer.
func actsAlone(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	for height := uint64(10); height < 20; height++ {
		appendTo(t, s, m, actsIn(height, act(height, 0, clew.Delegate, 1, 1, 2), act(height, 1, clew.Freeze, byte(height), 9, 255)))
		if height%3 == 0 {
			merge(t, s)
		}
		expect(t, s, m)
	}
	// One that reaches beyond all blocks: the ledger is as of it.
	load(t, s, m, ledger.Source{Exact: true}, Facts{Acts: []clew.Act{act(40, 0, clew.Freeze, 3, 9, 255)}}, clew.Coverage{})
	expect(t, s, m)
	snapshot := snapshotOf(t, s)
	if got := snapshot.AsOf(); got != (clew.BlockRef{Height: 40, Time: 1040}) {
		t.Errorf("as of %+v", got)
	}
	must(t, snapshot.Close())
	for _, height := range []uint64{40, 18, 13, 10} {
		must(t, s.Rollback(context.Background(), height))
		m.Rollback(height)
		expect(t, s, m)
	}
	appendTo(t, s, m, blockOf(10, pay(10, 0, ether, 1, 2, clew.Units(5))))
	expect(t, s, m)
}

func badActs(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	good := act(10, 0, clew.Freeze, 1, 9, 255)
	elsewhere, unknown := good, good
	elsewhere.On, elsewhere.By = Address(clew.Polygon, 1), clew.Address{}
	if elsewhere.On.Chain() == chain {
		t.Fatal("the other chain is this one")
	}
	unknown.Kind = "seize"
	for name, bad := range map[string]clew.Act{
		"another chain's": elsewhere, "no kind": unknown, "of nobody": act(10, 1, clew.Freeze, 255, 9, 255),
		"made up": act(10, ledger.MadeUp, clew.Freeze, 1, 9, 255),
	} {
		if err := s.Append(context.Background(), actsIn(10, bad)); err == nil {
			t.Errorf("a block: %s: taken", name)
		}
		l, err := s.Load(context.Background(), ledger.Source{Exact: true})
		must(t, err)
		if err := l.AddActs(good, bad); err == nil {
			t.Errorf("a load: %s: taken", name)
		}
		report, err := l.Commit(context.Background(), clew.Coverage{})
		must(t, err)
		if report != (ledger.Report{}) {
			t.Errorf("%s: %+v: what came with a bad act was kept", name, report)
		}
		if err := l.AddActs(good); err == nil {
			t.Error("a load that has ended took an act")
		}
	}
	for name, b := range map[string]clew.Block{
		"out of order": actsIn(10, act(10, 1, clew.Freeze, 1, 9, 255), good), "twice": actsIn(10, good, good),
		"another height's": actsIn(10, act(11, 0, clew.Freeze, 1, 9, 255)),
		"the last height":  actsIn(math.MaxUint64, act(math.MaxUint64, 0, clew.Freeze, 1, 9, 255)),
	} {
		if err := s.Append(context.Background(), b); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	expect(t, s, m)
}

func loadedActs(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	exact, made := ledger.Source{Name: "node", Exact: true}, ledger.Source{Name: "explorer"}
	one := act(10, 0, clew.Delegate, 1, 1, 2)
	again := one
	again.Pos.Ordinal = 1
	nameless := one
	nameless.Tx = clew.TxID{}
	later := nameless
	later.Pos.Height = 11
	unlike, alike := one, act(14, 1, clew.Delegate, 1, 1, 2)
	unlike.Detail = "another"
	for _, c := range []struct {
		name   string
		source ledger.Source
		given  []clew.Act
		added  uint64
	}{
		{"one", made, []clew.Act{one}, 1},
		{"the same again", made, []clew.Act{one}, 0},
		{"two like ones, where one is held", made, []clew.Act{one, again}, 1},
		{"another at the same place", made, []clew.Act{unlike, one}, 1},
		{"the chain's own, which is held", exact, []clew.Act{one}, 0},
		{"the chain's own, of which one more is held than made up", exact, []clew.Act{one, again, act(10, 5, clew.Delegate, 1, 1, 2)}, 1},
		{"without a transaction", made, []clew.Act{nameless}, 1},
		{"without a transaction again", made, []clew.Act{nameless}, 0},
		{"without a transaction, elsewhere", made, []clew.Act{later}, 1},
		{"several at one place of the chain: the first stays", exact, []clew.Act{act(12, 3, clew.Freeze, 1, 9, 255), act(12, 3, clew.Freeze, 2, 9, 255)}, 1},
		{"one of the chain", exact, []clew.Act{act(14, 0, clew.Delegate, 1, 1, 2)}, 1},
		{"and that", exact, []clew.Act{alike}, 1},
		{"the other at that place again", exact, []clew.Act{act(12, 3, clew.Freeze, 2, 9, 255)}, 0},
	} {
		if r := load(t, s, m, c.source, Facts{Acts: c.given}, clew.Coverage{}); r.ActsAdded != c.added {
			t.Fatalf("%s: %+v, want %d added", c.name, r, c.added)
		}
		expect(t, s, m)
		merge(t, s)
		expect(t, s, m)
	}
	blocksAfterLoadedActs(t, s, m, made)
}

// blocksAfterLoadedActs appends blocks of which loads gave acts: a block is like
// an exact load.
func blocksAfterLoadedActs(t *testing.T, s ledger.Store, m *Model, made ledger.Source) {
	appendTo(t, s, m, actsIn(12, act(12, 3, clew.Freeze, 2, 9, 255), act(12, 4, clew.Freeze, 3, 9, 255)))
	load(t, s, m, made, Facts{Acts: []clew.Act{act(13, 0, clew.Freeze, 4, 9, 255)}}, clew.Coverage{})
	appendTo(t, s, m, actsIn(13, act(13, 7, clew.Freeze, 4, 9, 255), act(13, 8, clew.Freeze, 4, 9, 255)))
	expect(t, s, m)
}
