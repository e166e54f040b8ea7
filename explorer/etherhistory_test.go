package explorer_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger/memory"
	"clew/remote"
)

// etherLists serves lists of rows, by action, and other results by theirs.
func etherLists(t *testing.T, lists map[string][]object, others object) *server {
	return serve(t, func(r *http.Request) any {
		action := r.URL.Query().Get("action")
		if action == "txlistinternal" && r.URL.Query().Get("txhash") != "" {
			action += " of a transaction"
		}
		if result, ok := others[action]; ok {
			return object{"jsonrpc": "2.0", "id": 1, "result": result}
		}
		if list, ok := lists[action]; ok || strings.HasPrefix(action, "tx") || strings.HasPrefix(action, "token") {
			return object{"status": "1", "message": "OK", "result": append([]object{}, list...)}
		}
		return object{"status": "0", "message": "NOTOK", "result": "Error! Missing Or invalid Action name"}
	})
}

// row returns a row of a transaction, with more said of it.
func row(tx byte, from, to clew.Address, value string, more ...object) object {
	r := object{"blockNumber": "7", "timeStamp": "1600000000", "hash": clew.TxID{tx}.String(), "isError": "0", "contractAddress": "",
		"from": from.Text(), "to": to.Text(), "value": value, "transactionIndex": fmt.Sprint(tx), "gasUsed": "2", "gasPrice": "3"}
	for _, m := range more {
		maps.Copy(r, m)
	}
	return r
}

// TestEtherRows makes transfers of rows of all lists.
func TestEtherRows(t *testing.T) {
	a, b, c := account(clew.Ethereum, 1), account(clew.Ethereum, 2), account(clew.Ethereum, 3)
	weth, _ := clew.ParseAddress("0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", clew.Ethereum)
	polygon := func(n byte) clew.Address { return account(clew.Polygon, n) }
	layerTwo := func(n byte) clew.Address { return account(clew.Optimism, n) }
	failed := object{"isError": "1", "txreceipt_status": "0"}
	call := func(kind string) object { return object{"type": kind, "transactionIndex": "", "traceId": "0_1"} }
	token := func(at clew.Address) object { return object{"contractAddress": at.Text()} }
	for name, x := range map[string]struct {
		chain clew.Chain
		lists map[string][]object
		want  []string
	}{
		"paid": {clew.Ethereum, map[string][]object{"txlist": {row(4, a, b, "5"), row(5, b, a, "6")}},
			[]string{"4 native 01>02 5 coin", "4 fee 01>nobody 6 coin", "5 native 02>01 6 coin"}},
		"a failed transaction moves nothing but its fee": {clew.Ethereum, map[string][]object{"txlist": {row(4, a, b, "5", failed)}},
			[]string{"4 fee 01>nobody 6 coin"}},
		"calls of a failed transaction are undone": {clew.Ethereum, map[string][]object{"txlist": {row(4, a, b, "5", failed)}, "txlistinternal": {row(4, b, a, "4", call("call"))}},
			[]string{"4 fee 01>nobody 6 coin"}},
		"a call that failed": {clew.Ethereum, map[string][]object{"txlistinternal": {row(4, b, a, "4", call("call"), object{"isError": "1"})}}, nil},
		"calls that move nothing": {clew.Ethereum, map[string][]object{"txlistinternal": {row(4, b, a, "4", call("delegatecall")), row(4, b, a, "4", call("callcode")), row(4, b, a, "4", call("staticcall"))}},
			nil},
		"calls that move nothing, as Blockscout tells of them": {clew.Ethereum, map[string][]object{"txlistinternal": {row(4, b, a, "4", call("call"), object{"callType": "delegatecall"}),
			row(4, b, a, "4", call("call"), object{"callType": "callcode"}), row(4, b, a, "6", call("call"), object{"callType": "call"})}},
			[]string{"0 native 02>01 6 coin"}},
		"a call's place is that of its transaction": {clew.Ethereum, map[string][]object{"txlist": {row(4, a, b, "0")}, "txlistinternal": {row(4, b, a, "4", call("call"))}},
			[]string{"4 native 02>01 4 coin", "4 fee 01>nobody 6 coin"}},
		"a contract is made": {clew.Ethereum, map[string][]object{"txlist": {row(4, a, b, "5", object{"to": "", "contractAddress": c.Text()})}},
			[]string{"4 native 01>03 5 coin", "4 fee 01>nobody 6 coin"}},
		"wrapped": {clew.Ethereum, map[string][]object{"txlist": {row(4, a, weth, "5")}},
			[]string{"4 native 01>c2 5 coin", "4 fee 01>nobody 6 coin", "4 log nobody>01 5 c2"}},
		"unwrapped": {clew.Ethereum, map[string][]object{"txlistinternal": {row(4, weth, a, "5", call("call"))}},
			[]string{"0 native c2>01 5 coin", "0 log 01>nobody 5 c2"}},
		"wrapped, and told of as a token too": {clew.Ethereum, map[string][]object{"txlist": {row(4, a, weth, "5")},
			"tokentx": {row(4, account(clew.Ethereum, 0), a, "5", token(weth))}},
			[]string{"4 native 01>c2 5 coin", "4 fee 01>nobody 6 coin", "4 log 00>01 5 c2"}},
		"tokens": {clew.Ethereum, map[string][]object{"tokentx": {row(4, a, b, "5", token(c))}, "tokennfttx": {row(4, b, a, "", token(c), object{"tokenID": "9"})},
			"token1155tx": {row(4, a, b, "", token(c), object{"tokenID": "8", "tokenValue": "3"})}},
			[]string{"4 log 01>02 5 03", "4 log 02>01 1 03 item 9", "4 log 01>02 3 03 item 8"}},
		"Blockscout's list of all tokens": {clew.Ethereum, map[string][]object{"tokentx": {row(4, a, b, "", token(c), object{"tokenID": "8", "tokenValue": "3"}), row(4, b, a, "", token(c), object{"tokenID": "9"})},
			"token1155tx": {row(4, a, b, "", token(c), object{"tokenID": "8", "tokenValue": "3"})}, "tokennfttx": {row(4, b, a, "", token(c), object{"tokenID": "9"})}},
			[]string{"4 log 01>02 3 03 item 8", "4 log 02>01 1 03 item 9"}},
		"a token's amount that is not told is not nothing": {clew.Ethereum, map[string][]object{"tokentx": {row(4, a, b, "", token(c)), row(5, a, b, "0", token(c))}},
			[]string{"5 log 01>02 0 03"}},
		"what Polygon's contract logs of the chain's own coin": {clew.Polygon, map[string][]object{"tokentx": {row(4, polygon(1), polygon(2), "5", object{"contractAddress": "0x0000000000000000000000000000000000001010"})}}, nil},
		"the fee for the chain below": {clew.Optimism, map[string][]object{"txlist": {row(4, layerTwo(1), layerTwo(2), "0", object{"L1FeesPaid": "10"})}},
			[]string{"4 fee 01>nobody 16 coin"}},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := history(t, etherLists(t, x.lists, nil).open(t, "etherscan", x.chain, nil), account(x.chain, 1))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i := range h.Transfers {
				got = append(got, brief(&h.Transfers[i]))
			}
			slices.Sort(got)
			slices.Sort(x.want)
			if !slices.Equal(got, x.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(x.want, "\n"))
			}
		})
	}
}

