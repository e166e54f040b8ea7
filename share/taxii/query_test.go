package taxii

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"clew"
	"clew/incident"
	"clew/ledger/vfs"
)

// TestParseQuery wants sound parameters read and malformed ones refused, as the
// standard asks (3.4).
func TestParseQuery(t *testing.T) {
	all := []string{matchID, matchType, matchVersion, matchSpec}
	for raw, sound := range map[string]bool{
		"": true, "limit=1": true, "limit=100000": true, "limit=0": false, "limit=-1": false, "limit=%2B1": false, "limit=1.5": false, "limit=": false, "limit=1&limit=1": false,
		"limit=99999999999999999999":              false,
		"added_after=2016-02-21T05:01:01.000000Z": true, "added_after=2016-02-21T05:01:01Z": true, "added_after=2016-02-21": false, "added_after=": false,
		"added_after=2016-02-21T5:01:01Z": false, "added_after=2016-02-21T05:01:01,5Z": false, "added_after=2016-02-21T05:01:01.5Z": true, "match[version]=2018-03-02T1:01:01Z": false,
		"added_after=2016-02-21T05:01:01%2B01:00": false, "added_after=2016-02-21T05:01:01Z&added_after=2016-02-21T05:01:01Z": false,
		"next=": false, "next=zz": true, "next=-1": false, "next=%00": false,
		"match[type]=incident,malware": true, "match[type]=incident,%20malware": false, "match[type]=": false, "match[type]=x-own": true, "match[type]=a,,b": false,
		"match[id]=" + idOf("indicator", 1): true, "match[id]=" + idOf("indicator", 1) + "," + idOf("sighting", 2): true, "match[id]=indicator": false,
		"match[version]=all": true, "match[version]=first,last": true, "match[version]=first,2018-03-02T01:01:01.123Z,last": true, "match[version]=all,last": false,
		"match[version]=last,last": false, "match[version]=newest": false, "match[version]=2018": false,
		"match[spec_version]=2.0,2.1": true, "match[spec_version]=2": false,
		"match[name]=x": false, "match[type]=a&match[type]=b": false, "other=1": true, "a=%zz": false, "a;b": false,
	} {
		_, err := parseQuery(strings.NewReplacer("[", "%5B", "]", "%5D").Replace(raw), all...)
		var wrong *clew.InputError
		if sound != (err == nil) || err != nil && !errors.As(err, &wrong) {
			t.Errorf("%q: %v", raw, err)
		}
	}
	if _, err := parseQuery("match%5Btype%5D=a", matchVersion); err == nil {
		t.Error("a field that the endpoint does not have is taken")
	}
	if q, err := parseQuery(""); err != nil || q.limit != PageObjects || !q.last || q.every || q.first {
		t.Errorf("%+v %v", q, err)
	}
}

// A plain object of the oracle.
type plain struct {
	id, kind, spec, version string
	added                   int64
}

// naive answers as the standard words it, slowly, from a list in the order of
// dates.
func naive(held []plain, v url.Values) (out []plain) {
	in := func(list, is string) bool { return list == "" || slices.Contains(strings.Split(list, ","), is) }
	versions := strings.Split(v.Get(matchVersion), ",")
	if v.Get(matchVersion) == "" {
		versions = []string{"last"}
	}
	for _, p := range held {
		newest, oldest, latest := true, true, true
		for _, o := range held {
			if o.id == p.id && v.Get(matchSpec) == "" && o.spec > p.spec {
				latest = false
			}
		}
		for _, o := range held {
			comparable := o.id == p.id && (o.spec == p.spec || v.Get(matchSpec) != "") && in(v.Get(matchSpec), o.spec)
			newest, oldest = newest && !(comparable && o.version > p.version), oldest && !(comparable && o.version < p.version)
		}
		exact := slices.Contains(versions, p.version)
		named := slices.Contains(versions, "all") || slices.Contains(versions, "last") && newest || slices.Contains(versions, "first") && oldest
		after := v.Get(addedAfter) == "" || moment(p.added).String() > v.Get(addedAfter)
		if in(v.Get(matchID), p.id) && in(v.Get(matchType), p.kind) && in(v.Get(matchSpec), p.spec) && after && (exact || named && latest) {
			out = append(out, p)
		}
	}
	return out
}

