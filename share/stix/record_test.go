package stix

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/share"
	"clew/tag"
)

// recordOf returns the bundle of the whole record.
func recordOf(t testing.TB) []byte {
	t.Helper()
	all, err := incident.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	w := writer(t, share.Release{Marking: incident.MarkClear})
	for _, i := range all {
		if err := w.Theft(i, true); err != nil {
			t.Fatalf("%s: %v", i.ID, err)
		}
	}
	return written(t, w)
}

func writer(t testing.TB, o share.Release) *Writer {
	t.Helper()
	w, err := NewWriter(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func written(t testing.TB, w *Writer) []byte {
	t.Helper()
	b, err := w.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readBack(t testing.TB, data []byte) *Bundle {
	t.Helper()
	b, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// made returns a theft of no record, with a trail if one is given.
func made(t testing.TB, change ...string) *incident.Incident {
	t.Helper()
	data, err := os.ReadFile("testdata/theft.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(change...).Replace(string(data))
	i, err := incident.Read("theft.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

const stated = clew.Time(1_717_200_000)

// TestRecord wants the whole record to go out the same every time, to be read
// back without anything odd, and to hold every claim and every address.
func TestRecord(t *testing.T) {
	data := recordOf(t)
	if !bytes.Equal(data, recordOf(t)) {
		t.Error("the record is written in two ways")
	}
	b := readBack(t, data)
	if len(b.Doubts) > 0 || len(b.Cycles()) > 0 {
		t.Errorf("odd: %v %v", b.Doubts, b.Cycles())
	}
	if m := b.Missing(); len(m) != 1 || m[0].To != tlpMaker {
		t.Errorf("missing: %v, want the identity of OASIS alone", m)
	}
	all, _ := incident.Recorded()
	claims, addresses := 0, map[clew.Address]bool{}
	for _, i := range all {
		claims += len(i.Attributions)
		for _, set := range i.RoleSets {
			for _, a := range set.Addresses {
				if set.Role != incident.VictimContract {
					addresses[a] = true
				}
			}
		}
	}
	opinions := 0
	for _, o := range b.Objects {
		if o.Type == "opinion" {
			opinions++
		}
	}
	if opinions != claims || claims == 0 {
		t.Errorf("%d opinions for %d claims", opinions, claims)
	}
	back := b.Claims("f")
	for _, x := range back.Tags {
		delete(addresses, x.Subject)
	}
	if len(addresses) > 0 || len(back.Left) > 0 {
		t.Errorf("%d addresses do not come back; left: %v", len(addresses), back.Left)
	}
}

// decoded returns the objects of a type, decoded.
func decoded(t testing.TB, b *Bundle, kind string) (list []map[string]any) {
	t.Helper()
	for _, o := range b.Objects {
		if o.Type == kind {
			var m map[string]any
			if err := json.Unmarshal(o.Raw, &m); err != nil {
				t.Fatal(err)
			}
			list = append(list, m)
		}
	}
	return list
}

// TestClaimsStandSideBySide looks at each standing: as confidence, as opinion,
// and as what becomes of the relationship.
func TestClaimsStandSideBySide(t *testing.T) {
	w := writer(t, share.Release{Marking: incident.MarkAmber, Chosen: true, Stated: stated})
	if err := w.Theft(made(t), false); err != nil {
		t.Fatal(err)
	}
	b := readBack(t, written(t, w))
	var got []string
	ids := map[string]string{}
	for _, r := range decoded(t, b, "relationship") {
		if r["relationship_type"] != "attributed-to" && r["relationship_type"] != "related-to" || !strings.HasPrefix(r["source_ref"].(string), "campaign") {
			continue
		}
		confidence := "none"
		if c, ok := r["confidence"]; ok {
			confidence = string(must(json.Marshal(c)))
		}
		by, _, _ := strings.Cut(r["description"].(string), ":")
		ids[r["id"].(string)] = by
		got = append(got, by+" "+r["relationship_type"].(string)+" "+confidence+" "+string(must(json.Marshal(r["revoked"]))))
	}
	slices.Sort(got)
	want := []string{"A Firm attributed-to none null", "C Firm attributed-to 0 true", "C Firm related-to 15 null", "FBI attributed-to 85 null"}
	if !slices.Equal(got, want) {
		t.Errorf("claims %q\nwant %q", got, want)
	}
	opinions := map[string][]string{}
	for _, o := range decoded(t, b, "opinion") {
		var about []string
		for _, ref := range o["object_refs"].([]any) {
			about = append(about, ids[ref.(string)])
		}
		slices.Sort(about)
		opinions[o["opinion"].(string)] = append(opinions[o["opinion"].(string)], strings.Join(about, "+"))
	}
	if got := string(must(json.Marshal(opinions))); got != `{"agree":["A Firm"],"disagree":["A Firm+FBI"],"neutral":["C Firm"],"strongly-agree":["FBI"],"strongly-disagree":["C Firm"]}` {
		t.Errorf("opinions %s", got)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestPrivateUnlessReleased wants each private thing to be absent, counted,
// and there when it is released.
func TestPrivateUnlessReleased(t *testing.T) {
	const victim, note, person = "0x1A2a1c938CE3eC39b6D47113c7955bAa9DD454F2", "the note of the day", "Robin Placeholder"
	for _, x := range []struct {
		name     string
		options  share.Release
		in, out  []string
		withheld share.Withheld
	}{
		{"nothing", share.Release{}, nil, []string{victim, note, person}, share.Withheld{Victims: 1, Notes: 1, Persons: 1}},
		{"victims", share.Release{Victims: true}, []string{victim}, []string{note, person}, share.Withheld{Victims: 0, Notes: 1, Persons: 1}},
		{"notes", share.Release{Notes: true}, []string{note}, []string{victim, person}, share.Withheld{Victims: 1, Notes: 0, Persons: 1}},
		{"persons", share.Release{Persons: true}, []string{person, "not found guilty"}, []string{victim, note}, share.Withheld{Victims: 1, Notes: 1, Persons: 0}},
	} {
		t.Run(x.name, func(t *testing.T) {
			x.options.Marking, x.options.Chosen, x.options.Stated = incident.MarkRed, true, stated
			w := writer(t, x.options)
			if err := w.Theft(made(t), false); err != nil {
				t.Fatal(err)
			}
			data := string(written(t, w))
			for _, text := range x.in {
				if !strings.Contains(data, text) {
					t.Errorf("%q is not there", text)
				}
			}
			for _, text := range x.out {
				if strings.Contains(data, text) {
					t.Errorf("%q is there", text)
				}
			}
			if w.Withheld != x.withheld {
				t.Errorf("withheld %+v, want %+v", w.Withheld, x.withheld)
			}
		})
	}
}

// TestNothingAboveItsMarking tries markings against files and tags.
func TestNothingAboveItsMarking(t *testing.T) {
	amber := made(t, "\ntitle:", "\nmarking: amber\ntitle:")
	address, err := clew.ParseAddress("0x098B716B8Aaf21512996dC57EB0615e2383E2f96", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	private := &tag.Tag{Subject: address, Label: "x", Source: "s", Private: true, Pack: "mine"}
	open := &tag.Tag{Subject: address, Label: "x", Source: "s"}
	theft := func(i *incident.Incident, public bool) func(*Writer) error {
		return func(w *Writer) error { return w.Theft(i, public) }
	}
	claim := func(x *tag.Tag) func(*Writer) error { return func(w *Writer) error { return w.Tag(x) } }
	for _, x := range []struct {
		name    string
		marking incident.Marking
		chosen  bool
		add     func(*Writer) error
		field   string // of the refusal; empty: it goes out
	}{
		{"amber as clear", incident.MarkClear, true, theft(amber, false), "tlp"},
		{"amber as green", incident.MarkGreen, true, theft(amber, false), "tlp"},
		{"amber as amber", incident.MarkAmber, true, theft(amber, false), ""},
		{"amber as red", incident.MarkRed, true, theft(amber, false), ""},
		{"unmarked, none chosen", incident.MarkClear, false, theft(made(t), false), "tlp"},
		{"unmarked, clear chosen", incident.MarkClear, true, theft(made(t), false), ""},
		{"public, none chosen", incident.MarkClear, false, theft(made(t), true), ""},
		{"private tag as amber", incident.MarkAmber, true, claim(private), "tlp"},
		{"private tag as amber+strict", incident.MarkAmberStrict, true, claim(private), ""},
		{"open tag", incident.MarkClear, false, claim(open), ""},
		{"tag of a transaction", incident.MarkRed, true, claim(&tag.Tag{Tx: "x", Label: "x", Source: "s"}), "tags"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := writer(t, share.Release{Marking: x.marking, Chosen: x.chosen, Stated: stated})
			err := x.add(w)
			var wrong *clew.InputError
			switch {
			case x.field == "" && err != nil:
				t.Fatal(err)
			case x.field == "":
				if got := readBack(t, written(t, w)).Marking(); got != x.marking {
					t.Errorf("marked %s, want %s", got, x.marking)
				}
			case !errors.As(err, &wrong) || wrong.Field != x.field:
				t.Errorf("%v, want a refusal of %s", err, x.field)
			}
		})
	}
	if _, err := NewWriter(share.Release{Marking: "white"}); err == nil {
		t.Error("a marking that is none was taken")
	}
	if err := writer(t, share.Release{Marking: incident.MarkRed, Chosen: true}).Theft(made(t), false); err == nil {
		t.Error("a file without a trail was written without a time")
	}
	refusedEntry := made(t, "\nvictims:", "\nstatus: refused\ntrail:\n  - {day: 2024-05-01, act: proposed, by: x}\n  - {day: 2024-05-02, act: refused, by: y, text: no}\nvictims:")
	if err := writer(t, share.Release{Marking: incident.MarkRed, Chosen: true}).Theft(refusedEntry, false); err == nil {
		t.Error("a refused entry was written")
	}
}

// TestEveryObjectIsMarked wants the one marking on everything but the marking
// and its extension themselves.
func TestEveryObjectIsMarked(t *testing.T) {
	w := writer(t, share.Release{Marking: incident.MarkAmberStrict, Chosen: true, Stated: stated})
	if err := w.Theft(made(t), false); err != nil {
		t.Fatal(err)
	}
	for _, o := range readBack(t, written(t, w)).Objects {
		if o.ID == tlpExtension || o.Type == "marking-definition" {
			continue
		}
		if !slices.Contains(o.Refs, "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003") {
			t.Errorf("%s is not marked", o.ID)
		}
	}
}

// TestWithdrawnIsRevoked wants whoever took an entry over to learn that it was
// withdrawn: the same identifiers, revoked.
func TestWithdrawnIsRevoked(t *testing.T) {
	const trail = "status: %\ntrail:\n  - {day: 2024-05-04, act: entered, by: x}\n"
	first := made(t, "\nvictims:", "\n"+strings.Replace(trail, "%", "reviewed", 1)+"victims:")
	later := made(t, "\nvictims:", "\n"+strings.Replace(trail, "%", "withdrawn", 1)+"  - {day: 2024-06-04, act: withdrawn, by: x, text: wrong}\nvictims:")
	objects := func(i *incident.Incident) map[string]Object {
		w := writer(t, share.Release{Marking: incident.MarkClear})
		if err := w.Theft(i, true); err != nil {
			t.Fatal(err)
		}
		byID := map[string]Object{}
		for _, o := range readBack(t, written(t, w)).Objects {
			byID[o.ID] = o
		}
		return byID
	}
	before, after := objects(first), objects(later)
	revoked := 0
	for id, o := range after {
		was, there := before[id]
		if !there {
			t.Errorf("%s is new", id)
		}
		if o.Revoked {
			revoked++
		}
		if o.Revoked && !was.Revoked && was.Modified >= o.Modified {
			t.Errorf("%s: revoked at %s, made at %s", id, o.Modified, was.Modified)
		}
		if o.Revoked && slices.Contains([]string{"identity", "attack-pattern", "intrusion-set", "threat-actor", "extension-definition", walletType}, o.Type) {
			t.Errorf("%s, which others may share, is revoked", id)
		}
	}
	if revoked < 15 {
		t.Errorf("%d revoked", revoked)
	}
}

// TestPublishedIdentifiers holds what OASIS published, and an identifier that
// another implementation of UUID version 5 made.
func TestPublishedIdentifiers(t *testing.T) {
	for m, want := range map[incident.Marking]string{
		incident.MarkClear: "94868c89-83c2-464b-929b-a1a8aa3c8487", incident.MarkGreen: "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", incident.MarkAmber: "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
		incident.MarkAmberStrict: "939a9414-2ddd-4d32-a0cd-375ea402b003", incident.MarkRed: "e828b379-4e03-4974-9ac4-e53a884c97c1",
	} {
		raw, err := compact(markingObjects(m)[1])
		if err != nil || !strings.Contains(string(raw), `"id":"marking-definition--`+want+`"`) || !strings.Contains(string(raw), `"tlp_2_0":"`+string(m)+`"`) {
			t.Errorf("%s: %s %v", m, raw, err)
		}
	}
	address, err := clew.ParseAddress("0x098b716b8aaf21512996dc57eb0615e2383e2f96", clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	if got := writer(t, share.Release{Marking: incident.MarkClear}).wallet(address); got != "cryptocurrency-wallet--32402200-76ac-5ac9-a9c9-e40c353fed45" {
		t.Errorf("wallet %s", got)
	}
}

// TestTagsComeBack writes claims and reads them again.
func TestTagsComeBack(t *testing.T) {
	address, err := clew.ParseAddress("TV92VkrHpim1MN58GNC5RfUWVUmNTPRwGA", clew.Tron)
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []tag.Status{"", tag.Confirmed, tag.Withdrawn} {
		w := writer(t, share.Release{Marking: incident.MarkClear})
		given := tag.Tag{Subject: address, Label: "A <b>service</b>", Actor: "a-service", Concepts: []tag.Concept{"mixing_service"}, Source: "A. Firm", Date: "2024-01-02", Status: status}
		if err := w.Tag(&given); err != nil {
			t.Fatal(err)
		}
		back := readBack(t, written(t, w)).Claims("f.json").Tags
		want := tag.Alleged
		if status == tag.Withdrawn {
			want = tag.Withdrawn
		}
		if len(back) != 1 || back[0].Subject != address || back[0].Status != want || !back[0].Is("mixing_service") || !strings.HasPrefix(back[0].Source, "A. Firm, by STIX note--") ||
			!strings.Contains(back[0].Label, "A <b>service</b>") || back[0].Private || back[0].Actor != "" {
			t.Errorf("status %q: %+v", status, back)
		}
	}
}

// TestTwoMarkings wants the same thefts under two markings to be versions of the
// same objects, so that a reader takes both; wallets alone have no version.
func TestTwoMarkings(t *testing.T) {
	i, err := incident.OfRecord("zoth-2025")
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, m := range incident.Markings() {
		w, err := NewWriter(share.Release{Marking: m})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Theft(i, true); err != nil {
			t.Fatal(err)
		}
		b, err := w.Bundle()
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range b.Objects {
			if o.Type == walletType || o.Type == "marking-definition" || o.ID == tlpExtension {
				continue
			}
			if o.Modified <= versions[o.ID] || o.Modified < o.Created() {
				t.Errorf("%s, %s: version %s after %s", m, o.ID, o.Modified, versions[o.ID])
			}
			versions[o.ID] = o.Modified
		}
	}
	if len(versions) == 0 {
		t.Error("no objects")
	}
}
