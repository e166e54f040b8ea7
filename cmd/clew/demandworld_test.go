package main

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/sha3"
)

type object = map[string]any

// A demandWorld is what explorers of Etherscan's kind know of some chains, in the
// forms that docs.etherscan.io shows of txlist, txlistinternal (by address and by
// transaction), tokentx and eth_getTransactionReceipt.
type demandWorld struct {
	*httptest.Server
	t      *testing.T
	key    string // file with the key
	mu     sync.Mutex
	chains map[string]*demandChain // by number
	asked  []string                // chain, action, and of what
	odd    func(asked string) any  // answers instead, unless it returns nil
}

type demandChain struct {
	mark     string // hash of the first block
	head     int
	rows     map[string][]object // by list
	receipts map[string]object
}

// Contracts of Across and wrapped coins, as they are known.
const (
	acrossEthereum = "0x5c7bcd6e7de5423a257d81b442095a1a6ced35c5"
	acrossBase     = "0x09aea4b2242abc8bb4bb78d537a67a245a7bec64"
	wrappedHere    = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
	wrappedBase    = "0x4200000000000000000000000000000000000006"
)

func newDemandWorld(t *testing.T) *demandWorld {
	w := &demandWorld{t: t, chains: map[string]*demandChain{
		"1":    {mark: "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3", head: 2000},
		"8453": {mark: "0xf712aa9241cc24369b143cf6dce85f0902a9731e70d66818a3a5845b296c73dd", head: 9000},
	}}
	for _, c := range w.chains {
		c.rows, c.receipts = map[string][]object{}, map[string]object{}
	}
	w.Server = httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(w.Close)
	return w
}

// where names the server as a user does, with the key in a file.
func (w *demandWorld) where() string {
	if w.key == "" {
		w.key = keyFile(w.t, w.URL+"\nKey: "+explorerKey+"\n")
	}
	return "etherscan=@" + w.key
}

func (w *demandWorld) serve(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	w.mu.Lock()
	asked := q.Get("chainid") + " " + q.Get("action") + " " + q.Get("address") + q.Get("txhash") + q.Get("tag")
	w.asked = append(w.asked, asked)
	odd := w.odd
	w.mu.Unlock()
	answer := any(nil)
	if odd != nil {
		answer = odd(asked)
	}
	if text, is := answer.(string); is {
		fmt.Fprint(rw, text)
		return
	}
	if answer == nil {
		answer = w.answer(q.Get)
	}
	_ = json.NewEncoder(rw).Encode(answer)
}

func (w *demandWorld) answer(q func(string) string) any {
	c := w.chains[q("chainid")]
	result := func(what any) object { return object{"jsonrpc": "2.0", "id": 1, "result": what} }
	switch action := q("action"); {
	case c == nil || q("apikey") != explorerKey:
		return object{"status": "0", "message": "NOTOK", "result": "Invalid API Key"}
	case action == "eth_blockNumber":
		return result(fmt.Sprintf("0x%x", c.head))
	case action == "eth_getBlockByNumber" && q("tag") == "0x0":
		return result(object{"number": "0x0", "hash": c.mark})
	case action == "eth_getTransactionReceipt":
		if receipt, known := c.receipts[q("txhash")]; known {
			return result(receipt)
		}
		return result(nil)
	case action == "txlistinternal" && q("txhash") != "":
		return listed(c.rows["txlistinternal"], func(r object) bool { return r["hash"] == q("txhash") }, "hash")
	}
	return listed(c.rows[q("action")], func(r object) bool {
		height, _ := strconv.Atoi(r["blockNumber"].(string))
		first, _ := strconv.Atoi(q("startblock"))
		last, _ := strconv.Atoi(q("endblock"))
		return height >= first && height <= last && (strings.EqualFold(r["from"].(string), q("address")) || strings.EqualFold(r["to"].(string), q("address")))
	}, "")
}

// listed answers with rows, without one of their fields.
func listed(rows []object, wanted func(object) bool, without string) object {
	var list []object
	for _, r := range rows {
		if wanted(r) {
			shown := object{}
			for name, value := range r {
				if name != without {
					shown[name] = value
				}
			}
			list = append(list, shown)
		}
	}
	slices.SortStableFunc(list, func(a, b object) int {
		return cmp.Or(cmp.Compare(len(a["blockNumber"].(string)), len(b["blockNumber"].(string))), cmp.Compare(a["blockNumber"].(string), b["blockNumber"].(string)))
	})
	if list == nil {
		return object{"status": "0", "message": "No transactions found", "result": []object{}}
	}
	return object{"status": "1", "message": "OK", "result": list}
}

// txHash names a transaction of the tests.
func txHash(n int) string { return fmt.Sprintf("0x%064x", 0xabc000+n) }

func (c *demandChain) row(list string, height, tx int, from, to, value string, more object) {
	r := object{"blockNumber": fmt.Sprint(height), "timeStamp": fmt.Sprint(1_700_000_000 + 12*(height%1000)), "hash": txHash(tx), "from": from, "to": to, "value": value, "isError": "0"}
	for name, v := range more {
		r[name] = v
	}
	c.rows[list] = append(c.rows[list], r)
}

// pays adds a transaction with its input; calls adds a call within one, and moves a
// token's transfer.
func (c *demandChain) pays(height, tx int, from, to, value, input string) {
	c.row("txlist", height, tx, from, to, value, object{"transactionIndex": fmt.Sprint(tx), "gasUsed": "21000", "gasPrice": "1", "txreceipt_status": "1", "contractAddress": "", "input": input})
}

