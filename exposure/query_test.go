package exposure

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/price"
	"clew/watchlist"
)

// TestHopsApart: a service is met at one transfer, at two and at three; each
// question goes as far as it says, and the rest is said to lie beyond.
func TestHopsApart(t *testing.T) {
	k := known{who(7): exchange("x")}
	transfers := []clew.Transfer{
		move(1, who(7), who(1), ether, 100),
		move(2, who(1), who(2), ether, 100),
		move(3, who(7), who(2), ether, 300),
		move(4, who(2), who(0), ether, 200),
		move(5, who(7), who(0), ether, 40),
	}
	for _, c := range []struct {
		hops             int
		indirect, beyond uint64
	}{{1, 0, 200}, {2, 150, 50}, {3, 200, 0}} {
		f := of(t, Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: k, Limits: Limits{Hops: c.hops}}).side(Incoming)
		if r := f.row(who(7), true); r == nil || r.Amount != clew.Units(40) || r.Hops != 1 || r.Count != 1 || r.First != timeOf(5) || r.Actor != "x" {
			t.Errorf("%d hops, direct: %+v", c.hops, r)
		}
		r := f.row(who(7), false)
		if (r == nil) != (c.indirect == 0) || f.residual(BeyondHops) != clew.Units(c.beyond) {
			t.Fatalf("%d hops: %+v, %s beyond", c.hops, r, f.residual(BeyondHops))
		}
		if r != nil && (r.Amount != clew.Units(c.indirect) || r.Hops != 2 || r.Last != timeOf(3) || r.Share.Whole != clew.Units(240)) {
			t.Errorf("%d hops, indirect: %+v", c.hops, r)
		}
	}
}

// TestServicesAreNotFollowed: what an exchange paid out is of the exchange, and
// not of who paid it; nor is what passed an address on a list.
func TestServicesAreNotFollowed(t *testing.T) {
	k := known{who(7): exchange("x"), who(8): listed("y"), who(9): exchange("behind")}
	f := of(t, Query{Ledger: ledgerOf(t, []clew.Transfer{
		move(1, who(9), who(7), ether, 100), move(2, who(7), who(0), ether, 60),
		move(3, who(9), who(8), ether, 100), move(4, who(8), who(0), ether, 50),
	}), Subject: who(0), Knower: k}).side(Incoming)
	if len(f.Rows) != 2 || f.row(who(7), true) == nil || f.row(who(8), true) == nil {
		t.Errorf("%+v", f.Rows)
	}
	if !f.row(who(8), true).Attribution.On() || f.row(who(8), true).Actor != "y" {
		t.Errorf("%+v", f.row(who(8), true))
	}
}

// links are inferences for tests.
type links map[clew.Address]clew.Address

func (l links) Link(_ context.Context, a clew.Address) (clew.Address, string, error) {
	return l[a], "deposit-reuse", nil
}

// TestInferredDepositAddresses count as the service, and say that it is
// inferred: they are never on a list themselves.
func TestInferredDepositAddresses(t *testing.T) {
	k := known{who(7): exchange("x"), who(8): listed("y")}
	f := of(t, Query{Ledger: ledgerOf(t, []clew.Transfer{
		move(1, who(0), who(1), ether, 10), move(2, who(0), who(2), ether, 10), move(3, who(0), who(3), ether, 10),
	}), Subject: who(0), Knower: k, Linker: links{who(1): who(7), who(2): who(8), who(3): who(4)}}).side(Outgoing)
	if r := f.row(who(1), true); r == nil || r.Actor != "x" || r.Attribution.Inferred == nil || *r.Attribution.Inferred != (Inferred{who(7), "deposit-reuse"}) {
		t.Errorf("%+v", r)
	}
	if r := f.row(who(2), true); r == nil || r.Attribution.On() {
		t.Errorf("inferred, and listed: %+v", r)
	}
	if k[who(7)].Inferred != nil {
		t.Error("what is known was changed")
	}
	for _, g := range f.Groups {
		if !g.Inferred || g.Listed {
			t.Errorf("%+v", g)
		}
	}
	a := of(t, Query{Ledger: ledgerOf(t, []clew.Transfer{move(1, who(0), who(1), ether, 10), move(2, who(0), who(2), ether, 20)}), Subject: who(0), Knower: k,
		Linker: links{who(1): who(7), who(2): who(8)}, Limits: Limits{Links: 1}})
	if a.Complete() || a.Limits[0].Limit != "links" || len(a.side(Outgoing).Rows) != 1 {
		t.Errorf("%+v", a.Limits)
	}
}

