package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/bridge"
	"clew/launder"
	"clew/memo"
	"clew/taint"
)

// maxRuns is how often a walk is begun anew for what came out of bridges where it
// had been.
const maxRuns = 8

// How much earlier by the clock of its chain value may come out of a bridge than
// it went in by the clock of the other. Bitcoin's blocks may lie two hours ahead
// of those who relay them; the sequencers of rollups are bound to less than an hour.
const bridgeSlack = 60 * 60

// A bridgeSaying is what a message says of where value is to go: whoever sent it
// wrote that.
type bridgeSaying struct {
	to        clew.Chain
	recipient clew.Address

	contract clew.Address // that logged it; nobody of a memo
	asset    clew.Asset   // that it says was given
	token    string       // that is to come out, as its chain writes it
	amount   clew.Amount  // of that; 0: not said
}

// saidBy returns what a link's message says, among the acts of its transaction: of
// several that say they are it, one of a contract that is known to be the protocol's.
func saidBy(l *launder.Link, acts []clew.Act) (s bridgeSaying) {
	is := func(a *clew.Act) bool {
		m, ok := a.Message()
		return ok && m.Protocol == l.Protocol && m.ID == l.Identifier
	}
	known := slices.ContainsFunc(acts, func(a clew.Act) bool { return is(&a) && bridge.IsKnown(l.Protocol, a.With) })
	for i := range acts {
		a := &acts[i]
		if is(a) && (!known || bridge.IsKnown(l.Protocol, a.With)) {
			m, _ := a.Message()
			s = bridgeSaying{to: m.To, contract: a.With, asset: a.Asset, token: m.Asset, amount: m.Amount}
			if to, err := clew.ParseAddress(m.Recipient, m.To); err == nil && m.To != "" && m.Recipient != "" {
				s.recipient = to
			}
			return s
		}
		if a.Kind != clew.Memo || a.Cut() {
			continue
		}
		text, whole := memo.Payload(a)
		swap, err := memo.ParseSwap(text)
		if !whole || err != nil {
			continue
		}
		s = bridgeSaying{contract: a.With}
		if to, ok := swap.Destination(); ok {
			s.to, s.recipient = to.Chain(), to
		}
	}
	return s
}

// nearRows returns the rows by which value goes into a link, if they are all of
// the transaction at hand.
func (w *walk) nearRows(v *view, l *launder.Link, tx []clew.Transfer, acts []clew.Act) []row {
	positions := l.In
	if w.backward {
		positions = l.Out
	}
	var rows []row
	for _, pos := range positions {
		at := slices.IndexFunc(tx, func(t clew.Transfer) bool { return t.Pos == pos })
		if at < 0 {
			return nil
		}
		rows = append(rows, w.rowsAt(v, &tx[at], l, acts, w.backward)...)
	}
	slices.SortFunc(rows, func(a, b row) int { return a.pos.Cmp(b.pos) })
	if !slices.ContainsFunc(rows, func(r row) bool { return !r.asset.IsFungible() || r.near == r.far || r.amount.IsZero() }) {
		return rows
	}
	return nil
}

