package mcp

import (
	"context"
	"sync"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"clew/op"
	"clew/report"
)

// progressEvery is how often a client hears how far a call is; the first time is
// after one such interval, so that quick calls tell nothing.
const progressEvery = 2 * time.Second

// A progress tells a client that asked for it how far its call is. It may be told
// from several goroutines.
type progress struct {
	ctx     context.Context
	session *sdk.ServerSession
	token   any
	now     func() time.Time

	mu   sync.Mutex
	next time.Time // nothing is told before
	told int
}

// progressOf returns what tells the client of a call; nil: it did not ask.
func (c *caller) progressOf(ctx context.Context, req *sdk.CallToolRequest) func(op.Progress) {
	token := req.Params.GetProgressToken()
	if token == nil || c.Now == nil {
		return nil
	}
	p := &progress{ctx: ctx, session: req.Session, token: token, now: c.Now, next: c.Now().Add(progressEvery)}
	return p.tell
}

// tell passes on how far it is, in words; the number counts how often it was told,
// for it must rise, and what an operation counts begins anew with each of its steps.
func (p *progress) tell(at op.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if now.Before(p.next) {
		return
	}
	p.told++
	p.next = now.Add(progressEvery)
	words := report.CleanUpTo(report.Bar(at.Doing, at.Done, at.Total, at.Unit, 0), maxString)
	// Whoever is gone misses it, and the call finds out by itself.
	_ = p.session.NotifyProgress(p.ctx, &sdk.ProgressNotificationParams{ProgressToken: p.token, Progress: float64(p.told), Message: words})
}
