package bridge

import (
	"encoding/binary"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
	"clew/internal/sample"
)

// body is what a burn's message of Circle's carries.
func burnBody(recipient [32]byte, amount int, more ...[]byte) []byte {
	b := append([]byte{0, 0, 0, 1}, word32(person(eth, 'T'))...)
	b = append(b, recipient[:]...)
	b = append(b, word32(amount)...)
	b = append(b, word32(person(eth, 'P'))...)
	for _, m := range more {
		b = append(b, m...)
	}
	return b
}

// The contracts on Ethereum that burn, in both versions of Circle's protocol.
var (
	messenger1 = leftPadded(mustDigits("bd3fa81b58ba92a82136038b25adec7066af3155"))
	messenger2 = leftPadded(mustDigits("28b5a0e9c621a5badaa536219b3a228c8168cf5d"))
)

// TestCCTP: both ends of a burn of either version have one identifier, the token
// is that which is minted beside it, and another burn has another.
func TestCCTP(t *testing.T) {
	onEth, onBase := person(eth, 'C'), person(base, 'C')
	r := padded(person(base, 'R'))
	first := logOf(onEth, "DepositForBurn", topic("uint64", 99), topic("address", person(eth, 'T')), arg("uint256", 1000), topic("address", person(eth, 'P')), arg("bytes32", r), arg("uint32", 6), arg("bytes32", id(1)), arg("bytes32", id(2)))
	if got, want := readOne(t, txOf(eth, 0), first), "bridge deposit cctp 0-99 on P: 1000 of erc20:T; eip155:1 to eip155:8453, "+person(base, 'R').Text()+" gets 1000 of "; got != want {
		t.Errorf("%s\n%s", got, want)
	}
	minted := logOf(onBase, "MintAndWithdraw", topic("address", person(base, 'R')), arg("uint256", 1000), topic("address", person(base, 'U')))
	received := logOf(onBase, "MessageReceived", topic("address", person(base, 'X')), arg("uint32", 0), topic("uint64", 99), arg("bytes32", messenger1), arg("bytes", burnBody(r, 1000)))
	if got, want := readOne(t, txOf(base, 1, minted, received), received), "bridge release cctp 0-99 on R: 1000 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "; got != want {
		t.Errorf("%s\n%s", got, want)
	}
	other := logOf(onBase, "MessageReceived", topic("address", person(base, 'X')), arg("uint32", 0), topic("uint64", 99), arg("bytes32", messenger1), arg("bytes", []byte("words")))
	if got := readOne(t, txOf(base, 0, other), other); got != "nothing" {
		t.Error(got)
	}
	burn := func(amount int, hook string) *Log {
		return logOf(onEth, "DepositForBurn", topic("address", person(eth, 'T')), arg("uint256", amount), topic("address", person(eth, 'P')), arg("bytes32", r), arg("uint32", 6), arg("bytes32", id(1)), arg("bytes32", id(2)), arg("uint256", 7), topic("uint32", 2000), arg("bytes", hook))
	}
	second := logOf(onBase, "MessageReceived", topic("address", person(base, 'X')), arg("uint32", 0), topic("bytes32", id(8)), arg("bytes32", messenger2), topic("uint32", 2000), arg("bytes", burnBody(r, 1000, word32(7), word32(5), word32(12345), []byte("hook"))))
	in, out := readMessage(t, txOf(eth, 0), burn(1000, "hook")), readMessage(t, txOf(base, 0), second)
	if in.Protocol != "cctp-v2" || in.ID != out.ID || in.To != base || out.From != eth {
		t.Errorf("%+v\n%+v", in, out)
	}
	if a, _, _ := Read(txOf(base, 0), second); a.Amount != clew.Units(995) {
		t.Errorf("after the fee %s came out", a.Amount)
	}
	for _, l := range []*Log{burn(1001, "hook"), burn(1000, "hooks")} {
		if m := readMessage(t, txOf(eth, 0), l); m.ID == in.ID {
			t.Error("another burn has the same identifier")
		}
	}
	elsewhere := logOf(person("eip155:999", 'C'), "DepositForBurn", topic("uint64", 99), topic("address", person(eth, 'T')), arg("uint256", 1000), topic("address", person(eth, 'P')), arg("bytes32", r), arg("uint32", 6), arg("bytes32", id(1)), arg("bytes32", id(2)))
	if got := readOne(t, txOf("eip155:999", 0), elsewhere); got != "not understood" {
		t.Errorf("of a chain without a known domain: %s", got)
	}
}