// brief returns a transfer in few words; of addresses, the last two digits.
func brief(t *clew.Transfer) string {
	who := func(l []clew.Leg) string {
		if l[0].Address.IsZero() {
			return "nobody"
		}
		text := l[0].Address.Text()
		return strings.ToLower(text[len(text)-2:])
	}
	asset := "coin"
	if !t.Asset.IsNative() {
		text := t.Asset.String()
		asset = strings.ToLower(text[len(text)-2:])
	}
	class := map[clew.Class]string{clew.Native: "native", clew.Log: "log", clew.Fee: "fee"}[t.Pos.Class]
	s := fmt.Sprintf("%d %s %s>%s %s %s", t.Pos.Index, class, who(t.From), who(t.To), t.Amount(), asset)
	if t.Item != nil {
		s += " item " + t.Item.String()
	}
	return s
}

// TestHeadIsSettled: what is held of single addresses is not taken back, so it
// ends below the services' heads.
func TestHeadIsSettled(t *testing.T) {
	ether := etherLists(t, nil, object{"eth_blockNumber": "0x1000", "eth_block_number": "0x1000"})
	coins := serve(t, func(r *http.Request) any {
		if r.URL.Path == "/block-height/0" {
			return strings.TrimPrefix(string(clew.Bitcoin), "bip122:") + strings.Repeat("0", 32)
		}
		return "4096"
	})
	for _, x := range []struct {
		kind  string
		s     *server
		chain clew.Chain
		want  uint64
	}{{"etherscan", ether, clew.Ethereum, 0x1000 - 64}, {"blockscout", ether, clew.Ethereum, 0x1000 - 64}, {"etherscan", ether, clew.Base, 0x1000 - 1024},
		{"etherscan", ether, clew.Polygon, 0x1000 - 512}, {"etherscan", ether, clew.Arbitrum, 0}, {"esplora", coins, clew.Bitcoin, 4096 - 5}} {
		if head, err := x.s.open(t, x.kind, x.chain, nil).Head(t.Context()); err != nil || head.Height != x.want {
			t.Errorf("%s of %s: %d, %v; want %d", x.kind, x.chain.Name(), head.Height, err, x.want)
		}
	}
}

