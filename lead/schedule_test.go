package lead

import (
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// scheduled is a made trace with a place of every sort that a schedule knows.
func scheduled(t *testing.T) (*Guide, []Stopped) {
	t.Helper()
	g, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	ether, usdc := clew.NativeAsset(clew.Ethereum), g.Tokens()[0].Asset
	a := func(n byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{n}) }
	said := func(n byte, actor string, concepts ...tag.Concept) *tag.Tag {
		return &tag.Tag{Subject: a(n), Label: actor + " deposit", Actor: actor, Concepts: concepts, Source: "a source", Evidence: "web_crawl"}
	}
	arrived := func(n byte, height, amount uint64) trace.Arrival {
		return trace.Arrival{Pos: clew.Pos{Height: height}, Tx: clew.TxID{n, byte(height)}, Time: clew.Time(1000 * height), From: a(99), Amount: clew.Units(amount), Moved: clew.Units(amount + 1)}
	}
	place := func(kind trace.PlaceKind, n byte, asset clew.Asset, tagged *tag.Tag, arrivals ...trace.Arrival) trace.Place {
		p := trace.Place{Kind: kind, Address: a(n), Asset: asset, Tag: tagged, Arrivals: arrivals}
		for _, x := range arrivals {
			p.Amount = p.Amount.Plus(x.Amount)
		}
		return p
	}
	rests := place(trace.AtRest, 6, usdc, nil)
	rests.Amount = clew.Units(40)
	paid := trace.Place{Kind: trace.PaidOffLedger, Asset: ether, Amount: clew.Units(3), Account: &trace.AccountRef{By: "Bank B", Reference: "K1", To: "IBAN 7"}}
	r := &trace.Result{
		Method: trace.Method{Direction: trace.Forward, Policy: taint.FIFO},
		Places: []trace.Place{
			place(trace.AtService, 1, ether, said(1, "binance", "exchange"), arrived(1, 1, 10), arrived(1, 2, 5)),
			place(trace.AtService, 2, ether, said(2, "binance", "exchange"), arrived(2, 3, 7)),
			place(trace.AtService, 3, ether, said(3, "fixedfloat", "instant_exchanger"), arrived(3, 4, 1)),
			place(trace.AtMixer, 4, ether, said(4, "tornadocash", "mixer"), arrived(4, 5, 100)),
			place(trace.AtSuspected, 5, ether, nil, arrived(5, 6, 8)),
			rests, paid,
		},
	}
	s, err := Stop(Question{Trace: r, Guide: g, Now: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	return g, []Stopped{{7, r, s}}
}

func TestSchedule(t *testing.T) {
	g, answers := scheduled(t)
	list := g.Schedule(answers)
	kinds := map[string]*Inquiry{}
	for i := range list {
		kinds[list[i].Kind] = &list[i]
	}
	if len(list) != 6 || len(kinds) != 6 {
		t.Fatalf("%d inquiries of %d kinds: %+v", len(list), len(kinds), list)
	}
	binance := kinds[string(ByCustodian)]
	if binance.Who.Name != "Binance" || !strings.Contains(binance.Who.How, "law-enforcement") || len(binance.Items) != 2 || len(binance.Claims) != 2 {
		t.Fatalf("%+v", binance)
	}
	one := &binance.Items[slices.IndexFunc(binance.Items, func(i Item) bool { return i.Address == answers[0].Trace.Places[0].Address })]
	if one.Amount != clew.Units(15) || len(one.Deposits) != 2 || binance.Claims[one.Claim-1].Subject != one.Address || one.Basis != clew.Claimed || one.Exhibit != 7 {
		t.Errorf("two deposits at one address: %+v", one)
	}
	if q := kinds["instant exchanger"]; q == nil || !strings.Contains(q.Asking.Ask[0], "paid out in") {
		t.Errorf("%+v", q)
	}
	if q := kinds[string(ByMixer)]; q.Nothing == "" || len(q.Asking.Ask) != 0 || list[len(list)-1].Kind != string(ByMixer) {
		t.Errorf("a mixer is asked, or is not last: %+v", q)
	}
	if q := kinds[string(ByIssuer)]; q.Who.Name == "" || q.Items[0].Means != FreezeToken {
		t.Errorf("%+v", q)
	}
	if q := kinds[string(ByBank)]; q.Who.Name != "Bank B" || q.Items[0].Account != "K1, to IBAN 7" {
		t.Errorf("%+v", q)
	}
	if q := kinds[string(NotKnownWho)]; q.Who.Name != "" || len(q.Asking.Ask) == 0 {
		t.Errorf("%+v", q)
	}
}

// TestScheduleKeepsAmounts wants every unit that somebody is asked about to be in one
// item, whatever the number of answers.
func TestScheduleKeepsAmounts(t *testing.T) {
	g, answers := scheduled(t)
	sum := func(list []Inquiry) (all clew.Amount) {
		for _, q := range list {
			for _, i := range q.Items {
				all = all.Plus(i.Amount)
			}
		}
		return all
	}
	if got := sum(g.Schedule(answers)); got != clew.Units(10+5+7+1+100+8+40+3) {
		t.Errorf("%s units", got)
	}
	other := answers[0]
	other.Exhibit = 8
	list := g.Schedule(append(answers, other))
	if got := sum(list); got != clew.Units(2*174) {
		t.Errorf("%s units of two answers", got)
	}
	for _, q := range list {
		if n := len(q.Items); n%2 != 0 || q.Items[0].Exhibit == q.Items[n-1].Exhibit {
			t.Errorf("%s: what two exhibits say is one: %+v", q.Kind, q.Items)
		}
	}
}
