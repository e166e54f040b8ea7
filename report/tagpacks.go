package report

import (
	"fmt"

	"clew"
	"clew/tag"
)

// A TagFile is a file of tags that was read, with what is wrong in it.
type TagFile struct {
	Pack   tag.Pack    `json:"pack"`
	Issues []tag.Issue `json:"issues,omitempty"`
	Doubts []tag.Issue `json:"doubts,omitempty"` // tags that repeat or contradict another of the file, taken all the same
}

// tagFiles are files of tags that were read.
type tagFiles []TagFile

func (files tagFiles) sum() (refused, issues, doubts int) {
	for _, f := range files {
		refused, issues, doubts = refused+f.Pack.Refused, issues+len(f.Issues), doubts+len(f.Doubts)
	}
	return refused, issues, doubts
}

// taken says what was taken of the files; sound stands before it, or nothing.
func (files tagFiles) taken(sound string) string {
	tags, actors := 0, 0
	for _, f := range files {
		tags, actors = tags+f.Pack.Tags, actors+f.Pack.Actors
	}
	switch {
	case actors == 0:
		return plural(tags, sound+"tag", sound+"tags")
	case tags == 0:
		return plural(actors, sound+"actor", sound+"actors")
	}
	return plural(tags, sound+"tag", sound+"tags") + " and " + plural(actors, "actor", "actors")
}

func (files tagFiles) sections() []Section {
	read := &Table{Name: "files", Columns: []Column{
		{Title: "file"}, {Title: "title"}, {Title: "tags", Align: Right}, {Title: "actors", Align: Right, Spare: 1}, {Title: "refused", Align: Right}, {Title: "left out", Align: Right}, {Title: "shared or private"},
	}}
	issues := &Table{Name: "issues", Columns: []Column{{Title: "where"}, {Title: "what is wrong"}}}
	doubts := &Table{Name: "doubts", Columns: []Column{{Title: "where"}, {Title: "what is doubtful"}}}
	for _, f := range files {
		left, kind := 0, "shared"
		for _, n := range f.Pack.Skipped {
			left += n
		}
		if f.Pack.Private {
			kind = "private"
		}
		read.Rows = append(read.Rows, Row{Cells: []Cell{
			word(f.Pack.File), word(f.Pack.Title), count(f.Pack.Tags), count(f.Pack.Actors), count(f.Pack.Refused), count(left), word(kind),
		}})
		for _, i := range f.Issues {
			issues.Rows = append(issues.Rows, Row{Cells: []Cell{word(fmt.Sprintf("%s:%d", i.File, i.Line)), word(i.Text)}})
		}
		for _, i := range f.Doubts {
			doubts.Rows = append(doubts.Rows, Row{Cells: []Cell{word(fmt.Sprintf("%s:%d", i.File, i.Line)), word(i.Text)}})
		}
	}
	return filled([]Section{
		{ID: "issues", Title: "Issues", Tables: some(issues)},
		{ID: "doubts", Title: "Repeated and contradictory tags, which are taken all the same", Tables: some(doubts)},
		{ID: "files", Title: "What was read", Tables: some(read)},
	})
}

func (files tagFiles) warnings() []string {
	var packs []tag.Pack
	for _, f := range files {
		packs = append(packs, f.Pack)
	}
	return packWarnings(packs)
}

// A TagLint is what is wrong in files of tags.
type TagLint struct {
	Files []TagFile `json:"files"`
}

// Outcome is Flawed if anything is wrong or doubtful.
func (l *TagLint) Outcome() Outcome {
	if _, issues, doubts := tagFiles(l.Files).sum(); issues+doubts > 0 {
		return Flawed
	}
	return Found
}

