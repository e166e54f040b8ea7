package misp

import (
	"encoding/json"
	"errors"
	"strings"
)

// The members of the format that are read. The rest is stepped over.
type (
	rawEvent struct {
		UUID       scalar            `json:"uuid"`
		Info       scalar            `json:"info"`
		Date       scalar            `json:"date"`
		Reach      scalar            `json:"distribution"`
		Orgc       rawOrg            `json:"Orgc"`
		Tags       []rawTag          `json:"Tag"`
		Attributes []rawAttribute    `json:"Attribute"`
		Objects    []rawObject       `json:"Object"`
		Reports    []json.RawMessage `json:"EventReport"`
	}
	rawOrg struct {
		Name scalar `json:"name"`
	}
	rawTag struct {
		Name scalar `json:"name"`
	}
	rawAttribute struct {
		UUID     scalar    `json:"uuid"`
		Type     scalar    `json:"type"`
		Category scalar    `json:"category"`
		Value    scalar    `json:"value"`
		Comment  scalar    `json:"comment"`
		Relation scalar    `json:"object_relation"`
		Deleted  scalar    `json:"deleted"`
		Detects  scalar    `json:"to_ids"`
		Reach    scalar    `json:"distribution"`
		First    scalar    `json:"first_seen"`
		Last     scalar    `json:"last_seen"`
		Tags     []rawTag  `json:"Tag"`
		Notes    []rawNote `json:"Note"`
		Event    rawHolder `json:"Event"` // of one that stands in a list without its event
	}
	rawHolder struct {
		UUID scalar `json:"uuid"`
		Info scalar `json:"info"`
		Orgc rawOrg `json:"Orgc"`
	}
	rawObject struct {
		UUID       scalar         `json:"uuid"`
		Name       scalar         `json:"name"`
		Comment    scalar         `json:"comment"`
		Deleted    scalar         `json:"deleted"`
		Attributes []rawAttribute `json:"Attribute"`
		Notes      []rawNote      `json:"Note"`
	}
	rawNote struct {
		Authors scalar          `json:"authors"`
		Text    scalar          `json:"note"`
		Created scalar          `json:"created"`
		Of      json.RawMessage `json:"Note"` // notes about it
	}
)

// A scalar is a text, number or truth value: servers write numbers and truth
// either way.
type scalar struct{ text string }

// UnmarshalJSON takes what is no object and no list.
func (s *scalar) UnmarshalJSON(raw []byte) error {
	switch {
	case string(raw) == "null":
	case raw[0] == '"':
		return json.Unmarshal(raw, &s.text)
	case raw[0] == '{' || raw[0] == '[':
		return errors.New("text where an object or a list stands")
	default:
		s.text = string(raw)
	}
	return nil
}

// yes reports whether a truth value is true, as servers write it.
func (s scalar) yes() bool { return s.text == "true" || s.text == "1" }

func names(tags []rawTag) (list []string) {
	for _, t := range tags {
		list = append(list, t.Name.text)
	}
	return list
}

func notes(raw []rawNote) (list []Note) {
	for _, n := range raw {
		list = append(list, Note{n.Authors.text, n.Text.text, n.Created.text})
	}
	return list
}

// nameOf returns the identifier of an element that cannot be read; number if it
// has none.
func nameOf(raw json.RawMessage, number string) string {
	var x struct {
		UUID scalar `json:"uuid"`
	}
	if json.Unmarshal(raw, &x) != nil || !uuidForm.MatchString(x.UUID.text) {
		return number
	}
	return x.UUID.text
}

// plain says in words what is wrong with an element's JSON.
func plain(err error) string {
	if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) {
		return kind.Field[strings.LastIndexByte(kind.Field, '.')+1:] + " is no " + kind.Value
	}
	return err.Error()
}
