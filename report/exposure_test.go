package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"clew"
	"clew/exposure"
	"clew/price"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// exposed returns an exposure with long names, long amounts and everything that
// a table can have.
func exposed() *Exposure {
	ether := clew.NativeAsset(clew.Ethereum)
	long, _ := clew.ParseAmount("123456789012345678901234")
	half, _ := long.MulDiv(clew.Units(1), clew.Units(2))
	said := &exposure.Attribution{Service: true, Claims: []tag.Tag{{Label: "A very long label of a service \x1b[31m", Actor: "a-very-long-actor-of-somebody", Concepts: []tag.Concept{"payment_processor"}}},
		Inferred: &exposure.Inferred{From: addressNumber(3), Heuristic: "deposit-reuse"}}
	worth := price.Money{}
	f := exposure.Flow{Side: exposure.Incoming,
		Totals: []exposure.Total{{Asset: ether, Moved: long, Counted: long, Attributed: half, Residual: long.Minus(half), Self: clew.Units(7), Uncounted: clew.Units(5)}},
		Rows: []exposure.Row{{Side: exposure.Incoming, Hops: 2, Address: addressNumber(1), Attribution: said, Actor: said.Claims[0].Actor, Concept: "payment_processor", Concepts: said.Claims[0].Concepts,
			Asset: ether, Amount: half, Share: exposure.Share{Of: half, Whole: long}, USD: &worth, First: 1_600_000_000, Last: 1_600_000_100, Count: 2,
			Transfers: []exposure.Met{{Time: 1_600_000_000, With: addressNumber(2), Moved: long, Part: half}}, Unsolicited: true}},
		Residual:  []exposure.Residual{{Asset: ether, Reason: exposure.OutOfTime, Amount: long.Minus(half), Share: exposure.Share{Of: long.Minus(half), Whole: long}, Count: 100_000}},
		Uncounted: []exposure.Uncounted{{Why: exposure.Spam, Asset: ether, Address: addressNumber(4), Attribution: said, Amount: clew.Units(5), Transfers: 3}, {Why: exposure.Items, Transfers: 9}}}
	for _, direct := range []bool{true, false} {
		f.Groups = append(f.Groups, exposure.Group{Direct: direct, Actor: said.Claims[0].Actor, Concept: "payment_processor", Listed: direct, Inferred: direct, Asset: ether, Amount: half,
			Share: exposure.Share{Of: half, Whole: long}, USD: &worth, Hops: 2, First: 1_600_000_000, Last: 1_600_000_100, Addresses: 12_345})
	}
	return &Exposure{Units: Units{}, Answer: &exposure.Answer{Subject: addressNumber(9), Sides: []exposure.Flow{f},
		Method: exposure.Method{Policy: taint.Haircut, Day: "2022-06-01", Basis: price.AtMove, Limits: exposure.DefaultLimits()},
		AsOf:   trace.AsOf{Chain: clew.Ethereum}, Limits: []trace.LimitHit{{Limit: "rows", Value: "5", Times: 2}},
		Gaps: []clew.Gap{{Kind: clew.GapHistory, Chain: clew.Ethereum, Note: "nothing before the first block held"}}}}
}

func addressNumber(n byte) clew.Address {
	return clew.EVMAddress(clew.Ethereum, [20]byte{0: 0xab, 19: n})
}

// TestExposureOnNarrowScreens: on 80 columns every table fits, in the order in
// which it is to be read, and nothing of it can steer a terminal.
func TestExposureOnNarrowScreens(t *testing.T) {
	var b strings.Builder
	if err := Write(&b, exposed(), Text, Style{Screen: 80}, ""); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if utf8.RuneCountInString(line) > 80 || strings.Contains(line, "\x1b") {
			t.Errorf("%d columns: %q", utf8.RuneCountInString(line), line)
		}
	}
	at := 0
	for _, title := range []string{"Incoming: met directly", "Incoming: met through others", "Incoming: met nobody who is named", "Incoming: does not count", "Gaps"} {
		found := strings.Index(b.String()[at:], title)
		if found < 0 {
			t.Fatalf("no %q after %d in\n%s", title, at, b.String())
		}
		at += found
	}
	if exposed().Outcome() != Incomplete {
		t.Error("a limit was hit")
	}
	if testing.Verbose() {
		t.Log(b.String())
	}
}

// TestExposureSaysWhatIsUnknown: nobody met is nothing found only where no limit
// was hit.
func TestExposureSaysWhatIsUnknown(t *testing.T) {
	e := exposed()
	e.Sides[0].Rows, e.Sides[0].Groups = nil, nil
	var b strings.Builder
	if err := Write(&b, e, Text, Style{}, ""); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "of the rest it is unknown") || e.Outcome() != Incomplete {
		t.Errorf("%s\n%s", e.Outcome(), b.String())
	}
	e.Limits = nil
	if e.Outcome() != Nothing {
		t.Error(e.Outcome())
	}
}
