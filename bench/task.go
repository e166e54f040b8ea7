package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"clew/bench/ask"
	"clew/bench/check"
	"clew/bench/engine"
	"clew/bench/gen"
	"clew/bench/machine"
)

// A setting is what all tasks of a run share.
type setting struct {
	N    uint64 `json:"n"`
	Seed uint64 `json:"seed"`
	Dir  string `json:"dir"`
}

// The files of transfers.
const (
	mainSet  = "main"  // N transfers
	smallSet = "small" // a million, for those that hold all in memory
	heavySet = "heavy" // one address sends ten million
)

const (
	smallN   = 1_000_000
	heaviest = 10_000_000
)

// config says which transfers a file holds.
func (s setting) config(set string) gen.Config {
	c := gen.Config{Seed: s.Seed, N: s.N}
	switch set {
	case smallSet:
		c.N = min(c.N, smallN)
	case heavySet:
		c.Heavy = min(c.N/2, heaviest)
		c.N = c.Heavy + c.Heavy/5
	}
	return c
}

func (s setting) file(set string) string { return filepath.Join(s.Dir, set+".parquet") }

func (s setting) questions(set string) string { return filepath.Join(s.Dir, set+".questions.json") }

// store is the folder of an engine's store of a file.
func (s setting) store(set, engine string) string {
	return filepath.Join(s.Dir, set+".stores", engine)
}

// A task is one measurement, done in a process of its own.
type task struct {
	Stage      string `json:"stage"`
	Engine     string `json:"engine,omitempty"`
	Set        string `json:"set"`
	Settled    bool   `json:"settled,omitempty"` // the store was merged or compacted
	Repetition int    `json:"repetition"`        // from 0
}

func (t task) String() string {
	s := t.Stage + " " + t.Set
	if t.Engine != "" {
		s += " " + t.Engine
	}
	if t.Settled {
		s += " settled"
	}
	return fmt.Sprintf("%s #%d", s, t.Repetition+1)
}

// An outcome is what a task gave.
type outcome struct {
	task
	Figures map[string]float64 `json:"figures,omitempty"`
	Answers []check.Answer     `json:"answers,omitempty"`
	Memory  machine.Memory     `json:"memory"`
	Limits  *machine.Limits    `json:"limits,omitempty"`
	Seconds float64            `json:"seconds"`
	Skipped string             `json:"skipped,omitempty"` // why it was not done
	Error   string             `json:"error,omitempty"`
}

// perform does a task in this process.
func perform(ctx context.Context, s setting, t task) outcome {
	o := outcome{task: t}
	watch, start := machine.Start(), time.Now()
	reply, err := stages[t.Stage](&job{setting: s, task: t, outcome: &o}, ctx)
	o.Seconds = time.Since(start).Seconds()
	if memory := watch.Stop(); o.Memory == (machine.Memory{}) {
		o.Memory = memory // of this process, not of one that it started
	}
	if err != nil {
		o.Error = err.Error()
	}
	if reply != nil {
		o.Figures = reply.Figures
		for _, a := range reply.Answers {
			a.Engine, a.Question = cmp.Or(t.Engine, "the generator"), t.Set+": "+a.Question
			o.Answers = append(o.Answers, a)
		}
	}
	return o
}

// A job is a task with what it needs.
type job struct {
	setting
	task
	outcome *outcome
}

// stages do the tasks.
var stages = map[string]func(*job, context.Context) (*ask.Reply, error){
	"machine":  (*job).machine,
	"generate": (*job).generate,
	"ingest":   (*job).ingest,
	"settle":   (*job).settle,
	"cold":     (*job).cold,
	"lookup":   asking(ask.WarmLookups),
	"batch":    asking(ask.Batches),
	"sweep":    asking(ask.Sweep),
	"walk":     asking(ask.Walk),
	"haircut":  asking(ask.Haircut),
	"prepare":  (*job).prepare,
	"export":   (*job).export,
	"graph":    (*job).graph,
	"heavy":    (*job).heavy,
	"trace":    (*job).trace,
	"exposure": (*job).exposure,
}

