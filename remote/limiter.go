package remote

import (
	"context"
	"sync"
	"time"
)

// A limiter bounds how many requests are under way and how many are begun in a
// second, over whatever carries them. The first bound adapts: each answer raises
// it a little, and each sign that the endpoint is overrun halves it, as TCP does
// (RFC 5681).
type limiter struct {
	clock Clock
	most  float64
	gap   time.Duration // between beginnings; 0: none

	mu      sync.Mutex
	limit   float64
	active  int
	waiting []chan struct{}
	next    time.Time // the next beginning
	cut     uint64    // halvings so far
}

func newLimiter(clock Clock, parallel int, rate float64) *limiter {
	l := &limiter{clock: clock, most: float64(parallel), limit: min(float64(parallel), 4)}
	if rate > 0 {
		l.gap = time.Duration(float64(time.Second) / rate)
	}
	return l
}

// begin waits for a turn, and returns what end wants.
func (l *limiter) begin(ctx context.Context) (cut uint64, err error) {
	l.mu.Lock()
	for float64(l.active) >= max(1, l.limit) {
		turn := make(chan struct{})
		l.waiting = append(l.waiting, turn)
		l.mu.Unlock()
		select {
		case <-turn:
		case <-ctx.Done():
			l.wake()
			return 0, ctx.Err()
		}
		l.mu.Lock()
	}
	l.active++
	cut = l.cut
	wait := time.Duration(0)
	if l.gap > 0 {
		now := l.clock.Now()
		l.next = maxTime(l.next, now)
		wait = l.next.Sub(now)
		l.next = l.next.Add(l.gap)
	}
	l.mu.Unlock()
	err = ctx.Err()
	if wait > 0 && err == nil {
		err = l.clock.Sleep(ctx, wait)
	}
	if err != nil {
		l.release()
	}
	return cut, err
}

// release gives back a turn that was not used.
func (l *limiter) release() {
	l.mu.Lock()
	l.active--
	l.mu.Unlock()
	l.wake()
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// A sign is what an answer says of the endpoint's load.
type sign uint8

const (
	unsaid sign = iota // there is none, for another reason
	fine
	overrun // it asks for fewer requests, or does not answer in time
)

// end gives the turn back. Requests begun before the last halving do not halve
// again: they are of the same burst.
func (l *limiter) end(cut uint64, s sign) {
	l.mu.Lock()
	l.active--
	switch {
	case s == fine:
		l.limit = min(l.most, l.limit+1/l.limit)
	case s == overrun && cut == l.cut:
		l.halve()
	}
	l.mu.Unlock()
	l.wake()
}

// refused takes note that the endpoint asks for fewer before anything was asked.
func (l *limiter) refused() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.halve()
}

// halve is called with mu held.
func (l *limiter) halve() {
	l.limit = max(1, l.limit/2)
	l.cut++
}

// wake lets those that wait look again.
func (l *limiter) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, turn := range l.waiting {
		close(turn)
	}
	l.waiting = nil
}
