package tag

import (
	"strings"
	"testing"
)

// A tag that is there twice, or that names another actor by the same evidence,
// is named with its line and that of the other.
func TestDoubts(t *testing.T) {
	const a, b = "'0x0000000000000000000000000000000000000001'", "'0x0000000000000000000000000000000000000002'"
	const head = "title: T\ncurrency: ETH\nsource: s\nlabel: L\ntags:\n" // five lines
	actors, err := BuiltinActors()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, rows, want string }{
		{"different addresses", "- {address: " + a + "}\n- {address: " + b + "}\n", ""},
		{"twice", "- {address: " + a + "}\n- {address: " + b + "}\n- {address: " + a + "}\n", "p.yaml:8: says the same as line 6"},
		{"another label", "- {address: " + a + "}\n- {address: " + a + ", label: M}\n", ""},
		{"another actor", "- {address: " + a + ", actor: x}\n- {address: " + a + ", actor: y}\n", `p.yaml:7: names actor "y", where line 6 names "x" by the same evidence`},
		{"by better evidence", "- {address: " + a + ", actor: x}\n- {address: " + a + ", actor: y, confidence: ownership}\n- {address: " + a + ", actor: z, confidence: ownership}\n",
			`p.yaml:8: names actor "z", where line 7 names "y" by the same evidence`},
		{"by worse evidence", "- {address: " + a + ", actor: x, confidence: ownership}\n- {address: " + a + ", actor: y}\n", ""},
		{"a part of it", "- {address: " + a + ", actor: lazarusgroup}\n- {address: " + a + ", actor: andariel}\n", ""},
	} {
		d := NewDoubts(NewActors(actors))
		read, err := ReadPack(t.Context(), "p.yaml", strings.NewReader(head+c.rows), func(tg Tag) error { d.Add("p.yaml", &tg); return nil })
		if err != nil || len(read.Issues) > 0 {
			t.Fatalf("%s: %v, %v", c.name, err, read.Issues)
		}
		if got := join(d.Found); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
