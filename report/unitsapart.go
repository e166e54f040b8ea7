package report

import (
	"clew"
)

// apart returns units by which assets of one symbol are told from each other: by their
// chains, and on one chain by their contracts. Nothing is said of assets whose symbols
// nobody shares.
func (u Units) apart(assets map[clew.Asset]bool) Units {
	bySymbol := map[string][]clew.Asset{}
	for a := range assets {
		if !a.IsZero() {
			bySymbol[u.Of(a).Symbol] = append(bySymbol[u.Of(a).Symbol], a)
		}
	}
	told := Units{}
	for a, unit := range u {
		told[a] = unit
	}
	for symbol, list := range bySymbol {
		for _, a := range list {
			unit := u.Of(a)
			for _, other := range list {
				switch {
				case other == a:
				case other.Chain() != a.Chain():
					unit.chain = " on " + a.Chain().Name()
				case !a.Contract().IsZero() && u.Knows(a):
					unit.contract = " of " + shortAsset(a)
				}
			}
			if unit.Symbol = symbol + unit.contract + unit.chain; unit.Symbol != symbol {
				told[a] = unit
			}
		}
	}
	return told
}

// apart returns the trace with its assets told from each other.
func (t *Trace) apart() *Trace {
	shown := *t
	shown.Units = t.Units.apart(t.everyAsset())
	return &shown
}

// everyAsset returns the assets that an answer may name.
func (t *Trace) everyAsset() map[clew.Asset]bool {
	assets, r := map[clew.Asset]bool{}, t.Result
	for i := range r.Origins {
		assets[r.Origins[i].Asset] = true
	}
	for i := range r.Uses {
		assets[r.Uses[i].Transfer.Asset] = true
	}
	for i := range r.Places {
		assets[r.Places[i].Asset] = true
	}
	for i := range r.Conversions {
		assets[r.Conversions[i].InAsset], assets[r.Conversions[i].OutAsset] = true, true
	}
	for i := range r.Hypotheses {
		assets[r.Hypotheses[i].InAsset], assets[r.Hypotheses[i].OutAsset] = true, true
	}
	return assets
}
