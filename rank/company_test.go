package rank

import (
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
)

// hourly is a move at an hour, which is its height too.
func hourly(way string, amount, hour uint64) Move {
	m := move(way, ether, amount, hour)
	m.Time = clew.Time(1_700_000_000 + 3600*hour)
	return m
}

// company runs one to its end, and returns whom it names.
func company(start, moves []Move) (looked, named string) {
	c := NewCompany(start)
	looked = run(c, moves, 100)
	for _, s := range c.Scores() {
		named += string(s.Address.Key()[19])
	}
	letters := []byte(named)
	slices.Sort(letters)
	return looked, string(letters)
}

// theft is a hundred that a passes to b and c, they to d, in parts, and d to e, while
// b pays o, an old one, and d pays n, which is new and passes nothing on.
var theft = []Move{
	hourly("vo", 500, 1), hourly("wo", 500, 2),
	hourly("ab", 6000, 100), hourly("ac", 4000, 100), hourly("xb", 6500, 101), hourly("bo", 6300, 102), hourly("bd", 6000, 103), hourly("cd", 4000, 104),
	hourly("yd", 11000, 105), hourly("dn", 7777, 106), hourly("de", 10000, 107), hourly("ef", 10000, 108),
	hourly("fe", 10, 109), hourly("vo", 90_000, 110),
}

// TestCompany wants those who pass value among themselves, and none of those whom
// they pay besides.
func TestCompany(t *testing.T) {
	start := []Move{hourly("-a", 10_000, 99)}
	looked, named := company(start, theft)
	if named != "abcdef" {
		t.Errorf("named %s, looked at %s", named, looked)
	}
	if looked[0] != 'a' || looked[1] != 'b' {
		t.Errorf("looked at %s: not by value", looked)
	}
}

// TestCompanyIsDeterministic wants the same names whatever the order and however
// often moves are told, and whoever else deals with others.
func TestCompanyIsDeterministic(t *testing.T) {
	start := []Move{hourly("-a", 10_000, 99)}
	_, want := company(start, theft)
	for seed := range uint64(20) {
		moves := slices.Concat(theft, theft[:5], []Move{hourly("pq", 5000, 50), hourly("qr", 4000, 120)})
		rand.New(rand.NewPCG(seed, 3)).Shuffle(len(moves), func(i, j int) { moves[i], moves[j] = moves[j], moves[i] })
		if _, named := company(start, moves); named != want {
			t.Fatalf("seed %d: %s, want %s", seed, named, want)
		}
	}
}

// TestCompanyScales wants the same names where all amounts are a thousand times as
// large.
func TestCompanyScales(t *testing.T) {
	large := slices.Clone(theft)
	for i := range large {
		large[i].Amount, _ = large[i].Amount.MulDiv(clew.Units(1000), clew.Units(1))
	}
	_, want := company([]Move{hourly("-a", 10_000, 99)}, theft)
	if _, named := company([]Move{hourly("-a", 10_000_000, 99)}, large); named != want {
		t.Errorf("%s, want %s", named, want)
	}
}

// TestCompanyKeepsTime wants nobody named whom an address paid before value came to
// it.
func TestCompanyKeepsTime(t *testing.T) {
	moves := []Move{hourly("ab", 100, 10), hourly("bc", 100, 5), hourly("bd", 100, 11), hourly("ad", 30, 12), hourly("de", 100, 13), hourly("eb", 100, 14)}
	if looked, _ := company([]Move{hourly("-a", 130, 9)}, moves); slices.Contains([]byte(looked), 'c') {
		t.Errorf("looked at %s", looked)
	}
}

// TestNothingIsFollowedThroughAService wants a service looked at, and nobody beyond.
func TestNothingIsFollowedThroughAService(t *testing.T) {
	c := NewCompany([]Move{hourly("-a", 100, 9)})
	a, _ := c.Next()
	c.Push(a, []Move{hourly("as", 100, 10)})
	s, ok := c.Next()
	if !ok || s != at('s') {
		t.Fatalf("%v, %v", s, ok)
	}
	c.PushService(s, 50_000)
	if next, ok := c.Next(); ok {
		t.Errorf("%v beyond a service", next)
	}
	if got := c.Scores(); len(got) != 1 || got[0] != (Score{at('a'), 1}) {
		t.Errorf("%v", got)
	}
}

// TestExplained holds the sets of payees against all sets of three at most.
func TestExplained(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 9))
		c := &Company{at: map[clew.Address]int{}, cache: map[split][][]int{}}
		from := c.node(at('a'))
		values := make([]float64, 3+r.IntN(8))
		for i := range values {
			values[i] = float64(1 + r.IntN(30))
			to := c.node(at('b' + byte(i)))
			c.nodes[from].out = append(c.nodes[from].out, deed{to: to, value: values[i]})
		}
		had := float64(1 + r.IntN(60))
		var want []int
		for size := 1; size <= 3 && want == nil; size++ {
			for i := range values {
				for j := i; j < len(values); j++ {
					for k := j; k < len(values); k++ {
						set := slices.Compact([]int{i, j, k})
						sum := 0.0
						for _, n := range set {
							sum += values[n]
						}
						if len(set) == size && sum == had {
							for _, n := range set {
								want = append(want, c.at[at('b'+byte(n))])
							}
						}
					}
				}
			}
		}
		slices.Sort(want)
		got := slices.Concat(c.explained(split{from, 0, had, fits})...)
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, slices.Compact(want)) {
			t.Fatalf("seed %d: %v of %v: %v, want %v", seed, had, values, got, want)
		}
	}
}

// TestCompanyIsClose wants what is a thousandth short explained, and not closely so.
func TestCompanyIsClose(t *testing.T) {
	for given, want := range map[uint64][2]int{10_000: {1, 1}, 9_990: {1, 0}, 9_900: {0, 0}} {
		c := NewCompany([]Move{hourly("-a", 10_000, 99)})
		run(c, []Move{hourly("ab", given, 100), hourly("ac", 3, 100)}, 10)
		c.sum(func(n int) (uint64, bool) { return 0, c.nodes[n].source })
		members := make([]bool, len(c.nodes))
		members[0] = true
		f := c.fittings(members)[c.at[at('b')]]
		if got := [2]int{f.fits, f.closely}; got != want || f.withFew != want[1] {
			t.Errorf("%d: %+v, want %v", given, f, want)
		}
	}
}
