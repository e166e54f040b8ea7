package follow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"clew"
)

// A follower is one run.
type follower struct {
	source  Source
	sink    Sink
	opt     Options
	state   State
	next    uint64           // height wanted
	looked  bool             // the ledger was held against the source's chain
	any     bool             // nothing is held whole: the first block may be at any height
	odd     map[clew.Gap]int // gaps that blocks had, by what they are of; see oddMost
	pause   time.Duration
	failing time.Time // since when the source fails
}

// resume finds where the ledger stands.
func (f *follower) resume(ctx context.Context) error {
	s, err := f.sink.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	if s.Chain() != f.source.Chain() {
		return &clew.InputError{Field: "source", Value: f.source.Chain().Name(), Want: "one of " + s.Chain().Name() + ", the ledger's chain"}
	}
	f.state.Held, f.state.Holds, f.any = clew.BlockRef{}, false, false
	recent, whole := s.Recent(), s.Coverage().Whole
	switch {
	case len(recent) > 0:
		f.state.Held, f.state.Holds = recent[len(recent)-1], true
	case len(whole) > 0:
		f.state.Held, f.state.Holds = clew.BlockRef{Height: whole[len(whole)-1].To - 1}, true
	default:
		f.any = true
	}
	f.next = f.state.Held.Height + 1
	f.odd = oddBefore(s.Coverage())
	if f.any && f.opt.From != nil {
		f.next = *f.opt.From
	}
	if from := f.opt.From; from != nil && !f.any && *from > f.next {
		return &clew.InputError{Field: "from", Value: fmt.Sprint(*from),
			Want: fmt.Sprintf("%d or less: the ledger is held up to %d, and following leaves no hole", f.next, f.state.Held.Height)}
	}
	return nil
}

// run looks at the head again and again.
func (f *follower) run(ctx context.Context) error {
	for !f.done() {
		head, err := f.source.Head(ctx)
		if err == nil {
			f.state.Head = head
			if f.opt.ToHead {
				f.opt.ToHead, f.state.Until = false, &head.Height
			}
			err = f.advance(ctx)
		}
		f.listen()
		switch {
		case err == nil:
			f.answered()
			f.finality(ctx)
			f.opt.Tell(f.state)
			if !f.done() {
				err = f.wait(ctx, f.opt.Poll)
			}
		case f.isFinal(err):
			return err
		default:
			err = f.retry(ctx, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// listen takes what the source tells by itself.
func (f *follower) listen() {
	if n, ok := f.source.(Noter); ok {
		f.state.Note = n.Note()
	}
	if r, ok := f.source.(Resender); ok {
		f.state.Resent = r.Resent()
	}
}

// finality asks what will not be taken back any more. A source that does not say
// so is no worse: it is told, and nothing rests on it.
func (f *follower) finality(ctx context.Context) {
	source, ok := f.source.(Finalizer)
	if !ok {
		return
	}
	if height, err := source.Final(ctx); err == nil {
		f.state.Final = &height
	}
}

// done reports whether the last block wanted is held, and was on the source's
// chain when that was looked at.
func (f *follower) done() bool {
	return f.looked && f.state.Until != nil && f.state.Holds && f.state.Held.Height >= *f.state.Until
}

// isFinal reports whether an error ends the run.
func (f *follower) isFinal(err error) bool {
	var bad *BadBlock
	var sink *sinkError
	var input *clew.InputError
	return errors.As(err, &input) || errors.Is(err, ErrFinal) || errors.As(err, &bad) || errors.As(err, &sink)
}

// A sinkError is one of the ledger: asking the source again does not mend it.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return e.err.Error() }
func (e *sinkError) Unwrap() error { return e.err }

func sinkFailed(err error) error {
	if err == nil {
		return nil
	}
	return &sinkError{err}
}

// answered notes that the source does what it should.
func (f *follower) answered() { f.state.Trouble, f.state.Failed, f.pause = "", 0, 0 }

// retry waits, longer each time, before the source is asked again. After as many
// failures in a row as are allowed it gives up.
func (f *follower) retry(ctx context.Context, why error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := why.Error()
	f.state.Trouble = strings.ToValidUTF8(text[:min(len(text), maxTroubleLength)], "")
	f.state.Retries++
	if f.state.Failed++; f.state.Failed == 1 {
		f.failing = f.opt.Clock.Now()
	}
	if f.state.Failed == f.opt.Tries {
		return fmt.Errorf("%w: asked %s in a row over %s, and it failed each time; at last: %w", ErrFinal, times(f.opt.Tries), f.opt.Clock.Now().Sub(f.failing).Round(time.Second), why)
	}
	f.opt.Tell(f.state)
	f.pause = min(max(2*f.pause, time.Second), maxPause)
	return f.opt.Clock.Sleep(ctx, f.pause)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// wait lets time pass, or a hint come.
func (f *follower) wait(ctx context.Context, d time.Duration) error {
	if f.opt.Hints == nil {
		return f.opt.Clock.Sleep(ctx, d)
	}
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	slept := make(chan error, 1)
	go func() { slept <- f.opt.Clock.Sleep(waiting, d) }()
	select {
	case err := <-slept:
		return err
	case <-f.opt.Hints:
		stop()
		<-slept
		return ctx.Err()
	}
}

// advance brings the ledger to the head that was seen.
func (f *follower) advance(ctx context.Context) error {
	if f.any && f.opt.From == nil {
		f.next = f.state.Head.Height
	}
	to := f.state.Head.Height
	if f.state.Until != nil {
		to = min(to, *f.state.Until)
	}
	forked, err := f.forked(ctx, to)
	if err == nil && forked {
		err = f.takeBack(ctx)
	}
	if err != nil {
		return err
	}
	f.looked = true
	if f.next > to {
		return nil
	}
	err = f.fetch(ctx, to)
	if errors.Is(err, errForked) {
		return f.takeBack(ctx)
	}
	return err
}

// keep appends blocks that follow one another.
func (f *follower) keep(ctx context.Context, blocks []Block) error {
	if len(blocks) == 0 {
		return nil
	}
	if err := f.declare(ctx, blocks); err != nil {
		return sinkFailed(err)
	}
	plain := make([]clew.Block, len(blocks))
	for i := range blocks {
		plain[i] = blocks[i].Block
	}
	if err := f.sink.Append(ctx, plain...); err != nil {
		return sinkFailed(err)
	}
	for i := range plain {
		f.state.Transfers += uint64(len(plain[i].Transfers))
	}
	f.state.Blocks += uint64(len(plain))
	f.state.Held, f.state.Holds, f.any = plain[len(plain)-1].Ref, true, false
	f.next = f.state.Held.Height + 1
	f.answered()
	f.listen()
	f.opt.Tell(f.state)
	return nil
}
