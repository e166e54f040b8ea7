package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"clew/config"
)

// A heard writer may be read while it is written.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// patience is how long a test waits for what must come. Under the race detector,
// beside other packages, a server that starts in a second takes half a minute.
const patience = 3 * time.Minute

// await waits until something is said.
func (h *heard) await(t *testing.T, form string) string {
	t.Helper()
	words := regexp.MustCompile(form)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if found := words.FindString(h.String()); found != "" {
			return found
		}
	}
	t.Fatalf("it does not say %s:\n%s", form, h)
	return ""
}

// A letters reader gives bytes that count up.
type letters struct{ n byte }

func (l *letters) Read(p []byte) (int, error) {
	for i := range p {
		l.n++
		p[i] = l.n
	}
	return len(p), nil
}

// taxiiWith runs a command for which waiting takes a hundredth of the time.
func taxiiWith(ctx context.Context, home string, errs io.Writer, args ...string) reply {
	var out bytes.Buffer
	variables := map[string]string{"CLEW_LEDGER": filepath.Join(home, "ledger"), "XDG_CACHE_HOME": home, "CLEW_LISTS": home, "CLEW_DECISIONS": home, "CLEW_TAXII": filepath.Join(home, "taxii")}
	said := &heard{}
	code := run(ctx, &system{
		Args: args, Stdout: &out, Stderr: io.MultiWriter(said, errs), Now: time.Now, Random: &letters{}, Environment: config.Environment{OS: "linux", Getenv: func(name string) string { return variables[name] }},
		Sleep: func(ctx context.Context, d time.Duration) error { return sleep(ctx, d/100) },
	})
	return reply{code, out.String(), said.String()}
}

// bundleOf returns a bundle of one identity with a marking's id.
func bundleOf(name, mark string) string {
	return fmt.Sprintf(`{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects":[{"type":"identity","spec_version":"2.1","id":"identity--00000000-0000-4000-8000-000000000001",`+
		`"created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","name":%q,"object_marking_refs":[%q]}]}`, name, mark)
}

