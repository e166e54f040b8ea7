package screen

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"clew"
	"clew/exposure"
	"clew/price"
	"clew/tag"
	"clew/trace"
	"clew/watchlist"
)

func rulesOf(t testing.TB, text string) *Rules {
	t.Helper()
	rs, issues := ReadRules("r.yaml", strings.NewReader(text))
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	if issues := rs.Check("r.yaml", terms(t)); len(issues) > 0 {
		t.Fatal(issues)
	}
	return rs
}

func usd(t testing.TB, text string) *price.Money {
	t.Helper()
	d, err := price.ParseDecimal(text)
	if err != nil {
		t.Fatal(err)
	}
	m := d.Times(clew.Units(1), 0)
	return &m
}

// mixed is a dealing with a mixer.
func mixed(n int, side exposure.Side, of uint64, worth *price.Money) exposure.Row {
	return exposure.Row{Side: side, Direct: true, Hops: 1, Address: caseAddress(n), Asset: clew.NativeAsset(clew.Ethereum), Amount: clew.Units(of),
		Share: exposure.Share{Of: clew.Units(of), Whole: clew.Units(1000)}, USD: worth,
		Attribution: &exposure.Attribution{Claims: []tag.Tag{{Concepts: []tag.Concept{"mixing_service"}, Source: "s"}}}}
}

// listing is one of a party that was designated and published on given days.
func listing(designated, published, delisted watchlist.Date) exposure.Listed {
	p := &watchlist.Party{Name: "Somebody", Events: []watchlist.Event{{Act: watchlist.Designated, Date: designated}}}
	if delisted != "" {
		p.Events = append(p.Events, watchlist.Event{Act: watchlist.Delisted, Date: delisted})
	}
	l := exposure.Listed{Listing: watchlist.Listing{List: &watchlist.List{Publisher: "OFAC", Name: "SDN", Edition: watchlist.Edition{Date: caseDay}}, Party: p,
		Identifier: &watchlist.Identifier{Published: watchlist.Span{On: published}}}}
	l.Standing = l.On(caseDay)
	return l
}

func at(t testing.TB, day string) clew.Time {
	t.Helper()
	var x clew.Time
	if err := x.UnmarshalText([]byte(day + "T12:00:00Z")); err != nil {
		t.Fatal(err)
	}
	return x
}

func met(side exposure.Side, rows ...exposure.Row) *exposure.Answer {
	return &exposure.Answer{Sides: []exposure.Flow{{Side: side, Rows: rows}}}
}

// Unknown worth is not none: whether a bound in dollars is met cannot be told,
// and that is said; a known part that meets it suffices.
func TestUnknownWorthIsNotZero(t *testing.T) {
	rs := rulesOf(t, ruled(mixers+", usd: 1000"))
	for _, c := range []struct {
		name   string
		worths []*price.Money
		want   Verdict
		usd    string // of the finding; - for null
	}{
		{"known and enough", []*price.Money{usd(t, "999.99"), usd(t, "0.01")}, Review, "1000.00"},
		{"known and less", []*price.Money{usd(t, "999.99"), usd(t, "0")}, Nothing, ""},
		{"not known", []*price.Money{nil}, Unknown, "-"},
		{"some not known", []*price.Money{usd(t, "999"), nil}, Unknown, "-"},
		{"the known part is enough", []*price.Money{usd(t, "1000"), nil}, Review, "-"},
	} {
		var rows []exposure.Row
		for i, worth := range c.worths {
			rows = append(rows, mixed(i+1, exposure.Incoming, 1, worth))
		}
		fired := rs.Judge(Known{Exposure: met(exposure.Incoming, rows...), Actors: terms(t).Actors})
		if got := Weigh(Nothing, fired, nil); got != c.want || (len(fired) == 0) != (c.usd == "") {
			t.Errorf("%s: %s with %d findings, want %s", c.name, got, len(fired), c.want)
			continue
		}
		if len(fired) > 0 && (fired[0].USD == nil) != (c.usd == "-") || len(fired) > 0 && fired[0].USD != nil && fired[0].USD.String() != c.usd {
			t.Errorf("%s: worth %v, want %s", c.name, fired[0].USD, c.usd)
		}
		if c.want == Unknown && fired[0].Undecided == "" {
			t.Errorf("%s: it is not said what is not known", c.name)
		}
	}
}

