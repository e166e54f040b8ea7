package op

import (
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/lead"
	"clew/report"
)

// TestStoppableThorchain pays into THORChain's router twice. A memo would say
// which of the two streams; transfers hold none, so both are told alike, as in
// flight for a time that is not known, and the answer says what it did not read.
func TestStoppableThorchain(t *testing.T) {
	const router = "0xD37BbE5744D730a1d98d8DC97c42F0Ca46aD7146"
	s := &fakeService{chain: clew.Ethereum, transfers: told(t, clew.Ethereum, "1 V T 900", "2 T "+router+" 500", "3 T "+router+" 300", "4 T A 50")}
	env := testEnv(nil)
	env.Explorers = fakeExplorers{s}
	ask := func(now string) *report.Stoppable {
		r, err := runOn(t, env, "stoppable", fmt.Sprintf(`{"start": %q, "chain": "ethereum", "now": %q}`, person(t, clew.Ethereum, "T").Text(), now))
		if err != nil {
			t.Fatal(err)
		}
		return r.(*report.Stoppable)
	}
	for _, now := range []string{"2021-12-20T13:00:00Z", "2031-01-01T00:00:00Z"} { // no length is known: nothing is said to have passed
		got := ask(now).Result
		if len(got.Chances) != 1 {
			t.Fatalf("%s: chances %+v", now, got.Chances)
		}
		c := got.Chances[0]
		if c.Standing != lead.MayStop || c.Why != lead.NoWindow || c.Deadline.Kind != lead.NotKnown || c.Window != "swap through THORChain" || c.Basis != clew.Claimed || c.Amount != clew.Units(800) {
			t.Errorf("%s: %+v", now, c)
		}
		if len(c.Deposits) != 2 || c.Deposits[0].Marked != clew.Units(500) || c.Deposits[1].Marked != clew.Units(300) || c.Deposits[0].Tx == c.Deposits[1].Tx || c.Deposits[0].Tx.IsZero() {
			t.Errorf("%s: deposits %+v", now, c.Deposits)
		}
		for _, want := range []string{"memo, which is not read here", "/thorchain/swap/streaming/HASH"} {
			if !strings.Contains(c.Note, want) {
				t.Errorf("%s: the note lacks %q: %s", now, want, c.Note)
			}
		}
	}
	for _, a := range s.asked {
		if a == router {
			t.Error("the walk went on through the router")
		}
	}
}
