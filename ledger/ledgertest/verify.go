package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"

	"clew"
	"clew/ledger"
)

// Verify asks a snapshot everything and compares with what follows from want.
// It returns the first difference. The seed varies which bounds are asked for.
func Verify(ctx context.Context, got ledger.Snapshot, want *State, seed uint64) error {
	state, err := StateOf(ctx, got)
	if err != nil {
		return err
	}
	if err := state.Differs(want); err != nil {
		return err
	}
	v := verifier{ctx, got, want, rand.New(rand.NewPCG(seed, 1))}
	for _, check := range []func() error{v.span, v.sweeps, v.transfers, v.addresses, v.batches, v.spenders, v.acts} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

type verifier struct {
	ctx    context.Context
	got    ledger.Reader
	want   *State
	random *rand.Rand
}

func (v *verifier) span() error {
	span := v.got.Span()
	for i := range v.want.Transfers {
		if !span.Has(v.want.Transfers[i].Pos.Height) {
			return fmt.Errorf("span %s does not have height %d", span, v.want.Transfers[i].Pos.Height)
		}
	}
	return nil
}

// pos returns a position that is held, or right beside one.
func (v *verifier) pos() clew.Pos {
	if len(v.want.Transfers) == 0 {
		return clew.Pos{Height: 5}
	}
	p := v.want.Transfers[v.random.IntN(len(v.want.Transfers))].Pos
	switch v.random.IntN(4) {
	case 0:
		p = ledger.Next(p)
	case 1:
		p = clew.Pos{Height: p.Height}
	}
	return p
}

func (v *verifier) sweeps() error {
	for range 3 {
		from := v.pos()
		got, err := sweep(v.ctx, v.got, from)
		if err != nil {
			return err
		}
		want := slices.Clone(v.want.Transfers)
		want = slices.DeleteFunc(want, func(t clew.Transfer) bool { return t.Pos.Before(from) })
		if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
			return fmt.Errorf("sweep from %s: %d transfers, want %d", from, len(got), len(want))
		}
		if got, err = sweepBack(v.ctx, v.got, from); err != nil {
			return err
		}
		want = slices.DeleteFunc(slices.Clone(v.want.Transfers), func(t clew.Transfer) bool { return !t.Pos.Before(from) })
		if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
			return fmt.Errorf("sweep back from %s: %d transfers, want %d", from, len(got), len(want))
		}
	}
	return nil
}

func (v *verifier) transfers() error {
	byTx := map[clew.TxID][]clew.Transfer{}
	for _, t := range v.want.Transfers {
		byTx[t.Tx] = append(byTx[t.Tx], t)
	}
	for i := 0; i < len(v.want.Transfers); i += 1 + len(v.want.Transfers)/200 {
		t := v.want.Transfers[i]
		got, err := v.got.Transfer(v.ctx, t.Pos)
		if err != nil || !reflect.DeepEqual(got, t) {
			return fmt.Errorf("transfer %s: %+v, %v; want %+v", t.Pos, got, err, t)
		}
		if t.Tx.IsZero() {
			continue
		}
		all, err := v.got.Transaction(v.ctx, t.Tx)
		if err != nil || !reflect.DeepEqual(all, byTx[t.Tx]) {
			return fmt.Errorf("transaction %s: %+v, %v; want %+v", t.Tx, all, err, byTx[t.Tx])
		}
	}
	for _, p := range []clew.Pos{{Height: 1 << 40}, clew.LastPos, {Class: 3, Ordinal: 77}} {
		if t, err := v.got.Transfer(v.ctx, p); !errors.Is(err, clew.ErrNotFound) {
			return fmt.Errorf("transfer %s, which is not there: %+v, %v", p, t, err)
		}
	}
	for _, id := range []clew.TxID{{}, {0xff, 1, 2, 3}} {
		if all, err := v.got.Transaction(v.ctx, id); !errors.Is(err, clew.ErrNotFound) {
			return fmt.Errorf("transaction %s, which is not there: %+v, %v", id, all, err)
		}
	}
	return nil
}