const (
	tlpClear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
	tlpRed   = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestTaxii serves what a file says to a user with a key, who fetches, adds and
// goes on where they stood; files that change are served anew, and what is no
// longer readable, or was marked stricter, is served no more.
func TestTaxii(t *testing.T) {
	home := t.TempDir()
	in := func(name string) string { return filepath.Join(home, name) }
	var user struct{ Key, KeyHash string }
	made := taxiiWith(t.Context(), home, io.Discard, "taxii", "user", "partner", "--read", "all", "--write", "inbox", "--json")
	if err := json.Unmarshal([]byte(made.stdout), &user); err != nil || !strings.HasPrefix(user.Key, "clew-") || len(user.KeyHash) != 64 {
		t.Fatalf("%+v %v", made, err)
	}
	users := write(t, in("users.yaml"), "users:\n- name: partner\n  keyHash: "+user.KeyHash+"\n  read: [all]\n  write: [inbox]\n")
	write(t, in("own.json"), bundleOf("first", tlpClear))
	theft, err := os.ReadFile("testdata/markedtheft.yaml")
	if err != nil {
		t.Fatal(err)
	}
	write(t, in("theft.yaml"), string(theft))
	serve := write(t, in("serve.yaml"), "collections:\n- {name: own, tlp: green, bundles: [own.json]}\n- {name: case, tlp: red, thefts: [theft.yaml]}\n- {name: inbox, tlp: amber+strict, inbox: true}\n")
	ctx, stop := context.WithCancel(t.Context())
	log, ended := &heard{}, make(chan reply)
	go func() {
		ended <- taxiiWith(ctx, home, log, "taxii", "serve", "--listen", "127.0.0.1:0", "--collections", serve, "--users", "@"+users)
	}()
	url := log.await(t, `http://[0-9.:]+/taxii2/`)
	partner := "@" + write(t, in("partner.txt"), url+"\nUser: partner\nPassword: "+user.Key+"\n")
	var said []reply
	do := func(want int, args ...string) reply {
		t.Helper()
		r := taxiiWith(t.Context(), home, io.Discard, append([]string{"taxii"}, args...)...)
		if said = append(said, r); r.code != want {
			t.Errorf("%v: exit %d\n%s%s", args, r.code, r.stdout, r.stderr)
		}
		return r
	}
	do(0, "discover", partner)
	do(1, "discover", url)
	do(0, "get", partner, "--collection", "own", "--to", in("got.json"))
	do(2, "put", partner, "testdata/partner.json", "--collection", "inbox")
	do(2, "put", partner, "testdata/partner.json", "--collection", "inbox", "--tlp", "amber")
	do(2, "put", partner, "testdata/partner.json", "--collection", "own", "--tlp", "red")
	do(0, "put", partner, "testdata/partner.json", "--collection", "inbox", "--tlp", "amber+strict")
	red := write(t, in("red.json"), bundleOf("red", tlpRed))
	if r := do(4, "put", partner, red, "--collection", "inbox", "--tlp", "red"); !strings.Contains(r.stdout, "TLP:RED") {
		t.Errorf("%s", r.stdout)
	}
	do(0, "get", partner, "--collection", "inbox", "--to", in("inbox.json"))
	if got, want := objectsIn(t, in("inbox.json")), objectsIn(t, "testdata/partner.json"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}

	write(t, in("own.json"), strings.Replace(bundleOf("second", tlpClear), "0Z\",\"name", "1Z\",\"name", 1))
	log.await(t, `collection own was read anew`)
	if r := do(0, "get", partner, "--collection", "own", "--to", in("got.json"), "--continue"); !regexp.MustCompile(`1 new in\s+the file`).MatchString(r.stdout) {
		t.Errorf("%s", r.stdout)
	}
	if got := objectsIn(t, in("got.json")); strings.Count(got, "identity--") != 2 {
		t.Errorf("%s", got)
	}
	do(2, "get", partner, "--collection", "inbox", "--to", in("got.json"), "--continue")
	write(t, in("theft.yaml"), "x: 1\n")
	log.await(t, `collection case is not served`)
	do(1, "get", partner, "--collection", "case", "--to", in("case.json"))
	if _, err := os.Stat(in("case.json")); err == nil {
		t.Error("a file was written")
	}
	stop()
	last := <-ended
	if last.code != 0 || !strings.Contains(last.stdout, "3 collections at "+url) {
		t.Errorf("%+v", last)
	}
	for _, r := range append(said, last) {
		if strings.Contains(r.stdout+r.stderr, user.Key) {
			t.Errorf("it prints a key: %s%s", r.stdout, r.stderr)
		}
	}
}

// objectsIn returns what the objects of a bundle say, in order.
func objectsIn(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var b struct{ Objects []any }
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(b.Objects)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestTaxiiTakenOut wants a user who is taken out of the file let in no more by
// the server that goes on, on the connection that is open already, and the one
// who stays let in.
func TestTaxiiTakenOut(t *testing.T) {
	home, keys := t.TempDir(), map[string]string{}
	in := func(name string) string { return filepath.Join(home, name) }
	lines := func(names ...string) string {
		text := "users:\n"
		for _, name := range names {
			sum := sha256.Sum256([]byte(keys[name]))
			text += fmt.Sprintf("- {name: %s, keyHash: %x, read: [all], write: [all]}\n", name, sum)
		}
		return text
	}
	keys["stays"], keys["leaves"] = "clew-one", "clew-two"
	users := write(t, in("users.yaml"), lines("stays", "leaves"))
	serve := write(t, in("serve.yaml"), "collections:\n- {name: inbox, tlp: red, inbox: true}\n")
	ctx, stop := context.WithCancel(t.Context())
	log, ended := &heard{}, make(chan reply)
	go func() {
		ended <- taxiiWith(ctx, home, log, "taxii", "serve", "--listen", "127.0.0.1:0", "--collections", serve, "--users", "@"+users)
	}()
	url := strings.Replace(log.await(t, `http://[0-9.:]+/taxii2/`), "taxii2/", "clew/collections/", 1)
	clients := map[string]*http.Client{"stays": {Transport: &http.Transport{}}, "leaves": {Transport: &http.Transport{}}}
	ask := func(name string) (code int, kept bool) {
		r, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { kept = c.Reused }}), "GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "application/taxii+json;version=2.1")
		r.SetBasicAuth(name, keys[name])
		out, err := clients[name].Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Body.Close()
		_, _ = io.Copy(io.Discard, out.Body)
		return out.StatusCode, kept
	}
	for _, c := range []struct {
		text          string
		stays, leaves int
	}{{lines("stays", "leaves"), 200, 200}, {lines("stays"), 200, 401}, {lines("stays", "leaves"), 200, 200}, {"", 503, 503}, {lines("stays"), 200, 401}} {
		write(t, users, c.text)
		for name, want := range map[string]int{"stays": c.stays, "leaves": c.leaves} {
			if code, kept := ask(name); code != want || !kept && c.text != lines("stays", "leaves") {
				t.Errorf("%s of %q: %d, want %d; on the connection of before: %v", name, c.text, code, want, kept)
			}
		}
	}
	log.await(t, `users were read anew: 1 may ask`)
	stop()
	if last := <-ended; last.code != 0 {
		t.Errorf("%+v", last)
	}
}

