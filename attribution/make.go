package attribution

import (
	"context"
	"errors"
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

	// Deposit infers of an address that it is one customer's at a service; nil: none
	// is known for that.
	Deposit func(ctx context.Context, a clew.Address) (bool, error)

	Degree uint64 // rows on one side beyond which an address is taken for a service
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
	for _, do := range []func(context.Context) error{b.walk, b.deposits, b.company, b.funding, b.hours, b.steps} {
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
	times  map[clew.Pos]clew.Time
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
	b.ends, b.at, b.victim, b.times = map[clew.Address]trace.PlaceKind{}, map[clew.Address]*met{}, map[clew.Address]bool{}, map[clew.Pos]clew.Time{}
	for i := range b.Trace.Places {
		p := &b.Trace.Places[i]
		switch p.Kind {
		case trace.AtService, trace.AtSuspected, trace.AtMixer, trace.InBridge, trace.Locked, trace.Unconverted:
			b.ends[p.Address] = p.Kind
		}
	}
	for _, as := range b.Trace.AsOf {
		b.out.Chains = append(b.out.Chains, as.Chain)
	}
	b.converters()
}

// converters notes whom value was paid to that came out as something else: pools
// of exchanges and bridges, which many use, though a ledger held in part does not
// show it.
func (b *maker) converters() {
	type at struct {
		chain clew.Chain
		pos   clew.Pos
	}
	in := map[at]bool{}
	for i := range b.Trace.Conversions {
		c := &b.Trace.Conversions[i].Conversion
		for _, pos := range c.In {
			in[at{c.InChain, pos}] = true
		}
	}
	for i := range b.Trace.Uses {
		t := &b.Trace.Uses[i].Transfer
		if len(t.To) == 1 && in[at{t.Asset.Chain(), t.Pos}] && b.ends[t.To[0].Address] == "" {
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
		b.times[u.Transfer.Pos] = first
		if u.Hop > 0 {
			continue
		}
		for _, l := range u.Transfer.From {
			b.victim[l.Address] = true
		}
		if first.Known() && (!b.out.Begun.Known() || first < b.out.Begun) {
			b.out.Begun = first
		}
	}
}

// walk goes over the transfers that marked value went through.
func (b *maker) walk(ctx context.Context) error {
	parted := 0
	for i := range b.Trace.Uses {
		if err := ctx.Err(); err != nil {
			return err
		}
		u := &b.Trace.Uses[i]
		if len(u.Transfer.From) != 1 || len(u.Transfer.To) != 1 {
			parted++
			continue
		}
		from, to := u.Transfer.From[0].Address, u.Transfer.To[0].Address
		if x := b.at[from]; x != nil && u.Hop > 0 && to != from {
			x.passed = true
		}
		if to.IsZero() || to.IsIssuer() || b.victim[to] {
			continue
		}
		b.meet(u, from, to)
	}
	if parted > 0 {
		b.out.lack(ItemAddresses, "transactions of several inputs or outputs do not say whose output was paid by whom: addresses on chains of outputs are not compared")
	}
	return nil
}

// meet notes that value came to an address.
func (b *maker) meet(u *trace.Use, from, to clew.Address) {
	x := b.at[to]
	first := firstOf(&u.Transfer)
	if x == nil {
		if len(b.order) == MaxAddresses {
			return
		}
		x = &met{Address: Address{Address: to, Hop: u.Hop, First: first, Basis: clew.Inferred, Source: Method}, from: map[clew.Address]bool{},
			share: map[string]clew.Amount{}, assets: map[clew.Asset]int{}, ours: map[clew.Asset]clew.Amount{}}
		b.at[to], b.order = x, append(b.order, to)
	}
	x.Hop, x.Last = min(x.Hop, u.Hop), max(x.Last, u.Transfer.Time)
	if !x.from[from] {
		if x.from[from] = true; len(x.from) == leastGathered {
			x.gather = first
		}
		if len(x.From) <= MaxFrom {
			x.From = append(x.From, from)
		}
	}
	x.assets[u.Transfer.Asset]++
	x.ours[u.Transfer.Asset] = plus(x.ours[u.Transfer.Asset], u.Amount)
	for _, p := range u.Parts {
		x.share[p.Origin] = plus(x.share[p.Origin], p.Basis)
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
	if _, ok := b.ends[x.Address.Address]; ok || b.stops(x.Address.Address) {
		return Served, "", nil
	}
	if b.Deposit != nil && x.passed {
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

// company finds out how much others paid the addresses, and how many they were.
// One with more rows than a user has is one that many use.
func (b *maker) company(ctx context.Context) error {
	for _, a := range b.order {
		x, s := b.at[a], b.ledgerOf(a)
		if s == nil || x.Did == Served {
			continue
		}
		if wide, err := b.wide(ctx, s, a); err != nil {
			return err
		} else if wide {
			x.Did = Served
			continue
		}
		for asset, n := range x.assets {
			if best := x.assets[x.Asset]; n > best || n == best && asset.String() < x.Asset.String() {
				x.Asset = asset
			}
		}
		x.Ours = x.ours[x.Asset]
		flow, err := s.Flow(ctx, clew.Pot{Address: a, Asset: x.Asset}, clew.LastPos)
		if err != nil && !errors.Is(err, ledger.ErrOverflow) {
			return err
		}
		x.Came = flow.In
		if err := b.payers(ctx, s, x); err != nil {
			return err
		}
	}
	return nil
}

// wide reports whether an address has more transfers than one user's.
func (b *maker) wide(ctx context.Context, s ledger.Snapshot, a clew.Address) (bool, error) {
	for _, side := range []ledger.Side{ledger.In, ledger.Out} {
		n, err := s.Count(ctx, a, side)
		if err != nil || n > b.Degree {
			return n > b.Degree, err
		}
	}
	return false, nil
}

// payers counts who paid an address and had no part in the theft.
func (b *maker) payers(ctx context.Context, s ledger.Snapshot, x *met) error {
	rows, _, err := s.Rows(ctx, ledger.Query{Address: x.Address.Address, Side: ledger.In, Asset: x.Asset, Limit: mostRows}, nil)
	if err != nil {
		return err
	}
	others := map[clew.Address]bool{}
	for i := range rows {
		if p := rows[i].Peer; !p.IsZero() && b.at[p] == nil && !b.victim[p] {
			others[p] = true
		}
	}
	x.Payers = min(len(others), MaxPayers)
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
	b.out.Whole = !b.Trace.Partial && len(b.Trace.Limits) == 0
	for i := range b.Trace.Places {
		b.out.Whole = b.out.Whole && b.Trace.Places[i].Kind != trace.NotHeld
	}
	if !b.out.Whole {
		b.out.lack(ItemAddresses, "the walk ended where history is not held, or at a limit: what lies behind was not compared")
	}
}
