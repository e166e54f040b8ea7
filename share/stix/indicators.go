package stix

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"clew"
	"clew/incident"
	"clew/indicator"
	"clew/share"
)

// maxRelated bounds how many others are named beside one indicator.
const maxRelated = 10

// Indicators are what a bundle says of the way in, and the objects of which
// something was not read, with why. What was not read is among the indicators
// too, as a pattern that is kept as it came.
type Indicators struct {
	List []indicator.Indicator
	Left []share.Doubt
}

// Indicators returns what the bundle says of domains, pages, hosts, senders,
// files and malware: of each indicator the values that its pattern asks for, of
// each observable its value, of each malware its name; with what the bundle
// relates to them. File names the bundle.
//
// A pattern that is not read whole, and an observable without a value that is
// one here, are kept as patterns, with which nothing is compared. A marking is
// the strictest of all that a row rests on, and none if anything of that bears
// none.
func (b *Bundle) Indicators(file string) Indicators {
	r := &indicators{claims: claims{bundle: b, file: file, byID: b.current()}, about: map[string][]*Object{}}
	for i := range b.Objects {
		if o := &b.Objects[i]; r.byID[o.ID] == o {
			r.relate(o)
		}
	}
	for i := range b.Objects {
		if o := &b.Objects[i]; r.byID[o.ID] == o {
			r.object(o)
		}
	}
	return r.out
}

// indicators are those of a bundle, under way.
type indicators struct {
	claims
	about map[string][]*Object // relationships, notes and samples of an object
	out   Indicators
}

// relate notes of which objects another says something.
func (r *indicators) relate(o *Object) {
	switch o.Type {
	case "relationship":
		r.about[o.members["source_ref"]] = append(r.about[o.members["source_ref"]], o)
		if to := o.members["target_ref"]; to != o.members["source_ref"] {
			r.about[to] = append(r.about[to], o)
		}
	case "note":
		for _, id := range o.lists["object_refs"] {
			r.about[id] = append(r.about[id], o)
		}
	case "malware":
		for _, id := range sayingOf(o).SampleRefs {
			r.about[id] = append(r.about[id], o)
		}
	}
}

// A saying is what objects of the way in say beside what every object does.
type saying struct {
	Pattern     string            `json:"pattern"`
	PatternType string            `json:"pattern_type"`
	Types       []string          `json:"indicator_types"`
	Value       string            `json:"value"`
	Hashes      map[string]string `json:"hashes"`
	SampleRefs  []string          `json:"sample_refs"`
	ValidFrom   string            `json:"valid_from"`
	ValidUntil  string            `json:"valid_until"`
	FirstSeen   string            `json:"first_seen"`
	LastSeen    string            `json:"last_seen"`
	Confidence  *int              `json:"confidence"`
}

// sayingOf reads an object; what has another form than the standard's is left out.
func sayingOf(o *Object) (s saying) {
	var members map[string]json.RawMessage
	if json.Unmarshal(o.Raw, &members) != nil {
		return s
	}
	for name, into := range map[string]any{
		"pattern": &s.Pattern, "pattern_type": &s.PatternType, "indicator_types": &s.Types, "value": &s.Value, "hashes": &s.Hashes, "sample_refs": &s.SampleRefs,
		"valid_from": &s.ValidFrom, "valid_until": &s.ValidUntil, "first_seen": &s.FirstSeen, "last_seen": &s.LastSeen, "confidence": &s.Confidence,
	} {
		if raw, ok := members[name]; ok {
			_ = json.Unmarshal(raw, into) // stays empty
		}
	}
	return s
}

// object takes what one object says of the way in.
func (r *indicators) object(o *Object) {
	s := sayingOf(o)
	kind, single := observables[o.Type]
	switch {
	case o.Type == "indicator":
		r.pattern(o, &s)
	case o.Type == "malware":
		r.named(o, &s)
	case o.Type == "file":
		r.file(o, &s)
	case o.Type == "software" && strings.HasPrefix(o.members["name"], "pkg:"):
		s.Value = o.members["name"]
		r.observable(o, &s, indicator.Package)
	case single:
		r.observable(o, &s, kind)
	}
}

func (r *indicators) pattern(o *Object, s *saying) {
	if s.PatternType != "" && s.PatternType != "stix" {
		r.keep(o, s, s.Pattern, s.PatternType, "its pattern is of the language "+share.Brief(s.PatternType))
		return
	}
	values, left := readPattern(s.Pattern)
	for _, v := range values {
		r.take(o, s, v.kind, v.text)
	}
	if left != "" {
		r.keep(o, s, s.Pattern, "", left)
	}
}

func (r *indicators) named(o *Object, s *saying) {
	name, err := indicator.Normal(indicator.Malware, o.members["name"])
	if err != nil {
		r.left(o, "it is malware without a name that can be kept")
		return
	}
	r.take(o, s, indicator.Malware, name)
}

func (r *indicators) observable(o *Object, s *saying, kind indicator.Type) {
	normal, err := indicator.Normal(kind, s.Value)
	if err != nil {
		r.keep(o, s, comparing(o.Type, "value", s.Value), "", err.Error())
		return
	}
	r.take(o, s, kind, normal)
}

func (r *indicators) file(o *Object, s *saying) {
	for _, name := range slices.Sorted(maps.Keys(s.Hashes)) {
		c := comparison{object: "file", path: "hashes." + name, op: "=", values: []string{s.Hashes[name]}}
		values, why := conjunction{c}.values()
		if why != "" {
			r.keep(o, s, comparing("file", "hashes.'"+escaped(name)+"'", s.Hashes[name]), "", why)
			continue
		}
		r.take(o, s, indicator.File, values[0].text)
	}
	if len(s.Hashes) == 0 {
		r.left(o, "it is a file without a hash")
	}
}

