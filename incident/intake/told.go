package intake

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"clew"
	"clew/incident"
)

// wrong is an error of a report's file.
func wrong(field, value, format string, args ...any) error {
	return &clew.InputError{Field: field, Value: value, Want: fmt.Sprintf(format, args...)}
}

// told returns what a report wants of the record. base is the entry of its id as
// it stands; nil: there is none. A report that says more than its acts own up to
// is an error.
func told(r, base *incident.Incident, today incident.Day) (Taken, error) {
	t := Taken{Incident: r.ID, Title: cut(r.Title, shortMax)}
	if len(r.Records)+len(r.Freezes) > 0 {
		return t, wrong("report", r.ID, "a file without records and freezes: those are of a case, and sealed")
	}
	if r.Status == "" {
		return t, wrong("report", r.ID, "a report: a file with a status and a trail, as clew incidents form writes one")
	}
	acts, err := added(r, base)
	if err != nil {
		return t, err
	}
	for i := range acts {
		if err := t.act(&acts[i], today); err != nil {
			return t, err
		}
	}
	t.Says = cut(t.Says, saysMax)
	if base != nil {
		return t, honest(r, base, acts)
	}
	t.Kind = NewTheft // also where its reporter corrected it before it came in
	if r.Status != incident.StatusProposed {
		return t, wrong("status", string(r.Status), "proposed: who reviews a report adds that it was reviewed")
	}
	return t, nil
}

// act takes in what one act of a report says.
func (t *Taken) act(x *incident.TrailEntry, today incident.Day) error {
	kind, ok := kinds[x.Act]
	switch {
	case !ok:
		return wrong("act", string(x.Act), "an act that a report may add: corrected, disputed, upheld, withdrawn or restored; who reviews it adds the rest")
	case x.Day > today:
		return wrong("day", string(x.Day), "a day that is not to come, of the act %q", x.Act)
	case x.By == incident.FormAuthor:
		return wrong("by", x.By, "who reports, in place of the form's own words, in the act %q of the trail", x.Act)
	}
	t.Kind, t.Says = kind, x.Text
	if x.Text == "" && x.Was != "" {
		t.Says = "was " + x.Was + "; is " + x.Is
	}
	if x.Of != "" && !slices.Contains(t.Of, x.Of) {
		t.Of = append(t.Of, x.Of)
	}
	if !slices.Contains(t.Authors, x.By) {
		t.Authors = append(t.Authors, x.By)
	}
	return nil
}

// added returns the acts that a report adds: to nothing, or to an entry's trail.
func added(r, base *incident.Incident) ([]incident.TrailEntry, error) {
	proposed := len(r.Trail) > 0 && r.Trail[0].Act == incident.ActProposed
	switch {
	case base == nil && proposed:
		return r.Trail, nil
	case base == nil:
		return nil, wrong("id", r.ID, "a theft that is on record, or a trail that begins with the act proposed (clew incidents form)")
	case len(r.Trail) > len(base.Trail) && slices.EqualFunc(r.Trail[:len(base.Trail)], base.Trail, sameAct):
		return r.Trail[len(base.Trail):], nil
	case len(r.Trail) == len(base.Trail) && slices.EqualFunc(r.Trail, base.Trail, sameAct):
		return nil, wrong("trail", r.ID, "an act that says what is to be done about the entry; this file adds none (clew incidents form --of %s)", r.ID)
	case proposed && base.Trail[0].Act != incident.ActProposed:
		return nil, wrong("id", r.ID, "an id of its own, for this one is on record; what is to be changed in it is reported by clew incidents form --of %s", r.ID)
	}
	return nil, wrong("trail", r.ID, "the entry's trail as it stands on record, with acts added at its end; begin from clew incidents form --of %s", r.ID)
}

func sameAct(a, b incident.TrailEntry) bool {
	a.Line, b.Line = 0, 0
	return a == b
}

// honest wants a report to change nothing but what its acts say.
func honest(r, base *incident.Incident, acts []incident.TrailEntry) error {
	covered := map[string]bool{"status": true, "trail": true}
	for _, x := range acts {
		covered[x.Of] = true
		if x.Act == incident.ActCorrected && x.Of == "" {
			return nil
		}
	}
	for _, key := range incident.Differ(base, r) {
		if covered[key] || key == "sources" && onlyAdds(r, base) {
			continue
		}
		return wrong(key, r.ID, "as it stands on record, or an act of its trail that says so (of: %s)", key)
	}
	return nil
}

// onlyAdds reports whether sources that both have are the same.
func onlyAdds(r, base *incident.Incident) bool {
	for _, s := range base.Sources {
		t, ok := r.Source(s.ID)
		s.Line, t.Line = 0, 0
		if ok && s != t {
			return false
		}
	}
	return true
}

// about returns what two reports of the same thing have in common: the entry
// and the part of it, or for a new theft its id, its victim and year, and the
// transactions that it names.
func about(r *incident.Incident, t *Taken) []string {
	if t.Kind != NewTheft {
		list := make([]string, 0, len(t.Of)+1)
		for _, key := range t.Of {
			list = append(list, "entry "+t.Incident+" "+key)
		}
		if len(list) == 0 {
			list = append(list, "entry "+t.Incident)
		}
		return list
	}
	return append([]string{"theft " + r.ID}, marks(r)...)
}

// marks returns what a theft can be known again by, whoever tells of it.
func marks(r *incident.Incident) []string {
	var list []string
	add := func(mark string) {
		if !slices.Contains(list, mark) && len(list) < aboutMax-1 {
			list = append(list, mark)
		}
	}
	year, _, _ := strings.Cut(string(r.Dates.Occurred.Last()), "-")
	for _, v := range r.Victims {
		if v.Kind != incident.PersonVictim && v.Kind != incident.UnknownVictim {
			add("victim " + plain(v.Name) + " " + year)
		}
	}
	for _, n := range r.Named {
		add("transaction " + n.Tx.String())
	}
	for _, l := range r.Losses {
		for _, tx := range l.Transactions {
			add("transaction " + tx.String())
		}
	}
	for _, set := range r.Recorded {
		for _, row := range set.Rows {
			if !row.Tx.IsZero() {
				add("transaction " + row.Tx.String())
			}
		}
	}
	return list
}

// plain returns a name in small letters and digits alone.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// cut returns a text's first bytes, at a character's end.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
