package bridge

import (
	"encoding/binary"
	"strconv"

	"clew"
)

// layerZeroForms are the events of tokens and pools that cross by LayerZero. In
// the second version, which Stargate's second uses, both ends name the packet's
// GUID, and the endpoint logs the packet beside it. In the first, the library logs
// the packet, with its number, at both ends, and the token or Stargate's pool beside
// it what crosses. Whom the packet is from and for tells whose word an event is; see
// layerzeroproof.go.
//
// Sources: github.com/LayerZero-Labs/LayerZero-v2, oapp/contracts/oft (interfaces/IOFT.sol,
// OFTCore.sol) and protocol/contracts (EndpointV2.sol, libs/GUID.sol; messagelib/libs/PacketV1Codec.sol);
// github.com/LayerZero-Labs/LayerZero, contracts/UltraLightNodeV2.sol and its
// interface; github.com/stargate-protocol/stargate, contracts/Pool.sol;
// of the first version's tokens, IOFTCore.sol of LayerZero's examples, as verified
// contracts carry it.
var layerZeroForms = []form{
	{protocol: "layerzero", kind: clew.BridgeSent, read: oftSent,
		text: "OFTSent(bytes32 indexed guid, uint32 dstEid, address indexed fromAddress, uint256 amountSentLD, uint256 amountReceivedLD)"},
	{protocol: "layerzero", kind: clew.BridgeReceived, read: oftReceived,
		text: "OFTReceived(bytes32 indexed guid, uint32 srcEid, address indexed toAddress, uint256 amountReceivedLD)"},
	{protocol: "layerzero-v1", kind: clew.BridgeSent, read: packetSent,
		text: "Packet(bytes payload)"},
	{protocol: "layerzero-v1", kind: clew.BridgeReceived, read: packetReceived,
		text: "PacketReceived(uint16 indexed srcChainId, bytes srcAddress, address indexed dstAddress, uint64 nonce, bytes32 payloadHash)"},
	{text: "PacketSent(bytes encodedPayload, bytes options, address sendLibrary)"},
	{text: "PacketDelivered((uint32 srcEid, bytes32 sender, uint64 nonce) origin, address receiver)"},
	{text: "Swap(uint16 chainId, uint256 dstPoolId, address from, uint256 amountSD, uint256 eqReward, uint256 eqFee, uint256 protocolFee, uint256 lpFee)"},
	{text: "SwapRemote(address to, uint256 amountSD, uint256 protocolFee, uint256 dstFee)"},
	{text: "SendToChain(uint16 indexed dstChainId, address indexed from, bytes toAddress, uint256 amount)"},
	{text: "SendToChain(uint16 indexed dstChainId, address indexed from, bytes32 toAddress, uint256 amount)"},
	{text: "ReceiveFromChain(uint16 indexed srcChainId, address indexed to, uint256 amount)"},
}

// layerZeroChains are LayerZero's numbers of chains in its first version; the
// second adds 30,000. From docs.layerzero.network, deployed contracts of both; Solana's number from its
// list EndpointId.
var layerZeroChains = numbering{101: clew.Ethereum, 102: clew.BNB, 106: clew.Avalanche, 109: clew.Polygon, 110: clew.Arbitrum, 111: clew.Optimism, 168: clew.Solana, 184: clew.Base}

const secondEndpoints = 30_000

func layerZeroChain(n uint64) clew.Chain {
	if n > secondEndpoints {
		n -= secondEndpoints
	}
	return layerZeroChains[n]
}