func (j *job) machine(context.Context) (*ask.Reply, error) {
	limits := machine.Measure(3)
	j.outcome.Limits = &limits
	return nil, nil
}

// generate writes the transfers and chooses the questions.
func (j *job) generate(ctx context.Context) (*ask.Reply, error) {
	c, start := j.config(j.Set), time.Now()
	if err := gen.Write(ctx, j.file(j.Set), c); err != nil {
		return nil, err
	}
	took := time.Since(start).Seconds()
	questions, err := ask.Choose(ctx, j.file(j.Set), c)
	if err != nil {
		return nil, err
	}
	reply, err := ask.Generator(ctx, questions, c)
	if err != nil {
		return nil, err
	}
	reply.Figures["generate M/s"] = float64(c.N) / took / 1e6
	return reply, questions.Save(j.questions(j.Set))
}

// ingest builds a store anew.
func (j *job) ingest(ctx context.Context) (*ask.Reply, error) {
	e, err := engineNamed(j.Engine)
	if err != nil {
		return nil, err
	}
	dir := j.store(j.Set, j.Engine)
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	start := time.Now()
	if err := e.Ingest(ctx, j.file(j.Set), dir); err != nil {
		return nil, err
	}
	took := time.Since(start).Seconds()
	n := float64(j.config(j.Set).N)
	size, err := machine.Size(dir)
	return &ask.Reply{Figures: map[string]float64{"ingest M/s": n / took / 1e6, "bytes a transfer": float64(size) / n}}, err
}

// settle merges or compacts a store.
func (j *job) settle(ctx context.Context) (*ask.Reply, error) {
	e, err := engineNamed(j.Engine)
	if err != nil {
		return nil, err
	}
	settler, ok := e.(engine.Settler)
	if !ok {
		return nil, fmt.Errorf("%s has nothing to settle", j.Engine)
	}
	dir, start := j.store(j.Set, j.Engine), time.Now()
	if err := settler.Settle(ctx, dir); err != nil {
		return nil, err
	}
	took := time.Since(start).Seconds()
	size, err := machine.Size(dir)
	return &ask.Reply{Figures: map[string]float64{"settle s": took, "bytes a transfer": float64(size) / float64(j.config(j.Set).N)}}, err
}

// prepare builds a store and settles it in one go.
func (j *job) prepare(ctx context.Context) (*ask.Reply, error) {
	reply, err := j.ingest(ctx)
	if err != nil {
		return reply, err
	}
	if e, err := engineNamed(j.Engine); err == nil {
		if settler, ok := e.(engine.Settler); ok {
			return reply, settler.Settle(ctx, j.store(j.Set, j.Engine))
		}
	}
	return reply, nil
}

func (j *job) cold(ctx context.Context) (*ask.Reply, error) {
	e, err := engineNamed(j.Engine)
	if err != nil {
		return nil, err
	}
	questions, err := ask.Load(j.questions(j.Set))
	if err != nil {
		return nil, err
	}
	return ask.ColdLookups(ctx, e, j.store(j.Set, j.Engine), questions)
}

// asking returns a stage that opens a store and asks one thing of it.
func asking(question func(context.Context, engine.Store, *ask.Set) (*ask.Reply, error)) func(*job, context.Context) (*ask.Reply, error) {
	return func(j *job, ctx context.Context) (reply *ask.Reply, err error) {
		e, err := engineNamed(j.Engine)
		if err != nil {
			return nil, err
		}
		questions, err := ask.Load(j.questions(j.Set))
		if err != nil {
			return nil, err
		}
		s, err := e.Open(ctx, j.store(j.Set, j.Engine))
		if err != nil {
			return nil, err
		}
		reply, err = question(ctx, s, questions)
		if closeErr := s.Close(); err == nil {
			err = closeErr
		}
		return reply, err
	}
}
