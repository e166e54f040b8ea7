package bridge

import "clew"

// zksyncForms are the events by which what goes into zkSync Era names the
// transaction by which it comes out there. Withdrawals name nothing on Ethereum,
// so they are not read.
//
// Source: github.com/matter-labs/era-contracts, l1-contracts/contracts/bridge
// (interfaces/IL1ERC20Bridge.sol, asset-router/IL1AssetRouter.sol).
var zksyncForms = []form{
	{protocol: "zksync", kind: clew.BridgeSent, read: func(e *event) { zksyncDeposit(e, zksyncEra) },
		text: "DepositInitiated(bytes32 indexed l2DepositTxHash, address indexed from, address indexed to, address l1Token, uint256 amount)"},
	{protocol: "zksync", kind: clew.BridgeSent, read: func(e *event) { zksyncDeposit(e, byNumber(e.amount("chainId"))) },
		text: "LegacyDepositInitiated(uint256 indexed chainId, bytes32 indexed l2DepositTxHash, address indexed from, address to, address l1Token, uint256 amount)"},
}

const zksyncEra clew.Chain = "eip155:324"

func zksyncDeposit(e *event, to clew.Chain) {
	e.idWord(e.word("l2DepositTxHash"))
	token := e.address("l1Token")
	if token == onChain(e.chain, [20]byte{19: 1}) {
		token = onChain(e.chain, [20]byte{}) // as its contracts call the coin
	}
	e.gives(e.address("from"), token, e.amount("amount"))
	e.goes(to, party(e.word("to"), to))
}
