package tron

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"clew"
)

// call returns a call of a contract that ended well, with what the test adds.
func call(owner, contract int, value int64, add func(*madeTx)) *madeTx {
	t := &madeTx{ret: "SUCCESS", kind: enum{31, "TriggerSmartContract"}, value: pmsg{{"owner_address", 1, who(owner)}, {"contract_address", 2, who(contract)}, {"call_value", 3, value}}}
	t.info.Receipt.Result = "SUCCESS"
	if add != nil {
		add(t)
	}
	return t
}

func pay(from, to int, amount int64) *madeTx {
	return &madeTx{ret: "SUCCESS", kind: enum{1, "TransferContract"}, value: pmsg{{"owner_address", 1, who(from)}, {"to_address", 2, who(to)}, {"amount", 3, amount}}}
}

func oneCall(note string, from, to int, values ...sumJSON) callJSON {
	return callJSON{Hash: strings.Repeat("ab", 32), From: hexOf(who(from)), To: hexOf(who(to)), Note: hexOf([]byte(note)), Values: values}
}

func transferLog(contract, from, to int, amount uint64) logJSON {
	return logJSON{hexOf(who(contract)[1:]), []string{hexOf(transferTopic[:]), topicOf(who(from)), topicOf(who(to))}, fmt.Sprintf("%064x", amount)}
}

