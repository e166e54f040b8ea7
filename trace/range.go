package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"clew"
	"clew/taint"
)

// Bounds on how many transfers possible ways lead through, beyond which no
// ranges are given; on how many places have theirs worked out; and on how many
// steps all searches for them take together.
const (
	maxRangeUses   = 250_000
	maxRangePlaces = 100
	maxRangeWork   = 500_000_000
)

// A tooWideError says that the ways of marked value go beyond a bound.
type tooWideError struct{ hit LimitHit }

func (e *tooWideError) Error() string {
	return fmt.Sprintf("too many ways: %s %s", e.hit.Limit, e.hit.Value)
}

func tooManyWays() error {
	return &tooWideError{LimitHit{Limit: "ways", Value: strconv.Itoa(maxRangeUses), Times: 1}}
}

// rangeOut works out the possible range of each place of a result, the largest
// places first. If ctx ends, the result keeps those that are done.
func (w *walk) rangeOut(ctx context.Context, r *Result) error {
	if note := w.noRanges(); note != "" {
		r.Method.Notes = append(r.Method.Notes, "No possible ranges: "+note+".")
		return nil
	}
	e, err := w.waysOf(ctx)
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

// noRanges returns why there can be none.
func (w *walk) noRanges() string {
	switch {
	case len(w.custodies) > 0:
		return "a record of an account may be followed, and what it gives depends on the policy; leave the records out to have them"
	case len(w.said) > 0:
		return "balances are adjusted to what tokens' contracts say, so what leaves a pot is not what came"
	case w.ended != "":
		return "the walk ended at a limit"
	case slices.ContainsFunc(w.crossings, func(c *crossing) bool { return c.joinsOutputs() }):
		return "a bridge leads from or to a chain where value rests in outputs"
	}
	return ""
}

// waysOf returns all ways that the answer is of. They are found by a walk that
// marks all that can be marked, under the same stops and limits.
func (w *walk) waysOf(ctx context.Context) (*allWays, error) {
	in := *w.in
	in.Method.Policy, in.Spread, in.Engine = taint.Poison, No, Queue
	in.Limits.Dust = clew.Amount{}
	fresh, err := w.layAfresh(ctx, in)
	switch {
	case err != nil:
		return nil, err
	case slices.ContainsFunc(fresh.crossings, func(c *crossing) bool { return c.joinsOutputs() }):
		return nil, &tooWideError{LimitHit{Limit: "ways", Value: "chains of outputs", Times: 1}}
	case fresh.ended == interrupted:
		return nil, context.Cause(ctx)
	case fresh.ended != "":
		return nil, &tooWideError{LimitHit{Limit: fresh.ended, Value: fresh.limitValue(fresh.ended), Times: 1}}
	case len(fresh.uses) > maxRangeUses:
		return nil, tooManyWays()
	}
	fresh.ways.limited = fresh.hits["hops"]+fresh.hits["addresses"] > 0
	if w.outputsFirst {
		return fresh.ways, nil
	}
	return fresh.ways, fresh.layWays(ctx)
}

// layAfresh walks anew, by poison, and notes all ways of outputs.
func (w *walk) layAfresh(ctx context.Context, in Input) (*walk, error) {
	for {
		fresh, err := newWalk(context.WithoutCancel(ctx), &in)
		if err != nil {
			return nil, err
		}
		fresh.ways, fresh.engine = newAllWays(), Queue
		err = fresh.drive(ctx)
		w.work.Rows += fresh.work.Rows
		if err != nil || !fresh.mustRestart() {
			return fresh, err
		}
		in = *fresh.again()
	}
}

// joinsOutputs reports whether value goes by a conversion from or to a chain of
// outputs.
func (c *crossing) joinsOutputs() bool {
	return c.broken == "" && !c.in.IsZero() && (c.nearView.chain.IsBitcoin() || c.farView.chain.IsBitcoin())
}

// rangePlaces gives each pot among the places its range, the largest first.
func (w *walk) rangePlaces(ctx context.Context, r *Result, e *allWays) error {
	seen := map[clew.Pot]bool{}
	left, limit := 0, LimitHit{Limit: "ranges", Value: strconv.Itoa(maxRangePlaces)}
	for _, p := range r.Places {
		id := clew.Pot{Address: p.Address, Asset: p.Asset}
		if seen[id] || e.open[p.Asset] {
			continue
		}
		seen[id] = true
		if left == 0 && e.work() > e.most {
			limit = LimitHit{Limit: "ways looked at", Value: strconv.Itoa(e.most)}
		}
		if left > 0 || len(r.Ranges) == maxRangePlaces || e.work() > e.most {
			left++
			continue
		}
		least, most, err := e.of(p.Asset).rangeOf(ctx, id)
		if err != nil {
			return err
		}
		r.Ranges = append(r.Ranges, Range{Address: p.Address, Asset: p.Asset, Least: least, Most: most})
	}
	r.Method.Notes = append(r.Method.Notes, e.notes(r.Places)...)
	if left > 0 {
		limit.Times = left
		r.Limits = append(r.Limits, limit)
		r.Method.Notes = append(r.Method.Notes, fmt.Sprintf("Possible ranges are given of the %d largest places; %d have none.", len(r.Ranges), left))
	}
	return nil
}

// notes says where ranges are not known, and where figures can lie outside.
func (e *allWays) notes(places []Place) []string {
	var notes []string
	said := map[clew.Asset]bool{}
	for _, p := range places {
		if e.open[p.Asset] && !said[p.Asset] {
			said[p.Asset] = true
			notes = append(notes, fmt.Sprintf("No possible ranges of %s: a conversion leads there, and how much comes out of it marked depends on the policy.", p.Asset))
		}
	}
	if e.limited {
		notes = append(notes, "Possible ranges end at the limits on hops and addresses where poison comes to them; what a policy brings past those places can lie outside.")
	}
	return notes
}
