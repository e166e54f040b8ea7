package bridge

import (
	"strconv"

	"clew"
)

// chainflipForms are the events by which Chainflip's vaults take in what is to be
// swapped. Where it comes out nothing names it, so it is not linked; and what goes
// in by a deposit channel's address logs nothing.
//
// Source: github.com/chainflip-io/chainflip-eth-contracts, contracts/interfaces/IVault.sol.
var chainflipForms = []form{
	{protocol: "chainflip", kind: clew.BridgeSent, read: chainflipNative,
		text: "SwapNative(uint32 dstChain, bytes dstAddress, uint32 dstToken, uint256 amount, address indexed sender, bytes cfParameters)"},
	{protocol: "chainflip", kind: clew.BridgeSent, read: chainflipToken,
		text: "SwapToken(uint32 dstChain, bytes dstAddress, uint32 dstToken, address srcToken, uint256 amount, address indexed sender, bytes cfParameters)"},
	{protocol: "chainflip", kind: clew.BridgeSent, read: chainflipNative,
		text: "XCallNative(uint32 dstChain, bytes dstAddress, uint32 dstToken, uint256 amount, address indexed sender, bytes message, uint256 gasAmount, bytes cfParameters)"},
	{protocol: "chainflip", kind: clew.BridgeSent, read: chainflipToken,
		text: "XCallToken(uint32 dstChain, bytes dstAddress, uint32 dstToken, address srcToken, uint256 amount, address indexed sender, bytes message, uint256 gasAmount, bytes cfParameters)"},
}

func chainflipNative(e *event) {
	e.act.On, e.act.Asset, e.act.Amount = e.address("sender"), clew.NativeAsset(e.chain), e.amount("amount")
	e.chainflipGoes()
}

func chainflipToken(e *event) {
	e.gives(e.address("sender"), e.address("srcToken"), e.amount("amount"))
	e.chainflipGoes()
}

// chainflipGoes says where it goes, by Chainflip's own numbers of chains and
// assets.
func (e *event) chainflipGoes() {
	e.idTx()
	b := e.bytes("dstAddress")
	e.goes("", safeText(b))
	if len(b) == 20 {
		e.message.Recipient = hexOf(b)
	}
	e.message.Asset = "chain " + strconv.FormatUint(e.number("dstChain"), 10) + ", asset " + strconv.FormatUint(e.number("dstToken"), 10)
}
