package bridge

import "clew"

// arbitrumForms are the events of messages from Arbitrum to Ethereum: their place
// among all such is named at both ends. Gateways log beside it what tokens go with
// one. Messages the other way become transactions there, whose hashes nothing on
// Ethereum logs; so those are read as what goes in, and not linked.
//
// Sources: github.com/OffchainLabs/nitro-contracts, src/bridge/IOutbox.sol;
// github.com/OffchainLabs/token-bridge-contracts, contracts/tokenbridge;
// ArbSys.sol of the precompiles' interfaces.
var arbitrumForms = []form{
	{protocol: "arbitrum", kind: clew.BridgeSent, read: arbitrumSent,
		text: "L2ToL1Tx(address caller, address indexed destination, uint256 indexed hash, uint256 indexed position, uint256 arbBlockNum, uint256 ethBlockNum, uint256 timestamp, uint256 callvalue, bytes data)"},
	{protocol: "arbitrum", kind: clew.BridgeReceived, read: arbitrumExecuted,
		text: "OutBoxTransactionExecuted(address indexed to, address indexed l2Sender, uint256 indexed zero, uint256 transactionIndex)"},
	{protocol: "arbitrum", kind: clew.BridgeSent, read: arbitrumDeposit,
		text: "DepositInitiated(address l1Token, address indexed from, address indexed to, uint256 indexed sequenceNumber, uint256 amount)"},
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
		e.bad = e.bad || moved.bad
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
		e.bad = e.bad || moved.bad
	}
	if !IsKnown("arbitrum", e.log.Contract) {
		e.none = true // the outbox of another rollup
	}
}

func arbitrumDeposit(e *event) {
	e.id("in", e.log.Contract.Text(), e.amount("sequenceNumber").String())
	e.gives(e.address("from"), e.address("l1Token"), e.amount("amount"))
	e.goes("", party(e.word("to"), clew.Arbitrum))
}
