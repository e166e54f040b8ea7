package ledger

import (
	"testing"

	"clew"
)

// TestActsThatDiffer: acts that differ in anything are not the same, nor in any
// order of their own.
func TestActsThatDiffer(t *testing.T) {
	address := func(n byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{n}) }
	first := clew.Act{Kind: clew.Memo, Tx: clew.TxID{1}, By: address(1), On: address(1), With: address(1), Carrier: clew.DataOutput, Data: "a", Detail: "a", Time: 1}
	for name, change := range map[string]func(*clew.Act){
		"position": func(a *clew.Act) { a.Pos.Ordinal++ }, "transaction": func(a *clew.Act) { a.Tx[0]++ }, "kind": func(a *clew.Act) { a.Kind = clew.Freeze },
		"by": func(a *clew.Act) { a.By = address(2) }, "on": func(a *clew.Act) { a.On = address(2) }, "with": func(a *clew.Act) { a.With = address(2) },
		"asset": func(a *clew.Act) { a.Asset = clew.NativeAsset(clew.Ethereum) }, "amount": func(a *clew.Act) { a.Amount = clew.Units(1) },
		"detail": func(a *clew.Act) { a.Detail = "b" }, "carrier": func(a *clew.Act) { a.Carrier = clew.RouterDeposit }, "data": func(a *clew.Act) { a.Data = "b" }, "time": func(a *clew.Act) { a.Time = 2 },
	} {
		other := first
		change(&other)
		if x, y := CompareActs(&first, &other), CompareActs(&other, &first); x == 0 || x != -y {
			t.Errorf("%s: %d and %d", name, x, y)
		}
		if alike := name == "position" || name == "time"; LikeActs(&first, &other) != alike {
			t.Errorf("%s: alike %v", name, !alike)
		}
	}
}
