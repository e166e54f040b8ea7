package attribution

import (
	"cmp"
	"context"
	"slices"

	"clew"
	"clew/lead"
	"clew/ledger"
)

// funding follows who paid the first fees of the theft's own addresses, the
// nearest to the theft first.
func (b *maker) funding(ctx context.Context) error {
	own := b.funded()
	if len(own) > mostFunded {
		b.out.lack(ItemGas, "who paid the first fees was followed for the 20 addresses nearest to the theft")
	}
	unseen := 0
	paid := map[clew.Address]*Address{}
	var order []clew.Address
	for _, a := range own[:min(len(own), mostFunded)] {
		s := b.ledgerOf(a)
		if s == nil {
			continue
		}
		f, err := lead.FollowFunding(ctx, lead.FundingQuery{Address: a, Open: func(context.Context, clew.Address) (ledger.Snapshot, error) { return s, nil },
			Namer: b.Namer, Guide: b.Guide, Hops: fundingHops, Degree: b.Degree})
		if err != nil {
			return err
		}
		if len(f.Steps) == 0 || f.Steps[0].Fee.IsZero() {
			unseen++
			continue
		}
		for i := range f.Steps {
			last := i == len(f.Steps)-1
			if !b.payer(&f.Steps[i], i+1, last && many(f.End), paid, &order) {
				break
			}
		}
	}
	if unseen > 0 {
		b.out.lack(ItemGas, "of some addresses no fee and no first payment is held")
	}
	for _, a := range order {
		b.out.Addresses = append(b.out.Addresses, *paid[a])
	}
	return nil
}

// funded returns the theft's own addresses of which somebody paid a first fee, the
// nearest to the theft first.
func (b *maker) funded() []clew.Address {
	own := b.own()
	if len(own) > 0 && !slices.ContainsFunc(own, func(a clew.Address) bool { return !a.Chain().IsBitcoin() }) {
		b.out.lack(ItemGas, "on Bitcoin and its kin coins pay their own fees: nobody pays a first one")
	}
	own = slices.DeleteFunc(own, func(a clew.Address) bool { return a.Chain().IsBitcoin() })
	slices.SortStableFunc(own, func(x, y clew.Address) int { return cmp.Compare(b.at[x].Hop, b.at[y].Hop) })
	return own
}

// payer takes one step back, and reports whether to go on: not beyond whom the
// theft took from, nor into the theft's own addresses, which are followed by
// themselves.
func (b *maker) payer(step *lead.FundingStep, back int, many bool, paid map[clew.Address]*Address, order *[]clew.Address) bool {
	from := step.From
	if from.IsZero() || from.IsIssuer() || b.victim[from] || b.at[from] != nil {
		return false
	}
	if x := paid[from]; x != nil {
		x.Hop = min(x.Hop, back)
		x.First = min(x.First, step.Time)
		return true
	}
	did := PaidGas
	if many {
		did = Served
	}
	paid[from] = &Address{Address: from, Did: did, Hop: back, First: step.Time, Last: step.Time, Basis: clew.Inferred, Source: "who paid the first fee"}
	*order = append(*order, from)
	return true
}

// many reports whether a chain of funding ended at somebody whom many use.
func many(e lead.FundingEnd) bool {
	return slices.Contains([]lead.FundingEnd{lead.EndService, lead.EndSuspected, lead.EndMixer, lead.EndBridge, lead.EndConverter, lead.EndLocked, lead.EndJoined}, e)
}
