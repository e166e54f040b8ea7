package account

import (
	"context"
	"math/big"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/cluster"
)

// hot is a service's wallet that pays out, so that it is no deposit address.
const hot = `
	X tag exchange acme wallet of Acme
	Y tag exchange bolt wallet of Bolt
	X2 tag exchange acme second wallet of Acme
	1 by X 1: X>w1 17, X>w2 17, X>w3 17, X>w4 17
	1 by Y 1: Y>w1 17, Y>w2 17, Y>w3 17, Y>w4 17
	1 by X2 1: X2>w1 17, X2>w2 17, X2>w3 17, X2>w4 17
	1 by u 1: u>z 11
	1 by v 1: v>z 11
	1 by d 0: g0>d 9`

// TestDepositAddresses judges an address d that u pays into, by hand.
func TestDepositAddresses(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		refused     Refusal
		confidence  string // mean, as a fraction
		gas         GasHow
		code        bool
	}{
		{"native, all but the fee", `10 by u 1: u>d 1000
			20 by d 4: d>X 1005`, "", "3/4", "", false}, // 9 were there: 4 stay, then a fee of 4
		{"a token, gas from the service", `5 by X 1: X>d 6
			10 by u 1: u>d 1000 USDT
			60 by d 2: d>X 1000 USDT`, "", "3/4", GasFromService, false},
		{"a token, gas from its station", `2 by X 1: X>s 500
			5 by s 1: s>d 6
			10 by u 1: u>d 1000 USDT
			10 by d 2: d>X 1000 USDT`, "", "1", GasFromStation, false},
		{"a station that two services fund is no sign", `2 by X 1: X>s 500
			3 by Y 1: Y>s 500
			5 by s 1: s>d 6
			10 by u 1: u>d 1000 USDT
			10 by d 2: d>X 1000 USDT`, "", "1", "", false},
		{"gas after it was sent on is no sign", `10 by u 1: u>d 1000 USDT
			10 by d 2: d>X 1000 USDT
			15 by X 1: X>d 6`, "", "1", "", false},
		{"a token of which one unit stays", `10 by u 1: u>d 1000 USDT
			20 by d 2: d>X 999 USDT`, NoMatch, "", "", false},
		{"the chain's coin of which too much stays", `10 by u 1: u>d 1000
			20 by d 2: d>X 998`, NoMatch, "", "", false},
		{"no more than could be gas", `10 by u 1: u>d 10
			20 by d 2: d>X 15`, NoMatch, "", "", false},
		{"at the end of the window", `10 by u 1: u>d 1000 USDT
			110 by d 2: d>X 1000 USDT`, "", "1/2", "", false},
		{"after the window", `10 by u 1: u>d 1000 USDT
			111 by d 2: d>X 1000 USDT`, NoMatch, "", "", false},
		{"two payments passed on at once", `10 by u 1: u>d 400 USDT
			20 by u 1: u>d 600 USDT
			60 by d 2: d>X 1000 USDT`, "", "3/4", "", false},
		{"two payers' passed on at once", `10 by u 1: u>d 400 USDT
			20 by v 1: v>d 600 USDT
			60 by d 2: d>X 1000 USDT`, NoMatch, "", "", false},
		{"a contract that the payer called paid too", `10 by u 1: u>d 400 USDT
			20 by u 1: c>d 600 USDT
			60 by d 2: d>X 1000 USDT`, NoMatch, "", "", false},
		{"what lay there before is another's", `10 by v 1: v>d 400 USDT
			11 by d 2: d>X 100 USDT
			20 by u 1: u>d 600 USDT
			60 by d 2: d>X 900 USDT`, NoMatch, "", "", false},
		{"several wallets of one service", `10 by u 1: u>d 1000 USDT
			20 by d 2: d>X 1000 USDT
			30 by u 1: u>d 1000 USDT
			30 by d 2: d>X2 1000 USDT`, "", "39/40", "", false},
		{"several services", `10 by u 1: u>d 1000 USDT
			20 by d 2: d>X 1000 USDT
			30 by u 1: u>d 1000 USDT
			40 by d 2: d>Y 1000 USDT`, SeveralServices, "", "", false},
		{"a user", `10 by u 1: u>d 1000 USDT
			20 by d 2: d>X 1000 USDT
			30 by d 2: d>w1 5`, PaysOthers, "", "", false},
		{"nobody paid", `10 by u 1: u>d 1000`, PaysNobody, "", "", false},
		{"a merchant's: more senders than a customer", `10 by u 1: u>d 1000 USDT
			11 by d 2: d>X 1000 USDT
			12 by m1 1: m1>d 50 USDT
			13 by m2 1: m2>d 50 USDT
			14 by m3 1: m3>d 50 USDT`, ManySenders, "", "", false},
		{"as many senders as a customer may have; a service's and dust do not count", `10 by u 1: u>d 1000 USDT
			11 by d 2: d>X 1000 USDT
			12 by m1 1: m1>d 50 USDT
			13 by m2 1: m2>d 50 USDT
			14 by Y 1: Y>d 50 USDT
			15 by m4 1: m4>d 10
			16 by m5 1: m6>d 50 fake`, "", "199/200", "", false},
		{"tagged already", `d tag person - a person
			10 by u 1: u>d 1000 USDT
			20 by d 2: d>X 1000 USDT`, IsTagged, "", "", false},
		{"what it pays is called a deposit address", `X tag exchange acme Acme: Deposit 4
			10 by u 1: u>d 1000 USDT
			20 by d 2: d>X 1000 USDT`, PaysDeposit, "", "", false},
		{"what it pays forwards to the service", `P tag exchange acme Acme 17
			10 by u 1: u>d 1000 USDT
			20 by d 2: d>P 1000 USDT
			30 by P 2: P>X 1000 USDT`, NoPool, "", "", false},
		{"of what it pays nothing is held", `P tag exchange acme Acme 17
			10 by u 1: u>d 1000 USDT
			20 by d 2: d>P 1000 USDT`, NoPool, "", "", false},
		{"what it pays has many payers, of dust and of tokens that nobody signed for", `P tag exchange acme Acme 17
			5 by m 1: k1>P 20 fake, k2>P 20 fake, k3>P 20 fake, k4>P 20 fake
			6 by m 1: k1>P 10, k2>P 10, k3>P 10, k4>P 10
			10 by u 1: u>d 1000 USDT
			20 by d 2: d>P 1000 USDT`, NoPool, "", "", false},
		{"what it pays collects for many", `P tag exchange acme Acme 17
			5 by k1 1: k1>P 20
			5 by k2 1: k2>P 20
			5 by k3 1: k3>P 20
			10 by u 1: u>d 1000 USDT
			10 by d 2: d>P 1000 USDT
			30 by P 2: P>X 1000 USDT`, "", "1", "", false},
		{"a token that logs what it likes", `10 by m 1: u>d 1000 fake
			20 by m 1: d>X 1000 fake`, PaysNobody, "", "", false},
		{"a token that logs payments by a stranger to a stranger's deposit address", `10 by m 1: u>d 1000 fake
			20 by d 1: d>X 1000 fake`, NoMatch, "", "", false},
		{"another sent the payment in", `10 by m 1: u>d 1000 USDT
			20 by d 1: d>X 1000 USDT`, NoMatch, "", "", false},
		{"fees not held", `10 by u 0: u>d 1000 USDT
			20 by d 0: d>X 1000 USDT`, NoMatch, "", "", false},
		{"the fee of what was sent on is not held", `10 by u 1: u>d 1000 USDT
			20 by d 0: d>X 1000 USDT`, NoMatch, "", "", false},
		{"the fee of what was paid in is not held", `10 by u 0: u>d 1000 USDT
			20 by d 1: d>X 1000 USDT`, NoMatch, "", "", false},
		{"gas from another service is no sign", `5 by Y 1: Y>d 6
			10 by u 1: u>d 1000 USDT
			10 by d 2: d>X 1000 USDT`, "", "1", "", false},
		{"code that the service calls", `10 by u 1: u>d 1000 USDT
			10 by X 1: d>X 1000 USDT`, "", "1", SentByService, true},
		{"code that one operator calls", `10 by u 1: u>d 1000 USDT
			10 by o 1: d>X 1000 USDT`, "", "1", "", true},
		{"code that anybody calls", `10 by u 1: u>d 1000 USDT
			10 by o 1: d>X 1000 USDT
			30 by u 1: u>d 500 USDT
			30 by p 1: d>X 500 USDT`, "", "1", "", true}, // the second is not taken
		{"a key whose tokens another took", `9 by d 1: d>X 2
			10 by u 1: u>d 1000 USDT
			10 by o 1: d>X 1000 USDT`, NoMatch, "", "", false},
		{"code that sends on at once", `10 by u 1: u>d 1000 USDT, d>X 1000 USDT`, "", "1", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, clew.Ethereum, hot+"\n"+c.lines)
			d, err := w.finder().Deposit(context.Background(), w.a("d"))
			if err != nil {
				t.Fatal(err)
			}
			got, how := "", GasHow("")
			if d.Confidence != nil {
				got = d.Confidence.RatString()
			}
			if d.Gas != nil {
				how = d.Gas.How
			}
			if d.Refused != c.refused || got != c.confidence || how != c.gas || d.Code != c.code || !d.Whole {
				t.Errorf("refused %q, confidence %s, gas %q, code %v, whole %v", d.Refused, got, how, d.Code, d.Whole)
			}
		})
	}
}

