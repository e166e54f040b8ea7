package stix

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A walker goes once through an object and notes what its own members say and
// to whom it refers.
type walker struct {
	json *json.Decoder
	top  map[string]string
	list map[string][]string
	refs []string
	met  map[string]bool
}

// value steps over one value; key is the member that it belongs to.
func (w *walker) value(depth int, key string) error {
	token, err := w.json.Token()
	if err != nil {
		return err
	}
	if depth > MaxDepth {
		return fmt.Errorf("at most %d objects and lists in each other", MaxDepth)
	}
	if depth == 0 && token != json.Delim('{') {
		return errors.New("an object")
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return w.elements(depth, key)
		}
		return w.members(depth)
	case string:
		return w.text(depth, key, t)
	case json.Number:
		if len(t) > 100 {
			return errors.New("numbers of at most 100 digits")
		}
		w.keep(depth, key, t.String())
	case bool:
		w.keep(depth, key, strconv.FormatBool(t))
	}
	return nil
}

func (w *walker) elements(depth int, key string) error {
	for w.json.More() {
		if err := w.value(depth+1, key); err != nil {
			return err
		}
	}
	_, err := w.json.Token()
	return err
}

func (w *walker) members(depth int) error {
	named := map[string]bool{}
	for w.json.More() {
		token, err := w.json.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if named[name] {
			return fmt.Errorf("each member once, but %s stands there twice", quoted(name))
		}
		if len(name) > MaxText {
			return fmt.Errorf("text of at most %d bytes", MaxText)
		}
		named[name] = true
		if err := w.value(depth+1, name); err != nil {
			return err
		}
	}
	_, err := w.json.Token()
	return err
}

func (w *walker) text(depth int, key, text string) error {
	if len(text) > MaxText {
		return fmt.Errorf("text of at most %d bytes", MaxText)
	}
	w.keep(depth, key, text)
	if depth == 2 && slices.Contains(askedLists, key) {
		w.list[key] = append(w.list[key], text)
	}
	if !strings.HasSuffix(key, "_ref") && !strings.HasSuffix(key, "_refs") || typeOf(text) == "" || w.met[text] {
		return nil
	}
	if w.met == nil {
		w.met = map[string]bool{}
	}
	w.met[text] = true
	w.refs = append(w.refs, text)
	return nil
}

// keep notes what an object's own member says, if it is asked for.
func (w *walker) keep(depth int, key, text string) {
	if depth == 1 && slices.Contains(asked, key) {
		w.top[key] = text
	}
}

// asked are the members that something here reads.
var asked = []string{"type", "id", "spec_version", "created", "modified", "revoked", "name", "description", "abstract", "content", "explanation",
	"relationship_type", "source_ref", "target_ref", "sighting_of_ref", "created_by_ref", "address", "value", "chain_id"}

// askedLists are the lists of text that something here reads.
var askedLists = []string{"labels", "authors", "object_refs"}

// quoted returns text that may be long or hostile, for a message.
func quoted(text string) string { return strconv.Quote(bounded60(text)) }

// bounded60 cuts text to what fits a message.
func bounded60(text string) string {
	if runes := []rune(text[:min(len(text), 1000)]); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}
