package stix

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"clew"
	"clew/share"
)

// A Writer makes a bundle of thefts and claims. The same input makes the same
// bytes: identifiers follow from what is said, and no clock is read.
type Writer struct {
	Withheld share.Withheld

	options share.Release
	at      map[string]int
	out     Bundle
	err     error // the first failure
	made    string
	changed string
	revoked bool               // the entry under way was withdrawn
	named   bool               // who says something becomes an identity
	parts   []string           // ids of the entry under way
	reports map[string]*report // by the ids of thefts
}

// object is one object under way; its JSON has members in order.
type object map[string]any

// observableNamespace is the standard's own, for identifiers of observables.
var observableNamespace = uuid.MustParse("00abedb4-aa42-466c-9c01-fed23315a9b7")

func idOf(kind string, parts ...string) string {
	return kind + "--" + share.UUID(append([]string{kind}, parts...)...)
}

// commonTime is the time of what belongs to no entry.
var commonTime = stamp(share.CommonTime)

// makerID is the identity that passes claims on.
var makerID = idOf("identity", "maker")

// NewWriter returns a writer; an input error if there is no such marking.
func NewWriter(o share.Release) (*Writer, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	w := &Writer{options: o, at: map[string]int{}, reports: map[string]*report{}, made: commonTime, changed: commonTime}
	for _, m := range markingObjects(o.Marking) {
		w.put(m)
	}
	w.put(object{
		"type": "identity", "spec_version": "2.1", "id": makerID, "created": commonTime, "modified": commonTime, "object_marking_refs": []string{markingIDs[o.Marking]},
		"name": share.MakerName, "identity_class": "system", "description": "Passes on what others say, with who says it. Nothing here is its own finding.",
	})
	w.common(walletExtension())
	return w, nil
}

// Bundle returns what was written, or the first failure. It ends the writing.
func (w *Writer) Bundle() (*Bundle, error) {
	for _, theft := range slices.Sorted(maps.Keys(w.reports)) {
		r := w.reports[theft]
		w.made, w.changed, w.revoked = r.made, r.changed, r.revoked
		r.object["object_refs"] = r.parts
		w.add(r.object)
	}
	w.reports = nil
	if w.err != nil {
		return nil, w.err
	}
	w.out.ID = w.out.ownID()
	return &w.out, nil
}

// add writes an object of the entry under way and returns its id.
func (w *Writer) add(o object) string {
	o["created"], o["modified"] = w.made, w.changed
	if w.revoked {
		o["revoked"] = true
	}
	return w.part(w.common(o))
}

// common writes an object that several entries may share: what it says follows
// from its id alone.
func (w *Writer) common(o object) string {
	kind, _ := o["type"].(string)
	if o["created"] == nil && !isObservable(kind) {
		o["created"], o["modified"] = commonTime, commonTime
	}
	o["spec_version"], o["object_marking_refs"] = "2.1", []string{markingIDs[w.options.Marking]}
	if !isObservable(kind) && o["created_by_ref"] == nil {
		o["created_by_ref"] = makerID
	}
	return w.put(o)
}

// isObservable reports whether an object of a type has no maker and no versions.
func isObservable(kind string) bool {
	_, single := observables[kind]
	return single || kind == walletType || kind == "file" || kind == "software"
}

// put takes an object, once.
func (w *Writer) put(o object) string {
	id, _ := o["id"].(string)
	if changed, ok := o["modified"].(string); ok && o["created_by_ref"] != tlpMaker {
		o["modified"] = versionOf(changed, &w.options, o["revoked"] == true)
	}
	for name, value := range o {
		if text, ok := value.(string); ok && text == "" {
			delete(o, name)
		}
	}
	raw, err := compact(o)
	if err != nil {
		w.fail(err)
		return id
	}
	made, err := parse(id, raw)
	if err != nil {
		w.fail(err)
		return id
	}
	if at, there := w.at[id]; there {
		if !bytes.Equal(w.out.Objects[at].Raw, raw) {
			w.again(at, made)
		}
		return id
	}
	w.at[id] = len(w.out.Objects)
	w.out.Objects = append(w.out.Objects, *made)
	return id
}

// again takes an object of an id that is there and says something else. Whether
// it was taken back may be all that differs, and then it was.
func (w *Writer) again(at int, made *Object) {
	there := &w.out.Objects[at]
	first, err := standing(there.Raw)
	w.fail(err)
	second, err := standing(made.Raw)
	w.fail(err)
	switch {
	case !bytes.Equal(first, second):
		w.fail(fmt.Errorf("stix: %s would say two things", there.ID))
	case made.Revoked:
		*there = *made
	}
}

// standing returns what an object says but for whether it was taken back.
func standing(raw json.RawMessage) ([]byte, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, err
	}
	delete(members, "revoked")
	delete(members, "modified")
	return compact(members)
}

func (w *Writer) fail(err error) { w.err = cmp.Or(w.err, err) }

// part notes that an object belongs to the entry under way.
func (w *Writer) part(id string) string {
	if !slices.Contains(w.parts, id) {
		w.parts = append(w.parts, id)
	}
	return id
}

// relate writes a relationship; what tells it from others of its kind between
// the same two, if there may be several.
func (w *Writer) relate(from, kind, to, what string, more object) string {
	o := object{"type": "relationship", "id": idOf("relationship", from, kind, to, what), "relationship_type": kind, "source_ref": from, "target_ref": to}
	for name, value := range more {
		o[name] = value
	}
	return w.add(o)
}

// note writes what is said of objects; its id follows from all that it says but
// for who made it.
func (w *Writer) note(of []string, abstract, content, by string, more object) string {
	also, err := compact(more)
	if err != nil {
		w.fail(err)
	}
	o := object{"type": "note", "id": idOf("note", append([]string{abstract, content, by, string(also)}, of...)...), "abstract": abstract, "content": content, "object_refs": of}
	if by != "" {
		o["authors"] = []string{by}
	}
	for name, value := range more {
		o[name] = value
	}
	if w.named && by != "" {
		o["created_by_ref"] = w.author(by)
	}
	return w.add(o)
}

// party writes the identity of who speaks, or of who lost.
func (w *Writer) party(name, class, says string) string {
	o := object{"type": "identity", "id": idOf("identity", name, class, says), "name": name, "identity_class": class, "description": says}
	return w.part(w.common(o))
}

// stamp returns a day's first moment as STIX writes times.
func stamp(t clew.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
