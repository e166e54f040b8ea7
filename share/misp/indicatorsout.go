package misp

import (
	"cmp"
	"fmt"
	"strings"

	"clew"
	"clew/indicator"
	"clew/share"
)

// Indicator writes what somebody says of the way in: in the event of the theft
// whose id is given, if that was written before, else in one event for all. A
// value is an attribute, with a note for each who says something of it; a
// package and malware are objects. What is listed as genuine is counted and left
// out: MISP has warning lists for that. No row goes out above its marking.
func (w *Writer) Indicator(i *indicator.Indicator, theft string) error {
	if i.Safe {
		w.Withheld.Genuine++
		return nil
	}
	if err := w.release.Way(i.Marking, i.Value); err != nil {
		return err
	}
	e := w.at[share.UUID("misp", "event", "theft\x00"+theft)]
	if e == nil {
		e = w.open("ways", "Claims about the way in", share.CommonTime, share.CommonTime)
	}
	says := i.Text
	if i.Confidence != nil {
		says = share.Joined(says, fmt.Sprintf("confidence %d of 100, by its source", *i.Confidence))
	}
	switch says = cmp.Or(says, "no more is said of it"); i.Type {
	case indicator.Malware:
		o := e.add(malware, share.Joined(says, "source: "+i.Source), part{relation: relName, kind: typeText, value: i.Value, correlates: true}, part{relation: "is_family", kind: "boolean", value: "1"})
		e.wayObject(o, i, says)
	case indicator.Package:
		state := "unknown"
		if !i.Observed {
			state = stateBad
		}
		o := e.add(softwarePackage, share.Joined(says, "source: "+i.Source), part{relation: relName, kind: typeText, value: i.Value, correlates: true}, part{relation: relState, kind: typeText, value: state})
		e.wayObject(o, i, says)
	default:
		e.way(i, says)
	}
	return nil
}

// wayObject says of an object who makes it, and whether they took it back.
func (e *event) wayObject(o object, i *indicator.Indicator, says string) {
	if i.Withdrawn {
		o.takeBack()
	}
	e.note(o, i.Source, says, "")
}

// way writes a value that is an attribute by itself: a server holds each value
// of a type once in an event, so that what others say of it becomes notes.
func (e *event) way(i *indicator.Indicator, says string) {
	kind := wayType(i)
	made := e.attribute(part{kind: kind, value: i.Value, correlates: true}, share.Joined(says, "source: "+i.Source))
	made["deleted"] = i.Withdrawn || e.deleted
	made["to_ids"] = !i.Observed && kind != typeText && made["deleted"] == false
	for name, t := range map[string]clew.Time{"first_seen": i.First, "last_seen": i.Last} {
		if t.Known() {
			made[name] = t.UTC().Format("2006-01-02T15:04:05.000000+00:00")
		}
	}
	id, _ := made["uuid"].(string)
	there := e.ways[id]
	if there == nil {
		if e.ways == nil {
			e.ways = map[string]object{}
		}
		e.ways[id], there = made, made
		e.attributes = append(e.attributes, made)
	}
	there["to_ids"] = there["to_ids"] == true || made["to_ids"] == true
	there["deleted"] = there["deleted"] == true && made["deleted"] == true
	e.note(there, i.Source, says, "")
}

// wayType is the type of attributes that a value is one of.
func wayType(i *indicator.Indicator) string {
	switch i.Type {
	case indicator.URL:
		return "url"
	case indicator.IPv4, indicator.IPv6:
		return "ip-dst"
	case indicator.Email:
		return "email-src"
	case indicator.File:
		return strings.ToLower(strings.ReplaceAll(indicator.Algorithm(i.Value), "-", ""))
	case indicator.Pattern:
		if i.Language == "" || i.Language == "stix" {
			return typeSTIX
		}
		if readAs[i.Language] != nil {
			return i.Language
		}
		return typeText
	}
	return "domain"
}
