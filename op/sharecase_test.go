package op

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/decision"
)

// caseToShare is an open case with a theft's file, all sorts of rows, and a file system to
// which files are written.
func caseToShare(t *testing.T) (*Env, map[string]string) {
	t.Helper()
	theft := strings.NewReplacer("marking: red", "marking: amber", "amount: 5,", "amount: 5, note: a note of one's own,").Replace(redTheft)
	env := caseEnv(t, fstest.MapFS{"theft.yaml": {Data: []byte(theft)}})
	openedCase(t, env)
	for _, step := range [][2]string{
		{"case incident", `{"case": "small", "file": "theft.yaml"}`},
		{"case find", `{"case": "small", "kind": "claim", "text": "A mistake.", "rests": ["2"]}`},
		{"case withdraw", `{"case": "small", "number": "10", "why": "wrong"}`},
		{"case indicator", `{"case": "small", "type": "domain-name", "value": "way.example", "text": "the page", "source": "the firm"}`},
		{"case indicator", `{"case": "small", "type": "domain-name", "value": "gone.example", "text": "no page", "source": "the firm"}`},
		{"case withdraw", `{"case": "small", "number": "13", "why": "wrong"}`},
	} {
		if _, err := runOn(t, env, step[0], step[1]); err != nil {
			t.Fatalf("%s %s: %v", step[0], step[1], err)
		}
	}
	files := map[string]string{}
	env.Replace = func(name string, content []byte) error { files[name] = string(content); return nil }
	return env, files
}

// TestShareCase wants what a case found to go on under its marking, what is private to stay,
// and the trail to say what was written.
func TestShareCase(t *testing.T) {
	for format, times := range map[string]int{"stix": 1, "misp": 2} { // that a sentence is written
		env, files := caseToShare(t)
		if _, err := runOn(t, env, "share "+format, `{"incidents": ["case:small"], "to": "x.json"}`); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		text := files["x.json"]
		for _, want := range []string{"V paid T.", "T cashed out.", "Method: trace", "contrary evidence: T may be an exchange too.", "way.example", txOf(1)} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not there", format, want)
			}
		}
		if !strings.Contains(strings.ToLower(text), "tlp:amber") && !strings.Contains(text, `"amber"`) {
			t.Errorf("%s: the marking is not there", format)
		}
		for _, not := range []string{"Vera", "Viktor", "a private thought", "A mistake.", "gone.example", "a note of one's own", `"AB"`} {
			if strings.Contains(text, not) {
				t.Errorf("%s tells %q", format, not)
			}
		}
		if n := strings.Count(text, "(not verified in its source)"); n != 2*times { // the inference and what speaks against it, and not the fact
			t.Errorf("%s: %d sentences are not verified", format, n)
		}
		c := shownCase(t, env, "small")
		if len(c.Passed) != 1 || c.Passed[0].SHA256 != decision.Hash([]byte(text)) || c.Passed[0].Marking != "amber" || c.Passed[0].By != "AB" {
			t.Errorf("%s: the trail notes %+v", format, c.Passed)
		}
	}
}

// TestShareCaseRefused wants nothing written, and nothing noted, of what is refused.
func TestShareCaseRefused(t *testing.T) {
	env, files := caseToShare(t)
	for in, want := range map[string]string{
		`{"incidents": ["case:small"], "tlp": "green", "to": "x.json"}`:      "the marking of the case, amber",
		`{"incidents": ["case:small", "ronin-2022"], "to": "x.json"}`:        "a case alone",
		`{"incidents": ["ronin-2022", "case:small"], "to": "x.json"}`:        "a case alone",
		`{"incidents": ["case:other"], "to": "x.json"}`:                      "",
		`{"incidents": ["case:../small"], "to": "x.json"}`:                   "",
		`{"incidents": ["case:small"]}`:                                      "the name of a file to write",
		`{"incidents": ["case:small"], "release": ["all"], "to": "x.json"}`:  "victims",
		`{"incidents": ["case:small"], "tags": ["no.yaml"], "to": "x.json"}`: "no.yaml",
	} {
		if _, err := runOn(t, env, "share stix", in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", in, err)
		}
	}
	if _, err := runOn(t, env, "share tagpack", `{"incidents": ["case:small"], "to": "x.yaml"}`); err == nil {
		t.Error("a case became a TagPack")
	}
	env.Cases.By = ""
	var wrong *clew.InputError
	if _, err := runOn(t, env, "share stix", `{"incidents": ["case:small"], "to": "x.json"}`); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "CLEW_BY") {
		t.Errorf("nobody shares it: %v", err)
	}
	if c := shownCase(t, env, "small"); len(c.Passed) > 0 || len(files) > 0 {
		t.Errorf("noted %+v, written %v", c.Passed, slices.Collect(maps.Keys(files)))
	}
}
