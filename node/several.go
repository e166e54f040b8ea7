package node

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"clew/remote"
)

// A several asks the first of several clients that answers, beginning with the
// one that answered last.
type several[C any] struct {
	names   []string
	clients []C
	remotes []*remote.Client

	mu   sync.Mutex
	best int
}

// add readies a client of an endpoint.
func (s *several[C]) add(e remote.Endpoint, opt remote.Options, make func(doer interface {
	Do(*http.Request) (*http.Response, error)
}) (C, error)) error {
	r, err := remote.NewClient(e, opt)
	if err != nil {
		return err
	}
	c, err := make(r)
	if err != nil {
		return errors.Join(err, r.Close())
	}
	s.names, s.clients, s.remotes = append(s.names, r.String()), append(s.clients, c), append(s.remotes, r)
	return nil
}

// ask calls question with one client, and with the next if that fails for a
// reason that another node may not have.
func (s *several[C]) ask(ctx context.Context, own func(error) bool, question func(C) error) error {
	s.mu.Lock()
	best := s.best
	s.mu.Unlock()
	var errs []error
	for n := range s.clients {
		i := (best + n) % len(s.clients)
		err := question(s.clients[i])
		if err == nil || ctx.Err() != nil || own(err) || errors.Is(err, remote.ErrBudget) {
			s.mu.Lock()
			s.best = i
			s.mu.Unlock()
			return err
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (s *several[C]) close() error {
	var errs []error
	for _, r := range s.remotes {
		errs = append(errs, r.Close())
	}
	return errors.Join(errs...)
}