// TestLimitsAreSaid: whatever a limit cuts is booked as not read, the largest
// share is read first, and the answer is not complete.
func TestLimitsAreSaid(t *testing.T) {
	k := known{who(90): exchange("x")}
	var transfers []clew.Transfer
	height := uint64(1)
	next := func(from, to int, amount uint64) {
		transfers = append(transfers, move(height, who(from), who(to), ether, amount))
		height++
	}
	for n := 1; n <= 20; n++ {
		next(90, n, 1000)
		next(n, 0, uint64(10*n))
	}
	for range 30 {
		next(90, 20, 1)
	}
	snapshot := ledgerOf(t, transfers)
	for name, c := range map[string]struct {
		limits Limits
		hit    string
		reason Reason
		amount uint64 // of the reason
	}{
		"own":       {Limits{Own: 5}, "own", NotRead, 2100 - 200 - 190 - 180 - 170 - 160},
		"addresses": {Limits{Addresses: 1}, "addresses", NotRead, 2100 - 200},
		"rows":      {Limits{Rows: 2}, "rows", NotRead, 2100 - 200},
		"degree":    {Limits{Degree: 25}, "degree", Busy, 200},
	} {
		a := of(t, Query{Ledger: snapshot, Subject: who(0), Knower: k, Sides: []Side{Incoming}, Limits: c.limits})
		f := a.side(Incoming)
		if got := f.residual(c.reason); got != clew.Units(c.amount) {
			t.Errorf("%s: %s %s, want %d", name, got, c.reason, c.amount)
		}
		if a.Complete() || len(a.Limits) != 1 || a.Limits[0].Limit != c.hit {
			t.Errorf("%s: %+v", name, a.Limits)
		}
		if name == "own" && (f.Totals[0].Counted != clew.Units(2100) || f.Totals[0].Read || f.Totals[0].Transfers != 5) {
			t.Errorf("%+v", f.Totals[0])
		}
	}
	if a := of(t, Query{Ledger: snapshot, Subject: who(0), Knower: k}); !a.Complete() || len(a.Sides) != 2 {
		t.Errorf("without a limit: %+v", a.Limits)
	}
}

// TestLimitsConserve: under any limits rows and residuals add up, and what is
// found is never more than without them.
func TestLimitsConserve(t *testing.T) {
	for seed := range int64(150) {
		random := rand.New(rand.NewSource(seed))
		k := known{who(3): exchange("x"), who(5): listed("y")}
		q := Query{Knower: k, Subject: who(0), Limits: Limits{Hops: 1 + random.Intn(4), Own: 1 + random.Intn(30), Rows: 1 + random.Intn(60), Addresses: 1 + random.Intn(6), Degree: 5 + random.Intn(20)}}
		if seed%2 == 0 {
			q.Ledger = ledgerOf(t, randomHistory(random))
		} else {
			q.Ledger = ledgerOf(t, randomCoins(random).transfers)
			q.Subject, q.Knower = script(0), known{script(3): exchange("x"), script(5): listed("y")}
		}
		if random.Intn(2) == 0 {
			q.Since = timeOf(uint64(random.Intn(30)))
		}
		if random.Intn(2) == 0 {
			q.Until = timeOf(uint64(30 + random.Intn(30)))
		}
		first := of(t, q)
		if again := of(t, q); !reflect.DeepEqual(first, again) {
			t.Fatalf("seed %d: the same question has two answers", seed)
		}
	}
}

// TestTimes: only what moved within the time asked for counts.
func TestTimes(t *testing.T) {
	k := known{who(7): exchange("x")}
	transfers := []clew.Transfer{
		move(1, who(7), who(0), ether, 1), move(2, who(7), who(1), ether, 20), move(4, who(1), who(0), ether, 20),
		move(5, who(7), who(0), ether, 300), move(6, who(0), who(2), ether, 60), move(8, who(2), who(7), ether, 60), move(9, who(7), who(0), ether, 5000),
	}
	a := of(t, Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: k, Since: timeOf(3), Until: timeOf(7)})
	in, out := a.side(Incoming), a.side(Outgoing)
	if in.Totals[0].Counted != clew.Units(320) || in.row(who(7), true).Amount != clew.Units(300) || in.residual(OutOfTime) != clew.Units(20) {
		t.Errorf("incoming: %+v %+v", in.Totals, in.Residual)
	}
	if out.residual(OutOfTime) != clew.Units(60) {
		t.Errorf("outgoing: %+v", out.Residual)
	}
	transfers[0].Pos.Height = 0 // whose position, with no index and class, would mean no end
	none := of(t, Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: k, Until: 5})
	if len(none.side(Incoming).Totals) != 0 {
		t.Errorf("before the first block: %+v", none.side(Incoming).Totals)
	}
}

