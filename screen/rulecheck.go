package screen

import (
	"slices"
	"strings"

	"clew"
	"clew/tag"
	"clew/watchlist"
)

// Terms are what a rule may name. What is not among them is never met.
type Terms struct {
	Concepts []string
	Actors   *tag.Actors
	Lists    []string // names of official lists that are held
	Notices  []string // those among them that designate nobody
}

// Check returns what is wrong with the rules: what can never fire, what says
// nothing that another rule does not say already, what contradicts another, and
// examples that come out otherwise than is wanted. file stands in the issues.
func (rs *Rules) Check(file string, terms Terms) []Issue {
	c := collector{file: file}
	for i := range rs.List {
		r := &rs.List[i]
		c.terms(r, terms)
		c.possible(r)
		for j := range rs.List {
			if i != j {
				c.against(r, &rs.List[j], i < j, terms.Actors)
			}
		}
	}
	if len(c.issues) == 0 {
		c.cases(rs, terms.Actors)
	}
	return c.issues
}

// terms reports names that are not known.
func (c *collector) terms(r *Rule, terms Terms) {
	unknown := func(what, name string, known []string) {
		near := clew.Nearest(name, known)
		if near != "" {
			near = "; did you mean " + near + "?"
		}
		c.add(r.Line, "rule %q: %s %s is not known, so that the rule can never fire%s", r.ID, what, quote(name), near)
	}
	for _, concept := range r.Concepts {
		if !slices.Contains(terms.Concepts, string(concept)) {
			unknown("concept", string(concept), terms.Concepts)
		}
	}
	for _, actor := range r.Actors {
		if len(terms.Actors.Said(actor)) == 0 {
			var near []string
			for _, a := range terms.Actors.Named(actor) {
				near = append(near, a.ID)
			}
			unknown("actor", actor, near)
		}
	}
	for _, list := range r.Lists {
		if list != AnyList && !slices.Contains(terms.Lists, list) {
			unknown("list", list, append([]string{AnyList}, terms.Lists...))
		}
	}
	if r.When != Anytime && len(r.Lists) > 0 && within(r.Lists, terms.Notices) {
		c.add(r.Line, "rule %q: designation: %s designates nobody, so that the rule can never fire", r.ID, strings.Join(r.Lists, ", "))
	}
}

// possible reports bounds that contradict each other or the rule's kind.
func (c *collector) possible(r *Rule) {
	wrong := func(text string) { c.add(r.Line, "rule %q: %s", r.ID, text) }
	bounded := r.Share != nil || r.USD != nil || !r.Amount.IsZero()
	switch {
	case len(r.Concepts)+len(r.Actors)+len(r.Lists) == 0:
		wrong("want concepts, actors or lists to match: it matches nothing")
	case r.When != Anytime && len(r.Lists) == 0:
		wrong("designation: only parties of official lists are designated; want lists beside it")
	case !r.Amount.IsZero() && r.Asset.IsZero():
		wrong("amount: want the asset that it is of")
	case r.Kind == Ownership && (bounded || r.Hops != 0 || r.Side != "" || !r.Asset.IsZero() || r.When != Anytime):
		wrong("ownership is of the address itself: it has no side, share, usd, asset, amount, hops or designation")
	case !r.Asset.IsZero() && !r.Asset.IsFungible() && (r.Kind == Indirect || len(r.Lists) == 0):
		wrong("asset: non-fungible items have no amounts and are met on official lists alone, directly, so that the rule can never fire")
	case r.Kind == Counterparty && r.Hops != 0:
		wrong("hops: a counterparty is met at one hop; kind indirect looks further")
	case r.Kind == Counterparty && len(r.Lists) > 0 && bounded:
		wrong("no least share or amount keeps back a counterparty on an official list, so that this bound can never do what it says; leave it out")
	case r.Kind == Indirect && r.Hops == 0:
		wrong("hops: want the most hops to look at, 2 to 5")
	case r.Kind == Indirect && r.Hops < 2:
		wrong("hops: an indirect dealing has two hops at least, so that it can never fire")
	case r.Hops > HopsMax:
		wrong("hops: at most 5 are looked at")
	}
}

