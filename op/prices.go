package op

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"clew"
	"clew/price"
	"clew/report"
	"clew/trace"
)

// maxPrices bounds a file of prices, in bytes: three hundred years of days
// take a tenth of it.
const maxPrices = 64 << 20

// A valuation says what books are worth, and when.
type valuation struct {
	table *price.Table // nil: the user gave none
	now   clew.Time    // the day of the basis now; 0: not asked for
}

// valuation reads the files of prices that the user named, and the day.
func (in *TraceInput) valuation(ctx context.Context, env *Env, chain clew.Chain) (*valuation, error) {
	v := &valuation{}
	var err error
	if v.now, err = nowOf(in.Now, len(in.Prices)); err != nil || len(in.Prices) == 0 {
		return v, err
	}
	v.table, err = priceTable(ctx, env, in.Prices, chain)
	return v, err
}

// priceTable reads files of prices, each named as ASSET=FILE.
func priceTable(ctx context.Context, env *Env, named []string, chain clew.Chain) (*price.Table, error) {
	all := map[clew.Asset]*price.Series{}
	for _, s := range named {
		text, file, found := strings.Cut(s, "=")
		if !found || text == "" || file == "" {
			return nil, &clew.InputError{Field: "prices", Value: s, Want: "ASSET=FILE, such as native=ether.csv"}
		}
		asset, err := clew.ParseAsset(text, chain)
		if err != nil {
			return nil, renamed(err, "prices")
		}
		one, err := readPrices(ctx, env, file)
		if err == nil && all[asset] != nil {
			one, err = all[asset].Join(one)
		}
		if err != nil {
			return nil, pricesWanted(err, file)
		}
		all[asset] = one
	}
	return price.NewTable(all), nil
}

// nowOf reads the day to value at, which is of use with prices alone.
func nowOf(s string, prices int) (clew.Time, error) {
	if s == "" {
		return 0, nil
	}
	if prices == 0 {
		return 0, &clew.InputError{Field: "now", Value: s, Want: "--prices beside it: there is nothing to value by"}
	}
	return dayOf("now", s)
}

func readPrices(ctx context.Context, env *Env, file string) (*price.Series, error) {
	f, err := openGiven(env, "prices", file, maxPrices)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return price.ReadCSV(ctx, file, path.Base(file)+", as given with the question", f)
}

// pricesWanted says of what was wrong in a file of prices that it is the
// user's.
func pricesWanted(err error, file string) error {
	var wrong *clew.InputError
	if errors.As(err, &wrong) && wrong == err && wrong.Field == "prices" || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &clew.InputError{Field: "prices", Value: file, Want: "a CSV of daily closes; " + err.Error()}
}

// value puts with a trace what its books are worth by the user's prices: at the
// time of each origin, unless the theft's is known, at move, and now. What has
// no price is a gap of the answer.
func (v *valuation) value(t *report.Trace, theft price.Dates) {
	if v.table == nil {
		return
	}
	for i := range t.Result.Books {
		b := &t.Result.Books[i]
		if theft.Theft.Known() {
			v.day(t, b, price.AtTheft, theft.Theft)
			v.day(t, b, price.AtDisclosure, theft.Disclosure)
		} else {
			v.day(t, b, report.AtOrigin, originTime(t.Result, b.Origin))
		}
		v.moves(t, b)
		if v.now.Known() {
			v.day(t, b, price.Now, v.now)
		}
	}
}

// day values a book by the close of one day. What an incident's file says of
// the same stands back.
func (v *valuation) day(t *report.Trace, b *trace.Book, basis price.Basis, at clew.Time) {
	w := report.Worth{Origin: b.Origin, Basis: basis}
	quote, gap := v.quote(t.Units, b.Asset, at)
	if gap != nil {
		if slices.ContainsFunc(t.Worth, func(have report.Worth) bool { return have.Origin == b.Origin && have.Basis == basis && have.Gap == "" }) {
			return
		}
		w.Gap = gap.Note
		addGap(t.Result, gap)
	} else {
		fillWorth(&w, b, quote, t.Units.Of(b.Asset).Decimals)
	}
	t.Worth = slices.DeleteFunc(t.Worth, func(have report.Worth) bool { return have.Origin == b.Origin && have.Basis == basis })
	t.Worth = append(t.Worth, w)
}

// quote returns a close, or why there is none; an asset whose decimals are not
// known cannot be valued.
func (v *valuation) quote(units report.Units, asset clew.Asset, at clew.Time) (price.Quote, *clew.Gap) {
	q, gap := v.table.Quote(asset, at)
	if gap == nil && !units.Knows(asset) {
		gap = &clew.Gap{Kind: clew.GapPrice, Chain: asset.Chain(), Asset: asset, Note: "how many smallest units one whole unit has is not known"}
	}
	return q, gap
}

