package bridge

import (
	"encoding/hex"
	"strings"

	"clew"
)

// thorForms are the events by which routers of THORChain and Maya pay out. What
// they take in is logged with a memo, which package evm reads as one.
//
// Source: the routers' source code as verified on explorers (THORChain_Router,
// versions 1.1 to 5.0), and gitlab.com/thorchain/ethereum/eth-router.
var thorForms = []form{
	{protocol: "thorchain", kind: clew.BridgeReceived, read: thorOut,
		text: "TransferOut(address indexed vault, address indexed to, address asset, uint256 amount, string memo)"},
	{protocol: "thorchain", kind: clew.BridgeReceived, read: thorOutCall,
		text: "TransferOutAndCall(address indexed vault, address target, uint256 amount, address finalAsset, address to, uint256 amountOutMin, string memo)"},
	{protocol: "thorchain", kind: clew.BridgeReceived, read: thorOutCall,
		text: "TransferOutAndCallV5(address indexed vault, address target, uint256 amount, address finalAsset, address indexed to, uint256 amountOutMin, string memo, bytes payload, string originAddress)"},
}

func thorOut(e *event) {
	e.gives(e.address("to"), e.address("asset"), e.amount("amount"))
	e.thorMemo("memo")
}

// thorOutCall reads a payment that goes on through a contract to another asset,
// whose amount is not said.
func thorOutCall(e *event) {
	e.act.On, e.act.Asset = e.address("to"), tokenOf(e.chain, e.address("finalAsset"))
	e.thorMemo("memo")
}

func (e *event) thorMemo(path string) {
	id, _, is := OutMemo(e.bytes(path))
	e.message.ID = id
	e.none = !is
}

// OutMemo reads the memo by which THORChain and Maya pay out, or give back: the
// hash of the transaction by which value came in, in small letters and without a
// prefix. Their documentation: "Transaction Memos", dev.thorchain.org/concepts/memos.html.
func OutMemo(memo []byte) (id string, refund, is bool) {
	text := string(memo[:min(len(memo), 100)])
	verb, rest, found := strings.Cut(text, ":")
	verb = strings.ToLower(verb)
	if !found || len(memo) > 100 || verb != "out" && verb != "refund" {
		return "", false, false
	}
	rest, _, _ = strings.Cut(rest, ":")
	id = strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(rest, "0x"), "0X"))
	if raw, err := hex.DecodeString(id); err != nil || len(raw) != 32 || strings.Trim(id, "0") == "" {
		return "", false, false
	}
	return id, verb == "refund", true
}
