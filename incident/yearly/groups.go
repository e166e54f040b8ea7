package yearly

import (
	"cmp"
	"slices"

	"clew/incident"
)

// of returns the thefts of a year.
func (all thefts) of(year string) thefts {
	return all.where(func(t *Theft) bool { return t.year == year })
}

func (all thefts) where(keep func(*Theft) bool) thefts {
	var list thefts
	for _, t := range all {
		if keep(t) {
			list = append(list, t)
		}
	}
	return list
}

// chosen returns the thefts of a question, whatever their year.
func (all thefts) chosen(q Question) thefts {
	if q.Actor.IsZero() {
		return all
	}
	return all.where(func(t *Theft) bool { return t.reaches(q.Actor, q.Standing) })
}

func (all thefts) has(id string) bool {
	return slices.ContainsFunc(all, func(t *Theft) bool { return t.ID == id })
}

func (all thefts) sum() Sum {
	s := newSum()
	for _, t := range all {
		s.add(t)
	}
	return s
}

// byStanding adds up the claims about an actor, each line with the weightier ones
// in it.
func (all thefts) byStanding(a Actor) []Standing {
	lines := make([]Standing, 0, len(standings))
	for _, least := range standings {
		line := Standing{Standing: least, Sum: newSum()}
		for _, t := range all {
			if !t.reaches(a, least) {
				continue
			}
			line.add(t)
			if t.Claims[a.key()].Disputed {
				line.Disputed++
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// grouped makes parts of thefts, the largest first.
func (all thefts) grouped(name func(*Theft) string) []Group {
	at := map[string]int{}
	groups := []Group{}
	for _, t := range all {
		key := name(t)
		n, known := at[key]
		if !known {
			n = len(groups)
			at[key] = n
			groups = append(groups, Group{Name: key, Sum: newSum()})
		}
		groups[n].add(t)
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Known(), a.Known()), cmp.Compare(b.Thefts, a.Thefts), cmp.Compare(a.Name, b.Name))
	})
	return groups
}

// The parts of thefts that lie on no single chain. What of a theft was on which
// chain is seldom known, so its value is not divided.
const (
	severalChains = "several chains"
	noChain       = "not stated"
)

// byChain makes parts by the chain that a theft is on alone, and counts beside
// them what each chain takes part in.
func (all thefts) byChain() []Group {
	groups := all.grouped(func(t *Theft) string {
		switch len(t.Chains) {
		case 0:
			return noChain
		case 1:
			return t.Chains[0]
		}
		return severalChains
	})
	for _, t := range all {
		for _, name := range t.Chains {
			n := slices.IndexFunc(groups, func(g Group) bool { return g.Name == name })
			if n < 0 { // never alone
				n = len(groups)
				groups = append(groups, Group{Name: name, Sum: newSum()})
			}
			groups[n].Touching++
		}
	}
	return groups
}

// ranked returns copies of thefts in the order of their values; equal ones, and
// those of unknown value at the end, by day and id.
func (all thefts) ranked() []Theft {
	list := make([]Theft, 0, len(all))
	for _, t := range all {
		list = append(list, *t)
	}
	slices.SortFunc(list, func(a, b Theft) int {
		value := func(t *Theft) Cents {
			if t.USD == nil {
				return -1
			}
			return *t.USD
		}
		return cmp.Or(cmp.Compare(value(&b), value(&a)), cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID))
	})
	for at := range list {
		if list[at].USD != nil {
			list[at].Rank = at + 1
		}
	}
	return list
}

// course returns how the sum grew, a step for each day that thefts are of.
func (all thefts) course() []Step {
	list := slices.Clone(all)
	slices.SortStableFunc(list, func(a, b *Theft) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.ID, b.ID)) })
	steps := []Step{}
	sum := newSum()
	for _, t := range list {
		sum.add(t)
		step := Step{t.on, sum.Thefts, sum.USD}
		if n := len(steps); n > 0 && steps[n-1].Day == t.on {
			steps[n-1] = step
			continue
		}
		steps = append(steps, step)
	}
	return steps
}

// years adds every year of the record up, so that one can be seen among others.
func (all thefts) years(q Question, byID map[string]*incident.Incident, followed []Followed) []Year {
	var names []string
	for _, t := range all {
		if !slices.Contains(names, t.year) {
			names = append(names, t.year)
		}
	}
	slices.Sort(names)
	years := []Year{}
	for _, name := range names {
		of := all.of(name)
		chosen := of.chosen(q)
		y := Year{Year: name, All: of.sum(), Chosen: chosen.sum(), Actors: of.grouped((*Theft).claimedOf), Methods: chosen.grouped(func(t *Theft) string { return string(t.Method) })}
		if !q.Actor.IsZero() {
			y.Standings = of.byStanding(q.Actor)
		}
		y.Public = chosen.delay(untilPublic, byID)
		y.addFollowed(chosen, followed)
		years = append(years, y)
	}
	return years
}
