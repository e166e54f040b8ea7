package remote

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
)

// A stream carries out calls over a connection that stays: a WebSocket, or a
// local socket. A connection that is lost is made anew, and what was not
// answered on it is asked again; all that is asked are questions.
type stream struct {
	endpoint Endpoint
	url      *url.URL
	opt      Options
	number   atomic.Int64
	hints    chan struct{}
	wanted   atomic.Bool // hints are

	mu     sync.Mutex // guards wire, and that but one is made at a time
	wire   *wire
	closed bool
}

func newStream(e Endpoint, u *url.URL, opt Options) *stream {
	return &stream{endpoint: e, url: u, opt: opt, hints: make(chan struct{}, 1)}
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

// maxOpen is how many calls are sent before their answers are waited for.
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
		if errors.Is(err, ErrBudget) || errors.Is(err, errClosed) || errors.Is(err, ErrRefused) {
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
		if err := s.opt.Clock.Sleep(ctx, s.opt.pause(failures)); err != nil {
			return err
		}
	}
	return nil
}

// carry sends calls and waits for their answers. It returns those that are
// worth sending again.
func (s *stream) carry(ctx context.Context, queries []*Query) (left []*Query, err error) {
	ctx, stop := context.WithTimeout(ctx, s.opt.Timeout)
	defer stop()
	w, err := s.open(ctx)
	if err != nil {
		return queries, err
	}
	first := s.number.Add(int64(len(queries))) - int64(len(queries)) + 1
	answers := w.expect(first, len(queries))
	defer w.forget(first, len(queries))
	if err := s.send(ctx, w, queries, first); err != nil {
		return queries, err
	}
	done := make(map[int64]bool, len(queries))
	for len(done) < len(queries) {
		select {
		case e := <-answers:
			done[e.id] = true
			queries[e.id-first].take(&e)
		case <-w.dead:
			err = w.why
		case <-ctx.Done():
			err = errors.New("no answer in time")
			s.lost(w, err)
		}
		if err != nil {
			break
		}
	}
	return unanswered(queries, first, done), err
}

// send sends each call as a message of its own.
func (s *stream) send(ctx context.Context, w *wire, queries []*Query, first int64) error {
	for i, q := range queries {
		if err := s.opt.Budget.take(); err != nil {
			return err
		}
		s.opt.Stats.Requests.Add(1)
		body, err := request([]*Query{q}, first+int64(i))
		if err != nil {
			return err
		}
		if err := w.write(ctx, body); err != nil {
			s.lost(w, err)
			return err
		}
	}
	return nil
}

// unanswered returns the calls that have no answer, or one that asks for fewer.
func unanswered(queries []*Query, first int64, done map[int64]bool) (left []*Query) {
	for i, q := range queries {
		var refusal *RPCError
		if !done[first+int64(i)] || errors.As(q.Err, &refusal) && refusal.overrun() {
			left = append(left, q)
		}
	}
	return left
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
	carrier, err := connect(ctx, s.endpoint, s.url, s.opt.MaxBody)
	if err != nil {
		return nil, err
	}
	s.wire = newWire(carrier, s.opt.Stats, s.hint, s.endpoint.Hide)
	if s.wanted.Load() {
		subscribe := Query{Method: "eth_subscribe", Params: []any{"newHeads"}}
		body, err := request([]*Query{&subscribe}, s.number.Add(1))
		if err == nil {
			err = s.wire.write(ctx, body) // its answer is of no interest: hints are a help only
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
