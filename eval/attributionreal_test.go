package eval

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/attribution"
	"clew/incident"
	"clew/internal/sample"
	"clew/lead"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

const attributionRealGolden = "testdata/attributionreal.txt"

// realProfile makes a profile over one ledger.
func realProfile(t *testing.T, id, day string, s ledger.Snapshot, seeds []trace.Seed, roles map[clew.Address]trace.Role, assumed trace.Assumptions, ends []clew.Address) *attribution.Profile {
	t.Helper()
	var b tag.Builder
	if err := b.ReadBuiltin(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, a := range ends {
		b.Add(tag.Tag{Subject: a, Label: "an end of the flows", Concepts: []tag.Concept{"exchange"}, Source: "the data", Pack: "test"})
	}
	tags := b.Index()
	limits := trace.DefaultLimits()
	limits.Hops, limits.Addresses, limits.Transfers = 60, 10_000, 100_000
	r, err := trace.Run(t.Context(), trace.Input{Ledgers: []ledger.Snapshot{s}, Namer: tags, Method: taint.Method{Policy: taint.TaintFirst}, Spread: trace.No,
		Start: trace.Start{Origins: seeds}, Roles: roles, Assumptions: assumed, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	guide, err := lead.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	p, err := attribution.Make(t.Context(), attribution.Making{ID: id, Title: id, Day: day, Sources: []string{"public data"}, Trace: r, Ledgers: []ledger.Snapshot{s}, Namer: tags, Roles: roles, Guide: guide,
		Degree: uint64(trace.DefaultLimits().Degree)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// flowProfile makes a profile of a theft that somebody wrote down: from what its
// sources sent.
func flowProfile(t *testing.T, id, day, folder, file string) *attribution.Profile {
	t.Helper()
	s := imported(t, "launder-flows", folder+"/"+file)
	dir := filepath.Join(sample.Dir(t, "launder-flows"), folder)
	seed := trace.Seed{ID: "loot", Name: "loot", Chain: s.Chain(), Basis: clew.Fact}
	sources := listed(t, filepath.Join(dir, "source addresses.csv"))
	for _, x := range everything(t, s) {
		if slices.Contains(sources, x.From[0].Address) && !slices.Contains(sources, x.To[0].Address) {
			seed.Transfers = append(seed.Transfers, x.Pos)
		}
	}
	return realProfile(t, id, day, s, []trace.Seed{seed}, nil, trace.Assumptions{}, listed(t, filepath.Join(dir, "terminal addresses.csv")))
}

// roninProfile makes the profile of the Ronin theft from the program's own facts.
func roninProfile(t *testing.T) *attribution.Profile {
	t.Helper()
	i, err := incident.Builtin("ronin-2022")
	if err != nil {
		t.Fatal(err)
	}
	store := memory.New(clew.Ethereum)
	if _, err := i.AddTo(t.Context(), clew.Ethereum, store); err != nil {
		t.Fatal(err)
	}
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	assumed := i.Assumptions()
	assumed.Conversions = nil
	return realProfile(t, i.ID, "2022-03-23", s, i.Origins(incident.AsProceeds), i.Roles(), assumed, nil)
}

// harvestProfile makes the profile of the Harvest theft, of the ether that its
// first named address received: the data has it among its neighbours.
func harvestProfile(t *testing.T) *attribution.Profile {
	t.Helper()
	s := imported(t, "harvest-2020", "all-tx.csv")
	first := ethereum(t, "0x3811765a53c3188c24d412daec3f60faad5f119b")
	seed := trace.Seed{ID: "loot", Name: "loot", Chain: s.Chain(), Basis: clew.Fact}
	for _, x := range everything(t, s) {
		if x.To[0].Address == first && x.Asset.IsNative() {
			seed.Transfers = append(seed.Transfers, x.Pos)
		}
	}
	return realProfile(t, "harvest-2020", "2020-10-26", s, []trace.Seed{seed}, nil, trace.Assumptions{}, nil)
}

// TestRealAttribution compares the four thefts whose transfers are at hand, each
// with those before it. Authorities lay three of them to one state, by statements
// that do not say by what means; the fourth is laid to nobody.
func TestRealAttribution(t *testing.T) {
	profiles := []*attribution.Profile{harvestProfile(t), roninProfile(t), flowProfile(t, "harmony-2022", "2022-06-23", "HB", "HB.csv"), flowProfile(t, "atomic-wallet-2023", "2023-06-02", "Atomic", "Atomic.csv")}
	record, err := incident.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	claims := attribution.ClaimsOf(record, 0)
	var b bytes.Buffer
	for i, this := range profiles {
		fmt.Fprintf(&b, "%s: %d addresses, steps %v, dwell %v, %d tranches\n", this.ID, len(this.Addresses), this.Steps, this.Dwells, len(this.Tranches))
		if h := this.Hours; h != nil {
			fmt.Fprintf(&b, "  %d transactions in %d sessions, %v, by %s\n", h.Transactions, h.Sessions, h.ByHour, h.Signers)
			for _, c := range []*attribution.Chance{h.Uniform, h.Others} {
				if c != nil {
					least, most := attribution.Zones(c.Mean)
					fmt.Fprintf(&b, "  around %02d:%02d, r %d, p at most %d of 10,000 against %s (%d), UTC%+d to UTC%+d\n", c.Mean/60, c.Mean%60, c.R, c.P, c.Against, c.Of, least, most)
				}
			}
		}
		for _, l := range this.Lacks {
			fmt.Fprintf(&b, "  lacks %s: %s\n", l.Item, l.Why)
		}
		for _, that := range profiles[:i] {
			c := attribution.Compare(this, that, profiles, claims)
			fmt.Fprintf(&b, "  with %s (off chain one actor %v, by any claim %v)\n", that.ID, claims.Same(this.ID, that.ID), claims.Any(this.ID, that.ID))
			for _, r := range c.Rows {
				apart := "-"
				if r.Apart != nil {
					apart = fmt.Sprint(*r.Apart)
				}
				fmt.Fprintf(&b, "    %s | %s | %s | %s | %s\n", r.Kind, r.Item, apart, r.Strength, r.Says)
			}
		}
	}
	goldenText(t, attributionRealGolden, b.Bytes())
}

// TestHeistSeeds counts how many pairs of thefts share an address that a public list
// names as the thief's: a base rate of named addresses, and of nothing behind them.
func TestHeistSeeds(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(sample.Dir(t, "heist-seeds"), "Heist label-etherscan.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	thefts := map[string][]string{}
	for _, r := range rows[1:] {
		name := strings.TrimRight(strings.TrimSpace(r[1]), " 0123456789")
		thefts[name] = append(thefts[name], strings.ToLower(r[0]))
	}
	names := make([]string, 0, len(thefts))
	for name := range thefts {
		names = append(names, name)
	}
	pairs, share := 0, 0
	for i, a := range names {
		for _, b := range names[:i] {
			pairs++
			if slices.ContainsFunc(thefts[a], func(x string) bool { return slices.Contains(thefts[b], x) }) {
				share++
			}
		}
	}
	t.Logf("%d addresses of %d labels: %d of %d pairs share one", len(rows)-1, len(names), share, pairs)
	if len(rows)-1 != 117 || share != 0 {
		t.Errorf("%d addresses, %d pairs share one", len(rows)-1, share)
	}
}
