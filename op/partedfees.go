package op

import (
	"context"
	"fmt"

	"clew"
	"clew/explorer"
	"clew/ledger"
)

// A feeGuard refuses what would hold fees twice: of an address whose fees
// explorers gave, each as one sum, a whole block gives the parts.
type feeGuard struct {
	ledger.Load
	inOne map[clew.Address][]clew.Window
}

// guardFees returns a load of blocks that refuses such fees, before anything of it
// is held.
func guardFees(ctx context.Context, keeper Keeper, load ledger.Load) (ledger.Load, error) {
	s, err := keeper.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	inOne := explorer.FeesHeldInOne(s.Coverage())
	if err := s.Close(); err != nil || len(inOne) == 0 {
		return load, err
	}
	return &feeGuard{load, inOne}, nil
}

// Add takes transfers, all or none.
func (g *feeGuard) Add(transfers ...clew.Transfer) error {
	for i := range transfers {
		t := &transfers[i]
		if t.Pos.Class != clew.Fee || len(t.From) == 0 {
			continue
		}
		payer := t.From[0].Address
		for _, w := range g.inOne[payer] {
			if w.Has(t.Pos.Height) {
				return &clew.InputError{Field: "ledger", Want: fmt.Sprintf("one of its own for whole blocks, by --ledger DIR: this one holds the fees of %s in the blocks %s as explorers give them, each as one sum, and block %d parts them; both would count", payer.Text(), w, t.Pos.Height)}
			}
		}
	}
	return g.Load.Add(transfers...)
}
