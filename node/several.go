package node

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"clew"
	"clew/follow"
	"clew/remote"
)

// A several asks the first of several nodes that can answer, in the order in
// which the user named them. One that fails is left alone for a while, longer
// each time, and the next takes over. A node that was not found to follow the
// right chain is not asked for blocks.
type several[C any] struct {
	chain   clew.Chain
	clock   remote.Clock
	stats   *remote.Stats // of all nodes
	names   []string
	clients []C
	closers []func() error

	// check asks a node which chain it follows. It returns what is to be told of
	// the node, if anything is, and whether an error is that it is another one.
	check func(ctx context.Context, c C) (note string, other bool, err error)

	own   []error // kinds of errors that are of the chain: no other node is asked
	final []error // kinds that asking again does not mend

	accord *accord // holds them against each other; nil: nothing does

	mu     sync.Mutex // guards what follows
	ready  []bool
	notes  []string
	until  []time.Time // each is left alone
	fails  []int       // one after another
	errors []error     // of the last check
}

// Bounds of how long a node that fails is left alone.
const (
	firstRest = time.Second
	maxRest   = 5 * time.Minute
)

// agree lets the nodes be held against each other by the names of their blocks.
func (s *several[C]) agree(hash func(ctx context.Context, c C, height uint64) (clew.TxID, error)) {
	s.accord = &accord{names: s.names, hash: func(ctx context.Context, i int, height uint64) (clew.TxID, error) {
		return hash(ctx, s.clients[i], height)
	}}
}

// put adds a node.
func (s *several[C]) put(name string, c C, closer func() error) {
	s.names, s.clients, s.closers = append(s.names, name), append(s.clients, c), append(s.closers, closer)
	s.ready, s.notes = append(s.ready, false), append(s.notes, "")
	s.until, s.fails, s.errors = append(s.until, time.Time{}), append(s.fails, 0), append(s.errors, nil)
}

// add readies a client of an endpoint that is asked over HTTP.
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
	s.put(r.String(), c, r.Close)
	return nil
}

// find looks which nodes follow the right chain, of those of which it is not
// known yet or that were catching up. It fails if one follows another, or none
// answers.
func (s *several[C]) find(ctx context.Context) error {
	none := true
	for i, c := range s.clients {
		s.mu.Lock()
		known, rests := s.ready[i] && s.notes[i] == "", s.until[i].After(s.clock.Now())
		s.mu.Unlock()
		if known || rests && !s.alone(i) {
			none = none && !known
			continue
		}
		note, other, err := s.check(ctx, c)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case other:
			return &clew.InputError{Field: "source", Value: s.names[i], Want: "a node of " + s.chain.Name() + "; " + err.Error()}
		}
		s.judge(i, err)
		s.mu.Lock()
		if s.errors[i] = err; err == nil {
			s.notes[i] = note
		}
		s.ready[i] = s.ready[i] || err == nil
		none = none && !s.ready[i]
		s.mu.Unlock()
	}
	if !none {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all(s.errors)
}

// all joins the errors of all nodes. Asking again does not mend them if it mends
// none.
func (s *several[C]) all(errs []error) error {
	hopeless := true
	for _, err := range errs {
		hopeless = hopeless && isOf(err, s.final)
	}
	err := errors.Join(errs...)
	if hopeless {
		err = fmt.Errorf("%w: %w", follow.ErrFinal, err)
	}
	return err
}

func isOf(err error, kinds []error) bool {
	return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
}

// alone reports whether no other node than one is known to be right.
func (s *several[C]) alone(i int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, ready := range s.ready {
		if ready && k != i {
			return false
		}
	}
	return true
}

// Note says what is to be known of the nodes; "" if nothing is.
func (s *several[C]) Note() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var notes []string
	for i, note := range s.notes {
		if note != "" {
			notes = append(notes, s.names[i]+": "+note)
		}
	}
	return strings.Join(notes, "; ")
}

// Resent returns how many requests were sent to the nodes again.
func (s *several[C]) Resent() uint64 { return uint64(s.stats.Retries.Load()) }

// stillAt says of a node that is catching up how far it is.
func stillAt(height, highest uint64) string {
	return fmt.Sprintf("the node is still catching up with its chain: it is at block %d of %d", height, highest)
}

// lateAfter is how old the last block of Tron may be before it is told, in
// seconds: a hundred blocks, since nodes and clocks differ by a few.
const lateAfter = 300

// late says of a node of Tron that its last block is old, as far as the clock
// here is right. That is how java-tron's own eth_syncing tells how far the chain
// must be; beginSyncNum of wallet/getnodeinfo is no such thing, but the last block
// less those that could be taken back (Manager.getSyncBeginNumber).
func late(head clew.BlockRef, now time.Time) string {
	behind := now.Unix() - int64(head.Time)
	if !head.Time.Known() || behind < lateAfter {
		return ""
	}
	return fmt.Sprintf("the node is still catching up with its chain, or stands still: its last block, %d, is of %s, some %d blocks ago", head.Height, head.Time, behind/3)
}

// ask calls question with one node, and with the next if that fails for a reason
// that another node may not have. When all have failed it returns what each
// said.
func (s *several[C]) ask(ctx context.Context, question func(C) error) error {
	var errs []error
	for _, i := range s.order() {
		err := s.accord.vouch(ctx, i)
		if err == nil {
			err = question(s.clients[i])
		} else if errors.Is(err, follow.ErrFinal) {
			return err
		}
		switch {
		case errors.Is(err, remote.ErrBudget):
			return fmt.Errorf("%w: %w", follow.ErrFinal, err)
		case err == nil || ctx.Err() != nil || isOf(err, s.own):
			s.judge(i, nil)
			return err
		}
		s.judge(i, err)
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		return errors.New("no node was found to follow the chain yet")
	}
	return s.all(errs)
}

// order returns whom to ask: those not left alone first, each as preferred.
func (s *several[C]) order() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	var good, bad []int
	for i := range s.clients {
		switch {
		case !s.ready[i]:
		case s.until[i].After(now):
			bad = append(bad, i)
		default:
			good = append(good, i)
		}
	}
	return append(good, bad...)
}

// judge remembers whether a node failed.
func (s *several[C]) judge(i int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.fails[i], s.until[i] = 0, time.Time{}
		return
	}
	s.fails[i]++
	s.until[i] = s.clock.Now().Add(min(firstRest<<min(s.fails[i]-1, 10), maxRest))
}

// Names returns the nodes' hosts, as they may be printed.
func (s *several[C]) Names() []string { return s.names }

// Close ends all connections.
func (s *several[C]) Close() error {
	var errs []error
	for _, closer := range s.closers {
		errs = append(errs, closer())
	}
	return errors.Join(errs...)
}
