package launder

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"clew"
)

// The assets of these tests: a token with 6 decimal places here, and 18 there.
var (
	tokenHere  = clew.Token("erc20", evmAddress(clew.Ethereum, 200))
	tokenThere = clew.Token("erc20", evmAddress(clew.BNB, 201))
)

func evmAddress(chain clew.Chain, n byte) clew.Address {
	return clew.EVMAddress(chain, [20]byte{1, n, 19: n})
}

// wentIn and cameOut make ends of a bridge, in millionths of a token.
func wentIn(time, millionths int, who byte) End {
	return End{Bridge: "b", Pos: clew.Pos{Height: uint64(time), Index: uint32(who)}, Time: clew.Time(time), Tx: clew.TxID{1, byte(time >> 8), byte(time), who}, Asset: tokenHere, Amount: clew.Units(uint64(millionths)), Who: evmAddress(clew.Ethereum, who)}
}

func cameOut(time, millionths int, who byte) End {
	amount, _ := clew.Units(uint64(millionths)).MulDiv(clew.Units(1_000_000_000_000), clew.Units(1))
	return End{Bridge: "b", Pos: clew.Pos{Height: uint64(time), Index: uint32(who)}, Time: clew.Time(time), Tx: clew.TxID{2, byte(time >> 8), byte(time), who}, Asset: tokenThere, Amount: amount, Who: evmAddress(clew.BNB, who)}
}

func matchQuestion() MatchQuestion {
	q := DefaultMatch()
	q.Pairings = []Pairing{PairSame(tokenHere, 6, tokenThere, 18, clew.Amount{})}
	return q
}

