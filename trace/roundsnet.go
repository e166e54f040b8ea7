package trace

import (
	"slices"

	"clew"
)

// A sought says which rounds are looked for: how long, and whether of one amount.
type sought struct {
	longest int
	exact   bool
}

// net nets what it can: first between two pots and then over more, of each first what
// goes round whole and then what does in part. What is netted may let others be.
func (b *rounds) net() error {
	for range mostPasses {
		netted := false
		for _, s := range []sought{{2, true}, {2, false}, {len(b.passages), true}, {len(b.passages), false}} {
			for i := range b.passages {
				some, err := b.netFrom(i, s)
				if err != nil {
					return err
				}
				netted = netted || some
			}
		}
		if !netted {
			return nil
		}
	}
	return nil
}

// netFrom nets the rounds that begin with a passage, and reports whether there were any.
func (b *rounds) netFrom(first int, s sought) (bool, error) {
	var done []turn
	delete(b.stuck, first)
	for !b.passages[first].left.IsZero() {
		round := b.find(first, s)
		if round == nil {
			if own := b.passages[first].from; b.refunds[b.pots[own]] {
				b.undo(done)
				return false, nil
			}
			break
		}
		most, err := b.most(round)
		if err != nil {
			return false, err
		}
		if most.IsZero() {
			b.stuck[first] = true
			break
		}
		b.take(round, most)
		done = append(done, turn{round, most})
	}
	if len(done) > 0 {
		b.begun[first] = true
	}
	return len(done) > 0, nil
}

// take nets some of a round.
func (b *rounds) take(round []int, amount clew.Amount) {
	for _, i := range round {
		s := &b.passages[i]
		s.left = s.left.Minus(amount)
		b.flows[s.out].left = b.flows[s.out].left.Minus(amount)
		if s.in != s.out {
			b.flows[s.in].left = b.flows[s.in].left.Minus(amount)
		}
	}
}

// undo leaves as they were rounds that were netted.
func (b *rounds) undo(done []turn) {
	for _, d := range done {
		for _, i := range d.round {
			s := &b.passages[i]
			s.left = s.left.Plus(d.amount)
			b.flows[s.out].left = b.flows[s.out].left.Plus(d.amount)
			if s.in != s.out {
				b.flows[s.in].left = b.flows[s.in].left.Plus(d.amount)
			}
		}
	}
}

// find returns the shortest round of which a passage is the first, in the order of the
// chain: nil if there is none.
func (b *rounds) find(first int, wanted sought) []int {
	goal, amount := b.passages[first].from, b.passages[first].left
	by := map[int]int{b.passages[first].to: first} // the passage that first led to a pot
	reached := []int{b.passages[first].to}
	for depth := 2; depth <= wanted.longest && len(reached) > 0; depth++ {
		var next []int
		for _, pot := range reached {
			if b.nobody(pot) {
				continue
			}
			for _, i := range b.ways[pot] {
				s := &b.passages[i]
				if _, known := by[s.to]; i <= first || known || s.left.IsZero() || wanted.exact && s.left != amount {
					continue
				}
				by[s.to] = i
				if s.to == goal {
					return b.back(by, first, goal)
				}
				next = append(next, s.to)
			}
		}
		reached = next
	}
	return nil
}

// back returns the passages that led round to a pot; nil if they begin with nobody and
// nothing was lent.
func (b *rounds) back(by map[int]int, first, goal int) (round []int) {
	for at := goal; ; at = b.passages[by[at]].from {
		if round = append(round, by[at]); by[at] == first {
			break
		}
	}
	slices.Reverse(round)
	if b.nobody(goal) && !b.lent(round) {
		return nil
	}
	return round
}

// lent reports whether what is issued at the beginning of a round and ceases to be at
// its end was issued for nothing and gave nothing: neither its contract took part
// otherwise, nor did any who held it pay another asset before, or get one after, beside
// what is netted. The coin's transfers have no place among those of tokens: any is
// taken to matter.
func (b *rounds) lent(round []int) bool {
	begin, end := b.flows[b.passages[round[0]].out].pos, b.flows[b.passages[round[len(round)-1]].in].pos
	asset := b.pots[b.passages[round[0]].from].Asset
	member := map[clew.Address]bool{}
	for _, i := range round {
		member[b.pots[b.passages[i].from].Address] = true
	}
	delete(member, clew.Address{})
	for i := range b.flows {
		f := &b.flows[i]
		from, to := b.pots[f.from], b.pots[f.to]
		if f.pos.Class >= clew.Fee || from.Asset == asset || f.left.IsZero() {
			continue
		}
		if issuer := asset.Contract(); from.Address == issuer || to.Address == issuer {
			return false
		}
		before, after := f.pos.Before(begin) || from.Asset.IsNative(), end.Before(f.pos) || from.Asset.IsNative()
		if before && member[from.Address] || after && member[to.Address] {
			return false
		}
	}
	return true
}

// most returns how much of a round can be netted: every pot that it touches can still
// pay what it pays beside.
func (b *rounds) most(round []int) (clew.Amount, error) {
	most, less := b.passages[round[0]].left, map[int]bool{}
	for _, i := range round {
		s := &b.passages[i]
		most = most.Min(s.left)
		less[s.out], less[s.in] = true, true
	}
	seen := map[int]bool{}
	for f := range less {
		for _, pot := range []int{b.flows[f].from, b.flows[f].to} {
			if seen[pot] || b.nobody(pot) {
				continue
			}
			seen[pot] = true
			spare, err := b.spare(pot, less, most)
			if err != nil {
				return clew.Amount{}, err
			}
			most = most.Min(spare)
		}
	}
	return most, nil
}

// spare returns how much less each of some flows can carry, up to most, without a pot
// being short of what it pays.
func (b *rounds) spare(pot int, less map[int]bool, most clew.Amount) (clew.Amount, error) {
	if !b.waits(pot, less) {
		return most, nil
	}
	held, err := b.held(b.pots[pot])
	if err != nil {
		return clew.Amount{}, err
	}
	without := 0
	for _, i := range b.of[pot] {
		f := &b.flows[i]
		fits := !held.Less(f.left)
		if f.to == pot {
			held, fits = held.Add(f.left)
		} else if fits {
			held = held.Minus(f.left)
		}
		if !fits {
			return clew.Amount{}, nil
		}
		if without += b.brought(i, pot, less); without > 0 {
			each, _ := held.MulDiv(clew.Units(1), clew.Units(uint64(without)))
			most = most.Min(each)
		}
	}
	return most, nil
}

// waits reports whether a pot would be brought less before it pays less.
func (b *rounds) waits(pot int, less map[int]bool) bool {
	without := 0
	for _, i := range b.of[pot] {
		if without += b.brought(i, pot, less); without > 0 {
			return true
		}
	}
	return false
}

// brought is 1 for a flow that is to bring a pot less, -1 for one by which it is to
// pay less, and 0 for all others.
func (b *rounds) brought(i, pot int, less map[int]bool) int {
	switch {
	case !less[i]:
		return 0
	case b.flows[i].to == pot:
		return 1
	}
	return -1
}

// left returns how many rounds there are that were not netted, or not whole.
func (b *rounds) left() int { return len(b.stuck) }
