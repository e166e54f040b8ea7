package taxii

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clew/incident"
	"clew/ledger/vfs"
	"clew/share/stix"
)

// at is the first moment of the tests' clock, which goes on by a second with
// each look.
var at = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// A world is a server with its folder and a clock.
type world struct {
	t      *testing.T
	dir    *vfs.Mem
	server *Server
	users  string // of the file, as it is now
	inbox  *Collection
	record *Collection
	looks  int
	log    []string
}

// The identifier of an object of the tests, by number.
func idOf(kind string, n int) string {
	return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", kind, n)
}

// markings of TLP 2.0, by OASIS.
const (
	clearMark  = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
	greenMark  = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
	strictMark = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
	redMark    = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
)

// object returns one of the tests' objects; more are members of its own.
func object(kind string, n int, version string, more string) string {
	return fmt.Sprintf(`{"type":%q,"spec_version":"2.1","id":%q,"created":"2020-01-01T00:00:00.000Z","modified":%q%s}`, kind, idOf(kind, n), version, more)
}

func envelope(objects ...string) string { return `{"objects":[` + strings.Join(objects, ",") + `]}` }

func objectsOf(t testing.TB, text string) []stix.Object {
	t.Helper()
	e, err := stix.ReadEnvelope(strings.NewReader(text), stix.Bounds{Bytes: stix.MaxBytes, Objects: stix.MaxObjects})
	if err != nil || len(e.Refused) > 0 {
		t.Fatalf("%v %v", err, e.Refused)
	}
	return e.Objects
}

// newWorld returns a server with the collections record, which is clear, and
// inbox, which is amber+strict.
func newWorld(t *testing.T, users string) *world {
	t.Helper()
	w := &world{t: t, dir: vfs.NewMem()}
	w.open(users)
	return w
}

// open starts the server on what is in the folder.
func (w *world) open(users string) {
	w.t.Helper()
	w.record = &Collection{Name: "record", Title: "The record", Marking: incident.MarkClear}
	w.inbox = &Collection{Name: "inbox", Title: "Inbox", Marking: incident.MarkAmberStrict, Inbox: true}
	o := Options{Root: "clew", Title: "A server", Collections: []*Collection{w.record, w.inbox}, Now: w.now, Random: &counted{}, Log: func(s string) { w.log = append(w.log, s) }}
	for _, c := range o.Collections {
		if err := c.Open(w.dir, o.Root); err != nil {
			w.t.Fatal(err)
		}
	}
	if w.users = users; users != "" {
		o.Users = func() (*Users, error) { return ReadUsers("users.yaml", w.users, o.Collections) }
	}
	w.server = New(o)
	if err := w.server.Remember(w.dir, at.Add(time.Duration(w.looks)*time.Second)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() time.Time {
	w.looks++
	return at.Add(time.Duration(w.looks) * time.Second)
}

// A counted reader gives bytes that count up.
type counted struct{ n atomic.Int32 }

func (c *counted) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c.n.Add(1))
	}
	return len(p), nil
}

// ask sends a request with sound headers, changed by with.
func (w *world) ask(method, path, body string, with ...func(*http.Request)) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
	r.Header.Set("Accept", MediaType)
	if body != "" {
		r.Header.Set("Content-Type", MediaType)
	}
	for _, f := range with {
		f(r)
	}
	out := httptest.NewRecorder()
	w.server.ServeHTTP(out, r)
	return out
}

func (w *world) add(objects ...string) *Status {
	w.t.Helper()
	out := w.ask("POST", "/clew/collections/inbox/objects/", envelope(objects...))
	s := new(Status)
	if err := json.Unmarshal(out.Body.Bytes(), s); err != nil || out.Code != 202 {
		w.t.Fatalf("%d %s", out.Code, out.Body)
	}
	return s
}

// A listed is an answer about objects.
type listed struct {
	More     bool             `json:"more"`
	Next     string           `json:"next"`
	Objects  []map[string]any `json:"objects"`
	Versions []string         `json:"versions"`
}

func (w *world) list(path string) (l listed, h http.Header) {
	w.t.Helper()
	out := w.ask("GET", path, "")
	if err := json.Unmarshal(out.Body.Bytes(), &l); err != nil || out.Code != 200 {
		w.t.Fatalf("%s: %d %s", path, out.Code, out.Body)
	}
	return l, out.Header()
}

