package op

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/incident"
	"clew/ledger"
)

// openOthers opens the ledgers of all other chains that are held: a bridge may
// lead there. Without bridges none does.
func (q *question) openOthers(ctx context.Context, env *Env, in *TraceInput) error {
	if in.WithoutBridges {
		return nil
	}
	q.overHeld, q.prices = true, in.Prices
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
		if c := s.Coverage(); len(c.Whole)+len(c.Held) == 0 && s.Span().Empty() { // somebody began to fill it
			if err := s.Close(); err != nil {
				return err
			}
			continue
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
		if errors.Is(err, clew.ErrNotFound) && chain != i.Chains()[0] {
			continue // an origin there will say so
		}
		if err != nil {
			return fmt.Errorf("incident %s by your own ledgers: %w", i.ID, err)
		}
		q.opened = append(q.opened, s)
	}
	q.input.Ledgers = q.opened
	return q.openOthers(ctx, env, in)
}

// seedHeld starts the question at an incident's origins as the user's ledgers hold
// them. What the file supposes has no place in their order, and is left out.
func (q *question) seedHeld(ctx context.Context, i *incident.Incident, view incident.View) error {
	for _, seed := range i.Origins(view) {
		s := q.heldOn(seed.Chain)
		if s == nil {
			return &clew.InputError{Field: "held", Want: "a ledger of " + seed.Chain.Name() + ", where the origin " + seed.ID + " begins"}
		}
		for k, pos := range seed.Transfers {
			row, known := i.Row(seed.Chain, pos)
			t := row.Transfer
			if !known || t.Tx.IsZero() {
				return &clew.InputError{Field: "held", Value: seed.ID, Want: "an incident's file that names the transaction of each transfer of its origins; or leave --held out"}
			}
			at, err := heldAt(ctx, s, &t)
			if err != nil {
				return fmt.Errorf("origin %s: %w", seed.ID, err)
			}
			seed.Transfers[k] = at
		}
		q.input.Start.Origins = append(q.input.Start.Origins, seed)
	}
	q.leftOut = suppositionsOf(i)
	return nil
}

// heldAt returns where a ledger has a transfer that a file states.
func heldAt(ctx context.Context, s ledger.Snapshot, t *clew.Transfer) (clew.Pos, error) {
	held, err := s.Transaction(ctx, t.Tx)
	if err != nil {
		return clew.Pos{}, err
	}
	for i := range held {
		h := &held[i]
		same := func(a, b []clew.Leg) bool {
			return slices.EqualFunc(a, b, func(x, y clew.Leg) bool { return x.Address == y.Address && x.Amount == y.Amount })
		}
		if h.Asset == t.Asset && (s.Chain().IsBitcoin() || same(h.From, t.From) && same(h.To, t.To)) {
			return h.Pos, nil
		}
	}
	return clew.Pos{}, fmt.Errorf("transaction %s as the file states it: %w", t.Tx, clew.ErrNotFound)
}

// heldOn returns the ledger of a chain, or nil.
func (q *question) heldOn(chain clew.Chain) ledger.Snapshot {
	for _, s := range q.all() {
		if s.Chain() == chain {
			return s
		}
	}
	return nil
}

// all returns the ledgers of every chain that the question may come to.
func (q *question) all() []ledger.Snapshot { return slices.Concat(q.opened, q.others) }