// TestHistoriesHeldInPart: what is held of others is not what there was.
func TestHistoriesHeldInPart(t *testing.T) {
	transfers := []clew.Transfer{move(5, who(1), who(0), ether, 10), move(6, who(0), who(2), ether, 10)}
	window := clew.Window{From: 5, To: 7}
	q := Query{Subject: who(0), Knower: known{}, Ledger: ledgerWith(t, transfers, clew.Coverage{Held: []clew.Holding{{Address: who(0), Source: "explorer", Window: window}}})}
	a := of(t, q)
	if a.side(Incoming).residual(NotHeld) != clew.Units(10) || a.side(Outgoing).residual(NotHeld) != clew.Units(10) || len(a.Gaps) == 0 {
		t.Errorf("%+v %+v", a.Sides, a.Gaps)
	}
	q.Ledger = ledgerWith(t, transfers, clew.Coverage{Whole: []clew.Window{window}})
	a = of(t, q)
	if a.side(Incoming).residual(Opening) != clew.Units(10) || a.side(Outgoing).residual(AtRest) != clew.Units(10) {
		t.Errorf("%+v", a.Sides)
	}
}

// TestAmountsBeyond256Bits are left out, and said to be.
func TestAmountsBeyond256Bits(t *testing.T) {
	huge := func(height uint64, from, to clew.Address) clew.Transfer {
		m := move(height, from, to, coin(1), 1)
		m.From[0].Amount, m.To[0].Amount = clew.MaxAmount, clew.MaxAmount
		return m
	}
	transfers := []clew.Transfer{huge(1, who(1), who(0)), huge(2, who(2), who(0)), move(3, who(1), who(0), ether, 5), huge(4, who(6), who(5)), huge(5, who(6), who(5)), move(6, who(5), who(0), coin(2), 4)}
	a := of(t, Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: known{who(1): exchange("x")}})
	f := a.side(Incoming)
	if len(f.Totals) != 2 || f.Totals[1].Asset != ether || len(a.Gaps) != 1 || a.Gaps[0].Kind != clew.GapOverflow {
		t.Errorf("%+v, %+v", f.Totals, a.Gaps)
	}
}

// flat values every whole coin alike.
type flat struct {
	asset clew.Asset
	each  string
}

func (f flat) Worth(asset clew.Asset, amount clew.Amount, _ clew.Time) (price.Money, bool) {
	each, err := price.ParseDecimal(f.each)
	if asset != f.asset || err != nil {
		return price.Money{}, false
	}
	return each.Times(amount, 0), true
}

// TestWorth: what is not known is nil, and not nothing.
func TestWorth(t *testing.T) {
	k := known{who(1): exchange("x")}
	q := Query{Ledger: ledgerOf(t, []clew.Transfer{move(1, who(1), who(0), ether, 40), move(2, who(1), who(0), coin(1), 7)}),
		Subject: who(0), Knower: k, Pricer: flat{ether, "2.5"}, Basis: price.AtMove}
	f := of(t, q).side(Incoming)
	for _, r := range f.Rows {
		if (r.USD != nil) != (r.Asset == ether) || r.USD != nil && r.USD.String() != "100.00" {
			t.Errorf("%s: %v", r.Asset, r.USD)
		}
	}
	for _, total := range f.Totals {
		if (total.USD != nil) != (total.Asset == ether) {
			t.Errorf("%+v", total)
		}
	}
	q.Pricer = nil
	if a := of(t, q); a.Method.Basis != "" || a.Sides[0].Rows[0].USD != nil {
		t.Errorf("without prices: %+v", a.Method)
	}
}

