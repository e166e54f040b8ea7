package report

import (
	"fmt"
	"strings"

	"clew/explorer"
)

// A Dry says what an operation would ask of whom outside; nothing was asked.
type Dry struct {
	Asks  []Ask  `json:"asks"`
	Local string `json:"local,omitempty"` // what would be read instead of asking anybody
	Later string `json:"later,omitempty"` // what cannot be told beforehand
}

// An Ask is what one host would learn.
type Ask struct {
	Host   string `json:"host"`
	Learns string `json:"learns"`
}

// Outcome is Found, or Nothing if nobody would be asked.
func (d *Dry) Outcome() Outcome {
	if len(d.Asks) == 0 && d.Local == "" {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (d *Dry) Doc() *Doc {
	doc := &Doc{Title: "What would be asked outside", Answer: []string{"Nothing was asked. Nobody outside would be: what is wanted is on this machine, or nobody who is configured knows of it."}}
	if d.Local != "" {
		doc.Answer = []string{"Nothing was asked. Nobody outside would be: what would be read is on this machine, " + Clean(d.Local) + "."}
	}
	if len(d.Asks) > 0 {
		doc.Answer = []string{"Nothing was asked. Each host would learn your network address, and what stands beside it."}
	}
	table := &Table{Name: "asks", Columns: []Column{{Title: "host"}, {Title: "would learn"}}}
	for _, a := range d.Asks {
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(a.Host), word(a.Learns)}})
	}
	doc.Sections = filled([]Section{{ID: "asks", Title: "Who would learn what", Tables: some(table)}})
	if d.Later != "" {
		doc.More = []string{d.Later}
	}
	return doc
}

// fetchedSection says what explorers were asked for.
func (t *Trace) fetchedSection() Section {
	s := FetchedSection(t.Fetched)
	for i := range t.FetchedBeyond {
		f := &t.FetchedBeyond[i]
		more := FetchedSection(f)
		for _, n := range more.Notes {
			s.Notes = append(s.Notes, capital(f.Chain.Name())+", where a bridge leads: "+n)
		}
		for _, table := range more.Tables {
			table.Name += "-" + f.Chain.Name()
		}
		s.ID, s.Title, s.Tables = more.ID, more.Title, append(s.Tables, more.Tables...)
	}
	return s
}

// allFetched returns what explorers were asked for, on all chains.
func (t *Trace) allFetched() []*explorer.Report {
	var all []*explorer.Report
	if t.Fetched != nil {
		all = append(all, t.Fetched)
	}
	for i := range t.FetchedBeyond {
		all = append(all, &t.FetchedBeyond[i])
	}
	return all
}

// whereFetched names the chain of what was fetched, where there are several.
func (t *Trace) whereFetched(f *explorer.Report) string {
	if len(t.FetchedBeyond) == 0 {
		return ""
	}
	return " on " + f.Chain.Name()
}

// leftWords says what was wanted, and why it is not held.
func leftWords(l *explorer.Left) string {
	if l.Address.IsZero() {
		return Clean("what contracts logged in transaction " + l.Tx.String() + ": " + l.Why)
	}
	return Clean(l.Address.Text() + ": " + l.Why)
}

// mostLeft is how many addresses that were not fetched are told one by one.
const mostLeft = 10

// FetchedSection says what explorers were asked for a result; it is empty if
// none was.
func FetchedSection(f *explorer.Report) Section {
	if f == nil {
		return Section{}
	}
	s := Section{ID: "fetched", Title: "Asked of explorers"}
	hosts := strings.Join(f.Services, ", ")
	s.Notes = append(s.Notes, Clean(fmt.Sprintf("%s: %s of a budget of %d, in %s; %s and %s fetched. It ended: %s.", hosts, plural(f.Calls, "call", "calls"), f.Budget,
		plural(f.Rounds, "round", "rounds"), plural(len(f.Fetched), "address", "addresses"), plural(f.Added, "new transfer", "new transfers"), f.Ended)))
	if n := len(f.Logged); n > 0 {
		s.Notes = append(s.Notes, "Read beside: what contracts logged in "+plural(n, "transaction", "transactions")+", for bridges and swaps.")
	}
	if f.Until > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("Histories end with block %s: what an explorer says of later ones may still be taken back.", group(fmt.Sprint(f.Until))))
	}
	table := &Table{Name: "left", Data: true, Columns: []Column{{Title: "address"}, {Title: "transaction"}, {Title: "why it is not held, or not all of it"}}}
	for i, l := range f.Left {
		table.Rows = append(table.Rows, Row{Cells: []Cell{addressCell(l.Address), txCell(l.Tx), word(l.Why)}})
		if i < mostLeft {
			s.Notes = append(s.Notes, "Wanted, and not held or not whole: "+leftWords(&l)+".")
		}
	}
	if n := len(f.Left) - mostLeft; n > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("And %s, which --csv --table left lists.", plural(n, "more address", "more addresses")))
	}
	s.Tables = some(table)
	return s
}
