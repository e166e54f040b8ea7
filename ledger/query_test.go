package ledger_test

import (
	"math"
	"reflect"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
)

func TestNextIsTheVeryNextPosition(t *testing.T) {
	const most = math.MaxUint32
	for _, c := range []struct {
		name       string
		from, want clew.Pos
	}{
		{"ordinal", clew.Pos{Height: 1}, clew.Pos{Height: 1, Ordinal: 1}},
		{"class", clew.Pos{Height: 1, Ordinal: most}, clew.Pos{Height: 1, Class: 1}},
		{"index", clew.Pos{Class: 255, Ordinal: most}, clew.Pos{Index: 1}},
		{"height", clew.Pos{Index: most, Class: 255, Ordinal: most}, clew.Pos{Height: 1}},
		{"none", clew.LastPos, clew.LastPos},
	} {
		if got := ledger.Next(c.from); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestWhatALoadHoldsIsAddedOnce(t *testing.T) {
	a, b := ledgertest.Address(clew.Ethereum, 1), ledgertest.Address(clew.Ethereum, 2)
	held := func(x clew.Address, source string, from, to uint64) clew.Holding {
		return clew.Holding{Address: x, Source: source, Window: clew.Window{From: from, To: to}}
	}
	gap := clew.Gap{Kind: clew.GapStatus, Note: "no receipts"}
	c := &clew.Coverage{Chain: clew.Ethereum}
	for range 2 {
		ledger.AddCoverage(c, &clew.Coverage{
			Whole: []clew.Window{{From: 5, To: 9}, {From: 9, To: 12}, {From: 1, To: 2}},
			Held:  []clew.Holding{held(a, "x", 1, 5), held(a, "x", 5, 8), held(a, "y", 2, 4), held(b, "x", 20, 30), held(b, "x", 3, 3)},
			Gaps:  []clew.Gap{gap, gap},
		})
	}
	want := &clew.Coverage{
		Chain: clew.Ethereum, Whole: []clew.Window{{From: 1, To: 2}, {From: 5, To: 12}}, Gaps: []clew.Gap{gap},
		Held: []clew.Holding{held(a, "x", 1, 8), held(a, "y", 2, 4), held(b, "x", 20, 30)},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("%+v, want %+v", c, want)
	}
	if end := ledger.EndOf(c); end != 30 {
		t.Errorf("held on demand, beyond what is held whole, up to %d", end)
	}
	if end := ledger.EndOf(&clew.Coverage{Whole: want.Whole}); end != 12 {
		t.Errorf("held whole up to %d", end)
	}
	clone := ledger.CloneCoverage(c)
	clone.TruncateTo(3)
	if !reflect.DeepEqual(c, want) {
		t.Error("a clone shares with what it was made of")
	}
}

func TestLikeTransfersAreAlikeInAllButPlace(t *testing.T) {
	base := ledgertest.NewHistory(clew.Ethereum, 3).Blocks(10, clew.TxID{}, 5)
	var one clew.Transfer
	for _, b := range base {
		for _, x := range b.Transfers {
			if x.Item == nil && !x.From[0].Address.IsZero() {
				one = x
			}
		}
	}
	item := clew.Units(1)
	change := func(f func(*clew.Transfer)) clew.Transfer {
		u := one
		u.From, u.To = []clew.Leg{one.From[0]}, []clew.Leg{one.To[0]}
		f(&u)
		return u
	}
	nameless := change(func(u *clew.Transfer) { u.Tx = clew.TxID{} })
	for _, c := range []struct {
		name string
		t, u clew.Transfer
		want bool
	}{
		{"itself", one, one, true},
		{"elsewhere", one, change(func(u *clew.Transfer) { u.Pos.Height++; u.Time++ }), true},
		{"another transaction", one, nameless, false},
		{"another amount", one, change(func(u *clew.Transfer) { u.To[0].Amount = clew.Units(987654321) }), false},
		{"another payer", one, change(func(u *clew.Transfer) { u.From[0].Address = ledgertest.Address(clew.Ethereum, 99) }), false},
		{"another asset", one, change(func(u *clew.Transfer) { u.Asset = clew.Reported(clew.Ethereum, "usd") }), false},
		{"an item", one, change(func(u *clew.Transfer) { u.Item = &item }), false},
		{"nameless", nameless, nameless, true},
		{"nameless elsewhere", nameless, change(func(u *clew.Transfer) { u.Tx = clew.TxID{}; u.Pos.Height++ }), false},
	} {
		if got := ledger.Like(&c.t, &c.u); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
