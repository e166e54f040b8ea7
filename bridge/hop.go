package bridge

import "clew"

// hopForms are the events of Hop's bridges. What goes from one rollup to another
// chain has an identifier at both ends. What goes from Ethereum to a rollup has
// none: its identifier is a hash of what both ends say (chain, recipient, amount,
// least, deadline, relayer and its fee), which two transfers may share.
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
	{protocol: "hop", kind: clew.BridgeReceived, read: hopCompleted,
		text: "TransferFromL1Completed(address indexed recipient, uint256 amount, uint256 amountOutMin, uint256 deadline, address indexed relayer, uint256 relayerFee)"},
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
	e.hopAlike(e.amount("chainId").String())
	e.act.On, e.act.Amount = e.tx.From, e.amount("amount")
	to := byNumber(e.amount("chainId"))
	e.goes(to, party(e.word("recipient"), to))
}

// hopCompleted reads what came from Ethereum. What the recipient gets is what a pool
// of the rollup gives for it.
func hopCompleted(e *event) {
	e.hopAlike(numberOf(e.chain))
	e.message.From = clew.Ethereum
	e.act.On = e.address("recipient")
}

// hopAlike gives a transfer from Ethereum its identifier.
func (e *event) hopAlike(chain string) {
	sum := []byte(chain + " ")
	for _, name := range []string{"recipient", "amount", "amountOutMin", "deadline", "relayer", "relayerFee"} {
		w := e.word(name)
		sum = append(sum, w[:]...)
	}
	e.idAlike(keccak(sum))
}