// random returns an object, some of which share ids, with its plain form.
func random(r *rand.Rand) (string, plain) {
	n := r.IntN(12)
	p := plain{kind: []string{"indicator", "malware", "note"}[n%3], spec: []string{"2.0", "2.1", "2.1"}[r.IntN(3)]}
	p.id = idOf(p.kind, n)
	p.version = time.Date(2020, 1, 1+r.IntN(8), 0, 0, 0, 0, time.UTC).Format("2006-01-02T15:04:05.000Z")
	said := `"spec_version":"2.1",`
	if p.spec == "2.0" {
		said = ""
	}
	return fmt.Sprintf(`{"type":%q,"id":%q,%s"created":"2019-01-01T00:00:00.000Z","modified":%q}`, p.kind, p.id, said, p.version), p
}

// filters returns parameters by chance.
func filters(r *rand.Rand, held []plain) url.Values {
	v := url.Values{}
	some := func(of func(plain) string) string {
		list := []string{of(held[r.IntN(len(held))]), of(held[r.IntN(len(held))])}
		if list[0] == list[1] {
			return list[0]
		}
		return strings.Join(list, ",")
	}
	if r.IntN(3) == 0 {
		v.Set(matchID, some(func(p plain) string { return p.id }))
	}
	if r.IntN(3) == 0 {
		v.Set(matchType, some(func(p plain) string { return p.kind }))
	}
	if r.IntN(3) == 0 {
		v.Set(matchSpec, some(func(p plain) string { return p.spec }))
	}
	if r.IntN(3) == 0 {
		v.Set(addedAfter, moment(held[r.IntN(len(held))].added).String())
	}
	switch r.IntN(6) {
	case 0:
		v.Set(matchVersion, "all")
	case 1:
		v.Set(matchVersion, "first,last")
	case 2:
		v.Set(matchVersion, some(func(p plain) string { return p.version }))
	case 3:
		v.Set(matchVersion, "first,"+held[r.IntN(len(held))].version)
	}
	return v
}

// TestFilters holds every filter against the oracle, in one page, in pages by
// next, and in pages by added_after.
func TestFilters(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(6, seed))
		c := &Collection{Name: "inbox", Marking: incident.MarkRed, Inbox: true}
		if err := c.Open(vfs.NewMem(), "clew"); err != nil {
			t.Fatal(err)
		}
		held := fill(t, r, c, 40)
		for range 20 {
			v := filters(r, held)
			want := namesOf(naive(held, v))
			for _, limit := range []int{0, 1, 2, 7} {
				for _, byDate := range []bool{false, true} {
					if got := walk(t, c, v, limit, byDate, nil); !slices.Equal(got, want) {
						t.Fatalf("seed %d: %v, limit %d, by date %v:\n%v\nwant\n%v", seed, v, limit, byDate, got, want)
					}
				}
			}
		}
	}
}

// fill adds objects by chance, and returns what is held.
func fill(t *testing.T, r *rand.Rand, c *Collection, n int) (held []plain) {
	t.Helper()
	for range n {
		text, p := random(r)
		e := objectsOf(t, envelope(text))
		s, err := c.add(envelopeWith(e), "", moment(r.IntN(1000)))
		if err != nil {
			t.Fatal(err)
		}
		if s.Succeeded == 1 && c.Held() > len(held) {
			p.added = int64(c.held.last())
			held = append(held, p)
		}
	}
	return held
}

func namesOf(list []plain) (names []string) {
	for _, p := range list {
		names = append(names, p.id+" "+p.version)
	}
	return names
}

