package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"clew"
)

var bg = context.Background()

// still is a clock that does not wait, and remembers for how long it was to.
type still struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func (c *still) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *still) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

func newStill() *still { return &still{now: time.Unix(1_700_000_000, 0)} }

const secret = "s3cr3t"

// silent fails if an error says what may be a key.
func silent(t *testing.T, err error) {
	t.Helper()
	if err != nil && strings.Contains(err.Error(), secret) {
		t.Errorf("an error names a key: %v", err)
	}
}

// answerTo answers calls as a node would: with the method's name and the first
// parameter.
func answerTo(body []byte) any {
	type call struct {
		ID     int64
		Method string
		Params []any
	}
	one := func(c call) map[string]any {
		if c.Method == "fail" {
			return map[string]any{"jsonrpc": "2.0", "id": c.ID, "error": map[string]any{"code": -32000, "message": "no such\x1b[31m thing"}}
		}
		return map[string]any{"jsonrpc": "2.0", "id": c.ID, "result": fmt.Sprint(c.Method, c.Params)}
	}
	var list []call
	if json.Unmarshal(body, &list) == nil {
		var answers []any
		for i := range list {
			answers = append(answers, one(list[len(list)-1-i])) // in another order
		}
		return answers
	}
	var c call
	_ = json.Unmarshal(body, &c)
	return one(c)
}

// node is a server whose handler may first do something else for a request.
func node(t *testing.T, odd func(n int64, w http.ResponseWriter, r *http.Request, body []byte) bool) (*httptest.Server, *atomic.Int64) {
	var requests atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if n := requests.Add(1); odd != nil && odd(n, w, r, body) {
			return
		}
		_ = json.NewEncoder(w).Encode(answerTo(body))
	}))
	t.Cleanup(s.Close)
	return s, &requests
}

func dial(t *testing.T, url string, opt Options) Caller {
	t.Helper()
	if opt.Clock == nil {
		opt.Clock = newStill()
	}
	c, err := Dial(Endpoint{URL: url + "/" + secret, Headers: map[string]string{"X-Key": secret}}, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ask makes n calls, one of which fails by itself, and checks the answers.
func ask(t *testing.T, c Caller, n int) error {
	t.Helper()
	queries := make([]Query, n)
	for i := range queries {
		queries[i] = Query{Method: "m", Params: []any{i}}
	}
	queries[n-1].Method = "fail"
	if err := c.Batch(bg, queries); err != nil {
		silent(t, err)
		return err
	}
	for i, q := range queries[:n-1] {
		if want := fmt.Sprintf(`"m[%d]"`, i); string(q.Result) != want || q.Err != nil {
			t.Fatalf("call %d: %s, %v; want %s", i, q.Result, q.Err, want)
		}
	}
	var refusal *RPCError
	if err := queries[n-1].Err; !errors.As(err, &refusal) || refusal.Code != -32000 || refusal.Method != "fail" || strings.Contains(err.Error(), "\x1b") {
		t.Fatalf("the one that fails: %q", err)
	}
	return nil
}

func TestBatches(t *testing.T) {
	s, requests := node(t, nil)
	for _, n := range []int{1, 2, 100, 250} {
		if err := ask(t, dial(t, s.URL, Options{}), n); err != nil {
			t.Fatal(err)
		}
	}
	if got := requests.Load(); got != 6 {
		t.Errorf("%d requests", got)
	}
}

// TestFaultsThatPass has one thing go wrong with the first request, and wants
// the calls carried out all the same.
func TestFaultsThatPass(t *testing.T) {
	code := func(status int, header, value string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set(header, value)
			w.WriteHeader(status)
		}
	}
	text := func(s string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { _, _ = io.WriteString(w, s) }
	}
	for name, c := range map[string]struct {
		odd   func(http.ResponseWriter)
		least time.Duration // slept
	}{
		"too many requests":              {code(429, "X", ""), 100 * time.Millisecond},
		"too many requests, for seconds": {code(429, "Retry-After", "7"), 7 * time.Second},
		"unavailable, until a date":      {code(503, "Retry-After", time.Unix(1_700_000_090, 0).UTC().Format(http.TimeFormat)), 89 * time.Second},
		"unavailable, for ever":          {code(503, "Retry-After", "99999999"), 5 * time.Minute},
		"bad gateway":                    {code(502, "X", ""), 100 * time.Millisecond},
		"half an answer":                 {func(w http.ResponseWriter) { w.Header().Set("Content-Length", "500"); _, _ = io.WriteString(w, "[{") }, 100 * time.Millisecond},
		"cut JSON":                       {text(`[{"id":1,"resu`), 100 * time.Millisecond},
		"the connection is lost":         {func(w http.ResponseWriter) { conn, _, _ := w.(http.Hijacker).Hijack(); conn.Close() }, 100 * time.Millisecond},
		"a rate limit in words":          {text(`{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"rate limit exceeded"}}`), 0},
		"batches are refused":            {text(`{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch calls are not supported"}}`), 0},
		"the batch is too large":         {code(413, "X", ""), 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, requests := node(t, func(n int64, w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if r.Header.Get("X-Key") != secret {
					t.Error("the key was not sent")
				}
				if n == 1 {
					c.odd(w)
				}
				return n == 1
			})
			clock := newStill()
			if err := ask(t, dial(t, s.URL, Options{Clock: clock, Parallel: 1}), 4); err != nil {
				t.Fatal(err)
			}
			var slept time.Duration
			for _, d := range clock.slept {
				slept += d
			}
			if requests.Load() < 2 || slept < c.least || slept > c.least+time.Minute {
				t.Errorf("%d requests, slept %v, want %v", requests.Load(), clock.slept, c.least)
			}
		})
	}
}

