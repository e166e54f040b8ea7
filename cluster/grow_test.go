package cluster

import (
	"context"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
)

// chainOf makes a ledger of transactions, one a block, each of inputs that name
// a transaction and an output, such as "0.1", or "-" for new coins, and outputs.
func chainOf(t *testing.T, txs ...[]any) ledger.Snapshot {
	t.Helper()
	store := memory.New(clew.Bitcoin)
	var all []clew.Transfer
	for n, parts := range txs {
		tr := clew.Transfer{Pos: clew.Pos{Height: uint64(n)}, Time: clew.Time(1_000_000 + n), Tx: clew.TxID{byte(n + 1)}, Asset: clew.NativeAsset(clew.Bitcoin)}
		in, out := uint64(0), uint64(0)
		for _, part := range parts {
			switch v := part.(type) {
			case clew.Leg:
				tr.To = append(tr.To, v)
				units, _ := v.Amount.Uint64()
				out += units
			case [2]int:
				l := all[v[0]].To[v[1]]
				l.Spends = &clew.Output{Tx: clew.TxID{byte(v[0] + 1)}, Index: uint32(v[1])}
				tr.From = append(tr.From, l)
				units, _ := l.Amount.Uint64()
				in += units
			}
		}
		if len(tr.From) == 0 {
			tr.From, in = legs(clew.Leg{Amount: clew.Units(out)}), out
		}
		if in > out {
			tr.To = append(tr.To, clew.Leg{Amount: clew.Units(in - out)})
		}
		all = append(all, tr)
		b := clew.Block{Ref: clew.BlockRef{Height: uint64(n), Hash: clew.TxID{9, byte(n)}, Time: tr.Time}, Transfers: []clew.Transfer{tr}}
		if n > 0 {
			b.Parent = clew.TxID{9, byte(n - 1)}
		}
		if err := store.Append(t.Context(), b); err != nil {
			t.Fatal(n, err)
		}
	}
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

var wide = Limits{Addresses: 1000, Transactions: 1000, Degree: 1000}

// threeOwners is a chain of A (a, b, c), D (d, e) and a mix of c and d. Then a
// transaction spends b and e. x is paid, c is change.
func threeOwners(t *testing.T) ledger.Snapshot {
	return chainOf(t,
		[]any{coin(6_000_000, 'a'), coin(7_000_000, 'b'), coin(8_000_000, 'd'), coin(2_400_000, 'e'), coin(5_000_000, 'b')}, // 0
		[]any{[2]int{0, 0}, [2]int{0, 1}, legacy(10_000_000, 'x'), coin(2_999_000, 'c')},                                    // 1
		[]any{[2]int{0, 2}, [2]int{0, 3}, legacy(9_876_543, 'y'), coin(500_000, 'd')},                                       // 2
		[]any{[2]int{1, 1}, [2]int{2, 1}, coin(400_000, 'p'), coin(400_000, 'q'), coin(2_690_000, 'r')},                     // 3: a mix
		[]any{coin(3_000_000, 'e')},                             // 4
		[]any{[2]int{0, 4}, [2]int{4, 0}, coin(7_999_999, 'z')}, // 5
	)
}

func at(who byte) clew.Address { return coin(1, who).Address }

func grown(t *testing.T, s ledger.Snapshot, limits Limits, around ...clew.Address) *Growth {
	t.Helper()
	g, err := Grow(t.Context(), s, nil, around, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestBetween explains addresses that are joined, and such as are kept apart.
func TestBetween(t *testing.T) {
	g := grown(t, threeOwners(t), wide, at('c'), at('d'))
	x := g.Between(at('c'), at('d'))
	var path []string
	for _, l := range x.Path {
		path = append(path, l.A.Text()[38:]+" "+string(l.Signs[0])+" "+l.B.Text()[38:])
	}
	if !x.Same || len(x.Path) != 4 || x.Path[0].A != at('c') || x.Path[3].B != at('d') || len(x.Vetoed) != 1 || x.Vetoed[0].Veto != EqualOutputs {
		t.Fatalf("%v %v, vetoed %+v", x.Same, path, x.Vetoed)
	}
	if want := []Sign{ChangeScriptType, ChangeRoundAmount, ChangeOptimal}; !slices.Equal(x.Path[0].Signs, want) {
		t.Errorf("by %v, want %v", x.Path[0].Signs, want)
	}
	if g.Time(x.Path[0].Pos) != 1_000_001 {
		t.Errorf("at %s", g.Time(x.Path[0].Pos))
	}
	if x := grown(t, threeOwners(t), wide, at('c'), at('p')).Between(at('c'), at('p')); x.Same || len(x.Vetoed)+len(x.Leads)+len(x.Would) > 0 {
		t.Errorf("of an address that a mix paid: %+v", x)
	}
	actors := map[clew.Address]string{at('a'): "A", at('d'): "D"}
	guard := Guard{Actor: func(a clew.Address) string { return actors[a] }}
	g.Guard(guard)
	x = g.Between(at('c'), at('d'))
	var aside []byte
	for _, c := range x.Conflicts {
		aside = append(aside, c.Tx[0])
	}
	// Nobody knows which of the three pieces between A and D is wrong.
	if x.Same || x.Path != nil || len(x.Would) != 4 || len(x.Vetoed) != 1 || !slices.Equal(aside, []byte{2, 3, 6}) || !slices.Equal(x.Conflicts[2].Actors, []string{"A", "D"}) {
		t.Fatalf("guarded: %+v", x)
	}
	if !slices.Equal(x.Conflicts[2].Sides, []int{3, 2}) || !slices.Equal(x.Conflicts[2].Between, []clew.Address{at('b'), at('e')}) {
		t.Errorf("sides %v between %v", x.Conflicts[2].Sides, x.Conflicts[2].Between)
	}
	p := g.Of(at('c'))
	if len(p.Members) != 2 || p.First.Height != 1 || p.Last.Height != 1 || len(p.Links) != 1 || p.Vetoed != 1 || len(p.Conflicts) != 1 {
		t.Errorf("%+v", p)
	}
	actors[at('b')], actors[at('e')] = "A", "D"
	g.Guard(guard)
	if x := g.Between(at('c'), at('d')); len(x.Conflicts) != 1 || x.Conflicts[0].Tx != (clew.TxID{6}) || !g.Same(at('a'), at('b')) || !g.Same(at('d'), at('e')) {
		t.Errorf("with each cluster attributed throughout: %+v", x.Conflicts)
	}
	reviews, issues := ReadReviews("f", strings.NewReader(`reviews: [{transaction: "06`+strings.Repeat("0", 62)+`", decision: accept, by: me, date: 2026-11-28, why: seen}]`))
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	guard.Reviews = reviews
	if g.Guard(guard); !g.Same(at('c'), at('d')) || len(g.Conflicts()) != 0 {
		t.Error("accepted, and still apart")
	}
	reviews.List[0].Decision = Reject
	if g.Guard(Guard{Reviews: reviews}); g.Same(at('c'), at('d')) || g.Conflicts()[0].Why != Rejected {
		t.Error("rejected, and still one cluster")
	}
}

// TestGrowthSaysWhereItEnds meets every limit.
func TestGrowthSaysWhereItEnds(t *testing.T) {
	s := threeOwners(t)
	whole := grown(t, s, wide, at('c'))
	if !whole.Whole() || whole.Addresses != 5 {
		t.Fatalf("%+v", whole.Reading)
	}
	if g := grown(t, s, Limits{Addresses: whole.Addresses, Transactions: whole.Transactions, Degree: 4}, at('c')); !g.Whole() {
		t.Errorf("limits that are just enough: %+v", g.Reading)
	}
	if g := grown(t, s, Limits{whole.Addresses - 1, 1000, 1000}, at('c')); !g.AtAddresses || g.Whole() {
		t.Errorf("%+v", g.Reading)
	}
	if g := grown(t, s, Limits{1000, whole.Transactions - 1, 1000}, at('c')); !g.AtTransactions || g.Whole() {
		t.Errorf("%+v", g.Reading)
	}
	if g := grown(t, s, Limits{1000, 1000, 1}, at('b')); len(g.Busy) == 0 || g.Busy[0] != at('b') || g.Whole() {
		t.Errorf("%+v", g.Reading)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g, err := Grow(ctx, s, nil, []clew.Address{at('c')}, wide, nil)
	if err != nil || !g.Interrupted || g.Whole() {
		t.Errorf("%v, %+v", err, g)
	}
}

// TestUnknownHistory has an address of which only a part of the history is held.
func TestUnknownHistory(t *testing.T) {
	store := memory.New(clew.Bitcoin)
	tr := clew.Transfer{Pos: clew.Pos{Height: 700}, Tx: clew.TxID{1}, Asset: clew.NativeAsset(clew.Bitcoin), From: legs(clew.Leg{Unknown: true}), To: legs(coin(3_000_000, 'a'), coin(1_234_567, 'b'))}
	if err := store.Append(t.Context(), clew.Block{Ref: clew.BlockRef{Height: 700, Hash: clew.TxID{9}}, Transfers: []clew.Transfer{tr}}); err != nil {
		t.Fatal(err)
	}
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p, err := Look(t.Context(), s, nil, &tr)
	if err != nil || p.Outputs[0].Used != UseUnknown || p.Form != nil {
		t.Errorf("%v, %+v", err, p)
	}
	g := grown(t, s, wide, at('a'))
	if g.Same(at('a'), at('b')) || len(g.Leads()) != 0 {
		t.Errorf("joined by a payer that is not known: %+v", g.Leads())
	}
}
