package report

import "clew"

// Signatures are the names by which the users of a chain call transactions,
// where these are not the ones by which facts are held: on Solana. One that is
// missing is in no answer that is kept.
type Signatures map[clew.TxID]string

// text returns the name of a transaction that its chain's services understand,
// as far as it is known.
func (s Signatures) text(id clew.TxID) string {
	if name, ok := s[id]; ok {
		return Clean(name)
	}
	if id.IsZero() {
		return "not held"
	}
	return id.String()
}

// cell returns a cell with that name, shortened on a terminal.
func (s Signatures) cell(id clew.TxID) Cell {
	if id.IsZero() {
		return Cell{Text: "not held"}
	}
	name := s.text(id)
	return Cell{Text: name[:min(10, len(name))] + "…" + name[max(0, len(name)-6):], Page: name, Raw: name, Code: true}
}
