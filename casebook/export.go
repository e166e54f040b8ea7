package casebook

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"clew"
	"clew/incident"
	"clew/trail"
)

// ExportFormat is the version of an export's format. Members are only ever
// added to it.
const ExportFormat = 1

// ExportMax bounds an export, in bytes.
const ExportMax = 1 << 30

// manifestName is the file of an export that says what it is.
const manifestName = "export.json"

// ExportOptions say how far an export may go, and what is private and goes with
// it all the same.
type ExportOptions struct {
	Marking incident.Marking // of the export; empty: the case's own
	Victims bool
	Notes   bool
	Files   bool // those that are private
}

func (o *ExportOptions) released() []string {
	var list []string
	for _, r := range []struct {
		name string
		is   bool
	}{{"victims", o.Victims}, {"notes", o.Notes}, {"files", o.Files}} {
		if r.is {
			list = append(list, r.name)
		}
	}
	return list
}

// A Manifest says what an export holds.
type Manifest struct {
	Format   int              `json:"format"`
	Case     string           `json:"case"`
	Marking  incident.Marking `json:"marking"`
	Head     string           `json:"head"` // hash of the last entry of the case that it tells
	Entries  int              `json:"entries"`
	Released []string         `json:"released"`
	Withheld Withheld         `json:"withheld"`
	Files    []string         `json:"files"` // hashes of those that it holds, in their order
	Left     []string         `json:"left"`  // of those that were not released, or whose rows were withdrawn
}

// Withheld counts the entries of which an export holds only number and hash.
type Withheld struct {
	Victims int `json:"victims"`
	Notes   int `json:"notes"`
	Passed  int `json:"passed"` // what was made of the case for others before
	Taken   int `json:"taken"`  // withdrawals of such entries, which say why
}

// Export returns a case as one file: a ZIP archive, not compressed, of the trail,
// its files and a manifest. The same entries and options make the same bytes.
//
// Of what is private and not released, and of what was passed on before, the
// trail holds number and hash alone, so that whoever receives it can check the
// chain. What was made of the case since anything else was added is left off the
// end. A marking less strict than the case's is refused.
func (b *Book) Export(ctx context.Context, o ExportOptions) (m *Manifest, data []byte, err error) {
	err = b.trail.Viewed(func(v *trail.View) error {
		s, err := replayed(ctx, v.Whole)
		if err != nil {
			return err
		}
		if s.c.Entries == 0 {
			return fmt.Errorf("a case: %w", clew.ErrNotFound)
		}
		if o.Marking == "" {
			o.Marking = s.c.Marking
		}
		if s.c.Marking.Stricter(o.Marking) {
			return &clew.InputError{Field: "tlp", Value: string(o.Marking), Want: "nothing above the case's own marking, " + string(s.c.Marking)}
		}
		m = &Manifest{Format: ExportFormat, Case: s.c.Name, Marking: o.Marking, Released: append([]string{}, o.released()...), Files: []string{}, Left: []string{}}
		text, err := m.trail(ctx, v.Whole, o)
		if err != nil {
			return err
		}
		data, err = b.packed(ctx, m, text, m.choose(&s.c, o))
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return m, data, nil
}

// trail returns the trail as the export has it, and fills in what the manifest
// says of it.
func (m *Manifest) trail(ctx context.Context, whole []byte, o ExportOptions) ([]byte, error) {
	var out bytes.Buffer
	kept := 0 // of out, up to the last entry that is no passing on
	end := *m
	withheld := map[int]bool{}
	err := entriesOf(ctx, whole, func(e *Entry, l *trail.Line) error {
		count := m.withholds(e, o, withheld)
		text, err := lineOf(l, count != nil)
		if err != nil {
			return err
		}
		out.Write(text)
		if count != nil {
			*count++
			withheld[e.Number] = true
		}
		m.Entries, m.Head = e.Number, l.Hash
		if e.Act != ActPass {
			kept, end = out.Len(), *m
		}
		return nil
	})
	*m = end
	return out.Bytes()[:kept], err
}

// withholds returns what counts the entry if it is withheld; nil: it is not.
func (m *Manifest) withholds(e *Entry, o ExportOptions, withheld map[int]bool) *int {
	switch {
	case e.Act == ActVictim && !o.Victims:
		return &m.Withheld.Victims
	case e.Act == ActNote && !o.Notes:
		return &m.Withheld.Notes
	case e.Act == ActPass:
		return &m.Withheld.Passed
	case e.Act == ActWithdraw && withheld[e.Of]:
		return &m.Withheld.Taken
	}
	return nil
}

// lineOf returns a line whole, or what is left of it.
func lineOf(l *trail.Line, left bool) ([]byte, error) {
	if left {
		return l.Left()
	}
	text, err := json.Marshal(trail.Line{Hash: l.Hash, Record: l.Record})
	return append(text, '\n'), err
}

// choose fills in which files go along, and returns them in the order of their
// hashes. Of what was withdrawn none does.
func (m *Manifest) choose(c *Case, o ExportOptions) []Attached {
	all := c.attached()
	private, stands := map[string]bool{}, map[string]bool{} // where any row that stands says so
	for _, a := range all {
		if a.Withdrawn == 0 {
			private[a.SHA256], stands[a.SHA256] = private[a.SHA256] || a.Private, true
		}
	}
	slices.SortStableFunc(all, func(a, b Attached) int { return bytes.Compare([]byte(a.SHA256), []byte(b.SHA256)) })
	all = slices.CompactFunc(all, func(a, b Attached) bool { return a.SHA256 == b.SHA256 })
	var out []Attached
	for _, a := range all {
		if !stands[a.SHA256] || private[a.SHA256] && !o.Files {
			m.Left = append(m.Left, a.SHA256)
			continue
		}
		out, m.Files = append(out, a), append(m.Files, a.SHA256)
	}
	return out
}

// packed returns the archive.
func (b *Book) packed(ctx context.Context, m *Manifest, text []byte, files []Attached) ([]byte, error) {
	total := int64(len(text))
	for _, a := range files {
		total += a.Size
	}
	if total > ExportMax {
		return nil, &clew.InputError{Field: "case", Value: m.Case, Want: fmt.Sprintf("files of at most %d MiB together to export", ExportMax>>20)}
	}
	manifest, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.Grow(int(total) + len(manifest) + 512*(len(files)+3)) // with the names and places of the files
	z := zip.NewWriter(&out)
	if err := store(z, manifestName, manifest); err != nil {
		return nil, err
	}
	if err := store(z, trailName, text); err != nil {
		return nil, err
	}
	for _, a := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := b.File(a, func(data []byte) error { return store(z, filePrefix+a.SHA256, data) }); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}

func store(z *zip.Writer, name string, data []byte) error {
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err == nil {
		_, err = f.Write(data)
	}
	return err
}
