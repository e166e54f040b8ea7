package lead

import (
	"context"

	"clew"
	"clew/trace"
)

// place gives every unit of a place its standing.
func (s *stopping) place(ctx context.Context, p *trace.Place) error {
	if p.Amount.IsZero() {
		return nil
	}
	if w := s.Guide.windowOf(p.Address, p.Tag); w != nil && p.Kind != trace.PaidAsFee && !p.Address.IsZero() {
		s.window(p, w)
		return nil
	}
	switch p.Kind {
	case trace.AtService:
		s.each(p, Chance{Means: HoldDeposit, Standing: CanStop, Why: AtTheService, Who: s.Guide.serviceOf(p), Deadline: Deadline{Kind: AnyMoment}})
	case trace.AtSuspected:
		s.each(p, Chance{Means: FindOut, Standing: MayStop, Why: NoOwner, Who: Party{Basis: clew.Inferred}, Deadline: Deadline{Kind: AnyMoment}})
	case trace.InBridge:
		s.each(p, Chance{Means: StopBridge, Standing: MayStop, Why: NoWindow, Who: s.Guide.serviceOf(p), Deadline: Deadline{Kind: NotKnown}})
	case trace.AtMixer:
		s.lost(p, CannotStop, IsMixed)
	case trace.Unconverted:
		s.lost(p, CannotStop, IsConverted)
	case trace.PaidAsFee:
		s.lost(p, CannotStop, IsFee)
	case trace.Burnt:
		s.lost(p, CannotStop, IsBurnt)
	default:
		return s.tip(ctx, p)
	}
	return nil
}

// tip books value where it was last seen.
func (s *stopping) tip(ctx context.Context, p *trace.Place) error {
	who, can := s.Guide.issuerOf(p.Asset)
	rests := p.Kind == trace.AtRest
	switch {
	case !can && p.Kind == trace.Dust:
		s.lost(p, Unknown, IsDust)
	case !can && p.Asset.IsNative() && rests:
		s.lost(p, CannotStop, IsCoin)
	case !can && !p.Asset.IsNative() && rests:
		s.lost(p, Unknown, NotInGuide)
	case !can:
		s.lost(p, Unknown, WalkEnded)
	default:
		return s.freezable(ctx, p, who)
	}
	return nil
}

// freezable books a token that its issuer can freeze, or has frozen.
func (s *stopping) freezable(ctx context.Context, p *trace.Place, who Party) error {
	c := Chance{Means: FreezeToken, Standing: CanStop, Why: Rests, Who: who, Deadline: Deadline{Kind: AnyMoment}, Basis: clew.Claimed}
	if p.Kind != trace.AtRest {
		c.Standing, c.Why = MayStop, WalkEnded
	}
	act, err := s.frozenBy(ctx, clew.Pot{Address: p.Address, Asset: p.Asset})
	if err != nil {
		return err
	}
	if act != nil {
		c.Standing, c.Why, c.Act, c.Deadline, c.Basis = Frozen, FrozenAct, act, Deadline{Kind: NoneNeeded}, clew.Fact
	}
	c.Deposits = s.uses[clew.Pot{Address: p.Address, Asset: p.Asset}]
	s.keep(p, c, p.Amount)
	return nil
}

// frozenBy returns the act by which a token's own contract bars an address, if
// no later one held lifts it.
func (s *stopping) frozenBy(ctx context.Context, pot clew.Pot) (*clew.Act, error) {
	if s.Acts == nil || pot.Address.IsZero() {
		return nil, nil
	}
	if act, known := s.frozen[pot]; known {
		return act, nil
	}
	acts, err := s.Acts(ctx, pot.Address)
	if err != nil {
		return nil, err
	}
	s.frozen[pot] = frozenIn(acts, pot)
	return s.frozen[pot], nil
}

