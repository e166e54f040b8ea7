package eval

import (
	"context"

	"clew"
	"clew/internal/simchain"
)

// Synthetic measures every heuristic of clusters on worlds that a seed makes, each
// of so many transfers at least. It is told what is under way.
func Synthetic(ctx context.Context, seed uint64, transfers int, doing func(world string)) (*Table, error) {
	plan := simchain.Plan{Seed: seed, Transfers: transfers}
	t := &Table{Seed: seed, Transfers: transfers}
	doing(coinsWorld)
	if err := coins(ctx, plan, t); err != nil {
		return nil, err
	}
	for _, one := range []struct {
		name string
		make func(simchain.Plan) (*simchain.World, error)
	}{{evmWorld, simchain.EVM}, {tronWorld, simchain.Tron}} {
		doing(one.name)
		w, err := one.make(plan)
		if err == nil {
			err = accounts(ctx, one.name, w, t)
		}
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// WorldOf returns the synthetic world that is of a chain's kind; nothing for a
// chain of which there is none.
func WorldOf(chain clew.Chain) string {
	switch {
	case chain.IsBitcoin():
		return coinsWorld
	case chain.IsEVM():
		return evmWorld
	case chain.IsTron():
		return tronWorld
	}
	return ""
}
