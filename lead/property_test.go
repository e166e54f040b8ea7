package lead

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// conserving are the policies that a question may be asked by.
var conserving = []taint.Policy{taint.TaintFirst, taint.FIFO, taint.LIFO, taint.Haircut, taint.CleanFirst}

// randomWorld returns a teller with a random small history on Base, where there
// are windows and tokens that can be frozen, and what is asked of it.
func randomWorld(t *testing.T, rng *rand.Rand, scale uint64) (*teller, trace.Input) {
	s := newTeller(t)
	s.chain = clew.Base
	s.about(strings.Fields("G is 0x4200000000000000000000000000000000000010"))
	names := []string{"A", "B", "C", "D", "E", "F", "G"}
	for i, stop := range []tag.Stop{tag.Service, tag.Bridge, tag.Mixer, tag.Conversion, tag.Locked} {
		if rng.IntN(2) == 0 {
			s.about([]string{names[1+i], "tag", string(stop), []string{"binance", "thorchain", "nobody"}[rng.IntN(3)]})
		}
	}
	units := []string{"", "USDC", "JUNK"}
	for height := uint64(1); height < 40; height++ {
		from, to := names[rng.IntN(len(names))], names[rng.IntN(len(names))]
		unit := units[rng.IntN(len(units))]
		if from != to {
			s.history(strings.Fields(fmt.Sprintf("%d %s %s %d %s", height, from, to, scale*uint64(1+rng.IntN(50)), unit)))
		}
		if rng.IntN(6) == 0 {
			s.act(strings.Fields(fmt.Sprintf("%d %s %s %s", height, []string{"freeze", "unfreeze"}[rng.IntN(2)], names[rng.IntN(len(names))], []string{"USDC", "JUNK"}[rng.IntN(2)])))
		}
	}
	in := trace.Input{Ledgers: []ledger.Snapshot{s.snapshot()}, Namer: s, Spread: trace.No, Limits: trace.Limits{Hops: 1 + rng.IntN(6), Degree: 4 + rng.IntN(20), Peers: 1}}
	byAsset := map[clew.Asset]string{}
	for i := range s.transfers[:6] {
		x := &s.transfers[i]
		if byAsset[x.Asset] == "" {
			byAsset[x.Asset] = fmt.Sprint("origin ", i)
			in.Start.Origins = append(in.Start.Origins, trace.Seed{ID: byAsset[x.Asset], Chain: s.chain, Transfers: []clew.Pos{x.Pos}})
		}
	}
	in.Method.Policy = conserving[rng.IntN(len(conserving))]
	return s, in
}

// asked answers a random question.
func asked(t *testing.T, s *teller, in trace.Input, now clew.Time) (*trace.Result, *Stoppable) {
	r, err := trace.Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Stop(Question{Trace: r, Guide: s.guide, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return r, out
}

// TestEveryUnitHasOneStanding adds up what is listed anew, and holds it against
// what the trace booked.
func TestEveryUnitHasOneStanding(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 1))
		s, in := randomWorld(t, rng, 1)
		r, out := asked(t, s, in, at(uint64(rng.IntN(80))))
		want, got := map[clew.Asset]clew.Amount{}, map[clew.Asset]clew.Amount{}
		for _, p := range r.Places {
			want[p.Asset] = want[p.Asset].Plus(p.Amount)
		}
		parts := map[string]clew.Amount{}
		note := func(asset clew.Asset, standing Standing, a clew.Amount) {
			got[asset] = got[asset].Plus(a)
			parts[asset.String()+string(standing)] = parts[asset.String()+string(standing)].Plus(a)
			if a.IsZero() {
				t.Errorf("seed %d: nothing is listed as %s", seed, standing)
			}
		}
		for _, c := range out.Chances {
			note(c.Asset, c.Standing, c.Amount)
		}
		for _, x := range out.Rest {
			note(x.Asset, x.Standing, x.Amount)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: %v is listed of %v", seed, got, want)
		}
		for _, sum := range out.Sums {
			for i, standing := range Standings() {
				if have := parts[sum.Asset.String()+string(standing)]; have != sum.Parts[i] {
					t.Errorf("seed %d: the sum of %s says %s, the list %s", seed, standing, sum.Parts[i], have)
				}
			}
			if sum.Accounted != want[sum.Asset] {
				t.Errorf("seed %d: the sum is %s of %s", seed, sum.Accounted, want[sum.Asset])
			}
		}
		inOrder(t, seed, out)
	}
}

