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
	ins         map[uint64]bool // how much went into the conversion marked, by some choice
}

// A choice is how far one got.
type choice struct {
	balance, marked map[clew.Pot]int
	placed          map[string]uint64
	in              int // marked, into the conversion
}

func rangeKey(a clew.Address, asset clew.Asset) string { return a.Text() + " " + asset.Namespace() }

// try goes through the transfers from i on.
func (c *chooser) try(i int, at *choice) {
	if i == len(c.transfers) {
		c.note(at)
		return
	}
	t := &c.transfers[i]
	from, to := clew.Pot{Address: t.From[0].Address, Asset: t.Asset}, clew.Pot{Address: t.To[0].Address, Asset: t.Asset}
	v64, _ := t.Amount().Uint64()
	v := int(v64)
	if from == to || v == 0 {
		c.try(i+1, at)
		return
	}
	low, high := max(0, v-(at.balance[from]-at.marked[from])), min(v, at.marked[from])
	if from.Address.IsZero() {
		low, high = 0, 0
	}
	for x := low; x <= high; x++ {
		c.apply(i, from, to, v, x, at)
	}
}

// apply lets a transfer take x marked units out of the pot that pays it.
func (c *chooser) apply(i int, from, to clew.Pot, v, x int, at *choice) {
	pos, carried, leftOver := c.transfers[i].Pos, x, 0
	whole := at.in > 0 && len(c.converts) > 0 && slices.Contains(c.converts[0].Out, pos)
	if whole {
		carried, leftOver = v, x
	}
	if slices.Contains(c.seeds[0], pos) {
		carried = v
	}
	into := len(c.converts) > 0 && slices.Contains(c.converts[0].In, pos)
	stopped := to.Address.IsZero() || c.stops[to.Address] != tag.NoStop
	at.balance[from] -= v
	at.marked[from] -= x
	at.balance[to] += v
	at.placed[rangeKey(from.Address, from.Asset)] += uint64(leftOver)
	add := func(n int) {
		switch {
		case into:
			at.in += n
		case stopped:
			at.placed[rangeKey(to.Address, to.Asset)] += uint64(n)
		default:
			at.marked[to] += n
		}
	}
	add(carried)
	c.try(i+1, at)
	add(-carried)
	at.balance[from] += v
	at.marked[from] += x
	at.balance[to] -= v
	at.placed[rangeKey(from.Address, from.Asset)] -= uint64(leftOver)
}

func (c *chooser) note(at *choice) {
	c.ins[uint64(at.in)] = true
	for n := range 4 {
		for _, asset := range []clew.Asset{ether, coin(1)} {
			k := rangeKey(who(n), asset)
			c.noteAt(k, at.placed[k]+uint64(at.marked[clew.Pot{Address: who(n), Asset: asset}]))
		}
	}
	for _, asset := range []clew.Asset{ether, coin(1)} {
		k := rangeKey(clew.Address{}, asset)
		c.noteAt(k, at.placed[k])
	}
}

func (c *chooser) noteAt(k string, n uint64) {
	if _, known := c.least[k]; !known {
		c.least[k] = n
	}
	c.least[k], c.most[k] = min(c.least[k], n), max(c.most[k], n)
}

// leavesOpen reports whether how much comes out of the conversion marked
// depends on the choice.
func (c *chooser) leavesOpen() bool {
	if len(c.converts) == 0 {
		return false
	}
	whole := uint64(0)
	for i := range c.transfers {
		if slices.Contains(c.converts[0].In, c.transfers[i].Pos) {
			n, _ := c.transfers[i].Amount().Uint64()
			whole += n
		}
	}
	return len(c.ins) > 1 || !c.ins[whole] && !c.ins[0]
}

func tinyWorld(rng *rand.Rand, converts bool) world {
	w := world{stops: stops{}}
	for h := range uint64(3 + rng.Intn(7)) {
		from, to, asset := who(rng.Intn(4)), who(rng.Intn(4)), ether
		if rng.Intn(12) == 0 {
			to = clew.Address{}
		}
		if converts && rng.Intn(2) == 0 {
			asset = coin(1)
		}
		w.transfers = append(w.transfers, move(1+h, from, to, asset, uint64(1+rng.Intn(4))))
	}
	w.seed(rng, 1)
	if rng.Intn(2) == 0 {
		w.stops[who(rng.Intn(4))] = tag.Mixer
	}
	if converts {
		w.convert(rng)
		w.converts = w.converts[:min(1, len(w.converts))]
	}
	return w
}