// addGap states a gap once.
func addGap(r *trace.Result, gap *clew.Gap) {
	if !slices.Contains(r.Gaps, *gap) {
		r.Gaps = append(r.Gaps, *gap)
	}
}

// originTime returns when an origin's first transfer was; of all together, the
// first of any.
func originTime(r *trace.Result, origin string) clew.Time {
	var first clew.Time
	for i := range r.Uses {
		u := &r.Uses[i]
		if u.Hop > 0 || amountOfOrigin(u.Amount, u.Parts, origin).IsZero() || !u.Transfer.Time.Known() {
			continue
		}
		if !first.Known() || u.Transfer.Time < first {
			first = u.Transfer.Time
		}
	}
	return first
}

// moves values what lies at each place by the closes of the days on which it
// came there.
func (v *valuation) moves(t *report.Trace, b *trace.Book) {
	w := report.Worth{Origin: b.Origin, Basis: price.AtMove}
	total, whole := price.Money{}, true
	missing := map[string]*clew.Gap{}
	came := recipients(t.Result)
	for i := range b.Lines {
		sum, known := price.Money{}, true
		for _, part := range partsOf(t.Result, came, b.Origin, &b.Lines[i]) {
			q, gap := v.quote(t.Units, part.asset, part.time)
			if gap != nil {
				missing[gap.Note], known = gap, false
				continue
			}
			w.Source, w.Assumed = q.Source, w.Assumed || q.Assume
			sum = sum.Plus(q.Close.Times(part.amount, t.Units.Of(part.asset).Decimals))
		}
		total, whole = total.Plus(sum), whole && known
		w.Lines = append(w.Lines, textOf(sum, known))
	}
	w.Start = textOf(total, whole)
	notes := sortedNames(missing)
	for _, note := range notes {
		addGap(t.Result, missing[note])
	}
	w.Gap = strings.Join(notes[:min(len(notes), 3)], "; ")
	if n := len(notes) - 3; n > 0 {
		w.Gap += fmt.Sprintf("; and %d more days", n)
	}
	if w.Source == "" {
		w.Lines, w.Start = nil, ""
	}
	t.Worth = append(t.Worth, w)
}

// textOf returns a sum, or nothing where a part of it is not known.
func textOf(m price.Money, known bool) string {
	if !known {
		return ""
	}
	return m.String()
}

// A moved is marked value that came to a place on one day.
type moved struct {
	asset  clew.Asset
	amount clew.Amount
	time   clew.Time
}

// partsOf returns what came to the places of a book's line, and when. Where a
// place passed some of it on, all that is left counts as come with the last.
func partsOf(r *trace.Result, uses map[clew.Pot][]*trace.Use, origin string, line *trace.Line) []moved {
	var out []moved
	for i := range r.Places {
		p := &r.Places[i]
		if p.Kind != line.Kind || p.Role != line.Role || p.Asset != line.Asset {
			continue
		}
		lies := amountOfOrigin(p.Amount, p.Parts, origin)
		if lies.IsZero() {
			continue
		}
		came, sum := arrivalsOf(uses[clew.Pot{Address: p.Address, Asset: p.Asset}], origin)
		if sum != lies {
			came = []moved{{p.Asset, lies, p.Time}}
		}
		out = append(out, came...)
	}
	slices.SortStableFunc(out, func(a, b moved) int { return cmp.Compare(a.time, b.time) })
	return out
}

// recipients lists the transfers that were used by the pot that they paid.
func recipients(r *trace.Result) map[clew.Pot][]*trace.Use {
	uses := map[clew.Pot][]*trace.Use{}
	for i := range r.Uses {
		if u := &r.Uses[i]; len(u.Transfer.To) == 1 {
			pot := clew.Pot{Address: u.Transfer.To[0].Address, Asset: u.Transfer.Asset}
			uses[pot] = append(uses[pot], u)
		}
	}
	return uses
}

// arrivalsOf returns what transfers to a place brought.
func arrivalsOf(uses []*trace.Use, origin string) (came []moved, sum clew.Amount) {
	for _, u := range uses {
		a := amountOfOrigin(u.Amount, u.Parts, origin)
		came = append(came, moved{u.Transfer.Asset, a, u.Transfer.Time})
		sum, _ = sum.Add(a)
	}
	return came, sum
}

// amountOfOrigin returns what one origin has in something, or all together.
func amountOfOrigin(all clew.Amount, parts []trace.Part, origin string) clew.Amount {
	if origin == "" {
		return all
	}
	for _, p := range parts {
		if p.Origin == origin {
			return p.Amount
		}
	}
	return clew.Amount{}
}
