package op

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/incident"
	"clew/incident/intake"
	"clew/ledger/vfs"
	"clew/report"
)

// Who reported something, in the tests.
const (
	canaryName    = "Canary Q. Reporter"
	canaryContact = "canary-contact@example.org"
)

// intakeEnv has a folder for reports in memory.
func intakeEnv(dir vfs.FS, files fs.FS) *Env {
	env := testEnv(files)
	env.Now = clew.Time(1_796_000_000)
	made := false
	env.Incidents = Incidents{Name: "reports", By: "CD", Random: bytes.NewReader(make([]byte, 1<<10)), Open: func(make bool) (vfs.FS, error) {
		if made = made || make; !made {
			return nil, clew.ErrNotFound
		}
		return dir, nil
	}}
	return env
}

// filledForm is a report of a new theft.
func filledForm() []byte {
	return []byte(strings.NewReplacer("id: victim-year", "id: a-2026", "VICTIM", "Synthetic Exchange", "COIN", "BTC", incident.FormAuthor, "a customer").Replace(incident.Form("2026-11-30")))
}

// TestReportersAreInNoAnswer takes in and reviews reports, and looks for who reported
// in every form of every answer.
func TestReportersAreInNoAnswer(t *testing.T) {
	files := fstest.MapFS{"theft.yaml": {Data: filledForm()}, "again.yaml": {Data: append(filledForm(), '\n')}, "wrong.yaml": {Data: []byte("schema: 1\n")}}
	env := intakeEnv(vfs.NewMem(), files)
	who := `"reporter": "` + canaryName + `", "contact": "` + canaryContact + `"`
	for _, c := range []struct{ op, in, fails string }{
		{"incidents queue", `{}`, ""},
		{"incidents take", `{"file": "theft.yaml", "by": "AB", ` + who + `}`, ""},
		{"incidents take", `{"file": "theft.yaml", "by": "AB", ` + who + `}`, "the same file is report 1"},
		{"incidents take", `{"file": "wrong.yaml", "by": "AB", ` + who + `}`, "an incident's file"},
		{"incidents take", `{"file": "again.yaml", "by": "AB", "reporter": "` + strings.Repeat(canaryName, 100) + `"}`, "of at most 300 bytes"},
		{"incidents take", `{"file": "again.yaml", "by": "AB", ` + who + `}`, ""},
		{"incidents review", `{"report": "2", "ask": true, "reason": "where from?"}`, ""},
		{"incidents queue", `{}`, ""},
		{"incidents review", `{"report": "1", "accept": true, "reason": "x", "by": "` + canaryName + `"}`, "somebody else"},
		{"incidents review", `{"report": "1", "accept": true, "reject": true, "reason": "x"}`, "one of --accept, --reject and --ask"},
		{"incidents review", `{"report": "1", "accept": true, "reason": "x"}`, ""},
		{"incidents review", `{"report": "1", "reject": true, "reason": "x"}`, "this one was accepted by CD"},
		{"incidents queue", `{"all": true}`, ""},
		{"incidents verify", `{}`, ""},
		{"incidents show", `{"incident": "a-2026", "own": true}`, ""},
		{"incidents list", `{"own": true}`, ""},
		{"incidents form", `{"of": "a-2026", "act": "withdrawn"}`, ""},
		{"report", `{"year": "2026", "own": true}`, ""},
	} {
		r, err := runOn(t, env, c.op, c.in)
		if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Fatalf("%s %s: %v, want %q", c.op, c.in, err, c.fails)
		}
		noCanary(t, c.op, r, err)
	}
}

// noCanary looks for who reported in an error and in every form of an answer.
func noCanary(t *testing.T, name string, r report.Result, err error) {
	t.Helper()
	said := map[string]string{}
	if err != nil {
		said["error"] = err.Error()
	} else {
		for _, form := range []report.Form{report.Text, report.JSON, report.CSV, report.HTML} {
			var b bytes.Buffer
			if err := report.Write(&b, r, form, report.Style{Wide: true}, ""); err != nil && form != report.CSV {
				t.Errorf("%s as %s: %v", name, form, err)
			}
			said[string(form)] = b.String()
		}
		whole, err := json.Marshal(r)
		if err != nil {
			t.Error(err)
		}
		said["whole"] = string(whole)
	}
	for form, text := range said {
		if strings.Contains(text, "Canary") || strings.Contains(text, "canary") {
			t.Errorf("%s: %s names who reported: %s", name, form, text)
		}
	}
}

// TestOwnRecordIsLabelled wants the user's own entries in answers with --own alone,
// and a warning there.
func TestOwnRecordIsLabelled(t *testing.T) {
	env := intakeEnv(vfs.NewMem(), fstest.MapFS{"theft.yaml": {Data: filledForm()}})
	if _, err := runOn(t, env, "incidents list", `{"own": true}`); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("no folder: %v", err)
	}
	if _, err := runOn(t, env, "incidents take", `{"file": "theft.yaml", "by": "AB"}`); err != nil {
		t.Fatal(err)
	}
	if _, err := runOn(t, env, "incidents review", `{"report": "1", "accept": true, "reason": "x"}`); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ op, in string }{
		{"incidents list", `{"year": "2026"`}, {"report", `{"year": "2026"`}, {"attribute compare", `{"incident": "bybit-2025"`},
	} {
		with, err := runOn(t, env, c.op, c.in+`, "own": true}`)
		if err != nil {
			t.Fatalf("%s: %v", c.op, err)
		}
		without, err := runOn(t, env, c.op, c.in+`}`)
		if err != nil {
			t.Fatalf("%s: %v", c.op, err)
		}
		has := func(r report.Result) bool {
			return strings.Contains(strings.Join(r.Doc().Warnings, " "), "of your own record, which is not the reviewed public one: a-2026")
		}
		if !has(with) || has(without) {
			t.Errorf("%s: the own record is told of: %v; without --own: %v", c.op, has(with), has(without))
		}
	}
}

// TestReportsAreBounded wants what is too long, and numbers of no report, to be told.
func TestReportsAreBounded(t *testing.T) {
	big := append(filledForm(), bytes.Repeat([]byte("#\n"), intake.FileMax/2)...)
	env := intakeEnv(vfs.NewMem(), fstest.MapFS{"big.yaml": {Data: big}})
	if _, err := runOn(t, env, "incidents take", `{"file": "big.yaml", "by": "AB"}`); err == nil || !strings.Contains(err.Error(), "big.yaml") {
		t.Errorf("%v", err)
	}
	for _, n := range []string{"0", "-1", "x", "1e3", "999999"} {
		if _, err := runOn(t, env, "incidents review", `{"report": "`+n+`", "accept": true, "reason": "x"}`); err == nil || !strings.Contains(err.Error(), "the number of a report") {
			t.Errorf("%s: %v", n, err)
		}
	}
}
