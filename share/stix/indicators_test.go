package stix

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew/incident"
	"clew/indicator"
	"clew/internal/sample"
	"clew/share"
)

const (
	md5    = "d41d8cd98f00b204e9800998ecf8427e"
	sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// TestPatterns reads patterns, and wants what is not read to be told and not
// guessed at.
func TestPatterns(t *testing.T) {
	for _, x := range []struct{ pattern, want, left string }{
		{"[domain-name:value = 'Evil.example']", "domain-name evil.example", ""},
		{"[ domain-name:value='a.example' OR url:value = 'https://b.example/x' ]", "domain-name a.example, url https://b.example/x", ""},
		{"[domain-name:value = 'a.example'] OR [ipv4-addr:value = '192.0.2.7']", "domain-name a.example, ipv4-addr 192.0.2.7", ""},
		{"([domain-name:value = 'a.example'] OR ([email-addr:value = 'a@b.example']))", "domain-name a.example, email-addr a@b.example", ""},
		{"[domain-name:value IN ('a.example', 'b.example')]", "domain-name a.example, domain-name b.example", ""},
		{"[(domain-name:value = 'a.example')]", "domain-name a.example", ""},
		{"[file:hashes.MD5 = '" + md5 + "' AND file:hashes.'SHA-256' = '" + sha256 + "']", "file " + md5 + ", file " + sha256, ""},
		{"[file:hashes.SHA-256 = '" + sha256 + "']", "file " + sha256, ""},
		{"[software:name = 'pkg:npm/axios@1.2.3']", "package pkg:npm/axios@1.2.3", ""},
		{`[url:value = 'https://a.example/it\'s\\x']`, `url https://a.example/it%27s%5Cx`, ""},
		{"[software:name = 'Word']", "", "software:name, which is not compared"},
		{"[file:name = 'a.exe']", "", "file:name, which is not compared"},
		{"[file:hashes.MD5 = '" + md5 + "' AND file:name = 'a.exe']", "", "file:name, which"},
		{"[file:hashes.MD5 = '" + md5 + "' OR file:name = 'a.exe']", "file " + md5, "file:name, which"},
		{"[domain-name:value = 'a.example' AND domain-name:value = 'b.example']", "", "several things at once"},
		{"[file:hashes.MD5 IN ('" + md5 + "') AND file:hashes.'SHA-256' = '" + sha256 + "']", "file " + md5 + ", file " + sha256, ""},
		{"[file:hashes.MD5 IN ('" + md5 + "','" + md5 + "') AND file:hashes.'SHA-256' = '" + sha256 + "']", "", "several things at once"},
		{"[domain-name:value = 'a.example' OR domain-name:value = 'b.example' AND url:value = 'http://c.example/']", "domain-name a.example", "several things at once"},
		{"[(domain-name:value = 'a.example' OR domain-name:value = 'b.example') AND url:value = 'http://c.example/']", "", "alternatives within AND"},
		{"[domain-name:value LIKE 'a%']", "", "compares by LIKE"},
		{"[domain-name:value MATCHES 'a.*']", "", "compares by MATCHES"},
		{"[domain-name:value != 'a.example']", "", "compares by !="},
		{"[domain-name:value NOT = 'a.example']", "", `"NOT" where a comparison`},
		{"[NOT domain-name:value = 'a.example']", "", `"NOT" where an object's type`},
		{"[EXISTS domain-name:value]", "", `"EXISTS" where`},
		{"[ipv4-addr:value = '10.0.0.0/8']", "", "one address of IPv4"},
		{"[ipv4-addr:value ISSUBSET '10.0.0.0/8']", "", "compares by ISSUBSET"},
		{"[domain-name:value = 'a.example'] AND [domain-name:value = 'b.example']", "", `"AND" where OR or the end`},
		{"[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']", "", `"FOLLOWEDBY" where`},
		{"[domain-name:value = 'a.example'] WITHIN 5 SECONDS", "", `"WITHIN" where`},
		{"[domain-name:value = 'a.example'] [", "", "where OR or the end"},
		{"[domain-name:resolves_to_refs[*].value = '192.0.2.7']", "", "a member of a list"},
		{"[network-traffic:dst_ref.value = '192.0.2.7']", "", "network-traffic:dst_ref.value, which"},
		{"[process:pid = 5]", "", `"5" where a string`},
		{"[domain-name:value = t'2024-01-01T00:00:00Z']", "", `"t" where a string`},
		{"[domain-name:value = 'a.example", "", "a string without an end"},
		{"[domain-name:value = 'a.example'", "", "it ends where ] should stand"},
		{"", "", "it ends where ["},
		{"evil.example", "", `"evil" where [`},
		{strings.Repeat("(", 100), "", "within each other"},
		{"[" + strings.Repeat("(", 100), "", "within each other"},
		{"[" + strings.Repeat("domain-name:value = 'a.example' OR ", 1001) + "x", "", "too many comparisons"},
		{strings.Repeat(" ", indicator.MaxPattern+1), "", "too long"},
	} {
		values, left := readPattern(x.pattern)
		var got []string
		for _, v := range values {
			got = append(got, string(v.kind)+" "+v.text)
		}
		if strings.Join(got, ", ") != x.want || !strings.Contains(left, x.left) || (left == "") != (x.left == "") {
			t.Errorf("%.100s: %v, %q\nwant %s, %q", x.pattern, got, left, x.want, x.left)
		}
	}
}

const (
	idI  = "indicator--00000000-0000-4000-8000-000000000021"
	idD  = "domain-name--00000000-0000-5000-8000-000000000022"
	idF  = "file--00000000-0000-5000-8000-000000000023"
	idMW = "malware--00000000-0000-4000-8000-000000000024"
	idID = "identity--00000000-0000-4000-8000-000000000025"
	tlpC = `"object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]`
	tlpG = `"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]`
)

// TestIndicators reads what bundles say of the way in, with who says so, what
// is related to it and how it is marked.
func TestIndicators(t *testing.T) {
	malware := object1(idMW, `"name":"AppleJeus"`, `"is_family":true`, tlpG)
	for _, x := range []struct {
		name, text string
		want       string
		left       string
	}{
		{"indicator", bundle(object1(idI, `"name":"n"`, `"pattern":"[domain-name:value = 'evil.example']"`, `"pattern_type":"stix"`, `"valid_from":"2024-01-01T00:00:00Z"`, `"valid_until":"2024-02-01T00:00:00.5Z"`, `"confidence":70`, tlpC)),
			"domain-name evil.example (n) clear 2024-01-01T00:00:00Z 2024-02-01T00:00:00Z 70 by nobody named, by STIX " + idI, ""},
		{"of 2.0, and revoked", bundle(object1(idI, `"pattern":"[domain-name:value = 'evil.example']"`, `"revoked":true`)), "domain-name evil.example () withdrawn by nobody named, by STIX " + idI, ""},
		{"indicates malware", bundle(object1(idI, `"pattern":"[domain-name:value = 'evil.example']"`, `"created_by_ref":"`+idID+`"`, tlpC), malware, object1(idID, `"name":"A"`), object1(idR, `"relationship_type":"indicates"`, `"source_ref":"`+idI+`"`, `"target_ref":"`+idMW+`"`, tlpC)),
			"domain-name evil.example (indicates malware AppleJeus) green by A, by STIX " + idI + "; malware AppleJeus (indicator indicates this) green by nobody named, by STIX " + idMW, ""},
		{"observable alone", bundle(object1(idD, `"value":"Evil.example"`)), "domain-name evil.example () observed by nobody named, by STIX " + idD, ""},
		{"observable of malware", bundle(object1(idD, `"value":"evil.example"`), malware, object1(idR, `"relationship_type":"communicates-with"`, `"source_ref":"`+idMW+`"`, `"target_ref":"`+idD+`"`)),
			"domain-name evil.example (malware AppleJeus communicates-with this) observed by nobody named, by STIX " + idD + "; malware AppleJeus (communicates-with domain-name evil.example) by nobody named, by STIX " + idMW, ""},
		{"sample", bundle(object1(idF, `"hashes":{"SHA-256":"`+sha256+`","MD5":"`+md5+`","TLSH":"T1"}`), object1(idMW, `"name":"M"`, `"sample_refs":["`+idF+`"]`)),
			"file " + md5 + " (sample of malware: M) by nobody named, by STIX " + idF + "; file " + sha256 + " (sample of malware: M) by nobody named, by STIX " + idF +
				"; pattern [file:hashes.'TLSH' = 'T1'] (sample of malware: M) by nobody named, by STIX " + idF + "; malware M () by nobody named, by STIX " + idMW, "file:hashes.TLSH, which is not compared here"},
		{"not read, and kept", bundle(object1(idI, `"pattern":"[domain-name:value LIKE 'a%']"`)), "pattern [domain-name:value LIKE 'a%'] () by nobody named, by STIX " + idI, "compares by LIKE"},
		{"another language", bundle(object1(idI, `"pattern":"rule x {}"`, `"pattern_type":"yara"`)), "pattern rule x {} () yara by nobody named, by STIX " + idI, "of the language yara"},
		{"range", bundle(object1(strings.Replace(idD, "domain-name", "ipv4-addr", 1), `"value":"10.0.0.0/8"`)), "pattern [ipv4-addr:value = '10.0.0.0/8'] () observed by nobody named, by STIX " + strings.Replace(idD, "domain-name", "ipv4-addr", 1), "one address of IPv4"},
		{"file by its name", bundle(object1(idF, `"name":"a.exe"`)), "", "a file without a hash"},
		{"malware without a name", bundle(object1(idMW)), "", "without a name"},
		{"members of another form", bundle(object1(idI, `"pattern":7`, `"confidence":"high"`)), "", "it ends where ["},
		{"a note", bundle(object1(idD, `"value":"evil.example"`, tlpC), object1(idO, `"content":"drains"`, `"object_refs":["`+idD+`"]`, tlpC)), "domain-name evil.example (drains) observed clear by nobody named, by STIX " + idD, ""},
		{"benign by itself", bundle(object1(idI, `"pattern":"[domain-name:value = 'evil.example']"`, `"indicator_types":["benign"]`)), "domain-name evil.example () observed by nobody named, by STIX " + idI, ""},
		{"benign and not", bundle(object1(idI, `"pattern":"[domain-name:value = 'evil.example']"`, `"indicator_types":["benign","compromised"]`)), "domain-name evil.example () by nobody named, by STIX " + idI, ""},
		{"a note of somebody, taken back", bundle(object1(idD, `"value":"evil.example"`), object1(idO, `"content":"drains"`, `"authors":["B"]`, `"revoked":true`, `"object_refs":["`+idD+`"]`)), "domain-name evil.example (drains (taken back)) withdrawn observed by B, by STIX " + idD, ""},
		{"software by its package", bundle(object1(strings.Replace(idD, "domain-name", "software", 1), `"name":"pkg:npm/Axios@1.2.3"`)), "package pkg:npm/axios@1.2.3 () observed by nobody named, by STIX " + strings.Replace(idD, "domain-name", "software", 1), ""},
		{"software of a name", bundle(object1(strings.Replace(idD, "domain-name", "software", 1), `"name":"Word"`)), "", ""},
		{"an unmarked note", bundle(object1(idD, `"value":"evil.example"`, tlpC), object1(idO, `"content":"drains"`, `"object_refs":["`+idD+`"]`)), "domain-name evil.example (drains) observed by nobody named, by STIX " + idD, ""},
		{"an unmarked note about what is red", bundle(object1(idD, `"value":"evil.example"`, `"object_marking_refs":["`+tlpRed+`"]`), object1(idO, `"content":"drains"`, `"object_refs":["`+idD+`"]`)), "domain-name evil.example (drains) observed red by nobody named, by STIX " + idD, ""},
		{"a red part of what is not known", bundle(object1(idD, `"value":"evil.example"`, `"object_marking_refs":["`+idM+`"]`, `"granular_markings":[{"marking_ref":"`+tlpRed+`"}]`)), "domain-name evil.example () observed red by nobody named, by STIX " + idD, ""},
		{"a marking that is not known", bundle(object1(idD, `"value":"evil.example"`, `"object_marking_refs":["`+idM+`"]`)), "domain-name evil.example () observed by nobody named, by STIX " + idD, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			got := readBack(t, []byte(x.text)).Indicators("f")
			left := ""
			for _, l := range got.Left {
				left += l.Text
			}
			if text := toldOf(got.List); text != x.want || !strings.Contains(left, x.left) || (left == "") != (x.left == "") {
				t.Errorf("%s, left %q\nwant %s, %q", text, left, x.want, x.left)
			}
		})
	}
}

