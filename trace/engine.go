package trace

import (
	"context"
	"errors"
	"strings"

	"clew"
	"clew/taint"
)

// wideRows is how many rows the queue engine reads before it gives way to the
// sweep, where that serves: looking them up one by one has then cost about as
// much as looking at ten million transfers in order.
const wideRows = 500_000

// errTooWide says that a sweep would cost less.
var errTooWide = errors.New("too wide for the queue engine")

// choose returns the engine for the question: the one that it names, if that
// can answer it.
func (w *walk) choose() (Engine, error) {
	if p := w.in.Method.Policy; !p.Describe().Accounts && (!w.outputsFirst || len(w.custodies) > 0) {
		return "", &clew.InputError{Field: "policy", Value: string(p), Want: "a policy for chains of accounts; this one says which output of a Bitcoin transaction is marked"}
	}
	serves := w.engines()
	if w.in.Engine == "" {
		return serves[0], nil
	}
	var names []string
	for _, e := range serves {
		if e == w.in.Engine {
			return e, nil
		}
		names = append(names, string(e))
	}
	return "", &clew.InputError{Field: "engine", Value: string(w.in.Engine), Want: "for this question " + strings.Join(names, " or ")}
}

// engines returns the engines that can answer the question, the best first.
func (w *walk) engines() []Engine {
	fifo := w.in.Method.Policy == taint.FIFO
	if w.outputsFirst {
		if fifo {
			return []Engine{Interval}
		}
		return []Engine{Queue}
	}
	var serve []Engine
	if fifo && len(w.said) == 0 { // units of a balance that is adjusted have no position
		serve = append(serve, Interval)
	}
	serve = append(serve, Queue)
	if w.apart() {
		serve = append(serve, Sweep)
	}
	return serve
}

// onOutputs reports whether the walk is on a chain where value rests in
// outputs, or a record leads there, before bridges are crossed.
func (w *walk) onOutputs() bool {
	for _, v := range w.views {
		if v.chain.IsBitcoin() && (len(v.special) > 0 || len(v.outputs) > 0 || len(v.dealings) > 0) {
			return true
		}
	}
	return false
}

// apart reports whether no conversion leads from one chain to another, so that
// each can be swept alone.
func (w *walk) apart() bool {
	for _, c := range w.crossings {
		if c.broken == "" && c.nearView != c.farView {
			return false
		}
	}
	return !w.recordsJoinChains()
}

// walkBy runs an engine, and books what conversions kept.
func (w *walk) walkBy(ctx context.Context, engine Engine) error {
	w.engine = engine
	walk := w.drive
	if engine == Sweep {
		walk = func(ctx context.Context) error { return walkSweep(ctx, w) }
	}
	if err := walk(ctx); err != nil {
		return err
	}
	if w.mustRestart() {
		return errLate
	}
	w.bookLost()
	for _, c := range w.custodies {
		if err := c.finish(w); err != nil {
			return err
		}
	}
	return nil
}

// smallUses is up to how many transfers a result has its spread by default.
const smallUses = 2000

// spreadOut works out what the other policies give for the same question.
func (w *walk) spreadOut(ctx context.Context, r *Result) error {
	if w.in.Spread == No || w.in.Spread == Auto && len(r.Uses) > smallUses || r.Partial {
		return nil
	}
	for _, p := range w.policies() {
		totals, err := w.totalsBy(ctx, p, r.Books)
		if err != nil {
			return err
		}
		r.Spread = append(r.Spread, totals)
	}
	r.Partial = ctx.Err() != nil
	return nil
}

// policies returns those that can answer the question.
func (w *walk) policies() []taint.Policy {
	var list []taint.Policy
	for _, p := range taint.Policies() {
		d := p.Describe()
		if (d.Accounts || w.outputsFirst && len(w.custodies) == 0) && (d.Backward || !w.backward) {
			list = append(list, p)
		}
	}
	return list
}

// totalsBy returns one policy's books for the same question.
func (w *walk) totalsBy(ctx context.Context, p taint.Policy, main []Book) (PolicyTotals, error) {
	if p == w.in.Method.Policy {
		return totalsOf(w, main), nil
	}
	in := *w.in
	in.Method.Policy, in.Engine = p, ""
	if in.Spread == Auto {
		in.Limits.Transfers = min(in.Limits.Transfers, 10*smallUses)
	}
	other, _, err := follow(ctx, &in, wideRows)
	if err != nil {
		return PolicyTotals{}, err
	}
	books := other.books()
	if err := other.checkBooks(books); err != nil {
		return PolicyTotals{}, err
	}
	return totalsOf(other, books), nil
}

func totalsOf(w *walk, books []Book) PolicyTotals {
	t := PolicyTotals{Policy: w.in.Method.Policy, Books: books}
	if !w.in.Method.Policy.Describe().Conserves {
		t.Note = "It does not conserve value: these are sizes of what was touched."
	}
	if t.Policy == taint.TaintFirst || t.Policy == taint.CleanFirst || t.Policy == taint.TIHO {
		t.Allocation = w.in.Method.Allocation
		if t.Allocation == "" {
			t.Allocation = taint.ProRata
		}
	}
	if w.ended != "" {
		t.Note = strings.TrimSpace(t.Note + " It ended at a limit: " + w.ended + ".")
	}
	return t
}
