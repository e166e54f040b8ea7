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
