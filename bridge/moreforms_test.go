package bridge

import (
	"slices"
	"strings"
	"testing"

	"clew"
)

// moreFormCases are the forms that differ little from those of formCases.
func moreFormCases() []formCase {
	P := person
	onEth, onBase, onAvax := P(eth, 'C'), P(base, 'C'), P(clew.Avalanche, 'C')
	recipient := P(base, 'R').Text()
	dNumber := func(n byte) string { return hexOf(idBytes(n)) }
	synapseIn := "bridge deposit synapse " + kappaOfTx + " on S: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 0 of "
	first, portal := id(1), P(eth, 'Q')
	outer := hash(append(append(append(append([]byte{}, first[:]...), mustKey("0xee981b2459331ad268cc63ce6167b446af4161f8")...), portal.Key()...), word32(8453)...))
	burnNumber := "burn-" + onEth.Text() + "-44"
	return []formCase{
		{"across, second version later, in", txOf(eth, 0), logOf(onEth, "FundsDeposited", arg("uint256", 1000), arg("uint256", 1), topic("uint256", 8453), arg("int64", 7), topic("uint32", 77), arg("uint32", 9), arg("address", P(eth, 'T')), arg("address", P(eth, 'R')), topic("address", P(eth, 'P')), arg("bytes", []byte("m"))),
			"bridge deposit across 1-77 on P: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 0 of "},
		{"across, of another chain than it is logged on", txOf(base, 0), logOf(onBase, "FundsDeposited", arg("uint256", 1000), arg("uint256", 1), topic("uint256", 8453), arg("int64", 7), topic("uint32", 77), arg("uint32", 9), arg("address", P(base, 'T')), arg("address", P(base, 'R')), topic("address", P(base, 'P')), arg("bytes", []byte("m"))), "not understood"},
		{"across, second version later, out", txOf(base, 0), logOf(onBase, "FilledRelay", arg("uint256", 1000), arg("uint256", 500), arg("uint256", 400), arg("uint256", 1), topic("uint256", 1), arg("uint256", 8453), arg("int64", 1), arg("int64", 2), topic("uint32", 77), arg("address", P(base, 'U')), arg("address", P(base, 'X')), topic("address", P(base, 'P')), arg("address", P(base, 'Z')), arg("bytes", []byte("m")),
			argument{value: []argument{arg("address", P(base, 'R')), arg("bytes", []byte("n")), arg("int64", 1), arg("bool", false), arg("int256", 0)}}),
			"bridge release across 1-77 on R: 400 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "},
		{"symbiosis, burnt", txOf(eth, 0), logOf(onEth, "BurnRequest", arg("bytes32", first), topic("address", P(eth, 'P')), topic("uint256", 8453), topic("address", portal), arg("address", P(eth, 'R')), arg("uint256", 1000), arg("address", P(eth, 'T'))),
			"bridge deposit symbiosis " + hexOf(outer[:]) + " on P: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 0 of "},
		{"symbiosis, to a chain that is not listed", txOf(eth, 0), logOf(onEth, "BurnRequest", arg("bytes32", first), topic("address", P(eth, 'P')), topic("uint256", 324), topic("address", portal), arg("address", P(eth, 'R')), arg("uint256", 1000), arg("address", P(eth, 'T'))),
			"bridge deposit symbiosis " + dNumber(1) + " on P: 1000 of erc20:T; eip155:1 to eip155:324, " + recipient + " gets 0 of "},
		{"symbiosis, made", txOf(base, 0), logOf(onBase, "SynthesizeCompleted", topic("bytes32", id(2)), topic("address", P(base, 'R')), topic("bytes32", id(3)), arg("uint256", 1000), arg("uint256", 10), arg("address", P(base, 'U'))),
			"bridge release symbiosis " + dNumber(2) + " on R: 990 of erc20:U;  to eip155:8453,  gets 0 of "},
		{"zksync, in by chain", txOf(eth, 0), logOf(onEth, "LegacyDepositInitiated", topic("uint256", 324), topic("bytes32", id(4)), topic("address", P(eth, 'P')), arg("address", P(eth, 'R')), arg("address", onChain(eth, [20]byte{19: 1})), arg("uint256", 1000)),
			"bridge deposit zksync " + dNumber(4) + " on P: 1000 of slip44; eip155:1 to eip155:324, " + recipient + " gets 0 of "},
		{"multichain, in and on", txOf(eth, 0), logOf(onEth, "LogAnySwapOutAndCall", topic("bytes32", id(5)), topic("address", P(eth, 'T')), topic("address", P(eth, 'P')), arg("string", "0xR"), arg("uint256", 1000), arg("uint256", 8453), arg("string", "proxy"), arg("bytes", []byte("data"))),
			"bridge deposit multichain " + dNumber(5) + " on P: 1000 of ; eip155:1 to eip155:8453, 0xR gets 0 of "},
		{"multichain, out and on", txOf(base, 0), logOf(onBase, "LogAnySwapInAndExec", arg("string", "swap"), topic("bytes32", id(5)), topic("address", P(base, 'U')), topic("address", P(base, 'R')), arg("uint256", 990), arg("uint256", 1), arg("bool", true), arg("bytes", []byte("result"))),
			"bridge release multichain " + dNumber(5) + " on R: 990 of ; eip155:1 to eip155:8453,  gets 0 of "},
		{"multichain of old, to a text", txOf(eth, 0), logOf(onEth, "LogAnySwapOut", topic("address", P(eth, 'T')), topic("address", P(eth, 'P')), arg("string", "far away\n"), arg("uint256", 1000), arg("uint256", 1), arg("uint256", 8453)),
			"bridge deposit multichain " + txHex + " on P: 1000 of ; eip155:1 to eip155:8453, " + hexOf([]byte("far away\n")) + " gets 0 of "},
		{"multichain's tokens, in", txOf(eth, 0), logOf(onEth, "LogSwapout", topic("address", P(eth, 'P')), topic("address", P(eth, 'R')), arg("uint256", 1000)),
			"bridge deposit multichain " + txHex + " on P: 1000 of erc20:C; eip155:1 to , " + strings.ToLower(P(eth, 'R').Text()) + " gets 0 of "},
		{"multichain's tokens, out", txOf(base, 0), logOf(onBase, "LogSwapin", topic("bytes32", id(6)), topic("address", P(base, 'R')), arg("uint256", 990)),
			"bridge release multichain " + dNumber(6) + " on R: 990 of erc20:C;  to eip155:8453,  gets 0 of "},
		{"ren, burnt", txOf(eth, 0), logOf(onEth, "LogBurn", arg("bytes", []byte("bc1qplace")), arg("uint256", 1000), topic("uint256", 44), topic("bytes", []byte("bc1qplace"))),
			"bridge deposit ren " + burnNumber + " on S: 1000 of ; eip155:1 to , bc1qplace gets 0 of "},
		{"ren, burnt to a chain", txOf(eth, 0), logOf(onEth, "LogBurnToChain", arg("string", "place"), arg("string", "Dogecoin"), arg("bytes", []byte{1}), arg("uint256", 1000), topic("uint256", 44), topic("string", "place"), topic("string", "Dogecoin")),
			"bridge deposit ren " + burnNumber + " on S: 1000 of ; eip155:1 to , place gets 0 of "},
		{"avalanche, from Bitcoin", txOf(clew.Avalanche, 0), logOf(onAvax, "Mint", arg("address", P(clew.Avalanche, 'R')), arg("uint256", 990), arg("address", P(clew.Avalanche, 'X')), arg("uint256", 3), arg("bytes32", id(7)), arg("uint256", 1)),
			"bridge release avalanche " + dNumber(7) + " on R: 990 of erc20:C; " + string(clew.Bitcoin) + " to eip155:43114,  gets 0 of "},
		{"unwrapped elsewhere", txOf(eth, 0), logOf(onEth, "Unwrap", arg("uint256", 990), arg("uint256", 0)), "nothing"},
		{"synapse, deposited", txOf(eth, 0), logOf(onEth, "TokenDeposit", topic("address", P(eth, 'R')), arg("uint256", 8453), arg("address", P(eth, 'T')), arg("uint256", 1000)), synapseIn},
		{"synapse, to 32 bytes", txOf(eth, 0), logOf(onEth, "TokenRedeemV2", topic("bytes32", padded(P(eth, 'R'))), arg("uint256", 8453), arg("address", P(eth, 'T')), arg("uint256", 1000)), synapseIn},
		{"synapse, deposited and swapped", txOf(eth, 0), logOf(onEth, "TokenDepositAndSwap", topic("address", P(eth, 'R')), arg("uint256", 8453), arg("address", P(eth, 'T')), arg("uint256", 1000), arg("uint8", 1), arg("uint8", 2), arg("uint256", 3), arg("uint256", 4)), synapseIn},
		{"synapse, burnt and swapped", txOf(eth, 0), logOf(onEth, "TokenRedeemAndSwap", topic("address", P(eth, 'R')), arg("uint256", 8453), arg("address", P(eth, 'T')), arg("uint256", 1000), arg("uint8", 1), arg("uint8", 2), arg("uint256", 3), arg("uint256", 4)), synapseIn},
		{"synapse, burnt and removed", txOf(eth, 0), logOf(onEth, "TokenRedeemAndRemove", topic("address", P(eth, 'R')), arg("uint256", 8453), arg("address", P(eth, 'T')), arg("uint256", 1000), arg("uint8", 1), arg("uint256", 3), arg("uint256", 4)), synapseIn},
		{"synapse, withdrawn", txOf(base, 0), logOf(onBase, "TokenWithdraw", topic("address", P(base, 'R')), arg("address", P(base, 'U')), arg("uint256", 1000), arg("uint256", 10), topic("bytes32", id(8))),
			"bridge release synapse " + dNumber(8) + " on R: 990 of erc20:U;  to eip155:8453,  gets 0 of "},
		{"synapse, withdrawn and removed", txOf(base, 0), logOf(onBase, "TokenWithdrawAndRemove", topic("address", P(base, 'R')), arg("address", P(base, 'U')), arg("uint256", 1000), arg("uint256", 10), arg("uint8", 1), arg("uint256", 2), arg("uint256", 3), arg("bool", true), topic("bytes32", id(8))),
			"bridge release synapse " + dNumber(8) + " on R: 0 of ;  to eip155:8453,  gets 0 of "},
		{"hop, withdrawn", txOf(base, 0), logOf(onBase, "Withdrew", topic("bytes32", id(9)), topic("address", P(base, 'R')), arg("uint256", 990), arg("bytes32", id(1))),
			"bridge release hop " + dNumber(9) + " on R: 990 of ;  to eip155:8453,  gets 0 of "},
		{"hop, to a rollup", txOf(eth, 0), logOf(onEth, "TransferSentToL2", topic("uint256", 8453), topic("address", P(eth, 'R')), arg("uint256", 1000), arg("uint256", 1), arg("uint256", 2), topic("address", P(eth, 'X')), arg("uint256", 3)),
			"bridge deposit hop " + hopAlikeHex + " on S: 1000 of ; eip155:1 to eip155:8453, " + recipient + " gets 0 of "},
		{"chainflip, the coin", txOf(eth, 0), logOf(onEth, "SwapNative", arg("uint32", 3), arg("bytes", P(eth, 'R').Key()), arg("uint32", 5), arg("uint256", 1000), topic("address", P(eth, 'P')), arg("bytes", []byte("cf"))),
			"bridge deposit chainflip " + txHex + " on P: 1000 of slip44; eip155:1 to , " + hexOf(P(eth, 'R').Key()) + " gets 0 of chain 3, asset 5"},
		{"chainflip, the coin and a call", txOf(eth, 0), logOf(onEth, "XCallNative", arg("uint32", 3), arg("bytes", []byte("place")), arg("uint32", 5), arg("uint256", 1000), topic("address", P(eth, 'P')), arg("bytes", []byte("m")), arg("uint256", 1), arg("bytes", []byte("cf"))),
			"bridge deposit chainflip " + txHex + " on P: 1000 of slip44; eip155:1 to , place gets 0 of chain 3, asset 5"},
		{"chainflip, a token and a call", txOf(eth, 0), logOf(onEth, "XCallToken", arg("uint32", 3), arg("bytes", []byte("place")), arg("uint32", 5), arg("address", P(eth, 'T')), arg("uint256", 1000), topic("address", P(eth, 'P')), arg("bytes", []byte("m")), arg("uint256", 1), arg("bytes", []byte("cf"))),
			"bridge deposit chainflip " + txHex + " on P: 1000 of erc20:T; eip155:1 to , place gets 0 of chain 3, asset 5"},
		{"thorchain, through a contract, fifth version", txOf(eth, 0), logOf(onEth, "TransferOutAndCallV5", topic("address", P(eth, 'V')), arg("address", P(eth, 'X')), arg("uint256", 990), arg("address", P(eth, 'T')), topic("address", P(eth, 'R')), arg("uint256", 5), arg("string", "REFUND:"+thorTx), arg("bytes", []byte("p")), arg("string", "origin")),
			"bridge release thorchain " + thorTx + " on R: 0 of erc20:T;  to eip155:1,  gets 0 of "},
	}
}

func mustKey(text string) []byte {
	a, err := clew.ParseAddress(text, eth)
	if err != nil {
		panic(err)
	}
	return a.Key()
}

func TestMoreForms(t *testing.T) {
	for _, c := range slices.Concat(moreFormCases(), linkFormCases()) {
		if got := readOne(t, c.tx, c.log); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestEveryFormHasAVector: no form is read of which no test says what it gives.
func TestEveryFormHasAVector(t *testing.T) {
	var seen [][32]byte
	for _, c := range slices.Concat(formCases(), moreFormCases(), linkFormCases()) {
		seen = append(seen, c.log.Topics[0])
	}
	beside := []string{"cctp", "cctp-v2", "wormhole", "optimism", "arbitrum", "polygon", "layerzero-v1", "symbiosis"} // in tests of their own
	for _, f := range sortedForms() {
		if f.read != nil && !slices.Contains(seen, f.topic) && !slices.Contains(beside, f.protocol) && !f.is("Send") {
			t.Errorf("no vector of %s", f.text)
		}
	}
}
