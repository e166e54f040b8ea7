package casebook

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/ledger/vfs"
)

// secrets are words of what is private in the case of these tests, by what
// releases them.
var secrets = map[string][]string{
	"victims": {"Jane Doe", "her own error"},
	"notes":   {"telephoned", "a slip of the pen"},
	"files":   {"passport of"},
	"never":   {"the other exchange"},
}

// private returns a case with all that is private, some of it withdrawn.
func private(t testing.TB, dir vfs.FS) *Book {
	t.Helper()
	b := filled(t, dir)
	must(t, b, Entry{At: 130, By: "AB", Act: ActVictim, Victim: &Victim{Name: "Jane Doe", Asset: clew.NativeAsset("eip155:1"), Amount: clew.Units(5), Source: "her form"}}) // 6
	must(t, b, note("telephoned"))                                                                                                                                          // 7
	must(t, b, Entry{At: 131, By: "AB", Act: ActWithdraw, Of: 6, Why: "her own error"})
	must(t, b, Entry{At: 131, By: "AB", Act: ActWithdraw, Of: 7, Why: "a slip of the pen"})
	e := exhibit("who she is")
	e.Exhibit.Private = true
	attach(t, b, e, "passport of") // 10
	must(t, b, Entry{At: 132, By: "AB", Act: ActPass, Passed: &Passed{What: "export", To: "the other exchange"}})
	must(t, b, Entry{At: 133, By: "AB", Act: ActIndicator, Indicator: &Indicator{Type: "url", Value: "http://example.org", Source: "mail"}}) // 12
	return b
}

func exported(t testing.TB, b *Book, o ExportOptions) (*Manifest, []byte) {
	t.Helper()
	m, data, err := b.Export(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return m, data
}

// Nothing that is private goes along unless it is released, and then what it is
// released with does, and no more. Whoever reads it can check the chain.
func TestExportsWithholdWhatIsPrivate(t *testing.T) {
	b := private(t, vfs.NewMem())
	all, err := b.Case(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]ExportOptions{"": {}, "victims": {Victims: true}, "notes": {Notes: true}, "files": {Files: true}} {
		m, data := exported(t, b, o)
		for release, words := range secrets {
			for _, word := range words {
				if bytes.Contains(data, []byte(word)) != (release == name) {
					t.Errorf("released %q: %q is in it: %t", name, word, release != name)
				}
			}
		}
		x, err := ReadExport(t.Context(), data, sheets, all.Head)
		if err != nil || len(x.Proof.Faults) > 0 || x.Case.Head != all.Head || x.Case.Entries != 12 {
			t.Fatalf("released %q: %+v, %v", name, x, err)
		}
		if asJSON(t, x.Manifest) != asJSON(t, m) || asJSON(t, x.Case.Findings) != asJSON(t, all.Findings) || asJSON(t, x.Case.Readings) != asJSON(t, all.Readings) || asJSON(t, x.Case.Exhibits) != asJSON(t, all.Exhibits) {
			t.Errorf("released %q: %s", name, asJSON(t, x))
		}
		want := Withheld{Victims: 1, Notes: 1, Passed: 1, Taken: 2}
		if o.Victims {
			want.Victims, want.Taken = 0, 1
		}
		if o.Notes {
			want.Notes, want.Taken = 0, 1
		}
		if m.Withheld != want || len(x.Case.Victims) != 1-want.Victims || len(x.Case.Notes) != 1-want.Notes || x.Proof.Left != len(m.Left) || (len(m.Left) == 0) != o.Files {
			t.Errorf("released %q: %s", name, asJSON(t, x))
		}
	}
}

// The same case makes the same bytes, and an export that was noted makes no
// other.
func TestExportsAreTheSameBytes(t *testing.T) {
	b := private(t, vfs.NewMem())
	_, one := exported(t, b, ExportOptions{})
	_, two := exported(t, private(t, vfs.NewMem()), ExportOptions{})
	must(t, b, Entry{At: 140, By: "AB", Act: ActPass, Passed: &Passed{What: "export"}})
	_, three := exported(t, b, ExportOptions{})
	if !bytes.Equal(one, two) || !bytes.Equal(one, three) {
		t.Errorf("%d, %d and %d bytes differ", len(one), len(two), len(three))
	}
}

func TestExportsStayBelowTheirMarking(t *testing.T) {
	b := filled(t, vfs.NewMem()) // amber
	for _, m := range incident.Markings() {
		var wrong *clew.InputError
		_, data, err := b.Export(t.Context(), ExportOptions{Marking: m})
		if refused := errors.As(err, &wrong); refused != incident.MarkAmber.Stricter(m) || refused == (data != nil) {
			t.Errorf("%s: %v, %d bytes", m, err, len(data))
		}
	}
	if m, _ := exported(t, b, ExportOptions{}); m.Marking != incident.MarkAmber {
		t.Errorf("without one: %s", m.Marking)
	}
	if _, _, err := book(vfs.NewMem()).Export(t.Context(), ExportOptions{}); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("no case: %v", err)
	}
}

