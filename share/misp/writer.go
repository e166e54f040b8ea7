package misp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/incident"
	"clew/share"
	"clew/tag"
)

// A Writer makes events of thefts and claims: one a theft, and one for the
// claims of each pack. The same input makes the same bytes: identifiers follow
// from what is said, and no clock is read.
type Writer struct {
	Withheld share.Withheld

	release share.Release
	events  []*event
	at      map[string]*event
}

// object is one JSON object under way; its members come out in order.
type object map[string]any

// An event is one event under way.
type event struct {
	uuid, info, date, analysis string
	time                       string // of its last change
	tags                       []string
	deleted                    bool // its entry was withdrawn
	attributes, objects        []object
	met                        map[string]bool   // uuids
	ways                       map[string]object // attributes of the way in, by uuid
}

// makerID is the organisation that passes claims on.
var makerID = share.UUID("misp", "organisation", "maker")

// NewWriter returns a writer; an input error if there is no such marking.
func NewWriter(r share.Release) (*Writer, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	return &Writer{release: r, at: map[string]*event{}}, nil
}

// open returns the event with a key, begun if there is none.
func (w *Writer) open(key, info string, day, changed clew.Time) *event {
	uuid := share.UUID("misp", "event", key)
	if e := w.at[uuid]; e != nil {
		return e
	}
	e := &event{uuid: uuid, info: line(info, 256), date: day.UTC().Format("2006-01-02"), analysis: "2", time: strconv.FormatInt(int64(changed), 10), met: map[string]bool{},
		tags: []string{tagTLP + string(w.release.Marking)}}
	w.at[uuid] = e
	w.events = append(w.events, e)
	return e
}

// line returns text as one line of so many characters at most.
func line(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// Tag writes a claim about an address.
func (w *Writer) Tag(t *tag.Tag) error {
	if err := w.release.Tag(t); err != nil {
		return err
	}
	e := w.open("tags\x00"+t.Pack, "Claims about addresses: "+t.Pack, share.CommonTime, share.CommonTime)
	marks := confidence(t.Status)
	for _, c := range t.Concepts {
		marks = append(marks, machineTag(tagConcept, string(c)))
	}
	says := share.TagWords(t)
	if t.Actor != "" {
		says = share.Joined(says, "party: "+t.Actor)
	}
	o := e.address(t.Subject, says, marks, "source: "+t.Source)
	if t.Status == tag.Withdrawn {
		o.takeBack()
	}
	e.note(o, t.Source, says, t.Date)
	return nil
}

// takeBack marks an object as deleted, by which MISP tells others that a claim
// was withdrawn.
func (o object) takeBack() {
	o["deleted"] = true
	parts, _ := o["Attribute"].([]object)
	for _, p := range parts {
		p["deleted"] = true
	}
}

// machineTag returns a tag of MISP's form. What would end its value early is
// left out.
func machineTag(prefix, value string) string {
	return prefix + strconv.Quote(strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, value))
}

// confidence returns the tag of the taxonomy estimative-language for what a
// claim is worth, and the claim's own word.
func confidence(s tag.Status) (marks []string) {
	if word := map[tag.Status]string{tag.Confirmed: "high", tag.Assessed: "moderate", tag.Alleged: "low"}[s]; word != "" {
		marks = append(marks, machineTag("estimative-language:confidence-in-analytic-judgment=", word))
	}
	if s != "" {
		marks = append(marks, machineTag("clew:standing=", string(s)))
	}
	return marks
}

// A part is one attribute of an object.
type part struct {
	relation, kind, value string
	marks                 []string
	correlates            bool // whoever else has the value is to learn of it
}

// categories are those that types of attributes go under.
var categories = map[string]string{
	typeBTC: "Financial fraud", "link": "External analysis", "target-org": "Targeting data", "target-location": "Targeting data",
	"domain": "Network activity", "url": "Network activity", "ip-dst": "Network activity", "snort": "Network activity", "suricata": "Network activity", "email-src": "Payload delivery",
	"md5": "Payload delivery", "sha1": "Payload delivery", "sha256": "Payload delivery", "sha512": "Payload delivery", "yara": "Payload delivery", "sigma": "Payload delivery", typeSTIX: "Payload delivery",
}

// attribute returns one attribute; its identifier follows from what is in key.
func (e *event) attribute(p part, comment string, key ...string) object {
	category := categories[p.kind]
	if category == "" {
		category = "Other"
	}
	o := object{
		"uuid": share.UUID(append([]string{"misp", e.uuid, "attribute", p.relation, p.kind, p.value}, key...)...), "type": p.kind, "category": category, "value": strings.TrimSpace(p.value),
		"comment": comment, "to_ids": false, "deleted": e.deleted, "disable_correlation": !p.correlates, "distribution": "5", "sharing_group_id": "0", "timestamp": e.time,
	}
	if p.relation != "" {
		o["object_relation"] = p.relation
	}
	if len(p.marks) > 0 {
		o["Tag"] = tagObjects(p.marks)
	}
	return o
}

func tagObjects(names []string) (list []object) {
	for _, n := range names {
		list = append(list, object{"name": n})
	}
	return list
}

