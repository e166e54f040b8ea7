package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/trace"
)

// capital returns s with its first letter in upper case.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// placesSection lists where value lies, largest first.
func (t *Trace) placesSection() Section {
	table := &Table{Name: "places", Most: 8, Columns: []Column{
		{Title: "where"}, {Title: "address"}, {Title: "amount", Align: Point}, {Title: "asset", Spare: 2},
		{Title: "last reached, UTC", Spare: 1}, {Title: "what is said of it"}, {Title: "who says so", Wide: true},
		{Title: "rests on"}, {Title: "over supposed transfers", Align: Point, Wide: true}, {Title: "state", Wide: true},
	}}
	if t.restsOnExhibits() {
		table.Columns = append(table.Columns, restsColumn)
	}
	names, adjusted, origins := t.nameOf(), t.Adjusted(), t.originAssets()
	for i := range t.Result.Places {
		p := &t.Result.Places[i]
		rests := basisOfAmount(p.Kind, p.Role, p.Amount, p.Rests)
		if rests == clew.Fact && adjusted[clew.Pot{Address: p.Address, Asset: p.Asset}] {
			rests = clew.Inferred
		}
		if p.Kind == trace.InBridge && p.Tag == nil && p.Role == "" {
			rests = clew.Inferred // a message says so, and no claim
		}
		if rests == clew.Fact && converted(p, origins) {
			rests = t.basisOfConversions(p.Asset)
		}
		said, by := saidOf(p, names[p.Address])
		assumed := Cell{}
		if !p.Assumed.IsZero() {
			assumed = t.Units.cell(p.Asset, p.Assumed)
		}
		cells := []Cell{
			word(string(p.Kind)), placeCell(p), t.Units.cell(p.Asset, p.Amount), word(t.Units.Symbol(p.Asset)),
			timeCell(p.Time), said, by, basisCell(rests), assumed, word(stateOf(p)),
		}
		if t.restsOnExhibits() {
			cells = append(cells, t.restsCell(p.Asset, p.Amount, p.Rests))
		}
		table.Rows = append(table.Rows, Row{Cells: cells})
	}
	return Section{ID: "places", Title: "Where it lies", Tables: some(table)}
}

// saidOf returns what is claimed of a place's address, and by whom; of a
// suspected service, what made it suspected.
func saidOf(p *trace.Place, name *Name) (said, by Cell) {
	switch {
	case p.Account != nil:
		return word(accountWords(p.Account)), word(p.Account.By + ", exhibit " + p.Account.Exhibit)
	case p.Tag != nil:
		return word(p.Tag.Label), word(strings.Trim(p.Tag.Source+" "+p.Tag.Date, " "))
	case p.Listed != "":
		return word("a contract of " + bridgeTitle(p.Listed)), Cell{Text: "the list of bridges' contracts; --continue walks on"}
	case p.Kind == trace.AtSuspected:
		return suspectedCell(p), Cell{Text: "inferred from its size; --continue walks on"}
	case p.Role != "" && name != nil:
		return word(p.Role), word(strings.Trim(name.By+", "+name.Source, ", "))
	case p.Role != "":
		return word(p.Role), Cell{}
	}
	return Cell{}, Cell{}
}

// suspectedCell says what made an address a suspected service, and with how
// many others it deals.
func suspectedCell(p *trace.Place) Cell {
	size := fmt.Sprintf("%s on one side", plural(p.Degree, "transfer", "transfers"))
	if p.Peers == nil {
		return Cell{Text: size}
	}
	in, out := p.Peers.Payers, p.Peers.Payees
	payers, payees := plural(in.Addresses, "payer", "payers"), plural(out.Addresses, "payee", "payees")
	whole := fmt.Sprintf("%s in the newest %d, %s in the newest %d; %s", payers, in.Rows, payees, out.Rows, size)
	return Cell{Text: fmt.Sprintf("%s, %s of late; %s", payers, payees, size), Page: whole, Raw: whole}
}

// arrivalsSection lists each transfer that brought marked value to a stop:
// what a request to a service must name.
func (t *Trace) arrivalsSection() Section {
	table := &Table{Name: "arrivals", Columns: []Column{
		{Title: "stop"}, {Title: "at"}, {Title: "from"}, {Title: "time, UTC"}, {Title: "transaction"},
		{Title: "marked", Align: Point}, {Title: "moved in all", Align: Point}, {Title: "asset"},
	}}
	for i := range t.Result.Places {
		p := &t.Result.Places[i]
		for _, a := range p.Arrivals {
			table.Rows = append(table.Rows, Row{Cells: []Cell{
				word(string(p.Kind)), shortCell(p.Address), shortCell(a.From), timeCell(a.Time), t.Signatures.cell(a.Tx),
				t.Units.cell(p.Asset, a.Amount), t.Units.cell(p.Asset, a.Moved), word(t.Units.Symbol(p.Asset)),
			}})
		}
	}
	return Section{ID: "arrivals", Title: "Transfers that arrived at stops", Tables: some(table), Detail: true}
}

// rangesSection has the least and the most that can have reached each place.
func (t *Trace) rangesSection() Section {
	table := &Table{Name: "ranges", Most: 12, Columns: []Column{
		{Title: "address"}, {Title: "at least", Align: Point}, {Title: "at most", Align: Point}, {Title: "asset"},
	}}
	for _, r := range t.Result.Ranges {
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			shortCell(r.Address), t.Units.cell(r.Asset, r.Least), t.Units.cell(r.Asset, r.Most), word(t.Units.Symbol(r.Asset)),
		}})
	}
	return Section{ID: "ranges", Title: "What can have reached each place, by any policy", Tables: some(table)}
}

// some returns the table if it has rows.
func some(t *Table) []*Table {
	if len(t.Rows) == 0 {
		return nil
	}
	return []*Table{t}
}
