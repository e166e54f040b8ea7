package launder

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
)

// ledgerOf reads payments written as "from>to amount@time", asset 0.
func ledgerOf(t testing.TB, lines string) (list []*clew.Transfer) {
	t.Helper()
	for at, one := range strings.Split(lines, ",") {
		var p plainPayment
		var from, to string
		one = strings.TrimSpace(one)
		if _, err := fmt.Sscanf(strings.NewReplacer(">", " ", "=", " ", "@", " ").Replace(one), "%s %s %d %d", &from, &to, &p.amount, &p.time); err != nil {
			t.Fatalf("%q: %v", one, err)
		}
		p.from, p.to = nameNo(from), nameNo(to)
		list = append(list, shapeTransfer(at, p))
	}
	return list
}

// nameNo gives a short name a number.
func nameNo(s string) int { return int(s[0])*100 + len(s)*10 + int(s[len(s)-1])%10 }

// TestShapeVectors: each shape as it is drawn, and what just misses it. Of bounds:
// 100 seconds, 3 parties for fans, 2 ways, 2 of each layer.
func TestShapeVectors(t *testing.T) {
	for name, c := range map[string]struct {
		ledger string
		rule   string
		want   string // steps of each finding
	}{
		"fan-out of three":                      {"a>b=5@0, a>c=5@50, a>d=5@100", FanOutRule, "3"},
		"fan-out a second too late":             {"a>b=5@0, a>c=5@50, a>d=5@101", FanOutRule, ""},
		"fan-out to the same again":             {"a>b=5@0, a>c=5@50, a>c=5@90", FanOutRule, ""},
		"fan-out that goes on":                  {"a>b=5@0, a>c=5@50, a>d=5@100, a>e=5@150, a>f=5@200", FanOutRule, "5"},
		"fan-out after a pause is another":      {"a>b=5@0, a>c=5@1, a>d=5@2, a>b=5@103, a>c=5@104, a>d=5@105", FanOutRule, "3 3"},
		"fan-in of three":                       {"b>a=5@0, c>a=5@50, d>a=5@100", FanInRule, "3"},
		"fan-in of two":                         {"b>a=5@0, c>a=5@50, c>a=6@60", FanInRule, ""},
		"gathered, then scattered":              {"b>a=5@0, c>a=5@1, d>a=5@2, a>e=4@3, a>f=4@4, a>g=4@103", GatherScatterRule, "6"},
		"scattered a second too late":           {"b>a=5@0, c>a=5@1, d>a=5@2, a>e=4@3, a>f=4@4, a>g=4@104", GatherScatterRule, ""},
		"too little of it scattered":            {"b>a=5@0, c>a=5@1, d>a=5@2, a>e=4@3, a>f=4@4, a>g=3@5", GatherScatterRule, ""},
		"paid while it gathers":                 {"b>a=5@0, a>x=1@1, c>a=5@1, d>a=5@2, a>e=4@3, a>f=4@4, a>g=4@5", GatherScatterRule, ""},
		"gathered while it scatters":            {"b>a=500@0, c>a=500@1, d>a=500@2, a>e=400@3, a>f=400@4, h>a=15@4, a>g=400@5", GatherScatterRule, ""},
		"dust while it scatters":                {"b>a=500@0, c>a=500@1, d>a=500@2, a>e=400@3, a>f=400@4, h>a=14@4, a>g=400@5", GatherScatterRule, "6"},
		"scattered and gathered":                {"a>b=10@0, a>c=10@1, b>z=8@2, c>z=10@3", ScatterGatherRule, "4"},
		"one way keeps too much":                {"a>b=10@0, a>c=10@1, b>z=7@2, c>z=10@3", ScatterGatherRule, ""},
		"one way adds something":                {"a>b=10@0, a>c=10@1, b>z=11@2, c>z=10@3", ScatterGatherRule, ""},
		"one way is out before it is in":        {"b>z=10@0, a>b=10@1, a>c=10@2, c>z=10@3", ScatterGatherRule, ""},
		"one way alone":                         {"a>b=10@0, a>b=10@1, b>z=10@2, b>z=10@3", ScatterGatherRule, ""},
		"round by three":                        {"a>b=100@0, b>c=95@1, c>a=90@2", CycleRule, "3"},
		"there and back":                        {"a>b=100@0, b>a=95@1", CycleRule, ""},
		"round in one second":                   {"a>b=100@0, b>c=95@1, c>a=90@1", CycleRule, ""},
		"round with too much lost":              {"a>b=100@0, b>c=95@1, c>a=84@2", CycleRule, ""},
		"round with something added":            {"a>b=100@0, b>c=95@1, c>a=96@2", CycleRule, ""},
		"round too late":                        {"a>b=100@0, b>c=95@1, c>a=90@101", CycleRule, ""},
		"round by five":                         {"a>b=100@0, b>c=99@1, c>d=98@2, d>e=97@3, e>a=96@4", CycleRule, "5"},
		"round by six":                          {"a>b=100@0, b>c=99@1, c>d=98@2, d>e=97@3, e>f=96@4, f>a=95@5", CycleRule, ""},
		"two pay two":                           {"a>x=1@0, a>y=1@1, b>x=1@2, b>y=1@3", BipartiteRule, "4"},
		"two pay two, one not":                  {"a>x=1@0, a>y=1@1, b>x=1@2, b>z=1@3", BipartiteRule, ""},
		"two pay two, who pay two":              {"a>x=1@0, a>y=1@1, b>x=1@2, b>y=1@3, x>v=1@4, x>w=1@5, y>v=1@6, y>w=1@7", StackRule, "8"},
		"two pay two, who paid two before that": {"x>v=1@0, x>w=1@1, y>v=1@2, y>w=1@3, a>x=1@4, a>y=1@5, b>x=1@6, b>y=1@7", StackRule, ""},
	} {
		_, found := runShapes(t, smallShapes(), Setup{}, ledgerOf(t, c.ledger))
		var got []string
		for _, f := range found {
			if f.Rule == c.rule {
				got = append(got, fmt.Sprint(len(f.Steps)))
				if f.Transfers != uint64(len(f.Steps)) || f.Cut || len(f.Params) == 0 || f.Strength < 1 || f.Strength > 1000 || f.Chain != clew.Ethereum {
					t.Errorf("%s: %+v", name, f)
				}
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: findings of %q steps, want %q", name, got, c.want)
		}
	}
}

// TestKnownPartiesHaveNoShapes: a service in the middle of a shape makes it none.
func TestKnownPartiesHaveNoShapes(t *testing.T) {
	for rule, c := range map[string]struct{ ledger, known string }{
		FanOutRule:        {"a>b=5@0, a>c=5@50, a>d=5@100", "a"},
		FanInRule:         {"b>a=5@0, c>a=5@50, d>a=5@100", "a"},
		GatherScatterRule: {"b>a=5@0, c>a=5@1, d>a=5@2, a>e=4@3, a>f=4@4, a>g=4@5", "a"},
		ScatterGatherRule: {"a>b=10@0, a>c=10@1, b>z=8@2, c>z=10@3", "b"},
		CycleRule:         {"a>b=100@0, b>c=95@1, c>a=90@2", "b"},
		BipartiteRule:     {"a>x=1@0, a>y=1@1, b>x=1@2, b>y=1@3", "y"},
		StackRule:         {"a>x=1@0, a>y=1@1, b>x=1@2, b>y=1@3, x>v=1@4, x>w=1@5, y>v=1@6, y>w=1@7", "x"},
	} {
		known := shapeAddress(nameNo(c.known))
		_, found := runShapes(t, smallShapes(), Setup{Known: func(a clew.Address) bool { return a == known }}, ledgerOf(t, c.ledger))
		for _, f := range found {
			if f.Rule == rule {
				t.Errorf("%s: %+v", rule, f)
			}
		}
	}
}

// coinTransfer makes a transaction of Bitcoin's kind.
func coinTransfer(at int, time clew.Time, from, to []int, amount uint64) *clew.Transfer {
	address := func(n int) clew.Address {
		a, err := clew.MakeAddress(clew.Bitcoin, clew.P2WPKH, append(make([]byte, 18), byte(n>>8), byte(n)))
		if err != nil {
			panic(err)
		}
		return a
	}
	t := &clew.Transfer{Pos: clew.Pos{Height: uint64(at)}, Time: time, Tx: clew.TxID{byte(at), 1}, Asset: clew.NativeAsset(clew.Bitcoin)}
	for i, n := range from {
		t.From = append(t.From, clew.Leg{Address: address(n), Amount: clew.Units(amount * uint64(len(to)) / uint64(len(from))), Spends: &clew.Output{Tx: clew.TxID{byte(at), 2}, Index: uint32(i)}})
	}
	for _, n := range to {
		t.To = append(t.To, clew.Leg{Address: address(n), Amount: clew.Units(amount)})
	}
	return t
}

// TestTransactionsOfManyLegs: the payers of one transaction are one payer for fans,
// and each of them has paid for what goes on; what comes back is no payment.
func TestTransactionsOfManyLegs(t *testing.T) {
	for name, c := range map[string]struct {
		ledger []*clew.Transfer
		rule   string
		want   int
	}{
		"one pays three":                {[]*clew.Transfer{coinTransfer(1, 0, []int{1}, []int{2, 3, 4}, 10)}, FanOutRule, 1},
		"one pays two, and itself":      {[]*clew.Transfer{coinTransfer(1, 0, []int{1}, []int{2, 3, 1}, 10)}, FanOutRule, 0},
		"two pay three together":        {[]*clew.Transfer{coinTransfer(1, 0, []int{1, 5}, []int{2, 3, 4}, 10)}, FanOutRule, 1},
		"three pay one together":        {[]*clew.Transfer{coinTransfer(1, 0, []int{1, 2, 3}, []int{4}, 30)}, FanInRule, 0},
		"three pay one":                 {[]*clew.Transfer{coinTransfer(1, 0, []int{1}, []int{4}, 30), coinTransfer(2, 1, []int{2}, []int{4}, 30), coinTransfer(3, 2, []int{3}, []int{4}, 30)}, FanInRule, 1},
		"round, through a second input": {[]*clew.Transfer{coinTransfer(1, 0, []int{1}, []int{2}, 100), coinTransfer(2, 1, []int{9, 2}, []int{3, 8}, 98), coinTransfer(3, 2, []int{3}, []int{1}, 97)}, CycleRule, 1},
	} {
		_, found := runShapes(t, smallShapes(), Setup{}, c.ledger)
		found = slices.DeleteFunc(found, func(f *Finding) bool { return f.Rule != c.rule })
		if len(found) != c.want {
			t.Errorf("%s: %d findings", name, len(found))
		}
		if c.rule == FanOutRule && len(found) == 1 && len(found[0].Against) != 1 {
			t.Errorf("%s: against it: %q", name, found[0].Against)
		}
	}
}

// TestOrderWithinATimeDoesNotMatterToFans: whatever the order of payments of one time,
// the same fans are found.
func TestOrderWithinATimeDoesNotMatterToFans(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 9))
		list := randomLedger(r, 8, 60)
		told := func() (out []string) {
			var ledger []*clew.Transfer
			for i, p := range list {
				ledger = append(ledger, shapeTransfer(i, p))
			}
			_, found := runShapes(t, smallShapes(), Setup{}, ledger)
			for _, f := range found {
				if f.Rule == FanOutRule || f.Rule == FanInRule {
					out = append(out, fmt.Sprint(f.Rule, f.From, f.To, f.Transfers, f.Steps[0].Roles[0].Name))
				}
			}
			slices.Sort(out)
			return out
		}
		first := told()
		for i := 0; i < len(list); {
			j := i
			for j < len(list) && list[j].time == list[i].time {
				j++
			}
			r.Shuffle(j-i, func(a, b int) { list[i+a], list[i+b] = list[i+b], list[i+a] })
			i = j
		}
		if second := told(); !reflect.DeepEqual(first, second) {
			t.Fatalf("seed %d:\n%v\n%v", seed, first, second)
		}
	}
}