func matched(t testing.TB, q MatchQuestion, deposits, releases []End) *Matching {
	t.Helper()
	m, err := MatchEnds(context.Background(), deposits, releases, q)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// told writes what is found of each deposit: the amounts that came out, or why not.
func linesOf(m *Matching) (lines []string) {
	for i := range m.Matches {
		f := &m.Matches[i]
		line := f.In.Amount.String() + ":"
		if f.Link == nil {
			lines = append(lines, line+" "+string(f.Open))
			continue
		}
		for _, o := range f.Candidates[0].Out {
			n, _ := o.Amount.MulDiv(clew.Units(1), clew.Units(1_000_000_000_000))
			line += fmt.Sprintf(" %s at %d to %d", n, o.Time, o.Who.Key()[1])
		}
		lines = append(lines, line)
	}
	return lines
}

// TestMatchVectors goes through small cases that were worked out by hand. No habit
// is learned of so few.
func TestMatchVectors(t *testing.T) {
	to := func(e End, who byte) End {
		e.For, e.To = evmAddress(clew.BNB, who), clew.BNB
		return e
	}
	far := cameOut(100, 999_000, 1)
	far.Bridge = "another"
	for _, c := range []struct {
		name         string
		in, out      []End
		want         []string
		edit         func(*MatchQuestion)
		leastOfScore int
	}{
		{name: "one and one, other decimals", in: []End{wentIn(10, 1_000_000, 1)}, out: []End{cameOut(100, 999_000, 1)}, want: []string{"1000000: 999000 at 100 to 1"}, leastOfScore: 999},
		{name: "more than went in", in: []End{wentIn(10, 1_000_000, 1)}, out: []End{cameOut(100, 1_000_001, 1)}, want: []string{"1000000: " + string(NoneFits)}},
		{name: "too much kept", in: []End{wentIn(10, 1_000_000, 1)}, out: []End{cameOut(100, 969_999, 1)}, want: []string{"1000000: " + string(NoneFits)}},
		{name: "before it went in", in: []End{wentIn(1000, 1_000_000, 1)}, out: []End{cameOut(100, 1_000_000, 1)}, want: []string{"1000000: " + string(NoneFits)}},
		{name: "too late", in: []End{wentIn(10, 1_000_000, 1)}, out: []End{cameOut(86_411, 1_000_000, 1)}, want: []string{"1000000: " + string(NoneFits)}},
		{name: "of another bridge", in: []End{wentIn(10, 1_000_000, 1)}, out: []End{far}, want: []string{"1000000: " + string(NoneFits)}},
		{name: "for somebody else", in: []End{to(wentIn(10, 1_000_000, 1), 2)}, out: []End{cameOut(100, 999_000, 1)}, want: []string{"1000000: " + string(NoneFits)}},
		{name: "two that are alike", in: []End{wentIn(10, 1_000_000, 1)}, out: []End{cameOut(100, 999_000, 2), cameOut(100, 999_000, 3)}, want: []string{"1000000: " + string(Several)}},
		{name: "the same digits decide", in: []End{wentIn(10, 1_000_000, 3)}, out: []End{cameOut(100, 999_000, 2), cameOut(100, 999_000, 3)}, want: []string{"1000000: 999000 at 100 to 3"}},
		{name: "the word of the deposit decides", in: []End{to(wentIn(10, 1_000_000, 3), 2)}, out: []End{cameOut(100, 999_000, 2), cameOut(100, 999_000, 3)}, want: []string{"1000000: 999000 at 100 to 2"}},
		{name: "two deposits of one release", in: []End{wentIn(10, 1_000_000, 4), wentIn(11, 1_000_000, 5)}, out: []End{cameOut(100, 999_000, 2)}, want: []string{"1000000: " + string(Several), "1000000: " + string(Several)}},
		{name: "one fits far better", in: []End{wentIn(10, 1_000_000, 4), wentIn(11, 1_000_000, 2)}, out: []End{cameOut(100, 999_000, 2)}, want: []string{"1000000: " + string(Better), "1000000: 999000 at 100 to 2"}},
		{name: "what the other can have alone leaves this one", in: []End{wentIn(10, 1_000_000, 4), wentIn(20, 1_000_000, 5)}, out: []End{cameOut(15, 999_000, 4), cameOut(90, 999_000, 9)},
			want: []string{"1000000: 999000 at 15 to 4", "1000000: 999000 at 90 to 9"}},
		{name: "given back", in: []End{wentIn(10, 1_000_000, 1)}, out: []End{{Bridge: "b", Pos: clew.Pos{Height: 9}, Time: 100, Tx: clew.TxID{9}, Asset: tokenHere, Amount: clew.Units(999_000), Who: evmAddress(clew.Ethereum, 1)}},
			want: []string{"1000000: 0 at 100 to 1"}},
		{name: "given back to another", in: []End{wentIn(10, 1_000_000, 1)}, out: []End{{Bridge: "b", Pos: clew.Pos{Height: 9}, Time: 100, Tx: clew.TxID{9}, Asset: tokenHere, Amount: clew.Units(999_000), Who: evmAddress(clew.Ethereum, 2)}},
			want: []string{"1000000: " + string(NoneFits)}},
		{name: "an asset of which nothing is known", in: []End{{Bridge: "b", Asset: tokenThere, Amount: clew.Units(5), Time: 3, Who: evmAddress(clew.BNB, 1)}}, want: []string{"5: " + string(NoPairing)}},
		{name: "a group that is too large", in: []End{wentIn(10, 1_000_000, 4), wentIn(11, 1_000_000, 5)}, out: []End{cameOut(100, 999_000, 2)}, edit: func(q *MatchQuestion) { q.Group = 1 },
			want: []string{"1000000: " + string(Crowded), "1000000: " + string(Crowded)}},
		{name: "too many rivals to look at", in: []End{wentIn(10, 1_000_000, 4)}, out: []End{cameOut(100, 999_000, 2), cameOut(101, 999_001, 4)}, edit: func(q *MatchQuestion) { q.Rivals = 1 },
			want: []string{"1000000: " + string(Crowded)}},
	} {
		q := matchQuestion()
		if c.edit != nil {
			c.edit(&q)
		}
		m := matched(t, q, c.in, c.out)
		if got := linesOf(m); !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
		if c.leastOfScore > 0 && m.Matches[0].Link.Score < c.leastOfScore {
			t.Errorf("%s: score %d", c.name, m.Matches[0].Link.Score)
		}
	}
}

// traffic returns ends of a bridge that keeps 1 of 1,000 and half a token, and takes
// a minute, of people who are all different.
func traffic(n int) (in, out []End) {
	for i := range n {
		amount := 10_000_000 + i*i*7_919%90_000_000
		in = append(in, wentIn(1_000+i*400, amount, byte(i+1)))
		out = append(out, cameOut(1_060+i*400+i%7, amount-amount/1_000-500_000, byte(i+1)))
	}
	return in, out
}

// TestHabitsAreLearned wants the fee and the time of a bridge to be learned, and
// then used: a release that fits the bounds and not the habit is of nobody.
func TestHabitsAreLearned(t *testing.T) {
	in, out := traffic(40)
	q := matchQuestion()
	q.Pairings[0].Flat = clew.Units(1_000_000_000_000_000_000)
	in = append(in, wentIn(50_000, 60_000_000, 100))
	out = append(out, cameOut(50_060, 59_900_000, 101)) // less was kept than ever
	m := matched(t, q, in, out)
	if len(m.Habits) != 1 || m.Habits[0].Wait != 63 || apart(m.Habits[0].Flat, clew.Units(500_000_000_000_000_000)).Cmp(clew.Units(3_000_000_000_000_000)) > 0 || m.Habits[0].Gives/1_000_000 != 998 && m.Habits[0].Gives/1_000_000 != 999 {
		t.Errorf("habits: %+v", m.Habits)
	}
	for i := range 40 {
		if f := &m.Matches[i]; f.Link == nil || f.Candidates[0].Out[0].Time != out[i].Time {
			t.Errorf("deposit %d: %s", i, f.Open)
		}
	}
	if f := &m.Matches[40]; f.Open != NoneFits {
		t.Errorf("what does not fit the habit: %q", f.Open)
	}
	q.Plain = true
	if m := matched(t, q, in, out); m.Matches[40].Link == nil || len(m.Habits) != 0 {
		t.Errorf("without habits: %q", m.Matches[40].Open)
	}
}

// TestPartsAddUp wants a deposit that comes out in three parts to one recipient to
// be linked to all of them, and not if another deposit could have them too.
func TestPartsAddUp(t *testing.T) {
	in, out := traffic(40)
	q := matchQuestion()
	q.Pairings[0].Flat = clew.Units(1_000_000_000_000_000_000)
	for i := range out { // no flat fee: it is kept of each part
		n := int(in[i].Amount.Big().Int64())
		out[i] = cameOut(int(out[i].Time), n-n/1_000, byte(i+1))
	}
	in = append(in, wentIn(50_000, 60_000_000, 100))
	out = append(out, cameOut(50_060, 20_000_000, 101), cameOut(50_120, 30_000_000, 101), cameOut(50_200, 9_940_000, 101))
	m := matched(t, q, in, out)
	f := &m.Matches[40]
	if f.Link == nil || len(f.Link.OutTxs) != 3 || len(f.Link.Out) != 3 || !slices.Equal(f.Link.Recipients, []clew.Address{evmAddress(clew.BNB, 101)}) || len(m.Alone) != 0 {
		t.Fatalf("in parts: %q, %+v", f.Open, f.Candidates)
	}
	in = append(in, wentIn(50_001, 60_000_000, 102))
	m = matched(t, q, in, out)
	for _, i := range []int{40, 41} {
		if m.Matches[i].Open != Several || len(m.Matches[i].Candidates) == 0 {
			t.Errorf("of two: %q", m.Matches[i].Open)
		}
	}
}

// TestLinksSayWhatTheyAre holds a link by comparison against its ends.
func TestLinksSayWhatTheyAre(t *testing.T) {
	in, out := wentIn(10, 1_000_000, 1), cameOut(100, 999_000, 1)
	l := matched(t, matchQuestion(), []End{in}, []End{out}).Matches[0].Link
	if l.Kind != clew.Bridge || l.Basis != clew.Inferred || l.By != ByComparison || l.Certainty != Likely || l.Identifier != "" || l.InChain != clew.Ethereum || l.OutChain != clew.BNB || l.Protocol != "b" ||
		l.InTx != in.Tx || !slices.Equal(l.OutTxs, []clew.TxID{out.Tx}) || !slices.Equal(l.In, []clew.Pos{in.Pos}) || !slices.Equal(l.Out, []clew.Pos{out.Pos}) || l.Payer != in.Who || l.Refund || l.Refused != NoRefusal {
		t.Errorf("%+v", l)
	}
}

// TestOrderOfEndsIsNothing wants the same answer whatever the order in which ends
// are given.
func TestOrderOfEndsIsNothing(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		in, out := crowd(r, 60)
		want := matched(t, matchQuestion(), in, out)
		r.Shuffle(len(in), func(i, j int) { in[i], in[j] = in[j], in[i] })
		r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		if got := matched(t, matchQuestion(), in, out); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: another order gives another answer", seed)
		}
	}
}

