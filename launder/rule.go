package launder

import (
	"fmt"
	"slices"
	"strings"

	"clew"
)

// A Rule says what is to be known of a typology wherever a finding of it is
// shown, and makes its recogniser.
type Rule struct {
	ID         string   `json:"id"` // such as "fan-out"
	Name       string   `json:"name"`
	Version    string   `json:"version"` // of the rule
	Assumption string   `json:"assumption"`
	Failure    string   `json:"failure"` // how it is known to err
	Source     string   `json:"source"`
	RedFlags   []string `json:"redFlags"` // of FATF's report of September 2020: its section, and what it says there in short
	Measured   string   `json:"measured"` // its error, and how often addresses taken at random are named

	make func(*Stream) (Recogniser, error) // by the usual bounds
}

// Rules returns every rule of which a recogniser reads a ledger in one pass, in
// the order in which findings of one transfer are told.
func Rules() []Rule {
	list := slices.Concat(peelRules(), shapeRules(), paceRules())
	for i := range list {
		list[i].Measured = measuredRules[list[i].ID]
	}
	return list
}

// RulesNamed returns the rules of the given identifiers, in the order of
// [Rules]; of none, all.
func RulesNamed(ids ...string) ([]Rule, error) {
	all := Rules()
	if len(ids) == 0 {
		return all, nil
	}
	var names []string
	for i := range all {
		names = append(names, all[i].ID)
	}
	for _, id := range ids {
		if !slices.Contains(names, id) {
			want := "one of " + strings.Join(names, ", ")
			if near := clew.Nearest(id, names); near != "" {
				want += "; did you mean " + near + "?"
			}
			return nil, &clew.InputError{Field: "rule", Value: id, Want: want}
		}
	}
	return slices.DeleteFunc(all, func(r Rule) bool { return !slices.Contains(ids, r.ID) }), nil
}

// A bound is a parameter of a question, and whether it means anything.
type bound struct {
	field  string
	value  any
	ok     bool
	wanted string
}

// overHalf is the bound of a part that is most of something.
func overHalf(part uint64) bound {
	return bound{"part", part, part > 500 && part <= 1000, "501 to 1000 of a thousand"}
}

// checkBounds refuses the first bound that means nothing.
func checkBounds(list ...bound) error {
	for _, b := range list {
		if !b.ok {
			return &clew.InputError{Field: b.field, Value: fmt.Sprint(b.value), Want: b.wanted}
		}
	}
	return nil
}
