package stix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"clew"
	"clew/share"
)

// Bounds of what is read.
const (
	MaxBytes   = 128 << 20 // of a bundle
	MaxObject  = 16 << 20  // bytes of one object
	MaxObjects = 200_000
	maxDoubts  = 1000
)

// Read reads a bundle, object by object, and takes all of it or nothing. Types
// that are not known are kept as they are, and so are references to what is
// not there and references in a circle, which [Bundle.Missing] and
// [Bundle.Cycles] list.
//
// What the standard forbids is an input error with the object's id: an object
// without type or id, two that say different things of one version, times that
// are none, text that is no UTF-8, a name twice in one object,
// a marking that marks itself or that redefines a published one, an extension
// without its schema; and so is what exceeds a bound.
func Read(r io.Reader) (*Bundle, error) { return read(r, MaxBytes, MaxObjects) }

// read reads at most so many bytes and objects.
func read(r io.Reader, bytes int64, objects int) (*Bundle, error) {
	in := &share.Bounded{R: r, Left: bytes, Piece: MaxObject}
	d := &reading{in: in, json: json.NewDecoder(in), most: objects, bytes: bytes, seen: map[[2]string]int{}}
	if err := d.bundle(); err != nil {
		return nil, d.wanted(err)
	}
	d.tell()
	for _, id := range d.out.settle() {
		d.doubt(id, "it was taken back in an earlier version, which is for good")
	}
	if err := d.out.checkMarkings(); err != nil {
		return nil, err
	}
	return &d.out, nil
}

// A reading is a bundle under way.
type reading struct {
	in       *share.Bounded
	json     *json.Decoder
	out      Bundle
	most     int   // objects
	bytes    int64 // of all
	kind     string
	seen     map[[2]string]int // id and version to place
	old      int               // objects that say no version of the standard
	repeated int
}

// wanted turns a failure of reading into what the user gave wrong.
func (d *reading) wanted(err error) error {
	var wrong *clew.InputError
	switch {
	case errors.As(err, &wrong):
		return err
	case d.in.Failed != nil && !errors.Is(d.in.Failed, share.ErrLong):
		return fmt.Errorf("stix: %w", d.in.Failed)
	case d.in.Failed != nil && d.in.Left > 0:
		return refused(d.number(), fmt.Sprintf("at most %d MiB", MaxObject>>20))
	case d.in.Failed != nil:
		return &clew.InputError{Field: "bundle", Want: fmt.Sprintf("at most %d MiB", d.bytes>>20)}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return &clew.InputError{Field: "bundle", Want: "a whole bundle of STIX; this one ends in its middle"}
	}
	return &clew.InputError{Field: "bundle", Want: "a bundle of STIX, in JSON: " + err.Error()}
}

// bundle reads the one object that holds all others.
func (d *reading) bundle() error {
	if err := d.delim('{'); err != nil {
		return err
	}
	named := map[string]bool{}
	for d.json.More() {
		token, err := d.json.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if named[name] {
			return &clew.InputError{Field: "bundle", Value: name, Want: "each member once"}
		}
		named[name] = true
		if err := d.member(name); err != nil {
			return err
		}
	}
	if err := d.delim('}'); err != nil {
		return err
	}
	if d.kind != "bundle" {
		return &clew.InputError{Field: "bundle", Value: d.kind, Want: `an object of the type "bundle"`}
	}
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		return &clew.InputError{Field: "bundle", Want: "one bundle and nothing after it"}
	}
	return nil
}

func (d *reading) delim(want json.Delim) error {
	token, err := d.json.Token()
	if err != nil {
		return err
	}
	if token != want {
		return &clew.InputError{Field: "bundle", Want: fmt.Sprintf("%q here; this is no bundle of STIX", want.String())}
	}
	return nil
}

func (d *reading) member(name string) error {
	d.in.Piece = MaxObject
	switch name {
	case "type":
		return d.json.Decode(&d.kind)
	case "id":
		return d.json.Decode(&d.out.ID)
	case "objects":
		return d.objects()
	}
	var skipped json.RawMessage
	d.doubt("", "what the bundle itself says as "+share.Quoted(name)+" is not kept")
	return d.json.Decode(&skipped)
}

func (d *reading) objects() error {
	if err := d.delim('['); err != nil {
		return err
	}
	for d.json.More() {
		d.in.Piece = MaxObject
		var raw json.RawMessage
		if err := d.json.Decode(&raw); err != nil {
			return d.unread(err)
		}
		if len(d.out.Objects) == d.most {
			return &clew.InputError{Field: "bundle", Want: fmt.Sprintf("at most %d objects", d.most)}
		}
		if err := d.object(raw); err != nil {
			return err
		}
	}
	return d.delim(']')
}

