package screen

import (
	"math/big"
	"strings"

	"clew"
	"clew/exposure"
	"clew/price"
	"clew/tag"
)

// A Kind says what a rule is about.
type Kind string

// The kinds.
const (
	Ownership    Kind = "ownership"    // what is claimed of the address itself
	Counterparty Kind = "counterparty" // whom it dealt with, at one hop
	Indirect     Kind = "indirect"     // whom its value met through addresses of which nothing is said
)

// A Severity is a word of the user's, which orders findings and decides nothing.
type Severity string

// The severities, and how grave each is.
const (
	NoSeverity Severity = ""
	Low        Severity = "low"
	Medium     Severity = "medium"
	High       Severity = "high"
	Severe     Severity = "severe"
)

var severities = []Severity{NoSeverity, Low, Medium, High, Severe}

// A When says how transfers stand to the designation of a listed party.
type When string

// The times. Neither says that a dealing was lawful.
const (
	Anytime When = ""
	Before  When = "before" // a transfer on a day on which the party was not designated yet
	After   When = "after"  // a transfer on a day on which it was
)

// A Rule is one reason to look at an address. What it matches is given by
// Concepts, Actors and Lists: one of each that is not empty. All that it matches
// on one side counts together against its bounds. Its outcome is always review:
// only an official list makes an address listed.
type Rule struct {
	ID       string         `json:"id"`
	Kind     Kind           `json:"kind"`
	Concepts []tag.Concept  `json:"concepts,omitempty"`
	Actors   []string       `json:"actors,omitempty"` // ids; parts of an actor, by any source's word, are met too
	Lists    []string       `json:"lists,omitempty"`  // names of official lists such as ofac-sdn; AnyList for all
	When     When           `json:"designation,omitempty"`
	Side     exposure.Side  `json:"side,omitempty"`  // empty: each
	Share    *Fraction      `json:"share,omitempty"` // least share of one asset on the side
	USD      *price.Decimal `json:"usd,omitempty"`   // least worth of all assets
	Asset    clew.Asset     `json:"asset,omitzero"`  // the only asset that counts
	Amount   clew.Amount    `json:"amount,omitzero"` // least amount of it, in smallest units
	Hops     int            `json:"hops,omitempty"`  // most, of an indirect rule
	Severity Severity       `json:"severity,omitempty"`
	Reason   string         `json:"reason"`
	Line     int            `json:"line"` // of its file
}

// AnyList stands for all official lists.
const AnyList = "any"

// HopsMax is the most hops that a rule may look at.
const HopsMax = 5

// Rules are a set of rules, as one file has it. They never change, and may be
// used from several goroutines.
type Rules struct {
	Title       string `json:"title"`
	Version     string `json:"version"` // the author's
	Creator     string `json:"creator,omitempty"`
	Description string `json:"description,omitempty"`
	SHA256      string `json:"sha256"` // of the file's bytes
	List        []Rule `json:"rules"`
	Cases       []Case `json:"-"`
}

// Hops returns how far the rules look, at least 1.
func (rs *Rules) Hops() int {
	most := 1
	for i := range rs.List {
		most = max(most, rs.List[i].Hops)
	}
	return most
}

// NeedsPrices reports whether a rule has a bound in US dollars.
func (rs *Rules) NeedsPrices() bool {
	for i := range rs.List {
		if rs.List[i].USD != nil {
			return true
		}
	}
	return false
}

// rank returns the place of a severity among all.
func (s Severity) rank() int {
	for i, one := range severities {
		if one == s {
			return i
		}
	}
	return -1
}

// A Fraction is an exact share, more than 0 and at most 1.
type Fraction struct{ Num, Den uint64 }

// UnmarshalText reads 1/10, 10% or 0.5 %.
func (f *Fraction) UnmarshalText(text []byte) error {
	bad := &clew.InputError{Field: "share", Value: string(text), Want: "a fraction such as 1/10, or a percentage such as 10% or 0.5%, more than 0 and at most 1"}
	s := strings.TrimSpace(string(text))
	num, den, ok := strings.Cut(s, "/")
	if percent, found := strings.CutSuffix(s, "%"); found {
		whole, part, _ := strings.Cut(strings.TrimSpace(percent), ".")
		num, den, ok = whole+part, "100"+strings.Repeat("0", len(part)), true
	}
	n, fits := digits(num)
	d, fitsToo := digits(den)
	if !ok || !fits || !fitsToo || n == 0 || n > d {
		return bad
	}
	*f = Fraction{n, d}
	return nil
}

// digits reads a number of at most fifteen digits.
func digits(s string) (n uint64, ok bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

// MarshalText writes the fraction.
func (f Fraction) MarshalText() ([]byte, error) {
	return []byte(clew.Units(f.Num).String() + "/" + clew.Units(f.Den).String()), nil
}

// Cmp returns -1, 0 or 1 as f is less than, equal to or greater than g.
func (f Fraction) Cmp(g Fraction) int {
	product := func(a, b uint64) *big.Int {
		return new(big.Int).Mul(new(big.Int).SetUint64(a), new(big.Int).SetUint64(b))
	}
	return product(f.Num, g.Den).Cmp(product(g.Num, f.Den))
}
