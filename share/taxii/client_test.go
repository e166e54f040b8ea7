package taxii

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/share/stix"
)

// endpoint returns the way to a server of a test, whose waiting is counted.
func endpoint(t *testing.T, url string, slept *time.Duration) *Endpoint {
	t.Helper()
	host := strings.TrimPrefix(strings.SplitN(url, "/", 4)[2], "//")
	return &Endpoint{
		URL: url, Host: host, Scrub: bytes.Clone, Hide: func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("secret"), []byte("[key]")) },
		Do: func(r *http.Request) (*http.Response, error) {
			if r.URL.Host != host {
				t.Errorf("it asks %s", r.URL.Host)
			}
			c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			return c.Do(r)
		},
		Sleep: func(ctx context.Context, d time.Duration) error { *slept += d; return ctx.Err() },
	}
}

// serverOf answers by path, as TAXII does.
func serverOf(t *testing.T, answers map[string]string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if r.URL.RawQuery != "" {
			path += "?" + r.URL.RawQuery
		}
		text, ok := answers[r.Method+" "+path]
		if !ok {
			text, ok = answers[r.Method+" "+r.URL.Path]
		}
		w.Header().Set("Content-Type", MediaType)
		if last, rest, dated := strings.Cut(text, "|"); dated {
			w.Header().Set("X-TAXII-Date-Added-Last", last)
			text = rest
		}
		if !ok {
			w.WriteHeader(404)
			text = `{"title":"none","description":"secret"}`
		}
		fmt.Fprint(w, text)
	}))
	t.Cleanup(s.Close)
	return s
}

const (
	rootText = `{"title":"R","versions":["application/taxii+json;version=2.1"],"max_content_length":600}`
	theID    = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
	listText = `{"collections":[{"id":"` + theID + `","title":"High","alias":"high","can_read":true,"can_write":true},{"id":"52892447-4d7e-4f70-b94d-d7f22742ff63","title":"Low","can_read":false,"can_write":false}]}`
	objects  = "/api1/collections/" + theID + "/objects/"
)

// standard are answers in the form of the standard's examples.
func standard(more map[string]string) map[string]string {
	answers := map[string]string{
		"GET /taxii2/":                         `{"title":"Some TAXII Server","api_roots":["/api1/","https://example.net/trustgroup1/"],"default":"/api1/"}`,
		"GET /api1/":                           rootText,
		"GET /api1/collections/":               listText,
		"GET /api1/collections/" + theID + "/": `{"id":"` + theID + `","title":"High","can_read":true,"can_write":true}`,
	}
	for path, text := range more {
		answers[path] = text
	}
	return answers
}

