package explorer_test

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/remote"
)

// memosText writes memos by their carrier, sender, recipient, amount and bytes.
func memosText(acts []clew.Act) string {
	text := ""
	for i := range acts {
		a := &acts[i]
		text += fmt.Sprintf("%s: %s > %s %s %q\n", a.Carrier, a.By.Text(), a.On.Text(), a.Amount, string(a.Data))
	}
	return text
}

// filled asks for two addresses, twice, and returns the acts that are held then.
func filled(t *testing.T, server *server, kind string, chain clew.Chain, addresses ...clew.Address) []clew.Act {
	t.Helper()
	store := memory.New(chain)
	for range 2 {
		budget := remote.NewBudget(100)
		f := explorer.NewFiller([]explorer.Service{server.open(t, kind, chain, budget)}, store, budget)
		f.Refresh = true
		if _, err := f.Fill(t.Context(), addresses); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	acts, _, err := s.Acts(t.Context(), ledger.ActQuery{Limit: 100}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return acts
}

// TestEsploraMemos takes data outputs from the histories of who sent and who was
// paid, each once, and leaves the commitment of a coinbase out.
func TestEsploraMemos(t *testing.T) {
	c := newCoins(t, 1, 0)
	from, to := c.addresses[0], c.addresses[1]
	out := func(script string, value int) object { return object{"scriptpubkey": script, "value": value} }
	memo := []byte("=:ETH.ETH:0x00\x1b[31m\xff")
	txs := []object{
		{"txid": strings.Repeat("b", 64), "fee": 5, "status": object{"confirmed": true, "block_height": 20, "block_time": 1_500_000_020},
			"vin":  []object{{"txid": strings.Repeat("a", 64), "vout": 0, "is_coinbase": false, "prevout": out(script(from), 100)}},
			"vout": []object{out(script(to), 60), out(fmt.Sprintf("6a%02x%x", len(memo), memo), 0), out(script(from), 35), out("6a", 0)}},
		{"txid": strings.Repeat("a", 64), "fee": 0, "status": object{"confirmed": true, "block_height": 10, "block_time": 1_500_000_010},
			"vin":  []object{{"txid": strings.Repeat("0", 64), "vout": 1<<32 - 1, "prevout": nil, "is_coinbase": true}},
			"vout": []object{out(script(from), 100), out("6a24aa21a9ed"+strings.Repeat("00", 32), 0)}},
	}
	server := serve(t, func(r *http.Request) any {
		switch part := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/"); {
		case r.URL.Path == "/blocks/tip/height":
			return "905"
		case r.URL.Path == "/block-height/0":
			return bitcoinGenesis
		case part[0] == "tx":
			return object{"block_height": 20, "merkle": []string{}, "pos": 7}
		case part[1] == to.Text():
			return txs[:1]
		}
		return txs
	})
	acts := filled(t, server, "esplora", clew.Bitcoin, from, to)
	want := fmt.Sprintf("data output: %[1]s > %[2]s 60 %[3]q\ndata output: %[1]s > %[2]s 60 \"j\"\n", from.Text(), to.Text(), "j"+string(rune(len(memo)))+string(memo))
	if got := memosText(acts); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestTronMemos takes the data of transactions from TronGrid, but not of failed
// ones or of another's.
func TestTronMemos(t *testing.T) {
	one, two := account(clew.Tron, 1), account(clew.Tron, 2)
	with := func(tx object, data string) object {
		tx["raw_data"].(object)["data"] = data
		return tx
	}
	memo := "=:b:bc1q\x00\xff"
	digits := hex.EncodeToString([]byte(memo))
	pay := object{"owner_address": tronHex(1), "to_address": tronHex(2), "amount": 70}
	txs := []object{
		with(tronTx(10, "SUCCESS", "TransferContract", pay), digits),
		with(tronTx(11, "OUT_OF_ENERGY", "TriggerSmartContract", object{"owner_address": tronHex(1), "contract_address": tronHex(2), "call_value": 5}), digits),
		with(tronTx(12, "SUCCESS", "TriggerSmartContract", object{"owner_address": tronHex(1), "contract_address": tronHex(2)}), digits),
		with(tronTx(13, "SUCCESS", "FreezeBalanceV2Contract", object{"owner_address": tronHex(1), "frozen_balance": 70}), digits),
		with(tronTx(14, "SUCCESS", "TransferContract", pay), ""),
		with(tronTx(15, "SUCCESS", "TransferAssetContract", object{"owner_address": tronHex(1), "to_address": tronHex(2), "asset_name": "1000007", "amount": 8}), digits),
	}
	acts := filled(t, tronOf(t, txs, []object{}), "trongrid", clew.Tron, one)
	line := func(to clew.Address, n int) string {
		return fmt.Sprintf("transaction data: %s > %s %d %q\n", one.Text(), to.Text(), n, memo)
	}
	var memos []clew.Act
	for _, a := range acts {
		if a.Kind == clew.Memo {
			memos = append(memos, a)
		}
	}
	if got, want := memosText(memos), line(two, 70)+line(two, 0)+line(one, 0)+line(two, 8); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	bad := tronOf(t, []object{with(tronTx(10, "SUCCESS", "TransferContract", pay), "xyz")}, []object{}).open(t, "trongrid", clew.Tron, nil)
	h, err := history(t, bad, one)
	if err != nil || len(h.Transfers) != 1 || len(h.Acts) != 0 || len(h.Coverage.Gaps) != 2 || !strings.Contains(h.Coverage.Gaps[1].Note, "data of a transaction") {
		t.Errorf("bad digits: %+v, %v", h, err)
	}
}

// TestEtherMemos takes the memos of an address's own calls of a router from its
// transactions, but not of failed ones; of the coin the amount is what was paid.
func TestEtherMemos(t *testing.T) {
	one, router := account(clew.Ethereum, 1), account(clew.Ethereum, 9)
	word := func(n int) string { return fmt.Sprintf("%064x", n) }
	call := func(token, amount int, memo string) string {
		return "0x44bc937b" + word(7) + word(token) + word(amount) + word(160) + word(1_700_000_000) + word(len(memo)) + hex.EncodeToString([]byte(memo)) + strings.Repeat("00", (32-len(memo)%32)%32)
	}
	tx := func(height int, value, input, failed string) object {
		return object{"blockNumber": fmt.Sprint(height), "timeStamp": fmt.Sprint(1_600_000_000 + height), "hash": "0x" + word(height), "transactionIndex": "3",
			"from": one.Text(), "to": router.Text(), "value": value, "gasPrice": "1", "gasUsed": "1", "isError": failed, "input": input}
	}
	memo := "=:b:bc1q\x00:1/2/3"
	rows := []object{tx(10, "70", call(0, 3, memo), "0"), tx(11, "0", call(0x77, 50, memo), "0"), tx(12, "9", call(0, 9, memo), "1"), tx(13, "5", "0xa9059cbb", "0"), tx(14, "5", "deprecated", "0"), tx(15, "5", "0x44bc937b00", "0"),
		tx(16, "6", "0x"+hex.EncodeToString([]byte("=:b:x")), "0"), tx(17, "0", "0x"+hex.EncodeToString([]byte("=:b:x")), "0"), tx(18, "6", "0x"+hex.EncodeToString([]byte("=:b:")), "0")}
	server := serve(t, func(r *http.Request) any {
		switch q := r.URL.Query(); q.Get("action") {
		case "eth_chainId":
			return object{"jsonrpc": "2.0", "id": 1, "result": "0x1"}
		case "eth_blockNumber":
			return object{"jsonrpc": "2.0", "id": 1, "result": "0x3e8"}
		case "txlist":
			return object{"status": "1", "message": "OK", "result": rows}
		}
		return object{"status": "0", "message": "No transactions found", "result": []object{}}
	})
	acts := filled(t, server, "etherscan", clew.Ethereum, one, router)
	if n := len(acts) - 1; n != 3 || acts[n].Kind != clew.Called || acts[n].Detail != "0x3d3a623a" || acts[n].By != one || acts[n].On != router {
		t.Fatalf("acts %+v", acts)
	}
	acts = acts[:3]
	line := fmt.Sprintf("router's deposit: %s > %s", one.Text(), account(clew.Ethereum, 7).Text())
	if got, want := memosText(acts), fmt.Sprintf("%[1]s 70 %[2]q\n%[1]s 50 %[2]q\ntransaction data: %[3]s > %[4]s 6 \"=:b:x\"\n", line, memo, one.Text(), router.Text()); got != want {
		t.Fatalf("got\n%swant\n%s", got, want)
	}
	if acts[0].With != router || !acts[0].Asset.IsNative() || acts[1].Asset.Contract() != account(clew.Ethereum, 0x77) {
		t.Errorf("%+v", acts)
	}
}

// TestOnceActs: what two lists give, at whatever place, is had once; what one gives
// twice, twice. Without a transaction only the same place makes the same act.
func TestOnceActs(t *testing.T) {
	act := func(tx byte, index uint32) clew.Act {
		return clew.Act{Tx: clew.TxID{tx}, Pos: clew.Pos{Index: index}, Kind: clew.Stake, On: account(clew.Tron, 1)}
	}
	for _, c := range []struct {
		name  string
		lists [][]clew.Act
		want  int
	}{
		{"placed and not", [][]clew.Act{{act(1, 0)}, {act(1, 7)}}, 1},
		{"twice in one", [][]clew.Act{{act(1, 0), act(1, 1)}, {act(1, 0)}}, 2},
		{"two transactions", [][]clew.Act{{act(1, 0)}, {act(2, 0)}}, 2},
		{"no transaction", [][]clew.Act{{act(0, 0)}, {act(0, 7)}, {act(0, 7)}}, 2},
	} {
		if got := explorer.OnceActs(c.lists...); len(got) != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