// crowd returns ends of which many are alike.
func crowd(r *rand.Rand, n int) (in, out []End) {
	for i := range n {
		at, amount, who := 1_000+r.IntN(20_000), 1_000_000*(1+r.IntN(5)), byte(1+r.IntN(12))
		d := wentIn(at, amount, who)
		d.Pos.Ordinal = uint32(i)
		if r.IntN(3) == 0 {
			d.For = evmAddress(clew.BNB, who)
		}
		o := cameOut(at+r.IntN(300), amount-r.IntN(20_000), who)
		o.Pos.Ordinal = uint32(i)
		in, out = append(in, d), append(out, o)
	}
	return in, out
}

// bruteForce returns the least cost of giving each row a column of its own.
func bruteForce(t [][]int, row int, used []bool) int {
	if row == len(t) {
		return 0
	}
	least := math.MaxInt
	for c := range t[row] {
		if !used[c] && t[row][c] < never {
			used[c] = true
			if rest := bruteForce(t, row+1, used); rest < math.MaxInt {
				least = min(least, t[row][c]+rest)
			}
			used[c] = false
		}
	}
	return least
}

// TestCheapestIsCheapest holds assignments, and by how much pairs outweigh the rest,
// against all assignments that there are.
func TestCheapestIsCheapest(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 400 {
		n, k := 1+r.IntN(5), 1+r.IntN(5)
		table := make([][]int, n)
		for a := range table {
			table[a] = make([]int, k+n)
			for b := range table[a] {
				switch {
				case b == k+a:
				case b < k && r.IntN(3) > 0:
					table[a][b] = -r.IntN(costNone)
				default:
					table[a][b] = never
				}
			}
		}
		best, columns := cheapest(table)
		if want := bruteForce(table, 0, make([]bool, k+n)); best != want {
			t.Fatalf("%v: %d, want %d", table, best, want)
		}
		for a := range table {
			for b := range k {
				if table[a][b] >= never {
					continue
				}
				with, without := table[a][b]+bruteWith(table, a, b), bruteWithout(table, a, b)
				if got := outweighs(table, a, b, best, columns[a] == b); got != without-with {
					t.Fatalf("%v: pair %d %d outweighs by %d, want %d", table, a, b, got, without-with)
				}
			}
		}
	}
}