func readMessage(t *testing.T, tx *Tx, l *Log) clew.Message {
	t.Helper()
	a, found, understood := Read(tx, l)
	if !found || !understood {
		t.Fatalf("found %t, understood %t", found, understood)
	}
	m, _ := a.Message()
	return m
}

// TestWormhole: a transfer of tokens has one identifier at both ends; messages of
// others are none.
func TestWormhole(t *testing.T) {
	payload := []byte{1}
	payload = append(payload, word32(1000)...)
	payload = append(payload, word32(person(eth, 'T'))...)
	payload = append(payload, 0, 2)
	payload = append(payload, word32(person(base, 'R'))...)
	payload = append(payload, 0, 30)
	payload = append(payload, word32(0)...)
	published := logOf(person(eth, 'C'), "LogMessagePublished", topic("address", person(eth, 'B')), arg("uint64", 123), arg("uint32", 0), arg("bytes", payload), arg("uint8", 1))
	emitter := padded(person(eth, 'B'))
	redeemed := logOf(person(base, 'C'), "TransferRedeemed", topic("uint16", 2), topic("bytes32", emitter), topic("uint64", 123))
	in, out := readMessage(t, txOf(eth, 0), published), readMessage(t, txOf(base, 0), redeemed)
	if in.ID != out.ID || in.ID != "2-"+hexOf(emitter[:])+"-123" || in.Recipient != person(base, 'R').Text() || in.To != base || out.From != eth {
		t.Errorf("%+v\n%+v", in, out)
	}
	for _, p := range [][]byte{nil, payload[:100], append([]byte{2}, payload[1:]...), append(payload, 9)} {
		l := logOf(person(eth, 'C'), "LogMessagePublished", topic("address", person(eth, 'B')), arg("uint64", 123), arg("uint32", 0), arg("bytes", p), arg("uint8", 1))
		if got := readOne(t, txOf(eth, 0), l); got != "nothing" {
			t.Errorf("%x: %s", p, got)
		}
	}
}

// TestOptimism: the hash that is derived of a message is that of the call as an
// encoder written apart lays it out; value is taken from the bridge beside it, and
// from no other contract's.
func TestOptimism(t *testing.T) {
	bridge, messenger := person(eth, 'B'), person(eth, 'M')
	nonce := new(big.Int).Lsh(big.NewInt(1), 240)
	initiated := logOf(bridge, "ETHBridgeInitiated", topic("address", person(eth, 'P')), topic("address", person(eth, 'R')), arg("uint256", 1000), arg("bytes", []byte{}))
	sent := logOf(messenger, "SentMessage", topic("address", person(base, 'B')), arg("address", bridge), arg("bytes", []byte("finalize it please")), arg("uint256", nonce), arg("uint256", 200000))
	extension := logOf(messenger, "SentMessageExtension1", topic("address", bridge), arg("uint256", 1000))
	call := hash([]byte("relayMessage(uint256,address,address,uint256,uint256,bytes)"))
	want := hash(append(append([]byte{}, call[:4]...), encoded([]argument{arg("uint256", nonce), arg("address", bridge), arg("address", person(base, 'B')), arg("uint256", 1000), arg("uint256", 200000), arg("bytes", []byte("finalize it please"))})...))
	logs := []*Log{initiated, sent, extension}
	if got, line := readOne(t, txOf(eth, 1, logs...), sent), "bridge deposit optimism "+hexOf(want[:])+" on P: 1000 of slip44; eip155:1 to , "+person(eth, 'R').Text()+" gets 0 of "; got != line {
		t.Errorf("%s\n%s", got, line)
	}
	finalized := logOf(person(base, 'B'), "ERC20BridgeFinalized", topic("address", person(base, 'T')), topic("address", person(eth, 'T')), topic("address", person(eth, 'P')), arg("address", person(base, 'R')), arg("uint256", 990), arg("bytes", []byte{}))
	relayed := logOf(person(base, 'M'), "RelayedMessage", topic("bytes32", want))
	if got, line := readOne(t, txOf(base, 1, finalized, relayed), relayed), "bridge release optimism "+hexOf(want[:])+" on R: 990 of erc20:T;  to eip155:8453,  gets 0 of "; got != line {
		t.Errorf("%s\n%s", got, line)
	}
	initiated.Contract = person(eth, 'X')
	if got := readOne(t, txOf(eth, 1, logs...), sent); !strings.Contains(got, " on B: 1000 of slip44") {
		t.Errorf("another contract's words were taken: %s", got)
	}
	if got := readOne(t, txOf(eth, 0, sent), sent); got != "nothing" {
		t.Errorf("without its extension: %s", got)
	}
}

