package bitcoin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"clew"
)

// A fakeNode answers by method, and notes what it was asked.
type fakeNode struct {
	t       *testing.T
	status  int // 0: 200
	answers map[string]string
	asked   []string
	fails   error
	headers http.Header
}

func (f *fakeNode) Do(r *http.Request) (*http.Response, error) {
	f.t.Helper()
	if f.fails != nil {
		return nil, f.fails
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	var q struct {
		Method string
		Params []any
	}
	if err := json.Unmarshal(body, &q); err != nil || r.Method != http.MethodPost {
		f.t.Fatalf("%s %s: %v", r.Method, body, err)
	}
	f.headers = r.Header
	f.asked = append(f.asked, fmt.Sprint(q.Method, q.Params))
	status := f.status
	if status == 0 {
		status = http.StatusOK
	}
	answer, ok := f.answers[fmt.Sprint(q.Method, q.Params)]
	if !ok {
		answer, ok = f.answers[q.Method]
	}
	if !ok {
		status, answer = http.StatusNotFound, `{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":"`+q.Method+`"}`
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(answer))}, nil
}

func result(method, value string) string {
	return fmt.Sprintf(`{"result":%s,"error":null,"id":"%s"}`, value, method)
}

func failure(method string, code int, message string) string {
	return fmt.Sprintf(`{"result":null,"error":{"code":%d,"message":%q},"id":"%s"}`, code, message, method)
}

