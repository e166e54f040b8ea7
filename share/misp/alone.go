package misp

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"clew/share"
)

// attributes reads the object that holds attributes without their events, as
// servers answer who asks for attributes.
func (d *reading) attributes() error {
	named := map[string]bool{}
	for d.json.More() {
		token, err := d.json.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if named[name] {
			return wrong("each member once, but " + share.Quoted(name) + " stands there twice")
		}
		named[name] = true
		take := d.alone
		if name != "Attribute" {
			d.doubt("", "what stands beside attributes as "+share.Quoted(name)+" is not kept")
			take = func(json.RawMessage) error { return nil }
		}
		if err := d.next(take); err != nil {
			return err
		}
	}
	if !named["Attribute"] {
		return wrong("a list of events or attributes as response")
	}
	_, err := d.json.Token()
	return err
}

// alone takes a list of attributes that stand without their events.
func (d *reading) alone(raw json.RawMessage) error {
	var list []json.RawMessage
	if !utf8.Valid(raw) {
		return wrong("text in UTF-8")
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return wrong("a list of attributes")
	}
	for n, one := range list {
		number := fmt.Sprintf("attribute number %d", n+1)
		var x rawAttribute
		err := share.Walk(one, func(int, string, any) {})
		if err == nil {
			err = json.Unmarshal(one, &x)
		}
		if err != nil {
			return refused(nameOf(one, number), "a sound attribute: "+plain(err))
		}
		e, err := d.holder(&x.Event, number)
		if err != nil {
			return err
		}
		if err := d.attribute(e, &x, -1); err != nil {
			return err
		}
	}
	return nil
}

// holder returns the event that an attribute says it is of, begun if there is
// none. One that names none is of an event without an identifier.
func (d *reading) holder(x *rawHolder, number string) (*Event, error) {
	id := x.UUID.text
	if at, there := d.loose[id]; there {
		return &d.out.List[at], nil
	}
	if len(d.out.List) == MaxEvents {
		return nil, wrong(fmt.Sprintf("at most %d events", MaxEvents))
	}
	if id != "" {
		if err := d.meet(id, number); err != nil {
			return nil, err
		}
	}
	d.loose[id] = len(d.out.List)
	d.out.List = append(d.out.List, Event{UUID: id, Info: x.Info.text, Org: x.Orgc.Name.text})
	return &d.out.List[d.loose[id]], nil
}
