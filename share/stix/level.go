package stix

import (
	"slices"

	"clew/incident"
)

// TypeOf returns the type that an identifier of STIX begins with; empty for
// what is no identifier.
func TypeOf(id string) string { return typeOf(id) }

// Created returns when an object says that it was made, as written; empty if it
// does not say.
func (o *Object) Created() string { return o.members["created"] }

// SpecVersion returns the version of STIX that an object says it is of. What
// says none is of 2.0 if it has a time at which it was made, and an observable
// of 2.1 if not, for which the standard lets it be left out.
func (o *Object) SpecVersion() string {
	if said := o.members["spec_version"]; said != "" {
		return said
	}
	if o.Created() != "" {
		return "2.0"
	}
	return "2.1"
}

// Level returns the marking of TLP under which an object may be passed on: the
// strictest that it bears, also on a part of it. What bears none was not
// released, and who put a marking on it that is not of TLP asks for something
// that is not known here: both are amber+strict at the least. Definitions of
// markings and extensions that bear none are clear, for they say nothing of a case.
func (o *Object) Level() incident.Marking {
	if len(o.MarkingRefs()) == 0 && (o.Type == "marking-definition" || o.Type == "extension-definition") {
		return incident.MarkClear
	}
	level, released := o.tlp()
	if level == "" || !released && incident.MarkAmberStrict.Stricter(level) {
		return incident.MarkAmberStrict
	}
	return level
}

// tlp returns the strictest marking of TLP that an object bears, also on a part
// of it; empty if it bears none. It is released by that if the whole bears one,
// and nothing of it one that is not known here.
func (o *Object) tlp() (level incident.Marking, released bool) {
	known := true
	for n, id := range o.MarkingRefs() {
		m, ok := markingOf(id)
		released, known = released || ok && n < len(o.marks), known && ok
		if ok && (level == "" || m.Stricter(level)) {
			level = m
		}
	}
	return level, released && known
}

// MarksItself reports whether a marking's definition would mark itself, given
// what those that are held already are marked with: directly or through at most
// so many others. Through more, it is taken to.
func MarksItself(o *Object, held func(id string) []string, most int) bool {
	met, open := map[string]bool{}, o.MarkingRefs()
	for len(open) > 0 {
		id := open[len(open)-1]
		open = open[:len(open)-1]
		if id == o.ID || len(met) > most {
			return true
		}
		if !met[id] {
			met[id] = true
			open = append(open, held(id)...)
		}
	}
	return false
}

// MarkingRefs returns the markings that an object bears, as written: first those
// of the whole, then those of its parts.
func (o *Object) MarkingRefs() []string { return slices.Concat(o.marks, o.parts) }
