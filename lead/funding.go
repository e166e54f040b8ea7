package lead

import (
	"context"
	"slices"

	"clew"
	"clew/cluster/account"
	"clew/ledger"
	"clew/tag"
)

// A FundingQuery asks by whom an address was first given the coin that pays its
// fees, and by whom that one, and so on.
type FundingQuery struct {
	Address clew.Address

	// Open returns a ledger that holds as much as can be had of an address. It is
	// called once for each address, in order; the query closes nothing.
	Open func(ctx context.Context, a clew.Address) (ledger.Snapshot, error)

	Namer  Namer
	Guide  *Guide
	Hops   int    // most addresses that are gone through, 1 to MaxFundingHops
	Degree uint64 // rows on one side beyond which an untagged address is a suspected service
}

// MaxFundingHops bounds a chain of funding.
const MaxFundingHops = 50

// A FundingEnd says why a chain of funding ended.
type FundingEnd string

// The ends.
const (
	EndService   FundingEnd = "a service, as a tag says"
	EndSuspected FundingEnd = "a suspected service: it behaves like one, and no tag says whose it is"
	EndMixer     FundingEnd = "a mixer"
	EndBridge    FundingEnd = "a bridge: the coin came from another chain"
	EndLocked    FundingEnd = "a place where value is staked or waits: the coin came out of it"
	EndConverter FundingEnd = "an exchange contract: the coin was bought with another asset"
	EndIssued    FundingEnd = "newly made coins, such as a reward or a validator's withdrawal"
	EndNotHeld   FundingEnd = "no payment of the coin to it is held"
	EndUnfetched FundingEnd = "an address whose history could not be fetched, or not all of it"
	EndLimit     FundingEnd = "the limit of hops"
	EndCircle    FundingEnd = "an address that the chain went through before"
	EndJoined    FundingEnd = "a transaction that looks like a CoinJoin: its inputs may be of several people"
	EndUnnamed   FundingEnd = "inputs whose addresses are not held"
)

// A FundingStep is the payment by which an address came to the coin that paid
// its first fee, as far as that can be told; on Bitcoin and its kin, where coins
// that are spent pay the fee themselves, the first payment to it.
type FundingStep struct {
	Address clew.Address `json:"address"`
	From    clew.Address `json:"from,omitzero"`
	Pos     clew.Pos     `json:"pos"`
	Tx      clew.TxID    `json:"tx,omitzero"`
	Time    clew.Time    `json:"time,omitzero"`
	Asset   clew.Asset   `json:"asset"`
	Amount  clew.Amount  `json:"amount"`
	Sender  clew.Address `json:"sender,omitzero"` // of the transaction, where it is not From: a contract was paid to pass it on
	Earlier int          `json:"earlier"`         // payments before it that did not cover the first fee: dust, maybe
	Fee     clew.Amount  `json:"fee,omitzero"`    // the address's first fee; zero: none is held
	Whole   bool         `json:"whole"`           // its history is held from the beginning
	Said    *tag.Tag     `json:"said,omitempty"`  // of From

	// On Bitcoin and its kin alone, where one transaction spends coins of several.
	Payers  int            `json:"payers,omitempty"`  // addresses whose coins it spent; From is the one that is followed
	Others  []clew.Address `json:"others,omitempty"`  // the rest, who paid the most first, at most 100
	Unnamed int            `json:"unnamed,omitempty"` // inputs whose address is not held
}

// A Funding is a chain of first payments, from the address asked about back: a
// lead for legal process. That who pays a first fee has to do with who uses the
// address is a supposition.
type Funding struct {
	Steps   []FundingStep `json:"steps,omitempty"`
	Aids    []Aid         `json:"aids,omitempty"` // of the addresses that the chain went through; on Tron alone
	End     FundingEnd    `json:"end"`
	At      clew.Address  `json:"at,omitzero"`
	Who     Party         `json:"who,omitzero"`       // at the end, if a tag says
	Unasked string        `json:"notAsked,omitempty"` // what of the aids is not looked up
}

