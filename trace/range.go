package trace

import (
	"context"
	"errors"

	"clew"
)

// Bounds on the network of possible ways. Beyond them no ranges are given.
const (
	maxRangeArcs   = 50_000
	maxRangePlaces = 100
)

// errTooLarge says that the network of possible ways exceeds its bounds.
var errTooLarge = errors.New("too many ways")

// rangeOut works out the possible range of each place of a result.
func (w *walk) rangeOut(ctx context.Context, r *Result) error {
	if note := w.noRanges(r); note != "" {
		r.Method.Notes = append(r.Method.Notes, "No possible ranges: "+note+".")
		return nil
	}
	e, err := w.reach(ctx)
	if errors.Is(err, errTooLarge) {
		r.Limits = append(r.Limits, LimitHit{Limit: "ranges", Value: "50000", Times: 1})
		r.Method.Notes = append(r.Method.Notes, "No possible ranges: there are too many ways.")
		return nil
	}
	if err != nil {
		return err
	}
	seen := map[clew.Pot]bool{}
	for _, p := range r.Places {
		id := clew.Pot{Address: p.Address, Asset: p.Asset}
		if seen[id] || len(r.Ranges) == maxRangePlaces {
			continue
		}
		if ctx.Err() != nil {
			r.Partial = true
			return nil
		}
		seen[id] = true
		least, most := e.rangeOf(id)
		r.Ranges = append(r.Ranges, Range{Address: p.Address, Asset: p.Asset, Least: least, Most: most})
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
	case len(w.views) > 1:
		return "they are worked out on one chain at a time"
	case w.ended != "":
		return "the walk ended at a limit"
	}
	return ""
}
