package lead

import (
	"slices"

	"clew"
	"clew/launder"
	"clew/trace"
)

// place gives every unit of a place its standing.
func (s *stopping) place(p *trace.Place) {
	if p.Amount.IsZero() {
		return
	}
	if p.Kind == trace.TokenFee { // it is not where it was taken
		s.lost(p, Unknown, IsTokenFee)
		return
	}
	if slices.Contains(s.Own, p.Address) {
		s.lost(p, NotGone, OwnersPlace)
		return
	}
	if w := s.Guide.windowOf(p.Address, p.Tag); w != nil && p.Kind != trace.PaidAsFee && !p.Address.IsZero() {
		s.window(p, w)
		return
	}
	switch p.Kind {
	case trace.AtService:
		s.each(p, Chance{Means: HoldDeposit, Standing: CanStop, Why: AtTheService, Who: s.Guide.serviceOf(p), Deadline: Deadline{Kind: AnyMoment}})
	case trace.AtSuspected:
		s.each(p, Chance{Means: FindOut, Standing: MayStop, Why: NoOwner, Who: Party{Basis: clew.Inferred}, Deadline: Deadline{Kind: AnyMoment}})
	case trace.InBridge:
		s.each(p, Chance{Means: StopBridge, Standing: MayStop, Why: NoWindow, Who: s.Guide.serviceOf(p), Deadline: Deadline{Kind: NotKnown}})
	case trace.Locked:
		s.each(p, Chance{Means: AwaitExit, Standing: MayStop, Why: NoWindow, Who: s.Guide.serviceOf(p), Deadline: Deadline{Kind: NotKnown}})
	case trace.AtMixer:
		s.lost(p, CannotStop, IsMixed)
	case trace.Unconverted:
		s.lost(p, CannotStop, IsConverted)
	case trace.PaidAsFee:
		s.lost(p, CannotStop, IsFee)
	case trace.Burnt:
		why := TokenBurnt
		if p.Asset.IsNative() {
			why = IsBurnt
		}
		s.lost(p, CannotStop, why)
	default:
		s.tip(p)
	}
}

// tip books value where it was last seen.
func (s *stopping) tip(p *trace.Place) {
	who, can := s.Guide.issuerOf(p.Asset)
	rests := p.Kind == trace.AtRest
	act := barredBy(p)
	switch {
	case can || act != nil:
		s.freezable(p, who, act)
	case p.Kind == trace.Dust:
		s.lost(p, Unknown, IsDust)
	case p.Asset.IsNative() && rests:
		if left := s.staked(p); !left.IsZero() {
			s.lose(p, CannotStop, IsCoin, left)
		}
	case rests:
		s.lost(p, Unknown, NotInGuide)
	default:
		s.lost(p, Unknown, WalkEnded)
	}
}

// freezable books a token that its issuer can freeze, or has frozen or paused.
func (s *stopping) freezable(p *trace.Place, who Party, act *clew.Act) {
	c := Chance{Means: FreezeToken, Standing: CanStop, Why: Rests, Who: who, Deadline: Deadline{Kind: AnyMoment}, Basis: clew.Claimed}
	switch {
	case act != nil:
		c.Standing, c.Why, c.Act, c.Deadline, c.Basis = Frozen, FrozenAct, act, Deadline{Kind: NoneNeeded}, clew.Fact
		if act.Kind == clew.Pause {
			c.Why = PausedAct
		}
	case p.Kind != trace.AtRest:
		c.Standing, c.Why = MayStop, WalkEnded
	}
	c.Deposits = s.uses[clew.Pot{Address: p.Address, Asset: p.Asset}]
	s.keep(p, c, p.Amount)
}

// barredBy returns the act in force that bars what lies at a place from moving,
// a freeze of the address before a pause of all; nil if none is held.
func barredBy(p *trace.Place) *clew.Act {
	var found *clew.Act
	for i := range p.States {
		switch a := &p.States[i]; a.Kind {
		case clew.Freeze:
			return a
		case clew.Pause:
			found = a
		}
	}
	return found
}

// window books payments into a place where value waits.
func (s *stopping) window(p *trace.Place, w *Window) {
	who := Party{Name: w.Who, Source: w.source(), Basis: clew.Claimed, ID: w.ID, Tag: p.Tag}
	c := Chance{Means: StopBridge, Standing: MayStop, Why: NoWindow, Who: who, Deadline: Deadline{Kind: NotKnown}, Window: w.Name, Note: w.Note}
	if w.Kind == unstaking && w.Who == "" {
		c.Means = AwaitExit
	}
	deposits := s.depositsOf(p)
	if w.Kind == streaming {
		s.swaps(p, w, c, deposits)
		return
	}
	if w.Least == 0 {
		c.Deposits = deposits
		s.keep(p, c, p.Amount)
		return
	}
	for _, d := range deposits {
		one := c
		one.Deposits = []Deposit{d}
		end := d.Time + w.wait(d.Pos)
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
	if c.Means == StopBridge {
		c.Onward = s.onward(p.Asset.Chain(), c.Deposits)
	}
	if c.Onward != nil && c.Who.Name == "" {
		if known, ok := launder.ProtocolOf(c.Onward.Protocol); ok {
			c.Who.Name = known.Title
		}
	}
	if c.Basis == "" {
		c.Basis = c.Who.Basis
	}
	s.out.Chances = append(s.out.Chances, c)
	s.add(p.Asset, c.Standing, amount)
}

// lost books what nobody is known to be able to stop.
func (s *stopping) lost(p *trace.Place, standing Standing, why Reason) {
	s.lose(p, standing, why, p.Amount)
}

// lose books so much of a place as what nobody is known to be able to stop.
func (s *stopping) lose(p *trace.Place, standing Standing, why Reason, amount clew.Amount) {
	key := Rest{Standing: standing, Why: why, Kind: p.Kind, Role: p.Role, Asset: p.Asset}
	r := s.rest[key]
	if r == nil {
		fresh := key
		r = &fresh
		s.rest[key] = r
	}
	r.Amount, r.Places = s.plus(r.Amount, amount), r.Places+1
	s.add(p.Asset, standing, amount)
}
