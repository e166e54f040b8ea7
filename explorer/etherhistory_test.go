package explorer_test

import (
	"net/http"
	"testing"

	"clew"
)

// TestCallsOfFailedTransactions lists calls of a transaction that failed, as
// some services do: nothing but its fee stayed.
func TestCallsOfFailedTransactions(t *testing.T) {
	a, b := account(clew.Ethereum, 1), account(clew.Ethereum, 2)
	row := object{"blockNumber": "7", "timeStamp": "1600000000", "hash": clew.TxID{7}.String(), "isError": "0", "contractAddress": ""}
	with := func(more object) object {
		r := object{}
		for _, part := range []object{row, more} {
			for k, v := range part {
				r[k] = v
			}
		}
		return r
	}
	lists := map[string][]object{
		"txlist":         {with(object{"from": a.Text(), "to": b.Text(), "value": "5", "transactionIndex": "3", "gasUsed": "2", "gasPrice": "1", "isError": "1", "txreceipt_status": "0"})},
		"txlistinternal": {with(object{"from": b.Text(), "to": a.Text(), "value": "4", "type": "call", "traceId": "0"})},
	}
	s := serve(t, func(r *http.Request) any {
		return object{"status": "1", "message": "OK", "result": append([]object{}, lists[r.URL.Query().Get("action")]...)}
	})
	h, err := history(t, s.open(t, "etherscan", clew.Ethereum, nil), a)
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Transfers) != 1 || h.Transfers[0].Pos.Class != clew.Fee || h.Transfers[0].Amount() != clew.Units(2) {
		t.Errorf("transfers %v", h.Transfers)
	}
}