// TestFaultsThatStay wants a clear error, a bounded number of requests, and
// nothing sent to anybody else.
func TestFaultsThatStay(t *testing.T) {
	elsewhere, asked := node(t, nil)
	reply := func(text string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { _, _ = io.WriteString(w, text) }
	}
	for name, c := range map[string]struct {
		odd  func(http.ResponseWriter)
		want string
		most int64
	}{
		"a redirection":           {func(w http.ResponseWriter) { w.Header().Set("Location", elsewhere.URL); w.WriteHeader(307) }, "elsewhere", 1},
		"access refused":          {func(w http.ResponseWriter) { w.WriteHeader(401) }, "refuses access", 1},
		"never available":         {func(w http.ResponseWriter) { w.WriteHeader(503) }, "HTTP 503", 5},
		"an answer without end":   {func(w http.ResponseWriter) { _, _ = w.Write(make([]byte, 1<<16)) }, "longer than allowed", 3},
		"another call's answer":   {reply(`[{"id":900,"result":1},{"id":901,"result":1}]`), "was not made", 1},
		"two answers to one call": {reply(`[{"id":1,"result":1},{"id":1,"result":1}]`), "two answers", 1},
		"a page of HTML":          {reply("<html>"), "not an answer of JSON-RPC", 5},
		"deep brackets":           {reply(`[{"id":1,"result":` + strings.Repeat("[", 5000)), "in each other", 5},
	} {
		t.Run(name, func(t *testing.T) {
			s, requests := node(t, func(_ int64, w http.ResponseWriter, _ *http.Request, _ []byte) bool { c.odd(w); return true })
			err := ask(t, dial(t, s.URL, Options{MaxBody: 1 << 15}), 2)
			if err == nil || !strings.Contains(err.Error(), c.want) || requests.Load() > c.most || strings.Count(err.Error(), "127.0.0.1") != 1 {
				t.Errorf("%v after %d requests; want %q after at most %d", err, requests.Load(), c.want, c.most)
			}
		})
	}
	if asked.Load() > 0 {
		t.Error("another host was asked")
	}
}

// TestRefusalsWithoutANumber wants the endpoint's words where it did not read which
// call it refuses (JSON-RPC 2.0, section 5: its id is null then).
func TestRefusalsWithoutANumber(t *testing.T) {
	for _, status := range []int{200, 400} {
		s, _ := node(t, func(_ int64, w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no such project"}}`)
			return true
		})
		queries := make([]Query, 2)
		err := dial(t, s.URL, Options{}).Batch(bg, queries)
		for i := range queries {
			var said *RPCError
			if err != nil || !errors.As(queries[i].Err, &said) || said.Message != "no such project" {
				t.Errorf("HTTP %d, call %d: %v, %v; want the endpoint's words", status, i, err, queries[i].Err)
			}
		}
	}
}

