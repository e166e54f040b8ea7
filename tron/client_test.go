package tron

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

// A fakeNode answers by method and question, and notes what it was asked.
type fakeNode struct {
	t       *testing.T
	status  int                 // 0: 200
	answers map[string][]string // in turn; the last stays
	asked   []string
	fails   error
	header  http.Header
}

func (f *fakeNode) Do(r *http.Request) (*http.Response, error) {
	f.t.Helper()
	if f.fails != nil {
		return nil, f.fails
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != http.MethodPost {
		f.t.Fatalf("%s %s: %v", r.Method, body, err)
	}
	var question map[string]any
	if err := json.Unmarshal(body, &question); err != nil {
		f.t.Fatalf("%s: %v", body, err)
	}
	f.header = r.Header
	method := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/secretkey"), "/")
	f.asked = append(f.asked, method+string(body))
	status, answer := f.status, "{}"
	if status == 0 {
		status = http.StatusOK
	}
	for _, name := range []string{method + string(body), method} {
		if list := f.answers[name]; len(list) > 0 {
			if answer = list[0]; len(list) > 1 {
				f.answers[name] = list[1:]
			}
			break
		}
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(answer))}, nil
}

func client(t *testing.T, f *fakeNode) *Client {
	t.Helper()
	f.t = t
	c, err := NewClient(f, Endpoint{URL: "https://127.0.0.1:8090/secretkey/", Header: map[string]string{"TRON-PRO-API-KEY": "hunter2"}}, clew.Tron)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const firstBlock = `{"blockID":"00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc","block_header":{"raw_data":{
	"txTrieRoot":"8ef446bf3f395af929c218014f6101ec86576c5f61b2ae3236bf3a2ab5e2fecd","parentHash":"e58f33f9baf9305dc6f82b9f1934ea8f0ade2defb951258d50167028c780351f",
	"witness_address":"41206e65772073797374656d206d75737420616c6c6f77206578697374696e672073797374656d7320746f206265206c696e6b656420746f67657468657220776974686f757420726571756972696e6720616e792063656e7472616c20636f6e74726f6c206f7220636f6f7264696e6174696f6e"}}}`

func TestClientAnswers(t *testing.T) {
	m := newMaker(3)
	made := m.block()
	for len(made.txs) < 5 {
		made = m.block()
	}
	block, infos, id, height := made.json(), made.infos(), made.id(), uint64(made.height)
	f := &fakeNode{answers: map[string][]string{
		"wallet/getnowblock":         {block},
		"walletsolidity/getnowblock": {firstBlock},
		fmt.Sprintf(`wallet/getblockbynum{"num":%d,"visible":false}`, height):                {block},
		`wallet/getblockbynum{"num":0,"visible":false}`:                                      {firstBlock},
		fmt.Sprintf(`wallet/getblock{"id_or_num":"%d","detail":false}`, height):              {block},
		fmt.Sprintf(`wallet/getblockbyid{"value":"%s","visible":false}`, plain(id)):          {block},
		fmt.Sprintf(`wallet/gettransactioninfobyblocknum{"num":%d,"visible":false}`, height): {infos},
		`wallet/getexchangebyid{"id":4}`:                                                     {`{"exchange_id":4,"creator_address":"41aa","first_token_id":"31303030303031","first_token_balance":1,"second_token_id":"5f"}`},
	}}
	c, ctx := client(t, f), context.Background()
	if err := c.Ready(ctx); err != nil {
		t.Error(err)
	}
	if ref, err := c.Head(ctx); ref.Hash != id || ref.Height != height || int64(ref.Time) != made.time/1000 || err != nil {
		t.Error(ref, err)
	}
	if ref, err := c.Solid(ctx); ref.Height != 0 || plain(ref.Hash)[56:] != "2b6653dc" || err != nil {
		t.Error(ref, err)
	}
	if ref, parent, err := c.Ref(ctx, height); ref.Hash != id || hexOf(parent[:]) != hexOf(made.parent) || err != nil {
		t.Error(ref, err)
	}
	if pair, err := c.Pair(ctx, 4); pair != (Pair{"1000001", "_"}) || err != nil {
		t.Error(pair, err)
	}
	d := decoder(t, KeepsInternal)
	want, err := decoded(d, block, infos)
	must(err)
	b, err := c.Block(ctx, d, height)
	if err != nil {
		t.Fatal(err)
	}
	sameLines(t, "by the client", linesOf(b), linesOf(want))
	if b, err = c.BlockByID(ctx, d, id); err != nil {
		t.Fatal(err)
	}
	sameLines(t, "by its name", linesOf(b), linesOf(want))
	asked := len(f.asked)
	bare := decoder(t, KeepsBlocks)
	if b, err = c.Block(ctx, bare, height); err != nil || b.Missed.Results != uint64(len(made.txs)) {
		t.Errorf("%+v, %v", b, err)
	}
	if len(f.asked) != asked+1 {
		t.Errorf("a node that keeps no results was asked for them: %v", f.asked[asked:])
	}
	if f.header.Get("TRON-PRO-API-KEY") != "hunter2" {
		t.Error("the key is not sent")
	}
	for _, err := range []error{second(c.Block(ctx, d, height+1)), second(c.BlockByID(ctx, d, clew.TxID{1})), second(c.Pair(ctx, 5)), third(c.Ref(ctx, height+1))} {
		if !errors.Is(err, clew.ErrNotFound) {
			t.Errorf("what is not there: %v", err)
		}
	}
	f.answers["wallet/getblockbynum"], f.answers["wallet/getblockbyid"], f.answers["wallet/getblock"] = []string{block}, []string{block}, []string{block}
	for _, err := range []error{second(c.Block(ctx, d, height+1)), second(c.BlockByID(ctx, d, clew.TxID{1})), third(c.Ref(ctx, height+1))} {
		if err == nil || !strings.Contains(err.Error(), "it gave") {
			t.Errorf("another block than asked for: %v", err)
		}
	}
	if c.String() != "127.0.0.1:8090" || c.Chain() != clew.Tron {
		t.Error(c)
	}
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

// TestClientFaults wants a clear and typed error for each way to fail, and
// neither key nor path in any.
func TestClientFaults(t *testing.T) {
	made := (&madeBlock{height: 7, txs: []*madeTx{pay(1, 2, 3), call(4, 5, 6, nil)}}).seal()
	block, infos := made.json(), made.infos()
	lying := strings.Replace(block, `"version":30`, `"version":31`, 1)
	for _, c := range []struct {
		name         string
		status       int
		block, infos string
		is           error
		want         string
	}{
		{"too many requests", 429, "", "", ErrBusy, "wallet/getblockbynum: the node asks to be asked less often (HTTP 429)"},
		{"overloaded", 503, "<html>", "", ErrBusy, "HTTP 503"},
		{"no key, or a wrong one", 401, "", "", ErrRefused, "TRON-PRO-API-KEY"},
		{"suspended", 403, `{"Error":"suspended"}`, "", ErrRefused, "HTTP 403"},
		{"broken", 500, "", "", nil, "HTTP 500 Internal Server Error"},
		{"too big", 413, "", "", nil, "HTTP 413"},
		{"not JSON", 200, "<html>hello</html>", infos, nil, `'<' where '{'`},
		{"nothing", 200, "", infos, ErrHalf, "half an answer"},
		{"half a block", 200, block[:len(block)/2], infos, ErrHalf, "half an answer"},
		{"half of the results", 200, block, infos[:len(infos)/2], ErrHalf, "gettransactioninfobyblocknum: only half an answer"},
		{"all but the last bracket", 200, block, strings.TrimSuffix(strings.TrimSpace(infos), "]"), ErrHalf, "half an answer"},
		{"no block yet", 200, "{}", infos, clew.ErrNotFound, "getblockbynum: block: not found"},
		{"something else than a block", 200, `{"success":false,"error":"hunter2"}`, infos, nil, `an object with "error"`},
		{"something else than results", 200, block, `{"success":false}`, nil, `"success" where a list of results should be`},
		{"a complaint", 200, `{"Error":"class java.lang.Exception : ` + strings.Repeat("x", 5000) + `"}`, infos, nil, "the node answers"},
		{"results not there yet", 200, block, "[]", ErrNoResults, "not there yet"},
		{"a reorganisation between the two answers", 200, block, strings.Replace(infos, made.txs[0].id, strings.Repeat("ab", 32), 1), ErrDisagree, "no result of"},
		{"a lie about the header", 200, lying, infos, nil, "hashes to"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fakeNode{status: c.status, answers: map[string][]string{methodBlock: {c.block}, methodResults: {c.infos}}}
			_, err := client(t, f).Block(context.Background(), decoder(t, KeepsStaking), 7)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "node 127.0.0.1:8090: wallet/") {
				t.Fatalf("%v; want %q", err, c.want)
			}
			for _, kind := range []error{ErrBusy, ErrHalf, ErrDisagree, ErrNoResults, ErrRefused, ErrOtherChain, clew.ErrNotFound} {
				if errors.Is(err, kind) != (kind == c.is) {
					t.Errorf("%v: is it %v?", err, kind)
				}
			}
			var said *NodeError
			if errors.As(err, &said) != (c.name == "a complaint") {
				t.Errorf("%v: is it the node's own?", err)
			}
			if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "secretkey") || len(err.Error()) > 700 {
				t.Errorf("%d bytes: %.200v", len(err.Error()), err)
			}
		})
	}
	broken := errors.New("connection refused")
	if _, err := client(t, &fakeNode{fails: broken}).Head(context.Background()); !errors.Is(err, broken) {
		t.Error(err)
	}
	huge := &fakeNode{answers: map[string][]string{methodPair: {strings.Repeat(" ", maxAnswer) + "{}"}}}
	if _, err := client(t, huge).Pair(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "longer than allowed") {
		t.Error(err)
	}
}

