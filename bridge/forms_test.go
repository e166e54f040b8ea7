package bridge

import (
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"testing"

	"clew"
)

var (
	eth  = clew.Ethereum
	base = clew.Base
)

func id(n byte) [32]byte { return [32]byte{0: 0xd0, 31: n} }

func padded(a clew.Address) [32]byte { return [32]byte(word32(a)) }

// A formCase is an event, and what is read of it.
type formCase struct {
	name string
	tx   *Tx
	log  *Log
	want string
}

func formCases() []formCase {
	P := func(c clew.Chain, letter byte) clew.Address { return person(c, letter) }
	recipient := P(base, 'R').Text()
	onBase, onEth := P(base, 'C'), P(eth, 'C')
	order := argument{value: []argument{arg("uint64", 5), arg("bytes", P(eth, 'P').Key()), arg("uint256", 1), arg("bytes", P(eth, 'T').Key()), arg("uint256", 1000), arg("uint256", 8453),
		arg("bytes", P(base, 'U').Key()), arg("uint256", 990), arg("bytes", P(base, 'R').Key()), arg("bytes", []byte{1}), arg("bytes", []byte{2, 3}), arg("bytes", []byte{}), arg("bytes", []byte{}), arg("bytes", []byte("call"))}}
	return []formCase{
		{"across, second version, in", txOf(eth, 0), logOf(onEth, "FundsDeposited", arg("uint256", 1000), arg("uint256", 1), arg("uint256", 8453), arg("uint64", 7), topic("uint32", 77), arg("uint32", 9), topic("address", P(eth, 'T')), arg("address", P(eth, 'R')), topic("address", P(eth, 'P'))),
			"bridge deposit across 1-77 on P: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 0 of "},
		{"across, second version, out", txOf(base, 0), logOf(onBase, "FilledRelay", arg("uint256", 1000), arg("uint256", 500), arg("uint256", 400), arg("uint256", 1), arg("uint256", 1), arg("uint256", 8453), arg("uint64", 1), arg("uint64", 2), arg("uint64", 3), arg("uint32", 77), arg("address", P(base, 'U')), topic("address", P(base, 'X')), topic("address", P(base, 'P')), arg("address", P(base, 'R')), arg("bool", false)),
			"bridge release across 1-77 on R: 400 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "},
		{"across, third version, in", txOf(eth, 0), logOf(onEth, "V3FundsDeposited", arg("address", P(eth, 'T')), arg("address", P(eth, 'U')), arg("uint256", 1000), arg("uint256", 990), topic("uint256", 8453), topic("uint32", 78), arg("uint32", 1), arg("uint32", 2), arg("uint32", 3), topic("address", P(eth, 'P')), arg("address", P(eth, 'R')), arg("address", P(eth, 'X')), arg("bytes", []byte("hello"))),
			"bridge deposit across 1-78 on P: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 990 of " + P(base, 'U').Text()},
		{"across, third version, out", txOf(base, 0), logOf(onBase, "FilledV3Relay", arg("address", P(eth, 'T')), arg("address", P(base, 'U')), arg("uint256", 1000), arg("uint256", 990), arg("uint256", 10), topic("uint256", 1), topic("uint32", 78), arg("uint32", 2), arg("uint32", 3), arg("address", P(eth, 'X')), topic("address", P(eth, 'Y')), arg("address", P(eth, 'P')), arg("address", P(base, 'Z')), arg("bytes", []byte("hello")),
			argument{value: []argument{arg("address", P(base, 'R')), arg("bytes", []byte("later")), arg("uint256", 985), arg("uint8", 1)}}),
			"bridge release across 1-78 on R: 985 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "},
		{"across now, in, to Solana", txOf(eth, 0), logOf(onEth, "FundsDeposited", arg("bytes32", padded(P(eth, 'T'))), arg("bytes32", id(9)), arg("uint256", 1000), arg("uint256", 990), topic("uint256", uint64(34268394551451)), topic("uint256", new(big.Int).Lsh(big.NewInt(3), 200)), arg("uint32", 1), arg("uint32", 2), arg("uint32", 3), topic("bytes32", padded(P(eth, 'P'))), arg("bytes32", id(3)), arg("bytes32", id(4)), arg("bytes", []byte{})),
			"bridge deposit across 1-" + new(big.Int).Lsh(big.NewInt(3), 200).String() + " on P: 1000 of erc20:T; eip155:1 to " + string(clew.Solana) + ", " + party(id(3), clew.Solana) + " gets 990 of " + party(id(9), clew.Solana)},
		{"across now, out", txOf(base, 0), logOf(onBase, "FilledRelay", arg("bytes32", padded(P(eth, 'T'))), arg("bytes32", padded(P(base, 'U'))), arg("uint256", 1000), arg("uint256", 990), arg("uint256", 10), topic("uint256", 1), topic("uint256", 79), arg("uint32", 2), arg("uint32", 3), arg("bytes32", id(1)), topic("bytes32", padded(P(base, 'Y'))), arg("bytes32", id(5)), arg("bytes32", padded(P(base, 'Z'))), arg("bytes32", id(6)),
			argument{value: []argument{arg("bytes32", padded(P(base, 'R'))), arg("bytes32", id(6)), arg("uint256", 990), arg("uint8", 0)}}),
			"bridge release across 1-79 on R: 990 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "},
		{"celer, relay", txOf(base, 0), logOf(onBase, "Relay", arg("bytes32", id(1)), arg("address", P(eth, 'P')), arg("address", P(base, 'R')), arg("address", P(base, 'U')), arg("uint256", 990), arg("uint64", 1), arg("bytes32", id(2))),
			"bridge release celer " + hexOf(idBytes(2)) + " on R: 990 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "},
		{"celer, refund", txOf(eth, 0), logOf(onEth, "WithdrawDone", arg("bytes32", id(1)), arg("uint64", 4), arg("address", P(eth, 'P')), arg("address", P(eth, 'T')), arg("uint256", 1000), arg("bytes32", id(2))),
			"bridge release celer " + hexOf(idBytes(2)) + " on P: 1000 of erc20:T;  to eip155:1,  gets 0 of "},
		{"celer, liquidity taken back", txOf(eth, 0), logOf(onEth, "WithdrawDone", arg("bytes32", id(1)), arg("uint64", 4), arg("address", P(eth, 'P')), arg("address", P(eth, 'T')), arg("uint256", 1000), arg("bytes32", [32]byte{})), "nothing"},
		{"celer, vault", txOf(eth, 0), logOf(onEth, "Deposited", arg("bytes32", id(3)), arg("address", P(eth, 'P')), arg("address", P(eth, 'T')), arg("uint256", 1000), arg("uint64", 8453), arg("address", P(eth, 'R'))),
			"bridge deposit celer " + hexOf(idBytes(3)) + " on P: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 0 of "},
		{"celer, vault, second version", txOf(eth, 0), logOf(onEth, "Deposited", arg("bytes32", id(3)), arg("address", P(eth, 'P')), arg("address", P(eth, 'T')), arg("uint256", 1000), arg("uint64", 8453), arg("address", P(eth, 'R')), arg("uint64", 6)),
			"bridge deposit celer " + hexOf(idBytes(3)) + " on P: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 0 of "},
		{"celer, minted", txOf(base, 0), logOf(onBase, "Mint", arg("bytes32", id(9)), arg("address", P(base, 'U')), arg("address", P(base, 'R')), arg("uint256", 1000), arg("uint64", 1), arg("bytes32", id(3)), arg("address", P(base, 'P'))),
			"bridge release celer " + hexOf(idBytes(3)) + " on R: 1000 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "},
		{"celer, burnt", txOf(base, 0), logOf(onBase, "Burn", arg("bytes32", id(4)), arg("address", P(base, 'U')), arg("address", P(base, 'P')), arg("uint256", 1000), arg("uint64", 1), arg("address", P(eth, 'R')), arg("uint64", 6)),
			"bridge deposit celer " + hexOf(idBytes(4)) + " on P: 1000 of erc20:U; eip155:8453 to eip155:1, " + P(eth, 'R').Text() + " gets 0 of "},
		{"celer, burnt, first version", txOf(base, 0), logOf(onBase, "Burn", arg("bytes32", id(4)), arg("address", P(base, 'U')), arg("address", P(base, 'P')), arg("uint256", 1000), arg("address", P(eth, 'R'))),
			"bridge deposit celer " + hexOf(idBytes(4)) + " on P: 1000 of erc20:U; eip155:8453 to , " + strings.ToLower(P(eth, 'R').Text()) + " gets 0 of "},
		{"celer, from the vault", txOf(eth, 0), logOf(onEth, "Withdrawn", arg("bytes32", id(8)), arg("address", P(eth, 'R')), arg("address", P(eth, 'T')), arg("uint256", 1000), arg("uint64", 8453), arg("bytes32", id(4)), arg("address", P(eth, 'P'))),
			"bridge release celer " + hexOf(idBytes(4)) + " on R: 1000 of erc20:T; eip155:8453 to eip155:1,  gets 0 of "},
		{"layerzero, in", txOf(eth, 0), logOf(onEth, "OFTSent", topic("bytes32", id(5)), arg("uint32", 30184), topic("address", P(eth, 'P')), arg("uint256", 1000), arg("uint256", 990)),
			"bridge deposit layerzero " + hexOf(idBytes(5)) + " on P: 1000 of ; eip155:1 to eip155:8453,  gets 990 of "},
		{"layerzero, out", txOf(base, 0), logOf(onBase, "OFTReceived", topic("bytes32", id(5)), arg("uint32", 30101), topic("address", P(base, 'R')), arg("uint256", 990)),
			"bridge release layerzero " + hexOf(idBytes(5)) + " on R: 990 of ; eip155:1 to eip155:8453,  gets 0 of "},
		{"layerzero, on a bus", txOf(eth, 0), logOf(onEth, "OFTSent", topic("bytes32", [32]byte{}), arg("uint32", 30184), topic("address", P(eth, 'P')), arg("uint256", 1000), arg("uint256", 990)), "nothing"},
		{"synapse, in", txOf(eth, 0), logOf(onEth, "TokenRedeem", topic("address", P(eth, 'R')), arg("uint256", 8453), arg("address", P(eth, 'T')), arg("uint256", 1000)),
			"bridge deposit synapse " + kappaOfTx + " on S: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 0 of "},
		{"synapse, out", txOf(base, 0), logOf(onBase, "TokenMint", topic("address", P(base, 'R')), arg("address", P(base, 'U')), arg("uint256", 1000), arg("uint256", 10), topic("bytes32", id(7))),
			"bridge release synapse " + hexOf(idBytes(7)) + " on R: 990 of erc20:U;  to eip155:8453,  gets 0 of "},
		{"synapse, out after a swap", txOf(base, 0), logOf(onBase, "TokenMintAndSwap", topic("address", P(base, 'R')), arg("address", P(base, 'U')), arg("uint256", 1000), arg("uint256", 10), arg("uint8", 0), arg("uint8", 1), arg("uint256", 5), arg("uint256", 6), arg("bool", true), topic("bytes32", id(7))),
			"bridge release synapse " + hexOf(idBytes(7)) + " on R: 0 of ;  to eip155:8453,  gets 0 of "},
		{"synapse's relayers, in", txOf(eth, 0), logOf(onEth, "BridgeRequested", topic("bytes32", id(8)), topic("address", P(eth, 'P')), arg("bytes", []byte("request")), arg("uint32", 8453), arg("address", P(eth, 'T')), arg("address", P(eth, 'U')), arg("uint256", 1000), arg("uint256", 990), arg("bool", false)),
			"bridge deposit synapse-rfq " + hexOf(idBytes(8)) + " on P: 1000 of erc20:T; eip155:1 to eip155:8453,  gets 990 of " + P(base, 'U').Text()},
		{"synapse's relayers, out", txOf(base, 0), logOf(onBase, "BridgeRelayed", topic("bytes32", id(8)), topic("address", P(base, 'X')), topic("address", P(base, 'R')), arg("uint32", 1), arg("address", P(eth, 'T')), arg("address", P(base, 'U')), arg("uint256", 1000), arg("uint256", 990), arg("uint256", 0)),
			"bridge release synapse-rfq " + hexOf(idBytes(8)) + " on R: 990 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "},
		{"synapse's relayers, given back", txOf(eth, 0), logOf(onEth, "BridgeDepositRefunded", topic("bytes32", id(8)), topic("address", P(eth, 'P')), arg("address", P(eth, 'T')), arg("uint256", 1000)),
			"bridge release synapse-rfq " + hexOf(idBytes(8)) + " on P: 1000 of erc20:T; eip155:1 to eip155:1,  gets 0 of "},
		{"hop, from a rollup", txOf(base, 0), logOf(onBase, "TransferSent", topic("bytes32", id(9)), topic("uint256", 1), topic("address", P(eth, 'R')), arg("uint256", 1000), arg("bytes32", id(1)), arg("uint256", 5), arg("uint256", 6), arg("uint256", 7), arg("uint256", 8)),
			"bridge deposit hop " + hexOf(idBytes(9)) + " on S: 0 of ; eip155:8453 to eip155:1, " + P(eth, 'R').Text() + " gets 0 of "},
		{"hop, bonded", txOf(eth, 0), logOf(onEth, "WithdrawalBonded", topic("bytes32", id(9)), arg("uint256", 1000)),
			"bridge release hop " + hexOf(idBytes(9)) + " on C: 0 of ;  to eip155:1,  gets 0 of "},
		{"debridge's market, in", txOf(eth, 0), logOf(onEth, "CreatedOrder", order, arg("bytes32", id(10)), arg("bytes", []byte("fee")), arg("uint256", 1), arg("uint256", 2), arg("uint32", 3), arg("bytes", []byte("meta"))),
			"bridge deposit debridge-dln " + hexOf(idBytes(10)) + " on S: 1000 of erc20:T; eip155:1 to eip155:8453, " + recipient + " gets 990 of " + P(base, 'U').Text()},
		{"debridge's market, out", txOf(base, 0), logOf(onBase, "FulfilledOrder", order, arg("bytes32", id(10)), arg("address", P(base, 'X')), arg("address", P(base, 'Y'))),
			"bridge release debridge-dln " + hexOf(idBytes(10)) + " on R: 990 of erc20:U; eip155:1 to eip155:8453,  gets 0 of "},
		{"debridge's market, given back", txOf(eth, 0), logOf(onEth, "ClaimedOrderCancel", arg("bytes32", id(10)), arg("address", P(eth, 'P')), arg("uint256", 1000), arg("address", P(eth, 'T'))),
			"bridge release debridge-dln " + hexOf(idBytes(10)) + " on P: 1000 of erc20:T; eip155:1 to eip155:1,  gets 0 of "},
		{"debridge's gate, in", txOf(eth, 0), logOf(onEth, "Sent", arg("bytes32", id(11)), topic("bytes32", id(1)), arg("uint256", 1000), arg("bytes", P(base, 'R').Key()), arg("uint256", 3), topic("uint256", 8453), arg("uint32", 4), argument{value: []argument{arg("uint256", 1), arg("uint256", 2), arg("uint256", 3), arg("bool", true), arg("bool", false)}}, arg("bytes", []byte("auto")), arg("address", P(eth, 'P'))),
			"bridge deposit debridge " + hexOf(idBytes(11)) + " on P: 0 of ; eip155:1 to eip155:8453, " + recipient + " gets 0 of "},
		{"debridge's gate, out", txOf(base, 0), logOf(onBase, "Claimed", arg("bytes32", id(11)), topic("bytes32", id(1)), arg("uint256", 990), topic("address", P(base, 'R')), arg("uint256", 3), topic("uint256", 1), arg("bytes", []byte("auto")), arg("bool", false)),
			"bridge release debridge " + hexOf(idBytes(11)) + " on R: 990 of ; eip155:1 to eip155:8453,  gets 0 of "},
		{"multichain, in", txOf(eth, 0), logOf(onEth, "LogAnySwapOut", topic("bytes32", id(12)), topic("address", P(eth, 'T')), topic("address", P(eth, 'P')), arg("string", "0xReceiver"), arg("uint256", 1000), arg("uint256", 8453)),
			"bridge deposit multichain " + hexOf(idBytes(12)) + " on P: 1000 of ; eip155:1 to eip155:8453, 0xReceiver gets 0 of "},
		{"multichain, out", txOf(base, 0), logOf(onBase, "LogAnySwapIn", arg("string", "swap"), topic("bytes32", id(12)), topic("address", P(base, 'U')), topic("address", P(base, 'R')), arg("uint256", 990), arg("uint256", 1)),
			"bridge release multichain " + hexOf(idBytes(12)) + " on R: 990 of ; eip155:1 to eip155:8453,  gets 0 of "},
		{"multichain of old, in", txOf(eth, 0), logOf(onEth, "LogAnySwapOut", topic("address", P(eth, 'T')), topic("address", P(eth, 'P')), topic("address", P(eth, 'R')), arg("uint256", 1000), arg("uint256", 1), arg("uint256", 8453)),
			"bridge deposit multichain " + txHex + " on P: 1000 of ; eip155:1 to eip155:8453, " + recipient + " gets 0 of "},
		{"multichain of old, out", txOf(base, 0), logOf(onBase, "LogAnySwapIn", topic("bytes32", id(13)), topic("address", P(base, 'U')), topic("address", P(base, 'R')), arg("uint256", 990), arg("uint256", 1), arg("uint256", 8453)),
			"bridge release multichain " + hexOf(idBytes(13)) + " on R: 990 of ; eip155:1 to eip155:8453,  gets 0 of "},
		{"polygon, no value", txOf(eth, 0), logOf(onEth, "StateSynced", topic("uint256", 5), topic("address", P(eth, 'X')), arg("bytes", []byte("state"))), "nothing"},
		{"polygon, out", txOf(clew.Polygon, 0), logOf(P(clew.Polygon, 'C'), "StateCommitted", topic("uint256", 5), arg("bool", true)),
			"bridge release polygon 5 on C: 0 of ; eip155:1 to eip155:137,  gets 0 of "},
		{"polygon, failed", txOf(clew.Polygon, 0), logOf(P(clew.Polygon, 'C'), "StateCommitted", topic("uint256", 5), arg("bool", false)), "nothing"},
		{"ronin, in", txOf(eth, 0), logOf(onEth, "DepositRequested", arg("bytes32", id(14)), receipt(0)),
			"bridge deposit ronin deposit-1-42 on P: 1000 of erc20:T; eip155:1 to eip155:2020, " + P(clew.Ronin, 'R').Text() + " gets 1000 of " + P(clew.Ronin, 'U').Text()},
		{"ronin, out", txOf(clew.Ronin, 0), logOf(P(clew.Ronin, 'C'), "Deposited", arg("bytes32", id(14)), receipt(0)),
			"bridge release ronin deposit-1-42 on R: 1000 of erc20:U; eip155:1 to eip155:2020,  gets 0 of "},
		{"ronin, back in", txOf(clew.Ronin, 0), logOf(P(clew.Ronin, 'C'), "WithdrawalRequested", arg("bytes32", id(14)), receipt(0)),
			"bridge deposit ronin withdrawal-1-42 on R: 1000 of erc20:U; eip155:2020 to eip155:1, " + P(eth, 'P').Text() + " gets 1000 of " + P(eth, 'T').Text()},
		{"ronin, back out", txOf(eth, 0), logOf(onEth, "Withdrew", arg("bytes32", id(14)), receipt(0)),
			"bridge release ronin withdrawal-1-42 on P: 1000 of erc20:T; eip155:2020 to eip155:1,  gets 0 of "},
		{"ronin, an item", txOf(eth, 0), logOf(onEth, "Withdrew", arg("bytes32", id(14)), receipt(1)), "nothing"},
		{"thorchain, out", txOf(eth, 0), logOf(onEth, "TransferOut", topic("address", P(eth, 'V')), topic("address", P(eth, 'R')), arg("address", P(eth, 'T')), arg("uint256", 990), arg("string", "OUT:"+strings.ToUpper(thorTx))),
			"bridge release thorchain " + thorTx + " on R: 990 of erc20:T;  to eip155:1,  gets 0 of "},
		{"thorchain, given back in the coin", txOf(eth, 0), logOf(onEth, "TransferOut", topic("address", P(eth, 'V')), topic("address", P(eth, 'R')), arg("address", onChain(eth, [20]byte{})), arg("uint256", 990), arg("string", "REFUND:"+strings.ToUpper(thorTx))),
			"bridge release thorchain " + thorTx + " on R: 990 of slip44;  to eip155:1,  gets 0 of "},
		{"thorchain, between vaults", txOf(eth, 0), logOf(onEth, "TransferOut", topic("address", P(eth, 'V')), topic("address", P(eth, 'R')), arg("address", P(eth, 'T')), arg("uint256", 990), arg("string", "MIGRATE:1234")), "nothing"},
		{"thorchain, through a contract", txOf(eth, 0), logOf(onEth, "TransferOutAndCall", topic("address", P(eth, 'V')), arg("address", P(eth, 'X')), arg("uint256", 990), arg("address", P(eth, 'T')), arg("address", P(eth, 'R')), arg("uint256", 5), arg("string", "OUT:"+thorTx)),
			"bridge release thorchain " + thorTx + " on R: 0 of erc20:T;  to eip155:1,  gets 0 of "},
		{"avalanche, out", txOf(clew.Avalanche, 0), logOf(P(clew.Avalanche, 'C'), "Mint", arg("address", P(clew.Avalanche, 'R')), arg("uint256", 990), arg("address", P(clew.Avalanche, 'X')), arg("uint256", 3), arg("bytes32", id(15))),
			"bridge release avalanche " + hexOf(idBytes(15)) + " on R: 990 of erc20:C; eip155:1 to eip155:43114,  gets 0 of "},
		{"avalanche, burnt", txOf(clew.Avalanche, 0), logOf(P(clew.Avalanche, 'C'), "Unwrap", arg("uint256", 990), arg("uint256", 0)),
			"bridge deposit avalanche " + txHex + " on S: 990 of erc20:C; eip155:43114 to ,  gets 0 of "},
		{"zksync, in", txOf(eth, 0), logOf(onEth, "DepositInitiated", topic("bytes32", id(16)), topic("address", P(eth, 'P')), topic("address", P(eth, 'R')), arg("address", P(eth, 'T')), arg("uint256", 1000)),
			"bridge deposit zksync " + hexOf(idBytes(16)) + " on P: 1000 of erc20:T; eip155:1 to eip155:324, " + P("eip155:324", 'R').Text() + " gets 0 of "},
		{"ren, out", txOf(eth, 0), logOf(onEth, "LogMint", topic("address", P(eth, 'R')), arg("uint256", 990), topic("uint256", 4), topic("bytes32", id(17))),
			"bridge release ren " + hexOf(idBytes(17)) + " on R: 990 of ;  to eip155:1,  gets 0 of "},
		{"chainflip, in", txOf(eth, 0), logOf(onEth, "SwapToken", arg("uint32", 3), arg("bytes", []byte("bc1qplace")), arg("uint32", 5), arg("address", P(eth, 'T')), arg("uint256", 1000), topic("address", P(eth, 'P')), arg("bytes", []byte("cf"))),
			"bridge deposit chainflip " + txHex + " on P: 1000 of erc20:T; eip155:1 to , bc1qplace gets 0 of chain 3, asset 5"},
		{"symbiosis, out", txOf(base, 0), logOf(onBase, "BurnCompleted", topic("bytes32", id(18)), topic("bytes32", id(1)), topic("address", P(base, 'R')), arg("uint256", 1000), arg("uint256", 10), arg("address", P(base, 'U'))),
			"bridge release symbiosis " + hexOf(idBytes(18)) + " on R: 990 of erc20:U;  to eip155:8453,  gets 0 of "},
	}
}