// TestTaxiiRefuses wants a server that would let others in, or pass on what is
// marked stricter, not to start.
func TestTaxiiRefuses(t *testing.T) {
	home := t.TempDir()
	in := func(name string) string { return filepath.Join(home, name) }
	theft, err := filepath.Abs("testdata/markedtheft.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"above": "- {name: a, tlp: amber, thefts: [" + theft + "]}", "twice": "- {name: a, tlp: red, inbox: true}\n- {name: a, tlp: red, inbox: true}", "nothing": "- {name: a, tlp: red}",
		"both": "- {name: a, tlp: red, inbox: true, record: true}", "white": "- {name: a, tlp: white, record: true}", "up": "- {name: ../a, tlp: red, inbox: true}", "gone": "- {name: a, tlp: red, bundles: [none.json]}",
		"unknown": "- {name: a, tlp: red, inbox: true, x: 1}", "release": "- {name: a, tlp: red, record: true, release: [all]}",
	} {
		write(t, in(name+".yaml"), "collections:\n"+text+"\n")
	}
	users := write(t, in("users.yaml"), "users:\n- {name: a, keyHash: "+strings.Repeat("0", 64)+", read: [all]}\n")
	for _, c := range []struct{ args, says string }{
		{"--listen 0.0.0.0:0", "--users"}, {"--listen :0", "--users"}, {"--listen example.org:0", "--users"}, {"--listen 0.0.0.0:0 --users @" + users, "--cert"}, {"--listen 127.0.0.1", "a port"},
		{"--cert x", "together"}, {"--root taxii2", "root"}, {"--root a/b", "root"}, {"--users " + users, "on no command line"}, {"--users @" + in("none"), "can be read"}, {"--users env:NONE", "is set"},
		{"--collections " + in("above.yaml"), "amber+strict or stricter"}, {"--collections " + in("twice.yaml"), "each name once"}, {"--collections " + in("nothing.yaml"), "either an inbox"},
		{"--collections " + in("both.yaml"), "either an inbox"}, {"--collections " + in("white.yaml"), "clear, green"}, {"--collections " + in("up.yaml"), "small letters"},
		{"--collections " + in("gone.yaml"), "can be read"}, {"--collections " + in("unknown.yaml"), "x"}, {"--collections " + in("release.yaml"), "as release"}, {"--collections " + in("none"), "can be read"},
		{"--cert " + users + " --key " + users, "PEM"},
	} {
		ctx, stop := context.WithTimeout(t.Context(), patience)
		r := taxiiWith(ctx, home, io.Discard, append([]string{"taxii", "serve"}, strings.Fields(c.args)...)...)
		stop()
		if r.code != 2 || !strings.Contains(r.stderr, c.says) {
			t.Errorf("%s: exit %d, %s", c.args, r.code, r.stderr)
		}
	}
}