func toldOf(list []indicator.Indicator) string {
	var parts []string
	for _, i := range list {
		part := fmt.Sprintf("%s %s (%s)", i.Type, i.Value, i.Text)
		if i.Withdrawn {
			part += " withdrawn"
		}
		if i.Observed {
			part += " observed"
		}
		for _, more := range []string{i.Language, string(i.Marking)} {
			if more != "" {
				part += " " + more
			}
		}
		if i.First.Known() {
			part += " " + i.First.String() + " " + i.Last.String()
		}
		if i.Confidence != nil {
			part += fmt.Sprint(" ", *i.Confidence)
		}
		parts = append(parts, part+" by "+i.Source)
	}
	return strings.Join(parts, "; ")
}

// TestATTACKIndicators wants the malware of ATT&CK, each by its name and with
// who uses it.
func TestATTACKIndicators(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(sample.Dir(t, "attack-dprk"), "dprk_bundle.json"))
	if err != nil {
		t.Fatal(err)
	}
	b := readBack(t, data)
	want := 0
	for _, c := range b.Counts() {
		if c.Type == "malware" {
			want = c.Objects
		}
	}
	got := b.Indicators("f")
	if len(got.List) != want || want == 0 || len(got.Left) > 0 {
		t.Errorf("%d of %d, left %v", len(got.List), want, got.Left)
	}
	if !strings.Contains(toldOf(got.List), "malware AppleJeus") || !strings.Contains(toldOf(got.List), "intrusion-set Lazarus Group uses this") {
		t.Error("AppleJeus, or who uses it, is not there")
	}
}

