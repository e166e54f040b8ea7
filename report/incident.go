package report

import (
	"slices"
	"strings"

	"clew"
	"clew/incident"
	sharing "clew/share"
)

// An IncidentPage tells all that is said of one theft.
type IncidentPage struct {
	*incident.Incident
	Own bool `json:"own,omitempty"` // of the user's own record
}

// Outcome is Found.
func (p *IncidentPage) Outcome() Outcome { return Found }

// Doc lays it out.
func (p *IncidentPage) Doc() *Doc {
	i := p.Incident
	d := &Doc{Title: Clean(i.Title), Asked: "What is said of this theft, by whom, and with what standing?"}
	figure := "What it was worth is not known, which is not zero."
	if v, ok := i.Figure(); ok {
		figure = "The figure that totals take: " + valueCell(&v).Text + " US dollars, by " + Clean(v.By) + "."
	}
	d.Answer = []string{figure}
	for _, s := range i.Summary {
		d.Answer = append(d.Answer, Clean(s.Text)+mark(s.Checked()))
	}
	d.Warnings = p.warnings()
	d.Sections = filled([]Section{
		p.section("attribution", "Who is said to have done it (claims, side by side)", []string{"claimed of", "state", "part", "by", "day", "standing", "evidence", "means", "source"}, attributionRows(i)),
		p.section("values", "What it was worth, as published", []string{"US dollars", "prices", "by", "day", "counts", "note", "source"}, valueRows(i)),
		p.section("losses", "What was taken", []string{"amount", "coin", "by", "transactions", "note", "source"}, lossRows(i)),
		p.section("outcomes", "What became of it", []string{"state", "day", "amount", "by", "at", "note", "source"}, outcomeRows(i)),
		p.section("transactions", "Transactions that sources name", []string{"transaction", "chain", "time", "did", "source"}, txRows(i)),
		p.section("when", "When", []string{"what", "day", "time", "note", "source"}, dateRows(i)),
		p.section("victims", "Victims", []string{"victim", "kind", "country", "size", "source"}, victimRows(i)),
		p.section("methods", "How", []string{"method", "techniques", "what is said", "by", "source"}, methodRows(i)),
		p.section("chains", "What of each chain is covered", []string{"chain", "what", "source"}, chainRows(i)),
		p.section("roles", "What addresses did, as somebody says", []string{"address", "role", "did", "by", "source"}, roleRows(i)),
		p.section("persons", "Persons, from authorities' own acts", []string{"person", "act", "authority", "day", "in its words", "source"}, personRows(i)),
		p.section("trail", "What was done about this entry", []string{"day", "act", "by", "of", "why", "was", "is"}, trailRows(i)),
		p.section("sources", "Sources", []string{"source", "title", "publisher", "kind", "date", "where", "note"}, sourceRows(i)),
	})
	return d
}

func (p *IncidentPage) warnings() []string {
	var list []string
	if p.Own {
		list = append(list, ownWarning([]string{p.ID})...)
	}
	if !p.Counts() {
		list = append(list, "No account of the record counts this: its status is "+Clean(statusWords(p.Status))+".")
	}
	if p.Status == incident.StatusDisputed {
		list = append(list, "Somebody disputes this entry, and it is not settled: see what was done about it.")
	}
	return list
}

func statusWords(s incident.Status) string {
	if s == "" {
		return "that of a case's own file"
	}
	return string(s)
}

// mark says of a statement that was not verified that it was not.
func mark(checked bool) string {
	if checked {
		return ""
	}
	return " (not verified)"
}

func roughly(is bool) string {
	if is {
		return "about "
	}
	return ""
}

// section makes a table of rows of words.
func (p *IncidentPage) section(id, title string, columns []string, rows [][]string) Section {
	t := &Table{Name: id}
	for at, c := range columns {
		spare := 0
		if at > 1 && slices.Contains([]string{"note", "source", "means", "part", "at"}, c) {
			spare = 1
		}
		t.Columns = append(t.Columns, Column{Title: c, Spare: spare})
	}
	for _, r := range rows {
		row := Row{}
		for _, text := range r {
			row.Cells = append(row.Cells, word(text))
		}
		t.Rows = append(t.Rows, row)
	}
	return Section{ID: id, Title: title, Tables: some(t)}
}

func attributionRows(i *incident.Incident) (rows [][]string) {
	for _, a := range i.Attributions {
		rows = append(rows, []string{a.Label, a.State, string(a.Part), a.By, roughly(a.About) + string(a.Day), string(a.Standing) + mark(a.Checked()), a.Evidence, string(a.Means), a.Source})
	}
	return rows
}

