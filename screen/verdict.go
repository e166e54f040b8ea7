package screen

import (
	"fmt"
	"slices"

	"clew"
	"clew/exposure"
)

// Weigh returns what lists, rules and gaps come to. A list alone makes listed;
// a finding makes review; what is not known makes unknown of what would be
// nothing found, and takes no finding away.
func Weigh(lists Verdict, fired []Fired, gaps []string) Verdict {
	switch {
	case lists == Listed || lists == Review:
		return lists
	case slices.ContainsFunc(fired, func(f Fired) bool { return f.Verdict == Review }):
		return Review
	case lists == Unknown || len(gaps) > 0 || len(fired) > 0:
		return Unknown
	}
	return Nothing
}

// dataGaps are the gaps that may hide a dealing. Others leave amounts or fees
// unsure, or nothing but a price.
var dataGaps = []clew.GapKind{clew.GapHistory, clew.GapStatus, clew.GapTraces, clew.GapTokens, clew.GapSkipped, clew.GapOpening, clew.GapPartial, clew.GapOverflow}

// missing are the reasons of a residual that may hide a dealing.
var missing = []exposure.Reason{exposure.NotRead, exposure.NotHeld, exposure.Opening}

// GapsOf says why an exposure without findings is not nothing found: limits that
// were hit, among them an address too busy to be read, and data that is missing.
func GapsOf(a *exposure.Answer) []string {
	var gaps []string
	add := func(text string) {
		if !slices.Contains(gaps, text) {
			gaps = append(gaps, text)
		}
	}
	if a.Partial {
		add("interrupted before all was looked into")
	}
	for _, l := range a.Limits {
		add(fmt.Sprintf("limit hit: %s %s", l.Limit, l.Value))
	}
	for i := range a.Sides {
		for _, r := range a.Sides[i].Residual {
			if slices.Contains(missing, r.Reason) && !r.Amount.IsZero() {
				add(fmt.Sprintf("%s value: %s", a.Sides[i].Side, r.Reason))
			}
		}
	}
	for _, g := range a.Gaps {
		if slices.Contains(dataGaps, g.Kind) {
			add(string(g.Kind))
		}
	}
	return gaps
}