// rowsAt returns the rows of one transfer of a link: of a Bitcoin transaction the
// outputs that pay the recipients or, on the side where it went in, whoever the
// memo is for.
func (w *walk) rowsAt(v *view, t *clew.Transfer, l *launder.Link, acts []clew.Act, comesOut bool) []row {
	if !v.chain.IsBitcoin() {
		return []row{v.rowOf(t)}
	}
	var paid []clew.Address
	if comesOut {
		paid = l.Recipients
	} else {
		for i := range acts {
			if acts[i].Kind == clew.Memo && acts[i].Tx == t.Tx {
				paid = append(paid, acts[i].On)
			}
		}
	}
	var rows []row
	for i := range t.To {
		if leg := &t.To[i]; !leg.Address.IsZero() && slices.Contains(paid, leg.Address) && !leg.Amount.IsZero() {
			r := row{pos: t.Pos, time: t.Time, asset: t.Asset, amount: leg.Amount, near: t.From[0].Address, far: leg.Address, leg: i}
			if v.backward {
				r.near, r.far = r.far, r.near
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// reachOut finds the rows by which value comes out of a link, or why it is not
// followed.
func (w *walk) reachOut(ctx context.Context, c *crossing) error {
	l := c.link
	c.parts = make([]taint.Tape, len(c.near))
	switch {
	case l.Refused != launder.NoRefusal:
		c.broken = w.whyRefused(c)
		return nil
	case l.Certainty != launder.Certain:
		c.broken, c.maybe = string(l.Certainty)+", not certain: kept as a hypothesis, and not followed", []*launder.Link{l}
		return nil
	}
	chain, positions := l.OutChain, l.Out
	if w.backward {
		chain, positions = l.InChain, l.In
	}
	var err error
	if c.farView, err = w.viewOf(chain); err != nil || chain == "" {
		c.broken = "no ledger of " + chain.Name() + " is at hand"
		return nil
	}
	for _, pos := range positions {
		if err := w.farRow(ctx, c, pos); err != nil {
			return err
		}
	}
	if err := w.backRows(ctx, c); err != nil {
		return err
	}
	slices.SortFunc(c.far, func(a, b row) int {
		return c.farView.moment(a.pos, a.asset).compare(c.farView.moment(b.pos, b.asset))
	})
	if c.broken == "" {
		c.broken = w.unfit(c)
	}
	return nil
}

// farRow adds the rows of one transfer by which value comes out.
func (w *walk) farRow(ctx context.Context, c *crossing, pos clew.Pos) error {
	t, err := w.transferOf(ctx, c, c.farView, pos)
	if t == nil {
		return err
	}
	var acts []clew.Act
	if c.farView.chain.IsBitcoin() && w.backward {
		if acts, err = w.bridgeActs(ctx, c.farView, envelopeOf(pos)); err != nil {
			return err
		}
	}
	c.far = append(c.far, w.rowsAt(c.farView, t, c.link, acts, !w.backward)...)
	return nil
}

// transferOf reads a transfer that a link names. One that is not held breaks the
// crossing, and is nil.
func (w *walk) transferOf(ctx context.Context, c *crossing, v *view, pos clew.Pos) (*clew.Transfer, error) {
	t, err := v.reader.Transfer(ctx, pos)
	switch {
	case errors.Is(err, clew.ErrNotFound):
		c.broken = "its transfer at " + pos.String() + " is not held"
		return nil, nil
	case err != nil:
		return nil, err
	}
	w.work.Rows++
	return &t, nil
}

// backRows adds the rows by which a part of what goes into a link is given back.
func (w *walk) backRows(ctx context.Context, c *crossing) error {
	if len(c.link.Back) > 0 && w.backward {
		c.broken = string(launder.BackInPart)
		return nil
	}
	for _, pos := range c.link.Back {
		t, err := w.transferOf(ctx, c, c.nearView, pos)
		if t == nil {
			return err
		}
		c.back = append(c.back, c.nearView.rowOf(t))
	}
	return nil
}

// takenBy reports whether a row of a view belongs to another conversion or record.
func takenBy(v *view, r row) bool {
	if d := v.dealings[r.pos][r.leg]; d != nil {
		return d.leaves != nil || d.outOf.custody != nil
	}
	sp := v.special[r.pos]
	return sp != nil && (sp.leaves != nil || sp.outOf.custody != nil)
}

// unfit says why what is to come out of a link cannot be given what went in.
func (w *walk) unfit(c *crossing) string {
	taken := func(r row) bool { return takenBy(c.farView, r) }
	last := c.near[len(c.near)-1]
	comesBack := func(r row) bool { return r.asset != last.asset || !last.pos.Before(r.pos) || takenBy(c.nearView, r) }
	bad := func(r row) bool { return !r.asset.IsFungible() || r.near == r.far || r.amount.IsZero() }
	switch {
	case len(c.far) == 0:
		return "which of its outputs came out is not known"
	case slices.ContainsFunc(c.far, bad), slices.ContainsFunc(c.back, bad):
		return "what came out of it cannot be followed"
	case !oneAsset(c.near) || !oneAsset(c.far):
		return "one of its sides is of several assets"
	case slices.ContainsFunc(c.back, comesBack):
		return "what was given back of it is not of what went in, or belongs to another conversion or record"
	case slices.ContainsFunc(c.far, taken):
		return "what came out of it belongs to another conversion or record, which was met first"
	case !w.in.Method.Policy.Describe().Accounts && !c.farView.chain.IsBitcoin():
		return "the policy is one for outputs, and it came out on a chain of accounts"
	case w.before(c):
		return "what is said to have come out of it came before it went in"
	case !slices.ContainsFunc(c.far, func(r row) bool { return !w.beyond(r.time) }):
		return "it came out beyond the time limit"
	}
	return ""
}

// before reports whether something comes out of a link before it went in: by the
// order of the chain, or where there are two by their clocks.
func (w *walk) before(c *crossing) bool {
	last, first := &c.near[len(c.near)-1], c.firstFar(w.backward)
	if w.backward {
		last = &c.near[0]
	}
	if c.nearView == c.farView && envelopeOf(last.pos) == envelopeOf(first.pos) {
		return true // no message is carried out by the transaction that sends it
	}
	if c.nearView == c.farView {
		return !last.pos.Before(first.pos) && !w.backward || !first.pos.Before(last.pos) && w.backward
	}
	slack := clew.Time(bridgeSlack)
	if c.nearView.chain.IsBitcoin() || c.farView.chain.IsBitcoin() {
		slack = clockSlack
	}
	if !last.time.Known() || !first.time.Known() {
		return false
	}
	if w.backward {
		return last.time+slack < first.time
	}
	return first.time+slack < last.time
}

// whyRefused says why a link is not crossed, and what of the other end is held.
func (w *walk) whyRefused(c *crossing) string {
	why := string(c.link.Refused)
	if c.link.Refused != launder.FarNotHeld || c.said.to == "" || w.backward {
		return why
	}
	v, err := w.viewOf(c.said.to)
	if err != nil {
		return why + ": no ledger of " + c.said.to.Name() + " is at hand"
	}
	as, sent := v.snapshot.AsOf(), c.near[0].time
	switch {
	case as.Time.Known() && as.Time < sent:
		return fmt.Sprintf("%s: that of %s ends at %s, before it went in", why, v.chain.Name(), as.Time)
	case v.snapshot.Coverage().HoldsWhole(clew.Window{From: as.Height, To: as.Height + 1}):
		return fmt.Sprintf("%s: no release of it is in that of %s up to %s; it may be in flight, or what released it is not read", why, v.chain.Name(), upTo(as))
	}
	return fmt.Sprintf("%s: that of %s is held in part, up to %s, and what contracts logged there may not be", why, v.chain.Name(), upTo(as))
}

// upTo names the last block of a ledger by its time, if that is known.
func upTo(as clew.BlockRef) string {
	if as.Time.Known() {
		return as.Time.String()
	}
	return fmt.Sprintf("block %d", as.Height)
}

// reopen ties links that an earlier run of the same walk came to too late.
func (w *walk) reopen(ctx context.Context) error {
	for _, l := range w.in.crossed {
		chain, near := l.InChain, l.In
		if w.backward {
			chain, near = l.OutChain, l.Out
		}
		v, err := w.viewOf(chain)
		if err != nil {
			return err
		}
		tx, err := w.transactionOf(ctx, v, row{pos: near[0]})
		if err != nil {
			return fmt.Errorf("trace: a transaction of a bridge that was walked: %w", err)
		}
		acts, err := w.bridgeActs(ctx, v, envelopeOf(near[0]))
		if err != nil {
			return err
		}
		if err := w.linkOne(ctx, v, tx, l, acts); err != nil {
			return err
		}
	}
	return nil
}
