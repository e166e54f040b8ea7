package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMain lets the test binary be the child that a runner starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == childFlag {
		if err := child(context.Background(), os.Stdin, os.Stdout); err != nil {
			os.Stderr.WriteString(err.Error())
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// newRunner returns a runner whose children are this test binary.
func newRunner(t *testing.T, n uint64) *runner {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &runner{setting: setting{N: n, Seed: 1, Dir: t.TempDir()}, program: program, progress: io.Discard}
}

// stores is a choice of all stores, without Python.
func stores(stages ...string) choice {
	return choice{only: []string{"own", "pebble", "parquet", "duckdb", "sqlite"}, stages: stages, repetitions: 1}
}

func TestStoresAgreeEndToEnd(t *testing.T) {
	r := newRunner(t, 5_000)
	if err := r.resume(); err != nil {
		t.Fatal(err)
	}
	c := stores("ingest", "settle", "cold", "lookup", "batch", "sweep", "walk", "haircut")
	if err := r.run(t.Context(), plan(c)); err != nil {
		t.Fatal(err)
	}
	if err := r.failures(); err != nil {
		t.Fatal(err)
	}
	text := report(r.setting, r.last())
	for _, want := range []string{"| ingest, M transfers/s |", "own, unmerged", "| batch of 100, ms |", "five-hop walk", "haircut"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "FAILED") || strings.Contains(text, "not done") {
		t.Errorf("something was not done:\n%s", text)
	}
	t.Run("a wrong checksum fails", func(t *testing.T) { testWrongChecksum(t, r) })
	t.Run("a second run does nothing", func(t *testing.T) { testResume(t, r, c) })
}

// testWrongChecksum changes one sum after another: each change must be seen,
// wherever two were asked the same.
func testWrongChecksum(t *testing.T, r *runner) {
	questions := map[string]int{}
	for _, o := range r.outcomes {
		for _, a := range o.Answers {
			questions[a.Question]++
		}
	}
	for i := range r.outcomes {
		for j := range r.outcomes[i].Answers {
			a := &r.outcomes[i].Answers[j]
			if questions[a.Question] == 1 {
				continue
			}
			a.Sum.Set++
			if err := r.failures(); err == nil || !strings.Contains(err.Error(), a.Question) {
				t.Errorf("%s of %s: a wrong checksum gave %v", a.Question, a.Engine, err)
			}
			a.Sum.Set--
		}
	}
	for _, want := range []string{"main: look-ups", "main: cold look-ups", "main: batch of 100", "main: sweep", "small: five-hop walk", "small: haircut"} {
		if questions[want] < 5 {
			t.Errorf("%q was asked of too few: %v", want, questions)
		}
	}
}

func testResume(t *testing.T, r *runner, c choice) {
	again := &runner{setting: r.setting, program: "/nonexistent", progress: io.Discard}
	if err := again.resume(); err != nil {
		t.Fatal(err)
	}
	if err := again.run(t.Context(), plan(c)); err != nil {
		t.Fatal(err)
	}
	if len(again.outcomes) != len(r.outcomes) {
		t.Errorf("%d outcomes after resuming, want the %d of before", len(again.outcomes), len(r.outcomes))
	}
	other := &runner{setting: setting{N: 1, Seed: 1, Dir: r.setting.Dir}, progress: io.Discard}
	if err := other.resume(); err == nil {
		t.Error("a folder of another size was taken")
	}
}

func TestFailedBuildStopsItsQuestionsAlone(t *testing.T) {
	r := newRunner(t, 2000)
	r.program = "/nonexistent"
	r.outcomes = []outcome{
		{task: task{Stage: "generate", Set: mainSet}},
		{task: task{Stage: "ingest", Engine: "pebble", Set: mainSet}, Error: "disk full"},
		{task: task{Stage: "ingest", Engine: "sqlite", Set: mainSet}},
	}
	for _, c := range []struct {
		task task
		done bool
	}{
		{task{Stage: "lookup", Engine: "pebble", Set: mainSet}, false},
		{task{Stage: "lookup", Engine: "sqlite", Set: mainSet}, true},
		{task{Stage: "lookup", Engine: "sqlite", Set: mainSet, Settled: true}, false},
		{task{Stage: "lookup", Engine: "sqlite", Set: smallSet}, false},
		{task{Stage: "ingest", Engine: "pebble", Set: mainSet}, true},
		{task{Stage: "ingest", Engine: "pebble", Set: smallSet}, false},
	} {
		if why := r.unbuilt(c.task); (why == "") != c.done {
			t.Errorf("%s: %q", c.task, why)
		}
	}
	if err := r.failures(); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("failures: %v", err)
	}
}

func TestPlan(t *testing.T) {
	tasks := plan(choice{only: engineNames(), stages: allStages, repetitions: 3})
	seen := map[task]bool{}
	made := map[string]bool{}
	for _, task := range tasks {
		if seen[task] {
			t.Errorf("%s is planned twice", task)
		}
		seen[task] = true
		if stages[task.Stage] == nil {
			t.Errorf("%s has no stage", task)
		}
		made[task.Set] = made[task.Set] || task.Stage == "generate"
		if task.Stage != "machine" && !made[task.Set] {
			t.Errorf("%s comes before its file", task)
		}
	}
	for _, e := range engineNames() {
		if !slices.ContainsFunc(tasks, func(t task) bool { return t.Engine == e }) {
			t.Errorf("%s has no task", e)
		}
	}
	last := map[string]int{}
	for i, task := range tasks {
		if task.Stage == "ingest" || task.Stage == "settle" {
			last[task.Stage] = i
		} else if task.Stage == "lookup" && task.Settled != (last["settle"] > 0) && task.Engine == "own" {
			t.Errorf("%s is asked at the wrong time", task)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, args, want string }{
		{"unknown engine", "-only pebbel", "did you mean pebble?"},
		{"unknown stage", "-stage look", "of machine,"},
		{"too few transfers", "-n 10", "at least 1000"},
		{"stray argument", "20000000", "unexpected"},
	} {
		if _, err := parse(strings.Fields(c.args)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", c.name, err, c.want)
		}
	}
	f, err := parse(strings.Fields("-only own,pebble -stage ingest,lookup -n 5000"))
	if err != nil || f.N != 5000 || len(f.only) != 2 || len(f.stages) != 2 || f.repetitions != 3 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestCleanLeavesOtherFiles(t *testing.T) {
	r := newRunner(t, 2000)
	for _, name := range []string{"main.parquet", "journal.jsonl", "setting.json", "mine.txt"} {
		if err := os.WriteFile(filepath.Join(r.setting.Dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.clean(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(r.setting.Dir)
	if err != nil || len(left) != 1 || left[0].Name() != "mine.txt" {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestRatios(t *testing.T) {
	rs := results{
		{task: task{Stage: "lookup", Engine: "own", Set: mainSet, Settled: true}, Figures: map[string]float64{"look-up warm p50 us": 2}},
		{task: task{Stage: "lookup", Engine: "own", Set: mainSet, Settled: true, Repetition: 1}, Figures: map[string]float64{"look-up warm p50 us": 4}},
		{task: task{Stage: "lookup", Engine: "pebble", Set: mainSet}, Figures: map[string]float64{"look-up warm p50 us": 20}},
		{task: task{Stage: "lookup", Engine: "sqlite", Set: mainSet}, Figures: map[string]float64{"look-up warm p50 us": 90}},
	}
	if got := rs.ratios(); !strings.Contains(got, "| look-up, warm, p50 | 10.0 (5.00–10.0) times pebble |") {
		t.Errorf("ratios:\n%s", got)
	}
}

func TestOutcomeSurvivesJSON(t *testing.T) {
	o := outcome{task: task{Stage: "sweep", Engine: "own", Set: mainSet, Settled: true, Repetition: 2}, Figures: map[string]float64{"x": 1}}
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var back outcome
	if err := json.Unmarshal(text, &back); err != nil || back.task != o.task || back.Figures["x"] != 1 {
		t.Errorf("%s came back as %+v, %v", text, back, err)
	}
}