// TestArbitrumOut: a message that leaves is named by its place, and tokens are
// those of the gateway beside it; only the known outbox's are read.
func TestArbitrumOut(t *testing.T) {
	arb := clew.Arbitrum
	out := logOf(onChain(arb, [20]byte{19: 0x64}), "L2ToL1Tx", arg("address", person(arb, 'G')), topic("address", person(eth, 'G')), topic("uint256", 3), topic("uint256", 777), arg("uint256", 1), arg("uint256", 2), arg("uint256", 3), arg("uint256", 0), arg("bytes", []byte("data")))
	if got := readOne(t, txOf(arb, 0, out), out); got != "nothing" {
		t.Errorf("a message without value: %s", got)
	}
	moved := logOf(person(arb, 'G'), "WithdrawalInitiated", arg("address", person(eth, 'T')), topic("address", person(arb, 'P')), topic("address", person(eth, 'R')), topic("uint256", 777), arg("uint256", 0), arg("uint256", 1000))
	if got, want := readOne(t, txOf(arb, 0, out, moved), out), "bridge deposit arbitrum out-42161-777 on P: 1000 of ; eip155:42161 to eip155:1, "+person(eth, 'R').Text()+" gets 0 of "; got != want {
		t.Errorf("%s\n%s", got, want)
	}
	outbox, _ := clew.ParseAddress("0x0B9857ae2D4A3DBe74ffE1d7DF045bb7F96E4840", eth)
	executed := logOf(outbox, "OutBoxTransactionExecuted", topic("address", person(eth, 'R')), topic("address", person(eth, 'G')), topic("uint256", 0), arg("uint256", 777))
	if got, want := readOne(t, txOf(eth, 0, executed), executed), "bridge release arbitrum out-42161-777 on R: 0 of ; eip155:42161 to eip155:1,  gets 0 of "; got != want {
		t.Errorf("%s\n%s", got, want)
	}
	executed.Contract = person(eth, 'X')
	if got := readOne(t, txOf(eth, 0, executed), executed); got != "nothing" {
		t.Errorf("another outbox: %s", got)
	}
}

// TestPolygonIn takes what goes in from the predicate beside the state.
func TestPolygonIn(t *testing.T) {
	locked := logOf(person(eth, 'B'), "LockedERC20", topic("address", person(eth, 'P')), topic("address", person(eth, 'R')), topic("address", person(eth, 'T')), arg("uint256", 1000))
	synced := logOf(person(eth, 'C'), "StateSynced", topic("uint256", 5), topic("address", onChain(eth, childManager)), arg("bytes", []byte("state")))
	if got, want := readOne(t, txOf(eth, 1, locked, synced), synced), "bridge deposit polygon 5 on P: 1000 of erc20:T; eip155:1 to eip155:137, "+person(clew.Polygon, 'R').Text()+" gets 0 of "; got != want {
		t.Errorf("%s\n%s", got, want)
	}
}

