package trace

import (
	"fmt"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// A logged is a transfer of a transaction, by the names of its sides.
type logged struct {
	from, to int
	asset    clew.Asset
	amount   uint64
}

// TestTokensThatLie: tokens of which nothing is said log whatever they like among
// anybody, beside true swaps and payments. Value goes where it would without them.
func TestTokensThatLie(t *testing.T) {
	const victim, thief, other, pool, second, stranger = 1, 2, 3, 10, 11, 12
	gold, silver, lie := clew.Token("erc20", who(90)), clew.Token("erc20", who(91)), clew.Token("erc20", who(92))
	for _, c := range []struct {
		name string
		tx   []logged
		want string // where nine of ether lie
	}{
		{"beside a swap", []logged{{thief, pool, ether, 9}, {pool, thief, gold, 5}, {pool, thief, lie, 1000}}, "[5 of gold at 2]"},
		{"beside a swap, as if it were paid", []logged{{thief, pool, ether, 9}, {thief, pool, lie, 1000}, {pool, thief, gold, 5}}, "[5 of gold at 2]"},
		{"instead of what goes to another", []logged{{thief, pool, ether, 9}, {pool, other, gold, 5}, {pool, thief, lie, 1000}}, "[5 of gold at 3]"},
		{"beside a payment, as if a pool gave it", []logged{{thief, other, ether, 9}, {pool, thief, lie, 1000}}, "[9 of ether at 3]"},
		{"beside a payment, as if the payee gave it", []logged{{thief, other, ether, 9}, {other, thief, lie, 1000}}, "[9 of ether at 3]"},
		{"beside a payment, as if it went round", []logged{{thief, other, ether, 9}, {other, pool, lie, 7}, {pool, thief, lie, 7}}, "[9 of ether at 3]"},
		{"bought by way of one that is known", []logged{{thief, stranger, ether, 9}, {stranger, second, gold, 5}, {second, thief, lie, 1000}}, "[9 of ether at 12]"},
		{"bought where value is exchanged", []logged{{thief, pool, ether, 9}, {pool, thief, lie, 1000}}, "[1000 of lie at 2]"},
	} {
		transfers := []clew.Transfer{move(1, who(victim), who(thief), ether, 9), move(1, clew.Address{}, who(50), gold, 1), move(1, clew.Address{}, who(51), silver, 1)}
		transfers[1].Pos.Ordinal, transfers[2].Pos.Ordinal = 1, 2
		for i, m := range c.tx {
			x := move(2, who(m.from), who(m.to), m.asset, m.amount)
			x.Pos.Ordinal = uint32(i)
			transfers = append(transfers, x)
		}
		for _, p := range taint.AccountPolicies() {
			in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Method: taint.Method{Policy: p}, Spread: No, Start: Start{Transfer: &clew.Pos{Height: 1}},
				Namer: stops{who(90): "", who(91): "", who(pool): "conversion"}}
			r := swapRun(t, c.name, in)
			var got []string
			for _, place := range r.Places {
				if place.Kind == Unconverted {
					got = append(got, fmt.Sprintf("%s unconverted", place.Amount))
					continue
				}
				asset := map[clew.Asset]string{ether: "ether", gold: "gold", silver: "silver", lie: "lie"}[place.Asset]
				for n := range 60 {
					if who(n) == place.Address {
						got = append(got, fmt.Sprintf("%s of %s at %d", place.Amount, asset, n))
					}
				}
			}
			if text := fmt.Sprint(got); text != c.want {
				t.Errorf("%s by %s: %s, want %s; %+v", c.name, p, text, c.want, r.Conversions)
			}
		}
	}
}
