package attribution

import (
	"cmp"
	"context"
	"slices"
	"time"

	"clew"
	"clew/launder"
	"clew/trace"
)

// An event is one step of laundering.
type event struct {
	time clew.Time
	kind StepKind
}

// stepsTo says which kind of step it is to send value to where a walk ends.
var stepsTo = map[trace.PlaceKind]StepKind{
	trace.AtService: StepService, trace.AtSuspected: StepService, trace.AtMixer: StepMix, trace.InBridge: StepBridge, trace.Locked: StepLock, trace.Unconverted: StepSwap,
}

// steps finds the steps of laundering, in which amounts services and bridges were
// paid, and how long value lay before each kind of step.
func (b *maker) steps(ctx context.Context) error {
	events, err := b.events(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(events, byOrder)
	b.sequence(events)
	if day, ok := dayOf(b.out.Day); ok && b.out.Begun > day+lateAfter {
		b.out.lack(ItemDwells, "the walk begins days after the theft: what is held begins there")
	} else if b.out.Begun.Known() {
		for _, kind := range StepKinds() {
			at := slices.IndexFunc(events, func(e event) bool { return e.kind == kind && kind != StepGather && kind != StepPeel })
			if at >= 0 {
				b.out.Dwells = append(b.out.Dwells, Dwell{kind, int(max(0, events[at].time-b.out.Begun))})
			}
		}
	}
	if len(events) == 0 {
		b.out.lack(ItemDwells, "no step with its time is held")
	}
	return nil
}

// lateAfter is how long after the theft's day has begun a walk may begin, for
// lengths of time to be counted from there: a theft can go on for days.
const lateAfter = 7 * onDay

// dayOf reads the theft's day; false where it is not known.
func dayOf(day string) (clew.Time, bool) {
	t, err := time.Parse(time.DateOnly, day)
	return clew.TimeOf(t), err == nil
}

// events returns all steps whose time is known.
func (b *maker) events(ctx context.Context) (events []event, err error) {
	add := func(t clew.Time, kind StepKind) {
		if t.Known() && !b.late(t) {
			events = append(events, event{t, kind})
		}
	}
	for i := range b.paid {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		first := firstOf(&b.paid[i].use.Transfer)
		if b.paid[i].use.Hop == 1 {
			add(first, StepMove)
		}
		if kind := b.stepOf(&b.paid[i]); kind != "" {
			add(first, kind)
			b.tranche(&b.paid[i], kind)
		}
	}
	for _, t := range b.joined {
		add(t, StepJoin)
	}
	for _, c := range b.Trace.Conversions {
		kind := map[clew.ConversionKind]StepKind{clew.Swap: StepSwap, clew.Bridge: StepBridge}[c.Conversion.Kind]
		if kind != "" && len(c.Conversion.In) > 0 {
			add(b.times[place{c.Conversion.InChain, c.Conversion.In[0]}], kind)
		}
	}
	chains, err := b.peels()
	for _, f := range chains {
		add(f.From, StepPeel)
	}
	for _, a := range b.order {
		if x := b.at[a]; x.Did == Consolidated {
			add(x.gather, StepGather)
		}
	}
	return events, err
}

// byService reports whether a service gathers what was paid in: no step of the theft's.
func (b *maker) byService(p *payment) bool {
	return len(p.from) > 0 && !slices.ContainsFunc(p.from, func(a clew.Address) bool { x := b.at[a]; return x == nil || x.Did != Deposited })
}

// peels returns the peel chains that begin with a payment of the theft's value.
func (b *maker) peels() ([]*launder.Finding, error) {
	known := map[place]bool{}
	for i := range b.paid {
		known[placeOf(&b.paid[i].use.Transfer)] = true
	}
	chains, err := b.Trace.PeelChains()
	return slices.DeleteFunc(chains, func(f *launder.Finding) bool { return !known[place{f.Chain, f.Steps[0].Roles[0].Pos}] }), err
}

// stepOf returns which kind of step it is to pay an address where a walk ends; "" if
// it is anybody else's, or a service pays it that gathers what was paid in.
func (b *maker) stepOf(p *payment) StepKind {
	if b.byService(p) {
		return ""
	}
	if x := b.at[p.to]; x != nil && x.Did == Deposited {
		return StepService
	}
	return stepsTo[b.ends[p.to]]
}

// tranche notes the exact amount of a payment to a service or into a bridge.
func (b *maker) tranche(p *payment, kind StepKind) {
	if kind != StepService && kind != StepBridge {
		return
	}
	amount, times := p.whole, 1
	if g := p.use.Transfer.Aggregate; g != nil {
		amount, times = g.Unit, int(min(g.Count, mostTimes))
	}
	b.out.Tranches = counted(b.out.Tranches, p.use.Transfer.Asset, amount, times)
}

// counted counts an exact amount, of at most [MaxTranches].
func counted(list []Tranche, asset clew.Asset, amount clew.Amount, times int) []Tranche {
	at := slices.IndexFunc(list, func(t Tranche) bool { return t.Asset == asset && t.Amount == amount })
	switch {
	case at >= 0:
		list[at].Times = min(list[at].Times+times, mostTimes)
	case len(list) < MaxTranches:
		list = append(list, Tranche{asset, amount, times})
	}
	return list
}

// bySize puts amounts in order.
func bySize(list []Tranche) {
	slices.SortFunc(list, func(x, y Tranche) int {
		return cmp.Or(cmp.Compare(x.Asset.String(), y.Asset.String()), x.Amount.Cmp(y.Amount))
	})
}

// fees notes which fees the theft's own transactions paid on Bitcoin and its kin,
// where whoever signs chooses it: exact, and whatever the transaction's size. Only
// the theft itself, whose fee somebody else may have paid, and CoinJoins are left out.
func (b *maker) fees(context.Context) error {
	own := map[clew.Address]bool{}
	for _, a := range b.own() {
		own[a] = true
	}
	seen := map[place]bool{}
	for i := range b.paid {
		p := &b.paid[i]
		t := &p.use.Transfer
		if p.use.Legs == nil || p.use.Hop == 0 || seen[placeOf(t)] || !slices.ContainsFunc(p.from, func(a clew.Address) bool { return own[a] }) {
			continue
		}
		seen[placeOf(t)] = true
		var fee clew.Amount
		for _, l := range t.To {
			if l.Address.IsZero() {
				fee = plus(fee, l.Amount)
			}
		}
		b.out.Fees = counted(b.out.Fees, t.Asset, fee, 1)
	}
	if bySize(b.out.Fees); len(b.out.Fees) == 0 {
		b.out.lack(ItemFees, "no transaction of its own on Bitcoin or its kin is held")
	}
	return nil
}

// maxTimes bounds counts, and mostTimes those of one tranche, so that no product of
// two sums of them leaves 64 bits.
const (
	maxTimes  = 1_000_000
	mostTimes = 10_000
)

// sequence tells the kinds of step, day by day in the order of their first use on
// the day. A kind, or a run of two or three, that follows itself stands once: how
// often a round was repeated depends on how much there was to hide. Kinds that
// alternate within a day are not told apart from such that do not.
func (b *maker) sequence(events []event) {
	bySize(b.out.Tranches)
	var today []StepKind
	var day clew.Time
	for _, e := range events {
		if e.kind == StepMove {
			continue
		}
		if d := e.time / onDay; d != day {
			day, today = d, nil
		}
		if slices.Contains(today, e.kind) {
			continue
		}
		if len(b.out.Steps) == MaxSteps {
			b.out.lack(ItemSteps, "there are more steps than a profile keeps: the first are kept")
			return
		}
		today = append(today, e.kind)
		b.out.Steps = once(append(b.out.Steps, e.kind))
	}
	if len(b.out.Steps) < leastSteps {
		b.out.lack(ItemSteps, "fewer than three steps of laundering with their times are held")
	}
}

// once leaves out a run of up to three at the end that repeats the one before it.
func once(steps []StepKind) []StepKind {
	for run := 1; run <= 3 && 2*run <= len(steps); run++ {
		if n := len(steps); slices.Equal(steps[n-run:], steps[n-2*run:n-run]) {
			return steps[:n-run]
		}
	}
	return steps
}
