package follow

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"clew"
	"clew/ledger"
)

// declare says, before blocks are appended, what the source does not say of
// them: a gap of blocks that then are not appended does no harm, and one that
// is missing would be a lie.
func (f *follower) declare(ctx context.Context, blocks []Block) error {
	gaps := f.gapsOf(blocks)
	if len(gaps) == 0 {
		return nil
	}
	load, err := f.sink.Load(ctx, ledger.Source{Name: "follow", Exact: true})
	if err != nil {
		return err
	}
	_, err = load.Commit(ctx, clew.Coverage{Chain: f.source.Chain(), Gaps: gaps})
	return errors.Join(err, load.Abort())
}

// oddMost is how many blocks may each have a gap of their own for the same
// thing that was not understood. After that it is said of every block, so that
// gaps do not grow with the chain.
const oddMost = 64

// gapsOf returns the gaps of blocks.
func (f *follower) gapsOf(blocks []Block) []clew.Gap {
	chain, window := f.source.Chain(), clew.Window{From: blocks[0].Ref.Height, To: blocks[len(blocks)-1].Ref.Height + 1}
	var gaps []clew.Gap
	for i := range blocks {
		for _, g := range blocks[i].Gaps {
			g.Chain = chain
			kind := kindOf(g)
			if f.odd[kind]++; f.odd[kind] > oddMost {
				continue
			}
			g = kind
			g.Window = clew.Window{From: blocks[i].Ref.Height, To: blocks[i].Ref.Height + 1}
			gaps = append(gaps, g)
		}
	}
	for _, g := range f.source.Gaps() {
		g.Chain, g.Window = chain, window
		gaps = append(gaps, g)
	}
	for kind, n := range f.odd {
		if n > oddMost {
			kind.Window = window
			gaps = append(gaps, kind)
		}
	}
	slices.SortFunc(gaps, compareGaps) // the same, whatever the order of a map
	return gaps
}

func compareGaps(a, b clew.Gap) int {
	return cmp.Or(cmp.Compare(a.Window.From, b.Window.From), cmp.Compare(a.Window.To, b.Window.To), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Asset.String(), b.Asset.String()), cmp.Compare(a.Note, b.Note))
}

// kindOf returns what a gap is of, without where and how much.
func kindOf(g clew.Gap) clew.Gap {
	g.Window, g.Count, g.Amount = clew.Window{}, 0, clew.Amount{}
	return g
}

// oddBefore counts the gaps of each kind that a ledger has.
func oddBefore(c *clew.Coverage) map[clew.Gap]int {
	odd := map[clew.Gap]int{}
	for _, g := range c.Gaps {
		odd[kindOf(g)]++
	}
	return odd
}
