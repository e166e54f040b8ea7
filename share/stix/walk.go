package stix

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// A walker notes what an object's own members say and to whom it refers.
type walker struct {
	top   map[string]string
	list  map[string][]string
	refs  []string
	met   map[string]bool
	marks []string // by which the whole is marked
	parts []string // by which a part of it is, or what is in it
}

// value notes one value; key is the member that it belongs to.
func (w *walker) value(depth int, key string, value any) {
	switch x := value.(type) {
	case string:
		w.text(depth, key, x)
		w.mark(depth, key, x)
	case json.Number:
		w.keep(depth, key, x.String())
		w.mark(depth, key, x.String())
	case bool:
		w.keep(depth, key, strconv.FormatBool(x))
		w.mark(depth, key, strconv.FormatBool(x))
	}
}

// mark notes a marking. A reference that stands elsewhere, as in a report that
// lists the definition of a marking, marks nothing.
func (w *walker) mark(depth int, key, id string) {
	switch {
	case key == "object_marking_refs" && depth == 2:
		w.marks = append(w.marks, id)
	case key == "object_marking_refs" || key == "marking_ref":
		w.parts = append(w.parts, id)
	}
}

func (w *walker) text(depth int, key, text string) {
	w.keep(depth, key, text)
	if depth == 2 && slices.Contains(askedLists, key) {
		w.list[key] = append(w.list[key], text)
	}
	if !strings.HasSuffix(key, "_ref") && !strings.HasSuffix(key, "_refs") || typeOf(text) == "" || w.met[text] {
		return
	}
	if w.met == nil {
		w.met = map[string]bool{}
	}
	w.met[text] = true
	w.refs = append(w.refs, text)
}

// keep notes what an object's own member says, if it is asked for.
func (w *walker) keep(depth int, key, text string) {
	if depth == 1 && slices.Contains(asked, key) {
		w.top[key] = text
	}
}

// asked are the members that something here reads.
var asked = []string{"type", "id", "spec_version", "created", "modified", "revoked", "name", "description", "abstract", "content", "explanation",
	"relationship_type", "source_ref", "target_ref", "sighting_of_ref", "created_by_ref", "address", "value", "chain_id", "schema", "version"}

// askedLists are the lists of text that something here reads.
var askedLists = []string{"labels", "authors", "object_refs"}