// known returns every address and asset held, and one of each that is not.
func (v *verifier) known() (addresses []clew.Address, assets []clew.Asset) {
	seen, seenAsset := map[clew.Address]bool{}, map[clew.Asset]bool{}
	for i := range v.want.Transfers {
		t := &v.want.Transfers[i]
		for _, leg := range slices.Concat(t.From, t.To) {
			if !seen[leg.Address] {
				seen[leg.Address] = true
				addresses = append(addresses, leg.Address)
			}
		}
		if !seenAsset[t.Asset] {
			seenAsset[t.Asset] = true
			assets = append(assets, t.Asset)
		}
	}
	stranger := Address(v.want.Chain, 250)
	return append(addresses, clew.Address{}, stranger), append(assets, clew.NativeAsset(v.want.Chain))
}

func (v *verifier) addresses() error {
	addresses, assets := v.known()
	for _, a := range sampled(v.random, addresses, 40) {
		for _, side := range []ledger.Side{ledger.Out, ledger.In} {
			rows, _, _ := v.want.rows(a, side, clew.Asset{})
			if n, err := v.got.Count(v.ctx, a, side); err != nil || n != uint64(len(rows)) {
				return fmt.Errorf("count of %s %s: %d, %v; want %d", a, side, n, err, len(rows))
			}
			if err := v.pages(rows, len(rows), true, ledger.Query{Address: a, Side: side}); err != nil {
				return err
			}
			for _, asset := range assets {
				if err := v.pot(clew.Pot{Address: a, Asset: asset}, side); err != nil {
					return err
				}
			}
		}
		for _, asset := range assets {
			if err := v.flows(clew.Pot{Address: a, Asset: asset}); err != nil {
				return err
			}
		}
	}
	return nil
}

func sampled[T any](random *rand.Rand, all []T, n int) []T {
	all = slices.Clone(all)
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(n, len(all))]
}

func (v *verifier) pot(p clew.Pot, side ledger.Side) error {
	rows, fit, all := v.want.rows(p.Address, side, p.Asset)
	q := ledger.Query{Address: p.Address, Asset: p.Asset, Side: side}
	if err := v.pages(rows, fit, all, q); err != nil {
		return err
	}
	q.Sums = true
	if err := v.pages(rows, fit, all, q); err != nil {
		return err
	}
	if fit < len(rows) {
		return nil // what tiles say then is up to the implementation
	}
	return v.tiles(p, side, rows, all)
}

// pages walks an address's rows by pages of several sizes, both ways, whole and
// between bounds. Only the first fit rows have sums that fit.
func (v *verifier) pages(rows []ledger.Row, fit int, all bool, q ledger.Query) error {
	for try := range 4 {
		q.From, q.Until, q.Newest = clew.Pos{}, clew.Pos{}, try%2 == 1
		if try >= 2 {
			q.From, q.Until = v.pos(), v.pos()
		}
		q.Limit = 1 + v.random.IntN(1+2*len(rows))
		q.Limit = max(q.Limit, len(rows)/20)
		for more := true; more; {
			want, wantMore := page(rows, q)
			got, gotMore, err := v.got.Rows(v.ctx, q, nil)
			if q.Sums && !all && errors.Is(err, ledger.ErrOverflow) {
				break
			}
			if q.Sums && slices.ContainsFunc(want, func(r ledger.Row) bool { return slices.Contains(rows[fit:], r) }) {
				return fmt.Errorf("rows %+v: no overflow, but %v", q, err)
			}
			if err != nil || gotMore != wantMore || !slices.Equal(got, want) {
				return fmt.Errorf("rows %+v:\n%+v, more %v, %v; want\n%+v, more %v", q, got, gotMore, err, want, wantMore)
			}
			if more = wantMore; more {
				q = q.After(want[len(want)-1])
			}
		}
	}
	return nil
}

func (v *verifier) tiles(p clew.Pot, side ledger.Side, rows []ledger.Row, all bool) error {
	for range 3 {
		lo, hi := v.unit(rows), v.unit(rows)
		limit := 1 + v.random.IntN(4)
		var want []ledger.Row
		for _, r := range rows {
			if end, _ := r.Before.Add(r.Amount); holdsUnits(p.Address, &r) && !r.Amount.IsZero() && r.Before.Less(hi) && lo.Less(end) && lo.Less(hi) {
				want = append(want, r)
			}
		}
		more := len(want) > limit
		want = want[:min(limit, len(want))]
		got, gotMore, err := v.got.Tile(v.ctx, p, side, lo, hi, limit, nil)
		if !all && errors.Is(err, ledger.ErrOverflow) {
			continue
		}
		if err != nil || gotMore != more || !slices.Equal(got, want) {
			return fmt.Errorf("tile %s to %s of %s %s %s, limit %d:\n%+v, more %v, %v; want\n%+v, more %v", lo, hi, p.Address, p.Asset, side, limit, got, gotMore, err, want, more)
		}
	}
	return nil
}

