package report

import "fmt"

// Prices says what daily closes were fetched.
type Prices struct {
	File   string `json:"file"`
	Source string `json:"source"`
	Days   int    `json:"days"`
	First  string `json:"first"` // day
	Last   string `json:"last"`
	Empty  int    `json:"empty,omitempty"` // entries without a whole day's close
}

// Outcome is Found: an answer without a day is an error.
func (p *Prices) Outcome() Outcome { return Found }

// Doc lays it out.
func (p *Prices) Doc() *Doc {
	d := &Doc{Title: "Prices", Answer: []string{fmt.Sprintf("%s, from %s to %s, kept in %s.", plural(p.Days, "daily close", "daily closes"), p.First, p.Last, Clean(p.File))},
		More: []string{"Source: " + Clean(p.Source) + ".", "clew trace … --prices native=" + Clean(p.File) + " values books by them."}}
	if p.Empty > 0 {
		d.Warnings = []string{plural(p.Empty, "entry had", "entries had") + " no whole day's close and is left out."}
	}
	return d
}
