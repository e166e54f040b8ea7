package incident

import (
	"strings"
	"testing"
)

// TestMarking tries a file's own marking: its words, their order, and that an
// entry of a record bears none but clear.
func TestMarking(t *testing.T) {
	const file = `schema: 1
id: x
title: t
marking: %
victims: [{name: v, kind: exchange, source: s}]
dates: {occurred: {day: 2024-01-01, source: s}}
values: [{usd: 1, by: x, source: s}]
sources: [{id: s, title: t, publisher: p, kind: victim, note: on paper}]
`
	const trail = "status: reviewed\ntrail: [{day: 2024-01-02, act: entered, by: x}]\n"
	for _, x := range []struct {
		marking, trail, wrong string
	}{
		{"amber+strict", "", ""},
		{"red", "", ""},
		{"white", "", `marking "white": not a word`},
		{"clear", trail, ""},
		{"green", trail, "an entry of a record is public"},
	} {
		issues := Lint("f", strings.NewReader(strings.Replace(file, "%", x.marking, 1)+x.trail))
		switch {
		case x.wrong == "" && len(issues) > 0, x.wrong != "" && len(issues) != 1:
			t.Errorf("%s: %v", x.marking, issues)
		case x.wrong != "" && !strings.Contains(issues[0].Text, x.wrong):
			t.Errorf("%s: %v, want %s", x.marking, issues, x.wrong)
		}
	}
	for at, m := range Markings() {
		for other, n := range Markings() {
			if m.Stricter(n) != (at > other) {
				t.Errorf("%s stricter than %s: %t", m, n, m.Stricter(n))
			}
		}
		if !Marking("unknown").Stricter(m) {
			t.Errorf("what is not known is less strict than %s", m)
		}
	}
}
