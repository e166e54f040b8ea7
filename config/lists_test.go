package config

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestLists(t *testing.T) {
	for _, c := range []struct {
		name string
		vars map[string]string
		dir  string
		age  int
		bad  bool
	}{
		{"by the user's data", map[string]string{"HOME": "/people/x"}, "/people/x/.local/share/clew/lists", 30, false},
		{"named", map[string]string{"HOME": "/people/x", ListsVariable: "/l", ListAgeVariable: "0"}, "/l", 0, false},
		{"no place", nil, "", 30, false},
		{"no number", map[string]string{ListAgeVariable: "a week"}, "", 0, true},
		{"negative", map[string]string{ListAgeVariable: "-1"}, "", 0, true},
		{"too many", map[string]string{ListAgeVariable: "3661"}, "", 0, true},
	} {
		var got Config
		err := got.Resolve(Environment{OS: "linux", Getenv: func(name string) string { return c.vars[name] }})
		if (err != nil) != c.bad {
			t.Errorf("%s: %v", c.name, err)
		}
		if !c.bad && (filepath.ToSlash(got.Lists.Dir) != c.dir || got.Lists.Age != c.age) {
			t.Errorf("%s: %+v", c.name, got.Lists)
		}
	}
	var got Config
	if err := got.Resolve(Environment{Getenv: func(name string) string { return map[string]string{ListSourcesVariable: " @a  b,c "}[name] }}); err != nil || !slices.Equal(got.Lists.Sources, []string{"@a", "b,c"}) {
		t.Errorf("sources %q, %v", got.Lists.Sources, err)
	}
}