// unit returns a place among the units of rows, often at a border.
func (v *verifier) unit(rows []ledger.Row) clew.Amount {
	if len(rows) == 0 || v.random.IntN(8) == 0 {
		return clew.Units(v.random.Uint64())
	}
	r := rows[v.random.IntN(len(rows))]
	switch v.random.IntN(3) {
	case 0:
		return r.Before
	case 1:
		sum, _ := r.Before.Add(clew.Units(1))
		return sum
	}
	sum, _ := r.Before.Add(r.Amount)
	return sum
}

func (v *verifier) flows(p clew.Pot) error {
	_, _, outFits := v.want.rows(p.Address, ledger.Out, p.Asset)
	_, _, inFits := v.want.rows(p.Address, ledger.In, p.Asset)
	for try := range 3 {
		before := clew.LastPos
		if try > 0 {
			before = v.pos()
		}
		got, err := v.got.Flow(v.ctx, p, before)
		if !outFits || !inFits {
			if !errors.Is(err, ledger.ErrOverflow) && (try == 0 || err != nil) {
				return fmt.Errorf("flow of %s %s: %v, want an overflow", p.Address, p.Asset, err)
			}
			continue
		}
		if want := v.want.flow(p, before); err != nil || got != want {
			return fmt.Errorf("flow of %s %s before %s: %+v, %v; want %+v", p.Address, p.Asset, before, got, err, want)
		}
	}
	return nil
}

func (v *verifier) batches() error {
	addresses, assets := v.known()
	for try := range 6 {
		asked := sampled(v.random, addresses, 1+v.random.IntN(50))
		asked = append(asked, asked[0]) // asking twice answers twice
		q := ledger.Query{Side: ledger.Side(try % 2), Limit: 1 + v.random.IntN(5), Newest: try > 2}
		if try > 3 {
			q.Asset, q.From = assets[v.random.IntN(len(assets))], v.pos()
		}
		got := map[int][]ledger.Row{}
		err := v.got.Batch(v.ctx, asked, q, func(i int, rows []ledger.Row) error {
			if _, twice := got[i]; twice {
				return fmt.Errorf("batch: address %d visited twice", i)
			}
			got[i] = slices.Clone(rows)
			return nil
		})
		if err != nil {
			return err
		}
		for i, a := range asked {
			rows, _, _ := v.want.rows(a, q.Side, q.Asset)
			want, _ := page(rows, q)
			if _, visited := got[i]; visited != (len(want) > 0) || !slices.Equal(got[i], want) {
				return fmt.Errorf("batch %+v of %s:\n%+v, want\n%+v", q, a, got[i], want)
			}
		}
	}
	return nil
}

func (v *verifier) spenders() error {
	type spend struct {
		pos   clew.Pos
		input uint32
	}
	spent := map[clew.Output][]spend{} // more than one where facts contradict each other: any will do
	for i := range v.want.Transfers {
		for leg := range v.want.Transfers[i].From {
			if output := v.want.Transfers[i].From[leg].Spends; output != nil {
				spent[*output] = append(spent[*output], spend{v.want.Transfers[i].Pos, uint32(leg)})
			}
		}
	}
	for i := range v.want.Transfers {
		t := &v.want.Transfers[i]
		if len(spent) == 0 && i > 3 {
			break
		}
		for output := range t.To {
			pos, input, err := v.got.Spender(v.ctx, t.Pos, uint32(output))
			want := spent[clew.Output{Tx: t.Tx, Index: uint32(output)}]
			if len(want) == 0 && errors.Is(err, clew.ErrNotFound) {
				continue
			}
			if err != nil || !slices.Contains(want, spend{pos, input}) {
				return fmt.Errorf("spender of output %d of %s: %s, input %d, %v; want %+v", output, t.Pos, pos, input, err, want)
			}
		}
	}
	return nil
}