const inboxObjects = "/clew/collections/inbox/objects/"

// TestEndpoints asks for each of the standard's endpoints and wants its
// resource, member by member.
func TestEndpoints(t *testing.T) {
	w := newWorld(t, "")
	w.add(object("indicator", 1, "2016-11-03T12:30:59.000Z", ""), object("indicator", 1, "2016-11-03T12:31:00.000Z", ""))
	inbox, record := identifier("collection", "clew", "inbox"), identifier("collection", "clew", "record")
	about := func(id, title, alias string, write bool) string {
		return fmt.Sprintf(`{"id":%q,"title":%q,"alias":%q,"can_read":true,"can_write":%v,"media_types":["application/stix+json;version=2.0","application/stix+json;version=2.1"]}`, id, title, alias, write)
	}
	first, last := "2026-11-28T12:00:01.000000Z", "2026-11-28T12:00:01.000001Z"
	for path, want := range map[string]string{
		"/taxii2/":                          `{"title":"A server","default":"/clew/","api_roots":["/clew/"]}`,
		"/clew/":                            `{"title":"A server","versions":["application/taxii+json;version=2.1"],"max_content_length":16777216}`,
		"/clew/collections/":                `{"collections":[` + about(record, "The record", "record", false) + `,` + about(inbox, "Inbox", "inbox", true) + `]}`,
		"/clew/collections/" + inbox + "/":  about(inbox, "Inbox", "inbox", true),
		"/clew/collections/inbox/manifest/": `{"objects":[{"id":"` + idOf("indicator", 1) + `","date_added":"` + last + `","version":"2016-11-03T12:31:00.000Z","media_type":"application/stix+json;version=2.1"}]}`,
		inboxObjects:                        envelope(object("indicator", 1, "2016-11-03T12:31:00.000Z", "")),
		inboxObjects + idOf("indicator", 1) + "/?match[version]=first": envelope(object("indicator", 1, "2016-11-03T12:30:59.000Z", "")),
		inboxObjects + idOf("indicator", 1) + "/versions/":             `{"versions":["2016-11-03T12:30:59.000Z","2016-11-03T12:31:00.000Z"]}`,
		"/clew/collections/record/objects/":                            `{}`,
		"/clew/collections/record/manifest/":                           `{}`,
	} {
		out := w.ask("GET", path, "")
		if got := strings.TrimSpace(out.Body.String()); out.Code != 200 || got != want {
			t.Errorf("%s: %d\n%s\nwant\n%s", path, out.Code, got, want)
		}
		if got := out.Header().Get("Content-Type"); got != "application/taxii+json;version=2.1" {
			t.Errorf("%s: Content-Type %q", path, got)
		}
	}
	_, h := w.list(inboxObjects + "?match[version]=all")
	if h.Get("X-TAXII-Date-Added-First") != first || h.Get("X-TAXII-Date-Added-Last") != last {
		t.Errorf("dates: %v", h)
	}
}

