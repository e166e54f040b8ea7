package lead

import (
	"cmp"
	"context"
	"slices"

	"clew"
	"clew/cluster/account"
	"clew/ledger"
	"clew/tag"
)

// maxMovements is how many transfers of an address, on each side, a review
// reads: the newest.
const maxMovements = 5_000

// A Review says which outflows of an address look unauthorised. It looks at
// chains of accounts alone: on Bitcoin a payment cannot be told from change.
type Review struct {
	Address    clew.Address `json:"address"`
	Proposed   []Outflow    `json:"proposed"`   // most points first
	Considered int          `json:"considered"` // outflows
	Foreign    int          `json:"foreign"`    // transfers that a token logs of the address though it never held any: not considered
	Cut        bool         `json:"cut"`        // only the newest were read
	First      clew.Time    `json:"first,omitzero"`
	Last       clew.Time    `json:"last,omitzero"` // of the transfers read
	Why        string       `json:"why,omitempty"` // nothing was reviewed
}

// ReviewQuery asks for a review.
type ReviewQuery struct {
	Reader  ledger.Reader
	Address clew.Address
	Whole   bool    // the history held goes back to the address's beginning
	Namer   Namer   // nil: nothing is said of addresses
	Grants  []Grant // permissions given; none: not known
}

// OnBitcoin is why nothing was reviewed.
const OnBitcoin = "on Bitcoin a payment cannot be told from change, so no outflow is proposed"