// A reorganisation between the two questions is seen, and asking again gives the
// block that is now at the height.
func TestReorganised(t *testing.T) {
	before := (&madeBlock{height: 7, txs: []*madeTx{pay(1, 2, 3), pay(4, 5, 6)}}).seal()
	after := (&madeBlock{height: 7, time: 1_700_000_004_000, txs: []*madeTx{pay(1, 2, 3), pay(7, 8, 9)}}).seal()
	f := &fakeNode{answers: map[string][]string{methodBlock: {before.json(), after.json()}, methodResults: {after.infos()}}}
	c, d := client(t, f), decoder(t, KeepsStaking)
	if _, err := c.Block(context.Background(), d, 7); !errors.Is(err, ErrDisagree) {
		t.Fatalf("%v", err)
	}
	b, err := c.Block(context.Background(), d, 7)
	if err != nil || b.Ref.Hash != after.id() {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestReady(t *testing.T) {
	other := (&madeBlock{parent: []byte(strings.Repeat("p", 32))}).seal()
	f := &fakeNode{answers: map[string][]string{methodBlock: {other.json()}}}
	if err := client(t, f).Ready(context.Background()); !errors.Is(err, ErrOtherChain) || !strings.Contains(err.Error(), "and not tron:728126428") {
		t.Error(err)
	}
	named := clew.Chain(fmt.Sprintf("tron:%d", uint32(other.id()[28])<<24|uint32(other.id()[29])<<16|uint32(other.id()[30])<<8|uint32(other.id()[31])))
	c, err := NewClient(f, Endpoint{URL: "http://node"}, named)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Ready(context.Background()); err != nil {
		t.Error(err)
	}
	f.answers[methodBlock] = []string{"{}"}
	if err := c.Ready(context.Background()); !errors.Is(err, clew.ErrNotFound) {
		t.Error(err)
	}
}

func TestClientRefused(t *testing.T) {
	for _, place := range []string{"", "127.0.0.1:8090", "ftp://host", "http://", "http://name:hunter2@host/", "http://host/?key=hunter2", "http://host/#hunter2", "http://%zz"} {
		_, err := NewClient(nil, Endpoint{URL: place}, clew.Tron)
		var input *clew.InputError
		if !errors.As(err, &input) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", place, err)
		}
	}
	if _, err := NewClient(nil, Endpoint{URL: "http://host"}, clew.Bitcoin); err == nil {
		t.Error("a client for Bitcoin")
	}
	for _, header := range []map[string]string{{"": "x"}, {"key": "hunter2\r\nHost: x"}, {"a\nb": "hunter2"}} {
		if _, err := NewClient(nil, Endpoint{URL: "http://host", Header: header}, clew.Tron); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", header, err)
		}
	}
}