// inOrder holds a list against its order: the most pressing first.
func inOrder(t *testing.T, seed uint64, out *Stoppable) {
	rank := map[DeadlineKind]int{AnyMoment: 0, At: 1, NotKnown: 2, HasPassed: 3, NoneNeeded: 4}
	for i := 1; i < len(out.Chances); i++ {
		a, b := &out.Chances[i-1], &out.Chances[i]
		if rank[a.Deadline.Kind] > rank[b.Deadline.Kind] || a.Deadline.Kind == At && b.Deadline.Kind == At && a.Deadline.Time > b.Deadline.Time {
			t.Errorf("seed %d: %v before %v", seed, a.Deadline, b.Deadline)
		}
		if (a.Deadline.Kind == HasPassed) != (a.Standing == Passed) || a.Deadline.Kind == At && a.Deadline.Time <= out.Now {
			t.Errorf("seed %d: %v as of %s is %s", seed, a.Deadline, out.Now, a.Standing)
		}
	}
}

// TestScaledAmounts asks the same of a world whose amounts are a thousand times
// as large: every amount of the answer is, and nothing else changes. Haircut
// rounds, and is left out.
func TestScaledAmounts(t *testing.T) {
	for seed := range uint64(100) {
		var answers [2]*Stoppable
		for i, scale := range []uint64{1, 1000} {
			rng := rand.New(rand.NewPCG(seed, 2))
			s, in := randomWorld(t, rng, scale)
			in.Method.Policy = taint.FIFO
			_, answers[i] = asked(t, s, in, at(50))
		}
		for i := range answers[0].Chances {
			c := &answers[0].Chances[i]
			c.Amount, _ = c.Amount.MulDiv(clew.Units(1000), clew.Units(1))
			for k := range c.Deposits {
				c.Deposits[k].Marked, _ = c.Deposits[k].Marked.MulDiv(clew.Units(1000), clew.Units(1))
				c.Deposits[k].Moved, _ = c.Deposits[k].Moved.MulDiv(clew.Units(1000), clew.Units(1))
			}
		}
		if !reflect.DeepEqual(answers[0].Chances, answers[1].Chances) {
			t.Fatalf("seed %d:\n%v\n%v", seed, answers[0].Chances, answers[1].Chances)
		}
	}
}

// TestTimeOnlyPasses asks later and later: what a window bars is barred until it
// has passed, and then for good.
func TestTimeOnlyPasses(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 3))
		s, in := randomWorld(t, rng, 1)
		var before clew.Amount
		for _, now := range []uint64{0, 10, 30, 50, 70, 100} {
			_, out := asked(t, s, in, at(now))
			var passed clew.Amount
			for _, c := range out.Chances {
				if c.Standing == Passed {
					passed = passed.Plus(c.Amount)
				}
			}
			if passed.Less(before) {
				t.Fatalf("seed %d: %s had passed, and at %d only %s", seed, before, now, passed)
			}
			before = passed
		}
	}
}

// TestStrangersFreezeNobody adds freezes of every address by a contract that is
// not the token's: nothing changes.
func TestStrangersFreezeNobody(t *testing.T) {
	for seed := range uint64(60) {
		s, in := randomWorld(t, rand.New(rand.NewPCG(seed, 4)), 1)
		_, want := asked(t, s, in, at(50))
		stranger := s.address("STRANGER")
		for a := range s.names {
			if a.Chain() == s.chain {
				s.acts = append(s.acts, clew.Act{Pos: clew.Pos{Height: 39, Class: clew.Log, Ordinal: uint32(5000 + len(s.acts))}, Kind: clew.Freeze, By: stranger, On: a, Asset: clew.Token("erc20", stranger)})
			}
		}
		in.Ledgers = []ledger.Snapshot{s.snapshot()}
		_, got := asked(t, s, in, at(50))
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: a stranger's freeze changed the answer", seed)
		}
	}
}

// TestOpenGrantsInAnyOrder holds the open ones against a slow model that goes
// through all in order, whatever the order in which they are given.
func TestOpenGrantsInAnyOrder(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 5))
		s := newTeller(t)
		var grants []Grant
		for i := range 30 {
			grants = append(grants, Grant{Kind: []GrantKind{TokenApproval, Permit2Allowance, CollectionAll}[rng.IntN(3)], Spender: s.address([]string{"A", "B"}[rng.IntN(2)]),
				Asset: s.asset([]string{"X", "Y"}[rng.IntN(2)]), Amount: clew.Units(uint64(rng.IntN(3))), Pos: clew.Pos{Height: uint64(i)}})
		}
		model := map[string]Grant{}
		for _, g := range grants {
			key := fmt.Sprint(g.Kind, g.Spender, g.Asset)
			if model[key] = g; g.Amount.IsZero() {
				delete(model, key)
			}
		}
		rng.Shuffle(len(grants), func(i, j int) { grants[i], grants[j] = grants[j], grants[i] })
		given := slices.Clone(grants)
		open := OpenGrants(grants, 0)
		if len(open) != len(model) || !reflect.DeepEqual(grants, given) {
			t.Fatalf("seed %d: %d are open, want %d", seed, len(open), len(model))
		}
		for _, g := range open {
			if model[fmt.Sprint(g.Kind, g.Spender, g.Asset)] != g {
				t.Fatalf("seed %d: %v is open", seed, g)
			}
		}
	}
}
