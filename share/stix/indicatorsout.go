package stix

import (
	"cmp"
	"strconv"

	"github.com/google/uuid"

	"clew/indicator"
	"clew/share"
)

// Indicator writes what somebody says of the way in: an indicator with a
// pattern, or malware by its name; with the theft whose id is given as what it
// indicates, or what used it, if that was written before. What was merely
// observed is the standard's observable, with a note of who saw it. What a
// source lists as genuine is none of these, and is counted. One that bears no
// marking was not released, and goes out as amber+strict or red alone; no other
// above its own.
func (w *Writer) Indicator(i *indicator.Indicator, theft string) error {
	if i.Safe {
		w.Withheld.Genuine++
		return nil
	}
	if err := w.options.Way(i.Marking, i.Value); err != nil {
		return err
	}
	r := w.reports[theft]
	w.parts, w.revoked = nil, i.Withdrawn
	w.made, w.changed = commonTime, commonTime
	defer func() { w.revoked = false }()
	campaign := ""
	if r != nil {
		campaign, w.made, w.changed = r.campaign, r.made, r.changed
	}
	switch author := w.author(i.Source); {
	case i.Type == indicator.Malware:
		w.malware(i, author, campaign)
	case i.Observed && i.Type != indicator.Pattern:
		w.observed(i, author, campaign)
	default:
		w.indicator(i, author, campaign)
	}
	if r != nil {
		r.take(w.parts)
	}
	return w.err
}

// way writes what is said of the way in: whichever thefts it is said of, it is
// one object.
func (w *Writer) way(o object) string {
	if w.revoked {
		o["revoked"] = true
	}
	return w.part(w.common(o))
}

// malware writes malware by its name; a campaign of "" is none.
func (w *Writer) malware(i *indicator.Indicator, author, campaign string) {
	id := w.way(object{"type": "malware", "id": idOf("malware", i.Value, i.Source, i.Text), "name": i.Value, "description": cmp.Or(i.Text, unsaid), "is_family": true, "created_by_ref": author})
	if campaign != "" {
		w.relate(campaign, "uses", id, i.Source, object{"created_by_ref": author})
	}
}

// unsaid stands where a source gives a value alone.
const unsaid = "no more is said of it"

// observed writes a value that somebody saw and does not call bad. An object
// observed-data would say how often, which nobody did.
func (w *Writer) observed(i *indicator.Indicator, author, campaign string) {
	kind, member, value := string(i.Type), "value", any(i.Value)
	switch i.Type {
	case indicator.File:
		member, value = "hashes", object{indicator.Algorithm(i.Value): i.Value}
	case indicator.Package:
		kind, member = "software", "name"
	}
	contributing, err := compact(object{member: value})
	if err != nil {
		w.fail(err)
	}
	id := w.part(w.common(object{"type": kind, "id": kind + "--" + uuid.NewSHA1(observableNamespace, contributing).String(), member: value}))
	more := object{"created_by_ref": author}
	if i.Confidence != nil {
		more["confidence"] = *i.Confidence
	}
	w.note([]string{id}, "Observed; not said to serve anything bad", share.Joined(cmp.Or(i.Text, unsaid), i.Days()), i.Source, more)
	if campaign != "" {
		w.relate(id, "related-to", campaign, i.Source, object{"created_by_ref": author})
	}
}

func (w *Writer) indicator(i *indicator.Indicator, author, campaign string) {
	o := object{
		"type": "indicator", "id": idOf("indicator", saidParts(i)...), "name": string(i.Type), "description": cmp.Or(i.Text, unsaid), "indicator_types": []string{"malicious-activity"},
		"pattern": patternOf(i), "pattern_type": cmp.Or(i.Language, "stix"), "created_by_ref": author, "valid_from": commonTime,
	}
	if i.Observed {
		o["indicator_types"] = []string{"unknown"}
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
	id := w.way(o)
	if campaign != "" {
		w.relate(id, "indicates", campaign, i.Source, object{"created_by_ref": author})
	}
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
