package taxii

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"clew/ledger/vfs"
)

// TestStatusAfterRestart wants what became of objects told, for a day, by a server
// that was started anew too, to who added them and to nobody else.
func TestStatusAfterRestart(t *testing.T) {
	key, hash := keyOf(t)
	users := "users:\n- {name: a, keyHash: " + hash + ", write: [all]}\n- {name: b, keyHash: " + hash + ", write: [all]}\n"
	as := func(name string) func(*http.Request) { return func(r *http.Request) { r.SetBasicAuth(name, key) } }
	w := newWorld(t, users)
	first := w.ask("POST", inboxObjects, envelope(object("note", 1, "2020-01-01T00:00:00Z", ""), `{"type":"<x>"}`), as("a"))
	text := strings.TrimSpace(first.Body.String())
	path := "/clew/status/" + text[len(`{"id":"`):len(`{"id":"`)+36] + "/"
	w.looks += 23 * 3600
	second := w.ask("POST", inboxObjects, envelope(object("note", 2, "2020-01-01T00:00:00Z", "")), as("b"))
	w.open(users)
	if again := w.ask("GET", path, "", as("a")); again.Code != 200 || strings.TrimSpace(again.Body.String()) != text {
		t.Errorf("%d %s, want %s", again.Code, again.Body, text)
	}
	if other := w.ask("GET", path, "", as("b")); other.Code != 404 {
		t.Errorf("another user sees it: %s", other.Body)
	}
	w.looks += 2 * 3600
	w.open(users)
	if old := w.ask("GET", path, "", as("a")); old.Code != 404 {
		t.Errorf("after a day: %d %s", old.Code, old.Body)
	}
	held, err := w.dir.ReadFile(statusFile)
	if err != nil || !strings.Contains(string(held), strings.TrimSpace(second.Body.String())) || strings.Count(string(held), "\n") != 1 {
		t.Errorf("%v %s", err, held)
	}
}

// TestStatusesAreBounded wants the file written anew before it holds much more
// than what is told.
func TestStatusesAreBounded(t *testing.T) {
	dir := vfs.NewMem()
	var s statuses
	if err := s.open(dir, at); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", spareStatuses/8)
	for n := range 40 {
		if err := s.keep("a", &Status{ID: idOf("status", n), Status: complete, Failures: []Detail{{Message: long}}}, at.Add(time.Duration(n)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	held, err := dir.ReadFile(statusFile)
	if err != nil || len(s.order) > 25 || s.of("a", idOf("status", 39)) == nil || len(held) > 8*spareStatuses {
		t.Errorf("%v, %d bytes for %d statuses", err, len(held), len(s.order))
	}
	var after statuses
	if err := after.open(dir, at.Add(39*time.Hour)); err != nil || len(after.order) != len(s.order) {
		t.Errorf("%v, %d and then %d", err, len(s.order), len(after.order))
	}
}

// TestStatusesAndAFailingDisk fails every step in turn, and wants what was told
// told on, and whatever is left on the disk read.
func TestStatusesAndAFailingDisk(t *testing.T) {
	for step := 1; ; step++ {
		dir := vfs.NewMem()
		dir.FailAt(step, errors.New("the disk fails"))
		var s statuses
		failures := 0
		if s.open(dir, at) != nil {
			failures++
		}
		for n := range 4 {
			if s.keep("a", &Status{ID: idOf("status", n), Status: complete}, at.Add(time.Duration(n)*30*time.Hour)) != nil {
				failures++
			}
			if s.of("a", idOf("status", n)) == nil {
				t.Errorf("step %d: status %d is not told", step, n)
			}
		}
		for variant := range 20 {
			var after statuses
			if err := after.open(dir.Crash(variant), at.Add(90*time.Hour)); err != nil || len(after.order) > 1 || failures == 0 && len(after.order) != 1 {
				t.Fatalf("step %d, crash %d: %v, %d held after %d failures", step, variant, err, len(after.order), failures)
			}
		}
		if dir.Steps() < step {
			return
		}
	}
}
