package explorer_test

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"clew"
	"clew/explorer"
)

type object = map[string]any

// etherRows lists what Etherscan lists of an address.
func (w *world) etherRows(action string, a clew.Address) []object {
	var rows []object
	for i := range w.txs {
		t := &w.txs[i]
		row := object{"blockNumber": fmt.Sprint(t.height), "timeStamp": fmt.Sprint(int64(t.time())), "hash": t.id.String(), "confirmations": "7"}
		add := func(from, to clew.Address, value uint64, more object) {
			if from != a && to != a {
				return
			}
			r := object{"from": from.Text(), "to": to.Text(), "value": fmt.Sprint(value)}
			for _, part := range []object{row, more} {
				for k, v := range part {
					r[k] = v
				}
			}
			rows = append(rows, r)
		}
		switch {
		case action == "txlist":
			status := "1"
			if t.failed {
				status = "0"
			}
			add(t.from, t.to, t.value, object{"transactionIndex": fmt.Sprint(t.index), "gasUsed": "1", "gasPrice": fmt.Sprint(t.fee),
				"isError": map[bool]string{true: "1", false: "0"}[t.failed], "txreceipt_status": status, "contractAddress": ""})
		case action == "txlistinternal" && t.frame != nil:
			add(t.frame.from, t.frame.to, t.frame.amount, object{"type": "call", "isError": "0", "traceId": "0_1", "contractAddress": ""})
		case action == "tokentx" && t.token != nil:
			add(t.token.from, t.token.to, t.token.amount, object{"transactionIndex": fmt.Sprint(t.index), "tokenDecimal": "6", "contractAddress": account(w.chain, 250).Text()})
		}
	}
	return rows
}

// markOf answers with the block that tells a chain from others, if that is asked
// for, and else with none.
func markOf(chain clew.Chain, tag string) object {
	height, hash := explorer.MarkOf(chain)
	number := fmt.Sprintf("0x%x", height)
	if tag != number || hash == "" {
		return object{"jsonrpc": "2.0", "id": 1, "result": nil}
	}
	return object{"jsonrpc": "2.0", "id": 1, "result": object{"number": number, "hash": hash}}
}

// etherWindow is page times rows, beyond which Etherscan gives nothing.
const etherWindow = 10_000

// etherServer answers as Etherscan does, with at most so many rows at once.
func (w *world) etherServer(t *testing.T, atOnce int) *server {
	var cache sync.Map // what is listed does not change
	return serve(t, func(r *http.Request) any {
		q := r.URL.Query()
		number := func(name string) uint64 {
			n, _ := strconv.ParseUint(q.Get(name), 10, 64)
			return n
		}
		if q.Get("apikey") != secret {
			return object{"status": "0", "message": "NOTOK", "result": "Invalid API Key (#err2)|" + q.Get("apikey")}
		}
		switch q.Get("action") {
		case "eth_blockNumber":
			return object{"jsonrpc": "2.0", "id": 83, "result": fmt.Sprintf("0x%x", w.head+64)}
		case "eth_getBlockByNumber":
			return markOf(w.chain, q.Get("tag"))
		case "txlist", "txlistinternal", "tokentx", "tokennfttx", "token1155tx":
		default:
			return object{"status": "0", "message": "NOTOK", "result": "Error! Missing Or invalid Action name"}
		}
		a, err := clew.ParseAddress(q.Get("address"), w.chain)
		if err != nil {
			return object{"status": "0", "message": "NOTOK", "result": "Error! Invalid address format"}
		}
		key := q.Get("action") + q.Get("address")
		cached, ok := cache.Load(key)
		if !ok {
			cached = w.etherRows(q.Get("action"), a)
			cache.Store(key, cached)
		}
		all, least, most := cached.([]object), number("startblock"), number("endblock")
		var rows []object
		for _, row := range all {
			if n, _ := strconv.ParseUint(row["blockNumber"].(string), 10, 64); n >= least && n <= most {
				rows = append(rows, row)
			}
		}
		page, offset := int(number("page")), min(int(number("offset")), atOnce)
		if page*int(number("offset")) > cmp.Or(w.window, etherWindow) {
			return object{"status": "0", "message": "Result window is too large, PageNo x Offset size must be less than or equal to 10000", "result": nil}
		}
		from := min((page-1)*offset, len(rows))
		rows = rows[from:min(from+offset, len(rows))]
		if len(rows) == 0 {
			return object{"status": "0", "message": "No transactions found", "result": []object{}}
		}
		return object{"status": "1", "message": "OK", "result": rows}
	})
}