// TestPartiesOfATransaction asks of a transaction by which somebody takes the
// tokens of another for a third, and a call pays a fourth: who sent it, and whom
// it was sent to, tell nothing of that.
func TestPartiesOfATransaction(t *testing.T) {
	thief, drainer, victim, hoard, paid := account(clew.Ethereum, 1), account(clew.Ethereum, 2), account(clew.Ethereum, 3), account(clew.Ethereum, 4), account(clew.Ethereum, 5)
	nobody := "0x" + strings.Repeat("0", 64)
	transfer := "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
	receipt := object{"from": thief.Text(), "to": drainer.Text(), "logs": []object{
		{"topics": []string{transfer, word(victim), word(hoard)}}, {"topics": []string{transfer, word(victim), nobody}}, {"topics": []string{topicApproval, word(drainer), word(drainer)}}, {"topics": []string{transfer}}}}
	calls := []object{{"from": drainer.Text(), "to": paid.Text(), "value": "7"}, {"from": thief.Text(), "to": drainer.Text(), "value": "0"},
		{"from": drainer.Text(), "to": account(clew.Ethereum, 6).Text(), "value": "7", "type": "call", "callType": "delegatecall"}}
	for kind, x := range map[string]struct {
		chain clew.Chain
		odd   func(http.ResponseWriter)
	}{"esplora": {clew.Bitcoin, status(404, "X", "x")}, "trongrid": {clew.Tron, text("{}")}} {
		s := serve(t, nil)
		s.odd = func(_ int64, w http.ResponseWriter, _ *http.Request) bool { x.odd(w); return true }
		budget := remote.NewBudget(10)
		f := explorer.NewFiller([]explorer.Service{s.open(t, kind, x.chain, budget)}, memory.New(x.chain), budget)
		if got, err := f.Parties(t.Context(), clew.TxID{1}.String()); got != nil || !errors.Is(err, clew.ErrNotFound) {
			t.Errorf("%s: %v, %v of no such transaction", kind, got, err)
		}
	}
	for name, x := range map[string]struct {
		others object
		want   []clew.Address
		err    error
	}{
		"receipt and calls": {object{"eth_getTransactionReceipt": receipt, "txlistinternal of a transaction": calls}, []clew.Address{thief, hoard, victim, paid}, nil},
		"Blockscout's":      {object{"gettxinfo": receipt, "txlistinternal of a transaction": calls}, []clew.Address{thief, hoard, victim, paid}, nil},
		"no such one":       {object{"eth_getTransactionReceipt": nil}, nil, clew.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			budget := remote.NewBudget(10)
			f := explorer.NewFiller([]explorer.Service{etherLists(t, nil, x.others).open(t, "etherscan", clew.Ethereum, budget)}, memory.New(clew.Ethereum), budget)
			got, err := f.Parties(context.WithoutCancel(t.Context()), clew.TxID{1}.String())
			if !slices.Equal(got, x.want) || !errors.Is(err, x.err) {
				t.Errorf("got %v, %v; want %v, %v", got, err, x.want, x.err)
			}
		})
	}
}

// TestCallsThatBlockscoutHasNotReadYet: what it lists is taken, and what may be
// missing of it is a gap, so that no coin is shown as unspent.
func TestCallsThatBlockscoutHasNotReadYet(t *testing.T) {
	a, b := account(clew.Ethereum, 1), account(clew.Ethereum, 2)
	s := serve(t, func(r *http.Request) any {
		if r.URL.Query().Get("action") == "txlistinternal" {
			return object{"status": "2", "message": "Some internal transactions within this block range have not yet been processed",
				"result": []object{row(4, b, a, "4", object{"type": "call"})}}
		}
		return object{"status": "0", "message": "No transactions found", "result": []object{}}
	})
	h, err := history(t, s.open(t, "blockscout", clew.Ethereum, nil), a)
	if err != nil || len(h.Transfers) != 1 {
		t.Fatalf("%v: %v", err, h)
	}
	if !slices.ContainsFunc(h.Coverage.Gaps, func(g clew.Gap) bool {
		return g.Kind == clew.GapTraces && g.Address == a && g.Window == clew.Window{From: 0, To: 1001} && strings.Contains(g.Note, "not yet been processed")
	}) {
		t.Errorf("gaps %v", h.Coverage.Gaps)
	}
}

// TestGapsOfRows: what the lists cannot say is counted.
func TestGapsOfRows(t *testing.T) {
	a, b := account(clew.Ethereum, 1), account(clew.Ethereum, 2)
	s := etherLists(t, map[string][]object{"txlistinternal": {row(4, b, a, "4", object{"type": "call", "callType": "call"})}, "tokentx": {row(5, b, a, "", object{"contractAddress": b.Text()})}}, nil)
	for kind, undone := range map[string]bool{"blockscout": true, "etherscan": false} {
		h, err := history(t, s.open(t, kind, clew.Ethereum, nil), a)
		if err != nil {
			t.Fatal(err)
		}
		for note, want := range map[string]bool{"undone with a call around them": undone, "amounts of tokens": true} {
			if got := slices.ContainsFunc(h.Coverage.Gaps, func(g clew.Gap) bool { return g.Address == a && strings.Contains(g.Note, note) }); got != want {
				t.Errorf("%s: %q is %v, want %v, of %v", kind, note, got, want, h.Coverage.Gaps)
			}
		}
	}
}
