package report

import (
	"fmt"
	"slices"
	"strings"

	"clew/casebook"
)

// maxInput is how many bytes of what an exhibit was asked are shown.
const maxInput = 4000

// retitled returns the parts of an exhibit's answer under its number.
func (x *CaseExhibit) retitled(title string, s Section) Section {
	s.ID = fmt.Sprintf("%s-%d", s.ID, x.Number)
	s.Title = fmt.Sprintf("Exhibit %d: %s", x.Number, title)
	s.Detail = false
	for _, t := range s.Tables {
		t.Name = fmt.Sprintf("%s-%d", strings.ReplaceAll(t.Name, " ", "-"), x.Number)
		t.Most = 0
		for k := range t.Columns {
			t.Columns[k].Wide = t.Columns[k].Wide && t.Columns[k].Title != supposedTitle
		}
	}
	return s
}

// places says of each exhibit where the value lies that it followed.
func (r *CaseReport) places() []Section {
	var list []Section
	for i := range r.Exhibits {
		x := &r.Exhibits[i]
		if x.Trace == nil {
			continue
		}
		t := x.Trace.apart()
		s := x.retitled("where the value lies, by "+string(t.Result.Method.Policy), t.booksSection())
		s.Notes = append(s.Notes, "How much lies where is derived by the policy and is no fact of a ledger; what a line rests on says of which sort the transfers and names behind it are.")
		list = append(list, s)
	}
	return list
}

// policies says of each exhibit what other policies give.
func (r *CaseReport) policies() []Section {
	var list []Section
	for i := range r.Exhibits {
		x := &r.Exhibits[i]
		if x.Trace == nil {
			continue
		}
		s := x.Trace.apart().spreadSection()
		s.Notes, s.Fine = append(s.Notes, s.Fine...), nil
		if len(s.Tables) == 0 {
			s = Section{ID: "spread", Notes: []string{"What other policies give was not asked, which is no statement that they give the same."}}
		}
		list = append(list, x.retitled("the same question by other policies", s))
	}
	return list
}

// methods says how each exhibit's answer was come by.
func (r *CaseReport) methods() []Section {
	var list []Section
	for i := range r.Exhibits {
		x := &r.Exhibits[i]
		table := &Table{Name: "method", Columns: []Column{{Title: "parameter"}, {Title: "value"}}}
		if x.Trace != nil {
			table = x.Trace.methodSection().Tables[0]
		}
		add := func(name, value string) {
			if value != "" {
				table.Rows = append(table.Rows, Row{Cells: []Cell{{Text: name}, {Text: CleanUpTo(value, maxInput)}}})
			}
		}
		add("operation", x.Operation)
		add("made by", x.Product)
		add("made", x.Made)
		add("asked with, every default written out", string(x.Input))
		s := Section{ID: "method", Tables: some(table)}
		if x.Why != "" {
			s.Notes = []string{"Of its answer nothing is laid out here: " + cleanWhole(x.Why) + "."}
		}
		s = x.retitled("method and parameters", s)
		s.Detail = true
		list = append(list, s)
	}
	return list
}

// limits says what each exhibit did not reach, and what is missing.
func (r *CaseReport) limits() Section {
	s := Section{ID: "limits", Title: "Limits and gaps"}
	for i := range r.Exhibits {
		x := &r.Exhibits[i]
		if x.Trace == nil {
			continue
		}
		t := x.Trace.apart()
		var notes []string
		notes = append(notes, t.warnings()...)
		notes = append(notes, t.gapsSection().Notes...)
		notes = append(notes, limitsSection(t.NotRead).Notes...)
		if x.Untold > 0 {
			notes = append(notes, plural(x.Untold, "gap", "gaps")+" at single addresses are in the exhibit and are not listed here.")
		}
		if x.NotAsked != "" {
			notes = append(notes, "no service is asked by it: "+cleanWhole(x.NotAsked)+".")
		}
		if len(notes) == 0 {
			notes = []string{"no limit was hit, and no gap is known."}
		}
		for _, n := range notes {
			s.Notes = append(s.Notes, fmt.Sprintf("Exhibit %d: %s", x.Number, n))
		}
	}
	if len(s.Notes) == 0 {
		s.Notes = []string{"No exhibit's answer says what it did not reach."}
	}
	return s
}

// shown returns the exhibits that are listed: of an exchange's report those alone that
// it is asked about.
func (r *CaseReport) shown() []casebook.Exhibit {
	list := standingRows(r.Case.Exhibits, exhibitRow)
	if r.For != ForExchange {
		return list
	}
	return slices.DeleteFunc(list, func(x casebook.Exhibit) bool {
		return !slices.ContainsFunc(r.Exhibits, func(e CaseExhibit) bool { return e.Number == x.Number })
	})
}