// FuzzPattern wants no pattern to hurt, and each value of one to be what a
// pattern of it alone says.
func FuzzPattern(f *testing.F) {
	for _, text := range []string{"[domain-name:value = 'a.example' OR (url:value IN ('http://b.example/'))]", "[file:hashes.'MD5' = '" + md5 + "' AND file:name = 'x'] OR [x:y!='\\''] FOLLOWEDBY"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, left := readPattern(text)
		if len(values) == 0 && left == "" {
			t.Fatal("a pattern that says nothing")
		}
		for _, v := range values {
			again, left := readPattern(patternOf(&indicator.Indicator{Type: v.kind, Value: v.text}))
			if len(again) != 1 || again[0] != v || left != "" {
				t.Fatalf("%v comes back as %v, %q", v, again, left)
			}
		}
	})
}

// TestIndicatorsOut wants what is written to come back, related to the theft.
func TestIndicatorsOut(t *testing.T) {
	sure := 60
	list := []indicator.Indicator{
		{Type: indicator.Domain, Value: "evil.example", Text: "drains", Source: "A", First: stated, Last: stated + 5, Confidence: &sure, Marking: incident.MarkGreen},
		{Type: indicator.File, Value: sha256, Source: "A", Marking: incident.MarkClear},
		{Type: indicator.Package, Value: "pkg:npm/axios@1.2.3", Source: "B", Marking: incident.MarkClear, Withdrawn: true},
		{Type: indicator.Malware, Value: "AppleJeus", Source: "B", Marking: incident.MarkClear},
		{Type: indicator.Pattern, Value: "rule x {}", Language: "yara", Source: "B", Marking: incident.MarkClear},
		{Type: indicator.URL, Value: "https://evil.example/a'b", Source: "B"},
		{Type: indicator.Domain, Value: "victim.example", Source: "B", Observed: true, Confidence: &sure},
		{Type: indicator.File, Value: md5, Source: "B", Observed: true, Withdrawn: true},
		{Type: indicator.Package, Value: "pkg:npm/seen", Source: "B", Observed: true},
	}
	w := writer(t, share.Release{Marking: incident.MarkAmberStrict, Stated: stated})
	for i := range list {
		if err := w.Indicator(&list[i], ""); err != nil {
			t.Fatal(err)
		}
	}
	back := readBack(t, written(t, w)).Indicators("f")
	if len(back.List) != len(list) {
		t.Fatalf("%s, left %v", toldOf(back.List), back.Left)
	}
	for at, i := range back.List {
		want := list[at]
		if i.Type != want.Type || i.Value != want.Value || i.Language != want.Language || i.Withdrawn != want.Withdrawn || i.Observed != want.Observed || !strings.HasPrefix(i.Source, want.Source+", by STIX") || !strings.Contains(i.Text, want.Text) {
			t.Errorf("%+v\nwant %+v", i, want)
		}
	}
	if i := back.List[0]; *i.Confidence != sure || i.First != stated || i.Last != stated+5 {
		t.Errorf("%+v", i)
	}
}

