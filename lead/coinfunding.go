package lead

import (
	"context"
	"slices"

	"clew"
	"clew/cluster"
	"clew/cluster/account"
	"clew/ledger"
	"clew/tag"
)

// mostPayers is how many of those whose coins a transaction spent a step names
// beside the one that is followed.
const mostPayers = 100

// coinStep finds the transaction that first paid an address of Bitcoin or its
// kin, and whose coins that spent. There is no gas there, so a first payment
// takes the place of the first payment of a fee. It is followed to an input's
// address with a tag that ends the chain; if there is none, to the one that paid
// the most. Where that cannot be told, it ends f.
func (q *FundingQuery) coinStep(ctx context.Context, f *Funding, s ledger.Snapshot) (FundingStep, bool, error) {
	step := FundingStep{Address: f.At, Asset: clew.NativeAsset(f.At.Chain()), Whole: s.Coverage().Holds(f.At, clew.Window{To: s.AsOf().Height + 1})}
	in, err := account.FirstPayments(ctx, s, f.At)
	if err != nil {
		return step, false, err
	}
	for i := range in {
		t, err := s.Transfer(ctx, in[i].Pos)
		if err != nil {
			return step, false, err
		}
		if slices.ContainsFunc(t.From, func(l clew.Leg) bool { return l.Address == f.At }) {
			continue // change
		}
		step.Pos, step.Tx, step.Time = t.Pos, t.Tx, t.Time
		for _, l := range t.To {
			if l.Address == f.At {
				step.Amount = step.Amount.Plus(l.Amount)
			}
		}
		f.End = q.payers(&step, &t)
		return step, true, nil
	}
	return step, false, nil
}

// payers says whose coins a transaction spent, and why the chain ends with it,
// if it does.
func (q *FundingQuery) payers(step *FundingStep, t *clew.Transfer) FundingEnd {
	sums := map[clew.Address]clew.Amount{}
	var all []clew.Address
	for _, l := range t.From {
		if l.Address.IsZero() {
			step.Unnamed++
			continue
		}
		if _, met := sums[l.Address]; !met {
			all = append(all, l.Address)
		}
		sums[l.Address] = sums[l.Address].Plus(l.Amount)
	}
	if len(all) == 0 {
		if l := &t.From[0]; l.Spends == nil && !l.Unknown {
			step.Unnamed = 0
			return EndIssued
		}
		return EndUnnamed
	}
	slices.SortStableFunc(all, func(a, b clew.Address) int { return sums[b].Cmp(sums[a]) })
	at := 0
	if q.Namer != nil {
		if i := slices.IndexFunc(all, func(a clew.Address) bool { stop, _ := q.Namer.Stop(a); return stop != tag.NoStop }); i >= 0 {
			at = i
		}
	}
	step.From = all[at] // a tag that ends the chain comes before what the transaction looks like
	all = slices.Delete(all, at, at+1)
	step.Payers, step.Others = len(all)+1, all[:min(len(all), mostPayers)]
	if len(all) > 0 && cluster.VetoOf(t) == cluster.EqualOutputs {
		return EndJoined
	}
	return ""
}
