package explorer_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger/memory"
	"clew/ledger/vfs"
	"clew/remote"
)

// TestEveryChainHasAMark: a chain that is known by name can be told from others,
// and no mark serves two.
func TestEveryChainHasAMark(t *testing.T) {
	seen := map[string]clew.Chain{}
	for _, chain := range clew.Chains() {
		_, hash := explorer.MarkOf(chain)
		switch {
		case !chain.IsEVM():
		case len(hash) != 66 || hash != strings.ToLower(hash):
			t.Errorf("%s: the hash %q", chain.Name(), hash)
		case seen[hash] != "":
			t.Errorf("%s and %s have %s", chain.Name(), seen[hash], hash)
		}
		seen[hash] = chain
	}
}

// askedOf notes questions, as METHOD PATH?QUERY.
type askedOf struct{ list []string }

// checkingServer lists nothing, and says of which chain it is.
func checkingServer(t *testing.T, number, block any) (*server, *askedOf) {
	asked := &askedOf{}
	return serve(t, func(r *http.Request) any {
		q := r.URL.Query()
		q.Del("apikey")
		asked.list = append(asked.list, r.Method+" "+r.URL.Path+" "+q.Encode())
		switch {
		case r.Method == http.MethodPost:
			return object{"jsonrpc": "2.0", "id": 1, "result": number}
		case q.Get("action") == "eth_getBlockByNumber":
			return block
		case q.Get("action") == "eth_blockNumber" || q.Get("action") == "eth_block_number":
			return object{"jsonrpc": "2.0", "id": 1, "result": "0x1000"}
		}
		return object{"status": "0", "message": "No transactions found", "result": []object{}}
	}), asked
}

func result(number, hash string) object {
	return object{"jsonrpc": "2.0", "id": 1, "result": object{"number": number, "hash": hash}}
}

// TestWrongChain serves another chain, or does not say which: that is an error
// before anything is held, or a gap.
func TestWrongChain(t *testing.T) {
	_, ether := explorer.MarkOf(clew.Ethereum)
	_, base := explorer.MarkOf(clew.Base)
	height, avalanche := explorer.MarkOf(clew.Avalanche)
	none := object{"status": "0", "message": "NOTOK", "result": "Error! Missing Or invalid Action name"}
	const right, wrong, open = "", "another chain", "chain not checked"
	for _, c := range []struct {
		kind   string
		chain  clew.Chain
		number any
		block  object
		want   string
	}{
		{"etherscan", clew.Ethereum, nil, result("0x0", ether), right},
		{"etherscan", clew.Ethereum, nil, result("0x0", strings.ToUpper(ether[2:])), open}, // no hash as they are written
		{"etherscan", clew.Ethereum, nil, result("0x0", base), wrong},
		{"routescan", clew.Base, nil, result("0x0", ether), wrong},
		{"routescan", clew.Base, nil, none, open},
		{"etherscan", clew.Avalanche, nil, result(fmt.Sprintf("0x%x", height), avalanche), right},
		{"etherscan", clew.Avalanche, nil, result("0x0", avalanche), open}, // not the block that was asked for
		{"etherscan", clew.Ethereum, nil, object{"jsonrpc": "2.0", "id": 1, "result": nil}, open},
		{"etherscan", "eip155:424242", nil, result("0x0", ether), open},
		{"blockscout", clew.Base, "0x2105", none, right},
		{"blockscout", clew.Base, "0x1", none, wrong},
		{"blockscout", clew.Base, nil, none, open},
		{"blockscout-pro", clew.Base, "0x2105", none, right},
		{"blockscout-pro", clew.Base, "0xa", none, wrong},
	} {
		t.Run(fmt.Sprint(c.kind, " ", c.chain.Name(), " ", c.want), func(t *testing.T) {
			s, _ := checkingServer(t, c.number, c.block)
			h, err := history(t, s.open(t, c.kind, c.chain, nil), account(c.chain, 1))
			if c.want == wrong {
				if !errors.Is(err, explorer.ErrOtherChain) || len(h.Coverage.Held) > 0 || len(h.Answers) != 1 {
					t.Errorf("%v: %+v", err, h)
				}
				if _, err := s.open(t, c.kind, c.chain, nil).Head(t.Context()); !errors.Is(err, explorer.ErrOtherChain) {
					t.Errorf("its head: %v", err)
				}
				return
			}
			if err != nil || len(h.Coverage.Held) != 1 {
				t.Fatal(err, h)
			}
			unchecked := slices.ContainsFunc(h.Coverage.Gaps, func(g clew.Gap) bool { return g.Kind == clew.GapChain && g.Note != "" })
			if unchecked != (c.want == open) {
				t.Errorf("gaps %v", h.Coverage.Gaps)
			}
		})
	}
}

