package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
)

// An OutputReader is a [Reader] that finds who spends an output by the name of
// its transaction, whose transfer may lie in another part.
type OutputReader interface {
	SpenderOf(ctx context.Context, output clew.Output) (pos clew.Pos, input uint32, err error)
}

// Join returns one view of parts that have no position in common, neither of
// transfers nor of acts; if they do, a sweep shows that of the earlier part
// first. It is cheap
// where their spans do not overlap; where they do, rows are merged by
// position, which is slow and right.
func Join(parts ...Reader) Reader {
	parts = slices.DeleteFunc(slices.Clone(parts), func(r Reader) bool { return r.Span().Empty() && r.ActSpan().Empty() })
	if len(parts) == 1 {
		if _, ok := parts[0].(OutputReader); ok {
			return parts[0]
		}
	}
	j := &joined{acts: groupsOf(parts, Reader.ActSpan)}
	j.parts = slices.DeleteFunc(parts, func(r Reader) bool { return r.Span().Empty() })
	j.groups = groupsOf(j.parts, Reader.Span)
	return j
}

// groupsOf returns the parts that have a span, in groups.
func groupsOf(parts []Reader, spanOf func(Reader) clew.Window) []group {
	var groups []group
	for _, span := range spansOf(parts, spanOf) {
		g := group{span: span, anchors: &anchors{sides: map[anchorKey]*anchorSide{}}}
		for _, part := range parts {
			if own := spanOf(part); !own.Empty() && span.Covers(own) {
				g.parts = append(g.parts, part)
			}
		}
		groups = append(groups, g)
	}
	return groups
}

// spansOf returns the spans of the parts in order, those that overlap as one.
func spansOf(parts []Reader, spanOf func(Reader) clew.Window) []clew.Window {
	var spans []clew.Window
	for _, part := range parts {
		if span := spanOf(part); !span.Empty() {
			spans = append(spans, span)
		}
	}
	slices.SortFunc(spans, func(a, b clew.Window) int { return cmp.Compare(a.From, b.From) })
	joined := spans[:0]
	for _, span := range spans {
		if n := len(joined); n > 0 && span.From < joined[n-1].To {
			joined[n-1].To = max(joined[n-1].To, span.To)
			continue
		}
		joined = append(joined, span)
	}
	return joined
}

// joined sees parts as groups in chain order: the spans of different groups do
// not overlap.
type joined struct {
	parts  []Reader // that have transfers
	groups []group  // of these
	acts   []group  // of those that have acts
}

// A group is parts whose spans overlap.
type group struct {
	parts   []Reader
	span    clew.Window
	anchors *anchors // where units lie in several parts
}

// Span returns the heights between which all transfers lie.
func (j *joined) Span() clew.Window { return spanOf(j.groups) }

// ActSpan returns the heights between which all acts lie.
func (j *joined) ActSpan() clew.Window { return spanOf(j.acts) }

func spanOf(groups []group) clew.Window {
	if len(groups) == 0 {
		return clew.Window{}
	}
	return clew.Window{From: groups[0].span.From, To: groups[len(groups)-1].span.To}
}

// within returns those of all groups that may have anything between a query's
// bounds, in the order in which it wants them, and how many come before those.
func within(all []group, from, until clew.Pos, newest bool) (groups []group, before int) {
	end := len(all)
	for before < end && all[before].span.To <= from.Height {
		before++
	}
	if (until != clew.Pos{}) {
		for end > before && until.Height < all[end-1].span.From {
			end--
		}
	}
	groups = all[before:end]
	if newest && len(groups) > 1 {
		groups = slices.Clone(groups)
		slices.Reverse(groups)
	}
	return groups, before
}

// Rows appends to page the rows that q asks for.
func (j *joined) Rows(ctx context.Context, q Query, page []Row) ([]Row, bool, error) {
	if err := errors.Join(q.Check(), ctx.Err()); err != nil {
		return page, false, err
	}
	groups, _ := within(j.groups, q.From, q.Until, q.Newest)
	start, limit := len(page), q.Limit
	for i := range groups {
		left := limit - (len(page) - start)
		if left <= 0 {
			more, err := hasRows(ctx, groups[i:], q)
			return page, more, err
		}
		q.Limit = left
		from := len(page)
		var more bool
		var err error
		if page, more, err = groups[i].rows(ctx, q, page); err == nil && q.Sums && len(page) > from {
			err = j.addBase(ctx, groups[i], q, page[from:])
		}
		if err != nil {
			return page[:start], false, err
		}
		if more {
			return page, true, nil
		}
	}
	return page, false, nil
}

