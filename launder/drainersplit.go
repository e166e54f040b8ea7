package launder

import (
	"fmt"

	"clew"
)

// A SplitQuestion bounds what is taken for a drainer's split.
type SplitQuestion struct {
	Within  clew.Time // seconds between one victim and the next
	Least   uint64    // of 1,000: the smaller share
	Most    uint64    // and the most that it is
	Near    uint64    // of 1,000,000: by how much shares of one pair may differ
	Victims int       // payers of one pair
}

// DefaultSplit returns the usual bounds: of drainers' fees it is told that they are 15
// to 30 of a hundred.
func DefaultSplit() SplitQuestion {
	return SplitQuestion{Within: 30 * 86_400, Least: 100, Most: 350, Near: 500, Victims: 3}
}

// The roles in a split.
const (
	Drained   RoleName = "drained"   // pays both in one transaction, itself or by what it paid into
	Operator  RoleName = "operator"  // gets the same small share each time
	Affiliate RoleName = "affiliate" // gets the rest
)

var splitRule = Rule{
	ID: SplitRule, Name: "Split of a drainer's loot", Version: paceVersion,
	Assumption: "Who lends out software that empties accounts takes a fixed share of each victim's loss: one address gets the same small part, 10 to 35 of a hundred, of what three or more payers pay, in the very transaction in which another gets the rest.",
	Failure:    "Contracts that pay a fee or share takings between partners, shops with a commission of that size, and games look the same. Drainers that split later, in another transaction, or by changing shares are not seen.",
	Source:     "the rule of drainers' splits in docs/METHODS.md: SlowMist's handbook, after Scam Sniffer, for the shares; three payers are ours",
	RedFlags:   []string{},
	make:       func(st *Stream) (Recogniser, error) { return NewSplit(st, DefaultSplit()) },
}

// Split finds the fixed share that one address takes of what several payers lose.
type Split struct {
	st   *Stream
	q    SplitQuestion
	txs  txCursor
	open byParty[*operator]
	due  dues[*operator]
}

// An operator is an address that gets small shares, by how large they are.
type operator struct {
	who   Party
	end   clew.Time
	pairs []*pair
}

// A pair is a share that an operator gets again and again.
type pair struct {
	share   uint64 // millionths, of the first
	asset   clew.Asset
	several bool // assets
	victims map[clew.Address]bool
	rest    map[clew.Address]bool
	steps   []Step
	start   clew.Time
	end     clew.Time
	cut     bool
	count   uint64
}

// Bounds on what is kept of one operator.
const (
	mostPairs  = 8
	mostSplits = 256
)

// NewSplit makes a recogniser for a stream.
func NewSplit(st *Stream, q SplitQuestion) (*Split, error) {
	err := checkBounds(
		bound{"within", int64(q.Within), q.Within > 0, "at least 1 second"},
		bound{"least", q.Least, q.Least > 0 && q.Least <= q.Most, "1 of a thousand to the most"},
		bound{"most", q.Most, q.Most < 500, "less than 500 of a thousand"},
		bound{"near", q.Near, q.Near <= 100_000, "at most 100,000 of a million"},
		bound{"victims", q.Victims, q.Victims > 1 && q.Victims <= mostSplits, "2 to 256"})
	if err != nil {
		return nil, err
	}
	st.remember(q.Within)
	return &Split{st: st, q: q, txs: txCursor{reader: st.transactions()}, due: dues[*operator]{most: openPaces, room: keptPaces}}, nil
}

// Dropped returns how many operators were given up before their time, and
// transactions that were too large.
func (r *Split) Dropped() uint64 { return r.due.dropped + r.txs.reader.cut }

// Add takes the next transfer.
func (r *Split) Add(m *Moved) {
	r.look(r.txs.next(m))
	for o := range r.due.full() {
		r.close(o)
	}
	for o := range r.due.over(m.Time) {
		if o.end+r.q.Within >= m.Time {
			r.push(o)
		} else {
			r.close(o)
		}
	}
}

func (r *Split) push(o *operator) {
	if early, gone := r.due.push(o.end+r.q.Within, o); gone {
		r.close(early)
	}
}

// look looks for one payer that pays two in a transaction, and nobody else anything of
// that asset.
func (r *Split) look(tx []clew.Transfer) {
	if len(tx) < 2 {
		return
	}
	for i := range tx {
		for k := i + 1; k < len(tx) && k <= i+maxApart; k++ {
			r.pairOf(tx, i, k)
		}
	}
}

// maxApart is how far apart the two payments of a split may stand in a transaction.
const maxApart = 4

