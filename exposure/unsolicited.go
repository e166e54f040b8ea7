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
	pot     clew.Pot
	amount  clew.Amount
	worth   price.Money
	unknown bool // what a part of it is worth
	n       int
	last    clew.Pos
}

// setAside takes out of what came in what nobody asked for. What an address
// sent that is on an official list, or was, always counts.
func (s *session) setAside(ctx context.Context, in, out *flow) error {
	in.note(Empty, in.empty)
	in.note(Items, in.items)
	if !out.all || !s.holds(clew.Pot{Address: s.q.Subject}) {
		return nil // it may have asked for anything
	}
	paid, sent := map[clew.Address]bool{}, map[clew.Asset]bool{}
	for i := range out.steps {
		paid[out.steps[i].to], sent[out.steps[i].asset] = true, true
	}
	asides := map[clew.Pot]Why{}
	looks := spamLooks
	for _, g := range s.givers(in, paid) {
		why := s.isDust(in, &g)
		if why == "" && g.unknown && !sent[g.pot.Asset] && !g.pot.Asset.IsNative() && looks > 0 {
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
		if said := s.know(g.pot.Address); said == nil || len(said.Listings) == 0 {
			in.set = append(in.set, Uncounted{Why: why, Asset: g.pot.Asset, Address: g.pot.Address, Attribution: said, Amount: g.amount, Transfers: g.n})
		} else {
			in.listed = append(in.listed, g.pot)
			continue
		}
		asides[g.pot] = why
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
func (s *session) givers(in *flow, paid map[clew.Address]bool) []giver {
	index := map[clew.Pot]int{}
	var list []giver
	for i := range in.steps {
		t := &in.steps[i]
		if paid[t.to] || t.to.IsZero() || t.to.IsIssuer() || t.lost {
			continue
		}
		pot := clew.Pot{Address: t.to, Asset: t.asset}
		at, ok := index[pot]
		if !ok {
			at = len(list)
			index[pot] = at
			list = append(list, giver{pot: pot})
		}
		g := &list[at]
		worth, known := s.worth(t.asset, t.part, t.time)
		g.amount, g.worth = g.amount.Plus(t.part), g.worth.Plus(worth)
		g.unknown = g.unknown || !known
		g.n++
		if g.last.Before(t.pos) {
			g.last = t.pos
		}
	}
	slices.SortFunc(list, func(a, b giver) int {
		return cmp.Or(compareAssets(a.pot.Asset, b.pot.Asset), compareAddresses(a.pot.Address, b.pot.Address))
	})
	return list
}

// isDust says whether what an address sent is dust.
func (s *session) isDust(in *flow, g *giver) Why {
	if !g.unknown {
		if one, _ := price.ParseDecimal("1"); g.worth.Cmp(one.Times(clew.Units(dustDollars), 0)) <= 0 {
			return Dust
		}
		return ""
	}
	b := in.assets[g.pot.Asset]
	if least, _ := b.counted.Plus(b.unread).MulDiv(clew.Units(1), clew.Units(dustParts)); g.amount.Cmp(least) <= 0 {
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
		if all[i].Asset == g.pot.Asset {
			for _, l := range all[i].To {
				payees[l.Address] = true
			}
		}
	}
	return len(payees) >= spamPayees, nil
}

// drop takes steps out of a flow.
func (f *flow) drop(asides map[clew.Pot]Why) {
	if len(asides) == 0 {
		return
	}
	f.steps = slices.DeleteFunc(f.steps, func(t step) bool {
		if asides[clew.Pot{Address: t.to, Asset: t.asset}] == "" || t.lost {
			return false
		}
		b := f.assets[t.asset]
		b.counted, b.uncounted = b.counted.Minus(t.part), b.uncounted.Plus(t.part)
		return true
	})
}
