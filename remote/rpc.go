package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// A Caller carries out calls of JSON-RPC. An error of Batch concerns all of
// them; the others stand in the queries. It is safe for concurrent use.
type Caller interface {
	Batch(ctx context.Context, queries []Query) error
	String() string // the endpoint, without what may be a key
	Close() error
}

// maxBatch is how many calls go into one request at first. It is halved when
// an endpoint refuses a request for its size.
const maxBatch = 100

// rpc carries out calls over HTTP.
type rpc struct {
	client *Client
	batch  atomic.Int64 // calls in one request
	number atomic.Int64 // of the last call
}

// Dial returns a caller of an endpoint. Nothing is sent yet.
func Dial(e Endpoint, opt Options) (Caller, error) {
	u, err := e.parse()
	if err != nil {
		return nil, err
	}
	if u.Scheme != schemeHTTP && u.Scheme != schemeHTTPS {
		return newStream(e, u, opt.withDefaults()), nil
	}
	client, err := NewClient(e, opt)
	if err != nil {
		return nil, err
	}
	r := &rpc{client: client}
	r.batch.Store(maxBatch)
	return r, nil
}

func (r *rpc) String() string { return r.client.String() }
func (r *rpc) Close() error   { return r.client.Close() }

// Batch sends the calls in as few requests as the endpoint takes.
func (r *rpc) Batch(ctx context.Context, queries []Query) error {
	open := make([]*Query, len(queries))
	for i := range queries {
		open[i] = &queries[i]
	}
	for failures := 0; len(open) > 0; {
		n := min(len(open), int(r.batch.Load()))
		err := r.send(ctx, open[:n])
		var again *againError
		switch {
		case errors.As(err, &again) && n > 1 && again.smaller:
			r.shrink(int64(n / 2))
		case errors.As(err, &again) && failures+1 < r.client.opt.Attempts && !again.smaller:
			failures++
			r.client.opt.Stats.Retries.Add(1)
			if err := r.client.opt.Clock.Sleep(ctx, r.client.opt.pause(failures)); err != nil {
				return err
			}
		case errors.As(err, &again):
			return fmt.Errorf("%s: %w", r, again.err)
		case err != nil:
			return fmt.Errorf("%s: %w", r, err)
		default:
			open, failures = open[n:], 0
		}
	}
	return nil
}

// shrink lowers how many calls go into one request.
func (r *rpc) shrink(to int64) {
	for have := r.batch.Load(); have > to; have = r.batch.Load() {
		r.batch.CompareAndSwap(have, to)
	}
}

// An againError says that a request may be carried out when it is sent again,
// in smaller parts or later.
type againError struct {
	err     error
	smaller bool
}

func (e *againError) Error() string { return e.err.Error() }
func (e *againError) Unwrap() error { return e.err }

// send sends calls in one request.
func (r *rpc) send(ctx context.Context, queries []*Query) error {
	first := r.number.Add(int64(len(queries))) - int64(len(queries)) + 1
	body, err := request(queries, first)
	if err != nil {
		return err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, r.client.url.String(), bytes.NewReader(body))
	if err != nil {
		return errors.New("the URL makes no request")
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Accept", "application/json")
	var judged *http.Response
	var outcome error
	response, err := r.client.do(q, func(response *http.Response) time.Duration {
		judged, outcome = response, r.answered(queries, first, response)
		if isOverrun(outcome) {
			return 1
		}
		return 0
	})
	switch {
	case errors.Is(err, errTooLong):
		return &againError{err, true}
	case err != nil:
		return err
	case response == judged:
		return outcome
	}
	return r.answered(queries, first, response)
}

func (r *rpc) answered(queries []*Query, first int64, response *http.Response) error {
	answer, err := io.ReadAll(response.Body) // it is in memory
	if err != nil {
		return err
	}
	return r.read(queries, first, response.StatusCode, answer)
}

// read takes an answer apart. What it puts into queries is worth nothing if it
// fails.
func (r *rpc) read(queries []*Query, first int64, status int, answer []byte) error {
	list, batch, err := envelopes(answer, r.client.endpoint.Hide)
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fmt.Errorf("%w (HTTP %d)", ErrRefused, status)
	case err != nil && len(queries) > 1 && (status == http.StatusRequestEntityTooLarge || status == http.StatusBadRequest):
		return &againError{fmt.Errorf("HTTP %d %s", status, http.StatusText(status)), true}
	case err != nil && status != http.StatusOK:
		return fmt.Errorf("HTTP %d %s", status, http.StatusText(status))
	case err != nil:
		return &againError{err, false}
	}
	for i := range list {
		switch failed := list[i].failed; {
		case failed == nil:
		case failed.overrun():
			return failed // the client has asked again
		case len(queries) > 1 && (!batch || failed.tooMuch()):
			return &againError{failed, true}
		}
	}
	if batch != (len(queries) > 1) {
		return &againError{errors.New("one answer to several calls, or several to one"), len(queries) > 1}
	}
	return settle(queries, first, list)
}

// ErrRefused is wrapped where an endpoint does not take the key or the name and
// password that it is given, or wants some.
var ErrRefused = errors.New("it refuses access: a key, or a name and a password, are wanted or wrong")
