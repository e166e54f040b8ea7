package exposure

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"clew"
	"clew/ledger"
	"clew/price"
	"clew/tag"
)

// A book is one asset of a flow.
type book struct {
	transfers  uint64
	all        clew.Amount // of the subject's rows that were read
	over       bool        // that is more than 256 bits
	seen       clew.Amount // of the subject's rows that were read, as the ledger's sums count them
	unread     clew.Amount // by the ledger's sums
	self       clew.Amount
	uncounted  clew.Amount
	counted    clew.Amount // what shares are of
	attributed clew.Amount
	worth      price.Money // of what counts
	unpriced   bool        // that is not known
	residual   []Residual

	asset  clew.Asset
	number int32
}

// A metKey tells rows apart.
type metKey struct {
	potKey
	direct bool
}

// A row is one under way.
type row struct {
	Row
	book    *book
	worth   price.Money
	unknown bool // what a part of it is worth is not known
}

func (f *flow) book(asset clew.Asset) *book {
	if f.last != nil && f.last.asset == asset {
		return f.last
	}
	b := f.assets[asset]
	if b == nil {
		b = &book{asset: asset, number: int32(len(f.assets))}
		f.assets[asset] = b
	}
	f.last = b
	return b
}

// sorted returns the assets of a flow in an order of their own.
func (f *flow) sorted() []clew.Asset { return slices.SortedFunc(maps.Keys(f.assets), compareAssets) }

// saw notes a row of the subject that was read.
func (b *book) saw(r *ledger.Row, subject clew.Address) {
	b.transfers++
	var fits bool
	if b.all, fits = b.all.Add(r.Amount); !fits {
		b.over = true
	}
	if !b.over && r.Counts(subject) {
		b.seen = b.seen.Plus(r.Amount)
	}
}

// addUp takes the assets out of a flow whose amounts exceed 256 bits
// together, and adds up what counts of the others.
func (s *session) addUp(f *flow) {
	f.steps = slices.DeleteFunc(f.steps, func(t step) bool {
		if t.book.over {
			f.apart(t)
		}
		return t.book.over
	})
	var over []clew.Asset
	for asset, b := range f.assets {
		if b.over {
			over = append(over, asset)
			delete(f.assets, asset)
		}
	}
	slices.SortFunc(over, compareAssets)
	for _, asset := range over {
		s.overflowed(clew.Pot{Address: s.q.Subject, Asset: asset})
	}
	for i := range f.steps {
		b := f.steps[i].book
		b.counted = b.counted.Plus(f.steps[i].part)
	}
}

// left books value that met nobody who is named.
func (b *book) left(reason Reason, amount clew.Amount) {
	if amount.IsZero() {
		return
	}
	at := slices.IndexFunc(b.residual, func(r Residual) bool { return r.Reason == reason })
	if at < 0 {
		at = len(b.residual)
		b.residual = append(b.residual, Residual{Asset: b.asset, Reason: reason})
	}
	r := &b.residual[at]
	r.Amount = r.Amount.Plus(amount)
	r.Count++
}

// meets books value that met an address of which something is known.
func (s *session) meets(f *flow, t *step, hops int, said *Attribution) {
	id := metKey{potKey{t.to, t.book.number}, hops == 1}
	r := f.met[id]
	if r == nil {
		r = &row{book: t.book, Row: Row{Side: f.side, Direct: id.direct, Hops: hops, Address: s.parties.list[t.to].address, Attribution: said, Asset: t.book.asset, First: t.time, Last: t.time}}
		r.Actor, r.Concept, r.Concepts = said.Grouped()
		r.Unsolicited = r.Direct && f.listed[id.potKey]
		f.met[id] = r
	}
	r.Hops = min(r.Hops, hops)
	r.Amount = r.Amount.Plus(t.part)
	r.seen(t.time)
	r.Count++
	r.keep(Met{Pos: t.pos, Time: t.time, With: s.parties.list[t.from].address, Moved: t.moved, Part: t.part}, s.q.Limits.Evidence)
	if !r.unknown {
		worth, ok := s.worth(t.book.asset, t.part, t.time)
		if r.unknown = !ok; ok {
			r.worth = r.worth.Plus(worth)
		}
	}
}

// seen widens a row's span of time.
func (r *Row) seen(t clew.Time) {
	if t.Known() && (!r.First.Known() || t < r.First) {
		r.First = t
	}
	r.Last = max(r.Last, t)
}

// keep lists a transfer if it is among the largest.
func (r *Row) keep(m Met, most int) {
	for i := range r.Transfers {
		if have := &r.Transfers[i]; have.Pos == m.Pos && have.With == m.With {
			m.Part = m.Part.Plus(have.Part)
			r.Transfers = slices.Delete(r.Transfers, i, i+1)
			break
		}
	}
	at, _ := slices.BinarySearchFunc(r.Transfers, m, func(a, b Met) int { return cmp.Or(b.Part.Cmp(a.Part), a.Pos.Cmp(b.Pos)) })
	if at == most {
		return
	}
	r.Transfers = slices.Insert(r.Transfers, at, m)
	r.Transfers = r.Transfers[:min(len(r.Transfers), most)]
}

