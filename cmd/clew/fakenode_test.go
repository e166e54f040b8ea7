package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A fakeNode answers for a chain that it makes up: in each block somebody pays
// somebody as many coins as the block is high, and moves a token. It can be wrong
// in the ways in which nodes are.
type fakeNode struct {
	mu      sync.Mutex
	number  int                                 // of the chain
	salts   []byte                              // one a block: two chains with the same first salts share these blocks
	syncing string                              // what it says to eth_syncing; "": false
	pruned  int                                 // blocks below are gone
	says    string                              // of blocks that are gone: an error's object; "": null
	stale   int                                 // blocks below have no state any more, which traces need
	broken  string                              // what it answers to everybody, as a server in front of it does; "": nothing of the kind
	header  bool                                // gives headers whole, so that their hashes can be computed
	bad     int                                 // the block that cannot be read; 0: none
	cut     int                                 // answers that are sent by half, before the first whole one
	refuse  bool                                // wants a key
	word    string                              // what tokens call themselves
	holds   func(who string, height int) string // what balanceOf returns, with its quotes, or an error's object; nil: nothing is known
	asked   map[string]int                      // by method
	onBlock func(height int)
}

func newFakeNode(blocks int) *fakeNode {
	return &fakeNode{number: 1337, salts: make([]byte, blocks), asked: map[string]int{}}
}

// serve starts the node and returns where it is.
func (f *fakeNode) serve(t testing.TB) string {
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return server.URL
}

// hash names a block by all that came before.
func (f *fakeNode) hash(height int) string {
	sum := sha256.Sum256(f.salts[:max(height, 0)+1])
	if height < 0 {
		sum = [32]byte{}
	}
	return "0x" + hex.EncodeToString(sum[:])
}

func (f *fakeNode) txOf(height int) string {
	sum := sha256.Sum256([]byte(f.hash(height)))
	return "0x" + hex.EncodeToString(sum[:])
}

// Who pays whom, and the token.
const (
	payer  = "0x1111111111111111111111111111111111111111"
	payee  = "0x2222222222222222222222222222222222222222"
	minted = "0x3333333333333333333333333333333333333333"
)

