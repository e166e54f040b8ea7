package attribution

import (
	"cmp"
	"context"
	"slices"

	"clew"
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
	if b.out.Begun.Known() {
		for _, kind := range StepKinds() {
			at := slices.IndexFunc(events, func(e event) bool { return e.kind == kind && kind != StepGather && kind != StepPeel })
			if at >= 0 {
				b.out.Dwells = append(b.out.Dwells, Dwell{kind, int(max(0, events[at].time-b.out.Begun))})
			}
		}
	}
	if len(b.out.Dwells) == 0 {
		b.out.lack(ItemDwells, "no step with its time is held")
	}
	return nil
}

// events returns all steps whose time is known.
func (b *maker) events(ctx context.Context) (events []event, err error) {
	add := func(t clew.Time, kind StepKind) {
		if t.Known() {
			events = append(events, event{t, kind})
		}
	}
	for i := range b.Trace.Uses {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		u := &b.Trace.Uses[i]
		if u.Hop == 1 {
			add(firstOf(&u.Transfer), StepMove)
		}
		if kind := b.stepOf(u); kind != "" {
			add(firstOf(&u.Transfer), kind)
			b.tranche(u, kind)
		}
	}
	for _, c := range b.Trace.Conversions {
		kind := map[clew.ConversionKind]StepKind{clew.Swap: StepSwap, clew.Bridge: StepBridge}[c.Conversion.Kind]
		if kind != "" && len(c.Conversion.In) > 0 {
			add(b.times[c.Conversion.In[0]], kind)
		}
	}
	chains, err := b.Trace.PeelChains()
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

// stepOf returns which kind of step a transfer to where a walk ends is; "" if it is
// to anybody else.
func (b *maker) stepOf(u *trace.Use) StepKind {
	if len(u.Transfer.To) != 1 {
		return ""
	}
	to := u.Transfer.To[0].Address
	if x := b.at[to]; x != nil && x.Did == Deposited {
		return StepService
	}
	return stepsTo[b.ends[to]]
}

// tranche notes the exact amount of a payment to a service or into a bridge.
func (b *maker) tranche(u *trace.Use, kind StepKind) {
	if kind == StepMix || kind == StepLock {
		return
	}
	amount, times := u.Transfer.Amount(), 1
	if g := u.Transfer.Aggregate; g != nil {
		amount, times = g.Unit, int(min(g.Count, mostTimes))
	}
	at := slices.IndexFunc(b.out.Tranches, func(t Tranche) bool { return t.Asset == u.Transfer.Asset && t.Amount == amount })
	switch {
	case at >= 0:
		b.out.Tranches[at].Times = min(b.out.Tranches[at].Times+times, mostTimes)
	case len(b.out.Tranches) < MaxTranches:
		b.out.Tranches = append(b.out.Tranches, Tranche{u.Transfer.Asset, amount, times})
	}
}

// maxTimes bounds counts, and mostTimes those of one tranche, so that no product of
// two sums of them leaves 64 bits.
const (
	maxTimes  = 1_000_000
	mostTimes = 10_000
)

// sequence tells the kinds of step, day by day in the order of their first use on
// the day; one that follows itself stands once. Kinds that alternate within a day
// are not told apart from such that do not.
func (b *maker) sequence(events []event) {
	slices.SortFunc(b.out.Tranches, func(x, y Tranche) int {
		return cmp.Or(cmp.Compare(x.Asset.String(), y.Asset.String()), x.Amount.Cmp(y.Amount))
	})
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
		today = append(today, e.kind)
		if n := len(b.out.Steps); n == 0 || b.out.Steps[n-1] != e.kind {
			if n == MaxSteps {
				b.out.lack(ItemSteps, "there are more steps than a profile keeps: the first are kept")
				return
			}
			b.out.Steps = append(b.out.Steps, e.kind)
		}
	}
	if len(b.out.Steps) == 0 {
		b.out.lack(ItemSteps, "no step of laundering with its time is held")
	}
}