// add writes an object of attributes, of which those without a value are left
// out. The same one is written once.
func (e *event) add(of template, comment string, parts ...part) object {
	parts = slices.DeleteFunc(parts, func(p part) bool { return strings.TrimSpace(p.value) == "" })
	key := []string{"misp", e.uuid, "object", of.name, comment}
	for _, p := range parts {
		key = append(key, p.relation, p.value)
	}
	id := share.UUID(key...)
	var attributes []object
	for _, p := range parts {
		attributes = append(attributes, e.attribute(p, "", id))
	}
	o := object{
		"uuid": id, "name": of.name, "meta-category": of.meta, "template_uuid": of.uuid, "template_version": of.version, "description": of.says, "comment": comment,
		"timestamp": e.time, "distribution": "5", "sharing_group_id": "0", "deleted": e.deleted, "Attribute": attributes, "ObjectReference": []object{},
	}
	if !e.met[id] {
		e.met[id] = true
		e.objects = append(e.objects, o)
	}
	return o
}

// address writes what is claimed of an address; more stands behind it.
func (e *event) address(a clew.Address, says string, marks []string, more string) object {
	where := part{relCrypto, typeText, a.Text(), marks, true}
	if a.Chain() == clew.Bitcoin && a.Form() != clew.ScriptForm {
		where.relation, where.kind = relAddress, typeBTC
	}
	symbol, _, _ := clew.NativeAsset(a.Chain()).Known()
	if strings.Contains(symbol, " ") {
		symbol = "" // of a chain whose coin is not known by name
	}
	return e.add(coinAddress, share.Joined(says, more), where, part{relation: relSymbol, kind: typeText, value: symbol}, part{relation: relChain, kind: typeText, value: string(a.Chain())})
}

// note adds what somebody says of an object, with who says it. Day is that of
// the statement; of one that is not known as a day, the event's time stands.
func (e *event) note(o object, by, says, day string) {
	e.analyst(o, "Note", by, day, object{"note": says, "language": "en"})
}

// analyst adds data of an analyst to an object, once.
func (e *event) analyst(o object, kind, by, day string, more object) {
	at := day + " 00:00:00"
	if len(day) != len("2006-01-02") {
		seconds, _ := strconv.ParseInt(e.time, 10, 64)
		at = clew.Time(seconds).UTC().Format("2006-01-02 15:04:05")
	}
	of, _ := o["uuid"].(string)
	class := "Object"
	if o["category"] != nil {
		class = "Attribute"
	}
	what, _ := json.Marshal(more)
	more["uuid"] = share.UUID("misp", kind, of, by, day, string(what))
	for name, value := range map[string]any{
		"object_uuid": of, "object_type": class, "authors": by, "created": at, "modified": at, "distribution": "5", "sharing_group_id": "0", "org_uuid": makerID, "orgc_uuid": makerID, "note_type_name": kind,
	} {
		more[name] = value
	}
	list, _ := o[kind].([]object)
	o[kind] = append(list, more)
}

// Counts says how many events, objects and attributes there are.
type Counts struct {
	Events     int `json:"events"`
	Objects    int `json:"objects"`
	Attributes int `json:"attributes"` // also those within objects
}

// Counts returns how much was written.
func (w *Writer) Counts() (n Counts) {
	n.Events = len(w.events)
	for _, e := range w.events {
		n.Objects, n.Attributes = n.Objects+len(e.objects), n.Attributes+len(e.attributes)
		for _, o := range e.objects {
			parts, _ := o["Attribute"].([]object)
			n.Attributes += len(parts)
		}
	}
	return n
}

// Write writes one event as MISP writes one, and several as it answers with
// several; an object a line.
func (w *Writer) Write(to io.Writer) error {
	var out bytes.Buffer
	if len(w.events) != 1 {
		out.WriteString("{\"response\":[\n")
	}
	for n, e := range w.events {
		if n > 0 {
			out.WriteString(",\n")
		}
		if err := e.write(&out); err != nil {
			return err
		}
	}
	if len(w.events) != 1 {
		out.WriteString("\n]}")
	}
	out.WriteByte('\n')
	_, err := to.Write(out.Bytes())
	return err
}

func (e *event) write(out *bytes.Buffer) error {
	maker := object{"id": "0", "name": share.MakerName, "uuid": makerID}
	head := object{
		"uuid": e.uuid, "info": e.info, "date": e.date, "analysis": e.analysis, "threat_level_id": "4", "published": false, "timestamp": e.time, "publish_timestamp": "0",
		"distribution": "0", "sharing_group_id": "0", "org_id": "0", "orgc_id": "0", "locked": false, "extends_uuid": "", "Org": maker, "Orgc": maker, "Tag": tagObjects(e.tags),
	}
	text, err := compact(head)
	if err != nil {
		return err
	}
	out.WriteString(`{"Event":`)
	out.Write(text[:len(text)-1])
	for _, l := range []struct {
		name string
		list []object
	}{{"Attribute", e.attributes}, {"Object", e.objects}} {
		fmt.Fprintf(out, ",%q:[", l.name)
		for n, o := range l.list {
			if n > 0 {
				out.WriteByte(',')
			}
			if text, err = compact(o); err != nil {
				return err
			}
			out.WriteByte('\n')
			out.Write(text)
		}
		out.WriteByte(']')
	}
	out.WriteString("}}")
	return nil
}

// compact encodes a value without the escapes that pages of HTML want.
func compact(value any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return bytes.TrimRight(out.Bytes(), "\n"), err
}

var _ share.Writer = (*Writer)(nil)

// withdrawn marks an event as taken back, with all that is in it.
func (e *event) withdrawn(i *incident.Incident) {
	if i.Status == incident.StatusWithdrawn {
		e.deleted, e.info, e.tags = true, line("Withdrawn: "+e.info, 256), append(e.tags, tagRejected)
	}
}
