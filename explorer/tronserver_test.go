package explorer_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"clew"
)

const tronGenesis = "00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc"

func plain(id clew.TxID) string { return strings.TrimPrefix(id.String(), "0x") }

// tronRows lists what TronGrid lists of an address.
func (w *world) tronRows(list string, a clew.Address) []object {
	var rows []object
	for i := range w.txs {
		t := &w.txs[i]
		millis := int64(t.time()) * 1000
		switch {
		case list == "/transactions" && (t.from == a || t.to == a):
			result, kind := "SUCCESS", "TransferContract"
			value := object{"amount": t.value, "owner_address": t.from.Text(), "to_address": t.to.Text()}
			if t.failed {
				result = "REVERT"
			}
			if i%2 == 0 {
				kind, value = "TriggerSmartContract", object{"call_value": t.value, "owner_address": t.from.Text(), "contract_address": t.to.Text()}
			}
			rows = append(rows, object{"txID": plain(t.id), "blockNumber": t.height, "block_timestamp": millis, "ret": []object{{"contractRet": result, "fee": t.fee}},
				"raw_data": object{"contract": []object{{"type": kind, "parameter": object{"value": value}}}}})
			if t.frame != nil && (t.frame.from == a || t.frame.to == a) { // which are listed among transactions too
				rows = append(rows, w.tronCall(i))
			}
		case list == "/internal-transactions" && t.frame != nil && (t.frame.from == a || t.frame.to == a):
			rows = append(rows, w.tronCall(i))
		case list == "/internal-transactions" && t.failed && (t.from == a || t.to == a):
			rows = append(rows, object{"internal_tx_id": fmt.Sprint("undone ", i), "tx_id": plain(t.id), "block_timestamp": millis, "from_address": t.to.Text(), "to_address": t.from.Text(),
				"data": object{"note": "63616c6c", "rejected": true, "call_value": object{"_": 3}}})
		case list == "/transactions/trc20" && t.token != nil && (t.token.from == a || t.token.to == a):
			rows = append(rows, object{"transaction_id": plain(t.id), "block_timestamp": millis, "type": "Transfer", "from": t.token.from.Text(), "to": t.token.to.Text(),
				"value": fmt.Sprint(t.token.amount), "token_info": object{"address": account(w.chain, 250).Text(), "decimals": 6, "symbol": "X"}})
		}
	}
	return rows
}

// tronCall is the call within a transaction.
func (w *world) tronCall(i int) object {
	t := &w.txs[i]
	return object{"internal_tx_id": fmt.Sprint("call ", i), "tx_id": plain(t.id), "block_timestamp": int64(t.time()) * 1000, "from_address": t.frame.from.Text(), "to_address": t.frame.to.Text(),
		"data": object{"note": "63616c6c", "rejected": false, "call_value": object{"_": t.frame.amount}}}
}

// tronServer answers as TronGrid does, seven rows at once.
func (w *world) tronServer(t *testing.T) *server {
	return serve(t, func(r *http.Request) any {
		switch r.URL.Path {
		case "/walletsolidity/getnowblock":
			return object{"block_header": object{"raw_data": object{"number": w.head}}}
		case "/wallet/getblockbynum":
			return object{"blockID": tronGenesis}
		case "/wallet/gettransactioninfobyid":
			var asked struct{ Value string }
			_ = json.NewDecoder(r.Body).Decode(&asked)
			for i := range w.txs {
				if x := &w.txs[i]; plain(x.id) == asked.Value {
					return object{"id": asked.Value, "blockNumber": x.height, "blockTimeStamp": int64(x.time()) * 1000}
				}
			}
			return object{}
		}
		path := strings.TrimPrefix(r.URL.Path, "/v1/accounts/")
		at := strings.IndexByte(path, '/')
		if at < 0 || r.Header.Get("TRON-PRO-API-KEY") != secret {
			return object{"success": false, "error": "no"}
		}
		a, err := clew.ParseAddress(path[:at], w.chain)
		if err != nil {
			return object{"success": false, "error": "no"}
		}
		rows := w.tronRows(path[at:], a)
		from, _ := strconv.Atoi(r.URL.Query().Get("fingerprint"))
		from = min(from, len(rows))
		to := min(from+7, len(rows))
		meta := object{"at": 1, "page_size": to - from}
		if to < len(rows) {
			meta["fingerprint"] = strconv.Itoa(to)
		}
		return object{"success": true, "data": rows[from:to], "meta": meta}
	})
}