// TestTaxiiAsksNobodyElse wants a redirection not followed, nothing sent above a
// marking, and a sealed case to ask nobody.
func TestTaxiiAsksNobodyElse(t *testing.T) {
	home, asked := t.TempDir(), 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked += 1000 }))
	defer other.Close()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, other.URL, http.StatusFound)
	}))
	defer s.Close()
	bundle := write(t, filepath.Join(home, "red.json"), bundleOf("red", tlpRed))
	for _, c := range []struct {
		args  []string
		code  int
		asked int
	}{
		{[]string{"discover", s.URL}, 1, 1}, {[]string{"get", s.URL, "--collection", "x", "--to", filepath.Join(home, "x")}, 1, 1},
		{[]string{"put", s.URL, bundle, "--collection", "x"}, 2, 0}, {[]string{"put", s.URL, bundle, "--collection", "x", "--tlp", "amber+strict"}, 2, 0}, {[]string{"put", s.URL, bundle, "--collection", "x", "--tlp", "red"}, 1, 1},
		{[]string{"discover", s.URL, "--sealed"}, 2, 0}, {[]string{"discover", "https://user:secret@127.0.0.1/"}, 2, 0},
		{[]string{"discover", "http://192.0.2.1/"}, 2, 0}, {[]string{"discover", "ftp://127.0.0.1/"}, 2, 0},
	} {
		asked = 0
		r := taxiiWith(t.Context(), home, io.Discard, append([]string{"taxii"}, c.args...)...)
		if r.code != c.code || asked != c.asked || strings.Contains(r.stderr, "secret") {
			t.Errorf("%v: exit %d, %d asked, %s", c.args, r.code, asked, r.stderr)
		}
	}
}

// TestTaxiiWrongURLs wants whoever mistypes a server's URL told what a server's
// URL is, and not what a node's may be.
func TestTaxiiWrongURLs(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"ftp://127.0.0.1/", "wss://127.0.0.1/", "ipc:/tmp/x", "x", "", "https://", "https://[::1", "javascript:alert(1)"} {
		r := taxiiWith(t.Context(), home, io.Discard, "taxii", "discover", name)
		if want := "server: want a URL that begins with https or http, such as https://example.org/"; r.code != 2 || !strings.Contains(strings.Join(strings.Fields(r.stderr), " "), want) {
			t.Errorf("%q: exit %d, %s", name, r.code, r.stderr)
		}
	}
}

// TestTaxiiKeyRepeated wants a key that a server repeats, and texts without end,
// printed nowhere.
func TestTaxiiKeyRepeated(t *testing.T) {
	const secret = "clew-abcdefghijklmnop"
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, key, _ := r.BasicAuth()
		if key != secret {
			t.Errorf("it sends %q", key)
		}
		w.Header().Set("Content-Type", "application/taxii+json;version=2.1")
		fmt.Fprintf(w, `{"title":%q,"description":%q,"versions":["application/taxii+json;version=2.1"],"max_content_length":1000,"collections":[{"id":"a","title":%q,"can_read":true,"can_write":true}]}`,
			"of "+r.Header.Get("Authorization")+key, strings.Repeat("x", 1<<20), key+strings.Repeat("y", 1<<20))
	}))
	defer s.Close()
	home := t.TempDir()
	partner := "@" + write(t, filepath.Join(home, "partner.txt"), s.URL+"\nUser: partner\nPassword: "+secret+"\n")
	for _, form := range []string{"--wide", "--json"} {
		r := taxiiWith(t.Context(), home, io.Discard, "taxii", "discover", partner, form)
		if r.code != 0 || strings.Contains(r.stdout+r.stderr, secret) || strings.Contains(r.stdout, "cGFydG5lcj") || len(r.stdout) > 10_000 || !strings.Contains(r.stdout, "[key]") {
			t.Errorf("exit %d: %.500s%s", r.code, r.stdout, r.stderr)
		}
	}
}

