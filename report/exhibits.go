package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/trace"
)

// restsColumn says on which exhibits a row rests.
var restsColumn = Column{Title: "rests on exhibit"}

// restsOnExhibits reports whether marked value came over a record.
func (t *Trace) restsOnExhibits() bool {
	return slices.ContainsFunc(t.Result.Records, func(r trace.Recorded) bool { return r.Met })
}

// restsCell says how much of an amount rests on which exhibits: all of it,
// unless it says how much.
func (t *Trace) restsCell(asset clew.Asset, whole clew.Amount, rests []trace.Rest) Cell {
	var parts []string
	for _, r := range rests {
		text := Clean(r.Exhibit)
		if r.Amount != whole {
			text += " (" + t.Units.Amount(asset, r.Amount) + ")"
		}
		parts = append(parts, text)
	}
	return Cell{Text: strings.Join(parts, ", ")}
}

// exhibitsCell lists exhibits.
func exhibitsCell(exhibits []string) Cell { return word(strings.Join(exhibits, ", ")) }

// placeCell names a place: by its address, or by the account of a record.
func placeCell(p *trace.Place) Cell {
	if p.Address.IsZero() && p.Account != nil {
		return word("account " + p.Account.Reference)
	}
	return shortCell(p.Address)
}

// accountWords says where a record has value lie or go.
func accountWords(a *trace.AccountRef) string {
	s := "account " + a.Reference
	if a.To != "" {
		s += ", to " + a.To
	}
	return s
}

// basisOfAmount says on what a statement rests that an amount lies at a kind of
// place: what came over records whole is no more than a claim.
func basisOfAmount(kind trace.PlaceKind, role string, whole clew.Amount, rests []trace.Rest) clew.Basis {
	b := basisOf(kind, role)
	if b == clew.Fact && slices.ContainsFunc(rests, func(r trace.Rest) bool { return r.Amount == whole }) {
		return clew.Claimed
	}
	return b
}

// recordNotes says which records the answer went over.
func (t *Trace) recordNotes() []string {
	var notes []string
	for i := range t.Result.Records {
		r := &t.Result.Records[i]
		who := fmt.Sprintf("Record %s of exhibit %s, %s, received %s", Clean(r.Record.ID), Clean(r.Record.Exhibit), Clean(r.Record.By), Clean(r.Record.Received))
		switch {
		case r.Met:
			note := fmt.Sprintf("Claim: %s. What came over its account rests on it; --exclude %s leaves it out.", who, Clean(r.Record.Exhibit))
			if r.Note != "" {
				note += " " + capital(Clean(r.Note)) + "."
			}
			notes = append(notes, note)
		case r.Note != "":
			notes = append(notes, who+": not followed; "+Clean(r.Note)+".")
		default:
			notes = append(notes, who+": no marked value came to its account"+notHeld(r)+".")
		}
	}
	return notes
}

// notHeld says how many deposits of a record are not held.
func notHeld(r *trace.Recorded) string {
	n := 0
	for i, e := range r.Record.Entries {
		if e.Kind == trace.Deposited && r.Marked[i].Lacks != "" {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; the transfers of %s are not held", plural(n, "deposit", "deposits"))
}

// exhibitsSection lists what the records say, entry by entry, with what was
// marked of each.
func (t *Trace) exhibitsSection() Section {
	table := &Table{Name: "exhibits", Most: 20, Columns: []Column{
		{Title: "exhibit"}, {Title: "who answered"}, {Title: "document", Wide: true}, {Title: "received", Spare: 2}, {Title: "account"}, {Title: "time, UTC"},
		{Title: "entry"}, {Title: "amount", Align: Right}, {Title: "marked", Align: Right}, {Title: "for", Align: Right, Spare: 1}, {Title: "where", Spare: 3},
		{Title: "transaction", Wide: true}, {Title: "note", Wide: true},
	}}
	for i := range t.Result.Records {
		r := &t.Result.Records[i]
		for k := range r.Record.Entries {
			table.Rows = append(table.Rows, t.entryRow(&r.Record, &r.Record.Entries[k], &r.Marked[k]))
		}
	}
	return Section{ID: "exhibits", Title: "Answers of services and banks: claims, by exhibit", Tables: some(table)}
}

func (t *Trace) entryRow(r *trace.Record, e *trace.AccountEntry, part *trace.MarkedPart) Row {
	marked := Cell{}
	if !part.Amount.IsZero() {
		marked = t.amountCell(e.Asset, part.Amount)
	}
	got := Cell{}
	if !e.Got.IsZero() {
		got = t.amountCell(e.Got, e.GotAmount)
	}
	where, tx := word(e.To), Cell{}
	if !e.Address.IsZero() {
		where = shortCell(e.Address)
	}
	if !e.Tx.IsZero() {
		tx = txCell(e.Tx)
	}
	when := timeCell(e.Time)
	switch {
	case !e.Time.Known():
		when = Cell{}
	case e.About:
		when = Cell{Text: e.Time.UTC().Format("2006-01-02"), Whole: true}
	}
	note := strings.Trim(part.Lacks+"; "+e.Note, "; ")
	return Row{Cells: []Cell{
		word(r.Exhibit), word(r.By), word(r.Document), word(r.Received), word(r.Account), when,
		word(string(e.Kind)), t.amountCell(e.Asset, e.Amount), marked, got, where, tx, word(note),
	}}
}

// amountCell returns a cell with an amount and its symbol.
func (t *Trace) amountCell(asset clew.Asset, a clew.Amount) Cell {
	return Cell{Text: t.Units.Amount(asset, a), Raw: a.Format(t.Units.Of(asset).Decimals) + " " + t.Units.Symbol(asset)}
}
