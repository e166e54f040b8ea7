package report

import (
	"bytes"
	"strings"
	"testing"

	"clew"
	"clew/lead"
	"clew/price"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// hostile texts stand wherever a text comes from outside.
var hostileTexts = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`</title></style></svg><b>`,
	`=HYPERLINK("http://evil.example","x")`,
	"\x1b[31mred\x1b[0m \u202egpj.exe\r\nsecond line",
	"{{.Secret}} ]]> &lt; ' `",
}

// transfer returns a transfer of ether.
func transfer(t testing.TB, height uint64, from, to clew.Address, units string) clew.Transfer {
	a := wei(t, units)
	return clew.Transfer{
		Pos: clew.Pos{Height: height}, Time: clew.Time(1648000000 + 100*height), Tx: clew.TxID{31: byte(height)}, Asset: ether,
		From: []clew.Leg{{Address: from, Amount: a}}, To: []clew.Leg{{Address: to, Amount: a}},
	}
}

// use returns a transfer all of whose value is marked by one origin.
func use(t testing.TB, hop int, x clew.Transfer, basis clew.Basis, origin string) trace.Use {
	a := x.Amount()
	u := trace.Use{Transfer: x, Hop: hop, Amount: a, Basis: basis, Parts: []trace.Part{{Origin: origin, Amount: a, Basis: a}}}
	if basis != clew.Fact {
		u.By = "a method"
	}
	return u
}

// smallTrace is a theft of 100 and of 20 ether, which meet at one address, and
// of which 90 reach a mixer, 25 an exchange, and 5 rest. label stands in every
// text that comes from outside.
func smallTrace(t testing.TB, label string) *Trace {
	victim, thief, middle, pool, exchange := address(1), address(2), address(3), address(4), address(5)
	place := func(kind trace.PlaceKind, a clew.Address, ofA, ofB string) trace.Place {
		one, two := wei(t, ofA), wei(t, ofB)
		return trace.Place{Kind: kind, Address: a, Asset: ether, Amount: one.Plus(two), Time: 1648000500, Parts: []trace.Part{
			{Origin: "a", Amount: one, Basis: one}, {Origin: "b", Amount: two, Basis: two},
		}}
	}
	mixer, service, rest := place(trace.AtMixer, pool, "70", "20"), place(trace.AtService, exchange, "25", "0"), place(trace.AtRest, middle, "5", "0")
	rest.States = []clew.Act{{Pos: clew.Pos{Height: 6, Class: clew.Log}, Time: 1648000600, Tx: clew.TxID{31: 6}, Kind: clew.Freeze, By: pool, On: middle, Asset: ether, Detail: label}}
	mixer.Role, mixer.Assumed = label, wei(t, "20")
	service.Tag = &tag.Tag{Subject: exchange, Label: label, Source: label, Date: "2022-04-01"}
	service.Arrivals = []trace.Arrival{{Pos: clew.Pos{Height: 5}, Tx: clew.TxID{31: 5}, Time: 1648000500, From: thief, Amount: wei(t, "25"), Moved: wei(t, "30")}}
	line := func(p *trace.Place, part int) trace.Line {
		l := trace.Line{Kind: p.Kind, Role: p.Role, Asset: ether, Amount: p.Amount, Basis: p.Amount, Places: 1}
		if part >= 0 {
			l.Amount, l.Basis = p.Parts[part].Amount, p.Parts[part].Basis
		}
		return l
	}
	book := func(origin, start string, part int) trace.Book {
		a := wei(t, start)
		return trace.Book{Origin: origin, Asset: ether, Start: a, Sum: a, Closed: true, Lines: []trace.Line{line(&service, part), line(&mixer, part), line(&rest, part)}}
	}
	books := []trace.Book{book("a", "100", 0), book("b", "20", 1), book("", "120", -1)}
	r := &trace.Result{
		Method: trace.Method{Direction: trace.Forward, Policy: taint.FIFO, Engine: trace.Interval, FitFor: "a test", Limits: trace.DefaultLimits()},
		AsOf:   []trace.AsOf{{Chain: clew.Ethereum, Block: clew.BlockRef{Height: 9, Time: 1648000900}, Coverage: clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 1, To: 10}}}}},
		Origins: []trace.Origin{
			{ID: "a", Name: label, Asset: ether, Amount: wei(t, "100"), Basis: clew.Fact},
			{ID: "b", Name: "the second", Asset: ether, Amount: wei(t, "20"), Basis: clew.Claimed},
		},
		Books:  books,
		Places: []trace.Place{mixer, service, rest},
		Uses: []trace.Use{
			use(t, 0, transfer(t, 1, victim, thief, "100"), clew.Fact, "a"),
			use(t, 0, transfer(t, 2, clew.Address{}, thief, "20"), clew.Claimed, "b"),
			use(t, 1, transfer(t, 3, thief, middle, "75"), clew.Fact, "a"),
			use(t, 1, transfer(t, 4, thief, pool, "20"), clew.Inferred, "b"),
			use(t, 1, transfer(t, 5, thief, exchange, "25"), clew.Fact, "a"),
			use(t, 2, transfer(t, 6, middle, pool, "70"), clew.Fact, "a"),
			use(t, 2, transfer(t, 7, middle, thief, "0.5"), clew.Fact, "a"),
		},
		Spread: []trace.PolicyTotals{{Policy: taint.FIFO, Books: books}, {Policy: taint.Poison, Books: books, Note: label}},
		Gaps:   []clew.Gap{{Kind: clew.GapPartial, Chain: clew.Ethereum, Note: label}},
	}
	on := paymentWith("=:ETH.ETH:there")
	on.Kind = ""
	return &Trace{
		Asked: []lead.Payment{on, paymentWith(label), paymentWith("=:ETH.ETH:" + strings.ReplaceAll(label, " ", "") + "/r:1/2/3:a/b:1")},
		Title: label, Subject: label, Result: r, Units: Units{}, Command: "clew trace " + label,
		Names:   []Name{{Address: victim, Label: label, By: label, Source: label}, {Address: thief, Label: "first recipient", By: "the ledger"}},
		Worth:   []Worth{{Origin: "", Basis: price.AtTheft, Day: "2022-03-23", Close: "3000", Source: label, Start: "360000.00", Lines: []string{"75000.00", "270000.00", "15000.00"}}},
		Sources: []Source{{Title: label, Publisher: label, URL: "javascript:alert(1)", Note: label}},
	}
}

// paymentWith is one of 30 ether into the exchange, with a memo.
func paymentWith(text string) lead.Payment {
	a := clew.Act{By: address(2), On: address(4), With: address(5), Asset: ether, Amount: clew.Units(30), Tx: clew.TxID{31: 5}}
	a.SetMemo(clew.RouterDeposit, []byte(text))
	return lead.Payment{Kind: trace.AtService, Address: address(5), Asset: ether, Deposit: lead.Deposit{Tx: a.Tx, From: address(2)}, Asked: *lead.Read(a)}
}

// written returns a result in one of its forms.
func written(t testing.TB, r Result, form Form, style Style, table string) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, form, style, table); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// tables returns the names of a document's tables.
func tables(d *Doc) []string {
	var names []string
	for _, s := range d.Sections {
		for _, table := range s.Tables {
			names = append(names, table.Name)
		}
	}
	return names
}

// has fails for what a text lacks; how it is broken into lines does not matter.
func has(t *testing.T, text string, wants ...string) {
	t.Helper()
	joined := strings.Join(strings.Fields(text), " ")
	for _, want := range wants {
		if !strings.Contains(joined, want) {
			t.Errorf("%q is missing from:\n%s", want, text)
		}
	}
}
