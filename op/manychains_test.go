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
	"clew/remote"
)

// metered is a fake service whose histories each cost a call of its budget.
type metered struct {
	*fakeService
	budget *remote.Budget
	spent  map[*remote.Budget]int64
}

func (s metered) History(ctx context.Context, a clew.Address, w clew.Window) (*explorer.History, error) {
	if s.spent[s.budget]++; s.spent[s.budget] > s.budget.Left() {
		return &explorer.History{Coverage: clew.Coverage{Chain: s.chain}}, fmt.Errorf("explorer.example: %w", remote.ErrBudget)
	}
	return s.fakeService.History(ctx, a, w)
}

type meteredExplorers struct {
	fakeExplorers
	spent map[*remote.Budget]int64
}

func (x meteredExplorers) Open(chain clew.Chain, _ []string, budget *remote.Budget) ([]explorer.Service, error) {
	var services []explorer.Service
	for _, s := range x.fakeExplorers {
		if s.chain == chain {
			services = append(services, metered{s, budget, x.spent})
		}
	}
	return services, nil
}

// threeChains has an address that received on three chains and passed on, of
// another amount on each; a fourth chain does not answer, a fifth knows nothing.
func threeChains(t *testing.T) fakeExplorers {
	x := fakeExplorers{{chain: clew.Polygon, fails: errors.New("it is down")}, {chain: clew.Arbitrum}}
	for i, chain := range []clew.Chain{clew.Ethereum, clew.BNB, clew.Base} {
		x = append(x, &fakeService{chain: chain, transfers: told(t, chain, "1 F T 1000", fmt.Sprintf("2 V T %d00000", i+1), fmt.Sprintf("3 T A %d00000", i+1))})
	}
	return x
}

// TestInvestigateOnManyChains wants one answer with each chain's own totals, in
// one order whatever the order of the services, and no chain left out unsaid.
func TestInvestigateOnManyChains(t *testing.T) {
	in := fmt.Sprintf(`{"address": %q, "as": "thief"}`, person(t, clew.Ethereum, "T").Text())
	x := threeChains(t)
	var first []string
	for turn := range 2 {
		env := testEnv(nil)
		env.Explorers = meteredExplorers{x, map[*remote.Budget]int64{}}
		v := investigated(t, env, in)
		var got []string
		for _, c := range v.Chains {
			got = append(got, fmt.Sprintf("%s %s", c.Address.Chain().Name(), c.Stop.Result.Sums[0].Accounted))
			if c.Stop.Result.Sums[0].Asset.Chain() != c.Address.Chain() || len(c.Stop.Result.Sums) != 1 {
				t.Errorf("%s: sums %+v", c.Address, c.Stop.Result.Sums)
			}
		}
		if turn == 0 {
			first = got
			sorted := slices.Sorted(slices.Values(got))
			if want := []string{"base 301000", "bnb 201000", "ethereum 101000"}; !slices.Equal(sorted, want) {
				t.Fatalf("got %v, want %v", sorted, want)
			}
		} else if !slices.Equal(got, first) {
			t.Errorf("in another order: %v, then %v", first, got)
		}
		if len(v.Skipped) != 1 || v.Skipped[0].Chain != clew.Polygon {
			t.Errorf("skipped %+v", v.Skipped)
		}
		slices.Reverse(x)
	}
}

// TestOneBudgetForAllChains spends no more than one budget, and each chain that
// the address is on is in the answer, or named as passed over.
func TestOneBudgetForAllChains(t *testing.T) {
	in := person(t, clew.Ethereum, "T").Text()
	for budget := 1; budget < 12; budget++ {
		x := threeChains(t)
		env := testEnv(nil)
		env.Explorers = meteredExplorers{x, map[*remote.Budget]int64{}}
		r, err := runOn(t, env, "investigate", fmt.Sprintf(`{"address": %q, "as": "thief", "budget": %d}`, in, budget))
		if err != nil {
			t.Fatalf("budget %d: %v", budget, err)
		}
		asked := 0
		text := ""
		for _, s := range x {
			asked += len(s.asked)
		}
		d := r.Doc()
		for _, line := range append(d.Warnings, d.Answer...) {
			text += strings.ToLower(line) + "\n"
		}
		if asked > budget {
			t.Errorf("budget %d: %d histories", budget, asked)
		}
		for _, name := range []string{"ethereum", "bnb", "base", "polygon"} {
			if !strings.Contains(text, name) {
				t.Errorf("budget %d: nothing is said of %s:\n%s", budget, name, text)
			}
		}
	}
}
