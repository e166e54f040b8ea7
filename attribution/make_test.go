package attribution

import (
	"errors"
	"testing"

	"clew"
	"clew/trace"
)

// told is a trace that is written down here: who pays whom how much, in order.
type told struct {
	r trace.Result
}

func (x *told) pays(hop, from, to int, amount uint64) clew.Pos {
	pos := clew.Pos{Height: uint64(1 + len(x.r.Uses))}
	ether := clew.NativeAsset(clew.Ethereum)
	leg := func(n int) []clew.Leg { return []clew.Leg{{Address: who(n), Amount: clew.Units(amount)}} }
	x.r.Uses = append(x.r.Uses, trace.Use{Hop: hop, Amount: clew.Units(amount), Parts: []trace.Part{{Origin: "loot", Amount: clew.Units(amount), Basis: clew.Units(amount)}},
		Transfer: clew.Transfer{Pos: pos, Time: clew.Time(1_704_067_200 + 3600*int64(len(x.r.Uses))), Asset: ether, From: leg(from), To: leg(to)}})
	return pos
}

// The cast of TestDeeds.
const (
	victim = iota + 1
	first
	left
	right
	gatherer
	keeper
	exchange
	box
	pool
	mixer
)

// TestDeeds: what each address did, how much came to it, and by which steps.
func TestDeeds(t *testing.T) {
	x := &told{}
	x.pays(0, victim, first, 1000)
	x.pays(1, first, left, 400)
	x.pays(1, first, right, 500)
	x.pays(1, first, keeper, 100)
	x.pays(2, left, gatherer, 400)
	x.pays(2, right, gatherer, 500)
	x.pays(3, gatherer, box, 200)
	x.pays(4, box, exchange, 200)
	swap := x.pays(3, gatherer, pool, 300)
	x.pays(3, gatherer, mixer, 400)
	x.pays(3, gatherer, victim, 1) // some came back
	x.r.Origins = []trace.Origin{{ID: "loot", Amount: clew.Units(1000)}}
	x.r.Places = []trace.Place{{Kind: trace.AtService, Address: who(exchange)}, {Kind: trace.AtMixer, Address: who(mixer)}, {Kind: trace.NotHeld, Address: who(keeper)}}
	x.r.Conversions = []trace.Crossing{{Conversion: clew.Conversion{Kind: clew.Swap, InChain: clew.Ethereum, In: []clew.Pos{swap}}}}
	p, err := Make(t.Context(), Making{ID: "told", Day: "2024-01-01", Trace: &x.r, Roles: map[clew.Address]trace.Role{who(box): {Name: "exchange deposit"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]Address{first: {Did: Received, Share: 1000}, left: {Did: PassedOn, Hop: 1, Share: 400}, right: {Did: PassedOn, Hop: 1, Share: 500}, gatherer: {Did: Consolidated, Hop: 2, Share: 900},
		keeper: {Did: Kept, Hop: 1, Share: 100}, exchange: {Did: Served, Hop: 4, Share: 200}, box: {Did: Deposited, Hop: 3, Share: 200}, pool: {Did: Served, Hop: 3, Share: 300}, mixer: {Did: Served, Hop: 3, Share: 400}}
	for n, w := range want {
		got, ok := p.At(who(n))
		if !ok || got.Did != w.Did || got.Hop != w.Hop || got.Share != w.Share {
			t.Errorf("%d: %+v, want %+v", n, got, w)
		}
	}
	if _, ok := p.At(who(victim)); ok || len(p.Addresses) != len(want) {
		t.Errorf("the victim is among %d addresses", len(p.Addresses))
	}
	if len(p.Steps) != 4 || p.Steps[0] != StepGather || p.Steps[1] != StepService || p.Steps[2] != StepSwap || p.Steps[3] != StepMix {
		t.Errorf("steps %v", p.Steps)
	}
	if len(p.Tranches) != 1 || p.Tranches[0].Amount != clew.Units(200) || p.Tranches[0].Times != 1 {
		t.Errorf("tranches %+v", p.Tranches)
	}
	dwell := map[StepKind]int{StepMove: 3600, StepService: 6 * 3600, StepSwap: 8 * 3600, StepMix: 9 * 3600}
	for _, d := range p.Dwells {
		if dwell[d.Until] != d.Seconds {
			t.Errorf("%s after %d seconds", d.Until, d.Seconds)
		}
	}
	if p.Whole || len(p.Dwells) != len(dwell) {
		t.Errorf("whole %v, dwell times %+v", p.Whole, p.Dwells)
	}
}

// TestLateWalk: lengths of time are not counted from where a walk begins long after
// the theft; and a walk backward is no profile.
func TestLateWalk(t *testing.T) {
	x := &told{}
	x.pays(0, victim, first, 10)
	x.pays(1, first, left, 10)
	p, err := Make(t.Context(), Making{ID: "late", Day: "2023-06-01", Trace: &x.r})
	if err != nil || len(p.Dwells) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	x.r.Method.Direction = trace.Backward
	var input *clew.InputError
	if _, err := Make(t.Context(), Making{Trace: &x.r}); !errors.As(err, &input) {
		t.Errorf("backward: %v", err)
	}
}

// TestSender: where a walk starts with what the theft's own address sent, that is no
// victim: it has its part, and it signed.
func TestSender(t *testing.T) {
	x := &told{}
	x.pays(0, first, left, 600)
	x.pays(0, first, right, 400)
	x.pays(1, left, gatherer, 600)
	x.r.Origins = []trace.Origin{{ID: "loot", Amount: clew.Units(1000)}}
	p, err := Make(t.Context(), Making{ID: "sent", Day: "2024-01-01", Trace: &x.r, Sender: who(first)})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := p.At(who(first)); !ok || got.Did != Received || got.Share != 1000 {
		t.Errorf("%+v", p.Addresses)
	}
}

// TestUntil: what came later, or at a time that is not known, is in no part of a
// profile.
func TestUntil(t *testing.T) {
	x := &told{}
	x.pays(0, victim, first, 1000)
	x.pays(1, first, left, 600)
	last := x.r.Uses[1].Transfer.Time
	x.pays(1, first, right, 300)
	x.pays(2, left, gatherer, 600)
	x.pays(1, first, keeper, 100)
	x.r.Uses[4].Transfer.Time = 0
	x.r.Origins = []trace.Origin{{ID: "loot", Amount: clew.Units(1000)}}
	p, err := Make(t.Context(), Making{ID: "until", Day: "2024-01-01", Trace: &x.r, Until: last})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := p.At(who(left)); len(p.Addresses) != 2 || got.Did != Kept || p.AsOf != last {
		t.Errorf("as of %d: %+v", p.AsOf, p.Addresses)
	}
}