// TestIndicatorsOfTheft wants indicators to say of which theft they are.
func TestIndicatorsOfTheft(t *testing.T) {
	w := writer(t, share.Release{Marking: incident.MarkRed, Stated: stated, Chosen: true})
	i := made(t)
	if err := w.Theft(i, false); err != nil {
		t.Fatal(err)
	}
	if err := w.Indicator(&indicator.Indicator{Type: indicator.Domain, Value: "evil.example", Source: "A"}, "none-2022"); err != nil {
		t.Fatal(err)
	}
	for _, r := range w.out.Relationships() {
		if r.Type == "indicates" {
			t.Error("an indicator of a theft that is not there has one")
		}
	}
	for _, x := range []indicator.Indicator{{Type: indicator.Domain, Value: "evil.example", Source: "A"}, {Type: indicator.Malware, Value: "AppleJeus", Source: "A"}, {Type: indicator.Domain, Value: "good.example", Source: "A", Safe: true}} {
		if err := w.Indicator(&x, i.ID); err != nil {
			t.Fatal(err)
		}
	}
	b := readBack(t, written(t, w))
	got := map[string]string{}
	for _, r := range b.Relationships() {
		got[r.Type+" "+typeOf(r.Source)] = typeOf(r.Target)
	}
	if got["indicates indicator"] != "campaign" || got["uses campaign"] == "" {
		t.Errorf("%v", got)
	}
	if w.Withheld.Genuine != 1 || len(b.Missing()) != 1 {
		t.Errorf("%+v, missing %v", w.Withheld, b.Missing())
	}
	for i := range b.Objects {
		if o := &b.Objects[i]; o.Type == "report" && !strings.Contains(strings.Join(o.lists["object_refs"], " "), "indicator--") {
			t.Errorf("the report holds no indicator: %s", o.Raw)
		}
	}
}