// exhibits lists the exhibits, each known by its hash.
func (r *CaseReport) exhibits() Section {
	s := Section{ID: "exhibits", Title: "Exhibits"}
	for _, x := range r.shown() {
		table := &Table{Name: fmt.Sprintf("exhibit-%d", x.Number), Columns: []Column{{Title: fmt.Sprintf("exhibit %d", x.Number)}, {Title: "is"}}}
		add := func(name string, value Cell) {
			if value.Text != "" {
				table.Rows = append(table.Rows, Row{Cells: []Cell{{Text: name}, value}})
			}
		}
		add("what it is", uncut(x.Says))
		add("file", uncut(x.Name))
		add("size", Cell{Text: plural(x.Size, "byte", "bytes")})
		add("SHA-256", Cell{Text: cleanWhole(x.SHA256), Code: true})
		add("Merkle root", Cell{Text: cleanWhole(x.Root), Code: true})
		add("answers", uncut(x.Operation))
		add("as of", uncut(r.asOf(&x)))
		if r.For != ForExchange {
			add("entered by, at", Cell{Text: enteredBy(&x.Made)})
		}
		add("standing", Cell{Text: r.standsWords(&x)})
		s.Tables = append(s.Tables, table)
	}
	if len(s.Tables) == 0 {
		s.Notes = []string{"No exhibit stands."}
	}
	return s
}

// asOf says up to where an exhibit's answer looked: by its own words where it is laid out,
// for heights can be made up by the time alone, and the bundle's list does not say so.
func (r *CaseReport) asOf(x *casebook.Exhibit) string {
	at := slices.IndexFunc(r.Exhibits, func(e CaseExhibit) bool { return e.Number == x.Number && e.Trace != nil })
	if at < 0 || len(r.Exhibits[at].Trace.Result.AsOf) == 0 {
		return x.AsOf
	}
	var list []string
	for i := range r.Exhibits[at].Trace.Result.AsOf {
		list = append(list, asOfWords(&r.Exhibits[at].Trace.Result.AsOf[i]))
	}
	return strings.Join(list, "; ")
}

// standsWords says what is known of how an exhibit's transfers stand on their chains.
func (r *CaseReport) standsWords(x *casebook.Exhibit) string {
	if x.Root == "" {
		return "it is no bundle: nothing can be derived from it anew"
	}
	at := slices.IndexFunc(r.Exhibits, func(e CaseExhibit) bool { return e.Number == x.Number })
	if at < 0 || len(r.Exhibits[at].Proofs) == 0 {
		return "whether its transfers are on a chain was not looked at here; clew verify says, and says apart that its answer follows from what it holds"
	}
	var list []string
	for _, p := range r.Exhibits[at].Proofs {
		list = append(list, plural(p.Transfers, "transfer", "transfers")+" "+string(p.Standing))
	}
	return strings.Join(list, "; ")
}

// verifying says how whoever has the files can check them.
func (r *CaseReport) verifying() Section {
	s := Section{ID: "verify", Title: "How to verify", Notes: []string{
		"An exhibit is what this report says if the SHA-256 of its file's bytes, as sha256sum and other programs tell it, is the one above. A bundle can be derived anew offline, by the program of the version that is named with it or a later one: it says whether the answer follows from what the bundle holds, and apart from that which of its transfers are shown to be on a chain.",
	}}
	b := Block{Title: "Commands, where the exhibits' files are at hand"}
	for _, x := range r.shown() {
		if x.SHA256 == "" {
			continue
		}
		b.Lines = append(b.Lines, "sha256sum "+fileWord(&x))
		if x.Root != "" {
			b.Lines = append(b.Lines, "clew verify "+fileWord(&x))
		}
	}
	if r.For != ForExchange {
		s.Notes = append(s.Notes, "Each entry of the case's trail holds the hash of the one before, and the last one has the hash "+cleanWhole(r.Case.Head)+". Whoever can write the case's files can write the trail anew as a whole: that nothing was taken out or changed shows only to whoever noted that hash before.")
	}
	if len(b.Lines) > 0 {
		s.Blocks = []Block{b.plain()}
	}
	return s
}

// fileWord names an exhibit's file as one plain word that no shell reads anything into.
func fileWord(x *casebook.Exhibit) string {
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-' {
			return c
		}
		return '_'
	}, x.Name)
	if name = strings.TrimLeft(name, "-."); name == "" {
		return fmt.Sprintf("exhibit-%d", x.Number)
	}
	return name
}