// A hosted node's key is often a part of its URL, which the HTTP client puts
// into its errors.
func TestErrorsDoNotNameTheWholeURL(t *testing.T) {
	c, err := NewClient(http.DefaultClient, Endpoint{URL: "http://127.0.0.1:1/v2/0a1bsecret"}, clew.Tron)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Head(context.Background())
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "node 127.0.0.1:1: wallet/getnowblock: ") {
		t.Errorf("%v", err)
	}
}

// TestBlocks wants several blocks at once, fewer at the chain's end, and an
// error where they do not follow one another.
func TestBlocks(t *testing.T) {
	m := newMaker(4)
	var made []*madeBlock
	var texts []string
	f := &fakeNode{answers: map[string][]string{}}
	for i := range 4 {
		b := m.block()
		if i > 0 {
			id := made[i-1].id()
			b.parent = id[:]
		}
		made, texts = append(made, b), append(texts, b.json())
		f.answers[fmt.Sprintf(`%s{"num":%d,"visible":false}`, methodResults, b.height)] = []string{b.infos()}
	}
	from := uint64(made[0].height)
	c, d, ctx := client(t, f), decoder(t, KeepsStaking), context.Background()
	get := func(heights clew.Window, answer string) (lines []string, err error) {
		f.answers[methodSpan] = []string{answer}
		err = c.Blocks(ctx, d, heights, func(b *Block) error {
			lines = append(lines, append(linesOf(b), plain(b.Ref.Hash))...)
			return nil
		})
		return lines, err
	}
	var want []string
	for _, b := range made {
		one, err := decoded(decoder(t, KeepsStaking), b.json(), b.infos())
		must(err)
		want = append(want, append(linesOf(one), plain(one.Ref.Hash))...)
	}
	all := `{"block":[` + strings.Join(texts, ",") + `]}`
	for _, to := range []uint64{from + 4, from + 50} {
		got, err := get(clew.Window{From: from, To: to}, all)
		if err != nil {
			t.Fatal(err)
		}
		sameLines(t, "several blocks", got, want)
	}
	if asked := f.asked[0]; asked != fmt.Sprintf(`%s{"startNum":%d,"endNum":%d,"visible":false}`, methodSpan, from, from+4) {
		t.Error(asked)
	}
	if got, err := get(clew.Window{From: from, To: from + 4}, "{}"); err != nil || len(got) != 0 {
		t.Errorf("beyond the end: %v, %v", got, err)
	}
	for name, c := range map[string]struct {
		from, to uint64
		answer   string
		is       error
		want     string
	}{
		"a gap":             {from, from + 4, `{"block":[` + texts[0] + "," + texts[2] + `]}`, ErrDisagree, "does not follow"},
		"another beginning": {from - 1, from + 4, all, ErrDisagree, "does not follow"},
		"more than asked":   {from, from + 3, all, nil, "more than the 3 blocks"},
		"half of them":      {from, from + 4, all[:len(all)/2], ErrHalf, "half an answer"},
		"a complaint":       {from, from + 4, `{"Error":"class x : y"}`, nil, "class x"},
		"something else":    {from, from + 4, `{"success":false}`, nil, `an object with "success"`},
		"not a block":       {from, from + 4, `{"block":[{}]}`, clew.ErrNotFound, "not found"},
		"none":              {from, from, all, nil, "from 1 to 100"},
		"too many":          {from, from + 101, all, nil, "from 1 to 100"},
	} {
		if _, err := get(clew.Window{From: c.from, To: c.to}, c.answer); err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	parent := *made[1]
	parent.parent = []byte(strings.Repeat("p", 32))
	if _, err := get(clew.Window{From: from, To: from + 4}, `{"block":[`+texts[0]+","+parent.json()+`]}`); !errors.Is(err, ErrDisagree) {
		t.Errorf("another parent: %v", err)
	}
	stop := errors.New("stop")
	f.answers[methodSpan] = []string{all}
	if err := c.Blocks(ctx, d, clew.Window{From: from, To: from + 4}, func(*Block) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}
