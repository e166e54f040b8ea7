package node

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"clew"
	"clew/follow"
	"clew/ledger/memory"
	"clew/remote"
)

// firstOfTron is how nodes of Tron answer for the chain's first block.
const firstOfTron = `{"blockID":"00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc","block_header":{"raw_data":{` +
	`"txTrieRoot":"8ef446bf3f395af929c218014f6101ec86576c5f61b2ae3236bf3a2ab5e2fecd","parentHash":"e58f33f9baf9305dc6f82b9f1934ea8f0ade2defb951258d50167028c780351f",` +
	`"witness_address":"41206e65772073797374656d206d75737420616c6c6f77206578697374696e672073797374656d7320746f206265206c696e6b656420746f67657468657220776974686f757420726571756972696e6720616e792063656e7472616c20636f6e74726f6c206f7220636f6f7264696e6174696f6e"}}}`

// fakeTron answers as a full node of Tron does that holds blocks without
// transactions; spoil changes what it answers.
type fakeTron struct {
	blocks []string
	mu     sync.Mutex // guards asked
	asked  map[string]int
	spoil  func(method string, height, asked int, answer string) string
}

// newFakeTron makes up a chain of n blocks.
func newFakeTron(n int) *fakeTron {
	f := &fakeTron{blocks: []string{firstOfTron}, asked: map[string]int{}}
	parent, _ := hex.DecodeString(firstOfTron[12 : 12+64])
	for height := uint64(1); height < uint64(n); height++ {
		root := sha256.Sum256([]byte{byte(height)})
		time := 1_700_000_000_000 + 3000*height
		raw := binary.AppendUvarint([]byte{1 << 3}, time)
		raw = append(append(raw, 2<<3|2, 32), root[:]...)
		raw = append(append(raw, 3<<3|2, 32), parent...)
		raw = binary.AppendUvarint(append(raw, 7<<3), height)
		id := sha256.Sum256(raw)
		binary.BigEndian.PutUint64(id[:], height)
		f.blocks = append(f.blocks, fmt.Sprintf(`{"blockID":"%x","block_header":{"raw_data":{"number":%d,"txTrieRoot":"%x","parentHash":"%x","timestamp":%d}}}`, id, height, root, parent, time))
		parent = id[:]
	}
	return f
}

func (f *fakeTron) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	question := struct {
		Num     uint64
		IDOrNum string `json:"id_or_num"`
	}{}
	if err := json.NewDecoder(r.Body).Decode(&question); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	method, height := strings.TrimPrefix(r.URL.Path, "/"), int(question.Num)
	switch method {
	case "wallet/getnowblock", "walletsolidity/getnowblock":
		height = len(f.blocks) - 1
	case "wallet/getblock":
		_, _ = fmt.Sscan(question.IDOrNum, &height)
	}
	answer := "{}"
	switch {
	case method == "wallet/gettransactioninfobyblocknum":
		answer = "[]"
	case height < len(f.blocks):
		answer = f.blocks[height]
	}
	key := fmt.Sprint(method, height)
	f.mu.Lock()
	f.asked[key]++
	asked := f.asked[key]
	f.mu.Unlock()
	if f.spoil != nil {
		answer = f.spoil(method, height, asked, answer)
	}
	_, _ = fmt.Fprintln(w, answer)
}

// badTransaction is a list of transactions of which one has no bytes.
const badTransaction = `,"transactions":[{"txID":"` + "6d6164652d757020" + "6d6164652d757020" + "6d6164652d757020" + "6d6164652d757020" + `"}]}`

// spoilt is a source of which block 2 cannot be decoded, and what the raw bytes
// that are kept of it must hold.
type spoilt struct {
	name  string
	open  func(t *testing.T) Source
	chain clew.Chain
	holds string
}

