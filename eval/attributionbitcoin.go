package eval

import (
	"context"
	"fmt"
	"slices"

	"clew"
	"clew/attribution"
	"clew/internal/simchain"
	"clew/ledger"
	"clew/taint"
	"clew/trace"
)

// bitcoinThefts compares the thefts of worlds of Bitcoin, all of different thieves,
// and counts whether it is told which of them went into a CoinJoin.
func bitcoinThefts(ctx context.Context, q *Question) ([]Row, error) {
	t := newAttributionTally("synthetic thefts of Bitcoin")
	for i := range uint64(AttributionWorlds) {
		q.Doing(fmt.Sprintf("thefts of Bitcoin, world %d of %d", i+1, AttributionWorlds))
		w, err := simchain.UTXO(simchain.Plan{Seed: q.Seed + attributionAfter + i, Transfers: q.transfers(4_000)})
		if err != nil {
			return nil, err
		}
		if err := t.coins(ctx, w); err != nil {
			return nil, err
		}
	}
	return t.rows(), nil
}

// coins compares each theft of a world with those before it, over the ledger as it
// stands at the end.
func (t *attributionTally) coins(ctx context.Context, w *simchain.World) error {
	s, err := hold(ctx, &w.Ledgers[0])
	if err != nil {
		return err
	}
	defer s.Close()
	var before []*attribution.Profile
	for i := range w.Thefts {
		crime := &w.Thefts[i]
		p, err := coinProfile(ctx, w, s, crime)
		if err != nil {
			return err
		}
		mixed := slices.ContainsFunc(crime.Steps, func(x simchain.Step) bool { return x.Kind == simchain.MixIn })
		t.note("a CoinJoin among the steps", mixed, slices.Contains(p.Steps, attribution.StepJoin))
		for _, that := range before {
			c := attribution.Compare(p, that, before, nil)
			t.note("links, all pairs", false, hasRow(&c, attribution.Links, attribution.Evidence))
			t.note("hours, all pairs", false, hasRow(&c, attribution.Clock, attribution.Evidence))
			t.note("habits, all pairs", false, hasRow(&c, attribution.Habits, attribution.Evidence))
		}
		before = append(before, p)
	}
	return nil
}

// coinProfile makes the profile of a theft of Bitcoin, from the transaction that took
// the coins. Exchanges and mixers are known by tags; nobody else is.
func coinProfile(ctx context.Context, w *simchain.World, s ledger.Snapshot, crime *simchain.Theft) (*attribution.Profile, error) {
	tags, drain := serviceTags(w), crime.Steps[0].Pos
	r, err := trace.Run(ctx, trace.Input{Ledgers: []ledger.Snapshot{s}, Namer: tags, Legs: true, Method: taint.Method{Policy: taint.TaintFirst}, Spread: trace.No,
		Start: trace.Start{Origins: []trace.Seed{{ID: "loot", Name: "loot", Chain: s.Chain(), Transfers: []clew.Pos{drain}, Basis: clew.Fact}}}})
	if err != nil {
		return nil, fmt.Errorf("theft %s: %w", crime.Name, err)
	}
	begun, err := s.Transfer(ctx, drain)
	if err != nil {
		return nil, err
	}
	return attribution.Make(ctx, attribution.Making{ID: crime.Name, Title: crime.Name, Day: begun.Time.UTC().Format("2006-01-02"), Sources: []string{"internal/simchain, synthetic"},
		Trace: r, Ledgers: []ledger.Snapshot{s}, Namer: tags, Degree: uint64(trace.DefaultLimits().Degree)})
}