// TestCodes wants the status that the standard's tables give, and its error as
// the body.
func TestCodes(t *testing.T) {
	key, hash := keyOf(t)
	users := "users:\n- {name: reader, keyHash: " + hash + ", read: [inbox]}\n- {name: writer, keyHash: " + hash + ", write: [inbox, record]}\n- {name: both, keyHash: " + hash + ", read: [all], write: [all]}\n"
	w := newWorld(t, users)
	as := func(name string) func(*http.Request) { return func(r *http.Request) { r.SetBasicAuth(name, key) } }
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	one := envelope(object("indicator", 1, "2020-01-01T00:00:00.000Z", ""))
	object := inboxObjects + idOf("indicator", 1) + "/"
	long := func(r *http.Request) { r.ContentLength = MaxContent + 1 }
	for _, c := range []struct {
		name, method, path, body string
		code                     int
		with                     []func(*http.Request)
	}{
		{"nobody", "GET", "/taxii2/", "", 401, nil},
		{"nobody asks for a collection", "GET", inboxObjects, "", 401, nil},
		{"another key", "GET", "/taxii2/", "", 401, []func(*http.Request){func(r *http.Request) { r.SetBasicAuth("both", key+"x") }}},
		{"a user who is none", "GET", "/taxii2/", "", 401, []func(*http.Request){func(r *http.Request) { r.SetBasicAuth("none", key) }}},
		{"sound", "GET", "/taxii2/", "", 200, []func(*http.Request){as("both")}},
		{"no slash", "GET", "/taxii2", "", 404, []func(*http.Request){as("both")}},
		{"another root", "GET", "/other/", "", 404, []func(*http.Request){as("both")}},
		{"another collection", "GET", "/clew/collections/other/", "", 404, []func(*http.Request){as("both")}},
		{"a collection that is not theirs", "GET", "/clew/collections/record/", "", 404, []func(*http.Request){as("reader")}},
		{"may read alone", "POST", inboxObjects, one, 403, []func(*http.Request){as("reader")}},
		{"may add alone", "GET", inboxObjects, "", 403, []func(*http.Request){as("writer")}},
		{"may add alone, manifest", "GET", "/clew/collections/inbox/manifest/", "", 403, []func(*http.Request){as("writer")}},
		{"no inbox, whoever asks", "POST", "/clew/collections/record/objects/", one, 403, []func(*http.Request){as("both")}},
		{"added", "POST", inboxObjects, one, 202, []func(*http.Request){as("writer")}},
		{"read back", "GET", object, "", 200, []func(*http.Request){as("reader")}},
		{"versions", "GET", object + "versions/", "", 200, []func(*http.Request){as("reader")}},
		{"another object", "GET", inboxObjects + idOf("indicator", 2) + "/", "", 404, []func(*http.Request){as("reader")}},
		{"delete, neither", "DELETE", "/clew/collections/record/objects/" + idOf("indicator", 1) + "/", "", 404, []func(*http.Request){as("reader")}},
		{"delete, reader", "DELETE", object, "", 403, []func(*http.Request){as("reader")}},
		{"delete, writer", "DELETE", object, "", 403, []func(*http.Request){as("writer")}},
		{"delete, both", "DELETE", object, "", 403, []func(*http.Request){as("both")}},
		{"no Accept", "GET", "/taxii2/", "", 406, []func(*http.Request){as("both"), header("Accept", "")}},
		{"any", "GET", "/taxii2/", "", 406, []func(*http.Request){as("both"), header("Accept", "*/*")}},
		{"TAXII 2.0", "GET", "/taxii2/", "", 406, []func(*http.Request){as("both"), header("Accept", "application/taxii+json;version=2.0")}},
		{"not wanted", "GET", "/taxii2/", "", 406, []func(*http.Request){as("both"), header("Accept", MediaType+";q=0")}},
		{"of no version", "GET", "/taxii2/", "", 200, []func(*http.Request){as("both"), header("Accept", "application/taxii+json")}},
		{"one of two", "GET", "/taxii2/", "", 200, []func(*http.Request){as("both"), header("Accept", "text/html, application/taxii+json; version=2.1;q=0.5")}},
		{"not TAXII", "POST", inboxObjects, one, 415, []func(*http.Request){as("both"), header("Content-Type", "application/json")}},
		{"packed", "POST", inboxObjects, one, 415, []func(*http.Request){as("both"), header("Content-Encoding", "gzip")}},
		{"said to be long", "POST", inboxObjects, one, 413, []func(*http.Request){as("both"), long}},
		{"long", "POST", inboxObjects, strings.Repeat(" ", MaxContent) + one, 413, []func(*http.Request){as("both"), func(r *http.Request) { r.ContentLength = -1 }}},
		{"no JSON", "POST", inboxObjects, "{", 422, []func(*http.Request){as("both")}},
		{"no envelope", "POST", inboxObjects, "[]", 422, []func(*http.Request){as("both")}},
		{"empty", "POST", inboxObjects, "{}", 422, []func(*http.Request){as("both")}},
		{"a wrong filter", "GET", inboxObjects + "?limit=0", "", 400, []func(*http.Request){as("both")}},
		{"a wrong method", "PUT", inboxObjects, one, 405, []func(*http.Request){as("both")}},
		{"a wrong method of discovery", "POST", "/taxii2/", one, 405, []func(*http.Request){as("both")}},
		{"a status that is none", "GET", "/clew/status/00000000-0000-4000-8000-000000000000/", "", 404, []func(*http.Request){as("both")}},
		{"outside", "GET", "/clew/collections/inbox/../../", "", 404, []func(*http.Request){as("both")}},
	} {
		out := w.ask(c.method, c.path, c.body, c.with...)
		if out.Code != c.code {
			t.Errorf("%s: %d, want %d: %s", c.name, out.Code, c.code, out.Body)
		}
		if got := out.Header().Get("Content-Type"); got != MediaType {
			t.Errorf("%s: Content-Type %q", c.name, got)
		}
		var e Trouble
		if c.code >= 400 && (json.Unmarshal(out.Body.Bytes(), &e) != nil || e.Title == "" || e.Description == "" || e.HTTPStatus != fmt.Sprint(c.code)) {
			t.Errorf("%s: no error of TAXII: %s", c.name, out.Body)
		}
		if got := out.Header().Get("Allow"); c.code == 405 && (got != "GET, HEAD, POST") == (c.path == inboxObjects) {
			t.Errorf("%s: Allow %q", c.name, got)
		}
		if c.code == 401 && !strings.HasPrefix(out.Header().Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("%s: it does not say how to authenticate", c.name)
		}
	}
	if all := strings.Join(w.log, "\n"); strings.Contains(all, key) || strings.Contains(all, hash) {
		t.Errorf("a key is in the log:\n%s", all)
	}
}