// FollowFunding answers a query.
func FollowFunding(ctx context.Context, q FundingQuery) (*Funding, error) {
	f := &Funding{At: q.Address}
	seen := map[clew.Address]bool{}
	for range min(q.Hops, MaxFundingHops) {
		seen[f.At] = true
		s, err := q.Open(ctx, f.At)
		if err != nil {
			return nil, err
		}
		if len(f.Steps) > 0 {
			if wide, err := q.wide(ctx, s, f.At); err != nil || wide {
				f.End = EndSuspected
				return f, err
			}
		}
		step, found, err := q.step(ctx, f, s)
		if err != nil || !found {
			f.End = EndNotHeld
			return f, err
		}
		if q.take(f, step); f.End != "" {
			return f, nil
		}
		if seen[f.At] {
			f.End = EndCircle
			return f, nil
		}
	}
	f.End = EndLimit
	return f, nil
}

// step finds the payment that the chain goes back by from where it is, and what
// others did beside it.
func (q *FundingQuery) step(ctx context.Context, f *Funding, s ledger.Snapshot) (FundingStep, bool, error) {
	if f.At.Chain().IsBitcoin() {
		return q.coinStep(ctx, f, s)
	}
	in, err := account.FirstPayments(ctx, s, f.At)
	if err != nil {
		return FundingStep{}, false, err
	}
	if err := q.help(ctx, f, s, in); err != nil {
		return FundingStep{}, false, err
	}
	step, found, err := firstGas(ctx, s, f.At, in)
	if found {
		f.Aids = slices.DeleteFunc(f.Aids, func(x Aid) bool { return x.Kind == FirstCoin && x.Pos == step.Pos })
	}
	return step, found, err
}

// help adds who opened the account of the address that the chain is at, and who
// lent it resources.
func (q *FundingQuery) help(ctx context.Context, f *Funding, s ledger.Snapshot, in []ledger.Row) error {
	found, err := q.aids(ctx, s, f.At, in)
	f.Aids = append(f.Aids, found...)
	whole := s.Coverage().Whole
	if f.At.Chain().IsTron() && (len(whole) == 0 || !whole[0].Covers(clew.Window{To: s.AsOf().Height + 1})) {
		f.Unasked = NotAllAid
	}
	return err
}

// wide reports whether an address has more transfers than one user's.
func (q *FundingQuery) wide(ctx context.Context, s ledger.Snapshot, a clew.Address) (bool, error) {
	out, err := s.Count(ctx, a, ledger.Out)
	if err != nil {
		return false, err
	}
	in, err := s.Count(ctx, a, ledger.In)
	return max(out, in) > q.Degree, err
}

// take adds a step, and ends the chain where its payer is known to be no user.
func (q *FundingQuery) take(f *Funding, step FundingStep) {
	f.At = step.From
	if f.End == "" && (step.From.IsZero() || step.From.IsIssuer()) {
		f.End = EndIssued
	}
	stop := tag.NoStop
	if q.Namer != nil && !step.From.IsZero() {
		stop, step.Said = q.Namer.Stop(step.From)
	}
	f.Steps = append(f.Steps, step)
	ends := map[tag.Stop]FundingEnd{tag.Service: EndService, tag.Mixer: EndMixer, tag.Bridge: EndBridge, tag.Locked: EndLocked, tag.Conversion: EndConverter}
	if end, ok := ends[stop]; ok {
		f.End, f.Who = end, q.Guide.partyOf(step.Said)
	}
}

// firstGas returns the first payment of the coin to an address that could pay
// its first fee by itself; if there is none, the first of all.
func firstGas(ctx context.Context, s ledger.Snapshot, a clew.Address, in []ledger.Row) (FundingStep, bool, error) {
	c := s.Coverage()
	step := FundingStep{Address: a, Asset: clew.NativeAsset(a.Chain()), Whole: c.Holds(a, clew.Window{To: s.AsOf().Height + 1})}
	g, err := account.FindFirstGas(ctx, s, a, in)
	if err != nil || g == nil {
		return step, false, err
	}
	t := &g.Transfer
	step.From, step.Pos, step.Tx, step.Time, step.Amount, step.Earlier = g.From, t.Pos, t.Tx, t.Time, g.Amount, g.Earlier
	step.Sender, step.Fee = g.Sender, g.Fee
	return step, true, nil
}
