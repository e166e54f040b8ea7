package incident

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew/internal/sample"
	"clew/price"
)

var update = flag.Bool("update", false, "rewrite the golden tables in testdata")

func record(t testing.TB) []*Incident {
	t.Helper()
	all, err := Recorded()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRecordIsWhole wants every file to pass, to bear its own name, to count,
// and to be of the years that the record covers.
func TestRecordIsWhole(t *testing.T) {
	all := record(t)
	if len(all) < 60 {
		t.Errorf("%d thefts, want 60", len(all))
	}
	for _, i := range all {
		if !strings.HasSuffix(i.File, "/"+i.ID+".yaml") {
			t.Errorf("%s holds %s", i.File, i.ID)
		}
		year, ok := i.Year(price.AtTheft)
		if !i.Counts() || !ok || year < "2014" || year > "2026" {
			t.Errorf("%s: status %q, year %q", i.ID, i.Status, year)
		}
		if len(i.Methods) == 0 || len(i.Victims) == 0 {
			t.Errorf("%s: no method or no victim", i.ID)
		}
		for _, v := range i.Values {
			if s, ok := i.Source(v.Source); !ok || s.Kind == "" || v.By == "" {
				t.Errorf("%s: a figure without a source: %+v", i.ID, v)
			}
		}
		if figure, ok := i.Figure(); ok && figure.Dollars().Cmp(atLeast(t)) < 0 {
			t.Errorf("%s: %s US dollars: below the size that the record takes in", i.ID, figure.USD)
		}
	}
}

// atLeast is the size from which the record takes thefts in, but for older ones.
func atLeast(t testing.TB) price.Money {
	t.Helper()
	v := Value{USD: "1500000"}
	return v.Dollars()
}

// TestRecordOfTheDPRK wants the thefts that are known as attributed to the DPRK, with
// the standing that the record gives the claim.
func TestRecordOfTheDPRK(t *testing.T) {
	want := map[string]Standing{
		"ronin-2022": Confirmed, "harmony-2022": Confirmed, "atomic-wallet-2023": Confirmed, "alphapo-2023": Confirmed, "coinspaid-2023": Confirmed,
		"stake-2023": Confirmed, "dmm-2024": Confirmed, "wazirx-2024": Confirmed, "radiant-2024": Confirmed, "rain-2024": Confirmed,
		"upbit-2019": Confirmed, "bybit-2025": Confirmed,
		"kucoin-2020": Assessed, "coinex-2023": Assessed, "htx-heco-2023": Assessed, "liquid-2021": Assessed, "yapizon-2017": Assessed,
		"phemex-2025": Assessed, "bingx-2024": Assessed, "playdapp-2024": Assessed, "munchables-2024": Assessed, "uwu-lend-2024": Assessed,
		"prisma-2024": Assessed, "swissborg-2025": Assessed, "zoth-2025": Assessed, "drift-2026": Assessed, "bitopro-2025": Assessed, "kelpdao-2026": Assessed,
		"lykke-2024": Assessed, "venus-user-2025": Assessed, "woo-x-2025": Assessed, "humanity-2026": Assessed, "bitget-2026": Assessed, "coindcx-2025": Alleged,
		"upbit-2025": Alleged, "nicehash-2017": Alleged, "indodax-2018": Alleged, "new-york-firm-2020": Alleged, "gate-2018": Alleged, "coincheck-2018": Assessed, "bithumb-2019": Assessed, "bithumb-2018": Assessed,
		"youbit-2017": Assessed, "bithumb-2017": Assessed, "coinrail-2018": Alleged, "zaif-2018": Alleged, "bancor-2018": Alleged, "dragonex-2019": Alleged,
		"coinbene-2019": Alleged, "cryptopia-2019": Alleged, "biki-2019": Alleged, "eterbase-2020": Alleged, "nexus-mutual-2020": Alleged, "easyfi-2021": Alleged,
		"bondly-2021": Alleged, "bzx-2021": Alleged, "paid-network-2021": Alleged, "deribit-2022": Alleged, "poloniex-2023": Alleged, "orbit-2023": Alleged,
	}
	disputed := []string{"lykke-2024", "prisma-2024", "swissborg-2025", "uwu-lend-2024", "zoth-2025"}
	for _, i := range record(t) {
		got, contested, _ := i.Claim("KP")
		if w, ok := want[i.ID]; ok && got != w {
			t.Errorf("%s: standing %q, want %q", i.ID, got, w)
		}
		if contested != slices.Contains(disputed, i.ID) {
			t.Errorf("%s: disputed: %v", i.ID, contested)
		}
		delete(want, i.ID)
	}
	if len(want) > 0 {
		t.Errorf("not on record: %v", want)
	}
}

// TestClaimWeighs changes the claims of one entry.
func TestClaimWeighs(t *testing.T) {
	const claim = "  - {actor: lazarusgroup, state: KP, label: Lazarus Group, by: FBI, day: 2022-04-14, standing: confirmed by an authority, means: off-chain, source: s}\n"
	row := func(standing, more string) string {
		return "  - {actor: a, state: KP, label: A, by: B " + standing + ", day: 2022-04-14, standing: " + standing + more + ", source: s}\n"
	}
	for _, c := range []struct {
		name, claims string
		want         Standing
		disputed     bool
	}{
		{"the weightiest", row("alleged", "") + claim + row("assessed", ""), Confirmed, false},
		{"disputed too", row("assessed", "") + row("disputed", ""), Assessed, true},
		{"withdrawn", row("withdrawn", ""), "", false},
		{"not verified", row("confirmed by an authority", ", verified: false") + row("alleged", ""), Alleged, false},
		{"who launders", row("assessed", ", part: laundering"), "", false},
		{"another state", strings.ReplaceAll(claim, "KP", "SE"), "", false},
	} {
		i := read1(t, strings.Replace(entryText, claim, c.claims, 1))
		got, disputed, ok := i.Claim("KP")
		if got != c.want || disputed != c.disputed || ok != (c.want != "") {
			t.Errorf("%s: %q, disputed %v, %v", c.name, got, disputed, ok)
		}
	}
}

// TestYearsOfATheft wants a theft that went on to be of the year in which it ended, and
// none where a day is not known.
func TestYearsOfATheft(t *testing.T) {
	i := read1(t, strings.Replace(entryText, "day: 2022-03-01, time: 2022-03-01T13:29:09Z,", "day: 2021-12-01, until: 2022-02-01,", 1))
	for basis, want := range map[price.Basis]string{price.AtTheft: "2022", price.AtMove: "2022", price.AtDisclosure: "2022", price.Now: ""} {
		if got, ok := i.Year(basis); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v", basis, got, ok)
		}
	}
	i = read1(t, small)
	if got, ok := i.Year(price.AtDisclosure); ok {
		t.Errorf("disclosed in %q, which the file does not say", got)
	}
	if _, ok := i.Figure(); ok {
		t.Error("a figure that the file does not give")
	}
}

