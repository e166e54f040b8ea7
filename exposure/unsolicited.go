package exposure

import (
	"cmp"
	"context"
	"slices"

	"clew"
	"clew/price"
)

// The rules of what nobody asked for. They concern what came from an address
// that the subject never paid, and only where all that the subject paid is
// known. docs/METHODS.md says what they miss.
const (
	dustDollars = 1         // all that an address sent of an asset, if that is worth no more, is dust
	dustParts   = 1_000_000 // where the worth is not known: if it is at most one part in so many of what came in
	spamPayees  = 10        // a token is spam if the transaction pays it to so many addresses
	spamLooks   = 32        // transactions that are looked at for that
)

// A giver is what one address sent the subject of one asset.
type giver struct {
	potKey
	book    *book
	amount  clew.Amount
	worth   price.Money
	unknown bool // what a part of it is worth
	n       int
	last    clew.Pos
}

// setAside takes out of what came in what nobody asked for. What an address
// sent that is on an official list, or was, always counts.
func (s *session) setAside(ctx context.Context, in, out *flow) error {
	if !out.all || !s.holds(clew.Pot{Address: s.q.Subject}) {
		return nil // it may have asked for anything
	}
	paid, sent := map[int32]bool{}, map[clew.Asset]bool{}
	for i := range out.steps {
		paid[out.steps[i].to], sent[out.steps[i].book.asset] = true, true
	}
	asides := map[potKey]bool{}
	looks := spamLooks
	for _, g := range s.givers(in, paid) {
		why := g.isDust()
		if why == "" && g.unknown && !sent[g.book.asset] && !g.book.asset.IsNative() && !s.q.Vetted(g.book.asset) && looks > 0 {
			looks--
			mass, err := s.isMass(ctx, &g)
			if err != nil {
				return err
			}
			if mass {
				why = Spam
			}
		}
		if why == "" {
			continue
		}
		said := s.know(g.party)
		if said != nil && len(said.Listings) > 0 {
			in.listed[g.potKey] = true
			continue
		}
		in.set = append(in.set, Uncounted{Why: why, Asset: g.book.asset, Address: s.parties.list[g.party].address, Attribution: said, Amount: g.amount, Transfers: g.n})
		asides[g.potKey] = true
	}
	in.drop(asides)
	return nil
}

// note says how many transfers do not count, of all addresses together.
func (f *flow) note(why Why, n int) {
	if n > 0 {
		f.set = append(f.set, Uncounted{Why: why, Transfers: n})
	}
}

// givers returns who sent what, of those that the subject never paid, in an
// order of their own.
func (s *session) givers(in *flow, paid map[int32]bool) []giver {
	index := map[potKey]int{}
	var list []giver
	for i := range in.steps {
		t := &in.steps[i]
		if paid[t.to] || s.parties.list[t.to].nobody || t.lost {
			continue
		}
		pot := potKey{t.to, t.book.number}
		at, ok := index[pot]
		if !ok {
			at = len(list)
			index[pot] = at
			list = append(list, giver{potKey: pot, book: t.book})
		}
		g := &list[at]
		g.amount = g.amount.Plus(t.part)
		if !g.unknown {
			worth, known := s.worth(t.book.asset, t.part, t.time)
			if g.unknown = !known; known {
				g.worth = g.worth.Plus(worth)
			}
		}
		g.n++
		if g.last.Before(t.pos) {
			g.last = t.pos
		}
	}
	slices.SortFunc(list, func(a, b giver) int {
		return cmp.Or(compareAssets(a.book.asset, b.book.asset), compareAddresses(s.parties.list[a.party].address, s.parties.list[b.party].address))
	})
	return list
}

// isDust says whether what an address sent is dust.
func (g *giver) isDust() Why {
	if !g.unknown {
		if one, _ := price.ParseDecimal("1"); g.worth.Cmp(one.Times(clew.Units(dustDollars), 0)) <= 0 {
			return Dust
		}
		return ""
	}
	if least, _ := g.book.counted.Plus(g.book.unread).MulDiv(clew.Units(1), clew.Units(dustParts)); g.amount.Cmp(least) <= 0 {
		return Dust
	}
	return ""
}

// isMass reports whether the transaction by which a token last came pays it to
// many.
func (s *session) isMass(ctx context.Context, g *giver) (bool, error) {
	t, err := s.q.Ledger.Transfer(ctx, g.last)
	if err != nil {
		return false, err
	}
	if t.Tx.IsZero() {
		return false, nil
	}
	all, err := s.q.Ledger.Transaction(ctx, t.Tx)
	if err != nil {
		return false, err
	}
	s.answer.Work.Transfers += len(all)
	payees := map[clew.Address]bool{}
	for i := range all {
		if all[i].Asset == g.book.asset {
			for _, l := range all[i].To {
				payees[l.Address] = true
			}
		}
	}
	return len(payees) >= spamPayees, nil
}

// drop takes steps out of a flow.
func (f *flow) drop(asides map[potKey]bool) {
	if len(asides) == 0 {
		return
	}
	f.steps = slices.DeleteFunc(f.steps, func(t step) bool {
		if !asides[potKey{t.to, t.book.number}] || t.lost {
			return false
		}
		b := t.book
		b.counted, b.uncounted = b.counted.Minus(t.part), b.uncounted.Plus(t.part)
		return true
	})
}
