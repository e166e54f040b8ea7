package stix

import (
	"fmt"
	"slices"
	"strings"

	"clew/incident"
	"clew/share"
)

// A theft is one entry under way.
type theft struct {
	*Writer
	i        *share.Theft
	campaign string
	claims   map[string][]string // relationships that lay it to an actor, by the actor's id
}

// Theft writes one theft: a campaign with what is said of it, and a report
// that holds all of it together. Public says that the file is of the product's
// record; any other goes out under a marking of its own or one that was
// chosen, and never above its own, which is an input error.
//
// Left out are transfers, records of services and requests to freeze, and what
// [share.Withheld] counts.
func (w *Writer) Theft(i *incident.Incident, public bool) error {
	told, err := w.options.Told(i, public)
	if err != nil {
		return err
	}
	w.parts, w.revoked, w.named = nil, i.Status == incident.StatusWithdrawn, true
	made, changed := w.options.Times(i)
	w.made, w.changed = stamp(made), stamp(changed)
	t := &theft{Writer: w, i: told, claims: map[string][]string{}}
	t.theft()
	t.victims()
	t.methods()
	t.attribution()
	t.tell(t.i.Money())
	t.tell(t.i.Became())
	t.addresses()
	t.sightings()
	t.tell(t.i.Acts())
	t.report()
	w.Withheld.Add(told.Withheld)
	w.revoked, w.named, w.made, w.changed = false, false, commonTime, commonTime
	return w.err
}

// theft writes the campaign itself.
func (t *theft) theft() {
	i := t.i
	var says []string
	for _, s := range i.Summary {
		says = append(says, s.Text+share.Unverified(s.Checked()))
	}
	occurred := i.Dates.Occurred
	o := object{
		"type": "campaign", "id": idOf("campaign", i.ID), "name": i.Title, "description": strings.Join(says, " "), "objective": "theft of cryptocurrency",
		"first_seen": stamp(occurred.Day.Time()), "external_references": t.references(), "labels": t.labels(),
	}
	if occurred.Time.Time().Known() {
		o["first_seen"] = stamp(occurred.Time.Time())
	}
	if occurred.Until != "" {
		o["last_seen"] = stamp(occurred.Until.Time() + 86_399)
	}
	t.campaign = t.add(o)
	t.tell(t.i.Days())
}

func (t *theft) labels() []string {
	labels := []string{"id:" + t.i.ID}
	if t.i.Status != "" {
		labels = append(labels, "status:"+string(t.i.Status))
	}
	return labels
}

// references are the sources that the file cites.
func (t *theft) references() (list []object) {
	for _, s := range t.i.Sources {
		list = append(list, reference(&s))
	}
	return list
}

func reference(s *incident.Source) object {
	o := object{"source_name": s.Publisher, "description": share.Joined(s.Title, string(s.Day)), "external_id": s.ID}
	if share.WebURL(s.URL) {
		o["url"] = s.URL
	} else if s.Snapshot != "" {
		o["description"] = share.Joined(s.Title, string(s.Day), s.Snapshot)
	}
	return o
}

// source returns a reference to the source of a row, as a list.
func (t *theft) source(id string) []object {
	if s, ok := t.i.Source(id); ok {
		return []object{reference(&s)}
	}
	return nil
}

// tell writes notes about the theft, and about the addresses that they name.
func (t *theft) tell(list []share.Said) {
	for _, x := range list {
		more, ids := object{}, []string{t.campaign}
		if refs := t.source(x.Source); refs != nil {
			more["external_references"] = refs
		}
		for _, a := range x.Addresses {
			ids = append(ids, t.wallet(a))
		}
		t.note(ids, x.What, x.Text, x.By, more)
	}
}

// victims writes who lost. A private person is a class of which nobody is named.
func (t *theft) victims() {
	for _, v := range t.i.Victims {
		id := t.party(v.Name, share.VictimClass(&v), share.VictimWords(&v))
		t.relate(t.campaign, "targets", id, "", object{"external_references": t.source(v.Source)})
		t.located(id, &v)
		t.tell(t.i.Sizes(&v))
	}
}

// methods writes how it was done, as techniques of ATT&CK with who says so.
func (t *theft) methods() {
	for n, m := range t.i.Methods {
		t.tell([]share.Said{t.i.Method(&m)})
		for _, id := range share.Techniques(&m) {
			t.relate(t.campaign, "uses", t.technique(id), fmt.Sprint(n), object{
				"description": share.Joined("by "+m.By, string(m.Kind), share.TechniqueFrom(&m, id)) + share.Unverified(m.Checked()), "external_references": t.source(m.Source), "created_by_ref": t.technician(&m, id),
			})
		}
	}
}

// technician is who says that a technique was used: whoever names it, or the
// maker where it is this project's mapping.
func (t *theft) technician(m *incident.Method, id string) string {
	if slices.Contains(m.Techniques, id) {
		return t.author(m.By)
	}
	return makerID
}

// technique writes a technique of ATT&CK by its id; its name is ATT&CK's own
// affair, which changes.
func (t *theft) technique(id string) string {
	page := "https://attack.mitre.org/techniques/" + strings.ReplaceAll(id, ".", "/")
	return t.part(t.common(object{
		"type": "attack-pattern", "id": idOf("attack-pattern", id), "name": "ATT&CK " + id,
		"external_references": []object{{"source_name": "mitre-attack", "external_id": id, "url": page}},
	}))
}

// A report holds the parts of a theft together. It is written at the end, for
// what is said of the way in comes after the theft.
type report struct {
	object
	campaign, made, changed string
	parts                   []string
	revoked                 bool
}

// report begins the report of a theft.
func (t *theft) report() {
	t.reports[t.i.ID] = &report{
		object: object{
			"type": "report", "id": idOf("report", t.i.ID), "name": t.i.Title, "published": t.made, "report_types": []string{"campaign"},
			"description": "What is said of one theft, with who says it. Claims stand side by side; none is adopted.", "labels": t.labels(),
		},
		campaign: t.campaign, made: t.made, changed: t.changed, parts: slices.Clone(t.parts), revoked: t.revoked,
	}
}

// take adds parts, each once.
func (r *report) take(parts []string) {
	for _, id := range parts {
		if !slices.Contains(r.parts, id) {
			r.parts = append(r.parts, id)
		}
	}
}