// TestHubsAreCut: of a party with more payments than are kept, the newest stay, and
// the finding and the stream say so.
func TestHubsAreCut(t *testing.T) {
	q := smallShapes()
	q.Hub, q.Look, q.Keep = 20, 10, 15
	var ledger []*clew.Transfer
	for i := range 200 {
		ledger = append(ledger, shapeTransfer(i, plainPayment{from: 1, to: 100 + i, amount: 5, time: 50}))
	}
	st, found := runShapes(t, q, Setup{}, ledger)
	if len(found) != 1 || !found[0].Cut || found[0].Transfers != 200 || len(found[0].Steps) != 15 || found[0].Steps[14].Roles[1].Pos.Height != 199 || found[0].Steps[0].Roles[1].Pos.Height != 185 {
		t.Fatalf("%d findings, the first %+v", len(found), found[0])
	}
	if got := st.Forgotten(); len(got) != 1 || got[0].Entries != 180 {
		t.Errorf("forgotten %+v", got)
	}
}

// TestShapesStayWithinMemory: with few entries, addresses and findings at a time, no
// more is ever held, and what is forgotten is counted.
func TestShapesStayWithinMemory(t *testing.T) {
	q := smallShapes()
	q.Hub, q.Look, q.Entries, q.Open, q.Keep = 16, 8, 64, 4, 8
	st, err := NewStream(Setup{Found: func(*Finding) {}, Most: 50}, nil)
	if err != nil {
		t.Fatal(err)
	}
	watchShapes(t, st, q)
	r := rand.New(rand.NewPCG(1, 1))
	for i, p := range randomLedger(r, 300, 20_000) {
		p.time = clew.Time(i / 100)
		st.Add(shapeTransfer(i, p), nil)
		checkMemory(t, st, q)
	}
	if st.parties.dropped == 0 || st.window.dropped == 0 || len(st.Forgotten()) < 2 {
		t.Errorf("forgotten %+v", st.Forgotten())
	}
	st.End()
}

