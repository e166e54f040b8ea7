package launder

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"clew"
)

func shapeAddress(n int) clew.Address {
	return clew.EVMAddress(clew.Ethereum, [20]byte{1, byte(n >> 8), byte(n)})
}

// shapeTransfer makes a transfer of an account chain at a place in a ledger.
func shapeTransfer(at int, p plainPayment) *clew.Transfer {
	asset := clew.NativeAsset(clew.Ethereum)
	if p.asset > 0 {
		asset = clew.Token("erc20", shapeAddress(5000+p.asset))
	}
	return &clew.Transfer{Pos: clew.Pos{Height: uint64(at)}, Time: p.time, Tx: clew.TxID{byte(at), byte(at >> 8)}, Asset: asset,
		From: []clew.Leg{{Address: shapeAddress(p.from), Amount: clew.Units(p.amount)}}, To: []clew.Leg{{Address: shapeAddress(p.to), Amount: clew.Units(p.amount)}}}
}

// smallShapes are bounds for small ledgers.
func smallShapes() ShapeQuestion {
	return ShapeQuestion{Within: 100, Degree: 3, Ways: 2, Layer: 2, Density: 750, Passed: 800, Hop: 900, Length: 5, Hub: 1 << 12, Look: 1 << 12, Entries: 1 << 14, Open: 1 << 10, Keep: 1 << 10}
}

// runShapes runs all shapes over a ledger.
func runShapes(t testing.TB, q ShapeQuestion, s Setup, ledger []*clew.Transfer) (*Stream, []*Finding) {
	t.Helper()
	var found []*Finding
	s.Found = func(f *Finding) { found = append(found, f) }
	st, err := NewStream(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	watchShapes(t, st, q)
	for _, tr := range ledger {
		st.Add(tr, nil)
	}
	st.End()
	return st, found
}

func watchShapes(t testing.TB, st *Stream, q ShapeQuestion) {
	watch := func(r Recogniser, err error) {
		if err != nil {
			t.Fatal(err)
		}
		st.Watch(fmt.Sprintf("%T", r), r)
	}
	a, err := NewFanOut(st, q)
	watch(a, err)
	b, err := NewFanIn(st, q)
	watch(b, err)
	c, err := NewGatherScatter(st, q)
	watch(c, err)
	d, err := NewScatterGather(st, q)
	watch(d, err)
	e, err := NewCycle(st, q)
	watch(e, err)
	f, err := NewBipartite(st, q)
	watch(f, err)
	g, err := NewStack(st, q)
	watch(g, err)
}

// randomLedger makes payments among few parties, many of which pass on what they
// got.
func randomLedger(r *rand.Rand, parties, n int) []plainPayment {
	var list []plainPayment
	now := clew.Time(1_000)
	for len(list) < n {
		now += clew.Time(r.IntN(3) * r.IntN(14))
		p := plainPayment{from: r.IntN(parties), to: r.IntN(parties), asset: r.IntN(10) / 9, amount: 1 + r.Uint64N(1000), time: now}
		if len(list) > 0 && r.IntN(3) > 0 { // on from one before
			e := list[len(list)-1-r.IntN(min(len(list), 6))]
			p.from, p.asset, p.amount = e.to, e.asset, max(1, e.amount*(850+r.Uint64N(151))/1000)
		}
		if p.from != p.to {
			list = append(list, p)
		}
	}
	return list
}

// layeredLedger makes payments from group to group.
func layeredLedger(r *rand.Rand, n int) []plainPayment {
	var list []plainPayment
	now := clew.Time(1_000)
	for range n {
		now += clew.Time(r.IntN(6))
		layer := r.IntN(2) * (1 + r.IntN(8)/7)
		list = append(list, plainPayment{from: 3*layer + r.IntN(3), to: 3*layer + 3 + r.IntN(3), amount: 1 + r.Uint64N(1000), time: now})
	}
	return list
}

// turningLedger makes runs of payments to one party and from it.
func turningLedger(r *rand.Rand, parties, n int) []plainPayment {
	var list []plainPayment
	now, out := clew.Time(1_000), false
	for range n {
		now += clew.Time(r.IntN(16))
		if out != (r.IntN(5) == 0) {
			list = append(list, plainPayment{from: 0, to: 1 + r.IntN(parties-1), amount: 1 + r.Uint64N(1000), time: now})
		} else {
			list = append(list, plainPayment{from: 1 + r.IntN(parties-1), to: 0, amount: 1 + r.Uint64N(1000)/(1+999*r.Uint64N(2)), time: now})
		}
		out = out != (r.IntN(7) == 0)
	}
	return list
}

func TestShapesAreLikeThePlainOnes(t *testing.T) {
	met := map[string]int{}
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		parties := 5 + r.IntN(9)
		list := randomLedger(r, parties, 20+r.IntN(80))
		switch seed % 4 {
		case 1:
			list = layeredLedger(r, 20+r.IntN(40))
		case 2:
			list = turningLedger(r, parties, 20+r.IntN(80))
		}
		var ledger []*clew.Transfer
		for i, p := range list {
			ledger = append(ledger, shapeTransfer(i, p))
		}
		q := smallShapes()
		_, found := runShapes(t, q, Setup{}, ledger)
		got := map[string][]toldShape{}
		for _, f := range found {
			got[f.Rule] = append(got[f.Rule], toldOf(f, q))
		}
		plain := plainShapes{q, list}
		for rule, want := range map[string][]toldShape{FanOutRule: plain.fans(true), FanInRule: plain.fans(false), GatherScatterRule: plain.gatherScatters(20),
			ScatterGatherRule: plain.scatterGathers(), CycleRule: plain.cycles(), BipartiteRule: plain.bipartites(), StackRule: plain.stacks()} {
			met[rule] += len(want)
			if have := sortedShapes(got[rule]); !reflect.DeepEqual(have, want) {
				t.Fatalf("seed %d, %s:\n got %v\nwant %v", seed, rule, have, want)
			}
		}
	}
	for _, rule := range shapeRules() {
		if met[rule.ID] < 50 {
			t.Errorf("%s: met %d times only", rule.ID, met[rule.ID])
		}
	}
}

// toldOf reads a finding as the plain models tell it.
func toldOf(f *Finding, q ShapeQuestion) toldShape {
	var s toldShape
	for _, step := range f.Steps {
		s.members = append(s.members, int(step.Roles[0].Pos.Height))
	}
	slices.Sort(s.members)
	s.members = slices.Compact(s.members)
	need := map[string]int{FanOutRule: q.Degree, FanInRule: q.Degree, GatherScatterRule: q.Degree, ScatterGatherRule: q.Ways, CycleRule: leastCycle, BipartiteRule: q.Layer, StackRule: q.Layer}[f.Rule]
	for w := range 200 {
		strength := 1000 * w / (w + need)
		for range f.Against {
			strength -= strength / 3
		}
		if strength == f.Strength {
			s.width = w
		}
	}
	return s
}