// Doc lays it out.
func (l *TagLint) Doc() *Doc {
	files := tagFiles(l.Files)
	refused, issues, doubts := files.sum()
	answer := fmt.Sprintf("%s in %s: no issue.", files.taken(""), plural(len(files), "file", "files"))
	if issues > 0 {
		answer = fmt.Sprintf("%s in %s: %s; %s refused.", files.taken("sound "), plural(len(files), "file", "files"),
			plural(issues, "issue", "issues"), count(refused).Text)
	}
	if doubts > 0 {
		answer += " " + plural(doubts, "doubt", "doubts") + "."
	}
	return &Doc{Title: "Tag packs", Asked: "What is wrong in these files of tags?", Answer: []string{answer}, Warnings: files.warnings(), Sections: files.sections()}
}

// TagsWritten is a tag pack that was written.
type TagsWritten struct {
	Files   []TagFile    `json:"files"` // read
	Out     string       `json:"out"`
	Tags    int          `json:"tags"`              // written
	Actors  int          `json:"actors,omitempty"`  // written in their place
	Private bool         `json:"private,omitempty"` // the pack that was written
	Shared  bool         `json:"shared,omitempty"`  // it is meant to be
	LeftOut int          `json:"leftOut,omitempty"` // private tags and notices
	Idle    []tag.Notice `json:"noticesOfNothing,omitempty"`
}

// Outcome is Flawed if tags were refused: what was written is without them.
func (w *TagsWritten) Outcome() Outcome {
	if _, issues, _ := tagFiles(w.Files).sum(); issues > 0 {
		return Flawed
	}
	return Found
}

// Doc lays it out.
func (w *TagsWritten) Doc() *Doc {
	files := tagFiles(w.Files)
	written := plural(w.Tags, "tag", "tags")
	if w.Actors > 0 {
		written = plural(w.Actors, "actor", "actors")
	}
	d := &Doc{Title: "Tag pack", Answer: []string{fmt.Sprintf("%s written to %s.", written, Clean(w.Out))},
		Warnings: append(files.warnings(), idleWarnings(w.Idle)...), Sections: files.sections(), More: []string{"clew trace … --tags " + Clean(w.Out) + " takes it."}}
	if refused, issues, _ := files.sum(); issues > 0 {
		d.Answer = append(d.Answer, fmt.Sprintf("%s; %s not written.", plural(issues, "issue", "issues"), count(refused).Text))
	}
	if w.Private {
		d.Warnings = append(d.Warnings, "The pack is private, since a file that was read is.")
	}
	if w.Shared {
		d.Answer = append(d.Answer, plural(w.LeftOut, "private tag or notice", "private tags and notices")+" left out.")
	}
	return d
}

// TagConflicts are addresses of which good claims contradict each other.
type TagConflicts struct {
	Files     []TagFile     `json:"files"`
	Day       string        `json:"day"` // that the claims are of
	Conflicts []TagConflict `json:"conflicts"`
}

// A TagConflict is one of them.
type TagConflict struct {
	Address clew.Address `json:"address"`
	Clashes []tag.Clash  `json:"clashes"`
}

// Outcome says whether there are any.
func (c *TagConflicts) Outcome() Outcome {
	if len(c.Conflicts) == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (c *TagConflicts) Doc() *Doc {
	files := tagFiles(c.Files)
	table := &Table{Name: "conflicts", Most: 40, Columns: []Column{
		{Title: "address"}, {Title: "over"}, {Title: "one claim"}, {Title: "pack"}, {Title: "another"}, {Title: "pack"}, {Title: "evidence"},
	}}
	for _, one := range c.Conflicts {
		for _, clash := range one.Clashes {
			row := clashRow(&clash)
			table.Rows = append(table.Rows, Row{Cells: append([]Cell{addressCell(one.Address)}, row.Cells...)})
		}
	}
	answer := "No conflicts among the best claims. That claims agree does not make them right."
	if n := len(c.Conflicts); n > 0 {
		answer = fmt.Sprintf("Of %s, the best claims are in conflict. At most one of each two is right.", plural(n, "address", "addresses"))
	}
	d := &Doc{Title: "Conflicts of claims", Asked: "Of which addresses do equally good claims say different things?", Answer: []string{answer}, Warnings: files.warnings()}
	d.Sections = append(filled([]Section{{ID: "conflicts", Title: "Conflicts of the best claims", Tables: some(table)}}), files.sections()...)
	return d
}
