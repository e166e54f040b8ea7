package screen

import (
	"cmp"
	"slices"

	"clew"
	"clew/exposure"
	"clew/price"
	"clew/tag"
	"clew/watchlist"
)

// Known is what rules are held against.
type Known struct {
	Subject  *exposure.Attribution // of the address itself; nil: nothing is said of it
	Exposure *exposure.Answer      // nil: whom it dealt with was not looked into
	Actors   *tag.Actors
}

// A Fired is a finding: a rule that fired, with what it rests on. Its verdict is
// review, or unknown where it cannot be told whether the rule's bounds are met.
type Fired struct {
	Rule      string            `json:"rule"`    // its id
	Version   string            `json:"version"` // of the rules; BuiltIn for the one that cannot be left out
	Kind      Kind              `json:"kind"`
	Verdict   Verdict           `json:"verdict"`
	Severity  Severity          `json:"severity,omitempty"`
	Why       string            `json:"why"`                 // the rule's reason
	Undecided string            `json:"undecided,omitempty"` // what is not known that would decide
	Side      exposure.Side     `json:"side,omitempty"`
	Hops      int               `json:"hops,omitempty"`   // least
	Claims    []tag.Tag         `json:"claims,omitempty"` // of an ownership rule: what is claimed of the address
	Listings  []exposure.Listed `json:"listings,omitempty"`
	Inferred  bool              `json:"inferred,omitempty"` // all of it rests on an inference, such as a cluster
	Sums      []Sum             `json:"sums,omitempty"`     // by asset
	USD       *price.Money      `json:"usd"`                // of all; null: not known of all
	First     clew.Time         `json:"first,omitzero"`
	Last      clew.Time         `json:"last,omitzero"`
	Rows      []Dealing         `json:"rows,omitempty"` // the largest shares first, at most RowsMax
	More      int               `json:"more,omitempty"` // rows that are not in Rows
}

// A Sum is what a finding's rows come to, of one asset.
type Sum struct {
	Asset  clew.Asset     `json:"asset"`
	Amount clew.Amount    `json:"amount"`
	Share  exposure.Share `json:"share"`
	USD    *price.Money   `json:"usd"` // null: not known of all
}

// A Dealing is a row of the exposure that a finding rests on, and how its
// transfers stand to the dates of the lists that the met address is on.
type Dealing struct {
	exposure.Row
	Timing []Timing `json:"timing,omitempty"` // one for each listing
}

// RowsMax is how many rows a finding holds.
const RowsMax = 100

// BuiltIn is the version of the rule that cannot be left out.
const BuiltIn = "built in"

// listedRule fires for every direct dealing with an address that is, or at the
// time was, on an official list: no least share and no amount keeps it back.
var listedRule = Rule{ID: "listed-counterparty", Kind: Counterparty, Lists: []string{AnyList}, Severity: Severe,
	Reason: "It dealt directly with an address of a party on an official list."}

// Judge returns the findings of the rules, the gravest first: those of the
// built-in rule, then by severity, in the order of the rules. It reads the
// answer and changes nothing.
func (rs *Rules) Judge(k Known) []Fired {
	fired := judge(&listedRule, BuiltIn, k)
	for i := range rs.List {
		fired = append(fired, judge(&rs.List[i], rs.Version, k)...)
	}
	slices.SortStableFunc(fired, func(a, b Fired) int {
		return cmp.Or(gravity(a.Verdict)-gravity(b.Verdict), b.Severity.rank()-a.Severity.rank())
	})
	return fired
}

func gravity(v Verdict) int { return slices.Index([]Verdict{Listed, Review, Unknown, Nothing}, v) }

// judge holds one rule against what is known: a finding a side at most.
func judge(r *Rule, version string, k Known) []Fired {
	base := Fired{Rule: r.ID, Version: version, Kind: r.Kind, Verdict: Review, Severity: r.Severity, Why: r.Reason}
	if r.Kind == Ownership {
		return owned(r, base, k)
	}
	if k.Exposure == nil {
		return nil
	}
	var fired []Fired
	for i := range k.Exposure.Sides {
		flow := &k.Exposure.Sides[i]
		if r.Side != "" && r.Side != flow.Side {
			continue
		}
		one := base
		one.Side = flow.Side
		for j := range flow.Rows {
			if row := &flow.Rows[j]; r.meets(row, k.Actors) {
				one.Rows = append(one.Rows, Dealing{Row: *row})
			}
		}
		if len(one.Rows) > 0 && one.weigh(r) {
			fired = append(fired, one)
		}
	}
	return fired
}

// owned judges a rule about the address itself.
func owned(r *Rule, f Fired, k Known) []Fired {
	a := k.Subject
	if a == nil || !r.matches(a.Claims, listingsOf(a), k.Actors) {
		return nil
	}
	for _, l := range a.Listings {
		if r.listed(l.List) && (l.Standing == watchlist.Listed || l.Standing == watchlist.Undated) {
			f.Listings = append(f.Listings, l)
		}
	}
	if len(r.Lists) > 0 && f.Listings == nil {
		return nil
	}
	f.Claims, f.Inferred = a.Claims, a.Inferred != nil
	return []Fired{f}
}

func listingsOf(a *exposure.Attribution) (list []watchlist.Listing) {
	for i := range a.Listings {
		list = append(list, a.Listings[i].Listing)
	}
	return list
}

