package ingest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"clew"
)

// exportSource names the source of what is held of an address whose history
// was exported by hand.
const exportSource = "etherscan export"

// exportCaps are the most rows that one export or one page holds: a file with
// just as many was very likely cut.
var exportCaps = []uint64{5000, 10000}

// cover states what is held of the address, and what its exports leave out.
func (er *exportReading) cover() {
	window := er.span
	if w := er.s.opt.Whole; !w.Empty() {
		window = w
	}
	whose := er.s.set.address
	er.flow.adds.Held = append(er.flow.adds.Held, clew.Holding{Address: whose, Source: exportSource, Window: window})
	gap := func(kind clew.GapKind, note string) {
		er.flow.adds.Gaps = append(er.flow.adds.Gaps, clew.Gap{Kind: kind, Chain: er.chain, Address: whose, Window: window, Note: note})
	}
	if er.s.set.part(normalExport) == nil {
		gap(clew.GapHistory, "no export of its transactions")
	}
	if er.s.set.part(internalExport) == nil {
		gap(clew.GapTraces, "no export of its internal transactions")
	}
	if er.s.set.part(tokenExport) == nil {
		gap(clew.GapTokens, "no export of its token transfers")
	}
	gap(clew.GapFees, "an export does not part what is burnt from what is tipped")
	for _, asset := range slices.SortedFunc(maps.Keys(er.unknown), func(a, b clew.Asset) int { return strings.Compare(a.String(), b.String()) }) {
		er.flow.adds.Gaps = append(er.flow.adds.Gaps, clew.Gap{
			Kind: clew.GapTokens, Chain: er.chain, Address: whose, Asset: asset, Window: window, Count: er.unknown[asset],
			Note: "left out: the export does not give this token's decimals; say them with --decimals ASSET=N and --again",
		})
	}
}

// coverPages states that a file is as long as files can be.
func (er *exportReading) coverPages(p *part) {
	if slices.Contains(exportCaps, er.rows) {
		er.flow.adds.Gaps = append(er.flow.adds.Gaps, clew.Gap{
			Kind: clew.GapPartial, Chain: er.chain, Address: er.s.set.address, Window: er.span,
			Note: fmt.Sprintf("%s: %s end at %d rows, the most that one export holds; there may be more", path.Base(p.name), p.kind, er.rows),
		})
	}
}
