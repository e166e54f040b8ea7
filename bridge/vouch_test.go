package bridge

import (
	"testing"

	"clew"
)

// TestVouch: whoever sends a message over a bridge may log beside it what he likes. An
// event by which a contract that is not known says what moved is that contract's word,
// and makes no known end; a message that another than the bridge's own contract sends
// says nothing.
func TestVouch(t *testing.T) {
	at := func(text string, chain clew.Chain) clew.Address { return onChain(chain, [20]byte(mustDigits(text))) }
	liar := person(eth, 'L')
	inbox, bridge, gateway := at("4dbd4fc535ac27206064b68ffcf827b0a60bab3f", eth), person(eth, 'B'), at("a3a7b6f88361f48403514059f1f16c8e78d60eec", eth)
	ticket := make([]byte, 0, ticketData)
	for _, v := range []any{person(clew.Arbitrum, 'R'), 0, 0, 0, person(clew.Arbitrum, 'R'), person(clew.Arbitrum, 'R'), 1, 1, 0} {
		ticket = append(ticket, word32(v)...)
	}
	delivered := logOf(bridge, "MessageDelivered", topic("uint256", 5), topic("bytes32", id(1)), arg("address", inbox), arg("uint8", 9), arg("address", gateway), arg("bytes32", id(2)), arg("uint256", 7), arg("uint64", 8))
	in := logOf(inbox, "InboxMessageDelivered", topic("uint256", 5), arg("bytes", ticket))
	deposit := func(by clew.Address) *Log {
		return logOf(by, "DepositInitiated", arg("address", person(eth, 'T')), topic("address", person(eth, 'P')), topic("address", person(eth, 'R')), topic("uint256", 5), arg("uint256", 1000))
	}
	messenger, standard := at("25ace71c97b33cc4729cf772ae268934f7ab5fa1", eth), at("99c9fc46f92e8a1c0dec1b1747d010903e884be1", eth)
	sent := func(sender clew.Address) (*Log, *Log) {
		return logOf(messenger, "SentMessage", topic("address", person(base, 'X')), arg("address", sender), arg("bytes", []byte("m")), arg("uint256", 1), arg("uint256", 2)),
			logOf(messenger, "SentMessageExtension1", topic("address", sender), arg("uint256", 0))
	}
	initiated := func(by clew.Address) *Log {
		return logOf(by, "ERC20BridgeInitiated", topic("address", person(eth, 'T')), topic("address", person(base, 'U')), topic("address", person(eth, 'P')), arg("address", person(eth, 'R')), arg("uint256", 1000), arg("bytes", []byte{}))
	}
	honest, more := sent(standard)
	lying, lyingMore := sent(liar)
	finalized := func(by clew.Address) *Log {
		return logOf(by, "ERC20BridgeFinalized", topic("address", person(eth, 'T')), topic("address", person(base, 'U')), topic("address", person(eth, 'P')), arg("address", person(eth, 'R')), arg("uint256", 1000), arg("bytes", []byte{}))
	}
	relayed := logOf(messenger, "RelayedMessage", topic("bytes32", id(6)))
	outbox := at("0b9857ae2d4a3dbe74ffe1d7df045bb7f96e4840", eth)
	executed := logOf(outbox, "OutBoxTransactionExecuted", topic("address", gateway), topic("address", person(eth, 'G')), topic("uint256", 0), arg("uint256", 777))
	given := func(by clew.Address) *Log {
		return logOf(by, "WithdrawalFinalized", arg("address", person(eth, 'T')), topic("address", person(eth, 'P')), topic("address", person(eth, 'R')), topic("uint256", 1), arg("uint256", 1000))
	}
	for _, c := range []struct {
		name  string
		at    int
		logs  []*Log
		known bool
	}{
		{"arbitrum, by its gateway", 1, []*Log{delivered, in, deposit(gateway)}, true},
		{"arbitrum, by anybody", 1, []*Log{delivered, in, deposit(liar)}, false},
		{"arbitrum, out by its gateway", 0, []*Log{executed, given(gateway)}, true},
		{"arbitrum, out by anybody", 0, []*Log{executed, given(liar)}, false},
		{"optimism, by its bridge", 1, []*Log{initiated(standard), honest, more}, true},
		{"optimism, by anybody", 1, []*Log{initiated(liar), lying, lyingMore}, false},
		{"optimism, out by its bridge", 1, []*Log{finalized(standard), relayed}, true},
		{"optimism, out by anybody", 1, []*Log{finalized(liar), relayed}, false},
	} {
		a, found, _ := Read(txOf(eth, c.at, c.logs...), c.logs[c.at])
		m, _ := a.Message()
		if !found || IsKnown(m.Protocol, a.With) != c.known || a.Amount != clew.Units(1000) {
			t.Errorf("%s: found %t, by %s: %s", c.name, found, a.With.Text(), told(&a))
		}
	}

	locked := logOf(liar, "LockedERC20", topic("address", person(eth, 'P')), topic("address", person(eth, 'R')), topic("address", person(eth, 'T')), arg("uint256", 1000))
	synced := logOf(at("28e4f3a7f651294b9564800b2d01f35189a5bfbe", eth), "StateSynced", topic("uint256", 5), topic("address", liar), arg("bytes", []byte("state")))
	if got := readOne(t, txOf(eth, 1, locked, synced), synced); got != "nothing" {
		t.Errorf("polygon, of another sender: %s", got)
	}
	r := padded(person(base, 'R'))
	for name, l := range map[string]*Log{
		"first":  logOf(person(base, 'C'), "MessageReceived", topic("address", person(base, 'X')), arg("uint32", 0), topic("uint64", 99), arg("bytes32", padded(liar)), arg("bytes", burnBody(r, 1000))),
		"second": logOf(person(base, 'C'), "MessageReceived", topic("address", person(base, 'X')), arg("uint32", 0), topic("bytes32", id(8)), arg("bytes32", padded(liar)), topic("uint32", 2000), arg("bytes", burnBody(r, 1000, word32(7), word32(5), word32(12345), []byte("hook")))),
	} {
		if got := readOne(t, txOf(base, 0, l), l); got != "nothing" {
			t.Errorf("cctp, %s version, of another sender: %s", name, got)
		}
	}
}
