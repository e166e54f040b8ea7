package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"clew/config"
	"clew/op"
	"clew/report"
)

// A progress shows how far an operation is: a bar that is redrawn on a
// terminal, a line now and then elsewhere. It may be told from several
// goroutines.
type progress struct {
	w     io.Writer
	width int // columns of the terminal; 0: it is none
	quiet bool
	now   func() time.Time

	later func(time.Duration, func()) (stop func() bool)

	mu    sync.Mutex
	next  time.Time    // nothing is shown before
	shown bool         // a bar is on the terminal's last line
	held  *op.Progress // told, and not shown yet, for it was too soon
	stop  func() bool  // what shows it when it no longer is; nil: nothing does
	ended bool
}

// How often progress is shown; the first time is after one such interval, so
// that quick operations show none.
const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 5 * time.Second
)

func newProgress(sys *system, c *config.Config) *progress {
	p := &progress{w: sys.Stderr, width: sys.ErrWidth, quiet: c.Quiet, now: sys.Now, later: sys.Later}
	p.next = p.now().Add(p.every())
	return p
}

func (p *progress) every() time.Duration {
	if p.width > 0 {
		return barEvery
	}
	return lineEvery
}

func (p *progress) tell(at op.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.quiet || p.ended {
		return
	}
	now := p.now()
	if now.Before(p.next) {
		p.hold(at, p.next.Sub(now))
		return
	}
	p.show(at)
}

// hold keeps what was told too soon. If nothing else is told meanwhile, for a step is
// long, it is shown after a while.
func (p *progress) hold(at op.Progress, wait time.Duration) {
	p.held = &at
	if p.stop == nil && p.later != nil {
		p.stop = p.later(wait, p.overdue)
	}
}

// overdue shows what is held.
func (p *progress) overdue() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stop = nil
	if p.held != nil && !p.ended {
		p.show(*p.held)
	}
}

func (p *progress) show(at op.Progress) {
	p.next, p.held = p.now().Add(p.every()), nil
	line := report.Bar(at.Doing, at.Done, at.Total, at.Unit, p.width)
	if p.width > 0 {
		fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		p.shown = true
		return
	}
	fmt.Fprintln(p.w, line)
}

// end takes the bar off the terminal.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended = true; p.stop != nil {
		p.stop()
	}
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