// TestRanges compares possible ranges with all choices there are.
func TestRanges(t *testing.T) {
	crossed, open := 0, 0
	for seed := range int64(3000) {
		w := tinyWorld(rand.New(rand.NewSource(seed)), seed%2 == 1)
		if len(w.seeds[0]) == 0 {
			continue
		}
		c := &chooser{world: &w, least: map[string]uint64{}, most: map[string]uint64{}, ins: map[uint64]bool{}}
		c.try(0, &choice{openings(&w), map[clew.Pot]int{}, map[string]uint64{}, 0})
		r, err := Run(context.Background(), Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, w.transfers)}, Assumptions: Assumptions{Conversions: w.converts},
			Start: Start{Origins: []Seed{{ID: "A", Transfers: w.seeds[0]}}}, Namer: w.stops, Spread: No, Ranges: true, Method: taint.Method{Policy: taint.Poison}})
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range r.Ranges {
			k := rangeKey(got.Address, got.Asset)
			want := fmt.Sprint(c.least[k], " to ", c.most[k])
			if s := fmt.Sprint(got.Least, " to ", got.Most); s != want {
				t.Fatalf("seed %d: %s: %s, want %s", seed, k, s, want)
			}
			if len(r.Conversions) > 0 && got.Asset == r.Conversions[0].OutAsset {
				crossed++
			}
			delete(c.most, k)
		}
		if c.leavesOpen() {
			if len(r.Ranges) > 0 && slices.ContainsFunc(r.Ranges, func(x Range) bool { return x.Asset == r.Conversions[0].OutAsset }) {
				t.Fatalf("seed %d: ranges %v beyond a conversion that leaves them open", seed, r.Ranges)
			}
			open++
			continue
		}
		for k := range c.most {
			if c.most[k] > 0 {
				t.Fatalf("seed %d: no range for %s, where up to %d can lie", seed, k, c.most[k])
			}
		}
	}
	if crossed < 30 || open < 30 {
		t.Errorf("%d ranges beyond conversions, and %d conversions that leave them open: the histories test little", crossed, open)
	}
}

// openings returns what each pot must have had at first.
func openings(w *world) map[clew.Pot]int {
	balance, opening := map[clew.Pot]int{}, map[clew.Pot]int{}
	for i := range w.transfers {
		t := &w.transfers[i]
		n, _ := t.Amount().Uint64()
		from, to := clew.Pot{Address: t.From[0].Address, Asset: t.Asset}, clew.Pot{Address: t.To[0].Address, Asset: t.Asset}
		if from == to {
			continue
		}
		balance[from] -= int(n)
		opening[from] = max(opening[from], -balance[from])
		balance[to] += int(n)
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

// TestRangesAreBoundedWork gives no further ranges once the searches have taken
// enough steps, and says so.
func TestRangesAreBoundedWork(t *testing.T) {
	transfers := []clew.Transfer{move(1, who(1), who(2), ether, 9)}
	for i := range 9 {
		transfers = append(transfers, move(uint64(2+i), who(2), who(10+i), ether, 1))
	}
	ctx := context.Background()
	in, err := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos}, Spread: No, Ranges: true}.check()
	if err != nil {
		t.Fatal(err)
	}
	w, engine, err := follow(ctx, &in, wideRows)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.result(ctx, engine)
	if err != nil {
		t.Fatal(err)
	}
	ways, err := w.waysOf(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ways.most = 60
	if err := w.rangePlaces(ctx, r, ways); err != nil {
		t.Fatal(err)
	}
	n := len(r.Ranges)
	want := LimitHit{Limit: "ways looked at", Value: "60", Times: 9 - n}
	if n == 0 || n == 9 || len(r.Limits) != 1 || r.Limits[0] != want || len(r.Method.Notes) != 1 {
		t.Errorf("%d ranges, limits %v, notes %q", n, r.Limits, r.Method.Notes)
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
