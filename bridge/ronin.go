package bridge

import "clew"

const roninReceipt = "(uint256 id, uint8 kind, (address addr, address tokenAddr, uint256 chainId) mainchain, (address addr, address tokenAddr, uint256 chainId) ronin, (uint8 erc, uint256 id, uint256 quantity) info) receipt"

// roninForms are the events of the gateways of Ronin's second and third bridge,
// with the same receipt at both ends. Those of the first, which was robbed in
// March 2022, are not read.
//
// Source: github.com/axieinfinity/ronin-bridge-contracts, src/interfaces
// (IMainchainGatewayV3.sol, IRoninGatewayV3.sol) and src/libraries/Transfer.sol.
var roninForms = []form{
	{protocol: "ronin", kind: clew.BridgeSent, read: func(e *event) { roninSent(e, "deposit", "mainchain", "ronin") },
		text: "DepositRequested(bytes32 receiptHash, " + roninReceipt + ")"},
	{protocol: "ronin", kind: clew.BridgeReceived, read: func(e *event) { roninReceived(e, "deposit", "mainchain", "ronin") },
		text: "Deposited(bytes32 receiptHash, " + roninReceipt + ")"},
	{protocol: "ronin", kind: clew.BridgeSent, read: func(e *event) { roninSent(e, "withdrawal", "ronin", "mainchain") },
		text: "WithdrawalRequested(bytes32 receiptHash, " + roninReceipt + ")"},
	{protocol: "ronin", kind: clew.BridgeReceived, read: func(e *event) { roninReceived(e, "withdrawal", "ronin", "mainchain") },
		text: "Withdrew(bytes32 receiptHash, " + roninReceipt + ")"},
}

func roninSent(e *event, what, from, to string) {
	e.id(what, e.amount("receipt.mainchain.chainId").String(), e.amount("receipt.id").String())
	e.gives(e.address("receipt."+from+".addr"), e.address("receipt."+from+".tokenAddr"), e.amount("receipt.info.quantity"))
	chain := byNumber(e.amount("receipt." + to + ".chainId"))
	e.goes(chain, party(e.word("receipt."+to+".addr"), chain))
	e.comes(party(e.word("receipt."+to+".tokenAddr"), chain), e.amount("receipt.info.quantity"))
	e.roninItems()
}

func roninReceived(e *event, what, from, to string) {
	e.id(what, e.amount("receipt.mainchain.chainId").String(), e.amount("receipt.id").String())
	e.message.From = byNumber(e.amount("receipt." + from + ".chainId"))
	e.gives(e.address("receipt."+to+".addr"), e.address("receipt."+to+".tokenAddr"), e.amount("receipt.info.quantity"))
	e.roninItems()
}

// roninItems leaves out non-fungible tokens, of which there is no amount.
func (e *event) roninItems() {
	if !e.amount("receipt.info.erc").IsZero() {
		e.none = true
	}
}
