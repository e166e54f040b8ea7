package op

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/lead"
	"clew/report"
)

// thorRouter is THORChain's router on Ethereum, as the guide has it.
const thorRouter = "0xD37BbE5744D730a1d98d8DC97c42F0Ca46aD7146"

// thorPayments pays into the router twice, and then somebody.
func thorPayments(t *testing.T) *fakeService {
	return &fakeService{chain: clew.Ethereum, transfers: told(t, clew.Ethereum, "1 V T 900", "2 T "+thorRouter+" 500", "3 T "+thorRouter+" 300", "4 T A 50")}
}

// memoOf is a router's memo of the transfer of an amount, whose time it returns.
func (s *fakeService) memoOf(amount uint64, text string) clew.Time {
	x := &s.transfers[slices.IndexFunc(s.transfers, func(t clew.Transfer) bool { return t.Amount() == clew.Units(amount) })]
	a := clew.Act{Pos: clew.Pos{Height: x.Pos.Height, Index: x.Pos.Index, Class: clew.Log, Ordinal: 9}, Time: x.Time, Tx: x.Tx, By: x.From[0].Address, On: x.To[0].Address, With: x.To[0].Address,
		Asset: x.Asset, Amount: x.From[0].Amount}
	a.SetMemo(clew.RouterDeposit, []byte(text))
	s.acts = append(s.acts, a)
	return x.Time
}

// thorStoppable asks what can be stopped, as of a time.
func thorStoppable(t *testing.T, s *fakeService, now string) *report.Stoppable {
	t.Helper()
	env := testEnv(nil)
	env.Explorers = fakeExplorers{s}
	r, err := runOn(t, env, "stoppable", fmt.Sprintf(`{"start": %q, "chain": "ethereum", "now": %q}`, person(t, clew.Ethereum, "T").Text(), now))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range s.asked {
		if a == thorRouter {
			t.Error("the walk went on through the router")
		}
	}
	return r.(*report.Stoppable)
}

// TestStoppableThorchain: where no memos are held, payments into the router are
// told alike, as in flight for a time that is not known, and nothing is said to
// have passed.
func TestStoppableThorchain(t *testing.T) {
	for _, now := range []string{"2021-12-20T13:00:00Z", "2031-01-01T00:00:00Z"} {
		got := thorStoppable(t, thorPayments(t), now).Result
		if len(got.Chances) != 1 {
			t.Fatalf("%s: chances %+v", now, got.Chances)
		}
		c := got.Chances[0]
		if c.Standing != lead.MayStop || c.Why != lead.NoMemo || c.Deadline.Kind != lead.NotKnown || c.Window != "swap through THORChain" || c.Basis != clew.Claimed || c.Amount != clew.Units(800) || c.Asked != nil {
			t.Errorf("%s: %+v", now, c)
		}
		if len(c.Deposits) != 2 || c.Deposits[0].Marked != clew.Units(500) || c.Deposits[1].Marked != clew.Units(300) || c.Deposits[0].Tx == c.Deposits[1].Tx || c.Deposits[0].Tx.IsZero() {
			t.Errorf("%s: deposits %+v", now, c.Deposits)
		}
		if !strings.Contains(c.Note, "/thorchain/swap/streaming/HASH") {
			t.Errorf("%s: the note: %s", now, c.Note)
		}
	}
}

// TestStoppableStreams: of two payments with memos one streams, until its last
// step, and the other does not ask to; both tell where they ask to be paid out, as
// a lead that is not followed.
func TestStoppableStreams(t *testing.T) {
	const to, other = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "0xe6a30f4f3bad978910e2cbb4d97581f5b5a0ade0"
	s := thorPayments(t)
	end := s.memoOf(500, "=:BTC.BTC:"+to+":1e6/600/25") + 24*3600 // 24 times an hour
	s.memoOf(300, "=:ETH.USDT:"+other)
	for _, c := range []struct {
		now  clew.Time
		kind lead.DeadlineKind
		want lead.Standing
		why  lead.Reason
	}{{end - 1, lead.At, lead.MayStop, lead.Streams}, {end, lead.HasPassed, lead.Passed, lead.TermOver}} {
		s.asked = nil
		page := thorStoppable(t, s, c.now.String())
		var streams, once *lead.Chance
		for i := range page.Result.Chances {
			switch one := &page.Result.Chances[i]; one.Amount {
			case clew.Units(500):
				streams = one
			case clew.Units(300):
				once = one
			}
		}
		if len(page.Result.Chances) != 2 || streams == nil || once == nil {
			t.Fatalf("%s: %+v", c.now, page.Result.Chances)
		}
		if streams.Standing != c.want || streams.Why != c.why || streams.Deadline != (lead.Deadline{Kind: c.kind, Time: end}) || streams.Asked.To.Text() != to || streams.Who.Name != "THORChain's nodes" {
			t.Errorf("%s: %+v", c.now, streams)
		}
		if once.Standing != lead.MayStop || once.Why != lead.AtOnce || once.Deadline.Kind != lead.NotKnown || !strings.EqualFold(once.Asked.To.Text(), other) {
			t.Errorf("%s: %+v", c.now, once)
		}
		if len(page.Trace.Asked) != 2 {
			t.Errorf("the trace tells %+v", page.Trace.Asked)
		}
		text := written(t, page, report.Text, "")
		for _, words := range []string{"a swap to BTC.BTC, paid to " + to + ", in 25 steps of 600 blocks each", "a claim of whoever paid", "What memos of payments ask for"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), words) {
				t.Errorf("%s: the text does not say %q:\n%s", c.now, words, text)
			}
		}
	}
}
