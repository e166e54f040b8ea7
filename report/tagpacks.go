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
}

// tagFiles are files of tags that were read.
type tagFiles []TagFile

func (files tagFiles) sum() (tags, refused, issues int) {
	for _, f := range files {
		tags, refused, issues = tags+f.Pack.Tags, refused+f.Pack.Refused, issues+len(f.Issues)
	}
	return tags, refused, issues
}

func (files tagFiles) sections() []Section {
	read := &Table{Name: "files", Columns: []Column{
		{Title: "file"}, {Title: "title"}, {Title: "tags", Align: Right}, {Title: "refused", Align: Right}, {Title: "left out", Align: Right}, {Title: "shared or private"},
	}}
	issues := &Table{Name: "issues", Columns: []Column{{Title: "where"}, {Title: "what is wrong"}}}
	for _, f := range files {
		left, kind := 0, "shared"
		for _, n := range f.Pack.Skipped {
			left += n
		}
		if f.Pack.Private {
			kind = "private"
		}
		read.Rows = append(read.Rows, Row{Cells: []Cell{
			word(f.Pack.File), word(f.Pack.Title), count(f.Pack.Tags), count(f.Pack.Refused), count(left), word(kind),
		}})
		for _, i := range f.Issues {
			issues.Rows = append(issues.Rows, Row{Cells: []Cell{word(fmt.Sprintf("%s:%d", i.File, i.Line)), word(i.Text)}})
		}
	}
	return filled([]Section{
		{ID: "issues", Title: "Issues", Tables: some(issues)},
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

// Outcome is Flawed if anything is wrong.
func (l *TagLint) Outcome() Outcome {
	if _, _, issues := tagFiles(l.Files).sum(); issues > 0 {
		return Flawed
	}
	return Found
}

// Doc lays it out.
func (l *TagLint) Doc() *Doc {
	files := tagFiles(l.Files)
	tags, refused, issues := files.sum()
	answer := fmt.Sprintf("%s in %s: no issue.", plural(tags, "tag", "tags"), plural(len(files), "file", "files"))
	if issues > 0 {
		answer = fmt.Sprintf("%s in %s: %s; %s.", plural(tags, "sound tag", "sound tags"), plural(len(files), "file", "files"),
			plural(issues, "issue", "issues"), plural(refused, "tag is refused", "tags are refused"))
	}
	return &Doc{Title: "Tag packs", Asked: "What is wrong in these files of tags?", Answer: []string{answer}, Warnings: files.warnings(), Sections: files.sections()}
}

// TagsWritten is a tag pack that was written.
type TagsWritten struct {
	Files   []TagFile    `json:"files"` // read
	Out     string       `json:"out"`
	Tags    int          `json:"tags"`              // written
	Private bool         `json:"private,omitempty"` // the pack that was written
	Shared  bool         `json:"shared,omitempty"`  // it is meant to be
	LeftOut int          `json:"leftOut,omitempty"` // private tags and notices
	Idle    []tag.Notice `json:"noticesOfNothing,omitempty"`
}

// Outcome is Flawed if tags were refused: what was written is without them.
func (w *TagsWritten) Outcome() Outcome {
	if _, _, issues := tagFiles(w.Files).sum(); issues > 0 {
		return Flawed
	}
	return Found
}

// Doc lays it out.
func (w *TagsWritten) Doc() *Doc {
	files := tagFiles(w.Files)
	d := &Doc{Title: "Tag pack", Answer: []string{fmt.Sprintf("%s written to %s.", plural(w.Tags, "tag", "tags"), Clean(w.Out))},
		Warnings: append(files.warnings(), idleWarnings(w.Idle)...), Sections: files.sections(), More: []string{"clew trace … --tags " + Clean(w.Out) + " takes it."}}
	if _, refused, issues := files.sum(); issues > 0 {
		d.Answer = append(d.Answer, fmt.Sprintf("%s; %s not written.", plural(issues, "issue", "issues"), plural(refused, "tag was", "tags were")))
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