// oftSent reads a token that is sent, or one that a pool of Stargate's takes. With
// no packet of its own, as by Stargate's bus, nothing at the other end tells it
// from others that ride along.
func oftSent(e *event) {
	if e.word("guid") == ([32]byte{}) {
		e.none = true
		return
	}
	e.idWord(e.word("guid"))
	e.act.On, e.act.Amount = e.address("fromAddress"), e.amount("amountSentLD")
	to := layerZeroChain(e.number("dstEid"))
	e.goes(to, "")
	e.comes("", e.amount("amountReceivedLD"))
	p := e.packetSentWith(e.word("guid"), e.number("dstEid"))
	if p == nil {
		return
	}
	e.answersFor("layerzero", e.log.Contract, p.sender, onChain(e.chain, endpointV2))
	if e.likeAddress(p.sender) == e.log.Contract && len(p.message) >= 40 { // a token's own message says who gets it
		e.goes(to, party([32]byte(p.message), to))
	}
}

func oftReceived(e *event) {
	if e.word("guid") == ([32]byte{}) {
		e.none = true
		return
	}
	e.idWord(e.word("guid"))
	e.act.On, e.act.Amount = e.address("toAddress"), e.amount("amountReceivedLD")
	e.message.From = layerZeroChain(e.number("srcEid"))
	if p := e.packetDeliveredWith(e.word("guid"), e.number("srcEid")); p != nil {
		e.answersFor("layerzero", e.log.Contract, p.receiver, onChain(e.chain, endpointV2))
	}
}

// packetSent reads a packet of the first version: number, source, sender,
// destination, recipient and what it carries.
func packetSent(e *event) {
	const head = 8 + 2 + 20 + 2
	b := e.bytes("payload")
	if len(b) < head+20 {
		e.none = true // to a chain with addresses of another length
		return
	}
	nonce, from, to := binary.BigEndian.Uint64(b), uint64(binary.BigEndian.Uint16(b[8:])), uint64(binary.BigEndian.Uint16(b[30:]))
	e.id(strconv.FormatUint(from, 10), hexOf(b[10:30]), hexOf(b[head:head+20]), strconv.FormatUint(nonce, 10))
	carried := e.sibling(-1, -8, "Swap", "SendToChain")
	if carried == nil {
		carried = e.sibling(1, 4, "SendToChain")
	}
	switch {
	case carried == nil:
		e.none = true // no value is seen to go with it
		return
	case carried.form.is("Swap"): // the pool's amount is after fees, in units of its own
		e.act.On = e.tx.From
		e.message.To = layerZeroChains[to]
		e.poolOf(b[10:30], carried)
	default:
		e.act.On, e.act.Amount = carried.address("from"), carried.amount("amount")
		e.answersFor("layerzero-v1", carried.log.Contract, leftPadded(b[10:30]), e.log.Contract)
		e.goes(layerZeroChains[to], carried.party("toAddress", layerZeroChains[to]))
	}
	e.bad = e.bad || carried.bad
}

func packetReceived(e *event) {
	path := e.bytes("srcAddress")
	if len(path) < 20 {
		e.none = true
		return
	}
	from := e.number("srcChainId")
	to := e.word("dstAddress")
	e.id(strconv.FormatUint(from, 10), hexOf(path[:20]), hexOf(to[12:]), e.amount("nonce").String())
	e.message.From = layerZeroChains[from]
	carried := e.sibling(1, 8, "SwapRemote", "ReceiveFromChain")
	if carried == nil {
		e.none = true
		return
	}
	e.act.On = carried.address("to")
	if carried.form.is("ReceiveFromChain") {
		e.act.Amount = carried.amount("amount")
		e.answersFor("layerzero-v1", carried.log.Contract, to, e.log.Contract)
	} else {
		e.poolOf(to[12:], carried)
	}
	e.bad = e.bad || carried.bad
}

// poolOf leaves an event of a pool of Stargate's to the library's word, if the packet
// is of Stargate's bridge, which is listed; else it is the pool's own.
func (e *event) poolOf(party []byte, pool *event) {
	if !IsKnown("layerzero-v1", onChain(e.chain, [20]byte(party))) {
		e.act.With = pool.log.Contract
	}
}

func leftPadded(b []byte) (w [32]byte) {
	copy(w[32-len(b):], b)
	return w
}
