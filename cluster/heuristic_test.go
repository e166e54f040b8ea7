package cluster

import (
	"regexp"
	"testing"
)

// TestHeuristicsSayWhatTheyAre wants of every rule a name of its own, and what
// it assumes, how it fails and where it is from.
func TestHeuristicsSayWhatTheyAre(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, h := range Heuristics() {
		if !kebab.MatchString(h.ID) || seen[h.ID] {
			t.Errorf("%q: want kebab-case, once", h.ID)
		}
		seen[h.ID] = true
		for what, text := range map[string]string{"name": h.Name, "assumption": h.Assumption, "failure": h.Failure, "source": h.Source} {
			if text == "" {
				t.Errorf("%s: no %s", h.ID, what)
			}
		}
		if h.Lead && h.Evidence != "" {
			t.Errorf("%s: a lead merges nothing, whatever it looks at", h.ID)
		}
		if found, ok := HeuristicOf(Sign(h.ID)); !ok || found.Name != h.Name {
			t.Errorf("%s: found %q", h.ID, found.Name)
		}
	}
	if _, ok := HeuristicOf("no-such"); ok {
		t.Error("a heuristic of no name")
	}
}

func TestMergesOnTwoIndependentSigns(t *testing.T) {
	for name, c := range map[string]struct {
		signs []Sign
		want  bool
	}{
		"none":                    {nil, false},
		"common inputs alone":     {[]Sign{CoSpend}, true},
		"one of change":           {[]Sign{ChangeScriptType}, false},
		"two of amounts":          {[]Sign{ChangeRoundAmount, ChangeOptimal}, false},
		"three of history":        {[]Sign{ChangeFreshAddress, ChangePeel, ChangeClient}, false},
		"scripts and amounts":     {[]Sign{ChangeScriptType, ChangeOptimal}, true},
		"amounts twice, history":  {[]Sign{ChangeRoundAmount, ChangeOptimal, ChangePeel}, true},
		"one, and one not known":  {[]Sign{ChangePeel, "no-such"}, false},
		"not known":               {[]Sign{"no-such"}, false},
		"history after not known": {[]Sign{"no-such", ChangePeel, ChangeScriptType}, true},
	} {
		if got := Merges(c.signs); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
