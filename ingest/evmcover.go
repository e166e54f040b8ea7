package ingest

import (
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/evm"
)

// cover states which blocks the set holds, and what it does not say of them.
func (e *evmReader) cover() {
	adds := &e.flow.adds
	adds.AddWhole(e.whole)
	e.flow.widen(e.span)
	if w := e.s.opt.Whole; !w.Empty() { // what the files lack, they lack of all of it
		adds.AddWhole(w)
		e.span = hull(e.span, w)
	}
	if e.span.Empty() {
		return
	}
	if e.s.set.part(blocksKind) == nil && e.s.opt.Whole.Empty() {
		e.gap(clew.GapPartial, 0, "no file of blocks says which blocks are there whole")
	}
	if e.partial > 0 {
		e.gap(clew.GapPartial, e.partial, "blocks with fewer transactions than their headers count")
	}
	if e.stray > 0 && e.s.set.part(transactionsKind) != nil {
		e.gap(clew.GapPartial, e.stray, "token transfers of transactions that are not among the transactions")
	}
	e.coverNative()
	e.coverTokens()
	if n := e.decoder.Missed.Time; n > 0 {
		e.gap(clew.GapTime, n, "no file of blocks gives it")
	}
}

func (e *evmReader) coverNative() {
	missed, set := e.decoder.Missed, e.s.set
	txs, traces, moves := set.part(transactionsKind), set.part(tracesKind), set.part(movesKind)
	native := clew.NativeAsset(e.chain)
	switch {
	case traces != nil && missed.Frames > 0:
		e.gap(clew.GapTraces, missed.Frames, "transactions without call traces, or frames without a recipient")
	case traces == nil && moves != nil:
		e.gap(clew.GapStatus, 0, "native_transfers does not say which calls failed or only borrowed code; traces does")
	case traces == nil && txs != nil:
		e.gap(clew.GapTraces, 0, "no call traces: neither internal transfers nor block rewards")
	case traces == nil:
		e.flow.adds.Gaps = append(e.flow.adds.Gaps, clew.Gap{Kind: clew.GapHistory, Chain: e.chain, Asset: native, Window: e.span, Note: "no transactions and no call traces"})
	}
	if missed.Status > 0 {
		e.gap(clew.GapStatus, missed.Status, "no receipt says whether these transactions succeeded")
	}
	if missed.Made > 0 {
		e.flow.adds.Gaps = append(e.flow.adds.Gaps, clew.Gap{Kind: clew.GapHistory, Chain: e.chain, Asset: native, Window: e.span, Count: missed.Made, Note: "value paid to contracts at their creation: neither receipts nor nonces say which"})
	}
	switch {
	case txs == nil:
		e.gap(clew.GapFees, 0, "no transactions")
	case missed.Fees > 0:
		e.gap(clew.GapFees, missed.Fees, "used gas, its price or the base fee is not known")
	}
	switch blocks := set.part(blocksKind); {
	case blocks != nil && !blocks.has("withdrawals"):
		e.flow.adds.Gaps = append(e.flow.adds.Gaps, clew.Gap{Kind: clew.GapHistory, Chain: e.chain, Asset: native, Window: e.span, Note: "no validators' withdrawals in the file of blocks"})
	case blocks == nil && !e.s.opt.Whole.Empty() && (traces != nil || moves != nil || txs != nil): // without, all of the coin is missing
		e.flow.adds.Gaps = append(e.flow.adds.Gaps, clew.Gap{Kind: clew.GapHistory, Chain: e.chain, Asset: native, Window: e.span, Note: "no file of blocks gives validators' withdrawals"})
	}
}

// coverTokens states which token transfers are not held, and of no more tokens
// than that is true of: a gap in all tokens keeps every one from ever counting
// as unspent. Files of decoded token transfers hold every ERC-20 transfer of
// their blocks; what they lack is non-fungible, except the wrapping of coins and
// events that follow the standard in name alone.
func (e *evmReader) coverTokens() {
	set := e.s.set
	logs, tokens, erc20 := set.part(logsKind), set.part(tokensKind), set.part(erc20Kind)
	if wrapper := evm.Wrapper(e.chain); logs == nil && (tokens != nil || erc20 != nil) && !wrapper.IsZero() {
		e.flow.adds.Gaps = append(e.flow.adds.Gaps, clew.Gap{Kind: clew.GapTokens, Chain: e.chain, Asset: e.decoder.Token("erc20", wrapper), Window: e.span, Note: "wrapping and unwrapping the chain's coin is in logs alone"})
	}
	switch {
	case logs != nil:
		e.coverUnread()
	case tokens != nil:
		e.gap(clew.GapItems, 0, "token_transfers does not tell them apart: ERC-721 is held as ERC-20, by item numbers for amounts, and ERC-1155 is not in it; logs does")
	case erc20 == nil:
		e.gap(clew.GapTokens, 0, "no logs and no ERC-20 transfers")
	case set.part(erc721Kind) == nil:
		e.gap(clew.GapItems, 0, "neither logs nor ERC-721 transfers")
	default:
		e.gap(clew.GapItems, 0, "ERC-1155 is in logs alone")
	}
}

// coverUnread states of which tokens there are events that cannot be read; of
// all where there are too many to name.
func (e *evmReader) coverUnread() {
	const note = "transfer events in a form that is not understood"
	n, named := e.decoder.Missed.Tokens, uint64(0)
	gaps := make([]clew.Gap, 0, len(e.decoder.Unread))
	for _, asset := range slices.SortedFunc(maps.Keys(e.decoder.Unread), func(a, b clew.Asset) int { return strings.Compare(a.String(), b.String()) }) {
		count := e.decoder.Unread[asset]
		named += count
		gaps = append(gaps, clew.Gap{Kind: clew.GapTokens, Chain: e.chain, Asset: asset, Window: e.span, Count: count, Note: note})
	}
	if named < n {
		e.gap(clew.GapTokens, n, note)
		return
	}
	e.flow.adds.Gaps = append(e.flow.adds.Gaps, gaps...)
}

func (e *evmReader) gap(kind clew.GapKind, count uint64, note string) {
	e.flow.adds.Gaps = append(e.flow.adds.Gaps, clew.Gap{Kind: kind, Chain: e.chain, Window: e.span, Count: count, Note: note})
}
