package screen

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/exposure"
	"clew/price"
	"clew/tag"
	"clew/trace"
	"clew/watchlist"
)

// A Case is an example in a file of rules: what is known of an address, and what
// is to follow. Addresses are made up.
type Case struct {
	Name  string
	Line  int
	Want  Verdict
	Rules []string // ids of the rules that fire; nil: not said
	known Known    // without actors
	lists Verdict  // what the lists say of the address itself
	gaps  []string
}

type caseRow struct {
	Name     string    `yaml:"name,required"`
	Want     string    `yaml:"verdict,required"`
	Rules    *[]string `yaml:"rules"`
	Address  *metRow   `yaml:"address"`
	Incoming []metRow  `yaml:"incoming"`
	Outgoing []metRow  `yaml:"outgoing"`
	Missing  string    `yaml:"missing"` // a gap, in words
	Line     int       `yaml:"."`
}

// A metRow describes an address that somebody names, and the dealings with it.
type metRow struct {
	Concepts   []string  `yaml:"concepts"`
	Actor      string    `yaml:"actor"`
	Party      string    `yaml:"party"`
	List       string    `yaml:"list"`
	Designated string    `yaml:"designated"`
	Published  string    `yaml:"published"`
	Delisted   string    `yaml:"delisted"`
	Inferred   string    `yaml:"inferred"` // the heuristic
	Hops       int       `yaml:"hops"`
	Share      *Fraction `yaml:"share"`
	USD        string    `yaml:"usd"`
	Asset      string    `yaml:"asset"`
	Amount     string    `yaml:"amount"`
	First      string    `yaml:"first"`
	Last       string    `yaml:"last"`
	Line       int       `yaml:"."`
}

// caseDay is the day that examples ask about: a case has no list that is older.
const caseDay = watchlist.Date("2030-01-01")

// example reads one case.
func (c *collector) example(row *caseRow) Case {
	out := Case{Name: row.Name, Line: row.Line, Want: Verdict(row.Want), lists: Nothing}
	if !slices.Contains([]Verdict{Listed, Review, Unknown, Nothing}, out.Want) {
		c.add(row.Line, "example %s: verdict %s: want listed, review, unknown or nothing found", quote(row.Name), quote(row.Want))
	}
	if row.Rules != nil {
		out.Rules = append([]string{}, *row.Rules...)
	}
	if row.Missing != "" {
		out.gaps = []string{row.Missing}
	}
	if len(row.Incoming)+len(row.Outgoing) > listedMax {
		c.add(row.Line, "example %s: want at most %d rows", quote(row.Name), listedMax)
		return out
	}
	if row.Address != nil {
		out.known.Subject = c.attribution(row.Address)
		out.lists = listedVerdict(out.known.Subject)
	}
	answer := &exposure.Answer{Subject: caseAddress(0), Method: exposure.Method{Day: caseDay}, AsOf: trace.AsOf{Chain: clew.Ethereum}}
	for i, side := range [][]metRow{row.Incoming, row.Outgoing} {
		flow := exposure.Flow{Side: []exposure.Side{exposure.Incoming, exposure.Outgoing}[i]}
		for j := range side {
			flow.Rows = append(flow.Rows, c.met(&side[j], flow.Side, i*listedMax+j+1))
			c.oneWhole(&side[j], flow.Rows)
		}
		answer.Sides = append(answer.Sides, flow)
	}
	out.known.Exposure = answer
	return out
}

// listedVerdict returns what a list says of the address of a case.
func listedVerdict(a *exposure.Attribution) Verdict {
	switch {
	case len(a.Listings) == 0:
		return Nothing
	case a.On():
		return Listed
	}
	return Review
}

// caseAddress makes up an address.
func caseAddress(n int) clew.Address {
	return clew.EVMAddress(clew.Ethereum, [20]byte{0: 0xe0, 18: byte(n >> 8), 19: byte(n)})
}

// attribution makes what a case says of an address.
func (c *collector) attribution(row *metRow) *exposure.Attribution {
	a := &exposure.Attribution{}
	if len(row.Concepts) > 0 || row.Actor != "" {
		t := tag.Tag{Label: "as in the example", Actor: row.Actor, Source: "the example", Pack: "example"}
		for _, name := range row.Concepts {
			t.Concepts = append(t.Concepts, tag.Concept(name))
		}
		a.Claims = []tag.Tag{t}
	}
	if row.Inferred != "" {
		a.Inferred = &exposure.Inferred{Heuristic: row.Inferred}
	}
	if row.List == "" {
		if row.Designated+row.Published+row.Delisted+row.Party != "" {
			c.add(row.Line, "designated, published, delisted and party are of a list; want list beside them")
		}
		return a
	}
	party := &watchlist.Party{ID: "example", Name: row.Party}
	identifier := &watchlist.Identifier{Text: "example"}
	if day := c.day(row, row.Designated); day != "" {
		party.Events = append(party.Events, watchlist.Event{Act: watchlist.Designated, Date: day})
	}
	if day := c.day(row, row.Delisted); day != "" {
		party.Events = append(party.Events, watchlist.Event{Act: watchlist.Delisted, Date: day})
	}
	slices.SortFunc(party.Events, func(a, b watchlist.Event) int { return strings.Compare(string(a.Date), string(b.Date)) })
	identifier.Published.On = c.day(row, row.Published)
	if identifier.Published.On == "" && len(party.Events) > 0 {
		identifier.Published.On = party.Events[0].Date
	}
	list := &watchlist.List{Publisher: row.List, Edition: watchlist.Edition{Date: caseDay}}
	l := exposure.Listed{Listing: watchlist.Listing{List: list, Party: party, Identifier: identifier}}
	l.Standing = l.On(caseDay)
	a.Listings = []exposure.Listed{l}
	return a
}

