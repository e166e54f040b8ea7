package stix

import (
	"clew/incident"
	"clew/share"
)

// attribution writes each claim of who did it as a relationship of its own,
// with an opinion that says how far it goes. Who disputes a claim has an
// opinion about it; a claim that was withdrawn is revoked.
func (t *theft) attribution() {
	for _, a := range t.i.Attributions {
		if a.Standing != incident.Disputed {
			t.claim(&a)
		}
	}
	for _, a := range t.i.Attributions {
		if a.Standing == incident.Disputed {
			t.dispute(&a)
		}
	}
}

func (t *theft) claim(a *incident.Attribution) {
	actor := t.actor(a)
	kind := "attributed-to"
	if a.Part == incident.PartLaundering {
		kind = "related-to" // who launders for hire is no thief by that
	}
	more := t.said(a)
	id := t.relate(t.campaign, kind, actor, share.Joined(a.By, string(a.Day), a.Label, string(a.Part), a.Source), more)
	t.claims[a.Actor] = append(t.claims[a.Actor], id)
	t.opinion([]string{id}, a)
}

// said are the members of a relationship that a claim makes.
func (t *theft) said(a *incident.Attribution) object {
	more := object{"description": t.i.Claim(a), "external_references": t.source(a.Source), "created_by_ref": t.author(a.By)}
	if a.Checked() {
		more["confidence"] = share.StandingOf(a.Standing).Confidence
	}
	if a.Standing == incident.Withdrawn {
		more["revoked"] = true
	}
	return more
}

func (t *theft) dispute(a *incident.Attribution) {
	disputed := t.claims[a.Actor]
	if len(disputed) == 0 {
		disputed = []string{t.campaign}
	}
	t.opinion(disputed, a)
}

func (t *theft) opinion(of []string, a *incident.Attribution) {
	s := share.StandingOf(a.Standing)
	t.add(object{
		"type": "opinion", "id": idOf("opinion", append([]string{t.i.ID, a.By, string(a.Day), string(a.Standing), a.Label, a.Source}, of...)...), "opinion": s.Opinion,
		"explanation": t.i.Claim(a), "created_by_ref": t.author(a.By), "authors": []string{a.By}, "object_refs": of, "labels": []string{"standing:" + share.Dashed(string(a.Standing))},
	})
}

// actor writes the set of intrusions that an actor's id stands for, and the
// state that a claim names behind it.
func (t *theft) actor(a *incident.Attribution) string {
	id := t.part(t.common(object{"type": "intrusion-set", "id": idOf("intrusion-set", a.Actor), "name": a.Actor, "description": "An actor by the id that this record gives it; claims word it differently, and say so."}))
	if a.State == "" || a.Part == incident.PartLaundering {
		return id
	}
	state := t.part(t.common(object{"type": "threat-actor", "id": idOf("threat-actor", "state", a.State), "name": "The state " + a.State, "threat_actor_types": []string{"nation-state"},
		"description": "A state that a claim names behind an actor, by its code of ISO 3166."}))
	t.relate(id, "attributed-to", state, share.Joined(t.i.ID, a.By, string(a.Day), a.Label, a.Source), t.said(a))
	return id
}
