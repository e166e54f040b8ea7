package trace

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/evm"
	"clew/taint"
)

// A said-in-words transfer of a transaction: from, to, asset and amount; 0 is nobody.
const (
	rVictim, rThief, rLender, rOther, rBridge, rPool, rContract, rSecond = 1, 2, 3, 4, 5, 6, 7, 8
	rWrapper                                                             = -1
)

// roundTx returns the transfers of one transaction, with nobody and the wrapper.
func roundTx(height uint64, legs ...leg) []clew.Transfer {
	party := func(n int) clew.Address {
		switch n {
		case 0:
			return clew.Address{}
		case rWrapper:
			return evm.Wrapper(clew.Ethereum)
		}
		return who(n)
	}
	list := inOne(height, legs...)
	for i := range list {
		list[i].From[0].Address, list[i].To[0].Address = party(legs[i].from), party(legs[i].to)
	}
	slices.SortFunc(list, func(a, b clew.Transfer) int { return a.Pos.Cmp(b.Pos) })
	return list
}

// What goes round within a transaction leaves nothing with those who have no more
// than before it: by every policy and engine, whether or not who borrowed or lent had
// marked value before.
func TestRoundsCarryNothing(t *testing.T) {
	usdc, weth := coin(1), clew.Token("erc20", evm.Wrapper(clew.Ethereum))
	for _, c := range []struct {
		name  string
		asset clew.Asset // stolen
		legs  []leg
		want  string
	}{
		{"a contract borrows what its owner pays on", usdc, []leg{
			{rThief, rContract, usdc, 1000}, {rLender, rContract, usdc, 5000}, {rContract, rBridge, usdc, 1000}, {rContract, rLender, usdc, 5000}}, "5=1000"},
		{"a contract that had borrowed before it was paid", usdc, []leg{
			{rLender, rContract, usdc, 5000}, {rThief, rContract, usdc, 1000}, {rContract, rBridge, usdc, 1000}, {rContract, rLender, usdc, 5000}}, "5=1000"},
		{"over two contracts", usdc, []leg{
			{rLender, rContract, usdc, 5000}, {rThief, rContract, usdc, 1000}, {rContract, rSecond, usdc, 6000}, {rSecond, rBridge, usdc, 1000}, {rSecond, rContract, usdc, 5000}, {rContract, rLender, usdc, 5000}}, "5=1000"},
		{"repaid by whom it went to", usdc, []leg{
			{rLender, rContract, usdc, 5000}, {rContract, rThief, usdc, 5000}, {rThief, rBridge, usdc, 1000}, {rThief, rLender, usdc, 5000}}, "5=1000"},
		{"repaid in several", usdc, []leg{
			{rLender, rThief, usdc, 5000}, {rThief, rBridge, usdc, 1000}, {rThief, rLender, usdc, 2000}, {rThief, rLender, usdc, 2500}, {rThief, rLender, usdc, 500}}, "5=1000"},
		{"given in several", usdc, []leg{
			{rLender, rThief, usdc, 2000}, {rLender, rThief, usdc, 3000}, {rThief, rBridge, usdc, 1000}, {rThief, rLender, usdc, 5000}}, "5=1000"},
		{"two lenders, a loan within a loan", usdc, []leg{
			{rLender, rContract, usdc, 5000}, {rOther, rContract, usdc, 900}, {rThief, rContract, usdc, 1000}, {rContract, rBridge, usdc, 1000}, {rContract, rOther, usdc, 900}, {rContract, rLender, usdc, 5000}}, "5=1000"},
		{"made for it and burnt", usdc, []leg{
			{rThief, rContract, usdc, 1000}, {0, rContract, usdc, 5000}, {rContract, rBridge, usdc, 1000}, {rContract, 0, usdc, 5000}}, "5=1000"},
		{"made for it and burnt by its maker", usdc, []leg{
			{0, rContract, usdc, 5000}, {rThief, rContract, usdc, 1000}, {rContract, rBridge, usdc, 1000}, {rContract, rOther, usdc, 5000}, {rOther, 0, usdc, 5000}}, "5=1000"},
		{"lent in the wrapper", ether, []leg{
			{rLender, rThief, weth, 5000}, {rThief, 0, weth, 5000}, {rWrapper, rThief, ether, 5000}, {rThief, rBridge, ether, 1000}, {rThief, rWrapper, ether, 5000}, {0, rThief, weth, 5000}, {rThief, rLender, weth, 5000}}, "5=1000"},
		{"lent in the coin, the wrapper stolen", weth, []leg{
			{rLender, rThief, ether, 5000}, {rThief, rWrapper, ether, 5000}, {0, rThief, weth, 5000}, {rThief, rBridge, weth, 1000}, {rThief, 0, weth, 5000}, {rWrapper, rThief, ether, 5000}, {rThief, rLender, ether, 5000}}, "5=1000"},
		{"lent in the wrapper, repaid in the coin to one who wraps it", ether, []leg{
			{rLender, rThief, weth, 5000}, {rThief, 0, weth, 5000}, {rWrapper, rThief, ether, 5000}, {rThief, rBridge, ether, 1000}, {rThief, rLender, ether, 5000}, {rLender, rWrapper, ether, 5000}, {0, rLender, weth, 5000}}, "5=1000"},
		{"paid away with all that he had, and got back elsewhere", usdc, []leg{
			{rLender, rThief, usdc, 5000}, {rThief, rPool, usdc, 6000}, {rOther, rThief, usdc, 5001}, {rThief, rLender, usdc, 5000}}, "6=1000"},
		{"repaid less, by one who pays all his own on first", usdc, []leg{
			{rThief, rBridge, usdc, 1000}, {rLender, rThief, usdc, 5000}, {rThief, rLender, usdc, 4000}}, "5=1000"},
		{"what a refund is not: he pays and gets all back", usdc, []leg{
			{rThief, rPool, usdc, 900}, {rPool, rThief, usdc, 400}, {rPool, rThief, usdc, 500}, {rThief, rBridge, usdc, 1000}}, "5=1000"},
		{"paid to himself beside", usdc, []leg{
			{rThief, rThief, usdc, 700}, {rLender, rThief, usdc, 5000}, {rThief, rThief, usdc, 6000}, {rThief, rBridge, usdc, 1000}, {rThief, rLender, usdc, 5000}}, "5=1000"},
	} {
		steal := move(1, who(rVictim), who(rThief), c.asset, 1000)
		w := &world{transfers: append([]clew.Transfer{steal}, roundTx(2, c.legs...)...), seeds: [][]clew.Pos{{steal.Pos}}, stops: stops{who(1001): ""}}
		for _, p := range taint.AccountPolicies() {
			if p == taint.Poison {
				continue
			}
			for _, e := range []Engine{"", Queue, Sweep} {
				name := fmt.Sprintf("%s, %s by %q", c.name, p, e)
				in := w.input(t, taint.Method{Policy: p}, e)
				if got := liesAt(swapRun(t, name, in), coin(2)); got != c.want {
					t.Errorf("%s: %s, want %s", name, got, c.want)
				}
				if e == Sweep {
					in.Ledgers[0] = crumbled{in.Ledgers[0]}
					if got := liesAt(swapRun(t, name, in), coin(2)); got != c.want {
						t.Errorf("%s, cut into pieces: %s, want %s", name, got, c.want)
					}
				}
			}
		}
	}
}

