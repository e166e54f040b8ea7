package trace

import (
	"context"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// nets reports whether a result says that it netted loans.
func nets(r *Result) bool {
	return strings.Contains(strings.Join(r.Method.Notes, " "), "is netted: ")
}

// A leg is one transfer of a transaction.
type leg struct {
	from, to int
	asset    clew.Asset
	amount   uint64
}

// inOne returns the transfers of one transaction.
func inOne(height uint64, steps ...leg) (list []clew.Transfer) {
	for i, s := range steps {
		t := move(height, who(s.from), who(s.to), s.asset, s.amount)
		t.Pos.Ordinal = uint32(i)
		list = append(list, t)
	}
	return list
}

// What was stolen goes where the thief pays it, and not to who lent him more for
// one transaction.
func TestLoansCarryNothing(t *testing.T) {
	usdc, gold := coin(1), coin(2)
	const victim, thief, lender, other, bridge, pool, contract = 1, 2, 3, 4, 5, 6, 7
	steal := []clew.Transfer{move(1, who(victim), who(thief), usdc, 1000)}
	for _, c := range []struct {
		name  string
		steps []leg
		want  string // where it lies by every policy, poison aside; "": it is left to the policy
		nets  bool
	}{
		{"paid on before", []leg{{lender, thief, usdc, 5000}, {thief, bridge, usdc, 1000}, {thief, lender, usdc, 5000}}, "5=1000", true},
		{"paid on after", []leg{{lender, thief, usdc, 5000}, {thief, lender, usdc, 5000}, {thief, bridge, usdc, 1000}}, "5=1000", true},
		{"with a fee", []leg{{lender, thief, usdc, 5000}, {thief, bridge, usdc, 995}, {thief, lender, usdc, 5005}}, "3=5 5=995", true},
		{"two lenders", []leg{{lender, thief, usdc, 5000}, {other, thief, usdc, 700}, {thief, bridge, usdc, 1000}, {thief, lender, usdc, 5000}, {thief, other, usdc, 700}}, "5=1000", true},
		{"by a contract between", []leg{{lender, contract, usdc, 5000}, {contract, thief, usdc, 5000}, {thief, bridge, usdc, 1000}, {thief, contract, usdc, 5000}, {contract, lender, usdc, 5000}}, "5=1000", true},
		{"to himself", []leg{{other, thief, usdc, 5000}, {thief, other, usdc, 5000}, {thief, bridge, usdc, 1000}}, "5=1000", true},
		{"swapped beside", []leg{{lender, thief, usdc, 5000}, {thief, pool, usdc, 1000}, {pool, thief, gold, 10}, {thief, lender, usdc, 5000}}, "2=10 gold", true},
		{"nothing paid", []leg{{lender, thief, usdc, 5000}, {thief, lender, usdc, 5000}}, "2=1000", true},
		{"repaid by another", []leg{{lender, thief, usdc, 5000}, {other, lender, usdc, 5000}, {thief, bridge, usdc, 1000}}, "", false},
		{"the loan paid away", []leg{{lender, thief, usdc, 5000}, {thief, pool, usdc, 5500}, {other, thief, usdc, 5501}, {thief, lender, usdc, 5000}}, "6=1000", true},
		{"lent on", []leg{{lender, thief, usdc, 5000}, {thief, pool, usdc, 5500}, {pool, thief, usdc, 5501}, {thief, lender, usdc, 5000}}, "2=1000", true},
		{"repaid in part", []leg{{lender, thief, usdc, 5000}, {thief, lender, usdc, 4000}, {thief, bridge, usdc, 1000}}, "", true},
		{"paid and given back", []leg{{thief, lender, usdc, 900}, {lender, thief, usdc, 900}}, "2=1000", true},
		{"paid, and less given back", []leg{{thief, lender, usdc, 900}, {lender, thief, usdc, 800}}, "", false},
	} {
		w := &world{transfers: slices.Concat(steal, inOne(2, c.steps...)), seeds: [][]clew.Pos{{{Height: 1, Class: clew.Log}}}, stops: stops{who(1001): "", who(1002): ""}}
		for _, p := range taint.AccountPolicies() {
			var first string
			for _, e := range []Engine{"", Queue, Sweep} {
				name := fmt.Sprintf("%s, %s by %q", c.name, p, e)
				r := swapRun(t, name, w.input(t, taint.Method{Policy: p}, e))
				if nets(r) != c.nets {
					t.Errorf("%s: netted %t: %v", name, !c.nets, r.Method.Notes)
				}
				got := liesAt(r, gold)
				if first == "" {
					first = got
				}
				if p != taint.Poison && c.want != "" && got != c.want || got != first {
					t.Errorf("%s: %s, want %s, or %s", name, got, c.want, first)
				}
			}
		}
	}
}

// One repayment is of one loan.
func TestLoansRepaidOnce(t *testing.T) {
	lent := inOne(2, leg{3, 2, ether, 500}, leg{3, 2, ether, 500}, leg{2, 5, ether, 1000}, leg{2, 3, ether, 500})
	w := &world{transfers: append([]clew.Transfer{move(1, who(1), who(2), ether, 1000)}, lent...), seeds: [][]clew.Pos{{{Height: 1}}}, stops: stops{}}
	r := swapRun(t, "repaid once", w.input(t, taint.Method{Policy: taint.Haircut}, ""))
	if !strings.Contains(strings.Join(r.Method.Notes, " "), "(1), such as a loan with its repayment or a refund, is netted") || liesAt(r, coin(1)) != "2=334 5=666" {
		t.Errorf("%s: %v", liesAt(r, coin(1)), r.Method.Notes)
	}
}

// liesAt says where value lies, by the addresses' numbers.
func liesAt(r *Result, gold clew.Asset) string {
	var parts []string
	for n := range 10 {
		for _, p := range r.Places {
			if p.Address != who(n) {
				continue
			}
			part := fmt.Sprintf("%d=%s", n, p.Amount)
			if p.Asset == gold {
				part += " gold"
			}
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// loanWorld returns a random small history with loans within its transactions, by
// lenders who have what they lend, to borrowers who can pay all else without, and
// the same history without the loans.
func loanWorld(rng *rand.Rand) (with, without *world) {
	with, without = &world{stops: stops{}}, &world{stops: stops{}}
	balance := map[int]uint64{}
	var free []clew.Pos // of transfers with no part in a loan
	for height := uint64(1); height <= 30; height++ {
		steps, lent := randomSteps(rng, balance)
		for i, t := range inOne(height, steps...) {
			with.transfers = append(with.transfers, t)
			beside := steps[i].amount - lent[i]
			if beside == 0 {
				continue
			}
			if lent[i] == 0 {
				free = append(free, t.Pos)
			}
			plain := move(height, who(steps[i].from), who(steps[i].to), ether, beside)
			plain.Pos, plain.Tx = t.Pos, t.Tx
			without.transfers = append(without.transfers, plain)
			balance[steps[i].from] -= min(beside, balance[steps[i].from])
			balance[steps[i].to] += beside
		}
	}
	for range 1 + rng.Intn(2) {
		with.seeds = append(with.seeds, []clew.Pos{free[rng.Intn(len(free)*2/3)]})
	}
	without.seeds = with.seeds
	return with, without
}

// randomSteps returns the transfers of one transaction, and how much of each is
// a loan or its repayment. No two deal with each other twice but by a loan, who
// deals in one is paid by nobody else, and nobody deals in two.
func randomSteps(rng *rand.Rand, balance map[int]uint64) (steps []leg, lent []uint64) {
	const people, mint = 6, 7
	spare, deals := map[int]uint64{}, map[int]bool{}
	for n := range people {
		spare[n] = balance[n]
	}
	add := func(at int, l leg, of uint64) {
		steps, lent = slices.Insert(steps, at, l), slices.Insert(lent, at, of)
	}
	for range rng.Intn(3) {
		a, b := rng.Intn(people), rng.Intn(people)
		if spare[a] == 0 || a == b || deals[a] || deals[b] {
			continue
		}
		deals[a], deals[b] = true, true
		n := 1 + uint64(rng.Intn(int(spare[a])))
		spare[a] -= n
		fee := uint64(rng.Intn(int(min(spare[b], 3) + 1)))
		spare[b] -= fee
		at := rng.Intn(len(steps) + 1)
		add(at, leg{a, b, ether, n}, n)
		at += 1 + rng.Intn(len(steps)-at)
		add(at, leg{b, a, ether, n + fee}, n)
	}
	if rng.Intn(3) == 0 {
		steps, lent = append(steps, leg{mint, rng.Intn(people), ether, uint64(1 + rng.Intn(12))}), append(lent, 0)
	}
	paid := map[[2]int]bool{}
	for range rng.Intn(4) {
		a, b := rng.Intn(people), rng.Intn(people)
		if spare[a] == 0 || a == b || deals[b] || paid[[2]int{a, b}] || paid[[2]int{b, a}] {
			continue
		}
		paid[[2]int{a, b}] = true
		n := 1 + uint64(rng.Intn(int(spare[a])))
		spare[a] -= n
		add(rng.Intn(len(steps)+1), leg{a, b, ether, n}, 0)
	}
	return steps, lent
}

// TestLoansAsIfNotMade: a history with loans gives what it gives without them, by
// every policy but first in, first out, where it is so if marked units would move;
// the engines agree, and the books close.
func TestLoansAsIfNotMade(t *testing.T) {
	netted := map[taint.Policy]int{}
	for seed := range worlds(400) {
		with, without := loanWorld(rand.New(rand.NewSource(seed)))
		for _, p := range taint.AccountPolicies() {
			name, m := fmt.Sprintf("seed %d, %s", seed, p), taint.Method{Policy: p}
			r := swapRun(t, name, with.input(t, m, ""))
			if nets(r) {
				netted[p]++
			}
			for _, e := range []Engine{Queue, Sweep} {
				if got, want := placesOf(swapRun(t, name, with.input(t, m, e))), placesOf(r); got != want {
					t.Fatalf("%s by %s:\n%s\nwant\n%s", name, e, got, want)
				}
			}
			cut := with.input(t, m, Sweep)
			cut.Ledgers[0] = crumbled{cut.Ledgers[0]}
			if got, want := placesOf(swapRun(t, name, cut)), placesOf(r); got != want {
				t.Fatalf("%s, cut into pieces:\n%s\nwant\n%s", name, got, want)
			}
			plain := swapRun(t, name, without.input(t, m, ""))
			if p != taint.FIFO && (placesOf(r) != placesOf(plain) || !reflect.DeepEqual(r.Books, plain.Books)) {
				t.Fatalf("%s:\n%s\nwant\n%s", name, placesOf(r), placesOf(plain))
			}
		}
	}
	for _, p := range taint.AccountPolicies() {
		if netted[p] < 50 {
			t.Errorf("%s: loans of %d worlds were netted: too few to tell anything", p, netted[p])
		}
	}
}

// A crumbled ledger shows a sweep one transfer at a time, and so cuts transactions.
type crumbled struct{ ledger.Snapshot }

func (c crumbled) Sweep(ctx context.Context, from clew.Pos, visit func(*ledger.Chunk) error) error {
	return c.Snapshot.Sweep(ctx, from, func(whole *ledger.Chunk) error {
		for i := range whole.Len() {
			if err := visit(crumb(whole, i)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c crumbled) SweepBack(ctx context.Context, until clew.Pos, visit func(*ledger.Chunk) error) error {
	return c.Snapshot.SweepBack(ctx, until, func(whole *ledger.Chunk) error {
		for i := whole.Len() - 1; i >= 0; i-- {
			if err := visit(crumb(whole, i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// crumb returns the chunk of one transfer of another.
func crumb(whole *ledger.Chunk, i int) *ledger.Chunk {
	one := *whole
	one.From, one.To, one.Asset, one.Rest = whole.From[i:i+1], whole.To[i:i+1], whole.Asset[i:i+1], after{whole.Rest, i}
	return &one
}

// An after is what a chunk has from a transfer on.
type after struct {
	ledger.Rest
	first int
}

func (a after) Pos(i int) clew.Pos                    { return a.Rest.Pos(a.first + i) }
func (a after) Time(i int) clew.Time                  { return a.Rest.Time(a.first + i) }
func (a after) Amount(i int) clew.Amount              { return a.Rest.Amount(a.first + i) }
func (a after) Transfer(i int) (clew.Transfer, error) { return a.Rest.Transfer(a.first + i) }
