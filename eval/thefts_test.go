package eval

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
)

const (
	swapsFile  = "testdata/swaps.csv"
	theftsFile = "testdata/thefts.csv"
	allFile    = "testdata/all.csv"
)

// TestSwapGolden holds how swaps are seen through against what it was when somebody
// last looked. Whatever else changes, what is found in a transaction that swaps
// nothing is into a token of which nobody says anything, and no trace follows it.
func TestSwapGolden(t *testing.T) {
	table, err := Swaps(t.Context(), 1, 20_000, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	swaps, others := 0, 0
	for _, r := range table.Rows {
		if r.Swap {
			swaps++
		} else {
			others++
		}
		if r.Found-r.Right != r.Unsaid || r.Swap && r.Missed() > 0 || r.Found+r.Refused > r.Cases {
			t.Errorf("%+v", r)
		}
	}
	if swaps < 23 || others != 7 {
		t.Errorf("%d venues and %d kinds of what is no swap", swaps, others)
	}
	var got bytes.Buffer
	if err := WriteSwaps(&got, table); err != nil {
		t.Fatal(err)
	}
	goldenText(t, swapsFile, got.Bytes())
}

// TestTheftGolden does so for what is seen of thefts. The books of each trace close,
// and no trace finds more than there is.
func TestTheftGolden(t *testing.T) {
	table, err := Thefts(t.Context(), 1, 10_000, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table.Rows {
		if r.Open > 0 || r.Covered > r.Moved || r.Reachable > r.Moved || r.Met > r.Brought || r.There > r.Lies || r.True > min(r.Addresses, r.Bad) || r.Thefts < 3 {
			t.Errorf("%+v", r)
		}
	}
	var got bytes.Buffer
	if err := WriteThefts(&got, table); err != nil {
		t.Fatal(err)
	}
	goldenText(t, theftsFile, got.Bytes())
}

// TestAllGolden holds the one table, as clew eval prints it without a real case.
func TestAllGolden(t *testing.T) {
	q := &Question{Seed: 1, Doing: func(string) {}}
	var rows []Row
	measured := map[string][]Row{"coinjoin": measuredJoins(t).Lines(), "bridge": measuredBridges(t).Lines()} // for other tests
	for _, seed := range reportedSeeds {
		measured["mixer"] = append(measured["mixer"], measuredMixers(t)[seed].Lines()...)
	}
	for _, s := range Sections() {
		if some := measured[s.Name]; some != nil {
			s.Measure = func(context.Context, *Question) ([]Row, error) { return some, nil }
		}
		some, err := s.Run(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range some {
			checkRow(t, &r, s.Name)
		}
		if len(some) == 0 || s.Doc == "" {
			t.Errorf("section %s says nothing", s.Name)
		}
		rows = append(rows, some...)
	}
	var got bytes.Buffer
	if err := WriteRows(&got, rows); err != nil {
		t.Fatal(err)
	}
	goldenText(t, allFile, got.Bytes())
}

// checkRow: nobody is right more often than named, or finds more than there is.
func checkRow(t *testing.T, r *Row, section string) {
	t.Helper()
	if r.Section != section || r.Data == "" || r.What == "" || len(r.Cells()) != len(rowColumns) {
		t.Errorf("%s: %+v", section, r)
	}
	for _, n := range []*uint64{r.Precision(), r.Recall()} {
		if n != nil && *n > 1000 {
			t.Errorf("%s, %s: %d of 1000", section, r.What, *n)
		}
	}
	if r.Base != nil && r.Base.Part > r.Base.Whole {
		t.Errorf("%s, %s: base rate %d of %d", section, r.What, r.Base.Part, r.Base.Whole)
	}
	measured := r.Case != nil || r.Cases != nil || r.True != nil
	if !measured && r.Note == "" {
		t.Errorf("%s, %s: nothing is measured, and no note says why", section, r.What)
	}
}

// TestSectionsEnd: measuring ends where its context does.
func TestSectionsEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, s := range Sections() {
		if _, err := s.Run(ctx, &Question{Seed: 1, Transfers: 2_000, Doing: func(string) {}}); !errors.Is(err, context.Canceled) {
			t.Errorf("section %s: %v", s.Name, err)
		}
	}
}

// TestTheftPage holds the tables of docs/ACCURACY.md against the golden files.
func TestTheftPage(t *testing.T) {
	all := csvRows(t, allFile)
	for i, r := range all {
		all[i] = []string{r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14], r[15], r[16], r[17], r[18]}
	}
	swaps := csvRows(t, swapsFile)
	for i, r := range swaps {
		swaps[i] = []string{r[1], r[2], r[3], r[4], r[5], r[6], r[7], orDash(r[8]), r[9], orDash(r[10])}
	}
	thefts := csvRows(t, theftsFile)
	for i, r := range thefts {
		thefts[i] = slices.Concat(r[1:10], r[12:15])
	}
	harvest := csvRows(t, harvestFile)
	holdTables(t, map[string]string{
		"all": markdown([]string{"section", "measured on", "what", "policy", "cases", "true", "named", "right", "wrong", "precision ‰", "recall ‰", "base rate of 100,000",
			"flow covered ‰", "ceiling ‰", "addresses by value ‰", "terminals ‰", "size", "work", "note"}, all),
		"swaps": markdown([]string{"venue, or what is no swap", "cases", "swaps there", "found", "right", "wrong", "of these into a token that nobody knows", "looks like nothing", "refused", "why"}, swaps),
		"thefts": markdown([]string{"hidden by", "policy", "thefts", "flow covered ‰", "most that can be ‰", "addresses by value ‰", "of addresses found right ‰", "terminals by value ‰", "addresses found", "rows read", "swaps crossed", "bridges crossed"},
			thefts),
		"realswaps":   markdown([]string{"address", "label", "transactions in which it pays", "swaps, counted by other means", "found", "refused", "‰"}, csvRows(t, realSwapsFile)),
		"realvenues":  markdown([]string{"what balances say of the swap", "transactions"}, csvRows(t, realVenuesFile)),
		"realharvest": markdown([]string{"policy", "label", "address", "value comes to it over swaps", "without swaps", "what for"}, harvest),
	})
}
