package misp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/share"
	"clew/tag"
)

const stated clew.Time = 1_711_929_600

// made returns a theft of no record, with texts replaced, old and new in turn.
func made(t testing.TB, replace ...string) *incident.Incident {
	t.Helper()
	text, err := os.ReadFile("../stix/testdata/theft.yaml")
	if err != nil {
		t.Fatal(err)
	}
	i, err := incident.Read("theft.yaml", strings.NewReader(strings.NewReplacer(replace...).Replace(string(text))))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// written returns the events of thefts and claims.
func written(t testing.TB, r share.Release, public bool, what ...any) []byte {
	t.Helper()
	w, err := NewWriter(r)
	for _, x := range what {
		switch v := x.(type) {
		case *incident.Incident:
			err = errors.Join(err, w.Theft(v, public))
		case tag.Tag:
			err = errors.Join(err, w.Tag(&v))
		}
	}
	var out bytes.Buffer
	if err = errors.Join(err, w.Write(&out)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readBack(t testing.TB, data []byte) *Events {
	t.Helper()
	s, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func addressAt(t testing.TB, text string, chain clew.Chain) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress(text, chain)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestRecordComesBack writes the whole record and wants every address of every
// role and act again, on its chain, by whom it was said, and nothing else.
func TestRecordComesBack(t *testing.T) {
	all, err := incident.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	var what []any
	want := map[string]bool{}
	for _, i := range all {
		what = append(what, i)
		for _, set := range i.RoleSets {
			for _, a := range set.Addresses {
				if set.Role != incident.VictimContract {
					want[a.String()+" "+set.By] = true
				}
			}
		}
		for _, d := range i.Designations {
			for _, a := range d.Addresses {
				want[a.String()+" "+d.Authority] = true
			}
		}
	}
	r := share.Release{Marking: incident.MarkClear}
	data := written(t, r, true, what...)
	if !bytes.Equal(data, written(t, r, true, what...)) {
		t.Error("the same record has other bytes")
	}
	back := readBack(t, data)
	claims := back.Claims("f.json")
	if len(back.List) != len(all) || len(back.Doubts) != 0 || len(claims.Left) != 0 || len(want) < 250 {
		t.Errorf("%d events of %d, doubts %v, left %v, %d wanted", len(back.List), len(all), back.Doubts, claims.Left, len(want))
	}
	got := map[string]bool{}
	for _, x := range claims.Tags {
		by, _, _ := strings.Cut(x.Source, ", in MISP event ")
		got[x.Subject.String()+" "+by] = true
		if x.Private || x.Status != tag.Alleged {
			t.Errorf("%s: private %t, %s", x.Subject, x.Private, x.Status)
		}
	}
	for key := range want {
		if !got[key] {
			t.Errorf("lost: %s", key)
		}
	}
	for key := range got {
		if !want[key] {
			t.Errorf("made up: %s", key)
		}
	}
}

// TestTagsComeBack writes claims of random addresses on many chains, and reads
// the same claims again: address, chain, words, source, concepts, day, and
// whether they stand.
func TestTagsComeBack(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 5))
	chains := []clew.Chain{clew.Ethereum, clew.BNB, clew.Arbitrum, "eip155:8453", "eip155:424242", clew.Tron, clew.Bitcoin, clew.Litecoin, clew.Solana}
	for n := range 300 {
		chain := chains[n%len(chains)]
		key := make([]byte, 32)
		for k := range key {
			key[k] = byte(random.Uint32())
		}
		form, size := clew.EVMForm, 20
		switch {
		case chain.IsTron():
			form = clew.TronForm
		case chain.IsBitcoin():
			form = []clew.Form{clew.P2PKH, clew.P2SH, clew.P2WPKH}[n%3]
		case chain.IsSolana():
			form, size = clew.SolanaForm, 32
		}
		a, err := clew.MakeAddress(chain, form, key[:size])
		if err != nil {
			t.Fatal(err)
		}
		given := tag.Tag{Subject: a, Label: fmt.Sprintf("label %d \"<b>&\u202e\"", n), Source: fmt.Sprintf("source %d", n), Concepts: []tag.Concept{"mixing_service", "exchange"}[:n%3], Date: "2024-01-02", Pack: fmt.Sprint("pack ", n%2),
			Status: []tag.Status{"", tag.Confirmed, tag.Disputed, tag.Withdrawn}[n%4]}
		claims := readBack(t, written(t, share.Release{Marking: incident.MarkGreen}, true, given)).Claims("f.json")
		want := tag.Alleged
		if given.Status == tag.Withdrawn {
			want = tag.Withdrawn
		}
		if len(claims.Tags) != 1 || len(claims.Left) != 0 {
			t.Fatalf("%s: %d claims, left %v", a, len(claims.Tags), claims.Left)
		}
		got := claims.Tags[0]
		if got.Subject != a || got.Status != want || !strings.HasPrefix(got.Label, given.Label+"; ") || !strings.HasPrefix(got.Source, given.Source+", in MISP event ") ||
			fmt.Sprint(got.Concepts) != fmt.Sprint(given.Concepts) || got.Date != given.Date || !got.Private {
			t.Errorf("given %+v\ngot %+v", given, got)
		}
	}
}

// TestPrivateUnlessReleased wants what is private nowhere in the bytes, and
// there when it is released.
func TestPrivateUnlessReleased(t *testing.T) {
	const victim, note, person = "0x1A2a1c938CE3eC39b6D47113c7955bAa9DD454F2", "the note of the day", "Robin Placeholder"
	for _, x := range []struct {
		name     string
		release  share.Release
		in       []string
		withheld share.Withheld
	}{
		{"nothing", share.Release{}, nil, share.Withheld{Victims: 1, Notes: 1, Persons: 1}},
		{"victims", share.Release{Victims: true}, []string{victim}, share.Withheld{Notes: 1, Persons: 1}},
		{"notes", share.Release{Notes: true}, []string{note}, share.Withheld{Victims: 1, Persons: 1}},
		{"persons", share.Release{Persons: true}, []string{person, "not found guilty"}, share.Withheld{Victims: 1, Notes: 1}},
	} {
		x.release.Marking, x.release.Chosen, x.release.Stated = incident.MarkAmber, true, stated
		w, err := NewWriter(x.release)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Theft(made(t), false); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := w.Write(&out); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{victim, note, person} {
			want := strings.Contains(strings.Join(x.in, "\n"), text)
			if strings.Contains(out.String(), text) != want {
				t.Errorf("%s: %q is there: %t", x.name, text, !want)
			}
		}
		if w.Withheld != x.withheld {
			t.Errorf("%s: withheld %+v, want %+v", x.name, w.Withheld, x.withheld)
		}
	}
}

// TestNothingAboveItsMarking tries markings against a file and a private tag,
// and wants the marking on every event.
func TestNothingAboveItsMarking(t *testing.T) {
	amber := made(t, "\ntitle:", "\nmarking: amber\ntitle:")
	private := &tag.Tag{Subject: addressAt(t, "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", clew.Ethereum), Label: "x", Source: "s", Private: true, Pack: "mine"}
	for n, m := range incident.Markings() {
		w, err := NewWriter(share.Release{Marking: m, Chosen: true, Stated: stated})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Theft(amber, false); (err == nil) != (n >= 2) {
			t.Errorf("amber as %s: %v", m, err)
		}
		if err := w.Tag(private); (err == nil) != (n >= 3) {
			t.Errorf("a private tag as %s: %v", m, err)
		}
		var out bytes.Buffer
		if err := w.Write(&out); err != nil {
			t.Fatal(err)
		}
		back := readBack(t, out.Bytes())
		for _, e := range back.List {
			if len(e.Tags) == 0 || e.Tags[0] != "tlp:"+string(m) {
				t.Errorf("%s: tags %q", m, e.Tags)
			}
		}
		if n >= 2 && back.Marking() != m {
			t.Errorf("%s: marked %s", m, back.Marking())
		}
	}
	if _, err := NewWriter(share.Release{Marking: "white"}); err == nil {
		t.Error("a marking that is none was taken")
	}
}

// TestClaimsStandSideBySide wants each claim of who did it as an object of its
// own, with who makes it, what it is worth, and the objection beside it.
func TestClaimsStandSideBySide(t *testing.T) {
	var file struct {
		Event struct {
			Object []struct {
				Name      string
				Deleted   bool
				Attribute []struct {
					Value string
					Tag   []struct{ Name string }
				}
				Opinion []struct{ Authors, Opinion string }
			}
		}
	}
	data := written(t, share.Release{Marking: incident.MarkRed, Chosen: true, Stated: stated}, false, made(t, "actor: a-broker, part", "actor: lazarusgroup, part"))
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range file.Event.Object {
		if o.Name != "intrusion-set" {
			continue
		}
		line := o.Attribute[0].Value
		for _, x := range o.Attribute[0].Tag {
			line += " " + x.Name
		}
		for _, x := range o.Opinion {
			line += fmt.Sprintf("; %s %s", x.Authors, x.Opinion)
		}
		got = append(got, fmt.Sprintf("%s; deleted %t", line, o.Deleted))
	}
	want := []string{
		`lazarusgroup estimative-language:confidence-in-analytic-judgment="high" clew:standing="confirmed" misp-galaxy:threat-actor="Lazarus Group"; FBI 100; B Firm 25; deleted false`,
		`lazarusgroup misp-galaxy:threat-actor="Lazarus Group"; A Firm 75; B Firm 25; deleted false`, // not verified: no confidence, which is not low
		`someone clew:standing="withdrawn"; C Firm 0; deleted true`,
		`lazarusgroup estimative-language:confidence-in-analytic-judgment="low" clew:standing="alleged"; C Firm 50; B Firm 25; deleted false`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, text := range []string{`misp-galaxy:mitre-attack-pattern=\"Spearphishing Link - T1566.002\"`, "about 1000000 US dollars", `"to_ids":false`} {
		if !bytes.Contains(data, []byte(text)) {
			t.Errorf("%s is missing", text)
		}
	}
	if bytes.Contains(data, []byte(`"to_ids":true`)) {
		t.Error("something is marked for detection")
	}
}

// TestWithdrawnIsDeleted wants whoever took an entry over to learn that it was
// withdrawn: the same identifiers, deleted.
func TestWithdrawnIsDeleted(t *testing.T) {
	const trail = "\nstatus: reviewed\ntrail:\n  - {day: 2024-05-04, act: entered, by: x}\n"
	first := made(t, "\nvictims:", trail+"victims:")
	later := made(t, "\nvictims:", strings.Replace(trail, "reviewed", "withdrawn", 1)+"  - {day: 2024-06-04, act: withdrawn, by: x, text: wrong}\nvictims:")
	r := share.Release{Marking: incident.MarkClear}
	before, after := readBack(t, written(t, r, true, first)), readBack(t, written(t, r, true, later))
	if before.List[0].UUID != after.List[0].UUID || !strings.HasPrefix(after.List[0].Info, "Withdrawn: ") {
		t.Errorf("%s %s, then %s %s", before.List[0].UUID, before.List[0].Info, after.List[0].UUID, after.List[0].Info)
	}
	was := map[string]bool{}
	for _, a := range before.List[0].Attributes {
		was[a.UUID] = a.Deleted
	}
	for _, a := range after.List[0].Attributes {
		if _, there := was[a.UUID]; !there || !a.Deleted {
			t.Errorf("%s %s: there %t, deleted %t", a.UUID, a.Value, there, a.Deleted)
		}
	}
	for _, x := range after.Claims("f").Tags {
		if x.Status != tag.Withdrawn {
			t.Errorf("%s is %s", x.Subject, x.Status)
		}
	}
}

// TestTechniquesHaveNames wants every technique that the record uses to have the
// name by which MISP's galaxy has it.
func TestTechniquesHaveNames(t *testing.T) {
	all, err := incident.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		for _, m := range i.Methods {
			for _, id := range share.Techniques(&m) {
				if techniques[id] == "" {
					t.Errorf("%s: %s has no name", i.ID, id)
				}
			}
		}
	}
}