// All that a rule matches counts together, each asset and side by itself.
func TestBoundsAreOfTheSum(t *testing.T) {
	rs := rulesOf(t, ruled(mixers+", share: 10%"))
	other := mixed(3, exposure.Incoming, 60, nil)
	other.Asset = clew.NativeAsset(clew.Bitcoin)
	for _, c := range []struct {
		name string
		rows []exposure.Row
		want int
	}{
		{"one is less", []exposure.Row{mixed(1, exposure.Incoming, 99, nil)}, 0},
		{"two are enough", []exposure.Row{mixed(1, exposure.Incoming, 60, nil), mixed(2, exposure.Incoming, 40, nil)}, 1},
		{"of two assets", []exposure.Row{mixed(1, exposure.Incoming, 60, nil), other}, 0},
	} {
		fired := rs.Judge(Known{Exposure: met(exposure.Incoming, c.rows...), Actors: terms(t).Actors})
		if len(fired) != c.want {
			t.Errorf("%s: %d findings, want %d", c.name, len(fired), c.want)
		}
		if c.want == 1 && (len(fired[0].Sums) != 1 || fired[0].Sums[0].Amount != clew.Units(100) || fired[0].Sums[0].Share.Of != clew.Units(100)) {
			t.Errorf("%s: %+v", c.name, fired[0].Sums)
		}
	}
}

// No rules keep back a direct dealing with a listed address, whatever its size,
// and whatever else was met.
func TestNothingKeepsBackAListedCounterparty(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rs := rulesOf(t, ruled(mixers+", share: 50%, usd: 1000000"))
	for i := range 500 {
		row := mixed(1, exposure.Outgoing, uint64(random.IntN(2)), nil)
		row.Attribution = &exposure.Attribution{Listings: []exposure.Listed{listing("2020-01-01", "2020-01-01", "")}}
		row.Unsolicited = random.IntN(2) == 0
		if random.IntN(2) == 0 {
			row.Share = exposure.Share{}
		}
		rows := []exposure.Row{row}
		for n := range random.IntN(5) {
			rows = append(rows, mixed(n+2, exposure.Outgoing, uint64(random.IntN(1000)), nil))
		}
		random.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
		fired := rs.Judge(Known{Exposure: met(exposure.Outgoing, rows...), Actors: terms(t).Actors})
		if len(fired) == 0 || fired[0].Rule != listedRule.ID || fired[0].Version != BuiltIn || !fired[0].Rows[0].Attribution.On() {
			t.Fatalf("case %d: %+v", i, fired)
		}
		if Weigh(Nothing, fired, nil) != Review {
			t.Fatalf("case %d: %s", i, Weigh(Nothing, fired, nil))
		}
	}
}

// A rule never makes listed, and what rests on a cluster does not either.
func TestOnlyAListMakesListed(t *testing.T) {
	rs := rulesOf(t, ruled("id: a, kind: ownership, lists: [any], severity: severe, reason: x"))
	for _, inferred := range []*exposure.Inferred{nil, {Heuristic: "common-input"}} {
		known := Known{Subject: &exposure.Attribution{Listings: []exposure.Listed{listing("2020-01-01", "2020-01-01", "")}, Inferred: inferred}, Actors: terms(t).Actors}
		fired := rs.Judge(known)
		if len(fired) != 1 || fired[0].Verdict != Review || fired[0].Inferred != (inferred != nil) {
			t.Fatalf("%+v", fired)
		}
		if got := Weigh(Nothing, fired, nil); got != Review {
			t.Errorf("%s by a rule", got)
		}
	}
	for lists, want := range map[Verdict]Verdict{Listed: Listed, Review: Review, Unknown: Unknown, Nothing: Nothing} {
		if got := Weigh(lists, nil, nil); got != want {
			t.Errorf("lists say %s: %s", lists, got)
		}
	}
	if Weigh(Nothing, nil, []string{"limit"}) != Unknown || Weigh(Listed, nil, []string{"limit"}) != Listed {
		t.Error("a gap makes no unknown, or takes a listing away")
	}
}

