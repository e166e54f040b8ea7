package yearly

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"clew/incident"
	"clew/price"
)

// recorded reads the record once for all tests, which change none of it.
var recorded = sync.OnceValues(incident.Recorded)

func record(t testing.TB) []*incident.Incident {
	t.Helper()
	all, err := recorded()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(all)
}

var dprk = Actor{State: "KP"}

func account(t testing.TB, all []*incident.Incident, q Question) *Account {
	t.Helper()
	a, err := Compute(all, q, Given{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func asked(year string, basis price.Basis, a Actor, least incident.Standing) Question {
	return Question{Year: year, Basis: basis, Actor: a, Standing: least}
}

// everyQuestion is every year of the record by every basis, for all and for the DPRK.
func everyQuestion() (list []Question) {
	for _, year := range []int{2013, 2019, 2022, 2025} { // the first has no thefts, the second one of unknown value
		for _, b := range price.Bases() {
			list = append(list, asked(fmt.Sprint(year), b, Actor{}, ""))
			for _, s := range standings {
				list = append(list, asked(fmt.Sprint(year), b, dprk, s))
			}
		}
	}
	return list
}

// TestPartsAddUp wants every part of an account to come to its whole.
func TestPartsAddUp(t *testing.T) {
	for _, q := range everyQuestion() {
		for _, g := range []Given{{}, given(t)} {
			partsAddUp(t, q, computed(t, q, g))
		}
	}
}

func partsAddUp(t *testing.T, q Question, a *Account) {
	for _, x := range []struct {
		name  string
		parts []Group
		whole Sum
	}{{"actors", a.Actors, a.All}, {"methods", a.Methods, a.Chosen}, {"victims", a.Victims, a.Chosen}, {"chains", a.Chains, a.Chosen}, {"valuations", a.Valuations, a.Chosen}} {
		var n, unknown, rough, dated int
		var usd Cents
		for _, g := range x.parts {
			n, unknown, usd, rough, dated = n+g.Thefts, unknown+g.Unknown, usd+g.Known(), rough+g.Rough, dated+g.Dated
		}
		if n != x.whole.Thefts || unknown != x.whole.Unknown || usd != x.whole.Known() || rough != x.whole.Rough || dated != x.whole.Dated {
			t.Errorf("%v: %s come to %d, %d, %s; want %+v", q, x.name, n, unknown, usd, x.whole)
		}
	}
	var usd Cents
	for _, x := range a.Thefts {
		if x.USD != nil {
			usd += *x.USD
		}
	}
	if len(a.Thefts) != a.Chosen.Thefts || usd != a.Chosen.Known() || a.Untraced+len(a.Followed) != len(a.Thefts) {
		t.Errorf("%v: thefts come to %d, %s; want %+v", q, len(a.Thefts), usd, a.Chosen)
	}
	if n := len(a.Course); n > 0 && (a.Course[n-1].Thefts != a.Chosen.Thefts || value(a.Course[n-1].USD) != a.Chosen.Known()) {
		t.Errorf("%v: the course ends at %+v", q, a.Course[n-1])
	}
	for k, s := range a.Course {
		if !strings.HasPrefix(string(s.Day), q.Year) || k > 0 && s.Day <= a.Course[k-1].Day {
			t.Errorf("%v: the course goes on to %s", q, s.Day)
		}
	}
	for _, x := range a.Thefts {
		coinsAddUp(t, &x)
	}
	for _, y := range a.Years {
		if y.Year == q.Year && (y.Chosen.Known() != a.Chosen.Known() || y.All.Thefts != a.All.Thefts) {
			t.Errorf("%v: among the years it has %+v", q, y)
		}
	}
}

// coinsAddUp wants a theft's coins to come to what it says, and the difference to
// close.
func coinsAddUp(t *testing.T, x *Theft) {
	t.Helper()
	if x.InCoins == nil {
		return
	}
	var usd Cents
	for _, c := range x.InCoins.Coins {
		usd += value(c.USD)
	}
	if x.InCoins.USD != nil && *x.InCoins.USD != usd || (x.InCoins.USD == nil) != (len(x.InCoins.Lacks) > 0) {
		t.Errorf("%s: coins come to %s: %+v", x.ID, usd, x.InCoins)
	}
	if x.Apart != nil && *x.InCoins.USD+*x.Apart != *x.USD || (x.USD == nil) != (x.Valued == NotValued) {
		t.Errorf("%s: %s apart of %s: %+v", x.ID, x.Apart, x.USD, x)
	}
}

func value(c *Cents) Cents {
	if c == nil {
		return 0
	}
	return *c
}

// TestNoTheftIsLost wants the years, the undated and the set aside to hold all.
func TestNoTheftIsLost(t *testing.T) {
	all := record(t)
	for _, b := range price.Bases() {
		a := account(t, all, asked("2022", b, Actor{}, ""))
		n := len(a.Undated)
		for _, y := range a.Years {
			n += y.All.Thefts
		}
		if n != len(all) || a.Edition.Thefts != len(all) {
			t.Errorf("%s: %d thefts, want %d", b, n, len(all))
		}
	}
}

// TestWeakerClaimsHoldStrongerOnes wants what is confirmed among what is assessed,
// and that among what is alleged.
func TestWeakerClaimsHoldStrongerOnes(t *testing.T) {
	all := record(t)
	for year := 2014; year <= 2026; year++ {
		var before []string
		for k, s := range standings {
			a := account(t, all, asked(fmt.Sprint(year), price.AtTheft, dprk, s))
			var ids []string
			for _, x := range a.Thefts {
				ids = append(ids, x.ID)
			}
			for _, id := range before {
				if !slices.Contains(ids, id) {
					t.Errorf("%d: %s is lost at %s", year, id, s)
				}
			}
			if line := a.Standings[k]; line.Thefts != len(ids) || line.Known() != a.Chosen.Known() {
				t.Errorf("%d, %s: the line says %+v, the account %+v", year, s, line.Sum, a.Chosen)
			}
			before = ids
		}
	}
}

// TestOrderDoesNotMatter wants the same bytes from a record in any order, and ranks
// that go down.
func TestOrderDoesNotMatter(t *testing.T) {
	all := record(t)
	q := asked("2023", price.AtTheft, Actor{}, "")
	want := text(t, account(t, all, q))
	r := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got := text(t, account(t, all, q)); got != want {
			t.Fatal("another order of the record, another account")
		}
	}
	a := account(t, all, q)
	for k, x := range a.Thefts {
		if x.Rank != k+1 || k > 0 && *x.USD > *a.Thefts[k-1].USD {
			t.Errorf("rank %d has %s with %s", x.Rank, x.ID, x.USD)
		}
	}
}

// TestRanksOfEqualOnes wants equal values by day, then by id, and unknown ones last
// and without a rank.
func TestRanksOfEqualOnes(t *testing.T) {
	one := Cents(100)
	list := thefts{{ID: "c", Day: "2022-01-02", USD: &one}, {ID: "z", Day: "2022-01-01"}, {ID: "b", Day: "2022-01-02", USD: &one}, {ID: "a", Day: "2022-01-03", USD: &one}, {ID: "d", Day: "2022-01-01", USD: &one}}
	for range 2 {
		got := ""
		for _, x := range list.ranked() {
			got += fmt.Sprint(x.ID, x.Rank, " ")
		}
		if got != "d1 b2 c3 a4 z0 " {
			t.Errorf("%s", got)
		}
		slices.Reverse(list)
	}
}

// TestChainsAreParts wants a theft on two chains to be on none alone, and to touch
// both.
func TestChainsAreParts(t *testing.T) {
	one := Cents(100)
	got := ""
	for _, g := range (thefts{{ID: "a", USD: &one, Chains: []string{"x"}}, {ID: "b", USD: &one, Chains: []string{"x", "y"}}, {ID: "c"}}).byChain() {
		got += fmt.Sprint(g.Name, " ", g.Thefts, " ", g.Known(), " ", g.Touching, "; ")
	}
	if got != "several chains 1 1.00 0; x 1 1.00 2; not stated 1 0.00 0; y 0 0.00 1; " {
		t.Errorf("%s", got)
	}
}

func text(t testing.TB, a *Account) string {
	t.Helper()
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestBasesThatTheRecordCannotTell wants thefts to be counted, and their values to
// be not known, where no figure and no price is of the basis.
func TestBasesThatTheRecordCannotTell(t *testing.T) {
	all := record(t)
	for _, b := range []price.Basis{price.AtMove, price.Now} {
		a := account(t, all, asked("2022", b, Actor{}, ""))
		if a.All.Thefts != 18 || a.All.Unknown != 18 || a.All.USD != nil || a.Share != nil {
			t.Errorf("%s: %+v", b, a.All)
		}
	}
	a := account(t, all, asked("2022", price.AtDisclosure, Actor{}, ""))
	// 173,600 ETH at 3,401.99 and 25,500,000 USDC at 1.
	if a.All.Known() != 61608546400 || len(a.Undated) == 0 || !strings.Contains(a.Thefts[0].Computed, "3401.99") {
		t.Errorf("by disclosure: %+v, %+v", a.All, a.Thefts[0])
	}
	if text(t, &Account{Published: a.Published}) != text(t, &Account{Published: account(t, all, asked("2022", price.AtTheft, Actor{}, "")).Published}) {
		t.Error("what others published is compared by another basis")
	}
}

// TestReconciliationOf2022 wants what TRM Labs, Chainalysis and Elliptic published,
// and what remains unexplained of it.
func TestReconciliationOf2022(t *testing.T) {
	a := account(t, record(t), asked("2022", price.AtTheft, dprk, incident.Alleged))
	want := map[string][2]Cents{ // difference from all claims, and what remains unexplained
		"trm-2022-first":   {36_000_000_00, 35_000_000_00},
		"trm-2022-second":  {86_000_000_00, 85_000_000_00},
		"chainalysis-2022": {936_000_000_00, 935_000_000_00},
		"elliptic-2022":    {-124_000_000_00, 0},
	}
	for _, c := range a.Published {
		w, ok := want[c.ID]
		if !ok {
			continue
		}
		delete(want, c.ID)
		if !c.Whole || c.Gap != w[0] || c.Beyond != w[1] {
			t.Errorf("%s: difference %s, unexplained %s", c.ID, c.Gap, c.Beyond)
		}
		switch c.ID {
		case "elliptic-2022": // with its own figure for Ronin, the confirmed thefts are what it published
			if c.Own != c.USD || !slices.Equal(c.OwnOf, []string{"ronin-2022"}) {
				t.Errorf("Elliptic's own figures come to %s, of %v", c.Own, c.OwnOf)
			}
		case "trm-2022-first":
			ronin, bridges := c.Sides[0], c.Sides[1]
			if ronin.Gap != 1_000_000_00 || bridges.Held.Thefts != 2 || bridges.Lacking != 1 || len(bridges.Others) != 4 {
				t.Errorf("TRM's parts: %+v, %+v", ronin, bridges)
			}
		case "chainalysis-2022":
			if c.Sides[0].Gap+c.Sides[1].Gap != c.Gap {
				t.Errorf("parts of the difference: %s and %s", c.Sides[0].Gap, c.Sides[1].Gap)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not compared: %v", want)
	}
}

// TestPublishedIsWhole wants every figure to have a source, and one that was read
// to say where.
func TestPublishedIsWhole(t *testing.T) {
	figures, err := readPublished()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	cited := map[string]bool{}
	for _, f := range figures {
		cited[f.Source] = true
		if ids[f.ID] || f.Checked() && f.Where.URL == "" || f.From > f.Until || f.USD <= 0 || f.Said.Time() == 0 {
			t.Errorf("%s: %+v", f.ID, f)
		}
		ids[f.ID] = true
		for _, p := range f.Parts {
			if len(p.Thefts)+len(p.Victims)+len(p.Methods) == 0 || p.USD > f.USD {
				t.Errorf("%s: part %q of no thefts, or of more than all", f.ID, p.What)
			}
			for _, id := range p.Thefts {
				if !slices.Contains(incident.RecordIDs(), id) {
					t.Errorf("%s: %s is not on record", f.ID, id)
				}
			}
			for _, v := range p.Victims {
				if !slices.Contains(incident.VictimKinds(), v) {
					t.Errorf("%s: %q is no kind of victim", f.ID, v)
				}
			}
			for _, m := range p.Methods {
				if !slices.Contains(incident.MethodKinds(), m) {
					t.Errorf("%s: %q is no kind of method", f.ID, m)
				}
			}
		}
	}
	if len(cited) < 10 {
		t.Errorf("%d sources", len(cited))
	}
}

// TestControls wants controls for every method that is published, and mitigations
// of techniques that the method stands for.
func TestControls(t *testing.T) {
	for _, k := range incident.MethodKinds() {
		found, err := controlsFor([]Group{{Name: string(k)}})
		if err != nil || (len(found) == 0) != (k == incident.NotPublished) {
			t.Errorf("%s: %d, %v", k, len(found), err)
		}
		for _, c := range found {
			for _, m := range c.Mitigations {
				if !slices.Contains(k.Techniques(), m.Technique) {
					t.Errorf("%s: %s is for %s, which it does not stand for", k, m.ID, m.Technique)
				}
			}
		}
	}
}

func TestCents(t *testing.T) {
	for _, c := range []Cents{0, 1, -1, 99, 100, -12345, 170_000_000_000} {
		b, err := c.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back Cents
		if err := back.UnmarshalText(b); err != nil || back != c {
			t.Errorf("%d: %s, %d, %v", c, b, back, err)
		}
	}
	for _, text := range []string{"", "1", "1.0", ".00", "x.00", "99999999999999999999.00", "1e9.00"} {
		if _, err := parseCents(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestShareOf(t *testing.T) {
	for _, c := range []struct {
		part, whole Cents
		want        int // -1: none
	}{{0, 0, -1}, {0, 5, 0}, {5, 5, 10_000}, {1, 3, 3333}, {2, 3, 6666}, {76_400_000_000, 304_170_000_000, 2511}, {9_999, 10_000, 9_999}, {1, 20_000, 0}, {centsMax, centsMax, 10_000}, {centsMax - 1, centsMax, 9_999}} {
		got := ShareOf(c.part, c.whole)
		if c.want < 0 && got != nil || c.want >= 0 && (got == nil || *got != c.want) {
			t.Errorf("%d of %d: %v, want %d", c.part, c.whole, got, c.want)
		}
	}
}

// BenchmarkCompute is one account from a record that was read.
func BenchmarkCompute(b *testing.B) {
	all := record(b)
	for b.Loop() {
		account(b, all, asked("2022", price.AtTheft, dprk, incident.Alleged))
	}
}
