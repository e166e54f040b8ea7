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
func AddCoverage(c *clew.Coverage, adds *clew.Coverage) {
	for _, w := range adds.Whole {
		c.AddWhole(w)
	}
	for _, h := range adds.Held {
		c.Held = addHolding(c.Held, h)
	}
	for _, g := range adds.Gaps {
		if !slices.Contains(c.Gaps, g) {
			c.Gaps = append(c.Gaps, g)
		}
	}
}

func addHolding(held []clew.Holding, h clew.Holding) []clew.Holding {
	if h.Window.Empty() {
		return held
	}
	rest := held[:0:0]
	for _, have := range held {
		same := have.Address == h.Address && have.Source == h.Source
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
