package eval

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"

	"clew"
)

// A Row is a line of the one table that holds all that is measured. What is not
// known, or has no sense in a section, is nil, and an empty cell: never 0.
type Row struct {
	Section string `json:"section"` // whose it is, such as "swap"
	Data    string `json:"data"`    // measured on; what is made begins with "synthetic "
	What    string `json:"what"`    // the recogniser and its kind, or the case
	Policy  string `json:"policy"`  // of a case: the policy, ranker or budget; empty for a recogniser

	Cases *uint64 `json:"cases"` // what was looked at
	True  *uint64 `json:"true"`  // of these: where there is something right to be named
	Named *uint64 `json:"named"` // where something was named
	Right *uint64 `json:"right"` // and rightly: of what is true as many were found
	Base  *Share  `json:"base"`  // of those who could be named and are not what is looked for, how many are

	Case *CaseRow `json:"case"` // of a case that was followed; nil for a recogniser
	Note string   `json:"note"` // why something is not measured, or what it rests on
}

// A Share is a part of a whole.
type Share struct {
	Part  uint64 `json:"part"`
	Whole uint64 `json:"whole"`
}

// A CaseRow says how much of a case was seen by following it. Shares are of a
// thousand, rounded down; those that nobody knows are nil.
type CaseRow struct {
	Covered   *uint64 `json:"covered"`   // of the value of true edges: of those that were found
	Ceiling   *uint64 `json:"ceiling"`   // the most that a walk in the order of time can cover
	Addresses *uint64 `json:"addresses"` // of what true edges brought to true addresses: to those that were found
	Precise   *uint64 `json:"precise"`   // of the addresses that were found: true ones
	Terminals *uint64 `json:"terminals"` // of what lies at the true ends: what was found there
	Size      uint64  `json:"size"`      // addresses that were found
	Work      uint64  `json:"work"`      // rows of ledgers read, or looks at an address
}

// Known returns a number that is known.
func Known(n uint64) *uint64 { return &n }

// ShareOf returns a share in a thousand, rounded down; nil of nothing.
func ShareOf(part, whole uint64) *uint64 {
	if permille, known := Permille(part, whole); known {
		return &permille
	}
	return nil
}

// Wrong returns how often something was named and wrong.
func (r *Row) Wrong() *uint64 {
	if r.Named == nil || r.Right == nil {
		return nil
	}
	return Known(*r.Named - *r.Right)
}

// Precision returns how many of a thousand that were named are right: of a case,
// of the addresses found.
func (r *Row) Precision() *uint64 {
	switch {
	case r.Case != nil:
		return r.Case.Precise
	case r.Named == nil || r.Right == nil:
		return nil
	}
	return ShareOf(*r.Right, *r.Named)
}

// Recall returns how many of a thousand that are true were named.
func (r *Row) Recall() *uint64 {
	if r.True == nil || r.Right == nil {
		return nil
	}
	return ShareOf(*r.Right, *r.True)
}

// A Question is what every section is asked.
type Question struct {
	Seed      uint64
	Transfers int               // of each synthetic world at least; 0: what the section is measured with in docs/ACCURACY.md
	Doing     func(what string) // told what is under way
	Flows     []*Flows          // cases that somebody wrote down; none: those rows say so
}

// transfers returns how large worlds are to be.
func (q *Question) transfers(usual int) int { return cmp.Or(q.Transfers, usual) }

// A Section measures one thing that Clew recognises, or what cases it follows. A
// file of its own makes it, and [Sections] lists it.
type Section struct {
	Name    string // as in clew eval NAME
	Doc     string // what is measured, in a line
	Measure func(context.Context, *Question) ([]Row, error)
}

// Run measures a section, and names it in every row.
func (s *Section) Run(ctx context.Context, q *Question) ([]Row, error) {
	rows, err := s.Measure(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("section %s: %w", s.Name, err)
	}
	for i := range rows {
		rows[i].Section = s.Name
	}
	return rows, nil
}

// rowColumns are the columns of the one table. What is not known is empty.
var rowColumns = []string{"section", "measured on", "what", "policy", "cases", "true", "named", "right", "wrong", "precision of 1000", "recall of 1000", "base rate of 100000",
	"flow covered of 1000", "ceiling of 1000", "addresses by value of 1000", "terminals of 1000", "size", "work", "note"}

// WriteRows writes the one table as CSV with a header.
func WriteRows(w io.Writer, rows []Row) error {
	out := csv.NewWriter(w)
	out.Write(rowColumns)
	for i := range rows {
		out.Write(rows[i].Cells())
	}
	out.Flush()
	return out.Error()
}

// Cells returns the row as text, in the order of the table's columns.
func (r *Row) Cells() []string {
	base := ""
	if r.Base != nil {
		base = perHundredThousand(r.Base.Part, r.Base.Whole)
	}
	cells := []string{r.Section, r.Data, r.What, r.Policy, known(r.Cases), known(r.True), known(r.Named), known(r.Right), known(r.Wrong()), known(r.Precision()), known(r.Recall()), base}
	if c := r.Case; c != nil {
		cells = append(cells, known(c.Covered), known(c.Ceiling), known(c.Addresses), known(c.Terminals), decimal(c.Size), decimal(c.Work))
	} else {
		cells = append(cells, "", "", "", "", "", "")
	}
	return append(cells, r.Note)
}

func known(n *uint64) string {
	if n == nil {
		return ""
	}
	return decimal(*n)
}

// amountShareOf returns a share in a thousand, rounded down; nil of nothing.
func amountShareOf(part, whole clew.Amount) *uint64 {
	if permille, known := AmountPermille(part, whole); known {
		return &permille
	}
	return nil
}
