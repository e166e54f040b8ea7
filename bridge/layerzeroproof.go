package bridge

import (
	"encoding/binary"

	"clew"
)

// A packet of LayerZero is carried from one contract to another by contracts that are
// known; what it moves, only those two say. Their word is taken where both ends of it
// are beyond doubt: the contract is listed, or what went in was destroyed, or what
// came out made, by the very contract as a token of its own, for what becomes of its
// own token elsewhere nobody but it decides. Any other contract's event stands under
// that contract's name, which is not known, so that no link by it is certain.

// endpointV2 is the address of LayerZero's second endpoint on the chains where it is
// listed.
var endpointV2 = [20]byte(mustDigits("1a44076050125825900e736c501f859c50fe728c"))

// Places in a packet of the second version.
const (
	packetVersion  = 0
	packetNonce    = 1
	packetSource   = 9
	packetSender   = 13
	packetTarget   = 45
	packetReceiver = 49
	packetGUID     = 81
	packetMessage  = 113
	packetLogs     = 64 // how far from a token's event the endpoint's is looked for
)

// A packet is one that the endpoint logged beside a token's event.
type packet struct {
	sender, receiver [32]byte
	message          []byte // of what is sent
}

// packetSentWith returns the packet that the endpoint sent in this transaction with a
// GUID; nil if it sent none, or one to another chain than is said.
func (e *event) packetSentWith(guid [32]byte, target uint64) *packet {
	own, known := layerZeroChains.of(e.chain)
	for after := -packetLogs; known && after < 0; after++ {
		p := e.sibling(after, after, "PacketSent")
		if p == nil || !e.isEndpoint(p.log.Contract) {
			continue
		}
		b := p.bytes("encodedPayload")
		if p.bad || len(b) < packetMessage || b[packetVersion] != 1 || [32]byte(b[packetGUID:packetMessage]) != guid || keccak(b[packetNonce:packetGUID]) != guid {
			continue
		}
		if uint64(binary.BigEndian.Uint32(b[packetSource:])) == own+secondEndpoints && uint64(binary.BigEndian.Uint32(b[packetTarget:])) == target {
			return &packet{[32]byte(b[packetSender:packetTarget]), [32]byte(b[packetReceiver:packetGUID]), b[packetMessage:]}
		}
	}
	return nil
}

// packetDeliveredWith returns the packet that the endpoint delivered in this
// transaction of which the GUID is one; nil if it delivered none. The endpoint logs
// what the GUID is the hash of, and of its own chain it is known.
func (e *event) packetDeliveredWith(guid [32]byte, source uint64) *packet {
	own, known := layerZeroChains.of(e.chain)
	for after := 1; known && after <= packetLogs; after++ {
		p := e.sibling(after, after, "PacketDelivered")
		if p == nil || !e.isEndpoint(p.log.Contract) {
			continue
		}
		sender, receiver, nonce, from := p.word("origin.sender"), p.word("receiver"), p.number("origin.nonce"), p.number("origin.srcEid")
		path := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, nonce), uint32(from))
		path = append(path, sender[:]...)
		path = append(binary.BigEndian.AppendUint32(path, uint32(own+secondEndpoints)), receiver[:]...)
		if !p.bad && from == source && keccak(path) == guid {
			return &packet{sender: sender, receiver: receiver}
		}
	}
	return nil
}

func (e *event) isEndpoint(contract clew.Address) bool {
	return contract == onChain(e.chain, endpointV2) && IsKnown("layerzero", contract)
}

// answersFor says whose word an event is that a contract logged, and a packet beside
// it from or for a party, which a carrier logged: the contract's own, if it is listed,
// or is not the party; the carrier's, if the token is its own, and units of it were
// destroyed or made.
func (e *event) answersFor(protocol string, contract clew.Address, party [32]byte, carrier clew.Address) {
	e.act.With = contract
	if !IsKnown(protocol, contract) && e.likeAddress(party) == contract && IsKnown(protocol, carrier) && e.makesOwn(contract) {
		e.act.With, e.act.Asset = carrier, tokenOf(e.chain, contract)
	}
}

// makesOwn reports whether a contract logged, within some places of this event, that
// units of the token that it is were made or, of what is sent, destroyed.
func (e *event) makesOwn(contract clew.Address) bool {
	end := 1 // who gives
	if e.form.kind == clew.BridgeSent {
		end = 2
	}
	for after := -packetLogs; e.tx.Log != nil && after <= packetLogs; after++ {
		l := e.tx.Log(after)
		if l != nil && l.Contract == contract && l.Count == 3 && l.Topics[0] == tokenMoved && l.Topics[end] == ([32]byte{}) {
			return true
		}
	}
	return false
}

// tokenMoved is what tokens log of each movement, by ERC-20.
var tokenMoved = keccak([]byte("Transfer(address,address,uint256)"))
