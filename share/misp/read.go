package misp

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"clew"
	"clew/incident"
	"clew/share"
)

// Bounds of what is read.
const (
	MaxBytes    = 128 << 20 // of a file
	MaxEvent    = 64 << 20  // bytes of one event
	MaxEvents   = 10_000
	MaxElements = 200_000 // objects and attributes of all events
	maxDoubts   = 1000
)

// Events are what was read of a file, in its order. They are made by [Read] and
// not changed afterwards.
type Events struct {
	List   []Event
	Doubts []share.Doubt // what is odd and was taken all the same
}

// An Event is one event of MISP with its attributes, also those within objects.
type Event struct {
	UUID, Info, Date string // empty UUID: its attributes stood in a list without an event
	Org              string // who made it
	Reach            string // how far it may go within MISP: its distribution, as the number that servers write
	Tags             []string
	Attributes       []Attribute
	Objects          []Object
}

// An Attribute is one statement of an event: a value and what kind it is of.
type Attribute struct {
	UUID, Type, Category, Value, Comment string
	Relation                             string // what it is to its object
	Object                               int    // index among the event's objects; -1: it is in none
	Tags                                 []string
	Notes                                []Note
	First, Last                          string // seen, as written; empty: not said
	Reach                                string // as that of its event; 5 or empty: the same
	Detects                              bool   // to_ids: whoever made it wants it looked for
	Deleted                              bool   // whoever made it takes it back
}

// An Object holds attributes of an event together.
type Object struct {
	UUID, Name, Comment string
	Notes               []Note
	Deleted             bool
}

// A Note is what an analyst says of an attribute or object.
type Note struct{ Authors, Text, Created string }

// Read reads an event, a list of events as MISP answers with, or a list of
// attributes without their events, and takes all of it or nothing. What the format forbids is an input error with the
// identifier of the event, object or attribute: one without an identifier, or
// with that of another, text that is no UTF-8, a name twice in one object; and
// so is what exceeds a bound.
func Read(r io.Reader) (*Events, error) { return read(r, MaxBytes, MaxElements) }

// read reads at most so many bytes and elements.
func read(r io.Reader, most int64, elements int) (*Events, error) {
	in := &share.Bounded{R: r, Left: most, Piece: MaxEvent}
	d := &reading{in: in, json: json.NewDecoder(in), bytes: most, most: elements, met: map[string]bool{}, loose: map[string]int{}}
	if err := d.file(); err != nil {
		return nil, d.wanted(err)
	}
	return &d.out, nil
}

// A reading is a file under way.
type reading struct {
	in       *share.Bounded
	json     *json.Decoder
	out      Events
	bytes    int64
	most     int // elements
	elements int
	met      map[string]bool // identifiers
	loose    map[string]int  // events of attributes that stand without them, by identifier
}

func wrong(want string) error { return &clew.InputError{Field: "events", Want: want} }

func refused(id, want string) error {
	return &clew.InputError{Field: "element", Value: share.Brief(id), Want: want}
}

// wanted turns a failure of reading into what the user gave wrong.
func (d *reading) wanted(err error) error {
	var given *clew.InputError
	switch {
	case errors.As(err, &given):
		return err
	case d.in.Failed != nil && !errors.Is(d.in.Failed, share.ErrLong):
		return fmt.Errorf("misp: %w", d.in.Failed)
	case d.in.Failed != nil && d.in.Left > 0:
		return refused(d.number(), fmt.Sprintf("at most %d MiB", MaxEvent>>20))
	case d.in.Failed != nil:
		return wrong(fmt.Sprintf("at most %d MiB", d.bytes>>20))
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return wrong("whole events of MISP; the file ends in its middle")
	}
	return wrong("events of MISP, in JSON: " + err.Error())
}

// number stands for the identifier of the event that is next.
func (d *reading) number() string { return fmt.Sprintf("event number %d", len(d.out.List)+1) }

