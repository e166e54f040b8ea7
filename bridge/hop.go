package bridge

import "clew"

// hopForms are the events of Hop's bridges. What goes from one rollup to another
// chain has an identifier at both ends. What goes from Ethereum to a rollup has
// none, so it is read as what goes in and not linked.
//
// Sources: github.com/hop-protocol/contracts, contracts/bridges, for those that
// say who gets it; as deployed, where it differs: github.com/DefiLlama/bridges-server,
// src/adapters/hop.
var hopForms = []form{
	{protocol: "hop", kind: clew.BridgeSent, read: hopSent,
		text: "TransferSent(bytes32 indexed transferId, uint256 indexed chainId, address indexed recipient, uint256 amount, bytes32 transferNonce, uint256 bonderFee, uint256 index, uint256 amountOutMin, uint256 deadline)"},
	{protocol: "hop", kind: clew.BridgeReceived, read: hopBonded, text: "WithdrawalBonded(bytes32 indexed transferId, uint256 amount)"},
	{protocol: "hop", kind: clew.BridgeReceived, read: hopWithdrew,
		text: "Withdrew(bytes32 indexed transferId, address indexed recipient, uint256 amount, bytes32 transferNonce)"},
	{protocol: "hop", kind: clew.BridgeSent, read: hopDown,
		text: "TransferSentToL2(uint256 indexed chainId, address indexed recipient, uint256 amount, uint256 amountOutMin, uint256 deadline, address indexed relayer, uint256 relayerFee)"},
}

func hopSent(e *event) {
	e.idWord(e.word("transferId"))
	e.act.On = e.tx.From
	to := byNumber(e.amount("chainId"))
	e.goes(to, party(e.word("recipient"), to))
}

// hopBonded reads that a bonder pays it out. To whom, it does not say; the source
// does.
func hopBonded(e *event) { e.idWord(e.word("transferId")) }

func hopWithdrew(e *event) {
	e.idWord(e.word("transferId"))
	e.act.On, e.act.Amount = e.address("recipient"), e.amount("amount")
}

func hopDown(e *event) {
	e.idTx()
	e.act.On, e.act.Amount = e.tx.From, e.amount("amount")
	to := byNumber(e.amount("chainId"))
	e.goes(to, party(e.word("recipient"), to))
}
