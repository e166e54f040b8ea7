package casebook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/ledger/vfs"
)

// steps are what is done to a case of five entries, for faults to hit.
var steps = map[string]func(*testing.T, *Book) error{
	"note": func(t *testing.T, b *Book) error {
		_, err := b.Append(t.Context(), note("x"))
		return err
	},
	"file": func(t *testing.T, b *Book) error {
		_, err := b.Attach(t.Context(), exhibit("another"), strings.NewReader(sheet(tx(5), tx(6))))
		return err
	},
}

// A failure at any step leaves every entry that was acknowledged, once, and
// nothing by halves; what follows is added behind it.
func TestFailuresLeaveNothingByHalves(t *testing.T) {
	for name, do := range steps {
		for step := 1; ; step++ {
			dir := vfs.NewMem()
			b := filled(t, dir)
			dir.FailAt(step, errors.New("no space"))
			err := do(t, b)
			kept := 5
			if err == nil {
				kept = 6
			}
			sound(t, book(dir), kept)
			if err == nil {
				break // the failure came after the last step
			}
			if err := do(t, book(dir)); err != nil {
				t.Fatalf("%s, step %d: again: %v", name, step, err)
			}
			if p := sound(t, book(dir), 6); p.Strays != 0 {
				t.Fatalf("%s, step %d: %+v", name, step, p)
			}
		}
	}
}

// A crash at any step loses no entry that was acknowledged, and believes none by
// halves: what is left is whole, with at most the one that was not acknowledged,
// and its file.
func TestCrashesLoseNothing(t *testing.T) {
	for name, do := range steps {
		for step := 1; ; step++ {
			dir := vfs.NewMem()
			b := filled(t, dir)
			dir.StopAt(step)
			err := do(t, b)
			for variant := range 40 {
				after := dir.Crash(variant)
				p, failed := book(after).Verify(t.Context(), "")
				if failed != nil || len(p.Faults) > 0 || p.Records < 5 || p.Records > 6 || err == nil && p.Records != 6 {
					t.Fatalf("%s, step %d, variant %d: %+v, %v", name, step, variant, p, failed)
				}
				if again := do(t, book(after)); (again == nil) != (p.Records == 5) {
					t.Fatalf("%s, step %d, variant %d: %d entries, then %v", name, step, variant, p.Records, again)
				}
				sound(t, book(after), 6)
			}
			if err == nil {
				break
			}
		}
	}
}

// The first entry survives as the others do, with the one that came with it.
func TestOpeningSurvivesCrashes(t *testing.T) {
	for step := 1; ; step++ {
		dir := vfs.NewMem()
		dir.StopAt(step)
		_, err := book(dir).Append(t.Context(), opening("a"), note("first"))
		for variant := range 40 {
			after := dir.Crash(variant)
			p, failed := book(after).Verify(t.Context(), "")
			if failed != nil || len(p.Faults) > 0 || err == nil && p.Records != 2 {
				t.Fatalf("step %d, variant %d: %+v, %v", step, variant, p, failed)
			}
			if _, again := book(after).Append(t.Context(), opening("a")); (again == nil) != (p.Records == 0) {
				t.Fatalf("step %d, variant %d: %d entries, then %v", step, variant, p.Records, again)
			}
		}
		if err == nil {
			return
		}
	}
}

// Whatever byte is changed in the trail or a file, it is found, and nothing is
// read from the case or added to it as if nothing were.
func TestEveryChangedByteIsFound(t *testing.T) {
	dir := vfs.NewMem()
	b := filled(t, dir)
	head := sound(t, b, 5).Head
	names, err := dir.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := dir.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 * len(text) {
			at := i / 2
			changed := bytes.Clone(text)
			changed[at] ^= [2]byte{1, 0x20}[i%2] // 0x20: of a letter, small for capital
			dir.Overwrite(name, changed)
			p, err := book(dir).Verify(t.Context(), head)
			if err != nil || len(p.Faults) == 0 {
				t.Fatalf("%s, byte %d: %+v, %v", name, at, p, err)
			}
			if name != trailName || at == len(text)-1 || i%7 > 0 {
				continue
			}
			if _, err := book(dir).Case(t.Context()); err == nil {
				t.Fatalf("byte %d: read all the same", at)
			}
			if _, err := book(dir).Append(t.Context(), note("x")); err == nil {
				t.Fatalf("byte %d: added to all the same", at)
			}
		}
		dir.Overwrite(name, text)
	}
	sound(t, book(dir), 5)
}

// Lines that are moved, doubled, taken out or cut off are found; of what is cut
// off at the end, only with a hash that was noted elsewhere.
func TestTamperingIsFound(t *testing.T) {
	dir := vfs.NewMem()
	b := filled(t, dir)
	head := sound(t, b, 5).Head
	text, err := dir.ReadFile(trailName)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))[:5]
	with := func(order ...int) (out []byte) {
		for _, i := range order {
			out = append(out, lines[i]...)
		}
		return out
	}
	for _, c := range []struct {
		name string
		text []byte
		want string
	}{
		{"one taken out", with(0, 1, 3, 4), "line 3: it is number 4, want 3"},
		{"two changed about", with(0, 2, 1, 3, 4), "line 2: it is number 3"},
		{"one doubled", with(0, 1, 1, 2, 3, 4), "line 3: it is number 2"},
		{"the first taken out", with(1, 2, 3, 4), "line 1: it does not follow"},
		{"one taken out with its hash left", append(with(0, 1, 2, 3), left(t, lines[4])...), "1 entries were taken out"},
		{"the last cut off", with(0, 1, 2, 3), "no record has the hash " + head},
	} {
		dir.Overwrite(trailName, c.text)
		p, err := book(dir).Verify(t.Context(), head)
		if err != nil || !strings.Contains(strings.Join(p.Faults, "\n"), c.want) {
			t.Errorf("%s: got %+v, %v; want %q", c.name, p, err, c.want)
		}
		if _, err := book(dir).Case(t.Context()); (err == nil) != (c.name == "the last cut off") {
			t.Errorf("%s: read: %v", c.name, err)
		}
	}
}

