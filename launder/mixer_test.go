package launder

import (
	"encoding/binary"
	"errors"
	"math/big"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
)

func mixAddress(n byte) clew.Address { return clew.EVMAddress(clew.Ethereum, [20]byte{18: 9, 19: n}) }

var (
	mixCoin  = clew.NativeAsset(clew.Ethereum)
	mixPool1 = MixerPool{"one", mixAddress(200), mixCoin, clew.Units(100), "test"}
	mixPool2 = MixerPool{"ten", mixAddress(201), mixCoin, clew.Units(1000), "test"}
	mixToken = MixerPool{"token", mixAddress(202), clew.Token("erc20", mixAddress(203)), clew.Units(50), "test"}
)

// A mixMove is one transfer of a transaction in tests.
type mixMove struct {
	from, to byte
	amount   uint64
}

// mixTx makes a transaction: native moves, in order.
func mixTx(height uint64, id byte, moves ...mixMove) (tx []clew.Transfer) {
	for i, m := range moves {
		leg := func(n byte) []clew.Leg { return []clew.Leg{{Address: mixAddress(n), Amount: clew.Units(m.amount)}} }
		tx = append(tx, clew.Transfer{Pos: clew.Pos{Height: height, Index: uint32(id), Ordinal: uint32(i)}, Time: clew.Time(1_600_000_000 + height), Tx: clew.TxID{id, byte(height)}, Asset: mixCoin, From: leg(m.from), To: leg(m.to)})
	}
	return tx
}

// paying adds a fee, burnt and tipped.
func paying(tx []clew.Transfer, signer byte, burnt, tip uint64) []clew.Transfer {
	for i, n := range []uint64{burnt, tip} {
		t := tx[0]
		t.Pos.Class, t.Pos.Ordinal = clew.Fee, uint32(i)
		t.From = []clew.Leg{{Address: mixAddress(signer), Amount: clew.Units(n)}}
		t.To = []clew.Leg{{Amount: clew.Units(n)}}
		tx = append(tx, t)
	}
	return tx
}

