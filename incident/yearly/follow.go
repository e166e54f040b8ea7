package yearly

import (
	"clew"
	"clew/incident"
	"clew/trace"
)

// Follow tells what a trace of a theft found, as an account has it: the book of all
// its origins together, and when value first and last moved on. It is an answer of
// the trace's policy, over what the incident's file holds; false where the origins
// are of several assets, which no one book holds.
func Follow(i *incident.Incident, r *trace.Result) (Followed, bool) {
	f := Followed{ID: i.ID, Policy: string(r.Method.Policy), Places: []Lies{}}
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

// times measures from the first transfer of the theft, as far as the times of
// transfers are known.
func (f *Followed) times(i *incident.Incident, r *trace.Result) {
	mixers := map[clew.Address]bool{}
	for _, p := range r.Places {
		mixers[p.Address] = mixers[p.Address] || p.Kind == trace.AtMixer
	}
	first := map[clew.Address]bool{}
	for _, set := range i.RoleSets {
		for _, a := range set.Addresses {
			first[a] = first[a] || set.Role == incident.FirstRecipient
		}
	}
	start := startOf(r)
	if !start.Known() {
		return
	}
	for at := range r.Uses {
		u := &r.Uses[at]
		from, to := u.Transfer.Time, u.Transfer.Time
		if u.Transfer.Aggregate != nil {
			from, to = u.Transfer.Aggregate.First, u.Transfer.Aggregate.Last
		}
		if !from.Known() || !to.Known() {
			continue
		}
		if u.Hop > 0 && len(u.Transfer.From) > 0 && first[u.Transfer.From[0].Address] {
			f.Dwell = sooner(f.Dwell, int64(from-start))
		}
		if len(u.Transfer.To) > 0 && mixers[u.Transfer.To[0].Address] {
			f.MixedFrom, f.MixedTo = sooner(f.MixedFrom, int64(from-start)), later(f.MixedTo, int64(to-start))
		}
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
