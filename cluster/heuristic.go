package cluster

import "slices"

// A Sign is why two addresses are held to be under one control: the ID of a
// [Heuristic].
type Sign string

// A Heuristic is a rule by which common control is inferred, and what is to be
// known of it wherever something rests on it.
type Heuristic struct {
	ID         string `json:"id"`         // in kebab-case; the [Sign] of its links
	Name       string `json:"name"`       // in words
	Assumption string `json:"assumption"` // what it takes for granted
	Failure    string `json:"failure"`    // how it is known to err
	Source     string `json:"source"`     // who published it

	// Lead says that the rule joins victims with thieves, or strangers, too
	// often to merge anything, alone or with others.
	Lead bool `json:"lead,omitempty"`

	// Evidence names what the rule looks at, if it merges nothing alone. Two
	// rules that look at the same err together, and count as one.
	Evidence Evidence `json:"evidence,omitempty"`

	Measured string `json:"measured,omitempty"` // its error, and where that was measured; empty if nobody did
}

// Evidence is what a heuristic looks at.
type Evidence string

// The evidence of heuristics that merge nothing alone.
const (
	OfScripts Evidence = "kinds of scripts"
	OfAmounts Evidence = "amounts"
	OfHistory Evidence = "earlier and later transactions" // of the outputs' addresses
	OfInputs  Evidence = "addresses of inputs"
	OfFees    Evidence = "who pays fees"
)

// Heuristics returns every rule that this package knows, in the order in which
// they are shown.
func Heuristics() []Heuristic {
	return []Heuristic{
		commonInput,
		changeReuse, changeScriptType, changeRoundAmount, changeOptimal, changeFreshAddress, changeClient, changePeel,
		depositReuse, depositGas, sameKey,
		gasFunder, selfAuthorisation, energySponsor, activation, permissionChange,
	}
}

// HeuristicOf returns the rule of a sign, and whether there is one.
func HeuristicOf(s Sign) (Heuristic, bool) {
	all := Heuristics()
	i := slices.IndexFunc(all, func(h Heuristic) bool { return h.ID == string(s) })
	if i < 0 {
		return Heuristic{}, false
	}
	return all[i], true
}

// Merges reports whether signs that name the same two addresses in one
// transaction are enough to make one cluster of them: one that needs no other,
// or two that look at different evidence. Fewer are a lead.
func Merges(signs []Sign) bool {
	var met Evidence
	for _, s := range signs {
		h, known := HeuristicOf(s)
		switch {
		case !known || h.Lead:
			continue
		case h.Evidence == "" || met != "" && h.Evidence != met:
			return true
		}
		met = h.Evidence
	}
	return false
}