// TestConfidenceIsTutelas holds the formula to vectors worked out by hand, with
// Tutela's bounds.
func TestConfidenceIsTutelas(t *testing.T) {
	b := BoundsOf(clew.Ethereum)
	milli := clew.Units(1_000_000_000_000_000)
	for _, c := range []struct {
		left   clew.Amount
		blocks uint64
		want   string
	}{
		{clew.Amount{}, 0, "1"}, {clew.Amount{}, 3200, "1/2"}, {b.Left, 0, "1/2"}, {b.Left, 3200, "0"},
		{milli, 32, "189/200"}, // 1 - ½·1/10 - ½·1/100
		{clew.Units(1), 1, new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Add(big.NewRat(1, 6400), big.NewRat(1, 20_000_000_000_000_000))).RatString()},
		{b.Left.Plus(b.Left), 9999, "0"}, // each ratio at most 1
	} {
		if got := b.Confidence(c.left, c.blocks).RatString(); got != c.want {
			t.Errorf("%s, %d: %s, want %s", c.left, c.blocks, got, c.want)
		}
	}
	if mean(nil) != nil {
		t.Error("a mean of nothing")
	}
}

// TestCustomers joins payers, or says why not.
func TestCustomers(t *testing.T) {
	for _, c := range []struct {
		name, lines, of, want string
	}{
		{"two addresses of one customer, and a second deposit address", `10 by u 1: u>d 1000 USDT
			20 by d 1: d>X 1000 USDT
			30 by v 1: v>d 70 USDT
			40 by d 1: d>X 70 USDT
			42 by u 1: u>d 1000 USDT
			44 by d 1: d>X 1000 USDT
			46 by v 1: v>d 70 USDT
			48 by d 1: d>X 70 USDT
			50 by v 1: v>e 90
			60 by e 1: e>X 85`, "u", "u=d v=d v=e"},
		{"a friend who pays in once", `10 by u 1: u>d 1000 USDT
			20 by d 1: d>X 1000 USDT
			30 by v 1: v>d 70 USDT
			40 by d 1: d>X 70 USDT
			42 by u 1: u>d 1000 USDT
			44 by d 1: d>X 1000 USDT`, "v", "v/d paid-once"},
		{"others who pay in too, though theirs is not passed on apart", `10 by u 1: u>d 1000 USDT
			20 by d 1: d>X 1000 USDT
			30 by v 1: v>d 70 USDT`, "u", "u/d paid-once"},
		{"asked of the deposit address", `10 by u 1: u>d 1000 USDT
			20 by d 1: d>X 1000 USDT`, "d", "u=d"},
		{"a payer for many: more deposit addresses than a customer has", `10 by u 1: u>d 1000 USDT
			11 by u 1: u>e 1000 USDT
			12 by u 1: u>f 1000 USDT
			13 by d 1: d>X 1000 USDT
			13 by e 1: e>X 1000 USDT
			13 by f 1: f>X 1000 USDT`, "u", "u/d payer-many u/e payer-many u/f payer-many"},
		{"as many as a customer may have at each of two services", `10 by u 1: u>d 1000 USDT
			11 by u 1: u>e 1000 USDT
			12 by u 1: u>f 1000 USDT
			13 by d 1: d>X 1000 USDT
			13 by e 1: e>X 1000 USDT
			13 by f 1: f>Y 1000 USDT`, "u", "u=d u=e u=f"},
		{"a payer with a tag", `u tag exchange bolt another wallet of Bolt
			10 by u 1: u>d 1000 USDT
			13 by d 1: d>X 1000 USDT`, "u", "u/d payer-named"},
		{"a miner", `u tag miner - a pool
			10 by u 1: u>d 1000 USDT
			13 by d 1: d>X 1000 USDT`, "u", "u/d payer-named"},
		{"a busy payer", busy + `10 by u 1: u>d 1000 USDT
			13 by d 1: d>X 1000 USDT`, "d", "u/d payer-busy"},
		{"a shared gas station joins nobody", `5 by s 1: s>d 11
			5 by s 1: s>e 9
			10 by u 1: u>d 1000 USDT
			13 by d 1: d>X 1000 USDT
			10 by v 1: v>e 1000 USDT
			13 by e 1: e>X 1000 USDT
			20 by d 1: d>X 9
			20 by e 1: e>X 7`, "s", ""},
		{"a merchant's address is told", `10 by u 1: u>d 1000 USDT
			11 by d 2: d>X 1000 USDT
			12 by m1 1: m1>d 50 USDT
			13 by m2 1: m2>d 50 USDT
			14 by m3 1: m3>d 50 USDT`, "m1", "-/d many-senders"},
		{"a friend who uses the service is not", `10 by u 1: u>v 1000 USDT
			11 by v 2: v>X 1000 USDT`, "u", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, clew.Ethereum, hot+"\n"+c.lines)
			found, err := w.finder().Customer(context.Background(), w.a(c.of))
			if err != nil {
				t.Fatal(err)
			}
			words := map[Refusal]string{PaidOnce: "paid-once", PayerMany: "payer-many", PayerNamed: "payer-named", PayerBusy: "payer-busy", ManySenders: "many-senders"}
			var got []string
			for i := range found.Unions {
				u := &found.Unions[i]
				got = append(got, w.name(u.Customer)+"="+w.name(u.Deposit))
				l := u.Link()
				if l.A != u.Customer || l.B != u.Deposit || l.Tx.IsZero() || !cluster.Merges(l.Signs) {
					t.Errorf("link %+v", l)
				}
			}
			for _, r := range found.Refused {
				got = append(got, w.name(r.Payer)+"/"+w.name(r.Deposit)+" "+words[r.Why])
			}
			slices.Sort(got)
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%q, want %q", text, c.want)
			}
		})
	}
}

