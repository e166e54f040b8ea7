package stix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/incident"
)

// A theft is one entry under way.
type theft struct {
	*Writer
	i        *incident.Incident
	campaign string
	private  bool                // of no record: its notes stay here unless released
	claims   map[string][]string // relationships that lay it to an actor, by the actor's id
}

// Theft writes one theft: a campaign with what is said of it, and a report
// that holds all of it together. Public says that the file is of the product's
// record; any other goes out under a marking of its own or one that was
// chosen, and never above its own, which is an input error.
//
// Left out are transfers, records of services and requests to freeze, and what
// [Withheld] counts.
func (w *Writer) Theft(i *incident.Incident, public bool) error {
	if err := w.allowed(i, public); err != nil {
		return err
	}
	w.parts, w.revoked, w.named = nil, i.Status == incident.StatusWithdrawn, true
	w.made, w.changed = stamp(w.options.Stated), stamp(w.options.Stated)
	if n := len(i.Trail); n > 0 {
		w.made, w.changed = stamp(i.Trail[0].Day.Time()), stamp(i.Trail[n-1].Day.Time())
	}
	t := &theft{Writer: w, i: i, private: !public, claims: map[string][]string{}}
	t.theft()
	t.victims()
	t.methods()
	t.attribution()
	t.money()
	t.outcomes()
	t.addresses()
	t.sightings()
	t.acts()
	t.report()
	w.revoked, w.named, w.made, w.changed = false, false, commonTime, commonTime
	return w.err
}

// allowed holds a file's marking against that under which it is to go out.
func (w *Writer) allowed(i *incident.Incident, public bool) error {
	own := i.Marking
	if own == "" && public {
		own = incident.MarkClear
	}
	switch {
	case i.Status == incident.StatusRefused:
		return &clew.InputError{Field: "incident", Value: i.ID, Want: "an entry that was not refused"}
	case own == "" && !w.options.Chosen:
		return &clew.InputError{Field: "tlp", Want: "a marking to share " + i.ID + " under: its file bears none"}
	case own.Stricter(w.options.Marking) && own != "":
		return &clew.InputError{Field: "tlp", Value: string(w.options.Marking), Want: fmt.Sprintf("%s or stricter: %s is marked so, and nothing is shared above its marking", own, i.ID)}
	case len(i.Trail) == 0 && !w.options.Stated.Known():
		return &clew.InputError{Field: "stated", Want: "the time at which " + i.ID + " was written, for it has no trail"}
	}
	return nil
}

// theft writes the campaign itself.
func (t *theft) theft() {
	i := t.i
	var says []string
	for _, s := range i.Summary {
		says = append(says, s.Text+unverified(s.Checked()))
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
	for _, d := range []struct {
		what string
		day  incident.Dated
	}{{"occurred", occurred}, {"discovered", i.Dates.Discovered}, {"disclosed", i.Dates.Disclosed}} {
		if d.day.Day != "" {
			t.say("Day on which it "+was[d.what]+d.what, joined(about(d.day.About)+string(d.day.Day)+until(d.day.Until), t.own(d.day.Note))+unverified(d.day.Checked()), "", d.day.Source)
		}
	}
}

var was = map[string]string{"discovered": "was ", "disclosed": "was "}

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
	o := object{"source_name": s.Publisher, "description": joined(s.Title, string(s.Day)), "external_id": s.ID}
	if webURL(s.URL) {
		o["url"] = s.URL
	} else if s.Snapshot != "" {
		o["description"] = joined(s.Title, string(s.Day), s.Snapshot)
	}
	return o
}

// webURL reports whether text is the address of a page, whole, and of
// characters that such an address may have.
func webURL(text string) bool {
	rest, ok := strings.CutPrefix(text, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(text, "http://")
	}
	return ok && rest != "" && !strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r) })
}

// source returns a reference to the source of a row, as a list.
func (t *theft) source(id string) []object {
	if s, ok := t.i.Source(id); ok {
		return []object{reference(&s)}
	}
	return nil
}

// say writes a note about the theft.
func (t *theft) say(abstract, content, by, source string) {
	more := object{}
	if refs := t.source(source); refs != nil {
		more["external_references"] = refs
	}
	t.note([]string{t.campaign}, abstract, content, by, more)
}

// own returns a note of the file's own, unless it is to stay private.
func (t *theft) own(note string) string {
	if note != "" && t.private && !t.options.Notes {
		t.Withheld.Notes++
		return ""
	}
	return note
}

// victims writes who lost. A private person is a class of which nobody is named.
func (t *theft) victims() {
	for _, v := range t.i.Victims {
		class, name := "organization", v.Name
		switch v.Kind {
		case incident.PersonVictim:
			class = "individual"
		case incident.WalletVictim, incident.UnknownVictim:
			class = "unknown"
		}
		says := joined("Kind of victim: "+cmp.Or(string(v.Kind), "not known"), country(v.Country))
		id := t.party(name, class, says)
		t.relate(t.campaign, "targets", id, "", object{"external_references": t.source(v.Source)})
		t.located(id, &v)
		for _, s := range v.Sizes {
			t.say("Size of "+v.Name, fmt.Sprintf("%s: %s%s%s", s.Of, about(s.About), s.Figure, of(s.Day)), "", s.Source)
		}
	}
}

func country(code string) string {
	if code == "" {
		return ""
	}
	return "country: " + code
}

// methods writes how it was done, as techniques of ATT&CK with who says so.
func (t *theft) methods() {
	for n, m := range t.i.Methods {
		ids := slices.Clone(m.Kind.Techniques())
		for _, own := range m.Techniques {
			if !slices.Contains(ids, own) {
				ids = append(ids, own)
			}
		}
		t.say("Method", joined(string(m.Kind), m.Text)+unverified(m.Checked()), m.By, m.Source)
		for _, id := range ids {
			t.relate(t.campaign, "uses", t.technique(id), fmt.Sprint(n), object{
				"description": joined("by "+m.By, string(m.Kind), mapped(m, id)) + unverified(m.Checked()), "external_references": t.source(m.Source), "created_by_ref": t.technician(m, id),
			})
		}
	}
}

// technician is who says that a technique was used: whoever names it, or the
// maker where it is this project's mapping.
func (t *theft) technician(m incident.Method, id string) string {
	if slices.Contains(m.Techniques, id) {
		return t.author(m.By)
	}
	return makerID
}

// mapped says where a technique comes from: the source, or this project's own
// reading of a kind of method.
func mapped(m incident.Method, id string) string {
	if slices.Contains(m.Techniques, id) {
		return "technique named in the record"
	}
	return "technique by this project's mapping of the kind"
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

// report holds the parts of a theft together.
func (t *theft) report() {
	parts := slices.Clone(t.parts)
	t.add(object{
		"type": "report", "id": idOf("report", t.i.ID), "name": t.i.Title, "published": t.made, "report_types": []string{"campaign"},
		"description": "What is said of one theft, with who says it. Claims stand side by side; none is adopted.", "labels": t.labels(), "object_refs": parts,
	})
}

func about(yes bool) string {
	if yes {
		return "about "
	}
	return ""
}

func until(d incident.Day) string {
	if d == "" {
		return ""
	}
	return " to " + string(d)
}

func of(d incident.Day) string {
	if d == "" {
		return ""
	}
	return ", " + string(d)
}

func unverified(checked bool) string {
	if checked {
		return ""
	}
	return " (not verified in its source)"
}
