package exposure

import (
	"fmt"
	"strconv"

	"clew"
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
	for _, f := range []struct {
		name            string
		value           *int
		preset, largest int
	}{
		{"hops", &l.Hops, preset.Hops, maxLimits.Hops},
		{"own", &l.Own, preset.Own, maxLimits.Own},
		{"rows", &l.Rows, preset.Rows, maxLimits.Rows},
		{"addresses", &l.Addresses, preset.Addresses, maxLimits.Addresses},
		{"degree", &l.Degree, preset.Degree, maxLimits.Degree},
		{"evidence", &l.Evidence, preset.Evidence, maxLimits.Evidence},
		{"links", &l.Links, preset.Links, maxLimits.Links},
	} {
		if *f.value < 0 || *f.value > f.largest {
			return l, &clew.InputError{Field: f.name, Value: strconv.Itoa(*f.value), Want: fmt.Sprintf("1 to %d", f.largest)}
		}
		if *f.value == 0 {
			*f.value = f.preset
		}
	}
	return l, nil
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
