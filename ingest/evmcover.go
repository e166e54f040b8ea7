package ingest

import "clew"

// cover states which blocks the set holds, and what it does not say of them.
func (e *evmReader) cover() {
	adds := &e.flow.adds
	adds.AddWhole(e.whole)
	if w := e.s.opt.Whole; !w.Empty() {
		adds.AddWhole(w)
	}
	if e.span.Empty() {
		return
	}
	e.flow.widen(e.span)
	if e.s.set.part(blocksKind) == nil && e.s.opt.Whole.Empty() {
		e.gap(clew.GapPartial, 0, "no file of blocks says which blocks are there whole")
	}
	if e.partial > 0 {
		e.gap(clew.GapPartial, e.partial, "blocks with fewer transactions than their headers count")
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
	if blocks := set.part(blocksKind); blocks != nil && !blocks.has("withdrawals") {
		e.flow.adds.Gaps = append(e.flow.adds.Gaps, clew.Gap{Kind: clew.GapHistory, Chain: e.chain, Asset: native, Window: e.span, Note: "no validators' withdrawals in the file of blocks"})
	}
}

func (e *evmReader) coverTokens() {
	set := e.s.set
	logs, tokens := set.part(logsKind), set.part(tokensKind)
	switch {
	case logs != nil:
		if n := e.decoder.Missed.Tokens; n > 0 {
			e.gap(clew.GapTokens, n, "transfer events in a form that is not understood")
		}
	case tokens != nil:
		e.gap(clew.GapTokens, 0, "token_transfers does not tell non-fungible tokens apart: all are held as ERC-20; logs does")
	case set.part(erc20Kind) == nil:
		e.gap(clew.GapTokens, 0, "no logs and no token transfers")
	default:
		e.gap(clew.GapTokens, 0, "ERC-20 only: no logs")
	}
}

func (e *evmReader) gap(kind clew.GapKind, count uint64, note string) {
	e.flow.adds.Gaps = append(e.flow.adds.Gaps, clew.Gap{Kind: kind, Chain: e.chain, Window: e.span, Count: count, Note: note})
}