func (f *fakeNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse {
		http.Error(w, "no key", http.StatusUnauthorized)
		return
	}
	if f.broken != "" {
		http.Error(w, f.broken, http.StatusInternalServerError)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var calls []fakeCall
	single := strings.HasPrefix(string(body), "{")
	if single {
		body = []byte("[" + string(body) + "]")
	}
	if err := json.Unmarshal(body, &calls); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var answers []string
	for _, c := range calls {
		f.asked[c.Method]++
		answers = append(answers, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,%s}`, c.ID, f.answer(c)))
	}
	text := strings.Join(answers, ",")
	if !single {
		text = "[" + text + "]"
	}
	if f.cut > 0 {
		f.cut--
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		text = text[:len(text)/2]
	}
	io.WriteString(w, text)
}

type fakeCall struct {
	ID     int
	Method string
	Params []any
}

func (f *fakeNode) answer(c fakeCall) string {
	height := len(f.salts) - 1
	if len(c.Params) > 0 {
		if text, ok := c.Params[0].(string); ok && strings.HasPrefix(text, "0x") {
			fmt.Sscanf(text, "0x%x", &height)
		}
	}
	there := height < len(f.salts) && height >= f.pruned
	switch {
	case c.Method == "eth_chainId":
		return fmt.Sprintf(`"result":"0x%x"`, f.number)
	case c.Method == "eth_syncing" && f.syncing != "":
		return `"result":` + f.syncing
	case c.Method == "eth_syncing":
		return `"result":false`
	case c.Method == "eth_call" && f.holds != nil && isBalance(c):
		return f.balance(c)
	case c.Method == "eth_call" && f.word != "":
		return fmt.Sprintf(`"result":%q`, f.claim(c))
	case c.Method == "eth_call":
		return `"error":{"code":3,"message":"execution reverted"}`
	case height < f.pruned && f.says != "" && strings.HasPrefix(c.Method, "eth_getBlock"):
		return `"error":` + f.says
	case c.Method == "debug_traceBlockByNumber" && height < f.stale:
		return `"error":{"code":-32000,"message":"missing trie node 1a2b (path ) state 0x1a2b is not available"}`
	case c.Method == "eth_getBlockByNumber" && !there:
		return `"result":null`
	case c.Method == "eth_getBlockByNumber":
		return `"result":` + f.block(height, c.Params[1] == true)
	case c.Method == "eth_getBlockReceipts" && there:
		return `"result":` + f.receipts(height)
	case c.Method == "debug_traceBlockByNumber" && there:
		return fmt.Sprintf(`"result":[{"txHash":%q,"result":{"type":"CALL","from":%q,"to":%q,"value":"0x%x"}}]`, f.txOf(height), payer, payee, height)
	}
	return fmt.Sprintf(`"error":{"code":-32601,"message":"the method %s does not exist"}`, c.Method)
}

// isBalance reports whether a call is of balanceOf.
func isBalance(c fakeCall) bool {
	call, _ := c.Params[0].(map[string]any)
	data, _ := call["data"].(string)
	return strings.HasPrefix(data, "0x70a08231")
}

// balance answers what an address holds.
func (f *fakeNode) balance(c fakeCall) string {
	var height int
	fmt.Sscanf(c.Params[1].(string), "0x%x", &height)
	data := c.Params[0].(map[string]any)["data"].(string)
	said := f.holds("0x"+data[len(data)-40:], height)
	if strings.HasPrefix(said, "{") {
		return `"error":` + said
	}
	return `"result":` + said
}

// claim answers what a token says of itself: its decimals, or a word.
func (f *fakeNode) claim(c fakeCall) string {
	call, _ := c.Params[0].(map[string]any)
	if call["data"] == "0x313ce567" {
		return fmt.Sprintf("0x%064x", 2)
	}
	text := make([]byte, (len(f.word)+31)/32*32)
	copy(text, f.word)
	return fmt.Sprintf("0x%064x%064x%x", 32, len(f.word), text)
}

func (f *fakeNode) block(height int, whole bool) string {
	if f.onBlock != nil && whole {
		f.onBlock(height)
	}
	value := fmt.Sprintf("0x%x", height)
	if height == f.bad && height > 0 {
		value = "many"
	}
	tx := fmt.Sprintf("%q", f.txOf(height))
	if whole {
		tx = fmt.Sprintf(`{"hash":%q,"transactionIndex":"0x0","from":%q,"to":%q,"value":%q,"nonce":"0x1","gasPrice":"0x2"}`, f.txOf(height), payer, payee, value)
	}
	more := ""
	if f.header {
		none := "0x" + strings.Repeat("0", 64)
		for _, name := range []string{"sha3Uncles", "stateRoot", "transactionsRoot", "receiptsRoot", "mixHash"} {
			more += fmt.Sprintf(`%q:%q,`, name, none)
		}
		more += fmt.Sprintf(`"logsBloom":"0x%s","difficulty":"0x0","gasLimit":"0x1","gasUsed":"0x1","extraData":"0x","nonce":"0x0000000000000000",`, strings.Repeat("0", 512))
	}
	return fmt.Sprintf(`{"number":"0x%x","hash":%q,"parentHash":%q,"timestamp":"0x%x",%s"miner":%q,"baseFeePerGas":"0x1","transactions":[%s]}`,
		height, f.hash(height), f.hash(height-1), 1_600_000_000+12*height, more, minted, tx)
}

func (f *fakeNode) receipts(height int) string {
	topic := func(address string) string { return "0x" + strings.Repeat("0", 24) + address[2:] }
	var amount [32]byte
	binary.BigEndian.PutUint64(amount[24:], uint64(height))
	log := fmt.Sprintf(`{"address":%q,"topics":["0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",%q,%q],"data":"0x%x","logIndex":"0x0","transactionHash":%q,"transactionIndex":"0x0"}`,
		minted, topic(payer), topic(payee), amount, f.txOf(height))
	return fmt.Sprintf(`[{"transactionHash":%q,"transactionIndex":"0x0","status":"0x1","gasUsed":"0x5","effectiveGasPrice":"0x2","logs":[%s]}]`, f.txOf(height), log)
}