func checkMemory(t *testing.T, st *Stream, q ShapeQuestion) {
	t.Helper()
	w := st.window
	if w.next-w.tail > uint64(q.Entries) || len(w.blocks) > q.Entries>>blockBits+2 || int(w.vertices.n) > 2*q.Entries+2*q.Open+2 || int(st.parties.slots.n) > st.setup.Most+1 || int(st.parties.pots.n) > st.setup.Most+1 {
		t.Fatalf("%d payments, %d vertices, %d addresses, %d pots", w.next-w.tail, w.vertices.n, int(st.parties.slots.n), int(st.parties.pots.n))
	}
	for i := range st.list {
		if f, ok := st.list[i].by.(*FanOut); ok && len(f.open) > q.Open {
			t.Fatalf("%d fans grow", len(f.open))
		}
	}
}

// TestShapeBoundsAreChecked: bounds that mean nothing are refused.
func TestShapeBoundsAreChecked(t *testing.T) {
	for i, bad := range []func(*ShapeQuestion){
		func(q *ShapeQuestion) { q.Within = 0 }, func(q *ShapeQuestion) { q.Degree = 1 }, func(q *ShapeQuestion) { q.Ways = 1 }, func(q *ShapeQuestion) { q.Layer = 1 },
		func(q *ShapeQuestion) { q.Density = 1001 }, func(q *ShapeQuestion) { q.Passed = 0 }, func(q *ShapeQuestion) { q.Hop = 1001 }, func(q *ShapeQuestion) { q.Length = 2 },
		func(q *ShapeQuestion) { q.Hub = 2 }, func(q *ShapeQuestion) { q.Look = 1 }, func(q *ShapeQuestion) { q.Entries = 1 }, func(q *ShapeQuestion) { q.Open = 0 }, func(q *ShapeQuestion) { q.Keep = 1 },
	} {
		q := smallShapes()
		bad(&q)
		if q.Check() == nil {
			t.Errorf("%d: %+v is taken", i, q)
		}
	}
	if err := DefaultShape().Check(); err != nil {
		t.Error(err)
	}
	st, _ := NewStream(Setup{}, nil)
	if _, err := NewFanOut(st, DefaultShape()); err != nil {
		t.Error(err)
	}
	if _, err := NewCycle(st, smallShapes()); err == nil {
		t.Error("two shapes of one stream have different bounds")
	}
	if _, err := NewStream(Setup{Most: 1}, nil); err == nil {
		t.Error("a stream of one address")
	}
	if _, err := RulesNamed("fan-out", "fanin"); err == nil || !strings.Contains(err.Error(), "did you mean fan-") {
		t.Error(err)
	}
}