// TestTakenBackWins wants a row that was taken back to stay so beside one that
// says the same, in either order.
func TestTakenBackWins(t *testing.T) {
	row := indicator.Indicator{Type: indicator.Domain, Value: "evil.example", Source: "A", Marking: incident.MarkClear}
	taken := row
	taken.Withdrawn = true
	for _, list := range [][]indicator.Indicator{{row, taken}, {taken, row}} {
		w := writer(t, share.Release{Marking: incident.MarkClear, Stated: stated})
		for i := range list {
			if err := w.Indicator(&list[i], ""); err != nil {
				t.Fatal(err)
			}
		}
		if back := readBack(t, written(t, w)).Indicators("f").List; len(back) != 1 || !back[0].Withdrawn {
			t.Errorf("%s", toldOf(back))
		}
	}
}

// TestIndicatorsMarked wants nothing to go out above its marking.
func TestIndicatorsMarked(t *testing.T) {
	for _, x := range []struct {
		own, under incident.Marking
		ok         bool
	}{{"", incident.MarkClear, false}, {"", incident.MarkAmber, false}, {"", incident.MarkAmberStrict, true}, {incident.MarkClear, incident.MarkClear, true}, {incident.MarkAmber, incident.MarkGreen, false}, {incident.MarkRed, incident.MarkRed, true}} {
		w := writer(t, share.Release{Marking: x.under, Stated: stated, Chosen: true})
		err := w.Indicator(&indicator.Indicator{Type: indicator.Domain, Value: "evil.example", Source: "A", Marking: x.own}, "")
		if (err == nil) != x.ok || x.ok == bytes.Contains(written(t, w), []byte("evil.example")) == false {
			t.Errorf("%q under %q: %v", x.own, x.under, err)
		}
	}
}
