package yearly

import "slices"

// addFollowed tells of the thefts of a year that were followed which places their
// value came to, and how soon.
func (y *Year) addFollowed(chosen thefts, followed []Followed) {
	var of []Followed
	for _, f := range followed {
		if chosen.has(f.ID) {
			of = append(of, f)
		}
	}
	y.Followed = len(byTheft(of))
	y.Dwell = spanOf(of, "first move on", func(f *Followed) *int64 { return f.Dwell })
	y.Reached = []Span{}
	for _, kind := range kindsReached(of) {
		s := spanOf(of, kind, func(f *Followed) *int64 { return f.first(kind) })
		for k := range of {
			for _, x := range of[k].Reached {
				for _, name := range x.Names {
					if x.Kind == kind && !slices.Contains(s.Names, name) {
						s.Names = append(s.Names, name)
					}
				}
			}
		}
		slices.Sort(s.Names)
		y.Reached = append(y.Reached, s)
	}
}

// kindsReached returns the kinds of place that value came to, in order.
func kindsReached(list []Followed) (kinds []string) {
	for _, f := range list {
		for _, x := range f.Reached {
			if !slices.Contains(kinds, x.Kind) {
				kinds = append(kinds, x.Kind)
			}
		}
	}
	slices.Sort(kinds)
	return kinds
}

// first returns when value first came to a kind of place; nil: not known.
func (f *Followed) first(kind string) *int64 {
	for _, x := range f.Reached {
		if x.Kind == kind {
			return x.First
		}
	}
	return nil
}

// spanOf measures how soon something came over thefts, each by the asset that was
// the soonest.
func spanOf(list []Followed, what string, of func(*Followed) *int64) Span {
	s := Span{What: what}
	var lengths []int64
	for _, id := range byTheft(list) {
		var soonest *int64
		reached := false
		for k := range list {
			if list[k].ID != id {
				continue
			}
			reached = reached || list[k].reaches(what)
			if at := of(&list[k]); at != nil {
				soonest = sooner(soonest, *at)
			}
		}
		if reached || soonest != nil {
			s.Thefts++
		}
		if soonest != nil {
			lengths = append(lengths, *soonest)
		}
	}
	if s.Known = len(lengths); s.Known > 0 {
		slices.Sort(lengths)
		s.Median = lengths[(len(lengths)-1)/2]
	}
	return s
}

// reaches reports whether value came to a kind of place.
func (f *Followed) reaches(kind string) bool {
	return slices.ContainsFunc(f.Reached, func(x Reached) bool { return x.Kind == kind })
}
