package trace

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/ledger"
)

// A beginning is an origin with the transfers that it begins with.
type beginning struct {
	origin  Origin
	view    *view
	rows    []row        // on a chain of accounts
	outputs []outputSeed // on one of outputs
}

// start finds the transfers that the question starts with.
func (w *walk) start(ctx context.Context) error {
	begins, err := w.beginnings(ctx)
	if err != nil {
		return err
	}
	if most := w.mostOrigins(); len(begins) > most {
		return &clew.InputError{Field: "origins", Value: strconv.Itoa(len(begins)), Want: fmt.Sprintf("at most %d in one trace", most)}
	}
	for i, b := range begins {
		if b.origin.Amount, err = b.total(); err != nil {
			return err
		}
		b.beginOutputs(i)
		for _, r := range b.rows {
			b.origin.Transfers = append(b.origin.Transfers, r.pos)
			sp := b.view.mark(r)
			sp.origins = append(sp.origins, i)
			if sp.supposed != nil && b.origin.Basis == clew.Fact {
				b.origin.Basis = sp.supposed.Basis
			}
		}
		w.origins = append(w.origins, b.origin)
	}
	if err := checkTotals(w.origins); err != nil {
		return err
	}
	w.together = len(w.origins) > 1
	for _, o := range w.origins {
		w.together = w.together && o.Asset == w.origins[0].Asset
	}
	return nil
}

// checkTotals reports origins of one asset whose amounts are too much for one
// amount: what a place has of all of them could not be said.
func checkTotals(origins []Origin) error {
	sums := map[clew.Asset]clew.Amount{}
	for _, o := range origins {
		sum, fits := sums[o.Asset].Add(o.Amount)
		if !fits {
			return &clew.InputError{Field: "origins", Value: o.ID, Want: "origins whose amounts of one asset add up to at most 2^256-1"}
		}
		sums[o.Asset] = sum
	}
	return nil
}

// mark returns what the case says about a transfer, to be added to.
func (v *view) mark(r row) *special {
	sp := v.special[r.pos]
	if sp == nil {
		sp = &special{row: r}
		v.special[r.pos] = sp
	}
	return sp
}

// total adds up what an origin's transfers move.
func (b *beginning) total() (clew.Amount, error) {
	amounts := make([]clew.Amount, 0, len(b.rows)+len(b.outputs))
	for _, r := range b.rows {
		amounts = append(amounts, r.amount)
	}
	for _, s := range b.outputs {
		amounts = append(amounts, s.amount)
	}
	sum, fits := clew.Sum(amounts...)
	if !fits {
		return sum, &clew.InputError{Field: "origin", Value: b.origin.ID, Want: "transfers whose amounts add up to at most 2^256-1"}
	}
	return sum, nil
}

// beginOutputs makes an origin begin with legs of Bitcoin transactions.
func (b *beginning) beginOutputs(origin int) {
	for _, s := range b.outputs {
		s.origin = origin
		b.view.outputs = append(b.view.outputs, s)
		if n := len(b.origin.Transfers); n == 0 || b.origin.Transfers[n-1] != s.pos {
			b.origin.Transfers = append(b.origin.Transfers, s.pos)
		}
	}
}

// legsOf returns the outputs of a Bitcoin transaction as an origin's
// beginning: what it carried to recipients or, backward, all that it took.
func (w *walk) legsOf(t *clew.Transfer) []outputSeed {
	var seeds []outputSeed
	for i, leg := range t.To {
		if !leg.Address.IsZero() || w.backward {
			seeds = append(seeds, outputSeed{pos: t.Pos, side: ledger.In, leg: i, amount: leg.Amount, time: t.Time, to: leg.Address})
		}
	}
	return seeds
}

func (w *walk) beginnings(ctx context.Context) ([]beginning, error) {
	s := &w.in.Start
	given := 0
	for _, set := range []bool{!s.Address.IsZero(), !s.Tx.IsZero(), s.Transfer != nil, len(s.Origins) > 0} {
		if set {
			given++
		}
	}
	if given != 1 {
		return nil, &clew.InputError{Field: "start", Want: "one of an address, a transaction, a transfer, or an incident's origins; " + strconv.Itoa(given) + " are given"}
	}
	switch {
	case !s.Address.IsZero():
		return w.fromAddress(ctx)
	case len(s.Origins) > 0:
		return w.fromSeeds(ctx)
	}
	v, err := w.viewOf(s.Chain)
	if err != nil {
		return nil, err
	}
	if v.chain.IsBitcoin() {
		return w.fromOutputs(ctx, v)
	}
	if s.Transfer != nil {
		r, err := w.transferAt(ctx, v, *s.Transfer)
		if err != nil {
			return nil, err
		}
		return byAsset(v, []row{r}, "transfer at "+r.pos.String())
	}
	return w.fromTransaction(ctx, v)
}