func TestWrongQuestions(t *testing.T) {
	snapshot := ledgerOf(t, []clew.Transfer{move(1, who(1), who(0), ether, 40)})
	good := Query{Ledger: snapshot, Subject: who(0), Knower: known{}}
	for field, spoil := range map[string]func(*Query){
		"ledger":  func(q *Query) { q.Ledger = nil },
		"tags":    func(q *Query) { q.Knower = nil },
		"address": func(q *Query) { q.Subject = script(1) },
		"hops":    func(q *Query) { q.Limits.Hops = 101 },
		"rows":    func(q *Query) { q.Limits.Rows = -1 },
		"side":    func(q *Query) { q.Sides = []Side{"up"} },
		"until":   func(q *Query) { q.Since, q.Until = 10, 9 },
	} {
		q := good
		spoil(&q)
		var wrong *clew.InputError
		if _, err := Of(t.Context(), q); !errors.As(err, &wrong) || wrong.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	never := good
	never.Subject = who(99)
	if a := of(t, never); len(a.Sides[0].Totals)+len(a.Sides[1].Totals) != 0 {
		t.Errorf("an address that dealt nothing: %+v", a.Sides)
	}
}

// TestInterrupted: a context that ends leaves an answer that says so.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	k := cutter{known{who(7): exchange("x")}, cancel}
	a, err := Of(ctx, Query{Ledger: ledgerOf(t, []clew.Transfer{move(1, who(7), who(1), ether, 9), move(2, who(1), who(0), ether, 9)}), Subject: who(0), Knower: k})
	if err != nil || !a.Partial || a.Complete() || a.side(Incoming).residual(NotRead) != clew.Units(9) {
		t.Errorf("%v, %+v", err, a)
	}
}

// A cutter ends the context as soon as it is asked.
type cutter struct {
	known
	cancel func()
}

func (c cutter) Know(a clew.Address, day watchlist.Date) *Attribution {
	c.cancel()
	return c.known.Know(a, day)
}

// TestJSON: shares are exact fractions, and listings name their list.
func TestJSON(t *testing.T) {
	a := of(t, Query{Ledger: ledgerOf(t, []clew.Transfer{move(1, who(8), who(0), ether, 1), move(2, who(1), who(0), ether, 2)}), Subject: who(0), Knower: known{who(8): listed("y")}})
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"share":"1/3"`, `"publisher":"OFAC"`, `"standing":"listed"`, `"reason":"held before the history"`, `"partial":false`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if !(Share{clew.Units(1), clew.Units(3)}).AtLeast(1, 3) || (Share{clew.Units(1), clew.Units(3)}).AtLeast(34, 100) || (Share{}).AtLeast(0, 1) {
		t.Error("AtLeast")
	}
}

// TestOverflowsHideNoListedParty: where an asset's sum does not fit, a listed
// counterparty is a row, without its amount.
func TestOverflowsHideNoListedParty(t *testing.T) {
	var transfers []clew.Transfer
	for n := range 4 {
		m := move(uint64(1+n), who(1+n%2), who(0), coin(1), 1)
		m.From[0].Amount, m.To[0].Amount = clew.MaxAmount, clew.MaxAmount
		transfers = append(transfers, m)
	}
	f := of(t, Query{Ledger: ledgerOf(t, transfers), Subject: who(0), Knower: known{who(1): listed("x"), who(2): exchange("y")}}).side(Incoming)
	if len(f.Rows) != 1 || len(f.Totals) != 0 || len(f.Uncounted) != 0 {
		t.Fatalf("%+v", f)
	}
	if r := f.row(who(1), true); r == nil || r.Count != 2 || !r.Amount.IsZero() || r.Transfers[0].Moved != clew.MaxAmount {
		t.Errorf("%+v", r)
	}
}

// TestOverflowsAreToldInOneOrder: of several assets that come to more than 256
// bits, gaps stand in one order every time.
func TestOverflowsAreToldInOneOrder(t *testing.T) {
	var transfers []clew.Transfer
	for n := range 6 {
		for k := range 2 {
			m := move(uint64(1+2*n+k), who(1), who(0), coin(n), 1)
			m.From[0].Amount, m.To[0].Amount = clew.MaxAmount, clew.MaxAmount
			transfers = append(transfers, m)
		}
	}
	l := ledgerOf(t, transfers)
	for range 20 {
		var told []string
		for _, g := range of(t, Query{Ledger: l, Subject: who(0), Knower: known{}}).Gaps {
			if g.Kind == clew.GapOverflow {
				told = append(told, g.Asset.String())
			}
		}
		if len(told) != 6 || !slices.IsSorted(told) {
			t.Fatalf("%d: %v", len(told), told)
		}
	}
}