func left(t *testing.T, line []byte) []byte {
	t.Helper()
	var l struct {
		Hash   string
		Record struct {
			Number   int
			Previous string
		}
	}
	if err := json.Unmarshal(line, &l); err != nil {
		t.Fatal(err)
	}
	return []byte(fmt.Sprintf(`{"hash":%q,"number":%d,"previous":%q}`+"\n", l.Hash, l.Record.Number, l.Record.Previous))
}

// Files that are missing or another's are found, and so is what no entry names.
func TestFilesAreVerified(t *testing.T) {
	dir := vfs.NewMem()
	filled(t, dir)
	c, err := book(dir).Case(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir.Overwrite(filePrefix+strings.Repeat("0", 64), nil)
	dir.Overwrite(incomingName, nil)
	if p := sound(t, book(dir), 5); p.Strays != 2 {
		t.Errorf("%+v", p)
	}
	if err := dir.Remove(filePrefix + c.Exhibits[0].SHA256); err != nil {
		t.Fatal(err)
	}
	p, err := book(dir).Verify(t.Context(), "")
	if err != nil || !strings.Contains(strings.Join(p.Faults, "\n"), "the file of entry 2: not found") {
		t.Errorf("%+v, %v", p, err)
	}
}

// A bundle that says other things of itself than its entry is told, whichever it is.
func TestBundlesThatSayOtherThings(t *testing.T) {
	for name, change := range map[string]func(*Contents){
		"another root":      func(c *Contents) { c.Root = "other" },
		"no root":           func(c *Contents) { c.Root = "" },
		"another operation": func(c *Contents) { c.Operation = "paths" },
		"another block":     func(c *Contents) { c.AsOf = "block 8" },
		"a marking":         func(c *Contents) { c.Marking = incident.MarkRed },
	} {
		dir := vfs.NewMem()
		filled(t, dir)
		b := Open(dir, func(ctx context.Context, data []byte) (*Contents, error) {
			c, err := sheets(ctx, data)
			if c != nil {
				change(c)
			}
			return c, err
		}, &digits{})
		p, err := b.Verify(t.Context(), "")
		if err != nil || p.Bundles != 0 || !strings.Contains(strings.Join(p.Faults, "\n"), "exhibit 2: its bundle says other things of itself") {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// FuzzTrail reads any file as a trail: it ends, and what is taken for a case can
// be added to.
func FuzzTrail(f *testing.F) {
	dir := vfs.NewMem()
	filled(f, dir)
	text, err := dir.ReadFile(trailName)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("{\"hash\":\"\"}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := vfs.NewMem()
		dir.Overwrite(trailName, text)
		b := book(dir)
		if _, err := b.Verify(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		c, err := b.Case(t.Context())
		if err != nil {
			return
		}
		e := note("x")
		if c.Closed.Known() {
			e = Entry{At: 1, By: "x", Act: ActReopen}
		}
		if _, err := b.Append(t.Context(), e); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		var again *Case
		if again, err = b.Case(t.Context()); err != nil || again.Entries != c.Entries+1 {
			t.Fatalf("%+v, %v", again, err)
		}
	})
}

// FuzzEntry puts any record behind a sound trail with a right hash: it is taken
// as an entry or told, and never breaks what reads it.
func FuzzEntry(f *testing.F) {
	dir := vfs.NewMem()
	filled(f, dir)
	text, err := dir.ReadFile(trailName)
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var l struct{ Record json.RawMessage }
		if err := json.Unmarshal(line, &l); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(l.Record))
	}
	f.Add([]byte(`{"number":6,"at":"2022-01-01T00:00:00Z","by":"x","act":"incident","incident":null,"salt":"1"}`))
	f.Add([]byte(`{"number":6,"act":"withdraw","by":"x","of":4,"why":"x","salt":"1"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			return
		}
		s, _, err := added(t.Context(), text, "")
		if err != nil {
			t.Fatal(err)
		}
		var e Entry
		if json.Unmarshal(raw, &e) != nil {
			return
		}
		if s.add(&e) == nil && s.c.Entries != e.Number {
			t.Fatalf("%+v", s.c)
		}
	})
}

// Entries are read in order, each with its hash.
func TestEntriesAreListed(t *testing.T) {
	b := filled(t, vfs.NewMem())
	var acts []Act
	var last string
	err := b.Entries(t.Context(), func(e *Entry, hash string) error {
		if e.Previous != last || len(e.Salt) != 32 {
			t.Errorf("%+v", e)
		}
		acts, last = append(acts, e.Act), hash
		return nil
	})
	if err != nil || fmt.Sprint(acts) != "[open exhibit exhibit finding reading]" {
		t.Errorf("%v, %v", acts, err)
	}
	stop := errors.New("stop")
	if err := b.Entries(t.Context(), func(*Entry, string) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	if _, err := book(vfs.NewMem()).Case(t.Context()); !errors.Is(err, clew.ErrNotFound) {
		t.Error(err)
	}
}