func spoiltSources() []spoilt {
	one := after(firstOfRegtest(), 1, nil)
	two := after(one, 2, nil)
	three := after(two, 3, nil)
	cut := two
	cut.raw = two.raw[:len(two.raw)-9] // its last output's script
	return []spoilt{
		{name: "Bitcoin's node", chain: clew.BitcoinRegtest, holds: string(cut.raw), open: func(t *testing.T) Source {
			return coreSource(t, &fakeCore{blocks: []made{firstOfRegtest(), one, cut, three}})
		}},
		{name: "Bitcoin's files", chain: clew.BitcoinRegtest, holds: string(cut.raw), open: func(t *testing.T) Source {
			f := newFolder()
			for _, b := range []made{one, cut, three} {
				f.block(0, b)
			}
			s, err := OpenFolder(clew.BitcoinRegtest, "node", fs.FS(f), Options{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}},
		{name: "Tron", chain: clew.Tron, holds: "6d6164652d7570", open: func(t *testing.T) Source {
			f := newFakeTron(4)
			f.spoil = func(method string, height, _ int, answer string) string {
				if method == "wallet/getblockbynum" && height == 2 {
					return answer[:len(answer)-1] + badTransaction
				}
				return answer
			}
			return tronSourceOf(t, f)
		}},
		{name: "Tron's JSON-RPC", chain: clew.Tron, holds: `"data":"0x6d616465207570"`, open: func(t *testing.T) Source { return gatewaySourceOf(t, newFakeTron(4), 2) }},
	}
}

// gatewaySourceOf asks a node by its JSON-RPC, which has one log, in a block, that
// cannot be read.
func gatewaySourceOf(t *testing.T, f *fakeTron, spoilt int) Source {
	t.Helper()
	at := func(height int) (id, parent string) {
		var b struct {
			BlockID string
			Header  struct {
				Raw struct{ ParentHash string } `json:"raw_data"`
			} `json:"block_header"`
		}
		_ = json.Unmarshal([]byte(f.blocks[height]), &b)
		return b.BlockID, b.Header.Raw.ParentHash
	}
	answer := func(method string, param json.RawMessage) string {
		if method == "eth_chainId" {
			return `"0x2b6653dc"`
		}
		height := len(f.blocks) - 1
		if text := strings.Trim(string(param), `"`); strings.HasPrefix(text, "0x") {
			_, _ = fmt.Sscanf(text, "0x%x", &height)
		}
		id, parent := at(min(height, len(f.blocks)-1))
		bad, _ := at(spoilt)
		switch {
		case method == "eth_getBlockByNumber":
			return fmt.Sprintf(`{"number":"0x%x","hash":"0x%s","parentHash":"0x%s","timestamp":"0x%x"}`, height, id, parent, 1_700_000_000+3*height)
		case strings.Contains(string(param), bad) || strings.Contains(string(param), fmt.Sprintf(`"0x%x"`, spoilt)):
			return `[{"address":"0x` + strings.Repeat("ab", 20) + `","topics":["0x01"],"data":"0x6d616465207570","transactionHash":"0x` + bad + `","transactionIndex":"0x0","blockHash":"0x` + bad + `"}]`
		}
		return "[]"
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var raw json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&raw)
		one := raw[0] == '{'
		if one {
			raw = json.RawMessage("[" + string(raw) + "]")
		}
		var calls []struct {
			ID     json.RawMessage
			Method string
			Params []json.RawMessage
		}
		_ = json.Unmarshal(raw, &calls)
		var answers []string
		for _, c := range calls {
			param := json.RawMessage("null")
			if len(c.Params) > 0 {
				param = c.Params[0]
			}
			answers = append(answers, fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, c.ID, answer(c.Method, param)))
		}
		text := strings.Join(answers, ",")
		if !one {
			text = "[" + text + "]"
		}
		_, _ = fmt.Fprint(w, text)
	}))
	t.Cleanup(server.Close)
	s, err := Open(clew.Tron, []remote.Endpoint{{URL: server.URL + gatewayPath}}, Options{Remote: remote.Options{Clock: still{}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tronSourceOf(t *testing.T, f *fakeTron) Source {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	s, err := Open(clew.Tron, []remote.Endpoint{{URL: server.URL}}, Options{Remote: remote.Options{Clock: still{}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBadBlocksAreKeptAside wants of each kind of chain that a block which cannot
// be decoded is named and handed over with its bytes, that what comes before it is
// kept, and that what comes after it is only if that is wanted, with a gap.
func TestBadBlocksAreKeptAside(t *testing.T) {
	for _, c := range spoiltSources() {
		t.Run(c.name, func(t *testing.T) {
			s, l := c.open(t), memory.New(c.chain)
			defer s.Close()
			var aside []*follow.BadBlock
			from, until := uint64(0), uint64(3)
			opt := follow.Options{From: &from, Until: &until, Clock: still{}, Ahead: 1, Aside: func(b *follow.BadBlock) error {
				aside = append(aside, b)
				return nil
			}}
			state, err := follow.Run(bg, s, l, opt)
			var bad *follow.BadBlock
			if !errors.As(err, &bad) || bad.Ref.Height != 2 || bad.Ref.Hash.IsZero() || !strings.Contains(err.Error(), bad.Ref.Hash.String()) || state.Held.Height != 1 {
				t.Fatalf("held up to %d: %v", state.Held.Height, err)
			}
			opt.SkipBad = true
			if state, err = follow.Run(bg, s, l, opt); err != nil || state.Held.Height != 3 || state.Bad != 1 {
				t.Fatalf("%+v, %v", state, err)
			}
			if len(aside) != 2 || !strings.Contains(string(aside[0].Raw), c.holds) || string(aside[1].Raw) != string(aside[0].Raw) {
				t.Errorf("%d blocks were kept aside", len(aside))
			}
			snapshot, err := l.Snapshot(bg)
			if err != nil {
				t.Fatal(err)
			}
			defer snapshot.Close()
			gaps := slices.DeleteFunc(slices.Clone(snapshot.Coverage().Gaps), func(g clew.Gap) bool { return strings.HasPrefix(g.Note, "a node's JSON-RPC") })
			if len(gaps) != 1 || gaps[0].Kind != clew.GapHistory || gaps[0].Window != (clew.Window{From: 2, To: 3}) {
				t.Errorf("gaps %v", gaps)
			}
		})
	}
}

// TestTronIsAskedOnceMore takes a block that could not be read once.
func TestTronIsAskedOnceMore(t *testing.T) {
	f, l := newFakeTron(4), memory.New(clew.Tron)
	f.spoil = func(method string, height, asked int, answer string) string {
		if method == "wallet/getblockbynum" && height == 2 && asked == 1 {
			return "<html>busy</html>"
		}
		return answer
	}
	s := tronSourceOf(t, f)
	defer s.Close()
	from, until := uint64(0), uint64(3)
	if state, err := follow.Run(bg, s, l, follow.Options{From: &from, Until: &until, Clock: still{}, Ahead: 1}); err != nil || state.Held.Height != 3 || state.Retries != 0 {
		t.Errorf("%+v, %v", state, err)
	}
}
