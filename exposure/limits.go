package exposure

import (
	"strconv"

	"clew/trace"
)

// Limits bounds a question. No value means "unlimited". What lies beyond a
// limit is booked as not read, never as nothing.
type Limits struct {
	Hops      int `json:"hops"`      // most transfers from the subject to an address that somebody names
	Own       int `json:"own"`       // rows of the subject that are read on each side: the newest
	Rows      int `json:"rows"`      // rows of others that are read for each side, by all of them together
	Addresses int `json:"addresses"` // others that are read for each side; on Bitcoin and its kin, transactions
	Degree    int `json:"degree"`    // rows on one side beyond which an unattributed address is not read
	Evidence  int `json:"evidence"`  // transfers listed for each row of an answer
	Links     int `json:"links"`     // payees that the Linker is asked about
}

// DefaultLimits are those of a question that names none: two hops, answered
// within milliseconds on any ledger that is in memory.
func DefaultLimits() Limits {
	return Limits{Hops: 2, Own: 3072, Rows: 15_000, Addresses: 300, Degree: 1000, Evidence: 5, Links: 1000}
}

// maxLimits bounds the limits.
var maxLimits = Limits{Hops: 100, Own: 1 << 20, Rows: 100_000_000, Addresses: 10_000_000, Degree: 1_000_000_000, Evidence: 1000, Links: 10_000_000}

// withDefaults fills zero fields, and reports one out of range.
func (l Limits) withDefaults() (Limits, error) {
	preset := DefaultLimits()
	err := trace.FillBounds([]trace.Bound{
		{Name: "hops", Value: &l.Hops, Preset: preset.Hops, Largest: maxLimits.Hops},
		{Name: "own", Value: &l.Own, Preset: preset.Own, Largest: maxLimits.Own},
		{Name: "rows", Value: &l.Rows, Preset: preset.Rows, Largest: maxLimits.Rows},
		{Name: "addresses", Value: &l.Addresses, Preset: preset.Addresses, Largest: maxLimits.Addresses},
		{Name: "degree", Value: &l.Degree, Preset: preset.Degree, Largest: maxLimits.Degree},
		{Name: "evidence", Value: &l.Evidence, Preset: preset.Evidence, Largest: maxLimits.Evidence},
		{Name: "links", Value: &l.Links, Preset: preset.Links, Largest: maxLimits.Links},
	})
	return l, err
}

// interrupted is the limit that a context is.
const interrupted = "interrupted"

// value returns a limit's value by its name in JSON, for readers.
func (l Limits) value(name string) string {
	switch name {
	case "own":
		return strconv.Itoa(l.Own)
	case "rows":
		return strconv.Itoa(l.Rows)
	case "addresses":
		return strconv.Itoa(l.Addresses)
	case "degree":
		return strconv.Itoa(l.Degree)
	case "links":
		return strconv.Itoa(l.Links)
	}
	return ""
}
