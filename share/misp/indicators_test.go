package misp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"clew/incident"
	"clew/indicator"
	"clew/share"
)

const (
	md5    = "d41d8cd98f00b204e9800998ecf8427e"
	sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// toldWays puts indicators into one line each.
func toldWays(list []indicator.Indicator) string {
	var lines []string
	for _, i := range list {
		line := fmt.Sprintf("%s %s (%s)", i.Type, i.Value, i.Text)
		for _, more := range []struct {
			is   bool
			word string
		}{{i.Observed, "observed"}, {i.Withdrawn, "withdrawn"}, {i.Language != "", i.Language}, {i.Marking != "", string(i.Marking)}, {i.Days() != "", i.Days()}} {
			if more.is {
				line += " " + more.word
			}
		}
		lines = append(lines, line+" by "+i.Source)
	}
	return strings.Join(lines, "\n")
}

// TestIndicators reads what events say of the way in, by the types of their
// attributes, with who says so, whether it is to be looked for, how far it may
// go and whether it was taken back.
func TestIndicators(t *testing.T) {
	const ids = `,"to_ids":true`
	for _, x := range []struct{ name, within, want, left, others string }{
		{"domain", `,"distribution":"1","Tag":[{"name":"tlp:green"}],"Attribute":[` + attribute(10, "domain", "Evil.example.", ids+`,"comment":"drains","distribution":"5","first_seen":"2024-05-01T00:00:00.000000+00:00","last_seen":"2024-05-02T00:00:00+02:00"`) + `]`,
			"domain-name evil.example (drains; category: x; distribution: its own community; A phish) green from 2024-05-01T00:00:00Z; until 2024-05-01T22:00:00Z", "", ""},
		{"not to be looked for", `,"Attribute":[` + attribute(10, "hostname", "a.evil.example", `,"to_ids":false,"distribution":"0"`) + `]`, "domain-name a.evil.example (category: x; distribution: its own organisation; A phish) observed", "", ""},
		{"numbers for truth", `,"Attribute":[` + attribute(10, "url", "hxxp://evil.example/x", `,"to_ids":"1"`) + `]`, "url http://evil.example/x (category: x; A phish)", "", ""},
		{"deleted", `,"Attribute":[` + attribute(10, "domain", "evil.example", ids+`,"deleted":true`) + `]`, "domain-name evil.example (category: x; A phish) withdrawn", "", ""},
		{"two in one", `,"Attribute":[` + attribute(10, "domain|ip", "evil.example|192.0.2.7", ids) + "," + attribute(11, "ip-dst|port", "2001:db8::7|443", ids) + "," + attribute(12, "filename|sha256", "offer.pdf|"+sha256, ids) + `]`,
			"domain-name evil.example (category: x; A phish)\nipv4-addr 192.0.2.7 (category: x; A phish)\nipv6-addr 2001:db8::7 (category: x; A phish)\nfile " + sha256 + " (offer.pdf; category: x; A phish)", "", ""},
		{"one of two", `,"Attribute":[` + attribute(10, "domain|ip", "evil.example", ids) + `]`, "", "two values", ""},
		{"a range", `,"Attribute":[` + attribute(10, "ip-src", "10.0.0.0/8", ids) + `]`, "", "one address of IPv4", ""},
		{"rules", `,"Attribute":[` + attribute(10, "yara", "rule x {}", ids) + "," + attribute(11, "stix2-pattern", "[x:y = 'z']", ids) + `]`, "pattern rule x {} (category: x; A phish) yara\npattern [x:y = 'z'] (category: x; A phish)", "", ""},
		{"markings", `,"Tag":[{"name":"tlp:clear"}],"Attribute":[` + attribute(10, "domain", "a.example", ids+`,"Tag":[{"name":"tlp:amber"},{"name":"kind:x"}]`) + "," + attribute(11, "domain", "b.example", ids+`,"Tag":[{"name":"tlp:ex:chr"}]`) + `]`,
			"domain-name a.example (category: x; A phish; kind:x) amber\ndomain-name b.example (category: x; A phish)", "", ""},
		{"red, and a marking that is not known", `,"Tag":[{"name":"tlp:red"},{"name":"tlp:ex:chr"}],"Attribute":[` + attribute(10, "domain", "a.example", ids) + `]`, "domain-name a.example (category: x; A phish) red", "", ""},
		{"malware by its galaxy", `,"Tag":[{"name":"misp-galaxy:mitre-malware=\"AppleJeus - S0584\""},{"name":"misp-galaxy:malpedia=\"AppleJeus\""}],"Attribute":[` + attribute(10, "comment", "x", "") + `]`, "malware AppleJeus (named by a galaxy's tag; A phish)", "", "1 comment"},
		{"a note of somebody", `,"Attribute":[` + attribute(10, "domain", "evil.example", ids+`,"comment":"drains","Note":[{"authors":"B","note":"seen by us"}]`) + `]`, "domain-name evil.example (drains; category: x; A phish) by A CERT\ndomain-name evil.example (seen by us) by B", "", ""},
		{"within an object", `,"Object":[{"uuid":"` + uuid(20) + `","name":"file","comment":"of a drainer","Attribute":[` + attribute(21, "md5", md5, ids+`,"object_relation":"md5"`) + "," + attribute(22, "filename", "a.exe", `,"object_relation":"filename"`) + `]}]`, "file " + md5 + " (of a drainer; category: x; A phish)", "", ""},
		{"a package that is malicious", `,"Object":[{"uuid":"` + uuid(20) + `","name":"malicious-package-report","Attribute":[` + attribute(21, "text", "pkg:npm/Evil", `,"object_relation":"package-purl"`) + `]}]`, "package pkg:npm/evil (category: x; A phish)", "", ""},
		{"a package", `,"Object":[{"uuid":"` + uuid(20) + `","name":"software-package","Attribute":[` + attribute(21, "text", "pkg:npm/fine", `,"object_relation":"name"`) + `]}]`, "package pkg:npm/fine (category: x; A phish) observed", "", ""},
		{"other types", `,"Attribute":[` + attribute(10, "mutex", "x", ids) + "," + attribute(11, "mutex", "y", ids) + "," + attribute(12, "btc", "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt", ids) + `]`, "", "", "2 mutex"},
	} {
		t.Run(x.name, func(t *testing.T) {
			s := readBack(t, []byte(eventOf(x.within)))
			got := s.Indicators()
			left := ""
			for _, l := range got.Left {
				left += l.Text
			}
			want := x.want
			if want != "" && !strings.HasSuffix(want, "by B") {
				want = strings.ReplaceAll(want, "\n", " by A CERT\n") + " by A CERT"
			}
			text := strings.ReplaceAll(toldWays(got.List), ", in MISP event "+uuid(1), "")
			if text != want || !strings.Contains(left, x.left) || (left == "") != (x.left == "") || got.OthersText() != x.others {
				t.Errorf("%s, left %q, others %q\nwant %s, %q, %q", text, left, got.OthersText(), want, x.left, x.others)
			}
		})
	}
}

// TestAttributesAlone reads attributes as servers answer with, without their
// events.
func TestAttributesAlone(t *testing.T) {
	list := `[` + attribute(10, "domain", "a.example", `,"to_ids":true,"Event":{"uuid":"`+uuid(1)+`","info":"A phish"}`) + "," + attribute(11, "domain", "b.example", `,"to_ids":true`) + "," + attribute(12, "domain", "c.example", `,"to_ids":true,"Event":{"uuid":"`+uuid(1)+`","info":"A phish","Orgc":{"name":"x"}}`) + `]`
	for _, text := range []string{`{"response":{"Attribute":` + list + `}}`, `{"Attribute":` + list + `}`} {
		s := readBack(t, []byte(text))
		want := "domain-name a.example (category: x; A phish) by nobody named, in MISP event " + uuid(1) + "\ndomain-name c.example (category: x; A phish) by nobody named, in MISP event " + uuid(1) + "\ndomain-name b.example (category: x) by nobody named, in attributes of MISP"
		if got := toldWays(s.Indicators().List); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
		if len(s.List) != 2 {
			t.Errorf("%d events", len(s.List))
		}
	}
}

// TestIndicatorsOut wants what is written to come back, in the event of the
// theft or in one of its own, and each value once.
func TestIndicatorsOut(t *testing.T) {
	sure := 60
	list := []indicator.Indicator{
		{Type: indicator.Domain, Value: "evil.example", Text: "drains", Source: "A", First: stated, Last: stated + 5, Confidence: &sure, Marking: incident.MarkGreen},
		{Type: indicator.Domain, Value: "evil.example", Text: "seen", Source: "B", Observed: true, Marking: incident.MarkGreen},
		{Type: indicator.File, Value: sha256, Source: "A", Marking: incident.MarkClear, Withdrawn: true},
		{Type: indicator.URL, Value: "https://evil.example/a'b", Source: "B", Observed: true},
		{Type: indicator.IPv6, Value: "2001:db8::7", Source: "B"},
		{Type: indicator.Email, Value: "a@evil.example", Source: "B"},
		{Type: indicator.Pattern, Value: "rule x {}", Language: "yara", Source: "B"},
		{Type: indicator.Pattern, Value: "[x:y = 'z']", Source: "B"},
		{Type: indicator.Package, Value: "pkg:npm/axios@1.2.3", Source: "B"},
		{Type: indicator.Malware, Value: "AppleJeus", Source: "B"},
		{Type: indicator.Domain, Value: "good.example", Source: "B", Safe: true},
	}
	want := strings.ReplaceAll(`domain-name evil.example (drains; confidence 60 of 100, by its source) red FROM by A
domain-name evil.example (seen) red FROM by B
file `+sha256+` (no more is said of it) observed withdrawn red by A
url https://evil.example/a'b (no more is said of it) observed red by B
ipv6-addr 2001:db8::7 (no more is said of it) red by B
email-addr a@evil.example (no more is said of it) red by B
pattern rule x {} (no more is said of it) yara red by B
pattern [x:y = 'z'] (no more is said of it) red by B
package pkg:npm/axios@1.2.3 (no more is said of it) red by B
malware AppleJeus (no more is said of it) red by B`, "FROM", list[0].Days())
	theft := made(t)
	for _, of := range []string{"", theft.ID} {
		w, err := NewWriter(share.Release{Marking: incident.MarkRed, Chosen: true, Stated: stated})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Theft(theft, false); err != nil {
			t.Fatal(err)
		}
		for i := range list {
			if err := w.Indicator(&list[i], of); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := w.Write(&out); err != nil {
			t.Fatal(err)
		}
		s := readBack(t, out.Bytes())
		got := s.Indicators()
		lines := strings.Split(toldWays(got.List), "\n")
		for n := range lines {
			lines[n], _, _ = strings.Cut(lines[n], ", in MISP event")
		}
		if text := strings.Join(lines, "\n"); text != want || len(got.Left) != 0 || w.Withheld.Genuine != 1 {
			t.Errorf("of %q:\n%s\nleft %v, want\n%s", of, text, got.Left, want)
		}
		if events := len(s.List); of == "" && events != 2 || of != "" && events != 1 {
			t.Errorf("of %q: %d events", of, events)
		}
		if n := strings.Count(out.String(), `"to_ids":true`); n != 5 { // the domain, the host, the sender and two rules
			t.Errorf("%d are to be looked for", n)
		}
	}
	w, _ := NewWriter(share.Release{Marking: incident.MarkAmber, Chosen: true})
	if err := w.Indicator(&list[3], ""); err == nil {
		t.Error("what was not released goes out as amber")
	}
}

// FuzzIndicators wants no event to hurt, and all that is taken to be sound.
func FuzzIndicators(f *testing.F) {
	f.Add([]byte(eventOf(`,"Attribute":[` + attribute(10, "domain|ip", "evil.example|1.2.3.4", `,"to_ids":true,"first_seen":"99999999999999"`) + `]`)))
	f.Add([]byte(`{"Attribute":[` + attribute(11, "filename|md5", "a|"+md5, "") + `]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, i := range s.Indicators().List {
			if err := i.Check(); err != nil {
				t.Fatalf("%+v: %v", i, err)
			}
		}
	})
}

// TestTextsOut wants no text of an event to go out beyond its bound, in
// whatever member it stands.
func TestTextsOut(t *testing.T) {
	long := strings.Repeat("é", 50_000)
	within := `,"distribution":"` + long + `","Tag":[{"name":"` + long + `"}],"Attribute":[` + attribute(10, long, long, "") + "," +
		attribute(11, "domain", "evil.example", `,"comment":"`+long+`","first_seen":"`+long+`","distribution":"`+long+`","object_relation":"`+long+`","Tag":[{"name":"misp-galaxy:malpedia=\"`+long+`\""},{"name":"clew:concept=\"`+strings.Repeat("a", 100_000)+`\""}],"Note":[{"authors":"`+long+`","note":"`+long+`","created":"`+long+`"}]`) + "," +
		attribute(12, "btc", "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt", `,"comment":"`+long+`","Tag":[{"name":"clew:concept=\"`+strings.Repeat("a", 100_000)+`\""}]`) + "," +
		attribute(13, "btc", long, "") + `],"Object":[{"uuid":"` + uuid(20) + `","name":"` + long + `","comment":"` + long + `","Attribute":[]}]`
	text := strings.ReplaceAll(strings.Replace(eventOf(within), `"info":"A phish","date":"2024-05-06"`, `"info":"`+long+`","date":"`+long+`"`, 1), `"name":"A CERT"`, `"name":"`+long+`"`)
	text = strings.Replace(text, `"category":"x"`, `"category":"`+long+`"`, -1)
	s := readBack(t, []byte(text))
	claims, ways := s.Claims("f"), s.Indicators()
	if len(claims.Tags) != 1 || len(ways.List) == 0 {
		t.Fatalf("%d tags, %d indicators", len(claims.Tags), len(ways.List))
	}
	for _, out := range []any{claims.Tags, claims.Left, ways.List, ways.Left, ways.Others, ways.OthersText(), s.Kinds(), s.Doubts} {
		if shown := fmt.Sprintf("%+v", out); len(shown) > 10_000 {
			t.Errorf("%d bytes of %.200s", len(shown), shown)
		}
	}
}
