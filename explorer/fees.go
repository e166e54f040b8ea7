package explorer

import (
	"context"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
)

// FeesInOne ends the note of a gap where fees of an EVM chain are held otherwise
// than blocks give them.
const FeesInOne = "each fee is held as one sum that goes to nobody: what is burnt is not told from what is tipped"

func isFeesInOne(g *clew.Gap) bool {
	return g.Kind == clew.GapFees && strings.HasSuffix(g.Note, FeesInOne)
}

// FeesHeldInOne returns of which addresses, and in which blocks, a ledger holds
// each fee as one sum: whole blocks, which part them, must not be added to it
// there.
func FeesHeldInOne(c *clew.Coverage) map[clew.Address][]clew.Window {
	held := map[clew.Address][]clew.Window{}
	for i := range c.Gaps {
		if g := &c.Gaps[i]; isFeesInOne(g) {
			held[g.Address] = append(held[g.Address], g.Window)
		}
	}
	return held
}

// parted returns the blocks of which the ledger holds fees already, as whole
// blocks part them.
func (f *Filler) parted(ctx context.Context) ([]clew.Window, error) {
	if !f.report.Chain.IsEVM() {
		return nil, nil
	}
	s, err := f.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	fees := clew.Gap{Kind: clew.GapFees, Asset: clew.NativeAsset(f.report.Chain)}
	return ledger.Fills(s.Coverage(), &fees), s.Close()
}

// leaveFees leaves out the fees of blocks of which they are held already: what a
// whole block says of them is more than one sum.
func (h *History) leaveFees(parted []clew.Window) {
	if len(parted) == 0 {
		return
	}
	h.Transfers = slices.DeleteFunc(h.Transfers, func(t clew.Transfer) bool {
		return t.Pos.Class == clew.Fee && slices.ContainsFunc(parted, func(w clew.Window) bool { return w.Has(t.Pos.Height) })
	})
	var gaps []clew.Gap
	for _, g := range h.Coverage.Gaps {
		if !isFeesInOne(&g) {
			gaps = append(gaps, g)
			continue
		}
		for _, w := range ledger.Without(g.Window, parted) {
			g.Window = w
			gaps = append(gaps, g)
		}
	}
	h.Coverage.Gaps = gaps
}
