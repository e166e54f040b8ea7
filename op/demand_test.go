package op

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/report"
)

// lockedLedgers are ledgers that somebody else writes to.
type lockedLedgers struct{ Ledgers }

func (l lockedLedgers) Open(ctx context.Context, chain clew.Chain, access Access) (Keeper, error) {
	if access != Reading {
		return nil, fmt.Errorf("ledger: %w", ledger.ErrLocked)
	}
	return l.Ledgers.Open(ctx, chain, access)
}

// TestTraceBesideAWriter: a chain is being followed into the ledger, and
// explorers are configured. What is held is answered from, nobody is asked in
// vain, and the answer says why nothing was fetched.
func TestTraceBesideAWriter(t *testing.T) {
	env, s := fetchedWorld(t)
	ask := fmt.Sprintf(`"start": %q, "asset": %q, "explorer": ["x"]`, person(t, clew.Ethereum, "T").Text(), usdt)
	whole := traced(t, env, ask)
	asked := len(s.asked)
	env.Ledgers = lockedLedgers{env.Ledgers}
	if again := traced(t, env, ask); again.Fetched.Ended != explorer.EndedHeld || again.Outcome() != report.Found || len(s.asked) != asked {
		t.Errorf("all is held, but: %+v; asked for %v", again.Fetched, s.asked[asked:])
	}
	more := traced(t, env, ask+`, "refresh": true`)
	if f := more.Fetched; len(s.asked) != asked || len(f.Left) == 0 || !strings.Contains(f.Left[0].Why, ledger.ErrLocked.Error()) || more.Outcome() != report.Incomplete {
		t.Errorf("a refresh: %+v, %s; asked for %v", f, more.Outcome(), s.asked[asked:])
	}
	if len(whole.Result.Places) == 0 || len(more.Result.Places) != len(whole.Result.Places) {
		t.Errorf("%d places, then %d", len(whole.Result.Places), len(more.Result.Places))
	}
}

// TestTraceFromATransferFetches begins with one transfer by its position, and with
// an empty ledger: its transaction is fetched, then what the trace wants; a second
// trace asks nobody, and a dry one says what would be asked first.
func TestTraceFromATransferFetches(t *testing.T) {
	env, s := fetchedWorld(t)
	const ask = `"start": "3/2/log/0", "explorer": ["x"]`
	r, err := runOn(t, env, "trace", "{"+ask+`, "dry": true}`)
	if err != nil || len(s.asked) > 0 {
		t.Fatal(err, s.asked)
	}
	if asks := r.(*report.Dry).Asks; len(asks) != 1 || asks[0].Learns != "transaction 2 of block 3" {
		t.Errorf("dry: %+v", asks)
	}
	first := traced(t, env, ask)
	if s.asked[0] != "3/2" || first.Fetched.Ended != explorer.EndedHeld || first.Outcome() != report.Found {
		t.Errorf("asked %v; %+v, %s", s.asked, first.Fetched, first.Outcome())
	}
	for _, who := range []string{"T", "A", "B"} {
		if n := len(slices.DeleteFunc(slices.Clone(s.asked), func(x string) bool { return x != person(t, clew.Ethereum, who).Text() })); n != 1 {
			t.Errorf("%s was asked for %d times", who, n)
		}
	}
	var total clew.Amount
	for i := range first.Result.Places {
		total = total.Plus(first.Result.Places[i].Amount)
	}
	if total != clew.Units(90000) {
		t.Errorf("%s accounted for", total)
	}
	asked := len(s.asked)
	if second := traced(t, env, ask); len(s.asked) != asked || len(second.Result.Places) != len(first.Result.Places) {
		t.Errorf("asked again for %v", s.asked[asked:])
	}
	if _, err := runOn(t, env, "trace", `{"start": "3/9/log/0", "explorer": ["x"]}`); !errors.Is(err, clew.ErrNotFound) || !strings.Contains(err.Error(), "transaction 9 of block 3") {
		t.Errorf("no such transaction: %v", err)
	}
}

// TestInterruptedBeforeAnythingCame: that is no statement that there is nothing.
func TestInterruptedBeforeAnythingCame(t *testing.T) {
	for _, name := range []string{"trace", "stoppable", "investigate"} {
		env, s := fetchedWorld(t)
		ctx, stop := context.WithCancel(t.Context())
		s.then, s.failing = func(int) { stop() }, errors.New("it hung up")
		o, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		field := "start"
		if name == "investigate" {
			field = "address"
		}
		_, err = o.RunJSON(ctx, env, []byte(fmt.Sprintf(`{%q: %q, "chain": "ethereum"}`, field, person(t, clew.Ethereum, "T").Text())))
		if !errors.Is(err, context.Canceled) || errors.Is(err, clew.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