func TestAnswersMissingOrTooLong(t *testing.T) {
	s, _ := node(t, func(_ int64, w http.ResponseWriter, _ *http.Request, _ []byte) bool {
		_, _ = io.WriteString(w, `[{"id":1,"result":"0123456789"},{"id":3}]`)
		return true
	})
	queries := []Query{{Method: "long", Limit: 5}, {Method: "none"}, {Method: "empty"}}
	if err := dial(t, s.URL, Options{}).Batch(bg, queries); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"longer than allowed", "no answer", "without a result"} {
		if queries[i].Err == nil || !strings.Contains(queries[i].Err.Error(), want) || queries[i].Result != nil {
			t.Errorf("%s: %v", queries[i].Method, queries[i].Err)
		}
	}
}

func TestBudget(t *testing.T) {
	s, requests := node(t, func(_ int64, w http.ResponseWriter, _ *http.Request, _ []byte) bool { w.WriteHeader(502); return true })
	budget := NewBudget(3)
	if err := ask(t, dial(t, s.URL, Options{Budget: budget}), 2); !errors.Is(err, ErrBudget) {
		t.Errorf("%v", err)
	}
	if requests.Load() != 3 || budget.Left() != 0 {
		t.Errorf("%d requests, %d left", requests.Load(), budget.Left())
	}
}

func TestRate(t *testing.T) {
	s, _ := node(t, nil)
	clock := newStill()
	begun := clock.Now()
	c := dial(t, s.URL, Options{Clock: clock, Rate: 2})
	for range 11 {
		if err := ask(t, c, 1); err != nil {
			t.Fatal(err)
		}
	}
	if took := clock.Now().Sub(begun); took != 5*time.Second {
		t.Errorf("11 requests at 2 a second took %v", took)
	}
}

// TestParallelAdapts holds the bound of requests under way against what the
// endpoint says.
func TestParallelAdapts(t *testing.T) {
	l := newLimiter(newStill(), 16, 0)
	for range 200 {
		cut, err := l.begin(bg)
		if err != nil {
			t.Fatal(err)
		}
		l.end(cut, fine)
	}
	if l.limit != 16 {
		t.Errorf("after 200 answers: %v", l.limit)
	}
	var cuts []uint64
	for range 16 {
		cut, _ := l.begin(bg)
		cuts = append(cuts, cut)
	}
	ctx, stop := context.WithCancel(bg)
	stop()
	if _, err := l.begin(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a 17th: %v", err)
	}
	for _, cut := range cuts {
		l.end(cut, overrun) // one burst halves once
	}
	if l.limit != 8 || l.active != 0 {
		t.Errorf("after a burst that was refused: %v, %d under way", l.limit, l.active)
	}
}

// TestGivenUpTurnsAreFree: who gives up before its turn is used holds none. The
// turns of requests that a reorganisation made needless were lost, one by one,
// until nothing more was asked.
func TestGivenUpTurnsAreFree(t *testing.T) {
	ctx, stop := context.WithCancel(bg)
	stop()
	for _, rate := range []float64{0, 2} {
		l := newLimiter(newStill(), 16, rate)
		for range 5 {
			if _, err := l.begin(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("rate %v: %v", rate, err)
			}
		}
		if l.active != 0 {
			t.Errorf("rate %v: %d under way, of none", rate, l.active)
		}
	}
}

