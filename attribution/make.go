package attribution

import (
	"context"
	"slices"

	"clew"
	"clew/incident"
	"clew/lead"
	"clew/ledger"
	"clew/tag"
	"clew/trace"
)

// A Making is what a profile is made from.
type Making struct {
	ID, Title, Day string
	Sources        []string

	// Trace follows the theft forward. By taint-first, value of others that comes
	// to the thief's addresses, such as dust, changes nothing of what is seen.
	Trace   *trace.Result
	Ledgers []ledger.Snapshot // that it was walked over
	Namer   lead.Namer        // nil: nothing is claimed of addresses
	Roles   map[clew.Address]trace.Role
	Guide   *lead.Guide
	Sender  clew.Address // of the theft's own, where the trace starts with what it sent; nobody: with what victims did

	// Deposit infers of an address that it is one customer's at a service; nil: none
	// is known for that.
	Deposit func(ctx context.Context, a clew.Address) (bool, error)

	Degree uint64 // rows on one side beyond which an address is taken for a service

	// Until leaves out all that happened after it; zero: nothing. What tags and the
	// trace say of who serves many rests on all that is held.
	Until clew.Time
}

// Method names how profiles are made.
const Method = "walk before any service, version 1"

// most bound how much is read for a profile.
const (
	mostFunded  = 20     // addresses whose funding is followed
	fundingHops = 4      // how far
	mostRows    = 2_000  // of one address
	mostSwept   = 50_000 // transfers of others, for their hours
	sharePart   = 1000
)

// Make makes a profile. It reads the ledgers within bounds; what they cut short is
// among the profile's lacks. A trace that goes backward is an input error.
func Make(ctx context.Context, m Making) (*Profile, error) {
	if m.Trace.Method.Direction == trace.Backward {
		return nil, &clew.InputError{Field: "direction", Value: "backward", Want: "a forward trace"}
	}
	b := &maker{Making: m, out: &Profile{Schema: Schema, ID: m.ID, Title: m.Title, Day: m.Day, Method: Method + ", " + string(m.Trace.Method.Policy), Sources: m.Sources}}
	b.place()
	b.begin()
	for _, do := range []func(context.Context) error{b.walk, b.deposits, b.company, b.funding, b.hours, b.steps, b.fees} {
		if err := do(ctx); err != nil {
			return nil, err
		}
	}
	b.finish()
	return b.out, nil
}

// A maker is a profile in the making.
type maker struct {
	Making
	out    *Profile
	ends   map[clew.Address]trace.PlaceKind // where the walk ended
	at     map[clew.Address]*met
	order  []clew.Address
	victim map[clew.Address]bool
	times  map[place]clew.Time
	paid   []payment
	pooled map[clew.Address]bool
	joined map[place]clew.Time // what looks like a CoinJoin, with the theft's value
}

// A met is what is known of an address that value came to.
type met struct {
	Address
	from   map[clew.Address]bool // who brought the theft's value
	share  map[string]clew.Amount
	assets map[clew.Asset]int
	ours   map[clew.Asset]clew.Amount
	passed bool
	gather clew.Time // when the third brought some
}

// place notes where the walk ended at somebody that many use.
func (b *maker) place() {
	b.ends, b.at, b.victim, b.times = map[clew.Address]trace.PlaceKind{}, map[clew.Address]*met{}, map[clew.Address]bool{}, map[place]clew.Time{}
	for i := range b.Trace.Places {
		p := &b.Trace.Places[i]
		switch p.Kind {
		case trace.AtService, trace.AtSuspected, trace.AtMixer, trace.InBridge, trace.Locked, trace.Unconverted:
			b.ends[p.Address] = p.Kind
		}
	}
	for _, as := range b.Trace.AsOf {
		b.out.Chains = append(b.out.Chains, as.Chain)
		b.out.AsOf = max(b.out.AsOf, as.Block.Time)
	}
	if b.late(b.out.AsOf) {
		b.out.AsOf = b.Until
	}
	b.converters()
}

