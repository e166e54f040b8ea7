package trace

import (
	"context"
	"errors"
	"maps"
	"slices"

	"clew"
	"clew/ledger"
)

// hides reports whether a gap may hide what became of value in a pot: whether
// transfers of the pot's asset can be missing.
func hides(g *clew.Gap, id clew.Pot) bool {
	if !g.Address.IsZero() && g.Address != id.Address || !g.Asset.IsZero() && g.Asset != id.Asset {
		return false
	}
	switch g.Kind {
	case clew.GapHistory, clew.GapPartial, clew.GapSkipped, clew.GapHeight:
		return true
	case clew.GapTraces:
		return id.Asset.IsNative()
	case clew.GapTokens:
		return !id.Asset.IsNative()
	}
	return false
}

// within reports whether a gap is in a chain's window: one that is not tied to
// blocks is in every window.
func within(g *clew.Gap, chain clew.Chain, w clew.Window) bool {
	if g.Chain != "" && g.Chain != chain {
		return false
	}
	return g.Window.Empty() || g.Window.From < w.To && w.From < g.Window.To
}

// lacks says what the history of a pot from a height on to the last block held
// lacks; "" if nothing, so that what lies there is unspent.
func (v *view) lacks(id clew.Pot, height uint64) string {
	return Lacks(v.snapshot.Coverage(), id, v.window(height))
}

// Lacks says what of a pot's history in a window is not held, by a kind of gap; ""
// if nothing.
func Lacks(coverage *clew.Coverage, id clew.Pot, window clew.Window) string {
	if !coverage.Holds(id.Address, window) {
		return string(clew.GapHistory)
	}
	for i := range coverage.Gaps {
		if g := &coverage.Gaps[i]; within(g, id.Asset.Chain(), window) && hides(g, id) {
			return string(g.Kind)
		}
	}
	return ""
}

// coverageGaps returns what the ledger says is missing where the walk went:
// on the heights, at the addresses and of the assets that it walked. All
// else that is missing is in the coverage.
func (w *walk) coverageGaps(v *view) []clew.Gap {
	if window := w.walked(v); !window.Empty() {
		return w.gapsIn(v, window, w.assetsOn(v))
	}
	return nil
}

// gapsIn returns what a ledger says is missing in a window at the addresses
// that were met; of every asset if none are named.
func (w *walk) gapsIn(v *view, window clew.Window, assets map[clew.Asset]bool) []clew.Gap {
	var gaps []clew.Gap
	for _, g := range v.snapshot.Coverage().Gaps {
		if !within(&g, v.chain, window) || len(assets) > 0 && !g.Asset.IsZero() && !assets[g.Asset] {
			continue
		}
		if g.Address.IsZero() || w.verdicts[g.Address] != nil || g.Address == w.in.Start.Address {
			g.Chain = v.chain
			gaps = append(gaps, g)
		}
	}
	return gaps
}

// walked returns the heights of a chain that the walk looked at: from its
// first transfer there to the last block held or, backward, from the first
// block on to its last transfer. They are none where it did not come.
func (w *walk) walked(v *view) clew.Window {
	var window clew.Window
	for _, u := range w.uses {
		switch {
		case u.view != v:
		case w.backward:
			window.To = max(window.To, u.pos.Height+1)
		case window.Empty() || u.pos.Height < window.From:
			window = v.window(u.pos.Height)
		}
	}
	return window
}

// assetsOn returns the assets of a chain that marked value was of.
func (w *walk) assetsOn(v *view) map[clew.Asset]bool {
	assets := map[clew.Asset]bool{}
	for _, o := range w.origins {
		assets[o.Asset] = true
	}
	for id := range w.pots {
		assets[id.Asset] = true
	}
	for key := range w.places {
		assets[key.asset] = true
	}
	maps.DeleteFunc(assets, func(a clew.Asset, _ bool) bool { return a.Chain() != v.chain })
	return assets
}

// topUps adds up what the pots that value went on through must have held before the
// history at hand, by asset. Pots at which the walk ended decide nothing by it;
// backward, value that comes of it has a place of its own.
func (w *walk) topUps() []TopUp {
	if w.backward {
		return nil
	}
	sums := map[clew.Asset]*TopUp{}
	for id, p := range w.pots { // in any order
		opening := p.view.openings[id]
		if s := w.said[id]; s != nil {
			opening = opening.Plus(s.short)
		}
		if p.stop != "" || opening.IsZero() {
			continue
		}
		t := sums[id.Asset]
		if t == nil {
			t = &TopUp{Asset: id.Asset}
			sums[id.Asset] = t
		}
		t.Amount = w.plus(t.Amount, opening)
		t.Pots++
	}
	for key, p := range w.places {
		if t := sums[key.asset]; t != nil {
			t.Traced = w.plus(t.Traced, p.amount)
		}
	}
	var list []TopUp
	for _, asset := range slices.SortedFunc(maps.Keys(sums), compareAssets) {
		list = append(list, *sums[asset])
	}
	return list
}

// roleGaps returns the opening balances of addresses that an incident names
// and that marked value did not come to: they sent value of an origin's asset
// that nothing held brought them. Those that an origin was taken from are left
// out, for what they had is their own.
func (w *walk) roleGaps(ctx context.Context) ([]clew.Gap, error) {
	victims := map[clew.Address]bool{}
	assets := map[clew.Asset]bool{}
	for _, v := range w.views {
		for _, sp := range v.special {
			if len(sp.origins) > 0 {
				victims[sp.row.near], assets[sp.row.asset] = true, true
			}
		}
	}
	var gaps []clew.Gap
	for _, a := range slices.SortedFunc(maps.Keys(w.in.Roles), compareAddresses) {
		for _, asset := range slices.SortedFunc(maps.Keys(assets), compareAssets) {
			v, err := w.viewOf(a.Chain())
			id := clew.Pot{Address: a, Asset: asset}
			if err != nil || victims[a] || w.pots[id] != nil || asset.Chain() != a.Chain() {
				continue
			}
			opening, err := v.opening(ctx, id)
			if err != nil && !errors.Is(err, ledger.ErrOverflow) {
				return nil, err
			}
			if !opening.IsZero() {
				gaps = append(gaps, clew.Gap{Kind: clew.GapOpening, Chain: v.chain, Address: a, Asset: asset, Amount: opening,
					Note: "it sent more than is known to have come in, and marked value did not come to it by what is held"})
			}
		}
	}
	return gaps, nil
}
