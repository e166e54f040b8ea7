package evm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clew"
	"clew/remote"
)

// A fakeNode answers JSON-RPC over HTTP by method and first parameter, and notes
// what it was asked. It speaks of the methods it has no answers for as nodes do.
type fakeNode struct {
	t       *testing.T
	answers map[string]string // results, by method, or by method and parameters
	cut     bool              // half of each response is sent

	mu       sync.Mutex
	asked    []string
	requests int
}

func (f *fakeNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests++
	type call struct {
		ID     int
		Method string
		Params []any
	}
	body, err := io.ReadAll(r.Body)
	calls := make([]call, 1)
	single := bytes.HasPrefix(body, []byte("{"))
	if single {
		err = errors.Join(err, json.Unmarshal(body, &calls[0]))
	} else {
		err = errors.Join(err, json.Unmarshal(body, &calls))
	}
	if err != nil {
		f.t.Error(err)
	}
	var out []string
	for _, c := range calls {
		asked := c.Method + fmt.Sprint(c.Params)
		f.asked = append(f.asked, asked)
		answer, ok := f.answers[asked]
		if !ok {
			answer, ok = f.answers[c.Method]
		}
		switch {
		case !ok && c.Method == "eth_getBlockByNumber":
			answer = `"result":null`
		case !ok:
			answer = fmt.Sprintf(`"error":{"code":-32601,"message":"the method %s does not exist/is not available"}`, c.Method)
		case !strings.HasPrefix(answer, `"error"`):
			answer = `"result":` + answer
		}
		out = append(out, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,%s}`, c.ID, answer))
	}
	text := strings.Join(out, ",")
	if !single {
		text = "[" + text + "]"
	}
	if f.cut {
		text = text[:len(text)/2]
	}
	io.WriteString(w, text)
}

func refusal(code int, message string) string {
	return fmt.Sprintf(`"error":{"code":%d,"message":%q}`, code, message)
}

// A still clock does not wait.
type still struct{}

func (still) Now() time.Time                                   { return time.Unix(1_700_000_000, 0) }
func (still) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// serve starts f and returns a node that asks it.
func serve(t *testing.T, f *fakeNode, chain clew.Chain) *Node {
	t.Helper()
	f.t = t
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	caller, err := remote.Dial(remote.Endpoint{URL: server.URL}, remote.Options{Clock: still{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { caller.Close() })
	n, err := NewNode(caller, chain)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// offer lets f answer for a made-up block by all methods.
func (f *fakeNode) offer(b *made) {
	if f.answers == nil {
		f.answers = map[string]string{}
	}
	at := b.block.Number
	f.answers["eth_getBlockByNumber["+at+" true]"] = string(jsonOf(b.block))
	f.answers["eth_getBlockByNumber["+at+" false]"] = string(jsonOf(b.block))
	f.answers["eth_getBlockByHash["+b.block.Hash+" false]"] = string(jsonOf(b.block))
	f.answers["eth_getBlockReceipts["+at+"]"] = string(jsonOf(b.receipts))
	f.answers["debug_traceBlockByNumber["+at+" map[tracer:callTracer]]"] = string(jsonOf(b.traces))
	f.answers["trace_block["+at+"]"] = string(jsonOf(b.flat))
	var logs []plainLog
	for i := range b.receipts {
		f.answers["eth_getTransactionReceipt["+b.receipts[i].TxHash+"]"] = string(jsonOf(b.receipts[i]))
		logs = append(logs, b.receipts[i].Logs...)
	}
	f.answers["eth_getLogs[map[blockHash:"+b.block.Hash+"]]"] = string(jsonOf(logs))
}

// forget lets f not know methods.
func (f *fakeNode) forget(methods ...string) {
	for key := range f.answers {
		if name, _, _ := strings.Cut(key, "["); slices.Contains(methods, name) {
			delete(f.answers, key)
		}
	}
}

func linesOf(f *Fetched) (lines []string) {
	for i := range f.Block.Transfers {
		m := &f.Block.Transfers[i]
		what := m.Asset.Namespace()
		if m.Item != nil {
			what += "#" + m.Item.String()
		}
		lines = append(lines, line(m.Pos.Index, m.Pos.Class, m.Pos.Ordinal, what, text(m.From[0].Address), text(m.To[0].Address), m.Amount()))
	}
	return lines
}

// TestNodeBlocks asks nodes that offer different methods for the same blocks,
// and wants the same transfers of all that can say them; the methods that fail
// are tried once.
func TestNodeBlocks(t *testing.T) {
	m := newMaker(11)
	blocks := []*made{m.next(12), m.next(0), m.next(9)}
	first := m.height - 3
	for _, c := range []struct {
		name     string
		lacks    []string
		gaps     []clew.GapKind // of a block with transactions
		requests int            // for the second time
	}{
		{"all methods", nil, nil, 1},
		{"no receipts of whole blocks", []string{"eth_getBlockReceipts"}, nil, 3},
		{"traces of the other kind", []string{"debug_traceBlockByNumber"}, nil, 1},
		{"no traces", []string{"debug_traceBlockByNumber", "trace_block"}, []clew.GapKind{clew.GapTraces}, 1},
		{"logs instead of receipts", []string{"eth_getBlockReceipts", "eth_getTransactionReceipt"}, []clew.GapKind{clew.GapFees}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fakeNode{}
			for _, b := range blocks {
				f.offer(b)
			}
			f.forget(c.lacks...)
			n := serve(t, f, clew.Ethereum)
			if _, err := n.Blocks(t.Context(), first, first+3); err != nil {
				t.Fatal(err)
			}
			f.requests, f.asked = 0, nil
			got, err := n.Blocks(t.Context(), first, first+3)
			if err != nil {
				t.Fatal(err)
			}
			if f.requests != c.requests {
				t.Errorf("%d requests, want %d: %s", f.requests, c.requests, f.asked)
			}
			for i, b := range got {
				var kinds []clew.GapKind
				for _, gap := range b.Gaps {
					kinds = append(kinds, gap.Kind)
				}
				if err := b.Block.Check(clew.Ethereum); err != nil || b.Block.Ref.Hash.String() != blocks[i].block.Hash || b.Block.Parent.String() != blocks[i].block.ParentHash || !b.Block.Ref.Time.Known() {
					t.Errorf("%+v: %v", b.Block.Ref, err)
				}
				if want := blocks[i].plainTransfers(); c.gaps == nil && !slices.Equal(linesOf(b), want) {
					t.Errorf("block %d:\n%s\nwant\n%s", i, strings.Join(linesOf(b), "\n"), strings.Join(want, "\n"))
				}
				if len(b.Recorded.Txs) > 0 && !slices.Equal(kinds, c.gaps) {
					t.Errorf("gaps %+v, want %v", b.Gaps, c.gaps)
				}
			}
		})
	}
}

// TestNodeFaults wants a typed error for each way in which a node fails, and no
// block.
func TestNodeFaults(t *testing.T) {
	other := "0x" + strings.Repeat("ab", 32)
	for _, c := range []struct {
		name   string
		change func(*fakeNode, *made)
		is     error
		want   string
	}{
		{"no such block", func(f *fakeNode, _ *made) { f.forget("eth_getBlockByNumber") }, clew.ErrNotFound, "not found"},
		{"another block's receipts", func(f *fakeNode, b *made) {
			b.receipts[2].BlockHash = other
			f.offer(b)
		}, ErrContradiction, "a receipt is of block"},
		{"another block's traces", func(f *fakeNode, b *made) {
			b.traces[1].TxHash = other
			f.offer(b)
		}, ErrContradiction, "not in the block"},
		{"missing receipts", func(f *fakeNode, b *made) {
			b.receipts = b.receipts[:3]
			f.offer(b)
			f.answers["eth_getTransactionReceipt["+b.block.Txs[3].Hash+"]"] = "null"
		}, ErrNotWhole, "no receipt of transaction 0x"},
		{"traces of a block that it has just lost", func(f *fakeNode, _ *made) {
			f.answers["debug_traceBlockByNumber[0x1312d02 map[tracer:callTracer]]"] = refusal(-32000, "block #20000002 not found")
		}, ErrNotWhole, "block #20000002 not found"},
		{"null instead of traces", func(f *fakeNode, _ *made) {
			f.answers["debug_traceBlockByNumber[0x1312d02 map[tracer:callTracer]]"] = "null"
		}, ErrNotWhole, "gave the block"},
		{"history that is gone", func(f *fakeNode, _ *made) {
			f.answers = map[string]string{"eth_getBlockByNumber": refusal(4444, "pruned history unavailable")}
		}, ErrPruned, "no longer has"},
		{"the wrong block", func(f *fakeNode, b *made) {
			for key := range f.answers {
				if strings.HasPrefix(key, "eth_getBlockByNumber") {
					f.answers[key] = string(jsonOf(newMaker(99).next(1).block))
				}
			}
		}, nil, "the node gave block 20000000"},
		{"a node in trouble", func(f *fakeNode, _ *made) {
			f.answers["debug_traceBlockByNumber[0x1312d02 map[tracer:callTracer]]"] = refusal(-32000, "execution timeout")
		}, nil, "execution timeout"},
		{"half an answer", func(f *fakeNode, _ *made) { f.cut = true }, nil, "ends in its middle"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMaker(11)
			m.next(0)
			m.next(0)
			made := m.next(6)
			f := &fakeNode{}
			f.offer(made)
			n := serve(t, f, clew.Ethereum)
			if _, err := n.Block(t.Context(), 20_000_002); err != nil {
				t.Fatal(err)
			}
			c.change(f, made)
			b, err := n.Block(t.Context(), 20_000_002)
			if c.is != clew.ErrNotFound && errors.Is(err, clew.ErrNotFound) {
				t.Errorf("taken for the end of the chain: %v", err)
			}
			if err == nil || b != nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v; want %q, %v", err, c.want, c.is)
			}
		})
	}
}

// TestCutResults cuts each result at many places, and wants an error for each.
func TestCutResults(t *testing.T) {
	made := newMaker(3).next(3)
	var b Block
	if err := made.read(clew.Ethereum, &b, false); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func([]byte) error{
		string(jsonOf(made.receipts)): func(text []byte) error { return ReadReceipts(clew.Ethereum, text, &b) },
		string(jsonOf(made.traces)):   func(text []byte) error { return ReadCallTraces(clew.Ethereum, text, &b) },
		string(jsonOf(made.flat)):     func(text []byte) error { return ReadBlockTraces(clew.Ethereum, text, &b) },
		string(jsonOf(made.block)):    func(text []byte) error { return ReadBlock(clew.Ethereum, text, &Block{}) },
	} {
		for at := 0; at < len(name); at += 1 + len(name)/500 {
			if err := read([]byte(name[:at])); err == nil {
				t.Fatalf("%d of %d bytes are taken: %.40s", at, len(name), name)
			}
		}
	}
}

// TestPrunedTraces wants a gap for a block whose state the node has thrown away,
// and traces of the next one.
func TestPrunedTraces(t *testing.T) {
	m := newMaker(11)
	old, fresh := m.next(4), m.next(4)
	f := &fakeNode{}
	f.offer(old)
	f.offer(fresh)
	f.answers["debug_traceBlockByNumber["+old.block.Number+" map[tracer:callTracer]]"] = refusal(-32000, "missing trie node abc (path )")
	got, err := serve(t, f, clew.Ethereum).Blocks(t.Context(), 20_000_000, 20_000_002)
	if err != nil {
		t.Fatal(err)
	}
	if len(got[0].Gaps) != 1 || got[0].Gaps[0].Kind != clew.GapTraces || got[0].Gaps[0].Window != (clew.Window{From: 20_000_000, To: 20_000_001}) || len(got[1].Gaps) != 0 {
		t.Errorf("gaps %+v, then %+v", got[0].Gaps, got[1].Gaps)
	}
}

// TestBrokenChain wants blocks that do not follow each other to be refused.
func TestBrokenChain(t *testing.T) {
	m := newMaker(11)
	one := m.next(1)
	m.parent = "0x" + strings.Repeat("cd", 32)
	f := &fakeNode{}
	f.offer(one)
	f.offer(m.next(1))
	_, err := serve(t, f, clew.Ethereum).Blocks(t.Context(), 20_000_000, 20_000_002)
	if !errors.Is(err, ErrContradiction) || !strings.Contains(err.Error(), "block 20000001") {
		t.Error(err)
	}
	for _, window := range [][2]uint64{{5, 5}, {5, 4}, {0, MaxBatch + 1}, {maxHeight, maxHeight + 1}} {
		var input *clew.InputError
		if _, err := serve(t, f, clew.Ethereum).Blocks(t.Context(), window[0], window[1]); !errors.As(err, &input) {
			t.Errorf("%v: %v", window, err)
		}
	}
	if _, err := NewNode(nil, clew.Bitcoin); err == nil {
		t.Error("a node of Bitcoin")
	}
}

func TestBlockOf(t *testing.T) {
	m := newMaker(11)
	made := m.next(2)
	stale := newMaker(12).next(1)
	f := &fakeNode{}
	f.offer(stale)
	f.offer(made)
	n := serve(t, f, clew.Ethereum)
	hash, _ := clew.ParseTxID(made.block.Hash)
	if b, err := n.BlockOf(t.Context(), hash); err != nil || b.Block.Ref.Hash != hash {
		t.Error(b, err)
	}
	hash, _ = clew.ParseTxID(stale.block.Hash)
	if _, err := n.BlockOf(t.Context(), hash); !errors.Is(err, ErrContradiction) {
		t.Error(err)
	}
	f.answers["eth_getBlockByHash"] = "null"
	if _, err := n.BlockOf(t.Context(), clew.TxID{1}); !errors.Is(err, clew.ErrNotFound) {
		t.Error(err)
	}
}

// chainOf returns a node at a height that holds so many blocks below.
func chainOf(chain uint64, at uint64, genesis string, held uint64) *fakeNode {
	f := &fakeNode{answers: map[string]string{
		"eth_chainId": fmt.Sprintf(`"0x%x"`, chain), "eth_syncing": "false",
		"eth_getBlockByNumber[0x0 false]": `{"number":"0x0","hash":"` + genesis + `","timestamp":"0x0","parentHash":"` + genesis + `"}`,
	}}
	head := func(h uint64) string {
		return fmt.Sprintf(`{"number":"0x%x","hash":"0x%064x","parentHash":"0x%064x","timestamp":"0x64"}`, h, h+1, h)
	}
	for h := at - min(at, held); h <= at; h++ {
		if h > 0 {
			f.answers[fmt.Sprintf("eth_getBlockByNumber[0x%x false]", h)] = head(h)
		}
	}
	f.answers["eth_getBlockByNumber[latest false]"] = head(at)
	return f
}

const mainnetGenesis = "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"

func TestReady(t *testing.T) {
	other := "0x" + strings.Repeat("ab", 32)
	syncing := `{"currentBlock":"0x190","highestBlock":"0x3e8"}`
	for _, c := range []struct {
		name    string
		chain   uint64
		genesis string
		syncing string
		from    uint64
		is      error
	}{
		{"ready", 1, mainnetGenesis, "false", 300, nil},
		{"above its head, for who follows it", 1, mainnetGenesis, "false", 900, nil},
		{"another number", 10, mainnetGenesis, "false", 300, ErrOtherChain},
		{"another first block", 1, other, "false", 300, ErrOtherChain},
		{"catching up, not there yet", 1, mainnetGenesis, syncing, 900, ErrSyncing},
		{"catching up, and there", 1, mainnetGenesis, syncing, 300, nil},
		{"pruned", 1, mainnetGenesis, "false", 100, ErrPruned},
	} {
		f := chainOf(c.chain, 400, c.genesis, 200)
		f.answers["eth_syncing"] = c.syncing
		state, err := serve(t, f, clew.Ethereum).Ready(t.Context(), c.from)
		if c.is == nil && err != nil || !errors.Is(err, c.is) {
			t.Errorf("%s: %v", c.name, err)
		}
		if state.Chain != c.chain || state.Head.Height != 400 || state.CatchesUp != (c.syncing != "false") || state.CatchesUp && state.Highest != 1000 {
			t.Errorf("%s: %+v", c.name, state)
		}
	}
}

// TestOtherChainInWords names both chains, whether or not they have a name.
func TestOtherChainInWords(t *testing.T) {
	for chain, want := range map[clew.Chain]string{
		clew.Base:     "it is of eip155:1, and base (eip155:8453) is wanted",
		"eip155:1337": "it is of eip155:1, and eip155:1337 is wanted",
	} {
		f := chainOf(1, 400, mainnetGenesis, 200)
		f.answers["eth_syncing"] = "false"
		if _, err := serve(t, f, chain).Ready(t.Context(), 300); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v; want %s", chain, err, want)
		}
	}
}

func TestHeads(t *testing.T) {
	f := chainOf(1, 4000, mainnetGenesis, 4000)
	n := serve(t, f, clew.Ethereum)
	if ref, err := n.Head(t.Context()); ref.Height != 4000 || ref.Time != 100 || ref.Hash.IsZero() || err != nil {
		t.Error(ref, err)
	}
	if ref, parent, err := n.Ref(t.Context(), 3999); ref.Height != 3999 || parent.IsZero() || err != nil {
		t.Error(ref, parent, err)
	}
	if _, _, err := n.Ref(t.Context(), 9999); !errors.Is(err, clew.ErrNotFound) {
		t.Error(err)
	}
	depth := SupportOf(clew.Ethereum).Depth
	for answer, want := range map[string]uint64{
		"":                         4000 - depth, // null
		refusal(-32602, "bad tag"): 4000 - depth,
		refusal(-39001, "finalized block not found"):   4000 - depth,
		f.answers["eth_getBlockByNumber[0x17f false]"]: 0x17f,
	} {
		if f.answers["eth_getBlockByNumber[finalized false]"] = answer; answer == "" {
			delete(f.answers, "eth_getBlockByNumber[finalized false]")
		}
		if ref, err := n.Finalized(t.Context()); ref.Height != want || err != nil {
			t.Errorf("%s: %d, %v; want %d", answer, ref.Height, err, want)
		}
	}
	f.cut = true
	if _, err := n.Finalized(t.Context()); err == nil {
		t.Error("half an answer is taken")
	}
}

// TestRecordedNode lets a node answer what one of the main network once did,
// and wants the token transfers that another tool exported.
func TestRecordedNode(t *testing.T) {
	const dir = "blocks_1755634_1755635"
	f := &fakeNode{answers: map[string]string{}}
	for _, name := range []string{"0x1ac9f2", "0x1ac9f3"} {
		f.answers["eth_getBlockByNumber["+name+" true]"] = string(resultOf(t, recorded(t, "test_stream", dir, "web3_response.eth_getBlockByNumber_"+name+"_true.json")))
	}
	for _, id := range []string{"0x2e3dcd051a91d3a694f6b8de2ac4b5fe7acdba55f58bcf8471ff00d4a430074d", "0x9a5437ec71b74ecf5930b406908ac6999966d38a86d1534b7190ece7599095eb"} {
		f.answers["eth_getTransactionReceipt["+id+"]"] = string(resultOf(t, recorded(t, "test_stream", dir, "web3_response.eth_getTransactionReceipt_"+id+".json")))
	}
	got, err := serve(t, f, clew.Ethereum).Blocks(t.Context(), 1755634, 1755636)
	if err != nil {
		t.Fatal(err)
	}
	var rows, want []string
	for _, row := range rowsOf(t, recorded(t, "test_stream", dir, "expected_token_transfers.json")) {
		want = append(want, tokenRow(row))
	}
	for _, b := range got {
		if !b.Recorded.Proved {
			t.Errorf("block %d is not proved", b.Block.Ref.Height)
		}
		for i := range b.Block.Transfers {
			if m := &b.Block.Transfers[i]; m.Pos.Class == clew.Log {
				rows = append(rows, line(m.Tx, m.Pos.Ordinal, text(m.Asset.Contract()), text(m.From[0].Address), text(m.To[0].Address), m.Amount()))
			}
		}
	}
	if !slices.Equal(rows, want) || len(rows) == 0 {
		t.Errorf("%s\nwant %s", rows, want)
	}
	if kinds := fmt.Sprint(got[0].Gaps, got[1].Gaps); !strings.Contains(kinds, "rewards of miners") || !strings.Contains(kinds, "not available") {
		t.Errorf("gaps %s", kinds)
	}
}

// TestRefusals wants what nodes say to be taken for what they mean.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		code    int
		message string
		kind    error // nil: none that is told apart
	}{
		{-32601, "the method debug_traceBlockByNumber does not exist/is not available", ErrNoMethod},
		{-32601, "nope", ErrNoMethod},
		{-32600, "debug_traceBlockByNumber is not available on the free tier", ErrNoMethod},
		{-32000, "Unsupported method: debug_traceBlockByNumber", ErrNoMethod},
		{-32004, "rpc method is not whitelisted", ErrNoMethod},
		{-32000, "block #77 not found", clew.ErrNotFound},
		{-32000, "block does not exist", nil},
		{-39001, "Unknown block", clew.ErrNotFound},
		{4444, "gone", ErrPruned},
		{-32000, "missing trie node ab (path ) state 0xcd is not available", ErrPruned},
		{-32000, "required historical state unavailable (reexec=128)", ErrPruned},
		{-32005, "too many requests", nil},
		{-32000, "execution timeout", nil},
	} {
		err := explained(&remote.RPCError{Method: "debug_traceBlockByNumber", Code: c.code, Message: c.message})
		for _, kind := range []error{ErrNoMethod, ErrPruned, clew.ErrNotFound} {
			if errors.Is(err, kind) != (kind == c.kind) {
				t.Errorf("%s: %v, want %v", c.message, err, c.kind)
			}
		}
		if !strings.Contains(err.Error(), c.message) {
			t.Errorf("%v hides the node's words", err)
		}
	}
	if err := explained(&remote.RPCError{Method: "m", Code: 1, Message: strings.Repeat("x", 400)}); len(err.Error()) > 600 {
		t.Errorf("an error of %d bytes", len(err.Error()))
	}
}

// TestTokens asks a contract that answers, one that answers in part, and one
// that fails.
func TestTokens(t *testing.T) {
	a, b, c := named('a'), named('b'), named('c')
	f := &fakeNode{answers: map[string]string{"eth_call": refusal(3, "execution reverted")}}
	answer := func(contract clew.Address, data, result string) {
		f.answers[fmt.Sprintf("eth_call[map[data:%s gas:%s to:%s] latest]", data, callGas, text(contract))] = result
	}
	answer(a, symbolCall, abiString("USDT"))
	answer(a, nameCall, abiString("Tether USD"))
	answer(a, decimalsCall, fmt.Sprintf(`"0x%064x"`, 6))
	answer(b, symbolCall, `"0x4d4b52`+strings.Repeat("00", 29)+`"`)
	answer(b, nameCall, `"0x"`)
	d := named('d')
	for _, data := range []string{symbolCall, nameCall, decimalsCall} {
		f.answers[fmt.Sprintf("eth_call[map[data:%s gas:%s to:%s] latest]", data, callGas, text(d))] = refusal(-32000, "header not found")
	}
	n := serve(t, f, clew.Ethereum)
	got, err := n.Tokens(t.Context(), a, b, c, d) // of d the node itself fails
	want := []TokenClaim{{a, "USDT", "Tether USD", 6, true}, {b, "MKR", "", 0, false}, {Contract: c}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for _, count := range []int{0, MaxTokens + 1} {
		var input *clew.InputError
		if _, err := n.Tokens(t.Context(), make([]clew.Address, count)...); !errors.As(err, &input) {
			t.Errorf("%d contracts: %v", count, err)
		}
	}
}

// TestForgetfulNode wants a node that once gave traces, and then does not know
// the method, to be in trouble and not to lack it.
func TestForgetfulNode(t *testing.T) {
	m := newMaker(11)
	f := &fakeNode{}
	f.offer(m.next(3))
	f.offer(m.next(3))
	n := serve(t, f, clew.Ethereum)
	if b, err := n.Block(t.Context(), 20_000_000); err != nil || len(b.Gaps) > 0 {
		t.Fatal(b, err)
	}
	f.forget("debug_traceBlockByNumber")
	if _, err := n.Block(t.Context(), 20_000_001); !errors.Is(err, ErrNoMethod) {
		t.Error(err)
	}
}

// TestGapsOfHistory wants gaps where no method of a node says what moved.
func TestGapsOfHistory(t *testing.T) {
	for _, c := range []struct {
		height     uint64
		difficulty string
		chain      clew.Chain
		want       string // a part of the only gap's note; empty: none
	}{
		{0, "0x400000000", clew.Ethereum, "first block"},
		{1_920_000, "0x400000000", clew.Ethereum, "the DAO"},
		{1_920_001, "0x400000000", clew.Ethereum, "rewards of miners"},
		{20_000_000, "0x0", clew.Ethereum, ""},
		{1_920_000, "0x2", clew.Polygon, ""},
	} {
		m := newMaker(11)
		m.height = c.height
		made := m.next(0)
		made.block.Difficulty = c.difficulty
		made.block.Hash = made.block.plainHash()
		f := &fakeNode{}
		f.offer(made)
		b, err := serve(t, f, c.chain).Block(t.Context(), c.height)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Gaps) > 1 || (len(b.Gaps) == 0) != (c.want == "") || c.want != "" && (b.Gaps[0].Kind != clew.GapHistory || !strings.Contains(b.Gaps[0].Note, c.want)) {
			t.Errorf("%d on %s: %+v", c.height, c.chain, b.Gaps)
		}
	}
}

// A lavishCaller answers more than it was allowed to.
type lavishCaller struct{}

func (lavishCaller) Batch(_ context.Context, calls []remote.Query) error {
	for i := range calls {
		calls[i].Result = []byte(strings.Repeat(" ", int(calls[i].Limit)) + "{}")
	}
	return nil
}

func TestLimit(t *testing.T) {
	n, err := NewNode(lavishCaller{}, clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Head(t.Context()); err == nil || !strings.Contains(err.Error(), "bytes, of at most") {
		t.Error(err)
	}
}

// TestNodeTogether lets several goroutines ask one node, which lacks methods, and
// wants the same of each.
func TestNodeTogether(t *testing.T) {
	m := newMaker(11)
	f := &fakeNode{}
	var want [][]string
	for range 6 {
		made := m.next(5)
		f.offer(made)
		want = append(want, made.plainTransfers())
	}
	f.forget("eth_getBlockReceipts", "debug_traceBlockByNumber")
	n := serve(t, f, clew.Ethereum)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range want {
				b, err := n.Block(t.Context(), 20_000_000+uint64(i))
				if err != nil || len(b.Gaps) > 0 || !slices.Equal(linesOf(b), want[i]) {
					t.Errorf("block %d: %v", i, err)
				}
			}
		})
	}
	group.Wait()
}
