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
	Acts      uint64        `json:"acts"` // freezes, delegations, permissions
}

// Outcome is Found: an empty ledger is an error.
func (s *LedgerStats) Outcome() Outcome { return Found }

// Doc lays the figures out.
func (s *LedgerStats) Doc() *Doc {
	table := &Table{Name: "chains", Columns: []Column{
		{Title: "chain"}, {Title: "as of block", Align: Right}, {Title: "time, UTC"}, {Title: "transfers", Align: Right}, {Title: "acts", Align: Right},
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
			word(c.Chain.Name()), heightCell(c.AsOf.Height, &c.Coverage), timeCell(c.AsOf.Time), count(c.Transfers), count(c.Acts),
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

// LedgerHoles says of each chain whether what is held whole has holes.
type LedgerHoles struct {
	Chains []ChainHoles `json:"chains"`
}

// ChainHoles is what is held whole of one chain, and what is not between.
type ChainHoles struct {
	Chain clew.Chain    `json:"chain"`
	AsOf  clew.BlockRef `json:"asOf"`
	Whole []clew.Window `json:"whole"`
	Holes []clew.Window `json:"holes"` // between the first and the last block held whole
	Gaps  []clew.Gap    `json:"gaps"`  // blocks that are held but for what could not be read
}

// Outcome is Incomplete if there are holes.
func (h *LedgerHoles) Outcome() Outcome {
	for i := range h.Chains {
		if len(h.Chains[i].Holes)+len(h.Chains[i].Gaps) > 0 {
			return Incomplete
		}
	}
	return Found
}

// Doc lays the holes out.
func (h *LedgerHoles) Doc() *Doc {
	held := &Table{Name: "whole", Columns: []Column{{Title: "chain"}, {Title: "held whole, blocks"}, {Title: "how many", Align: Right}}}
	holes := &Table{Name: "holes", Columns: []Column{{Title: "chain"}, {Title: "blocks"}, {Title: "how many", Align: Right}}}
	var gaps []clew.Gap
	var missing uint64
	for i := range h.Chains {
		c := &h.Chains[i]
		for _, w := range c.Whole {
			held.Rows = append(held.Rows, Row{Cells: []Cell{word(c.Chain.Name()), word(w.String()), count(w.To - w.From)}})
		}
		for _, w := range c.Holes {
			holes.Rows = append(holes.Rows, Row{Cells: []Cell{word(c.Chain.Name()), word(w.String()), count(w.To - w.From)}})
			missing += w.To - w.From
		}
		gaps = append(gaps, c.Gaps...)
	}
	d := &Doc{Title: "Holes", Answer: []string{"No holes: every block between the first and the last held whole is held whole."},
		Sections: filled([]Section{{ID: "holes", Title: "Holes", Tables: some(holes)}, {ID: "whole", Title: "What is held whole", Tables: some(held)}, gapSection(gaps)})}
	if missing > 0 {
		d.Answer = []string{plural(missing, "block is", "blocks are") + " missing between the first and the last held whole."}
	} else if len(gaps) > 0 {
		d.Answer = []string{"Every block is held, but not all of each: see the gaps."}
	}
	return d
}