const (
	txHex  = "0xaa00000000000000000000000000000000000000000000000000000000000001"
	thorTx = "ea7d80b3eb709319a6577af6cf4deff67975d4f5a93cd8817e7ff04a048d1c5c"
)

var kappaOfTx = func() string { k := hash([]byte(txHex)); return "0x" + hex.EncodeToString(k[:]) }()

func idBytes(n byte) []byte { w := id(n); return w[:] }

func receipt(erc int) argument {
	return argument{value: []argument{arg("uint256", 42), arg("uint8", 0),
		{value: []argument{arg("address", person(eth, 'P')), arg("address", person(eth, 'T')), arg("uint256", 1)}},
		{value: []argument{arg("address", person(eth, 'R')), arg("address", person(eth, 'U')), arg("uint256", 2020)}},
		{value: []argument{arg("uint8", erc), arg("uint256", 0), arg("uint256", 1000)}}}}
}

func TestForms(t *testing.T) {
	for _, c := range formCases() {
		t.Run(c.name, func(t *testing.T) {
			if !Acts(c.log.Topics[0]) {
				t.Fatal("its signature is not known")
			}
			if got := readOne(t, c.tx, c.log); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestCutForms: of an event whose data end early nothing is said, and nothing
// panics; neither is it of one with a topic too few or too many.
func TestCutForms(t *testing.T) {
	for _, c := range formCases() {
		if strings.HasPrefix(c.want, "nothing") {
			continue
		}
		for n := 0; n < len(c.log.Data); n += 7 {
			cut := *c.log
			cut.Data = cut.Data[:n]
			if got := readOne(t, c.tx, &cut); got != "not understood" && got != c.want {
				t.Errorf("%s, cut to %d bytes: %s", c.name, n, got)
			}
		}
		for _, count := range []int{c.log.Count - 1, c.log.Count + 1, 0, 9} {
			other := *c.log
			other.Count = count
			if got := readOne(t, c.tx, &other); got == c.want {
				t.Errorf("%s with %d topics: %s", c.name, count, got)
			}
		}
	}
}

// TestTopics holds the hashes of signatures against those that public sources
// state.
func TestTopics(t *testing.T) {
	for _, c := range []struct{ event, hash string }{
		{"TransferOutAndCall", "8e5841bcd195b858d53b38bcf91b38d47f3bc800469b6812d35451ab619c6f6c"},
		{"TransferOut", "a9cd03aa3c1b4515114539cd53d22085129d495cb9e9f9af77864526240f1bf7"},
		{"Withdrew", "21e88e956aa3e086f6388e899965cef814688f99ad8bb29b08d396571016372d"},
		{"StateCommitted", "5a22725590b0a51c923940223f7458512164b1113359a735e86e7f27f44791ee"},
		{"StateSynced", "103fed9db65eac19c4d870f49ab7520fe03b99f1838e5996caf47e9e43308392"},
		{"Unwrap", "37a06799a3500428a773d00284aa706101f5ad94dae9ec37e1c3773aa54c3304"},
		{"PacketReceived", "2bd2d8a84b748439fd50d79a49502b4eb5faa25b864da6a9ab5c150704be9a4d"},
		{"SendToChain", "d81fc9b8523134ed613870ed029d6170cbb73aa6a6bc311b9a642689fb9df59a"},
		{"ReceiveFromChain", "bf551ec93859b170f9b2141bd9298bf3f64322c6f7beb2543a0cb669834118bf"},
		{"L2ToL1Tx", "3e7aafa77dbf186b7fd488006beff893744caa3c4f6f299e8a709fa2087374fc"},
		{"OFTSent", "85496b760a4b7f8d66384b9df21b381f5d1b1e79f229a47aaf4c232edc2fe59a"},
		{"OFTReceived", "efed6d3500546b29533b128a29e3a94d70788727f0507505ac12eaf2e578fd9c"},
		{"V3FundsDeposited", "a123dc29aebf7d0c3322c8eeb5b999e859f39937950ed31056532713d0de396f"},
		{"FundsDeposited", "32ed1a409ef04c7b0227189c3a103dc5ac10e775a15b785dcc510201f7c25ad3"},
		{"FundsDeposited", "afc4df6845a4ab948b492800d3d8a25d538a102a2bc07cd01f1cfa097fddcff6"},
		{"FilledRelay", "44b559f101f8fbcc8a0ea43fa91a05a729a5ea6e14a7c75aa750374690137208"},
		{"FilledRelay", "8ab9dc6c19fe88e69bc70221b339c84332752fdd49591b7c51e66bae3947b73c"},
		{"FilledV3Relay", "571749edf1d5c9599318cdbc4e28a6475d65e87fd3b2ddbe1e9a8d5e7a0f0ff7"},
		{"DepositForBurn", "2fa9ca894982930190727e75500a97d8dc500233a5065e0f3126c48fbe0343c0"},
		{"DepositForBurn", "0c8c1cbdc5190613ebd485511d4e2812cfa45eecb79d845893331fedad5130a5"},
		{"MessageReceived", "58200b4c34ae05ee816d710053fff3fb75af4395915d3d2a771b24aa10e3cc5d"},
		{"LogMessagePublished", "6eb224fb001ed210e379b335e35efe88672a8ce935d981a6896b27ffdf52a3b2"},
		{"Send", "89d8051e597ab4178a863a5190407b98abfeff406aa8db90c59af76612e58f01"},
		{"Relay", "79fa08de5149d912dce8e5e8da7a7c17ccdf23dd5d3bfe196802e6eb86347c7c"},
		{"Burn", "6298d7b58f235730b3b399dc5c282f15dae8b022e5fbbf89cee21fd83c8810a3"},
		{"Deposited", "15d2eeefbe4963b5b2178f239ddcc730dda55f1c23c22efb79ded0eb854ac789"},
		{"Deposited", "28d226819e371600e26624ebc4a9a3947117ee2760209f816c789d3a99bf481b"},
		{"Mint", "5bc84ecccfced5bb04bfc7f3efcdbe7f5cd21949ef146811b4d1967fe41f777a"},
		{"Withdrawn", "296a629c5265cb4e5319803d016902eb70a9079b89655fe2b7737821ed88beeb"},
		{"TokenDeposit", "da5273705dbef4bf1b902a131c2eac086b7e1476a8ab0cb4da08af1fe1bd8e3b"},
		{"TokenRedeem", "dc5bad4651c5fbe9977a696aadc65996c468cde1448dd468ec0d83bf61c4b57c"},
		{"CreatedOrder", "fc8703fd57380f9dd234a89dce51333782d49c5902f307b02f03e014d18fe471"},
	} {
		var found []string
		for hash, list := range forms {
			for _, f := range list {
				if f.is(c.event) {
					found = append(found, hex.EncodeToString(hash[:]))
				}
			}
		}
		if !slices.Contains(found, c.hash) {
			t.Errorf("%s: %v, want %s", c.event, found, c.hash)
		}
	}
}

// TestProtocolsOfForms: a form that gives acts has a protocol and a direction.
func TestProtocolsOfForms(t *testing.T) {
	for _, list := range forms {
		for _, f := range list {
			if f.read != nil && (f.protocol == "" || f.kind != clew.BridgeSent && f.kind != clew.BridgeReceived) {
				t.Errorf("%s: %q, %q", f.text, f.protocol, f.kind)
			}
			if f.topics() > 4 {
				t.Errorf("%s has %d topics", f.text, f.topics())
			}
		}
	}
}
