package yearly

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"clew/incident"
	"clew/price"
)

// standings are those that have weight, the weightiest first.
var standings = []incident.Standing{incident.Confirmed, incident.Assessed, incident.Alleged}

// thefts are entries of the record, as one account counts them.
type thefts []*Theft

// Compute makes the account of a year from the record and from what the asker gives
// beside it. The record's order does not matter. It neither changes nor keeps what
// it is given.
func Compute(record []*incident.Incident, q Question, g Given) (*Account, error) {
	edition, err := editionOf(record)
	if err != nil {
		return nil, err
	}
	a := &Account{Schema: Schema, Question: q, Edition: edition, Undated: []string{}, Aside: []string{}, Followed: []Followed{}, Closes: g.given()}
	record = slices.Clone(record)
	slices.SortStableFunc(record, func(i, j *incident.Incident) int {
		return cmp.Or(cmp.Compare(i.Dates.Occurred.Last(), j.Dates.Occurred.Last()), cmp.Compare(i.ID, j.ID))
	})
	counted, err := a.counted(record, newValuer(q.Basis, g))
	if err != nil {
		return nil, err
	}
	byID := map[string]*incident.Incident{}
	for _, i := range record {
		byID[i.ID] = i
	}
	a.fill(counted, byID, g.Followed)
	if a.Controls, err = controlsFor(a.Methods); err != nil {
		return nil, err
	}
	if a.PriceDays, err = counted.of(q.Year).chosen(q).priceDays(byID, g); err != nil {
		return nil, err
	}
	a.Published, err = a.compared(record, counted)
	return a, err
}

// fill works out the parts of the account from what counts in any year.
func (a *Account) fill(counted thefts, byID map[string]*incident.Incident, followed []Followed) {
	q := a.Question
	all := counted.of(q.Year)
	chosen := all.chosen(q)
	a.All, a.Chosen = all.sum(), chosen.sum()
	a.Share = ShareOf(a.Chosen.Known(), a.All.Known())
	if !q.Actor.IsZero() {
		a.Standings = all.byStanding(q.Actor)
	}
	a.Actors = all.grouped((*Theft).claimedOf)
	a.Thefts, a.Course = chosen.ranked(), chosen.course()
	a.Methods = chosen.grouped(func(t *Theft) string { return string(t.Method) })
	a.Victims = chosen.grouped(func(t *Theft) string { return string(t.Victim) })
	a.Chains = chosen.byChain()
	a.Valuations, a.Missing = chosen.grouped(func(t *Theft) string { return string(t.Valued) }), chosen.missing()
	a.Outcomes, a.Delays = outcomesOf(chosen, byID), delaysOf(chosen, byID)
	for _, f := range followed {
		if chosen.has(f.ID) {
			a.Followed = append(a.Followed, f)
		}
	}
	a.Untraced = len(chosen) - len(byTheft(a.Followed))
	a.Years = counted.years(q, byID, followed)
}

// compared holds what others published against the figures that the record counts,
// whatever the basis: theirs are published too, and by no other.
func (a *Account) compared(record []*incident.Incident, counted thefts) ([]Compare, error) {
	figures, err := readPublished()
	if err != nil {
		return nil, err
	}
	if a.Question.Basis != price.AtTheft || len(a.Closes) > 0 {
		again := &Account{Question: a.Question}
		again.Question.Basis = price.AtTheft
		if counted, err = again.counted(record, newValuer(price.AtTheft, Given{})); err != nil {
			return nil, err
		}
	}
	return compareAll(figures, counted, a.Question), nil
}

// counted returns the entries that an account counts, and notes the others.
func (a *Account) counted(record []*incident.Incident, v *valuer) (thefts, error) {
	q := a.Question
	var list thefts
	for _, i := range record {
		year, known := yearOf(i, q.Basis)
		switch {
		case !i.Counts() && year == q.Year:
			a.Aside = append(a.Aside, i.ID)
			continue
		case !i.Counts():
			continue
		case !known:
			a.Undated = append(a.Undated, i.ID)
			continue
		}
		t, err := theftOf(i, v)
		if err != nil {
			return nil, err
		}
		t.year, t.on = year, t.Day
		if q.Basis == price.AtDisclosure {
			t.on = i.Dates.Disclosed.Last()
		}
		list = append(list, t)
	}
	return list, nil
}

