package ledger

import (
	"fmt"

	"clew"
)

// Check reports why q cannot be answered, as a *clew.InputError.
func (q *Query) Check() error {
	switch {
	case q.Side > In:
		return &clew.InputError{Field: "side", Value: fmt.Sprint(uint8(q.Side)), Want: "out or in"}
	case q.Limit < 1 || q.Limit > MaxPage:
		return &clew.InputError{Field: "limit", Value: fmt.Sprint(q.Limit), Want: fmt.Sprintf("1 to %d", MaxPage)}
	case q.Sums && q.Asset.IsZero():
		return &clew.InputError{Field: "sums", Want: "an asset to add up"}
	}
	return nil
}

// Has reports whether a row at p lies between q's bounds.
func (q *Query) Has(p clew.Pos) bool {
	return !p.Before(q.From) && (q.Until == clew.Pos{} || p.Before(q.Until))
}

// After returns the query for what follows a page that ended with last.
func (q Query) After(last Row) Query {
	if q.Newest {
		q.Until = last.Pos
	} else {
		q.From = Next(last.Pos)
	}
	return q
}

// Next returns the position right after p; that of [clew.LastPos] is itself.
func Next(p clew.Pos) clew.Pos {
	if p == clew.LastPos {
		return p
	}
	if p.Ordinal++; p.Ordinal != 0 {
		return p
	}
	if p.Class++; p.Class != 0 {
		return p
	}
	if p.Index++; p.Index != 0 {
		return p
	}
	p.Height++
	return p
}

// Counts reports whether r, a row of the address of, enters the sums of its
// pot: items of non-fungible assets do not, and neither does what an address
// pays to itself.
func (r *Row) Counts(of clew.Address) bool {
	return r.Peer != of && r.Asset.IsFungible()
}

// RowOf returns what t is to the address of one leg on one side. The leg must
// have an address.
func RowOf(t *clew.Transfer, side Side, leg int) Row {
	own, other := t.From, t.To
	if side == In {
		own, other = t.To, t.From
	}
	r := Row{Pos: t.Pos, Time: t.Time, Asset: t.Asset, Amount: own[leg].Amount, Leg: uint32(leg), Many: len(other) > 1}
	if !r.Many {
		r.Peer = other[0].Address
	}
	return r
}

// Like reports whether t and u are the same in all but position and time: the
// identity of transfers whose ordinals are made up. Where the transaction is
// not known, the height and the time must agree too.
func Like(t, u *clew.Transfer) bool {
	if t.Tx != u.Tx || t.Asset != u.Asset || !likeLegs(t.From, u.From) || !likeLegs(t.To, u.To) {
		return false
	}
	if (t.Item == nil) != (u.Item == nil) || t.Item != nil && *t.Item != *u.Item {
		return false
	}
	return !t.Tx.IsZero() || t.Pos.Height == u.Pos.Height && t.Time == u.Time
}

func likeLegs(a, b []clew.Leg) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Address != b[i].Address || a[i].Amount != b[i].Amount {
			return false
		}
	}
	return true
}

// IsMadeUp reports whether the ordinal of p was made up by a source.
func IsMadeUp(p clew.Pos) bool { return p.Ordinal >= MadeUp }
