package trace

import (
	"context"
	"errors"
	"math"
	"slices"

	"clew"
	"clew/bridge"
	"clew/evm"
	"clew/launder"
	"clew/ledger"
	"clew/taint"
)

// Bridges finds the other ends of crossings by bridges: a [launder.BridgeFinder]
// is one. What is certain is crossed. What is not is kept as a hypothesis, and
// value stays where it went in.
type Bridges interface {
	// Forward returns what became of what an address paid into bridges by a
	// transaction of which transfers are given.
	Forward(ctx context.Context, tx []clew.Transfer, payer clew.Address) ([]*launder.Link, error)

	// Backward returns where what an address got out of bridges came from.
	Backward(ctx context.Context, tx []clew.Transfer, recipient clew.Address) ([]*launder.Link, error)
}

// zksyncEra is where nothing is logged of what comes from Ethereum: the transaction
// that brings it has the name that was logged there.
const zksyncEra clew.Chain = "eip155:324"

// bridgeKinds are the kinds of acts by which bridges are found.
var bridgeKinds = [...]clew.ActKind{clew.BridgeSent, clew.BridgeReceived, clew.Memo}

// mostActs is how many acts of one transaction are looked at.
const mostActs = 1 << 10

// errLate says that what came out of a bridge was walked before it was known to.
var errLate = errors.New("what comes out of a bridge was passed before")

// errCrosses says that a sweep came to a bridge to another chain.
var errCrosses = errors.New("a bridge leads to another chain")

// findBridges readies what finds bridges, unless the question leaves them out or
// brings its own. It reads nothing yet.
func (in *Input) findBridges() {
	if in.WithoutBridges || in.Bridges != nil {
		return
	}
	var readers []launder.BridgeReader
	seen := map[clew.Chain]bool{}
	for _, s := range in.ledgers() {
		if !seen[s.Chain()] { // a chain given twice is refused later
			seen[s.Chain()] = true
			readers = append(readers, s)
		}
	}
	in.Bridges = launder.NewBridgeFinder(readers...)
}

// ledgers returns those of all chains that may be walked.
func (in *Input) ledgers() []ledger.Snapshot { return slices.Concat(in.Ledgers, in.Others) }