func (s *session) worth(asset clew.Asset, amount clew.Amount, at clew.Time) (price.Money, bool) {
	if s.q.Pricer == nil {
		return price.Money{}, false
	}
	return s.q.Pricer.Worth(asset, amount, at)
}

// value adds up what the subject's own dealings are worth.
func (b *book) value(s *session, t *step) {
	if b.unpriced {
		return
	}
	worth, ok := s.worth(b.asset, t.part, t.time)
	if b.unpriced = !ok; ok {
		b.worth = b.worth.Plus(worth)
	}
}

// Grouped returns by what a row is grouped: the actor of the best claim that
// names one and its first concept that ends walks, or else its first; where
// there is no claim, the party and the list.
func (a *Attribution) Grouped() (actor string, concept tag.Concept, all []tag.Concept) {
	for i := range a.Claims {
		c := &a.Claims[i]
		if actor == "" {
			actor = c.Actor
		}
		for _, one := range c.Concepts {
			if concept == "" || tag.StopOf(concept) == tag.NoStop && tag.StopOf(one) != tag.NoStop {
				concept = one
			}
			if !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	if actor == "" && len(a.Listings) > 0 {
		actor = a.Listings[0].Party.Name
	}
	return actor, concept, all
}

// close closes a flow's books.
func (s *session) close(f *flow) Flow {
	flow := Flow{Side: f.side, Uncounted: f.set, Rows: make([]Row, 0, len(f.met)), Totals: []Total{}, Residual: []Residual{}}
	for _, r := range f.met {
		r.Share = Share{r.Amount, r.book.counted}
		if !r.unknown {
			r.USD = &r.worth
		}
		r.book.close(r)
		flow.Rows = append(flow.Rows, r.Row)
	}
	for _, b := range f.assets {
		total := Total{Asset: b.asset, Moved: b.counted.Plus(b.uncounted), Counted: b.counted, Attributed: b.attributed, Uncounted: b.uncounted, Self: b.self,
			Transfers: b.transfers, Read: b.unread.IsZero()}
		for _, r := range b.residual {
			r.Share = Share{r.Amount, b.counted}
			total.Residual = total.Residual.Plus(r.Amount)
			flow.Residual = append(flow.Residual, r)
		}
		if total.Attributed.Plus(total.Residual) != total.Counted {
			panic("exposure: the books of " + b.asset.String() + " do not close")
		}
		if total.Read && !b.unpriced {
			total.USD = &b.worth
		}
		flow.Totals = append(flow.Totals, total)
	}
	flow.sort()
	flow.Groups = groups(flow.Rows)
	return flow
}

// close adds a row to its book.
func (b *book) close(r *row) { b.attributed = b.attributed.Plus(r.Amount) }

// sort puts a flow in its order, which depends on nothing but what it holds.
func (f *Flow) sort() {
	slices.SortFunc(f.Totals, func(a, b Total) int { return compareAssets(a.Asset, b.Asset) })
	slices.SortFunc(f.Rows, func(a, b Row) int {
		if c := cmp.Or(compareBools(b.Direct, a.Direct), cmp.Compare(a.Hops, b.Hops), b.Share.compare(a.Share)); c != 0 {
			return c
		}
		return cmp.Or(compareAssets(a.Asset, b.Asset), compareAddresses(a.Address, b.Address))
	})
	slices.SortFunc(f.Residual, func(a, b Residual) int {
		return cmp.Or(compareAssets(a.Asset, b.Asset), b.Amount.Cmp(a.Amount), strings.Compare(string(a.Reason), string(b.Reason)))
	})
	slices.SortFunc(f.Uncounted, func(a, b Uncounted) int {
		return cmp.Or(strings.Compare(string(a.Why), string(b.Why)), compareAssets(a.Asset, b.Asset), b.Amount.Cmp(a.Amount), compareAddresses(a.Address, b.Address))
	})
}

// compare orders shares to 2^-62, exactly where they are of one whole.
func (s Share) compare(t Share) int {
	if s.Whole == t.Whole {
		return s.Of.Cmp(t.Of)
	}
	return cmp.Compare(s.weight(), t.weight())
}

// weight returns the share in 2^-62.
func (s Share) weight() uint64 {
	w, _ := s.Of.MulDiv(clew.Units(1<<62), s.Whole)
	n, _ := w.Uint64()
	return n
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func compareAssets(a, b clew.Asset) int { return strings.Compare(a.String(), b.String()) }

func compareAddresses(a, b clew.Address) int {
	x, _ := a.RawKey()
	y, _ := b.RawKey()
	return cmp.Or(cmp.Compare(a.Form(), b.Form()), bytes.Compare(x[:], y[:]))
}
