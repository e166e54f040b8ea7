package trace

import (
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

// TestRedeemedTokensAreNotBurnt: a token of a contract that is said to exchange,
// such as that of a wrapped coin, gives something else back when it ceases to be.
func TestRedeemedTokensAreNotBurnt(t *testing.T) {
	for n, want := range []PlaceKind{Unconverted, Burnt} {
		asset, nobody := coin(n), clew.Address{}
		in := Input{
			Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, []clew.Transfer{move(1, who(1), who(2), asset, 9), move(2, who(2), nobody, asset, 4)})},
			Start:   Start{Transfer: &clew.Pos{Height: 1, Class: clew.Log}},
			Namer:   stops{coin(0).Contract(): tag.Conversion, coin(1).Contract(): tag.Service},
			Limits:  Limits{Hops: 10, Addresses: 10, Transfers: 10, Degree: 10, Peers: 1},
		}
		in.Method.Policy = taint.FIFO
		r, err := Run(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		found := map[PlaceKind]clew.Amount{}
		for _, p := range r.Places {
			found[p.Kind] = p.Amount
		}
		if found[want] != clew.Units(4) || found[AtRest] != clew.Units(5) || len(found) != 2 {
			t.Errorf("places %v, want 4 as %s", found, want)
		}
	}
}