// Hops, assets and amounts bound what a rule looks at.
func TestBoundsOfHopsAssetsAndAmounts(t *testing.T) {
	const eth = `, asset: "eip155:1/slip44:60", amount: 100`
	far := func(hops int) exposure.Row {
		row := mixed(1, exposure.Incoming, 100, nil)
		row.Direct, row.Hops = false, hops
		return row
	}
	other := mixed(2, exposure.Incoming, 100, nil)
	other.Asset = clew.NativeAsset(clew.Bitcoin)
	inferred := mixed(1, exposure.Incoming, 100, nil)
	inferred.Attribution.Inferred = &exposure.Inferred{Heuristic: "deposit-reuse"}
	indirect := strings.Replace(mixers, "counterparty", "indirect", 1) + ", hops: 2"
	for _, c := range []struct {
		name, rule string
		rows       []exposure.Row
		fires      bool
		inferred   bool
	}{
		{"as far as it looks", indirect, []exposure.Row{far(2)}, true, false},
		{"farther", indirect, []exposure.Row{far(3)}, false, false},
		{"nearer", indirect, []exposure.Row{mixed(1, exposure.Incoming, 100, nil)}, false, false},
		{"as much", mixers + eth, []exposure.Row{mixed(1, exposure.Incoming, 99, nil), mixed(2, exposure.Incoming, 1, nil)}, true, false},
		{"less", mixers + eth, []exposure.Row{mixed(1, exposure.Incoming, 99, nil)}, false, false},
		{"of another asset", mixers + eth, []exposure.Row{mixed(1, exposure.Incoming, 99, nil), other}, false, false},
		{"an inference", mixers, []exposure.Row{inferred}, true, true},
		{"an inference and a claim", mixers, []exposure.Row{inferred, mixed(2, exposure.Incoming, 1, nil)}, true, false},
	} {
		fired := rulesOf(t, ruled(c.rule)).Judge(Known{Exposure: met(exposure.Incoming, c.rows...), Actors: terms(t).Actors})
		if (len(fired) > 0) != c.fires || c.fires && fired[0].Inferred != c.inferred {
			t.Errorf("%s: %+v", c.name, fired)
		}
	}
}

// The gravest come first: what is found before what cannot be decided, then by
// severity.
func TestTheGravestComeFirst(t *testing.T) {
	rs := rulesOf(t, ruled(mixers+", usd: 5, severity: severe", "id: b, kind: counterparty, concepts: [mixing_service, scam], severity: low, reason: x", "id: c, kind: counterparty, concepts: [mixing_service, phishing], severity: high, reason: x"))
	var got []string
	for _, f := range rs.Judge(Known{Exposure: met(exposure.Incoming, mixed(1, exposure.Incoming, 1, nil)), Actors: terms(t).Actors}) {
		got = append(got, f.Rule)
	}
	if fmt.Sprint(got) != "[c b a]" {
		t.Errorf("got %v", got)
	}
}

// The dates of a listing and of the transfers are held against each other.
func TestTiming(t *testing.T) {
	l := listing("2019-09-13", "2022-04-14", "2025-03-21")
	row := mixed(1, exposure.Incoming, 1, nil)
	row.Attribution = &exposure.Attribution{Listings: []exposure.Listed{l}}
	for _, day := range []string{"2019-09-12", "2019-09-13", "2022-03-23", "2022-04-13", "2022-04-14", "2025-03-20", "2025-03-21"} {
		row.Transfers = append(row.Transfers, exposure.Met{Time: at(t, day)})
	}
	row.Transfers = append(row.Transfers, exposure.Met{})
	row.Count, row.First, row.Last = 10, row.Transfers[0].Time, row.Transfers[6].Time
	got := timingOf(&l, &row)
	if got.Before != 1 || got.Unpublished != 3 || got.Published != 2 || got.Withdrawn != 1 || got.Undated != 1 || got.Unnamed != 2 || !got.designatedAny || got.designatedAll {
		t.Errorf("%+v", got)
	}
	if words := got.Words(); !strings.Contains(words, "3 while it was designated, before the address was published") || strings.Contains(words, "lawful") {
		t.Errorf("%s", words)
	}
}

// A list that designates nobody, such as a public notice, makes a listed
// counterparty, and no dealing before or after a designation.
func TestAPublicNoticeDesignatesNobody(t *testing.T) {
	l := listing("2020-01-01", "2023-01-23", "")
	l.List.Nature, l.Party.Events = watchlist.Notice, nil
	l.Standing = l.On(caseDay)
	row := mixed(1, exposure.Incoming, 1, nil)
	row.Attribution = &exposure.Attribution{Listings: []exposure.Listed{l}}
	row.Transfers = []exposure.Met{{Time: at(t, "2023-01-22")}, {Time: at(t, "2023-01-23")}}
	row.First, row.Last, row.Count = row.Transfers[0].Time, row.Transfers[1].Time, 2
	for when, want := range map[string]int{"before": 0, "after": 0} {
		rs := rulesOf(t, ruled("id: a, kind: counterparty, lists: [any], designation: "+when+", reason: x"))
		fired := rs.Judge(Known{Exposure: met(exposure.Incoming, row), Actors: terms(t).Actors})
		if count(fired, "a") != want || count(fired, listedRule.ID) != 1 {
			t.Errorf("%s: %+v", when, fired)
		}
	}
	if got := timingOf(&l, &row); got.Unlisted != 1 || got.Published != 1 || got.Before+got.Unpublished+got.Undated != 0 {
		t.Errorf("%+v", got)
	}
}

