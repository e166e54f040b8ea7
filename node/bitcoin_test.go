package node

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/bitcoin"
	"clew/follow"
	"clew/ledger/memory"
	"clew/remote"
)

// A fakeCore answers as a node of Bitcoin's kind does that knows raw blocks and
// no previous outputs; spoil changes what it answers.
type fakeCore struct {
	blocks []made
	state  string // beside the height in getblockchaininfo
	spoil  func(method, answer string) string
}

func idOf(b made) string {
	id := slices.Clone(b.hash[:])
	slices.Reverse(id)
	return hex.EncodeToString(id)
}

func (f *fakeCore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var call struct {
		ID     string
		Method string
		Params []any
	}
	if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	text := f.answer(call.Method, call.Params)
	if f.spoil != nil {
		text = f.spoil(call.Method, text)
	}
	fmt.Fprintf(w, `{%s,"id":%q}`, text, call.ID)
}

func (f *fakeCore) answer(method string, params []any) string {
	at := len(f.blocks) - 1
	if len(params) > 0 {
		if height, ok := params[0].(float64); ok {
			at = int(height)
		} else {
			at = slices.IndexFunc(f.blocks, func(b made) bool { return idOf(b) == params[0] })
		}
	}
	if at < 0 || at >= len(f.blocks) {
		return `"error":{"code":-8,"message":"Block height out of range"}`
	}
	b := f.blocks[at]
	switch method {
	case "getblockchaininfo":
		return fmt.Sprintf(`"result":{"chain":"regtest","blocks":%d,"headers":%d,"bestblockhash":%q%s}`, at, at, idOf(b), f.state)
	case "getblockcount":
		return fmt.Sprintf(`"result":%d`, at)
	case "getblockhash", "getbestblockhash":
		return fmt.Sprintf(`"result":%q`, idOf(b))
	case "getblockheader":
		parent, root := slices.Clone(b.raw[4:36]), slices.Clone(b.raw[36:68])
		slices.Reverse(parent)
		slices.Reverse(root)
		n := func(from int) uint32 {
			return uint32(b.raw[from]) | uint32(b.raw[from+1])<<8 | uint32(b.raw[from+2])<<16 | uint32(b.raw[from+3])<<24
		}
		return fmt.Sprintf(`"result":{"hash":%q,"confirmations":1,"height":%d,"version":%d,"merkleroot":%q,"time":%d,"nonce":%d,"bits":"%08x","previousblockhash":%q}`,
			idOf(b), at, n(0), hex.EncodeToString(root), n(68), n(76), n(72), hex.EncodeToString(parent))
	case "getblock":
		if params[1] == float64(0) {
			return fmt.Sprintf(`"result":%q`, hex.EncodeToString(b.raw))
		}
		return `"error":{"code":-8,"message":"verbosity must be 0, 1 or 2"}`
	}
	return `"error":{"code":-32601,"message":"Method not found"}`
}

// coreSource opens nodes.
func coreSource(t *testing.T, nodes ...*fakeCore) Source {
	t.Helper()
	var endpoints []remote.Endpoint
	for _, n := range nodes {
		server := httptest.NewServer(n)
		t.Cleanup(server.Close)
		endpoints = append(endpoints, remote.Endpoint{URL: server.URL})
	}
	s, err := Open(clew.BitcoinRegtest, endpoints, Options{Remote: remote.Options{Clock: still{}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestBitcoinNodes follows nodes that are wrong in several ways.
func TestBitcoinNodes(t *testing.T) {
	one := after(firstOfRegtest(), 1, nil)
	two := after(one, 2, nil)
	three := after(two, 3, &one)
	good := func() *fakeCore { return &fakeCore{blocks: []made{firstOfRegtest(), one, two, three}} }
	replace := func(of, old, by string) func(method, answer string) string {
		return func(method, answer string) string {
			if method == of {
				return strings.Replace(answer, old, by, 1)
			}
			return answer
		}
	}
	whole := hex.EncodeToString(three.raw)
	for _, c := range []struct {
		name string
		node func(f *fakeCore)
		want error
		bad  bool
		note string
	}{
		{name: "as it should be"},
		{name: "JSON that cannot be read, and bytes that can", node: func(f *fakeCore) {
			f.spoil = func(method, answer string) string {
				if method == "getblock" && strings.Contains(answer, "verbosity") {
					return `"result":{"hash":3}`
				}
				return answer
			}
		}},
		{name: "another chain", node: func(f *fakeCore) { f.blocks[0] = one }, want: &clew.InputError{}},
		{name: "catching up", node: func(f *fakeCore) {
			f.state, f.spoil = `,"initialblockdownload":true`, replace("getblockchaininfo", `"headers":3`, `"headers":99`)
		},
			note: "it is at block 3 of 99"},
		{name: "pruned", node: func(f *fakeCore) {
			f.spoil = func(method, answer string) string {
				if method == "getblock" {
					return `"error":{"code":-1,"message":"Block not available (pruned data)"}`
				}
				return answer
			}
		}, want: bitcoin.ErrPruned},
		{name: "lies about a hash", node: func(f *fakeCore) { f.spoil = replace("getblockheader", `"nonce":`, `"nonce":7`) }, want: bitcoin.ErrHash},
		{name: "gives another block", node: func(f *fakeCore) { f.spoil = replace("getblock", whole, hex.EncodeToString(two.raw)) }, want: bitcoin.ErrHash},
		{name: "a block that cannot be decoded", node: func(f *fakeCore) { f.spoil = replace("getblock", whole, whole[:len(whole)-20]) }, bad: true},
	} {
		f, from, until, l := good(), uint64(0), uint64(3), memory.New(clew.BitcoinRegtest)
		if c.node != nil {
			c.node(f)
		}
		opt := follow.Options{From: &from, Until: &until, Clock: still{}, Ahead: 2}
		state, err := follow.Run(bg, coreSource(t, f), l, opt)
		var input *clew.InputError
		var bad *follow.BadBlock
		switch {
		case c.bad:
			if !errors.As(err, &bad) || bad.Ref.Height != 3 || len(bad.Raw) == 0 {
				t.Errorf("%s: %v", c.name, err)
			}
		case errors.As(c.want, &input):
			if !errors.As(err, &input) || !strings.Contains(err.Error(), "another chain") {
				t.Errorf("%s: %v", c.name, err)
			}
		case c.want != nil:
			if !errors.Is(err, c.want) || !errors.Is(err, follow.ErrFinal) {
				t.Errorf("%s: %v", c.name, err)
			}
		case err != nil || state.Held.Height != 3 || !strings.Contains(state.Note, c.note) || c.note == "" && state.Note != "":
			t.Errorf("%s: %+v, %v", c.name, state, err)
		}
		if c.want == nil || errors.As(c.want, &input) {
			continue
		}
		l = memory.New(clew.BitcoinRegtest)
		if state, err := follow.Run(bg, coreSource(t, f, good()), l, opt); err != nil || state.Held.Height != 3 {
			t.Errorf("%s, and another node: %+v, %v", c.name, state, err)
		}
		if text := heldText(t, l); !strings.Contains(text, "200: in 4999999000") {
			t.Errorf("%s, and another node:\n%s", c.name, text)
		}
	}
}
