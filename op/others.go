package op

import (
	"context"
	"fmt"
	"slices"

	"clew/incident"
	"clew/ledger"
)

// openOthers opens the ledgers of all other chains that are held: a bridge may
// lead there. Without bridges none does.
func (q *question) openOthers(ctx context.Context, env *Env, in *TraceInput) error {
	if in.WithoutBridges {
		return nil
	}
	chains, err := env.Ledgers.Chains()
	if err != nil {
		return err
	}
	for _, chain := range chains {
		if q.opens(chain) {
			continue
		}
		s, err := snapshotOf(ctx, env, chain)
		if err != nil {
			return fmt.Errorf("ledger of %s, where bridges may lead (--without-bridges leaves it out): %w", chain.Name(), err)
		}
		q.others = append(q.others, s)
	}
	q.input.Others = q.others
	return nil
}

// openHeld opens the user's ledgers of the chains that an incident is about, and
// of those where bridges may lead.
func (q *question) openHeld(ctx context.Context, env *Env, in *TraceInput, i *incident.Incident) error {
	for _, chain := range i.Chains() {
		s, err := snapshotOf(ctx, env, chain)
		if err != nil {
			return fmt.Errorf("incident %s by your own ledgers: %w", i.ID, err)
		}
		q.opened = append(q.opened, s)
	}
	q.input.Ledgers = q.opened
	return q.openOthers(ctx, env, in)
}

// all returns the ledgers of every chain that the question may come to.
func (q *question) all() []ledger.Snapshot { return slices.Concat(q.opened, q.others) }

