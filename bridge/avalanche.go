package bridge

import "clew"

// avalancheForms are the events of the tokens of Avalanche's bridge (Core). What is
// made on Avalanche names the transaction by which it went in, on Ethereum or
// Bitcoin, which there is a plain payment to the bridge's address. What is burnt
// comes out by a plain payment that names nothing, so it is not linked.
//
// Sources: BridgeToken.sol as verified on explorers; github.com/DefiLlama/bridges-server,
// src/adapters/avalanche-btc.
var avalancheForms = []form{
	{protocol: "avalanche", kind: clew.BridgeReceived, read: func(e *event) { avalancheMint(e, clew.Ethereum) },
		text: "Mint(address to, uint256 amount, address feeAddress, uint256 feeAmount, bytes32 originTxId)"},
	{protocol: "avalanche", kind: clew.BridgeReceived, read: func(e *event) { avalancheMint(e, clew.Bitcoin) },
		text: "Mint(address to, uint256 amount, address feeAddress, uint256 feeAmount, bytes32 originTxId, uint256 originOutputIndex)"},
	{protocol: "avalanche", kind: clew.BridgeSent, read: avalancheUnwrap, text: "Unwrap(uint256 amount, uint256 chainId)"},
}

func avalancheMint(e *event, from clew.Chain) {
	e.idWord(e.word("originTxId"))
	e.message.From = from
	e.gives(e.address("to"), e.log.Contract, e.amount("amount"))
}

func avalancheUnwrap(e *event) {
	e.idTx()
	e.gives(e.tx.From, e.log.Contract, e.amount("amount"))
	if e.chain != clew.Avalanche {
		e.none = true // tokens elsewhere log the same words
	}
}