func client(t *testing.T, f *fakeNode) *Client {
	t.Helper()
	f.t = t
	c, err := NewClient(f, Endpoint{URL: "http://127.0.0.1:18443/", User: "someone", Password: "hunter2"}, clew.BitcoinRegtest)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const regtestGenesis = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"

func TestClientAnswers(t *testing.T) {
	m := newMaker(11)
	p, coins := m.block()
	for len(p.txs) < 3 {
		p, coins = m.block()
	}
	hash := printed(p.hash())
	text := p.json(3, coins)
	id := hashOf(hash)
	f := &fakeNode{answers: map[string]string{
		"getblockcount":                                result("getblockcount", "123"),
		"getbestblockhash":                             result("getbestblockhash", `"`+hash+`"`),
		"getblockhash[77]":                             result("getblockhash", `"`+hash+`"`),
		"getblockheader[" + hash + " true]":            result("getblockheader", strings.Replace(text, `"confirmations":12`, `"confirmations":-1`, 1)),
		"getblock[" + hash + " 0]":                     result("getblock", fmt.Sprintf(`"%x"`, p.bytes(true))),
		"getblock[" + hash + " 3]":                     "{\"id\":\"getblock\",\"error\":null,\n \"result\":" + text + "}\n",
		"getblock[" + strings.Repeat("ab", 32) + " 0]": result("getblock", fmt.Sprintf(`"%x"`, p.bytes(true))),
		"getblock[" + strings.Repeat("ab", 32) + " 3]": result("getblock", text),
	}}
	c, ctx := client(t, f), context.Background()
	if n, err := c.BlockCount(ctx); n != 123 || err != nil {
		t.Error(n, err)
	}
	if h, err := c.BestBlockHash(ctx); h != id || err != nil {
		t.Error(h, err)
	}
	if h, err := c.BlockHash(ctx, 77); h != id || err != nil {
		t.Error(h, err)
	}
	if h, height, stale, err := c.BlockHeader(ctx, id); h.hash() != id || height != p.height || !stale || err != nil {
		t.Error(h, height, stale, err)
	}
	raw, err := c.RawBlock(ctx, id)
	if err != nil || string(raw) != string(p.bytes(true)) {
		t.Error(len(raw), err)
	}
	d := decoder(t, clew.BitcoinRegtest)
	b, err := c.Block(ctx, d, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameTransfers(t, "by the client", b.Transfers, p.transfersOf(t, clew.BitcoinRegtest, coins))
	if user, password, ok := (&http.Request{Header: f.headers}).BasicAuth(); user != "someone" || password != "hunter2" || !ok {
		t.Error("the name and password are not sent")
	}
	f.answers["getblockheader"] = result("getblockheader", strings.Replace(text, `"nonce":`, `"nonce":7`, 1))
	if _, _, _, err := c.BlockHeader(ctx, hashOf(strings.Repeat("ab", 32))); err == nil || !strings.Contains(err.Error(), "hashes to") {
		t.Errorf("a header that is not the block's: %v", err)
	}
	for _, err := range []error{second(c.RawBlock(ctx, hashOf(strings.Repeat("ab", 32)))), second(c.Block(ctx, d, hashOf(strings.Repeat("ab", 32)), nil))} {
		if err == nil || !strings.Contains(err.Error(), "hashes to 0x"+hash) {
			t.Errorf("another block than asked for: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestClientFaults wants a clear and typed error for each way to fail, and the
// password in none.
func TestClientFaults(t *testing.T) {
	m := newMaker(11)
	p, coins := m.block()
	hash, text := printed(p.hash()), p.json(3, coins)
	lying := strings.Replace(text, `"nonce":`, `"nonce":9`, 1)
	for _, c := range []struct {
		name   string
		status int
		answer string
		is     error
		want   string
	}{
		{"wrong password", 401, "", ErrRefused, "HTTP 401"},
		{"not allowed from here", 403, "<html>", ErrRefused, "rpcallowip"},
		{"no such method", 404, failure("getblock", -32601, "Method not found"), ErrNoMethod, "Method not found"},
		{"no such block", 500, failure("getblock", -5, "Block not found"), clew.ErrNotFound, "Block not found"},
		{"pruned", 500, failure("getblock", -1, "Block not available (pruned data)"), ErrPruned, "has thrown the block away"},
		{"warming up", 500, failure("getblock", -28, "Loading block index..."), ErrSyncing, "still catching up: the node answers \"Loading"},
		{"queue full", 503, "Work queue depth exceeded", nil, "HTTP 503 Service Unavailable"},
		{"too many requests", 429, "", nil, "HTTP 429"},
		{"not JSON", 200, "<html>hello</html>", nil, `'<' where '{'`},
		{"nothing", 200, "", ErrHalf, "half an answer"},
		{"half an answer", 200, result("getblock", text)[:len(text)/2], ErrHalf, "half an answer"},
		{"all but the last bracket", 200, strings.TrimSuffix(result("getblock", text), "}"), ErrHalf, "half an answer"},
		{"no result", 200, `{"result":null,"error":null,"id":"getblock"}`, nil, "no result"},
		{"an answer to something else", 200, result("getblockcount", text), nil, `answer is to "getblockcount"`},
		{"a lie about the hash", 200, result("getblock", lying), nil, "hashes to"},
		{"a long complaint", 500, failure("getblock", -99, strings.Repeat("x", 5000)), nil, "code -99"},
		{"a JSON-RPC 2.0 error", 200, `{"jsonrpc":"2.0","error":{"code":-5,"message":"Block \"x\" not found","data":[{}]},"id":"getblock"}`, clew.ErrNotFound, `not found`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fakeNode{status: c.status, answers: map[string]string{"getblock": c.answer}}
			_, err := client(t, f).Block(context.Background(), decoder(t, clew.BitcoinRegtest), hashOf(hash), nil)
			if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v; want %q, %v", err, c.want, c.is)
			}
			if strings.Contains(err.Error(), "hunter2") || len(err.Error()) > 700 {
				t.Errorf("%d bytes: %.200v", len(err.Error()), err)
			}
		})
	}
	broken := errors.New("connection refused")
	f := &fakeNode{fails: broken}
	if _, err := client(t, f).BlockCount(context.Background()); !errors.Is(err, broken) {
		t.Error(err)
	}
	huge := &fakeNode{answers: map[string]string{"getblockcount": result("getblockcount", strings.Repeat(" ", maxAnswer)+"1")}}
	if _, err := client(t, huge).BlockCount(context.Background()); err == nil || !strings.Contains(err.Error(), "longer than allowed") {
		t.Error(err)
	}
}

func TestReady(t *testing.T) {
	const info = `{"chain":"%s","blocks":%d,"headers":200,"bestblockhash":"` + regtestGenesis + `","difficulty":1,"verificationprogress":0.5,"initialblockdownload":%t,"pruned":%t,"pruneheight":50,"warnings":["none"]}`
	for _, c := range []struct {
		name    string
		info    string
		genesis string
		from    uint64
		is      error
	}{
		{"ready", fmt.Sprintf(info, "regtest", 200, false, false), regtestGenesis, 0, nil},
		{"another chain", fmt.Sprintf(info, "main", 200, false, false), "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f", 0, ErrOtherChain},
		{"pruned below", fmt.Sprintf(info, "regtest", 200, false, true), regtestGenesis, 49, ErrPruned},
		{"pruned, but not there", fmt.Sprintf(info, "regtest", 200, false, true), regtestGenesis, 50, nil},
		{"catching up, not there yet", fmt.Sprintf(info, "regtest", 100, true, false), regtestGenesis, 150, ErrSyncing},
		{"catching up, and there", fmt.Sprintf(info, "regtest", 100, true, false), regtestGenesis, 50, nil},
	} {
		f := &fakeNode{answers: map[string]string{"getblockchaininfo": result("getblockchaininfo", c.info), "getblockhash[0]": result("getblockhash", `"`+c.genesis+`"`)}}
		info, err := client(t, f).Ready(context.Background(), c.from)
		if c.is == nil && err != nil || !errors.Is(err, c.is) {
			t.Errorf("%s: %v", c.name, err)
		}
		if info.Chain == "" || info.Headers != 200 {
			t.Errorf("%s: %+v", c.name, info)
		}
	}
}

func TestClientRefused(t *testing.T) {
	for _, place := range []string{"", "127.0.0.1:8332", "ftp://host", "http://", "http://name:hunter2@host/", "http://host/?key=hunter2", "http://%zz"} {
		_, err := NewClient(nil, Endpoint{URL: place}, clew.Bitcoin)
		var input *clew.InputError
		if !errors.As(err, &input) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", place, err)
		}
	}
	if _, err := NewClient(nil, Endpoint{URL: "http://host"}, clew.Tron); err == nil {
		t.Error("a client for Tron")
	}
}

// A hosted node's key is often a part of its URL, which the HTTP client puts
// into its errors.
func TestErrorsDoNotNameTheWholeURL(t *testing.T) {
	c, err := NewClient(http.DefaultClient, Endpoint{URL: "http://127.0.0.1:1/v2/0a1bsecret"}, clew.BitcoinRegtest)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.BlockCount(context.Background())
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "node 127.0.0.1:1: getblockcount: ") {
		t.Errorf("%v", err)
	}
}