// frozenIn returns the last freeze of a pot that stands. Only acts of the
// token's own contract count: any contract may log that it freezes somebody.
func frozenIn(acts []clew.Act, pot clew.Pot) *clew.Act {
	var standing *clew.Act
	for i := range acts {
		a := &acts[i]
		if a.On != pot.Address || a.Asset != pot.Asset {
			continue
		}
		switch a.Kind {
		case clew.Freeze:
			standing = a
		case clew.Unfreeze:
			standing = nil
		}
	}
	return standing
}

// window books payments into a place where value waits.
func (s *stopping) window(p *trace.Place, w *Window) {
	who := Party{Name: w.Who, Source: w.source(), Basis: clew.Claimed, ID: w.ID, Tag: p.Tag}
	c := Chance{Means: StopBridge, Standing: MayStop, Why: NoWindow, Who: who, Deadline: Deadline{Kind: NotKnown}, Window: w.Name, Note: w.Note}
	deposits := s.depositsOf(p)
	if w.Least == 0 {
		c.Deposits = deposits
		s.keep(p, c, p.Amount)
		return
	}
	for _, d := range deposits {
		one := c
		one.Deposits = []Deposit{d}
		end := d.Time + clew.Time(w.Least)*3600
		switch {
		case !d.Time.Known():
			one.Why = NoTime
		case end <= s.Now:
			one.Standing, one.Why, one.Deadline = Passed, WindowOver, Deadline{HasPassed, end}
		default:
			one.Standing, one.Why, one.Deadline = CanStop, InFlight, Deadline{At, end}
		}
		s.keep(p, one, d.Marked)
	}
}

// each books every transfer that arrived at a stop on its own.
func (s *stopping) each(p *trace.Place, c Chance) {
	for _, d := range s.depositsOf(p) {
		one := c
		one.Deposits = []Deposit{d}
		s.keep(p, one, d.Marked)
	}
}

// depositsOf returns the transfers that brought a place what lies there. Where
// they do not add up to it, for some was passed on, it returns one without a
// transaction, of the earliest time that value came.
func (s *stopping) depositsOf(p *trace.Place) []Deposit {
	list := make([]Deposit, 0, len(p.Arrivals))
	for _, a := range p.Arrivals {
		list = append(list, Deposit{Pos: a.Pos, Tx: a.Tx, Time: a.Time, From: a.From, Marked: a.Amount, Moved: a.Moved})
	}
	uses := s.uses[clew.Pot{Address: p.Address, Asset: p.Asset}]
	for _, candidate := range [][]Deposit{list, uses} {
		if s.sum(candidate) == p.Amount {
			return candidate
		}
	}
	all := Deposit{Pos: p.Last, Time: p.Time, Marked: p.Amount}
	for _, d := range uses {
		if d.Time.Known() && d.Time < all.Time {
			all.Pos, all.Time = d.Pos, d.Time
		}
	}
	return []Deposit{all}
}

func (s *stopping) sum(list []Deposit) clew.Amount {
	var sum clew.Amount
	for _, d := range list {
		sum = s.plus(sum, d.Marked)
	}
	return sum
}

// keep books a chance.
func (s *stopping) keep(p *trace.Place, c Chance, amount clew.Amount) {
	c.Kind, c.Address, c.Asset, c.Amount = p.Kind, p.Address, p.Asset, amount
	if c.Basis == "" {
		c.Basis = c.Who.Basis
	}
	s.out.Chances = append(s.out.Chances, c)
	s.add(p.Asset, c.Standing, amount)
}

// lost books what nobody is known to be able to stop.
func (s *stopping) lost(p *trace.Place, standing Standing, why Reason) {
	key := Rest{Standing: standing, Why: why, Kind: p.Kind, Role: p.Role, Asset: p.Asset}
	r := s.rest[key]
	if r == nil {
		fresh := key
		r = &fresh
		s.rest[key] = r
	}
	r.Amount, r.Places = s.plus(r.Amount, p.Amount), r.Places+1
	s.add(p.Asset, standing, p.Amount)
}
