package op

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/lead"
	"clew/ledger"
	"clew/report"
	"clew/trace"
)

// assetWanted makes of an address that received too many assets for one trace
// a list of those that there are most transfers of, so that one can be named.
func (q *question) assetWanted(ctx context.Context, err error) error {
	var wrong *clew.InputError
	s := &q.input.Start
	if !errors.As(err, &wrong) || wrong.Field != "origins" || s.Address.IsZero() {
		return err
	}
	counts, failed := assetsOf(ctx, q.opened[0], s, q.input.Limits)
	if failed != nil {
		return failed
	}
	assets := make([]clew.Asset, 0, len(counts))
	for a := range counts {
		assets = append(assets, a)
	}
	slices.SortFunc(assets, func(a, b clew.Asset) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a.String(), b.String()))
	})
	var names []string
	for _, a := range assets[:min(len(assets), maxNamed)] {
		name := nameOfAsset(a)
		if q.trace.Units.Knows(a) {
			name += ", " + q.trace.Units.Symbol(a)
		}
		names = append(names, fmt.Sprintf("%s (%d)", name, counts[a]))
	}
	return &clew.InputError{Field: "asset", Want: fmt.Sprintf("one of the %d assets of this address by --asset, for a trace follows fewer at once; those with most transfers: %s",
		len(assets), strings.Join(names, "; "))}
}

// maxNamed is how many assets a message names.
const maxNamed = 4

// nameOfAsset returns what --asset takes.
func nameOfAsset(a clew.Asset) string {
	if contract := a.Contract(); !contract.IsZero() {
		return contract.Text()
	}
	if a == clew.NativeAsset(a.Chain()) {
		return "native"
	}
	return a.String()
}

// assetsOf counts the transfers that a trace from an address starts with, by
// asset.
func assetsOf(ctx context.Context, r ledger.Reader, s *trace.Start, limits trace.Limits) (map[clew.Asset]int, error) {
	side := ledger.In
	if s.Sent {
		side = ledger.Out
	}
	rows, _, err := r.Rows(ctx, ledger.Query{Address: s.Address, Side: side, From: s.Since, Limit: min(max(limits.Transfers, 1), ledger.MaxPage)}, nil)
	if err != nil {
		return nil, err
	}
	counts := map[clew.Asset]int{}
	for _, row := range rows {
		if row.Asset.IsFungible() {
			counts[row.Asset]++
		}
	}
	return counts, nil
}

// run walks, and puts with the result what it takes to read it.
func (q *question) run(ctx context.Context, env *Env) (*report.Trace, error) {
	result, err := trace.Run(ctx, q.input)
	if err != nil {
		return nil, q.assetWanted(ctx, err)
	}
	q.trace.Result = result
	if err := q.adjust(ctx, env); err != nil {
		return nil, err
	}
	if q.leftOut != "" {
		result.Method.Notes = append(result.Method.Notes, q.leftOut)
	}
	if q.trace.Peels, err = q.trace.Result.PeelChains(); err != nil {
		return nil, err
	}
	if q.finish != nil {
		q.finish(&q.trace)
	}
	if len(q.opened) > 0 {
		if q.trace.Signatures, err = env.signatures(q.opened[0].Chain(), transactionsOf(result)); err != nil {
			return nil, err
		}
	}
	if err := q.readMemos(ctx); err != nil {
		return nil, err
	}
	if err := q.meetFreezes(ctx, env); err != nil {
		return nil, err
	}
	if q.trace.Units == nil {
		q.trace.Units = report.Units{}
	}
	if err := q.tellBalances(env); err != nil {
		return nil, err
	}
	if err := q.infer(ctx, env); err != nil {
		return nil, err
	}
	return &q.trace, env.claimed(q.trace.Units, assetsIn(result))
}

// infer adds what is inferred beside the walk, and changes nothing of it.
func (q *question) infer(ctx context.Context, env *Env) error {
	if err := q.suppose(ctx, env); err != nil {
		return err
	}
	return q.findShapes(ctx, env)
}

// readMemos reads what the memos of payments to stops ask for.
func (q *question) readMemos(ctx context.Context) error {
	q.trace.Memos = lead.Memos{}
	for _, s := range q.all() {
		if err := q.trace.Memos.Read(ctx, s, q.trace.Result); err != nil {
			return err
		}
	}
	q.trace.Asked = q.trace.Memos.Payments(q.trace.Result)
	return nil
}

// assetsIn returns the assets that a result speaks of.
func assetsIn(r *trace.Result) map[clew.Asset]bool {
	assets := map[clew.Asset]bool{}
	for i := range r.Uses {
		assets[r.Uses[i].Transfer.Asset] = true
	}
	for i := range r.Books {
		assets[r.Books[i].Asset] = true
	}
	for i := range r.Places {
		assets[r.Places[i].Asset] = true
	}
	for i := range r.Conversions {
		assets[r.Conversions[i].InAsset], assets[r.Conversions[i].OutAsset] = true, true
	}
	maps.Copy(assets, hypothesisAssets(r))
	return assets
}