// converters notes whom value was paid to that came out as something else: pools
// of exchanges and bridges, which many use, though a ledger held in part does not
// show it.
func (b *maker) converters() {
	in := map[place]bool{}
	for i := range b.Trace.Conversions {
		c := &b.Trace.Conversions[i].Conversion
		for _, pos := range c.In {
			in[place{c.InChain, pos}] = true
		}
	}
	for i := range b.Trace.Uses {
		t := &b.Trace.Uses[i].Transfer
		if len(t.To) == 1 && in[placeOf(t)] && b.ends[t.To[0].Address] == "" {
			b.ends[t.To[0].Address] = trace.Unconverted
		}
	}
}

// firstOf returns when a use first happened.
func firstOf(t *clew.Transfer) clew.Time {
	if t.Aggregate != nil {
		return t.Aggregate.First
	}
	return t.Time
}

// begin finds the first transfer of the theft, and whom it took from.
func (b *maker) begin() {
	for i := range b.Trace.Uses {
		u := &b.Trace.Uses[i]
		first := firstOf(&u.Transfer)
		b.times[placeOf(&u.Transfer)] = first
		if u.Hop > 0 {
			continue
		}
		for _, l := range u.Transfer.From {
			b.victim[l.Address] = l.Address != b.Sender
		}
		b.send(u)
		if first.Known() && (!b.out.Begun.Known() || first < b.out.Begun) {
			b.out.Begun = first
		}
	}
}

// send notes that the theft's own address had what the trace starts with, if it does.
func (b *maker) send(u *trace.Use) {
	if b.Sender.IsZero() || b.late(u.Transfer.Time) || !slices.ContainsFunc(u.Transfer.From, func(l clew.Leg) bool { return l.Address == b.Sender }) {
		return
	}
	b.meet(&payment{use: u, to: b.Sender, ours: u.Amount, parts: u.Parts})
	b.at[b.Sender].passed = true
}

// walk goes over the payments of the theft's value.
func (b *maker) walk(ctx context.Context) error {
	b.paid = b.payments()
	for i := range b.paid {
		if err := ctx.Err(); err != nil {
			return err
		}
		p := &b.paid[i]
		back := slices.Contains(p.from, p.to)
		for _, from := range p.from {
			if x := b.at[from]; x != nil && p.use.Hop > 0 && !back {
				x.passed = true
			}
		}
		if !back && !p.to.IsZero() && !p.to.IsIssuer() && !b.victim[p.to] {
			b.meet(p)
		}
	}
	return nil
}

// meet notes that value came to an address.
func (b *maker) meet(p *payment) {
	x, u := b.at[p.to], p.use
	first := firstOf(&u.Transfer)
	if x == nil {
		if len(b.order) == MaxAddresses {
			return
		}
		x = &met{Address: Address{Address: p.to, Hop: u.Hop, First: first, Basis: clew.Inferred, Source: Method}, from: map[clew.Address]bool{},
			share: map[string]clew.Amount{}, assets: map[clew.Asset]int{}, ours: map[clew.Asset]clew.Amount{}}
		b.at[p.to], b.order = x, append(b.order, p.to)
	}
	x.Hop, x.Last = min(x.Hop, u.Hop), max(x.Last, u.Transfer.Time)
	for _, from := range p.from {
		x.paidBy(from, first)
	}
	x.assets[u.Transfer.Asset]++
	x.ours[u.Transfer.Asset] = plus(x.ours[u.Transfer.Asset], p.ours)
	for _, part := range p.parts {
		x.share[part.Origin] = plus(x.share[part.Origin], part.Basis)
	}
}

// paidBy notes who brought value.
func (x *met) paidBy(from clew.Address, first clew.Time) {
	if x.from[from] {
		return
	}
	if x.from[from] = true; len(x.from) == leastGathered {
		x.gather = first
	}
	if len(x.From) <= MaxFrom {
		x.From = append(x.From, from)
	}
}

// leastGathered is how many addresses of a theft must pay one for it to gather.
const leastGathered = 2

// plus adds up what can be counted again and again as value goes round; beyond 256
// bits it stays at the most.
func plus(a, b clew.Amount) clew.Amount {
	if clew.MaxAmount.Minus(a).Less(b) {
		return clew.MaxAmount
	}
	return a.Plus(b)
}

