// Package ledgertest is the contract of package ledger as tests, which every
// implementation passes, and the slow and obvious model that they are held
// against.
//
// It is imported by tests alone.
package ledgertest

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"clew"
	"clew/ledger"
)

// A State is everything that a ledger holds. All answers follow from it.
type State struct {
	Chain     clew.Chain
	Transfers []clew.Transfer // in chain order
	Acts      []clew.Act      // likewise
	Coverage  clew.Coverage
	AsOf      clew.BlockRef
	Recent    []clew.BlockRef // blocks appended; of a snapshot the last of them
}

// StateOf reads all that a snapshot holds by sweeping it and walking its acts,
// and checks that the sweep's columns agree with its transfers.
func StateOf(ctx context.Context, s ledger.Snapshot) (State, error) {
	state := State{Chain: s.Chain(), Coverage: *ledger.CloneCoverage(s.Coverage()), AsOf: s.AsOf(), Recent: s.Recent()}
	var err error
	if state.Transfers, err = sweep(ctx, s, clew.Pos{}); err != nil {
		return state, err
	}
	walk := ledger.WalkActs(s, ledger.ActQuery{})
	for {
		a, err := walk.Next(ctx)
		if a == nil || err != nil {
			return state, err
		}
		state.Acts = append(state.Acts, *a)
	}
}

func sweep(ctx context.Context, r ledger.Reader, from clew.Pos) ([]clew.Transfer, error) {
	var all []clew.Transfer
	err := r.Sweep(ctx, from, func(c *ledger.Chunk) error {
		some, err := chunkOf(c)
		all = append(all, some...)
		return err
	})
	return all, err
}

// sweepBack returns what is before a position, in chain order.
func sweepBack(ctx context.Context, r ledger.Reader, until clew.Pos) ([]clew.Transfer, error) {
	var chunks [][]clew.Transfer
	err := r.SweepBack(ctx, until, func(c *ledger.Chunk) error {
		some, err := chunkOf(c)
		chunks = append(chunks, some)
		return err
	})
	slices.Reverse(chunks)
	return slices.Concat(chunks...), err
}

// chunkOf returns what a chunk shows.
func chunkOf(c *ledger.Chunk) ([]clew.Transfer, error) {
	var all []clew.Transfer
	for i := range c.Len() {
		t, err := c.Rest.Transfer(i)
		if err != nil {
			return nil, err
		}
		if err := checkColumns(c, i, &t); err != nil {
			return nil, err
		}
		all = append(all, copyOf(t))
	}
	return all, nil
}

// copyOf copies t, for what a chunk gives is valid during the visit alone.
func copyOf(t clew.Transfer) clew.Transfer {
	t.From, t.To = slices.Clone(t.From), slices.Clone(t.To)
	return t
}

func checkColumns(c *ledger.Chunk, i int, t *clew.Transfer) error {
	from, err := onlyAddress(c, c.From[i], t.From)
	if err != nil {
		return err
	}
	to, err := onlyAddress(c, c.To[i], t.To)
	if err != nil {
		return err
	}
	switch {
	case !from || !to:
		return fmt.Errorf("sweep: columns from %d and to %d against %+v", c.From[i], c.To[i], t)
	case c.Assets[c.Asset[i]] != t.Asset:
		return fmt.Errorf("sweep: asset %s, want %s", c.Assets[c.Asset[i]], t.Asset)
	case c.Rest.Pos(i) != t.Pos || c.Rest.Time(i) != t.Time:
		return fmt.Errorf("sweep: position %s and time %s, want %s and %s", c.Rest.Pos(i), c.Rest.Time(i), t.Pos, t.Time)
	case c.Rest.Amount(i) != t.Amount() || c.Lo[i] != t.Amount().Limbs()[0]:
		return fmt.Errorf("sweep: amounts %s and %d, want %s", c.Rest.Amount(i), c.Lo[i], t.Amount())
	}
	return nil
}

// onlyAddress reports whether a column names a side's only address.
func onlyAddress(c *ledger.Chunk, id uint32, legs []clew.Leg) (bool, error) {
	if len(legs) > 1 || legs[0].Address.IsZero() {
		return id == ledger.NoID, nil
	}
	if id == ledger.NoID || int(id) >= c.Names.Len() {
		return false, nil
	}
	if back, ok := c.Names.ID(legs[0].Address); !ok || back != id {
		return false, fmt.Errorf("sweep: %s is number %d and not %d", legs[0].Address, back, id)
	}
	return c.Names.Address(id) == legs[0].Address, nil
}

