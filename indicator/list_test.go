package indicator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/incident"
)

func read(t testing.TB, text string) *List {
	t.Helper()
	l, err := ReadList("f", strings.NewReader(text), Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// told puts a list into one line.
func told(l *List) string {
	var parts []string
	for _, i := range l.Indicators {
		part := string(i.Type) + " " + i.Value
		if i.Safe {
			part = "genuine " + part
		}
		if i.Observed {
			part = "observed " + part
		}
		if i.Withdrawn {
			part = "taken back " + part
		}
		for _, more := range []string{i.Text, string(i.Marking)} {
			if more != "" {
				part += " (" + more + ")"
			}
		}
		if i.First.Known() {
			part += " from " + i.First.String()
		}
		if i.Confidence != nil {
			part += fmt.Sprintf(" %d%%", *i.Confidence)
		}
		if i.Source != "f" {
			part += " by " + i.Source
		}
		parts = append(parts, part)
	}
	for _, issue := range l.Issues {
		parts = append(parts, "! "+issue.String())
	}
	return strings.Join(append(parts, l.Notes...), "; ")
}

// TestReadList reads lists in every form.
func TestReadList(t *testing.T) {
	for _, x := range []struct {
		name, text string
		form       Form
		repeated   int
		want       string
	}{
		{"nothing", "", FormLines, 0, ""},
		{"lines", "# a list\n\nevil.example # drains\nhxxp://evil[.]example/x\n", FormLines, 0, "domain-name evil.example (drains); url http://evil.example/x"},
		{"one wrong line", "evil.example\ngithub.io\n", FormLines, 0, `domain-name evil.example; ! f:2: value "github.io": want a name below github.io, which is a public suffix`},
		{"repeated", "evil.example\nEVIL.example.\n", FormLines, 1, "domain-name evil.example"},
		{"fragment is no comment", "https://evil.example/#x\n", FormLines, 0, "url https://evil.example/#x"},
		{"byte order mark", "\ufeffevil.example\r\n", FormLines, 0, "domain-name evil.example"},
		{"hosts", "127.0.0.1 localhost localhost.localdomain\n0.0.0.0 evil.example worse.example # bad\n::1 ip6-loopback\n", FormHosts, 0, "domain-name evil.example (bad); domain-name worse.example (bad)"},
		{"hosts with another line", "0.0.0.0 evil.example\nworse.example\n", FormHosts, 0, "domain-name evil.example; ! f:2: want one of 0.0.0.0, 127.0.0.1, ::, ::1 and names behind it"},
		{"CSV", "domain,first_seen,confidence,tlp,source,colour\nevil.example,2024-05-31,80,TLP:AMBER,A,red\n", FormCSV, 0, "domain-name evil.example (amber) from 2024-05-31T00:00:00Z 80% by A; columns that are not read: colour"},
		{"CSV with types", "type,value,text\nmalware,AppleJeus,\"a, b\"\n", FormCSV, 0, "malware AppleJeus (a, b)"},
		{"CSV as this program writes it", "value,type,listed as,what is said,source,marking\na.example,domain-name,genuine,x,A,none\nb.example,domain-name,observed,,A,TLP:AMBER\nc.example,domain-name,taken back,,A,none\nd.example,domain-name,indicator,,A,none\ne.example,domain-name,odd,,A,none\n", FormCSV, 0,
			`genuine domain-name a.example (x) by A; observed domain-name b.example (amber) by A; taken back domain-name c.example by A; domain-name d.example by A; ! f:6: listed as "odd": want indicator, observed, genuine or taken back; of to_ids 1 or 0`},
		{"CSV of MISP", "value,to_ids\na.example,1\nb.example,0\n", FormCSV, 0, "domain-name a.example; observed domain-name b.example"},
		{"CSV with one column", "url\nhttps://evil.example/\n", FormCSV, 0, "url https://evil.example/"},
		{"CSV of wrong rows", "domain,confidence,first\nevil.example,101,\nevil.example,x,\nevil.example,1,May\nevil.example\n", FormCSV, 0, `! f:2: confidence "101": want 0 to 100; ! f:3: confidence "x": want 0 to 100; ! f:4: time "May": want a day or a time in UTC, such as 2024-05-31 or 2024-05-31T10:00:00Z; ! f:5: 1 fields; the header has 3`},
		{"eth-phishing-detect", `{"version":2,"tolerance":2,"fuzzylist":["good.example"],"whitelist":["fine.example"],"blacklist":["evil.example","x"]}`, FormDetector, 0,
			`domain-name evil.example (blocked); genuine domain-name fine.example (genuine); genuine domain-name good.example (genuine, and imitated); ! f: blacklist, number 2: value "x": want the name of a domain, such as evil.example`},
		{"own", `{"clew":"indicators","schema":1}` + "\n" + `{"type":"domain-name","value":"evil.example","source":"A"}` + "\n", FormOwn, 0, "domain-name evil.example by A"},
		{"own, wrong rows", `{"clew":"indicators","schema":1}` + "\n" + `{"type":"domain-name","value":"Evil.example","source":"A"}` + "\n" + `{"tipe":"x"}` + "\n" + `{}{}`, FormOwn, 0,
			`! f:2: value "Evil.example": want its normal form, evil.example; ! f:3: unknown field "tipe"; ! f:4: something after the object`},
	} {
		t.Run(x.name, func(t *testing.T) {
			l := read(t, x.text)
			if got := told(l); l.Form != x.form || l.Repeated != x.repeated || got != x.want || l.Wrong != len(l.Issues) {
				t.Errorf("%s, %d repeated: %s\nwant %s", l.Form, l.Repeated, got, x.want)
			}
		})
	}
}

// TestRefused wants what is no list, or too much, to be refused whole.
func TestRefused(t *testing.T) {
	for _, x := range []struct {
		name string
		r    io.Reader
		want string
	}{
		{"bundle", strings.NewReader(`{"type":"bundle","objects":[]}`), "this is a bundle of STIX"},
		{"bundle by its objects", strings.NewReader(`{"id":"x","objects":[]}`), "this is a bundle of STIX"},
		{"other JSON", strings.NewReader(`{"x":1}`), "a form that is not known"},
		{"no UTF-8", strings.NewReader("\xff"), "UTF-8"},
		{"other schema", strings.NewReader(`{"clew":"indicators","schema":2}`), "first line"},
		{"two columns of values", strings.NewReader("domain,url\na.example,b\n"), "there are two"},
		{"too many bytes", io.LimitReader(zeros{}, MaxBytes+10), "at most 64 MiB"},
		{"detector of numbers", strings.NewReader(`{"blacklist":[1]}`), "eth-phishing-detect"},
	} {
		t.Run(x.name, func(t *testing.T) {
			l, err := ReadList("f", x.r, Defaults{})
			var wrong *clew.InputError
			if l != nil || !errors.As(err, &wrong) || !strings.Contains(wrong.Want, x.want) {
				t.Errorf("%v, %v", l, err)
			}
		})
	}
	if _, err := ReadList("f", failing{}, Defaults{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a failing disk: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	return len(p), nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestWrite wants what is written to come back with every member.
func TestWrite(t *testing.T) {
	sure := 0
	list := []Indicator{
		{Type: Domain, Value: "evil.example", Text: "<b>&", Source: "A", Ref: "x", First: 1, Last: 2, Confidence: &sure, Marking: incident.MarkRed, Withdrawn: true},
		{Type: Pattern, Value: "[x]", Language: "yara", Source: "B", Safe: true},
	}
	var out bytes.Buffer
	if err := Write(&out, list); err != nil {
		t.Fatal(err)
	}
	if got := read(t, out.String()); !reflect.DeepEqual(got.Indicators, list) {
		t.Errorf("%+v", got)
	}
	if err := Write(io.Discard, []Indicator{{Type: Domain, Value: "Evil.example", Source: "A"}}); err == nil {
		t.Error("what is in no normal form is written")
	}
}

// TestFind wants a value to be met by all that a list says of it, and by
// nothing beside it.
func TestFind(t *testing.T) {
	l := read(t, strings.Join([]string{
		"evil.example", "login.evil.example", "https://shop.example/claim", "192.0.2.7", "pkg:npm/axios", "pkg:npm/left-pad@1.0.0", "d41d8cd98f00b204e9800998ecf8427e", "evil.github.io", "help@mail.example",
	}, "\n"))
	l.Indicators = append(l.Indicators, Indicator{Type: Malware, Value: "AppleJeus", Source: "A"}, Indicator{Type: Pattern, Value: "evil.example", Source: "A"}, Indicator{Type: Domain, Value: "github.io", Source: "A"}) // which no list may claim, and that meets no customer's name
	s := NewSet(l.Indicators)
	for _, x := range []struct {
		kind        Type
		value, want string
	}{
		{Domain, "evil.example", "the same evil.example"},
		{Domain, "a.login.evil.example", "a name above it login.evil.example, a name above it evil.example"},
		{Domain, "notevil.example", ""},
		{Domain, "example.com", ""},
		{Domain, "other.github.io", ""},
		{Domain, "x.evil.github.io", "a name above it evil.github.io"},
		{Domain, "shop.example", "a page of it https://shop.example/claim"},
		{URL, "https://shop.example/claim", "the same https://shop.example/claim"},
		{URL, "https://shop.example/", ""},
		{URL, "https://www.evil.example/x", "a name above it evil.example"},
		{URL, "http://192.0.2.7:8080/", "its host 192.0.2.7"},
		{Email, "a@evil.example", "its host evil.example"},
		{Email, "other@mail.example", ""},
		{Package, "pkg:npm/axios@1.2.3", "any version of it pkg:npm/axios"},
		{Package, "pkg:npm/left-pad", ""},
		{Package, "pkg:npm/left-pad@1.0.1", ""},
		{File, "d41d8cd98f00b204e9800998ecf8427e", "the same d41d8cd98f00b204e9800998ecf8427e"},
		{Malware, "applejeus", "the same AppleJeus"},
		{IPv4, "192.0.2.8", ""},
	} {
		var got []string
		for _, m := range s.Find(x.kind, x.value) {
			got = append(got, string(m.How)+" "+m.Indicator.Value)
		}
		if strings.Join(got, ", ") != x.want {
			t.Errorf("%s: %v, want %s", x.value, got, x.want)
		}
	}
}

// TestMatchesAreBounded wants no more of one value than the most, over all ways.
func TestMatchesAreBounded(t *testing.T) {
	list := slices.Repeat([]Indicator{{Type: Domain, Value: "evil.example", Source: "A"}}, MaxMatches-1)
	list = append(list, Indicator{Type: URL, Value: "https://evil.example/a", Source: "A"}, Indicator{Type: URL, Value: "https://evil.example/b", Source: "A"})
	found := NewSet(list).Find(Domain, "evil.example")
	if len(found) != 1000 || found[998].How != Same || found[999].How != PageOf {
		t.Errorf("%d found", len(found))
	}
}

// FuzzReadList wants no list to hurt, and what is taken of one to come back
// when it is written.
func FuzzReadList(f *testing.F) {
	for _, text := range []string{"evil.example # x\n", "0.0.0.0 evil.example\n", "domain,tlp\nevil.example,red\n", `{"blacklist":["evil.example"]}`, `{"clew":"indicators","schema":1}` + "\n" + `{"type":"domain-name","value":"evil.example","source":"A","confidence":3}`, `{"type":"bundle"}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := ReadList("f", bytes.NewReader(data), Defaults{Marking: incident.MarkGreen})
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := Write(&out, l.Indicators); err != nil {
			t.Fatal(err)
		}
		again, err := ReadList("f", &out, Defaults{})
		if err != nil || !reflect.DeepEqual(again.Indicators, l.Indicators) || again.Wrong > 0 {
			t.Fatalf("%v %+v\n%+v", err, again, l)
		}
		NewSet(l.Indicators).Find(Domain, "a.evil.example")
	})
}
