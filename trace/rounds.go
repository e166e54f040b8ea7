package trace

import (
	"cmp"
	"slices"

	"clew"
	"clew/evm"
)

// Bounds of what is looked at for rounds in one transaction: transfers with a part in
// any, and how often all of them are looked through.
const (
	mostRound  = 1 << 10
	mostPasses = 16
)

// A flow is a transfer of a transaction between two of its pots.
type flow struct {
	pos      clew.Pos
	from, to int // numbers of pots
	was      clew.Amount
	left     clew.Amount // less what is netted
	decided  bool        // a case, a record or a conversion says what becomes of it
}

// A passage takes units of one pot to another: by a flow, or by the two that turn a
// chain's coin into its wrapper or back. left is what may still be netted.
type passage struct {
	from, to int
	out, in  int // flows by which they leave and come: the same, but for a wrapping
	left     clew.Amount
}

// A turn is as much of a round as was netted, by its passages.
type turn struct {
	round  []int
	amount clew.Amount
}

// rounds are what goes round within one transaction: units that leave a pot and come
// back to it, over others or not, as a loan does, or as a refund. All that a round
// touches has afterwards what it had before, so it is netted as far as every pot could
// do without it: its flows carry so much less. The way of a walk plays no part.
type rounds struct {
	pots     []clew.Pot
	flows    []flow  // in the order of the chain
	of       [][]int // by pot, its flows
	passages []passage
	ways     [][]int // by pot, the passages that leave it

	// held returns what a pot held before the transaction.
	held func(clew.Pot) (clew.Amount, error)

	// refunds are pots to which a part of what they gave may come back as a refund, for
	// they gave what is marked: that is not netted, but followed.
	refunds map[clew.Pot]bool

	begun, stuck map[int]bool // passages with which rounds begin that were netted, and that could not be
}

// roundsOf lays out the transfers of one transaction of a chain. decided reports
// whether something is said of a transfer or its pots, so that it stands as it is.
func roundsOf(tx []clew.Transfer, decided func(*clew.Transfer) bool) *rounds {
	b := &rounds{begun: map[int]bool{}, stuck: map[int]bool{}}
	numbers := map[clew.Pot]int{}
	number := func(a clew.Address, asset clew.Asset) int {
		if a.IsIssuer() {
			a = clew.Address{} // nobody
		}
		id := clew.Pot{Address: a, Asset: asset}
		n, known := numbers[id]
		if !known {
			n = len(b.pots)
			numbers[id] = n
			b.pots, b.of = append(b.pots, id), append(b.of, nil)
		}
		return n
	}
	for i := range tx {
		t := &tx[i]
		if len(t.From) != 1 || len(t.To) != 1 || !t.Asset.IsFungible() || t.Amount().IsZero() || t.From[0].Address == t.To[0].Address {
			continue
		}
		f := flow{pos: t.Pos, was: t.Amount(), left: t.Amount(), from: number(t.From[0].Address, t.Asset), to: number(t.To[0].Address, t.Asset)}
		f.decided = t.Pos.Class >= clew.Fee || t.Aggregate != nil || t.From[0].Unknown || t.To[0].Unknown || decided(t)
		b.flows = append(b.flows, f)
	}
	slices.SortFunc(b.flows, func(f, g flow) int { return f.pos.Cmp(g.pos) })
	for i := range b.flows {
		f := &b.flows[i]
		b.of[f.from], b.of[f.to] = append(b.of[f.from], i), append(b.of[f.to], i)
	}
	b.lay()
	return b
}

// lay makes the passages, and leaves out those that are of no round.
func (b *rounds) lay() {
	wrapping := b.wrappings()
	for i := range b.flows {
		f := &b.flows[i]
		if !f.decided && !wrapping[i] {
			b.passages = append(b.passages, passage{f.from, f.to, i, i, f.left})
		}
	}
	for b.trim() {
	}
	slices.SortFunc(b.passages, func(s, t passage) int {
		return cmp.Or(cmp.Compare(min(s.out, s.in), min(t.out, t.in)), cmp.Compare(s.out, t.out))
	})
	b.ways = make([][]int, len(b.pots))
	for i, s := range b.passages {
		b.ways[s.from] = append(b.ways[s.from], i)
	}
}

// trim leaves out passages from pots that no passage leads to, and to pots that none
// leaves, and reports whether there were any.
func (b *rounds) trim() bool {
	come, leave := make([]bool, len(b.pots)), make([]bool, len(b.pots))
	for _, s := range b.passages {
		come[s.to], leave[s.from] = true, true
	}
	before := len(b.passages)
	b.passages = slices.DeleteFunc(b.passages, func(s passage) bool { return !come[s.from] || !leave[s.to] })
	return len(b.passages) < before
}

// wrappings makes passages of the transfers that turn the coin into its wrapper or back
// for one address, one for one, and says which those are.
func (b *rounds) wrappings() map[int]bool {
	used := map[int]bool{}
	for i := range b.flows {
		f := &b.flows[i]
		token := b.pots[f.from].Asset
		wrapper := evm.Wrapper(token.Chain())
		if f.decided || wrapper.IsZero() || token.Contract() != wrapper || !b.nobody(f.from) && !b.nobody(f.to) {
			continue
		}
		for k := range b.flows {
			g := &b.flows[k]
			if used[k] || g.decided || g.was != f.was || !b.pots[g.from].Asset.IsNative() {
				continue
			}
			payer, payee := b.pots[g.from].Address, b.pots[g.to].Address
			switch {
			case b.nobody(f.from) && payee == wrapper && payer == b.pots[f.to].Address:
				b.passages = append(b.passages, passage{g.from, f.to, k, i, f.left})
			case b.nobody(f.to) && payer == wrapper && payee == b.pots[f.from].Address:
				b.passages = append(b.passages, passage{f.from, g.to, i, k, f.left})
			default:
				continue
			}
			used[i], used[k] = true, true
			break
		}
	}
	return used
}

func (b *rounds) nobody(pot int) bool { return b.pots[pot].Address.IsZero() }

// any reports whether anything may go round, within the bound.
func (b *rounds) any() bool { return len(b.passages) > 0 && len(b.passages) <= mostRound }