// TestTaxiiKilled kills real servers, by the signal that none can see, while
// objects are added. Whatever was acknowledged is held afterwards, once, under the
// date that it had.
func TestTaxiiKilled(t *testing.T) {
	home := t.TempDir()
	held := map[string]string{}
	number := 0
	for round := range 6 {
		child := exec.Command(os.Args[0], "taxii", "serve", "--listen", "127.0.0.1:0", "--dir", filepath.Join(home, "taxii"), "--collections", write(t, filepath.Join(home, "serve.yaml"), "collections:\n- {name: inbox, tlp: red, inbox: true}\n"))
		child.Env = append(os.Environ(), "CLEW_TEST_AS_COMMAND=1", "CLEW_LEDGER="+filepath.Join(home, "ledger"))
		log := &heard{}
		child.Stderr = log
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		objects := strings.TrimSuffix(log.await(t, `http://[0-9.:]+/taxii2/`), "taxii2/") + "clew/collections/inbox/"
		now := datesOf(t, objects)
		for id, date := range held {
			if now[id] != date {
				t.Errorf("round %d: %s was added at %s, and now at %q", round, id, date, now[id])
			}
		}
		for id := range now {
			held[id] = now[id] // taken in, and killed before it was said
		}
		kill := time.AfterFunc(time.Duration(5+round*11)*time.Millisecond, func() { _ = child.Process.Kill() })
		for {
			var list []string
			for range 20 {
				number++
				list = append(list, fmt.Sprintf(`{"type":"note","spec_version":"2.1","id":"note--00000000-0000-4000-8000-%012d","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z"}`, number))
			}
			code, _ := askTaxii(t, "POST", objects+"objects/", `{"objects":[`+strings.Join(list, ",")+`]}`)
			if code != 202 {
				break
			}
			if n := number - 19; held[noteID(n)] == "" {
				held[noteID(n)] = dateOf(t, objects, noteID(n))
			}
		}
		kill.Stop()
		_ = child.Process.Kill()
		_ = child.Wait()
		for id, date := range held {
			if date == "" {
				delete(held, id) // killed before its date was asked for
			}
		}
	}
	if len(held) == 0 {
		t.Error("nothing was added")
	}
}

func noteID(n int) string { return fmt.Sprintf("note--00000000-0000-4000-8000-%012d", n) }

// askTaxii sends a request, and returns 0 where nobody answers.
func askTaxii(t *testing.T, method, url, body string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/taxii+json;version=2.1")
	r.Header.Set("Content-Type", "application/taxii+json;version=2.1")
	out, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		return 0, nil
	}
	return out.StatusCode, text
}

// datesOf returns when each object of a collection was added, which must be once.
func datesOf(t *testing.T, collection string) map[string]string {
	t.Helper()
	dates, next := map[string]string{}, ""
	for {
		_, text := askTaxii(t, "GET", collection+"manifest/?match%5Bversion%5D=all"+next, "")
		var page struct {
			More    bool
			Next    string
			Objects []struct {
				ID   string
				Date string `json:"date_added"`
			}
		}
		if err := json.Unmarshal(text, &page); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for _, o := range page.Objects {
			if dates[o.ID] != "" {
				t.Errorf("%s is there twice", o.ID)
			}
			dates[o.ID] = o.Date
		}
		if !page.More {
			return dates
		}
		next = "&next=" + page.Next
	}
}

func dateOf(t *testing.T, collection, id string) string {
	t.Helper()
	code, text := askTaxii(t, "GET", collection+"manifest/?match%5Bid%5D="+id, "")
	if code == 0 {
		return ""
	}
	return regexp.MustCompile(`"date_added":"([^"]*)"`).FindString(string(text))[len(`"date_added":"`) : len(`"date_added":"`)+27]
}
