package report

import (
	"fmt"
	"strings"

	"clew/watchlist"
)

// A ListState is an official list as it is held.
type ListState struct {
	Slug      string                 `json:"name"`
	List      *watchlist.List        `json:"list"`
	BuiltIn   bool                   `json:"builtIn,omitempty"` // a part of the list, restated
	Raw       *watchlist.Raw         `json:"kept,omitempty"`    // the last edition, as it was had
	Editions  int                    `json:"editions,omitempty"`
	Parties   int                    `json:"parties"`
	Addresses int                    `json:"addresses"`
	Invalid   int                    `json:"invalid"`          // of them, those that name no address, or one of another chain than is said
	Known     watchlist.Date         `json:"known,omitempty"`  // last day up to the one asked for on which its state is known
	Days      int                    `json:"days"`             // from Known to the day asked for
	Stale     bool                   `json:"stale"`            // that is too long, or it is not known at all
	Faults    []watchlist.Identifier `json:"faults,omitempty"` // the invalid ones, where lists themselves were asked for
}

// listWarnings says which lists are built in, and which are too old.
func listWarnings(lists []ListState, day watchlist.Date, age int) (warnings []string) {
	var builtin []string
	for i := range lists {
		switch l := &lists[i]; {
		case l.BuiltIn:
			builtin = append(builtin, Clean(l.List.Publisher+" "+l.List.Name)+" "+string(l.List.Edition.Date))
		case l.Stale:
			warnings = append(warnings, l.staleWords(day, age))
		}
	}
	if builtin != nil {
		warnings = append(warnings, "Built in are parts alone, as they were on a day; what changed since is not in them: "+strings.Join(builtin, ", ")+".")
	}
	return warnings
}

// staleWords says how old a list is.
func (l *ListState) staleWords(day watchlist.Date, age int) string {
	name := Clean(l.List.Publisher + " " + l.List.Name)
	if l.Known == "" {
		return fmt.Sprintf("%s: no edition from before %s is held.", name, day)
	}
	return fmt.Sprintf("%s is known as of %s, %s before %s; at most %d are set.", name, l.Known, plural(l.Days, "day", "days"), day, age)
}

// listsSection lists the lists that were looked into.
func listsSection(lists []ListState) Section {
	table := &Table{Name: "lists", Columns: []Column{
		{Title: "list"}, {Title: "name", Wide: true}, {Title: "its own date"}, {Title: "version", Wide: true}, {Title: "form", Spare: 2}, {Title: "fetched, UTC", Spare: 1}, {Title: "from", Wide: true},
		{Title: "editions", Align: Right, Spare: 3}, {Title: "parties", Align: Right}, {Title: "addresses", Align: Right}, {Title: "invalid", Align: Right}, {Title: "known as of"}, {Title: "too old"}, {Title: "SHA-256", Wide: true},
	}}
	for _, l := range lists {
		e := &l.List.Edition
		fetched, from := word("built in"), word("")
		if l.Raw != nil {
			fetched = timeCell(l.Raw.Checked)
			var sources []string
			for _, f := range l.Raw.Files {
				sources = append(sources, f.Source)
			}
			from = word(strings.Join(sources, ", "))
		}
		old := word("no")
		if l.Stale {
			old = word("yes")
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(l.List.Publisher + " " + l.List.Name), word(l.Slug), word(orUnknown(string(e.Date))), word(e.Version), word(e.Format), fetched, from,
			count(l.Editions), count(l.Parties), count(l.Addresses), count(l.Invalid), word(orUnknown(string(l.Known))), old, word(e.SHA256)}})
	}
	return Section{ID: "lists", Title: "Lists that were looked into", Tables: some(table)}
}

// A ListsPage says which official lists are held.
type ListsPage struct {
	Day   watchlist.Date `json:"day"`
	Age   int            `json:"age"` // in days
	Lists []ListState    `json:"lists"`
}

// Outcome is Found: the built-in lists are always there.
func (p *ListsPage) Outcome() Outcome { return Found }

// Doc lays it out.
func (p *ListsPage) Doc() *Doc {
	d := &Doc{Title: "Official lists on " + string(p.Day), Warnings: listWarnings(p.Lists, p.Day, p.Age), More: []string{"clew lists update FILE or URL … fetches and keeps lists."}}
	kept := 0
	invalid := &Table{Name: "invalid", Wide: true, Columns: []Column{{Title: "list"}, {Title: "currency"}, {Title: "as published"}, {Title: "fault"}}}
	for i := range p.Lists {
		l := &p.Lists[i]
		if !l.BuiltIn {
			kept++
		}
		for _, x := range l.Faults {
			invalid.Rows = append(invalid.Rows, Row{Cells: []Cell{word(l.Slug), word(x.Currency), word(x.Text), word(x.Fault)}})
		}
	}
	d.Answer = []string{fmt.Sprintf("%s kept, beside the part that is built in. A list is too old %s after a day on which its state is known.",
		plural(kept, "list is", "lists are"), plural(p.Age, "day", "days"))}
	d.Sections = filled([]Section{listsSection(p.Lists), {ID: "invalid", Title: "Published addresses that cannot be read as such", Detail: true, Tables: some(invalid)}})
	return d
}

