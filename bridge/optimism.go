package bridge

import "clew"

// optimismForms are the events of the rollups built as Optimism is (Base and
// others): messages between the messengers of both chains, with their hash at both
// ends. The standard bridge logs beside it what value goes with one. What leaves
// without a messenger has the withdrawal's hash at both ends; what goes in without
// one is named by its place in a block of Ethereum, whose hash no event has, so it is
// not read.
//
// Source: github.com/ethereum-optimism/optimism, packages/contracts-bedrock/src:
// universal/CrossDomainMessenger.sol, universal/StandardBridge.sol, L2/L2ToL1MessagePasser.sol,
// L1/OptimismPortal2.sol, libraries/Hashing.sol and libraries/Encoding.sol.
var optimismForms = []form{
	{protocol: "optimism", kind: clew.BridgeSent, read: optimismSent,
		text: "SentMessage(address indexed target, address sender, bytes message, uint256 messageNonce, uint256 gasLimit)"},
	{protocol: "optimism", kind: clew.BridgeReceived, read: optimismRelayed, text: "RelayedMessage(bytes32 indexed msgHash)"},
	{protocol: "optimism", kind: clew.BridgeSent, read: optimismPassed,
		text: "MessagePassed(uint256 indexed nonce, address indexed sender, address indexed target, uint256 value, uint256 gasLimit, bytes data, bytes32 withdrawalHash)"},
	{protocol: "optimism", kind: clew.BridgeReceived, read: optimismFinalized, text: "WithdrawalFinalized(bytes32 indexed withdrawalHash, bool success)"},
	{text: "FailedRelayedMessage(bytes32 indexed msgHash)"},
	{text: "SentMessageExtension1(address indexed sender, uint256 value)"},
	{text: "ETHBridgeInitiated(address indexed from, address indexed to, uint256 amount, bytes extraData)"},
	{text: "ETHBridgeFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData)"},
	{text: "ERC20BridgeInitiated(address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 amount, bytes extraData)"},
	{text: "ERC20BridgeFinalized(address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 amount, bytes extraData)"},
}

// optimismSent reads a message. Its value stands in the event after it.
func optimismSent(e *event) {
	extension := e.sibling(1, 1, "SentMessageExtension1")
	if extension == nil {
		e.none = true // before Bedrock, when the hash was another
		return
	}
	value := extension.word("value")
	e.idWord(optimismHash(e.word("messageNonce"), e.word("sender"), e.word("target"), value, e.word("gasLimit"), e.bytes("message")))
	e.act.On = e.address("sender")
	e.act.Amount, _ = clew.AmountBytes(value[:])
	e.act.Asset = clew.NativeAsset(e.chain)
	moved := e.sibling(-1, -6, "ETHBridgeInitiated", "ERC20BridgeInitiated")
	switch {
	case moved != nil && moved.log.Contract == e.act.On:
		e.optimismMoved(moved, "from")
		e.goes("", party(moved.word("to"), clew.Ethereum))
	case e.act.Amount.IsZero():
		e.none = true // no value is seen to go with it
	}
	e.bad = e.bad || extension.bad
}

func optimismRelayed(e *event) {
	e.idWord(e.word("msgHash"))
	if moved := e.sibling(-1, -8, "ETHBridgeFinalized", "ERC20BridgeFinalized"); moved != nil {
		e.optimismMoved(moved, "to")
	}
}

// optimismMoved takes what the standard bridge says of the value of a message.
func (e *event) optimismMoved(moved *event, party string) {
	e.act.On, e.act.Amount, e.act.Asset = moved.address(party), moved.amount("amount"), clew.NativeAsset(e.chain)
	if moved.form.is("ERC20BridgeInitiated") || moved.form.is("ERC20BridgeFinalized") {
		e.act.Asset = tokenOf(e.chain, moved.address("localToken"))
	}
	e.vouch(moved)
}

// optimismHash is the hash of a message: of the call
// relayMessage(uint256,address,address,uint256,uint256,bytes), as the ABI lays it out.
func optimismHash(nonce, sender, target, value, gas [32]byte, message []byte) [32]byte {
	call := keccak([]byte("relayMessage(uint256,address,address,uint256,uint256,bytes)"))
	size := clew.Units(uint64(len(message))).Limbs()[0]
	var offset, length [32]byte
	offset[31] = 6 * 32
	for i := range 8 {
		length[31-i] = byte(size >> (8 * i))
	}
	padding := make([]byte, (32-len(message)%32)%32)
	return keccak(call[:4], nonce[:], sender[:], target[:], value[:], gas[:], offset[:], length[:], message, padding)
}

// optimismMessenger is the messenger's address on every rollup of the kind.
var optimismMessenger = [20]byte(mustDigits("4200000000000000000000000000000000000007"))

// optimismPassed reads a withdrawal of coins without the messenger, whose own say
// more of theirs.
func optimismPassed(e *event) {
	e.idWord(e.word("withdrawalHash"))
	e.act.On, e.act.Amount, e.act.Asset = e.address("sender"), e.amount("value"), clew.NativeAsset(e.chain)
	e.goes(clew.Ethereum, party(e.word("target"), clew.Ethereum))
	e.comes("", e.act.Amount)
	e.none = e.act.Amount.IsZero() || e.act.On == onChain(e.chain, optimismMessenger)
}

// optimismFinalized reads that the portal carried a withdrawal out, if no messenger
// did. To whom, it does not say; the source does.
func optimismFinalized(e *event) {
	e.idWord(e.word("withdrawalHash"))
	e.none = e.amount("success").IsZero() || e.sibling(-1, -16, "RelayedMessage", "FailedRelayedMessage") != nil
}
