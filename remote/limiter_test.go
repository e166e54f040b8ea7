package remote

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// limiterOf returns what bounds the calls of a caller.
func limiterOf(t *testing.T, c Caller) *limiter {
	t.Helper()
	switch c := c.(type) {
	case *rpc:
		return c.client.limiter
	case *stream:
		return c.limiter
	}
	t.Fatalf("%T", c)
	return nil
}

// everyTransport starts one server of each kind, of which reply makes the
// answers, and returns their URLs.
func everyTransport(t *testing.T, reply func([]byte) any) map[string]string {
	urls := wires(t, 1<<30, reply)
	s, _ := node(t, func(_ int64, w http.ResponseWriter, _ *http.Request, body []byte) bool {
		_ = json.NewEncoder(w).Encode(reply(body))
		return true
	})
	urls["HTTP"] = s.URL
	return urls
}

// TestRateOnEveryTransport spaces calls, whatever carries them.
func TestRateOnEveryTransport(t *testing.T) {
	for name, url := range everyTransport(t, answerTo) {
		clock := newStill()
		begun := clock.Now()
		c, err := Dial(Endpoint{URL: url}, Options{Clock: clock, Rate: 2})
		if err != nil {
			t.Fatal(err)
		}
		for range 11 {
			if err := ask(t, c, 1); err != nil {
				t.Fatal(name, err)
			}
		}
		if took := clock.Now().Sub(begun); took != 5*time.Second {
			t.Errorf("%s: 11 calls at 2 a second took %v", name, took)
		}
		if limit := limiterOf(t, c).limit; limit < 6 {
			t.Errorf("%s: %v at once after 11 answers", name, limit)
		}
		_ = c.Close()
	}
}

// TestOverrunOnEveryTransport has an endpoint answer some calls by asking for
// fewer, in several words, and wants fewer at once, pauses, and all answers.
func TestOverrunOnEveryTransport(t *testing.T) {
	for words, failed := range map[string]map[string]any{
		"a code":  {"code": -32005, "message": "no"},
		"a word":  {"code": -32000, "message": "50/second request limit reached"},
		"a name":  {"code": 429, "message": "slow down"},
		"a quota": {"code": -32005, "message": "daily request count exceeded, request rate limited"},
	} {
		var calls atomic.Int64
		reply := func(body []byte) any {
			if n := calls.Add(1); n == 3 || n == 4 {
				var call struct{ ID int64 }
				_ = json.Unmarshal(body, &call)
				return map[string]any{"jsonrpc": "2.0", "id": call.ID, "error": failed}
			}
			return answerTo(body)
		}
		for name, url := range everyTransport(t, reply) {
			calls.Store(0)
			stats, clock := new(Stats), newStill()
			c, err := Dial(Endpoint{URL: url}, Options{Clock: clock, Stats: stats})
			if err != nil {
				t.Fatal(err)
			}
			for range 4 {
				if err := ask(t, c, 1); err != nil {
					t.Fatal(words, name, err)
				}
			}
			if got := stats.Refused.Load(); got != 2 || stats.Requests.Load() != 6 || len(clock.slept) != 2 {
				t.Errorf("%s, %s: %d answers asked for fewer, %d requests, slept %v", words, name, got, stats.Requests.Load(), clock.slept)
			}
			if limit := limiterOf(t, c).limit; limit > 3 {
				t.Errorf("%s, %s: %v at once after two signs of being overrun", words, name, limit)
			}
			_ = c.Close()
		}
	}
}

// TestOverrunForEver gives the endpoint's words after as many attempts as are
// allowed.
func TestOverrunForEver(t *testing.T) {
	reply := func(body []byte) any {
		var call struct{ ID int64 }
		_ = json.Unmarshal(body, &call)
		return map[string]any{"jsonrpc": "2.0", "id": call.ID, "error": map[string]any{"code": -32005, "message": "too many requests"}}
	}
	for name, url := range everyTransport(t, reply) {
		stats := new(Stats)
		c, err := Dial(Endpoint{URL: url}, Options{Clock: newStill(), Stats: stats, Attempts: 3})
		if err != nil {
			t.Fatal(err)
		}
		queries := []Query{{Method: "m"}}
		err = errors.Join(c.Batch(bg, queries), queries[0].Err)
		if !isOverrun(err) || stats.Requests.Load() != 3 {
			t.Errorf("%s: %v after %d requests", name, err, stats.Requests.Load())
		}
		_ = c.Close()
	}
}

