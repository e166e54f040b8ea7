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
