package trace

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"clew"
)

// Bounds on the network of possible ways, beyond which no ranges are given,
// and on how many places have theirs worked out.
const (
	maxRangeArcs   = 50_000
	maxRangePlaces = 100
)

// A tooWideError says that the ways of marked value go beyond a bound.
type tooWideError struct{ hit LimitHit }

func (e *tooWideError) Error() string {
	return fmt.Sprintf("too many ways: %s %s", e.hit.Limit, e.hit.Value)
}

func tooManyWays() error {
	return &tooWideError{LimitHit{Limit: "ways", Value: strconv.Itoa(maxRangeArcs), Times: 1}}
}

// rangeOut works out the possible range of each place of a result, the largest
// places first. If ctx ends, the result keeps those that are done.
func (w *walk) rangeOut(ctx context.Context, r *Result) error {
	if note := w.noRanges(r); note != "" {
		r.Method.Notes = append(r.Method.Notes, "No possible ranges: "+note+".")
		return nil
	}
	e, err := w.reach(ctx)
	if err == nil {
		err = w.rangePlaces(ctx, r, e)
	}
	var wide *tooWideError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		r.Partial = true
		r.Method.Notes = append(r.Method.Notes, "Possible ranges are not complete: interrupted.")
		return nil
	case errors.As(err, &wide):
		r.Limits = append(r.Limits, wide.hit)
		r.Method.Notes = append(r.Method.Notes, "No possible ranges: there are too many ways.")
		return nil
	}
	return err
}

// rangePlaces gives each pot among the places its range.
func (w *walk) rangePlaces(ctx context.Context, r *Result, e *reach) error {
	seen := map[clew.Pot]bool{}
	for _, p := range r.Places {
		id := clew.Pot{Address: p.Address, Asset: p.Asset}
		if seen[id] {
			continue
		}
		seen[id] = true
		if len(r.Ranges) == maxRangePlaces {
			continue
		}
		least, most, err := e.rangeOf(ctx, id)
		if err != nil {
			return err
		}
		r.Ranges = append(r.Ranges, Range{Address: p.Address, Asset: p.Asset, Least: least, Most: most})
	}
	if left := len(seen) - len(r.Ranges); left > 0 {
		r.Limits = append(r.Limits, LimitHit{Limit: "ranges", Value: strconv.Itoa(maxRangePlaces), Times: left})
		r.Method.Notes = append(r.Method.Notes, fmt.Sprintf("Possible ranges are given of the %d largest places; %d have none.", maxRangePlaces, left))
	}
	return nil
}

// noRanges returns why there can be none.
func (w *walk) noRanges(r *Result) string {
	switch {
	case w.onOutputs():
		return "they are worked out on chains of accounts alone"
	case len(r.Conversions) > 0:
		return "a conversion was crossed, and what it gives depends on the policy"
	case len(w.custodies) > 0:
		return "a record of an account may be followed, and what it gives depends on the policy; leave the records out to have them"
	case len(w.views) > 1:
		return "they are worked out on one chain at a time"
	case w.ended != "":
		return "the walk ended at a limit"
	}
	return ""
}