// A ListDiff is what the last edition of a list changed.
type ListDiff struct {
	Slug    string             `json:"name"`
	Before  *watchlist.Edition `json:"before,omitempty"` // none: it is the first
	Now     watchlist.Edition  `json:"now"`
	Changes []watchlist.Change `json:"changes,omitempty"`
}

// words sums a change up.
func (l *ListDiff) words() string {
	if l.Before == nil {
		return fmt.Sprintf("%s: the first edition, of %s.", Clean(l.Slug), orUnknown(string(l.Now.Day())))
	}
	n := map[watchlist.ChangeKind]int{}
	for _, c := range l.Changes {
		n[c.Kind]++
	}
	return fmt.Sprintf("%s, from %s to %s: parties %d added, %d changed, %d removed; addresses %d added, %d removed.", Clean(l.Slug), l.Before.Day(), l.Now.Day(),
		n[watchlist.PartyAdded], n[watchlist.PartyChanged], n[watchlist.PartyRemoved], n[watchlist.IdentifierAdded], n[watchlist.IdentifierRemoved])
}

// changesSection lists changes.
func changesSection(lists []ListDiff) Section {
	table := &Table{Name: "changes", Most: 50, Columns: []Column{{Title: "list"}, {Title: "change"}, {Title: "party"}, {Title: "name"}, {Title: "currency"}, {Title: "address"}}}
	for _, l := range lists {
		for _, c := range l.Changes {
			currency, text := "", ""
			if c.Identifier != nil {
				currency, text = c.Identifier.Currency, c.Identifier.Text
			}
			table.Rows = append(table.Rows, Row{Cells: []Cell{word(l.Slug), word(string(c.Kind)), word(c.Party), word(c.Name), word(currency), word(text)}})
		}
	}
	return Section{ID: "changes", Title: "Changes", Tables: some(table)}
}

// ListsDiff says what the last editions changed.
type ListsDiff struct {
	Lists []ListDiff `json:"lists"`
}

// Outcome is Found: without lists there is an error.
func (d *ListsDiff) Outcome() Outcome { return Found }

// Doc lays it out.
func (d *ListsDiff) Doc() *Doc {
	doc := &Doc{Title: "Last changes of official lists", Sections: filled([]Section{changesSection(d.Lists)})}
	for i := range d.Lists {
		doc.Answer = append(doc.Answer, d.Lists[i].words())
	}
	return doc
}

// A ListUpdate is what became of one source.
type ListUpdate struct {
	Source string `json:"source"`
	ListDiff
	Same      bool                   `json:"same,omitempty"`    // byte by byte the last edition
	Refused   string                 `json:"refused,omitempty"` // why
	Parties   int                    `json:"parties,omitempty"`
	Addresses int                    `json:"addresses,omitempty"`
	Invalid   []watchlist.Identifier `json:"invalid,omitempty"`
}

// ListsUpdate says what became of an update.
type ListsUpdate struct {
	Lists []ListUpdate `json:"lists"`
}

// Outcome is Found: what is refused is an error beside it.
func (u *ListsUpdate) Outcome() Outcome { return Found }

// Doc lays it out.
func (u *ListsUpdate) Doc() *Doc {
	d := &Doc{Title: "Update of official lists"}
	var diffs []ListDiff
	for i := range u.Lists {
		l := &u.Lists[i]
		switch source := Clean(l.Source); {
		case l.Refused != "":
			d.Warnings = append(d.Warnings, source+": refused.")
		case l.Same:
			d.Answer = append(d.Answer, fmt.Sprintf("%s: %s is unchanged, of %s.", source, Clean(l.Slug), l.Now.Day()))
		default:
			d.Answer = append(d.Answer, fmt.Sprintf("%s: kept, %s, %s, %d of them invalid. %s", source, plural(l.Parties, "party", "parties"), plural(l.Addresses, "address", "addresses"), len(l.Invalid), l.words()))
			diffs = append(diffs, l.ListDiff)
		}
	}
	d.Sections = filled([]Section{changesSection(diffs)})
	return d
}
