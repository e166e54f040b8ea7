package lead

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"clew"
	"clew/ledger"
)

// An Interval is a time in which an issuer barred an address from moving one of
// its tokens: from the act that bars it to the one that lifts that. That the
// contract logged so is fact, and no more is said: it may bar nothing at all.
//
// What is destroyed meanwhile is what went from the address to nobody: a barred
// address cannot send it there itself.
type Interval struct {
	Address clew.Address `json:"address"`
	Asset   clew.Asset   `json:"asset"`
	Issuer  clew.Address `json:"issuer"`        // the token's contract, which says so
	From    clew.Act     `json:"from,omitzero"` // the first of the acts that bar it; none: see Shown
	To      *clew.Act    `json:"to,omitempty"`

	// Shown is the first act that tells of a freeze whose own act is not held, for that
	// may lie before what is held: one that lifts it, or that destroys what was frozen.
	// When it began, and what was there then, is not known.
	Shown *clew.Act `json:"shownBy,omitempty"`

	Again []clew.Pos `json:"again,omitempty"` // acts that bar it once more meanwhile, which changes nothing

	In     *clew.Amount `json:"in,omitempty"`             // came until then, as far as it is held; nil, as the next two: not known
	Left   *clew.Amount `json:"left,omitempty"`           // left until then
	Held   *clew.Amount `json:"held,omitempty"`           // was there when it was frozen: the one less the other
	Lacks  clew.Amount  `json:"lacks,omitzero"`           // left more than is known to have come in: so much at least came unseen
	TooBig bool         `json:"exceeds256Bits,omitempty"` // the sums do not fit: the four above are not known

	Destroyed clew.Amount `json:"destroyed"` // meanwhile
	Wipes     []Wipe      `json:"wipes,omitempty"`
	Cut       bool        `json:"cut,omitempty"`   // more left the address meanwhile than is read: what was destroyed is at least this
	Moved     int         `json:"moved,omitempty"` // transfers to others meanwhile: the contract did not hold to its own act
}

// A Wipe is frozen value that its issuer destroyed.
type Wipe struct {
	Pos    clew.Pos    `json:"pos"`
	Tx     clew.TxID   `json:"tx,omitzero"`
	Time   clew.Time   `json:"time,omitzero"`
	Amount clew.Amount `json:"amount"`
	Act    string      `json:"act,omitempty"` // the event of the act that says so; none: no more than the movement is held
}

// Begun returns the first act that tells of it: that bars the address, or of which it is
// known that it was barred.
func (i *Interval) Begun() *clew.Act {
	if i.Shown != nil {
		return i.Shown
	}
	return &i.From
}

// Open reports whether it holds as of the last block held.
func (i *Interval) Open() bool { return i.To == nil }

// Bounds on what is read of one address and token.
const (
	maxFreezeActs = 1 << 12
	maxFrozenRows = 1 << 10 // of what left while it was frozen
)

// Freezes returns the times in which an address was barred from moving tokens,
// in chain order: of one token, or of all. More says that only the first acts were
// read.
//
// Known failure: freezes that a contract logs by events that are not read, or none,
// are not seen; nor are chains' own lists of addresses whose transactions
// validators leave out.
func Freezes(ctx context.Context, r ledger.Snapshot, a clew.Address, asset clew.Asset) (list []Interval, more bool, err error) {
	acts, more, err := r.Acts(ctx, ledger.ActQuery{Address: a, Kinds: []clew.ActKind{clew.Freeze, clew.Unfreeze, clew.Wipe}, Limit: maxFreezeActs}, nil)
	if err != nil {
		return nil, false, err
	}
	acts = slices.DeleteFunc(acts, func(x clew.Act) bool {
		return x.On != a || x.Asset.IsZero() || x.By != x.Asset.Contract() || !asset.IsZero() && x.Asset != asset
	})
	list = intervals(acts, func(before clew.Pos) bool { return r.Coverage().HoldsWhole(clew.Window{To: before.Height + 1}) })
	for i := range list {
		if err := list[i].fill(ctx, r, acts); err != nil {
			return nil, more, err
		}
	}
	return list, more, nil
}