func TestMixerNotes(t *testing.T) {
	madeUp := mixTx(1, 1, mixMove{200, 1, 3}, mixMove{200, 2, 97})
	for i := range madeUp {
		madeUp[i].Pos.Ordinal += ledger.MadeUp
	}
	token := mixTx(1, 1, mixMove{202, 1, 48}, mixMove{202, 2, 2}, mixMove{3, 202, 50})
	for i := range token {
		token[i].Asset, token[i].Pos.Class = mixToken.Asset, clew.Log
	}
	for _, c := range []struct {
		name string
		pool MixerPool
		tx   []clew.Transfer
		want []string
		odd  int
	}{
		{"put in", mixPool1, mixTx(1, 1, mixMove{1, 200, 100}), []string{"in 1"}, 0},
		{"put in through a router", mixPool1, mixTx(1, 1, mixMove{1, 9, 100}, mixMove{9, 200, 100}), []string{"in 1"}, 0},
		{"several through a router", mixPool1, mixTx(1, 1, mixMove{1, 9, 200}, mixMove{9, 200, 100}, mixMove{9, 200, 100}), []string{"in 1", "in 1"}, 0},
		{"a router with coins of its own", mixPool1, mixTx(1, 1, mixMove{1, 9, 50}, mixMove{9, 200, 100}), []string{"in 9"}, 0},
		{"a router that is paid afterwards", mixPool1, mixTx(1, 1, mixMove{9, 200, 100}, mixMove{1, 9, 100}), []string{"in 9"}, 0},
		{"taken out whole", mixPool1, mixTx(1, 1, mixMove{200, 2, 100}), []string{"out 2"}, 0},
		{"through a relayer", mixPool1, mixTx(1, 1, mixMove{200, 2, 97}, mixMove{200, 3, 3}), []string{"out 2 relayer 3 fee 3"}, 0},
		{"a fee larger than the rest", mixPool1, mixTx(1, 1, mixMove{200, 2, 1}, mixMove{200, 3, 99}), []string{"out 2 relayer 3 fee 99"}, 0},
		{"two in one transaction", mixPool1, mixTx(1, 1, mixMove{200, 2, 97}, mixMove{200, 3, 3}, mixMove{200, 4, 100}), []string{"out 2 relayer 3 fee 3", "out 4"}, 0},
		{"in and out at once", mixPool1, mixTx(1, 1, mixMove{1, 200, 100}, mixMove{200, 1, 100}), []string{"in 1", "out 1"}, 0},
		{"a part", mixPool1, mixTx(1, 1, mixMove{1, 200, 99}, mixMove{200, 1, 40}), nil, 2},
		{"parts that are more than a note", mixPool1, mixTx(1, 1, mixMove{200, 1, 60}, mixMove{200, 2, 60}), nil, 2},
		{"a part, and then a note", mixPool1, mixTx(1, 1, mixMove{200, 1, 40}, mixMove{200, 2, 97}, mixMove{200, 3, 3}), []string{"out 2 relayer 3 fee 3"}, 1},
		{"another pool's amount", mixPool1, mixTx(1, 1, mixMove{1, 200, 1000}), nil, 1},
		{"another asset", mixToken, mixTx(1, 1, mixMove{1, 202, 50}), nil, 0},
		{"a token", mixToken, token, []string{"out 1 relayer 2 fee 2", "in 3"}, 0},
		{"an order that was made up", mixPool1, madeUp, []string{"out 2 relayer 1 fee 3"}, 0},
		{"with fees", mixPool1, paying(mixTx(1, 1, mixMove{1, 200, 100}), 7, 30, 4), []string{"in 1 signer 7 paid 34 tip 4"}, 0},
		{"paid by itself", mixPool1, mixTx(1, 1, mixMove{200, 200, 100}), nil, 0},
	} {
		notes, odd := MixerNotes(&c.pool, c.tx)
		var got []string
		for _, n := range notes {
			got = append(got, noteWords(&n))
		}
		if !slices.Equal(got, c.want) || odd != c.odd {
			t.Errorf("%s: %q, %d odd; want %q, %d", c.name, got, odd, c.want, c.odd)
		}
		slices.Reverse(c.tx)
		if again, _ := MixerNotes(&c.pool, c.tx); !slices.Equal(again, notes) {
			t.Errorf("%s: another order of transfers gives other notes", c.name)
		}
	}
}

func noteWords(n *MixerNote) string {
	last := func(a clew.Address) string { return big.NewInt(int64(a.Key()[19])).String() }
	s := map[bool]string{true: "out ", false: "in "}[n.Out] + last(n.Who)
	if !n.Relayer.IsZero() {
		s += " relayer " + last(n.Relayer) + " fee " + n.Fee.String()
	}
	if !n.Signer.IsZero() {
		s += " signer " + last(n.Signer) + " paid " + n.Paid.String() + " tip " + n.Tip.String()
	}
	return s
}

// TestHypergeometric compares with drawing every way there is.
func TestHypergeometric(t *testing.T) {
	const most = 7
	for all := uint64(0); all <= most; all++ {
		for kind := uint64(0); kind <= all+1; kind++ {
			for drawn := uint64(0); drawn <= all+1; drawn++ {
				for least := uint64(0); least <= all+1; least++ {
					want := new(big.Rat)
					ways, met := int64(0), int64(0)
					for set := uint64(0); set < 1<<all; set++ {
						if uint64(bits.OnesCount64(set)) == drawn {
							ways++
							if uint64(bits.OnesCount64(set&(1<<min(kind, all)-1))) >= least {
								met++
							}
						}
					}
					switch {
					case least == 0:
						want.SetInt64(1)
					case kind <= all && drawn <= all && ways > 0:
						want.SetFrac64(met, ways)
					}
					if got := Hypergeometric(all, kind, drawn, least); got.Cmp(want) != 0 {
						t.Fatalf("%d of %d are of the kind, %d drawn, at least %d: %s, want %s", kind, all, drawn, least, got, want)
					}
				}
			}
		}
	}
}

// A mixStory makes histories by hand.
type mixStory struct{ h MixerHistory }

const mixStart clew.Time = 1_600_000_000

