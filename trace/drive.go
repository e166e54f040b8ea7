package trace

import (
	"context"

	"clew"
	"clew/taint"
)

// A runner walks one or several of the chains, one transfer at a time.
type runner interface {
	// head returns the moment and the time of what is due next on a chain, if
	// anything is.
	head(view int) (moment, clew.Time, bool)

	// step takes what is due next on a chain.
	step(ctx context.Context, view int) error

	// await makes a transfer due, whether or not marked value comes to it by the
	// ledger: a conversion gives it what went in elsewhere.
	await(v *view, r row)

	// finish books what lies where the walk came to.
	finish(ctx context.Context) error
}

// drive walks all chains together: the chains of accounts by one runner, and
// each chain of outputs by one of its own. Chains have no order between them but
// that of their clocks, which only chooses among them.
func (w *walk) drive(ctx context.Context) error {
	all := w.ready()
	for {
		if ctx.Err() != nil && w.ended == "" {
			w.end(interrupted)
		}
		index := w.soonest()
		if index < 0 {
			break
		}
		w.passed[index], _, _ = w.runners[index].head(index)
		w.came[index] = true
		if err := w.runners[index].step(ctx, index); err != nil {
			return err
		}
	}
	for _, r := range all {
		if err := r.finish(context.WithoutCancel(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// ready makes the runners, and gives each chain its own. It returns each once.
func (w *walk) ready() []runner {
	w.runners = make([]runner, len(w.views))
	w.passed, w.came = make([]moment, len(w.views)), make([]bool, len(w.views))
	var accounts runner
	if w.in.Method.Policy == taint.FIFO && len(w.said) == 0 && w.engine != Queue {
		accounts = newIntervals(w)
	} else {
		accounts = newQueue(w)
	}
	all := []runner{accounts}
	for i, v := range w.views {
		w.runners[i] = accounts
		if v.chain.IsBitcoin() {
			w.runners[i] = newOutputs(w, v)
			all = append(all, w.runners[i])
		}
	}
	return all
}

// soonest returns the chain whose head is next, or -1 at the end: by the clock
// among those that need not wait, and among all if every one would wait for
// another.
func (w *walk) soonest() int {
	best, bestWaits, bestTime := -1, false, clew.Time(0)
	for i, r := range w.runners {
		at, time, ok := r.head(i)
		if !ok {
			continue
		}
		waits := len(w.runners) > 1 && w.waits(i, at)
		switch {
		case best < 0, bestWaits && !waits, waits == bestWaits && w.sooner(time, bestTime):
			best, bestWaits, bestTime = i, waits, time
		}
	}
	return best
}

func (w *walk) sooner(t, u clew.Time) bool {
	if w.backward {
		return t > u
	}
	return t < u
}

// headOf returns the moment of what is due next on a chain, if anything is.
func (w *walk) headOf(view int) (moment, bool) {
	at, _, ok := w.runners[view].head(view)
	return at, ok
}

// An awaited names a transfer by its chain and place.
type awaited struct {
	view int
	pos  clew.Pos
}

// awaits notes by which transfer value comes out of a conversion first, where
// that is on another chain.
func (w *walk) awaits(c *crossing) {
	if c.broken != "" || c.nearView == c.farView {
		return
	}
	if w.awaiting == nil {
		w.awaiting = map[awaited][]*crossing{}
	}
	at := awaited{c.farView.index, c.firstFar(w.backward).pos}
	w.awaiting[at] = append(w.awaiting[at], c)
}

// waits reports whether a moment on one chain has to wait for value that a
// conversion, or an account at a service, may still bring over from another.
func (w *walk) waits(index int, at moment) bool {
	for _, c := range w.awaiting[awaited{index, at.pos()}] {
		if c.broken != "" || c.open {
			continue
		}
		head, ok := w.headOf(c.nearView.index)
		if order := head.compare(c.waitsFor(w.backward)); ok && (order <= 0 && !w.backward || order >= 0 && w.backward) {
			return true
		}
	}
	return w.waitsForAccount(index, at)
}