// unread says of which object the text could not be read.
func (d *reading) unread(err error) error {
	if wrong := (*json.SyntaxError)(nil); errors.As(err, &wrong) && d.in.Failed == nil {
		return refused(d.number(), "JSON: "+err.Error())
	}
	return err
}

// number stands for the id of the object that is next.
func (d *reading) number() string {
	return fmt.Sprintf("number %d", len(d.out.Objects)+d.repeated+1)
}

// object takes one object, unless it is there already.
func (d *reading) object(raw json.RawMessage) error {
	o, err := parse(d.number(), raw)
	if err != nil {
		return err
	}
	key := [2]string{o.ID, instant(o.Modified)}
	if at, ok := d.seen[key]; ok {
		same, err := alike(d.out.Objects[at].Raw, o.Raw)
		if err != nil || !same {
			return refused(o.ID, "one object of this version; two say different things")
		}
		d.repeated++
		return nil
	}
	if made := o.members["created"]; o.Modified != "" && instant(o.Modified) < instant(made) {
		d.doubt(o.ID, "it says that it was changed before it was made")
	}
	if _, said := o.members["spec_version"]; !said && o.members["created"] != "" {
		d.old++
	}
	d.seen[key] = len(d.out.Objects)
	d.out.Objects = append(d.out.Objects, *o)
	return nil
}

// alike reports whether two objects of one version say the same; times may be
// written with more digits or fewer.
func alike(a, b json.RawMessage) (bool, error) {
	var said [2][]byte
	for n, raw := range []json.RawMessage{a, b} {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var members map[string]any
		if err := d.Decode(&members); err != nil {
			return false, err
		}
		for _, name := range []string{"created", "modified"} {
			if text, ok := members[name].(string); ok {
				members[name] = instant(text)
			}
		}
		var err error
		if said[n], err = compact(members); err != nil {
			return false, err
		}
	}
	return bytes.Equal(said[0], said[1]), nil
}

// parse checks one object; number stands for its id where it has none.
func parse(number string, raw json.RawMessage) (*Object, error) {
	name := number
	if !utf8.Valid(raw) {
		return nil, refused(name, "text in UTF-8")
	}
	w := walker{top: map[string]string{}, list: map[string][]string{}}
	err := share.Walk(raw, w.value)
	if id := w.top["id"]; id != "" {
		name = share.Brief(id)
	}
	if err != nil {
		return nil, refused(name, err.Error())
	}
	o := &Object{ID: w.top["id"], Type: w.top["type"], Modified: w.top["modified"], Revoked: w.top["revoked"] == "true", Refs: w.refs, Raw: raw, marks: w.marks, parts: w.parts, members: w.top, lists: w.list}
	switch kind := typeOf(o.ID); {
	case o.Type == "":
		return nil, refused(name, "an object with a type")
	case kind == "":
		return nil, refused(name, "an id such as campaign--, and a UUID behind it")
	case o.Type == "bundle":
		return nil, refused(name, "an object, and no bundle within another, of which no marking would hold for what is in it")
	case kind != o.Type:
		return nil, refused(name, "the id of an object of the type "+share.Quoted(o.Type))
	}
	if why := o.sound(); why != "" {
		return nil, refused(name, why)
	}
	for _, ref := range required[o.Type] {
		if typeOf(o.members[ref]) == "" {
			return nil, refused(name, "an object's id as "+ref)
		}
	}
	return o, nil
}

// required are the references without which an object says nothing.
var required = map[string][]string{"relationship": {"source_ref", "target_ref"}, "sighting": {"sighting_of_ref"}}

// tell notes what is odd about the whole.
func (d *reading) tell() {
	if typeOf(d.out.ID) != "bundle" {
		d.doubt("", "the bundle's id "+share.Quoted(d.out.ID)+" is none of STIX; it gets one of its own when it is written")
		d.out.ID = ""
	}
	if d.old > 0 {
		d.doubt("", fmt.Sprintf("%d objects do not say of which version of STIX they are, as those of 2.0 did not; they are kept as they are", d.old))
	}
	if d.repeated > 0 {
		d.doubt("", fmt.Sprintf("%d objects stand there twice, and are kept once", d.repeated))
	}
}

func (d *reading) doubt(id, text string) {
	if len(d.out.Doubts) < maxDoubts {
		d.out.Doubts = append(d.out.Doubts, share.Doubt{ID: id, Text: text})
	}
}

// checkMarkings refuses markings that mark themselves, directly or through
// others, which the standard forbids.
func (b *Bundle) checkMarkings() error {
	marks := map[string][]string{}
	for i := range b.Objects {
		if o := &b.Objects[i]; o.Type == "marking-definition" {
			marks[o.ID] = append(marks[o.ID], o.MarkingRefs()...)
		}
	}
	if circle := firstCircle(marks); circle != "" {
		return refused(circle, "a marking that does not mark itself")
	}
	return nil
}
