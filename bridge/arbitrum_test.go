package bridge

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"

	"clew"
)

// realLogs are the logs of transaction 0x00000a61331187be51ab9ae792d74f601a5a21fb112f5b9ac5bccb23d4d5aaba
// on Ethereum, a real deposit of 0.6 WETH to Arbitrum, as github.com/OffchainLabs/arbitrum-sdk
// has them in packages/sdk/tests/unit/parentToChildMessageEvents.test.ts, which also
// states the ticket's name.
func realLogs(t *testing.T) []*Log {
	t.Helper()
	text, err := os.ReadFile("testdata/arbitrum-deposit.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Address, Data string
		Topics        []string
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	var logs []*Log
	for _, r := range rows {
		contract, err := clew.ParseAddress(r.Address, eth)
		if err != nil {
			t.Fatal(err)
		}
		l := &Log{Contract: contract, Count: len(r.Topics), Data: digits(t, r.Data)}
		for i, topic := range r.Topics {
			l.Topics[i] = [32]byte(digits(t, topic))
		}
		logs = append(logs, l)
	}
	return logs
}

func digits(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	realTicket = "0x8ba13904639c7444d8578cc582a230b8501c9f0f7903f5069d276fdd3a7dea44"
	realPlace  = 4 // of the inbox's log among them
)

func inbox(t *testing.T) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress("0x4Dbd4fc535Ac27206064B68FfCf827b0A60BAB3f", eth)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestArbitrumTicket: of a real deposit the ticket is derived, with the gateway's
// word of what went in; without it no token is seen to cross.
func TestArbitrumTicket(t *testing.T) {
	const want = "bridge deposit arbitrum ticket-" + realTicket + " on T: 600000000000000000 of erc20:\u00c2; eip155:1 to eip155:42161, 0xa2e06c19EE14255889f0Ec0cA37f6D0778D06754 gets 0 of "
	logs := realLogs(t)
	if got := readOne(t, txOf(eth, realPlace, logs...), logs[realPlace]); got != want {
		t.Errorf("%s\n%s", got, want)
	}
	coins := "bridge deposit arbitrum ticket-" + realTicket + " on S: 600000000000000000 of slip44; eip155:1 to eip155:42161, 0x6c411aD3E74De3E7Bd422b94A27770f5B86C623B gets 0 of "
	if got := readOne(t, txOf(eth, realPlace, logs[:6]...), logs[realPlace]); got != coins {
		t.Errorf("%s\n%s", got, coins)
	}
	logs[6].Topics[3] = id(9) // tokens of another message
	if got := readOne(t, txOf(eth, realPlace, logs...), logs[realPlace]); got != coins {
		t.Errorf("%s\n%s", got, coins)
	}
	for name, change := range map[string]func(logs []*Log){
		"another call":            func(logs []*Log) { logs[4].Data[400] ^= 1 },
		"another inbox":           func(logs []*Log) { logs[4].Contract = person(eth, 'X') },
		"another message's words": func(logs []*Log) { logs[3].Topics[1] = [32]byte{} },
		"a size that is not so":   func(logs []*Log) { logs[4].Data[64+ticketSize+31]++ },
		"data cut":                func(logs []*Log) { logs[4].Data = logs[4].Data[:300] },
	} {
		logs := realLogs(t)
		change(logs)
		if got := readOne(t, txOf(eth, realPlace, logs...), logs[realPlace]); strings.Contains(got, realTicket) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestArbitrumRedeemed: a ticket is redeemed by a transaction that is named.
func TestArbitrumRedeemed(t *testing.T) {
	redeemer := onChain(clew.Arbitrum, [20]byte{19: 0x6e})
	l := logOf(redeemer, "RedeemScheduled", topic("bytes32", id(1)), topic("bytes32", id(2)), topic("uint64", 0), arg("uint64", 1), arg("address", person(clew.Arbitrum, 'X')), arg("uint256", 2), arg("uint256", 3))
	m := readMessage(t, txOf(clew.Arbitrum, 0), l)
	if m.ID != "ticket-"+hexOf(idBytes(1)) || m.Tx != clew.TxID(id(2)) || m.From != eth {
		t.Errorf("%+v", m)
	}
	l.Contract = person(clew.Arbitrum, 'L')
	if got := readOne(t, txOf(clew.Arbitrum, 0), l); got != "nothing" {
		t.Error(got)
	}
}

// TestArbitrumCoins: a deposit of coins names the transaction by which they come
// out, by the encoding of the Yellow Paper written out by hand here.
func TestArbitrumCoins(t *testing.T) {
	value := new(big.Int).SetUint64(1e18)
	data := append(append([]byte{}, person(eth, 'R').Key()...), word32(value)...)
	delivered := logOf(person(eth, 'B'), "MessageDelivered", topic("uint256", 0x160aa2), topic("bytes32", id(1)), arg("address", inbox(t)), arg("uint8", 12), arg("address", person(eth, 'P')), arg("bytes32", id(2)), arg("uint256", 7), arg("uint64", 5))
	message := logOf(inbox(t), "InboxMessageDelivered", topic("uint256", 0x160aa2), arg("bytes", data))
	fields := append([]byte{0x82, 0xa4, 0xb1, 0xa0}, word32(0x160aa2)...)
	fields = append(append(append(fields, 0x94), person(eth, 'P').Key()...), 0x94)
	fields = append(append(append(fields, person(eth, 'R').Key()...), 0x88), value.Bytes()...)
	want := hash(append([]byte{0x64, 0xf8, byte(len(fields))}, fields...))
	if got, line := readOne(t, txOf(eth, 1, delivered, message), message), "bridge deposit arbitrum deposit-"+hexOf(want[:])+" on S: 1000000000000000000 of slip44; eip155:1 to eip155:42161, "+person(clew.Arbitrum, 'R').Text()+" gets 1000000000000000000 of "; got != line {
		t.Errorf("%s\n%s", got, line)
	}
}
