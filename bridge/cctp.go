package bridge

import (
	"strconv"

	"clew"
)

// cctpForms are the events of Circle's Cross-Chain Transfer Protocol. In the first
// version source and destination name the source's number and a nonce. In the
// second Circle assigns the nonce afterwards, so that the source does not log it:
// the identifier is a hash of what both ends say of the message, which two
// messages of the same sender, recipient and amount share.
//
// Sources: github.com/circlefin/evm-cctp-contracts, src/MessageTransmitter.sol,
// src/TokenMessenger.sol, src/messages/BurnMessage.sol, and the same under v2.
var cctpForms = []form{
	{protocol: "cctp", kind: clew.BridgeSent, read: cctpBurn,
		text: "DepositForBurn(uint64 indexed nonce, address indexed burnToken, uint256 amount, address indexed depositor, bytes32 mintRecipient, uint32 destinationDomain, bytes32 destinationTokenMessenger, bytes32 destinationCaller)"},
	{protocol: "cctp", kind: clew.BridgeReceived, read: cctpReceived,
		text: "MessageReceived(address indexed caller, uint32 sourceDomain, uint64 indexed nonce, bytes32 sender, bytes messageBody)"},
	{protocol: "cctp-v2", kind: clew.BridgeSent, read: cctpBurn2,
		text: "DepositForBurn(address indexed burnToken, uint256 amount, address indexed depositor, bytes32 mintRecipient, uint32 destinationDomain, bytes32 destinationTokenMessenger, bytes32 destinationCaller, uint256 maxFee, uint32 indexed minFinalityThreshold, bytes hookData)"},
	{protocol: "cctp-v2", kind: clew.BridgeReceived, read: cctpReceived2,
		text: "MessageReceived(address indexed caller, uint32 sourceDomain, bytes32 indexed nonce, bytes32 sender, uint32 indexed finalityThresholdExecuted, bytes messageBody)"},
	{text: "MintAndWithdraw(address indexed mintRecipient, uint256 amount, address indexed mintToken)"},
	{text: "MintAndWithdraw(address indexed mintRecipient, uint256 amount, address indexed mintToken, uint256 feeCollected)"},
}

// cctpDomains are Circle's numbers of chains, from its page of supported chains
// (developers.circle.com/cctp/concepts/supported-chains-and-domains).
var cctpDomains = numbering{0: clew.Ethereum, 1: clew.Avalanche, 2: clew.Optimism, 3: clew.Arbitrum, 5: clew.Solana, 6: clew.Base, 7: clew.Polygon}

// Places in the body of a burn's message.
const (
	burnToken     = 4
	burnRecipient = 36
	burnAmount    = 68
	burnSender    = 100
	burnEnd       = 132
	burnMaxFee    = 132
	burnFee       = 164
	burnHook      = 228
)

func cctpBurn(e *event) {
	own, known := cctpDomains.of(e.chain)
	e.bad = e.bad || !known
	e.id(strconv.FormatUint(own, 10), e.amount("nonce").String())
	e.gives(e.address("depositor"), e.address("burnToken"), e.amount("amount"))
	to := cctpDomains[e.number("destinationDomain")]
	e.goes(to, party(e.word("mintRecipient"), to))
	e.comes("", e.amount("amount"))
}

func cctpReceived(e *event) {
	body := e.bytes("messageBody")
	if len(body) != burnEnd || !e.fromMessenger() {
		e.none = true // a message of another kind
		return
	}
	domain := e.number("sourceDomain")
	e.id(strconv.FormatUint(domain, 10), e.amount("nonce").String())
	e.message.From = cctpDomains[domain]
	e.cctpMinted(body, clew.Amount{})
}

// fromMessenger reports whether a message is from the contract that burns, where that
// is known: anybody may send others, with the words of a burn in them.
func (e *event) fromMessenger() bool {
	from := cctpDomains[e.number("sourceDomain")]
	sender := e.word("sender")
	return !from.IsEVM() || IsKnown(e.form.protocol, onChain(from, [20]byte(sender[12:])))
}

// cctpMinted says what a burn's message makes here: the amount less a fee. The
// token stands in the event before that says that it was minted.
func (e *event) cctpMinted(body []byte, fee clew.Amount) {
	amount, _ := clew.AmountBytes(body[burnAmount : burnAmount+32])
	e.act.Amount = amount.MinusOrZero(fee)
	e.act.On = e.likeAddress([32]byte(body[burnRecipient : burnRecipient+32]))
	if e.act.On.IsZero() {
		e.bad = true
	}
	if minted := e.sibling(-1, -4, "MintAndWithdraw"); minted != nil && minted.address("mintRecipient") == e.act.On {
		e.act.Asset = tokenOf(e.chain, minted.address("mintToken"))
	}
}

func cctpBurn2(e *event) {
	own, known := cctpDomains.of(e.chain)
	e.bad = e.bad || !known
	e.idAlike(cctpDigest(own, e.word("burnToken"), e.word("mintRecipient"), e.word("amount"), e.word("depositor"), e.word("maxFee"), e.bytes("hookData")))
	e.gives(e.address("depositor"), e.address("burnToken"), e.amount("amount"))
	to := cctpDomains[e.number("destinationDomain")]
	e.goes(to, party(e.word("mintRecipient"), to))
	e.comes("", e.amount("amount"))
}

func cctpReceived2(e *event) {
	body := e.bytes("messageBody")
	if len(body) < burnHook || !e.fromMessenger() {
		e.none = true
		return
	}
	part := func(at int) [32]byte { return [32]byte(body[at : at+32]) }
	domain := e.number("sourceDomain")
	e.idAlike(cctpDigest(domain, part(burnToken), part(burnRecipient), part(burnAmount), part(burnSender), part(burnMaxFee), body[burnHook:]))
	e.message.From = cctpDomains[domain]
	fee, _ := clew.AmountBytes(body[burnFee : burnFee+32])
	e.cctpMinted(body, fee)
}

// cctpDigest is what both ends know of a message of the second version.
func cctpDigest(domain uint64, token, recipient, amount, sender, maxFee [32]byte, hook []byte) [32]byte {
	return keccak([]byte(strconv.FormatUint(domain, 10)), token[:], recipient[:], amount[:], sender[:], maxFee[:], hook)
}

func (e *event) idAlike(w [32]byte) { e.id(Alike, hexOf(w[:])) }
