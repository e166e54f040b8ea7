package rank

import (
	"math/big"
	"slices"
	"testing"

	"clew"
)

// TestTaintFirst follows hand-made chains: who is named next, and what lies where.
func TestTaintFirst(t *testing.T) {
	start := []Move{move("-a", ether, 100, 1)}
	moves := []Move{
		move("ab", ether, 60, 2), move("ac", ether, 70, 3), // 60 and the last 40
		move("bd", ether, 500, 4), // all of b's 60, and more
		move("cd", ether, 5, 1),   // before anything came
		move("ce", ether, 30, 5),
	}
	for _, c := range []struct {
		name           string
		reserve, least uint64
		order          string
		holds          map[byte]uint64
	}{
		{"all", 0, 0, "abdce", map[byte]uint64{'a': 0, 'b': 0, 'c': 10, 'd': 60, 'e': 30}},
		{"a tenth stays", 100, 0, "abdcea"[:5], map[byte]uint64{'a': 4, 'b': 6, 'c': 6, 'd': 54, 'e': 30}},
		{"less than half carries nothing", 0, 500_000, "abda"[:3], map[byte]uint64{'a': 40, 'b': 0, 'c': 0, 'd': 60, 'e': 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := NewTaintFirst(start, c.reserve, c.least)
			if got := run(r, moves, 99); got != c.order {
				t.Errorf("order %s, want %s", got, c.order)
			}
			for who, want := range c.holds {
				if got := r.Holds(at(who), ether); got != clew.Units(want) {
					t.Errorf("%c holds %s, want %d", who, got, want)
				}
			}
		})
	}
}

