package stix

import (
	"cmp"
	"fmt"

	"clew/incident"
)

// A Standing maps what weight a claim has to STIX: to its scale of confidence,
// by the column None, Low, Medium and High of the standard's appendix A, and to
// an opinion about the relationship that makes the claim.
type Standing struct {
	Standing   incident.Standing
	Confidence int
	Opinion    string
}

// Standings is the table of that mapping. A claim that was not seen in its
// source has no confidence at all, which is not 0.
func Standings() []Standing {
	return []Standing{
		{incident.Confirmed, 85, "strongly-agree"},
		{incident.Assessed, 50, "agree"},
		{incident.Alleged, 15, "neutral"},
		{incident.Disputed, 0, "disagree"},
		{incident.Withdrawn, 0, "strongly-disagree"},
	}
}

func standing(s incident.Standing) Standing {
	for _, row := range Standings() {
		if row.Standing == s {
			return row
		}
	}
	return Standing{Standing: s, Opinion: "neutral"}
}

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
	id := t.relate(t.campaign, kind, actor, joined(a.By, string(a.Day), a.Label, string(a.Part), a.Source), more)
	t.claims[a.Actor] = append(t.claims[a.Actor], id)
	t.opinion([]string{id}, a)
}

// said are the members of a relationship that a claim makes.
func (t *theft) said(a *incident.Attribution) object {
	more := object{"description": t.words(a), "external_references": t.source(a.Source), "created_by_ref": t.author(a.By)}
	if a.Checked() {
		more["confidence"] = standing(a.Standing).Confidence
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
	s := standing(a.Standing)
	t.add(object{
		"type": "opinion", "id": idOf("opinion", append([]string{t.i.ID, a.By, string(a.Day), string(a.Standing), a.Label, a.Source}, of...)...), "opinion": s.Opinion,
		"explanation": t.words(a), "created_by_ref": t.author(a.By), "authors": []string{a.By}, "object_refs": of, "labels": []string{"standing:" + dashed(string(a.Standing))},
	})
}

// words say a claim in one line.
func (t *theft) words(a *incident.Attribution) string {
	part, evidence, means := "", "", ""
	if a.Part == incident.PartLaundering {
		part = "of the laundering alone"
	}
	if a.Evidence != "" {
		evidence = "evidence, as stated: " + a.Evidence
	}
	if a.Means != "" {
		means = "by means: " + string(a.Means)
	}
	return joined(fmt.Sprintf("%s: %s, %s%s", a.By, a.Label, about(a.About), a.Day), "standing: "+string(a.Standing), part, evidence, means, t.own(a.Note)) + unverified(a.Checked())
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
	t.relate(id, "attributed-to", state, joined(t.i.ID, a.By, string(a.Day), a.Label, a.Source), t.said(a))
	return id
}

// money writes what was taken and what it was said to be worth.
func (t *theft) money() {
	for _, l := range t.i.Losses {
		what := cmp.Or(l.Asset, l.Coin)
		t.say("Loss", joined(fmt.Sprintf("%s%s %s", about(l.About), l.Amount, what), t.own(l.Note))+unverified(l.Checked()), l.By, l.Source)
	}
	for _, v := range t.i.Values {
		bound, basis := string(v.Bound), ""
		if bound != "" {
			bound += " "
		}
		if v.Basis != "" {
			basis = "at prices: " + string(v.Basis)
		}
		t.say("Value, as published", joined(bound+about(v.About)+string(v.USD)+" US dollars"+of(v.Day), basis, t.own(v.Note))+unverified(v.Checked()), v.By, v.Source)
	}
}

// outcomes write what became of stolen value.
func (t *theft) outcomes() {
	for _, o := range t.i.Outcomes {
		amount, dollars, at := "", "", ""
		if o.Amount != "" {
			amount = string(o.Amount) + " " + cmp.Or(o.Asset, o.Coin)
		}
		if o.USD != "" {
			dollars = string(o.USD) + " US dollars"
		}
		if o.At != "" {
			at = "at " + o.At
		}
		t.say("Outcome: "+string(o.State), joined(about(o.About)+string(o.Day), amount, dollars, at, t.own(o.Note))+unverified(o.Checked()), o.By, o.Source)
	}
}

// acts write what authorities did.
func (t *theft) acts() {
	for _, d := range t.i.Designations {
		ids := []string{t.campaign}
		for _, a := range d.Addresses {
			ids = append(ids, t.wallet(a))
		}
		under := ""
		if d.Under != "" {
			under = "under " + d.Under
		}
		t.note(ids, "Act of an authority: "+string(d.Act), joined(d.Party+", "+string(d.Day), under, t.own(d.Note))+unverified(d.Checked()), d.Authority, object{"external_references": t.source(d.Source)})
	}
	for _, p := range t.i.Persons {
		if !t.options.Persons {
			t.Withheld.Persons++
			continue
		}
		t.say("Act of an authority about a person: "+string(p.Act), joined(p.Name+", "+string(p.Day), "in its words: "+p.Quote, meaning(p.Act)), p.Authority, p.Source)
	}
}

// meaning says what an act about a person is not.
func meaning(act incident.PersonAct) string {
	if act == incident.PersonCharged {
		return "whoever is charged is not found guilty by that"
	}
	return ""
}
