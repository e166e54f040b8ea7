package bridge

import (
	"encoding/binary"
	"testing"

	"clew"
)

// hopAlikeHex is the identifier of the transfer from Ethereum in the vectors: the hash
// of its chain and words, put together here by hand.
var hopAlikeHex = func() string {
	words := []any{person(eth, 'R'), 1000, 1, 2, person(eth, 'X'), 3}
	text := []byte("8453 ")
	for _, w := range words {
		text = append(text, word32(w)...)
	}
	sum := hash(text)
	return "alike-" + hexOf(sum[:])
}()

// linkFormCases are vectors of the forms that came last.
func linkFormCases() []formCase {
	P := func(c clew.Chain, letter byte) clew.Address { return person(c, letter) }
	recipient := P(base, 'R').Text()
	onBase, onEth := P(base, 'C'), P(eth, 'C')
	order := argument{value: []argument{arg("uint64", 5), arg("bytes", P(eth, 'P').Key()), arg("uint256", 1), arg("bytes", P(eth, 'T').Key()), arg("uint256", 1000), arg("uint256", 8453),
		arg("bytes", P(base, 'U').Key()), arg("uint256", 990), arg("bytes", P(base, 'R').Key()), arg("bytes", []byte{1}), arg("bytes", []byte{2, 3}), arg("bytes", []byte{}), arg("bytes", []byte{}), arg("bytes", []byte("call"))}}
	made := append(append(append(word32(P(eth, 'P')), word32(P(eth, 'R'))...), word32(P(eth, 'T'))...), word32(1000)...)
	routed := []*Log{
		logOf(onEth, "BridgehubDepositInitiated", topic("uint256", 324), topic("bytes32", id(7)), topic("address", P(eth, 'P')), arg("bytes32", id(8)), arg("bytes", made)),
		logOf(onEth, "BridgehubDepositFinalized", topic("uint256", 324), topic("bytes32", id(7)), topic("bytes32", id(4)))}
	another := logOf(onEth, "BridgehubDepositFinalized", topic("uint256", 324), topic("bytes32", id(9)), topic("bytes32", id(4)))
	priority := func(contract clew.Address, value int) *Log {
		return priorityLog(contract, P(eth, 'P'), P(eth, 'R'), value)
	}
	era := onChain(eth, eraContract)
	passed := func(sender clew.Address, value int) *Log {
		return logOf(onBase, "MessagePassed", topic("uint256", 1), topic("address", sender), topic("address", P(eth, 'R')), arg("uint256", value), arg("uint256", 2), arg("bytes", []byte("x")), arg("bytes32", id(6)))
	}
	out := logOf(onEth, "WithdrawalFinalized", topic("bytes32", id(6)), arg("bool", true))
	return []formCase{
		{"dln, in, before metadata", txOf(eth, 0), logOf(onEth, "CreatedOrder", order, arg("bytes32", id(1)), arg("bytes", []byte{}), arg("uint256", 1), arg("uint256", 2), arg("uint32", 3)),
			"bridge deposit debridge-dln " + hexOf(idBytes(1)) + " on S: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 990 of " + P(base, 'U').Text()},
		{"dln, out, with its amount", txOf(base, 0), logOf(onBase, "FulfilledOrder", order, arg("bytes32", id(1)), arg("uint256", 987), arg("address", P(base, 'X')), arg("address", P(base, 'Y'))),
			"bridge release debridge-dln " + hexOf(idBytes(1)) + " on R: 987 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "},
		{"hop, come from Ethereum", txOf(base, 0), logOf(onBase, "TransferFromL1Completed", topic("address", P(base, 'R')), arg("uint256", 1000), arg("uint256", 1), arg("uint256", 2), topic("address", P(base, 'X')), arg("uint256", 3)),
			"bridge release hop " + hopAlikeHex + " on R: 0 of ; eip155:1 to eip155:8453,  gets 0 of "},
		{"zksync, by the router", txOf(eth, 1, routed...), routed[1],
			"bridge deposit zksync " + hexOf(idBytes(4)) + " on P: 1000 of erc20:T; eip155:1 to eip155:324, " + P(eth, 'R').Text() + " gets 0 of "},
		{"zksync, of another deposit", txOf(eth, 1, routed[0], another), another, "nothing"},
		{"zksync, ether", txOf(eth, 0), priority(era, 900),
			"bridge deposit zksync " + hexOf(idBytes(5)) + " on S: 1000 of slip44; eip155:1 to eip155:324, " + P(eth, 'R').Text() + " gets 900 of "},
		{"zksync, no ether", txOf(eth, 0), priority(era, 0), "nothing"},
		{"of another chain of the kind", txOf(eth, 0), priority(onEth, 900), "nothing"},
		{"optimism, out without a messenger", txOf(base, 0), passed(P(base, 'P'), 1000),
			"bridge deposit optimism " + hexOf(idBytes(6)) + " on P: 1000 of slip44; eip155:8453 to eip155:1, " + P(eth, 'R').Text() + " gets 1000 of "},
		{"optimism, by the messenger", txOf(base, 0), passed(onChain(base, optimismMessenger), 1000), "nothing"},
		{"optimism, carried out", txOf(eth, 0), out, "bridge release optimism " + hexOf(idBytes(6)) + " on C: 0 of ;  to eip155:1,  gets 0 of "},
		{"optimism, carried out by the messenger", txOf(eth, 1, logOf(onEth, "RelayedMessage", topic("bytes32", id(2))), out), out, "nothing"},
		{"optimism, failed", txOf(eth, 0), logOf(onEth, "WithdrawalFinalized", topic("bytes32", id(6)), arg("bool", false)), "nothing"},
	}
}

