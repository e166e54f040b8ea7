package remote

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestAsk(t *testing.T) {
	const key = "s3cr3t-s3cr3t-s3cr3t"
	var asked int
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		body, _ := io.ReadAll(r.Body)
		if asked == 1 {
			fmt.Fprint(w, "slower")
			return
		}
		fmt.Fprintf(w, "%s %s ?%s %s %s", r.Method, r.URL.Path, r.URL.Query().Encode(), body, r.Header.Get("X-Key"))
	}))
	defer s.Close()
	clock := newStill()
	e := Endpoint{URL: s.URL + "/api/" + key + "?a=1", Query: url.Values{"apikey": {key + "-q"}}, Headers: map[string]string{"X-Key": "Bearer " + key}}
	budget := NewBudget(10)
	c, err := NewClient(e, Options{Clock: clock, Budget: budget, Again: func(_ int, body []byte) time.Duration {
		if string(body) == "slower" {
			return 7 * time.Second
		}
		return 0
	}})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := c.Ask(bg, "/x", url.Values{"b": {"2"}, "apikey": {"forged"}}, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(reply.Body), "POST /api/"+key+"/x ?a=1&apikey="+key+"-q&b=2 {} Bearer "+key; got != want || reply.Status != 200 {
		t.Errorf("got %q, want %q", got, want)
	}
	if hidden := string(e.Hide(reply.Body)); strings.Contains(hidden, "s3cr3t") || !strings.Contains(hidden, "POST") {
		t.Errorf("hidden: %q", hidden)
	}
	if len(clock.slept) != 1 || clock.slept[0] != 7*time.Second || budget.Left() != 8 {
		t.Errorf("slept %v, %d calls left", clock.slept, budget.Left())
	}
	s.Close()
	_, err = c.Ask(bg, "/x", nil, nil)
	if silent(t, err); err == nil {
		t.Error("an answer of a server that is gone")
	}
}

// TestHideTakesOutEveryKey repeats each place where a key may stand.
func TestHideTakesOutEveryKey(t *testing.T) {
	e := Endpoint{URL: "https://host.example/v2/path-key-0123456789?k=query-key-0123456789", Secret: "password-1",
		Headers: map[string]string{"Authorization": "Bearer header-key"}, Query: url.Values{"apikey": {"param-key"}}}
	said := "path-key-0123456789 query-key-0123456789 password-1 header-key param-key v2"
	if hidden := string(e.Hide([]byte(said))); hidden != "[key] [key] [key] [key] [key] v2" {
		t.Errorf("%s", hidden)
	}
}

// TestHideTakesOutKeysAsTheyAreWritten repeats a key in the forms that it takes in
// URLs, within JSON and in the header of a name and a password.
func TestHideTakesOutKeysAsTheyAreWritten(t *testing.T) {
	const key = `s3cr3t+k/e=y&"x y`
	e := Endpoint{URL: "https://host.example/", User: "me", Secret: key}
	for _, said := range []string{url.QueryEscape(key), url.PathEscape(key), `s3cr3t+k/e=y\u0026\"x y`, `s3cr3t+k\/e=y\u0026\"x y`,
		strings.ReplaceAll(key, "/", `\/`), base64.StdEncoding.EncodeToString([]byte("me:" + key))} {
		if hidden := string(e.Hide([]byte("<" + said + ">"))); hidden != "<[key]>" {
			t.Errorf("%s is left of %s", hidden, said)
		}
	}
}

// TestKeysInErrorsOfCalls repeats a key in what an endpoint says of a call, over
// HTTP and over a WebSocket, across the length at which that is cut short.
func TestKeysInErrorsOfCalls(t *testing.T) {
	const key = "s3cr3t-s3cr3t-s3cr3t"
	said := strings.Repeat("x", maxMessage-10) + key
	for _, scheme := range []string{"http", "ws"} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if scheme == "http" {
				fmt.Fprintf(w, `{"jsonrpc":"2.0","id":1,"error":{"code":-32401,"message":%q}}`, said)
				return
			}
			c, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			if _, _, err := c.Read(r.Context()); err == nil {
				_ = c.Write(r.Context(), websocket.MessageText, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":1,"error":{"code":-32401,"message":%q}}`, said))
			}
			_, _, _ = c.Read(r.Context())
		}))
		c, err := Dial(Endpoint{URL: strings.Replace(s.URL, "http", scheme, 1) + "/?api-key=" + key}, Options{Clock: newStill(), Attempts: 1})
		if err != nil {
			t.Fatal(err)
		}
		queries := []Query{{Method: "getSlot"}}
		_ = c.Batch(bg, queries)
		if q := queries[0]; q.Err == nil || strings.Contains(q.Err.Error(), "s3cr3t") || !strings.Contains(q.Err.Error(), "[key]") {
			t.Errorf("%s: %v", scheme, q.Err)
		}
		c.Close()
		s.Close()
	}
}
