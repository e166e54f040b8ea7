package trace

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// TestManyOriginsAgainstOracle compares every engine, policy and allocation
// with the oracle where there are more origins than a machine word has bits.
func TestManyOriginsAgainstOracle(t *testing.T) {
	hit := false
	for seed := range int64(3) {
		for k, tr := range []traits{
			{origins: 63, openings: true},
			{origins: 100, openings: true, limits: true, supposed: true},
			{origins: 300, openings: true, converts: true, limits: true},
			{origins: 1000, openings: true, limits: true},
		} {
			w := randomWorld(rand.New(rand.NewSource(seed*100+int64(k))), tr)
			for _, p := range taint.AccountPolicies() {
				for _, a := range allocationsOf(p) {
					m := taint.Method{Policy: p, Allocation: a}
					want := ask(t, &w, m).String()
					for _, e := range enginesFor(p) {
						r := mustRun(t, w.input(t, m, e))
						if got := placesOf(r); got != want {
							t.Fatalf("seed %d, traits %d, %v by %s: %s", seed, k, m, e, difference([]byte(got), []byte(want)))
						}
						checkBooksByParts(t, r)
						hit = hit || slices.ContainsFunc(r.Limits, func(l LimitHit) bool { return l.Limit == "parts" })
					}
				}
			}
		}
	}
	if !hit {
		t.Error("no walk came to the limit on parts")
	}
}

func enginesFor(p taint.Policy) []Engine {
	if p == taint.FIFO {
		return []Engine{Interval, Queue, Sweep}
	}
	return []Engine{Queue, Sweep}
}

// allocationsOf returns the allocations that matter to a policy.
func allocationsOf(p taint.Policy) []taint.Allocation {
	if p != taint.TaintFirst && p != taint.CleanFirst {
		return []taint.Allocation{""}
	}
	return []taint.Allocation{taint.ProRata, taint.FirstIn, taint.Rolling}
}

// checkBooksByParts adds the parts of all places up to the books again.
func checkBooksByParts(t *testing.T, r *Result) {
	t.Helper()
	sums := map[string]clew.Amount{}
	for _, p := range r.Places {
		for _, part := range p.Parts {
			sums[part.Origin] = sums[part.Origin].Plus(part.Basis)
		}
	}
	for _, b := range r.Books {
		if r.Method.Policy != taint.Poison && (!b.Closed || b.Origin != "" && sums[b.Origin] != b.Start) {
			t.Fatalf("book of %q: started %s, parts add up to %s, closed %v", b.Origin, b.Start, sums[b.Origin], b.Closed)
		}
	}
}

// TestManyOriginsAreAsManyTraces follows origins together and each alone: first
// in, first out and last in, first out keep marks from each other's way.
func TestManyOriginsAreAsManyTraces(t *testing.T) {
	for seed := range worlds(8) {
		w := randomWorld(rand.New(rand.NewSource(seed)), traits{origins: 100, openings: true})
		for _, p := range []taint.Policy{taint.FIFO, taint.LIFO} {
			in := w.input(t, taint.Method{Policy: p}, "")
			together := mustRun(t, in)
			for i, s := range in.Start.Origins {
				alone := in
				alone.Start.Origins = []Seed{s}
				got := mustRun(t, alone)
				a, b := got.Books[0], together.Books[i]
				if fmt.Sprint(a.Lines) != fmt.Sprint(b.Lines) || a.Sum != b.Sum {
					t.Fatalf("seed %d, %s: origin %s alone:\n%v\ntogether:\n%v", seed, p, s.ID, a, b)
				}
				if a, b := partsOf(got, s.ID), partsOf(together, s.ID); a != b {
					t.Fatalf("seed %d, %s: origin %s alone:\n%s\ntogether:\n%s", seed, p, s.ID, a, b)
				}
			}
		}
	}
}

