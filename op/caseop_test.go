package op

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/casebook"
	"clew/ledger/vfs"
	"clew/report"
)

// casesEnv keeps cases in memory. Its clock goes on with every look at it.
func casesEnv(files fstest.MapFS) (*Env, map[string]*vfs.Mem) {
	return withCases(testEnv(files))
}

func withCases(env *Env) (*Env, map[string]*vfs.Mem) {
	kept := map[string]*vfs.Mem{}
	env.Cases = Cases{
		Name: "cases", By: "AB", Random: bytes.NewReader(make([]byte, 1<<16)),
		Names: func() ([]string, error) { return sortedNames(kept), nil },
		Open: func(name string, make bool) (vfs.FS, error) {
			if kept[name] == nil && !make {
				return nil, fmt.Errorf("a case called %s: %w", name, clew.ErrNotFound)
			}
			if kept[name] == nil {
				kept[name] = vfs.NewMem()
			}
			return kept[name], nil
		},
	}
	env.Replace = func(name string, content []byte) error {
		env.Files.(fstest.MapFS)[name] = &fstest.MapFile{Data: bytes.Clone(content)}
		return nil
	}
	return env, kept
}

// opened returns cases with one, which has a letter as exhibit 2.
func opened(t *testing.T) (*Env, map[string]*vfs.Mem) {
	t.Helper()
	env, kept := casesEnv(fstest.MapFS{"letter.txt": {Data: []byte("Dear all")}, "theft.yaml": {Data: []byte(markedFile)}})
	for _, c := range [][2]string{{"case open", `{"case": "a", "title": "A", "question": "Why?"}`}, {"case add", `{"case": "a", "file": "letter.txt", "says": "a letter"}`}} {
		if _, err := runOn(t, env, c[0], c[1]); err != nil {
			t.Fatalf("%s: %v", c[0], err)
		}
	}
	return env, kept
}

// markedFile is the file of a theft that goes nowhere.
const markedFile = `schema: 1
id: t-2022
title: A theft
marking: red
victims:
  - {name: Somebody, kind: exchange, source: s}
dates:
  occurred: {day: 2022-03-23, source: s}
losses:
  - {coin: BTC, amount: 5, source: s}
sources:
  - {id: s, title: T, publisher: P, kind: press, date: 2022-03-29, url: "https://example.org/a"}
`

func shownCase(t *testing.T, env *Env, name string) *casebook.Case {
	t.Helper()
	r, err := runOn(t, env, "case show", fmt.Sprintf(`{"case": %q}`, name))
	if err != nil {
		t.Fatal(err)
	}
	return r.(*report.CasePage).Case
}

// What is asked of each command is what the case then holds.
func TestCaseCommands(t *testing.T) {
	env, _ := opened(t)
	for _, c := range [][2]string{
		{"case find", `{"case": "a", "kind": "inference", "text": "one person", "method": "by eye", "limits": "few", "rests": ["2"], "by": "CD"}`},
		{"case reading", `{"case": "a", "finding": "3", "text": "or two", "contrary": true, "rests": ["2"]}`},
		{"case indicator", `{"case": "a", "type": "domain-name", "value": "a.example", "source": "mail"}`},
		{"case victim", `{"case": "a", "who": "V-1", "asset": "eip155:1/slip44:60", "amount": "0.5ETH", "time": "2022-03-23", "worth": "1500.50", "source": "form"}`},
		{"case note", `{"case": "a", "text": "hello"}`},
		{"case withdraw", `{"case": "a", "number": "7", "why": "no use"}`},
	} {
		if _, err := runOn(t, env, c[0], c[1]); err != nil {
			t.Fatalf("%s: %v", c[0], err)
		}
	}
	c := shownCase(t, env, "a")
	f, r, i, v, n := c.Findings[0], c.Readings[0], c.Indicators[0], c.Victims[0], c.Notes[0]
	if f.By != "CD" || f.Kind != casebook.Inference || f.Text != "one person" || f.Method != "by eye" || f.Limits != "few" || f.Rests[0].Exhibit != 2 || f.At != env.Now {
		t.Errorf("%+v", f)
	}
	if r.Finding != 3 || !r.Contrary || r.By != "AB" || i.Type != "domain-name" || i.Value != "a.example" || n.Withdrawn != 8 || n.Why != "no use" {
		t.Errorf("%+v\n%+v\n%+v", r, i, n)
	}
	if v.Amount.String() != "500000000000000000" || v.Value.Exact() != "1500.5" || v.Time.String() != "2022-03-23T00:00:00Z" || v.Checked || c.Marking != "amber+strict" {
		t.Errorf("%+v", v)
	}
	for _, state := range []string{"case close", "case reopen"} {
		if _, err := runOn(t, env, state, `{"case": "a", "why": "x"}`); err != nil || shownCase(t, env, "a").Closed.Known() != (state == "case close") {
			t.Errorf("%s: %v", state, err)
		}
	}
}