// shortLines writes facts with a(n) for made-up addresses.
func shortLines(b *Block) string {
	var lines []string
	for _, line := range linesOf(b) {
		for n := range 1000 {
			k := key(who(n)[1:])
			a := k.on(clew.Tron)
			if strings.Contains(line, a.Text()) {
				line = strings.ReplaceAll(line, a.Text(), fmt.Sprintf("a%d", n))
			}
		}
		var none key
		a := none.on(clew.Tron)
		line = strings.NewReplacer("tron:728126428/", "", a.Text(), "zero").Replace(line)
		act := strings.HasPrefix(line, "act ")
		place, rest, _ := strings.Cut(strings.TrimPrefix(line, "act "), " ")
		_, rest, _ = strings.Cut(rest, " ") // the transaction's name
		if line = strings.TrimPrefix(place, "7/") + " " + rest; act {
			line = "act " + line
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

// Events of Tether's contract.
var frozenTopic, unfrozenTopic, destroyedTopic = topic(signature("AddedBlackList(address)")), topic(signature("RemovedBlackList(address)")), topic(signature("DestroyedBlackFunds(address,uint256)"))

// TestFacts holds single transactions against facts written by hand.
func TestFacts(t *testing.T) {
	const usdt = 50
	freeze := func(topic [32]byte, data string, who ...[]byte) logJSON {
		l := logJSON{Address: hexOf(who_(usdt)), Topics: []string{hexOf(topic[:])}, Data: data}
		for _, w := range who {
			l.Topics = append(l.Topics, topicOf(w))
		}
		return l
	}
	for _, c := range []struct {
		name   string
		keeps  Keeping
		txs    []*madeTx
		want   string
		missed Missing
	}{
		{"TRX, and its fee", KeepsStaking, []*madeTx{with(pay(1, 2, 5), func(t *madeTx) { t.info.Fee = 1_100_000 })}, `
			0/native/0 slip44:195 a1>a2 5
			0/fee/0 slip44:195 a1>nobody 1100000`, Missing{}},
		{"a fee that goes to witnesses in part", KeepsStaking, []*madeTx{with(pay(1, 2, 5), func(t *madeTx) { t.info.Fee, t.info.Packing = 100, 30 })}, `
			0/native/0 slip44:195 a1>a2 5
			0/fee/0 slip44:195 a1>nobody 70
			0/fee/1 slip44:195 a1>nobody 30`, Missing{}},
		{"a failed call pays its fee and moves nothing, even if it lists what it tried", KeepsStaking, []*madeTx{call(1, 2, 7, func(t *madeTx) {
			t.ret, t.info.Receipt.Result, t.info.Result, t.info.Fee = "OUT_OF_ENERGY", "OUT_OF_ENERGY", "FAILED", 13
			t.info.Log, t.info.Calls = []logJSON{transferLog(usdt, 1, 2, 3)}, []callJSON{oneCall("call", 2, 3, sumJSON{Value: 4})}
		}), call(1, 2, 0, func(t *madeTx) { t.info.Log = []logJSON{transferLog(usdt, 1, 2, 3)} })}, `
			0/fee/0 slip44:195 a1>nobody 13
			1/log/1 trc20:a50 a1>a2 3`, Missing{}},
		{"value, a token, then calls with both, then logs", KeepsStaking, []*madeTx{pay(8, 9, 1), call(1, 2, 7, func(t *madeTx) {
			t.value = append(t.value, pfield{"call_token_value", 5, int64(8)}, pfield{"token_id", 6, int64(1_000_123)})
			t.info.Calls = []callJSON{oneCall("call", 2, 3, sumJSON{Value: 4}, sumJSON{5, "1000124"}), oneCall("call", 3, 4, sumJSON{}), oneCall("call", 3, 4, sumJSON{Value: 6})}
			t.info.Log = []logJSON{transferLog(usdt, 1, 2, 3), transferLog(usdt, 2, 1, 4)}
		})}, `
			0/native/0 slip44:195 a8>a9 1
			1/native/0 slip44:195 a1>a2 7
			1/native/1 trc10:1000123 a1>a2 8
			1/native/2 slip44:195 a2>a3 4
			1/native/3 trc10:1000124 a2>a3 5
			1/native/4 slip44:195 a3>a4 6
			1/log/0 trc20:a50 a1>a2 3
			1/log/1 trc20:a50 a2>a1 4`, Missing{}},
		{"rejected calls, a contract destroyed, and rewards claimed by one", KeepsStaking, []*madeTx{call(1, 2, 0, func(t *madeTx) {
			rejected := oneCall("call", 2, 3, sumJSON{Value: 4})
			rejected.Rejected = true
			t.info.Calls = []callJSON{rejected, oneCall("suicide", 2, 3, sumJSON{Value: 5}, sumJSON{6, "1000009"}), oneCall("suicide", 4, 4, sumJSON{Value: 7}),
				oneCall("withdrawExpireUnfreezeWhileSuiciding", 2, 3, sumJSON{Value: 5}), oneCall("withdrawReward", 6, 6, sumJSON{Value: 8}), oneCall("freezeBalanceV2ForEnergy", 6, 6, sumJSON{Value: 9})}
		})}, `
			0/native/0 slip44:195 a2>a3 5
			0/native/1 trc10:1000009 a2>a3 6
			0/native/2 slip44:195 a4>nobody 7
			0/native/3 slip44:195 nobody>a6 8`, Missing{}},
		{"contracts that delegate", KeepsStaking, []*madeTx{call(1, 2, 0, func(t *madeTx) {
			t.info.Calls = []callJSON{oneCall("delegateResourceOfEnergy", 2, 3, sumJSON{Value: 4}), oneCall("unfreezeForEnergy", 2, 3, sumJSON{}), oneCall("freezeForEnergy", 2, 2, sumJSON{Value: 9})}
		})}, `
			act 0/native/0 resource delegation a2 a2 a3 slip44:195 4 by a contract
			act 0/native/1 resource recall a2 a2 a3 slip44:195 0 by a contract`, Missing{}},
		{"a node that keeps no internal transfers", KeepsResults, []*madeTx{pay(1, 2, 3), call(1, 2, 7, nil)}, `
			0/native/0 slip44:195 a1>a2 3
			1/native/0 slip44:195 a1>a2 7`, Missing{Internal: 1}},
		{"a node that keeps them, but not staking", KeepsInternal, []*madeTx{call(1, 2, 7, nil)}, `
			0/native/0 slip44:195 a1>a2 7`, Missing{Staking: 1}},
		{"a node that keeps blocks alone", KeepsBlocks, []*madeTx{with(pay(1, 2, 3), func(t *madeTx) { t.info.Fee = 9 }), call(1, 2, 7, nil), call(1, 2, 8, func(t *madeTx) { t.ret = "" }), call(1, 2, 9, func(t *madeTx) { t.ret = "REVERT" })}, `
			0/native/0 slip44:195 a1>a2 3
			1/native/0 slip44:195 a1>a2 7
			2/native/0 slip44:195 a1>a2 8`, Missing{Results: 4, Fees: 4, Internal: 2, Status: 1}},
		{"Tether freezes, lifts it and destroys", KeepsStaking, []*madeTx{call(1, usdt, 0, func(t *madeTx) {
			t.info.Log = []logJSON{freeze(frozenTopic, "", who(7)), freeze(unfrozenTopic, "", who(8)), freeze(destroyedTopic, fmt.Sprintf("%064x", 99), who(7))}
		})}, `
			0/log/2 trc20:a50 a7>zero 99
			act 0/log/0 freeze a50 a7 nobody trc20:a50 0 AddedBlackList(address)
			act 0/log/1 unfreeze a50 a8 nobody trc20:a50 0 RemovedBlackList(address)
			act 0/log/2 frozen value destroyed a50 a7 nobody trc20:a50 99 DestroyedBlackFunds(address,uint256)`, Missing{}},
		{"one that records the destroyed as a transfer too", KeepsStaking, []*madeTx{call(1, usdt, 0, func(t *madeTx) {
			burn := transferLog(usdt, 7, 0, 99)
			burn.Topics[2] = strings.Repeat("0", 64)
			t.info.Log = []logJSON{burn, freeze(destroyedTopic, fmt.Sprintf("%064x", 99), who(7))}
		})}, `
			0/log/0 trc20:a50 a7>zero 99
			act 0/log/1 frozen value destroyed a50 a7 nobody trc20:a50 99 DestroyedBlackFunds(address,uint256)`, Missing{}},
		{"other issuers freeze, lift it, destroy and pause", KeepsStaking, []*madeTx{call(1, usdt, 0, func(t *madeTx) {
			event := func(text string, who ...[]byte) logJSON { return freeze(topic(signature(text)), "", who...) }
			t.info.Log = []logJSON{event("Blacklisted(address)", who(7)), event("UnBlacklisted(address)", who(7)), event("Freeze(address,address)", who(9), who(7)), event("Unfreeze(address,address)", who(9), who(7)),
				freeze(topic(signature("DestroyedBlockedFunds(address,uint256)")), fmt.Sprintf("%064x", 99), who(7)), event("Pause()"), event("Unpaused(address)", who(9)), event("Freeze(address,address)", who(9))}
		})}, `
			0/log/4 trc20:a50 a7>zero 99
			act 0/log/0 freeze a50 a7 nobody trc20:a50 0 Blacklisted(address)
			act 0/log/1 unfreeze a50 a7 nobody trc20:a50 0 UnBlacklisted(address)
			act 0/log/2 freeze a50 a7 nobody trc20:a50 0 Freeze(address,address)
			act 0/log/3 unfreeze a50 a7 nobody trc20:a50 0 Unfreeze(address,address)
			act 0/log/4 frozen value destroyed a50 a7 nobody trc20:a50 99 DestroyedBlockedFunds(address,uint256)
			act 0/log/5 pause a50 a50 nobody  0 Pause()
			act 0/log/6 unpause a9 a50 nobody  0 Unpaused(address)`, Missing{}},
		{"and ones whose transfers are other ones", KeepsStaking, []*madeTx{call(1, usdt, 0, func(t *madeTx) {
			burn := func(contract, from int, amount uint64, to string) logJSON {
				l := transferLog(contract, from, 0, amount)
				l.Topics[2] = to
				return l
			}
			zero := strings.Repeat("0", 64)
			t.info.Log = []logJSON{burn(51, 7, 99, zero), burn(usdt, 7, 98, zero), burn(usdt, 7, 99, topicOf(who(9))), burn(usdt, 6, 99, zero), freeze(destroyedTopic, fmt.Sprintf("%064x", 99), who(7))}
		})}, `
			0/log/0 trc20:a51 a7>zero 99
			0/log/1 trc20:a50 a7>zero 98
			0/log/2 trc20:a50 a7>a9 99
			0/log/3 trc20:a50 a6>zero 99
			0/log/4 trc20:a50 a7>zero 99
			act 0/log/4 frozen value destroyed a50 a7 nobody trc20:a50 99 DestroyedBlackFunds(address,uint256)`, Missing{}},
		{"a failure that only the block's older form says", KeepsStaking, []*madeTx{with(call(1, 2, 7, nil), func(t *madeTx) { t.ret, t.info.Receipt.Result = "ret:FAILED", "" })}, "", Missing{}},
		{"a call with a token whose number none has", KeepsStaking, []*madeTx{call(1, 2, 0, func(t *madeTx) {
			t.value = append(t.value, pfield{"call_token_value", 5, int64(8)}, pfield{"token_id", 6, int64(5)})
		})}, "", Missing{Tokens: 1}},
		{"events of the same names and other forms", KeepsStaking, []*madeTx{call(1, usdt, 0, func(t *madeTx) {
			t.info.Log = []logJSON{freeze(frozenTopic, "", who(7), who(8)), freeze(destroyedTopic, "01", who(7)), {Address: hexOf(who_(3)), Topics: []string{}}}
		})}, "", Missing{Tokens: 1}},
		{"a non-fungible token", KeepsStaking, []*madeTx{call(1, 2, 0, func(t *madeTx) {
			l := transferLog(60, 3, 4, 0)
			l.Topics, l.Data = append(l.Topics, fmt.Sprintf("%064x", 894)), ""
			t.info.Log = []logJSON{l}
		})}, `
			0/log/0 trc721:a60 a3>a4 1#894`, Missing{}},
		{"rewards", KeepsStaking, []*madeTx{{ret: "SUCCESS", kind: enum{13, "WithdrawBalanceContract"}, value: pmsg{{"owner_address", 1, who(4)}}, info: infoJSON{Withdrew: 77}}}, `
			0/native/0 slip44:195 nobody>a4 77`, Missing{}},
		{"a new token, with part of its supply frozen", KeepsStaking, []*madeTx{{kind: enum{6, "AssetIssueContract"}, info: infoJSON{Asset: "1002345", Fee: 1024_000_000}, value: pmsg{
			{"owner_address", 1, who(4)}, {"name", 2, "SEED"}, {"total_supply", 4, int64(500)}, {"frozen_supply", 5, []pmsg{{{"frozen_amount", 1, int64(100)}}}}}}}, `
			0/native/0 trc10:1002345 nobody>a4 500
			0/fee/0 slip44:195 a4>nobody 1024000000`, Missing{}},
		{"staking and unstaking move nothing, and are acts in the present way", KeepsStaking, []*madeTx{
			{kind: enum{54, "FreezeBalanceV2Contract"}, value: pmsg{{"owner_address", 1, who(4)}, {"frozen_balance", 2, int64(5)}}},
			{kind: enum{55, "UnfreezeBalanceV2Contract"}, value: pmsg{{"owner_address", 1, who(4)}, {"unfreeze_balance", 2, int64(5)}}},
			{kind: enum{56, "WithdrawExpireUnfreezeContract"}, value: pmsg{{"owner_address", 1, who(4)}}},
			{kind: enum{11, "FreezeBalanceContract"}, value: pmsg{{"owner_address", 1, who(4)}, {"frozen_balance", 2, int64(5)}}},
			{kind: enum{12, "UnfreezeBalanceContract"}, value: pmsg{{"owner_address", 1, who(4)}}, info: infoJSON{Unfroze: 5}},
			{kind: enum{59, "CancelAllUnfreezeV2Contract"}, value: pmsg{{"owner_address", 1, who(4)}}},
		}, `
			act 0/native/0 stake a4 a4 nobody slip44:195 5 bandwidth
			act 1/native/0 unstake a4 a4 nobody slip44:195 5 bandwidth
			act 5/native/0 unstake cancelled a4 a4 nobody  0`, Missing{}},
		{"an account opened by another", KeepsStaking, []*madeTx{
			{kind: enum{0, "AccountCreateContract"}, value: pmsg{{"owner_address", 1, who(4)}, {"account_address", 2, who(5)}}, info: infoJSON{Fee: 1_100_000}},
		}, `
			0/fee/0 slip44:195 a4>nobody 1100000
			act 0/native/0 account creation a4 a5 nobody  0`, Missing{}},
		{"an account taken over: the permission names another's key", KeepsStaking, []*madeTx{{kind: enum{46, "AccountPermissionUpdateContract"}, value: pmsg{{"owner_address", 1, who(4)},
			{"owner", 2, pmsg{{"permission_name", 3, "own\"er"}, {"threshold", 4, int64(2)}, {"keys", 7, []pmsg{{{"address", 1, who(4)}, {"weight", 2, int64(1)}}, {{"address", 1, who(66)}, {"weight", 2, int64(2)}}}}}}}}}, `
			act 0/native/0 permission update a4 a4 a66  0 owner, named "own\"er", threshold 2: a4 weight 1, a66 weight 2`, Missing{}},
		{"a trade with an exchange that is known, and one that is not", KeepsStaking, []*madeTx{
			{kind: enum{44, "ExchangeTransactionContract"}, value: pmsg{{"owner_address", 1, who(4)}, {"exchange_id", 2, int64(1)}, {"token_id", 3, "_"}, {"quant", 4, int64(9)}}, info: infoJSON{Received: 8}},
			{kind: enum{43, "ExchangeWithdrawContract"}, value: pmsg{{"owner_address", 1, who(4)}, {"exchange_id", 2, int64(9)}, {"token_id", 3, "1000007"}, {"quant", 4, int64(9)}}, info: infoJSON{Returned: 8}},
		}, `
			0/native/0 slip44:195 a4>nobody 9
			0/native/1 trc10:1000002 nobody>a4 8
			1/native/0 trc10:1000007 nobody>a4 9`, Missing{Tokens: 1}},
		{"a token by its name, as before names could repeat", KeepsStaking, []*madeTx{
			{kind: enum{2, "TransferAssetContract"}, value: pmsg{{"asset_name", 1, "SEED"}, {"owner_address", 2, who(4)}, {"to_address", 3, who(5)}, {"amount", 4, int64(9)}}},
			{kind: enum{2, "TransferAssetContract"}, value: pmsg{{"asset_name", 1, "777"}, {"owner_address", 2, who(4)}, {"to_address", 3, who(5)}, {"amount", 4, int64(9)}}},
		}, "", Missing{Tokens: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			made := (&madeBlock{height: 7, txs: c.txs}).seal()
			infos := made.infos()
			if c.keeps == KeepsBlocks {
				infos = ""
			}
			d := decoder(t, c.keeps)
			d.Pairs = knownPairs
			b, err := decoded(d, made.json(), infos)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(strings.TrimSpace(c.want), "\n\t\t\t", "\n")
			if got := shortLines(b); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if b.Missed != c.missed {
				t.Errorf("missed %+v, want %+v", b.Missed, c.missed)
			}
		})
	}
}

func who_(n int) []byte { return who(n)[1:] }

func with(t *madeTx, add func(*madeTx)) *madeTx {
	add(t)
	return t
}

// The first block gives TRX to accounts from an account that is none, and less
// than nothing to the one that took fees.
func TestFirstBlock(t *testing.T) {
	owner := []byte("0x000000000000000000000")
	b := (&madeBlock{txs: []*madeTx{
		{kind: enum{1, "TransferContract"}, value: pmsg{{"owner_address", 1, owner}, {"to_address", 2, who(1)}, {"amount", 3, int64(99_000_000_000_000_000)}}},
		{kind: enum{1, "TransferContract"}, value: pmsg{{"owner_address", 1, owner}, {"to_address", 2, who(2)}, {"amount", 3, int64(-1 << 63)}}},
	}}).seal()
	got, err := decoded(decoder(t, KeepsStaking), b.json(), "{}")
	if err != nil {
		t.Fatal(err)
	}
	if lines := shortLines(got); lines != "0/0/native/0 slip44:195 nobody>a1 99000000000000000" || got.Missed != (Missing{}) {
		t.Errorf("%s; %+v", lines, got.Missed)
	}
}

// TestWrongBlocks wants an error that says what is wrong, and ErrDisagree where
// the two answers contradict each other.
func TestWrongBlocks(t *testing.T) {
	blocks := func() *madeBlock {
		return (&madeBlock{height: 7, txs: []*madeTx{pay(1, 2, 3), call(4, 5, 6, func(t *madeTx) { t.info.Log = []logJSON{transferLog(9, 1, 2, 3)} })}}).seal()
	}
	whole := blocks()
	block, infos := whole.json(), whole.infos()
	other := (&madeBlock{height: 7, txs: []*madeTx{pay(1, 2, 3), pay(1, 2, 4)}}).seal()
	negative := (&madeBlock{height: 7, txs: []*madeTx{pay(1, 2, -3)}}).seal()
	nobody := (&madeBlock{height: 7, txs: []*madeTx{with(pay(1, 2, 3), func(t *madeTx) { t.value[1].value = who(2)[:20] })}}).seal()
	twice := (&madeBlock{height: 7, txs: []*madeTx{with(pay(1, 2, 3), func(t *madeTx) { t.number = 9 }), with(pay(1, 2, 3), func(t *madeTx) { t.number = 9 })}}).seal()
	packing := (&madeBlock{height: 7, txs: []*madeTx{with(pay(1, 2, 3), func(t *madeTx) { t.info.Fee, t.info.Packing = 1, 2 })}}).seal()
	for _, c := range []struct {
		name, block, infos string
		is                 error
		want               string
	}{
		{"no results", block, "[]", ErrNoResults, "holds no results"},
		{"no results, as an object", block, "{}", ErrNoResults, "holds no results"},
		{"too few results", block, "[" + strings.SplitAfter(infos, "}},")[0][1:len(strings.SplitAfter(infos, "}},")[0])-1] + "]", ErrDisagree, "1 results of 2"},
		{"results of another block with as many", block, other.infos(), ErrDisagree, "no result of"},
		{"results of another height", block, strings.ReplaceAll(infos, `"blockNumber":7`, `"blockNumber":8`), ErrDisagree, "is of block 8"},
		{"results where there are no transactions", (&madeBlock{height: 7}).seal().json(), infos, ErrDisagree, "2 results of 0"},
		{"one result twice", block, "[" + strings.TrimSuffix(strings.SplitAfter(infos, "}},")[0][1:], ",") + "," + strings.TrimSuffix(strings.SplitAfter(infos, "}},")[0][1:], ",") + "]", ErrDisagree, "no result of"},
		{"one transaction twice", twice.json(), strings.Replace(twice.infos(), twice.txs[0].id, strings.Repeat("ab", 32), 1), ErrDisagree, "comes twice"},
		{"success and failure", block, strings.Replace(infos, `"result":"SUCCESS"`, `"result":"REVERT"`, 1), ErrDisagree, "by the other it failed"},
		{"another header", strings.Replace(block, `"version":30`, `"version":31`, 1), infos, nil, "hashes to"},
		{"a header with more", strings.Replace(block, `"version":30`, `"version":30,"nonce":5`, 1), infos, nil, "nonce"},
		{"another transaction", strings.Replace(block, `"raw_data_hex":"0a02`, `"raw_data_hex":"0a01`, 1), infos, nil, "its bytes hash to"},
		{"a transaction without its bytes", strings.Replace(block, `"raw_data_hex"`, `"raw_data_text"`, 1), infos, nil, "without raw_data_hex"},
		{"no block", "{}", infos, nil, "no header"},
		{"a complaint", `{"Error":"class java.lang.NullPointerException : null"}`, infos, nil, "NullPointerException"},
		{"a complaint for results", block, `{"Error":"class java.lang.Exception : body size is too big"}`, nil, "too big"},
		{"half a block", block[:len(block)/2], infos, nil, "ends in its middle"},
		{"half of the results", block, infos[:len(infos)/2], nil, "ends in its middle"},
		{"more after it", block + "{}", infos, nil, "after the end"},
		{"a negative amount", negative.json(), negative.infos(), nil, "it moves -3"},
		{"an address that is none", nobody.json(), nobody.infos(), nil, "parameter 2 is no address"},
		{"more for witnesses than is paid", packing.json(), packing.infos(), nil, "2 sun of its fee of 1"},
		{"addresses in base58", block, strings.Replace(infos, hexOf(who_(9)), "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", 1), nil, "not an address in hexadecimal digits"},
		{"a log of nobody", block, strings.Replace(infos, `"address":"`+hexOf(who_(9))+`"`, `"address":""`, 1), nil, "a log without the contract"},
		{"five topics", block, strings.Replace(infos, `"topics":[`, `"topics":["`+strings.Repeat("00", 32)+`","`+strings.Repeat("00", 32)+`",`, 1), nil, "more than four topics"},
		{"an amount beyond 64 bits", block, strings.Replace(infos, `"blockNumber":7`, `"blockNumber":7,"fee":9223372036854775808`, 1), nil, "9223372036854775808"},
		{"a fee below nothing", block, strings.Replace(infos, `"blockNumber":7`, `"blockNumber":7,"fee":-1`, 1), nil, "not a whole number from 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := decoded(decoder(t, KeepsStaking), c.block, c.infos)
			if err == nil || b != nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v; want %q", err, c.want)
			}
			for _, kind := range []error{ErrDisagree, ErrNoResults} {
				if errors.Is(err, kind) != (kind == c.is) {
					t.Errorf("%v: is it %v?", err, kind)
				}
			}
			if len(err.Error()) > 600 {
				t.Errorf("%d bytes of error", len(err.Error()))
			}
		})
	}
	d := decoder(t, KeepsStaking)
	if _, err := decoded(d, block, "[]"); err == nil {
		t.Fatal("no error")
	}
	if b, err := decoded(d, block, infos); err != nil || len(b.Transfers) != 3 {
		t.Errorf("after a failure: %v", err)
	}
}

func TestNewDecoder(t *testing.T) {
	for _, chain := range []clew.Chain{clew.Tron, "tron:3448148188", "tron:2494104990"} {
		d, err := NewDecoder(chain, KeepsResults)
		if err != nil || d.Chain() != chain {
			t.Errorf("%s: %v", chain, err)
			continue
		}
		b := (&madeBlock{height: 7, txs: []*madeTx{pay(1, 2, 3)}}).seal()
		got, err := decoded(d, b.json(), b.infos())
		if err != nil || got.Check(chain) != nil || len(got.Transfers) != 1 {
			t.Errorf("%s: %v", chain, err)
		}
	}
	for _, chain := range []clew.Chain{"", clew.Ethereum, clew.Bitcoin, "tron:", "tron:0", "tron:x", "tron:0x2b6653dc", "tron:4294967296", "tron:007"} {
		var bad *clew.InputError
		if _, err := NewDecoder(chain, KeepsResults); !errors.As(err, &bad) {
			t.Errorf("%q: %v", chain, err)
		}
	}
}

// What a permission names is bounded, however many keys it has.
func TestManyKeys(t *testing.T) {
	var keys []pmsg
	for i := range 100 {
		keys = append(keys, pmsg{{"address", 1, who(i)}, {"weight", 2, int64(1)}})
	}
	b := (&madeBlock{height: 7, txs: []*madeTx{{kind: enum{46, "AccountPermissionUpdateContract"}, value: pmsg{{"owner_address", 1, who(0)},
		{"actives", 4, []pmsg{{{"type", 1, enum{2, "Active"}}, {"id", 2, int64(2)}, {"permission_name", 3, strings.Repeat("\x00", 300)}, {"operations", 6, make([]byte, 900)}, {"keys", 7, keys}}}}}}}}).seal()
	got, err := decoded(decoder(t, KeepsStaking), b.json(), b.infos())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Acts) != 1 || !strings.Contains(got.Acts[0].Detail, " and 8") || !strings.HasSuffix(got.Acts[0].Detail, " more") {
		t.Errorf("%+v", got.Acts)
	}
}