// comparing writes a pattern of one comparison.
func comparing(object, path, value string) string {
	return "[" + object + ":" + path + " = '" + escaped(value) + "']"
}

func escaped(text string) string { return strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) }

func (r *indicators) left(o *Object, why string) {
	r.out.Left = append(r.out.Left, share.Doubt{ID: o.ID, Text: why})
}

// keep takes what is not read as it came, and tells it.
func (r *indicators) keep(o *Object, s *saying, pattern, language, why string) {
	r.left(o, why)
	if pattern == "" {
		return
	}
	i := r.row(o, s)
	i.Type, i.Value, i.Language = indicator.Pattern, pattern, language
	r.add(o, i)
}

func (r *indicators) take(o *Object, s *saying, kind indicator.Type, value string) {
	i := r.row(o, s)
	i.Type, i.Value = kind, value
	r.add(o, i)
}

func (r *indicators) add(o *Object, i indicator.Indicator) {
	if err := i.Check(); err != nil {
		r.left(o, err.Error())
		return
	}
	r.out.List = append(r.out.List, i)
}

// row returns what an object says, but for type and value.
func (r *indicators) row(o *Object, s *saying) indicator.Indicator {
	says, rests := []string{o.members["name"], o.members["description"]}, []*Object{o}
	if o.Type == string(indicator.Malware) || o.Type == "software" {
		says[0] = "" // it is the value
	}
	for n, by := range r.about[o.ID] {
		if n == maxRelated {
			says = append(says, fmt.Sprintf("and %d more relations", len(r.about[o.ID])-n))
			break
		}
		text, of := r.related(o, by)
		says, rests = append(says, text), append(rests, of...)
	}
	i := indicator.Indicator{
		Text: share.Cut(share.Joined(says...)), Source: r.saidBy(o), Ref: o.ID, Marking: r.marking(rests),
		First: timeOf(s.FirstSeen, s.ValidFrom), Last: timeOf(s.LastSeen, s.ValidUntil), Confidence: s.Confidence, Withdrawn: r.takenBack(o), Observed: r.observed(o, s),
	}
	if i.First.Known() && i.Last.Known() && i.First > i.Last {
		i.First = 0 // the two contradict each other
	}
	if s.Confidence != nil && (*s.Confidence < 0 || *s.Confidence > 100) {
		i.Confidence = nil
	}
	return i
}

// saidBy says who makes an indicator, and in which object. An observable has no
// maker: it is whoever makes the notes about it, if that is one.
func (r *indicators) saidBy(o *Object) string {
	by := ""
	for _, note := range r.about[o.ID] {
		if !isObservable(o.Type) || note.Type != "note" {
			continue
		}
		if who := r.who(note); by == "" || by == who {
			by = who
		} else {
			by = "several"
		}
	}
	if by == "" {
		return r.sourceOf(o)
	}
	return share.Cut(by) + ", by STIX " + o.ID
}

// observed reports whether an object says of a value no more than that it was
// seen: an observable that is no sample of malware, or an indicator of what the
// standard calls benign, which is not suspicious by itself.
func (r *indicators) observed(o *Object, s *saying) bool {
	if o.Type == "indicator" {
		return len(s.Types) > 0 && !slices.ContainsFunc(s.Types, func(t string) bool { return t != "benign" })
	}
	return isObservable(o.Type) && !slices.ContainsFunc(r.about[o.ID], func(by *Object) bool { return by.Type == "malware" && !by.Revoked })
}

// takenBack reports whether whoever made an object took it back. An observable
// has no maker; what is said of it may all have been taken back.
func (r *indicators) takenBack(o *Object) bool {
	about := r.about[o.ID]
	return o.Revoked || isObservable(o.Type) && len(about) > 0 && !slices.ContainsFunc(about, func(by *Object) bool { return !by.Revoked })
}

// related says what another object relates to o, and on what that rests.
func (r *indicators) related(o, by *Object) (string, []*Object) {
	taken := ""
	if by.Revoked {
		taken = " (taken back)"
	}
	switch by.Type {
	case "note":
		return share.Joined(by.members["abstract"], by.members["content"]) + taken, []*Object{by}
	case "malware":
		return "sample of malware: " + by.members["name"] + taken, []*Object{by}
	}
	id, before, behind := by.members["target_ref"], by.members["relationship_type"]+" ", ""
	if id == o.ID {
		id, before, behind = by.members["source_ref"], "", " "+by.members["relationship_type"]+" this"
	}
	rests := []*Object{by}
	label := typeOf(id)
	if other := r.byID[id]; other != nil {
		rests = append(rests, other)
		name := other.members["name"]
		if name == "" {
			name = other.members["value"]
		}
		label += " " + name
	}
	return before + strings.TrimSpace(label) + behind + taken, rests
}

// marking returns the strictest marking of several objects; none if one of them
// was not released, unless another is red, which is stricter.
func (r *indicators) marking(of []*Object) incident.Marking {
	strictest, all := incident.MarkClear, len(of) > 0
	for _, o := range of {
		level, released := o.tlp()
		all = all && released
		if level != "" && level.Stricter(strictest) {
			strictest = level
		}
	}
	if !all && strictest != incident.MarkRed {
		return ""
	}
	return strictest
}

// timeOf returns the first time that can be read; 0 if none can.
func timeOf(texts ...string) clew.Time {
	for _, text := range texts {
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return clew.Time(t.Unix())
		}
	}
	return 0
}
