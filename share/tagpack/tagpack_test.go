package tagpack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"clew"
	"clew/incident"
	"clew/share"
	"clew/tag"
)

func read(t *testing.T, w *Writer) (tags []tag.Tag, f tag.File, text string) {
	t.Helper()
	var out bytes.Buffer
	if err := w.Write(&out); err != nil {
		t.Fatal(err)
	}
	text = out.String()
	f, err := tag.ReadPack(t.Context(), "p.yaml", &out, func(x tag.Tag) error { tags = append(tags, x); return nil })
	if err != nil || len(f.Issues) > 0 || len(f.Pack.Skipped) > 0 {
		t.Fatal(err, f.Issues, f.Pack.Skipped)
	}
	return tags, f, text
}

// TestRecordComesBack writes the whole record, and wants every address on its
// chain again, with a source.
func TestRecordComesBack(t *testing.T) {
	all, err := incident.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWriter(share.Release{Marking: incident.MarkClear})
	if err != nil {
		t.Fatal(err)
	}
	want := map[clew.Address]int{}
	for _, i := range all {
		if err := w.Theft(i, true); err != nil {
			t.Fatal(err)
		}
		for _, set := range i.RoleSets {
			for _, a := range set.Addresses {
				if set.Role != incident.VictimContract {
					want[a]++
				}
			}
		}
		for _, d := range i.Designations {
			for _, a := range d.Addresses {
				want[a]++
			}
		}
	}
	tags, f, _ := read(t, w)
	for _, x := range tags {
		want[x.Subject]--
		if x.Source == "" || x.Evidence == "" || x.Status != "" || len(x.Trail) > 0 || x.From != "" || x.Private || x.Actor != "" {
			t.Errorf("%+v", x)
		}
	}
	for a, n := range want {
		if n != 0 {
			t.Errorf("%s: %d too few", a, n)
		}
	}
	if len(tags) != w.Len() || len(tags) < 250 || f.Pack.Private || f.Pack.Creator == "" || !strings.HasPrefix(f.Pack.Description, "TLP:CLEAR.") {
		t.Errorf("%d tags of %d, %+v", len(tags), w.Len(), f.Pack)
	}
}

// TestWordsOfTheSchema wants what the schema has no key for in the context, and
// nothing that was withdrawn.
func TestWordsOfTheSchema(t *testing.T) {
	w, err := NewWriter(share.Release{Marking: incident.MarkAmberStrict, Chosen: true})
	if err != nil {
		t.Fatal(err)
	}
	a, err := clew.ParseAddress("0x098B716B8Aaf21512996dC57EB0615e2383E2f96", clew.Base)
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []tag.Status{tag.Disputed, tag.Withdrawn} {
		if err := w.Tag(&tag.Tag{Subject: a, Label: "L", Source: "s", Concepts: []tag.Concept{"exchange", "black_list"}, Date: "2024-05", From: "2023", Status: status, Private: true, Kind: "odd",
			Context: `{"tags":["x"]}`, Trail: []tag.Step{{Status: status, By: "B", Date: "2024", Why: "not so"}}}); err != nil {
			t.Fatal(err)
		}
	}
	tags, f, text := read(t, w)
	if len(tags) != 1 || w.Withdrawn != 1 || !f.Pack.Private {
		t.Fatalf("%d tags, %d withdrawn, %+v", len(tags), w.Withdrawn, f.Pack)
	}
	x := tags[0]
	if x.Subject != a || x.Label != "L (disputed)" || fmt.Sprint(x.Concepts) != "[exchange]" || x.Evidence != "unknown" || x.Date != "" || x.Kind != "" {
		t.Errorf("%+v", x)
	}
	var c struct {
		Tags []string
		Clew map[string]any
	}
	if err := json.Unmarshal([]byte(x.Context), &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Tags) != 1 || fmt.Sprintf("%v %v %v %v %v %v", c.Clew["status"], c.Clew["date"], c.Clew["valid_from"], c.Clew["concepts"], c.Clew["tag_type"], c.Clew["tlp"]) != "disputed 2024-05 2023 [black_list] odd amber+strict" {
		t.Errorf("%s", x.Context)
	}
	for _, key := range []string{"\nchain:", "  chain:", "valid_from:", "  status:", "  trail:"} {
		if strings.Contains(text, key) {
			t.Errorf("%q is no key of the schema:\n%s", key, text)
		}
	}
}

// TestPrivateUnlessReleased wants markings and releases as everywhere.
func TestPrivateUnlessReleased(t *testing.T) {
	data, err := os.ReadFile("../stix/testdata/theft.yaml")
	if err != nil {
		t.Fatal(err)
	}
	i, err := incident.Read("theft.yaml", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	const victim = "0x1A2a1c938CE3eC39b6D47113c7955bAa9DD454F2"
	for _, victims := range []bool{false, true} {
		w, err := NewWriter(share.Release{Marking: incident.MarkGreen, Chosen: true, Stated: 1_711_929_600, Victims: victims})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Theft(i, false); err != nil {
			t.Fatal(err)
		}
		_, f, text := read(t, w)
		if strings.Contains(text, victim) != victims || (w.Withheld.Victims == 0) != victims || !f.Pack.Private {
			t.Errorf("victims %t: withheld %+v\n%s", victims, w.Withheld, text)
		}
		if err := w.Tag(&tag.Tag{Subject: clew.Address{}, Label: "x"}); err == nil {
			t.Error("a claim about no address was taken")
		}
	}
	w, err := NewWriter(share.Release{Marking: incident.MarkClear})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Theft(i, false); err == nil {
		t.Error("a file without a marking went out")
	}
	if _, err := NewWriter(share.Release{Marking: "white"}); err == nil {
		t.Error("a marking that is none was taken")
	}
}
