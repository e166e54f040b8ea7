package op

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ingest"
	"clew/internal/sample"
	"clew/launder"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// Addresses that the data set of the theft from Harvest Finance labels.
const (
	harvestContract = "0xc6028a9fa486f52efd2b95b949ac630d287ce0af" // by which it was stolen
	harvestFirst    = "0x3811765a53c3188c24d412daec3f60faad5f119b" // ml_transit_1
	harvestSecond   = "0x7573568a42d56dd88d0d92fd135811f5fac394c1" // ml_transit_2
	harvestThird    = "0x6fdc428d10baec5e4a114363d261c3f56b4aadb9" // ml_transit_2
)

// A sinkOf takes an import into one ledger.
type sinkOf struct{ *memory.Ledger }

func (s sinkOf) Load(ctx context.Context, _ clew.Chain, source ledger.Source) (ledger.Load, error) {
	return s.Ledger.Load(ctx, source)
}

func (s sinkOf) Coverage(context.Context) ([]*clew.Coverage, error) { return nil, nil }

func harvest(t *testing.T) ledger.Snapshot {
	t.Helper()
	store := memory.New(clew.Ethereum)
	dir := sample.Dir(t, "harvest-2020")
	if _, err := ingest.Import(t.Context(), os.DirFS(dir), []string{"all-tx.csv"}, sinkOf{store}, ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	snapshot, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func ethereumAddress(t *testing.T, text string) clew.Address {
	t.Helper()
	a, err := clew.ParseAddress(text, clew.Ethereum)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestHarvestSwaps looks at each transaction by which an address of the theft
// paid anything. The counts were taken from the file by other means too: of 35
// transactions of ml_transit_1 with an exchange one failed; the data holds no
// other in which it paid one asset and got another.
func TestHarvestSwaps(t *testing.T) {
	snapshot := harvest(t)
	for _, c := range []struct {
		address, want string
	}{
		{harvestContract, "none 32"}, // it lent, and has less of nothing after each
		{harvestFirst, "none 12, swap 34"},
		{harvestSecond, "none 8, swap 11"},
		{harvestThird, "none 746"},
	} {
		payer := ethereumAddress(t, c.address)
		rows, _, err := snapshot.Rows(t.Context(), ledger.Query{Address: payer, Side: ledger.Out, Limit: 10_000}, nil)
		if err != nil {
			t.Fatal(err)
		}
		seen, count := map[clew.TxID]bool{}, map[string]int{}
		for _, r := range rows {
			x, err := snapshot.Transfer(t.Context(), r.Pos)
			if err != nil {
				t.Fatal(err)
			}
			if seen[x.Tx] {
				continue
			}
			seen[x.Tx] = true
			tx, err := snapshot.Transaction(t.Context(), x.Tx)
			if err != nil {
				t.Fatal(err)
			}
			count[swapWord(launder.FindSwap(tx, payer))]++
		}
		var got []string
		for _, word := range slices.Sorted(maps.Keys(count)) {
			got = append(got, fmt.Sprintf("%s %d", word, count[word]))
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: %s, want %s", c.address, text, c.want)
		}
	}
}

func swapWord(s *launder.Swap) string {
	switch {
	case s == nil:
		return "none"
	case s.Refused != launder.NoRefusal:
		return "refused: " + string(s.Refused)
	}
	return string(s.Kind)
}

// TestHarvestTraced follows what the contract of the theft sent out: without
// swaps all of it is lost at the first two pools; with them it is followed to
// the addresses that the data set labels, to Tornado Cash, and into a token of
// bitcoin that was destroyed to take it off the chain.
func TestHarvestTraced(t *testing.T) {
	snapshot := harvest(t)
	index, err := tag.Builtin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first, contract := ethereumAddress(t, harvestFirst), ethereumAddress(t, harvestContract)
	rows, _, err := snapshot.Rows(t.Context(), ledger.Query{Address: first, Side: ledger.In, Limit: 1000}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var seeds []trace.Seed
	for i, r := range rows {
		if r.Peer == contract {
			seeds = append(seeds, trace.Seed{ID: fmt.Sprint(i), Transfers: []clew.Pos{r.Pos}})
		}
	}
	in := trace.Input{Ledgers: []ledger.Snapshot{snapshot}, Start: trace.Start{Origins: seeds}, Namer: index, Spread: trace.No}
	for _, p := range taint.Policies() {
		if d := p.Describe(); !d.Accounts || !d.Conserves {
			continue
		}
		in.Method.Policy, in.WithoutSwaps = p, false
		found, err := trace.Run(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		in.WithoutSwaps = true
		lost, err := trace.Run(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if p == taint.FIFO {
			checkHarvest(t, found, lost)
		}
		for _, a := range []string{harvestSecond, harvestThird} {
			if !passes(found, ethereumAddress(t, a)) || passes(lost, ethereumAddress(t, a)) {
				t.Errorf("%s: whether value comes to %s", p, a)
			}
		}
	}
}

func passes(r *trace.Result, a clew.Address) bool {
	return slices.ContainsFunc(r.Uses, func(u trace.Use) bool { return u.Transfer.To[0].Address == a })
}

func checkHarvest(t *testing.T, found, lost *trace.Result) {
	t.Helper()
	const want = `7 13000000000000: history not held 2139717432020, burnt 10860282567980
8 11000000000000: mixer 124299984672, history not held 915720435, burnt 10874784294893
`
	if got := basisOf(found); got != want {
		t.Errorf("with swaps\n%s\nwant\n%s", got, want)
	}
	if got, want := basisOf(lost), "7 13000000000000: history not held 13000000000000\n8 11000000000000: history not held 11000000000000\n"; got != want {
		t.Errorf("without swaps\n%s\nwant\n%s", got, want)
	}
	if len(found.Conversions) != 42 || len(lost.Conversions) != 0 {
		t.Errorf("%d and %d conversions, want 42 and none", len(found.Conversions), len(lost.Conversions))
	}
}

// basisOf says what the lines of books stand for in their origins' assets.
func basisOf(r *trace.Result) string {
	var text strings.Builder
	for _, b := range r.Books {
		var lines []string
		for _, l := range b.Lines {
			lines = append(lines, fmt.Sprintf("%s %s", l.Kind, l.Basis))
		}
		fmt.Fprintf(&text, "%s %s: %s\n", b.Origin, b.Start, strings.Join(lines, ", "))
	}
	return text.String()
}

// TestHarvestAll counts what is found and refused for every address that pays
// anything in every transaction of the data. Beside the 45 swaps of the theft's
// addresses, 62 are the other sides of the same ones: pools, as far as both of
// their sides are held.
func TestHarvestAll(t *testing.T) {
	snapshot := harvest(t)
	count, pairs := map[string]int{}, map[string]bool{}
	err := snapshot.Sweep(t.Context(), clew.Pos{}, func(c *ledger.Chunk) error {
		for i := range c.Len() {
			x, err := c.Rest.Transfer(i)
			if err != nil {
				return err
			}
			payer := x.From[0].Address
			if key := x.Tx.String() + payer.String(); payer.IsZero() || payer.IsIssuer() || pairs[key] {
				continue
			} else {
				pairs[key] = true
			}
			tx, err := snapshot.Transaction(t.Context(), x.Tx)
			if err != nil {
				return err
			}
			count[swapWord(launder.FindSwap(tx, payer))]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]int{"none": 922, "swap": 107}; !maps.Equal(count, want) {
		t.Errorf("%v, want %v", count, want)
	}
}