// file reads {"Event": …}, {"response": […]}, a list alone or, as pymisp writes
// it, an event alone.
func (d *reading) file() error {
	token, err := d.json.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('['):
		err = d.list()
	case json.Delim('{'):
		err = d.members()
	default:
		err = wrong("an event of MISP, or a list of events")
	}
	if err != nil {
		return err
	}
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		return wrong("one event or one list, and nothing after it")
	}
	return nil
}

// members reads the one object that holds an event, or a list of them.
func (d *reading) members() error {
	named, bare := map[string]bool{}, map[string]json.RawMessage{}
	for d.json.More() {
		d.in.Piece = MaxEvent
		token, err := d.json.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if named[name] {
			return wrong("each member once, but " + share.Quoted(name) + " stands there twice")
		}
		named[name] = true
		switch name {
		case "Event":
			err = d.next(func(raw json.RawMessage) error { return d.event(raw) })
		case "response":
			err = d.response()
		default:
			err = d.next(func(raw json.RawMessage) error { bare[name] = raw; return nil })
		}
		if err != nil {
			return err
		}
	}
	if _, err := d.json.Token(); err != nil {
		return err
	}
	return d.rest(named["Event"] || named["response"], bare)
}

// rest takes what stands beside an event or a list: nothing, or where there is
// neither, the members of an event alone.
func (d *reading) rest(wrapped bool, bare map[string]json.RawMessage) error {
	switch {
	case !wrapped && bare["Attribute"] != nil && bare["uuid"] == nil && bare["info"] == nil:
		return d.alone(bare["Attribute"])
	case !wrapped && (bare["uuid"] == nil || bare["info"] == nil):
		return wrong("an event of MISP, or a list of events or attributes")
	case !wrapped:
		raw, err := json.Marshal(bare)
		if err != nil {
			return wrong("events of MISP, in JSON: " + err.Error())
		}
		return d.event(raw)
	}
	for _, name := range slices.Sorted(maps.Keys(bare)) {
		d.doubt("", "what the file itself says as "+share.Quoted(name)+" is not kept")
	}
	return nil
}

// response reads a list of events, or an object that holds attributes alone.
func (d *reading) response() error {
	switch token, err := d.json.Token(); {
	case err != nil:
		return err
	case token == json.Delim('['):
		return d.list()
	case token == json.Delim('{'):
		return d.attributes()
	}
	return wrong("a list of events or attributes as response")
}

// list reads what is behind the bracket of a list of events.
func (d *reading) list() error {
	for d.json.More() {
		if err := d.next(d.wrapped); err != nil {
			return err
		}
	}
	_, err := d.json.Token()
	return err
}

// next reads one value and hands it on.
func (d *reading) next(take func(json.RawMessage) error) error {
	d.in.Piece = MaxEvent
	var raw json.RawMessage
	if err := d.json.Decode(&raw); err != nil {
		return err
	}
	return take(raw)
}

// wrapped takes an element of a list, which holds an event.
func (d *reading) wrapped(raw json.RawMessage) error {
	var one map[string]json.RawMessage
	if err := json.Unmarshal(raw, &one); err != nil || one["Event"] == nil {
		return refused(d.number(), "an object that holds an event")
	}
	for name := range one {
		if name != "Event" {
			d.doubt("", "what stands beside an event as "+share.Quoted(name)+" is not kept")
		}
	}
	return d.event(one["Event"])
}

func (d *reading) doubt(id, text string) {
	if len(d.out.Doubts) < maxDoubts {
		d.out.Doubts = append(d.out.Doubts, share.Doubt{ID: id, Text: text})
	}
}

