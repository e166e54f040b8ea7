package op

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/lead"
	"clew/ledger"
	"clew/trace"
)

// maxSeeded is how many assets an investigation follows at once, and
// maxSeedRows how many transfers it begins with at most.
const (
	maxSeeded   = 16
	maxSeedRows = 20_000
)

// seeds returns what a trace begins with, an origin for each asset: what looks
// unauthorised, for a victim; all that came in, for an address that received.
// Coins and tokens that somebody reviewed go before others, for anybody can send
// a token that nobody wants.
func (c *chainCase) seeds(ctx context.Context, q *question) ([]trace.Seed, error) {
	start := &q.input.Start
	lists := map[clew.Asset][]clew.Pos{}
	if r := c.out.Review; c.out.Guess.Side == lead.Victim && r != nil && len(r.Proposed) > 0 {
		for _, o := range r.Proposed {
			if start.Asset.IsZero() || start.Asset == o.Asset {
				lists[o.Asset] = append(lists[o.Asset], o.Pos)
			}
		}
	} else if err := c.rows(ctx, q.opened[0], start, lists); err != nil {
		return nil, err
	}
	if len(lists) == 0 {
		return nil, fmt.Errorf("transfers of %s to begin with: %w", c.address.Text(), clew.ErrNotFound)
	}
	assets := make([]clew.Asset, 0, len(lists))
	for asset := range lists {
		assets = append(assets, asset)
	}
	slices.SortFunc(assets, func(a, b clew.Asset) int {
		return cmp.Or(cmp.Compare(c.strange(a), c.strange(b)), cmp.Compare(len(lists[b]), len(lists[a])), strings.Compare(a.String(), b.String()))
	})
	c.out.Untraced = slices.Clone(assets[min(len(assets), maxSeeded):])
	var seeds []trace.Seed
	for i, asset := range assets[:min(len(assets), maxSeeded)] {
		slices.SortFunc(lists[asset], clew.Pos.Cmp)
		seeds = append(seeds, trace.Seed{ID: fmt.Sprintf("origin-%d", i+1), Name: c.originName(), Chain: c.address.Chain(), Transfers: lists[asset]})
	}
	return seeds, nil
}

// originName says what a trace begins with.
func (c *chainCase) originName() string {
	switch {
	case c.out.Guess.Side != lead.Victim:
		return "what " + c.address.Text() + " received"
	case len(c.out.Review.Proposed) > 0:
		return "outflows of " + c.address.Text() + " that look unauthorised"
	}
	return "what " + c.address.Text() + " sent"
}

// strange puts coins first, then tokens that the guide knows, then all others.
func (c *chainCase) strange(a clew.Asset) int {
	switch {
	case a.IsNative():
		return 0
	case slices.ContainsFunc(c.guide.Tokens(), func(t lead.Token) bool { return t.Asset == a }):
		return 1
	}
	return 2
}

// rows lists the transfers of the address on the side that the question starts
// with.
func (c *chainCase) rows(ctx context.Context, s ledger.Snapshot, start *trace.Start, lists map[clew.Asset][]clew.Pos) error {
	side := ledger.In
	if start.Sent {
		side = ledger.Out
	}
	rows, more, err := s.Rows(ctx, ledger.Query{Address: c.address, Side: side, Asset: start.Asset, From: start.Since, Limit: maxSeedRows}, nil)
	if err != nil {
		return err
	}
	if more {
		return &clew.InputError{Field: "address", Value: c.address.Text(), Want: fmt.Sprintf("an address with at most %d such transfers; name an asset by --asset, or a time by --since", maxSeedRows)}
	}
	for i := range rows {
		r := &rows[i]
		if r.Asset.IsFungible() && r.Peer != c.address && r.Pos.Class != clew.Fee && !r.Amount.IsZero() {
			lists[r.Asset] = append(lists[r.Asset], r.Pos)
		}
	}
	return nil
}