// TestLayerZeroFirst: a packet of the first version has one identifier at both
// ends, and crosses value only with a token's or a pool's event beside it.
func TestLayerZeroFirst(t *testing.T) {
	ua, remote := person(eth, 'U').Key(), person(base, 'U').Key()
	packet := binary.BigEndian.AppendUint64(nil, 55)
	packet = append(append(append(append(packet, 0, 101), ua...), 0, 184), remote...)
	packet = append(packet, "payload"...)
	sent := logOf(person(eth, 'C'), "Packet", arg("bytes", packet))
	received := logOf(person(base, 'C'), "PacketReceived", topic("uint16", 101), arg("bytes", append(append([]byte{}, ua...), remote...)), topic("address", person(base, 'U')), arg("uint64", 55), arg("bytes32", id(1)))
	toChain := logOf(person(eth, 'T'), "SendToChain", topic("uint16", 184), topic("address", person(eth, 'P')), arg("bytes", person(base, 'R').Key()), arg("uint256", 1000))
	toWord := logOf(person(eth, 'T'), "SendToChain", topic("uint16", 184), topic("address", person(eth, 'P')), arg("bytes32", padded(person(base, 'R'))), arg("uint256", 1000))
	fromChain := logOf(person(base, 'T'), "ReceiveFromChain", topic("uint16", 101), topic("address", person(base, 'R')), arg("uint256", 1000))
	pool := logOf(person(base, 'B'), "SwapRemote", arg("address", person(base, 'R')), arg("uint256", 5), arg("uint256", 1), arg("uint256", 2))
	name := "101-" + hexOf(ua) + "-" + hexOf(remote) + "-55"
	for _, c := range []struct{ got, want string }{
		{readOne(t, txOf(eth, 0, sent), sent), "nothing"},
		{readOne(t, txOf(eth, 0, sent, toChain), sent), "bridge deposit layerzero-v1 " + name + " on P: 1000 of ; eip155:1 to eip155:8453, " + person(base, 'R').Text() + " gets 0 of "},
		{readOne(t, txOf(eth, 1, toWord, sent), sent), "bridge deposit layerzero-v1 " + name + " on P: 1000 of ; eip155:1 to eip155:8453, " + person(base, 'R').Text() + " gets 0 of "},
		{readOne(t, txOf(base, 0, received), received), "nothing"},
		{readOne(t, txOf(base, 0, received, fromChain), received), "bridge release layerzero-v1 " + name + " on R: 1000 of ; eip155:1 to eip155:8453,  gets 0 of "},
		{readOne(t, txOf(base, 0, received, pool), received), "bridge release layerzero-v1 " + name + " on R: 0 of ; eip155:1 to eip155:8453,  gets 0 of "},
	} {
		if c.got != c.want {
			t.Errorf("%s\n%s", c.got, c.want)
		}
	}
}

// TestSymbiosis derives what the other end will call a request.
func TestSymbiosis(t *testing.T) {
	l := logOf(person(eth, 'C'), "SynthesizeRequest", arg("bytes32", id(1)), topic("address", person(eth, 'P')), topic("uint256", 8453), topic("address", person(eth, 'Q')), arg("address", person(eth, 'R')), arg("uint256", 1000), arg("address", person(eth, 'T')))
	raw, _ := hex.DecodeString("9f6424fe88fbe7785fa34f0e369f192bf38e7a6e")
	first := id(1)
	want := hash(append(append(append(append([]byte{}, first[:]...), raw...), person(eth, 'Q').Key()...), word32(8453)...))
	if m := readMessage(t, txOf(eth, 0), l); m.ID != hexOf(want[:]) {
		t.Errorf("%+v", m)
	}
}