func TestTokenNumber(t *testing.T) {
	for _, c := range []struct {
		text string
		want uint64
	}{{"1000001", 1_000_001}, {"1002000", 1_002_000}, {"999999999999999999", 999_999_999_999_999_999}, {"1000000", 0}, {"0100000101", 0}, {"SEED", 0}, {"", 0}, {"_", 0}, {"10000011000001100000110", 0}, {"+1000001", 0}, {"1_000_001", 0}} {
		if n, ok := tokenNumber([]byte(c.text)); ok != (c.want != 0) || ok && n != c.want {
			t.Errorf("%q: %d, %v", c.text, n, ok)
		}
	}
}

// TestHeaderFields computes the names of headers with all fields that one has
// had, as the test's own writer of protobuf does.
func TestHeaderFields(t *testing.T) {
	full := &madeBlock{height: 7, more: pmsg{{"witness_id", 8, int64(300)}, {"accountStateRoot", 11, []byte("the root of accounts")}}}
	full.seal()
	b, err := decoded(decoder(t, KeepsBlocks), full.json(), "")
	if err != nil || b.Ref.Hash != full.id() || b.Ref.Hash == (&madeBlock{height: 7}).seal().id() {
		t.Errorf("%v", err)
	}
}

func TestMessage(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		fields    int
		ok        bool
	}{
		{"nothing", "", 0, true},
		{"each kind", "\x08\x96\x01\x12\x03abc\x19abcdefgh\x25abcd", 4, true},
		{"a number without its end", "\x08\x96", 0, false},
		{"a number of more than 64 bits", "\x08" + strings.Repeat("\xff", 10) + "\x01", 0, false},
		{"bytes beyond the end", "\x08\x01\x12\x04abc", 1, false},
		{"bytes far beyond", "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 0, false},
		{"eight bytes of which seven are there", "\x19abcdefg", 0, false},
		{"a group", "\x0b\x0c", 0, false},
		{"no field", "\x00\x01", 0, false},
	} {
		m := message{rest: []byte(c.raw)}
		fields := 0
		for m.next() {
			fields++
		}
		if fields != c.fields || (m.err == nil) != c.ok {
			t.Errorf("%s: %d fields, %v", c.name, fields, m.err)
		}
	}
}