func valueRows(i *incident.Incident) (rows [][]string) {
	for _, v := range i.Values {
		counts := ""
		if v.Counts {
			counts = "yes"
		}
		basis := string(v.Basis)
		if basis == "" {
			basis = "of a day that is not stated"
		}
		rows = append(rows, []string{valueCell(&v).Text + mark(v.Checked()), basis, v.By, string(v.Day), counts, v.Note, v.Source})
	}
	return rows
}

func lossRows(i *incident.Incident) (rows [][]string) {
	for _, l := range i.Losses {
		by := l.By
		if by == "" {
			if s, ok := i.Source(l.Source); ok {
				by = s.Publisher
			}
		}
		txs := make([]string, len(l.Transactions))
		for at, tx := range l.Transactions {
			txs[at] = tx.String()
		}
		rows = append(rows, []string{roughly(l.About) + string(l.Amount) + mark(l.Checked()), l.Asset + l.Coin, by, strings.Join(txs, ", "), l.Note, l.Source})
	}
	return rows
}

func txRows(i *incident.Incident) (rows [][]string) {
	for _, n := range i.Named {
		at := ""
		if n.Time != 0 {
			at = n.Time.Time().UTC().Format("2006-01-02 15:04:05")
		}
		tx := n.Tx.String()
		if chain := clew.Chain(n.Chain); chain.IsBitcoin() || chain.IsTron() { // as their explorers write it
			tx = strings.TrimPrefix(tx, "0x")
		}
		rows = append(rows, []string{tx, clew.Chain(n.Chain).Name(), at, n.Did, n.Source})
	}
	return rows
}

func outcomeRows(i *incident.Incident) (rows [][]string) {
	for _, o := range i.Outcomes {
		var amounts []string
		if o.Amount != "" {
			amounts = append(amounts, string(o.Amount)+" "+o.Asset+o.Coin)
		}
		if o.USD != "" {
			amounts = append(amounts, group(string(o.USD))+" US dollars")
		}
		rows = append(rows, []string{string(o.State), roughly(o.About) + string(o.Day), strings.Join(amounts, ", ") + mark(o.Checked()), o.By, o.At, o.Note, o.Source})
	}
	return rows
}

func dateRows(i *incident.Incident) (rows [][]string) {
	for _, x := range []struct {
		what string
		d    incident.Dated
	}{{"it occurred", i.Dates.Occurred}, {"it was discovered", i.Dates.Discovered}, {"it was made public", i.Dates.Disclosed}} {
		if x.d.Day == "" {
			continue
		}
		day := roughly(x.d.About) + string(x.d.Day)
		if x.d.Until != "" {
			day += " to " + string(x.d.Until)
		}
		clock := ""
		if x.d.Time != 0 {
			clock = x.d.Time.Time().UTC().Format("15:04:05") + " UTC"
		}
		rows = append(rows, []string{x.what, day + mark(x.d.Checked()), clock, x.d.Note, x.d.Source})
	}
	return rows
}

func victimRows(i *incident.Incident) (rows [][]string) {
	for _, v := range i.Victims {
		var sizes []string
		for _, s := range v.Sizes {
			sizes = append(sizes, roughly(s.About)+group(string(s.Figure))+" "+string(s.Of))
		}
		rows = append(rows, []string{v.Name, string(v.Kind), v.Country, strings.Join(sizes, "; "), v.Source})
	}
	return rows
}

func methodRows(i *incident.Incident) (rows [][]string) {
	for _, m := range i.Methods {
		rows = append(rows, []string{string(m.Kind), strings.Join(sharing.Techniques(&m), ", "), m.Text + mark(m.Checked()), m.By, m.Source})
	}
	return rows
}

func chainRows(i *incident.Incident) (rows [][]string) {
	for _, h := range i.Held {
		rows = append(rows, []string{h.Name(), h.Covers, h.Source})
	}
	return rows
}

func roleRows(i *incident.Incident) (rows [][]string) {
	for _, set := range i.RoleSets {
		for _, a := range set.Addresses {
			rows = append(rows, []string{a.String(), string(set.Role), set.Did, set.By, set.Source})
		}
	}
	return rows
}

func personRows(i *incident.Incident) (rows [][]string) {
	for _, x := range i.Persons {
		rows = append(rows, []string{x.Name, string(x.Act), x.Authority, string(x.Day), "“" + x.Quote + "”", x.Source})
	}
	return rows
}

func trailRows(i *incident.Incident) (rows [][]string) {
	for _, x := range i.Trail {
		rows = append(rows, []string{string(x.Day), string(x.Act), x.By, x.Of, x.Text, x.Was, x.Is})
	}
	return rows
}

func sourceRows(i *incident.Incident) (rows [][]string) {
	for _, s := range i.Sources {
		where := s.URL
		if where == "" {
			where = s.Snapshot
		}
		rows = append(rows, []string{s.ID, s.Title, s.Publisher, string(s.Kind), string(s.Day), where, s.Note})
	}
	return rows
}