// pairOf takes two payments of one payer as a split, if nothing speaks against it.
func (r *Split) pairOf(tx []clew.Transfer, i, k int) {
	a, b := &tx[i], &tx[k]
	if a.Asset != b.Asset || a.From[0].Address != b.From[0].Address || a.To[0].Address == b.To[0].Address || !counts(a) || !counts(b) {
		return
	}
	if b.Amount().Less(a.Amount()) {
		a, b = b, a
	}
	whole, fits := a.Amount().Add(b.Amount())
	if !fits || !isPart(a.Amount(), whole, r.q.Most) || !atLeast(a.Amount(), whole, r.q.Least) {
		return
	}
	payer := a.From[0].Address
	for x := range tx { // it pays nobody else of that, and what it pays was its own or came at once
		if t := &tx[x]; t != a && t != b && t.From[0].Address == payer && t.Asset == a.Asset && counts(t) {
			return
		}
	}
	if victim := paidInto(tx, payer, a.Asset, whole); !victim.IsZero() {
		payer = victim
	}
	who, known := r.st.parties.number(a.To[0].Address)
	if _, knownRest := r.st.parties.number(b.To[0].Address); known || knownRest || a.To[0].Address.IsZero() || b.To[0].Address.IsZero() {
		return
	}
	share, _ := a.Amount().MulDiv(clew.Units(1_000_000), whole)
	r.take(who, payer, a, b, share)
}

// paidInto returns who paid a contract, in the same transaction, what it splits.
func paidInto(tx []clew.Transfer, payer clew.Address, asset clew.Asset, whole clew.Amount) clew.Address {
	for i := range tx {
		if t := &tx[i]; t.Asset == asset && t.To[0].Address == payer && counts(t) && atLeast(t.Amount(), whole, 990) {
			return t.From[0].Address
		}
	}
	return clew.Address{}
}

// take books a split with its operator.
func (r *Split) take(who Party, victim clew.Address, a, b *clew.Transfer, share clew.Amount) {
	n, ok := share.Uint64()
	if !ok {
		return
	}
	o, held := r.open.get(who)
	if !held {
		o = &operator{who: who, end: a.Time}
		r.open.put(who, o)
		r.push(o)
	}
	o.end = a.Time
	var p *pair
	for _, x := range o.pairs {
		if x.share+r.q.Near >= n && n+r.q.Near >= x.share {
			p = x
		}
	}
	if p == nil {
		if len(o.pairs) == mostPairs {
			r.due.keep(-len(o.pairs[0].steps))
			o.pairs = o.pairs[1:]
		}
		p = &pair{share: n, asset: a.Asset, victims: map[clew.Address]bool{}, rest: map[clew.Address]bool{}, start: a.Time}
		o.pairs = append(o.pairs, p)
	}
	p.end, p.several, p.count = a.Time, p.several || p.asset != a.Asset, p.count+1
	if len(p.steps) == mostSplits {
		p.cut = true
		return
	}
	r.due.keep(1)
	p.victims[victim], p.rest[b.To[0].Address] = true, true
	p.steps = append(p.steps, Step{Time: a.Time, Roles: []Role{legRole(Drained, victim, a), legRole(Operator, a.To[0].Address, a), legRole(Affiliate, b.To[0].Address, b)}})
}

// close tells of an operator's shares.
func (r *Split) close(o *operator) {
	if held, ok := r.open.get(o.who); ok && held == o {
		r.open.drop(o.who)
	}
	for _, p := range o.pairs {
		r.due.keep(-len(p.steps))
		if len(p.victims) < r.q.Victims {
			continue
		}
		f := &Finding{Chain: p.asset.Chain(), Asset: p.asset, From: p.start, To: p.end, Steps: p.steps, Cut: p.cut, Transfers: 2 * p.count,
			Params: []Param{{"smaller share", fmt.Sprintf("%d to %d of 1,000; here %d of 1,000,000", r.q.Least, r.q.Most, p.share)}, {"payers", fmt.Sprintf("at least %d", r.q.Victims)}, {"between", "at most " + span(r.q.Within)}}}
		if p.several {
			f.Asset = clew.Asset{}
		}
		if len(p.rest) == 1 {
			f.Against = append(f.Against, "the rest always goes to the same address: two partners who share their takings look so")
		}
		r.st.tell(SplitRule, f, len(p.victims), r.q.Victims)
	}
}

// End looks at the last transaction, and tells of what is still open.
func (r *Split) End() {
	r.look(r.txs.rest())
	for {
		o, ok := r.due.last()
		if !ok {
			return
		}
		r.close(o)
	}
}