// ReviewOutflows answers a query.
func ReviewOutflows(ctx context.Context, q ReviewQuery) (*Review, error) {
	r := &Review{Address: q.Address}
	if q.Address.Chain().IsBitcoin() {
		r.Why = OnBitcoin
		return r, nil
	}
	moves, cut, err := movements(ctx, q.Reader, q.Address)
	if err != nil {
		return nil, err
	}
	r.Cut = cut
	v := &reviewing{ReviewQuery: q, review: r, past: newPast(), whole: q.Whole && !cut, together: together(moves),
		fees: slices.ContainsFunc(moves, func(m movement) bool { return m.fee })}
	for i := range moves {
		m := &moves[i]
		if i == 0 {
			r.First = m.time
		}
		r.Last = m.time
		if !m.out {
			v.past.receive(m)
			continue
		}
		if err := v.outflow(ctx, m); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(r.Proposed, func(a, b Outflow) int { return cmp.Compare(b.Points, a.Points) })
	return r, nil
}

// movements reads the newest transfers of an address in chain order.
func movements(ctx context.Context, r ledger.Reader, a clew.Address) (moves []movement, cut bool, err error) {
	var from clew.Pos
	for _, side := range []ledger.Side{ledger.In, ledger.Out} {
		rows, more, err := r.Rows(ctx, ledger.Query{Address: a, Side: side, Newest: true, Limit: maxMovements}, nil)
		if err != nil {
			return nil, false, err
		}
		if more && len(rows) > 0 {
			cut = true
			if last := rows[len(rows)-1].Pos; from.Before(last) {
				from = last
			}
		}
		for i := range rows {
			row := &rows[i]
			if row.Peer == a || row.Amount.IsZero() || !row.Asset.IsFungible() {
				continue
			}
			moves = append(moves, movement{pos: row.Pos, time: row.Time, asset: row.Asset, amount: row.Amount, peer: row.Peer, out: side == ledger.Out, fee: row.Pos.Class == clew.Fee})
		}
	}
	moves = slices.DeleteFunc(moves, func(m movement) bool { return m.pos.Before(from) })
	slices.SortStableFunc(moves, compareMovements)
	return moves, cut, nil
}

// A reviewing is a review under way.
type reviewing struct {
	ReviewQuery
	review   *Review
	past     *past
	whole    bool // everything before is known
	fees     bool // fees that it paid are held
	together map[clew.Pos]bool
	senders  map[clew.TxID]clew.Address
}

// together finds transfers of several assets to one recipient within ten
// minutes of the first payment to it.
func together(moves []movement) map[clew.Pos]bool {
	byPeer := map[clew.Address][]*movement{}
	for i := range moves {
		if m := &moves[i]; m.out && !m.fee && m.time.Known() {
			byPeer[m.peer] = append(byPeer[m.peer], m)
		}
	}
	found := map[clew.Pos]bool{}
	for _, list := range byPeer {
		assets := map[clew.Asset]bool{}
		soon := 0
		for soon < len(list) && list[soon].time <= list[0].time+togetherFor {
			assets[list[soon].asset] = true
			soon++
		}
		for _, m := range list[:soon] {
			found[m.pos] = len(assets) > 1
		}
	}
	return found
}

// outflow looks at one transfer out of the address.
func (v *reviewing) outflow(ctx context.Context, m *movement) error {
	defer v.past.spend(m)
	switch {
	case m.fee:
		return nil
	case v.whole && !m.asset.IsNative() && !v.past.came[m.asset]:
		v.review.Foreign++
		return nil
	}
	v.review.Considered++
	o := Outflow{Pos: m.pos, Time: m.time, Asset: m.asset, Amount: m.amount, To: m.peer}
	v.compare(&o, m)
	if err := v.sender(ctx, &o); err != nil {
		return err
	}
	v.said(&o)
	if o.Points >= proposeAt {
		v.review.Proposed = append(v.review.Proposed, o)
	}
	return nil
}

// compare holds an outflow against what was before it.
func (v *reviewing) compare(o *Outflow, m *movement) {
	switch {
	case v.together[m.pos]:
		o.sign(FirstTo)
		o.sign(ManyAssets)
	case v.past.paid[m.peer]:
		o.sign(PaidBefore)
	default:
		o.sign(FirstTo)
	}
	if v.past.paidBy[m.peer] {
		o.sign(PaidBack)
	}
	if v.past.drains(m) {
		o.sign(Drains)
	}
	if v.past.unusual(m) {
		o.sign(Unusual)
	}
}

// sender finds who sent the transaction: who paid its fee. Where the history of
// the address is held with fees that it paid, and none of this one, another did.
func (v *reviewing) sender(ctx context.Context, o *Outflow) error {
	t, err := v.Reader.Transfer(ctx, o.Pos)
	if err != nil {
		return err
	}
	o.Tx = t.Tx
	if slices.ContainsFunc(v.Grants, func(g Grant) bool { return g.Kind == AccountGiven && g.Tx == o.Tx && g.Spender == o.To }) {
		o.sign(GaveAccount)
	}
	changed := v.keysChanged(o)
	if o.Sender, err = v.payer(ctx, t.Tx); err != nil {
		return err
	}
	switch {
	case o.Sender == v.Address && changed:
		return nil // another's key sends as the address
	case o.Sender == v.Address:
		o.sign(SenderOwns)
		return nil
	case o.Sender.IsZero() && (!v.whole || !v.fees || t.Tx.IsZero()):
		o.sign(SenderNotBy)
		return nil
	}
	o.sign(ByAnother)
	if v.approved(o) {
		o.sign(Approved)
	}
	return nil
}

// payer returns who paid a transaction's fee; nobody if that is not held.
func (v *reviewing) payer(ctx context.Context, tx clew.TxID) (clew.Address, error) {
	if tx.IsZero() {
		return clew.Address{}, nil
	}
	if a, known := v.senders[tx]; known {
		return a, nil
	}
	a, err := account.FeePayer(ctx, v.Reader, tx)
	if err != nil {
		return a, err
	}
	if v.senders == nil {
		v.senders = map[clew.TxID]clew.Address{}
	}
	v.senders[tx] = a
	return a, nil
}

// approved reports whether who sent an outflow's transaction had been allowed
// shortly before to move the token. Where that is not held, who received it is
// taken: such a contract often pays itself.
func (v *reviewing) approved(o *Outflow) bool {
	spender := o.Sender
	if spender.IsZero() {
		spender = o.To
	}
	return !spender.IsZero() && slices.ContainsFunc(v.Grants, func(g Grant) bool {
		return g.Spender == spender && (g.Asset.IsZero() || g.Asset == o.Asset) && g.Time.Known() && g.Time <= o.Time && o.Time-g.Time <= shortlyFor
	})
}

// keysChanged reports whether the last permission update before an outflow let
// another's key sign, and signs so: whoever has it sends as the address itself.
func (v *reviewing) keysChanged(o *Outflow) (changed bool) {
	from := lastUpdate(v.Grants, o.Pos)
	toKey := false
	for i := range v.Grants {
		if g := &v.Grants[i]; g.ByOthers() && !g.Pos.Before(from) && g.Pos.Before(o.Pos) {
			changed, toKey = true, toKey || g.Spender == o.To
		}
	}
	if changed {
		o.sign(KeysChanged)
	}
	if toKey {
		o.sign(ToNewKey)
	}
	return changed
}

// said adds what tags say of the recipient.
func (v *reviewing) said(o *Outflow) {
	if v.Namer == nil {
		return
	}
	if saidBad(v.Namer.At(o.To)) {
		o.sign(SaidOfIt)
		return
	}
	if stop, _ := v.Namer.Stop(o.To); stop == tag.Service || stop == tag.Bridge || stop == tag.Conversion || stop == tag.Locked {
		o.sign(ToService)
	}
}
