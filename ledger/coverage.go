package ledger

import (
	"slices"

	"clew"
)

// CloneCoverage returns a copy of c that shares nothing with it.
func CloneCoverage(c *clew.Coverage) *clew.Coverage {
	return &clew.Coverage{Chain: c.Chain, Whole: slices.Clone(c.Whole), Held: slices.Clone(c.Held), Gaps: slices.Clone(c.Gaps)}
}

// AddCoverage adds to c what a load adds. Saying a thing twice adds nothing;
// what one source holds of one address grows where the windows touch.
//
// What one of the two lacks of blocks and the other holds is lacking no more:
// of transactions without logs, and the logs of the same blocks, no tokens are
// missing.
func AddCoverage(c *clew.Coverage, adds *clew.Coverage) {
	gaps := lacking(c.Gaps, adds)
	for _, g := range lacking(adds.Gaps, c) {
		gaps = addGap(gaps, g)
	}
	c.Gaps = gaps
	for _, w := range adds.Whole {
		c.AddWhole(w)
	}
	for _, h := range adds.Held {
		c.Held = addHolding(c.Held, h)
	}
}

// addGap adds a gap, unless it is there. One of which nothing is counted grows
// where the windows touch, so that who adds block after block leaves one gap.
func addGap(gaps []clew.Gap, g clew.Gap) []clew.Gap {
	if slices.Contains(gaps, g) {
		return gaps
	}
	if g.Count > 0 || !g.Amount.IsZero() || g.Window.Empty() {
		return append(gaps, g)
	}
	rest := gaps[:0:0]
	for _, have := range gaps {
		if w, ok := grown(have, g); ok {
			g.Window = w
			continue
		}
		rest = append(rest, have)
	}
	return append(rest, g)
}

// grown returns the window of two gaps that differ in theirs alone, if these
// touch.
func grown(a, b clew.Gap) (clew.Window, bool) {
	v, w := a.Window, b.Window
	a.Window = w
	if a != b || v.Empty() || v.From > w.To || w.From > v.To {
		return clew.Window{}, false
	}
	return clew.Window{From: min(v.From, w.From), To: max(v.To, w.To)}, true
}

// lacking returns what is left of gaps beside what other holds. A gap that is
// not tied to blocks stays as it is; so does one that says how something was read
// rather than that it is missing: non-fungible tokens that one load holds as others
// are still so when another has them right. That fees of one address are held
// otherwise is such a one too.
func lacking(gaps []clew.Gap, other *clew.Coverage) []clew.Gap {
	var left []clew.Gap
	for _, g := range gaps {
		if !isAbsence(g.Kind) || g.Window.Empty() || !g.Address.IsZero() && g.Kind == clew.GapFees {
			left = append(left, g)
			continue
		}
		for _, w := range Without(g.Window, Fills(other, &g)) {
			g.Window = w
			left = append(left, g)
		}
	}
	return left
}

func isAbsence(kind clew.GapKind) bool {
	switch kind {
	case clew.GapHistory, clew.GapTraces, clew.GapFees, clew.GapTokens, clew.GapPartial, clew.GapSkipped:
		return true
	}
	return false
}

// Fills returns the windows, in order, in which c holds what a gap says is missing:
// whole, or of the gap's address.
func Fills(c *clew.Coverage, g *clew.Gap) []clew.Window {
	all := clew.Coverage{Whole: slices.Clone(c.Whole)}
	for _, h := range c.Held {
		if !g.Address.IsZero() && h.Address == g.Address {
			all.AddWhole(h.Window)
		}
	}
	held := all.Whole
	for i := range c.Gaps {
		other := &c.Gaps[i]
		kind := other.Kind == g.Kind || other.Kind == clew.GapHistory || other.Kind == clew.GapPartial || other.Kind == clew.GapSkipped
		if whose := other.Address.IsZero() || other.Address == g.Address; !kind || !whose || !sameAssets(other, g) {
			continue
		}
		if other.Window.Empty() {
			return nil // somewhere
		}
		var rest []clew.Window
		for _, w := range held {
			rest = append(rest, Without(w, []clew.Window{other.Window})...)
		}
		held = rest
	}
	return held
}

// sameAssets reports whether two gaps may be of one asset.
func sameAssets(a, b *clew.Gap) bool {
	if !a.Asset.IsZero() && !b.Asset.IsZero() {
		return a.Asset == b.Asset
	}
	nativeA, tokensA := ofAssets(a)
	nativeB, tokensB := ofAssets(b)
	return nativeA && nativeB || tokensA && tokensB
}

// ofAssets reports whether a gap may be of the native coin, and of tokens.
func ofAssets(g *clew.Gap) (native, tokens bool) {
	switch {
	case !g.Asset.IsZero():
		return g.Asset.IsNative(), !g.Asset.IsNative()
	case g.Kind == clew.GapTraces || g.Kind == clew.GapFees:
		return true, false
	case g.Kind == clew.GapTokens || g.Kind == clew.GapItems:
		return false, true
	}
	return true, true
}

// Without returns what is left of w beside windows in order.
func Without(w clew.Window, taken []clew.Window) []clew.Window {
	var left []clew.Window
	for _, t := range taken {
		if t.To <= w.From || w.To <= t.From {
			continue
		}
		if before := (clew.Window{From: w.From, To: t.From}); !before.Empty() {
			left = append(left, before)
		}
		w.From = t.To
	}
	if !w.Empty() {
		left = append(left, w)
	}
	return left
}

func addHolding(held []clew.Holding, h clew.Holding) []clew.Holding {
	if h.Window.Empty() {
		return held
	}
	rest := held[:0:0]
	for _, have := range held {
		same := have.Address == h.Address && have.Tx == h.Tx && have.Source == h.Source
		if same && have.Window.From <= h.Window.To && h.Window.From <= have.Window.To {
			h.Window = clew.Window{From: min(h.Window.From, have.Window.From), To: max(h.Window.To, have.Window.To)}
			continue
		}
		rest = append(rest, have)
	}
	return append(rest, h)
}

// EndOf returns the height after the last that c holds anything of, whole or
// on demand; 0 if it holds nothing.
func EndOf(c *clew.Coverage) uint64 {
	var end uint64
	if n := len(c.Whole); n > 0 {
		end = c.Whole[n-1].To
	}
	for _, h := range c.Held {
		end = max(end, h.Window.To)
	}
	return end
}
