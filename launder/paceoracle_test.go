package launder

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clew"
)

// A flat is a payment as the naive models see it.
type flat struct {
	at       clew.Time
	from, to uint64
	asset    clew.Asset
	amount   uint64
}

// flats makes a small random world of payments one by one, and tells it flat.
func flats(r *rand.Rand, n int, people uint64, step int64, assets uint64, amounts []uint64) (*paceWorld, []flat) {
	w, list, at := new(paceWorld), []flat{}, clew.Time(1000)
	for range n {
		at += clew.Time(r.Int64N(step))
		f := flat{at, 1 + r.Uint64N(people), 1 + r.Uint64N(people), paceToken(1 + r.Uint64N(assets)), amounts[r.IntN(len(amounts))]}
		if f.from == f.to {
			continue
		}
		w.pay(f.at, f.from, f.to, f.asset, f.amount)
		list = append(list, f)
	}
	return w, list
}

// agree wants the findings of a rule, each written as text, to be what the model says,
// and something to have been found over all.
func agree(t *testing.T, rule string, make func(*rand.Rand) (*paceWorld, []string), text func(*Finding) string) {
	t.Helper()
	found := 0
	for seed := range uint64(500) {
		w, want := make(rand.New(rand.NewPCG(seed, 17)))
		var got []string
		for _, f := range w.run(t, rule) {
			got = append(got, text(f))
		}
		slices.Sort(got)
		slices.Sort(want)
		if found += len(want); !slices.Equal(got, want) {
			t.Fatalf("%s, seed %d: got\n%s\nwant\n%s", rule, seed, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if found < 5 {
		t.Errorf("%s: only %d were found over all worlds", rule, found)
	}
}

func who(n uint64) string { return paceAddress(n).Text() }

// TestPassThroughOracle: in worlds of an hour or two every address is new.
func TestPassThroughOracle(t *testing.T) {
	agree(t, PassRule, func(r *rand.Rand) (*paceWorld, []string) {
		w, list := flats(r, 12, 9, 900, 1, []uint64{100, 95, 92, 50, 1000})
		type judged struct {
			payer, payee uint64
			first        int // which payment it got first
		}
		ok := map[uint64]judged{}
		for who := uint64(1); who <= 9; who++ {
			var in, out uint64
			var first clew.Time
			j, good, done := judged{}, true, false
			for i, f := range list {
				switch {
				case f.to == who && (in == 0 || f.from == j.payer && j.payee == 0):
					if in == 0 {
						first, j.payer, j.first = f.at, f.from, i
					}
					in += f.amount
				case f.to == who:
					good = false
				case f.from == who && in > 0 && (f.to == j.payer || j.payee != 0 && j.payee != f.to):
					good = false
				case f.from == who && in > 0:
					j.payee = f.to
					out += f.amount
					done = done || f.at-first <= 3600 && 10*out >= 9*in
				}
			}
			if good && done {
				ok[who] = j
			}
		}
		follows := func(a, b uint64) bool { // what a passed on is what b got first
			x, is := ok[a]
			y, also := ok[b]
			return is && also && x.payee == b && y.payer == a && x.first < y.first
		}
		var want []string
		for end, j := range ok {
			if follows(end, j.payee) {
				continue
			}
			length := 1
			for at := end; follows(ok[at].payer, at); at = ok[at].payer {
				length++
			}
			if length >= 2 {
				want = append(want, fmt.Sprintf("%s %d", who(end), length))
			}
		}
		return w, want
	}, func(f *Finding) string {
		return fmt.Sprintf("%s %d", f.Steps[len(f.Steps)-1].Roles[1].Address.Text(), len(f.Steps))
	})
}

func TestStructuringOracle(t *testing.T) {
	agree(t, StructuringRule, func(r *rand.Rand) (*paceWorld, []string) {
		w, most := new(paceWorld), map[string]int{}
		var list []flat
		at := clew.Time(1000)
		for range 30 {
			at += clew.Time(r.Int64N(9000))
			f := flat{at, 1 + r.Uint64N(2), 101 + r.Uint64N(25), paceToken(1), 800 + r.Uint64N(400)}
			if f.to == 120 {
				continue
			}
			list = append(list, f)
			w.pay(f.at, f.from, f.to, f.asset, f.amount)
		}
		service := func(n uint64) string { return map[bool]string{true: "A", false: "B"}[n < 120] }
		for _, top := range list {
			for _, last := range list {
				n := 0
				for _, f := range list {
					if f.from == top.from && last.from == top.from && service(f.to) == service(top.to) && service(last.to) == service(top.to) &&
						f.at <= last.at && f.at+86_400 >= last.at && f.amount <= top.amount && 1000*f.amount >= top.amount*900 {
						n++
					}
				}
				key := who(top.from) + " " + service(top.to)
				if last.amount <= top.amount && 1000*last.amount >= top.amount*900 && top.at <= last.at && top.at+86_400 >= last.at {
					most[key] = max(most[key], n)
				}
			}
		}
		var want []string
		for key, n := range most {
			if n >= 5 {
				want = append(want, fmt.Sprintf("%s %d", key, n))
			}
		}
		return w, want
	}, func(f *Finding) string {
		service := "B"
		for n := uint64(101); n < 120; n++ {
			if f.Steps[0].Roles[1].Address == paceAddress(n) {
				service = "A"
			}
		}
		return fmt.Sprintf("%s %s %d", f.Steps[0].Roles[0].Address.Text(), service, len(f.Steps))
	})
}

func TestConsolidationOracle(t *testing.T) {
	agree(t, ConsolidationRule, func(r *rand.Rand) (*paceWorld, []string) {
		w, list := new(paceWorld), []flat{}
		for i := range 60 {
			f := flat{at: clew.Time(1000 + 60*i), from: 1 + r.Uint64N(3), to: 4 + r.Uint64N(12), asset: paceToken(1), amount: 100}
			if i > 15 {
				f.from, f.to = 4+r.Uint64N(14), 8+r.Uint64N(14)
			}
			if f.from != f.to {
				w.pay(f.at, f.from, f.to, f.asset, f.amount)
				list = append(list, f)
			}
		}
		roots := map[uint64]uint64{}
		pays := map[uint64]map[uint64]map[uint64]bool{} // by who is paid and root
		for _, f := range list {
			if roots[f.from] == 0 {
				roots[f.from] = f.from
			}
			root := roots[f.from]
			if roots[f.to] == 0 {
				roots[f.to] = root
			}
			if root == f.from || root == f.to {
				continue
			}
			if pays[f.to] == nil {
				pays[f.to] = map[uint64]map[uint64]bool{}
			}
			if pays[f.to][root] == nil {
				pays[f.to][root] = map[uint64]bool{}
			}
			pays[f.to][root][f.from] = true
		}
		var want []string
		for to, by := range pays {
			best := 0
			for _, from := range by {
				best = max(best, len(from))
			}
			if best >= 5 {
				want = append(want, fmt.Sprintf("%s %d", who(to), best))
			}
		}
		return w, want
	}, func(f *Finding) string {
		payers := map[clew.Address]bool{}
		for _, s := range f.Steps {
			payers[s.Roles[1].Address] = true
		}
		return fmt.Sprintf("%s %d", f.Steps[0].Roles[2].Address.Text(), len(payers))
	})
}

func TestPoisonOracle(t *testing.T) {
	agree(t, PoisonRule, func(r *rand.Rand) (*paceWorld, []string) {
		w := new(paceWorld)
		var all []clew.Address
		for n := range uint64(4) {
			all = append(all, paceAddress(1+n), likeAddress(paceAddress(1+n), 1))
		}
		dealt, hits := map[clew.Address][]clew.Address{}, map[string]int{}
		went := map[[2]clew.Address]uint64{} // what went last between two
		alike := func(a, b clew.Address) bool {
			x, y := strings.ToLower(a.Text()), strings.ToLower(b.Text())
			return a != b && x[:5] == y[:5] && x[39:] == y[39:]
		}
		imitated := func(victim, by clew.Address) (last uint64, is bool) {
			at := slices.IndexFunc(dealt[victim], func(a clew.Address) bool { return alike(a, by) })
			if at < 0 || slices.Contains(dealt[victim], by) {
				return 0, false
			}
			return went[[2]clew.Address{victim, dealt[victim][at]}], true
		}
		for i := range 25 {
			from, to := all[r.IntN(8)], all[r.IntN(8)]
			amount := []uint64{0, 3, 1000, 1001}[r.IntN(4)]
			if from == to {
				continue
			}
			w.next().move(clew.Time(1000+i), from, to, paceToken(1), amount)
			_, out := imitated(from, to)
			last, in := imitated(to, from)
			switch {
			case out:
				hits[from.Text()+" "+to.Text()]++
			case in:
				if amount == 0 || last >= 1000 && amount < 1000 {
					hits[to.Text()+" "+from.Text()]++
				}
			case amount > 0:
				dealt[from], dealt[to] = append(dealt[from], to), append(dealt[to], from)
				went[[2]clew.Address{from, to}], went[[2]clew.Address{to, from}] = amount, amount
			}
		}
		var want []string
		for key, n := range hits {
			want = append(want, fmt.Sprintf("%s %d", key, n))
		}
		return w, want
	}, func(f *Finding) string {
		return fmt.Sprintf("%s %s %d", f.Steps[0].Roles[0].Address.Text(), f.Steps[0].Roles[1].Address.Text(), f.Transfers)
	})
}

func TestSplitOracle(t *testing.T) {
	shares := [][2]uint64{{200, 800}, {400, 1600}, {150, 850}, {25, 975}, {450, 550}, {300, 700}}
	agree(t, SplitRule, func(r *rand.Rand) (*paceWorld, []string) {
		w, victims := new(paceWorld), map[string]map[uint64]bool{}
		for i := range 14 {
			victim, operator, rest, s := 1+r.Uint64N(4), 50+r.Uint64N(2), 60+r.Uint64N(3), shares[r.IntN(len(shares))]
			w.next().move(clew.Time(1000+i), paceAddress(victim), paceAddress(operator), paceToken(1), s[0]).move(clew.Time(1000+i), paceAddress(victim), paceAddress(rest), paceToken(1), s[1])
			if permille := 1000 * s[0] / (s[0] + s[1]); permille >= 100 && permille <= 350 {
				key := fmt.Sprintf("%s %d", who(operator), permille)
				if victims[key] == nil {
					victims[key] = map[uint64]bool{}
				}
				victims[key][victim] = true
			}
		}
		var want []string
		for key, by := range victims {
			if len(by) >= 3 {
				want = append(want, fmt.Sprintf("%s %d", key, len(by)))
			}
		}
		return w, want
	}, func(f *Finding) string {
		by := map[clew.Address]bool{}
		for _, s := range f.Steps {
			by[s.Roles[0].Address] = true
		}
		small, large := new(big.Int).Set(f.Steps[0].Roles[1].Amount.Big()), f.Steps[0].Roles[2].Amount.Big()
		whole := new(big.Int).Add(small, large)
		permille := small.Div(small.Mul(small, big.NewInt(1000)), whole)
		return fmt.Sprintf("%s %s %d", f.Steps[0].Roles[1].Address.Text(), permille, len(by))
	})
}

// TestFlightOracle: at most one thing comes to an address before it swaps.
func TestFlightOracle(t *testing.T) {
	agree(t, FlightRule, func(r *rand.Rand) (*paceWorld, []string) {
		w := new(paceWorld)
		type got struct {
			at     clew.Time
			amount uint64
		}
		came := map[string][]got{}
		var want []string
		at := clew.Time(1000)
		for range 20 {
			at += clew.Time(1 + r.Int64N(1500))
			a, asset, amount := 1+r.Uint64N(3), paceToken(1+r.Uint64N(2)), 500+r.Uint64N(600)
			key := fmt.Sprint(a, asset)
			if r.IntN(2) == 0 {
				w.pay(at, 80, a, asset, amount)
				came[key] = append(came[key], got{at, amount})
				continue
			}
			w.swap(at, a, 90, asset, amount, paceToken(7), 10)
			sum := uint64(0)
			for _, g := range came[key] {
				if g.at+3600 >= at {
					sum += g.amount
				}
			}
			if asset == paceToken(1) && sum > 0 && 1000*amount >= 900*sum {
				want = append(want, fmt.Sprintf("%s %d", who(a), at))
				came[key] = nil
			}
		}
		return w, want
	}, func(f *Finding) string {
		return fmt.Sprintf("%s %d", f.Steps[len(f.Steps)-1].Roles[0].Address.Text(), f.To)
	})
}

func TestLayersOracle(t *testing.T) {
	agree(t, LayersRule, func(r *rand.Rand) (*paceWorld, []string) {
		w := new(paceWorld)
		type row struct {
			asset  uint64
			brings uint64
			start  clew.Time
			n      int
			last   clew.Time
		}
		open := map[uint64]map[uint64]*row{1: {}, 2: {}}
		var done []string
		tell := func(a uint64, x *row) {
			if x.n >= 3 {
				done = append(done, fmt.Sprintf("%s %d %d", who(a), x.n, x.last))
			}
		}
		at := clew.Time(1000)
		for range 20 {
			at += clew.Time(1 + r.Int64N(250))
			a, paid := 1+r.Uint64N(2), 1+r.Uint64N(3)
			out, in := 800+r.Uint64N(250), uint64(1000)
			got := 1 + (paid+r.Uint64N(2))%3
			w.swap(at, a, 90, paceToken(paid), out, paceToken(got), in)
			x := &row{asset: got, brings: in, start: at, n: 1, last: at}
			if b := open[a][paid]; b != nil && at <= b.start+600 && 1000*out >= b.brings*800 && 1000*b.brings >= out*800 {
				x.start, x.n = b.start, b.n+1
				delete(open[a], paid)
			}
			if old := open[a][got]; old != nil {
				tell(a, old)
			}
			open[a][got] = x
		}
		for a, rows := range open {
			for _, x := range rows {
				tell(a, x)
			}
		}
		return w, done
	}, func(f *Finding) string {
		return fmt.Sprintf("%s %d %d", f.Steps[len(f.Steps)-1].Roles[1].Address.Text(), len(f.Steps), f.To)
	})
}

// TestEvenIsExact holds the test of even intervals against fractions.
func TestEvenIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	yes := 0
	for range 20_000 {
		b := &burst{}
		n := 2 + r.IntN(10)
		sum, squares := int64(0), int64(0)
		for range n {
			gap := r.Int64N(100)
			sum, squares = sum+gap, squares+gap*gap
		}
		b.begin, b.end, b.count, b.gaps = 1000, clew.Time(1000+sum), uint64(n+1), clew.Units(uint64(squares))
		// variance: squares/n - (sum/n)^2; at most (sum/n)^2 / 4
		variance := new(big.Rat).Sub(big.NewRat(squares, int64(n)), new(big.Rat).Mul(big.NewRat(sum, int64(n)), big.NewRat(sum, int64(n))))
		quarter := new(big.Rat).Mul(new(big.Rat).Mul(big.NewRat(sum, int64(n)), big.NewRat(sum, int64(n))), big.NewRat(1, 4))
		want := variance.Cmp(quarter) <= 0
		if want {
			yes++
		}
		if got := b.even(); got != want {
			t.Fatalf("%d intervals, sum %d, squares %d: %v, want %v", n, sum, squares, got, want)
		}
	}
	if yes < 1000 || yes > 19_000 {
		t.Errorf("%d of 20,000 are even", yes)
	}
}
