package casebook

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"clew"
	"clew/ledger/vfs"
)

// An Export is a case that was read from what [Book.Export] wrote.
type Export struct {
	Manifest Manifest `json:"manifest"`
	Case     *Case    `json:"case"`
	Proof    *Proof   `json:"proof"` // of what is in it, by itself
}

// ReadExport reads an export, and says what of it is not as it was written. A
// file that is no export is an error. head is as for [Book.Verify].
func ReadExport(ctx context.Context, data []byte, bundles BundleReader, head string) (*Export, error) {
	a, err := unpacked(data)
	if err != nil {
		return nil, &clew.InputError{Field: "file", Want: "a case that clew case export wrote: " + err.Error()}
	}
	var m Manifest
	if err := json.Unmarshal(a[manifestName], &m); err != nil || m.Format != ExportFormat {
		return nil, &clew.InputError{Field: "file", Want: fmt.Sprintf("a case that clew case export wrote, of format %d", ExportFormat)}
	}
	s, proof, err := added(ctx, a[trailName], head)
	if err != nil {
		return nil, err
	}
	p := &Proof{Proof: proof, Backward: s.c.Backward, Withheld: s.c.Withheld}
	left := map[string]bool{}
	for _, sha := range m.Left {
		left[sha] = true
	}
	m.compare(p, &s.c)
	k := &kept{a, bundles, map[string]*Contents{}}
	if err := k.verifyFiles(ctx, p, s, left); err != nil {
		return nil, err
	}
	if err := k.verifyRests(ctx, p, s, left); err != nil {
		return nil, err
	}
	if p.Strays > 0 || len(a) != 2+len(m.Files) {
		p.Fault("it holds files that no entry names, or not those that its manifest does")
	}
	return &Export{m, &s.c, p}, nil
}

// compare holds what the manifest says against what the trail adds up to.
func (m *Manifest) compare(p *Proof, c *Case) {
	if m.Case != c.Name || m.Head != c.Head || m.Entries != c.Entries {
		p.Fault("its manifest tells of another case than its trail")
	}
	if c.Marking.Stricter(m.Marking) {
		p.Fault("it is marked %s, and the case %s", m.Marking, c.Marking)
	}
	w := m.Withheld
	if w.Victims+w.Notes+w.Passed+w.Taken != c.Withheld {
		p.Fault("its manifest says that other entries are withheld than are")
	}
	for _, a := range c.attached() {
		if slices.Contains(m.Left, a.SHA256) == slices.Contains(m.Files, a.SHA256) {
			p.Fault("its manifest does not say whether the file of entry %d is in it", a.Number)
		}
	}
}

// An archive is the files of an export by their names. Their bytes are parts of
// the export's.
type archive map[string][]byte

// unpacked returns the files of a ZIP archive, none of which is compressed.
func unpacked(data []byte) (archive, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	a := archive{}
	total := int64(0)
	for _, f := range z.File {
		at, err := f.DataOffset()
		size := int64(f.UncompressedSize64)
		switch {
		case err != nil:
			return nil, err
		case f.Method != zip.Store || f.CompressedSize64 != f.UncompressedSize64 || size < 0 || at > int64(len(data)) || size > int64(len(data))-at:
			return nil, errors.New("its files are compressed, or cut short")
		case total+size > int64(len(data)):
			return nil, errors.New("its files overlap")
		case a[f.Name] != nil:
			return nil, fmt.Errorf("two files are called %q", f.Name)
		}
		total += size
		a[f.Name] = data[at : at+size : at+size]
	}
	if a[manifestName] == nil || a[trailName] == nil {
		return nil, errors.New("it has no manifest or no trail")
	}
	if n := bytes.LastIndexByte(a[trailName], '\n') + 1; n != len(a[trailName]) {
		return nil, errors.New("its trail is cut short")
	}
	return a, nil
}

// Map returns the bytes of a file.
func (a archive) Map(name string) (vfs.Mapping, error) {
	data, ok := a[name]
	if !ok {
		return nil, &fs.PathError{Op: "map", Path: name, Err: fs.ErrNotExist}
	}
	return inside(data), nil
}

// List returns the names of the files.
func (a archive) List() ([]string, error) {
	var names []string
	for name := range a {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// An inside mapping is a part of bytes that somebody else holds.
type inside []byte

func (i inside) Bytes() []byte             { return i }
func (inside) Advise(int, int, vfs.Advice) {}
func (inside) Close() error                { return nil }
