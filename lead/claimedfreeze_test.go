package lead

import (
	"fmt"
	"strings"
	"testing"

	"clew"
)

func TestClaimedFreezesAreIntervals(t *testing.T) {
	a, b := frozenAddress(1), frozenAddress(2)
	state := func(on clew.Address, when clew.Time, of, what string) Request {
		return Request{Address: on, Asset: frozenToken(1), Time: when, Of: of, State: what, Executed: what == "executed", Lifts: what == "lifted", Pending: what == "asked"}
	}
	day := state(a, 20, "chain", "executed")
	day.Day = true
	for _, c := range []struct {
		name string
		list []Request
		want string
	}{
		{"asked alone", []Request{state(a, 20, "venue", "asked"), state(a, 30, "venue", "refused")}, ""},
		{"carried out", []Request{state(a, 20, "venue", "asked"), state(a, 30, "venue", "executed")}, "venue 30+20-open"},
		{"in any order, and said twice", []Request{state(a, 50, "venue", "lifted"), state(a, 40, "venue", "executed"), state(a, 30, "venue", "executed")}, "venue 30+20-50"},
		{"lifts nothing", []Request{state(a, 20, "venue", "lifted"), state(a, 30, "venue", "executed")}, "venue 30+20-open"},
		{"of two, at two", []Request{state(a, 30, "chain", "executed"), state(b, 20, "venue", "executed"), state(a, 40, "venue", "lifted")}, "venue 20+10-open, chain 30+20-open"},
		{"again", []Request{state(a, 20, "venue", "executed"), state(a, 25, "venue", "lifted"), state(a, 30, "venue", "executed")}, "venue 20+10-25, venue 30+20-open"},
		{"before the theft", []Request{state(a, 5, "venue", "executed")}, "venue 5+-5-open"},
		{"of a day", []Request{day}, "chain 20+?-open"},
	} {
		var got []string
		for _, f := range ClaimFreezes(c.list, 10) {
			after, until := "?", "open"
			if f.After != nil {
				after = fmt.Sprint(*f.After)
			}
			if f.Lifted != nil {
				until = fmt.Sprint(uint64(f.Lifted.Time))
			}
			got = append(got, fmt.Sprintf("%s %d+%s-%s", f.Of, f.Time, after, until))
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: %q, want %q", c.name, text, c.want)
		}
	}
	if got := ClaimFreezes([]Request{state(a, 30, "venue", "executed")}, 0); got[0].After != nil {
		t.Error("the time of the theft is not known")
	}
}