// lookForBridges looks, before any transfer of the transaction at a place is
// taken, for messages of bridges that carry on what rows of it pay. Conversions
// that it finds lead from their transfers from then on.
func (w *walk) lookForBridges(ctx context.Context, v *view, place envelope, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	may, err := w.mayBridge(ctx, v, place)
	if w.cut(ctx, err) || err == nil && !may {
		return nil
	}
	if err != nil {
		return err
	}
	acts, err := w.bridgeActs(ctx, v, place)
	if w.cut(ctx, err) || err == nil && len(acts) == 0 && !w.unsaid(v) {
		return nil
	}
	if err != nil {
		return err
	}
	seen := &w.swaps[v.index]
	for _, r := range rows {
		if r.near.IsZero() || seen.bridged[r.near] || w.ended != "" {
			continue
		}
		seen.bridged[r.near] = true
		tx, err := w.transactionOf(ctx, v, r)
		if err == nil {
			err = w.linkUp(ctx, v, tx, r.near, acts)
		}
		if w.cut(ctx, err) || errors.Is(err, clew.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mayBridge reports whether bridges are looked for at a transaction of a chain.
func (w *walk) mayBridge(ctx context.Context, v *view, place envelope) (bool, error) {
	if w.in.WithoutBridges || w.unsaid(v) || !v.actSpan.Has(place.height) {
		return !w.in.WithoutBridges && w.unsaid(v), nil
	}
	return v.hasActs(ctx, place)
}

// unsaid reports whether a chain has bridges of which nothing on it tells, but
// something on another chain that is held.
func (w *walk) unsaid(v *view) bool {
	if w.backward {
		return v.chain == zksyncEra
	}
	return (v.chain == clew.Ethereum || v.chain.IsBitcoin()) && w.holds(clew.Avalanche)
}

// bridgeActs returns what bridges logged, and memos, in one transaction.
func (w *walk) bridgeActs(ctx context.Context, v *view, place envelope) ([]clew.Act, error) {
	acts, _, err := v.snapshot.Acts(ctx, place.acts(mostActs, bridgeKinds[:]...), nil)
	w.work.Rows += len(acts)
	return acts, err
}

// acts asks for acts of a transaction.
func (e envelope) acts(most int, kinds ...clew.ActKind) ledger.ActQuery {
	return ledger.ActQuery{Kinds: kinds, Limit: most, From: clew.Pos{Height: e.height, Index: e.index},
		Until: ledger.Next(clew.Pos{Height: e.height, Index: e.index, Class: ^clew.Class(0), Ordinal: math.MaxUint32})}
}

// transactionOf returns the transfers of a row's transaction.
func (w *walk) transactionOf(ctx context.Context, v *view, r row) ([]clew.Transfer, error) {
	t, err := v.reader.Transfer(ctx, r.pos)
	if err != nil || t.Tx.IsZero() {
		return nil, err
	}
	tx, err := v.snapshot.Transaction(ctx, t.Tx)
	w.work.Rows += len(tx)
	return tx, err
}

// linkUp asks for the links of what an address pays, or backward got, by a
// transaction, and ties them.
func (w *walk) linkUp(ctx context.Context, v *view, tx []clew.Transfer, holder clew.Address, acts []clew.Act) error {
	if len(tx) == 0 {
		return nil
	}
	ask := w.in.Bridges.Forward
	if w.backward {
		ask = w.in.Bridges.Backward
	}
	links, err := ask(ctx, tx, holder)
	if err != nil {
		return err
	}
	for _, l := range links {
		if err := w.linkOne(ctx, v, tx, l, acts); err != nil {
			return err
		}
	}
	return nil
}

// linkOne makes a conversion of a link, and ties it.
func (w *walk) linkOne(ctx context.Context, v *view, tx []clew.Transfer, l *launder.Link, acts []clew.Act) error {
	c := &crossing{link: l, conversion: &l.Conversion, nearView: v, said: saidBy(l, acts)}
	if c.near = w.nearRows(v, l, tx, acts); len(c.near) == 0 {
		return nil
	}
	if known := w.entered(v, c.near[0]); known != nil {
		known.alsoMay(c)
		return nil
	}
	if slices.ContainsFunc(c.near, func(r row) bool { return w.entered(v, r) != nil || w.intoAccount(v, r) }) {
		return nil // a case or a record says what becomes of it, or another link does
	}
	if err := w.reachOut(ctx, c); err != nil {
		return err
	}
	if c.broken == "" && w.leaks(c, tx) {
		c.broken = "much of what was paid in stayed with others in the same transaction"
	}
	switch {
	case slices.ContainsFunc(c.near, func(r row) bool { return w.follows[r.far] }):
		c.broken = "the question asks to walk on through the address that was paid"
		return w.passBridge(c)
	case c.broken == "":
		return w.tieLink(c)
	}
	stays := w.staying(c)
	if len(stays) == 0 {
		c.broken += "; walked like any other payment, for nothing known to be the bridge's was paid"
		return w.passBridge(c)
	}
	c.near, c.parts = stays, make([]taint.Tape, len(stays))
	return w.tieLink(c)
}

// leaks reports whether somebody else of a transaction got a twentieth or more of
// what went in and paid nothing on, where the message does not count the same
// units: then it may not be what crossed.
func (w *walk) leaks(c *crossing, tx []clew.Transfer) bool {
	asset, sum := c.near[0].asset, clew.Amount{}
	for i := range c.near {
		sum = w.plus(sum, c.near[i].amount)
	}
	if c.nearView.chain.IsBitcoin() || w.backward || c.said.asset == asset || c.said.asset.IsZero() || c.said.asset.IsNative() != asset.IsNative() && c.said.asset.Contract() == evm.Wrapper(asset.Chain()) {
		return false
	}
	got, pays := map[clew.Address]clew.Amount{}, map[clew.Address]bool{c.said.contract: true, {}: true}
	for i := range tx {
		t := &tx[i]
		if len(t.From) != 1 || len(t.To) != 1 || t.Pos.Class >= clew.Fee {
			continue
		}
		pays[t.From[0].Address] = true
		if t.Asset == asset {
			got[t.To[0].Address] = w.plus(got[t.To[0].Address], t.Amount())
		}
	}
	twentieth, _ := sum.MulDiv(clew.Units(1), clew.Units(20))
	for a, amount := range got {
		if !pays[a] && twentieth.Less(amount) {
			return true
		}
	}
	return false
}

// staying returns the rows at which what is not crossed stays: those that paid a
// contract that is known to be the protocol's, or an address that a claim calls a
// bridge; or all of them, if they went by others to such a contract. Any contract
// can log anything, and anybody write a memo: that alone ends no walk.
func (w *walk) staying(c *crossing) []row {
	l := c.link
	known := bridge.IsKnown(l.Protocol, c.said.contract)
	part := l.Refused == launder.PartOnly || l.Refused == launder.SeveralLinks || l.Refused == launder.NoRefusal && len(c.maybe) == 0
	if known && !part && !w.backward {
		return c.near
	}
	return slices.DeleteFunc(slices.Clone(c.near), func(r row) bool {
		said := w.named(r.far)
		return !(known && r.far == c.said.contract) && (said == nil || said.kind != InBridge)
	})
}

// alsoMay keeps a second link of what goes into a conversion as a hypothesis, if
// the first is one too.
func (c *crossing) alsoMay(other *crossing) {
	l := other.link
	if c.link == nil || l.Refused != launder.NoRefusal || l.Certainty == launder.Certain || c.broken == "" {
		return
	}
	same := func(o *launder.Link) bool {
		return o.ID == l.ID && slices.Equal(o.Out, l.Out) && slices.Equal(o.In, l.In)
	}
	if !slices.ContainsFunc(c.maybe, same) {
		c.maybe = append(c.maybe, l)
	}
}

// passBridge notes at what looks like a payment into a bridge that it is walked
// like any other, and why.
func (w *walk) passBridge(c *crossing) error {
	for _, r := range c.near {
		if c.nearView.chain.IsBitcoin() {
			c.nearView.dealing(r).refused = c
			continue
		}
		if c.nearView.mark(r).refused != nil {
			return nil
		}
		c.nearView.mark(r).refused = c
	}
	w.nameSwap(c)
	return nil
}

// tieLink lets a link lead from its transfers, and makes what comes out of it due.
func (w *walk) tieLink(c *crossing) error {
	if c.broken == "" && w.isPassed(c) {
		w.late = append(w.late, c.link)
		c.broken = "it came out where the walk had already been: the clocks of the chains differ, and this was met too often"
	}
	w.nameSwap(c)
	for i, r := range c.near {
		w.leadIn(c, i, r)
	}
	if c.broken != "" {
		return nil
	}
	for i, r := range c.back {
		sp := c.nearView.mark(r)
		sp.leaves, sp.leaveLeg = c, i
	}
	for i, r := range c.far {
		w.leadOut(c, len(c.back)+i, r)
	}
	w.awaits(c)
	return w.expect(c)
}

// expect makes what comes out of a conversion due, once the walk is under way.
func (w *walk) expect(c *crossing) error {
	switch {
	case w.sweeping != nil && c.nearView != c.farView:
		return errCrosses
	case w.sweeping != nil:
		w.sweeping.expect(c)
	case w.runners != nil:
		for _, r := range c.far {
			if !w.beyond(r.time) {
				w.runners[c.farView.index].await(c.farView, r)
			}
		}
		for _, r := range c.back {
			if !w.beyond(r.time) {
				w.runners[c.nearView.index].await(c.nearView, r)
			}
		}
	}
	return nil
}

// mustRestart reports whether the walk is to begin anew, for it came to bridges
// after it was where value comes out of them.
func (w *walk) mustRestart() bool {
	return len(w.late) > 0 && w.in.runs < maxRuns && w.ended != interrupted
}

// again returns the question with what a walk came to too late.
func (w *walk) again() *Input {
	in := *w.in
	in.crossed, in.runs = append(slices.Clone(in.crossed), w.late...), in.runs+1
	return &in
}

// isPassed reports whether the walk was already where a conversion comes out on
// another chain.
func (w *walk) isPassed(c *crossing) bool {
	if w.runners == nil || c.nearView == c.farView || !w.came[c.farView.index] {
		return false
	}
	first := c.firstFar(w.backward)
	order := c.farView.moment(first.pos, first.asset).compare(w.passed[c.farView.index])
	return order <= 0 && !w.backward || order >= 0 && w.backward
}

// leadIn makes a transfer, or an output, lead into a conversion.
func (w *walk) leadIn(c *crossing, i int, r row) {
	if c.nearView.chain.IsBitcoin() {
		d := c.nearView.dealing(r)
		d.enters, d.nth = c, i
		return
	}
	sp := c.nearView.mark(r)
	sp.enters, sp.enterLeg = c, i
}

// leadOut makes a transfer, or an output, come out of a conversion.
func (w *walk) leadOut(c *crossing, i int, r row) {
	if c.farView.chain.IsBitcoin() {
		d := c.farView.dealing(r)
		d.leaves, d.from = c, i
		return
	}
	sp := c.farView.mark(r)
	sp.leaves, sp.leaveLeg = c, i
}

// entered returns the conversion that a row leads into; nil if none.
func (w *walk) entered(v *view, r row) *crossing {
	if v.chain.IsBitcoin() {
		if d := v.dealings[r.pos][r.leg]; d != nil {
			return d.enters
		}
		return nil
	}
	if sp := v.special[r.pos]; sp != nil {
		return sp.enters
	}
	return nil
}

// intoAccount reports whether by a record a row leads into an account.
func (w *walk) intoAccount(v *view, r row) bool {
	if d := v.dealings[r.pos][r.leg]; d != nil {
		return d.into.custody != nil
	}
	sp := v.special[r.pos]
	return sp != nil && sp.into.custody != nil
}
