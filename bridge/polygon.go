package bridge

import "clew"

// polygonForms are the events by which Polygon takes in state from Ethereum, with
// a number at both ends. Predicates log beside it what goes in. What leaves
// Polygon is proved on Ethereum and named there by nothing, so it is not linked.
//
// Sources: github.com/maticnetwork/pos-portal, contracts/root; the other end:
// Polygon's improvement proposal for the event StateCommitted, and StateReceiver.sol
// of genesis-contracts.
var polygonForms = []form{
	{protocol: "polygon", kind: clew.BridgeSent, read: polygonSynced,
		text: "StateSynced(uint256 indexed id, address indexed contractAddress, bytes data)"},
	{protocol: "polygon", kind: clew.BridgeReceived, read: polygonCommitted, text: "StateCommitted(uint256 indexed stateId, bool success)"},
	{text: "LockedERC20(address indexed depositor, address indexed depositReceiver, address indexed rootToken, uint256 amount)"},
	{text: "LockedMintableERC20(address indexed depositor, address indexed depositReceiver, address indexed rootToken, uint256 amount)"},
	{text: "LockedEther(address indexed depositor, address indexed depositReceiver, uint256 amount)"},
}

// childManager is what the bridge sends to on Polygon. Others may send to contracts of
// their own.
var childManager = [20]byte(mustDigits("a6fa4fb5f76172d178d61b04b0ecd319c5d1c0aa"))

func polygonSynced(e *event) {
	e.id(e.amount("id").String())
	moved := e.sibling(-1, -6, "LockedERC20", "LockedMintableERC20", "LockedEther")
	if moved == nil || e.address("contractAddress") != onChain(e.chain, childManager) {
		e.none = true // no value is seen to go with it, or another contract than the bridge's sends it
		return
	}
	e.act.On, e.act.Amount, e.act.Asset = moved.address("depositor"), moved.amount("amount"), clew.NativeAsset(e.chain)
	if !moved.form.is("LockedEther") {
		e.act.Asset = tokenOf(e.chain, moved.address("rootToken"))
	}
	e.goes(clew.Polygon, party(moved.word("depositReceiver"), clew.Polygon))
	e.bad = e.bad || moved.bad
}

// polygonCommitted reads that state was taken in. Whom it concerns, it does not
// say; the source does.
func polygonCommitted(e *event) {
	e.id(e.amount("stateId").String())
	e.message.From = clew.Ethereum
	if e.amount("success").IsZero() {
		e.none = true
	}
}
