package bridge

import "clew"

// synapseForms are the events of Synapse's bridge, whose other end names the hash
// of the transaction that went in (kappa), and of its market of relayers, whose
// ends name the request.
//
// Sources: github.com/synapsecns/synapse-contracts, contracts/bridge/SynapseBridge.sol;
// kappa: github.com/synapsecns/sanguine, services/explorer/consumer/parser/bridgeparser.go;
// the market: packages/contracts-rfq/contracts/interfaces/IFastBridge.sol there.
var synapseForms = []form{
	{protocol: "synapse", kind: clew.BridgeSent, read: synapseSent, text: "TokenDeposit(address indexed to, uint256 chainId, address token, uint256 amount)"},
	{protocol: "synapse", kind: clew.BridgeSent, read: synapseSent, text: "TokenRedeem(address indexed to, uint256 chainId, address token, uint256 amount)"},
	{protocol: "synapse", kind: clew.BridgeSent, read: synapseSent, text: "TokenRedeemV2(bytes32 indexed to, uint256 chainId, address token, uint256 amount)"},
	{protocol: "synapse", kind: clew.BridgeSent, read: synapseSent,
		text: "TokenDepositAndSwap(address indexed to, uint256 chainId, address token, uint256 amount, uint8 tokenIndexFrom, uint8 tokenIndexTo, uint256 minDy, uint256 deadline)"},
	{protocol: "synapse", kind: clew.BridgeSent, read: synapseSent,
		text: "TokenRedeemAndSwap(address indexed to, uint256 chainId, address token, uint256 amount, uint8 tokenIndexFrom, uint8 tokenIndexTo, uint256 minDy, uint256 deadline)"},
	{protocol: "synapse", kind: clew.BridgeSent, read: synapseSent,
		text: "TokenRedeemAndRemove(address indexed to, uint256 chainId, address token, uint256 amount, uint8 swapTokenIndex, uint256 swapMinAmount, uint256 swapDeadline)"},
	{protocol: "synapse", kind: clew.BridgeReceived, read: synapseReceived,
		text: "TokenWithdraw(address indexed to, address token, uint256 amount, uint256 fee, bytes32 indexed kappa)"},
	{protocol: "synapse", kind: clew.BridgeReceived, read: synapseReceived,
		text: "TokenMint(address indexed to, address token, uint256 amount, uint256 fee, bytes32 indexed kappa)"},
	{protocol: "synapse", kind: clew.BridgeReceived, read: synapseSwapped,
		text: "TokenMintAndSwap(address indexed to, address token, uint256 amount, uint256 fee, uint8 tokenIndexFrom, uint8 tokenIndexTo, uint256 minDy, uint256 deadline, bool swapSuccess, bytes32 indexed kappa)"},
	{protocol: "synapse", kind: clew.BridgeReceived, read: synapseSwapped,
		text: "TokenWithdrawAndRemove(address indexed to, address token, uint256 amount, uint256 fee, uint8 swapTokenIndex, uint256 swapMinAmount, uint256 swapDeadline, bool swapSuccess, bytes32 indexed kappa)"},
	{protocol: "synapse-rfq", kind: clew.BridgeSent, read: rfqRequested,
		text: "BridgeRequested(bytes32 indexed transactionId, address indexed sender, bytes request, uint32 destChainId, address originToken, address destToken, uint256 originAmount, uint256 destAmount, bool sendChainGas)"},
	{protocol: "synapse-rfq", kind: clew.BridgeReceived, read: rfqRelayed,
		text: "BridgeRelayed(bytes32 indexed transactionId, address indexed relayer, address indexed to, uint32 originChainId, address originToken, address destToken, uint256 originAmount, uint256 destAmount, uint256 chainGasAmount)"},
	{protocol: "synapse-rfq", kind: clew.BridgeReceived, read: rfqRefunded,
		text: "BridgeDepositRefunded(bytes32 indexed transactionId, address indexed to, address token, uint256 amount)"},
}

// synapseSent reads what goes in. Kappa is the hash of the transaction's own, as
// text.
func synapseSent(e *event) {
	if e.tx.ID.IsZero() {
		e.bad = true
		return
	}
	e.idWord(keccak([]byte(hexOf(e.tx.ID[:]))))
	e.gives(e.tx.From, e.address("token"), e.amount("amount"))
	to := byNumber(e.amount("chainId"))
	e.goes(to, party(e.word("to"), to))
}

func synapseReceived(e *event) {
	e.idWord(e.word("kappa"))
	e.gives(e.address("to"), e.address("token"), e.amount("amount").MinusOrZero(e.amount("fee")))
}

// synapseSwapped reads what comes out after a swap, so that neither the token nor
// the amount are those that the recipient gets.
func synapseSwapped(e *event) {
	e.idWord(e.word("kappa"))
	e.act.On = e.address("to")
}

func rfqRequested(e *event) {
	e.idWord(e.word("transactionId"))
	e.gives(e.address("sender"), e.address("originToken"), e.amount("originAmount"))
	to := byNumber(e.amount("destChainId"))
	e.message.To = to
	e.comes(party(e.word("destToken"), to), e.amount("destAmount"))
}

func rfqRelayed(e *event) {
	e.idWord(e.word("transactionId"))
	e.message.From = byNumber(e.amount("originChainId"))
	e.gives(e.address("to"), e.address("destToken"), e.amount("destAmount"))
}

func rfqRefunded(e *event) {
	e.idWord(e.word("transactionId"))
	e.message.From = e.chain
	e.gives(e.address("to"), e.address("token"), e.amount("amount"))
}
