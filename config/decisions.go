package config

import (
	"path/filepath"
	"strconv"

	"clew"
)

// Decisions says where decisions about addresses are kept, and for how long.
type Decisions struct {
	Dir   string // "" where the environment names no place
	Years int    // that a decision is kept at least
}

// The variables that say so.
const (
	DecisionsVariable     = "CLEW_DECISIONS"
	DecisionYearsVariable = "CLEW_DECISION_YEARS"
)

// How long decisions are kept: what is meant if nothing is said, and the most
// that may be. The first is what 31 CFR 501.601 asks of records of transactions
// since 2025-03-21 (FR Doc 2025-04864).
const (
	decisionYears    = 10
	decisionYearsMax = 100
)

// decisions reads what the environment says of decisions.
func (env Environment) decisions() (Decisions, error) {
	d := Decisions{Dir: env.Getenv(DecisionsVariable), Years: decisionYears}
	if data := env.dataDir(); d.Dir == "" && data != "" {
		d.Dir = filepath.Join(data, "clew", "decisions")
	}
	text := env.Getenv(DecisionYearsVariable)
	if text == "" {
		return d, nil
	}
	years, err := strconv.Atoi(text)
	if err != nil || years < 1 || years > decisionYearsMax {
		return d, &clew.InputError{Field: DecisionYearsVariable, Value: text, Want: "a number of years, 1 to " + strconv.Itoa(decisionYearsMax)}
	}
	d.Years = years
	return d, nil
}
