package launder

import (
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clew"
)

// matchPlainly tries every set of inputs for every output of change, again and again
// until nothing more is the only one.
func matchPlainly(ins, change []coin, sums []uint64, fees bounds) [][]int {
	found, taken := make([][]int, len(change)), map[int]bool{}
	for again := true; again; {
		again = false
		for k, c := range change {
			if found[k] != nil {
				continue
			}
			var sets [][]int
			for mask := 1; mask < 1<<len(ins); mask++ {
				if set, ok := setOf(ins, mask, taken); ok && fits(ins, set, c.amount, sums, fees) {
					sets = append(sets, set)
				}
			}
			if len(sets) == 1 {
				found[k], again = sets[0], true
				for _, i := range sets[0] {
					taken[i] = true
				}
			}
		}
	}
	return found
}

// setOf returns the inputs of a mask; false if one is taken, or if one of a script is
// in it and another is not.
func setOf(ins []coin, mask int, taken map[int]bool) (set []int, ok bool) {
	whole := map[clew.Address]bool{}
	for i, c := range ins {
		in := mask>>i&1 > 0
		if was, met := whole[c.address]; met && was != in || in && taken[i] {
			return nil, false
		}
		if whole[c.address] = in; in {
			set = append(set, i)
		}
	}
	return set, true
}

func fits(ins []coin, set []int, change uint64, sums []uint64, fees bounds) bool {
	paid := uint64(0)
	for _, i := range set {
		paid += ins[i].amount
	}
	return slices.ContainsFunc(sums, func(sum uint64) bool {
		return paid+fees.under >= change+sum && paid <= change+sum+fees.over
	})
}

// TestMatchesOfSeveralAgainstOracle: several outputs of change, inputs of which some
// are of one script.
func TestMatchesOfSeveralAgainstOracle(t *testing.T) {
	rng := rand.New(rand.NewSource(3))
	matched, together := 0, 0
	for round := range 4000 {
		s := &shape{}
		for i := range 2 + rng.Intn(6) {
			s.ins = append(s.ins, coin{index: i, amount: uint64(1 + rng.Intn(60)), address: name(strconv.Itoa(rng.Intn(6)))})
		}
		var change []coin
		for i := range 1 + rng.Intn(3) {
			change = append(change, coin{index: i, amount: uint64(1 + rng.Intn(30))})
		}
		sums, fees := []uint64{uint64(10 + rng.Intn(40))}, bounds{uint64(rng.Intn(3)), uint64(rng.Intn(4))}
		want := matchPlainly(s.ins, change, sums, fees)
		got, how := s.match(change, sums, fees)
		for i := range want {
			if !slices.Equal(got[i].Inputs, want[i]) || how != SearchedWhole {
				t.Fatalf("round %d: %v for %v: change %d: %v, want %v; %s", round, s.ins, change, i, got[i].Inputs, want[i], how)
			}
			if matched += min(1, len(want[i])); len(want[i]) > 1 && s.ins[want[i][0]].address == s.ins[want[i][1]].address {
				together++
			}
		}
	}
	if matched < 500 || together < 50 {
		t.Errorf("%d matched, %d of them by inputs of one script: too few to tell anything", matched, together)
	}
}

// TestMakers: a taker and two to eight makers, who are paid fees of their own and bring
// one to three coins each, some of one script; the taker may sweep. The mix is named,
// every output of the amount is mixed among all members, and no input is said to have
// paid another's change.
func TestMakers(t *testing.T) {
	rng := rand.New(rand.NewSource(4))
	named, matched, change, of := 0, 0, 0, 0
	for range 120 {
		makers, amount := 2+rng.Intn(7), 1_000_000+rng.Intn(50_000_000)
		var ins, outs []string
		owner, next, earned := map[int]int{}, 0, 0
		member := func(who, brings int) {
			parts := 1 + rng.Intn(3)
			for k := range parts {
				part := brings
				if k < parts-1 {
					part = brings/4 + rng.Intn(brings/4)
				}
				brings -= part
				if k == 0 || rng.Intn(3) > 0 {
					next++
				}
				owner[len(ins)], ins = who, append(ins, fmt.Sprintf("%d@%d", part, next))
			}
		}
		for m := range makers {
			fee, rest := rng.Intn(amount/500), 30_000+rng.Intn(80_000_000)
			earned += fee
			member(m, amount+rest-fee)
			outs = append(outs, fmt.Sprint(amount), fmt.Sprint(rest))
		}
		rest := 30_000 + rng.Intn(80_000_000)
		if outs = append(outs, fmt.Sprint(amount)); rng.Intn(4) > 0 {
			outs = append(outs, fmt.Sprint(rest))
		} else {
			rest = 0 // sweeps
		}
		member(makers, amount+rest+earned+500*makers)
		tx := payment(t, clew.P2WPKH, strings.Join(ins, " "), strings.Join(outs, " "))
		j, _ := FindJoin(tx)
		of++
		if j.Kind != JoinMarket {
			continue
		}
		named++
		checkJoin(t, tx, &j)
		if len(j.Mixed) != makers+1 || slices.ContainsFunc(j.Mixed, func(m Mixed) bool { return m.Anonymity != makers+1 }) {
			t.Fatalf("%v: %+v", outs, j.Mixed)
		}
		for _, c := range j.Change {
			change++
			if len(c.Inputs) == 0 {
				continue
			}
			matched++
			for _, i := range c.Inputs {
				if owner[i] != c.Output/2 {
					t.Fatalf("%v to %v: change %d: %v", ins, outs, c.Output, c.Inputs)
				}
			}
		}
	}
	if t.Logf("%d of %d named; %d of %d outputs of change matched", named, of, matched, change); named*100 < of*99 || matched*2 < change {
		t.Errorf("%d of %d named; %d of %d outputs of change matched", named, of, matched, change)
	}
}
