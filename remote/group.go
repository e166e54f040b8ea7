package remote

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
)

// A Group asks the first of several endpoints that answers. One that fails is
// left alone for a while, longer each time, and the next takes over.
type Group struct {
	clock   Clock
	callers []Caller

	mu    sync.Mutex
	until []time.Time // each is left alone
	fails []int       // one after another
}

// NewGroup returns a group of callers, in order of preference. It closes them.
func NewGroup(clock Clock, callers ...Caller) *Group {
	return &Group{clock: clock, callers: callers, until: make([]time.Time, len(callers)), fails: make([]int, len(callers))}
}

// String names all endpoints.
func (g *Group) String() string { return strings.Join(g.Names(), ", ") }

// Names returns the endpoints' names.
func (g *Group) Names() []string {
	names := make([]string, len(g.callers))
	for i, c := range g.callers {
		names[i] = c.String()
	}
	return names
}

// Callers returns the endpoints, so that they can be held against each other.
func (g *Group) Callers() []Caller { return g.callers }

// Close closes all.
func (g *Group) Close() error {
	var errs []error
	for _, c := range g.callers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// Batch asks one endpoint, and the next if it fails as a whole. When all have
// failed it returns what each said.
func (g *Group) Batch(ctx context.Context, queries []Query) error {
	var errs []error
	for _, i := range g.order() {
		err := g.callers[i].Batch(ctx, queries)
		if err == nil || ctx.Err() != nil || errors.Is(err, ErrBudget) {
			g.judge(i, nil)
			return err
		}
		g.judge(i, err)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// order returns whom to ask: those not left alone first, each as preferred.
func (g *Group) order() []int {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	var good, bad []int
	for i := range g.callers {
		if g.until[i].After(now) {
			bad = append(bad, i)
		} else {
			good = append(good, i)
		}
	}
	return append(good, bad...)
}

// judge remembers whether an endpoint failed.
func (g *Group) judge(i int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err == nil {
		g.fails[i], g.until[i] = 0, time.Time{}
		return
	}
	g.fails[i]++
	g.until[i] = g.clock.Now().Add(min(firstPause<<min(g.fails[i], 10), 5*time.Minute))
}