// deposits tells what each address did.
func (b *maker) deposits(ctx context.Context) error {
	for _, a := range b.order {
		x := b.at[a]
		did, source, err := b.did(ctx, x)
		if err != nil {
			return err
		}
		x.Did = did
		if source != "" {
			x.Source, x.Basis = source, clew.Claimed
		}
		for i := range b.Trace.Origins {
			o := &b.Trace.Origins[i]
			if part, ok := x.share[o.ID].MulDiv(clew.Units(sharePart), o.Amount); ok {
				x.Share = max(x.Share, int(min(part.Limbs()[0], sharePart)))
			}
		}
	}
	return nil
}

// did returns what an address did, and who says so where it is a claim.
func (b *maker) did(ctx context.Context, x *met) (Did, string, error) {
	if role, ok := b.Roles[x.Address.Address]; ok && role.Name == string(incident.ExchangeDeposit) {
		return Deposited, "a role of the incident's file", nil
	}
	if b.pooled[x.Address.Address] {
		return Deposited, "", nil
	}
	if _, ok := b.ends[x.Address.Address]; ok || b.stops(x.Address.Address) {
		return Served, "", nil
	}
	if b.Deposit != nil && x.passed && !b.Until.Known() {
		if is, err := b.Deposit(ctx, x.Address.Address); err != nil || is {
			return Deposited, "", err
		}
	}
	switch {
	case !x.passed:
		return Kept, "", nil
	case len(x.from) >= leastGathered:
		return Consolidated, "", nil
	case x.Hop == 0:
		return Received, "", nil
	}
	return PassedOn, "", nil
}

// stops reports whether a claim says that many use an address.
func (b *maker) stops(a clew.Address) bool {
	if b.Namer == nil {
		return false
	}
	stop, _ := b.Namer.Stop(a)
	return stop != tag.NoStop
}

// ledgerOf returns the ledger of an address's chain; nil if it was not walked over.
func (b *maker) ledgerOf(a clew.Address) ledger.Snapshot {
	for _, s := range b.Ledgers {
		if s.Chain() == a.Chain() {
			return s
		}
	}
	return nil
}

// own returns the addresses that passed value on before any service, as far as
// they are the theft's: not those to which twice as much came from elsewhere, nor
// those behind them. A trail may have been laid to these, or they serve others, and
// neither their hours nor who paid their fees shows anything of the theft.
func (b *maker) own() (list []clew.Address) {
	all := make([]Address, 0, len(b.order))
	for _, a := range b.order {
		all = append(all, b.at[a].Address)
	}
	foreign := behind(all, func(x *Address) bool {
		return plus(x.Ours, x.Ours).Less(x.Came.MinusOrZero(x.Ours))
	})
	for _, a := range b.order {
		if slices.Contains([]Did{Received, PassedOn, Consolidated}, b.at[a].Did) && !foreign[a] {
			list = append(list, a)
		}
	}
	return list
}

// finish puts the parts in order, and says what was not seen.
func (b *maker) finish() {
	for _, a := range b.order {
		b.out.Addresses = append(b.out.Addresses, b.at[a].Address)
	}
	sorted(b.out.Addresses)
	b.out.Addresses = b.out.Addresses[:min(len(b.out.Addresses), MaxAddresses)]
	if len(b.order) == MaxAddresses {
		b.out.lack(ItemAddresses, "there are more addresses than a profile keeps: the nearest to the theft are kept")
	}
	if b.Until.Known() {
		b.out.lack(ItemDeposits, "deposit addresses are inferred from all that is held, and not where a later part of it is left out")
	}
	b.out.Whole = !b.Trace.Partial && len(b.Trace.Limits) == 0
	for i := range b.Trace.Places {
		b.out.Whole = b.out.Whole && b.Trace.Places[i].Kind != trace.NotHeld
	}
	if !b.out.Whole {
		b.out.lack(ItemAddresses, "the walk ended where history is not held, or at a limit: what lies behind was not compared")
	}
}
