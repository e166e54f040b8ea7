package report

import "clew"

// Chains says what is read of chains.
type Chains struct {
	Chains []ChainSupport `json:"chains"`
}

// A ChainSupport is what is read of one chain.
type ChainSupport struct {
	Chain clew.Chain  `json:"chain"`
	Name  string      `json:"name"`
	Notes []ChainNote `json:"notes"`
}

// A ChainNote is what is known on one topic, and by which source.
type ChainNote struct {
	Topic  string `json:"topic"`
	Says   string `json:"says"`
	Source string `json:"source,omitempty"`
}

// Outcome is Found.
func (c *Chains) Outcome() Outcome { return Found }

// Doc lays the table out.
func (c *Chains) Doc() *Doc {
	d := &Doc{Title: "Chains", Answer: []string{plural(len(c.Chains), "chain is", "chains are") + " listed. Any other EVM chain can be followed by its number."}}
	if len(c.Chains) == 1 {
		d.Answer = nil
	}
	table := &Table{Name: "chains", Columns: []Column{{Title: "chain"}, {Title: "CAIP-2"}, {Title: "topic"}, {Title: "what is known"}, {Title: "source"}}}
	for _, one := range c.Chains {
		s := Section{ID: "chain-" + one.Name, Title: one.Name + " (" + string(one.Chain) + ")"}
		for _, n := range one.Notes {
			table.Rows = append(table.Rows, Row{Cells: []Cell{word(one.Name), word(string(one.Chain)), word(n.Topic), word(n.Says), word(n.Source)}})
			says := n.Topic + ": " + n.Says
			if n.Source != "" && len(c.Chains) == 1 {
				says += " [" + n.Source + "]"
			}
			s.Notes = append(s.Notes, Clean(says)+".")
		}
		d.Sections = append(d.Sections, s)
	}
	table.Data = true
	d.Sections = append(d.Sections, Section{ID: "table", Title: "As a table", Tables: some(table)})
	return d
}

// A ChainLimit is what the product is known not to read of a chain, or has not
// looked into: of the table of [Chains], what an answer rests on.
type ChainLimit struct {
	Chain clew.Chain `json:"chain"`
	Says  string     `json:"says"`
}

// limitsSection quotes the table of chains.
func limitsSection(limits []ChainLimit) Section {
	s := Section{ID: "not-read", Title: "What is not read of the chain (clew chains)"}
	for _, l := range limits {
		s.Notes = append(s.Notes, l.Chain.Name()+": "+Clean(l.Says)+".")
	}
	return s
}
