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

func tronHex(n byte) string { a := account(clew.Tron, n); return "41" + hex.EncodeToString(a.Key()) }

// tronOf serves rows of transactions and of tokens, whoever is asked for.
func tronOf(t *testing.T, txs, tokens []object) *server {
	return serve(t, func(r *http.Request) any {
		switch {
		case r.URL.Path == "/wallet/getblockbynum":
			return object{"blockID": tronGenesis}
		case r.URL.Path == "/walletsolidity/getnowblock":
			return object{"block_header": object{"raw_data": object{"number": 1000}}}
		case r.URL.Path == "/wallet/gettransactioninfobyid":
			return object{}
		case strings.HasSuffix(r.URL.Path, "/trc20"):
			return object{"success": true, "data": tokens, "meta": object{}}
		case strings.HasSuffix(r.URL.Path, "/transactions"):
			return object{"success": true, "data": txs, "meta": object{}}
		}
		return object{"success": true, "data": []object{}, "meta": object{}}
	})
}

func tronTx(height int, result, kind string, value object) object {
	return object{"txID": fmt.Sprintf("%064x", height), "blockNumber": height, "block_timestamp": (1_600_000_000 + 3*height) * 1000, "ret": []object{{"contractRet": result, "fee": 0}},
		"raw_data": object{"contract": []object{{"type": kind, "parameter": object{"value": value}}}}}
}

