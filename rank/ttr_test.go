package rank

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
)

var ether, token = clew.NativeAsset(clew.Ethereum), clew.Reported(clew.Ethereum, "token")

// at makes an address of a letter, in the order of letters.
func at(letter byte) clew.Address {
	a, err := clew.MakeAddress(clew.Ethereum, clew.EVMForm, append(make([]byte, 19), letter))
	if err != nil {
		panic(err)
	}
	return a
}

// move is so much of an asset between two letters at a height; from "-" is from
// nobody.
func move(way string, asset clew.Asset, amount, height uint64) Move {
	m := Move{Pos: clew.Pos{Height: height}, Tx: clew.TxID{byte(height), byte(height >> 8), 1}, Asset: asset, To: at(way[1]), Amount: clew.Units(amount)}
	if way[0] != '-' {
		m.From = at(way[0])
	}
	return m
}

// of returns those of an address.
func of(moves []Move, a clew.Address) []Move {
	return slices.DeleteFunc(slices.Clone(moves), func(m Move) bool { return m.From != a && m.To != a })
}

// run looks at addresses until a ranker names none, or most were.
func run(r Ranker, moves []Move, most int) (order string) {
	for len(order) < most {
		a, ok := r.Next()
		if !ok {
			break
		}
		r.Push(a, of(moves, a))
		order += string(a.Key()[19])
	}
	return order
}

// ring is the published test vector's graph.
var ring = []Move{
	move("sa", ether, 60, 10), move("sb", ether, 40, 11), move("ac", ether, 50, 20), move("ad", ether, 10, 5),
	move("bc", ether, 40, 30), move("cx", ether, 90, 40), move("zs", ether, 100, 1), move("cs", ether, 5, 50),
}

// TestVectors holds every variant against what its reference implementation gives,
// to the last published digit.
func TestVectors(t *testing.T) {
	start := []Move{move("-s", ether, 100, 0)}
	for _, c := range []struct {
		variant Variant
		want    string
		kept    string // of all weight: what was not lost on the way, to three digits
	}{
		{TTRTime, "s .381361 x .232640 z .228084 b .062791 c .054367 a .036611", "1.000"},
		{TTRRedirect, "x .409782 z .176832 s .164012 c .099236 a .093153 b .052459", "1.000"},
		{TTRWeight, "s .203282 c .110870 a .095242 x .071314 b .063564 z .032869 d .010775", "0.591"},
		{TTREqual, "s .236646 c .121509 a .096200 b .090713 x .041182 d .032708 z .020024", "0.642"},
	} {
		r := NewTTR(c.variant, start, Published())
		run(r, ring, 100)
		got := ""
		for _, s := range r.Scores() {
			got += fmt.Sprintf(" %c %s", s.Address.Key()[19], fmt.Sprintf("%.6f", s.Weight)[1:])
		}
		if got[1:] != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.variant, got[1:], c.want)
		}
		if kept := fmt.Sprintf("%.3f", 1-r.Lost()); kept != c.kept {
			t.Errorf("%s: %s is not lost, want %s", c.variant, kept, c.kept)
		}
		total := r.Residual() + r.Lost()
		for _, s := range r.Scores() {
			total += s.Weight
		}
		if math.Abs(total-1) > 1e-9 {
			t.Errorf("%s: mass %v", c.variant, total)
		}
	}
}

// chance returns a random small chain of two assets, with swaps, of letters from b
// on, and what starts.
func chance(seed uint64) (start, moves []Move) {
	r := rand.New(rand.NewPCG(seed, 5))
	people := "bcdefghij"[:3+r.IntN(6)]
	for i := range 5 + r.IntN(40) {
		way := []byte{people[r.IntN(len(people))], people[r.IntN(len(people))]}
		if way[0] == way[1] {
			continue
		}
		asset := ether
		if r.IntN(2) == 0 {
			asset = token
		}
		m := move(string(way), asset, 1+r.Uint64N(1000), uint64(i+1))
		moves = append(moves, m)
		if r.IntN(3) == 0 { // and something comes back for it
			m.Pos.Class, m.From, m.To = clew.Log, m.To, m.From
			if m.Asset = token; asset == token {
				m.Asset = ether
			}
			moves = append(moves, m)
		}
	}
	start = []Move{move("-b", ether, 1+r.Uint64N(500), 0)}
	if r.IntN(2) == 0 {
		start = append(start, move("-c", token, 1+r.Uint64N(500), 2))
	}
	return start, moves
}

const seeds = 150

// TestMassIsConserved wants scores and residuals of the temporal variants to sum to
// 1 after every push on random chains, and those of the others with what they say
// they lost.
func TestMassIsConserved(t *testing.T) {
	lost := 0.0
	for seed := range uint64(seeds) {
		start, moves := chance(seed)
		for _, v := range Variants() {
			r := NewTTR(v, start, Parameters{0.15, 0.7, 1e-4})
			for {
				a, ok := r.Next()
				total := r.Residual() + r.Lost()
				for _, s := range r.Scores() {
					total += s.Weight
				}
				if math.Abs(total-1) > 1e-9 {
					t.Fatalf("seed %d, %s: mass %v", seed, v, total)
				}
				if r.temporal() && r.Lost() != 0 {
					t.Fatalf("seed %d, %s: lost %v", seed, v, r.Lost())
				}
				if !ok {
					break
				}
				r.Push(a, of(moves, a))
			}
			lost += r.Lost()
		}
	}
	if lost == 0 {
		t.Error("blind variants lost nothing anywhere: no chain has a dead end")
	}
}

