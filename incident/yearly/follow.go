package yearly

import (
	"cmp"
	"slices"

	"clew"
	"clew/incident"
	"clew/trace"
)

// Follow tells what a trace of a theft found, as an account has it: the book of all
// its origins together, and when value first and last moved on. It is an answer of
// the trace's policy, over what the incident's file holds; false where the origins
// are of several assets, which no one book holds.
func Follow(i *incident.Incident, r *trace.Result) (Followed, bool) {
	f := Followed{ID: i.ID, Over: "the facts that its entry states", Policy: string(r.Method.Policy), Places: []Lies{}, Cut: len(r.Limits) > 0 || r.Partial}
	for _, as := range r.AsOf {
		f.AsOf = max(f.AsOf, as.Block.Time)
	}
	book := bookOf(r)
	if book == nil || !book.Closed {
		return Followed{}, false
	}
	f.Sum, f.Decimals, f.Symbol = book.Start, 0, "smallest units of "+book.Asset.String()
	if a, ok := i.Symbols()[book.Asset]; ok {
		f.Decimals, f.Symbol = a.Decimals, a.Symbol
	}
	for _, l := range book.Lines {
		f.Places = append(f.Places, Lies{string(l.Kind), l.Role, l.Basis})
	}
	f.times(i, r)
	return f, true
}

// bookOf returns the one book that holds all of a trace.
func bookOf(r *trace.Result) *trace.Book {
	for at := range r.Books {
		if len(r.Books) == 1 || r.Books[at].Origin == "" {
			return &r.Books[at]
		}
	}
	return nil
}

// lateAfter is how many seconds after the theft's day has begun the transfers at
// hand may begin, for lengths of time to be counted from there.
const lateAfter = 7 * 86400

// times measures from the first transfer of the theft, as far as the times of
// transfers are known.
func (f *Followed) times(i *incident.Incident, r *trace.Result) {
	first := firstOf(i, r)
	start := startOf(r)
	if !start.Known() {
		return
	}
	late := start > i.Dates.Occurred.Last().Time()+lateAfter
	ends := endsOf(r)
	for at := range r.Uses {
		u := &r.Uses[at]
		from, to := u.Transfer.Time, u.Transfer.Time
		if u.Transfer.Aggregate != nil {
			from, to = u.Transfer.Aggregate.First, u.Transfer.Aggregate.Last
		}
		if !from.Known() || !to.Known() {
			continue
		}
		if u.Hop > 0 && len(u.Transfer.From) > 0 && first[u.Transfer.From[0].Address] && !late {
			f.Dwell = sooner(f.Dwell, int64(from-start))
			f.Moved = start + clew.Time(*f.Dwell)
		}
		if len(u.Transfer.To) > 0 && ends[u.Transfer.To[0].Address] != nil {
			f.reached(ends[u.Transfer.To[0].Address], int64(from-start), int64(to-start), late)
		}
	}
	for _, x := range f.Reached {
		if x.Kind == string(trace.AtMixer) {
			f.MixedFrom, f.MixedTo = x.First, x.Last
		}
	}
}

// firstOf returns the addresses that had the stolen value first.
func firstOf(i *incident.Incident, r *trace.Result) map[clew.Address]bool {
	first := map[clew.Address]bool{}
	for _, set := range i.RoleSets {
		for _, a := range set.Addresses {
			first[a] = first[a] || set.Role == incident.FirstRecipient
		}
	}
	for at := range r.Uses {
		for _, leg := range r.Uses[at].Transfer.To {
			first[leg.Address] = first[leg.Address] || r.Uses[at].Hop == 0
		}
	}
	return first
}

// endsOf returns the places where a walk stopped at somebody's.
func endsOf(r *trace.Result) map[clew.Address]*trace.Place {
	ends := map[clew.Address]*trace.Place{}
	for at := range r.Places {
		p := &r.Places[at]
		switch p.Kind {
		case trace.AtService, trace.AtSuspected, trace.AtMixer, trace.InBridge, trace.Locked, trace.Unconverted:
			ends[p.Address] = p
		}
	}
	return ends
}

// reached notes a payment to a place, and whose that is claimed to be.
func (f *Followed) reached(p *trace.Place, from, to int64, late bool) {
	at := slices.IndexFunc(f.Reached, func(x Reached) bool { return x.Kind == string(p.Kind) })
	if at < 0 {
		at = len(f.Reached)
		f.Reached = append(f.Reached, Reached{Kind: string(p.Kind)})
	}
	x := &f.Reached[at]
	if !late {
		x.First, x.Last = sooner(x.First, from), later(x.Last, to)
	}
	name := p.Listed
	if p.Tag != nil {
		name = cmp.Or(p.Tag.Actor, p.Tag.Label)
	}
	if name != "" && !slices.Contains(x.Names, name) {
		x.Names = append(x.Names, name)
		slices.Sort(x.Names)
	}
}

// startOf returns when the first of the origins' own transfers was made.
func startOf(r *trace.Result) clew.Time {
	var start clew.Time
	for at := range r.Uses {
		if t := r.Uses[at].Transfer.Time; r.Uses[at].Hop == 0 && t.Known() && (!start.Known() || t < start) {
			start = t
		}
	}
	return start
}

func sooner(have *int64, s int64) *int64 {
	if have == nil || s < *have {
		return &s
	}
	return have
}

func later(have *int64, s int64) *int64 {
	if have == nil || s > *have {
		return &s
	}
	return have
}

// byTheft returns the ids of the thefts that were followed, each once.
func byTheft(list []Followed) []string {
	var ids []string
	for _, f := range list {
		if !slices.Contains(ids, f.ID) {
			ids = append(ids, f.ID)
		}
	}
	return ids
}