// busy are more payments by u than are read of a customer.
var busy = strings.Repeat("2 by u 1: u>z 11\n", 30)

// TestDepositsOnTron has no fees where resources are there: then a vetted token
// is believed, of an account that signs.
func TestDepositsOnTron(t *testing.T) {
	const services = `X tag exchange acme wallet of Acme
		1 by X 1: X>w1 1000001, X>w2 1000001, X>w3 1000001, X>w4 1000001
		`
	for _, c := range []struct {
		name, lines string
		want        int // unions
		gas         GasHow
	}{
		{"lent energy", `2 act stake u
			5 act delegation X d energy
			10 by u 0: u>d 1000 USDT
			20 by d 0: d>X 1000 USDT`, 1, LentByService},
		{"lent energy by a stranger", `2 act stake u
			5 act delegation r d energy
			10 by u 0: u>d 1000 USDT
			20 by d 0: d>X 1000 USDT`, 1, ""},
		{"a payer that is not seen to sign", `10 by u 0: u>d 1000 USDT
			20 by d 0: d>X 1000 USDT`, 0, ""},
		{"a token that nobody vetted", `2 act stake u
			10 by u 0: u>d 1000 fake
			20 by d 0: d>X 1000 fake`, 0, ""},
		{"a token that nobody vetted, sent on with a signature", `2 act stake u
			10 by u 0: u>d 1000 fake
			20 by d 1: d>X 1000 fake`, 0, ""},
		{"a contract paid, as the fee says", `2 act stake u
			10 by m 3: u>d 1000 USDT
			20 by d 0: d>X 1000 USDT`, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, clew.Tron, services+c.lines)
			unions, _, err := w.finder().Unions(context.Background(), w.a("d"))
			if err != nil {
				t.Fatal(err)
			}
			how := GasHow("")
			if len(unions) > 0 && unions[0].Gas != nil {
				how = unions[0].Gas.How
			}
			if len(unions) != c.want || how != c.gas {
				t.Errorf("%d unions, gas %q", len(unions), how)
			}
		})
	}
}

