// Command bench measures Clew's ledger beside the stores that could have been
// taken instead: Pebble, Parquet, DuckDB and SQLite, and for walks beside
// networkx and igraph.
//
// One run makes seeded synthetic transfers, gives every engine the same file,
// asks all of them the same questions, each in a process of its own, and fails
// if two of them answer differently. It prints what the machine can do, the
// figures, and ratios with their spread.
//
//	cd bench && go run . [-n 20000000] [-only own,pebble] [-stage ingest,lookup]
//
// By itself, decode measures how fast blocks are decoded, beside encoding/json:
//
//	cd bench && go run . decode [-reps 5]
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == childFlag:
		err = child(ctx, os.Stdin, os.Stdout)
	case len(os.Args) > 1 && os.Args[1] == "decode":
		var table string
		table, err = decode(ctx, os.Args[2:])
		fmt.Print(table)
	default:
		err = bench(ctx, os.Args[1:])
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// Flags of the command line.
type flags struct {
	choice
	setting
	keep bool
	out  string
}

// parse reads the command line.
func parse(args []string) (*flags, error) {
	f := &flags{}
	var only, stages string
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.Uint64Var(&f.N, "n", 20_000_000, "transfers")
	set.Uint64Var(&f.Seed, "seed", 1, "seed of the synthetic transfers")
	set.StringVar(&only, "only", "", "engines, of "+strings.Join(engineNames(), ","))
	set.StringVar(&stages, "stage", "", "stages, of "+strings.Join(allStages, ","))
	set.IntVar(&f.repetitions, "reps", 3, "repetitions")
	set.StringVar(&f.Dir, "dir", "", "folder to work in; a run that was cut off goes on in it (default: a new one in the folder for temporary files)")
	set.BoolVar(&f.keep, "keep", false, "keep the folder at the end")
	set.StringVar(&f.out, "out", "", "file for the results as JSON")
	if err := set.Parse(args); err != nil {
		return nil, flag.ErrHelp // the flag set has said what is wrong
	}
	if set.NArg() > 0 {
		return nil, fmt.Errorf("unexpected %q", set.Arg(0))
	}
	if f.N < 1000 || f.repetitions < 1 {
		return nil, errors.New("want at least 1000 transfers and one repetition")
	}
	var err error
	if f.only, err = chosen("only", only, engineNames()); err != nil {
		return nil, err
	}
	f.stages, err = chosen("stage", stages, allStages)
	return f, err
}

// bench runs the benchmark.
func bench(ctx context.Context, args []string) error {
	f, err := parse(args)
	if err != nil {
		return err
	}
	if f.Dir == "" {
		f.Dir, err = os.MkdirTemp("", "clew-bench-")
	} else if f.Dir, err = filepath.Abs(f.Dir); err == nil {
		err = os.MkdirAll(f.Dir, 0o755)
	}
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	r := &runner{setting: f.setting, program: program, progress: os.Stderr}
	if err := r.resume(); err != nil {
		return err
	}
	if err := r.run(ctx, plan(f.choice)); err != nil {
		return fmt.Errorf("%w; what is done is in %s, and -dir goes on with it", err, f.Dir)
	}
	fmt.Print(report(f.setting, r.last()))
	err = errors.Join(r.save(f.out), r.failures())
	if !f.keep {
		err = errors.Join(err, r.clean())
	}
	return err
}

// clean removes what a run made, and its folder if nothing else is in it.
func (r *runner) clean() error {
	var errs []error
	for _, set := range []string{mainSet, smallSet, heavySet} {
		made, err := filepath.Glob(filepath.Join(r.setting.Dir, set+".*"))
		errs = append(errs, err)
		for _, path := range made {
			errs = append(errs, os.RemoveAll(path))
		}
	}
	errs = append(errs, os.Remove(r.journal()), os.Remove(r.settings()))
	_ = os.Remove(r.setting.Dir) // fails, rightly, if somebody else's files are there
	return errors.Join(errs...)
}

// save writes all outcomes as JSON.
func (r *runner) save(path string) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(map[string]any{"transfers": r.setting.N, "seed": r.setting.Seed, "outcomes": r.last()}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
