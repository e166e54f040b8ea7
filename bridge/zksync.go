package bridge

import "clew"

// zksyncForms are the events by which what goes into zkSync Era names the
// transaction by which it comes out there: of tokens those of three generations of
// bridges, of ether that of the chain's own contract. A withdrawal is named by batch
// and place in what is called on Ethereum and in no event there, so none is read.
//
// Source: github.com/matter-labs/era-contracts, l1-contracts/contracts: bridge/interfaces/IL1ERC20Bridge.sol,
// bridge/asset-router (IL1AssetRouter.sol, IAssetRouterBase.sol, L1AssetRouter.sol), common/libraries/DataEncoding.sol,
// common/Messaging.sol, state-transition/chain-interfaces/IMailboxImpl.sol.
var zksyncForms = []form{
	{protocol: "zksync", kind: clew.BridgeSent, read: func(e *event) { zksyncDeposit(e, zksyncEra) },
		text: "DepositInitiated(bytes32 indexed l2DepositTxHash, address indexed from, address indexed to, address l1Token, uint256 amount)"},
	{protocol: "zksync", kind: clew.BridgeSent, read: func(e *event) { zksyncDeposit(e, byNumber(e.amount("chainId"))) },
		text: "LegacyDepositInitiated(uint256 indexed chainId, bytes32 indexed l2DepositTxHash, address indexed from, address to, address l1Token, uint256 amount)"},
	{protocol: "zksync", kind: clew.BridgeSent, read: zksyncRouted, text: "BridgehubDepositFinalized(uint256 indexed chainId, bytes32 indexed txDataHash, bytes32 indexed l2DepositTxHash)"},
	{protocol: "zksync", kind: clew.BridgeSent, read: zksyncEther,
		text: "NewPriorityRequest(uint256 txId, bytes32 txHash, uint64 expirationTimestamp, (uint256 txType, uint256 from, uint256 to, uint256 gasLimit, uint256 gasPerPubdataByteLimit, uint256 maxFeePerGas, uint256 maxPriorityFeePerGas, uint256 paymaster, uint256 nonce, uint256 value, uint256[4] reserved, bytes data, bytes signature, uint256[] factoryDeps, bytes paymasterInput, bytes reservedDynamic) transaction, bytes[] factoryDeps)"},
	{text: "BridgehubDepositInitiated(uint256 indexed chainId, bytes32 indexed txDataHash, address indexed from, bytes32 assetId, bytes bridgeMintCalldata)"},
}

const zksyncEra clew.Chain = "eip155:324"

// eraContract is that by which ether goes into zkSync Era; other chains of its kind
// have others.
var eraContract = [20]byte(mustDigits("32400084c286cf3e17e7b677ea9583e60a000324"))

func zksyncDeposit(e *event, to clew.Chain) {
	e.idWord(e.word("l2DepositTxHash"))
	e.gives(e.address("from"), e.zksyncToken(e.word("l1Token")), e.amount("amount"))
	e.goes(to, party(e.word("to"), to))
}

// zksyncToken returns a token that is named; the contracts call the coin by 1.
func (e *event) zksyncToken(w [32]byte) clew.Address {
	token := e.likeAddress(w)
	e.bad = e.bad || token.IsZero()
	if token == onChain(e.chain, [20]byte{19: 1}) {
		return onChain(e.chain, [20]byte{})
	}
	return token
}

// zksyncRouted reads a deposit by the router of several chains, which logs it twice:
// what it is, and then by which transaction it comes out. What is made there is laid
// out as who sends it, who gets it, the token and the amount.
func zksyncRouted(e *event) {
	e.idWord(e.word("l2DepositTxHash"))
	sent := e.sibling(-1, -16, "BridgehubDepositInitiated")
	if sent == nil || !IsKnown("zksync", sent.log.Contract) && IsKnown("zksync", e.log.Contract) || sent.word("txDataHash") != e.word("txDataHash") || sent.word("chainId") != e.word("chainId") {
		e.none = true
		return
	}
	made := sent.bytes("bridgeMintCalldata")
	if sent.bad || len(made) < 4*32 {
		e.bad = true
		return
	}
	amount, _ := clew.AmountBytes(made[96:128])
	to := byNumber(e.amount("chainId"))
	e.gives(sent.address("from"), e.zksyncToken([32]byte(made[64:96])), amount)
	e.goes(to, party([32]byte(made[32:64]), to))
	e.bad = e.bad || sent.bad
}

// zksyncEther reads what is asked of zkSync Era, if ether goes with it. What is paid
// for its gas is part of what goes in.
func zksyncEther(e *event) {
	if e.amount("transaction.value").IsZero() || e.log.Contract != onChain(e.chain, eraContract) {
		e.none = true
		return
	}
	e.idWord(e.word("txHash"))
	e.act.On, e.act.Amount, e.act.Asset = e.tx.From, e.amount("transaction.reserved"), clew.NativeAsset(e.chain)
	e.goes(zksyncEra, party(e.word("transaction.to"), zksyncEra))
	e.comes("", e.amount("transaction.value"))
}
