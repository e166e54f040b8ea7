package bridge

import (
	"clew"
)

// Kinds of messages into Arbitrum that carry value.
const (
	retryable  = 9
	ethDeposit = 12
)

// Places in the data of a message that makes a ticket: words, then the call's data.
const (
	ticketTo = iota * 32
	ticketCallValue
	ticketValue
	ticketMaxSubmission
	ticketExcessTo
	ticketBeneficiary
	ticketGas
	ticketGasPrice
	ticketSize
	ticketData
)

// arbitrumIn reads a message that the inbox takes in; the bridge logs beside it of
// what kind it is, and from whom. The inbox is that of one rollup: it tells which.
func arbitrumIn(e *event) {
	delivered := e.sibling(-1, -4, "MessageDelivered")
	if delivered == nil || delivered.amount("messageIndex") != e.amount("messageNum") || !IsKnown("arbitrum", e.log.Contract) {
		e.none = true
		return
	}
	data := e.bytes("data")
	switch kind := delivered.number("kind"); {
	case kind == ethDeposit && len(data) == 52:
		e.arbitrumCoins(delivered, data)
	case kind == retryable && len(data) >= ticketData:
		e.arbitrumTicket(delivered, data)
	default:
		e.none = true
	}
	e.bad = e.bad || delivered.bad
}

// arbitrumCoins reads a deposit of coins: to whom, and how much.
func (e *event) arbitrumCoins(delivered *event, data []byte) {
	number, sender := e.word("messageNum"), delivered.word("sender")
	hash := keccak([]byte{0x64}, rlpList(arbitrumNumber, rlpBytes(number[:]), rlpBytes(sender[12:]), rlpBytes(data[:20]), rlpNumber(data[20:])))
	e.id("deposit", hexOf(hash[:]))
	e.act.On, e.act.Asset = e.tx.From, clew.NativeAsset(e.chain)
	e.act.Amount, _ = clew.AmountBytes(data[20:])
	e.goes(clew.Arbitrum, partyKey([20]byte(data), clew.Arbitrum))
	e.comes("", e.act.Amount)
}

// arbitrumTicket reads a message that makes a ticket, and what value it carries: a
// gateway's tokens, else coins of its call.
func (e *event) arbitrumTicket(delivered *event, data []byte) {
	hash, ok := ticketID(e.word("messageNum"), delivered.word("sender"), delivered.word("baseFeeL1"), data)
	e.bad = e.bad || !ok
	e.id("ticket", hexOf(hash[:]))
	e.message.To = clew.Arbitrum
	if moved := e.sibling(1, 6, "DepositInitiated"); moved != nil && moved.amount("sequenceNumber") == e.amount("messageNum") {
		e.gives(moved.address("from"), moved.address("l1Token"), moved.amount("amount"))
		e.goes(clew.Arbitrum, party(moved.word("to"), clew.Arbitrum))
		e.vouch(moved)
		return
	}
	e.act.On, e.act.Asset = e.tx.From, clew.NativeAsset(e.chain)
	e.act.Amount, _ = clew.AmountBytes(data[ticketCallValue : ticketCallValue+32])
	e.goes(clew.Arbitrum, party([32]byte(data[ticketTo:ticketTo+32]), clew.Arbitrum))
	e.none = e.act.Amount.IsZero()
}

// ticketID is the hash of the transaction that makes a ticket; false if its data is
// not laid out so.
func ticketID(number, sender, baseFee [32]byte, data []byte) (hash [32]byte, ok bool) {
	word := func(at int) []byte { return data[at : at+32] }
	size, ok := smallInt(data, ticketSize)
	if !ok || size != len(data)-ticketData {
		return hash, false
	}
	to := rlpBytes(data[ticketTo+12 : ticketTo+32])
	if [20]byte(data[ticketTo+12:]) == ([20]byte{}) {
		to = rlpBytes(nil)
	}
	return keccak([]byte{0x69}, rlpList(arbitrumNumber, rlpBytes(number[:]), rlpBytes(sender[12:]), rlpNumber(baseFee[:]), rlpNumber(word(ticketValue)), rlpNumber(word(ticketGasPrice)), rlpNumber(word(ticketGas)),
		to, rlpNumber(word(ticketCallValue)), rlpBytes(word(ticketBeneficiary)[12:]), rlpNumber(word(ticketMaxSubmission)), rlpBytes(word(ticketExcessTo)[12:]), rlpBytes(data[ticketData:]))), true
}

// arbitrumRedeemed reads by which transaction a ticket is redeemed. To whom value
// comes, the other end says.
func arbitrumRedeemed(e *event) {
	ticket := e.word("ticketId")
	e.id("ticket", hexOf(ticket[:]))
	e.message.From, e.message.Tx = clew.Ethereum, e.word("retryTxHash")
	e.none = !IsKnown("arbitrum", e.log.Contract)
}

// arbitrumNumber is the number of Arbitrum One.
var arbitrumNumber = rlpNumber([]byte{0xa4, 0xb1})

// The recursive length prefix encoding of the Yellow Paper, appendix B.

func rlpBytes(b []byte) []byte {
	if len(b) == 1 && b[0] < 0x80 {
		return b
	}
	return append(rlpLength(0x80, len(b)), b...)
}

// rlpNumber encodes a number of big-endian bytes, which go without leading zeros.
func rlpNumber(b []byte) []byte {
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	return rlpBytes(b)
}

func rlpList(items ...[]byte) []byte {
	var all []byte
	for _, item := range items {
		all = append(all, item...)
	}
	return append(rlpLength(0xc0, len(all)), all...)
}

func rlpLength(offset byte, n int) []byte {
	if n < 56 {
		return []byte{offset + byte(n)}
	}
	var size []byte
	for ; n > 0; n >>= 8 {
		size = append([]byte{byte(n)}, size...)
	}
	return append([]byte{offset + 55 + byte(len(size))}, size...)
}
