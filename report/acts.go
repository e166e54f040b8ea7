package report

import (
	"fmt"

	"clew"
	"clew/trace"
)

// Acts are facts that move no value, the newest first.
type Acts struct {
	Acts []clew.Act `json:"acts"`
	More bool       `json:"more"`
}

// section lists acts under a title. Each is what the chain recorded, whoever the
// contract is that says it.
func (a *Acts) section(title string, units Units) Section {
	table := &Table{Name: "acts", Columns: []Column{
		{Title: "time, UTC"}, {Title: "act"}, {Title: "on"}, {Title: "by"}, {Title: "with"}, {Title: "amount", Align: Point}, {Title: "asset"},
		{Title: "detail", Wide: true}, {Title: "transaction", Wide: true}, {Title: "position", Wide: true},
	}}
	for i := range a.Acts {
		one := &a.Acts[i]
		if one.Kind == clew.Memo || one.Kind == clew.Venue || one.Kind == clew.Called || isBridgeAct(one) {
			continue // in sections of their own, or of no use to a reader
		}
		amount, asset := Cell{}, Cell{}
		if !one.Asset.IsZero() {
			asset = word(units.Symbol(one.Asset))
		}
		if !one.Amount.IsZero() {
			amount = units.cell(one.Asset, one.Amount)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			timeCell(one.Time), word(string(one.Kind)), addressCell(one.On), addressCell(one.By), addressCell(one.With), amount, asset,
			word(one.Detail), txCell(one.Tx), word(one.Pos.String()),
		}})
	}
	section := Section{ID: "acts", Title: title, Tables: some(table)}
	if a.More {
		section.Notes = []string{fmt.Sprintf("The newest %s; --limit shows more.", plural(len(a.Acts), "act", "acts"))}
	}
	return section
}

// statesSection lists what bars value from moving where it lies.
func (t *Trace) statesSection() Section {
	table := &Table{Name: "states", Columns: []Column{
		{Title: "address"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "state"}, {Title: "since, UTC"}, {Title: "by", Spare: 1},
		{Title: "transaction", Wide: true}, {Title: "position", Wide: true},
	}}
	for i := range t.Result.Places {
		p := &t.Result.Places[i]
		for j := range p.States {
			a := &p.States[j]
			table.Rows = append(table.Rows, Row{Cells: []Cell{
				shortCell(p.Address), t.Units.cell(p.Asset, p.Amount), word(t.Units.Symbol(p.Asset)), word(stateWords(a.Kind)), timeCell(a.Time), shortCell(a.By),
				txCell(a.Tx), word(a.Pos.String()),
			}})
		}
	}
	section := Section{ID: "states", Title: "What cannot move as of then (ledger)", Tables: some(table)}
	if len(table.Rows) > 0 {
		section.Notes = []string{"A token's contract recorded it and nothing held lifts it. What is not listed may be frozen too: only what the ledger holds is known."}
	}
	return section
}

// stateWords says what an act makes of what lies at an address.
func stateWords(kind clew.ActKind) string {
	switch kind {
	case clew.Freeze:
		return "frozen"
	case clew.Pause:
		return "asset paused"
	}
	return string(kind)
}

// stateOf names the states of a place and their dates in a few words.
func stateOf(p *trace.Place) string {
	words := ""
	for i := range p.States {
		if words != "" {
			words += "; "
		}
		if words += stateWords(p.States[i].Kind); p.States[i].Time.Known() {
			words += " since " + p.States[i].Time.UTC().Format("2006-01-02")
		}
	}
	return words
}
