package taxii

import (
	"errors"
	"strings"
	"testing"

	"clew/incident"
	"clew/ledger/vfs"
	"clew/share/stix"
)

func envelopeWith(objects []stix.Object) *stix.Envelope { return &stix.Envelope{Objects: objects} }

func openInbox(t *testing.T, dir vfs.FS) *Collection {
	t.Helper()
	c := &Collection{Name: "inbox", Marking: incident.MarkRed, Inbox: true}
	if err := c.Open(dir, "clew"); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCrashes adds objects to a folder that fails at every step in turn, or at
// which the machine stops, lets it crash then, and wants what was acknowledged held, once and with
// its date, what was refused by the failure not served, and no half an object.
func TestCrashes(t *testing.T) {
	t.Run("a step fails", func(t *testing.T) {
		crashes(t, func(dir *vfs.Mem, step int) { dir.FailAt(step, errors.New("the disk fails")) })
	})
	t.Run("the machine stops", func(t *testing.T) { crashes(t, func(dir *vfs.Mem, step int) { dir.StopAt(step) }) })
}

func crashes(t *testing.T, breaks func(dir *vfs.Mem, step int)) {
	text := func(n int) string { return object("indicator", n, "2020-01-01T00:00:00Z", `,"name":"<&>"`) }
	for failing := 1; ; failing++ {
		dir := vfs.NewMem()
		breaks(dir, failing)
		c := &Collection{Name: "inbox", Marking: incident.MarkRed, Inbox: true}
		err := c.Open(dir, "clew")
		acknowledged := map[string]moment{}
		for n := 0; err == nil && n < 6; n += 2 {
			both := envelopeWith(objectsOf(t, envelope(text(n), text(n+1))))
			if _, failed := c.add(both, "", moment(n)); failed != nil {
				if c.Held() != n {
					t.Fatalf("step %d: %d are served after a failure", failing, c.Held())
				}
				if _, err = c.add(both, "", moment(n)); err != nil {
					break // the file could not be cut: nothing more is taken
				}
			}
			for _, i := range c.held.items[n:] {
				acknowledged[i.id] = i.added
			}
		}
		for variant := range 40 {
			left := dir.Crash(variant)
			after := openInbox(t, left)
			for id, date := range acknowledged {
				held := after.held.byID[id]
				if len(held) != 1 || held[0].added != date || string(held[0].raw) != text(int(date)) && string(held[0].raw) != text(int(id[len(id)-1]-'0')) {
					t.Fatalf("step %d, crash %d: %s is held as %v", failing, variant, id, held)
				}
			}
			// The same again is no second one, and what was lost comes in.
			s, err := after.add(envelopeWith(objectsOf(t, envelope(text(0), text(1), text(2), text(3), text(4), text(5)))), "", 99)
			if err != nil || s.Succeeded != 6 || after.Held() != 6 {
				t.Fatalf("step %d, crash %d: %v, %d held", failing, variant, err, after.Held())
			}
			if again := openInbox(t, left); again.Held() != 6 {
				t.Fatalf("step %d, crash %d: %d held at last", failing, variant, again.Held())
			}
		}
		if dir.Steps() < failing {
			if failing < 5 {
				t.Fatalf("only %d steps were tried", failing)
			}
			return
		}
	}
}

// TestDamage wants a file that was changed refused, with the line, and nothing
// added behind it.
func TestDamage(t *testing.T) {
	dir := vfs.NewMem()
	c := openInbox(t, dir)
	for n := range 3 {
		if _, err := c.add(envelopeWith(objectsOf(t, envelope(object("indicator", n, "2020-01-01T00:00:00Z", "")))), "me", moment(n)); err != nil {
			t.Fatal(err)
		}
	}
	sound, err := dir.ReadFile("inbox.added.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(sound), "\n")
	for name, text := range map[string]string{
		"no JSON":          lines[0] + "x\n" + lines[2],
		"in another order": lines[1] + lines[0] + lines[2],
		"twice":            lines[0] + strings.Replace(lines[0], "000000Z", "000009Z", 1) + lines[2],
		"no object":        lines[0] + strings.Replace(lines[1], `"type"`, `"kind"`, 1) + lines[2],
		"zeros":            lines[0] + strings.Repeat("\x00", 20) + "\n",
	} {
		broken := vfs.NewMem()
		broken.Overwrite("inbox.added.jsonl", []byte(text))
		c := &Collection{Name: "inbox", Marking: incident.MarkRed, Inbox: true}
		if err := c.Open(broken, "clew"); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzJournal wants any file opened or refused: what is opened holds each version
// once, under dates that rise, and opens again as the same.
func FuzzJournal(f *testing.F) {
	f.Add([]byte(`{"added":"2026-01-01T00:00:00.000001Z","object":` + object("indicator", 1, "2020-01-01T00:00:00Z", "") + "}\n"))
	f.Add([]byte(`{"added":"2026-01-01T00:00:00.000001Z","object":{}}` + "\n"))
	f.Add([]byte("{}\n\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := vfs.NewMem()
		dir.Overwrite("inbox.added.jsonl", data)
		c := &Collection{Name: "inbox", Marking: incident.MarkRed, Inbox: true}
		if c.Open(dir, "clew") != nil {
			return
		}
		last := moment(0)
		for _, i := range c.held.items {
			if i.added <= last || c.held.byKey[i.key] != i {
				t.Errorf("%s is held under %s, after %s", i.id, i.added, last)
			}
			last = i.added
		}
		if again := openInbox(t, dir); again.Held() != c.Held() {
			t.Errorf("%d, and then %d", c.Held(), again.Held())
		}
		seen := vfs.NewMem()
		seen.Overwrite("own.seen.jsonl", data)
		_ = (&Collection{Name: "own", Marking: incident.MarkRed}).Open(seen, "clew") // ends, whatever it says
	})
}