func bruteWith(t [][]int, a, b int) int {
	rest := slices.Delete(slices.Clone(t), a, a+1)
	used := make([]bool, len(t[0]))
	used[b] = true
	return bruteForce(rest, 0, used)
}

func bruteWithout(t [][]int, a, b int) int {
	other := slices.Clone(t)
	other[a] = slices.Clone(t[a])
	other[a][b] = never
	return bruteForce(other, 0, make([]bool, len(t[0])))
}

// TestScores holds doublings and scores against some that were worked out by hand.
func TestScores(t *testing.T) {
	for n, want := range map[uint64]int{1: 0, 2: 1000, 3: 1500, 4: 2000, 5: 2250, 8: 3000, 1024: 10_000} {
		if got := log2(n); got != want {
			t.Errorf("log2 of %d: %d, want %d", n, got, want)
		}
	}
	for d, want := range map[int]int{0: 500, 1000: 666, -1000: 334, 2250: 833, 3000: 888, 10_000: 999, 1 << 40: 999, -1 << 40: 1} {
		if got := scoreOf(d); got != want {
			t.Errorf("score of %d: %d, want %d", d, got, want)
		}
	}
}

// TestManyAreBounded wants an end with thousands of ends that are alike, and with
// amounts and times at the edges.
func TestManyAreBounded(t *testing.T) {
	var in, out []End
	for i := range 3_000 {
		d, o := wentIn(1_000+i, 1_000_000, byte(i)), cameOut(1_100+i, 999_000, byte(i))
		d.Pos.Ordinal, o.Pos.Ordinal = uint32(i), uint32(i)
		d.Who, o.Who = evmAddress(clew.Ethereum, 1), evmAddress(clew.BNB, 1)
		in, out = append(in, d), append(out, o)
	}
	for _, f := range matched(t, matchQuestion(), in, out).Matches {
		if f.Link != nil || f.Open != Crowded || len(f.Candidates) > MaxCandidates {
			t.Fatalf("of thousands that are alike one is named: %q", f.Open)
		}
	}
	var edges []End
	for _, amount := range []clew.Amount{{}, clew.Units(1), clew.MaxAmount} {
		for _, at := range []clew.Time{math.MinInt64, -1, 0, 1, math.MaxInt64} {
			for _, a := range []clew.Asset{tokenHere, tokenThere} {
				edges = append(edges, End{Bridge: "b", Time: at, Asset: a, Amount: amount, Who: evmAddress(a.Chain(), 1), Pos: clew.Pos{Ordinal: uint32(len(edges))}})
			}
		}
	}
	q := matchQuestion()
	q.Pairings = append(q.Pairings, PairSame(tokenThere, 18, tokenHere, 6, clew.MaxAmount), PairMarket(tokenHere, tokenThere, func(clew.Time) (Rate, bool) { return Rate{clew.MaxAmount, clew.Units(1)}, true }, clew.MaxAmount),
		PairMarket(tokenHere, tokenThere, func(clew.Time) (Rate, bool) { return Rate{}, true }, clew.MaxAmount))
	matched(t, q, edges, edges)
}