// Backward, what came to the bridge came from the victim, and not from a lender.
func TestRoundsBackward(t *testing.T) {
	usdc, weth := coin(1), clew.Token("erc20", evm.Wrapper(clew.Ethereum))
	for _, c := range []struct {
		name  string
		asset clew.Asset
		legs  []leg
	}{
		{"a loan", usdc, []leg{{rLender, rThief, usdc, 5000}, {rThief, rBridge, usdc, 1000}, {rThief, rLender, usdc, 5000}}},
		{"with a fee", usdc, []leg{{rLender, rThief, usdc, 5000}, {rThief, rBridge, usdc, 990}, {rThief, rLender, usdc, 5010}}},
		{"a contract's", usdc, []leg{{rThief, rContract, usdc, 1000}, {rLender, rContract, usdc, 5000}, {rContract, rBridge, usdc, 1000}, {rContract, rLender, usdc, 5000}}},
		{"repaid in several", usdc, []leg{{rLender, rThief, usdc, 5000}, {rThief, rLender, usdc, 2000}, {rThief, rBridge, usdc, 1000}, {rThief, rLender, usdc, 3000}}},
		{"made for it", usdc, []leg{{0, rThief, usdc, 5000}, {rThief, rBridge, usdc, 1000}, {rThief, 0, usdc, 5000}}},
		{"lent in the wrapper", ether, []leg{{rLender, rThief, weth, 5000}, {rThief, 0, weth, 5000}, {rWrapper, rThief, ether, 5000}, {rThief, rBridge, ether, 1000}, {rThief, rWrapper, ether, 5000}, {0, rThief, weth, 5000}, {rThief, rLender, weth, 5000}}},
	} {
		legs := roundTx(2, c.legs...)
		at := slices.IndexFunc(legs, func(x clew.Transfer) bool { return x.To[0].Address == who(rBridge) })
		onward := move(3, who(rBridge), who(9), c.asset, 990)
		w := &world{transfers: slices.Concat([]clew.Transfer{move(1, who(rVictim), who(rThief), c.asset, 1000)}, legs, []clew.Transfer{onward}), stops: stops{who(1001): ""}}
		for _, from := range []clew.Pos{legs[at].Pos, onward.Pos} {
			w.seeds = [][]clew.Pos{{from}}
			for _, p := range taint.AccountPolicies() {
				for _, e := range []Engine{"", Queue, Sweep} {
					if d := p.Describe(); !d.Backward || !d.Conserves {
						continue
					}
					in := w.input(t, taint.Method{Policy: p}, e)
					in.Direction = Backward
					for range 2 {
						r := swapRun(t, c.name, in)
						if !nets(r) || strings.Contains(liesAt(r, usdc), fmt.Sprintf("%d=", rLender)) || !strings.HasPrefix(liesAt(r, coin(2)), "1=") || len(r.Places) != 1 {
							t.Errorf("%s, from %s, %s by %q: %s: %v", c.name, from, p, e, liesAt(r, coin(2)), r.Method.Notes)
						}
						if e == Sweep {
							in.Ledgers[0] = crumbled{in.Ledgers[0]}
						}
					}
				}
			}
		}
	}
}