// yearOf returns the year that a basis puts a theft in: today's prices belong to
// no year, and its own is taken then.
func yearOf(i *incident.Incident, basis price.Basis) (string, bool) {
	if basis == price.Now {
		basis = price.AtTheft
	}
	return i.Year(basis)
}

// editionOf says which record this is. Its digest is over every entry, so that it
// changes with any.
func editionOf(record []*incident.Incident) (Edition, error) {
	e := Edition{}
	lines := make([]string, 0, len(record))
	for _, i := range record {
		if i.Counts() {
			e.Thefts++
		}
		for _, x := range i.Trail {
			e.Day = max(e.Day, x.Day)
		}
		text, err := json.Marshal(i)
		if err != nil {
			return e, fmt.Errorf("yearly: %s: %w", i.ID, err)
		}
		lines = append(lines, string(text))
	}
	slices.Sort(lines)
	sum := sha256.New()
	for _, line := range lines {
		fmt.Fprintln(sum, line)
	}
	e.Digest = hex.EncodeToString(sum.Sum(nil))
	return e, nil
}

// theftOf counts one entry by the basis of a valuer.
func theftOf(i *incident.Incident, v *valuer) (*Theft, error) {
	t := &Theft{
		ID: i.ID, Title: i.Title, Day: i.Dates.Occurred.Last(), Victim: incident.UnknownVictim, Method: incident.NotPublished,
		Chains: []string{}, Claims: claimsOf(i), Disputed: i.Status == incident.StatusDisputed, said: map[string]Cents{},
	}
	for at, x := range i.Victims {
		t.Victims = append(t.Victims, x.Name)
		switch {
		case at == 0 && x.Kind != "":
			t.Victim = x.Kind
		case at > 0 && x.Kind != t.Victim:
			t.Victim = severalKinds
		}
	}
	if len(i.Methods) > 0 {
		t.Method = i.Methods[0].Kind
	}
	for _, h := range i.Held {
		if name := h.Name(); !slices.Contains(t.Chains, name) {
			t.Chains = append(t.Chains, name)
		}
	}
	slices.Sort(t.Chains)
	if err := t.value(i, v); err != nil {
		return nil, err
	}
	return t, nil
}

// severalKinds is the kind of victims that are of more than one.
const severalKinds incident.VictimKind = "several kinds"

// claimsOf returns the weightiest claim about each state and each actor.
func claimsOf(i *incident.Incident) map[string]ClaimSummary {
	claims := map[string]ClaimSummary{}
	for _, x := range i.Attributions {
		for _, key := range []string{x.State, x.Actor} {
			if _, known := claims[key]; key == "" || known {
				continue
			}
			if c, ok := claim(i, key); ok {
				claims[key] = c
			}
		}
	}
	return claims
}

// claim is [incident.Incident.Claim] of a state or of an actor's id.
func claim(i *incident.Incident, key string) (ClaimSummary, bool) {
	best, disputed := -1, false
	weight := []incident.Standing{incident.Alleged, incident.Assessed, incident.Confirmed}
	for _, x := range i.Attributions {
		if x.State != key && x.Actor != key || x.Part == incident.PartLaundering || !x.Checked() {
			continue
		}
		disputed = disputed || x.Standing == incident.Disputed
		best = max(best, slices.Index(weight, x.Standing))
	}
	if best < 0 {
		return ClaimSummary{}, false
	}
	return ClaimSummary{weight[best], disputed}, true
}

// key returns what claims about an actor are held under.
func (a Actor) key() string { return cmp.Or(a.State, a.ID) }

// reaches reports whether the claim about an actor has at least a standing.
func (t *Theft) reaches(a Actor, least incident.Standing) bool {
	c, ok := t.Claims[a.key()]
	return ok && slices.Index(standings, c.Standing) <= slices.Index(standings, least)
}

// claimedOf names whose a theft is said to be, with the standing of the claim: a
// state before a group, and the weightier first.
func (t *Theft) claimedOf() string {
	best, name := 2*len(standings), nobodyNamed
	for _, key := range slices.Sorted(maps.Keys(t.Claims)) {
		standing := t.Claims[key].Standing
		at := slices.Index(standings, standing)
		if len(key) != 2 { // a group
			at += len(standings)
		}
		if at < best {
			best, name = at, key+": "+string(standing)
		}
	}
	return name
}

const nobodyNamed = "nobody is named"