// hasRows reports whether q has any rows in groups.
func hasRows(ctx context.Context, groups []group, q Query) (bool, error) {
	q.Limit, q.Sums = 1, false
	for i := range groups {
		if rows, _, err := groups[i].rows(ctx, q, nil); err != nil || len(rows) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// addBase adds to the sums of a group's rows what earlier groups add up to.
func (j *joined) addBase(ctx context.Context, g group, q Query, rows []Row) error {
	pot := clew.Pot{Address: q.Address, Asset: q.Asset}
	base, err := j.base(ctx, g, pot, q.Side)
	if err != nil || base.IsZero() {
		return err
	}
	for i := range rows {
		if rows[i].Before, err = add(pot, rows[i].Before, base); err != nil {
			return err
		}
	}
	return nil
}

// base returns what the rows of a pot's side in the groups before g add up to.
func (j *joined) base(ctx context.Context, g group, pot clew.Pot, side Side) (clew.Amount, error) {
	var base clew.Amount
	for _, earlier := range j.groups {
		if earlier.span.From >= g.span.From {
			break
		}
		total, err := earlier.total(ctx, pot, side, clew.LastPos)
		if err != nil {
			return base, err
		}
		if base, err = add(pot, base, total); err != nil {
			return base, err
		}
	}
	return base, nil
}

func add(pot clew.Pot, a, b clew.Amount) (clew.Amount, error) {
	sum, fits := a.Add(b)
	if !fits {
		return sum, fmt.Errorf("%s of %s: %w", pot.Asset, pot.Address.Text(), ErrOverflow)
	}
	return sum, nil
}

// Count returns how many rows an address has on a side.
func (j *joined) Count(ctx context.Context, a clew.Address, side Side) (uint64, error) {
	var sum uint64
	for _, part := range j.parts {
		n, err := part.Count(ctx, a, side)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, ctx.Err()
}

// Transfer returns the transfer at pos.
func (j *joined) Transfer(ctx context.Context, pos clew.Pos) (clew.Transfer, error) {
	for _, part := range j.parts {
		if !part.Span().Has(pos.Height) {
			continue
		}
		if t, err := part.Transfer(ctx, pos); !errors.Is(err, clew.ErrNotFound) {
			return t, err
		}
	}
	if err := ctx.Err(); err != nil {
		return clew.Transfer{}, err
	}
	return clew.Transfer{}, fmt.Errorf("transfer at %s: %w", pos, clew.ErrNotFound)
}

// Transaction returns the transfers of a transaction.
func (j *joined) Transaction(ctx context.Context, id clew.TxID) ([]clew.Transfer, error) {
	var all []clew.Transfer
	for _, part := range j.parts {
		found, err := part.Transaction(ctx, id)
		if err != nil && !errors.Is(err, clew.ErrNotFound) {
			return nil, err
		}
		all = append(all, found...)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("transaction %s: %w", id, clew.ErrNotFound)
	}
	slices.SortFunc(all, func(a, b clew.Transfer) int { return a.Pos.Cmp(b.Pos) })
	return all, nil
}

// Spender returns which input spends an output of the transfer at creator.
func (j *joined) Spender(ctx context.Context, creator clew.Pos, output uint32) (clew.Pos, uint32, error) {
	t, err := j.Transfer(ctx, creator)
	if err != nil {
		return clew.Pos{}, 0, err
	}
	return j.SpenderOf(ctx, clew.Output{Tx: t.Tx, Index: output})
}

// SpenderOf returns which input spends an output.
func (j *joined) SpenderOf(ctx context.Context, output clew.Output) (clew.Pos, uint32, error) {
	for _, part := range j.parts {
		reader, ok := part.(OutputReader)
		if !ok {
			panic("ledger: a joined part cannot find outputs by transaction")
		}
		if pos, input, err := reader.SpenderOf(ctx, output); !errors.Is(err, clew.ErrNotFound) {
			return pos, input, err
		}
	}
	if err := ctx.Err(); err != nil {
		return clew.Pos{}, 0, err
	}
	return clew.Pos{}, 0, fmt.Errorf("spender of output %d of %s: %w", output.Index, output.Tx, clew.ErrNotFound)
}
