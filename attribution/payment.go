package attribution

import (
	"cmp"
	"slices"

	"clew"
	"clew/cluster"
	"clew/launder"
	"clew/trace"
)

// A payment is value of the theft that went from somebody to an address: a transfer
// or, of a transaction of Bitcoin and its kin, one output.
type payment struct {
	use   *trace.Use
	from  []clew.Address // one; of several inputs, those that the theft's value had come to
	to    clew.Address
	whole clew.Amount // that was paid, the theft's or not
	ours  clew.Amount
	parts []trace.Part
}

// A place is where a transfer stands.
type place struct {
	chain clew.Chain
	pos   clew.Pos
}

func placeOf(t *clew.Transfer) place { return place{t.Asset.Chain(), t.Pos} }

// late reports whether a time lies after what the profile is to know of, or may.
func (b *maker) late(t clew.Time) bool { return b.Until.Known() && (!t.Known() || t > b.Until) }

// payments returns what the theft's value did, in order. Value that went into a
// CoinJoin, or among the inputs of others, is not followed: whose outputs are whose
// does not show.
func (b *maker) payments() (list []payment) {
	ours := map[clew.Address]bool{}
	b.joined, b.pooled = map[place]clew.Time{}, map[clew.Address]bool{}
	unclear, parted := false, false
	for _, u := range b.inOrder() {
		t := &u.Transfer
		switch {
		case b.late(t.Time):
		case u.Legs != nil:
			from, others := b.spenders(u, ours)
			mixes := b.mixes(u, others > 0)
			if unclear = unclear || mixes; !mixes {
				paid := outputsOf(u, from, ours)
				list = append(list, paid...)
				b.pool(paid, others)
			} else if len(from) > 0 {
				b.joined[placeOf(t)] = t.Time
			}
		case len(t.From) == 1 && len(t.To) == 1:
			list = append(list, payment{u, []clew.Address{t.From[0].Address}, t.To[0].Address, t.Amount(), u.Amount, u.Parts})
		default:
			parted = true
		}
	}
	if parted {
		b.out.lack(ItemAddresses, "some transactions do not say whose output was paid by whom: what they paid is not compared")
	}
	if unclear {
		b.out.lack(ItemAddresses, "value went through transactions that look like CoinJoins: what came out of them is not compared")
	}
	return list
}

// outputsOf returns what a transaction paid with coins of the theft's, and notes to
// whom. With none of them, what is marked came out of a CoinJoin, and may be anybody's.
func outputsOf(u *trace.Use, from []clew.Address, ours map[clew.Address]bool) (list []payment) {
	t := &u.Transfer
	for i, parts := range u.Legs {
		if len(from) == 0 || len(parts) == 0 || t.To[i].Address.IsZero() {
			continue
		}
		p := payment{use: u, from: from, to: t.To[i].Address, whole: t.To[i].Amount, parts: parts}
		for _, x := range parts {
			p.ours = plus(p.ours, x.Amount)
		}
		list, ours[p.to] = append(list, p), true
	}
	return list
}

// inOrder returns the transfers that marked value went through, by time.
func (b *maker) inOrder() []*trace.Use {
	list := make([]*trace.Use, len(b.Trace.Uses))
	for i := range list {
		list[i] = &b.Trace.Uses[i]
	}
	slices.SortStableFunc(list, func(x, y *trace.Use) int {
		if x.Transfer.Asset.Chain() == y.Transfer.Asset.Chain() {
			return x.Transfer.Pos.Cmp(y.Transfer.Pos)
		}
		return cmp.Compare(x.Transfer.Time, y.Transfer.Time)
	})
	return list
}

// spenders returns whose coins a transaction spends, of those that the theft's value
// had come to; and of how many inputs it does not. Where the value comes in from
// elsewhere, by the theft itself or by a crossing, it is all of them.
func (b *maker) spenders(u *trace.Use, ours map[clew.Address]bool) (from []clew.Address, others int) {
	known := func(l clew.Leg) bool { return ours[l.Address] }
	enters := u.Hop == 0 || !slices.ContainsFunc(u.Transfer.From, known) && b.comesOut(placeOf(&u.Transfer))
	for _, l := range u.Transfer.From {
		switch {
		case l.Address.IsZero() || !enters && !ours[l.Address]:
			others++
		case !slices.Contains(from, l.Address):
			from = append(from, l.Address)
		}
	}
	return from, others
}

// leastPooled is how many inputs of others must be spent beside an address's coins,
// to pay a service, for it to be taken for a deposit address there.
const leastPooled = 3

// pool notes addresses whose coins are spent with those of several others to pay a
// service and nobody else: as a service gathers what its customers paid in. Known
// failure: whoever adds as many coins of their own that are not the theft's.
func (b *maker) pool(paid []payment, others int) {
	for i := range paid {
		if others < leastPooled || b.ends[paid[i].to] != trace.AtService {
			return
		}
	}
	for i := range paid {
		for _, a := range paid[i].from {
			b.pooled[a] = true
		}
	}
}

// comesOut reports whether a conversion that value went through pays it out at a
// place.
func (b *maker) comesOut(at place) bool {
	return slices.ContainsFunc(b.Trace.Conversions, func(c trace.Crossing) bool {
		return c.Conversion.OutChain == at.chain && slices.Contains(c.Conversion.Out, at.pos)
	})
}

// mixes reports whether a transaction, as it looks, gives value to others than whose
// coins it spends. The theft's own transaction is what the start says it is.
func (b *maker) mixes(u *trace.Use, others bool) bool {
	if u.Hop == 0 {
		return false
	}
	join, is := launder.FindJoin(&u.Transfer)
	return is && join.Certainty != launder.Possible && join.Kind != launder.WhirlpoolTx0 || others && cluster.VetoOf(&u.Transfer) == cluster.EqualOutputs
}
