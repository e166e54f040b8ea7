package report

import (
	"fmt"

	"clew/bridge"
	"clew/launder"
)

// BridgeProtocols are the bridges whose messages are read.
type BridgeProtocols struct {
	Protocols []launder.Protocol `json:"protocols"`
}

// Outcome is Found: there are always some.
func (p *BridgeProtocols) Outcome() Outcome { return Found }

// Doc lays the page out.
func (p *BridgeProtocols) Doc() *Doc {
	linked, tested := 0, 0
	for i := range p.Protocols {
		linked += p.Protocols[i].Contracts
		if p.Protocols[i].Real != (bridge.Evidence{}) {
			tested++
		}
	}
	return &Doc{Title: "Bridges by identifier", Asked: "Which bridges are crossed by what they log, which ways, and on what does that rest?",
		Answer: []string{fmt.Sprintf("%s, by %s that are known to be theirs; of %d the reading is tested by real events, of the others by events that tests encode as the contracts declare them.",
			plural(len(p.Protocols), "protocol", "protocols"), plural(linked, "contract", "contracts"), tested),
			"What is likely and not certain, and why, docs/METHODS.md says under “Links across bridges”."},
		Sections: filled([]Section{p.section()})}
}

func (p *BridgeProtocols) section() Section {
	s := Section{ID: "protocols", Title: "Protocols"}
	t := &Table{Name: "protocols", Columns: []Column{{Title: "bridge"}, {Title: "ways"}, {Title: "real: in", Align: Right}, {Title: "out", Align: Right}, {Title: "both ends", Align: Right}, {Title: "contracts", Align: Right},
		{Title: "not linked", Wide: true}, {Title: "named by", Wide: true}, {Title: "assumes", Wide: true}, {Title: "known failure", Wide: true}, {Title: "source", Wide: true}}}
	for i := range p.Protocols {
		x := &p.Protocols[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(x.Title), word(x.Ways), count(x.Real.Deposits), count(x.Real.Releases), count(x.Real.Pairs), count(x.Contracts),
			word(x.Missing), word(x.Carrier), word(x.Assumption), word(x.Failure), word(x.Source)}})
		if x.Missing != "" {
			s.Notes = append(s.Notes, fmt.Sprintf("%s, not linked: %s.", x.Title, x.Missing))
		}
		s.Fine = append(s.Fine, fmt.Sprintf("%s is named by: %s. Assumes: %s. Known failure: %s. Source: %s.", x.Title, x.Carrier, x.Assumption, x.Failure, x.Source))
	}
	s.Tables = some(t)
	return s
}
