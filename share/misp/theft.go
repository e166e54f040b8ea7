package misp

import (
	"cmp"

	"clew/incident"
	"clew/share"
)

// A theft is one entry under way.
type theft struct {
	*event
	i      *share.Theft
	claims map[string][]object // objects that lay it to an actor, by the actor's id
}

// Theft writes one theft as an event. Public says that the file is of the
// product's record; any other goes out under a marking of its own or one that
// was chosen, and never above its own, which is an input error.
//
// Left out are transfers, records of services and requests to freeze, and what
// [share.Withheld] counts.
func (w *Writer) Theft(i *incident.Incident, public bool) error {
	told, err := w.release.Told(i, public)
	if err != nil {
		return err
	}
	_, changed := w.release.Times(i)
	t := &theft{event: w.open("theft\x00"+i.ID, i.Title, i.Dates.Occurred.Day.Time(), changed), i: told, claims: map[string][]object{}}
	t.tags = append(t.tags, machineTag("clew:incident=", i.ID))
	if i.Status != "" {
		t.tags = append(t.tags, machineTag("clew:status=", string(i.Status)))
	}
	if !i.Counts() {
		t.analysis = "1"
	}
	t.withdrawn(i)
	t.sources()
	for _, s := range i.Summary {
		t.tell(share.Said{What: "Summary", Text: s.Text + share.Unverified(s.Checked()), Source: s.Source})
	}
	t.tell(told.Days()...)
	t.victims()
	t.methods()
	t.attribution()
	t.tell(told.Money()...)
	t.tell(told.Became()...)
	t.roles()
	t.transactions()
	t.tell(told.Acts()...)
	w.Withheld.Add(told.Withheld)
	return nil
}

// sources writes the pages that the file cites, each once.
func (t *theft) sources() {
	at := map[string]object{}
	for _, s := range t.i.Sources {
		if !share.WebURL(s.URL) {
			continue
		}
		says := share.Joined(s.Publisher, s.Title, string(s.Day))
		if o := at[s.URL]; o != nil {
			before, _ := o["comment"].(string)
			o["comment"] = share.Joined(before, says)
			continue
		}
		at[s.URL] = t.attribute(part{kind: "link", value: s.URL, correlates: true}, says)
		t.attributes = append(t.attributes, at[s.URL])
	}
}

// cited says in words where a statement is made.
func (t *theft) cited(id string) (words, page string) {
	s, ok := t.i.Source(id)
	if !ok {
		return "", ""
	}
	if share.WebURL(s.URL) {
		page = s.URL
	}
	return "source: " + share.Joined(s.Publisher, s.Title, string(s.Day)), page
}

// tell writes statements as annotations, and what they say of addresses.
func (t *theft) tell(list ...share.Said) {
	for _, x := range list {
		t.annotate(x, nil)
		words, _ := t.cited(x.Source)
		for _, a := range x.Addresses {
			t.note(t.address(a, x.What+": "+x.Text, nil, words), t.by(x), x.What+": "+x.Text, "")
		}
	}
}

// by says who makes a statement: whoever is named, or else the publisher.
func (t *theft) by(x share.Said) string {
	s, _ := t.i.Source(x.Source)
	return cmp.Or(x.By, s.Publisher)
}

// annotate writes one statement.
func (t *theft) annotate(x share.Said, marks []string) {
	words, page := t.cited(x.Source)
	o := t.add(annotation, share.Joined("by "+t.by(x), words),
		part{relation: "text", kind: typeText, value: x.What + ": " + x.Text, marks: marks}, part{relation: "ref", kind: "link", value: page})
	t.note(o, t.by(x), x.What+": "+x.Text, "")
}

// victims writes who lost. A private person is a class of which nobody is named.
func (t *theft) victims() {
	for _, v := range t.i.Victims {
		words, _ := t.cited(v.Source)
		t.add(victim, words, part{relation: "name", kind: "target-org", value: v.Name, correlates: true}, part{relation: "classification", kind: typeText, value: share.VictimClass(&v)},
			part{relation: "regions", kind: "target-location", value: v.Country}, part{relation: "description", kind: typeText, value: share.VictimWords(&v)})
		t.tell(t.i.Sizes(&v)...)
	}
}