// priorityLog is what zkSync's contract logs of a request: its encoder has no lists,
// so it is put together by hand.
func priorityLog(contract, from, to clew.Address, value int) *Log {
	words := func(list ...any) (b []byte) {
		for _, v := range list {
			b = append(b, word32(v)...)
		}
		return b
	}
	transaction := words(255, from, to, 1, 1, 1, 0, 0, 7, value, 1000, from, 0, 0, 19*32, 20*32, 21*32, 22*32, 23*32)
	transaction = append(transaction, words(0, 0, 0, 0, 0)...)
	data := append(words(7, id(5), 1, 5*32, 5*32+len(transaction)), transaction...)
	l := &Log{Contract: contract, Count: 1, Data: append(data, words(0)...)}
	l.Topics[0] = hash([]byte("NewPriorityRequest(uint256,bytes32,uint64,(uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256[4],bytes,bytes,uint256[],bytes,bytes),bytes[])"))
	return l
}

// TestLayerZeroWord: whose word an event of a token is. Only a listed contract's own,
// and the endpoint's for who destroys or makes a token that it is itself, are known;
// anybody can log anything, and any contract send any message.
func TestLayerZeroWord(t *testing.T) {
	endpoint := onChain(eth, endpointV2)
	token, adapter, liar := person(eth, 'T'), person(eth, 'A'), person(eth, 'L')
	path := func(sender, receiver clew.Address, from, to uint32) []byte {
		b := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, 9), from)
		b = append(b, word32(sender)...)
		return append(binary.BigEndian.AppendUint32(b, to), word32(receiver)...)
	}
	burn := logOf(token, "Transfer", topic("address", person(eth, 'P')), topic("address", onChain(eth, [20]byte{})), arg("uint256", 1000))
	lock := logOf(token, "Transfer", topic("address", person(eth, 'P')), topic("address", adapter), arg("uint256", 1000))
	packet := func(by, sender clew.Address) (*Log, [32]byte) {
		p := path(sender, person(base, 'U'), 30101, 30184)
		guid := hash(p)
		message := append(append(append([]byte{1}, p...), guid[:]...), append(word32(person(base, 'R')), 0, 0, 0, 0, 0, 0, 3, 232)...)
		return logOf(by, "PacketSent", arg("bytes", message), arg("bytes", []byte{}), arg("address", person(eth, 'X'))), guid
	}
	for _, c := range []struct {
		name              string
		by, sender, speak clew.Address // who logs the packet, whom it is from, who logs the token's event
		moved             *Log
		known, named      bool
	}{
		{"a token that destroys its own", endpoint, token, token, burn, true, true},
		{"one that locks another's", endpoint, adapter, adapter, lock, false, true},
		{"one that destroys nothing", endpoint, token, token, lock, false, true},
		{"who says that another burnt", endpoint, adapter, adapter, burn, false, true},
		{"another's packet", endpoint, token, liar, burn, false, false},
		{"no endpoint", liar, token, token, burn, false, false},
	} {
		sent, guid := packet(c.by, c.sender)
		said := logOf(c.speak, "OFTSent", topic("bytes32", guid), arg("uint32", 30184), topic("address", person(eth, 'P')), arg("uint256", 1000), arg("uint256", 1000))
		a, found, _ := Read(txOf(eth, 2, c.moved, sent, said), said)
		m, _ := a.Message()
		if !found || IsKnown("layerzero", a.With) != c.known || (m.Recipient == person(base, 'R').Text()) != c.named || c.known && a.Asset != tokenOf(eth, token) {
			t.Errorf("%s: by %s, known %t: %s", c.name, a.With.Text(), IsKnown("layerzero", a.With), told(&a))
		}
	}

	made := logOf(token, "Transfer", topic("address", onChain(eth, [20]byte{})), topic("address", person(eth, 'R')), arg("uint256", 1000))
	guid := hash(path(person(base, 'U'), token, 30184, 30101))
	for _, c := range []struct {
		name        string
		by, to      clew.Address
		nonce, from int
		guid        [32]byte
		moved       *Log
		known       bool
	}{
		{"a token that makes its own", endpoint, token, 9, 30184, guid, made, true},
		{"one that makes nothing", endpoint, token, 9, 30184, guid, lock, false},
		{"another nonce", endpoint, token, 10, 30184, guid, made, false},
		{"another source", endpoint, token, 9, 30110, guid, made, false},
		{"another's packet", endpoint, adapter, 9, 30184, guid, made, false},
		{"another packet", endpoint, token, 9, 30184, id(9), made, false},
		{"no endpoint", liar, token, 9, 30184, guid, made, false},
	} {
		origin := argument{value: []argument{arg("uint32", c.from), arg("bytes32", padded(person(base, 'U'))), arg("uint64", c.nonce)}}
		delivered := logOf(c.by, "PacketDelivered", origin, arg("address", c.to))
		said := logOf(token, "OFTReceived", topic("bytes32", c.guid), arg("uint32", 30184), topic("address", person(eth, 'R')), arg("uint256", 1000))
		a, found, _ := Read(txOf(eth, 1, c.moved, said, delivered), said)
		if !found || IsKnown("layerzero", a.With) != c.known {
			t.Errorf("%s: by %s: %s", c.name, a.With.Text(), told(&a))
		}
	}
}