// actsText writes acts by their height, with the last byte of each address.
func actsText(acts []clew.Act) string {
	var lines []string
	for _, a := range acts {
		end := func(x clew.Address) byte {
			if x.IsZero() {
				return 0
			}
			return x.Key()[19]
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d %s by %d on %d with %d %s %s", a.Pos.Height, a.Kind, end(a.By), end(a.On), end(a.With), a.Amount, a.Detail)))
	}
	return strings.Join(lines, "\n")
}

// TestTronActs reads what moves nothing and changes who may, as a node's blocks
// say it; a transaction that failed, or that is another's, changes nothing here.
func TestTronActs(t *testing.T) {
	one := account(clew.Tron, 1)
	keys := func(n byte) []object { return []object{{"address": tronHex(n), "weight": 2}} }
	s := tronOf(t, []object{
		tronTx(10, "SUCCESS", "AccountCreateContract", object{"owner_address": tronHex(2), "account_address": tronHex(1)}),
		tronTx(11, "SUCCESS", "FreezeBalanceV2Contract", object{"owner_address": tronHex(1), "frozen_balance": 70, "resource": "ENERGY"}),
		tronTx(12, "SUCCESS", "UnfreezeBalanceV2Contract", object{"owner_address": tronHex(1), "unfreeze_balance": 30}),
		tronTx(13, "SUCCESS", "CancelAllUnfreezeV2Contract", object{"owner_address": tronHex(1)}),
		tronTx(14, "SUCCESS", "DelegateResourceContract", object{"owner_address": tronHex(3), "receiver_address": tronHex(1), "balance": 40, "resource": "ENERGY", "lock": true, "lock_period": 28800}),
		tronTx(14, "SUCCESS", "DelegateResourceContract", object{"owner_address": tronHex(3), "receiver_address": tronHex(1), "balance": 41, "lock": true}),
		tronTx(15, "SUCCESS", "UnDelegateResourceContract", object{"owner_address": tronHex(1), "receiver_address": tronHex(4), "balance": 5, "resource": "TRON_POWER"}),
		tronTx(16, "SUCCESS", "AccountPermissionUpdateContract", object{"owner_address": tronHex(1), "owner": object{"permission_name": "owner", "threshold": 2, "keys": keys(9)},
			"actives": []object{{"type": "Active", "id": 2, "permission_name": "a", "threshold": 1, "operations": "7fff", "keys": keys(1)},
				{"type": "Active", "id": 3, "permission_name": "b", "threshold": 1, "operations": "", "keys": keys(9)}}}),
		tronTx(17, "OUT_OF_ENERGY", "FreezeBalanceV2Contract", object{"owner_address": tronHex(1), "frozen_balance": 70}),
		tronTx(18, "SUCCESS", "FreezeBalanceV2Contract", object{"owner_address": tronHex(5), "frozen_balance": 70}),
		tronTx(2000, "SUCCESS", "FreezeBalanceV2Contract", object{"owner_address": tronHex(1), "frozen_balance": 70}),
	}, []object{}).open(t, "trongrid", clew.Tron, nil)
	h, err := history(t, s, one)
	if err != nil {
		t.Fatal(err)
	}
	nine := account(clew.Tron, 9).Text()
	want := `10 account creation by 2 on 1 with 0 0
11 stake by 1 on 1 with 0 70 energy
12 unstake by 1 on 1 with 0 30 bandwidth
13 unstake cancelled by 1 on 1 with 0 0
14 resource delegation by 3 on 3 with 1 40 energy, locked for 28800 blocks
14 resource delegation by 3 on 3 with 1 41 bandwidth, locked
15 resource recall by 1 on 1 with 4 5 voting power
16 permission update by 1 on 1 with 9 0 owner, named "owner", threshold 2: ` + nine + ` weight 2
16 permission update by 1 on 1 with 0 0 active 2, named "a", threshold 1, for the kinds of transaction in 7fff: ` + one.Text() + ` weight 2
16 permission update by 1 on 1 with 9 0 active 3, named "b", threshold 1: ` + nine + ` weight 2`
	if got := actsText(h.Acts); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(h.Coverage.Gaps) > 0 {
		t.Errorf("gaps %v", h.Coverage.Gaps)
	}
}

// TestTronActsFilled holds an act that two addresses' lists give once, and again
// when they are asked for anew.
func TestTronActsFilled(t *testing.T) {
	server := tronOf(t, []object{tronTx(14, "SUCCESS", "DelegateResourceContract", object{"owner_address": tronHex(3), "receiver_address": tronHex(1), "balance": 40}),
		tronTx(15, "SUCCESS", "DelegateResourceContract", object{"owner_address": tronHex(3), "receiver_address": tronHex(1), "balance": 40})}, []object{})
	store := memory.New(clew.Tron)
	for range 2 {
		budget := remote.NewBudget(100)
		f := explorer.NewFiller([]explorer.Service{server.open(t, "trongrid", clew.Tron, budget)}, store, budget)
		f.Refresh = true
		if _, err := f.Fill(t.Context(), []clew.Address{account(clew.Tron, 1), account(clew.Tron, 3)}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	acts, _, err := s.Acts(t.Context(), ledger.ActQuery{Address: account(clew.Tron, 1), Limit: 100}, nil)
	if err != nil || actsText(acts) != "14 resource delegation by 3 on 3 with 1 40 bandwidth\n15 resource delegation by 3 on 3 with 1 40 bandwidth" {
		t.Errorf("%v\n%s", err, actsText(acts))
	}
}

// TestTronActsOfOddShape wants no history of rows that cannot be read.
func TestTronActsOfOddShape(t *testing.T) {
	for name, tx := range map[string]object{
		"an amount of letters":    tronTx(11, "SUCCESS", "FreezeBalanceV2Contract", object{"owner_address": tronHex(1), "frozen_balance": "many"}),
		"less than nothing":       tronTx(11, "SUCCESS", "UnfreezeBalanceV2Contract", object{"owner_address": tronHex(1), "unfreeze_balance": -4}),
		"an account that is none": tronTx(11, "SUCCESS", "AccountCreateContract", object{"owner_address": tronHex(1), "account_address": "41"}),
		"nobody's account":        tronTx(11, "SUCCESS", "AccountCreateContract", object{"owner_address": tronHex(1)}),
		"a key that is none":      tronTx(11, "SUCCESS", "AccountPermissionUpdateContract", object{"owner_address": tronHex(1), "owner": object{"keys": []object{{"address": "x"}}}}),
		"a permission of text":    tronTx(11, "SUCCESS", "AccountPermissionUpdateContract", object{"owner_address": tronHex(1), "owner": "me"}),
		"operations of no digits": tronTx(11, "SUCCESS", "AccountPermissionUpdateContract", object{"owner_address": tronHex(1), "owner": object{"operations": "zz"}}),
	} {
		if h, err := history(t, tronOf(t, []object{tx}, []object{}).open(t, "trongrid", clew.Tron, nil), account(clew.Tron, 1)); err == nil {
			t.Errorf("%s: %s", name, actsText(h.Acts))
		}
	}
}

// TestTronApprovals reads what is open after calls and logs: the last word counts,
// and what failed, was somebody else's or is no such call counts for nothing.
func TestTronApprovals(t *testing.T) {
	call := func(height int, result string, owner, token byte, selector string, spender byte, amount uint64) object {
		data := selector + strings.Repeat("0", 24) + tronHex(spender)[2:] + fmt.Sprintf("%064x", amount)
		return tronTx(height, result, "TriggerSmartContract", object{"owner_address": tronHex(owner), "contract_address": tronHex(token), "data": data})
	}
	log := func(tx, height int, kind string, owner, spender byte, amount string) object {
		return object{"transaction_id": fmt.Sprintf("%064x", tx), "block_timestamp": (1_600_000_000 + 3*height) * 1000, "type": kind,
			"from": account(clew.Tron, owner).Text(), "to": account(clew.Tron, spender).Text(), "value": amount, "token_info": object{"address": account(clew.Tron, 50).Text()}}
	}
	without := strings.Repeat("f", 64)
	endless := call(20, "SUCCESS", 1, 50, "095ea7b3", 3, 0)
	endless["raw_data"].(object)["contract"].([]object)[0]["parameter"].(object)["value"].(object)["data"] = "095ea7b3" + strings.Repeat("0", 24) + tronHex(3)[2:] + without
	s := tronOf(t, []object{
		call(10, "SUCCESS", 1, 50, "095ea7b3", 2, 100),
		call(11, "SUCCESS", 1, 50, "d73dd623", 2, 5),
		call(12, "SUCCESS", 1, 50, "a457c2d7", 2, 7),
		call(13, "REVERT", 1, 50, "095ea7b3", 2, 900),
		call(14, "SUCCESS", 8, 50, "095ea7b3", 2, 901),
		call(15, "SUCCESS", 1, 50, "a9059cbb", 2, 902),
		call(16, "SUCCESS", 1, 51, "a22cb465", 4, 1),
		call(17, "SUCCESS", 1, 52, "a22cb465", 4, 1),
		call(18, "SUCCESS", 1, 52, "a22cb465", 4, 0),
		call(19, "SUCCESS", 1, 50, "095ea7b3", 5, 44),
		endless,
		call(21, "SUCCESS", 1, 50, "095ea7b3", 6, 44),
		call(22, "SUCCESS", 1, 50, "095ea7b3", 7, 44),
		tronTx(23, "SUCCESS", "TriggerSmartContract", object{"owner_address": tronHex(1), "contract_address": tronHex(50), "data": "095ea7b3"}),
	}, []object{
		log(19, 19, "Approval", 1, 5, "45"),
		log(21, 21, "Transfer", 1, 6, "46"),
		log(22, 22, "Approval", 7, 1, "47"),
		log(23, 23, "Approval", 1, 7, "0"),
	}).open(t, "trongrid", clew.Tron, nil)
	f := explorer.NewFiller([]explorer.Service{s}, memory.New(clew.Tron), remote.NewBudget(100))
	found, err := f.Approvals(t.Context(), account(clew.Tron, 1))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, a := range found.List {
		lines = append(lines, fmt.Sprintf("%d %s %d to %d: %s %v", a.Pos.Height, a.Kind, a.Token.Key()[19], a.Spender.Key()[19], a.Amount, a.Unlimited))
	}
	want := `12 erc20 50 to 2: 98 false
16 operator 51 to 4: 1 false
19 erc20 50 to 5: 45 false
20 erc20 50 to 3: 115792089237316195423570985008687907853269984665640564039457584007913129639935 true
21 erc20 50 to 6: 44 false`
	if got := strings.Join(lines, "\n"); got != want || len(found.Gaps) > 0 || found.Until != 1000 {
		t.Errorf("until %d, gaps %v, got\n%s\nwant\n%s", found.Until, found.Gaps, got, want)
	}
}
