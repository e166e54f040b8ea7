package exposure

import (
	"context"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
	"clew/watchlist"
)

var ether = clew.NativeAsset(clew.Ethereum)

// who returns the address that stands for a number in these tests.
func who(n int) clew.Address {
	var key [20]byte
	key[0], key[18], key[19] = 0xaa, byte(n>>8), byte(n)
	return clew.EVMAddress(clew.Ethereum, key)
}

// coin returns a token that stands for a number.
func coin(n int) clew.Asset { return clew.Token("erc20", who(1000+n)) }

// move returns a transfer in a transaction of its own.
func move(height uint64, from, to clew.Address, asset clew.Asset, amount uint64) clew.Transfer {
	pos := clew.Pos{Height: height}
	if !asset.IsNative() {
		pos.Class = clew.Log
	}
	return clew.Transfer{
		Pos: pos, Time: timeOf(height), Tx: txOf(pos), Asset: asset,
		From: []clew.Leg{{Address: from, Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(amount)}},
	}
}

func timeOf(height uint64) clew.Time { return clew.Time(1_600_000_000 + 10*height) }

func txOf(pos clew.Pos) clew.TxID {
	return clew.TxID{0: 1, 28: byte(pos.Height >> 8), 29: byte(pos.Height), 31: byte(pos.Index)}
}

// ledgerOf returns a ledger that holds the transfers whole from block 0 on.
func ledgerOf(t testing.TB, transfers []clew.Transfer) ledger.Snapshot {
	t.Helper()
	var last uint64
	for i := range transfers {
		last = max(last, transfers[i].Pos.Height)
	}
	return ledgerWith(t, transfers, clew.Coverage{Whole: []clew.Window{{From: 0, To: last + 1}}})
}

func ledgerWith(t testing.TB, transfers []clew.Transfer, coverage clew.Coverage) ledger.Snapshot {
	t.Helper()
	ctx := context.Background()
	chain := transfers[0].Asset.Chain()
	coverage.Chain = chain
	store := memory.New(chain)
	load, err := store.Load(ctx, ledger.Source{Name: "test", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Add(transfers...); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(ctx, coverage); err != nil {
		t.Fatal(err)
	}
	snapshot, err := store.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// known is a Knower for tests.
type known map[clew.Address]*Attribution

func (k known) Know(a clew.Address, _ watchlist.Date) *Attribution { return k[a] }

// exchange returns what is known of one.
func exchange(name string) *Attribution {
	return &Attribution{Service: true, Claims: []tag.Tag{{Label: name, Actor: name, Concepts: []tag.Concept{"exchange"}}}}
}

// listed returns what is known of an address on a list.
func listed(name string) *Attribution {
	list := &watchlist.List{Publisher: "OFAC", Name: "SDN"}
	return &Attribution{Listings: []Listed{{watchlist.Listing{List: list, Party: &watchlist.Party{ID: "1", Name: name}, Identifier: &watchlist.Identifier{}}, watchlist.Listed}}}
}

// of answers a question that must have an answer, and checks its books.
func of(t testing.TB, q Query) *Answer {
	t.Helper()
	a, err := Of(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Sides {
		checkBooks(t, &a.Sides[i])
	}
	return a
}

// checkBooks adds up rows and residuals of each asset anew.
func checkBooks(t testing.TB, f *Flow) {
	t.Helper()
	sums, apart := map[clew.Asset]clew.Amount{}, map[clew.Asset]clew.Amount{}
	for _, r := range f.Rows {
		sums[r.Asset] = sums[r.Asset].Plus(r.Amount)
	}
	for _, g := range f.Groups {
		apart[g.Asset] = apart[g.Asset].Plus(g.Amount)
	}
	for _, total := range f.Totals {
		if sums[total.Asset] != total.Attributed || apart[total.Asset] != total.Attributed {
			t.Errorf("%s: rows of %s add up to %s, groups to %s, the total says %s", f.Side, total.Asset, sums[total.Asset], apart[total.Asset], total.Attributed)
		}
	}
	for _, r := range f.Residual {
		sums[r.Asset] = sums[r.Asset].Plus(r.Amount)
	}
	for _, total := range f.Totals {
		if sums[total.Asset] != total.Counted {
			t.Errorf("%s: rows and residuals of %s add up to %s of %s", f.Side, total.Asset, sums[total.Asset], total.Counted)
		}
		if total.Counted.Plus(total.Uncounted) != total.Moved {
			t.Errorf("%s: %s moved of %s, but %s counts and %s does not", f.Side, total.Moved, total.Asset, total.Counted, total.Uncounted)
		}
	}
}

// side returns one side of an answer.
func (a *Answer) side(s Side) *Flow {
	for i := range a.Sides {
		if a.Sides[i].Side == s {
			return &a.Sides[i]
		}
	}
	return nil
}

// residual returns what ended for a reason.
func (f *Flow) residual(reason Reason) (sum clew.Amount) {
	for _, r := range f.Residual {
		if r.Reason == reason {
			sum = sum.Plus(r.Amount)
		}
	}
	return sum
}

// row returns the row of an address.
func (f *Flow) row(a clew.Address, direct bool) *Row {
	for i := range f.Rows {
		if f.Rows[i].Address == a && f.Rows[i].Direct == direct {
			return &f.Rows[i]
		}
	}
	return nil
}
