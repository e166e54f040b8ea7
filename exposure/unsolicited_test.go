package exposure

import (
	"testing"

	"clew"
	"clew/price"
)

// airdrop pays a token to many in one transaction, who(0) among them.
func airdrop(height uint64, from clew.Address, asset clew.Asset, payees int) []clew.Transfer {
	var all []clew.Transfer
	for n := range payees {
		to := who(200 + n)
		if n == 1 {
			to = who(0)
		}
		m := move(height, from, to, asset, 1_000_000)
		m.Pos.Ordinal = uint32(n)
		m.Tx = txOf(clew.Pos{Height: height})
		all = append(all, m)
	}
	return all
}

// TestNobodyAskedForIt: dust and spam tokens do not count, and are counted as
// such; what a listed party sent counts, however little.
func TestNobodyAskedForIt(t *testing.T) {
	k := known{who(7): exchange("x"), who(8): listed("y"), who(9): exchange("duster")}
	transfers := []clew.Transfer{
		move(1, who(7), who(0), ether, 3_000_000_000),
		move(2, who(1), who(0), ether, 100), // dust
		move(3, who(9), who(0), ether, 50),  // dust, of somebody known
		move(4, who(8), who(0), ether, 1),   // of somebody listed
		move(5, who(0), who(2), ether, 10),
		move(6, who(2), who(0), ether, 10), // of somebody paid
		move(7, who(3), who(0), coin(4), 0),
		move(60, who(3), who(0), coin(3), 500),
	}
	transfers = append(transfers, airdrop(10, who(4), coin(1), 12)...)
	transfers = append(transfers, airdrop(11, who(5), coin(2), 5)...)
	transfers = append(transfers, airdrop(12, who(6), coin(3), 12)...)
	transfers = append(transfers, move(61, who(0), who(90), coin(3), 5))
	f := of(t, Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: k}).side(Incoming)
	got := map[Why]int{}
	for _, u := range f.Uncounted {
		got[u.Why] += u.Transfers
		if u.Address == who(9) && u.Attribution.Claims[0].Actor != "duster" {
			t.Errorf("%+v", u)
		}
	}
	if got[Dust] != 2 || got[Spam] != 1 || got[Empty] != 1 {
		t.Errorf("%v: %+v", got, f.Uncounted)
	}
	if r := f.row(who(8), true); r == nil || !r.Unsolicited || r.Amount != clew.Units(1) {
		t.Errorf("of somebody listed: %+v", r)
	}
	if r := f.row(who(7), true); r == nil || r.Unsolicited {
		t.Errorf("%+v", r)
	}
	for _, total := range f.Totals {
		if total.Asset == ether && total.Uncounted != clew.Units(150) || total.Asset == coin(2) && !total.Uncounted.IsZero() || total.Asset == coin(3) && !total.Uncounted.IsZero() {
			t.Errorf("%+v", total)
		}
	}
}

// TestVettedTokensAreNoSpam: a payment to many by a token that somebody looked up
// is one.
func TestVettedTokensAreNoSpam(t *testing.T) {
	transfers := append([]clew.Transfer{move(1, clew.Address{}, who(4), coin(1), 100_000_000), move(2, clew.Address{}, who(5), coin(2), 100_000_000)},
		append(airdrop(10, who(4), coin(1), 12), airdrop(11, who(5), coin(2), 12)...)...)
	f := of(t, Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: known{}, Vetted: func(a clew.Asset) bool { return a == coin(1) }}).side(Incoming)
	if len(f.Uncounted) != 1 || f.Uncounted[0].Asset != coin(2) || f.Uncounted[0].Why != Spam {
		t.Errorf("%+v", f.Uncounted)
	}
}

// TestDustByWorth: where the worth is known it decides, and not the share.
func TestDustByWorth(t *testing.T) {
	transfers := []clew.Transfer{move(1, who(1), who(0), ether, 100), move(2, who(2), who(0), ether, 200), move(3, who(2), who(0), ether, 201)}
	q := Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: known{}, Pricer: flat{ether, "0.01"}, Basis: price.AtMove}
	f := of(t, q).side(Incoming)
	if len(f.Uncounted) != 1 || f.Uncounted[0].Address != who(1) || f.Totals[0].Counted != clew.Units(401) {
		t.Errorf("%+v %+v", f.Uncounted, f.Totals)
	}
}

// TestUnknownWhetherAskedFor: where not all that the subject paid is known,
// nothing is left out.
func TestUnknownWhetherAskedFor(t *testing.T) {
	transfers := []clew.Transfer{move(1, who(1), who(0), ether, 2_000_000_000), move(2, who(2), who(0), ether, 1), move(3, who(0), who(3), ether, 1), move(4, who(0), who(3), ether, 1)}
	q := Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: known{}}
	if f := of(t, q).side(Incoming); len(f.Uncounted) != 1 {
		t.Errorf("%+v", f.Uncounted)
	}
	short := q
	short.Limits.Own = 1
	if f := of(t, short).side(Incoming); len(f.Uncounted) != 0 {
		t.Errorf("what it paid was read in part: %+v", f.Uncounted)
	}
	q.Ledger = ledgerWith(t, transfers, clew.Coverage{Whole: []clew.Window{{From: 2, To: 4}}, Held: []clew.Holding{{Address: who(1), Window: clew.Window{From: 0, To: 5}}}})
	if f := of(t, q).side(Incoming); len(f.Uncounted) != 0 {
		t.Errorf("what it paid is held in part: %+v", f.Uncounted)
	}
}

// TestItemsOfListedParties: a non-fungible item has no amount that could be too
// little. Dealt with a listed address it is a row; all others are counted, on
// either side.
func TestItemsOfListedParties(t *testing.T) {
	item := clew.Token("erc721", who(1001))
	transfers := []clew.Transfer{
		move(1, who(8), who(0), item, 1), move(2, who(8), who(0), item, 1), move(3, who(7), who(0), item, 1),
		move(4, who(0), who(8), item, 1), move(5, who(0), who(1), item, 1), move(6, who(0), who(1), ether, 0), move(7, who(0), who(0), item, 1),
	}
	a := of(t, Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: known{who(7): exchange("x"), who(8): listed("y")}})
	for _, want := range []struct {
		side         Side
		met          int
		items, empty int
	}{{Incoming, 2, 2, 0}, {Outgoing, 1, 2, 1}} {
		f, got := a.side(want.side), map[Why]int{}
		for _, u := range f.Uncounted {
			got[u.Why] += u.Transfers
		}
		if got[Items] != want.items || got[Empty] != want.empty || len(f.Totals) > 1 {
			t.Errorf("%s: %+v", want.side, f)
		}
		r := f.row(who(8), true)
		if len(f.Rows) != 1 || r == nil || r.Asset != item || !r.Amount.IsZero() || r.Count != want.met || len(r.Transfers) != want.met || r.Transfers[0].Tx.IsZero() || r.USD != nil {
			t.Errorf("%s: %+v", want.side, f.Rows)
		}
	}
}