// A celerTransferOf is a transfer of the year 2021 by Celer's pool on Ethereum to
// Polygon. Its nonce was found by trying the milliseconds before it until the
// identifier was one that a relay on Polygon names.
var celerReal = []struct {
	sender, token string
	amount        string
	nonce         uint64
	id            string
}{
	{"0x0c7DB8ae51EAA3ea78915845B2774E0e8B9EB6A5", "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", "50000000000000000", 1638536022882, "31ac7129c9aad329d62592bb6abd2d66bf35d25bc72527d7414c1504ce2760dd"},
	{"0xe5892baf983b86c91C0e79d3e313f6819A3ED3dF", "0xdac17f958d2ee523a2206206994597c13d831ec7", "7998244909", 1640142090875, "7f6fee53d79f42304c0eaab5c829e30af18c911b4ca6558388c059b065675740"},
	{"0x493374100e511b1b091FA5BACe1929DC154FeE80", "0x7b35ce522cb72e4077baeb96cb923a5529764a00", "19631639826483708190321", 1640734038889, "fa624cbce7c44c024b5ad8a010989234de473088fb18e1b30484cfcf9f35cc4d"},
	{"0xE26A8BD2aA293393aD4aaE3eE80370B6f1a82330", "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", "30000000", 1639840141926, "e7fcfcbf3fd02a675fb6fe3c1607f3149644ab0f7437e7bd7eaaa0243190f10a"},
}

// TestCelerReal reads real transfers as the pool logs them, whose identifiers the
// other end named. One whose identifier is not derived so is not understood.
func TestCelerReal(t *testing.T) {
	for _, c := range celerReal {
		sender, _ := clew.ParseAddress(c.sender, eth)
		token, _ := clew.ParseAddress(c.token, eth)
		amount, _ := new(big.Int).SetString(c.amount, 10)
		raw, _ := hex.DecodeString(c.id)
		send := func(id [32]byte) *Log {
			return logOf(person(eth, 'C'), "Send", arg("bytes32", id), arg("address", sender), arg("address", sender), arg("address", token), arg("uint256", amount), arg("uint64", 137), arg("uint64", c.nonce), arg("uint32", 5000))
		}
		if m := readMessage(t, txOf(eth, 0), send([32]byte(raw))); m.ID != "0x"+c.id || m.To != clew.Polygon {
			t.Errorf("%+v", m)
		}
		if got := readOne(t, txOf(eth, 0), send(id(1))); got != "not understood" {
			t.Error(got)
		}
	}
}

// TestCelerPairs: of real deposits, the identifier that is derived with a nonce of
// the minutes before is one that a relay on the other chain names, for most.
func TestCelerPairs(t *testing.T) {
	const most, back = 16, 130_000
	var deposits []struct {
		Args struct {
			Sender, Receiver string
			Token            string `json:"asset_s"`
			Amount           json.Number
		}
		Timestamp uint64
	}
	if err := json.Unmarshal(held(t, "sample.json"), &deposits); err != nil {
		t.Fatal(err)
	}
	relays, err := csv.NewReader(strings.NewReader(string(held(t, "input.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	named, senders := map[[32]byte]bool{}, map[[20]byte]bool{}
	for _, row := range relays[1:] {
		raw, err := hex.DecodeString(strings.TrimPrefix(row[1], "0x"))
		if err != nil || len(raw) < 4+192 || hex.EncodeToString(raw[:4]) != "cdd1b25d" {
			continue
		}
		n := int(binary.BigEndian.Uint64(raw[4+128+24:]))
		request := raw[4+160 : 4+160+n] // its last field is the transfer's identifier, its first the sender
		named[[32]byte(request[n-32:])], senders[[20]byte(request[2:22])] = true, true
	}
	tried, found := 0, 0
	for _, d := range deposits {
		sender, _ := clew.ParseAddress(d.Args.Sender, eth)
		receiver, _ := clew.ParseAddress(d.Args.Receiver, eth)
		token, _ := clew.ParseAddress(d.Args.Token, eth)
		amount, _ := new(big.Int).SetString(d.Args.Amount.String(), 10)
		if !senders[[20]byte(sender.Key())] {
			continue
		}
		if tried++; tried > most {
			break
		}
		for nonce := d.Timestamp * 1000; nonce > d.Timestamp*1000-back; nonce-- {
			if named[celerTransfer(padded(sender), padded(receiver), padded(token), [32]byte(word32(amount)), 137, nonce, 1)] {
				found++
				break
			}
		}
	}
	if found < most*3/4 {
		t.Errorf("%d of %d", found, most)
	}
	t.Logf("%d of %d", found, most)
}

// held reads a file of the real transfers.
func held(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sample.Dir(t, "bridge-pairs"), "celer-eth-polygon", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
