package trace

import (
	"fmt"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// TestSwapsForOthers: what a thief exchanges for somebody else, in a transaction that he
// pays for: at families of venues where no one contract both takes and gives. It goes on
// with who got it, stands for what was stolen, and the books close.
// Where nobody is known to have made the transaction, it stays.
func TestSwapsForOthers(t *testing.T) {
	const victim, thief, pool, second, vault, friend = 1, 2, 10, 11, 12, 3
	gold, salt, shares := clew.Token("erc20", who(90)), clew.Token("erc20", who(91)), clew.Token("erc20", who(92))
	names := map[clew.Asset]string{ether: "ether", gold: "gold", salt: "salt", shares: "shares"}
	none := -1
	for _, c := range []struct {
		name string
		tx   []logged
		want string // with a fee by the thief
	}{
		{"coins for shares that another contract issues", []logged{{thief, pool, ether, 90}, {none, friend, shares, 87}}, "[87 shares at 3 for 90]"},
		{"coins over a pool into a vault, for shares", []logged{{thief, pool, ether, 90}, {pool, vault, ether, 90}, {none, friend, shares, 80}}, "[80 shares at 3 for 90]"},
		{"over a pool that destroys what another gave for it", []logged{{thief, pool, ether, 90}, {pool, second, shares, 85}, {second, none, shares, 85}, {second, pool, gold, 84}, {pool, friend, gold, 84}}, "[84 gold at 3 for 90]"},
	} {
		for _, fee := range []bool{true, false} {
			transfers := []clew.Transfer{move(1, who(victim), who(thief), ether, 90)}
			for i, m := range c.tx {
				x := move(2, who(max(m.from, 0)), who(max(m.to, 0)), m.asset, m.amount)
				if m.from == none {
					x.From[0].Address = clew.Address{}
				}
				if m.to == none {
					x.To[0].Address = clew.Address{}
				}
				x.Pos.Ordinal = uint32(i)
				transfers = append(transfers, x)
			}
			if fee {
				x := move(2, who(thief), clew.Address{}, ether, 1)
				x.Pos.Class = clew.Fee
				transfers = append(transfers, x)
				transfers = append([]clew.Transfer{move(0, clew.Address{}, who(thief), ether, 5)}, transfers...)
			}
			slices.SortFunc(transfers, func(s, t clew.Transfer) int { return s.Pos.Cmp(t.Pos) })
			for _, p := range []taint.Policy{taint.LIFO, taint.TaintFirst} {
				for _, e := range []Engine{Queue, Sweep} {
					in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Method: taint.Method{Policy: p}, Spread: No, Engine: e, Start: Start{Transfer: &clew.Pos{Height: 1}},
						Namer: stops{who(90): "", who(91): "", who(92): "", who(pool): "conversion"}}
					r := swapRun(t, c.name, in)
					var got []string
					for _, place := range r.Places {
						if n := slices.IndexFunc([]int{thief, friend, pool, vault}, func(n int) bool { return who(n) == place.Address }); n >= 0 && place.Kind != Unconverted {
							got = append(got, fmt.Sprintf("%s %s at %d for %s", place.Amount, names[place.Asset], []int{thief, friend, pool, vault}[n], place.Parts[0].Basis))
						}
					}
					crossed := len(got) == 1 && fmt.Sprint(got) == c.want
					if want := fee || len(c.tx) > 3; crossed != want {
						t.Errorf("%s by %s and %s, a fee held %t: %v, want %s; %+v", c.name, p, e, fee, got, c.want, r.Places)
					}
				}
			}
		}
	}
}
