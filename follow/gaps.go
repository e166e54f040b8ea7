package follow

import (
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

// gapsOf returns the gaps of blocks. Where something of an asset is not
// understood, that is said of the asset from there on, so that gaps grow with
// the assets and not with the blocks.
func (f *follower) gapsOf(blocks []Block) []clew.Gap {
	window := clew.Window{From: blocks[0].Ref.Height, To: blocks[len(blocks)-1].Ref.Height + 1}
	var gaps []clew.Gap
	for i := range blocks {
		for _, g := range blocks[i].Gaps {
			g.Chain, g.Window = f.source.Chain(), clew.Window{}
			if !g.Asset.IsZero() {
				g.Count, g.Amount = 0, clew.Amount{}
				if !slices.Contains(f.odd, g) {
					f.odd = append(f.odd, g)
				}
				continue
			}
			g.Window = clew.Window{From: blocks[i].Ref.Height, To: blocks[i].Ref.Height + 1}
			gaps = append(gaps, g)
		}
	}
	for _, g := range slices.Concat(f.source.Gaps(), f.odd) {
		g.Chain, g.Window = f.source.Chain(), window
		gaps = append(gaps, g)
	}
	return gaps
}

// oddBefore returns the gaps of single assets that reach up to a height.
func oddBefore(c *clew.Coverage, next uint64) []clew.Gap {
	var odd []clew.Gap
	for _, g := range c.Gaps {
		if !g.Asset.IsZero() && g.Address.IsZero() && g.Count == 0 && g.Amount.IsZero() && g.Window.To == next {
			g.Window = clew.Window{}
			odd = append(odd, g)
		}
	}
	return odd
}