// partsOf lists what an origin has at each place.
func partsOf(r *Result, origin string) string {
	var lines []string
	for _, p := range r.Places {
		for _, part := range p.Parts {
			if part.Origin == origin {
				lines = append(lines, fmt.Sprintf("%s %s %s %s for %s", p.Kind, p.Address.Text(), p.Asset, part.Amount, part.Basis))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestOrderOfOriginsChangesOnlyTheirs gives the same origins in another order:
// each has what it had, where no rounding looks at the order.
func TestOrderOfOriginsChangesOnlyTheirs(t *testing.T) {
	for seed := range worlds(8) {
		rng := rand.New(rand.NewSource(seed))
		w := randomWorld(rng, traits{origins: 130, openings: true})
		order := rng.Perm(130)
		for _, m := range []taint.Method{{Policy: taint.FIFO}, {Policy: taint.LIFO}, {Policy: taint.Poison},
			{Policy: taint.TaintFirst, Allocation: taint.FirstIn}, {Policy: taint.CleanFirst, Allocation: taint.FirstIn}} {
			in := w.input(t, m, "")
			one := mustRun(t, in)
			permuted := in
			permuted.Start.Origins = nil
			for _, i := range order {
				permuted.Start.Origins = append(permuted.Start.Origins, in.Start.Origins[i])
			}
			two := mustRun(t, permuted)
			for i, from := range order {
				id := in.Start.Origins[from].ID
				if two.Origins[i].ID != id || partsOf(one, id) != partsOf(two, id) {
					t.Fatalf("seed %d, %v: origin %s is\n%s\nor, in another order,\n%s", seed, m, id, partsOf(one, id), partsOf(two, id))
				}
			}
			if a, b := one.Books[130], two.Books[130]; fmt.Sprint(a) != fmt.Sprint(b) {
				t.Fatalf("seed %d, %v: together\n%v\nor, in another order,\n%v", seed, m, a, b)
			}
		}
	}
}

// TestTooManyOrigins asks for one more than a trace can follow.
func TestTooManyOrigins(t *testing.T) {
	in := victims(t, MaxOrigins+1, 0)
	var wrong *clew.InputError
	if _, err := Run(context.Background(), in); !errors.As(err, &wrong) || wrong.Field != "origins" || !strings.Contains(wrong.Want, "65536") {
		t.Fatalf("got %v", err)
	}
	in.Start.Origins = in.Start.Origins[:MaxOrigins]
	r, err := Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	parts := 0
	for _, p := range r.Places {
		parts += len(p.Parts)
	}
	if parts != MaxOrigins || !r.Books[MaxOrigins].Closed {
		t.Fatalf("%d parts, want one of each; %+v", parts, r.Books[MaxOrigins])
	}
}

// victims asks where the money of many victims went: each pays one of a few
// hubs, and then the hubs, and those that they pay, pay on.
func victims(t testing.TB, origins, onward int) Input {
	rng := rand.New(rand.NewSource(1))
	person := func(kind byte, n int) clew.Address {
		return clew.EVMAddress(clew.Ethereum, [20]byte{0: kind, 17: byte(n >> 16), 18: byte(n >> 8), 19: byte(n)})
	}
	var list []clew.Transfer
	pay := func(from, to clew.Address, amount uint64) clew.Pos {
		tr := move(uint64(len(list)/100+1), from, to, ether, amount)
		tr.Pos.Index = uint32(len(list) % 100)
		tr.Tx = txOf(tr.Pos)
		list = append(list, tr)
		return tr.Pos
	}
	in := Input{Spread: No, Limits: Limits{Degree: 1_000_000}}
	for i := range origins {
		pos := pay(person(0xee, i), person(0xcc, i%4), 1e6+uint64(rng.Intn(1e6)))
		in.Start.Origins = append(in.Start.Origins, Seed{ID: fmt.Sprintf("victim-%d", i), Transfers: []clew.Pos{pos}})
	}
	for range onward {
		pay(person(0xcc, rng.Intn(40)), person(0xcc, rng.Intn(400)), 1e5+uint64(rng.Intn(3e6)))
	}
	in.Ledgers = []ledger.Snapshot{ledgerOf(t, clew.Ethereum, list)}
	return in
}

// BenchmarkManyOrigins sweeps once for the money of many victims.
func BenchmarkManyOrigins(b *testing.B) {
	in := victims(b, 5000, 20_000)
	in.Engine = Sweep
	for _, p := range []taint.Policy{taint.FIFO, taint.Haircut} {
		b.Run(string(p), func(b *testing.B) {
			in.Method.Policy = p
			for b.Loop() {
				r := mustRun(b, in)
				parts := 0
				for i := range r.Uses {
					parts += len(r.Uses[i].Parts)
				}
				b.ReportMetric(float64(len(r.Uses)), "uses")
				b.ReportMetric(float64(parts), "parts")
				b.ReportMetric(float64(len(r.Limits)), "limits")
			}
		})
	}
}

// BenchmarkChainOfMixtures follows 5,500 victims of one incident whose money all
// mixes, down a chain of pots that each pay the next a part and get it back.
func BenchmarkChainOfMixtures(b *testing.B) {
	const origins, links = 5500, 100
	person := func(kind byte, n int) clew.Address {
		return clew.EVMAddress(clew.Ethereum, [20]byte{0: kind, 18: byte(n >> 8), 19: byte(n)})
	}
	in := Input{Spread: No, Engine: Sweep, Limits: Limits{Degree: 1_000_000}, Method: taint.Method{Policy: taint.Haircut}}
	var list []clew.Transfer
	pay := func(from, to clew.Address, amount uint64) clew.Pos {
		list = append(list, move(uint64(len(list)+1), from, to, ether, amount))
		return list[len(list)-1].Pos
	}
	for i := range origins {
		pos := pay(person(0xee, i), person(0xcc, 0), 1e9+uint64(i*i))
		in.Start.Origins = append(in.Start.Origins, Seed{ID: fmt.Sprintf("victim-%d", i), Transfers: []clew.Pos{pos}})
	}
	for i := range links {
		for range 3 {
			pay(person(0xcc, i), person(0xcc, i+1), 1e12)
			pay(person(0xcc, i+1), person(0xcc, i), 3e11)
		}
	}
	in.Ledgers = []ledger.Snapshot{ledgerOf(b, clew.Ethereum, list)}
	for b.Loop() {
		r := mustRun(b, in)
		b.ReportMetric(float64(len(r.Uses)), "uses")
		b.ReportMetric(float64(len(r.Places)), "places")
		b.ReportMetric(float64(len(r.Limits)), "limits")
	}
}
