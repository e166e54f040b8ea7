package launder

import (
	"fmt"

	"clew"
)

// A LayersQuestion bounds what is taken for layering by swaps.
type LayersQuestion struct {
	Within clew.Time // seconds from the first swap to the last
	Least  int       // swaps
	Part   uint64    // of 1,000: the least of what one swap brought that the next pays, and the most by which it may exceed it
}

// DefaultLayers returns the usual bounds.
func DefaultLayers() LayersQuestion { return LayersQuestion{Within: 600, Least: 3, Part: 800} }

var layersRule = Rule{
	ID: LayersRule, Name: "Layering by swaps", Version: paceVersion,
	Assumption: "Who wants a trail to be lost changes the asset again and again: three or more swaps within ten minutes, each of which pays four fifths or more of what the one before brought.",
	Failure:    "Traders that go from asset to asset look so, and routes that are paid in several transactions. Swaps of several assets at once are not seen, nor those in which what came went to another address first.",
	Source:     "the rule of layering by swaps in docs/METHODS.md; the bounds are ours",
	RedFlags:   []string{fatfTurned, fatfTransactions + "transactions that cost fees without need"},
	make:       func(st *Stream) (Recogniser, error) { return NewLayers(st, DefaultLayers()) },
}

// Layers finds swap upon swap.
type Layers struct {
	st   *Stream
	q    LayersQuestion
	txs  txCursor
	open byPot[layered]
	due  dues[*layered]
}

// A layered is a row of swaps, at the pot in which the last brought something.
type layered struct {
	at     Pot
	start  clew.Time
	end    clew.Time
	first  clew.Asset
	asset  clew.Asset // that the last brought
	brings clew.Amount
	steps  []Step
	moved  bool // it goes on elsewhere
	seen   map[clew.Asset]bool
	again  bool // an asset came twice
}

// mostLayers is how many swaps of one row are kept.
const mostLayers = 64

// NewLayers makes a recogniser for a stream.
func NewLayers(st *Stream, q LayersQuestion) (*Layers, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		bound{"least", q.Least, q.Least > 1 && q.Least <= mostLayers, "2 to 64 swaps"},
		bound{"part", q.Part, q.Part > 0 && q.Part <= 1000, "1 to 1000 of a thousand"})
	if err != nil {
		return nil, err
	}
	st.remember(q.Within)
	return &Layers{st: st, q: q, txs: txCursor{reader: st.transactions()}, due: dues[*layered]{most: openPaces}}, nil
}

// Dropped returns how many rows were given up before their time, and transactions that
// were too large.
func (r *Layers) Dropped() uint64 { return r.due.dropped + r.txs.reader.cut }

// Add takes the next transfer.
func (r *Layers) Add(m *Moved) {
	r.look(r.txs.next(m))
	for l := range r.due.over(m.Time) {
		r.close(l)
	}
}

// look takes the swap of a transaction, if there is one.
func (r *Layers) look(tx []clew.Transfer) {
	if tx == nil {
		return
	}
	c, ok := r.txs.reader.swapDone()
	if !ok {
		return
	}
	payer, known := r.st.parties.number(c.payer)
	to, knownTo := r.st.parties.number(c.to)
	if known || knownTo {
		return
	}
	before := r.open.get(r.st.pot(payer, r.st.asset(c.paid)))
	l := &layered{at: r.st.pot(to, r.st.asset(c.got)), start: c.time, end: c.time, first: c.paid, asset: c.got, brings: c.in, seen: map[clew.Asset]bool{c.paid: true}}
	if before != nil && r.follows(before, c) {
		before.moved = true
		r.open.drop(before.at, before)
		l.start, l.first, l.steps, l.seen, l.again = before.start, before.first, before.steps, before.seen, before.again
	}
	l.again = l.again || l.seen[c.got]
	l.seen[c.got] = true
	l.steps = append(l.steps, Step{Time: c.time, Roles: []Role{legRole(Swaps, c.payer, c.first), legRole(Takes, c.to, c.last)}})
	if old := r.open.get(l.at); old != nil {
		old.moved = true
		r.report(old)
	}
	r.open.put(l.at, l)
	if early, gone := r.due.push(l.start+r.q.Within, l); gone {
		r.close(early)
	}
}

// follows reports whether a swap pays what the row before brought.
func (r *Layers) follows(l *layered, c *converted) bool {
	return c.time <= l.start+r.q.Within && len(l.steps) < mostLayers && atLeast(c.out, l.brings, r.q.Part) && atLeast(l.brings, c.out, r.q.Part)
}

// close ends a row.
func (r *Layers) close(l *layered) {
	if l.moved {
		return
	}
	r.open.drop(l.at, l)
	r.report(l)
}

// report tells of a row that is long enough.
func (r *Layers) report(l *layered) {
	if len(l.steps) < r.q.Least {
		return
	}
	f := &Finding{Chain: l.asset.Chain(), From: l.start, To: l.end, Steps: l.steps, Transfers: uint64(2 * len(l.steps)),
		Params: []Param{{"within", span(r.q.Within)}, {"swaps", fmt.Sprintf("at least %d", r.q.Least)}, {"paid on", "at least " + share(r.q.Part)}}}
	switch {
	case l.asset == l.first:
		f.Against = append(f.Against, "it ends in the asset with which it began: traders do that")
	case l.again:
		f.Against = append(f.Against, "an asset came twice: traders go to and fro")
	}
	r.st.tell(LayersRule, f, len(l.steps), r.q.Least)
}

// End looks at the last transaction, and tells of what is still open.
func (r *Layers) End() {
	r.look(r.txs.rest())
	for {
		l, ok := r.due.last()
		if !ok {
			return
		}
		r.close(l)
	}
}
