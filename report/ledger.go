package report

import (
	"fmt"
	"strings"

	"clew"
)

// LedgerStats is what the ledgers hold.
type LedgerStats struct {
	Chains []ChainStats `json:"chains"`
}

// ChainStats is what the ledger of one chain holds.
type ChainStats struct {
	Chain     clew.Chain    `json:"chain"`
	AsOf      clew.BlockRef `json:"asOf"`
	Span      clew.Window   `json:"span"` // of the transfers
	Coverage  clew.Coverage `json:"coverage"`
	Files     int           `json:"files"`
	Bytes     int64         `json:"bytes"`
	Transfers uint64        `json:"transfers"`
}

// Outcome is Found: an empty ledger is an error.
func (s *LedgerStats) Outcome() Outcome { return Found }

// Doc lays the figures out.
func (s *LedgerStats) Doc() *Doc {
	table := &Table{Name: "chains", Columns: []Column{
		{Title: "chain"}, {Title: "as of block", Align: Right}, {Title: "time, UTC"}, {Title: "transfers", Align: Right},
		{Title: "held whole, blocks"}, {Title: "addresses held on demand", Align: Right}, {Title: "files", Align: Right}, {Title: "bytes", Align: Right},
	}}
	var gaps []clew.Gap
	for i := range s.Chains {
		c := &s.Chains[i]
		var whole []string
		for _, w := range c.Coverage.Whole {
			whole = append(whole, w.String())
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(c.Chain.Name()), heightCell(c.AsOf.Height, &c.Coverage), timeCell(c.AsOf.Time), count(c.Transfers),
			word(strings.Join(whole, ", ")), count(heldAddresses(&c.Coverage)), count(c.Files), count(c.Bytes),
		}})
		gaps = append(gaps, c.Coverage.Gaps...)
	}
	return &Doc{
		Title:    "Ledger",
		Answer:   []string{fmt.Sprintf("%s held.", plural(len(s.Chains), "chain is", "chains are"))},
		Sections: filled([]Section{{ID: "chains", Title: "What is held", Tables: some(table)}, gapSection(gaps)}),
	}
}

// heightCell returns a cell with a height, and says if it is made up.
func heightCell(height uint64, c *clew.Coverage) Cell {
	cell := count(height)
	if synthetic(c) {
		cell.Text = "synthetic " + cell.Text
	}
	return cell
}

// heldAddresses counts the addresses that are held on demand.
func heldAddresses(c *clew.Coverage) int {
	held := map[clew.Address]bool{}
	for _, h := range c.Held {
		if !h.Address.IsZero() {
			held[h.Address] = true
		}
	}
	return len(held)
}

// LedgerDone says that something was done to the ledgers of some chains.
type LedgerDone struct {
	Did    string       `json:"did"`
	Chains []clew.Chain `json:"chains"`
}

// Outcome is Found.
func (d *LedgerDone) Outcome() Outcome { return Found }

// Doc lays it out.
func (d *LedgerDone) Doc() *Doc {
	table := &Table{Name: "chains", Columns: []Column{{Title: "chain"}, {Title: "CAIP-2"}}}
	for _, c := range d.Chains {
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(c.Name()), word(string(c))}})
	}
	return &Doc{Title: "Ledger", Answer: []string{d.Did}, Sections: filled([]Section{{ID: "chains", Title: "Chains", Tables: some(table)}})}
}
