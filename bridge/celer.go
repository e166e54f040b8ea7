package bridge

import (
	"encoding/binary"

	"clew"
)

// celerForms are the events of Celer's cBridge: its pools, and its vaults and
// pegged tokens in two versions. What one end calls its own, the other refers to;
// a refund refers to it on the same chain.
//
// Source: github.com/celer-network/sgn-v2-contracts, contracts/liquidity-bridge
// (Bridge.sol, Pool.sol) and contracts/pegged-bridge.
var celerForms = []form{
	{protocol: "celer", kind: clew.BridgeSent, read: celerSend,
		text: "Send(bytes32 transferId, address sender, address receiver, address token, uint256 amount, uint64 dstChainId, uint64 nonce, uint32 maxSlippage)"},
	{protocol: "celer", kind: clew.BridgeReceived, read: celerRelay,
		text: "Relay(bytes32 transferId, address sender, address receiver, address token, uint256 amount, uint64 srcChainId, bytes32 srcTransferId)"},
	{protocol: "celer", kind: clew.BridgeReceived, read: celerWithdrawDone,
		text: "WithdrawDone(bytes32 withdrawId, uint64 seqnum, address receiver, address token, uint256 amount, bytes32 refid)"},
	{protocol: "celer", kind: clew.BridgeSent, read: celerDeposited,
		text: "Deposited(bytes32 depositId, address depositor, address token, uint256 amount, uint64 mintChainId, address mintAccount)"},
	{protocol: "celer", kind: clew.BridgeSent, read: celerDeposited,
		text: "Deposited(bytes32 depositId, address depositor, address token, uint256 amount, uint64 mintChainId, address mintAccount, uint64 nonce)"},
	{protocol: "celer", kind: clew.BridgeReceived, read: func(e *event) { celerReferring(e, "receiver") },
		text: "Withdrawn(bytes32 withdrawId, address receiver, address token, uint256 amount, uint64 refChainId, bytes32 refId, address burnAccount)"},
	{protocol: "celer", kind: clew.BridgeReceived, read: func(e *event) { celerReferring(e, "account") },
		text: "Mint(bytes32 mintId, address token, address account, uint256 amount, uint64 refChainId, bytes32 refId, address depositor)"},
	{protocol: "celer", kind: clew.BridgeSent, read: celerBurn,
		text: "Burn(bytes32 burnId, address token, address account, uint256 amount, address withdrawAccount)"},
	{protocol: "celer", kind: clew.BridgeSent, read: celerBurnTo,
		text: "Burn(bytes32 burnId, address token, address account, uint256 amount, uint64 toChainId, address toAccount, uint64 nonce)"},
}

func celerSend(e *event) {
	id := e.word("transferId")
	e.idWord(id)
	e.gives(e.address("sender"), e.address("token"), e.amount("amount"))
	to := byNumber(e.amount("dstChainId"))
	e.goes(to, party(e.word("receiver"), to))
	own, _ := clew.ParseAmount(numberOf(e.chain))
	number, _ := own.Uint64()
	if id != celerTransfer(e.word("sender"), e.word("receiver"), e.word("token"), e.word("amount"), e.number("dstChainId"), e.number("nonce"), number) {
		e.bad = true // the pool derives it so, and this contract did not
	}
}

// celerTransfer is how a pool derives the identifier of a transfer.
func celerTransfer(sender, receiver, token, amount [32]byte, to, nonce, from uint64) [32]byte {
	number := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	return keccak(sender[12:], receiver[12:], token[12:], amount[:], number(to), number(nonce), number(from))
}

func celerRelay(e *event) {
	e.idWord(e.word("srcTransferId"))
	e.message.From = byNumber(e.amount("srcChainId"))
	e.gives(e.address("receiver"), e.address("token"), e.amount("amount"))
}

// celerWithdrawDone reads what a pool pays out for other reasons than a relay: a
// refund refers to the transfer.
func celerWithdrawDone(e *event) {
	if e.word("refid") == ([32]byte{}) {
		e.none = true // who provided liquidity takes it back
		return
	}
	e.idWord(e.word("refid"))
	e.gives(e.address("receiver"), e.address("token"), e.amount("amount"))
}

func celerDeposited(e *event) {
	e.idWord(e.word("depositId"))
	e.gives(e.address("depositor"), e.address("token"), e.amount("amount"))
	to := byNumber(e.amount("mintChainId"))
	e.goes(to, party(e.word("mintAccount"), to))
}

func celerReferring(e *event, recipient string) {
	if e.word("refId") == ([32]byte{}) {
		e.none = true
		return
	}
	e.idWord(e.word("refId"))
	e.message.From = byNumber(e.amount("refChainId"))
	e.gives(e.address(recipient), e.address("token"), e.amount("amount"))
}

func celerBurn(e *event) {
	e.idWord(e.word("burnId"))
	e.gives(e.address("account"), e.address("token"), e.amount("amount"))
	e.goes("", party(e.word("withdrawAccount"), ""))
}

func celerBurnTo(e *event) {
	e.idWord(e.word("burnId"))
	e.gives(e.address("account"), e.address("token"), e.amount("amount"))
	to := byNumber(e.amount("toChainId"))
	e.goes(to, party(e.word("toAccount"), to))
}
