package eval

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"clew"
	"clew/internal/sample"
	"clew/launder"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

const (
	realSwapsFile = "testdata/realswaps.csv"
	harvestFile   = "testdata/realharvest.csv"
)

// A heistLabel is an address that the data of the theft from Harvest calls a thief's.
type heistLabel struct {
	name    string
	address clew.Address
	swaps   int // that it made, counted in the file by other means: transactions with an exchange that did not fail
}

// harvestLabels are in the order of the file. Swaps were counted by hand where the
// label is of one who made some.
func harvestLabels(t *testing.T) (list []heistLabel) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(sample.Dir(t, "harvest-2020"), "all-address.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	swaps := map[string]int{"0x3811765a53c3188c24d412daec3f60faad5f119b": 34, "0x7573568a42d56dd88d0d92fd135811f5fac394c1": 11}
	for _, row := range rows[1:] {
		if row[2] == "heist" {
			list = append(list, heistLabel{row[1], ethereum(t, row[0]), swaps[row[0]]})
		}
	}
	return list
}

// TestRealSwapGolden holds what is found of the swaps of a real theft, in every
// transaction in which one of its addresses pays.
func TestRealSwapGolden(t *testing.T) {
	snapshot := imported(t, "harvest-2020", "all-tx.csv")
	var got bytes.Buffer
	out := csv.NewWriter(&got)
	out.Write([]string{"address", "label", "transactions in which it pays", "swaps, counted by other means", "found", "refused", "of 1000"})
	for _, l := range harvestLabels(t) {
		txs, found, refused := paidBySwap(t, snapshot, l.address)
		if found != l.swaps {
			t.Errorf("%s %s: %d swaps found, want %d", l.name, l.address.Text(), found, l.swaps)
		}
		out.Write([]string{l.address.Text(), l.name, fmt.Sprint(txs), fmt.Sprint(l.swaps), fmt.Sprint(found), fmt.Sprint(refused), share(uint64(found), uint64(l.swaps))})
	}
	out.Flush()
	goldenText(t, realSwapsFile, got.Bytes())
}

// paidBySwap looks at each transaction in which an address pays.
func paidBySwap(t *testing.T, snapshot ledger.Snapshot, payer clew.Address) (txs, found, refused int) {
	t.Helper()
	rows, _, err := snapshot.Rows(t.Context(), ledger.Query{Address: payer, Side: ledger.Out, Limit: 10_000}, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[clew.TxID]bool{}
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
		switch s := launder.FindSwap(tx, payer); {
		case s == nil:
		case s.Refused != launder.NoRefusal:
			refused++
		default:
			found++
		}
	}
	return len(seen), found, refused
}

// TestHarvestGolden holds to which of the addresses that the data set labels what
// was stolen is followed, by every policy, with swaps and without: from the contract
// of the theft on, every address that its labels say value went to.
func TestHarvestGolden(t *testing.T) {
	snapshot := imported(t, "harvest-2020", "all-tx.csv")
	index, err := tag.Builtin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	labels := harvestLabels(t)
	seeds := harvestSeeds(t, snapshot, labels)
	var got bytes.Buffer
	out := csv.NewWriter(&got)
	out.Write([]string{"policy", "label", "address", "value comes to it over swaps", "without swaps", "what for"})
	for _, p := range taint.AccountPolicies() {
		var runs []*trace.Result
		for _, without := range []bool{false, true} {
			r, err := trace.Run(t.Context(), trace.Input{Ledgers: []ledger.Snapshot{snapshot}, Start: trace.Start{Origins: seeds}, Namer: index, Spread: trace.No, Method: taint.Method{Policy: p}, WithoutSwaps: without})
			if err != nil {
				t.Fatal(err)
			}
			runs = append(runs, r)
		}
		for _, l := range labels {
			why := ""
			switch l.name {
			case "Harvest.Finance: Hacker 1", "Harvest.Finance: Hacker 1 contract":
				why = "the theft began here"
			default:
				if !comesTo(runs[0], l.address) {
					t.Errorf("%s: nothing comes to %s, %s", p, l.name, l.address)
				}
			}
			out.Write([]string{string(p), l.name, l.address.Text(), fmt.Sprint(comesTo(runs[0], l.address)), fmt.Sprint(comesTo(runs[1], l.address)), why})
		}
	}
	out.Flush()
	goldenText(t, harvestFile, got.Bytes())
}

// harvestSeeds are what the contract of the theft sent to the first address.
func harvestSeeds(t *testing.T, snapshot ledger.Snapshot, labels []heistLabel) (seeds []trace.Seed) {
	t.Helper()
	of := func(name string) clew.Address {
		return labels[slices.IndexFunc(labels, func(l heistLabel) bool { return l.name == name })].address
	}
	rows, _, err := snapshot.Rows(t.Context(), ledger.Query{Address: of("ml_transit_1"), Side: ledger.In, Limit: 1000}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if r.Peer == of("Harvest.Finance: Hacker 1 contract") {
			seeds = append(seeds, trace.Seed{ID: fmt.Sprint(i), Transfers: []clew.Pos{r.Pos}})
		}
	}
	return seeds
}

func comesTo(r *trace.Result, a clew.Address) bool {
	return slices.ContainsFunc(r.Uses, func(u trace.Use) bool { return u.Transfer.To[0].Address == a })
}
