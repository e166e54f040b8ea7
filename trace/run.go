package trace

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"clew"
)

// interrupted is the limit that a cancelled context is.
const interrupted = "interrupted"

// Run answers a question. A mistake in it is a *clew.InputError, and a start
// that no ledger holds wraps clew.ErrNotFound.
//
// If ctx ends while value is followed, Run returns what it has: Partial is set,
// what was under way is booked where it was, and the error is nil.
func Run(ctx context.Context, in Input) (*Result, error) {
	in, err := in.check()
	if err != nil {
		return nil, err
	}
	in.findBridges()
	w, engine, err := follow(ctx, &in, wideRows)
	if err != nil {
		return nil, err
	}
	result, err := w.result(context.WithoutCancel(ctx), engine)
	if err != nil {
		return nil, err
	}
	if err := w.spreadOut(ctx, result); err != nil {
		return nil, err
	}
	if in.Ranges {
		if err := w.rangeOut(ctx, result); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// follow walks by the engine that serves, and returns the finished walk. The
// queue engine gives way to a sweep when it has read wide rows, if the question
// names none; a sweep gives way to it where a bridge leads to another chain. A
// walk that comes to a bridge after it was where value comes out begins anew, and
// knows of it.
func follow(ctx context.Context, in *Input, wide int) (*walk, Engine, error) {
	read, chosen := 0, Engine("")
	for {
		w, err := newWalk(context.WithoutCancel(ctx), in)
		if err != nil {
			return nil, "", err
		}
		w.wide = wide
		w.work.Rows += read
		engine, err := w.choose()
		if err != nil {
			return nil, "", err
		}
		if chosen != "" {
			engine = chosen
		}
		err = w.walkBy(ctx, engine)
		read = w.work.Rows
		switch {
		case errors.Is(err, errTooWide):
			chosen = Sweep
		case errors.Is(err, errLent) && in.Engine != "":
			return nil, "", &clew.InputError{Field: "engine", Value: string(in.Engine), Want: "queue or sweep: value goes round within a transaction, as a loan does that is repaid (without swaps it is walked like any payment)"}
		case errors.Is(err, errLent):
			chosen = Queue
		case errors.Is(err, errLate):
			in = w.again()
		case errors.Is(err, errCrosses) && in.Engine != "":
			return nil, "", &clew.InputError{Field: "engine", Value: string(in.Engine), Want: "interval or queue: a bridge leads to another chain (a sweep goes over each by itself)"}
		case errors.Is(err, errCrosses):
			chosen, wide = Queue, math.MaxInt
		default:
			return w, engine, err
		}
	}
}

// newWalk returns a walk that has found its beginnings.
func newWalk(ctx context.Context, in *Input) (*walk, error) {
	w := &walk{
		in:       in,
		backward: in.Direction == Backward,
		poison:   !in.Method.Policy.Describe().Conserves,
		verdicts: map[clew.Address]*verdict{},
		follows:  map[clew.Address]bool{},
		pots:     map[clew.Pot]*pot{},
		places:   map[placeKey]*place{},
		hits:     map[string]int{},
	}
	for _, a := range in.Continue {
		w.follows[a] = true
	}
	if err := w.openViews(); err != nil {
		return nil, err
	}
	for _, ready := range []func(context.Context) error{w.suppose, w.convert, w.openRecords, w.lookForConversions, w.hold, w.start} {
		if err := ready(ctx); err != nil {
			return nil, err
		}
	}
	w.outputsFirst = w.onOutputs()
	return w, w.reopen(ctx)
}

// openViews makes a view of each ledger.
func (w *walk) openViews() error {
	for i, snapshot := range w.in.ledgers() {
		v := &view{index: i, other: i >= len(w.in.Ledgers), chain: snapshot.Chain(), reader: snapshot, actSpan: snapshot.ActSpan(), snapshot: snapshot, backward: w.backward,
			special: map[clew.Pos]*special{}, openings: map[clew.Pot]clew.Amount{}, work: &w.work}
		if w.holds(v.chain) {
			return &clew.InputError{Field: "ledger", Value: string(v.chain), Want: "one ledger for each chain"}
		}
		w.views = append(w.views, v)
	}
	return nil
}

// bookLost books what went into conversions and did not come out.
func (w *walk) bookLost() {
	for _, c := range w.crossings {
		lost := c.lost()
		for i := range c.near {
			if tape, ok := lost[i]; ok {
				w.book(c.ends(), c.near[i].far, c.near[i], tape)
			}
		}
		if c.unused.IsMarked() {
			last := c.back[len(c.back)-1]
			w.book(c.ends(), last.near, last, c.unused)
		}
		if len(c.far) > 0 && c.out.IsMarked() {
			last := c.far[len(c.far)-1]
			w.book(c.ends(), last.near, last, c.out)
		}
		for i, out := range c.outs {
			last := c.lastOf(c.farAssets()[i])
			w.book(c.ends(), last.near, last, out)
		}
	}
}

// begins returns the transfers that must be taken whether or not marked value
// comes to them by the ledger, in order of their positions.
func (w *walk) begins(v *view) []*special {
	var begins []*special
	for _, sp := range v.special {
		comesOut := (sp.leaves != nil && sp.leaves.broken == "" || sp.outOf.custody != nil) && !w.beyond(sp.row.time)
		if len(sp.origins) > 0 || comesOut {
			begins = append(begins, sp)
		}
	}
	slices.SortFunc(begins, func(a, b *special) int { return a.row.pos.Cmp(b.row.pos) })
	return begins
}

// result puts together what a walk found.
func (w *walk) result(ctx context.Context, engine Engine) (*Result, error) {
	books := w.books()
	if err := w.checkBooks(books); err != nil {
		return nil, err
	}
	description := w.in.Method.Policy.Describe()
	r := &Result{
		Method: Method{Direction: w.in.Direction, Policy: w.in.Method.Policy, Allocation: w.in.Method.Allocation, Engine: engine,
			Purpose: w.in.Purpose, FitFor: description.Fit, Notes: w.notes(), Limits: w.in.Limits, Asset: w.in.Start.Asset},
		Origins: w.origins,
		Books:   books,
		Places:  w.list(),
		Partial: w.ended == interrupted,
		Gaps:    w.gaps, TopUps: w.topUps(),
		Limits: w.limitsHit(),
	}
	w.showViews(r)
	if err := w.showCrossings(ctx, r); err != nil {
		return nil, err
	}
	r.Records, r.Adjustments = w.showRecords(), w.adjustments()
	gaps, err := w.roleGaps(ctx)
	if err != nil {
		return nil, err
	}
	r.Gaps = append(r.Gaps, gaps...)
	if r.Uses, err = w.listUses(ctx); err != nil {
		return nil, err
	}
	nameArrivals(r)
	if err := cmp.Or(w.countPeers(ctx, r.Places), w.findStates(ctx, r), w.showUnread(ctx, r)); err != nil {
		return nil, err
	}
	w.work.Transfers = len(r.Uses)
	r.Work = w.work
	return r, nil
}