// meets reports whether a rule is about a row, its bounds aside.
func (r *Rule) meets(row *exposure.Row, actors *tag.Actors) bool {
	far := r.Kind == Indirect
	if row.Direct == far || far && row.Hops > r.Hops || !r.Asset.IsZero() && row.Asset != r.Asset || row.Attribution == nil {
		return false
	}
	if !r.matches(row.Attribution.Claims, listingsOf(row.Attribution), actors) {
		return false
	}
	return len(r.Lists) == 0 || slices.ContainsFunc(row.Attribution.Listings, func(l exposure.Listed) bool {
		return r.listed(l.List) && r.bears(&l, row)
	})
}

// bears reports whether a listing of a met address bears on the dealings with
// it: it stands on the day asked for, or its party was designated when one of
// them took place. A rule may ask for dealings before or after the designation.
func (r *Rule) bears(l *exposure.Listed, row *exposure.Row) bool {
	t := timingOf(l, row)
	if r.When != Anytime && l.List.Nature != "" {
		return false // it designates nobody
	}
	switch r.When {
	case Before:
		return t.Before > 0 || t.maybe(row) && !t.designatedAll
	case After:
		return t.after() || t.maybe(row) && t.designatedAny
	}
	return l.Standing == watchlist.Listed || l.Standing == watchlist.Undated || t.after() || t.maybe(row) && t.designatedAny
}

// weigh sums up what a finding rests on, and reports whether the rule's bounds
// are met, or may be.
func (f *Fired) weigh(r *Rule) bool {
	f.sum()
	usd, priced := f.dollars()
	if priced {
		f.USD = &usd
	}
	switch {
	case r.Share != nil && !slices.ContainsFunc(f.Sums, func(s Sum) bool { return s.Share.AtLeast(r.Share.Num, r.Share.Den) }):
		return false
	case !r.Amount.IsZero() && !slices.ContainsFunc(f.Sums, func(s Sum) bool { return !s.Amount.Less(r.Amount) }):
		return false
	case r.USD != nil && usd.Cmp(dollars(r.USD)) < 0 && priced:
		return false
	case r.USD != nil && usd.Cmp(dollars(r.USD)) < 0:
		f.Verdict, f.Undecided = Unknown, "what some of it is worth in US dollars is not known, and the rule has a least worth"
	}
	f.keep()
	return true
}

// sum fills in what the rows come to.
func (f *Fired) sum() {
	f.Inferred = true
	for i := range f.Rows {
		row := &f.Rows[i].Row
		at := slices.IndexFunc(f.Sums, func(s Sum) bool { return s.Asset == row.Asset })
		if at < 0 {
			at = len(f.Sums)
			f.Sums = append(f.Sums, Sum{Asset: row.Asset, Share: exposure.Share{Whole: row.Share.Whole}, USD: new(price.Money)})
		}
		s := &f.Sums[at]
		s.Amount, s.Share.Of = saturated(s.Amount, row.Amount), saturated(s.Share.Of, row.Share.Of)
		if s.USD != nil && row.USD != nil {
			both := s.USD.Plus(*row.USD)
			s.USD = &both
		} else {
			s.USD = nil
		}
		if f.Hops == 0 || row.Hops < f.Hops {
			f.Hops = row.Hops
		}
		if row.First.Known() && (!f.First.Known() || row.First < f.First) {
			f.First = row.First
		}
		f.Last = max(f.Last, row.Last)
		f.Inferred = f.Inferred && row.Attribution.Inferred != nil
	}
}

// saturated returns a+b, or the largest amount.
func saturated(a, b clew.Amount) clew.Amount {
	if sum, ok := a.Add(b); ok {
		return sum
	}
	return clew.MaxAmount
}

// dollars returns what is known of the worth of all rows, and whether all is.
func (f *Fired) dollars() (sum price.Money, all bool) {
	all = true
	for i := range f.Rows {
		if usd := f.Rows[i].USD; usd != nil {
			sum = sum.Plus(*usd)
		} else {
			all = false
		}
	}
	return sum, all
}

func dollars(d *price.Decimal) price.Money { return d.Times(clew.Units(1), 0) }

// keep leaves the gravest rows, with the dates of their listings: those of
// listed addresses, then the largest shares.
func (f *Fired) keep() {
	slices.SortStableFunc(f.Rows, func(a, b Dealing) int {
		return cmp.Or(listedFirst(&a)-listedFirst(&b), a.Hops-b.Hops, compareShares(b.Share, a.Share))
	})
	if f.More = len(f.Rows) - RowsMax; f.More > 0 {
		f.Rows = slices.Clone(f.Rows[:RowsMax])
	}
	f.More = max(f.More, 0)
	for i := range f.Rows {
		d := &f.Rows[i]
		for j := range d.Attribution.Listings {
			d.Timing = append(d.Timing, timingOf(&d.Attribution.Listings[j], &d.Row))
		}
	}
}

func listedFirst(d *Dealing) int {
	if d.Attribution.On() {
		return 0
	}
	return 1
}

func compareShares(a, b exposure.Share) int {
	left, right := a.Of.Big(), b.Of.Big()
	return left.Mul(left, b.Whole.Big()).Cmp(right.Mul(right, a.Whole.Big()))
}