// TestLayerZeroFirstWord: the same of the first version: the library's word stands for
// a token that destroys or makes its own, and for Stargate's pools; of any other
// contract that has a packet carried it does not.
func TestLayerZeroFirstWord(t *testing.T) {
	library := onChain(eth, [20]byte(mustDigits("4d73adb72bc3dd368966edd0f0b2148401a178e2")))
	stargate := onChain(eth, [20]byte(mustDigits("296f55f8fb28e498b858d0bcda06d955b2cb3f97")))
	token, liar, pool := person(eth, 'T'), person(eth, 'L'), person(eth, 'O')
	burn := logOf(token, "Transfer", topic("address", person(eth, 'P')), topic("address", onChain(eth, [20]byte{})), arg("uint256", 1000))
	made := logOf(token, "Transfer", topic("address", onChain(eth, [20]byte{})), topic("address", person(eth, 'R')), arg("uint256", 1000))
	sends := func(by clew.Address) *Log {
		return logOf(by, "SendToChain", topic("uint16", 184), topic("address", person(eth, 'P')), arg("bytes", person(base, 'R').Key()), arg("uint256", 1000))
	}
	swap := logOf(pool, "Swap", arg("uint16", 184), arg("uint256", 1), arg("address", person(eth, 'P')), arg("uint256", 1000), arg("uint256", 0), arg("uint256", 0), arg("uint256", 0), arg("uint256", 0))
	gives := func(by clew.Address) *Log {
		return logOf(by, "ReceiveFromChain", topic("uint16", 184), topic("address", person(eth, 'R')), arg("uint256", 1000))
	}
	remote := logOf(pool, "SwapRemote", arg("address", person(eth, 'R')), arg("uint256", 990), arg("uint256", 0), arg("uint256", 0))
	for _, c := range []struct {
		name   string
		sender clew.Address
		moved  *Log
		beside *Log // of what is sent
		got    *Log // of what comes
		known  bool
	}{
		{"a token of its own", token, burn, sends(token), gives(token), true},
		{"another's packet", liar, burn, sends(token), gives(token), false},
		{"who says that another burnt", liar, burn, sends(liar), gives(liar), false},
		{"Stargate", stargate, burn, swap, remote, true},
		{"who speaks like Stargate", liar, burn, swap, remote, false},
	} {
		b := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint64(nil, 9), 101)
		b = append(binary.BigEndian.AppendUint16(append(b, c.sender.Key()...), 184), person(base, 'U').Key()...)
		sent := logOf(library, "Packet", arg("bytes", b))
		a, found, _ := Read(txOf(eth, 2, c.moved, c.beside, sent), sent)
		if !found || IsKnown("layerzero-v1", a.With) != c.known {
			t.Errorf("%s, sent: by %s: %s", c.name, a.With.Text(), told(&a))
		}
		moved := c.moved
		if moved == burn {
			moved = made
		}
		received := logOf(library, "PacketReceived", topic("uint16", 184), arg("bytes", person(base, 'U').Key()), topic("address", c.sender), arg("uint64", 9), arg("bytes32", id(1)))
		a, found, _ = Read(txOf(eth, 1, moved, received, c.got), received)
		if !found || IsKnown("layerzero-v1", a.With) != c.known {
			t.Errorf("%s, received: by %s: %s", c.name, a.With.Text(), told(&a))
		}
	}
}

// TestWormholeAmount: the amount that a message of the token bridge carries is kept.
func TestWormholeAmount(t *testing.T) {
	for _, r := range realEvents(t) {
		if r.Protocol != "wormhole" {
			continue
		}
		a, m, _ := r.read(t)
		if m.ID != "2-0x0000000000000000000000003ee18b2214aff97000d974cf647e7c347e8fa585-135858" || m.To != clew.Solana || m.Amount != clew.Units(0x45be2810) || len(m.Recipient) < 32 {
			t.Error(told(a))
		}
	}
}
