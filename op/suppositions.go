package op

import (
	"fmt"
	"strings"

	"clew"
	"clew/incident"
	"clew/report"
)

// mostLeftOut is how many suppositions are named that an answer leaves out.
const mostLeftOut = 12

// suppositionsOf names what an incident's file supposes, which a walk over the user's
// ledgers leaves out; "" where it supposes nothing.
func suppositionsOf(i *incident.Incident) string {
	a, units := i.Assumptions(), unitsOf(i)
	var list []string
	for k := range a.Transfers {
		t := &a.Transfers[k].Transfer
		list = append(list, fmt.Sprintf("%s from %s to %s, by %s", units.Amount(t.Asset, t.Amount()), legWords(t.From), legWords(t.To), a.Transfers[k].By))
	}
	for k := range a.Conversions {
		c := &a.Conversions[k]
		list = append(list, fmt.Sprintf("conversion %s (%s), by %s", c.ID, c.Kind, c.By))
	}
	if len(list) == 0 {
		return ""
	}
	shown := list[:min(len(list), mostLeftOut)]
	for k := range shown {
		shown[k] = report.Clean(shown[k])
	}
	words := fmt.Sprintf("Left out with --held, for they have no place in the order of your ledgers: %d supposed transfers and conversions of the incident's file: %s", len(list), strings.Join(shown, "; "))
	if n := len(list) - len(shown); n > 0 {
		words += fmt.Sprintf("; and %d more, which a trace without --held shows", n)
	}
	return words + "."
}

// legWords names who is at one side of a transfer.
func legWords(legs []clew.Leg) string {
	switch {
	case len(legs) == 0 || legs[0].Address.IsZero():
		return "nobody that is named"
	case len(legs) > 1:
		return fmt.Sprintf("%s and %d more", legs[0].Address.Text(), len(legs)-1)
	}
	return legs[0].Address.Text()
}
