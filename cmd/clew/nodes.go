package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clew"
	"clew/config"
	"clew/follow"
	"clew/ledger"
	"clew/node"
	"clew/op"
	"clew/remote"
)

// nodes opens the nodes that the user names.
type nodes struct {
	environment config.Environment
	ledgers     *ledgers
	clock       clock
	sealed      bool
}

// sealedCase says that a sealed case asks nobody outside.
func sealedCase(field string) error {
	return &clew.InputError{Field: field, Want: "a case that is not sealed: --sealed, or CLEW_SEALED in the environment, says that nobody outside is asked"}
}

// A clock tells the system's time, and waits.
type clock struct {
	now   func() time.Time
	sleep func(ctx context.Context, d time.Duration) error
}

func (c clock) Now() time.Time { return c.now() }

// jitter returns a number from 0 up to 1 that two programs hardly share.
func (c clock) jitter() float64 { return float64(c.now().Nanosecond()%1e6) / 1e6 }

func (c clock) Sleep(ctx context.Context, d time.Duration) error { return c.sleep(ctx, d) }

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Open readies nodes of a chain.
func (n nodes) Open(_ context.Context, chain clew.Chain, names []string, keeps op.NodeKeeps) (op.Node, error) {
	opt := n.options(chain, keeps)
	var endpoints []remote.Endpoint
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			if len(names) > 1 {
				return nil, &clew.InputError{Field: "source", Value: name, Want: "a folder of block files by itself, or nodes without one"}
			}
			return node.OpenFolder(chain, name, os.DirFS(name), opt) // a sealed case may: nobody is asked
		}
		if n.sealed {
			return nil, sealedCase("source")
		}
		e, err := n.environment.Endpoint(name, userFiles{})
		if err != nil {
			return nil, err
		}
		endpoints = append(endpoints, e)
	}
	return node.Open(chain, endpoints, opt)
}

// options are those of every source of a chain.
func (n nodes) options(chain clew.Chain, keeps op.NodeKeeps) node.Options {
	return node.Options{
		Remote:   remote.Options{Clock: n.clock, Jitter: n.clock.jitter},
		Internal: keeps.Internal,
		Held: func(ctx context.Context) (ledger.Snapshot, error) {
			keeper, err := n.ledgers.Open(ctx, chain, op.Making)
			if err != nil {
				return nil, err
			}
			return keeper.Snapshot(ctx)
		},
	}
}

// hostOf names the host of an endpoint that the user named.
func (n nodes) hostOf(name string) (string, error) {
	e, err := n.environment.Endpoint(name, userFiles{})
	return e.String(), err
}

// fetch asks an endpoint that the user named, once.
func (n nodes) fetch(ctx context.Context, name string, limit int64) (op.Fetched, error) {
	f, err := n.fetchBy(ctx, name, limit, 1)
	if err != nil {
		return f, err
	}
	e, err := n.environment.Endpoint(name, userFiles{})
	f.Body = e.Hide(f.Body) // errors quote what it answers
	return f, err
}

func (n nodes) fetchPublished(ctx context.Context, name string, limit int64) (op.Fetched, error) {
	return n.fetchBy(ctx, name, limit, maxHosts)
}

func (n nodes) fetchBy(ctx context.Context, name string, limit int64, most int) (op.Fetched, error) {
	if n.sealed {
		return op.Fetched{}, sealedCase("source")
	}
	e, err := n.environment.Endpoint(name, userFiles{})
	if err != nil {
		return op.Fetched{}, err
	}
	var hosts []string
	for {
		c, err := remote.NewClient(e, remote.Options{Clock: n.clock, Jitter: n.clock.jitter, MaxBody: limit})
		if err != nil {
			return op.Fetched{}, err
		}
		hosts = append(hosts, c.String())
		body, err := c.Get(ctx)
		err = errors.Join(err, c.Close())
		elsewhere := new(remote.Elsewhere)
		switch pointed := errors.As(err, &elsewhere); {
		case pointed && elsewhere.Fit(e) && len(hosts) < most:
			e = remote.Endpoint{URL: elsewhere.To.String()} // without what the first asked for
			continue
		case pointed && most == 1:
			err = fmt.Errorf("%w; it points to %s://%s", err, elsewhere.To.Scheme, elsewhere.To.Host)
		case pointed:
			err = fmt.Errorf("%w; %s://%s is followed by https alone, and %d times at most", err, elsewhere.To.Scheme, elsewhere.To.Host, maxHosts-1)
		}
		return op.Fetched{Host: strings.Join(slices.Compact(hosts), " and on to "), At: clew.TimeOf(n.clock.Now()), Body: body}, err
	}
}

// maxHosts bounds how often a document may be elsewhere. Publishers of official
// lists keep the files at hosts of others.
const maxHosts = 4

// AsideName returns the file in which a block that cannot be decoded is kept.
func (n nodes) AsideName(chain clew.Chain, b *follow.BadBlock) string {
	sum := sha256.Sum256(b.Raw)
	return filepath.Join(n.ledgers.dir, "aside", fmt.Sprintf("%s-%d-%s.raw", folderOf(chain), b.Ref.Height, hex.EncodeToString(sum[:4])))
}

// Aside keeps it there.
func (n nodes) Aside(chain clew.Chain, b *follow.BadBlock) error {
	name := n.AsideName(chain, b)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return writeFile(name, b.Raw, openMode)
}
