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

// A coinChooser tries every way in which transactions can hand on what is
// marked among their inputs.
type coinChooser struct {
	*coinWorld
	outputs, inputs map[clew.Pos][]int // legs that the origin begins with
	least, most     map[string]uint64
}

// try goes through the transactions from i on, with what is marked of each
// output, and what has come to rest.
func (c *coinChooser) try(i int, marked map[clew.Output]uint64, placed map[string]uint64) {
	if i == len(c.transfers) {
		c.note(marked, placed)
		return
	}
	t := &c.transfers[i]
	var in uint64
	taken := map[clew.Output]uint64{}
	for k, leg := range t.From {
		n := uint64(0)
		if leg.Spends != nil {
			n = marked[*leg.Spends]
			taken[*leg.Spends] = n
			delete(marked, *leg.Spends)
		}
		if slices.Contains(c.inputs[t.Pos], k) {
			n, _ = leg.Amount.Uint64()
		}
		in += n
	}
	c.share(i, 0, in, marked, placed)
	for output, n := range taken {
		marked[output] = n
	}
}

// share gives what is left of a transaction's marked units to its outputs from
// leg on, in every way that they have room for.
func (c *coinChooser) share(i, leg int, left uint64, marked map[clew.Output]uint64, placed map[string]uint64) {
	t := &c.transfers[i]
	if leg == len(t.To) {
		if left == 0 {
			c.try(i+1, marked, placed)
		}
		return
	}
	size, _ := t.To[leg].Amount.Uint64()
	for n := range min(left, size) + 1 {
		carried := n
		if slices.Contains(c.outputs[t.Pos], leg) {
			carried = size
		}
		a := t.To[leg].Address
		if a.IsZero() || c.stops[a] != tag.NoStop {
			placed[a.Text()] += carried
			c.share(i, leg+1, left-n, marked, placed)
			placed[a.Text()] -= carried
			continue
		}
		output := clew.Output{Tx: t.Tx, Index: uint32(leg)}
		marked[output] = carried
		c.share(i, leg+1, left-n, marked, placed)
		delete(marked, output)
	}
}

func (c *coinChooser) note(marked map[clew.Output]uint64, placed map[string]uint64) {
	final := map[string]uint64{}
	for k, n := range placed {
		final[k] += n
	}
	for i := range c.transfers {
		for k, leg := range c.transfers[i].To {
			final[leg.Address.Text()] += marked[clew.Output{Tx: c.transfers[i].Tx, Index: uint32(k)}]
		}
	}
	for k, n := range final {
		if _, known := c.least[k]; !known {
			c.least[k] = n
		}
		c.least[k], c.most[k] = min(c.least[k], n), max(c.most[k], n)
	}
}

// tinyCoins returns a history of a few small transactions.
func tinyCoins(rng *rand.Rand) *coinWorld {
	w := &coinWorld{world: world{stops: stops{}}}
	for h := range uint64(4 + rng.Intn(4)) {
		t := clew.Transfer{Pos: clew.Pos{Height: 1 + h}, Asset: bitcoin, Time: clew.Time(1_600_000_000 + 600*h)}
		t.Tx = txOf(t.Pos)
		if len(w.unspent) == 0 || rng.Intn(5) == 0 {
			t.From = []clew.Leg{{Amount: clew.Units(uint64(1 + rng.Intn(5)))}}
		}
		for n := 1 + rng.Intn(3); len(t.From) == 0 || len(t.From) < n && !t.From[0].Address.IsZero() && len(w.unspent) > 0; {
			at := rng.Intn(len(w.unspent))
			t.From = append(t.From, w.unspent[at].leg)
			w.unspent = slices.Delete(w.unspent, at, at+1)
		}
		left, _ := t.Amount().Uint64()
		for i := 0; left > 0 && i < 3; i++ {
			n := 1 + uint64(rng.Int63n(int64(left)))
			leg := clew.Leg{Address: script(rng.Intn(4)), Amount: clew.Units(n)}
			t.To = append(t.To, leg)
			leg.Spends = &clew.Output{Tx: t.Tx, Index: uint32(i)}
			w.unspent = append(w.unspent, coinOutput{leg: leg})
			left -= n
		}
		if left > 0 {
			t.To = append(t.To, clew.Leg{Amount: clew.Units(left)})
		}
		w.transfers = append(w.transfers, t)
	}
	if rng.Intn(2) == 0 {
		w.stops[script(rng.Intn(4))] = tag.Mixer
	}
	return w
}