// Backward, a loan that was repaid in a transaction of its own, cut between chunks of
// a sweep, is met by its repayment first.
func TestRoundsBackwardCut(t *testing.T) {
	usdc := coin(1)
	w := &world{stops: stops{}, transfers: slices.Concat([]clew.Transfer{move(1, who(rVictim), who(rThief), usdc, 1000)},
		roundTx(2, leg{rLender, rThief, usdc, 5000}, leg{rThief, rLender, usdc, 5000}), []clew.Transfer{move(3, who(rThief), who(rBridge), usdc, 1000)})}
	w.seeds = [][]clew.Pos{{w.transfers[3].Pos}}
	for _, p := range []taint.Policy{taint.FIFO, taint.LIFO, taint.Haircut} {
		in := w.input(t, taint.Method{Policy: p}, Sweep)
		in.Direction, in.Ledgers[0] = Backward, crumbled{in.Ledgers[0]}
		if r := swapRun(t, "cut", in); liesAt(r, coin(2)) != "1=1000" {
			t.Errorf("%s: %s", p, liesAt(r, coin(2)))
		}
	}
}

// What was lent and really paid away is not netted: the pot holds afterwards what it
// holds by the ledger, and no more.
func TestRoundsOfWhatIsNeeded(t *testing.T) {
	usdc := coin(1)
	again := move(3, who(rVictim), who(rThief), usdc, 1000)
	w := &world{stops: stops{}, transfers: slices.Concat([]clew.Transfer{move(1, who(rVictim), who(rThief), usdc, 1000)},
		roundTx(2, leg{rLender, rThief, usdc, 5000}, leg{rThief, rPool, usdc, 3000}, leg{rOther, rThief, usdc, 2000}, leg{rThief, rLender, usdc, 5000}),
		[]clew.Transfer{again, move(4, who(rThief), who(rBridge), usdc, 1000)})}
	w.seeds = [][]clew.Pos{{w.transfers[0].Pos, again.Pos}}
	for _, p := range taint.AccountPolicies() {
		for _, e := range []Engine{"", Queue, Sweep} {
			r := swapRun(t, "needed", w.input(t, taint.Method{Policy: p}, e))
			if p != taint.Poison && liesAt(r, coin(2)) != "5=1000 6=1000" || !nets(r) || !strings.Contains(strings.Join(r.Method.Notes, " "), "or not whole (1)") {
				t.Errorf("%s by %q: %s: %v", p, e, liesAt(r, coin(2)), r.Method.Notes)
			}
		}
	}
}