// TestOfRecord wants near names for unknown ones.
func TestOfRecord(t *testing.T) {
	if i, err := OfRecord("bybit-2025"); err != nil || i.ID != "bybit-2025" {
		t.Errorf("%v", err)
	}
	if _, err := OfRecord("bibit-2025"); err == nil || !strings.Contains(err.Error(), "did you mean bybit-2025?") {
		t.Errorf("%v", err)
	}
	if _, err := Builtin("bybit-2025"); err == nil || !strings.Contains(err.Error(), "an incident with transfers to start from") {
		t.Errorf("%v", err)
	}
}

// TestFormIsSound wants the form to be a proposal without a mistake.
func TestFormIsSound(t *testing.T) {
	i, err := Read("form.yaml", strings.NewReader(Form("2026-11-28")))
	if err != nil || i.Status != StatusProposed || i.Counts() {
		t.Errorf("%v", err)
	}
}

// TestRecordByYear prints what the record adds up to, so that a change to any
// figure or claim shows. A theft without a figure adds nothing and is counted.
func TestRecordByYear(t *testing.T) {
	type sum struct {
		thefts, unknown int
		total           price.Money
		kp              map[Standing]price.Money
	}
	years := map[string]*sum{}
	for _, i := range record(t) {
		year, _ := i.Year(price.AtTheft)
		for _, key := range []string{year, "all"} {
			if years[key] == nil {
				years[key] = &sum{kp: map[Standing]price.Money{}}
			}
			s := years[key]
			s.thefts++
			figure, ok := i.Figure()
			if !ok {
				s.unknown++
				continue
			}
			s.total = s.total.Plus(figure.Dollars())
			if standing, _, ok := i.Claim("KP"); ok {
				s.kp[standing] = s.kp[standing].Plus(figure.Dollars())
			}
		}
	}
	keys := make([]string, 0, len(years))
	for key := range years {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var b strings.Builder
	fmt.Fprintf(&b, "%-5s %6s %9s %15s  %15s %15s %15s\n", "year", "thefts", "no figure", "US dollars", "KP: confirmed", "assessed", "alleged")
	for _, key := range keys {
		s := years[key]
		fmt.Fprintf(&b, "%-5s %6d %9d %15s  %15s %15s %15s\n", key, s.thefts, s.unknown, s.total.Rounded(0), s.kp[Confirmed].Rounded(0), s.kp[Assessed].Rounded(0), s.kp[Alleged].Rounded(0))
	}
	const golden = "testdata/record-by-year.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != b.String() {
		t.Errorf("%v\n%s", err, b.String())
	}
}