func (c *demandChain) calls(height, tx int, from, to, value string) {
	c.row("txlistinternal", height, tx, from, to, value, object{"type": "call", "traceId": "0_1", "contractAddress": "", "input": ""})
}

func (c *demandChain) moves(height, tx int, token, from, to, value string) {
	c.row("tokentx", height, tx, from, to, value, object{"transactionIndex": fmt.Sprint(tx), "contractAddress": token, "tokenDecimal": "18", "tokenSymbol": "T"})
}

// A log of a receipt: who logs, what by its signature, topics after the first, and
// words of data.
type demandLog struct {
	at, event    string
	topics, data []string
}

func (c *demandChain) receipt(height, tx int, from, to string, logs ...demandLog) {
	list := []object{}
	for i, l := range logs {
		h := sha3.NewLegacyKeccak256()
		h.Write([]byte(l.event))
		topics := []string{"0x" + hex.EncodeToString(h.Sum(nil))}
		for _, topic := range l.topics {
			topics = append(topics, "0x"+abiWord(topic))
		}
		data := "0x"
		for _, word := range l.data {
			data += abiWord(word)
		}
		list = append(list, object{"address": l.at, "topics": topics, "data": data, "blockNumber": fmt.Sprintf("0x%x", height), "blockHash": txHash(height), "transactionHash": txHash(tx),
			"transactionIndex": fmt.Sprintf("0x%x", tx), "logIndex": fmt.Sprintf("0x%x", 100+i), "removed": false})
	}
	c.receipts[txHash(tx)] = object{"blockHash": txHash(height), "blockNumber": fmt.Sprintf("0x%x", height), "contractAddress": nil, "cumulativeGasUsed": "0x5208", "effectiveGasPrice": "0x1",
		"from": from, "to": to, "gasUsed": "0x5208", "logs": list, "logsBloom": "0x00", "status": "0x1", "transactionHash": txHash(tx), "transactionIndex": fmt.Sprintf("0x%x", tx), "type": "0x2"}
}

// abiWord writes an address or a number as a word.
func abiWord(text string) string {
	if digits, is := strings.CutPrefix(text, "0x"); is {
		return strings.Repeat("0", 64-len(digits)) + strings.ToLower(digits)
	}
	var n [32]byte
	for _, c := range []byte(text) { // times ten, and one digit more
		carry := int(c - '0')
		for i := 31; i >= 0; i-- {
			carry += int(n[i]) * 10
			n[i], carry = byte(carry), carry>>8
		}
	}
	return hex.EncodeToString(n[:])
}

// person is an address of the tests, in small letters.
func personAt(n int) string { return fmt.Sprintf("0x%040x", 0xdd0000+n) }

const (
	tenEther      = "10000000000000000000"
	almostTen     = "9990000000000000000"
	acrossCall    = "0x7b939232" // depositV3, and what follows is not looked at
	acrossSent    = "V3FundsDeposited(address,address,uint256,uint256,uint256,uint32,uint32,uint32,uint32,address,address,address,bytes)"
	acrossFilled  = "FilledV3Relay(address,address,uint256,uint256,uint256,uint256,uint32,uint32,uint32,address,address,address,address,bytes,(address,bytes,uint256,uint8))"
	wethWithdrawn = "Withdrawal(address,uint256)"
)

// acrossDeposit is what Across logs of ten ether that go to somebody on Base.
func acrossDeposit(number, depositor, recipient string) demandLog {
	return demandLog{acrossEthereum, acrossSent, []string{"8453", number, depositor},
		[]string{wrappedHere, wrappedBase, tenEther, almostTen, "1700000000", "1700009999", "0", recipient, "0x0", "320", "0"}}
}

// acrossFill is what Across logs on Base when that is carried out.
func acrossFill(by, number, recipient string) demandLog {
	return demandLog{by, acrossFilled, []string{"1", number, personAt(90)},
		[]string{wrappedHere, wrappedBase, tenEther, almostTen, "1", "1700009999", "0", "0x0", personAt(1), recipient, "384", "416",
			"0", recipient, "128", almostTen, "0", "0"}}
}

// theftOverAcross is a theft of ten ether: 1 gets it from 50, pays it into Across,
// 2 gets most of it on Base in coins that the pool unwraps, and pays 3.
func theftOverAcross(t *testing.T) *demandWorld {
	w := newDemandWorld(t)
	here, there := w.chains["1"], w.chains["8453"]
	here.pays(100, 1, personAt(50), personAt(1), tenEther, "0x")
	here.pays(110, 2, personAt(1), acrossEthereum, tenEther, acrossCall+strings.Repeat("00", 64))
	here.calls(110, 2, acrossEthereum, wrappedHere, tenEther)
	here.receipt(110, 2, personAt(1), acrossEthereum,
		demandLog{wrappedHere, "Deposit(address,uint256)", []string{acrossEthereum}, []string{tenEther}}, acrossDeposit("77", personAt(1), personAt(2)))
	there.calls(5120, 3, wrappedBase, acrossBase, almostTen)
	there.calls(5120, 3, acrossBase, personAt(2), almostTen)
	there.receipt(5120, 3, personAt(90), acrossBase,
		demandLog{wrappedBase, "Transfer(address,address,uint256)", []string{personAt(90), acrossBase}, []string{almostTen}},
		demandLog{wrappedBase, wethWithdrawn, []string{acrossBase}, []string{almostTen}}, acrossFill(acrossBase, "77", personAt(2)))
	there.pays(5130, 4, personAt(2), personAt(3), "9900000000000000000", "0x")
	return w
}