// against reports a rule that another makes pointless. first says that r comes
// before s.
func (c *collector) against(r, s *Rule, first bool, actors *tag.Actors) {
	same := s.covers(r, actors) && r.covers(s, actors)
	switch {
	case r.ID == s.ID:
		if !first {
			c.add(r.Line, "rule %q: the same id as on line %d", r.ID, s.Line)
		}
	case same && r.Severity != s.Severity:
		if !first {
			c.add(r.Line, "rule %q: contradicts rule %q on line %d, which says %s of the same", r.ID, s.ID, s.Line, s.Severity.word())
		}
	case same:
		if !first {
			c.add(r.Line, "rule %q: says the same as rule %q on line %d", r.ID, s.ID, s.Line)
		}
	case s.covers(r, actors) && s.Severity.rank() >= r.Severity.rank():
		c.add(r.Line, "rule %q: shadowed by rule %q on line %d, which fires whenever it does and is as grave", r.ID, s.ID, s.Line)
	}
}

func (s Severity) word() string {
	if s == NoSeverity {
		return "no severity"
	}
	return string(s)
}

// covers reports whether s fires whenever r does, severities aside.
func (s *Rule) covers(r *Rule, actors *tag.Actors) bool {
	if s.Kind != r.Kind || s.Side != "" && s.Side != r.Side || s.When != Anytime && s.When != r.When {
		return false
	}
	if !s.Asset.IsZero() && s.Asset != r.Asset || r.Hops > s.Hops {
		return false
	}
	concepts := len(s.Concepts) == 0 || len(r.Concepts) > 0 && within(r.Concepts, s.Concepts)
	lists := len(s.Lists) == 0 || len(r.Lists) > 0 && (slices.Contains(s.Lists, AnyList) || within(r.Lists, s.Lists))
	return concepts && lists && s.coversBounds(r) && s.coversActors(r, actors)
}

func within[T comparable](part, whole []T) bool {
	return !slices.ContainsFunc(part, func(x T) bool { return !slices.Contains(whole, x) })
}

func (s *Rule) coversActors(r *Rule, actors *tag.Actors) bool {
	if len(s.Actors) == 0 {
		return true
	}
	return len(r.Actors) > 0 && !slices.ContainsFunc(r.Actors, func(a string) bool {
		return !slices.ContainsFunc(s.Actors, func(of string) bool {
			_, part := actors.Within(a, of)
			return part
		})
	})
}

// coversBounds reports whether what meets the bounds of r meets those of s,
// which sums up at least as much.
func (s *Rule) coversBounds(r *Rule) bool {
	return (s.Share == nil || r.Share != nil && s.Share.Cmp(*r.Share) <= 0) &&
		(s.USD == nil || r.USD != nil && dollars(s.USD).Cmp(dollars(r.USD)) <= 0) &&
		(s.Amount.IsZero() || !r.Amount.IsZero() && s.Asset == r.Asset && !r.Amount.Less(s.Amount))
}

// matches reports whether claims are what a rule names. Each criterion that the
// rule has must be met; where it names lists, [Rule.listed] says which listings.
func (r *Rule) matches(claims []tag.Tag, listings []watchlist.Listing, actors *tag.Actors) bool {
	if len(r.Concepts) > 0 && !slices.ContainsFunc(claims, func(t tag.Tag) bool { return t.Is(r.Concepts...) }) {
		return false
	}
	return len(r.Actors) == 0 || slices.ContainsFunc(r.Actors, func(of string) bool { return meets(of, claims, listings, actors) })
}

// meets reports whether a claim names an actor or a part of it, or a listed
// party is called so by a source.
func meets(of string, claims []tag.Tag, listings []watchlist.Listing, actors *tag.Actors) bool {
	part := func(name string) bool {
		if _, ok := actors.Within(strings.ToLower(name), of); ok && name != "" {
			return true
		}
		return slices.ContainsFunc(actors.Named(name), func(a tag.Actor) bool {
			_, ok := actors.Within(a.ID, of)
			return ok
		})
	}
	return slices.ContainsFunc(claims, func(t tag.Tag) bool { return part(t.Actor) }) ||
		slices.ContainsFunc(listings, func(l watchlist.Listing) bool { return part(l.Party.Name) })
}

// listed reports whether a rule names a list.
func (r *Rule) listed(l *watchlist.List) bool {
	return slices.Contains(r.Lists, AnyList) || slices.Contains(r.Lists, l.Slug())
}
