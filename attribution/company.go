package attribution

import (
	"context"
	"slices"

	"clew"
	"clew/ledger"
)

// company finds out how much others paid the addresses, and how many they were.
// One with more rows than a user has is one that many use.
func (b *maker) company(ctx context.Context) error {
	for _, a := range b.order {
		x, s := b.at[a], b.ledgerOf(a)
		if s == nil || x.Did == Served {
			continue
		}
		if wide, err := b.wide(ctx, s, a); err != nil {
			return err
		} else if wide {
			x.Did = Served
			continue
		}
		for asset, n := range x.assets {
			if best := x.assets[x.Asset]; n > best || n == best && asset.String() < x.Asset.String() {
				x.Asset = asset
			}
		}
		x.Ours = x.ours[x.Asset]
		if err := b.payers(ctx, s, x); err != nil {
			return err
		}
	}
	return nil
}

// wide reports whether an address has more transfers than one user's.
func (b *maker) wide(ctx context.Context, s ledger.Snapshot, a clew.Address) (bool, error) {
	for _, side := range []ledger.Side{ledger.In, ledger.Out} {
		n, err := s.Count(ctx, a, side)
		if err != nil || n <= b.Degree {
			if err != nil {
				return false, err
			}
			continue
		}
		if !b.Until.Known() {
			return true, nil
		}
		rows, _, err := s.Rows(ctx, ledger.Query{Address: a, Side: side, Limit: int(b.Degree) + 1}, nil)
		if err != nil || uint64(len(rows)) > b.Degree && !b.late(rows[b.Degree].Time) {
			return true, err
		}
	}
	return false, nil
}

// payers adds up what came to an address of its asset, and counts who paid it and
// had no part in the theft, in all and before the theft's value came. Before it, those
// count who paid a hundredth of what came of the theft, or more: anybody can send dust.
func (b *maker) payers(ctx context.Context, s ledger.Snapshot, x *met) error {
	a := x.Address.Address
	rows, _, err := s.Rows(ctx, ledger.Query{Address: a, Side: ledger.In, Asset: x.Asset, Limit: mostRows}, nil)
	if err != nil {
		return err
	}
	others, before := map[clew.Address]bool{}, map[clew.Address]clew.Amount{}
	for i := range rows {
		r := &rows[i]
		if b.late(r.Time) || !r.Counts(a) {
			continue
		}
		from, err := payersOf(ctx, s, r)
		if err != nil {
			return err
		}
		if slices.Contains(from, a) {
			continue // change
		}
		x.Came = plus(x.Came, r.Amount)
		if len(from) == 0 || slices.ContainsFunc(from, func(p clew.Address) bool { return b.at[p] != nil || b.victim[p] }) {
			continue
		}
		others[from[0]] = true
		if r.Time.Known() && r.Time < x.First {
			before[from[0]] = plus(before[from[0]], r.Amount)
		}
	}
	for _, amount := range before {
		if hundredfold, ok := amount.MulDiv(clew.Units(100), clew.Units(1)); !ok || !hundredfold.Less(x.Ours) {
			x.Before++
		}
	}
	x.Payers, x.Before = min(len(others), MaxPayers), min(x.Before, MaxPayers)
	return nil
}

// payersOf returns who paid a row: of a transaction of several inputs all of them,
// as far as they are known.
func payersOf(ctx context.Context, s ledger.Snapshot, r *ledger.Row) (from []clew.Address, err error) {
	if !r.Many {
		if r.Peer.IsZero() {
			return nil, nil
		}
		return []clew.Address{r.Peer}, nil
	}
	t, err := s.Transfer(ctx, r.Pos)
	for i := range t.From {
		if a := t.From[i].Address; !a.IsZero() {
			from = append(from, a)
		}
	}
	return from, err
}
