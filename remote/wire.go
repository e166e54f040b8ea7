package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// A carrier brings messages to and fro. One goroutine reads.
type carrier interface {
	read(ctx context.Context) ([]byte, error)
	write(ctx context.Context, message []byte) error
	close() error
}

// A wire is one connection while it lasts.
type wire struct {
	carrier carrier
	stats   *Stats
	hint    func()
	hide    func([]byte) []byte // takes keys out of what the endpoint says
	writing sync.Mutex
	stop    context.CancelFunc
	reading sync.WaitGroup

	mu      sync.Mutex
	pending map[int64]chan<- envelope
	dead    chan struct{} // closed when the connection is lost
	why     error         // set before
}

func newWire(c carrier, stats *Stats, hint func(), hide func([]byte) []byte) *wire {
	ctx, stop := context.WithCancel(context.Background()) // as long as the connection, which end ends
	w := &wire{carrier: c, stats: stats, hint: hint, hide: hide, stop: stop, pending: map[int64]chan<- envelope{}, dead: make(chan struct{})}
	w.reading.Go(func() { w.fail(w.listen(ctx)) })
	return w
}

func (w *wire) alive() bool {
	select {
	case <-w.dead:
		return false
	default:
		return true
	}
}

// expect returns a channel on which the answer to a call will come.
func (w *wire) expect(number int64) <-chan envelope {
	answer := make(chan envelope, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending[number] = answer
	return answer
}

// forget lets an answer that comes late go by.
func (w *wire) forget(number int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.pending, number)
}

func (w *wire) write(ctx context.Context, message []byte) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	return w.carrier.write(ctx, message)
}

// listen hands out what comes until the connection is lost.
func (w *wire) listen(ctx context.Context) error {
	for {
		message, err := w.carrier.read(ctx)
		if err != nil {
			return err
		}
		w.stats.Bytes.Add(int64(len(message)))
		list, _, err := envelopes(message, w.hide)
		if err != nil {
			return err
		}
		for _, e := range list {
			w.deliver(e)
		}
	}
}

// deliver gives an answer to who waits for it. A second one to the same call
// goes by.
func (w *wire) deliver(e envelope) {
	switch {
	case e.id < 0 && e.failed != nil:
		w.deliverAll(e)
		return
	case e.id < 0:
		if e.method == "eth_subscription" {
			w.hint()
		}
		return
	}
	w.mu.Lock()
	answer, expected := w.pending[e.id]
	delete(w.pending, e.id)
	w.mu.Unlock()
	if expected {
		answer <- e // it has room
	}
}

// deliverAll gives a failure without a number, which is of a call that the
// endpoint could not read, to every call that is open: which one is not said.
func (w *wire) deliverAll(e envelope) {
	w.mu.Lock()
	open := w.pending
	w.pending = map[int64]chan<- envelope{}
	w.mu.Unlock()
	for _, answer := range open {
		failed := *e.failed // each names its own method
		answer <- envelope{id: -1, failed: &failed}
	}
}

// fail marks the connection as lost.
func (w *wire) fail(why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.alive() {
		return
	}
	w.why = fmt.Errorf("the connection was lost: %w", why)
	close(w.dead)
}

// end closes the connection and waits until nothing reads it.
func (w *wire) end(why error) {
	w.fail(why)
	w.stop()
	_ = w.carrier.close() // it is lost
	w.reading.Wait()
}

// connect opens a connection to an endpoint.
func connect(ctx context.Context, e Endpoint, u *url.URL, opt *Options) (carrier, error) {
	limit := opt.MaxBody
	if u.Scheme == schemeSocket {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", u.Path)
		if err != nil {
			return nil, withoutPlace(err)
		}
		bounded := &boundedReader{r: conn, limit: limit, left: limit}
		return &socket{conn, bounded, json.NewDecoder(bounded)}, nil
	}
	header := http.Header{}
	for name, value := range e.Headers {
		header.Set(name, value)
	}
	if e.User != "" || e.Secret != "" {
		r := http.Request{Header: header}
		r.SetBasicAuth(e.User, e.Secret)
	}
	plain := &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return errElsewhere }}
	conn, response, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{HTTPClient: plain, HTTPHeader: header})
	if err != nil {
		return nil, notTaken(response, err, opt.Clock.Now())
	}
	conn.SetReadLimit(limit)
	return (*webSocket)(conn), nil
}

// A busyError says that an endpoint takes no connection for now.
type busyError struct {
	status int           // of HTTP
	after  time.Duration // for which it wants to be left alone; 0: it does not say
}

func (e *busyError) Error() string {
	return fmt.Sprintf("HTTP %d %s instead of a WebSocket", e.status, http.StatusText(e.status))
}

// notTaken says why an endpoint made no WebSocket of a request.
func notTaken(response *http.Response, err error, now time.Time) error {
	if response == nil || response.StatusCode == http.StatusSwitchingProtocols {
		return withoutPlace(err)
	}
	switch status := response.StatusCode; status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w (HTTP %d)", ErrRefused, status)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return &busyError{status, retryAfter(response.Header, now)}
	default:
		return fmt.Errorf("HTTP %d %s instead of a WebSocket", status, http.StatusText(status))
	}
}

// withoutPlace takes URLs and paths, which may be keys, out of an error.
func withoutPlace(err error) error {
	if whole := (*url.Error)(nil); errors.As(err, &whole) {
		return whole.Err
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return op.Err
	}
	return errors.New("no connection")
}

// A webSocket carries each message as one of its own.
type webSocket websocket.Conn

func (c *webSocket) read(ctx context.Context) ([]byte, error) {
	_, message, err := (*websocket.Conn)(c).Read(ctx)
	return message, err
}

func (c *webSocket) write(ctx context.Context, message []byte) error {
	return (*websocket.Conn)(c).Write(ctx, websocket.MessageText, message)
}

func (c *webSocket) close() error { return (*websocket.Conn)(c).CloseNow() }

// A socket carries JSON values one after another.
type socket struct {
	conn    net.Conn
	bounded *boundedReader
	values  *json.Decoder
}

func (c *socket) read(context.Context) ([]byte, error) { // ended by close
	c.bounded.left = c.bounded.limit
	var message json.RawMessage
	err := c.values.Decode(&message)
	return message, err
}

func (c *socket) write(ctx context.Context, message []byte) error {
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.conn.SetWriteDeadline(deadline); err != nil {
			return err
		}
	} else if err := c.conn.SetWriteDeadline(time.Time{}); err != nil {
		return err
	}
	_, err := c.conn.Write(append(message, '\n'))
	return err
}

func (c *socket) close() error { return c.conn.Close() }

// A boundedReader ends a message that is longer than allowed.
type boundedReader struct {
	r           io.Reader
	limit, left int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
