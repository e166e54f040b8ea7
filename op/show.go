package op

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/launder"
	"clew/lead"
	"clew/ledger"
	"clew/report"
)

// ShowInput asks what the ledger holds of an address or a transaction.
type ShowInput struct {
	What  string   `json:"what" arg:"" help:"address or transaction"`
	Chain string   `json:"chain" help:"chain, by name or CAIP-2; needed where the form does not tell" placeholder:"CHAIN"`
	Asset string   `json:"asset" help:"only this asset: native, a token's contract, or CAIP-19" placeholder:"ASSET"`
	Tags  []string `json:"tags" sep:"none" help:"tag pack (TagPack YAML) to read beside the built-in ones; may be repeated" placeholder:"FILE"`
	Limit int      `json:"limit" default:"25" range:"1,10000" help:"newest transfers to list on each side, and newest acts, 1 to 10000" placeholder:"N"`
}

func showOp() Op {
	return define(Op{
		Name: "show",
		Doc:  "Show what the ledger holds of an address or a transaction.",
		Examples: []Example{
			{"show 0x098b716b8aaf21512996dc57eb0615e2383e2f96", "what came in, what left, and the newest transfers"},
			{"show 0xd19450c00be0fdbb560e4de48ca9ad66e73875cd4bd1adff856eedb1a4ee8b00 --chain bitcoin", "a transaction of Bitcoin, and which mix it looks like"},
			{"show 0xc28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7", "the transfers of a transaction"},
		},
	}, runShow)
}

func runShow(ctx context.Context, env *Env, in ShowInput) (report.Result, error) {
	chain, err := chainOf(in.Chain)
	if err != nil {
		return nil, err
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
		return showTransaction(ctx, env, s, tx)
	}
	index, err := env.index(ctx, in.Tags)
	if err != nil {
		return nil, err
	}
	page := &report.AddressPage{
		Address: a, Tags: index.At(a), Packs: index.Packs(), AsOf: s.AsOf(), Asset: asset, Units: builtinUnits(),
		Held: s.Coverage().Holds(a, s.Span()), Gaps: s.Coverage().Gaps, NotRead: notRead(chain),
	}
	if err := fillAddress(ctx, s, page, in.Limit); err != nil {
		return nil, err
	}
	return page, env.claimed(page.Units, assetsOnPage(page))
}

func assetsOnPage(page *report.AddressPage) map[clew.Asset]bool {
	assets := map[clew.Asset]bool{}
	for _, f := range page.Flows {
		assets[f.Asset] = true
	}
	for i := range page.Freezes {
		assets[page.Freezes[i].Asset] = true
	}
	for _, side := range page.Sides {
		for _, r := range side.Rows {
			assets[r.Asset] = true
		}
	}
	return assets
}

// maxTxActs bounds the acts that are shown of one transaction.
const maxTxActs = 10000

func showTransaction(ctx context.Context, env *Env, s ledger.Snapshot, id clew.TxID) (report.Result, error) {
	transfers, err := s.Transaction(ctx, id)
	if err != nil && !errors.Is(err, clew.ErrNotFound) {
		return nil, err
	}
	acts, more, failed := s.Acts(ctx, ledger.ActQuery{Tx: id, Limit: maxTxActs}, nil)
	if failed != nil {
		return nil, failed
	}
	if len(transfers)+len(acts) == 0 {
		return nil, err
	}
	signatures, err := env.signatures(s.Chain(), []clew.TxID{id})
	if err != nil {
		return nil, err
	}
	page := &report.TransactionPage{
		Tx: id, Signature: signatures[id], Chain: s.Chain(), Transfers: transfers, Acts: report.Acts{Acts: acts, More: more}, NotRead: notRead(s.Chain()), Units: builtinUnits(),
		Synthetic: slices.ContainsFunc(s.Coverage().Gaps, func(g clew.Gap) bool { return g.Kind == clew.GapHeight }),
	}
	if len(transfers) == 1 {
		page.LooksLike = looksLike(&transfers[0])
	}
	assets := map[clew.Asset]bool{}
	for i := range transfers {
		assets[transfers[i].Asset] = true
	}
	return page, env.claimed(page.Units, assets)
}

// looksLike infers what mix a transaction of Bitcoin's kind looks like, if any.
func looksLike(t *clew.Transfer) *report.LooksLike {
	j, found := launder.FindJoin(t)
	if !found {
		return nil
	}
	rules := launder.JoinRules()
	i := slices.IndexFunc(rules, func(r launder.JoinRule) bool { return r.Kind == j.Kind })
	return &report.LooksLike{Join: j, Rule: rules[i]}
}

