package launder

import (
	"context"
	"errors"
	"slices"
	"testing"

	"clew"
	"clew/ledger/memory"
)

// paid is a transfer of a chain of accounts.
func paidIn(height int, asset clew.Asset, from, to clew.Address, units uint64) clew.Transfer {
	leg := func(a clew.Address) []clew.Leg { return []clew.Leg{{Address: a, Amount: clew.Units(units)}} }
	return clew.Transfer{Pos: clew.Pos{Height: uint64(height)}, Time: clew.Time(1000 * height), Tx: clew.TxID{byte(height), 7}, Asset: asset, From: leg(from), To: leg(to)}
}

// TestFindEnds reads deposits and releases out of a small ledger: paid in directly,
// with the contract's word of the recipient or a memo's, by an address of its own
// that is swept, and what is none of these.
func TestFindEnds(t *testing.T) {
	hot, vault, box := evmAddress(clew.Ethereum, 1), evmAddress(clew.Ethereum, 2), evmAddress(clew.Ethereum, 3)
	person := func(n byte) clew.Address { return evmAddress(clew.Ethereum, 10+n) }
	coin := clew.NativeAsset(clew.Ethereum)
	said := clew.Act{Pos: clew.Pos{Height: 2, Class: clew.Log}, Tx: clew.TxID{2, 7}, Kind: clew.BridgeSent, On: person(1), With: vault}
	to := evmAddress(clew.BNB, 99)
	if err := said.SetMessage(clew.Message{Protocol: "p", ID: "secret", To: clew.BNB, Recipient: to.Text()}); err != nil {
		t.Fatal(err)
	}
	asked := clew.Act{Pos: clew.Pos{Height: 3, Class: clew.Log}, Tx: clew.TxID{3, 7}, On: vault, By: person(2)}
	asked.SetMemo(clew.RouterDeposit, []byte("=:BTC.BTC:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"))
	transfers := []clew.Transfer{
		paidIn(1, tokenHere, person(9), box, 500), // paid in at an address of its own
		paidIn(2, tokenHere, person(1), vault, 700),
		paidIn(3, tokenHere, person(2), vault, 800),
		paidIn(4, coin, hot, box, 5), // what sweeping costs: no release
		paidIn(5, tokenHere, box, hot, 500),
		paidIn(6, tokenHere, hot, person(4), 300),
		paidIn(7, tokenHere, hot, vault, 50),                        // among themselves
		paidIn(8, tokenHere, person(5), hot, 60),                    // paid in directly by who pays others too
		paidIn(9, tokenHere, person(5), person(6), 60),              //
		paidIn(10, tokenHere, clew.Address{}, vault, 9),             // issued
		paidIn(11, tokenHere, evmAddress(clew.Ethereum, 3), hot, 1), // swept once more, and nothing new was paid in
	}
	set := memory.NewSet(transfers, said, asked)
	of := []BridgeAddress{{hot, "x"}, {vault, "x"}}
	ends, err := FindEnds(context.Background(), set, of, clew.Pos{}, clew.Pos{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	var in, out []uint64
	for _, e := range ends.Deposits {
		n, _ := e.Amount.Uint64()
		in = append(in, n)
	}
	for _, e := range ends.Releases {
		n, _ := e.Amount.Uint64()
		out = append(out, n)
	}
	if !slices.Equal(in, []uint64{500, 700, 800, 60}) || !slices.Equal(out, []uint64{300}) || ends.Boxes != 1 || ends.Cut {
		t.Fatalf("deposits %v, releases %v, %d boxes", in, out, ends.Boxes)
	}
	bitcoin, _ := clew.ParseAddress("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", clew.Bitcoin)
	for i, want := range []End{{Who: person(9)}, {Who: person(1), For: to, To: clew.BNB}, {Who: person(2), For: bitcoin, To: clew.Bitcoin}, {Who: person(5)}} {
		if got := ends.Deposits[i]; got.Who != want.Who || got.For != want.For || got.To != want.To || got.Bridge != "x" {
			t.Errorf("deposit %d: %+v, want %+v", i, got, want)
		}
	}
	if cut, err := FindEnds(context.Background(), set, of, clew.Pos{}, clew.Pos{}, 2); err != nil || !cut.Cut || len(cut.Deposits) != 2 {
		t.Errorf("two at most: %+v, %v", cut, err)
	}
	var wrong *clew.InputError
	if _, err := FindEnds(context.Background(), set, of, clew.Pos{}, clew.Pos{}, 0); !errors.As(err, &wrong) {
		t.Errorf("none at most: %v", err)
	}
}

// TestIdentifiersAreNotLookedAt wants ends to be the same whatever identifier a
// contract logs.
func TestIdentifiersAreNotLookedAt(t *testing.T) {
	vault := evmAddress(clew.Ethereum, 2)
	var all []*Ends
	for _, id := range []string{"1", "2"} {
		said := clew.Act{Pos: clew.Pos{Height: 2, Class: clew.Log}, Tx: clew.TxID{2, 7}, Kind: clew.BridgeSent, On: evmAddress(clew.Ethereum, 9), With: vault}
		if err := said.SetMessage(clew.Message{Protocol: "p", ID: id}); err != nil {
			t.Fatal(err)
		}
		ends, err := FindEnds(context.Background(), memory.NewSet([]clew.Transfer{paidIn(2, tokenHere, evmAddress(clew.Ethereum, 9), vault, 7)}, said), []BridgeAddress{{vault, "x"}}, clew.Pos{}, clew.Pos{}, 9)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ends)
	}
	if len(all[0].Deposits) != 1 || all[0].Deposits[0] != all[1].Deposits[0] {
		t.Errorf("%+v and %+v", all[0], all[1])
	}
}

// TestTurns goes through what is taken straight back, and what is not.
func TestTurns(t *testing.T) {
	back := func(time, millionths int, who, to byte) (End, End) {
		d := cameOut(time, millionths, who)
		d.Tx[0] = 3
		r := wentIn(time+60, millionths-1_000, to)
		r.Tx[0] = 4
		return d, r
	}
	for _, c := range []struct {
		name     string
		time     int
		amount   int
		who, to  byte
		wantKind TurnKind
	}{
		{"to another address", 500, 999_000, 7, 8, UTurn},
		{"to the first address", 500, 999_000, 7, 1, RoundTrip},
		{"by somebody else", 500, 999_000, 9, 1, ""},
		{"too little", 500, 800_000, 7, 1, ""},
		{"more than came out", 500, 999_001, 7, 1, ""},
		{"too late", 3_800, 999_000, 7, 1, ""},
	} {
		d, r := back(c.time, c.amount, c.who, c.to)
		q := matchQuestion()
		q.Pairings = append(q.Pairings, PairSame(tokenThere, 18, tokenHere, 6, clew.Amount{}))
		there := wentIn(10, 1_000_000, 1)
		there.For = evmAddress(clew.BNB, 7)
		m := matched(t, q, []End{there, d}, []End{cameOut(100, 999_000, 7), r})
		turns := FindTurns(m.Matches)
		switch {
		case m.Matches[0].Link == nil || m.Matches[1].Link == nil:
			t.Errorf("%s: %q and %q", c.name, m.Matches[0].Open, m.Matches[1].Open)
		case c.wantKind == "" && len(turns) > 0, c.wantKind != "" && (len(turns) != 1 || turns[0].Kind != c.wantKind || turns[0].First != 0 || turns[0].Second != 1 || turns[0].Rested != int64(c.time-100)):
			t.Errorf("%s: %+v", c.name, turns)
		}
	}
}