// The theft itself may be made with a loan: its transaction is looked at too.
func TestRoundsOfTheTheft(t *testing.T) {
	usdc := coin(1)
	legs := roundTx(1, leg{rLender, rContract, usdc, 5000}, leg{rVictim, rContract, usdc, 1000}, leg{rContract, rLender, usdc, 5000}, leg{rContract, rThief, usdc, 1000})
	w := &world{transfers: legs, seeds: [][]clew.Pos{{legs[1].Pos}}, stops: stops{}}
	for _, p := range taint.AccountPolicies() {
		for _, e := range []Engine{"", Queue, Sweep} {
			if got := liesAt(swapRun(t, "theft", w.input(t, taint.Method{Policy: p}, e)), coin(2)); got != "2=1000" {
				t.Errorf("%s by %q: %s", p, e, got)
			}
		}
	}
}

// What is not netted: what was minted for a payment or burnt for one, what a wrapper
// gives for its coin, refunds of what is marked, and what a case says something of.
func TestRoundsThatStand(t *testing.T) {
	usdc, dai, weth := coin(1), coin(2), clew.Token("erc20", evm.Wrapper(clew.Ethereum))
	for _, c := range []struct {
		name  string
		asset clew.Asset
		legs  []leg
	}{
		{"issued for a payment", dai, []leg{{rThief, rPool, dai, 1000}, {rContract, rOther, dai, 5}, {rContract, rPool, dai, 900}, {0, rContract, usdc, 1000}, {rContract, 0, usdc, 1000}}},
		{"burnt for a payment", usdc, []leg{{0, rThief, usdc, 1000}, {rThief, 0, usdc, 1000}, {rPool, rThief, dai, 990}}},
		{"paid to its issuer", ether, []leg{{0, rThief, usdc, 1000}, {rThief, 1001, ether, 1000}, {rThief, 0, usdc, 1000}}},
		{"burnt first", usdc, []leg{{rThief, 0, usdc, 1000}, {0, rOther, usdc, 1000}, {rOther, rThief, usdc, 3}}},
		{"wrapped, and passed on", ether, []leg{{rThief, rWrapper, ether, 1000}, {0, rThief, weth, 1000}, {rThief, rOther, weth, 1000}, {rOther, 0, weth, 1000}, {rWrapper, rOther, ether, 1000}}},
		{"a refund", usdc, []leg{{rThief, rPool, usdc, 1000}, {rPool, rThief, usdc, 100}}},
	} {
		steal := move(1, who(rVictim), who(rThief), c.asset, 1000)
		w := &world{transfers: append([]clew.Transfer{steal}, roundTx(2, c.legs...)...), seeds: [][]clew.Pos{{steal.Pos}}, stops: stops{who(1001): "", who(1002): ""}}
		for _, p := range taint.AccountPolicies() {
			for _, e := range []Engine{"", Queue, Sweep} {
				if r := swapRun(t, c.name, w.input(t, taint.Method{Policy: p}, e)); nets(r) {
					t.Errorf("%s, %s by %q: %s: %v", c.name, p, e, liesAt(r, dai), r.Method.Notes)
				}
			}
		}
	}
}

// Rounds are looked for among so many transfers that may be of one, whatever else the
// transaction holds.
func TestRoundsWithinBounds(t *testing.T) {
	usdc := coin(1)
	for _, c := range []struct {
		rounds, beside int
		want           bool
	}{{17, 0, true}, {mostRound/2 - 1, 0, true}, {mostRound / 2, 0, false}, {40, 2000, true}, {40, 4100, false}} {
		legs := []leg{{rLender, rThief, usdc, 5000}}
		for i := range c.beside {
			legs = append(legs, leg{rVictim, 20 + i, usdc, 1})
		}
		for i := range c.rounds {
			legs = append(legs, leg{20 + i, 10_000 + i, usdc, 7}, leg{10_000 + i, 20 + i, usdc, 7})
		}
		legs = append(legs, leg{rThief, rBridge, usdc, 1000}, leg{rThief, rLender, usdc, 5000})
		steal := move(1, who(rVictim), who(rThief), usdc, 1000)
		w := &world{transfers: append([]clew.Transfer{steal}, roundTx(2, legs...)...), seeds: [][]clew.Pos{{steal.Pos}}, stops: stops{}}
		r := swapRun(t, "bounds", w.input(t, taint.Method{Policy: taint.Haircut}, ""))
		if got := liesAt(r, coin(2)) == "5=1000"; got != c.want || nets(r) != c.want {
			t.Errorf("%d rounds and %d transfers beside: netted %t: %s", c.rounds, c.beside, nets(r), liesAt(r, coin(2)))
		}
	}
}
