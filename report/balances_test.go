package report

import (
	"strings"
	"testing"

	"clew"
	"clew/trace"
)

// TestNoteworthy tells before the answer what is more than a thousandth of what is
// traced, and no less.
func TestNoteworthy(t *testing.T) {
	for _, c := range []struct {
		part, all string
		want      bool
	}{{"1", "1000", false}, {"2", "1000", true}, {"1", "999", true}, {"0", "0", false}, {"1", "0", true}, {"2", "1999", true}, {"2", "2000", false}} {
		part, _ := clew.ParseAmount(c.part)
		all, _ := clew.ParseAmount(c.all)
		if got := isNoteworthy(part, all); got != c.want {
			t.Errorf("%s of %s: %v", c.part, c.all, got)
		}
	}
}

// TestWarningsOfWhatIsNotAccountedFor writes both kinds, and neither where it is little.
func TestWarningsOfWhatIsNotAccountedFor(t *testing.T) {
	token := clew.Token("erc20", address(77))
	pot := clew.Pot{Address: address(9), Asset: token}
	for _, c := range []struct {
		amount uint64
		want   int
	}{{1, 0}, {2, 2}} {
		x := &Trace{Units: Units{}, Result: &trace.Result{
			Places: []trace.Place{{Kind: trace.AtRest, Address: address(9), Asset: token, Amount: clew.Units(1000)}},
			TopUps: []trace.TopUp{{Asset: token, Pots: 3, Amount: clew.Units(c.amount), Traced: clew.Units(1000)}},
		}, Balances: []Balances{{Chain: clew.Ethereum, Differ: []Balance{{Pot: pot, By: clew.Units(c.amount), Less: true}}}}}
		text := strings.Join(x.warnings(), "\n")
		if got := strings.Count(text, "0.20 %"); got != c.want || c.want == 0 && text != "" {
			t.Errorf("%d: %s", c.amount, text)
		}
		if c.want > 0 && (!strings.Contains(text, "3 addresses on the way sent") || !strings.Contains(text, "at 1 address compared")) {
			t.Errorf("%s", text)
		}
	}
}

// TestShortBalancesAreNegative writes a pot whose transfers come to less than nothing.
func TestShortBalancesAreNegative(t *testing.T) {
	x := &Trace{Units: Units{}, Result: &trace.Result{}}
	row := x.balanceRow(&Balance{Pot: clew.Pot{Address: address(9), Asset: clew.Token("erc20", address(77))}, In: clew.Units(5), Out: clew.Units(12), Says: clew.Units(3), By: clew.Units(10)}, clew.Amount{})
	if got := row.Cells[3].Text + " " + row.Cells[4].Text + " " + row.Cells[5].Text; got != "-7 3 10" {
		t.Error(got)
	}
}

// TestAdjustmentsAreTold says what was done about balances that differ, of how many,
// and what rests on it.
func TestAdjustmentsAreTold(t *testing.T) {
	token := clew.Token("erc20", address(77))
	one, two := clew.Pot{Address: address(9), Asset: token}, clew.Pot{Address: address(10), Asset: token}
	for _, c := range []struct {
		adjusted []clew.Pot
		want     string
	}{
		{nil, "may be more or less than lies there"},
		{[]clew.Pot{one}, "adjusted to its word at 1 of them; elsewhere"},
		{[]clew.Pot{one, two, one}, "each adjustment is listed"},
	} {
		x := &Trace{Units: Units{}, Result: &trace.Result{
			Places: []trace.Place{{Kind: trace.AtRest, Address: address(9), Asset: token, Amount: clew.Units(1000)}},
			Books:  []trace.Book{{Origin: "a", Asset: token, Start: clew.Units(900), Sum: clew.Units(900), Closed: true, Lines: []trace.Line{{Kind: trace.AtRest, Asset: token, Amount: clew.Units(1000), Basis: clew.Units(900), Places: 1}}}},
		}, Balances: []Balances{{Chain: clew.Ethereum, Nodes: []string{"node.test"}, Differ: []Balance{{Pot: one, By: clew.Units(100)}, {Pot: two, By: clew.Units(5)}},
			Read: 3, NotRead: []NotCompared{{Why: "it is gone", Pots: 2}}}}}
		for _, id := range c.adjusted {
			x.Result.Adjustments = append(x.Result.Adjustments, trace.Adjustment{Reading: trace.Reading{Pot: id, Says: clew.Units(1000), Source: "node.test", Block: clew.BlockRef{Height: 7}},
				Kind: trace.ScaledUp, Held: clew.Units(900), Was: clew.Units(90), Is: clew.Units(100)})
		}
		if text := strings.Join(x.warnings(), "\n"); !strings.Contains(text, c.want) {
			t.Errorf("%s, want %s", text, c.want)
		}
		rests := string(clew.Fact)
		if len(c.adjusted) > 0 {
			rests = string(clew.Inferred)
		}
		for _, format := range []Form{Text, HTML} {
			var b strings.Builder
			if err := Write(&b, x, format, Style{Wide: true}, ""); err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"3 balances of earlier blocks read", "Not read: 2 balances; it is gone", "standing for 900"} {
				if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), want) {
					t.Errorf("no %q in %s", want, b.String())
				}
			}
			if got := strings.Count(b.String(), "scaled up"); got < len(c.adjusted) {
				t.Errorf("%d of %d adjustments listed in %s", got, len(c.adjusted), format)
			}
		}
		if p := x.placesSection().Tables[0].Rows[0].Cells[7].Text; p != rests {
			t.Errorf("a place rests on %s, want %s", p, rests)
		}
		if l := x.bookRow(&x.Result.Books[0], 0, nil, nil).Cells[5].Text; l != string(clew.Inferred) {
			t.Errorf("a line that was scaled rests on %s", l)
		}
	}
}
