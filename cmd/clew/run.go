package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"clew"
	"clew/casebook"
	"clew/config"
	"clew/op"
	"clew/report"
	"clew/tag"
)

// A system is what surrounds the program; tests make their own.
type system struct {
	Args           []string // without the program's name
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Environment    config.Environment
	Now            func() time.Time
	Sleep          func(ctx context.Context, d time.Duration) error
	Random         io.Reader                                          // what nobody can foretell
	Password       func(asks string) (string, error)                  // typed at a terminal without being shown; nil: there is none
	Later          func(d time.Duration, f func()) (stop func() bool) // runs f after d, by itself; nil: never
	Hangups        func() <-chan struct{}                             // nil: none are heard
	OutWidth       int                                                // columns of the terminal that Stdout is; 0: it is none
	ErrWidth       int
}

// run runs one command and returns the exit code.
func run(ctx context.Context, sys *system) int {
	cmd, err := parse(ctx, sys)
	if err != nil || cmd == nil {
		return sys.finish(err, report.Found)
	}
	if err := cmd.config.Resolve(sys.Environment); err != nil {
		return sys.finish(err, report.Found)
	}
	if err := writable(&cmd.config); err != nil {
		return sys.finish(err, report.Found)
	}
	env, done := sys.env(&cmd.config)
	env.Replace = func(name string, content []byte) error { return writeFile(name, content, cmd.newMode()) }
	env.Forms = func(r report.Result) ([]casebook.Form, error) { return sys.forms(cmd, r) }
	lines := sys.screened(cmd, env)
	result, err := sys.answer(ctx, cmd, env)
	if closing := done(); err == nil {
		err = closing
	}
	if result == nil {
		return sys.finish(err, report.Found)
	}
	writing := lines.end(result)
	if !lines.begun {
		writing = sys.write(cmd, result)
	}
	if err == nil { // what was done before an error is an answer too
		err = writing
	}
	return sys.finish(err, result.Outcome())
}

// answer runs the operation, and writes a bundle of its answer if one is wanted.
func (sys *system) answer(ctx context.Context, cmd *command, env *op.Env) (report.Result, error) {
	if cmd.config.Bundle == "" {
		return cmd.op.Run(ctx, env, cmd.input)
	}
	result, made, err := cmd.op.Bundle(ctx, env, cmd.input)
	if err == nil {
		err = writeFile(cmd.config.Bundle, made.Bundle, ownerMode)
	}
	if err != nil {
		return nil, err
	}
	if len(made.Whole) > 0 && !cmd.config.Quiet {
		fmt.Fprintf(sys.Stderr, "clew: note: %s holds whole, with notes, comments, persons and victims' addresses as far as they are in there: %s\n", report.Clean(cmd.config.Bundle), report.Clean(strings.Join(made.Whole, ", ")))
	}
	return result, nil
}

// env returns what an operation may touch, and what to do when it is done.
func (sys *system) env(c *config.Config) (*op.Env, func() error) {
	ledgers, clock := &ledgers{dir: c.Ledger}, clock{sys.Now, sys.Sleep}
	bar := newProgress(sys, c)
	env := &op.Env{
		Ledgers:     ledgers,
		Tags:        func(ctx context.Context, b *tag.Builder) error { return b.ReadBuiltin(ctx) },
		Tokens:      tokens{ledgers},
		Nodes:       nodes{sys.Environment, ledgers, clock, c.Sealed},
		Provers:     nodes{sys.Environment, ledgers, clock, c.Sealed}.prover,
		Sealed:      c.Sealed,
		Explorers:   explorers{sys.Environment, ledgers, clock, c.Sealed},
		Fetch:       nodes{sys.Environment, ledgers, clock, c.Sealed}.fetch,
		Published:   nodes{sys.Environment, ledgers, clock, c.Sealed}.fetchPublished,
		Send:        nodes{sys.Environment, ledgers, clock, c.Sealed}.post,
		Password:    sys.signPassword,
		Random:      sys.Random,
		HostOf:      nodes{sys.Environment, ledgers, clock, c.Sealed}.hostOf,
		Clock:       clock,
		Replace:     func(name string, content []byte) error { return writeFile(name, content, ownerMode) }, // unless it is known what is written
		Files:       userFiles{},
		Lists:       listsIn(c.Lists),
		Decisions:   decisionsIn(c.Decisions),
		Cases:       casesIn(c.Cases, sys.Random),
		Incidents:   incidentsIn(c.Incidents, sys.Random),
		Taxii:       sys.taxii(nodes{sys.Environment, ledgers, clock, c.Sealed}),
		LedgerNamed: c.LedgerNamed,
		Product:     product(),
		Stdin:       sys.Stdin,
		Now:         clew.TimeOf(sys.Now()),
		Reload:      op.Reload{Hangups: sys.Hangups, Told: sys.reloaded},
		Progress:    bar.tell,
	}
	return env, func() error {
		bar.end()
		return ledgers.close()
	}
}

// reloaded says that files were read anew, or why not.
func (sys *system) reloaded(err error) {
	if err != nil {
		fmt.Fprintf(sys.Stderr, "clew: not read anew, and the last good files stay in service: %s\n", report.Clean(err.Error()))
		return
	}
	fmt.Fprintln(sys.Stderr, "clew: lists, packs and rules were read anew")
}

// asTyped returns an error's text with the name of a flag as it is typed: inputs
// are spelled as in JSON.
func asTyped(err error) string {
	text := err.Error()
	var wrong *clew.InputError
	if !errors.As(err, &wrong) {
		return text
	}
	var typed strings.Builder
	for _, r := range wrong.Field {
		if r >= 'A' && r <= 'Z' {
			typed.WriteByte('-')
		}
		typed.WriteRune(unicode.ToLower(r))
	}
	return strings.Replace(text, wrong.Field, typed.String(), 1)
}

// finish says what went wrong, if anything did, and returns the exit code.
func (sys *system) finish(err error, outcome report.Outcome) int {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(sys.Stderr, "clew: interrupted before there was an answer")
	} else if err != nil {
		for _, line := range strings.Split(strings.TrimSpace(asTyped(err)), "\n") {
			fmt.Fprintf(sys.Stderr, "clew: %s\n", report.Clean(line))
		}
	}
	return exitCode(err, outcome)
}