// TestTimeIsKept wants nothing forward of what left before the value came.
func TestTimeIsKept(t *testing.T) {
	moves := []Move{move("ab", ether, 10, 5), move("bd", ether, 10, 3), move("bc", ether, 10, 7)}
	for _, v := range Variants() {
		r := NewTTR(v, []Move{move("-a", ether, 10, 1)}, Parameters{0.15, 1, 1e-4})
		run(r, moves, 9)
		met := slices.ContainsFunc(r.Scores(), func(s Score) bool { return s.Address == at('d') })
		if met == r.temporal() {
			t.Errorf("%s: earlier payee met: %v", v, met)
		}
	}
}

// TestSwapsAreSeenThrough wants weight past a pool, where the bought token goes;
// what is not moved on stays with who bought.
func TestSwapsAreSeenThrough(t *testing.T) {
	bought := move("pa", token, 7, 5)
	bought.Pos.Class = clew.Log
	moves := []Move{move("ap", ether, 10, 5), bought, move("ac", token, 7, 9), move("pq", ether, 500, 6), move("pr", token, 90, 8)}
	start := []Move{move("-x", ether, 10, 1)}
	moves = append(moves, move("xa", ether, 10, 2))
	for _, c := range []struct {
		variant Variant
		moves   []Move
		first   string
	}{
		{TTRWeight, moves, "xap"},
		{TTRRedirect, moves, "xac"},
		{TTRRedirect, slices.Delete(slices.Clone(moves), 2, 3), "xa"},
	} {
		if got := run(NewTTR(c.variant, start, Parameters{0.15, 1, 1e-3}), c.moves, len(c.first)); got != c.first {
			t.Errorf("%s: %s, want %s", c.variant, got, c.first)
		}
	}
	r := NewTTR(TTRRedirect, start, Parameters{0.15, 1, 1e-3})
	if got := run(r, slices.Delete(slices.Clone(moves), 2, 3), 9); got != "xa" {
		t.Errorf("nothing left after the swap: %s", got)
	}
	if chips := r.node(at('a')).chips; len(chips) != 1 || chips[0].asset != r.asset(token) {
		t.Errorf("a holds %v, want what it bought", chips)
	}
	more := move("pa", clew.Reported(clew.Ethereum, "second"), 3, 5)
	more.Pos.Class, more.Pos.Ordinal = clew.Log, 1
	if got := run(NewTTR(TTRRedirect, start, Parameters{0.15, 1, 1e-3}), append(slices.Clone(moves), more), 3); got != "xap" {
		t.Errorf("two assets came for one, which is no swap: %s, want xap", got)
	}
	back := NewTTR(TTRRedirect, []Move{move("-c", token, 7, 9)}, Parameters{0.15, 0, 1e-3})
	if got := run(back, moves, 3); got != "cax" {
		t.Errorf("backward: %s, want cax", got)
	}
}

// TestOrderOfPushesChangesNothing wants the same scores for moves told in another
// order and twice.
func TestOrderOfPushesChangesNothing(t *testing.T) {
	for seed := range uint64(seeds) {
		start, moves := chance(seed)
		for name, make := range rankers(start) {
			r, s := make(), make()
			for {
				a, ok := r.Next()
				b, also := s.Next()
				if a != b || ok != also {
					t.Fatalf("seed %d, %s: %v, then %v", seed, name, a, b)
				}
				if !ok {
					break
				}
				told := of(moves, a)
				r.Push(a, told)
				mixed := slices.Concat(told, told)
				rand.New(rand.NewPCG(seed, 1)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
				s.Push(a, mixed)
			}
			if got, want := fmt.Sprint(s.Scores()), fmt.Sprint(r.Scores()); got != want || want == "[]" {
				t.Fatalf("seed %d, %s:\n%s\n%s", seed, name, got, want)
			}
		}
	}
}

// rankers makes each of them, by name.
func rankers(start []Move) map[string]func() Ranker {
	all := map[string]func() Ranker{
		"breadth": func() Ranker { return NewBreadthFirst(start) }, "poison": func() Ranker { return NewPoison(start) },
		"haircut": func() Ranker { return NewHaircut(start) }, "taint": func() Ranker { return NewTaintFirst(start, 50, 100) }, "company": func() Ranker { return NewCompany(start) },
	}
	for _, v := range Variants() {
		all[string(v)] = func() Ranker { return NewTTR(v, start, Published()) }
	}
	return all
}

// TestNextIsNeverPushed wants of every ranker that it names nobody twice, and ends.
func TestNextIsNeverPushed(t *testing.T) {
	for seed := range uint64(50) {
		start, moves := chance(seed)
		for name, make := range rankers(start) {
			order := run(make(), moves, 100)
			letters := []byte(order)
			slices.Sort(letters)
			if len(slices.Compact(letters)) != len(order) || len(order) == 0 {
				t.Fatalf("seed %d, %s: %s", seed, name, order)
			}
		}
	}
}

func TestParametersAreChecked(t *testing.T) {
	start := []Move{move("-a", ether, 1, 1)}
	for _, c := range []func(){
		func() { NewTTR("other", start, Published()) },
		func() { NewTTR(TTRTime, start, Parameters{0, 0.8, 1e-3}) },
		func() { NewTTR(TTRTime, start, Parameters{1, 0.8, 1e-3}) },
		func() { NewTTR(TTRTime, start, Parameters{0.15, 1.1, 1e-3}) },
		func() { NewTTR(TTRTime, start, Parameters{0.15, 0.8, 0}) },
		func() { NewTTR(TTRTime, start, Parameters{math.NaN(), 0.8, 1e-3}) },
		func() { NewTaintFirst(start, MostReserve+1, 0) },
		func() { NewTaintFirst(start, 0, MostLeast+1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("taken")
				}
			}()
			c()
		}()
	}
}
