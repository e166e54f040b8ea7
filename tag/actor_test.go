package tag

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"clew/internal/sample"
)

func labels(list []Actor) string {
	var names []string
	for _, a := range list {
		names = append(names, a.ID)
	}
	return strings.Join(names, " ")
}

func TestBuiltinActorsAreATree(t *testing.T) {
	list, err := BuiltinActors()
	if err != nil {
		t.Fatal(err)
	}
	x := NewActors(list)
	for _, a := range list {
		if _, ok := x.Within(a.ID, "dprk"); !ok {
			t.Errorf("%s is not within dprk", a.ID)
		}
		if a.Parent != "" && len(x.Said(a.Parent)) == 0 {
			t.Errorf("%s: nobody says who %s is", a.ID, a.Parent)
		}
		if a.Source == "" {
			t.Errorf("%s: no source", a.ID)
		}
	}
	path, ok := x.Within("bluenoroff", "dprk")
	if !ok || labels(path) != "bluenoroff lazarusgroup" && labels(path) != "bluenoroff lazarusgroup rgb" {
		t.Errorf("from bluenoroff up: %s, %v", labels(path), ok)
	}
	if _, ok := x.Within("dprk", "bluenoroff"); ok {
		t.Error("the whole is within its part")
	}
	// One source means a group of its own by the name, another a name of APT38's.
	if got := labels(x.Named("Blue Noroff")); got != "bluenoroff apt38 tradertraitor" {
		t.Errorf("named Blue Noroff: %s", got)
	}
	if got := x.Named("nobody of that name"); got != nil {
		t.Errorf("%v", got)
	}
}

func TestActorsThatLead(t *testing.T) {
	x := NewActors([]Actor{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}, {ID: "b", Parent: "c"}})
	if path, ok := x.Within("a", "c"); !ok || labels(path) != "a b" {
		t.Errorf("round a circle: %s, %v", labels(path), ok)
	}
	if _, ok := x.Within("c", "a"); ok {
		t.Error("c is within a")
	}
}

func TestActorsWithIssues(t *testing.T) {
	const head = "title: t\ncreator: c\nactors:\n"
	for rows, want := range map[string]string{
		"- {id: a, label: A}\n- {id: a, label: A}\n":            "p.yaml:5: actor \"a\": there already, by the same source",
		"- {id: a, label: A, parent: a}\n":                      "p.yaml:4: actor \"a\": its own parent",
		"- {id: a, label: A, lastmod: yesterday}\n":             "p.yaml:4: lastmod \"yesterday\": want YYYY-MM-DD, YYYY-MM or YYYY",
		"- {id: a, label: ''}\n":                                "p.yaml:4: actor: want an id and a label",
		"- {id: a}\n":                                           "p.yaml:4: label: missing",
		"- {id: a, label: A, parents: b}\n":                     "p.yaml:4: parents: unknown key; did you mean parent?",
		"- {id: a, label: A}\n- {id: a, label: A, source: s}\n": "",
	} {
		_, _, issues := ReadActors("p.yaml", strings.NewReader(head+rows))
		got := ""
		if len(issues) > 0 {
			got = issues[0].String()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", rows, got, want)
		}
	}
}

// TestRealActors reads the field's own pack of actors whole.
func TestRealActors(t *testing.T) {
	name := filepath.Join(sample.Dir(t, "tagpacks"), "actors", "graphsense.actorpack.yaml")
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pack, list, issues := ReadActors("graphsense.actorpack.yaml", f)
	for _, issue := range issues {
		t.Log(issue)
	}
	if len(list)+len(issues) != 3813 || len(issues) > 5 {
		t.Errorf("%d actors and %d issues", len(list), len(issues))
	}
	if got := NewActors(list).Said("lazarusgroup"); len(got) != 1 || got[0].Label != "Lazarus Group" {
		t.Errorf("lazarusgroup: %+v", got)
	}
	var b strings.Builder
	if err := WriteActors(&b, pack, list); err != nil {
		t.Fatal(err)
	}
	read, err := ReadPack(t.Context(), "graphsense.actorpack.yaml", strings.NewReader(b.String()), func(Tag) error { return errors.New("a tag") })
	if err != nil || len(read.Issues) > 0 || !reflect.DeepEqual(read.Actors, list) {
		t.Errorf("written and read again: %v, %v, %d actors of %d", err, read.Issues, len(read.Actors), len(list))
	}
}

// What one source calls a part of another, or by the same name, is not held to
// be somebody else.
func TestRelatedActors(t *testing.T) {
	list, err := BuiltinActors()
	if err != nil {
		t.Fatal(err)
	}
	x := NewActors(list)
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"lazarusgroup", "lazarusgroup", true}, {"andariel", "lazarusgroup", true}, {"lazarusgroup", "andariel", true}, {"dprk", "apt38", true},
		{"apt38", "bluenoroff", true}, // MITRE calls one by the other's name
		{"apt38", "lazarusgroup", false}, {"binance", "lazarusgroup", false}, {"x", "x", true}, {"x", "y", false},
	} {
		if got := x.Related(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %t, want %t", c.a, c.b, got, c.want)
		}
	}
}

func FuzzActors(f *testing.F) {
	f.Add("title: t\nactors:\n- {id: a, label: A, parent: b}\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, list, _ := ReadActors("p.yaml", strings.NewReader(text))
		x := NewActors(list)
		for _, a := range list {
			if len(x.Said(a.ID)) == 0 || len(x.Named(a.ID)) == 0 && plain(a.ID) != "" {
				t.Fatalf("%q is not found", a.ID)
			}
			x.Within(a.ID, "x")
		}
	})
}
