package account

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/tag"
)

// A naive is the rule of deposit addresses as it reads, over a list of transfers.
type naive struct {
	*world
	b Bounds
}

// fee reports whether a paid the fee of x's transaction.
func (n *naive) fee(a clew.Address, x *clew.Transfer) bool {
	return n.payer(x) == a
}

func (n *naive) payer(x *clew.Transfer) clew.Address {
	for i := range n.transfers {
		if y := &n.transfers[i]; y.Tx == x.Tx && y.Pos.Class == clew.Fee {
			return y.From[0].Address
		}
	}
	return clew.Address{}
}

func (n *naive) who(a clew.Address) string {
	if n.stops[a] != tag.Service {
		return ""
	}
	return n.tags[a][0].Actor
}

func (n *naive) slack(a clew.Asset) clew.Amount {
	if a.IsNative() {
		return n.b.Left
	}
	return clew.Amount{}
}

// payments are what a pays others, or is paid by them, in the order of the chain.
func (n *naive) payments(a clew.Address, out bool) (list []*clew.Transfer) {
	for i := range n.transfers {
		x := &n.transfers[i]
		own, other := x.From[0].Address, x.To[0].Address
		if !out {
			own, other = other, own
		}
		if own == a && other != a && x.Pos.Class != clew.Fee && !x.From[0].Amount.IsZero() {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(x, y *clew.Transfer) int { return x.Pos.Cmp(y.Pos) })
	return list
}

func (n *naive) believed(x *clew.Transfer) bool {
	return n.vetted(x.Asset) || x.Asset.IsNative() || n.fee(x.From[0].Address, x)
}

// pools reports whether a service's address has more payers or payees than a
// customer's has.
func (n *naive) pools(x clew.Address) bool {
	for _, out := range []bool{true, false} {
		others := map[clew.Address]bool{}
		for _, y := range n.payments(x, out) {
			other := y.To[0].Address
			if !out {
				other = y.From[0].Address
			}
			if n.believed(y) && n.slack(y.Asset).Less(y.From[0].Amount) && n.who(other) == "" {
				others[other] = true
			}
		}
		if len(others) > n.b.Senders {
			return true
		}
	}
	return false
}

// service returns which service a pays alone; nothing if it is no deposit address
// by whom it pays and who pays it.
func (n *naive) service(a clew.Address) string {
	who := ""
	for _, x := range n.payments(a, true) {
		if !n.believed(x) {
			continue
		}
		to := n.who(x.To[0].Address)
		if to == "" || who != "" && to != who {
			return ""
		}
		who = to
	}
	for _, x := range n.payments(a, true) {
		if to := x.To[0].Address; who != "" && n.who(to) == who && !n.pools(to) {
			return ""
		}
	}
	if n.payers(a) > n.b.Senders || len(n.tags[a]) > 0 {
		return ""
	}
	return who
}

// payers returns how many pay into an address, services apart.
func (n *naive) payers(a clew.Address) int {
	payers := map[clew.Address]bool{}
	for _, x := range n.payments(a, false) {
		from := x.From[0].Address
		if n.believed(x) && n.slack(x.Asset).Less(x.From[0].Amount) && n.who(from) == "" {
			payers[from] = true
		}
	}
	return len(payers)
}

// before returns what of an asset lies at a before a place, as its transfers add
// up.
func (n *naive) before(a clew.Address, asset clew.Asset, at clew.Pos) clew.Amount {
	var all []*clew.Transfer
	for i := range n.transfers {
		x := &n.transfers[i]
		if x.Asset == asset && x.Pos.Before(at) && x.From[0].Address != x.To[0].Address {
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(x, y *clew.Transfer) int { return x.Pos.Cmp(y.Pos) })
	var sum clew.Amount
	for _, x := range all {
		switch a {
		case x.From[0].Address:
			sum = sum.MinusOrZero(x.From[0].Amount)
		case x.To[0].Address:
			sum = sum.Plus(x.From[0].Amount)
		}
	}
	return sum
}

// matched returns by whom what a payment passes on was paid in, how sure, and
// whether it was.
func (n *naive) matched(a clew.Address, o *clew.Transfer, signs bool, operator *clew.Address) (clew.Address, *big.Rat, bool) {
	slack := n.slack(o.Asset)
	since := clew.Pos{}
	for i := range n.transfers { // the last payment out or, of the coin, fee
		x := &n.transfers[i]
		if x.From[0].Address == a && x.To[0].Address != a && x.Asset == o.Asset && !x.From[0].Amount.IsZero() && x.Pos.Before(o.Pos) && since.Before(x.Pos) {
			since = x.Pos
		}
	}
	var batch []*clew.Transfer
	var sum clew.Amount
	for _, x := range n.payments(a, false) {
		if x.Asset == o.Asset && !x.Pos.Before(since) && x.Pos.Before(o.Pos) && slack.Less(x.From[0].Amount) {
			batch, sum = append(batch, x), sum.Plus(x.From[0].Amount)
		}
	}
	held := n.before(a, o.Asset, o.Pos)
	if len(batch) == 0 || held.Less(o.From[0].Amount) || slack.Less(held.Minus(o.From[0].Amount)) || slack.Less(held.Minus(sum)) {
		return clew.Address{}, nil, false
	}
	u, blocks := batch[0].From[0].Address, o.Pos.Height-batch[0].Pos.Height
	for _, x := range batch {
		if x.From[0].Address != u || !n.fee(u, x) {
			return clew.Address{}, nil, false
		}
	}
	ok := n.fee(a, o)
	if !ok && n.believed(o) {
		switch payer := n.payer(o); {
		case batch[len(batch)-1].Tx == o.Tx && !signs, n.who(payer) != "" && n.who(payer) == n.service(a):
			ok = true
		case !payer.IsZero() && !signs && n.who(payer) == "" && (operator.IsZero() || *operator == payer):
			ok, *operator = true, payer
		}
	}
	return u, n.b.Confidence(held.Minus(o.From[0].Amount), blocks), ok && blocks <= n.b.Blocks
}

// sums returns what each payer of a deposit address is inferred by: how often, and
// the sum of confidences.
func (n *naive) sums(a clew.Address) map[clew.Address]string {
	if n.service(a) == "" {
		return nil
	}
	signs := slices.ContainsFunc(n.transfers, func(x clew.Transfer) bool { return x.Pos.Class == clew.Fee && x.From[0].Address == a })
	sums, counts := map[clew.Address]*big.Rat{}, map[clew.Address]int64{}
	var operator clew.Address
	for _, o := range n.payments(a, true) {
		if u, c, ok := n.matched(a, o, signs, &operator); ok {
			if sums[u] == nil {
				sums[u] = new(big.Rat)
			}
			sums[u].Add(sums[u], c)
			counts[u]++
		}
	}
	out := map[clew.Address]string{}
	for u, sum := range sums {
		if counts[u] == 1 && n.payers(a) > 1 {
			out[u] = "once"
			continue
		}
		out[u] = new(big.Rat).Quo(sum, big.NewRat(counts[u], 1)).RatString()
	}
	return out
}

// unions returns who is joined with a.
func (n *naive) unions(a clew.Address) []string {
	var list []string
	for u, c := range n.sums(a) {
		paid := map[clew.Address]bool{}
		for _, x := range n.payments(u, true) {
			to := x.To[0].Address
			if n.service(to) == n.service(a) && len(n.sums(to)) > 0 {
				paid[to] = true
			}
		}
		if c != "once" && n.stops[u] == tag.NoStop && len(paid) <= n.b.Payees {
			list = append(list, fmt.Sprintf("%s=%s %s", n.name(u), n.name(a), c))
		}
	}
	slices.Sort(list)
	return list
}

// randomWorld makes a history in which most of what is paid in is passed on.
func randomWorld(t *testing.T, r *rand.Rand) *world {
	lines := []string{"X tag exchange acme wallet of Acme", "X2 tag exchange acme Acme 2", "Y tag exchange bolt wallet of Bolt", "1 by X 1: X>w 30, X>w2 30, X>w3 30", "1 by Y 1: Y>w 30, Y>w2 30, Y>w3 30"}
	if r.IntN(2) == 0 {
		lines = append(lines, "1 by X2 1: X2>w 30, X2>w2 30")
	}
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	for height := 2; height < 2+r.IntN(150); height += r.IntN(8) {
		from, to := pick("u", "v", "s", "X", "Y", "u", "v"), pick("d", "e", "f", "d", "e", "f", "u", "w")
		unit, amount := pick("", "", " USDT", " USDT", " fake"), pick("3", "9", "50", "80", "80")
		by := pick(from, from, from, from, from, "m")
		line := fmt.Sprintf("%d by %s 1: %s>%s %s%s", height, by, from, to, amount, unit)
		onward := fmt.Sprintf("%s>%s %s%s", to, pick("X", "X", "X", "X2", "Y", "X", "X", "w"), amount, unit)
		sender := pick(to, to, to, "X", "o", "o", "p")
		switch r.IntN(8) {
		case 0: // it stays
			lines = append(lines, line)
		case 1:
			lines = append(lines, line+", "+onward)
		default:
			lines = append(lines, line, fmt.Sprintf("%d by %s 1: %s", height+r.IntN(12)*r.IntN(12), sender, onward))
		}
	}
	return newWorld(t, clew.Ethereum, strings.Join(lines, "\n"))
}

// TestFinderIsTheRule holds the finder against the rule as it reads, on random
// histories; and what strangers do changes nothing.
func TestFinderIsTheRule(t *testing.T) {
	joined, refused := 0, 0
	for seed := range uint64(1500) {
		w := randomWorld(t, rand.New(rand.NewPCG(seed, 1)))
		n := &naive{w, bounds}
		n.b.Senders, n.b.Payees, n.b.Rows = 2, 1, 1000
		ask := func() (all []string) {
			f := NewFinder(Question{Reader: w.snapshot(), Namer: w, Bounds: n.b, Vetted: w.vetted})
			for _, name := range []string{"d", "e", "f", "u", "v", "s", "w", "X"} {
				unions, no, err := f.Unions(context.Background(), w.a(name))
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for i := range unions {
					got = append(got, fmt.Sprintf("%s=%s %s", w.name(unions[i].Customer), name, unions[i].Confidence.RatString()))
				}
				slices.Sort(got)
				all, refused = append(all, got...), refused+len(no)
			}
			return all
		}
		var want []string
		for _, name := range []string{"d", "e", "f", "u", "v", "s", "w", "X"} {
			want = append(want, n.unions(w.a(name))...)
		}
		got := ask()
		if joined += len(got); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v, want %v", seed, got, want)
		}
		w.line("3 by k 1: k>l 500, k>l 500 USDT")
		w.line("4 by l 1: l>k 500")
		if again := ask(); !slices.Equal(got, again) {
			t.Fatalf("seed %d: strangers made %v of %v", seed, again, got)
		}
	}
	if t.Logf("%d joined, %d refused", joined, refused); joined < 500 || refused < 500 {
		t.Errorf("too little happens: %d joined, %d refused", joined, refused)
	}
}