// TestQuestionsAreChecked wants bounds that mean nothing to be refused.
func TestQuestionsAreChecked(t *testing.T) {
	for field, edit := range map[string]func(*MatchQuestion){
		"within": func(q *MatchQuestion) { q.Within = 0 }, "early": func(q *MatchQuestion) { q.Early = -1 }, "odds": func(q *MatchQuestion) { q.Odds = 0 },
		"group": func(q *MatchQuestion) { q.Group = 65 }, "rivals": func(q *MatchQuestion) { q.Rivals = 0 },
	} {
		q := matchQuestion()
		edit(&q)
		if _, err := MatchEnds(context.Background(), nil, nil, q); err == nil || err.(*clew.InputError).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	in, out := traffic(3)
	if _, err := MatchEnds(ctx, in, out, matchQuestion()); err == nil {
		t.Error("goes on though nobody waits")
	}
}

// FuzzMatchEnds wants that no release is given twice, and nothing that no pairing
// allows, whatever the ends.
func FuzzMatchEnds(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	f.Add([]byte{0, 0, 9, 1, 1, 0, 0, 9, 1, 1, 0, 1, 8, 1, 1, 1, 1, 9, 1, 1})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var in, out []End
		for i := 0; i+5 <= len(raw) && i < 400; i += 5 {
			at, amount := 1_000+int(raw[i])<<8+int(raw[i+1]), 1_000_000+int(raw[i+2])*1_000
			if raw[i+3]%2 == 0 {
				in = append(in, wentIn(at, amount, raw[i+4]))
				in[len(in)-1].Pos.Ordinal = uint32(i)
			} else {
				out = append(out, cameOut(at, amount, raw[i+4]))
				out[len(out)-1].Pos.Ordinal = uint32(i)
			}
		}
		m := matched(t, matchQuestion(), in, out)
		given := map[clew.Pos]bool{}
		for i := range m.Matches {
			r := &m.Matches[i]
			if (r.Link == nil) == (r.Open == "") {
				t.Fatalf("neither a link nor a reason: %+v", r)
			}
			for _, c := range r.Candidates {
				if c.Score < 0 || c.Score > 1000 {
					t.Fatalf("score %d", c.Score)
				}
			}
			if r.Link == nil {
				continue
			}
			for _, at := range r.Link.Out {
				if given[at] {
					t.Fatalf("the release at %s is given twice", at)
				}
				given[at] = true
			}
		}
		if len(given)+len(m.Alone) != len(out) {
			t.Fatalf("%d given and %d alone, of %d", len(given), len(m.Alone), len(out))
		}
	})
}
