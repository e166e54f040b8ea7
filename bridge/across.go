package bridge

import "clew"

// acrossForms are the events of Across' pools: the second version's in two forms, then
// the third's with addresses, and with words as they are now.
//
// Sources: github.com/across-protocol/contracts, contracts/interfaces/V3SpokePoolInterface.sol;
// of the second version, as its readers declare it: github.com/NethermindEth/Forta-Agents,
// UMA-Bots/Filled-Relay/src/ABI.ts, and github.com/DefiLlama/bridges-server, src/adapters/across.
var acrossForms = []form{
	{protocol: "across", kind: clew.BridgeSent, read: acrossFirst,
		text: "FundsDeposited(uint256 amount, uint256 originChainId, uint256 destinationChainId, uint64 relayerFeePct, uint32 indexed depositId, uint32 quoteTimestamp, address indexed originToken, address recipient, address indexed depositor)"},
	{protocol: "across", kind: clew.BridgeReceived, read: func(e *event) { acrossFirstFill(e, "recipient") },
		text: "FilledRelay(uint256 amount, uint256 totalFilledAmount, uint256 fillAmount, uint256 repaymentChainId, uint256 originChainId, uint256 destinationChainId, uint64 relayerFeePct, uint64 appliedRelayerFeePct, uint64 realizedLpFeePct, uint32 depositId, address destinationToken, address indexed relayer, address indexed depositor, address recipient, bool isSlowRelay)"},
	{protocol: "across", kind: clew.BridgeSent, read: acrossFirst,
		text: "FundsDeposited(uint256 amount, uint256 originChainId, uint256 indexed destinationChainId, int64 relayerFeePct, uint32 indexed depositId, uint32 quoteTimestamp, address originToken, address recipient, address indexed depositor, bytes message)"},
	{protocol: "across", kind: clew.BridgeReceived, read: func(e *event) { acrossFirstFill(e, "info.recipient") },
		text: "FilledRelay(uint256 amount, uint256 totalFilledAmount, uint256 fillAmount, uint256 repaymentChainId, uint256 indexed originChainId, uint256 destinationChainId, int64 relayerFeePct, int64 realizedLpFeePct, uint32 indexed depositId, address destinationToken, address relayer, address indexed depositor, address recipient, bytes message, (address recipient, bytes message, int64 relayerFeePct, bool isSlowRelay, int256 payoutAdjustmentPct) info)"},
	{protocol: "across", kind: clew.BridgeSent, read: acrossDeposit,
		text: "V3FundsDeposited(address inputToken, address outputToken, uint256 inputAmount, uint256 outputAmount, uint256 indexed destinationChainId, uint32 indexed depositId, uint32 quoteTimestamp, uint32 fillDeadline, uint32 exclusivityDeadline, address indexed depositor, address recipient, address exclusiveRelayer, bytes message)"},
	{protocol: "across", kind: clew.BridgeReceived, read: acrossFill,
		text: "FilledV3Relay(address inputToken, address outputToken, uint256 inputAmount, uint256 outputAmount, uint256 repaymentChainId, uint256 indexed originChainId, uint32 indexed depositId, uint32 fillDeadline, uint32 exclusivityDeadline, address exclusiveRelayer, address indexed relayer, address depositor, address recipient, bytes message, (address updatedRecipient, bytes updatedMessage, uint256 updatedOutputAmount, uint8 fillType) info)"},
	{protocol: "across", kind: clew.BridgeSent, read: acrossDeposit,
		text: "FundsDeposited(bytes32 inputToken, bytes32 outputToken, uint256 inputAmount, uint256 outputAmount, uint256 indexed destinationChainId, uint256 indexed depositId, uint32 quoteTimestamp, uint32 fillDeadline, uint32 exclusivityDeadline, bytes32 indexed depositor, bytes32 recipient, bytes32 exclusiveRelayer, bytes message)"},
	{protocol: "across", kind: clew.BridgeReceived, read: acrossFill,
		text: "FilledRelay(bytes32 inputToken, bytes32 outputToken, uint256 inputAmount, uint256 outputAmount, uint256 repaymentChainId, uint256 indexed originChainId, uint256 indexed depositId, uint32 fillDeadline, uint32 exclusivityDeadline, bytes32 exclusiveRelayer, bytes32 indexed relayer, bytes32 depositor, bytes32 recipient, bytes32 messageHash, (bytes32 updatedRecipient, bytes32 updatedMessageHash, uint256 updatedOutputAmount, uint8 fillType) info)"},
}

// acrossSolana is the number by which Across calls Solana.
const acrossSolana = 34268394551451

func acrossChain(n clew.Amount) clew.Chain {
	if n == clew.Units(acrossSolana) {
		return clew.Solana
	}
	return byNumber(n)
}

func acrossFirst(e *event) {
	e.id(e.amount("originChainId").String(), e.amount("depositId").String())
	e.gives(e.address("depositor"), e.address("originToken"), e.amount("amount"))
	to := byNumber(e.amount("destinationChainId"))
	e.goes(to, party(e.word("recipient"), to))
	if e.amount("originChainId").String() != numberOf(e.chain) {
		e.bad = true // of another chain than it is logged on
	}
}

// acrossFirstFill reads one fill, of which a deposit may have several.
func acrossFirstFill(e *event, recipient string) {
	e.id(e.amount("originChainId").String(), e.amount("depositId").String())
	e.message.From = byNumber(e.amount("originChainId"))
	e.gives(e.address(recipient), e.address("destinationToken"), e.amount("fillAmount"))
	if e.amount("fillAmount").IsZero() {
		e.none = true // it asks for a slow relay
	}
}

func acrossDeposit(e *event) {
	e.id(numberOf(e.chain), e.amount("depositId").String())
	e.gives(e.address("depositor"), e.address("inputToken"), e.amount("inputAmount"))
	to := acrossChain(e.amount("destinationChainId"))
	e.goes(to, party(e.word("recipient"), to))
	e.comes(party(e.word("outputToken"), to), e.amount("outputAmount"))
}

// acrossFill reads a relay. Whoever deposited may have had the recipient and the
// amount changed since.
func acrossFill(e *event) {
	e.id(e.amount("originChainId").String(), e.amount("depositId").String())
	e.message.From = acrossChain(e.amount("originChainId"))
	e.gives(e.address("info.updatedRecipient"), e.address("outputToken"), e.amount("info.updatedOutputAmount"))
}
