package op

import (
	"context"
	"fmt"
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