// day reads a day that may be left out.
func (c *collector) day(row *metRow, text string) watchlist.Date {
	var d watchlist.Date
	if text == "" {
		return ""
	}
	if err := d.UnmarshalText([]byte(text)); err != nil {
		c.add(row.Line, "%v", err)
	}
	return d
}

// met makes one row of the exposure of a case.
func (c *collector) met(row *metRow, side exposure.Side, n int) exposure.Row {
	r := exposure.Row{Side: side, Hops: max(row.Hops, 1), Address: caseAddress(n), Attribution: c.attribution(row), Asset: clew.NativeAsset(clew.Ethereum)}
	r.Direct = r.Hops == 1
	c.size(row, &r)
	r.First, r.Last = c.time(row, row.First), c.time(row, row.Last)
	if r.First == 0 {
		r.First = r.Last
	}
	for _, at := range []clew.Time{r.First, r.Last} {
		if at.Known() && (len(r.Transfers) == 0 || r.Transfers[0].Time != at) {
			r.Transfers = append(r.Transfers, exposure.Met{Time: at})
		}
	}
	r.Count = len(r.Transfers)
	return r
}

// shareWhole is what shares of examples are of, where it can be: on one side,
// shares of one asset have one whole.
const shareWhole = 1_000_000_000_000

// oneWhole reports a share, of the last row, that is not of the same whole as
// another of its asset.
func (c *collector) oneWhole(row *metRow, rows []exposure.Row) {
	last := &rows[len(rows)-1]
	for i := range rows {
		if one := &rows[i]; one.Asset == last.Asset && !one.Share.Whole.IsZero() && !last.Share.Whole.IsZero() && one.Share.Whole != last.Share.Whole {
			c.add(row.Line, "share: write those of one side and asset with one denominator")
			return
		}
	}
}

// size fills in how much a row of a case is.
func (c *collector) size(row *metRow, r *exposure.Row) {
	r.Amount = clew.Units(1)
	if row.Asset != "" {
		asset, err := clew.ParseAsset(row.Asset, "")
		if err != nil {
			c.add(row.Line, "%v", err)
		}
		r.Asset = asset
	}
	if row.Amount != "" {
		amount, err := amountOf(row.Amount, r.Asset)
		if err != nil {
			c.add(row.Line, "%v", err)
		}
		r.Amount = amount
	}
	if row.Share != nil {
		r.Share = exposure.Share{Of: clew.Units(row.Share.Num), Whole: clew.Units(row.Share.Den)}
		if shareWhole%row.Share.Den == 0 {
			r.Share = exposure.Share{Of: clew.Units(row.Share.Num * (shareWhole / row.Share.Den)), Whole: clew.Units(shareWhole)}
		}
	}
	if row.USD != "" {
		usd, err := price.ParseDecimal(row.USD)
		if err != nil {
			c.add(row.Line, "usd %s: want US dollars such as 1000", quote(row.USD))
		}
		worth := dollars(&usd)
		r.USD = &worth
	}
}

func (c *collector) time(row *metRow, text string) clew.Time {
	day := c.day(row, text)
	if day == "" {
		return 0
	}
	var t clew.Time
	if err := t.UnmarshalText([]byte(string(day) + "T12:00:00Z")); err != nil {
		c.add(row.Line, "%v", err)
	}
	return t
}

// cases reports the examples that come out otherwise than they say.
func (c *collector) cases(rs *Rules, actors *tag.Actors) {
	for i := range rs.Cases {
		one := &rs.Cases[i]
		known := one.known
		known.Actors = actors
		fired := rs.Judge(known)
		if got := Weigh(one.lists, fired, one.gaps); got != one.Want {
			c.add(one.Line, "example %s: %s, want %s; fired: %s", quote(one.Name), got, one.Want, ids(fired))
			continue
		}
		if one.Rules == nil {
			continue
		}
		if got := idsOf(fired); !slices.Equal(got, sortedCopy(one.Rules)) {
			c.add(one.Line, "example %s: fired %s, want %s", quote(one.Name), ids(fired), strings.Join(one.Rules, ", "))
		}
	}
}

// ids lists the rules that fired, once each.
func ids(fired []Fired) string {
	if len(fired) == 0 {
		return "none"
	}
	return strings.Join(idsOf(fired), ", ")
}

func idsOf(fired []Fired) []string {
	out := []string{}
	for i := range fired {
		out = append(out, fired[i].Rule)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func sortedCopy(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

// Untested returns the rules of which no example says that they fire.
func (rs *Rules) Untested() []string {
	var none []string
	for i := range rs.List {
		id := rs.List[i].ID
		if !slices.ContainsFunc(rs.Cases, func(c Case) bool { return slices.Contains(c.Rules, id) }) {
			none = append(none, fmt.Sprintf("%s (line %d)", id, rs.List[i].Line))
		}
	}
	return none
}
