package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"clew/bench/check"
)

// childFlag makes the program do one task that it reads from its input.
const childFlag = "-child"

// taskLimit is the most time that one task may take; then it is stopped, and
// the table says so.
const taskLimit = 45 * time.Minute

// An order is what a child reads.
type order struct {
	Setting setting `json:"setting"`
	Task    task    `json:"task"`
}

// child does the task that in holds and writes its outcome to out.
func child(ctx context.Context, in io.Reader, out io.Writer) error {
	var o order
	if err := json.NewDecoder(in).Decode(&o); err != nil {
		return fmt.Errorf("order: %w", err)
	}
	return json.NewEncoder(out).Encode(perform(ctx, o.Setting, o.Task))
}

// A runner does tasks, each in a child, and keeps a journal of outcomes so that
// a run that was cut off goes on where it ended.
type runner struct {
	setting  setting
	program  string    // this program
	progress io.Writer // one line a task
	outcomes []outcome
}

func (r *runner) journal() string { return filepath.Join(r.setting.Dir, "journal.jsonl") }

func (r *runner) settings() string { return filepath.Join(r.setting.Dir, "setting.json") }

// resume reads the journal of an earlier run in the same folder, which must
// have been of the same setting.
func (r *runner) resume() error {
	now, err := json.Marshal(r.setting)
	if err != nil {
		return err
	}
	before, err := os.ReadFile(r.settings())
	if errors.Is(err, os.ErrNotExist) {
		return os.WriteFile(r.settings(), now, 0o644)
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(before, now) {
		return fmt.Errorf("%s holds a run of another size or seed: %s", r.setting.Dir, before)
	}
	journal, err := os.Open(r.journal())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer journal.Close()
	for decoder := json.NewDecoder(journal); ; {
		var o outcome
		if err := decoder.Decode(&o); err != nil {
			return nil // the end, or a line cut off: that task is done again
		}
		r.outcomes = append(r.outcomes, o)
	}
}

// done reports whether a task was done before, without an error.
func (r *runner) done(t task) bool {
	for _, o := range r.outcomes {
		if o.task == t && o.Error == "" && o.Skipped == "" {
			return true
		}
	}
	return false
}

// run does those tasks that are not done yet. A task that fails is noted, and
// the others go on.
func (r *runner) run(ctx context.Context, tasks []task) error {
	for _, t := range tasks {
		if r.done(t) {
			continue
		}
		o := outcome{task: t, Skipped: r.unbuilt(t)}
		if o.Skipped == "" {
			var err error
			if o, err = r.do(ctx, t); err != nil {
				return err
			}
		}
		r.outcomes = append(r.outcomes, o)
		fmt.Fprintf(r.progress, "%s  %-34s %7.1f s  %s\n", time.Now().Format(time.TimeOnly), t, o.Seconds, o.summary())
		if err := r.note(o); err != nil {
			return err
		}
	}
	return nil
}

// unbuilt says why a task cannot be done: what it needs was not built, or is
// not, or no longer, in the state that the task is about. It is empty if all is
// there.
func (r *runner) unbuilt(t task) string {
	var made, built, settled bool
	for _, o := range r.outcomes {
		ok := o.Error == "" && o.Skipped == ""
		switch mine := o.Engine == t.Engine; {
		case o.Set != t.Set:
		case o.Stage == "generate":
			made = ok
		case o.Stage == "ingest" && mine:
			built, settled = ok, false
		case o.Stage == "prepare" && mine:
			built, settled = ok, ok
		case o.Stage == "settle" && mine:
			settled = ok
		}
	}
	switch {
	case t.Stage == "machine" || t.Stage == "generate":
		return ""
	case !made:
		return "the transfers were not generated"
	case t.Stage == "ingest" || t.Stage == "prepare" || t.Stage == "export" || t.Stage == "graph":
		return ""
	case !built:
		return "its store was not built; the stages ingest, walk and heavy do that"
	case t.Settled && !settled && t.Stage != "settle":
		return "its store was not merged; the stage settle does that"
	case !t.Settled && settled:
		return "its store was merged before"
	}
	return ""
}

// do runs a child for a task.
func (r *runner) do(ctx context.Context, t task) (outcome, error) {
	limited, cancel := context.WithTimeout(ctx, taskLimit)
	defer cancel()
	in, err := json.Marshal(order{r.setting, t})
	if err != nil {
		return outcome{}, err
	}
	start := time.Now()
	command := exec.CommandContext(limited, r.program, childFlag)
	var out, errs bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(in), &out, &errs
	err = command.Run()
	if ctx.Err() != nil {
		return outcome{}, ctx.Err()
	}
	o := outcome{task: t, Seconds: time.Since(start).Seconds()}
	switch {
	case limited.Err() != nil:
		o.Error = fmt.Sprintf("stopped after %s", taskLimit)
	case err != nil:
		o.Error = fmt.Sprintf("%v: %s", err, firstBytes(errs.Bytes(), 400))
	default:
		if err := json.Unmarshal(out.Bytes(), &o); err != nil {
			o.Error = fmt.Sprintf("what the child said: %v", err)
		}
	}
	return o, nil
}

// firstBytes returns what a failed program said first, which says why.
func firstBytes(b []byte, n int) []byte { return bytes.TrimSpace(b[:min(len(b), n)]) }

// note adds an outcome to the journal.
func (r *runner) note(o outcome) error {
	line, err := json.Marshal(o)
	if err != nil {
		return err
	}
	journal, err := os.OpenFile(r.journal(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = journal.Write(append(line, '\n'))
	return errors.Join(err, journal.Close())
}

// summary says in a few words what came of a task.
func (o *outcome) summary() string {
	switch {
	case o.Error != "":
		return "FAILED: " + o.Error
	case o.Skipped != "":
		return "skipped: " + o.Skipped
	}
	return figures(o.Figures)
}

// failures returns what went wrong: tasks that failed, and answers that differ
// between engines or repetitions.
func (r *runner) failures() error {
	var errs []error
	var answers []check.Answer
	for _, o := range r.last() {
		if o.Error != "" {
			errs = append(errs, fmt.Errorf("%s: %s", o.task, o.Error))
		}
		answers = append(answers, o.Answers...)
	}
	return errors.Join(append(errs, check.Agree(answers))...)
}

// last returns the latest outcome of each task, in order.
func (r *runner) last() []outcome {
	at := map[task]int{}
	var last []outcome
	for _, o := range r.outcomes {
		if i, ok := at[o.task]; ok {
			last[i] = o
			continue
		}
		at[o.task] = len(last)
		last = append(last, o)
	}
	return last
}
