package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/bridge"
	"clew/launder"
)

// cameTo reports whether a walk has anything of a chain: that marked value moved
// there, or was said to be on its way there.
func (w *walk) cameTo(v *view) bool {
	return slices.ContainsFunc(w.uses, func(u use) bool { return u.view == v }) ||
		slices.ContainsFunc(w.crossings, func(c *crossing) bool {
			return c.link != nil && !c.in.IsZero() && (c.farView == v || c.said.to == v.chain)
		})
}

// showViews says up to where each chain was read, and what of it is not held.
func (w *walk) showViews(r *Result) {
	for _, v := range w.views {
		if v.other && !w.cameTo(v) {
			continue
		}
		r.AsOf = append(r.AsOf, AsOf{Chain: v.chain, Block: v.snapshot.AsOf(), Coverage: *v.snapshot.Coverage()})
		r.Gaps = append(r.Gaps, w.coverageGaps(v)...)
	}
}

// showCrossings lists the conversions that marked value went into, and what may
// have become of it where that is not followed.
func (w *walk) showCrossings(ctx context.Context, r *Result) error {
	for _, c := range w.crossings {
		if c.in.IsZero() {
			continue
		}
		venues, err := w.venuesOf(ctx, c)
		if err != nil {
			return err
		}
		for _, shown := range c.showAll() {
			shown.Venues = venues
			r.Conversions = append(r.Conversions, shown)
		}
		for _, l := range c.maybe {
			may := c.show()
			may.Conversion, may.Note, may.Bridge = l.Conversion, "", bridgeLink(l, c.said)
			if err := w.showOut(ctx, &may); err != nil {
				return err
			}
			r.Hypotheses = append(r.Hypotheses, may)
		}
		if g, ok := w.gapOf(c); ok {
			r.Gaps = append(r.Gaps, g)
		}
	}
	nameCrossed(r.Conversions, w.backward)
	return nil
}

// show returns a crossing for the result.
func (c *crossing) show() Crossing {
	shown := Crossing{Conversion: *c.conversion, In: c.in.MinusOrZero(c.returned), Out: c.got, Note: c.broken}
	if len(c.near) > 0 {
		shown.InAsset = c.near[0].asset
	}
	if len(c.far) > 0 {
		shown.OutAsset = c.far[0].asset
	}
	if c.link != nil {
		shown.Bridge = bridgeLink(c.link, c.said)
	}
	return shown
}

func bridgeLink(l *launder.Link, said bridgeSaying) *BridgeLink {
	return &BridgeLink{Protocol: l.Protocol, Identifier: l.Identifier, Certainty: l.Certainty, Score: l.Score, Refund: l.Refund,
		InTx: l.InTx, OutTxs: l.OutTxs, Recipients: l.Recipients, To: said.to, Toward: said.recipient, Token: said.token, Amount: said.amount, Listed: bridge.IsKnown(l.Protocol, said.contract)}
}

// showOut gives a hypothesis the asset that would have come out.
func (w *walk) showOut(ctx context.Context, c *Crossing) error {
	chain, out := c.Conversion.OutChain, c.Conversion.Out
	if w.backward {
		chain, out = c.Conversion.InChain, c.Conversion.In
	}
	v, err := w.viewOf(chain)
	if err != nil || len(out) == 0 {
		return nil
	}
	t, err := v.reader.Transfer(ctx, out[0])
	if errors.Is(err, clew.ErrNotFound) {
		return nil
	}
	c.OutAsset = t.Asset
	return err
}

// gapOf says that the other end of a bridge is not held, where that is why it was
// not crossed.
func (w *walk) gapOf(c *crossing) (clew.Gap, bool) {
	if c.link == nil || c.link.Refused != launder.FarNotHeld || c.said.to == "" {
		return clew.Gap{}, false
	}
	return clew.Gap{Kind: clew.GapHistory, Chain: c.said.to, Address: c.said.recipient,
		Note: fmt.Sprintf("value went there by %s, message %.80s: %s", c.link.Protocol, c.link.Identifier, c.broken)}, true
}

// bridgeNotes says how many bridges were crossed, and how many were not.
func (w *walk) bridgeNotes() []string {
	crossed, stayed, maybe := 0, 0, 0
	for _, c := range w.crossings {
		switch {
		case c.link == nil || c.in.IsZero():
		case c.broken == "":
			crossed++
		case len(c.maybe) > 0:
			maybe++
		default:
			stayed++
		}
	}
	var notes []string
	if crossed > 0 {
		notes = append(notes, fmt.Sprintf("Bridges (%d) were crossed by the identifier that both ends have. What a bridge keeps as its fee is not booked apart: what comes out stands for all that went in.", crossed))
	}
	if stayed > 0 {
		notes = append(notes, fmt.Sprintf("What looks like a payment into a bridge and was not crossed (%d) is among the conversions, with the reason.", stayed))
	}
	if maybe > 0 {
		notes = append(notes, fmt.Sprintf("Of payments into bridges (%d) what became of them is at best likely: the hypotheses are listed, and none is followed.", maybe))
	}
	return notes
}
