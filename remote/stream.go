package remote

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// A stream carries out calls over a connection that stays: a WebSocket, or a
// local socket. A connection that is lost is made anew, and what was not
// answered on it is asked again; all that is asked are questions.
type stream struct {
	endpoint Endpoint
	url      *url.URL
	opt      Options
	limiter  *limiter
	number   atomic.Int64 // of the last call
	hints    chan struct{}
	wanted   atomic.Bool // hints are

	mu     sync.Mutex // guards wire, and that but one is made at a time
	wire   *wire
	closed bool
}

func newStream(e Endpoint, u *url.URL, opt Options) *stream {
	return &stream{endpoint: e, url: u, opt: opt, limiter: newLimiter(opt.Clock, opt.Parallel, opt.Rate), hints: make(chan struct{}, 1)}
}

func (s *stream) String() string { return s.endpoint.String() }

// Close ends the connection.
func (s *stream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.wire != nil {
		s.wire.end(errClosed)
		s.wire = nil
	}
	return nil
}

var errClosed = errors.New("closed")

// Hints subscribes to new heads, and returns a channel that says when there may
// be one. It says it once for several.
func (s *stream) Hints() <-chan struct{} {
	s.wanted.Store(true)
	return s.hints
}

// maxOpen is how many calls of one batch wait for their turns or their answers
// at once. How many are under way is the limiter's business.
const maxOpen = 64

// Batch carries out the calls, several at a time.
func (s *stream) Batch(ctx context.Context, queries []Query) error {
	open := make([]*Query, len(queries))
	for i := range queries {
		open[i] = &queries[i]
	}
	for failures := 0; len(open) > 0; {
		n := min(len(open), maxOpen)
		left, err := s.carry(ctx, open[:n])
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if isOf(err, ErrBudget, errClosed, ErrRefused) {
			return fmt.Errorf("%s: %w", s, err)
		}
		if open = append(left, open[n:]...); len(left) == 0 {
			failures = 0
			continue
		}
		if failures++; failures >= s.opt.Attempts {
			if err == nil {
				return nil // each says by itself why it was not carried out
			}
			return fmt.Errorf("%s: %w", s, err)
		}
		s.opt.Stats.Retries.Add(1)
		if err := s.opt.Clock.Sleep(ctx, max(asked(err), s.opt.pause(failures))); err != nil {
			return err
		}
	}
	return nil
}

func isOf(err error, kinds ...error) bool {
	return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
}

// asked returns how long an endpoint that took no connection wants to be left
// alone at least.
func asked(err error) time.Duration {
	var busy *busyError
	if errors.As(err, &busy) {
		return min(busy.after, maxAsked)
	}
	return 0
}

// carry carries out calls over one connection. It returns those that are worth
// sending again, and why if it is not for what their answers say.
func (s *stream) carry(ctx context.Context, queries []*Query) (left []*Query, err error) {
	w, err := s.open(ctx)
	if err != nil {
		return queries, err
	}
	errs := make([]error, len(queries))
	var asking sync.WaitGroup
	for i, q := range queries {
		asking.Go(func() { errs[i] = s.call(ctx, w, q) })
	}
	asking.Wait()
	for i, q := range queries {
		if errs[i] != nil || isOverrun(q.Err) {
			left = append(left, q)
		}
		if err == nil || isOf(errs[i], ErrBudget, errClosed) {
			err = errs[i]
		}
	}
	return left, err
}

// call carries out one call when it is its turn.
func (s *stream) call(ctx context.Context, w *wire, q *Query) error {
	cut, err := s.limiter.begin(ctx)
	if err != nil {
		return err
	}
	load := unsaid
	defer func() { s.limiter.end(cut, load) }()
	if !w.alive() {
		return w.why
	}
	if err := s.opt.Budget.take(); err != nil {
		return err
	}
	s.opt.Stats.Requests.Add(1)
	load, err = s.exchange(ctx, w, q)
	return err
}

// exchange sends one call, as a message of its own, and waits for its answer. A
// connection that gives none in time is lost.
func (s *stream) exchange(ctx context.Context, w *wire, q *Query) (sign, error) {
	number := s.number.Add(1)
	body, err := request([]*Query{q}, number)
	if err != nil {
		return unsaid, err
	}
	within, stop := context.WithTimeout(ctx, s.opt.Timeout)
	defer stop()
	answer := w.expect(number)
	defer w.forget(number)
	if err := w.write(within, body); err != nil {
		s.lost(w, err)
		return unsaid, err
	}
	select {
	case e := <-answer:
		q.take(&e)
		return s.loadOf(q.Err), nil
	case <-w.dead:
		if websocket.CloseStatus(w.why) == websocket.StatusTryAgainLater {
			return overrun, w.why
		}
		return unsaid, w.why
	case <-within.Done():
	}
	if ctx.Err() != nil {
		return unsaid, ctx.Err()
	}
	err = errors.New("no answer in time")
	s.lost(w, err)
	return overrun, err
}

// loadOf returns what an answer says of the endpoint's load.
func (s *stream) loadOf(refusal error) sign {
	if !isOverrun(refusal) {
		return fine
	}
	s.opt.Stats.Refused.Add(1)
	return overrun
}

// open returns the connection, made anew if need be.
func (s *stream) open(ctx context.Context) (*wire, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	if s.wire != nil && s.wire.alive() {
		return s.wire, nil
	}
	within, stop := context.WithTimeout(ctx, s.opt.Timeout)
	defer stop()
	carrier, err := connect(within, s.endpoint, s.url, &s.opt)
	if err != nil {
		if busy := (*busyError)(nil); errors.As(err, &busy) {
			s.limiter.refused()
			s.opt.Stats.Refused.Add(1)
		}
		return nil, err
	}
	s.wire = newWire(carrier, s.opt.Stats, s.hint, s.endpoint.Hide)
	if s.wanted.Load() {
		subscribe := Query{Method: "eth_subscribe", Params: []any{"newHeads"}}
		body, err := request([]*Query{&subscribe}, s.number.Add(1))
		if err == nil {
			err = s.wire.write(within, body) // its answer is of no interest: hints are a help only
		}
		if err != nil {
			s.wire.end(err)
			return nil, err
		}
	}
	return s.wire, nil
}

// hint says that there may be a new head.
func (s *stream) hint() {
	select {
	case s.hints <- struct{}{}:
	default:
	}
}

// lost gives a connection up.
func (s *stream) lost(w *wire, why error) {
	w.end(why)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wire == w {
		s.wire = nil
	}
}
