// Package remote speaks to the endpoints that the user configured, and to
// nothing else: nodes of chains, explorers, price sources.
//
// It carries requests and knows nothing of what they mean. Time limits, rates,
// budgets and retries are here; keys are sent to their own endpoint and appear
// in no error. It follows no redirection by itself.
package remote

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"clew"
)

// A Clock tells the time and waits, so that tests take none.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error // ends early with ctx's error
}

// An Endpoint is where something answers, and what it asks for to do so.
type Endpoint struct {
	URL     string            // http, https, ws or wss; or the path of a local socket. It may hold a key
	Headers map[string]string // sent with every request; they may be keys
	Query   url.Values        // parameters sent by [Client.Ask]; they may be keys
	User    string
	Secret  string // the user's password
}

// String returns the endpoint's host, or its socket's file name, without what
// may be a key.
func (e Endpoint) String() string {
	u, err := e.parse()
	if err != nil {
		return "an endpoint"
	}
	if u.Host != "" {
		return u.Host
	}
	return filepath.Base(u.Path)
}

// Schemes of endpoints.
const (
	schemeHTTP   = "http"
	schemeHTTPS  = "https"
	schemeWS     = "ws"
	schemeWSS    = "wss"
	schemeSocket = "ipc"
)

// parse reads the URL. The socket's path is that of a URL of scheme ipc. The
// URL is in no error: it may be a key.
func (e Endpoint) parse() (*url.URL, error) {
	if socket, ok := strings.CutPrefix(e.URL, "ipc:"); ok || filepath.IsAbs(e.URL) || strings.HasSuffix(e.URL, ".ipc") {
		if !ok {
			socket = e.URL
		}
		return &url.URL{Scheme: schemeSocket, Path: strings.TrimPrefix(socket, "//")}, nil
	}
	u, err := url.Parse(e.URL)
	switch {
	case err != nil || u.Host == "":
		return nil, badURL("a URL with a host, such as http://127.0.0.1:8545, or the path of a socket")
	case !slices.Contains([]string{schemeHTTP, schemeHTTPS, schemeWS, schemeWSS}, u.Scheme):
		return nil, badURL("a URL that begins with http, https, ws or wss")
	}
	return u, checkBare(u)
}

// parseHTTP reads a URL that is of HTTP, as parse does.
func (e Endpoint) parseHTTP() (*url.URL, error) {
	u, err := url.Parse(e.URL)
	if err != nil || u.Host == "" || u.Scheme != schemeHTTP && u.Scheme != schemeHTTPS {
		return nil, badURL("a URL that begins with https or http, such as https://example.org/")
	}
	return u, checkBare(u)
}

// checkBare refuses a URL with what belongs elsewhere, or is never sent.
func checkBare(u *url.URL) error {
	switch {
	case u.User != nil:
		return badURL("a URL without a name and a password in it: these belong on lines of their own in a file")
	case u.Fragment != "":
		return badURL("a URL without a fragment")
	}
	return nil
}

func badURL(want string) error { return &clew.InputError{Field: "endpoint", Want: want} }

// Options say how an endpoint is asked. The zero value of a field stands for
// its default.
type Options struct {
	Clock    Clock          // needed
	Jitter   func() float64 // from 0 up to 1, to spread attempts; nil: none
	Attempts int            // at one request; 0: 5
	Timeout  time.Duration  // of one attempt, its answer included; 0: 2 minutes
	Rate     float64        // requests a second; 0: no limit but the endpoint's own
	Parallel int            // requests at once, at most; 0: 16. It adapts to what the endpoint bears
	MaxBody  int64          // bytes of one answer; 0: 256 MiB
	Budget   *Budget        // of requests; nil: none

	// Again says whether an answer asks for another attempt although its status
	// does not, and for how long to wait at least; nil: none does.
	Again func(status int, body []byte) time.Duration

	Stats *Stats // counts what is done; nil: nobody does
}

func (o Options) withDefaults() Options {
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 0 }
	}
	if o.Stats == nil {
		o.Stats = new(Stats)
	}
	for field, fallback := range map[*int]int{&o.Attempts: 5, &o.Parallel: 16} {
		if *field <= 0 {
			*field = fallback
		}
	}
	if o.Timeout <= 0 {
		o.Timeout = 2 * time.Minute
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 256 << 20
	}
	return o
}

// ErrBudget is wrapped by the error of a request that the budget has no room
// for.
var ErrBudget = errors.New("the budget of calls is spent")

// A Budget bounds how many requests are sent, attempts counted one by one. It
// is safe for concurrent use.
type Budget struct{ left atomic.Int64 }

// NewBudget returns a budget of n requests.
func NewBudget(n int64) *Budget {
	b := new(Budget)
	b.left.Store(n)
	return b
}

// Left returns how many requests may still be sent.
func (b *Budget) Left() int64 { return max(0, b.left.Load()) }

func (b *Budget) take() error {
	if b != nil && b.left.Add(-1) < 0 {
		return ErrBudget
	}
	return nil
}

// Stats counts what was done. It is safe for concurrent use.
type Stats struct {
	Requests atomic.Int64 // sent, attempts counted one by one
	Retries  atomic.Int64
	Refused  atomic.Int64 // answers that asked for fewer requests
	Bytes    atomic.Int64 // of answers
}

// Bounds of waiting.
const (
	firstPause = 500 * time.Millisecond
	maxPause   = 30 * time.Second
	maxAsked   = 5 * time.Minute // that an endpoint may ask for
)

// pause returns how long to wait after so many failures.
func (o *Options) pause(failures int) time.Duration {
	d := min(firstPause<<min(failures-1, 10), maxPause)
	return d/2 + time.Duration(float64(d/2)*o.Jitter())
}
