package op

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"clew"
	"clew/incident"
	"clew/price"
	"clew/report"
	"clew/trace"
)

// describeIncident puts with a result what its incident says: names, units,
// values and sources.
func describeIncident(t *report.Trace, i *incident.Incident, now clew.Time) {
	t.Units = unitsOf(i)
	restate(t.Result, i)
	t.Names = roleNames(i)
	dates := i.ValueDates(now)
	for b := range t.Result.Books {
		for _, basis := range []price.Basis{price.AtTheft, price.AtDisclosure} {
			t.Worth = append(t.Worth, worthOf(&t.Result.Books[b], basis, i.PriceTable(), dates, t.Units))
		}
	}
	for _, s := range i.Sources {
		url := s.URL
		if s.Snapshot != "" {
			url = strings.TrimSpace(url + " " + s.Snapshot)
		}
		t.Sources = append(t.Sources, report.Source{Title: s.Title, Publisher: s.Publisher, Date: string(s.Day), URL: url, Note: s.Note})
	}
}

// restate gives each transfer used the standing that the incident's file gives
// it. The ledger made from the file knows facts alone; that some of its rows
// are somebody's grouping is for the answer to say.
func restate(r *trace.Result, i *incident.Incident) {
	for k := range r.Uses {
		u := &r.Uses[k]
		row, ok := i.Row(u.Transfer.Asset.Chain(), u.Transfer.Pos)
		if !ok || row.Basis == clew.Fact {
			continue
		}
		u.Basis, u.By = row.Basis, row.By
		if row.Basis == clew.Inferred {
			u.By = row.Method
		}
		if u.Note == "" {
			u.Note = row.Note
		}
	}
}

// unitsOf returns what incidents say of tokens; the first to speak stands.
func unitsOf(incidents ...*incident.Incident) report.Units {
	units := report.Units{}
	for _, i := range incidents {
		for _, a := range i.Assets {
			source, _ := i.Source(a.Source)
			units.Claim(a.Asset, a.Symbol, a.Decimals, source.Title)
		}
	}
	return units
}

// builtinUnits returns what the incidents that the program carries say of
// tokens: the only claims about them that it has so far.
func builtinUnits() report.Units { return maps.Clone(readUnits()) }

// readUnits reads them once; nobody changes what it returns.
var readUnits = sync.OnceValue(func() report.Units {
	var incidents []*incident.Incident
	for _, id := range incident.BuiltinIDs() {
		i, err := incident.Builtin(id)
		if err != nil {
			panic("op: " + err.Error()) // they are checked by their package's tests
		}
		incidents = append(incidents, i)
	}
	return unitsOf(incidents...)
})

// roleNames lists what an incident says that addresses did, in the order of
// the addresses.
func roleNames(i *incident.Incident) []report.Name {
	addresses := slices.SortedFunc(maps.Keys(i.Roles()), func(a, b clew.Address) int { return strings.Compare(a.String(), b.String()) })
	names := make([]report.Name, 0, len(addresses))
	for _, a := range addresses {
		r, _ := i.Role(a)
		names = append(names, report.Name{
			Address: a, Label: string(r.Name), By: r.By, Source: r.Source.Title, Date: string(r.Source.Day),
		})
	}
	return names
}

// worthOf values the lines of a book by the close of one day.
func worthOf(b *trace.Book, basis price.Basis, table *price.Table, dates price.Dates, units report.Units) report.Worth {
	w := report.Worth{Origin: b.Origin, Basis: basis}
	moment, err := dates.Moment(basis, 0)
	if err != nil {
		panic("op: " + err.Error()) // the bases are ours
	}
	quote, gap := table.Quote(b.Asset, moment)
	if gap != nil {
		w.Gap = gap.Note
		return w
	}
	fillWorth(&w, b, quote, units.Of(b.Asset).Decimals)
	return w
}

// fillWorth values a book's lines by one close.
func fillWorth(w *report.Worth, b *trace.Book, quote price.Quote, decimals int) {
	w.Day, w.Close, w.Source, w.Assumed = quote.Day.String(), quote.Close.String(), quote.Source, quote.Assume
	w.Start = quote.Close.Times(b.Start, decimals).String()
	for _, l := range b.Lines {
		w.Lines = append(w.Lines, quote.Close.Times(l.Basis, decimals).String())
	}
}