// TestTheCheckCounts: it is a call of the budget, made once of a service, and its
// answer goes with the first history, as that of the head does, whoever asked
// before.
func TestTheCheckCounts(t *testing.T) {
	_, hash := explorer.MarkOf(clew.Ethereum)
	s, _ := checkingServer(t, nil, result("0x0", hash))
	budget := remote.NewBudget(100)
	service := s.open(t, "etherscan", clew.Ethereum, budget)
	if _, err := service.Head(t.Context()); err != nil {
		t.Fatal(err)
	}
	for turn, want := range []int{7, 5} {
		h, err := history(t, service, account(clew.Ethereum, 1))
		if err != nil || len(h.Answers) != want {
			t.Errorf("turn %d: %v, %d answers, want %d", turn, err, len(h.Answers), want)
		}
	}
	if used := 100 - budget.Left(); used != 2+5+5 {
		t.Errorf("%d calls", used)
	}
	none := s.open(t, "etherscan", clew.Ethereum, remote.NewBudget(0))
	if _, err := history(t, none, account(clew.Ethereum, 1)); !errors.Is(err, remote.ErrBudget) {
		t.Errorf("without a budget: %v", err)
	}
}

// TestManyChainsByOneKey asks Blockscout's API of many chains where its
// documentation says: the modules by the chain's number as a parameter, JSON-RPC by
// that in the path.
func TestManyChainsByOneKey(t *testing.T) {
	s, asked := checkingServer(t, "0x2105", nil)
	service := s.open(t, "blockscout-pro", clew.Base, nil)
	if _, err := service.Head(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := history(t, service, account(clew.Base, 1)); err != nil {
		t.Fatal(err)
	}
	want := []string{"POST /8453/json-rpc ", "GET /v2/api action=eth_block_number&chain_id=8453&module=block", "GET /v2/api action=txlist&address="}
	for i, w := range want {
		if !strings.HasPrefix(asked.list[i], w) {
			t.Errorf("question %d: %s, want %s", i, asked.list[i], w)
		}
	}
}

// TestHeadsOfAnotherChain: where histories end is not taken from a service of
// another chain, whose blocks may be many more, and what the head was is kept.
func TestHeadsOfAnotherChain(t *testing.T) {
	block := func(id string, height int) object {
		return object{"blockID": id, "block_header": object{"raw_data": object{"number": height}}}
	}
	coins := func(hash string, head int) *server {
		return serve(t, func(r *http.Request) any {
			switch r.URL.Path {
			case "/block-height/0":
				return hash
			case "/blocks/tip/height":
				return head
			}
			return []object{}
		})
	}
	tron := func(number string, head int) *server {
		return serve(t, func(r *http.Request) any {
			switch r.URL.Path {
			case "/wallet/getblockbynum":
				return block(strings.Repeat("0", 56)+number, 0)
			case "/walletsolidity/getnowblock":
				return block(strings.Repeat("1", 64), head)
			}
			return object{"success": true, "data": []object{}, "meta": object{}}
		})
	}
	genesis := strings.TrimPrefix(string(clew.Bitcoin), "bip122:") + strings.Repeat("0", 32)
	for kind, c := range map[string]struct {
		chain        clew.Chain
		other, right *server
	}{
		"esplora":  {clew.Bitcoin, coins(strings.Repeat("1", 64), 1_000_000), coins(genesis, 1000)},
		"trongrid": {clew.Tron, tron("cd8690dc", 1_000_000), tron("2b6653dc", 1000)},
	} {
		t.Run(kind, func(t *testing.T) {
			if _, err := c.other.open(t, kind, c.chain, nil).Head(t.Context()); !errors.Is(err, explorer.ErrOtherChain) {
				t.Errorf("%v", err)
			}
			budget := remote.NewBudget(100)
			store := memory.New(c.chain)
			f := explorer.NewFiller([]explorer.Service{c.other.open(t, kind, c.chain, budget), c.right.open(t, kind, c.chain, budget)}, store, budget)
			f.Archive = explorer.OpenArchive(vfs.NewMem())
			if n, err := f.Fill(t.Context(), []clew.Address{account(c.chain, 1)}); n != 1 || err != nil {
				t.Fatalf("%d, %v: %+v", n, err, f.Report())
			}
			if until := f.Report().Until; until > 1000 {
				t.Errorf("histories end with block %d", until)
			}
			answers, err := f.Archive.Answers()
			if err != nil || !slices.ContainsFunc(answers, func(a explorer.Answer) bool {
				return strings.Contains(a.Asked, "tip/height") || strings.Contains(a.Asked, "getnowblock")
			}) {
				t.Errorf("kept %v, %v", answers, err)
			}
		})
	}
}
