package stix

import (
	"cmp"
	"strconv"

	"clew"
	"clew/incident"
	"clew/indicator"
	"clew/share"
)

// Indicator writes what somebody says of the way in: an indicator with a
// pattern, or malware by its name; with the theft whose id is given as what it
// indicates, or what used it, if that was written before. What a source lists as
// genuine is none, and is counted. One that bears no marking was not released,
// and goes out as amber+strict or red alone; no other above its own.
func (w *Writer) Indicator(i *indicator.Indicator, theft string) error {
	own := cmp.Or(i.Marking, incident.MarkAmberStrict)
	switch {
	case i.Safe:
		w.Withheld.Genuine++
		return nil
	case own.Stricter(w.options.Marking):
		return &clew.InputError{Field: "tlp", Value: string(w.options.Marking), Want: string(own) + " or stricter for the indicator " + share.Brief(i.Value)}
	}
	w.parts, w.revoked = nil, i.Withdrawn
	defer func() { w.revoked = false }()
	campaign := idOf("campaign", theft)
	if _, there := w.at[campaign]; !there {
		campaign = ""
	}
	author := w.author(i.Source)
	if i.Type == indicator.Malware {
		id := w.add(object{"type": "malware", "id": idOf("malware", i.Value, i.Source, i.Text), "name": i.Value, "description": cmp.Or(i.Text, "no more is said of it"), "is_family": true, "created_by_ref": author})
		if campaign != "" {
			w.relate(campaign, "uses", id, i.Source, object{"created_by_ref": author})
		}
		return w.err
	}
	o := object{
		"type": "indicator", "id": idOf("indicator", saidParts(i)...), "name": string(i.Type), "description": cmp.Or(i.Text, "no more is said of it"), "indicator_types": []string{"malicious-activity"},
		"pattern": patternOf(i), "pattern_type": cmp.Or(i.Language, "stix"), "created_by_ref": author, "valid_from": w.made,
	}
	if i.First.Known() {
		o["valid_from"] = stamp(i.First)
	}
	if i.Last.Known() && i.First.Known() && i.Last > i.First {
		o["valid_until"] = stamp(i.Last)
	}
	if i.Confidence != nil {
		o["confidence"] = *i.Confidence
	}
	id := w.add(o)
	if campaign != "" {
		w.relate(id, "indicates", campaign, i.Source, object{"created_by_ref": author})
	}
	return w.err
}

// saidParts are what an indicator's identifier follows from: all that is said,
// but not whether it was taken back.
func saidParts(i *indicator.Indicator) []string {
	sure := ""
	if i.Confidence != nil {
		sure = strconv.Itoa(*i.Confidence)
	}
	return []string{string(i.Type), i.Value, i.Source, i.Language, i.Text, i.First.String(), i.Last.String(), sure}
}

// patternOf writes an indicator as a pattern. STIX has no package of a
// registry: its package URL stands as the name of software.
func patternOf(i *indicator.Indicator) string {
	switch i.Type {
	case indicator.Pattern:
		return i.Value
	case indicator.File:
		return comparing("file", "hashes.'"+indicator.Algorithm(i.Value)+"'", i.Value)
	case indicator.Package:
		return comparing("software", "name", i.Value)
	}
	return comparing(string(i.Type), "value", i.Value)
}