// FuzzStream gives all rules arbitrary transfers, of account chains and of Bitcoin's
// kind: nothing panics, and every finding names transfers that were there.
func FuzzStream(f *testing.F) {
	f.Add([]byte("aabbccddeeffgghhiijjkkll"), false)
	f.Add([]byte{1, 2, 3, 4, 5, 255, 255, 0, 0, 1, 1, 1, 9, 9, 8, 7, 3, 2, 1, 4}, true)
	f.Fuzz(func(t *testing.T, data []byte, coins bool) {
		q := smallShapes()
		q.Hub, q.Look, q.Entries, q.Open, q.Keep = 8, 4, 32, 2, 4
		seen := map[uint64]bool{}
		st, err := NewStream(Setup{Most: 20, Known: func(a clew.Address) bool { return a.Text()[5] == '0' }, Found: func(f *Finding) {
			for _, s := range f.Steps {
				for _, r := range s.Roles {
					if r.Tx != (clew.TxID{}) && !seen[r.Pos.Height] {
						t.Fatalf("%s names a transfer that is not there", f.Rule)
					}
				}
			}
			if f.Strength < 0 || f.Strength > 1000 || f.Against == nil {
				t.Fatalf("%+v", f)
			}
		}}, slices.Concat(peelRules(), paceRules()))
		if err != nil {
			t.Fatal(err)
		}
		watchShapes(t, st, q)
		for i := 0; i+5 < len(data) && i < 3000; i += 5 {
			seen[uint64(i)] = true
			amount := uint64(data[i+2]) << (data[i+3] % 57)
			var tr *clew.Transfer
			if coins {
				tr = coinTransfer(i, clew.Time(data[i+4])*clew.Time(data[i+3]), []int{int(data[i]), int(data[i+2]) % 7}, []int{int(data[i+1]), int(data[i+3]) % 5}, amount)
			} else {
				tr = shapeTransfer(i, plainPayment{from: int(data[i]) % 16, to: int(data[i+1]) % 16, asset: int(data[i+3]) % 3, amount: amount, time: clew.Time(data[i+4]) * 7})
			}
			if data[i+3] == 255 {
				for _, legs := range [][]clew.Leg{tr.From, tr.To} {
					for j := range legs {
						legs[j].Amount = clew.MaxAmount
					}
				}
			}
			if tr.Check() == nil {
				st.Add(tr, nil)
			}
		}
		st.End()
	})
}