// methods writes how it was done, with techniques of ATT&CK as tags of who says
// so: an event that bore them itself would say it for all.
func (t *theft) methods() {
	for _, m := range t.i.Methods {
		said, marks := t.i.Method(&m), []string{}
		for _, id := range share.Techniques(&m) {
			said.Text = share.Joined(said.Text, id+": "+share.TechniqueFrom(&m, id))
			if name := techniques[id]; name != "" {
				marks = append(marks, machineTag("misp-galaxy:mitre-attack-pattern=", name+" - "+id))
			}
		}
		t.annotate(said, marks)
	}
}

// attribution writes each claim of who did it as an object of its own, with an
// opinion that says how far it goes. Who disputes a claim has an opinion about
// it; one that was withdrawn is marked as deleted.
func (t *theft) attribution() {
	for _, a := range t.i.Attributions {
		if a.Standing != incident.Disputed {
			t.laid(&a)
		}
	}
	for _, a := range t.i.Attributions {
		if a.Standing != incident.Disputed {
			continue
		}
		says := t.i.Claim(&a)
		t.tell(share.Said{What: "Objection to who is said to have done it", Text: says, By: a.By, Source: a.Source})
		for _, o := range t.claims[a.Actor] {
			t.opinion(o, &a, says)
		}
	}
}

// laid writes one claim of who did it.
func (t *theft) laid(a *incident.Attribution) {
	says := t.i.Claim(a)
	if a.State != "" {
		says = share.Joined(says, "state named behind it: "+a.State)
	}
	marks := []string{}
	if a.Checked() {
		marks = confidence(share.StatusOf(a.Standing))
	}
	if name := actors[a.Actor]; name != "" && a.Part != incident.PartLaundering {
		marks = append(marks, machineTag("misp-galaxy:threat-actor=", name))
	}
	words, _ := t.cited(a.Source)
	o := t.add(intrusionSet, share.Joined("by "+a.By, words), part{"name", typeText, a.Actor, marks, true}, part{relation: "description", kind: typeText, value: says})
	if a.Standing == incident.Withdrawn {
		o.takeBack()
	}
	t.opinion(o, a, says)
	t.claims[a.Actor] = append(t.claims[a.Actor], o)
}

// opinions are the words of STIX for how far somebody agrees, as MISP's numbers
// from 0 to 100, of which 50 is neutral.
var opinions = map[string]string{"strongly-agree": "100", "agree": "75", "neutral": "50", "disagree": "25", "strongly-disagree": "0"}

func (t *theft) opinion(o object, a *incident.Attribution, says string) {
	t.analyst(o, "Opinion", a.By, string(a.Day), object{"opinion": opinions[share.StandingOf(a.Standing).Opinion], "comment": says})
}

// roles writes what addresses are said to have done.
func (t *theft) roles() {
	for _, set := range t.i.Roles() {
		says := string(set.Role) + ": " + t.i.Role(&set)
		words, _ := t.cited(set.Source)
		for _, a := range set.Addresses {
			t.note(t.address(a, says, []string{machineTag("clew:role=", string(set.Role))}, words), set.By, says, "")
		}
	}
}

// transactions writes those by which a source saw the theft. The template has no
// chain either; its comment says it.
func (t *theft) transactions() {
	for _, x := range t.i.Seen() {
		chain, at := "not stated", ""
		if x.Chain != "" {
			chain = string(x.Chain)
		}
		if x.Time.Known() {
			at = x.Time.UTC().Format("2006-01-02T15:04:05+00:00")
		}
		words, _ := t.cited(x.Source)
		t.add(coinTransaction, share.Joined("chain: "+chain, x.Says, words),
			part{relation: "transaction-number", kind: typeText, value: share.TxText(x.Chain, x.Tx), correlates: true}, part{relation: "time", kind: "datetime", value: at})
	}
}