// holds reports whether the ledger of a chain is at hand. A record leads to
// chains of which none is.
func (w *walk) holds(chain clew.Chain) bool {
	return slices.ContainsFunc(w.views, func(v *view) bool { return v.chain == chain })
}

// viewOf returns the view of a chain; none is good where there is only one.
func (w *walk) viewOf(chain clew.Chain) (*view, error) {
	if chain == "" && len(w.in.Ledgers) == 1 {
		return w.views[0], nil
	}
	for _, v := range w.views {
		if v.chain == chain {
			return v, nil
		}
	}
	return nil, &clew.InputError{Field: "chain", Value: string(chain), Want: "a chain whose ledger is at hand"}
}

// transferAt returns a transfer that an origin may begin with.
func (w *walk) transferAt(ctx context.Context, v *view, pos clew.Pos) (row, error) {
	t, err := v.reader.Transfer(ctx, pos)
	if err != nil {
		return row{}, fmt.Errorf("origin: %w", err)
	}
	w.work.Rows++
	if !t.Asset.IsFungible() {
		return row{}, &clew.InputError{Field: "origin", Value: pos.String(), Want: "a transfer of a fungible asset: items have no units to follow"}
	}
	r := v.rowOf(&t)
	if r.near == r.far {
		return row{}, &clew.InputError{Field: "origin", Value: pos.String(), Want: "a transfer between two addresses"}
	}
	return r, nil
}

// fromTransaction starts with a transaction's transfers, but for its fee.
func (w *walk) fromTransaction(ctx context.Context, v *view) ([]beginning, error) {
	transfers, err := v.reader.Transaction(ctx, w.in.Start.Tx)
	if err != nil {
		return nil, fmt.Errorf("origin: %w", err)
	}
	var rows []row
	for i := range transfers {
		t := &transfers[i]
		r := v.rowOf(t)
		if t.Asset.IsFungible() && r.near != r.far && t.Pos.Class != clew.Fee {
			rows = append(rows, r)
		}
	}
	w.work.Rows += len(transfers)
	return byAsset(v, rows, "transaction "+w.in.Start.Tx.String())
}

// fromAddress starts with what an address received, or sent.
func (w *walk) fromAddress(ctx context.Context) ([]beginning, error) {
	s := &w.in.Start
	v, err := w.viewOf(s.Address.Chain())
	if err != nil {
		return nil, err
	}
	side, verb := ledger.In, "received"
	if s.Sent {
		side, verb = ledger.Out, "sent"
	}
	q := ledger.Query{Address: s.Address, Side: side, Asset: s.Asset, From: s.Since, Limit: min(w.in.Limits.Transfers, ledger.MaxPage)}
	page, more, err := v.reader.Rows(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	w.work.Rows += len(page)
	if more {
		return nil, &clew.InputError{Field: "address", Value: s.Address.Text(), Want: fmt.Sprintf("an address that %s at most %d transfers; name an asset or a position to start from, or raise the limit", verb, q.Limit)}
	}
	if v.chain.IsBitcoin() {
		return fromLegs(v, side, page, "what "+s.Address.Text()+" "+verb)
	}
	var rows []row
	for i := range page {
		r := &page[i]
		if r.Asset.IsFungible() && r.Peer != s.Address && r.Pos.Class != clew.Fee {
			rows = append(rows, v.row(s.Address, side, r))
		}
	}
	return byAsset(v, rows, "what "+s.Address.Text()+" "+verb)
}

// byAsset makes one origin of the transfers of each asset.
func byAsset(v *view, rows []row, name string) ([]beginning, error) {
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: no transfer of a fungible asset: %w", name, clew.ErrNotFound)
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(a.asset.String(), b.asset.String()) })
	var begins []beginning
	ids := originIDs{}
	for _, r := range rows {
		last := len(begins) - 1
		if last < 0 || begins[last].origin.Asset != r.asset {
			begins = append(begins, beginning{origin: Origin{ID: ids.of(r.asset), Name: name, Asset: r.asset, Basis: clew.Fact}, view: v})
			last++
		}
		begins[last].rows = append(begins[last].rows, r)
	}
	return begins, nil
}

// originIDs counts the origins of assets by their short name.
type originIDs map[string]int

// of returns a short name for an asset's origin, unlike those given: the second
// of a name has -2 after it, and no name of an asset has a dash.
func (ids originIDs) of(asset clew.Asset) string {
	id, _, known := asset.Known()
	if !known {
		id = asset.Reference()
		id = id[:min(len(id), 10)]
	}
	id = strings.ToLower(id)
	if ids[id]++; ids[id] > 1 {
		return fmt.Sprintf("%s-%d", id, ids[id])
	}
	return id
}
