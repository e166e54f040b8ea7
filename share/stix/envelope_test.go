package stix

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/incident"
)

func markedObject(id, more string) string {
	return fmt.Sprintf(`{"type":"indicator","spec_version":"2.1","id":%q,"created":"2020-01-01T00:00:00.000Z","modified":"2020-02-01T00:00:00.000Z"%s}`, id, more)
}

const (
	anID    = "indicator--00000000-0000-4000-8000-000000000001"
	otherID = "marking-definition--00000000-0000-4000-8000-000000000002"
)

// TestReadEnvelope wants sound objects taken beside those that are refused, and
// nothing of what is no envelope.
func TestReadEnvelope(t *testing.T) {
	sound := markedObject(anID, "")
	small := Bounds{Bytes: 1000, Objects: 3}
	for name, c := range map[string]struct {
		text     string
		objects  int
		refused  int
		id, says string // of the first refusal; or the error, if id is none
	}{
		"empty":                {`{}`, 0, 0, "", ""},
		"as the standard has":  {`{"more":true,"next":"123456789","objects":[` + sound + `]}`, 1, 0, "", ""},
		"members of others":    {`{"x_other":{"a":[1]},"objects":[` + sound + `]}`, 1, 0, "", ""},
		"one of two":           {`{"objects":[{"type":"indicator"},` + sound + `]}`, 1, 1, "number 1", "an id such as"},
		"a name twice":         {`{"objects":[` + strings.Replace(sound, `"modified"`, `"created":"x","modified"`, 1) + `]}`, 0, 1, anID, "created"},
		"not UTF-8":            {"{\"objects\":[{\"type\":\"note\",\"id\":\"\xff\"}]}", 0, 1, "number 1", "UTF-8"},
		"a list in it":         {`{"objects":[[]]}`, 0, 1, "number 1", "an object"},
		"deep":                 {`{"objects":[` + markedObject(anID, `,"x":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)) + `]}`, 0, 1, anID, "in each other"},
		"a list":               {`[]`, -1, 0, "", "envelope"},
		"a bundle is none":     {`"bundle"`, -1, 0, "", "envelope"},
		"objects that are one": {`{"objects":{}}`, -1, 0, "", "envelope"},
		"twice":                {`{"objects":[],"objects":[]}`, -1, 0, "", "each member once"},
		"more behind it":       {`{}{}`, -1, 0, "", "nothing after it"},
		"cut":                  {`{"objects":[` + sound, -1, 0, "", "middle"},
		"no JSON":              {`{"objects":[x]}`, -1, 0, "", "in JSON"},
		"too many":             {`{"objects":[1,2,3,4]}`, -1, 0, "", "at most 3 objects"},
		"too long":             {`{"objects":[` + markedObject(anID, `,"x":"`+strings.Repeat("x", 2000)+`"`) + `]}`, -1, 0, "", "at most 1000 bytes"},
		"a long way on":        {`{"next":"` + strings.Repeat("x", 5000) + `"}`, -1, 0, "", "at most"},
		"a number as next":     {`{"next":1}`, -1, 0, "", "envelope"},
	} {
		bounds := small
		if name == "a long way on" {
			bounds.Bytes = 10_000
		}
		e, err := ReadEnvelope(strings.NewReader(c.text), bounds)
		var wrong *clew.InputError
		if c.objects < 0 {
			if !errors.As(err, &wrong) || wrong.Field != "envelope" || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(e.Objects) != c.objects || len(e.Refused) != c.refused {
			t.Errorf("%s: %+v %v", name, e, err)
			continue
		}
		if c.refused > 0 && (e.Refused[0].ID != c.id || !strings.Contains(e.Refused[0].Why, c.says)) {
			t.Errorf("%s: %+v", name, e.Refused[0])
		}
		if name == "as the standard has" && (!e.More || e.Next != "123456789") {
			t.Errorf("%+v", e)
		}
		if name == "a name twice" && e.Refused[0].Version != "2020-02-01T00:00:00.000Z" {
			t.Errorf("%+v", e.Refused[0])
		}
	}
}

// TestLevel wants the strictest marking, on whatever part, and what is not
// released taken for it.
func TestLevel(t *testing.T) {
	mark := func(ids ...string) string { return `,"object_marking_refs":["` + strings.Join(ids, `","`) + `"]` }
	clear, green, red := markingIDs[incident.MarkClear], markingIDs[incident.MarkGreen], markingIDs[incident.MarkRed]
	for text, want := range map[string]incident.Marking{
		markedObject(anID, ""):                   incident.MarkAmberStrict,
		markedObject(anID, mark(clear)):          incident.MarkClear,
		markedObject(anID, mark(clear, green)):   incident.MarkGreen,
		markedObject(anID, mark(red, green)):     incident.MarkRed,
		markedObject(anID, mark(otherID)):        incident.MarkAmberStrict,
		markedObject(anID, mark(clear, otherID)): incident.MarkAmberStrict,
		markedObject(anID, mark(otherID, red)):   incident.MarkRed,
		markedObject(anID, mark("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9")):                                                                       incident.MarkClear, // TLP 1.0
		markedObject(anID, mark("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82")):                                                                       incident.MarkAmberStrict,
		markedObject(anID, mark(clear)+`,"granular_markings":[{"marking_ref":"`+red+`","selectors":["x"]}]`):                                                       incident.MarkRed,
		markedObject(anID, mark(clear)+`,"created_by_ref":"identity--00000000-0000-4000-8000-000000000001"`):                                                       incident.MarkClear,
		`{"type":"extension-definition","id":"extension-definition--00000000-0000-4000-8000-000000000003","name":"x","schema":"y","version":"1"` + mark(red) + `}`: incident.MarkRed,
		`{"type":"marking-definition","id":"` + otherID + `"}`:                                                                                                     incident.MarkClear,
	} {
		e, err := ReadEnvelope(strings.NewReader(`{"objects":[`+text+`]}`), Bounds{1 << 20, 1})
		if err != nil || len(e.Objects) != 1 {
			t.Fatalf("%s: %+v %v", text, e, err)
		}
		if got := e.Objects[0].Level(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestNamingIsNoMarking wants an object that merely names the definition of a
// marking, as reports do, released by that no more than one that does not, and a
// clear part of an object to release no other.
func TestNamingIsNoMarking(t *testing.T) {
	clear, red := markingIDs[incident.MarkClear], markingIDs[incident.MarkRed]
	strange := strings.ToUpper(strings.TrimPrefix(red, "marking-definition--"))
	for more, want := range map[string]incident.Marking{
		`"object_refs":["` + clear + `"]`:                                                                      incident.MarkAmberStrict,
		`"object_refs":["` + red + `"],"object_marking_refs":["` + clear + `"]`:                                incident.MarkClear,
		`"granular_markings":[{"marking_ref":"` + clear + `","selectors":["name"]}]`:                           incident.MarkAmberStrict,
		`"x":{"object_marking_refs":["` + clear + `"]}`:                                                        incident.MarkAmberStrict,
		`"x":{"object_marking_refs":["` + red + `"]},"object_marking_refs":["` + clear + `"]`:                  incident.MarkRed,
		`"object_marking_refs":"` + red + `"`:                                                                  incident.MarkRed,
		`"object_marking_refs":"` + clear + `"`:                                                                incident.MarkAmberStrict,
		`"object_marking_refs":["` + clear + `","TLP:RED"]`:                                                    incident.MarkAmberStrict,
		`"object_marking_refs":["` + clear + `",7]`:                                                            incident.MarkAmberStrict,
		`"object_marking_refs":["marking-definition--` + strange + `"]`:                                        incident.MarkRed,
		`"object_marking_refs":["` + clear + `"],"granular_markings":[{"marking_ref":"` + idM + `"}]`:          incident.MarkAmberStrict,
		`"object_marking_refs":["` + clear + `"],"granular_markings":[{"lang":"en","selectors":["name"]}]`:     incident.MarkClear,
		`"object_marking_refs":["` + clear + `"],"object_refs":["` + idM + `"],"created_by_ref":"` + idM + `"`: incident.MarkClear,
	} {
		b, err := Read(strings.NewReader(bundle(object1(idW, more, `"address":"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"`, `"chain_id":"bip122:000000000019d6689c085ae165831e93"`))))
		if err != nil {
			t.Fatalf("%s: %v", more, err)
		}
		if got := b.Objects[0].Level(); got != want {
			t.Errorf("%s: %s, want %s", more, got, want)
		}
		if tags := b.Claims("x").Tags; len(tags) != 1 || tags[0].Private != (want != incident.MarkClear) {
			t.Errorf("%s: %+v", more, tags)
		}
	}
}

// TestMarksItself wants circles found, through others too, and a chain without an
// end given up.
func TestMarksItself(t *testing.T) {
	o := &Object{ID: "marking-definition--00000000-0000-4000-8000-000000000000", Type: "marking-definition"}
	at := func(n int) string { return fmt.Sprintf("marking-definition--00000000-0000-4000-8000-%012d", n) }
	chain := func(length int, back string) func(string) []string {
		next := map[string][]string{}
		for n := 1; n < length; n++ {
			next[at(n)] = []string{at(n + 1)}
		}
		next[at(length)] = []string{back}
		return func(id string) []string { return next[id] }
	}
	o.marks = []string{at(1)}
	for name, c := range map[string]struct {
		held func(string) []string
		want bool
	}{
		"held by nobody": {func(string) []string { return nil }, false}, "a circle": {chain(5, o.ID), true}, "another's circle": {chain(5, at(2)), false},
		"a chain": {chain(50, at(60)), false}, "too long a chain": {chain(500, at(600)), true},
	} {
		if got := MarksItself(o, c.held, 100); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestSpecVersion wants the version of STIX that is said or meant.
func TestSpecVersion(t *testing.T) {
	for text, want := range map[string]string{
		markedObject(anID, ""): "2.1", strings.Replace(markedObject(anID, ""), `"spec_version":"2.1",`, "", 1): "2.0",
		`{"type":"ipv4-addr","id":"ipv4-addr--00000000-0000-4000-8000-000000000001"}`: "2.1",
	} {
		e, err := ReadEnvelope(strings.NewReader(`{"objects":[`+text+`]}`), Bounds{1 << 20, 1})
		if err != nil || e.Objects[0].SpecVersion() != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// FuzzEnvelope wants any bytes read or refused, with every sound object the same
// when it is read again, and no more of them than allowed.
func FuzzEnvelope(f *testing.F) {
	for _, seed := range []string{`{}`, `{"more":true,"next":"x","objects":[` + markedObject(anID, "") + `]}`, `{"objects":[{"type":"indicator"},[],1,null]}`, `{"objects":[`, "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ReadEnvelope(strings.NewReader(string(data)), Bounds{1 << 16, 50})
		if err != nil {
			if wrong := (*clew.InputError)(nil); !errors.As(err, &wrong) {
				t.Errorf("%v", err)
			}
			return
		}
		if len(e.Objects)+len(e.Refused) > 50 || len(data) > 1<<16 {
			t.Errorf("%d objects of %d bytes", len(e.Objects)+len(e.Refused), len(data))
		}
		for i := range e.Objects {
			o := &e.Objects[i]
			again, err := ReadEnvelope(strings.NewReader(`{"objects":[`+string(o.Raw)+`]}`), Bounds{1 << 17, 1})
			if err != nil || len(again.Objects) != 1 || again.Objects[0].ID != o.ID || again.Objects[0].Level() != o.Level() || TypeOf(o.ID) != o.Type {
				t.Errorf("%s: %v", o.Raw, err)
			}
		}
		for _, r := range e.Refused {
			if r.ID == "" || r.Why == "" || len(r.ID) > 1000 {
				t.Errorf("%+v", r)
			}
		}
	})
}