// techniquesIn returns the ids of the techniques in a bundle that stand: neither
// revoked nor deprecated.
func techniquesIn(t *testing.T, data []byte) map[string]bool {
	t.Helper()
	var bundle struct {
		Objects []struct {
			Type       string
			Revoked    bool
			Deprecated bool `json:"x_mitre_deprecated"`
			References []struct {
				Source string `json:"source_name"`
				ID     string `json:"external_id"`
			} `json:"external_references"`
		}
	}
	if err := json.Unmarshal(data, &bundle); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, o := range bundle.Objects {
		for _, r := range o.References {
			if o.Type == "attack-pattern" && r.Source == "mitre-attack" && !o.Revoked && !o.Deprecated {
				ids[r.ID] = true
			}
		}
	}
	if len(ids) < 200 {
		t.Fatalf("%d techniques: the data is another than this test was made for", len(ids))
	}
	return ids
}

// TestTechniquesAreOfATTACK holds the ids that the record gives against the objects
// of ATT&CK that are linked to the DPRK, and against those known beside them.
func TestTechniquesAreOfATTACK(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(sample.Dir(t, "attack-dprk"), "dprk_bundle.json"))
	if err != nil {
		t.Fatal(err)
	}
	known := techniquesIn(t, data)
	// Of ATT&CK, and not linked to the DPRK there: private keys, and supply chain compromise. Both
	// were read, neither revoked nor deprecated, in mitre/cti at 0bb7544c2a46, enterprise-attack.
	beside := []string{"T1552.004", "T1195"}
	held, apart := map[string]bool{}, map[string]bool{}
	check := func(where, id string) {
		switch {
		case known[id]:
			held[id] = true
		case slices.Contains(beside, id):
			apart[id] = true
		default:
			t.Errorf("%s: %s is no technique known here, or one that ATT&CK took back", where, id)
		}
	}
	defer func() {
		t.Logf("%d ids of the record are among the %d techniques of the data; not among them, and so not held: %v", len(held), len(known), slices.Sorted(maps.Keys(apart)))
	}()
	for _, k := range MethodKinds() {
		for _, id := range k.Techniques() {
			check(string(k), id)
		}
	}
	for _, i := range record(t) {
		for _, m := range i.Methods {
			for _, id := range m.Techniques {
				check(i.ID, id)
			}
		}
	}
}
