package trace

import (
	"context"
	"fmt"

	"clew"
	"clew/ledger"
)

// fromSeeds starts with prepared origins.
func (w *walk) fromSeeds(ctx context.Context) ([]beginning, error) {
	var begins []beginning
	ids := map[string]bool{"": true}
	for _, seed := range w.in.Start.Origins {
		v, err := w.viewOf(seed.Chain)
		if err != nil {
			return nil, err
		}
		b := beginning{origin: Origin{ID: seed.ID, Name: seed.Name, Basis: seed.Basis}, view: v}
		if b.origin.Basis == "" {
			b.origin.Basis = clew.Fact
		}
		seen := map[clew.Pos]bool{}
		for _, pos := range seed.Transfers {
			if seen[pos] {
				return nil, &clew.InputError{Field: "origin", Value: seed.ID, Want: "each transfer once; " + pos.String() + " is there twice"}
			}
			seen[pos] = true
			if err := w.seedAt(ctx, &b, pos, seed.To); err != nil {
				return nil, err
			}
		}
		if err := checkSeed(&b, ids[seed.ID]); err != nil {
			return nil, err
		}
		ids[seed.ID] = true
		begins = append(begins, b)
	}
	return begins, nil
}

// seedAt makes a prepared origin begin with a transfer.
func (w *walk) seedAt(ctx context.Context, b *beginning, pos clew.Pos, to clew.Address) error {
	if !b.view.chain.IsBitcoin() {
		r, err := w.transferAt(ctx, b.view, pos)
		b.rows, b.origin.Asset = append(b.rows, r), r.asset
		return err
	}
	t, err := b.view.reader.Transfer(ctx, pos)
	if err != nil {
		return fmt.Errorf("origin: %w", err)
	}
	for _, s := range w.legsOf(&t) {
		if to.IsZero() || s.to == to {
			b.outputs = append(b.outputs, s)
		}
	}
	b.origin.Asset = t.Asset
	return nil
}

// fromOutputs starts with a Bitcoin transaction.
func (w *walk) fromOutputs(ctx context.Context, v *view) ([]beginning, error) {
	var t clew.Transfer
	var err error
	if w.in.Start.Transfer != nil {
		t, err = v.reader.Transfer(ctx, *w.in.Start.Transfer)
	} else {
		var found []clew.Transfer
		if found, err = v.reader.Transaction(ctx, w.in.Start.Tx); err == nil {
			t = found[0]
		}
	}
	if err != nil {
		return nil, fmt.Errorf("origin: %w", err)
	}
	w.work.Rows++
	b := beginning{view: v, outputs: w.legsOf(&t), origin: Origin{Name: "transaction " + t.Tx.String(), Asset: t.Asset, Basis: clew.Fact}}
	b.origin.ID = originIDs{}.of(t.Asset)
	return []beginning{b}, nil
}

// fromLegs starts with the legs that an address has in transactions.
func fromLegs(v *view, side ledger.Side, page []ledger.Row, name string) ([]beginning, error) {
	if len(page) == 0 {
		return nil, fmt.Errorf("%s: no transaction: %w", name, clew.ErrNotFound)
	}
	b := beginning{view: v, origin: Origin{Name: name, Asset: page[0].Asset, Basis: clew.Fact}}
	b.origin.ID = originIDs{}.of(page[0].Asset)
	for _, r := range page {
		b.outputs = append(b.outputs, outputSeed{pos: r.Pos, side: side, leg: int(r.Leg), amount: r.Amount, time: r.Time})
	}
	return []beginning{b}, nil
}

// checkSeed reports an origin whose id is taken, or none, or whose
// transfers do not belong together.
func checkSeed(b *beginning, taken bool) error {
	id := b.origin.ID
	switch {
	case taken:
		return &clew.InputError{Field: "origin", Value: id, Want: "an identifier of its own"}
	case len(b.rows)+len(b.outputs) == 0:
		return &clew.InputError{Field: "origin", Value: id, Want: "at least one transfer"}
	case len(b.rows) > 0 && !oneAsset(b.rows):
		return &clew.InputError{Field: "origin", Value: id, Want: "transfers of one asset"}
	}
	return nil
}
