package bridge

import "clew"

// arbitrumForms are the events of messages between Ethereum and Arbitrum. Of what
// leaves Arbitrum, its place among all such is named at both ends. What goes in
// becomes a transaction there, whose hash is derived from what the inbox logs: the
// one by which coins come out, or a ticket, for which Arbitrum logs by which
// transaction it is redeemed. Gateways log beside them what tokens go with one.
//
// Sources: github.com/OffchainLabs/nitro-contracts, src/bridge (IBridge.sol,
// IOutbox.sol, AbsInbox.sol, Inbox.sol); github.com/OffchainLabs/token-bridge-contracts,
// contracts/tokenbridge; the hashes: github.com/OffchainLabs/arbitrum-sdk,
// ParentToChildMessage; ArbSys.sol and ArbRetryableTx.sol of the precompiles' interfaces.
var arbitrumForms = []form{
	{protocol: "arbitrum", kind: clew.BridgeSent, read: arbitrumSent,
		text: "L2ToL1Tx(address caller, address indexed destination, uint256 indexed hash, uint256 indexed position, uint256 arbBlockNum, uint256 ethBlockNum, uint256 timestamp, uint256 callvalue, bytes data)"},
	{protocol: "arbitrum", kind: clew.BridgeReceived, read: arbitrumExecuted,
		text: "OutBoxTransactionExecuted(address indexed to, address indexed l2Sender, uint256 indexed zero, uint256 transactionIndex)"},
	{protocol: "arbitrum", kind: clew.BridgeSent, read: arbitrumIn, text: "InboxMessageDelivered(uint256 indexed messageNum, bytes data)"},
	{protocol: "arbitrum", kind: clew.BridgeReceived, read: arbitrumRedeemed,
		text: "RedeemScheduled(bytes32 indexed ticketId, bytes32 indexed retryTxHash, uint64 indexed sequenceNum, uint64 donatedGas, address gasDonor, uint256 maxRefund, uint256 submissionFeeRefund)"},
	{text: "MessageDelivered(uint256 indexed messageIndex, bytes32 indexed beforeInboxAcc, address inbox, uint8 kind, address sender, bytes32 messageDataHash, uint256 baseFeeL1, uint64 timestamp)"},
	{text: "DepositInitiated(address l1Token, address indexed from, address indexed to, uint256 indexed sequenceNumber, uint256 amount)"},
	{text: "WithdrawalInitiated(address l1Token, address indexed from, address indexed to, uint256 indexed l2ToL1Id, uint256 exitNum, uint256 amount)"},
	{text: "WithdrawalFinalized(address l1Token, address indexed from, address indexed to, uint256 indexed exitNum, uint256 amount)"},
}

func arbitrumSent(e *event) {
	e.id("out", numberOf(e.chain), e.amount("position").String())
	e.act.On, e.act.Amount, e.act.Asset = e.address("caller"), e.amount("callvalue"), clew.NativeAsset(e.chain)
	e.goes(clew.Ethereum, party(e.word("destination"), clew.Ethereum))
	if moved := e.sibling(1, 4, "WithdrawalInitiated"); moved != nil {
		e.act.On, e.act.Amount, e.act.Asset = moved.address("from"), moved.amount("amount"), clew.Asset{}
		e.goes(clew.Ethereum, party(moved.word("to"), clew.Ethereum))
		e.vouch(moved)
	} else if e.act.Amount.IsZero() {
		e.none = true
	}
}

// arbitrumExecuted reads a message that was carried out. The outbox is that of one
// rollup: those of others number theirs alike, so which one it is tells.
func arbitrumExecuted(e *event) {
	e.id("out", numberOf(clew.Arbitrum), e.amount("transactionIndex").String())
	e.message.From = clew.Arbitrum
	e.act.On = e.address("to")
	if moved := e.sibling(1, 12, "WithdrawalFinalized"); moved != nil {
		e.gives(moved.address("to"), moved.address("l1Token"), moved.amount("amount"))
		e.vouch(moved)
	}
	if !IsKnown("arbitrum", e.log.Contract) {
		e.none = true // the outbox of another rollup
	}
}