// repacked returns an export with some files changed; nil takes one out.
func repacked(t testing.TB, data []byte, change map[string][]byte) []byte {
	t.Helper()
	a, err := unpacked(data)
	if err != nil {
		t.Fatal(err)
	}
	names, err := a.List()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name := range change {
		if a[name] == nil {
			names = append(names, name)
		}
	}
	for _, name := range names {
		text, changed := change[name]
		if !changed {
			text = a[name]
		}
		if text != nil {
			if err := store(z, name, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Whatever is changed in an export is found, or it is refused.
func TestChangedExportsAreFound(t *testing.T) {
	b := private(t, vfs.NewMem())
	m, data := exported(t, b, ExportOptions{})
	a, err := unpacked(data)
	if err != nil {
		t.Fatal(err)
	}
	manifest := string(a[manifestName])
	other := strings.Repeat("0", 64)
	for name, changed := range map[string][]byte{
		"a file gone":        repacked(t, data, map[string][]byte{filePrefix + m.Files[0]: nil}),
		"a file changed":     repacked(t, data, map[string][]byte{filePrefix + m.Files[0]: []byte("x")}),
		"a file more":        repacked(t, data, map[string][]byte{filePrefix + other: []byte("x")}),
		"some file more":     repacked(t, data, map[string][]byte{"readme": []byte("x")}),
		"a word changed":     repacked(t, data, map[string][]byte{trailName: bytes.Replace(a[trailName], []byte("a mixer"), []byte("a nixer"), 1)}),
		"marked otherwise":   repacked(t, data, map[string][]byte{manifestName: []byte(strings.Replace(manifest, `"amber"`, `"clear"`, 1))}),
		"another head":       repacked(t, data, map[string][]byte{manifestName: []byte(strings.Replace(manifest, m.Head, other, 1))}),
		"less withheld":      repacked(t, data, map[string][]byte{manifestName: []byte(strings.Replace(manifest, `"victims":1`, `"victims":0`, 1))}),
		"another file named": repacked(t, data, map[string][]byte{manifestName: []byte(strings.Replace(manifest, m.Files[0], other, 1))}),
	} {
		x, err := ReadExport(t.Context(), changed, sheets, "")
		if err != nil || len(x.Proof.Faults) == 0 {
			t.Errorf("%s: %+v, %v", name, x, err)
		}
	}
	for name, changed := range map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "cut short": data[:len(data)-5],
		"no trail":           repacked(t, data, map[string][]byte{trailName: nil}),
		"a torn trail":       repacked(t, data, map[string][]byte{trailName: a[trailName][:len(a[trailName])-1]}),
		"another format":     repacked(t, data, map[string][]byte{manifestName: []byte(strings.Replace(manifest, `"format":1`, `"format":2`, 1))}),
		"a compressed trail": compressed(t),
	} {
		var wrong *clew.InputError
		if x, err := ReadExport(t.Context(), changed, sheets, ""); !errors.As(err, &wrong) {
			t.Errorf("%s: %+v, %v", name, x, err)
		}
	}
	if x, err := ReadExport(t.Context(), data, sheets, other); err != nil || !strings.Contains(strings.Join(x.Proof.Faults, "\n"), "no record has the hash") {
		t.Errorf("another head asked for: %+v, %v", x, err)
	}
}

// compressed returns an archive that would take more than it has.
func compressed(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range []string{manifestName, trailName} {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(bytes.Repeat([]byte("{}"), 1000))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// FuzzReadExport reads any file as an export: it ends, and holds no more than it
// has bytes.
func FuzzReadExport(f *testing.F) {
	_, data := exported(f, private(f, vfs.NewMem()), ExportOptions{})
	f.Add(data)
	f.Add(compressed(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := unpacked(data)
		if err != nil {
			return
		}
		total := 0
		for _, text := range a {
			total += len(text)
		}
		if total > len(data) {
			t.Fatalf("%d bytes in %d", total, len(data))
		}
		if _, err := ReadExport(t.Context(), data, sheets, ""); err != nil {
			var wrong *clew.InputError
			if !errors.As(err, &wrong) {
				t.Fatal(err)
			}
		}
	})
}
