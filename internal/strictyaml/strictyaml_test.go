package strictyaml

import (
	"errors"
	"strings"
	"testing"

	"clew"
)

type inner struct {
	Name string `yaml:"name,required"`
	Line int    `yaml:"."`
}

type shared struct {
	Colour string `yaml:"colour"`
}

type outer struct {
	Text  string    `yaml:"text"`
	Count int       `yaml:"count"`
	Big   uint64    `yaml:"big"`
	Yes   bool      `yaml:"yes"`
	Maybe *bool     `yaml:"maybe"`
	Time  clew.Time `yaml:"time"`
	List  []inner   `yaml:"list"`
	Any   Ignored   `yaml:"any"`
	Kept  Node      `yaml:"kept"`
	Inner string    `yaml:"-"`
	shared
}

func TestDecode(t *testing.T) {
	text := "text: 0x01\ncount: 3\nbig: 9223372036854775807\nyes: true\nmaybe: false\ntime: 2022-03-23T13:29:09Z\n" +
		"list:\n  - name: a\n  - {name: b}\nany: {a: [1, 2]}\nkept: [x]\ncolour: red\n"
	var o outer
	if issues := Decode("f.yaml", strings.NewReader(text), &o); len(issues) > 0 {
		t.Fatal(issues)
	}
	if o.Text != "0x01" || o.Count != 3 || o.Big != 1<<63-1 || !o.Yes || o.Maybe == nil || *o.Maybe || o.Time != 1648042149 || o.Colour != "red" {
		t.Errorf("got %+v", o)
	}
	if len(o.List) != 2 || o.List[0] != (inner{"a", 8}) || o.List[1] != (inner{"b", 9}) || len(o.Kept.Content) != 1 {
		t.Errorf("got %+v", o.List)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key, near", "texxt: a\n", "f.yaml:1: texxt: unknown key; did you mean text?"},
		{"unknown key, far", "\nwhatever: a\n", "f.yaml:2: whatever: unknown key; known are text, count"},
		{"twice", "text: a\ntext: b\n", "f.yaml:2: text: given twice"},
		{"required", "list:\n  - {}\n", "f.yaml:2: name: missing"},
		{"whole number", "count: 1.5\n", `f.yaml:1: count "1.5": want a whole number`},
		{"negative", "big: -1\n", `f.yaml:1: big "-1": want a whole number`},
		{"truth", "yes: maybe\n", `f.yaml:1: yes "maybe": want true or false`},
		{"text type", "time: noon\n", `f.yaml:1: time: time "noon"`},
		{"mapping for a value", "text: {a: b}\n", "f.yaml:1: text: want one value"},
		{"mapping for a text type", "time: [a]\n", "f.yaml:1: time: want one value"},
		{"value for a mapping", "list: [a]\n", "f.yaml:1: list: want keys with values"},
		{"top is a list", "- a\n", "f.yaml:1: item: want keys with values"},
		{"alias", "text: &a x\nany: *a\n", "f.yaml:1: text: anchors and aliases"},
		{"merge", "<<: {text: a}\n", "f.yaml:1: <<: unknown key"},
		{"syntax", "text: 'a\n", "f.yaml:"},
		{"not UTF-8", "text: a\ncolour: \xe9t\xe9\n", "f.yaml:2: bytes that are no text in UTF-8"},
		{"UTF-16", "t\x00e\x00x\x00t\x00", "f.yaml:1: bytes that are no text in UTF-8"},
		{"control character", "text: a\n\ncolour: \x01\n", "f.yaml:3: bytes that are no text in UTF-8"},
		{"an alias of nothing", "text: a\ncolour: *what\n", "f.yaml:2: unknown anchor 'what' referenced"},
		{"second document", "text: a\n---\ntext: b\n", "a second document"},
		{"nothing", "", "f.yaml:1: empty"},
		{"only a comment", "# a\n", "f.yaml:1: empty"},
		{"too long", "text: " + strings.Repeat("a", BytesMax), "longer than"},
	} {
		var o outer
		issues := Decode("f.yaml", strings.NewReader(c.text), &o)
		if len(issues) == 0 || !strings.Contains(issues[0].String(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, issues, c.want)
		}
	}
}

func TestErr(t *testing.T) {
	one := Issue{"f.yaml", 3, "wrong"}
	var issue Issue
	if Err(nil) != nil || Err([]Issue{one}).Error() != "f.yaml:3: wrong" || Err([]Issue{one, one}).Error() != "f.yaml:3: wrong (and 1 more)" {
		t.Errorf("got %v and %v", Err([]Issue{one}), Err([]Issue{one, one}))
	}
	if !errors.As(Err([]Issue{one, one}), &issue) || issue != one {
		t.Errorf("got %v", issue)
	}
}

// TestNodeCountsLines reads a part of a file, whose lines come after others.
func TestNodeCountsLines(t *testing.T) {
	var root Node
	if issues := Parse("f.yaml", 10, []byte("- name: a\n- nam: b\n"), &root); len(issues) > 0 {
		t.Fatal(issues)
	}
	r := NewReader("f.yaml")
	var in inner
	if issues := r.Node(root.Content[0].Content[0], 10, &in); len(issues) > 0 || in.Line != 11 {
		t.Errorf("got %+v and %v", in, issues)
	}
	if issues := r.Node(root.Content[0].Content[1], 10, &in); len(issues) != 2 || issues[0].Line != 12 {
		t.Errorf("got %v", issues)
	}
	if issues := Parse("f.yaml", 10, []byte("a: 'b\n"), &root); len(issues) != 1 || issues[0].Line < 11 {
		t.Errorf("got %v", issues)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("text: a\nlist:\n  - {name: b}\n"))
	f.Add([]byte("? [a]\n: b\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var o outer
		for _, issue := range Decode("f.yaml", strings.NewReader(string(data)), &o) {
			if issue.Text == "" || issue.Line < 0 {
				t.Fatalf("%+v", issue)
			}
		}
	})
}