func TestOnlyItsEndpoint(t *testing.T) {
	s, requests := node(t, nil)
	other, asked := node(t, nil)
	c, err := NewClient(Endpoint{URL: s.URL}, Options{Clock: newStill()})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := http.NewRequest(http.MethodGet, other.URL, nil)
	if _, err := c.Do(r); err == nil || requests.Load()+asked.Load() > 0 {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "127.0.0.1:8545", "ftp://a", "http://u:" + secret + "@a", "http://", "http://a/#" + secret, "http://%zz" + secret} {
		_, err := Dial(Endpoint{URL: bad}, Options{Clock: newStill()})
		var input *clew.InputError
		if silent(t, err); !errors.As(err, &input) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for url, want := range map[string]string{"https://a.b/" + secret: "a.b", "/run/x/geth.ipc": "geth.ipc", "ipc:///x/y.sock": "y.sock", "geth.ipc": "geth.ipc", "wss://c:1/?k=" + secret: "c:1"} {
		if got := (Endpoint{URL: url}).String(); got != want {
			t.Errorf("%s is called %s", url, got)
		}
	}
}

// TestClientURLs wants whoever needs a server of HTTP told of HTTP alone.
func TestClientURLs(t *testing.T) {
	for _, bad := range []string{"", "x", "/tmp/x.ipc", "ipc:/tmp/x", "ws://a/" + secret, "ftp://a/" + secret, "https://", "https://[" + secret, "https://u:" + secret + "@a/", "http://a/#" + secret} {
		_, err := NewClient(Endpoint{URL: bad}, Options{Clock: newStill()})
		var input *clew.InputError
		if silent(t, err); !errors.As(err, &input) || strings.Contains(err.Error(), "socket") || strings.Contains(err.Error(), "ws") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// serveWire answers on a connection by reply, and loses the connection after so
// many answers.
func serveWire(read func() ([]byte, error), write func([]byte) error, answers int, reply func([]byte) any) {
	for range answers {
		message, err := read()
		if err != nil {
			return
		}
		text, _ := json.Marshal(reply(message))
		if strings.Contains(string(message), "eth_subscribe") {
			text = append(text, "\n{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"result\":{}}}"...)
		}
		for part := range strings.SplitSeq(string(text), "\n") {
			if write([]byte(part)) != nil {
				return
			}
		}
	}
}

// wires starts servers of both kinds that lose the connection after so many
// answers, and returns their URLs.
func wires(t *testing.T, answers int, reply func([]byte) any) map[string]string {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		serveWire(func() ([]byte, error) { _, m, err := c.Read(bg); return m, err },
			func(m []byte) error { return c.Write(bg, websocket.MessageText, m) }, answers, reply)
	}))
	t.Cleanup(web.Close)
	path := filepath.Join(t.TempDir(), secret+".ipc")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				values := json.NewDecoder(c)
				serveWire(func() ([]byte, error) { var m json.RawMessage; err := values.Decode(&m); return m, err },
					func(m []byte) error { _, err := c.Write(m); return err }, answers, reply)
			}()
		}
	}()
	return map[string]string{"WebSocket": "ws" + strings.TrimPrefix(web.URL, "http") + "/" + secret, "socket": path}
}

func TestWires(t *testing.T) {
	for name, url := range wires(t, 1<<30, answerTo) {
		c, err := Dial(Endpoint{URL: url}, Options{Clock: newStill()})
		if err != nil {
			t.Fatal(err)
		}
		hints := c.(interface{ Hints() <-chan struct{} }).Hints()
		var asking sync.WaitGroup
		for range 8 {
			asking.Go(func() {
				if err := ask(t, c, 150); err != nil {
					t.Error(name, err)
				}
			})
		}
		asking.Wait()
		select {
		case <-hints:
		case <-time.After(time.Minute):
			t.Error(name, "no hint of a new head")
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := c.Batch(bg, []Query{{Method: "m"}}); err == nil {
			t.Error(name, "answers after it was closed")
		}
	}
}

// TestRefusalsWithoutANumberOnWires wants the endpoint's words on connections that
// stay too, of one call and of several.
func TestRefusalsWithoutANumberOnWires(t *testing.T) {
	for name, url := range wires(t, 1<<30, func([]byte) any {
		return json.RawMessage(`{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no such project"}}`)
	}) {
		c, err := Dial(Endpoint{URL: url}, Options{Clock: newStill(), Attempts: 1, Timeout: 5 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		for _, queries := range [][]Query{{{Method: "a"}}, {{Method: "a"}, {Method: "b"}}} {
			err := c.Batch(bg, queries)
			for i := range queries {
				var said *RPCError
				if err != nil || !errors.As(queries[i].Err, &said) || said.Message != "no such project" || said.Method != queries[i].Method {
					t.Errorf("%s, call %d of %d: %v, %v; want the endpoint's words", name, i, len(queries), err, queries[i].Err)
				}
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestWiresThatBreak loses the connection after every 40 answers.
func TestWiresThatBreak(t *testing.T) {
	for name, url := range wires(t, 40, answerTo) {
		c, err := Dial(Endpoint{URL: url}, Options{Clock: newStill()})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if err := ask(t, c, 30); err != nil {
				t.Error(name, err)
			}
		}
		_ = c.Close()
	}
	for _, url := range []string{"ws://127.0.0.1:1/" + secret, filepath.Join(t.TempDir(), secret, "none.ipc")} {
		clock := newStill()
		c, _ := Dial(Endpoint{URL: url}, Options{Clock: clock})
		err := c.Batch(bg, []Query{{Method: "m"}})
		if silent(t, err); err == nil || len(clock.slept) != 4 {
			t.Errorf("%v, slept %v", err, clock.slept)
		}
	}
}