func (s *mixStory) put(who byte, at clew.Time) MixerNote {
	n := MixerNote{Pool: s.h.Pool.At, Pos: clew.Pos{Height: uint64(at)}, Time: mixStart + at, Tx: clew.TxID{1, byte(at), byte(at >> 8)}, Who: mixAddress(who)}
	s.h.Deposits = append(s.h.Deposits, n)
	return n
}

func (s *mixStory) take(who byte, at clew.Time) *MixerNote {
	s.h.Withdrawals = append(s.h.Withdrawals, MixerNote{Pool: s.h.Pool.At, Out: true, Pos: clew.Pos{Height: uint64(at)}, Time: mixStart + at, Tx: clew.TxID{2, byte(at), byte(at >> 8)}, Who: mixAddress(who), Relayer: mixAddress(150), Fee: clew.Units(1)})
	return &s.h.Withdrawals[len(s.h.Withdrawals)-1]
}

func asked(t *testing.T, batches []MixerBatch, facts *MixerFacts, stories ...*mixStory) *MixerAnswer {
	t.Helper()
	q := &MixerQuestion{Batches: batches, Facts: facts, Within: DefaultMixerWithin, Keep: 1000}
	for _, s := range stories {
		q.Histories = append(q.Histories, s.h)
	}
	a, err := MixerCandidates(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestPosteriorByHand: one note of ten in the pool, all put in long ago but it and
// one more, comes out at the address that put it in.
func TestPosteriorByHand(t *testing.T) {
	s := &mixStory{MixerHistory{Pool: mixPool1, Opening: 8, Whole: true}}
	s.put(9, 10)
	batches := MixerBatches([]MixerPool{mixPool1}, []MixerNote{s.put(1, 20)})
	s.take(1, 30)
	a := asked(t, batches, &MixerFacts{}, s)
	if len(a.Candidates) != 1 {
		t.Fatalf("%d candidates", len(a.Candidates))
	}
	c := &a.Candidates[0]
	if c.Set != 10 || c.Notes != 1 || c.Prior.Cmp(big.NewRat(1, 10)) != 0 {
		t.Errorf("set %d, notes %d, prior %s", c.Set, c.Notes, c.Prior)
	}
	// Same address: (18601/97302) / (1/8623). In time: (2/4) / (3/12), for two of ten
	// notes are so new. Relayer: (951/1002) / (9764/11396). Of the rest nothing is known,
	// or it is worth nothing.
	odds := new(big.Rat).Mul(big.NewRat(18601*8623, 97302), big.NewRat(2, 1))
	odds.Mul(odds, big.NewRat(951*11396, 1002*9764))
	if rates := mixerRates["same-address"]; rates.linked != (Frequency{18_600, 97_300}) || *rates.others != (Frequency{0, 8621}) || mixerRates["relayer"].linked != (Frequency{950, 1_000}) {
		t.Skip("the rates are other ones")
	}
	want := new(big.Rat).Quo(odds, new(big.Rat).Add(odds, big.NewRat(9, 1)))
	if c.Posterior.Cmp(want) != 0 {
		t.Errorf("posterior %s, want %s: %+v", c.Posterior, want, c.Signs)
	}
}

// TestPosteriorsOverASet: of each withdrawal, no more is supposed of all batches
// than that it is certain; and neither order nor doubles change an answer.
func TestPosteriorsOverASet(t *testing.T) {
	s, o := crowded()
	a := asked(t, o.batches(), o.facts(), s, o.other)
	sums := map[clew.Pos]*big.Rat{}
	for i := range a.Candidates {
		c := &a.Candidates[i]
		if c.Posterior.Sign() < 0 || c.Posterior.Cmp(one) > 0 || c.Prior.Sign() <= 0 || c.Prior.Cmp(one) > 0 {
			t.Errorf("prior %s, posterior %s", c.Prior, c.Posterior)
		}
		if sums[c.Withdrawal.Pos] == nil {
			sums[c.Withdrawal.Pos] = new(big.Rat)
		}
		sums[c.Withdrawal.Pos].Add(sums[c.Withdrawal.Pos], c.Posterior)
	}
	if len(sums) < 20 {
		t.Fatalf("%d withdrawals", len(sums))
	}
	for at, sum := range sums {
		if sum.Cmp(one) > 0 {
			t.Errorf("%s: all batches together are supposed with %s", at, sum)
		}
	}
	slices.Reverse(o.mine)
	slices.Reverse(s.h.Deposits)
	slices.Reverse(s.h.Withdrawals)
	o.mine = append(o.mine, o.mine[0])
	b := asked(t, o.batches(), o.facts(), o.other, s)
	if len(a.Candidates) != len(b.Candidates) {
		t.Fatalf("%d and %d candidates", len(a.Candidates), len(b.Candidates))
	}
	for i := range a.Candidates {
		if x, y := &a.Candidates[i], &b.Candidates[i]; x.Withdrawal != y.Withdrawal || x.Batch != y.Batch || x.Posterior.Cmp(y.Posterior) != 0 {
			t.Fatalf("candidate %d depends on an order", i)
		}
	}
}

// TestSpentNotesAreNotSupposedAgain: of thirty withdrawals at the address that
// put one note in, a few together are supposed, and not all thirty.
func TestSpentNotesAreNotSupposedAgain(t *testing.T) {
	s := &mixStory{MixerHistory{Pool: mixPool1, Opening: 90, Whole: true}}
	batches := MixerBatches([]MixerPool{mixPool1}, []MixerNote{s.put(1, 0)})
	for i := range clew.Time(30) {
		s.take(1, 60+i*60)
	}
	sum := new(big.Rat)
	a := asked(t, batches, &MixerFacts{}, s)
	for i := range a.Candidates {
		sum.Add(sum, a.Candidates[i].Posterior)
	}
	if len(a.Candidates) != 30 || sum.Cmp(big.NewRat(5, 1)) > 0 {
		t.Errorf("%d candidates, supposed in all %s", len(a.Candidates), sum.FloatString(3))
	}
	if last := a.Candidates[29]; last.Posterior.Sign() == 0 {
		t.Error("what is supposed of the last is nothing: earlier ones may be wrong")
	}
}

// A mixCase is a case in a crowd.
type mixCase struct {
	mine  []MixerNote
	other *mixStory
}

func (o *mixCase) batches() []MixerBatch {
	return MixerBatches([]MixerPool{mixPool1, mixPool2}, o.mine)
}

func (o *mixCase) facts() *MixerFacts {
	return &MixerFacts{
		Direct:  func(by, who clew.Address) (uint64, bool) { return uint64(who.Key()[19] % 5), by != mixAddress(3) },
		Gathers: func(a clew.Address) clew.Address { return mixAddress(a.Key()[19] &^ 3) },
	}
}

// crowded makes a pool with a crowd, and a case of three depositors in two pools.
func crowded() (*mixStory, *mixCase) {
	s, o := &mixStory{MixerHistory{Pool: mixPool1, Opening: 3}}, &mixCase{other: &mixStory{MixerHistory{Pool: mixPool2, Opening: 1, Whole: true}}}
	for i := range clew.Time(40) {
		n := s.put(byte(1+i%7), i*700)
		if i%7 < 3 {
			o.mine = append(o.mine, n)
		}
		if i%10 == 0 {
			o.mine = append(o.mine, o.other.put(1, i*700+1))
		}
	}
	for i := range clew.Time(30) {
		s.take(byte(20+i%9), 5000+i*1500)
		if i%10 == 0 {
			o.other.take(byte(20+i%9), 5001+i*1500)
		}
	}
	return s, o
}

// signsOf returns what is said of the only candidate.
func signsOf(t *testing.T, a *MixerAnswer, at int) map[MixerSign]Sight {
	t.Helper()
	said := map[MixerSign]Sight{}
	for i := range a.Candidates {
		if a.Candidates[i].Withdrawal.Time == mixStart+clew.Time(at) {
			for _, s := range a.Candidates[i].Signs {
				said[s.Sign] = s.Says
			}
		}
	}
	return said
}

func TestMixerSigns(t *testing.T) {
	const days = 24 * 60 * 60
	four := func() (*mixStory, []MixerNote) {
		s := &mixStory{MixerHistory{Pool: mixPool1, Opening: 50, Whole: true}}
		var mine []MixerNote
		for i := range clew.Time(4) {
			mine = append(mine, s.put(1, i*60))
		}
		return s, mine
	}
	ask := func(s *mixStory, mine []MixerNote, facts *MixerFacts, at int) map[MixerSign]Sight {
		return signsOf(t, asked(t, MixerBatches([]MixerPool{mixPool1}, mine), facts, s), at)
	}
	check := func(name string, got map[MixerSign]Sight, want map[MixerSign]Sight) {
		t.Helper()
		for sign, says := range want {
			if got[sign] != says {
				t.Errorf("%s: %s is %q, want %q", name, sign, got[sign], says)
			}
		}
	}
	s, mine := four()
	for i := range clew.Time(4) {
		s.take(9, 600+i)
	}
	for i := range clew.Time(20) {
		s.take(byte(30+i), 2*days+i*3600)
	}
	check("a burst", ask(s, mine, &MixerFacts{}, 601), map[MixerSign]Sight{"burst": SpeaksFor, "note-count": SpeaksFor, "timing": SpeaksFor, "same-address": SpeaksAgainst, "relayer": SpeaksFor,
		"linked-addresses": NotSeen, "gas-price": NotSeen, "portfolio": NotSeen, "hour-of-day": NotSeen})
	check("one of a crowd, later", ask(s, mine, &MixerFacts{}, 2*days), map[MixerSign]Sight{"burst": NotSeen, "note-count": SpeaksAgainst, "timing": SpeaksAgainst, "hour-of-day": SpeaksFor})
	check("at other hours", ask(s, mine, &MixerFacts{}, 2*days+12*3600), map[MixerSign]Sight{"hour-of-day": SpeaksAgainst})

	s, mine = four()
	s.take(1, 600)
	check("the same address", ask(s, mine, &MixerFacts{}, 600), map[MixerSign]Sight{"same-address": SpeaksFor, "burst": SpeaksAgainst})

	s, mine = four()
	for i := range clew.Time(5) {
		s.take(9, 600+i)
	}
	for i := range clew.Time(40) {
		s.take(byte(40+i), 3*days+i)
	}
	check("more than were put in", ask(s, mine, &MixerFacts{}, 601), map[MixerSign]Sight{"burst": SpeaksAgainst, "note-count": SpeaksAgainst})

	s, mine = four()
	s.take(9, 600)
	direct := func(n uint64, known bool) *MixerFacts {
		return &MixerFacts{Direct: func(by, who clew.Address) (uint64, bool) { return n, known }}
	}
	for n, want := range map[uint64]Sight{2: SpeaksAgainst, 3: SpeaksFor} {
		check("transfers to each other", ask(s, mine, direct(n, true), 600), map[MixerSign]Sight{"linked-addresses": want})
	}
	check("too many transfers to read", ask(s, mine, direct(3, false), 600), map[MixerSign]Sight{"linked-addresses": NotSeen})
}

func TestGasHabit(t *testing.T) {
	price := clew.Units(60_123_457_001)
	times := func(n uint64) clew.Amount { a, _ := price.MulDiv(clew.Units(n), clew.Units(1)); return a }
	round := func(n uint64) clew.Amount { return clew.Units(n * 60_500_000_000) }
	for _, c := range []struct {
		name string
		a, b clew.Amount
		want bool
	}{
		{"one odd price", times(950_001), times(301_003), true},
		{"one round price", round(950_001), round(301_003), false},
		{"an odd price and another", times(950_001), round(301_003), false},
		{"nothing", clew.Amount{}, times(3), false},
		{"at the edge of 256 bits", clew.MaxAmount, clew.MaxAmount, true},
	} {
		if got := samePrice(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	s := &mixStory{MixerHistory{Pool: mixPool1, Opening: 50, Whole: true}}
	n := s.put(1, 0)
	n.Paid = times(950_001)
	w := s.take(9, 600)
	w.Paid, w.Relayer = times(301_003), clew.Address{}
	batches := MixerBatches([]MixerPool{mixPool1}, []MixerNote{n})
	if got := signsOf(t, asked(t, batches, &MixerFacts{}, s), 600)["gas-price"]; got != SpeaksFor {
		t.Errorf("the same odd price: %s", got)
	}
	w.Relayer = mixAddress(150)
	if got := signsOf(t, asked(t, batches, &MixerFacts{}, s), 600)["gas-price"]; got != NotSeen {
		t.Errorf("a relayer's price: %s", got)
	}
}

func TestPortfolio(t *testing.T) {
	s, o := &mixStory{MixerHistory{Pool: mixPool1, Opening: 9, Whole: true}}, &mixStory{MixerHistory{Pool: mixPool2, Opening: 9, Whole: true}}
	mine := []MixerNote{s.put(1, 0), s.put(1, 60), o.put(1, 120)}
	s.take(9, 600)
	s.take(9, 660)
	o.take(9, 720)
	s.take(8, 800)
	a := asked(t, MixerBatches([]MixerPool{mixPool1, mixPool2}, mine), &MixerFacts{}, s, o)
	if got := signsOf(t, a, 660)["portfolio"]; got != SpeaksFor {
		t.Errorf("the same portfolio: %s", got)
	}
	if got := signsOf(t, a, 800)["portfolio"]; got != SpeaksAgainst {
		t.Errorf("another portfolio: %s", got)
	}
}

// TestMixersStayInACase: more notes than a case has, or days than are looked at,
// are refused.
func TestMixersStayInACase(t *testing.T) {
	s := &mixStory{MixerHistory{Pool: mixPool1}}
	batch := MixerBatch{Pool: mixPool1, By: mixAddress(1), Count: MostMixerDeposits, First: mixStart, Last: mixStart}
	for _, c := range []struct {
		name  string
		q     MixerQuestion
		field string
	}{
		{"a pool", MixerQuestion{Batches: []MixerBatch{batch, batch}, Within: DefaultMixerWithin}, "start"},
		{"a count beyond all", MixerQuestion{Batches: []MixerBatch{{Pool: mixPool1, Count: 1<<64 - 1, First: 1, Last: 1}}, Within: DefaultMixerWithin}, "start"},
		{"years", MixerQuestion{Batches: []MixerBatch{batch}, Within: 400 * day}, "days"},
		{"no time", MixerQuestion{Batches: []MixerBatch{batch}}, "days"},
	} {
		c.q.Facts, c.q.Histories = &MixerFacts{}, []MixerHistory{s.h}
		var wrong *clew.InputError
		if _, err := MixerCandidates(t.Context(), &c.q); !errors.As(err, &wrong) || wrong.Field != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestNothingTakesCandidates: what makes tags, exposures, verdicts, indicators,
// incidents and traces names neither candidates nor what finds them.
func TestNothingTakesCandidates(t *testing.T) {
	for _, folder := range []string{"tag", "exposure", "screen", "decision", "watchlist", "incident", "trace", "lead", "rank", "cluster", "cluster/account", "taint", "op", "report", "follow"} {
		files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if home := filepath.Base(file); slices.Contains([]string{"mixersop.go", "mixersop_test.go", "evalmixerop.go", "mixers.go", "accuracymixer.go"}, home) {
				continue // what asks, and what lays out
			}
			for _, word := range []string{"launder.Mixer", "launder.ReadMixer", "MixerCandidate", "MixerAnswer"} {
				if strings.Contains(string(source), word) {
					t.Errorf("%s names %s: candidates are hypotheses of one case, and become nothing else", file, word)
				}
			}
		}
	}
}

// mixLedger appends blocks of one transaction each.
func mixLedger(t *testing.T, txs ...[]clew.Transfer) ledger.Snapshot {
	t.Helper()
	m := memory.New(clew.Ethereum)
	for i, tx := range txs {
		for j := range tx {
			tx[j].Pos.Height = uint64(i)
		}
		if err := m.Append(t.Context(), clew.Block{Ref: clew.BlockRef{Height: uint64(i), Hash: clew.TxID{31: byte(i)}, Time: tx[0].Time}, Transfers: tx}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestReadMixer(t *testing.T) {
	const day = 24 * 60 * 60
	s := mixLedger(t,
		mixTx(0, 1, mixMove{5, 200, 100}),
		mixTx(10, 2, mixMove{6, 200, 100}),
		mixTx(20, 3, mixMove{200, 7, 100}),
		mixTx(2*day, 4, mixMove{1, 40, 5}),
		mixTx(2*day+1, 5, mixMove{40, 1, 5}),
		paying(mixTx(2*day+60, 6, mixMove{1, 9, 100}, mixMove{9, 200, 100}), 1, 3, 1),
		mixTx(2*day+70, 7, mixMove{8, 200, 7}),
		mixTx(2*day+80, 8, mixMove{200, 30, 97}, mixMove{200, 150, 3}),
		mixTx(2*day+90, 9, mixMove{200, 31, 100}),
		mixTx(2*day+100, 10, mixMove{30, 50, 90}),
		mixTx(2*day+110, 11, mixMove{31, 50, 90}),
		mixTx(2*day+120, 12, mixMove{200, 32, 60}),
		mixTx(40*day, 13, mixMove{200, 33, 100}),
	)
	rows, _, err := s.Rows(t.Context(), ledger.Query{Address: mixAddress(9), Side: ledger.Out, Limit: 1}, nil)
	if err != nil || len(rows) != 1 {
		t.Fatal(len(rows), err)
	}
	put, err := s.Transfer(t.Context(), rows[0].Pos)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := s.Transaction(t.Context(), put.Tx)
	if err != nil {
		t.Fatal(err)
	}
	notes, _ := MixerNotes(&mixPool1, tx)
	batches := MixerBatches([]MixerPool{mixPool1}, notes)
	if len(batches) != 1 || batches[0].By != mixAddress(1) {
		t.Fatalf("%+v", batches)
	}
	histories, facts, err := ReadMixer(t.Context(), s, batches, DefaultMixerWithin, func(clew.Address) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	h := &histories[0]
	if h.Opening != 2 || !h.Whole || len(h.Deposits) != 1 || h.Odd != 2 {
		t.Errorf("opening %d, whole %v, %d deposits, %d odd", h.Opening, h.Whole, len(h.Deposits), h.Odd)
	}
	var who []string
	for i := range h.Withdrawals {
		who = append(who, noteWords(&h.Withdrawals[i]))
	}
	if want := []string{"out 7", "out 30 relayer 150 fee 3", "out 31"}; !slices.Equal(who, want) {
		t.Errorf("withdrawals %q, want %q", who, want)
	}
	if a, b := facts.Gathers(mixAddress(30)), facts.Gathers(mixAddress(31)); a != mixAddress(50) || b != a || facts.Gathers(mixAddress(99)) != mixAddress(99) {
		t.Errorf("gathered at %s and %s", a, b)
	}
	if n, known := facts.Direct(mixAddress(1), mixAddress(40)); n != 2 || !known {
		t.Errorf("%d transfers, known %v", n, known)
	}
	stopped, _, err := ReadMixer(t.Context(), s, batches, DefaultMixerWithin, func(a clew.Address) bool { return a == mixAddress(50) })
	if err != nil || len(stopped) != 1 {
		t.Fatal(err)
	}
	_, facts, _ = ReadMixer(t.Context(), s, batches, DefaultMixerWithin, func(a clew.Address) bool { return a == mixAddress(50) })
	if got := facts.Gathers(mixAddress(30)); got != mixAddress(30) {
		t.Errorf("a service gathers: %s", got)
	}
}

// TestMixerPoolsAreOnesOwn: no pool twice, each with a source, in an asset of its
// own chain.
func TestMixerPools(t *testing.T) {
	seen := map[clew.Address]bool{}
	for _, p := range MixerPools() {
		if seen[p.At] || p.Source == "" || p.Note.IsZero() || p.Asset.Chain() != p.At.Chain() {
			t.Errorf("%+v", p)
		}
		seen[p.At] = true
		if got, ok := MixerPoolAt(p.At); !ok || got != p {
			t.Errorf("%s is not found at its address", p.Name)
		}
	}
	if len(seen) != 38 {
		t.Errorf("%d pools", len(seen))
	}
	if _, ok := MixerPoolAt(mixAddress(1)); ok {
		t.Error("a pool where none is")
	}
}

// FuzzMixerNotes: whatever a transaction holds, each transfer out of the pool is in
// one note or odd, and nothing panics.
func FuzzMixerNotes(f *testing.F) {
	f.Add([]byte{200, 1, 97, 0, 200, 2, 3, 0, 1, 200, 100, 0})
	f.Add([]byte{1, 9, 100, 1, 9, 200, 100, 1, 200, 200, 100, 2})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var tx []clew.Transfer
		for i := 0; i+4 <= len(raw) && len(tx) < 64; i += 4 {
			amount := uint64(raw[i+2])
			if raw[i+3]&8 != 0 {
				amount = binary.LittleEndian.Uint64(append(slices.Clone(raw[i:i+4]), 0xff, 0xff, 0xff, 0xff))
			}
			one := mixTx(1, 1, mixMove{raw[i], raw[i+1], amount})[0]
			one.Pos.Ordinal, one.Pos.Class = uint32(i)|uint32(raw[i+3]&4)<<29, clew.Class(raw[i+3]&3)
			tx = append(tx, one)
		}
		notes, odd := MixerNotes(&mixPool1, tx)
		moved, covered := 0, 0
		for i := range tx {
			if counts(&tx[i]) && (tx[i].From[0].Address == mixPool1.At || tx[i].To[0].Address == mixPool1.At) {
				moved++
			}
		}
		for i := range notes {
			covered++
			if !notes[i].Relayer.IsZero() {
				covered++
			}
			if !notes[i].Fee.Less(mixPool1.Note) && !notes[i].Fee.IsZero() {
				t.Errorf("a fee of %s", notes[i].Fee)
			}
		}
		if covered+odd != moved {
			t.Errorf("%d in notes and %d odd, of %d", covered, odd, moved)
		}
	})
}

func TestHourNear(t *testing.T) {
	at := func(hours clew.Time) clew.Time { return 1_600_041_600 + hours*3600 } // 00:00 UTC
	for _, c := range []struct {
		name           string
		t, first, last clew.Time
		want           bool
	}{
		{"within", at(34), at(9), at(11), true},
		{"three hours before", at(30), at(9), at(11), true},
		{"four hours before", at(29), at(9), at(11), false},
		{"three hours after", at(38), at(9), at(11), true},
		{"four hours after", at(39), at(9), at(11), false},
		{"over midnight", at(47), at(1), at(1), true},
		{"after a batch over midnight", at(28), at(23), at(25), true},
		{"a batch of a day", at(41), at(9), at(28), true},
	} {
		if got := HourNear(c.t, c.first, c.last); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestMixersAreNotReadForAPool: a case that is most of what a pool was given is
// none, and an address that many pay gathers for nobody.
func TestMixersAreNotReadForAPool(t *testing.T) {
	read := func(mine, others int) (*MixerFacts, error) {
		var txs [][]clew.Transfer
		var deposits []MixerNote
		for i := range mine + others {
			who := byte(1)
			if i >= mine {
				who = 5
			}
			txs = append(txs, mixTx(uint64(i), byte(i), mixMove{who, 200, 100}))
		}
		txs = append(txs, mixTx(1000, 251, mixMove{200, 30, 100}), mixTx(1001, 252, mixMove{30, 50, 99}))
		for range mostGathered {
			txs = append(txs, mixTx(1002, byte(len(txs)), mixMove{60, 50, 1}))
		}
		s := mixLedger(t, txs...)
		for i := range mine {
			notes, _ := MixerNotes(&mixPool1, txs[i])
			deposits = append(deposits, notes...)
		}
		_, facts, err := ReadMixer(t.Context(), s, MixerBatches([]MixerPool{mixPool1}, deposits), DefaultMixerWithin, func(clew.Address) bool { return false })
		return facts, err
	}
	var wrong *clew.InputError
	if _, err := read(wholePool+1, 50); !errors.As(err, &wrong) || wrong.Field != "start" {
		t.Errorf("most of a pool: %v", err)
	}
	facts, err := read(20, 50)
	if err != nil {
		t.Fatal(err)
	}
	if got := facts.Gathers(mixAddress(30)); got != mixAddress(30) {
		t.Errorf("an address that many pay gathers: %s", got)
	}
}
