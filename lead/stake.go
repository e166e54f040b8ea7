package lead

import (
	"context"
	"slices"

	"clew"
	"clew/ledger"
	"clew/trace"
)

// ReadStakes adds to stakes the acts of staking of those addresses at which, by
// a trace, coins of the snapshot's chain rest, up to the trace's last block. An address that staked too often
// to be read whole is left out.
func ReadStakes(ctx context.Context, r ledger.Snapshot, t *trace.Result, stakes map[clew.Address][]clew.Act) error {
	chain := r.Chain()
	if !RecordsStakes(chain) {
		return nil
	}
	q := ledger.ActQuery{Kinds: []clew.ActKind{clew.Stake, clew.Unstake, clew.Restake}, Limit: maxStakeActs}
	for _, a := range t.AsOf {
		if a.Chain == chain {
			q.Until = clew.Pos{Height: a.Block.Height + 1}
		}
	}
	for i := range t.Places {
		p := &t.Places[i]
		if p.Kind != trace.AtRest || !p.Asset.IsNative() || p.Address.Chain() != chain || stakes[p.Address] != nil {
			continue
		}
		q.Address = p.Address
		acts, more, err := r.Acts(ctx, q, nil)
		if err != nil {
			return err
		}
		acts = slices.DeleteFunc(acts, func(a clew.Act) bool { return a.On != p.Address }) // on Solana who acts is another
		if len(acts) > 0 && !more {
			stakes[p.Address] = acts
		}
	}
	return nil
}

// maxStakeActs is how often an address may have staked to be read.
const maxStakeActs = 1 << 14

// staked books what of the coins at a place is tied up by stake, and returns the
// rest. Which coins of an address are staked no chain records: those marked are
// taken to be, the soonest to come out first.
func (s *stopping) staked(p *trace.Place) clew.Amount {
	left := p.Amount
	w := s.Guide.byStake[p.Address.Chain()]
	acts := s.Stakes[p.Address]
	if w == nil || len(acts) == 0 {
		return left
	}
	tied, asked := standOf(acts, w)
	c := Chance{Means: AwaitExit, Who: Party{Name: w.Who, Source: w.source(), Basis: clew.Claimed, ID: w.ID}, Window: w.Name, Note: w.Note}
	book := func(standing Standing, amount clew.Amount, act *clew.Act, why Reason, end Deadline) {
		if left.Less(amount) {
			amount = left
		}
		if left = left.MinusOrZero(amount); !amount.IsZero() {
			one := c
			one.Standing, one.Act, one.Why, one.Deadline = standing, act, why, end
			s.keep(p, one, amount)
		}
	}
	for i := range asked {
		end := asked[i].Time + w.wait(asked[i].Pos)
		switch {
		case end > s.Now:
			book(MayStop, asked[i].Amount, &asked[i], Unstaking, Deadline{At, end})
		case w.Epoch > 0: // the end of an epoch is no certain time
			book(Passed, asked[i].Amount, &asked[i], WindowOver, Deadline{HasPassed, end})
		}
	}
	later := Deadline{At, s.Now + w.wait(clew.Pos{})}
	if w.Epoch > 0 { // it may end at any moment
		later = Deadline{Kind: NotKnown}
	}
	book(MayStop, tied, nil, Staked, later)
	return left
}

// standOf returns what of an address's coins is tied up after acts in chain
// order, and what was asked back and not staked again. What was staked before
// the acts held is not known, so tied may be too little. On Solana an act is
// about all that a stake account has: one that is staked anew asks nothing back.
func standOf(acts []clew.Act, w *Window) (tied clew.Amount, asked []clew.Act) {
	for _, a := range acts {
		whole := a.On.Chain().IsSolana()
		switch a.Kind {
		case clew.Stake:
			if whole {
				tied, asked = clew.Amount{}, nil
			}
			tied, _ = tied.Add(a.Amount)
		case clew.Unstake:
			if whole {
				tied, asked = clew.Amount{}, nil
			}
			tied = tied.MinusOrZero(a.Amount)
			asked = append(asked, a)
		case clew.Restake:
			for _, one := range asked {
				if one.Time+w.wait(one.Pos) > a.Time {
					tied, _ = tied.Add(one.Amount)
				}
			}
			asked = nil
		}
	}
	return tied, asked
}
