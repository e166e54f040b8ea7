package evm

import (
	"testing"

	"clew"
	"clew/bridge"
	"clew/internal/rlp"
)

// minted is the event of Circle's that a token was made, and received that of the
// message for which it was.
var (
	mintedTopic   = rlp.Keccak([]byte("MintAndWithdraw(address,uint256,address)"))
	receivedTopic = rlp.Keccak([]byte("MessageReceived(address,uint32,uint64,bytes32,bytes)"))
	bondedTopic   = rlp.Keccak([]byte("WithdrawalBonded(bytes32,uint256)"))
)

// TestBridgeActs: what a bridge logs is an act, at the log's place and with who
// sent the transaction; what stands beside it is found whatever the order in which
// the source gives logs, and in its own transaction alone.
func TestBridgeActs(t *testing.T) {
	body := append([]byte{0, 0, 0, 1}, words32('t', 'r', 1000, 'p')...)
	data := append(words32(3, 'x', 96, uint64(len(body))), body...)
	data = append(data, make([]byte, 32)...)
	messenger, err := clew.ParseAddress("0x19330d10D9Cc8751218eaf51E8885D058642E08A", clew.Arbitrum)
	if err != nil {
		t.Fatal(err)
	}
	copy(data[32+12:64], messenger.Key()) // who burns on Arbitrum
	received := logOf(8, data, Topic(receivedTopic), topicOf('c'), Topic(wordOf(99)))
	minted := logOf(7, words32(1000), Topic(mintedTopic), topicOf('r'), topicOf('u'))
	elsewhere := minted
	elsewhere.Index, elsewhere.Tx = 1, tx(9)
	block := func(logs ...Log) *Block {
		return &Block{Height: 3, Time: 1, Txs: []Tx{{ID: tx(1), Index: 2, From: named('a'), To: named('T'), Status: Succeeded}}, Logs: logs}
	}
	for name, c := range map[string]struct {
		block *Block
		asset string
	}{
		"in order":            {block(minted, received), "erc20"},
		"out of order":        {block(received, minted), "erc20"},
		"nothing beside it":   {block(received), ""},
		"another's beside it": {block(elsewhere, received), ""},
	} {
		d := NewDecoder(clew.Ethereum, false)
		diff(t, decode(t, d, c.block), "")
		if len(d.Acts()) != 1 || d.Missed.Acts != 0 {
			t.Fatalf("%s: %+v, missed %d", name, d.Acts(), d.Missed.Acts)
		}
		a := d.Acts()[0]
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		m, ok := a.Message()
		if !ok || m.Protocol != "cctp" || m.ID != "3-99" || a.Kind != clew.BridgeReceived || a.Pos.String() != "3/2/log/8" || a.Tx != tx(1) || a.Time != 1 ||
			letter(a.By) != "a" || letter(a.On) != "r" || letter(a.With) != "T" || a.Amount != clew.Units(1000) || a.Asset.Namespace() != c.asset {
			t.Errorf("%s: %+v, %+v", name, a, m)
		}
	}
	d := NewDecoder(clew.Ethereum, false)
	diff(t, decode(t, d, block(logOf(7, words32(5), Topic(bondedTopic), Topic{}))), "")
	if len(d.Acts()) != 0 || d.Missed.Acts != 1 {
		t.Errorf("one that names no message: %+v, missed %d", d.Acts(), d.Missed.Acts)
	}
}

// TestBridgeLogsAreKept: what is read, and what is read beside it, is kept of what a
// node answers; nothing that moves tokens is taken for it.
func TestBridgeLogsAreKept(t *testing.T) {
	for _, first := range [][32]byte{mintedTopic, receivedTopic, bondedTopic} {
		if !Wanted(first) || MovesTokens(first) {
			t.Errorf("%x", first)
		}
	}
	for _, first := range []Topic{transferTopic, singleTopic, batchTopic, memoTopic, Topic(rlp.Keccak([]byte("AddedBlackList(address)"))), Topic(rlp.Keccak([]byte("Deposit(address,uint256)"))), Topic(rlp.Keccak([]byte("Withdrawal(address,uint256)")))} {
		if bridge.Reads(first) {
			t.Errorf("%x is read as a bridge's", first)
		}
	}
}