// begin returns a start with what a transaction or two paid, or with what
// an address sent, and tells the chooser.
func (c *coinChooser) begin(rng *rand.Rand) (start Start, ok bool) {
	c.outputs, c.inputs = map[clew.Pos][]int{}, map[clew.Pos][]int{}
	if rng.Intn(3) == 0 {
		a := script(rng.Intn(4))
		delete(c.stops, a) // what a question starts with is no stop
		for i := range c.transfers {
			for k, leg := range c.transfers[i].From {
				if leg.Address == a {
					c.inputs[c.transfers[i].Pos] = append(c.inputs[c.transfers[i].Pos], k)
				}
			}
		}
		return Start{Address: a, Sent: true}, len(c.inputs) > 0
	}
	var origins []Seed
	for i := range 1 + rng.Intn(2) {
		t := &c.transfers[rng.Intn(len(c.transfers)-1)]
		for k, leg := range t.To {
			if !leg.Address.IsZero() {
				c.outputs[t.Pos] = append(c.outputs[t.Pos], k)
			}
		}
		origins = append(origins, Seed{ID: string(rune('A' + i)), Transfers: []clew.Pos{t.Pos}})
	}
	return Start{Origins: origins}, len(c.outputs) > 0
}

// TestRangesOfOutputs compares possible ranges over outputs with all choices
// there are.
func TestRangesOfOutputs(t *testing.T) {
	wide := 0
	for seed := range int64(1500) {
		rng := rand.New(rand.NewSource(seed))
		c := &coinChooser{coinWorld: tinyCoins(rng), least: map[string]uint64{}, most: map[string]uint64{}}
		start, ok := c.begin(rng)
		if !ok {
			continue
		}
		r, err := Run(context.Background(), Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Bitcoin, c.transfers)},
			Start: start, Namer: c.stops, Spread: No, Ranges: true, Method: taint.Method{Policy: taint.Poison}})
		if err != nil {
			t.Fatal(err)
		}
		if r.Places[0].Kind == AtSizeLimit {
			t.Fatal("the walk came to a limit")
		}
		c.try(0, map[clew.Output]uint64{}, map[string]uint64{})
		for _, got := range r.Ranges {
			k := got.Address.Text()
			want := fmt.Sprint(c.least[k], " to ", c.most[k])
			if s := fmt.Sprint(got.Least, " to ", got.Most); s != want {
				t.Fatalf("seed %d: %s: %s, want %s", seed, k, s, want)
			}
			if got.Least.Less(got.Most) {
				wide++
			}
			delete(c.most, k)
		}
		for k, n := range c.most {
			if n > 0 {
				t.Fatalf("seed %d: no range for %s, where up to %d can lie", seed, k, n)
			}
		}
	}
	if wide < 300 {
		t.Errorf("only %d ranges leave anything open: the histories test little", wide)
	}
}

// TestPoliciesLieWithinTheRangeOfOutputs is TestPoliciesLieWithinTheRange
// where value rests in outputs.
func TestPoliciesLieWithinTheRangeOfOutputs(t *testing.T) {
	for seed := range worlds(80) {
		rng := rand.New(rand.NewSource(seed))
		w := randomCoins(rng, seed%3 == 1)
		if seed%2 == 0 {
			w.stops[script(rng.Intn(9))] = tag.Service
		}
		snapshot := ledgerOf(t, clew.Bitcoin, w.transfers)
		var origins []Seed
		for i := range 1 + rng.Intn(3) {
			origins = append(origins, Seed{ID: string(rune('A' + i)), Transfers: []clew.Pos{w.transfers[rng.Intn(15)].Pos}})
		}
		for _, p := range taint.Policies() {
			if !p.Describe().Conserves {
				continue
			}
			r := mustRun(t, Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Origins: origins}, Method: taint.Method{Policy: p},
				Namer: w.stops, Spread: No, Ranges: true})
			lies := lying(r)
			for _, x := range r.Ranges {
				if n := lies[x.Address]; n.Less(x.Least) || x.Most.Less(n) {
					t.Fatalf("seed %d, %s: %s at %s, out of %s to %s", seed, p, n, x.Address.Text(), x.Least, x.Most)
				}
			}
			if len(r.Ranges) == 0 {
				t.Fatalf("seed %d, %s: no ranges: %v", seed, p, r.Method.Notes)
			}
		}
	}
}