func keyOf(t *testing.T) (key, hash string) {
	t.Helper()
	key, hash, err := NewKey(&counted{})
	if err != nil {
		t.Fatal(err)
	}
	return key, hash
}

// TestStatus wants the account of what was added, per object, and later the same
// for who added it, and nobody else.
func TestStatus(t *testing.T) {
	key, hash := keyOf(t)
	w := newWorld(t, "users:\n- {name: a, keyHash: "+hash+", read: [all], write: [all]}\n- {name: b, keyHash: "+hash+", read: [all], write: [all]}\n")
	as := func(name string) func(*http.Request) { return func(r *http.Request) { r.SetBasicAuth(name, key) } }
	body := envelope(
		object("indicator", 1, "2020-01-01T00:00:00.000Z", ""),
		object("indicator", 1, "2020-01-01T00:00:00.000Z", `,"name":"other"`),                        // the version says something else
		object("indicator", 1, "2020-01-01T00:00:00.000Z", ""),                                       // again
		object("indicator", 2, "2020-01-01T00:00:00.000Z", `,"object_marking_refs":["`+redMark+`"]`), // above the marking
		object("indicator", 3, "yesterday", ""),
		`{"type":"indicator"}`,
		`{"type":"ipv4-addr","id":"`+idOf("ipv4-addr", 4)+`","value":"198.51.100.3"}`,
		`{"type":"relationship","id":"`+idOf("relationship", 5)+`","modified":"2020-01-01T00:00:00.000Z"}`,
		strings.Replace(object("indicator", 6, "2020-01-01T00:00:00.000Z", ""), `"2.1"`, `"3.0"`, 1),
		`{"type":"marking-definition","spec_version":"2.1","id":"`+idOf("marking-definition", 7)+`","created":"2020-01-01T00:00:00.000Z","object_marking_refs":["`+idOf("marking-definition", 7)+`"]}`,
	)
	out := w.ask("POST", inboxObjects, body, as("a"))
	var s Status
	if err := json.Unmarshal(out.Body.Bytes(), &s); err != nil || out.Code != 202 {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	if s.Status != "complete" || s.Total != 10 || s.Succeeded != 3 || s.Failed != 7 || s.Pending != 0 || s.At != "2026-11-28T12:00:01.000000Z" {
		t.Errorf("%+v", s)
	}
	want := map[string]string{
		idOf("indicator", 1): "says something else", idOf("indicator", 2): "TLP:RED", idOf("indicator", 3): "such as 2024-05-31", "number 6": "an id such as",
		idOf("relationship", 5): "source_ref", idOf("indicator", 6): "STIX 2.0 or 2.1", idOf("marking-definition", 7): "does not mark itself",
	}
	for _, f := range s.Failures {
		if !strings.Contains(f.Message, want[f.ID]) || want[f.ID] == "" || f.Version == "" {
			t.Errorf("%+v, want %q", f, want[f.ID])
		}
		delete(want, f.ID)
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
	if got := s.Successes[2]; got != (Detail{ID: idOf("ipv4-addr", 4), Version: "1970-01-01T00:00:00.000Z"}) {
		t.Errorf("%+v", got)
	}
	if n := w.inbox.Held(); n != 2 {
		t.Errorf("%d are held", n)
	}
	again := w.ask("GET", "/clew/status/"+s.ID+"/", "", as("a"))
	if again.Code != 200 || again.Body.String() != out.Body.String() {
		t.Errorf("%d %s", again.Code, again.Body)
	}
	if other := w.ask("GET", "/clew/status/"+s.ID+"/", "", as("b")); other.Code != 404 {
		t.Errorf("another user sees it: %s", other.Body)
	}
}

// TestMarkings wants nothing above a collection's marking served, and what is
// not marked taken for amber+strict.
func TestMarkings(t *testing.T) {
	w := newWorld(t, "")
	marked := func(n int, mark string) string {
		return object("indicator", n, "2020-01-01T00:00:00.000Z", `,"object_marking_refs":["`+mark+`"]`)
	}
	objects := objectsOf(t, envelope(marked(1, clearMark), marked(2, greenMark), marked(3, redMark), object("indicator", 4, "2020-01-01T00:00:00.000Z", ""),
		object("indicator", 5, "2020-01-01T00:00:00.000Z", `,"object_marking_refs":["`+clearMark+`"],"granular_markings":[{"marking_ref":"`+strictMark+`","selectors":["name"]}]`),
		object("indicator", 6, "2020-01-01T00:00:00.000Z", `,"object_marking_refs":["`+clearMark+`","`+idOf("marking-definition", 9)+`"]`)))
	left, err := w.record.Replace(objects, at)
	if err != nil || left.Stricter != 5 {
		t.Fatalf("%+v %v", left, err)
	}
	if l, _ := w.list("/clew/collections/record/objects/"); len(l.Objects) != 1 || l.Objects[0]["id"] != idOf("indicator", 1) {
		t.Errorf("%v", l.Objects)
	}
	strict := &Collection{Name: "strict", Marking: incident.MarkAmberStrict}
	if err := strict.Open(vfs.NewMem(), "clew"); err != nil {
		t.Fatal(err)
	}
	if left, err := strict.Replace(objects, at); err != nil || left.Stricter != 1 || strict.Held() != 5 {
		t.Errorf("%+v %v, %d held", left, err, strict.Held())
	}
}

// TestFilesChange wants the dates of what files hold to stay over restarts, and
// what is new or says something else to count as new.
func TestFilesChange(t *testing.T) {
	w := newWorld(t, "")
	clear := `,"object_marking_refs":["` + clearMark + `"]`
	one, two := object("indicator", 1, "2020-01-01T00:00:00.000Z", clear), object("indicator", 2, "2020-01-01T00:00:00.000Z", clear)
	dates := func() (d []string) {
		l, _ := w.list("/clew/collections/record/manifest/")
		for _, o := range l.Objects {
			d = append(d, o["id"].(string)[len("indicator--00000000-0000-4000-8000-00000000000"):]+" "+o["date_added"].(string))
		}
		return d
	}
	put := func(now int64, objects ...string) {
		t.Helper()
		if _, err := w.record.Replace(objectsOf(t, envelope(objects...)), time.UnixMicro(now)); err != nil {
			t.Fatal(err)
		}
	}
	put(10, one)
	w.open("")
	put(20, two, one)
	want := []string{"1 1970-01-01T00:00:00.000010Z", "2 1970-01-01T00:00:00.000020Z"}
	if got := dates(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	put(15, strings.Replace(one, `"type"`, `"name":"x","type"`, 1), two)
	w.open("")
	put(16, strings.Replace(one, `"type"`, `"name":"x","type"`, 1), two)
	want = []string{"2 1970-01-01T00:00:00.000020Z", "1 1970-01-01T00:00:00.000021Z"}
	if got := dates(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	w.record.Close(errClosed)
	if out := w.ask("GET", "/clew/collections/record/objects/", ""); out.Code != 503 {
		t.Errorf("closed: %d", out.Code)
	}
}

// TestHead wants the headers of an answer without its body.
func TestHead(t *testing.T) {
	server := httptest.NewServer(newWorld(t, "").server)
	defer server.Close()
	r, err := http.NewRequest("HEAD", server.URL+"/taxii2/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", MediaType)
	out, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	if body, _ := io.ReadAll(out.Body); out.StatusCode != 200 || len(body) > 0 || out.ContentLength < 10 {
		t.Errorf("%d %q %d", out.StatusCode, body, out.ContentLength)
	}
}

// TestLocal wants a server without users to answer under names of its machine
// alone.
func TestLocal(t *testing.T) {
	w := newWorld(t, "")
	w.server.Local = true
	for host, want := range map[string]int{"127.0.0.1:6100": 200, "localhost": 200, "[::1]:1": 200, "evil.example": 403, "127.0.0.1.evil.example:80": 403, "": 403} {
		out := w.ask("GET", "/taxii2/", "", func(r *http.Request) { r.Host = host })
		if out.Code != want {
			t.Errorf("%q: %d", host, out.Code)
		}
	}
}

// TestFull wants a collection that is full to say so, per object, and no object
// to have versions without end.
func TestFull(t *testing.T) {
	w := newWorld(t, "")
	var versions []string
	for n := range maxVersions + 1 {
		versions = append(versions, object("indicator", 1, time.Unix(int64(n), 0).UTC().Format(time.RFC3339), ""))
	}
	if s := w.add(versions...); s.Succeeded != maxVersions || s.Failed != 1 || !strings.Contains(s.Failures[0].Message, "versions") {
		t.Errorf("%d %d", s.Succeeded, s.Failed)
	}
	w.inbox.held.bytes = maxHeldSize
	if s := w.add(object("indicator", 2, "2020-01-01T00:00:00Z", "")); s.Failed != 1 || !strings.Contains(s.Failures[0].Message, "full") {
		t.Errorf("%+v", s)
	}
}

// TestUsersFile wants mistakes told without what stands in the file.
func TestUsersFile(t *testing.T) {
	_, hash := keyOf(t)
	c := []*Collection{{Name: "record"}}
	for name, text := range map[string]string{
		"no list":               "x: 1",
		"none":                  "users: []",
		"no hash":               "users:\n- {name: a}",
		"a key instead of it":   "users:\n- {name: a, keyHash: clew-secret}",
		"twice":                 "users:\n- {name: a, keyHash: " + hash + "}\n- {name: a, keyHash: " + hash + "}",
		"another collection":    "users:\n- {name: a, keyHash: " + hash + ", read: [secretly]}",
		"a name with a newline": "users:\n- {name: \"a\\nb\", keyHash: " + hash + "}",
		"no YAML":               "{",
	} {
		_, err := ReadUsers("users.yaml", text, c)
		if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), hash) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestUnderLoad adds and reads at once, for the race detector, and wants every
// object that was taken once.
func TestUnderLoad(t *testing.T) {
	w := newWorld(t, "")
	w.server.Now = func() time.Time { return at }
	w.server.Log = nil
	done := make(chan int)
	const adders, each = 4, 20
	for a := range adders {
		go func() {
			taken := 0
			for n := 0; n < each; {
				out := httptest.NewRecorder()
				r := httptest.NewRequest("POST", inboxObjects, strings.NewReader(envelope(object("indicator", a*each+n, "2020-01-01T00:00:00Z", ""))))
				r.Header.Set("Accept", MediaType)
				r.Header.Set("Content-Type", MediaType)
				w.server.ServeHTTP(out, r)
				if out.Code == 202 {
					n, taken = n+1, taken+1
				}
				get := httptest.NewRequest("GET", inboxObjects+"?limit=3", &bytes.Buffer{})
				get.Header.Set("Accept", MediaType)
				w.server.ServeHTTP(httptest.NewRecorder(), get)
			}
			done <- taken
		}()
	}
	for range adders {
		if n := <-done; n != each {
			t.Errorf("%d", n)
		}
	}
	if n := w.inbox.Held(); n != adders*each {
		t.Errorf("%d are held", n)
	}
}
