package eval

import (
	"testing"

	"clew"
	"clew/cluster/account"
	"clew/ledger/memory"
	"clew/tag"
)

// TestMeasureAccountsByHand: an exchange's hot wallet first pays the fees of a, a
// pays those of b, and b those of c, who is tagged as another than b.
func TestMeasureAccountsByHand(t *testing.T) {
	at := func(n byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{19: n}) }
	hot, a, b, c := at(1), at(0xa), at(0xb), at(0xc)
	coin := clew.NativeAsset(clew.Ethereum)
	m := memory.New(clew.Ethereum)
	for n, move := range []struct {
		from, to clew.Address
		amount   uint64
	}{{clew.Address{}, hot, 1000}, {hot, a, 500}, {a, b, 300}, {b, c, 100}, {c, a, 50}} {
		id := clew.TxID{byte(n + 1)}
		pos := clew.Pos{Height: uint64(n)}
		block := clew.Block{Ref: clew.BlockRef{Height: uint64(n), Hash: clew.TxID{9, byte(n)}, Time: clew.Time(n + 1)}}
		if n > 0 {
			block.Parent = clew.TxID{9, byte(n - 1)}
		}
		add := func(class clew.Class, to clew.Address, amount uint64) {
			pos.Class = class
			block.Transfers = append(block.Transfers, clew.Transfer{Pos: pos, Time: block.Ref.Time, Tx: id, Asset: coin,
				From: []clew.Leg{{Address: move.from, Amount: clew.Units(amount)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(amount)}}})
		}
		add(clew.Native, move.to, move.amount)
		if !move.from.IsZero() {
			add(clew.Fee, clew.Address{}, 1)
		}
		if err := m.Append(t.Context(), block); err != nil {
			t.Fatal(err)
		}
	}
	s, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var known tag.Builder
	claims := map[clew.Address]string{a: "one", b: "one", c: "two"}
	r := &Reality{Data: "by hand", Ledger: s, Actor: func(x clew.Address) string { return claims[x] }, Most: 100, Done: func(uint64) {}}
	q := account.Question{Reader: s, Namer: known.Index(), Bounds: account.BoundsOf(clew.Ethereum)}
	rows, more, err := MeasureAccounts(t.Context(), r, q)
	if err != nil || more {
		t.Fatal(more, err)
	}
	// hot to a, with no actor of hot; a to b of one; b to c of two. Nobody is known to have paid hot.
	want := Real{Data: "by hand", Heuristic: "gas-funder", Cases: 3, Named: 3, SameActor: 1, TwoActors: 1}
	if got := rows[len(rows)-1]; got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	r.Most = 2
	if rows, more, err = MeasureAccounts(t.Context(), r, q); err != nil || !more || rows[len(rows)-1].Named != 1 {
		t.Errorf("of two transfers: %+v, more %v, %v", rows[len(rows)-1], more, err)
	}
}
