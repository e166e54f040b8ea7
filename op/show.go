package op

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
	"clew/report"
)

// ShowInput asks what the ledger holds of an address or a transaction.
type ShowInput struct {
	What  string   `json:"what" arg:"" help:"address or transaction"`
	Chain string   `json:"chain" help:"chain, by name or CAIP-2; needed where the form does not tell" placeholder:"CHAIN"`
	Asset string   `json:"asset" help:"only this asset: native, a token's contract, or CAIP-19" placeholder:"ASSET"`
	Tags  []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Limit int      `json:"limit" default:"25" help:"newest transfers to list on each side, 1 to 10000" placeholder:"N"`
}

func showOp() Op {
	return define(Op{
		Name: "show",
		Doc:  "Show what the ledger holds of an address or a transaction.",
		Examples: []Example{
			{"show 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "what came in, what left, and the newest transfers"},
			{"show 0xc28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7", "the transfers of a transaction"},
		},
	}, runShow)
}

// maxShown bounds a listing.
const maxShown = 10_000

func runShow(ctx context.Context, env *Env, in ShowInput) (report.Result, error) {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
	}
	if in.Limit < 1 || in.Limit > maxShown {
		return nil, &clew.InputError{Field: "limit", Value: fmt.Sprint(in.Limit), Want: fmt.Sprintf("1 to %d", maxShown)}
	}
	a, tx, chain, err := pointOf("what", in.What, chain)
	if err != nil {
		return nil, err
	}
	var asset clew.Asset
	if in.Asset != "" {
		if asset, err = clew.ParseAsset(in.Asset, chain); err != nil {
			return nil, err
		}
	}
	s, err := snapshotOf(ctx, env, chain)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if !tx.IsZero() {
		return showTransaction(ctx, s, tx)
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	page := &report.AddressPage{
		Address: a, Tags: index.At(a), Packs: index.Packs(), AsOf: s.AsOf(), Asset: asset, Units: builtinUnits(),
		Held: s.Coverage().Holds(a, s.Span()), Gaps: s.Coverage().Gaps,
	}
	return page, fillAddress(ctx, s, page, in.Limit)
}

func showTransaction(ctx context.Context, s ledger.Snapshot, id clew.TxID) (report.Result, error) {
	transfers, err := s.Transaction(ctx, id)
	if err != nil {
		return nil, err
	}
	return &report.TransactionPage{Tx: id, Chain: s.Chain(), Transfers: transfers, Synthetic: slices.ContainsFunc(s.Coverage().Gaps, func(g clew.Gap) bool { return g.Kind == clew.GapHeight }), Units: builtinUnits()}, nil
}

// fillAddress reads both sides of an address: how much there is, the newest
// rows, and the flow of the assets that these rows name.
func fillAddress(ctx context.Context, s ledger.Snapshot, page *report.AddressPage, limit int) error {
	assets := map[clew.Asset]bool{}
	for _, side := range []ledger.Side{ledger.In, ledger.Out} {
		n, err := s.Count(ctx, page.Address, side)
		if err != nil {
			return err
		}
		rows, more, err := s.Rows(ctx, ledger.Query{Address: page.Address, Side: side, Asset: page.Asset, Newest: true, Limit: limit}, nil)
		if err != nil {
			return err
		}
		listed := report.SideRows{Side: side.String(), Count: n, More: more}
		for _, r := range rows {
			assets[r.Asset] = true
			listed.Rows = append(listed.Rows, report.SideRow{Pos: r.Pos, Time: r.Time, Asset: r.Asset, Amount: r.Amount, Peer: r.Peer, Many: r.Many})
		}
		page.Sides = append(page.Sides, listed)
	}
	if page.Sides[0].Count+page.Sides[1].Count == 0 {
		return fmt.Errorf("address %s in the ledger of %s: %w", page.Address.Text(), s.Chain().Name(), clew.ErrNotFound)
	}
	for asset := range assets {
		f, err := s.Flow(ctx, clew.Pot{Address: page.Address, Asset: asset}, clew.LastPos)
		if err != nil {
			return err
		}
		page.Flows = append(page.Flows, report.AssetFlow{Asset: asset, In: f.In, Out: f.Out, Deficit: f.Deficit})
	}
	slices.SortFunc(page.Flows, func(a, b report.AssetFlow) int { return strings.Compare(a.Asset.String(), b.Asset.String()) })
	return nil
}