func TestCaseCommandsRefuse(t *testing.T) {
	env, _ := opened(t)
	for in, want := range map[[2]string]string{
		{"case open", `{"case": "B c", "title": "x", "question": "y"}`}:                                                             `case "B c": want small letters`,
		{"case open", `{"case": "../b", "title": "x", "question": "y"}`}:                                                            `case "../b": want small letters`,
		{"case open", `{"case": "b", "title": "x"}`}:                                                                                "question: want",
		{"case open", `{"case": "a", "title": "x", "question": "y"}`}:                                                               "a name that no case has",
		{"case open", `{"case": "b", "title": "x", "question": "y", "tlp": "pink"}`}:                                                "tlp",
		{"case open", `{"case": "b", "title": "x", "question": "y", "incident": "theft.yaml"}`}:                                     "it is marked red, and the case only amber+strict",
		{"case incident", `{"case": "a", "file": "theft.yaml"}`}:                                                                    "it is marked red",
		{"case incident", `{"case": "a", "file": "letter.txt"}`}:                                                                    "an incident's file",
		{"case add", `{"case": "a", "file": "none.txt", "says": "x"}`}:                                                              "a file that can be read",
		{"case add", `{"case": "a", "file": "letter.txt", "says": "x"}`}:                                                            "the same stands in this case as entry 2",
		{"case find", `{"case": "a", "kind": "fact", "text": "x", "rests": ["2"]}`}:                                                 "at least one transaction",
		{"case find", `{"case": "a", "kind": "fact", "text": "x", "rests": ["2:zz"]}`}:                                              `rests "zz": want 64 hexadecimal digits`,
		{"case find", `{"case": "a", "kind": "fact", "text": "x", "rests": ["two"]}`}:                                               `rests "two": want the number`,
		{"case find", `{"case": "a", "kind": "fact", "text": "x", "rests": ["2:0x` + strings.Repeat("1", 64) + `"]}`}:               "an exhibit that is an evidence bundle",
		{"case reading", `{"case": "a", "finding": "x", "text": "x"}`}:                                                              `finding "x": want`,
		{"case victim", `{"case": "a", "who": "x", "asset": "eip155:1/slip44:60", "amount": "1", "worth": "1.234", "source": "x"}`}: "whole cents",
		{"case victim", `{"case": "a", "who": "x", "asset": "eip155:1/slip44:60", "amount": "1", "worth": "-1", "source": "x"}`}:    "worth",
		{"case victim", `{"case": "a", "who": "x", "asset": "ether", "amount": "1", "source": "x"}`}:                                "asset",
		{"case withdraw", `{"case": "a", "number": "1", "why": "x"}`}:                                                               "an entry that can be withdrawn",
		{"case export", `{"case": "a"}`}:                                                                                            "to: want",
		{"case export", `{"case": "a", "to": "x", "tlp": "green"}`}:                                                                 "nothing above the case's own marking",
		{"case read", `{"file": "letter.txt"}`}:                                                                                     `file "letter.txt": want a case that clew case export wrote`,
	} {
		var wrong *clew.InputError
		if _, err := runOn(t, env, in[0], in[1]); !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s %s: got %v, want %q", in[0], in[1], err, want)
		}
	}
	if _, err := runOn(t, env, "case show", `{"case": "b"}`); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("a case that is not there: %v", err)
	}
	if c := shownCase(t, env, "a"); c.Entries != 2 {
		t.Errorf("what was refused left %d entries", c.Entries)
	}
	env.Cases.By = ""
	if _, err := runOn(t, env, "case note", `{"case": "a", "text": "x"}`); err == nil || !strings.Contains(err.Error(), "by: want") {
		t.Errorf("nobody: %v", err)
	}
}