// TestDiscover wants what a server says of itself, and nobody asked at other
// hosts.
func TestDiscover(t *testing.T) {
	var slept time.Duration
	s := serverOf(t, standard(nil))
	for _, url := range []string{s.URL, s.URL + "/", s.URL + "/taxii2", s.URL + "/taxii2/"} {
		f, err := endpoint(t, url, &slept).Discover(t.Context())
		if err != nil || len(f.Roots) != 2 || f.Roots[0].Title != "R" || len(f.Roots[0].Collections) != 2 || !strings.Contains(f.Roots[1].Why, "another host") {
			t.Errorf("%s: %+v %v", url, f, err)
		}
	}
	f, err := endpoint(t, s.URL+"/api1/", &slept).Discover(t.Context())
	if err != nil || len(f.Roots) != 1 || f.Roots[0].MaxContent != 600 {
		t.Errorf("%+v %v", f, err)
	}
	if _, err := endpoint(t, s.URL+"/none/", &slept).Discover(t.Context()); err == nil || !strings.Contains(err.Error(), "HTTP 404") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

// TestFind wants a collection by each of its names, and one by its URL.
func TestFind(t *testing.T) {
	var slept time.Duration
	s := serverOf(t, standard(nil))
	for _, name := range []string{theID, "high", "High"} {
		p, err := endpoint(t, s.URL, &slept).Find(t.Context(), name)
		if err != nil || p.ID != theID || p.at("objects").String() != s.URL+objects {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
	if p, err := endpoint(t, s.URL+"/api1/collections/"+theID, &slept).Find(t.Context(), ""); err != nil || p.ID != theID || p.maxContent != 600 {
		t.Errorf("%+v %v", p, err)
	}
	for _, name := range []string{"", "other"} {
		if _, err := endpoint(t, s.URL, &slept).Find(t.Context(), name); err == nil {
			t.Errorf("%q is found", name)
		}
	}
}

func page1(n int, more string) string {
	return `{` + more + `"objects":[` + object("indicator", n, "2020-01-01T00:00:00Z", "") + `]}`
}

// TestPull reads pages by next, by date, and what leads nowhere.
func TestPull(t *testing.T) {
	const first, later = "2026-01-01T00:00:00.000001Z", "2026-01-01T00:00:00.000002Z"
	get := "GET " + objects
	for name, c := range map[string]struct {
		answers map[string]string
		want    int    // objects; -1: an error
		says    string // the error; or the last date
	}{
		"one page":           {map[string]string{get: first + "|" + page1(1, "")}, 1, first},
		"nothing":            {map[string]string{get: "{}"}, 0, ""},
		"by next":            {map[string]string{get + "?limit=1000": first + "|" + page1(1, `"more":true,"next":"a",`), get + "?limit=1000&next=a": later + "|" + page1(2, "")}, 2, later},
		"by date":            {map[string]string{get + "?limit=1000": first + "|" + page1(1, `"more":true,`), get + "?added_after=2026-01-01T00%3A00%3A00.000001Z&limit=1000": later + "|" + page1(2, "")}, 2, later},
		"a circle":           {map[string]string{get: first + "|" + page1(1, `"more":true,"next":"a",`)}, -1, "circle"},
		"a circle of dates":  {map[string]string{get: first + "|" + page1(1, `"more":true,`)}, -1, "circle"},
		"no way on":          {map[string]string{get: page1(1, `"more":true,`)}, -1, "a way to the next page"},
		"no date":            {map[string]string{get: "yesterday|" + page1(1, "")}, -1, "a time such as"},
		"a wrong object":     {map[string]string{get: `{"objects":[{"type":"x"}]}`}, -1, "number 1"},
		"no envelope":        {map[string]string{get: `[]`}, -1, "envelope"},
		"an end in a middle": {map[string]string{get: `{"objects":[`}, -1, "middle"},
	} {
		var slept time.Duration
		e := endpoint(t, serverOf(t, standard(c.answers)).URL, &slept)
		place, err := e.Find(t.Context(), "high")
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.Pull(t.Context(), place, Pull{})
		switch {
		case c.want < 0 && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v, want %q", name, err, c.says)
		case c.want >= 0 && (err != nil || len(p.Objects) != c.want || p.Last != c.says):
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
}

// TestEndlessPages wants a server that always has more, and never an object or
// always the same ones, given up.
func TestEndlessPages(t *testing.T) {
	for _, page := range []string{"", `"objects":[` + object("indicator", 1, "2020-01-01T00:00:00Z", "") + `],`} {
		endlessPages(t, page)
	}
}

func endlessPages(t *testing.T, page string) {
	t.Helper()
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", MediaType)
		switch r.URL.Path {
		case objects:
			n++
			if n > 100 {
				w.WriteHeader(http.StatusNotFound)
			}
			fmt.Fprintf(w, `{%s"more":true,"next":"%d"}`, page, n)
		default:
			fmt.Fprint(w, standard(nil)["GET "+r.URL.Path])
		}
	}))
	defer s.Close()
	var slept time.Duration
	e := endpoint(t, s.URL, &slept)
	place, err := e.Find(t.Context(), "high")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Pull(t.Context(), place, Pull{}); err == nil || n > 10 {
		t.Errorf("%v after %d pages", err, n)
	}
}

// TestPush wants objects in requests that the server takes, waits for what is
// pending, and believes no account that does not add up.
func TestPush(t *testing.T) {
	list := objectsOf(t, envelope(object("indicator", 1, "2020-01-01T00:00:00Z", ""), object("indicator", 2, "2020-01-01T00:00:00Z", ""), object("indicator", 3, "2020-01-01T00:00:00Z", "")))
	post, get := "POST "+objects, "GET /api1/status/s/"
	for name, c := range map[string]struct {
		answers map[string]string
		want    Pushed
		slept   time.Duration
		says    string
	}{
		"at once": {map[string]string{post: `{"id":"s","status":"complete","total_count":3,"success_count":2,"failure_count":1,"pending_count":0,"failures":[{"id":"x","version":"v","message":"no secret"}]}`},
			Pushed{Sent: 3, Succeeded: 2, Failed: 1, Failures: []Detail{{"x", "v", "no [key]"}}}, 0, ""},
		"later": {map[string]string{post: `{"id":"s","status":"pending","total_count":3,"success_count":0,"failure_count":0,"pending_count":3}`, get: `{"id":"s","status":"complete","total_count":3,"success_count":3,"failure_count":0,"pending_count":0}`},
			Pushed{Sent: 3, Succeeded: 3}, time.Second, ""},
		"never": {map[string]string{post: `{"id":"s","status":"pending","total_count":0,"success_count":0,"failure_count":0,"pending_count":0}`, get: `{"id":"s","status":"pending","total_count":3,"success_count":1,"failure_count":0,"pending_count":2}`},
			Pushed{Sent: 3, Succeeded: 1, Pending: 2}, 30 * time.Second, ""},
		"a false account": {map[string]string{post: `{"id":"s","status":"complete","total_count":3,"success_count":3,"failure_count":1,"pending_count":0}`}, Pushed{}, 0, "add up"},
		"less than sent":  {map[string]string{post: `{"id":"s","status":"complete","total_count":2,"success_count":2,"failure_count":0,"pending_count":0}`}, Pushed{}, 0, "add up"},
		"negative":        {map[string]string{post: `{"id":"s","status":"complete","total_count":3,"success_count":4,"failure_count":-1,"pending_count":0}`}, Pushed{}, 0, "add up"},
		"refused":         {nil, Pushed{}, 0, "HTTP 404"},
	} {
		answers := standard(c.answers)
		answers["GET /api1/"] = strings.Replace(rootText, "600", "100000", 1)
		var slept time.Duration
		e := endpoint(t, serverOf(t, answers).URL, &slept)
		place, err := e.Find(t.Context(), "high")
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.Push(t.Context(), place, list, Push{Wait: 30 * time.Second})
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if got, _ := json.Marshal(p); err != nil || slept != c.slept || string(got) != jsonOf(c.want) {
			t.Errorf("%s: %s after %v, %v", name, got, slept, err)
		}
	}
}

func jsonOf(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// TestBatches wants every object in one batch, in order, and none longer than
// the server takes.
func TestBatches(t *testing.T) {
	var list []stix.Object
	for n := range 2500 {
		list = append(list, objectsOf(t, envelope(object("note", n, "2020-01-01T00:00:00Z", `,"content":"`+strings.Repeat("x", n%50*10)+`"`)))...)
	}
	for _, most := range []int64{800, 10_000, 1 << 30, 0} {
		batches, err := batchesOf(list, most)
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for _, b := range batches {
			if most > 0 && int64(len(b.text)) > most || b.objects > pushObjects || len(b.text) > pushBytes {
				t.Errorf("%d: a batch of %d bytes and %d objects", most, len(b.text), b.objects)
			}
			for _, o := range objectsOf(t, string(b.text)) {
				if o.ID != list[at].ID {
					t.Fatalf("%d: %s in place of %s", most, o.ID, list[at].ID)
				}
				at++
			}
		}
		if at != len(list) {
			t.Errorf("%d: %d objects", most, at)
		}
	}
	var wrong *clew.InputError
	if _, err := batchesOf(list, 200); !errors.As(err, &wrong) {
		t.Errorf("%v", err)
	}
}

// TestRoundTrip pushes a bundle to a server of our own and pulls it back.
func TestRoundTrip(t *testing.T) {
	w := newWorld(t, "")
	s := httptest.NewServer(w.server)
	defer s.Close()
	var slept time.Duration
	e := endpoint(t, s.URL, &slept)
	place, err := e.Find(t.Context(), "inbox")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for n := range 2300 {
		list = append(list, object("note", n, "2020-01-01T00:00:00Z", `,"content":"<b>&"`))
	}
	p, err := e.Push(t.Context(), place, objectsOf(t, envelope(list...)), Push{})
	if err != nil || p.Succeeded != len(list) || slept != 0 {
		t.Fatalf("%+v %v", p, err)
	}
	back, err := e.Pull(t.Context(), place, Pull{})
	if err != nil || back.Pages != 3 || len(back.Objects) != len(list) {
		t.Fatalf("%d objects, %d pages, %v", len(back.Objects), back.Pages, err)
	}
	for n := range list {
		if string(back.Objects[n]) != list[n] {
			t.Fatalf("%s\nin place of\n%s", back.Objects[n], list[n])
		}
	}
	none, err := e.Pull(t.Context(), place, Pull{After: back.Last})
	if err != nil || len(none.Objects) != 0 || none.Last != back.Last {
		t.Errorf("%+v %v", none, err)
	}
}
