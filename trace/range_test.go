package trace

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

// A chooser tries every amount of marked value that every transfer can carry.
type chooser struct {
	*world
	least, most map[string]uint64
	follows     map[string]bool // places that some choice brings marked value to
}

// try goes through the transfers from i on, with the balances and the marked
// part of each pot.
func (c *chooser) try(i int, balance, marked map[clew.Address]int, placed map[string]uint64) {
	if i == len(c.transfers) {
		final := map[string]uint64{}
		for k, n := range placed {
			final[k] += n
		}
		for a, n := range marked {
			if n > 0 {
				final[a.Text()] += uint64(n)
			}
		}
		for k := range c.follows {
			c.least[k], c.most[k] = min(c.least[k], final[k]), max(c.most[k], final[k])
		}
		for k, n := range final {
			if !c.follows[k] {
				c.follows[k], c.least[k], c.most[k] = true, 1<<62, n // an earlier choice brought none
			}
		}
		return
	}
	t := &c.transfers[i]
	from, to := t.From[0].Address, t.To[0].Address
	v64, _ := t.Amount().Uint64()
	v := int(v64)
	if from == to || v == 0 {
		c.try(i+1, balance, marked, placed)
		return
	}
	seeded := slices.Contains(c.seeds[0], t.Pos)
	low, high := max(0, v-(balance[from]-marked[from])), min(v, marked[from])
	if from.IsZero() {
		low, high = 0, 0
	}
	for x := low; x <= high; x++ {
		carried := x
		if seeded {
			carried = v
		}
		c.apply(i, from, to, v, x, carried, balance, marked, placed)
	}
}

func (c *chooser) apply(i int, from, to clew.Address, v, x, carried int, balance, marked map[clew.Address]int, placed map[string]uint64) {
	stopped := to.IsZero() || c.stops[to] != tag.NoStop
	balance[from] -= v
	marked[from] -= x
	balance[to] += v
	if stopped {
		placed[to.Text()] += uint64(carried)
	} else {
		marked[to] += carried
	}
	c.try(i+1, balance, marked, placed)
	balance[from] += v
	marked[from] += x
	balance[to] -= v
	if stopped {
		placed[to.Text()] -= uint64(carried)
	} else {
		marked[to] -= carried
	}
}

func tinyWorld(rng *rand.Rand) world {
	w := world{stops: stops{}}
	for h := range uint64(3 + rng.Intn(7)) {
		from, to := who(rng.Intn(4)), who(rng.Intn(4))
		if rng.Intn(12) == 0 {
			to = clew.Address{}
		}
		w.transfers = append(w.transfers, move(1+h, from, to, ether, uint64(1+rng.Intn(4))))
	}
	w.seed(rng, 1)
	if rng.Intn(2) == 0 {
		w.stops[who(rng.Intn(4))] = tag.Mixer
	}
	return w
}

// TestRanges compares possible ranges with all choices there are.
func TestRanges(t *testing.T) {
	for seed := range int64(1500) {
		w := tinyWorld(rand.New(rand.NewSource(seed)))
		if len(w.seeds[0]) == 0 {
			continue
		}
		// Twice, so that the first round finds the places that some choice reaches.
		c := &chooser{world: &w, least: map[string]uint64{}, most: map[string]uint64{}, follows: map[string]bool{}}
		for range 2 {
			for k := range c.follows {
				c.least[k], c.most[k] = 1<<62, 0
			}
			c.try(0, openings(&w), map[clew.Address]int{}, map[string]uint64{})
		}
		r, err := Run(context.Background(), Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, w.transfers)},
			Start: Start{Origins: []Seed{{ID: "A", Transfers: w.seeds[0]}}}, Namer: w.stops, Spread: No, Ranges: true, Method: taint.Method{Policy: taint.Poison}})
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range r.Ranges {
			k := got.Address.Text()
			want := fmt.Sprint(c.least[k], " to ", c.most[k])
			if s := fmt.Sprint(got.Least, " to ", got.Most); s != want {
				t.Fatalf("seed %d: %s: %s, want %s", seed, k, s, want)
			}
			delete(c.follows, k)
		}
		for k := range c.follows {
			if c.most[k] > 0 {
				t.Fatalf("seed %d: no range for %s, where up to %d can lie", seed, k, c.most[k])
			}
		}
	}
}

// openings returns what each address must have had at first.
func openings(w *world) map[clew.Address]int {
	balance, opening := map[clew.Address]int{}, map[clew.Address]int{}
	for i := range w.transfers {
		t := &w.transfers[i]
		n, _ := t.Amount().Uint64()
		if t.From[0].Address == t.To[0].Address {
			continue
		}
		balance[t.From[0].Address] -= int(n)
		opening[t.From[0].Address] = max(opening[t.From[0].Address], -balance[t.From[0].Address])
		balance[t.To[0].Address] += int(n)
	}
	return opening
}

// TestRangesOfManyPlaces says how many places have none.
func TestRangesOfManyPlaces(t *testing.T) {
	const places = maxRangePlaces + 7
	transfers := []clew.Transfer{move(1, who(1), who(2), ether, places)}
	for i := range places {
		transfers = append(transfers, move(uint64(2+i), who(2), who(10+i), ether, 1))
	}
	r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos}, Spread: No, Ranges: true})
	want := LimitHit{Limit: "ranges", Value: "100", Times: 7}
	if len(r.Method.Notes) != 1 {
		t.Errorf("notes %q", r.Method.Notes)
	}
	if len(r.Ranges) != maxRangePlaces || len(r.Limits) != 1 || r.Limits[0] != want || r.Partial {
		t.Errorf("%d ranges of %d places, limits %v", len(r.Ranges), len(r.Places), r.Limits)
	}
}

// TestRangesBeyondALimit names the limit that the walk for ranges came to.
func TestRangesBeyondALimit(t *testing.T) {
	// Poison goes on where first in, first out does not.
	transfers := []clew.Transfer{move(1, who(9), who(2), ether, 5), move(2, who(1), who(2), ether, 5)}
	for i := range 4 {
		transfers = append(transfers, move(uint64(3+i), who(2), who(10+i), ether, 1))
	}
	in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[1].Pos}, Spread: No, Ranges: true, Limits: Limits{Transfers: 2}}
	r := mustRun(t, in)
	want := LimitHit{Limit: "transfers", Value: "2", Times: 1}
	if len(r.Ranges) != 0 || len(r.Limits) != 1 || r.Limits[0] != want || r.Partial {
		t.Errorf("%d ranges, limits %v, partial %v", len(r.Ranges), r.Limits, r.Partial)
	}
}

// TestRangesWithinHops says that a policy can come to the limit elsewhere than
// poison does.
func TestRangesWithinHops(t *testing.T) {
	transfers := []clew.Transfer{move(1, who(1), who(2), ether, 5), move(2, who(2), who(3), ether, 5), move(3, who(3), who(4), ether, 5)}
	for hops, notes := range map[int]int{1: 1, 2: 1, 3: 0} {
		r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos}, Spread: No, Ranges: true, Limits: Limits{Hops: hops}})
		if len(r.Ranges) != 1 || len(r.Method.Notes) != notes {
			t.Errorf("%d hops: ranges %v, notes %q", hops, r.Ranges, r.Method.Notes)
		}
	}
}
