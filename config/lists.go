package config

import (
	"path/filepath"
	"strconv"
	"strings"

	"clew"
)

// Lists says where official lists are kept, where they are had from, and how old
// one may be.
type Lists struct {
	Dir     string   // of the editions that are kept; "" where the environment names no place
	Sources []string // as for clew lists update
	Age     int      // in days; beyond it nothing found is unknown
}

// The variables that say so.
const (
	ListsVariable       = "CLEW_LISTS"
	ListSourcesVariable = "CLEW_LIST_SOURCES"
	ListAgeVariable     = "CLEW_LIST_AGE"
)

// The age of lists: what is meant if nothing is said, and the most that may be.
// The first is a convention: lists change several times a month.
const (
	listAge    = 30
	listAgeMax = 3660
)

// lists reads what the environment says of lists.
func (env Environment) lists() (Lists, error) {
	l := Lists{Dir: env.Getenv(ListsVariable), Sources: strings.Fields(env.Getenv(ListSourcesVariable)), Age: listAge}
	if data := env.dataDir(); l.Dir == "" && data != "" {
		l.Dir = filepath.Join(data, "clew", "lists")
	}
	text := env.Getenv(ListAgeVariable)
	if text == "" {
		return l, nil
	}
	days, err := strconv.Atoi(text)
	if err != nil || days < 0 || days > listAgeMax {
		return l, &clew.InputError{Field: ListAgeVariable, Value: text, Want: "a number of days, 0 to " + strconv.Itoa(listAgeMax)}
	}
	l.Age = days
	return l, nil
}
