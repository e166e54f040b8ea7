package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A source of prices is asked, and nobody to whom it points; what was kept before
// stays where it gives nothing.
func TestPricesAreHadFromTheirSourceAlone(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/closes?key=secret", http.StatusFound)
		case "/closes":
			asked++
		case "/SECRETSECRET1234":
			w.Write([]byte("<html>" + r.URL.Path + " " + r.Header.Get("X-Api-Key")))
		case "/none":
			w.Write([]byte("date,close\n"))
		}
	}))
	t.Cleanup(s.Close)
	for path, says := range map[string]string{"/moved": "it points to http://127.0.0.1", "/none": "at least one whole day", "/SECRETSECRET1234": "<html>/[key] [key]"} {
		home := t.TempDir()
		file := filepath.Join(home, "ether.csv")
		if err := os.WriteFile(file, []byte("date,close\n2022-01-08,3031.07\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		url := filepath.Join(home, "url.txt")
		if err := os.WriteFile(url, []byte(s.URL+path+"\nX-Api-Key: SECRETSECRET1234\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r := clewIn(t.Context(), home, "prices", "fetch", "@"+url, file)
		if r.code == 0 || !strings.Contains(r.stderr, says) || strings.Contains(strings.ToLower(r.stderr), "secret") || asked > 0 {
			t.Errorf("%s: %+v, asked %d times", path, r, asked)
		}
		if kept, err := os.ReadFile(file); err != nil || !strings.Contains(string(kept), "3031.07") {
			t.Errorf("%s: %q, %v", path, kept, err)
		}
	}
}