// event takes one event.
func (d *reading) event(raw json.RawMessage) error {
	if !utf8.Valid(raw) {
		return refused(d.number(), "text in UTF-8")
	}
	if len(d.out.List) == MaxEvents {
		return wrong(fmt.Sprintf("at most %d events", MaxEvents))
	}
	var x rawEvent
	err := share.Walk(raw, func(int, string, any) {})
	if err == nil {
		err = json.Unmarshal(raw, &x)
	}
	if err != nil {
		return refused(nameOf(raw, d.number()), "a sound event: "+plain(err))
	}
	if err := d.meet(x.UUID.text, d.number()); err != nil {
		return err
	}
	e := Event{UUID: x.UUID.text, Info: x.Info.text, Date: x.Date.text, Org: x.Orgc.Name.text, Reach: x.Reach.text, Tags: names(x.Tags)}
	for i := range x.Attributes {
		if err := d.attribute(&e, &x.Attributes[i], -1); err != nil {
			return err
		}
	}
	for i := range x.Objects {
		if err := d.object(&e, &x.Objects[i]); err != nil {
			return err
		}
	}
	if n := len(x.Reports); n > 0 {
		d.doubt(e.UUID, fmt.Sprintf("%d reports in words are not kept", n))
	}
	d.out.List = append(d.out.List, e)
	return nil
}

// uuidForm is how an identifier is written.
var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// meet wants an element to have an identifier that no other has.
func (d *reading) meet(uuid, name string) error {
	if d.elements++; d.elements > d.most {
		return wrong(fmt.Sprintf("at most %d events, objects and attributes", d.most))
	}
	switch key := strings.ToLower(uuid); {
	case uuid == "":
		return refused(name, "an identifier, uuid")
	case !uuidForm.MatchString(uuid):
		return refused(uuid, "an identifier that is a UUID")
	case d.met[key]:
		return refused(uuid, "an identifier of one event, object or attribute; two have it")
	default:
		d.met[key] = true
	}
	return nil
}

func (d *reading) object(e *Event, x *rawObject) error {
	if err := d.meet(x.UUID.text, "an object of event "+e.UUID); err != nil {
		return err
	}
	if x.Name.text == "" {
		return refused(x.UUID.text, "an object with a name")
	}
	e.Objects = append(e.Objects, Object{x.UUID.text, x.Name.text, x.Comment.text, notes(x.Notes), x.Deleted.yes()})
	for i := range x.Attributes {
		if err := d.attribute(e, &x.Attributes[i], len(e.Objects)-1); err != nil {
			return err
		}
	}
	return nil
}

func (d *reading) attribute(e *Event, x *rawAttribute, object int) error {
	if err := d.meet(x.UUID.text, "an attribute of event "+e.UUID); err != nil {
		return err
	}
	if x.Type.text == "" || x.Value.text == "" {
		return refused(x.UUID.text, "an attribute with a type and a value")
	}
	e.Attributes = append(e.Attributes, Attribute{
		UUID: x.UUID.text, Type: x.Type.text, Category: x.Category.text, Value: x.Value.text, Comment: x.Comment.text, Relation: x.Relation.text, Object: object, Tags: names(x.Tags), Notes: notes(x.Notes),
		First: x.First.text, Last: x.Last.text, Reach: x.Reach.text, Detects: x.Detects.yes(), Deleted: x.Deleted.yes(),
	})
	return nil
}

// Marking returns the strictest marking of TLP that anything bears; empty if
// nothing bears any. A marking of another kind counts as none.
func (s *Events) Marking() (strictest incident.Marking) {
	take := func(tags []string) {
		for _, t := range tags {
			if m, ok := markingOf(t); ok && (strictest == "" || m.Stricter(strictest)) {
				strictest = m
			}
		}
	}
	for i := range s.List {
		take(s.List[i].Tags)
		for k := range s.List[i].Attributes {
			take(s.List[i].Attributes[k].Tags)
		}
	}
	return strictest
}

// markingOf returns the marking that a tag stands for. White is what clear was
// called before; the amber of then did not say whether clients are meant, and
// is not told from that of now.
func markingOf(name string) (incident.Marking, bool) {
	word, ok := strings.CutPrefix(strings.ToLower(name), tagTLP)
	if word == "white" {
		return incident.MarkClear, ok
	}
	m := incident.Marking(word)
	return m, ok && incident.MarkRed.Stricter(m) || ok && m == incident.MarkRed
}