// intervals pairs acts that bar an address with those that lift that, token by
// token. One that lifts or destroys what no act before it bars tells of a freeze whose
// beginning is not held, if not all before it is; otherwise, and once a freeze of the
// token was seen to end, what lifts nothing says nothing.
func intervals(acts []clew.Act, whole func(before clew.Pos) bool) []Interval {
	var list []Interval
	open, seen := map[clew.Asset]int{}, map[clew.Asset]bool{}
	for i := range acts {
		a := &acts[i]
		at, frozen := open[a.Asset]
		if a.Kind != clew.Freeze && !seen[a.Asset] && !whole(a.Pos) {
			own := *a
			at, frozen = len(list), true
			open[a.Asset] = at
			list = append(list, Interval{Address: a.On, Asset: a.Asset, Issuer: a.By, Shown: &own})
		}
		seen[a.Asset] = true
		switch {
		case a.Kind == clew.Freeze && frozen:
			list[at].Again = append(list[at].Again, a.Pos)
		case a.Kind == clew.Freeze:
			open[a.Asset] = len(list)
			list = append(list, Interval{Address: a.On, Asset: a.Asset, Issuer: a.By, From: *a})
		case a.Kind == clew.Unfreeze && frozen:
			own := *a
			list[at].To = &own
			delete(open, a.Asset)
		}
	}
	return list
}

// fill says what was there, and what was destroyed.
func (i *Interval) fill(ctx context.Context, r ledger.Reader, acts []clew.Act) error {
	if i.Shown == nil {
		if err := i.stood(ctx, r); err != nil {
			return err
		}
	}
	q := ledger.Query{Address: i.Address, Side: ledger.Out, Asset: i.Asset, From: i.From.Pos, Limit: maxFrozenRows}
	if i.Shown != nil {
		q.From = clew.Pos{Height: i.Shown.Pos.Height, Index: i.Shown.Pos.Index}
	}
	if i.To != nil {
		q.Until = i.To.Pos
	}
	rows, more, err := r.Rows(ctx, q, nil)
	if err != nil {
		return err
	}
	i.Cut = more
	for k := range rows {
		i.leaves(&rows[k], acts)
	}
	return nil
}

// stood says what was there when it began.
func (i *Interval) stood(ctx context.Context, r ledger.Reader) error {
	flow, err := r.Flow(ctx, clew.Pot{Address: i.Address, Asset: i.Asset}, i.From.Pos)
	switch {
	case errors.Is(err, ledger.ErrOverflow):
		i.TooBig = true
	case err != nil:
		return err
	default:
		known, fits := flow.In.Add(flow.Deficit)
		if i.TooBig = !fits; !fits {
			return nil
		}
		held := known.MinusOrZero(flow.Out)
		i.In, i.Left, i.Held, i.Lacks = &flow.In, &flow.Out, &held, flow.Deficit
	}
	return nil
}

// leaves books what left while it was frozen.
func (i *Interval) leaves(row *ledger.Row, acts []clew.Act) {
	switch {
	case row.Amount.IsZero() || row.Peer == i.Address:
		return
	case !row.Peer.IsZero() && !row.Peer.IsIssuer():
		i.Moved++
		return
	}
	w := Wipe{Pos: row.Pos, Time: row.Time, Amount: row.Amount}
	for k := range acts {
		if a := &acts[k]; a.Kind == clew.Wipe && a.Asset == i.Asset && a.Pos.Height == row.Pos.Height && a.Pos.Index == row.Pos.Index {
			w.Tx, w.Act = a.Tx, cmp.Or(a.Detail, string(a.Kind))
		}
	}
	var fits bool
	i.Destroyed, fits = i.Destroyed.Add(row.Amount)
	i.Cut = i.Cut || !fits
	i.Wipes = append(i.Wipes, w)
}
