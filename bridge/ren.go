package bridge

import "clew"

// renForms are the events of RenVM's gateways, which made tokens for coins locked
// on other chains until the end of 2022, and burnt them. Each names a number or a
// hash of its own; on Bitcoin nothing does, so neither is linked.
//
// Source: github.com/renproject/gateway-sol, src/Gateways/interfaces/IMintGateway.sol.
var renForms = []form{
	{protocol: "ren", kind: clew.BridgeReceived, read: renMinted,
		text: "LogMint(address indexed to, uint256 amount, uint256 indexed sigHash, bytes32 indexed nHash)"},
	{protocol: "ren", kind: clew.BridgeSent, read: renBurnt,
		text: "LogBurn(bytes to, uint256 amount, uint256 indexed burnNonce, bytes indexed indexedTo)"},
	{protocol: "ren", kind: clew.BridgeSent, read: renBurntTo,
		text: "LogBurnToChain(string recipientAddress, string recipientChain, bytes recipientPayload, uint256 amount, uint256 indexed burnNonce, string indexed recipientAddressIndexed, string indexed recipientChainIndexed)"},
}

func renMinted(e *event) {
	e.idWord(e.word("nHash"))
	e.act.On, e.act.Amount = e.address("to"), e.amount("amount")
}

func renBurnt(e *event) {
	e.id("burn", e.log.Contract.Text(), e.amount("burnNonce").String())
	e.act.On, e.act.Amount = e.tx.From, e.amount("amount")
	e.goes("", safeText(e.bytes("to")))
}

func renBurntTo(e *event) {
	e.id("burn", e.log.Contract.Text(), e.amount("burnNonce").String())
	e.act.On, e.act.Amount = e.tx.From, e.amount("amount")
	e.goes("", safeText(e.bytes("recipientAddress")))
}
