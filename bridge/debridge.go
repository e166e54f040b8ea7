package bridge

import "clew"

const dlnOrder = "(uint64 makerOrderNonce, bytes makerSrc, uint256 giveChainId, bytes giveTokenAddress, uint256 giveAmount, uint256 takeChainId, bytes takeTokenAddress, uint256 takeAmount, " +
	"bytes receiverDst, bytes givePatchAuthoritySrc, bytes orderAuthorityAddressDst, bytes allowedTakerDst, bytes allowedCancelBeneficiarySrc, bytes externalCall) order"

// debridgeForms are the events of deBridge's market of orders (DLN) and of its
// gate, with the order's and the submission's identifier at both ends.
//
// Sources: the market, as its readers declare it: github.com/DefiLlama/bridges-server,
// src/adapters/debridgedln; orders before September 2023, which have no metadata, and what was
// fulfilled since February 2026, which says its own amount, by the hashes of their signatures
// that a public list of the market's topics, read from its contracts, states; the gate: github.com/debridge-finance/debridge-contracts-v1,
// contracts/interfaces/IDeBridgeGate.sol; cancelled orders: DlnSource.sol as verified,
// and docs.debridge.finance.
var debridgeForms = []form{
	{protocol: "debridge-dln", kind: clew.BridgeSent, read: dlnCreated,
		text: "CreatedOrder(" + dlnOrder + ", bytes32 orderId, bytes affiliateFee, uint256 nativeFixFee, uint256 percentFee, uint32 referralCode, bytes metadata)"},
	{protocol: "debridge-dln", kind: clew.BridgeSent, read: dlnCreated,
		text: "CreatedOrder(" + dlnOrder + ", bytes32 orderId, bytes affiliateFee, uint256 nativeFixFee, uint256 percentFee, uint32 referralCode)"},
	{protocol: "debridge-dln", kind: clew.BridgeReceived, read: func(e *event) { dlnFulfilled(e, "order.takeAmount") },
		text: "FulfilledOrder(" + dlnOrder + ", bytes32 orderId, address sender, address unlockAuthority)"},
	{protocol: "debridge-dln", kind: clew.BridgeReceived, read: func(e *event) { dlnFulfilled(e, "actualFulfillAmount") },
		text: "FulfilledOrder(" + dlnOrder + ", bytes32 orderId, uint256 actualFulfillAmount, address sender, address unlockAuthority)"},
	{protocol: "debridge-dln", kind: clew.BridgeReceived, read: dlnCancelled,
		text: "ClaimedOrderCancel(bytes32 orderId, address beneficiary, uint256 paidAmount, address giveTokenAddress)"},
	{protocol: "debridge", kind: clew.BridgeSent, read: gateSent,
		text: "Sent(bytes32 submissionId, bytes32 indexed debridgeId, uint256 amount, bytes receiver, uint256 nonce, uint256 indexed chainIdTo, uint32 referralCode, (uint256 receivedAmount, uint256 fixFee, uint256 transferFee, bool useAssetFee, bool isNativeToken) feeParams, bytes autoParams, address nativeSender)"},
	{protocol: "debridge", kind: clew.BridgeReceived, read: gateClaimed,
		text: "Claimed(bytes32 submissionId, bytes32 indexed debridgeId, uint256 amount, address indexed receiver, uint256 nonce, uint256 indexed chainIdFrom, bytes autoParams, bool isNativeToken)"},
}

// debridgeNumbers are numbers of deBridge's own for chains that have none of
// EVM's, from its pages of supported chains.
var debridgeNumbers = numbering{7565164: clew.Solana, 100000026: clew.Tron}

func debridgeChain(n clew.Amount) clew.Chain {
	number, _ := n.Uint64()
	if chain, ok := debridgeNumbers[number]; ok {
		return chain
	}
	return byNumber(n)
}

// keyed reads bytes as an address on this chain.
func (e *event) keyed(path string) clew.Address {
	b := e.bytes(path)
	if len(b) != 20 {
		e.bad = true
		return clew.Address{}
	}
	return onChain(e.chain, [20]byte(b))
}

func dlnCreated(e *event) {
	e.idWord(e.word("orderId"))
	e.gives(e.tx.From, e.keyed("order.giveTokenAddress"), e.amount("order.giveAmount"))
	to := debridgeChain(e.amount("order.takeChainId"))
	e.goes(to, partyBytes(e.bytes("order.receiverDst"), to))
	e.comes(partyBytes(e.bytes("order.takeTokenAddress"), to), e.amount("order.takeAmount"))
}

func dlnFulfilled(e *event, amount string) {
	e.idWord(e.word("orderId"))
	e.message.From = debridgeChain(e.amount("order.giveChainId"))
	e.gives(e.keyed("order.receiverDst"), e.keyed("order.takeTokenAddress"), e.amount(amount))
}

func dlnCancelled(e *event) {
	e.idWord(e.word("orderId"))
	e.message.From = e.chain
	e.gives(e.address("beneficiary"), e.address("giveTokenAddress"), e.amount("paidAmount"))
}

// gateSent reads what goes in at the gate. Its amount is after fees, and its token
// is named by a hash.
func gateSent(e *event) {
	e.idWord(e.word("submissionId"))
	e.act.On = e.address("nativeSender")
	if e.act.On.IsIssuer() {
		e.act.On = e.tx.From
	}
	to := debridgeChain(e.amount("chainIdTo"))
	e.goes(to, partyBytes(e.bytes("receiver"), to))
}

func gateClaimed(e *event) {
	e.idWord(e.word("submissionId"))
	e.message.From = debridgeChain(e.amount("chainIdFrom"))
	e.act.On, e.act.Amount = e.address("receiver"), e.amount("amount")
}