// TestTies wants equal addresses in the order of their bytes.
func TestTies(t *testing.T) {
	start := []Move{move("-z", ether, 10, 1), move("-m", ether, 10, 2), move("-q", ether, 10, 3)}
	for name, make := range rankers(start) {
		want := "mqz"
		if name == "breadth" || name == "poison" {
			want = "zmq" // who was met first
		}
		if got := run(make(), nil, 9); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestAssetsCountTheSame wants the larger share of its asset first, however its
// amounts compare.
func TestAssetsCountTheSame(t *testing.T) {
	start := []Move{move("-a", ether, 1_000_000, 1), move("-a", token, 10, 2)}
	moves := []Move{move("ab", ether, 400_000, 3), move("ac", token, 9, 4)}
	if got := run(NewTaintFirst(start, 0, 0), moves, 9); got != "acb" {
		t.Errorf("order %s, want acb", got)
	}
}

// TestArrivalsAddUp wants what several payers bring in one transaction to start in
// full.
func TestArrivalsAddUp(t *testing.T) {
	start := []Move{move("xa", ether, 30, 1), move("ya", ether, 12, 1), move("-b", ether, 10, 1)}
	r := NewTaintFirst(start, 0, 0)
	if got := r.Holds(at('a'), ether); got != clew.Units(42) {
		t.Errorf("a holds %s, want 42", got)
	}
	if got := run(r, []Move{move("ac", ether, 40, 2)}, 9); got != "acb" {
		t.Errorf("order %s, want acb", got)
	}
	if p := portions(start); len(p) != 2 || p[0].share+p[1].share != 1 {
		t.Errorf("portions %v", p)
	}
}

// TestHaircutEnds wants what weighs less than a thousandth not to be looked at.
func TestHaircutEnds(t *testing.T) {
	moves := []Move{move("ab", ether, 1998, 2), move("ac", ether, 2, 3), move("ad", ether, 1, 4)}
	if got := run(NewHaircut([]Move{move("-a", ether, 1, 1)}), moves, 9); got != "ab" {
		t.Errorf("order %s, want ab", got)
	}
}

// naive replays what is known with maps and big integers.
func naive(start, known []Move, reserve int64) map[potID]*big.Int {
	all := slices.Concat(start, known)
	slices.SortStableFunc(all, func(m, n Move) int { return m.Pos.Cmp(n.Pos) })
	holds := map[potID]*big.Int{}
	seen := map[Move]bool{} // told by both its ends
	for _, m := range all {
		if seen[m] {
			continue
		}
		seen[m] = true
		from, to := potID{m.From, m.Asset}, potID{m.To, m.Asset}
		for _, p := range []potID{from, to} {
			if holds[p] == nil {
				holds[p] = new(big.Int)
			}
		}
		moved := m.Amount.Big()
		if !m.From.IsZero() {
			free := new(big.Int).Mul(holds[from], big.NewInt(1000-reserve))
			free.Div(free, big.NewInt(1000))
			if free.Cmp(moved) < 0 {
				moved = free
			}
			holds[from].Sub(holds[from], moved)
		}
		holds[to].Add(holds[to], moved)
	}
	return holds
}

// TestTaintFirstOracle holds the ranker against a slow model after every push on
// random chains: what each holds, that nothing is lost, and who is next.
func TestTaintFirstOracle(t *testing.T) {
	for seed := range uint64(seeds) {
		start, moves := chance(seed)
		reserve := seed % 4 * 50
		r := NewTaintFirst(start, reserve, 0)
		totals := totalsOf(start)
		var known []Move
		for {
			want := naive(start, known, int64(reserve))
			sums := map[clew.Asset]clew.Amount{}
			for id, amount := range want {
				got := r.Holds(id.address, id.asset)
				sums[id.asset] = sums[id.asset].Plus(got)
				if got.String() != amount.String() {
					t.Fatalf("seed %d: %v holds %s, want %s", seed, id, got, amount)
				}
			}
			for asset, total := range totals {
				if sums[asset] != total {
					t.Fatalf("seed %d: %s of %s in all, want %s", seed, sums[asset], asset, total)
				}
			}
			a, ok := r.Next()
			if !ok {
				break
			}
			r.Push(a, of(moves, a))
			for _, m := range of(moves, a) {
				if _, started := totals[m.Asset]; started {
					known = append(known, m)
				}
			}
		}
	}
}

// TestAmountsAtTheEdge wants tokens that claim to move all there can be to break
// nothing.
func TestAmountsAtTheEdge(t *testing.T) {
	huge := func(way string, height uint64) Move {
		m := move(way, token, 1, height)
		m.Amount = clew.MaxAmount
		return m
	}
	start := []Move{huge("-a", 1), huge("-b", 2)}
	moves := []Move{huge("ab", 3), huge("ba", 4), huge("ab", 5), huge("bc", 6)}
	for name, make := range rankers(start) {
		r := make()
		if got := run(r, moves, 9); len(got) != 3 {
			t.Errorf("%s: %s", name, got)
		}
		for _, s := range r.Scores() {
			if !(s.Weight > 0 && s.Weight < 100) {
				t.Errorf("%s: %v weighs %v", name, s.Address, s.Weight)
			}
		}
	}
}

// TestPlainRankers names the order of each over one chain.
func TestPlainRankers(t *testing.T) {
	start := []Move{move("-b", ether, 10, 5)}
	moves := []Move{move("ab", ether, 9, 1), move("bd", ether, 10, 6), move("bc", ether, 90, 7), move("cf", ether, 9, 8), move("de", ether, 5, 3), move("ag", ether, 1, 9)}
	for _, c := range []struct {
		name, order string
	}{{"breadth", "badcgef"}, {"poison", "bdcef"}, {"haircut", "bcfde"}, {"taint", "bd"}} {
		r := NewTaintFirst(start, 0, 0)
		got := ""
		if c.name == "taint" {
			got = run(r, moves, 9)
		} else {
			got = run(rankers(start)[c.name](), moves, 9)
		}
		if got != c.order {
			t.Errorf("%s: %s, want %s", c.name, got, c.order)
		}
	}
}

// TestMoves splits transfers of many legs, seen from either side alike.
func TestMoves(t *testing.T) {
	leg := func(who byte, amount uint64) clew.Leg { return clew.Leg{Address: at(who), Amount: clew.Units(amount)} }
	fee := clew.Leg{Amount: clew.Units(10)}
	joint := &clew.Transfer{Asset: ether, From: []clew.Leg{leg('a', 60), leg('b', 30), leg('a', 10)}, To: []clew.Leg{leg('c', 45), leg('a', 45), fee}}
	item := clew.Units(7)
	for _, c := range []struct {
		name string
		of   byte
		t    *clew.Transfer
		want []Move
	}{
		{"a payer", 'a', joint, []Move{move("ac", ether, 31, 0), move("ba", ether, 13, 0)}},
		{"the other", 'b', joint, []Move{move("bc", ether, 13, 0), move("ba", ether, 13, 0)}},
		{"the payee", 'c', joint, []Move{move("ac", ether, 31, 0), move("bc", ether, 13, 0)}},
		{"a stranger", 'x', joint, nil},
		{"issue", 'a', &clew.Transfer{Asset: ether, From: []clew.Leg{{Amount: clew.Units(5)}}, To: []clew.Leg{leg('a', 5)}}, nil},
		{"an item", 'a', &clew.Transfer{Asset: ether, Item: &item, From: []clew.Leg{leg('a', 1)}, To: []clew.Leg{leg('b', 1)}}, nil},
	} {
		got := Moves(at(c.of), c.t)
		for i := range c.want {
			c.want[i].Tx = clew.TxID{}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v\nwant %v", c.name, got, c.want)
		}
	}
}

// TestMovesOfALie wants a token that claims to move more than there can be to move
// something still.
func TestMovesOfALie(t *testing.T) {
	all := func(who byte) clew.Leg { return clew.Leg{Address: at(who), Amount: clew.MaxAmount} }
	lie := &clew.Transfer{Asset: token, From: []clew.Leg{all('a'), {Address: at('a'), Amount: clew.Units(1)}}, To: []clew.Leg{all('b'), all('c')}}
	if got := Moves(at('a'), lie); len(got) != 2 || got[0].Amount != clew.MaxAmount {
		t.Errorf("%v", got)
	}
}