// The file of a theft is kept with its case.
func TestCaseKeepsItsTheft(t *testing.T) {
	env, _ := opened(t)
	if _, err := runOn(t, env, "case open", `{"case": "b", "title": "x", "question": "y", "tlp": "red", "incident": "theft.yaml"}`); err != nil {
		t.Fatal(err)
	}
	c := shownCase(t, env, "b")
	if c.Entries != 2 || c.Incident == nil || c.Incident.Number != 2 || c.Incident.Name != "theft.yaml" || c.Incident.Private {
		t.Errorf("%+v", c)
	}
}

// The file of a theft is private to its case where something in it is: of each kind
// that a share keeps back.
func TestCaseKeepsPrivateThefts(t *testing.T) {
	const sources = "sources:\n"
	for name, c := range map[string]struct {
		old, with string
		private   bool
	}{
		"nothing": {sources, sources, false}, "a source's note": {`url: "https://example.org/a"`, "note: on paper", false},
		"a note of a day": {"2022-03-23, source", "2022-03-23, note: what I think, source", true}, "a note of a loss": {"amount: 5, source", "amount: 5, note: what I think, source", true},
		"a victim's address": {sources, "roles:\n  - {role: victim contract, did: was it, by: P, source: s, addresses: [0x1A2a1c938CE3eC39b6D47113c7955bAa9DD454F2]}\n" + sources, true},
		"a person":           {sources, "persons:\n  - {name: Somebody, act: charged, authority: A court, day: 2024-05-01, quote: is charged, source: a}\n" + sources + "  - {id: a, title: T, publisher: A court, kind: authority, note: on paper}\n", true},
	} {
		text := strings.Replace(markedFile, c.old, c.with, 1)
		env, _ := casesEnv(fstest.MapFS{"theft.yaml": {Data: []byte(text)}})
		if _, err := runOn(t, env, "case open", `{"case": "b", "title": "x", "question": "y", "tlp": "red", "incident": "theft.yaml"}`); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		if got := shownCase(t, env, "b").Incident.Private; got != c.private {
			t.Errorf("%s: private %v", name, got)
		}
	}
}

// An export is noted before it is written, and is what others read.
func TestCaseExports(t *testing.T) {
	env, _ := opened(t)
	if _, err := runOn(t, env, "case victim", `{"case": "a", "who": "Jane Doe", "asset": "eip155:1/slip44:60", "amount": "5", "source": "form"}`); err != nil {
		t.Fatal(err)
	}
	r, err := runOn(t, env, "case export", `{"case": "a", "to": "a.case", "for": "the police"}`)
	if err != nil {
		t.Fatal(err)
	}
	out := r.(*report.CaseExported)
	p := shownCase(t, env, "a").Passed[0]
	if p.To != "the police" || p.SHA256 != out.SHA256 || p.Number != out.Entry || p.Marking != "amber+strict" || p.What != "export" {
		t.Errorf("%+v, %+v", p, out)
	}
	if r, err = runOn(t, env, "case read", `{"file": "a.case", "head": "`+strings.ToUpper(p.Head)+`"}`); err != nil {
		t.Fatal(err)
	}
	read := r.(*report.CaseRead)
	if read.SHA256 != out.SHA256 || read.Case.Withheld != 1 || len(read.Case.Victims) != 0 || len(read.Case.Exhibits) != 1 {
		t.Errorf("%+v", read)
	}
	env.Replace = func(string, []byte) error { return errors.New("no space") }
	if _, err := runOn(t, env, "case export", `{"case": "a", "to": "b.case"}`); err == nil || !strings.Contains(err.Error(), "nothing was written, though entry 5 notes an export") {
		t.Errorf("no space: %v", err)
	}
}

