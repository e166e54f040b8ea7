package rank

import (
	"math"
	"slices"
	"strings"
	"testing"

	"clew"
)

// TestTail holds the tail against coins thrown in every way.
func TestTail(t *testing.T) {
	for n := range 6 {
		for many := range n + 1 {
			for heads := range 5 { // of four sides
				ways, all := 0.0, math.Pow(4, float64(n))
				for throw := range int(all) {
					got := 0
					for rest, i := throw, 0; i < n; i, rest = i+1, rest/4 {
						got += either(rest%4 < heads, 1, 0)
					}
					ways += float64(either(got >= many, 1, 0))
				}
				if got := tail(n, many, float64(heads)/4); many > 0 && n > 0 && math.Abs(got-ways/all) > 1e-12 {
					t.Errorf("%d of %d at %d in 4: %v, want %v", many, n, heads, got, ways/all)
				}
			}
		}
	}
}

// scatter is what a pays to b to e and g, who pay all of it to s in four parts, and to
// f, who pays t so.
func scatter() *Company {
	c := NewCompany([]Move{hourly("-a", 1200, 9)})
	var moves []Move
	for _, who := range "bcdegf" {
		moves = append(moves, hourly("a"+string(who), 200, 10))
		to := either(who == 'f', 't', 's')
		for part := range uint64(4) {
			moves = append(moves, hourly(string(who)+string(rune(to)), 50, 12+part))
		}
	}
	for _, who := range "abcdefg" {
		c.Push(at(byte(who)), of(moves, at(byte(who))))
	}
	return c
}

// TestGroups wants those together who meet at a service more often than by chance,
// and nobody where the service is all the business there is.
func TestGroups(t *testing.T) {
	for _, k := range []struct {
		name string
		s, t uint64
		want string
	}{{"a small service", 1000, 99_000, "bcdeg"}, {"as busy as the other", 50_000, 50_000, ""}, {"nearly all business", 99_500, 500, ""}, {"the only one", 1000, 0, ""}} {
		c := scatter()
		c.PushService(at('s'), k.s)
		if k.t > 0 {
			c.PushService(at('t'), k.t)
		}
		c.sum(func(n int) (uint64, bool) { return 0, c.nodes[n].pushed && c.nodes[n].rows == 0 })
		g, got := c.groups(), []byte{}
		for p := range g.together {
			if p.to == c.at[at('t')] {
				t.Errorf("%s: one is no group", k.name)
			} else if p.to == c.at[at('s')] {
				got = append(got, c.nodes[p.from].address.Key()[19])
			}
		}
		slices.Sort(got)
		if string(got) != k.want || g.largest[c.at[at('s')]] != len(k.want) {
			t.Errorf("%s: %s of %d, want %s", k.name, got, g.largest[c.at[at('s')]], k.want)
		}
	}
}

// TestValueIsNotSpentTwice wants members alone to explain what was had, where they do.
func TestValueIsNotSpentTwice(t *testing.T) {
	c := &Company{nodes: make([]kin, 5), at: map[clew.Address]int{}}
	sets := [][]int{{1}, {2}, {3}}
	for _, k := range []struct {
		members []bool
		want    []int
	}{
		{[]bool{true, false, false, false, false}, []int{1, 2, 3}},
		{[]bool{true, false, true, false, false}, []int{2}},
		{[]bool{true, true, true, false, false}, []int{1, 2}},
	} {
		if got := c.agreed(sets, k.members); !slices.Equal(got, k.want) {
			t.Errorf("%v: %v, want %v", k.members, got, k.want)
		}
	}
	if c.nodes[2].rows = 5; !slices.Equal(c.agreed(sets, []bool{true, false, true, false, false}), []int{1, 2, 3}) {
		t.Error("a service for a member")
	}
	c.nodes[2].rows = 0
	if got := c.agreed([][]int{{1, 2}, {2, 3}}, []bool{true, true, true, false, false}); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("a set that is of members in part: %v", got)
	}
}

// TestGroupsStay wants those named who meet at a service that is too busy to hold up
// whoever pays it, and not the one who pays another alone.
func TestGroupsStay(t *testing.T) {
	c := scatter()
	c.PushService(at('s'), 400_000)
	c.PushService(at('t'), 40_000_000)
	for _, ok := c.Next(); ok; _, ok = c.Next() {
		t.Fatal("somebody is left")
	}
	names := []byte{}
	for _, s := range c.Scores() {
		names = append(names, s.Address.Key()[19])
	}
	slices.Sort(names)
	for _, who := range "bcdeg" {
		if !slices.Contains(names, byte(who)) {
			t.Errorf("%c is not named, of %s", who, names)
		}
	}
	if slices.Contains(names, 'f') {
		t.Errorf("f is named, of %s", names)
	}
}

// hardly hunts the theft where b has so many transfers, and tells how often it was
// named and whom the company is.
func hardly(moves []Move, rows uint64) (times int, named string) {
	c := NewCompany([]Move{hourly("-a", 10_000, 99)})
	for range 100 {
		a, found := c.Next()
		if !found {
			break
		}
		if a == at('b') {
			times++
		}
		if a == at('b') && times == 1 {
			c.PushService(a, rows)
			continue
		}
		c.Push(a, of(moves, a))
	}
	for _, s := range c.Scores() {
		named += string(s.Address.Key()[19])
	}
	letters := []byte(named)
	slices.Sort(letters)
	return times, string(letters)
}

// TestBusyIsReadForMuch wants who has many transfers to be named once more where
// much of what started went there, and to be no service if that is a good part of
// what came; who has far too many, or was paid little, stays one.
func TestBusyIsReadForMuch(t *testing.T) {
	little := slices.Clone(theft)
	for i := range little {
		if little[i].From == at('a') && little[i].To == at('b') {
			little[i] = hourly("ab", 60, 100)
		}
	}
	others := append(slices.Clone(theft), hourly("zb", 60_000, 112))
	for _, k := range []struct {
		name  string
		moves []Move
		rows  uint64
		times int
		in    bool
	}{{"busy", theft, 1001, 2, true}, {"as busy as can be", theft, mostLarge, 2, true}, {"too busy", theft, mostLarge + 1, 1, false}, {"paid little", little, 1001, 1, false}, {"paid by others", others, 1001, 2, false}} {
		times, named := hardly(k.moves, k.rows)
		if in := strings.Contains(named, "b"); times != k.times || in != k.in {
			t.Errorf("%s: b is named %d times and of the company: %v (%s), want %d and %v", k.name, times, in, named, k.times, k.in)
		}
	}
}
