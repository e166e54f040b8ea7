package launder

import (
	"context"
	"slices"

	"clew"
)

// A gift is one release and the transfers by which it gave.
type gift struct {
	end *end
	out outflow
}

// release takes the transfers by which it came out, which may be several; some of
// it may have been given back beside.
func (f *BridgeFinder) release(ctx context.Context, l *Link, s *end, got []end) error {
	moved := l.moved || s.known()
	var gifts []gift
	for i := range got {
		e := &got[i]
		tx, err := f.transaction(ctx, e)
		if err != nil {
			return err
		}
		out := outflow{}
		if len(tx) > 0 && len(tx) <= MaxTransfers {
			out = leaving(tx, e, recipientOf(s, e))
		}
		if len(out.at) == 0 {
			l.refuse(NoTransfers)
			return nil
		}
		moved = moved && (e.known() || e.act.With.IsZero() || out.by(e.act.With))
		gifts = append(gifts, gift{e, out})
	}
	gifts, back := l.split(s, gifts)
	came := make([]end, len(gifts))
	for i := range gifts {
		if gifts[i].end.chain() != gifts[0].end.chain() {
			l.refuse(SeveralLinks)
			return nil
		}
		came[i] = *gifts[i].end
		l.take(gifts[i].end, gifts[i].out)
	}
	alike, err := f.doubtAlike(ctx, s, came)
	if err != nil {
		return err
	}
	l.giveBack(back)
	l.settle(s, came, moved, alike)
	if l.Refused == NoRefusal && !l.oneAsset() {
		l.refuse(SeveralOut)
	}
	return nil
}

// split parts what was given back of a payment from what came out of it, where there
// is some of both: of THORChain and Maya, which fill what they can, and where what went
// in was of an account.
func (l *Link) split(s *end, gifts []gift) (came, back []gift) {
	if s.message.Protocol != thorchain || s.chain().IsBitcoin() {
		return gifts, nil
	}
	for _, g := range gifts {
		if g.end.chain() == s.chain() && alike(g.out.asset, l.inAsset) && g.out.asset.IsNative() == l.inAsset.IsNative() {
			back = append(back, g)
		} else {
			came = append(came, g)
		}
	}
	if len(came) == 0 || len(back) == 0 {
		return gifts, nil
	}
	return came, back
}

// giveBack notes what of a payment was given back.
func (l *Link) giveBack(back []gift) {
	for _, g := range back {
		l.Back = append(l.Back, g.out.at...)
		l.returned.add(g.out.amount)
	}
	slices.SortFunc(l.Back, clew.Pos.Cmp)
}
