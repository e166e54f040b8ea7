package main

import (
	"context"
	"errors"

	"github.com/alecthomas/kong"

	"clew"
	"clew/remote"
	"clew/report"
)

// The exit codes, which help explains.
const (
	exitFound      = 0
	exitFailure    = 1
	exitInput      = 2
	exitNothing    = 3
	exitIncomplete = 4
)

// exitHelp explains the exit codes.
const exitHelp = `Exit codes: 0 an answer was found; 1 failure; 2 bad input; 3 nothing was found, which is no clearance; 4 the answer is incomplete: interrupted, or cut short by a limit.`

// exitCode maps the kinds of error, and how complete an answer is, to exit
// codes.
func exitCode(err error, outcome report.Outcome) int {
	var input *clew.InputError
	var parse *kong.ParseError
	switch {
	case errors.As(err, &input), errors.As(err, &parse):
		return exitInput
	case errors.Is(err, remote.ErrBudget):
		return exitIncomplete
	case errors.Is(err, clew.ErrNotFound):
		return exitNothing
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return exitIncomplete
	case err != nil:
		return exitFailure
	case outcome == report.Incomplete:
		return exitIncomplete
	case outcome == report.Nothing:
		return exitNothing
	case outcome == report.Flawed:
		return exitInput
	}
	return exitFound
}