// TestTooMuchIsNotOverrun tells calls that ask for too much from too many calls.
func TestTooMuchIsNotOverrun(t *testing.T) {
	for message, want := range map[string]bool{
		"query returned more than 10000 results": false, "block range too large": false, "response size exceeded, try again later": false,
		"Limit exceeded": true, "": true,
	} {
		if got := (&RPCError{Code: limitExceeded, Message: message}).overrun(); got != want {
			t.Errorf("%q: %v", message, got)
		}
	}
	if (&RPCError{Code: -32000, Message: "execution reverted"}).overrun() {
		t.Error("a call that fails")
	}
}

// TestHandshakeRefused waits as long as an endpoint that makes no WebSocket yet
// asks for, and begins with fewer calls.
func TestHandshakeRefused(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := asked.Add(1); n <= 2 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader([]int{0, http.StatusTooManyRequests, http.StatusServiceUnavailable}[n])
			return
		}
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		serveWire(func() ([]byte, error) { _, m, err := c.Read(bg); return m, err },
			func(m []byte) error { return c.Write(bg, websocket.MessageText, m) }, 1<<30, answerTo)
	}))
	t.Cleanup(s.Close)
	clock, stats := newStill(), new(Stats)
	c := dial(t, "ws"+strings.TrimPrefix(s.URL, "http"), Options{Clock: clock, Stats: stats})
	if err := ask(t, c, 1); err != nil {
		t.Fatal(err)
	}
	if len(clock.slept) != 2 || clock.slept[0] != 7*time.Second || clock.slept[1] != 7*time.Second {
		t.Errorf("slept %v", clock.slept)
	}
	if limit := limiterOf(t, c).limit; stats.Refused.Load() != 2 || limit > 2 {
		t.Errorf("%d refusals; %v at once", stats.Refused.Load(), limit)
	}
}

// TestClosedForLoad counts a WebSocket that is closed with "try again later" as
// a sign of being overrun, and any other end of it as none.
func TestClosedForLoad(t *testing.T) {
	for code, want := range map[websocket.StatusCode]float64{websocket.StatusTryAgainLater: 2.5, websocket.StatusGoingAway: 4.25} {
		var asked atomic.Int64
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			defer c.CloseNow()
			if asked.Add(1) == 1 {
				if _, _, err := c.Read(bg); err == nil {
					_ = c.Close(code, "")
				}
				return
			}
			serveWire(func() ([]byte, error) { _, m, err := c.Read(bg); return m, err },
				func(m []byte) error { return c.Write(bg, websocket.MessageText, m) }, 1<<30, answerTo)
		}))
		t.Cleanup(s.Close)
		c := dial(t, "ws"+strings.TrimPrefix(s.URL, "http"), Options{})
		if err := ask(t, c, 1); err != nil {
			t.Fatal(err)
		}
		if limit := limiterOf(t, c).limit; limit != want {
			t.Errorf("closed with %d: %v at once, want %v", code, limit, want)
		}
	}
}

// A mute carrier takes calls, and answers none before it is released.
type mute struct {
	wrote    atomic.Int64
	messages chan []byte
	released chan struct{}
	end      chan struct{}
}

func (m *mute) write(_ context.Context, message []byte) error {
	m.wrote.Add(1)
	m.messages <- message
	return nil
}

func (m *mute) read(context.Context) ([]byte, error) {
	<-m.released
	select {
	case message := <-m.messages:
		return json.Marshal(answerTo(message))
	case <-m.end:
		return nil, errClosed
	}
}

func (m *mute) close() error {
	close(m.end)
	return nil
}

// TestStreamsAreBounded sends no more calls at once than the limiter lets go.
func TestStreamsAreBounded(t *testing.T) {
	m := &mute{messages: make(chan []byte, 64), released: make(chan struct{}), end: make(chan struct{})}
	c, err := Dial(Endpoint{URL: "ws://127.0.0.1:1"}, Options{Clock: newStill(), Parallel: 3})
	if err != nil {
		t.Fatal(err)
	}
	s := c.(*stream)
	s.wire = newWire(m, s.opt.Stats, s.hint, s.endpoint.Hide)
	result := make(chan error, 1)
	go func() { result <- ask(t, c, 20) }()
	for waiting := 0; waiting < 20 && m.wrote.Load() <= 3; runtime.Gosched() { // until each of them has come to the limiter
		s.limiter.mu.Lock()
		waiting = s.limiter.active + len(s.limiter.waiting)
		s.limiter.mu.Unlock()
	}
	if n := m.wrote.Load(); n > 3 {
		t.Errorf("%d calls were sent at once, of 3", n)
	}
	close(m.released)
	if err := <-result; err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