// walk reads all pages, and calls between after each.
func walk(t *testing.T, c *Collection, v url.Values, limit int, byDate bool, between func()) (names []string) {
	t.Helper()
	v = url.Values(map[string][]string(v))
	asked := url.Values{}
	for name, list := range v {
		asked[name] = list
	}
	if limit > 0 {
		asked.Set(limitName, strconv.Itoa(limit))
	}
	for range 10_000 {
		q, err := parseQuery(asked.Encode(), matchID, matchType, matchVersion, matchSpec)
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.page(q)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range p.items {
			names = append(names, i.id+" "+i.shown)
		}
		if between != nil {
			between()
		}
		if !p.more {
			return names
		}
		if byDate {
			asked.Set(addedAfter, p.items[len(p.items)-1].added.String())
		} else {
			asked.Set(nextName, p.next())
		}
	}
	t.Fatal("the pages have no end")
	return nil
}

// TestPagesWhileAdding wants every version of every object on exactly one page,
// in the order in which they were added, while others add.
func TestPagesWhileAdding(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(7, seed))
		c := &Collection{Name: "inbox", Marking: incident.MarkRed, Inbox: true}
		if err := c.Open(vfs.NewMem(), "clew"); err != nil {
			t.Fatal(err)
		}
		held := fill(t, r, c, 30)
		more := 60
		got := walk(t, c, url.Values{matchVersion: {"all"}, matchSpec: {"2.0,2.1"}}, 1+r.IntN(4), seed%2 == 0, func() {
			if more--; more > 0 {
				held = append(held, fillMore(t, r, c, len(held))...)
			}
		})
		// What was added after the last page had been read is on none.
		want := namesOf(held)
		if len(got) > len(want) || !slices.Equal(got, want[:len(got)]) || len(want)-len(got) > 2 {
			t.Fatalf("seed %d:\n%v\nwant\n%v", seed, got, want)
		}
	}
}

// fillMore adds up to two objects, and returns those that were new.
func fillMore(t *testing.T, r *rand.Rand, c *Collection, before int) (held []plain) {
	t.Helper()
	for range r.IntN(3) {
		text, p := random(r)
		s, err := c.add(envelopeWith(objectsOf(t, envelope(text))), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		if s.Succeeded == 1 && c.Held() > before+len(held) {
			p.added = int64(c.held.last())
			held = append(held, p)
		}
	}
	return held
}

// TestPageBytes wants an answer bounded in bytes, and still one object on it.
func TestPageBytes(t *testing.T) {
	w := newWorld(t, "")
	long := `,"description":"` + strings.Repeat("x", 900_000) + `"`
	for n := range 40 {
		w.add(object("note", n, "2020-01-01T00:00:00Z", long))
	}
	seen, path := 0, inboxObjects
	for pages := 0; ; pages++ {
		out := w.ask("GET", path, "")
		var l listed
		if err := json.Unmarshal(out.Body.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if out.Body.Len() > pageBytes+1<<20 || len(l.Objects) == 0 {
			t.Fatalf("%d bytes, %d objects", out.Body.Len(), len(l.Objects))
		}
		if seen += len(l.Objects); !l.More {
			if pages == 0 {
				t.Error("one page")
			}
			break
		}
		path = inboxObjects + "?next=" + l.Next
	}
	if seen != 40 {
		t.Errorf("%d objects", seen)
	}
}

// FuzzQuery wants any parameters read or refused, within bounds.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"limit=1&next=zz", "added_after=2016-02-21T05:01:01.000000Z", "match%5Bversion%5D=first,last,2018-03-02T01:01:01.123Z", "match%5Bid%5D=" + idOf("indicator", 1), "a=%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := parseQuery(raw, matchID, matchType, matchVersion, matchSpec)
		if err != nil {
			if wrong := (*clew.InputError)(nil); !errors.As(err, &wrong) || len(err.Error()) > 2000 {
				t.Errorf("%v", err)
			}
			return
		}
		if q.limit < 1 || q.limit > PageObjects || len(q.ids) > maxValues || q.every && (q.first || q.last || len(q.at) > 0) {
			t.Errorf("%+v", q)
		}
	})
}