// Differs says how two states differ, as an error; nil if they do not.
func (s *State) Differs(from *State) error {
	for i := range min(len(s.Transfers), len(from.Transfers)) {
		if !reflect.DeepEqual(s.Transfers[i], from.Transfers[i]) {
			return fmt.Errorf("transfer %d is\n%+v, want\n%+v", i, s.Transfers[i], from.Transfers[i])
		}
	}
	for i := range min(len(s.Acts), len(from.Acts)) {
		if s.Acts[i] != from.Acts[i] {
			return fmt.Errorf("act %d is\n%+v, want\n%+v", i, s.Acts[i], from.Acts[i])
		}
	}
	switch {
	case s.Chain != from.Chain:
		return fmt.Errorf("chain %s, want %s", s.Chain, from.Chain)
	case len(s.Transfers) != len(from.Transfers):
		return fmt.Errorf("%d transfers, want %d", len(s.Transfers), len(from.Transfers))
	case len(s.Acts) != len(from.Acts):
		return fmt.Errorf("%d acts, want %d", len(s.Acts), len(from.Acts))
	case s.AsOf != from.AsOf && s.AsOf != (clew.BlockRef{Height: from.AsOf.Height}): // its hash need not be known
		return fmt.Errorf("as of %+v, want %+v", s.AsOf, from.AsOf)
	case !endsLike(s.Recent, from.Recent):
		return fmt.Errorf("%d recent blocks, which are not the last of %d", len(s.Recent), len(from.Recent))
	case !sameCoverage(&s.Coverage, &from.Coverage):
		return fmt.Errorf("coverage %+v, want %+v", s.Coverage, from.Coverage)
	}
	return nil
}

// endsLike reports whether recent blocks are the last of all, but for a hash
// that is not known any more. There are some if there are any.
func endsLike(recent, all []clew.BlockRef) bool {
	if len(recent) > len(all) || len(recent) == 0 && len(all) > 0 {
		return false
	}
	for i, ref := range all[len(all)-len(recent):] {
		if recent[i] != ref && recent[i] != (clew.BlockRef{Height: ref.Height}) {
			return false
		}
	}
	return true
}

func sameCoverage(a, b *clew.Coverage) bool {
	return a.Chain == b.Chain && slices.Equal(a.Whole, b.Whole) && slices.Equal(a.Held, b.Held) && slices.Equal(a.Gaps, b.Gaps)
}

// rows returns every row of an address on a side in chain order, with sums
// where an asset is given; of the first fit rows these fit 256 bits, and all
// does what the whole side adds up to.
func (s *State) rows(a clew.Address, side ledger.Side, asset clew.Asset) (rows []ledger.Row, fit int, all bool) {
	var sum clew.Amount
	all = true
	for i := range s.Transfers {
		t := &s.Transfers[i]
		own, other := t.From, t.To
		if side == ledger.In {
			own, other = t.To, t.From
		}
		if !asset.IsZero() && asset != t.Asset || a.IsZero() {
			continue
		}
		for leg := range own {
			if own[leg].Address != a {
				continue
			}
			if all {
				fit++
			}
			row := ledger.Row{Pos: t.Pos, Time: t.Time, Asset: t.Asset, Amount: own[leg].Amount, Leg: uint32(leg), Before: sum}
			if len(other) == 1 {
				row.Peer = other[0].Address
			} else {
				row.Many = true
			}
			if holdsUnits(a, &row) && !asset.IsZero() {
				var ok bool
				sum, ok = sum.Add(row.Amount)
				all = all && ok
			}
			rows = append(rows, row)
		}
	}
	return rows, fit, all
}

// holdsUnits says which rows enter sums: neither what an address pays itself
// nor items of collections.
func holdsUnits(a clew.Address, row *ledger.Row) bool {
	namespace := row.Asset.Namespace()
	return row.Peer != a && namespace != "erc721" && namespace != "erc1155"
}

// page answers q from all rows of its address.
func page(rows []ledger.Row, q ledger.Query) (page []ledger.Row, more bool) {
	var wanted []ledger.Row
	for _, r := range rows {
		if r.Pos.Cmp(q.From) < 0 || q.Until != (clew.Pos{}) && r.Pos.Cmp(q.Until) >= 0 {
			continue
		}
		if !q.Sums {
			r.Before = clew.Amount{}
		}
		wanted = append(wanted, r)
	}
	if q.Newest {
		slices.Reverse(wanted)
	}
	for i, r := range wanted {
		if i >= q.Limit && r.Pos != wanted[i-1].Pos {
			return page, true
		}
		page = append(page, r)
	}
	return page, false
}

// flow walks a pot's history.
func (s *State) flow(p clew.Pot, before clew.Pos) ledger.Flow {
	var flow ledger.Flow
	for i := range s.Transfers {
		t := &s.Transfers[i]
		if !t.Pos.Before(before) {
			break
		}
		one := State{Transfers: s.Transfers[i : i+1]}
		for _, side := range []ledger.Side{ledger.Out, ledger.In} {
			rows, _, _ := one.rows(p.Address, side, p.Asset)
			for _, r := range rows {
				switch {
				case !holdsUnits(p.Address, &r):
				case side == ledger.Out:
					flow.Out = flow.Out.Plus(r.Amount)
				default:
					flow.In = flow.In.Plus(r.Amount)
				}
			}
			flow.Deficit = flow.Deficit.Max(flow.Out.MinusOrZero(flow.In))
		}
	}
	return flow
}