// fillAddress reads both sides of an address: how much there is, the newest
// rows, and the flow of every asset.
func fillAddress(ctx context.Context, s ledger.Snapshot, page *report.AddressPage, limit int) error {
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
			listed.Rows = append(listed.Rows, report.SideRow{Pos: r.Pos, Time: r.Time, Asset: r.Asset, Amount: r.Amount, Peer: r.Peer, Many: r.Many})
		}
		page.Sides = append(page.Sides, listed)
	}
	acts, more, err := s.Acts(ctx, ledger.ActQuery{Address: page.Address, Kinds: otherThanVenues(), Newest: true, Limit: limit}, nil)
	if err != nil {
		return err
	}
	page.Acts = report.Acts{Acts: acts, More: more}
	venues, _, err := s.Acts(ctx, ledger.ActQuery{Address: page.Address, Kinds: []clew.ActKind{clew.Venue}, Newest: true, Limit: maxVenueActs}, nil)
	if err != nil {
		return err
	}
	for i := range venues {
		if as := venues[i].Detail; !slices.Contains(page.LogsAs, as) {
			page.LogsAs = append(page.LogsAs, as)
		}
	}
	if page.Freezes, page.FreezesCut, err = lead.Freezes(ctx, s, page.Address, page.Asset); err != nil {
		return err
	}
	if page.Sides[0].Count+page.Sides[1].Count == 0 && len(acts)+len(venues) == 0 {
		return notSeen(page.Address, s)
	}
	return fillFlows(ctx, s, page)
}

// notSeen says that no transfer and no act of a ledger has an address.
func notSeen(a clew.Address, s ledger.Snapshot) error {
	return fmt.Errorf("address %s in the ledger of %s: %w", a.Text(), s.Chain().Name(), clew.ErrNotFound)
}

// Bounds on the assets that are added up for one address.
const (
	maxAssets  = 1000
	maxLooked  = 1 << 19 // rows of one side that are searched for assets
	assetsPage = 1 << 13
)

// fillFlows adds up every asset of an address, and says what is left out.
func fillFlows(ctx context.Context, s ledger.Snapshot, page *report.AddressPage) error {
	found := map[clew.Asset]bool{}
	for i, side := range []ledger.Side{ledger.In, ledger.Out} {
		looked, more, err := assetsOn(ctx, s, ledger.Query{Address: page.Address, Side: side, Asset: page.Asset, Newest: true, Limit: assetsPage}, found)
		if err != nil {
			return err
		}
		if n := page.Sides[i].Count; more && n > looked {
			page.Unread += n - looked
		}
	}
	for asset := range found {
		if !asset.IsFungible() {
			page.Items++ // of which there are no sums
			delete(found, asset)
		}
	}
	assets := slices.SortedFunc(maps.Keys(found), func(a, b clew.Asset) int { return strings.Compare(a.String(), b.String()) })
	page.LeftOut = max(len(assets)-maxAssets, 0)
	for _, asset := range assets[:len(assets)-page.LeftOut] {
		f, err := s.Flow(ctx, clew.Pot{Address: page.Address, Asset: asset}, clew.LastPos)
		exceeds := errors.Is(err, ledger.ErrOverflow)
		if err != nil && !exceeds {
			return err
		}
		page.Flows = append(page.Flows, report.AssetFlow{Asset: asset, In: f.In, Out: f.Out, Deficit: f.Deficit, Exceeds: exceeds})
	}
	return nil
}

// assetsOn adds to found the assets of the rows that q asks for, page by page
// up to a bound. It returns how many rows it looked at, and whether there are
// more.
func assetsOn(ctx context.Context, s ledger.Snapshot, q ledger.Query, found map[clew.Asset]bool) (looked uint64, more bool, err error) {
	var rows []ledger.Row
	for {
		rows, more, err = s.Rows(ctx, q, rows[:0])
		if err != nil {
			return looked, more, err
		}
		for i := range rows {
			found[rows[i].Asset] = true
		}
		looked += uint64(len(rows))
		if !more || len(rows) == 0 || looked >= maxLooked || !q.Asset.IsZero() {
			return looked, more && q.Asset.IsZero(), nil
		}
		q = q.After(rows[len(rows)-1])
	}
}
