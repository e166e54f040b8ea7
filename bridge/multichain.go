package bridge

import (
	"clew"
)

// multichainForms are the events of Multichain's (Anyswap's) routers and tokens.
// The seventh router names a swap at both ends; before it, the end where value
// comes out names the transaction by which it went in.
//
// Sources: github.com/anyswap/multichain-smart-contracts, contracts/router/MultichainV7Router.sol
// and contracts/anytoken/MultichainV7ERC20.sol; the older routers: AnyswapV3Router
// and AnyswapV6Router as verified on explorers, and github.com/DefiLlama/bridges-server,
// src/adapters/multichain.
var multichainForms = []form{
	{protocol: "multichain", kind: clew.BridgeSent, read: anySwapOut7,
		text: "LogAnySwapOut(bytes32 indexed swapoutID, address indexed token, address indexed from, string receiver, uint256 amount, uint256 toChainID)"},
	{protocol: "multichain", kind: clew.BridgeSent, read: anySwapOut7,
		text: "LogAnySwapOutAndCall(bytes32 indexed swapoutID, address indexed token, address indexed from, string receiver, uint256 amount, uint256 toChainID, string anycallProxy, bytes data)"},
	{protocol: "multichain", kind: clew.BridgeReceived, read: func(e *event) { anySwapIn(e, "swapoutID", "receiver") },
		text: "LogAnySwapIn(string swapID, bytes32 indexed swapoutID, address indexed token, address indexed receiver, uint256 amount, uint256 fromChainID)"},
	{protocol: "multichain", kind: clew.BridgeReceived, read: func(e *event) { anySwapIn(e, "swapoutID", "receiver") },
		text: "LogAnySwapInAndExec(string swapID, bytes32 indexed swapoutID, address indexed token, address indexed receiver, uint256 amount, uint256 fromChainID, bool success, bytes result)"},
	{protocol: "multichain", kind: clew.BridgeSent, read: anySwapOut,
		text: "LogAnySwapOut(address indexed token, address indexed from, address indexed to, uint256 amount, uint256 fromChainID, uint256 toChainID)"},
	{protocol: "multichain", kind: clew.BridgeSent, read: anySwapOutText,
		text: "LogAnySwapOut(address indexed token, address indexed from, string to, uint256 amount, uint256 fromChainID, uint256 toChainID)"},
	{protocol: "multichain", kind: clew.BridgeReceived, read: func(e *event) { anySwapIn(e, "txhash", "to") },
		text: "LogAnySwapIn(bytes32 indexed txhash, address indexed token, address indexed to, uint256 amount, uint256 fromChainID, uint256 toChainID)"},
	{protocol: "multichain", kind: clew.BridgeSent, read: anyTokenOut,
		text: "LogSwapout(address indexed account, address indexed bindaddr, uint256 amount)"},
	{protocol: "multichain", kind: clew.BridgeReceived, read: anyTokenIn,
		text: "LogSwapin(bytes32 indexed txhash, address indexed account, uint256 amount)"},
}

// anySwapOut7 and those below name a token of the router's own, of which value
// need not move; so no asset is given.
func anySwapOut7(e *event) {
	e.idWord(e.word("swapoutID"))
	e.act.On, e.act.Amount = e.address("from"), e.amount("amount")
	e.goes(byNumber(e.amount("toChainID")), safeText(e.bytes("receiver")))
}

func anySwapOut(e *event) {
	e.idTx()
	e.act.On, e.act.Amount = e.address("from"), e.amount("amount")
	to := byNumber(e.amount("toChainID"))
	e.goes(to, party(e.word("to"), to))
}

func anySwapOutText(e *event) {
	e.idTx()
	e.act.On, e.act.Amount = e.address("from"), e.amount("amount")
	e.goes(byNumber(e.amount("toChainID")), safeText(e.bytes("to")))
}

func anySwapIn(e *event, id, recipient string) {
	e.idWord(e.word(id))
	e.message.From = byNumber(e.amount("fromChainID"))
	e.act.On, e.act.Amount = e.address(recipient), e.amount("amount")
}

func anyTokenOut(e *event) {
	e.idTx()
	e.gives(e.address("account"), e.log.Contract, e.amount("amount"))
	e.goes("", party(e.word("bindaddr"), ""))
}

func anyTokenIn(e *event) {
	e.idWord(e.word("txhash"))
	e.gives(e.address("account"), e.log.Contract, e.amount("amount"))
}