// TestCustomersAreGuarded sets aside what would join people whom claims tell
// apart.
func TestCustomersAreGuarded(t *testing.T) {
	const paid = hot + `
		10 by u 1: u>d 1000 USDT
		20 by d 1: d>X 1000 USDT
		30 by v 1: v>d 70 USDT
		40 by d 1: d>X 70 USDT
		50 by u 1: u>d 10 USDT
		60 by d 1: d>X 10 USDT
		70 by v 1: v>d 70 USDT
		80 by d 1: d>X 70 USDT`
	for _, c := range []struct {
		u, v, members, aside string
	}{
		{"ann", "ann", "d v", ""},
		{"ann", "", "d v", ""},
		{"ann", "bob", "", "u/d two actors ann,bob v/d two actors ann,bob"},
	} {
		w := newWorld(t, clew.Ethereum, paid)
		found, err := w.finder().Customer(context.Background(), w.a("u"))
		if err != nil {
			t.Fatal(err)
		}
		found.Guard(w.a("u"), cluster.Guard{Actor: func(a clew.Address) string { return map[string]string{"u": c.u, "v": c.v}[w.name(a)] }})
		var members, aside []string
		for _, m := range found.Members {
			members = append(members, w.name(m))
		}
		for _, x := range found.Aside {
			aside = append(aside, w.name(x.Customer)+"/"+w.name(x.Deposit)+" "+string(x.Why)+" "+strings.Join(x.Actors, ","))
		}
		slices.Sort(members)
		slices.Sort(aside)
		if m, a := strings.Join(members, " "), strings.Join(aside, " "); m != c.members || a != c.aside {
			t.Errorf("%s, %s: members %q, aside %q", c.u, c.v, m, a)
		}
	}
}