// Where not every transfer is named, the first and last days decide in favour of
// a finding.
func TestUnnamedTransfersAreNotOverlooked(t *testing.T) {
	after := rulesOf(t, ruled("id: a, kind: counterparty, lists: [any], designation: after, reason: x"))
	before := rulesOf(t, ruled("id: a, kind: counterparty, lists: [any], designation: before, reason: x"))
	for _, c := range []struct {
		first, last   string
		after, before int
	}{
		{"2019-01-01", "2019-06-01", 0, 1},
		{"2019-01-01", "2020-06-01", 1, 1},
		{"2020-01-01", "2020-06-01", 1, 0},
		{"2019-01-01", "2026-06-01", 1, 1}, // it was designated and delisted meanwhile
	} {
		row := mixed(1, exposure.Incoming, 1, nil)
		row.Attribution = &exposure.Attribution{Listings: []exposure.Listed{listing("2019-09-13", "2019-09-13", "2025-03-21")}}
		row.First, row.Last, row.Count = at(t, c.first), at(t, c.last), 5
		known := Known{Exposure: met(exposure.Incoming, row), Actors: terms(t).Actors}
		if got := count(after.Judge(known), "a"); got != c.after {
			t.Errorf("%s to %s: %d after, want %d", c.first, c.last, got, c.after)
		}
		if got := count(before.Judge(known), "a"); got != c.before {
			t.Errorf("%s to %s: %d before, want %d", c.first, c.last, got, c.before)
		}
	}
}

func count(fired []Fired, id string) (n int) {
	for i := range fired {
		if fired[i].Rule == id {
			n++
		}
	}
	return n
}

// More dealings never take a finding away, and their order changes none.
func TestFindingsOnlyGrow(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	rs, err := DefaultRules()
	if err != nil {
		t.Fatal(err)
	}
	actors := terms(t).Actors
	concepts := []tag.Concept{"mixing_service", "scam", "ransomware", "exchange", "gambling", "terrorism"}
	for i := range 300 {
		var rows []exposure.Row
		var before []string
		for n := range 8 {
			row := mixed(n+1, exposure.Incoming, uint64(random.IntN(125)), nil)
			if row.Hops = 1 + random.IntN(2); row.Hops > 1 {
				row.Direct = false
			}
			row.Attribution = &exposure.Attribution{Claims: []tag.Tag{{}}}
			row.Attribution.Claims[0].Concepts = []tag.Concept{concepts[random.IntN(6)]}
			rows = append(rows, row)
			random.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
			now := idsOf(rs.Judge(Known{Exposure: met(exposure.Incoming, rows...), Actors: actors}))
			for _, id := range before {
				if !strings.Contains(fmt.Sprint(now), id) {
					t.Fatalf("case %d: %s is gone: %v", i, id, now)
				}
			}
			before = now
		}
	}
}

// Limits and missing data are gaps; a missing price or fee is none.
func TestGapsOf(t *testing.T) {
	a := &exposure.Answer{Limits: []trace.LimitHit{{Limit: "rows", Value: "10"}}, Partial: true,
		Gaps: []clew.Gap{{Kind: clew.GapPrice}, {Kind: clew.GapFees}, {Kind: clew.GapTraces}, {Kind: clew.GapTraces}},
		Sides: []exposure.Flow{{Side: exposure.Incoming, Residual: []exposure.Residual{
			{Reason: exposure.NotHeld, Amount: clew.Units(1)}, {Reason: exposure.NotRead}, {Reason: exposure.Busy, Amount: clew.Units(5)}, {Reason: exposure.AtRest, Amount: clew.Units(5)}}}}}
	want := []string{"interrupted before all was looked into", "limit hit: rows 10", "incoming value: history not held", "internal transfers not held"}
	if got := GapsOf(a); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q", got)
	}
	if got := GapsOf(&exposure.Answer{}); len(got) != 0 {
		t.Errorf("got %q of nothing", got)
	}
}

// BenchmarkJudge holds the default rules against an address with 200 dealings
// with parties that somebody names.
func BenchmarkJudge(b *testing.B) {
	rs, err := DefaultRules()
	if err != nil {
		b.Fatal(err)
	}
	known := Known{Actors: terms(b).Actors}
	var rows []exposure.Row
	for i := range 200 {
		row := mixed(i+1, exposure.Incoming, 1, nil)
		row.Attribution.Claims[0].Concepts = []tag.Concept{"exchange"}
		if i%10 == 0 {
			row.Attribution = &exposure.Attribution{Listings: []exposure.Listed{listing("2020-01-01", "2020-01-01", "")}}
		}
		rows = append(rows, row)
	}
	known.Exposure = met(exposure.Incoming, rows...)
	for b.Loop() {
		rs.Judge(known)
	}
}
