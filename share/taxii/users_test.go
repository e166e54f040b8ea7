package taxii

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// userOf returns a user's lines.
func userOf(name, key, rights string) string {
	return fmt.Sprintf("- {name: %s, keyHash: %s, %s}\n", name, hashOf(key), rights)
}

// by authenticates a request.
func by(name, key string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(name, key) }
}

// A meddled body does something when it is first read, which is after who sends
// it was let in.
type meddled struct {
	io.Reader
	before func()
}

func (m *meddled) Read(p []byte) (int, error) {
	if m.before != nil {
		m.before()
		m.before = nil
	}
	return m.Reader.Read(p)
}

// TestUsersAreTakenOut wants whoever is taken out, given another key or fewer
// rights let in no more from the next request on, though the server goes on;
// and nobody while it cannot be read who may ask.
func TestUsersAreTakenOut(t *testing.T) {
	const all = "read: [all], write: [all]"
	keeper, partner := userOf("keeper", "a key", all), userOf("partner", "another", all)
	w := newWorld(t, "users:\n"+keeper+partner)
	body := envelope(object("indicator", 1, "2020-01-01T00:00:00.000Z", ""))
	for _, c := range []struct {
		name, users   string
		keeper, reads int // codes
		adds          int
	}{
		{"at first", "users:\n" + keeper + partner, 200, 200, 202},
		{"taken out", "users:\n" + keeper, 200, 401, 401},
		{"back", "users:\n" + keeper + partner, 200, 200, 202},
		{"another key", "users:\n" + keeper + userOf("partner", "a third", all), 200, 401, 401},
		{"reads no more", "users:\n" + keeper + userOf("partner", "another", "write: [inbox]"), 200, 403, 202},
		{"adds no more", "users:\n" + keeper + userOf("partner", "another", "read: [inbox]"), 200, 200, 403},
		{"half written", "users:\n" + keeper + "- {name: par", 503, 503, 503},
		{"nobody", "users: []\n", 503, 503, 503},
		{"a collection that is not", "users:\n" + userOf("keeper", "a key", "read: [gone]"), 503, 503, 503},
		{"empty", "", 503, 503, 503},
	} {
		w.users = c.users
		got := []int{w.ask("GET", inboxObjects, "", by("keeper", "a key")).Code, w.ask("GET", inboxObjects, "", by("partner", "another")).Code, w.ask("POST", inboxObjects, body, by("partner", "another")).Code}
		if want := []int{c.keeper, c.reads, c.adds}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
	if log := strings.Join(w.log, "\n"); strings.Contains(log, hashOf("a key")) || !strings.Contains(log, "users.yaml") {
		t.Errorf("the log does not say why, or says too much: %s", log)
	}
}

// TestUsersAreTakenOutMeanwhile wants nothing kept of who was taken out while
// the body came.
func TestUsersAreTakenOutMeanwhile(t *testing.T) {
	keeper, partner := userOf("keeper", "a key", "read: [all]"), userOf("partner", "another", "write: [all]")
	for name, c := range map[string]struct {
		users string
		code  int
	}{"out": {"users:\n" + keeper, 401}, "fewer rights": {"users:\n" + keeper + userOf("partner", "another", "read: [all]"), 403}} {
		w := newWorld(t, "users:\n"+keeper+partner)
		out := w.ask("POST", inboxObjects, envelope(object("indicator", 1, "2020-01-01T00:00:00.000Z", "")), by("partner", "another"), func(r *http.Request) {
			r.Body = io.NopCloser(&meddled{r.Body, func() { w.users = c.users }})
		})
		if out.Code != c.code || w.inbox.Held() != 0 {
			t.Errorf("%s: %d, %d held", name, out.Code, w.inbox.Held())
		}
	}
}
