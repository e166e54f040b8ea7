package main

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/bench/engine"
)

// engines are all that are measured, ours first.
func engines() []engine.Engine { return append([]engine.Engine{engine.Own{}}, engine.Peers()...) }

// graphLibraries hold everything in memory, in Python.
var graphLibraries = []string{"networkx", "igraph"}

// allStages are the stages in their order.
var allStages = []string{"machine", "ingest", "settle", "cold", "lookup", "batch", "sweep", "walk", "haircut", "graph", "heavy", "trace", "exposure"}

// questionStages are asked of the main file, before settling and after.
var questionStages = []string{"cold", "lookup", "batch", "sweep"}

// quickIngest are the engines whose ingest is repeated: those of a ratio that
// has a target.
var quickIngest = []string{"own", "pebble"}

func engineNames() []string {
	var names []string
	for _, e := range engines() {
		names = append(names, e.Name())
	}
	return append(names, graphLibraries...)
}

func engineNamed(name string) (engine.Engine, error) {
	for _, e := range engines() {
		if e.Name() == name {
			return e, nil
		}
	}
	return nil, &clew.InputError{Field: "engine", Value: name, Want: strings.Join(engineNames(), ", ")}
}

// A choice says which tasks of all are wanted.
type choice struct {
	only        []string // engines
	stages      []string
	repetitions int
}

// chosen reads a comma-separated list of names out of all; empty is all.
func chosen(field, list string, all []string) ([]string, error) {
	if list == "" {
		return all, nil
	}
	names := strings.Split(list, ",")
	for _, name := range names {
		if !slices.Contains(all, name) {
			want := "of " + strings.Join(all, ", ")
			if near := clew.Nearest(name, all); near != "" {
				want += fmt.Sprintf("; did you mean %s?", near)
			}
			return nil, &clew.InputError{Field: field, Value: name, Want: want}
		}
	}
	return names, nil
}

// plan lists the tasks in the order in which they are done. Repetitions go
// round the engines, so that a slow spell of the machine hits all of them.
func plan(c choice) []task {
	var tasks []task
	add := func(t task) {
		if slices.ContainsFunc(stagesOf(t), func(stage string) bool { return slices.Contains(c.stages, stage) }) {
			tasks = append(tasks, t)
		}
	}
	add(task{Stage: "machine", Set: mainSet})
	c.planMain(add)
	c.planSmall(add)
	if slices.Contains(c.only, "own") {
		c.planOwn(add)
	}
	return withFiles(tasks)
}

// withFiles puts the making of a file before the first task that needs it.
func withFiles(tasks []task) []task {
	var all []task
	made := map[string]bool{}
	for _, t := range tasks {
		if t.Stage != "machine" && !made[t.Set] {
			made[t.Set] = true
			all = append(all, task{Stage: "generate", Set: t.Set})
		}
		all = append(all, t)
	}
	return all
}

// stagesOf returns the stages, as the flag names them, that a task is done for.
func stagesOf(t task) []string {
	switch {
	case t.Stage == "export":
		return []string{"graph"}
	case t.Stage == "prepare" && t.Set == heavySet:
		return []string{"heavy"}
	case t.Stage == "prepare":
		return []string{"walk", "haircut"}
	}
	return []string{t.Stage}
}

// planMain plans what is asked of every embedded store over the main file.
func (c choice) planMain(add func(task)) {
	for r := range c.repetitions {
		for _, e := range engines() {
			if slices.Contains(c.only, e.Name()) && (r == 0 || slices.Contains(quickIngest, e.Name())) {
				add(task{Stage: "ingest", Engine: e.Name(), Set: mainSet, Repetition: r})
			}
		}
	}
	c.planQuestions(add, false)
	for _, e := range engines() {
		if _, ok := e.(engine.Settler); ok && slices.Contains(c.only, e.Name()) {
			add(task{Stage: "settle", Engine: e.Name(), Set: mainSet, Settled: true})
		}
	}
	c.planQuestions(add, true)
}

// planQuestions plans the questions to stores before or after settling.
func (c choice) planQuestions(add func(task), settled bool) {
	for _, stage := range questionStages {
		for r := range c.repetitions {
			for _, e := range engines() {
				_, settles := e.(engine.Settler)
				if slices.Contains(c.only, e.Name()) && (settles || !settled) {
					add(task{Stage: stage, Engine: e.Name(), Set: mainSet, Settled: settled, Repetition: r})
				}
			}
		}
	}
}

// planSmall plans the walks over the small file, by stores and by libraries
// that hold it in memory.
func (c choice) planSmall(add func(task)) {
	for _, e := range engines() {
		if slices.Contains(c.only, e.Name()) {
			add(task{Stage: "prepare", Engine: e.Name(), Set: smallSet})
		}
	}
	for r := range c.repetitions {
		for _, stage := range []string{"walk", "haircut"} {
			for _, e := range engines() {
				if slices.Contains(c.only, e.Name()) {
					add(task{Stage: stage, Engine: e.Name(), Set: smallSet, Settled: true, Repetition: r})
				}
			}
		}
	}
	exported := false
	for r := range c.repetitions {
		for _, library := range graphLibraries {
			if !slices.Contains(c.only, library) {
				continue
			}
			if !exported {
				exported = true
				add(task{Stage: "export", Set: smallSet})
			}
			add(task{Stage: "graph", Engine: library, Set: smallSet, Repetition: r})
		}
	}
}

// planOwn plans what others have no like of.
func (c choice) planOwn(add func(task)) {
	add(task{Stage: "prepare", Engine: "own", Set: heavySet})
	for _, t := range []task{{Stage: "heavy", Set: heavySet}, {Stage: "trace", Set: mainSet}, {Stage: "exposure", Set: mainSet}} {
		for r := range c.repetitions {
			t.Engine, t.Settled, t.Repetition = "own", true, r
			add(t)
		}
	}
}
