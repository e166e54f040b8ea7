package evm

import (
	"maps"
	"slices"
	"strings"

	"clew"
)

// daoFork is the block that moved ether without transactions (EIP-779).
const daoFork = 1_920_000

// gaps states what the node did not say of a block.
func (f *Fetched) gaps(d *Decoder) {
	b, missed := f.Recorded, f.Missed
	window := clew.Window{From: b.Height, To: b.Height + 1}
	gap := func(kind clew.GapKind, asset clew.Asset, count uint64, note string) {
		f.Gaps = append(f.Gaps, clew.Gap{Kind: kind, Chain: d.Chain, Asset: asset, Window: window, Count: count, Note: note})
	}
	var every clew.Asset
	switch rewarded := slices.ContainsFunc(b.Frames, func(f Frame) bool { return f.Kind == BlockGain }); {
	case b.Height == 0:
		gap(clew.GapHistory, d.native, 0, "what the first block gives out: no method of a node lists it")
	case d.Chain == clew.Ethereum && b.Height == daoFork:
		gap(clew.GapHistory, d.native, 0, "what the fork after the DAO took from its accounts: no transaction moved it")
	case !f.traced && len(b.Txs) > 0:
		gap(clew.GapTraces, every, 0, "not available: the node gives neither debug_traceBlockByNumber nor trace_block, or not for blocks that old")
	case missed.Frames > 0:
		gap(clew.GapTraces, every, missed.Frames, "transactions that the node could not trace, or frames without a party")
	case b.Mined && !rewarded:
		gap(clew.GapHistory, d.native, 0, "rewards of miners: trace_block alone gives them")
	}
	if b.proof != proved {
		gap(clew.GapProof, every, 0, b.proof.String())
	}
	if missed.Status > 0 {
		gap(clew.GapStatus, every, missed.Status, "no receipt says whether these transactions succeeded")
	}
	if missed.Made > 0 {
		gap(clew.GapHistory, d.native, missed.Made, "value paid to contracts at their creation, which nothing names")
	}
	if missed.Fees > 0 {
		gap(clew.GapFees, every, missed.Fees, "used gas or its price is not known, or a part of the fee is not stated")
	}
	named := uint64(0)
	const unread = "transfer events in a form that is not understood"
	for _, asset := range slices.SortedFunc(maps.Keys(d.Unread), func(a, b clew.Asset) int { return strings.Compare(a.String(), b.String()) }) {
		gap(clew.GapTokens, asset, d.Unread[asset], unread)
		named += d.Unread[asset]
	}
	if named < missed.Tokens {
		gap(clew.GapTokens, every, missed.Tokens, unread)
	}
}
