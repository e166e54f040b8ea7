package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A list is had from where its publisher points, without what only the
// publisher may know; and from nowhere else.
func TestListsArePointedElsewhere(t *testing.T) {
	list, err := os.ReadFile("testdata/list.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	t.Cleanup(other.Close)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Authorization"))
		if r.UserAgent() != "clew" {
			t.Errorf("asked as %q", r.UserAgent())
		}
		switch r.URL.Path {
		case "/file":
			w.Write(list)
		case "/list":
			http.Redirect(w, r, "/file?signed=secret", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/other":
			http.Redirect(w, r, other.URL, http.StatusFound)
		}
	}))
	t.Cleanup(s.Close)
	for path, c := range map[string]struct {
		code int
		says string
	}{
		"/list": {0, "kept, 1 party, 1 address"}, "/loop": {1, "3 times at most"}, "/other": {1, "followed by https alone"},
	} {
		keys = nil
		home := t.TempDir()
		url := filepath.Join(home, "url.txt")
		if err := os.WriteFile(url, []byte(s.URL+path+"\nUser: user\nPassword: word\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r := clewIn(t.Context(), home, "lists", "update", "@"+url)
		if r.code != c.code || !strings.Contains(r.stdout+r.stderr, c.says) || strings.Contains(r.stdout+r.stderr, "secret") || strings.Contains(r.stdout+r.stderr, "word") {
			t.Errorf("%s: %+v", path, r)
		}
		for i, key := range keys {
			if (key == "") != (i > 0) {
				t.Errorf("%s: request %d has %q", path, i, key)
			}
		}
	}
}