// A case that was changed is told with every fault, and is no answer.
func TestCaseVerifyTells(t *testing.T) {
	env, kept := opened(t)
	if _, err := runOn(t, env, "case verify", `{"case": "a"}`); err != nil {
		t.Fatal(err)
	}
	text, err := kept["a"].ReadFile("case.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	kept["a"].Overwrite("case.jsonl", bytes.Replace(text, []byte("a letter"), []byte("a litter"), 1))
	r, err := runOn(t, env, "case verify", `{"case": "a"}`)
	if err == nil || len(r.(*report.CaseProof).Faults) == 0 {
		t.Errorf("%+v, %v", r, err)
	}
	list, err := runOn(t, env, "case list", `{}`)
	if err != nil || list.Outcome() != report.Incomplete || !strings.Contains(list.(*report.CaseList).Cases[0].Fault, "not as it was written") {
		t.Errorf("%+v, %v", list, err)
	}
}

// What a terminal, a page or a spreadsheet might obey is kept as it was given,
// and written out.
func TestCaseTextIsShownEscaped(t *testing.T) {
	const bad = "\x1b[31m<script>\u202e=1+1"
	env, _ := casesEnv(fstest.MapFS{bad: {Data: []byte("x")}})
	say := func(name string, in map[string]any) report.Result {
		t.Helper()
		in["case"] = "a"
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		r, err := runOn(t, env, name, string(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return r
	}
	results := []report.Result{
		say("case open", map[string]any{"title": bad, "question": bad, "for": bad, "by": bad}),
		say("case add", map[string]any{"file": bad, "says": bad}),
		say("case find", map[string]any{"kind": "claim", "text": bad, "method": bad, "limits": bad, "rests": []string{"2"}}),
		say("case reading", map[string]any{"finding": "3", "text": bad}),
		say("case indicator", map[string]any{"type": bad, "value": bad, "text": bad, "source": bad}),
		say("case victim", map[string]any{"who": bad, "asset": "eip155:1/slip44:60", "amount": "1", "source": bad}),
		say("case note", map[string]any{"text": bad}),
		say("case withdraw", map[string]any{"number": "7", "why": bad}),
		say("case export", map[string]any{"to": "x", "for": bad}),
		say("case show", map[string]any{}), say("case trail", map[string]any{}), say("case verify", map[string]any{}),
	}
	for _, r := range results {
		for _, form := range []report.Form{report.Text, report.JSON, report.HTML} {
			var out bytes.Buffer
			if err := report.Write(&out, r, form, report.Style{Wide: true}, ""); err != nil {
				t.Fatal(err)
			}
			if s := out.String(); strings.ContainsAny(s, "\x1b\u202e") || form == report.HTML && strings.Contains(s, "<script>\\u") {
				t.Errorf("%T as %s: %q", r, form, s)
			}
		}
	}
	if c := shownCase(t, env, "a"); c.Title != bad || c.Notes[0].Text != bad || c.Exhibits[0].Name != bad {
		t.Errorf("it was not kept as it was given: %+v", c)
	}
}

// Hypotheses about a mixer are kept in the case that they are for, and in no
// other way.
func TestHypothesesAreKeptInTheirCase(t *testing.T) {
	env := mixed(t)
	env.Files = fstest.MapFS{}
	env, kept := withCases(env)
	const ask = `{"start": "0x0000000000000000000000000000000000000002", "sent": true, "asset": "native", "case": "a"}`
	if _, err := runOn(t, env, "mixers candidates", ask); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("no case: %v", err)
	}
	if _, err := runOn(t, env, "case open", `{"case": "a", "title": "A", "question": "Why?"}`); err != nil {
		t.Fatal(err)
	}
	r, err := runOn(t, env, "mixers candidates", ask)
	if err != nil {
		t.Fatal(err)
	}
	x := shownCase(t, env, "a").Exhibits[0]
	if r.(*report.Mixers).Kept != x.Number || !strings.HasPrefix(x.Says, "Hypotheses, and nothing more") {
		t.Errorf("%+v", x)
	}
	text, err := kept["a"].ReadFile("file-" + x.SHA256)
	if err != nil || !bytes.Contains(text, []byte(`"heuristics"`)) {
		t.Errorf("%.200s, %v", text, err)
	}
	if _, err := runOn(t, env, "case close", `{"case": "a"}`); err != nil {
		t.Fatal(err)
	}
	if _, err := runOn(t, env, "mixers candidates", ask); err == nil || !strings.Contains(err.Error(), "this one is closed") {
		t.Errorf("closed: %v", err)
	}
}

// A real bundle is an exhibit whose transactions and parts findings rest on; one
// that was changed is refused, and found where it is changed later.
func TestCaseRestsOnBundles(t *testing.T) {
	env, kept := opened(t)
	b, data := bundleOf(t, testEnv(nil), "trace", `{"start": "incident:ronin-2022"}`)
	files := env.Files.(fstest.MapFS)
	files["ronin.clew"] = &fstest.MapFile{Data: data}
	broken := bytes.Clone(data)
	broken[len(broken)/2] ^= 1
	files["broken.clew"] = &fstest.MapFile{Data: broken}
	if _, err := runOn(t, env, "case add", `{"case": "a", "file": "broken.clew", "says": "x"}`); err == nil || !strings.Contains(err.Error(), "want an evidence bundle that holds: bundle: ") {
		t.Errorf("a broken bundle: %v", err)
	}
	if _, err := runOn(t, env, "case add", `{"case": "a", "file": "ronin.clew", "says": "the trace"}`); err != nil {
		t.Fatal(err)
	}
	x := shownCase(t, env, "a").Exhibits[1]
	if x.Root != b.Manifest.Root || x.Operation != "trace" {
		t.Errorf("%+v", x)
	}
	held, err := b.Transfers()
	held = slices.DeleteFunc(held, func(t clew.Transfer) bool { return t.Tx.IsZero() })
	if err != nil || len(held) == 0 {
		t.Fatal(err)
	}
	rests := fmt.Sprintf(`["3:%s,%s", "3:/result/places/0"]`, held[0].Tx, held[len(held)-1].Tx)
	if _, err := runOn(t, env, "case find", `{"case": "a", "kind": "fact", "text": "it went", "rests": `+rests+`}`); err != nil {
		t.Fatal(err)
	}
	if _, err := runOn(t, env, "case find", `{"case": "a", "kind": "fact", "text": "it went on", "rests": ["3:`+strings.Repeat("1", 64)+`"]}`); err == nil || !strings.Contains(err.Error(), "want a transaction that exhibit 3 holds") {
		t.Errorf("another transaction: %v", err)
	}
	lost := fmt.Sprintf(`{"case": "a", "who": "V", "asset": "eip155:1/slip44:60", "amount": "5", "source": "form", "tx": "%s"}`, held[0].Tx)
	if _, err := runOn(t, env, "case victim", lost); err != nil || !shownCase(t, env, "a").Victims[0].Checked {
		t.Errorf("a loss that an exhibit holds: %v", err)
	}
	r, err := runOn(t, env, "case verify", `{"case": "a"}`)
	if p := r.(*report.CaseProof); err != nil || p.Bundles != 1 || p.Rests != 4 { // with the victim's
		t.Errorf("%+v, %v", p, err)
	}
	kept["a"].Overwrite("file-"+x.SHA256, broken)
	if r, err := runOn(t, env, "case verify", `{"case": "a"}`); err == nil || !strings.Contains(strings.Join(r.(*report.CaseProof).Faults, "\n"), "the file of entry 3 was changed") {
		t.Errorf("%+v, %v", r, err)
	}
}

// Who stops the keeping of a file is not told that the file is wrong.
func TestKeepingAFileIsStopped(t *testing.T) {
	env, _ := opened(t)
	env.Files.(fstest.MapFS)["big"] = &fstest.MapFile{Data: make([]byte, 1<<20)}
	ctx, stop := context.WithCancel(t.Context())
	env.Progress = func(Progress) { stop() }
	o, err := Named("case add")
	if err != nil {
		t.Fatal(err)
	}
	var wrong *clew.InputError
	if _, err := o.RunJSON(ctx, env, []byte(`{"case": "a", "file": "big", "says": "x"}`)); !errors.Is(err, context.Canceled) || errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
	if c := shownCase(t, env, "a"); c.Entries != 2 {
		t.Errorf("%d entries", c.Entries)
	}
}
