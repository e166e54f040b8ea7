package bridge

import (
	"encoding/binary"
	"strconv"

	"clew"
)

// wormholeForms are the events of Wormhole's core contract and of its token
// bridge: emitter's chain, emitter and sequence name a message.
//
// Sources: github.com/wormhole-foundation/wormhole, ethereum/contracts/Implementation.sol,
// bridge/Bridge.sol and bridge/BridgeStructs.sol.
var wormholeForms = []form{
	{protocol: "wormhole", kind: clew.BridgeSent, read: wormholeMessage,
		text: "LogMessagePublished(address indexed sender, uint64 sequence, uint32 nonce, bytes payload, uint8 consistencyLevel)"},
	{protocol: "wormhole", kind: clew.BridgeReceived, read: wormholeRedeemed,
		text: "TransferRedeemed(uint16 indexed emitterChainId, bytes32 indexed emitterAddress, uint64 indexed sequence)"},
}

// wormholeChains are Wormhole's numbers of chains, from sdk/vaa/structs.go.
var wormholeChains = numbering{1: clew.Solana, 2: clew.Ethereum, 4: clew.BNB, 5: clew.Polygon, 6: clew.Avalanche, 23: clew.Arbitrum, 24: clew.Optimism, 30: clew.Base, 70: clew.Tron}

// Places in the payload of a transfer of tokens, with or without a payload of its
// own. The amount is of eight decimals at most.
const (
	whKind    = 0
	whAmount  = 1
	whTo      = 67
	whToChain = 99
	whEnd     = 133
)

func wormholeMessage(e *event) {
	payload := e.bytes("payload")
	if len(payload) < whEnd || payload[whKind] != 1 && payload[whKind] != 3 || payload[whKind] == 1 && len(payload) != whEnd {
		e.none = true // not of the token bridge
		return
	}
	own, known := wormholeChains.of(e.chain)
	e.bad = e.bad || !known
	sender := e.word("sender")
	e.id(strconv.FormatUint(own, 10), hexOf(sender[:]), e.amount("sequence").String())
	e.act.On = e.tx.From
	to := wormholeChains[uint64(binary.BigEndian.Uint16(payload[whToChain:]))]
	e.goes(to, party([32]byte(payload[whTo:whTo+32]), to))
	amount, _ := clew.AmountBytes(payload[whAmount : whAmount+32])
	e.comes("", amount)
}

// wormholeRedeemed reads that a transfer of tokens came out. To whom, it does not
// say; the source does.
func wormholeRedeemed(e *event) {
	emitter := e.word("emitterAddress")
	chain := e.number("emitterChainId")
	e.id(strconv.FormatUint(chain, 10), hexOf(emitter[:]), e.amount("sequence").String())
	e.message.From = wormholeChains[chain]
}
