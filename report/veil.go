package report

import (
	"slices"

	"clew/incident"
	"clew/lead"
	"clew/tag"
	"clew/trace"
)

// What stands in the place of a claim of a pack that is not to be shared, and of
// the pack.
const (
	withheldName   = "a party whose name is withheld"
	withheldSource = "a pack that is not shared"
)

// ForOthers returns an answer as it may be passed on: of claims of packs that are
// not to be shared it tells that there is one about an address on which the answer
// rests, and of what sort of service; not whose, by whom or in what words. Nor
// does it say which addresses are a victim's, unless they are released. The answer
// itself stays as it is.
func (s *Stoppable) ForOthers(victims bool) *Stoppable {
	told := *s
	told.Trace = s.Trace.ForOthers(victims)
	if s.Result == nil {
		return &told
	}
	result := *s.Result
	result.Chances = slices.Clone(result.Chances)
	for i := range result.Chances {
		c := &result.Chances[i]
		if who := &c.Who; who.Tag != nil && who.Tag.Private {
			*who = lead.Party{Name: withheldName, Basis: who.Basis, Tag: veiled(who.Tag)}
			c.Window, c.Note = "", "" // a window is of whom the claim names
		}
	}
	told.Result = &result
	return &told
}

// ForOthers returns a trace as it may be passed on; see [Stoppable.ForOthers].
func (t *Trace) ForOthers(victims bool) *Trace {
	told := *t
	told.Names = slices.DeleteFunc(slices.Clone(t.Names), func(n Name) bool { return n.Private || !victims && n.Label == string(incident.VictimContract) })
	told.Packs = slices.Clone(t.Packs)
	for i := range told.Packs {
		if p := &told.Packs[i]; p.Private {
			*p = tag.Pack{Title: withheldSource, Private: true, Tags: p.Tags, Actors: p.Actors, Notices: p.Notices, Refused: p.Refused}
		}
	}
	if t.Result == nil {
		return &told
	}
	result := *t.Result
	result.Places = veiledPlaces(result.Places)
	told.Result = &result
	return &told
}

func veiledPlaces(places []trace.Place) []trace.Place {
	places = slices.Clone(places)
	for i := range places {
		places[i].Tag = veiled(places[i].Tag)
	}
	return places
}

// veiled returns a claim, or what may be told of it. Its concepts say what sort
// of service it is, which the place where value lies says too.
func veiled(t *tag.Tag) *tag.Tag {
	if t == nil || !t.Private {
		return t
	}
	return &tag.Tag{Subject: t.Subject, Label: withheldName, Concepts: t.Concepts, Source: withheldSource, Private: true}
}
