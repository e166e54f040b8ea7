package misp

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"clew"
	"clew/incident"
	"clew/indicator"
	"clew/share"
)

// maxSaid bounds how many notes, and how many tags, are told beside one value.
const maxSaid = 10

// Indicators are what events say of the way in; the attributes of it that were
// not read, with why; and what there is of other types, which is none of it.
type Indicators struct {
	List   []indicator.Indicator
	Left   []share.Doubt
	Others []Kind
}

// Indicators returns what events say of domains, pages, hosts, senders and
// files by their attributes' types, rules for other programs as patterns, with
// which nothing is compared, and malware by the galaxies' tags that name it.
//
// What its maker does not want looked for (to_ids) was merely observed, and
// what was deleted is withdrawn. The marking is the strictest of an attribute
// and its event; none if a tag of TLP is not known, or there is none.
func (s *Events) Indicators() Indicators {
	r := &ways{others: map[string]int{}}
	for i := range s.List {
		e := &s.List[i]
		for k := range e.Attributes {
			r.attribute(e, &e.Attributes[k])
		}
		r.malware(e)
	}
	for name, n := range r.others {
		r.out.Others = append(r.out.Others, Kind{What: "attribute", Name: share.Brief(name), Count: n})
	}
	slices.SortFunc(r.out.Others, func(a, b Kind) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	return r.out
}

// ways are indicators under way.
type ways struct {
	out    Indicators
	others map[string]int // attributes of other types
}

// readAs says how the value of a type of attributes is read: of two that stand
// together with | between them, either may be passed over.
var readAs = map[string][]indicator.Type{
	"domain": {indicator.Domain}, "hostname": {indicator.Domain}, "url": {indicator.URL}, "ip-src": {anyIP}, "ip-dst": {anyIP},
	"email": {indicator.Email}, "email-src": {indicator.Email}, "email-reply-to": {indicator.Email},
	"md5": {indicator.File}, "sha1": {indicator.File}, "sha256": {indicator.File}, "sha512": {indicator.File},
	"domain|ip": {indicator.Domain, anyIP}, "hostname|port": {indicator.Domain, passed}, "ip-src|port": {anyIP, passed}, "ip-dst|port": {anyIP, passed},
	"filename|md5": {passed, indicator.File}, "filename|sha1": {passed, indicator.File}, "filename|sha256": {passed, indicator.File}, "filename|sha512": {passed, indicator.File},
	"yara": {indicator.Pattern}, "sigma": {indicator.Pattern}, "snort": {indicator.Pattern}, "suricata": {indicator.Pattern}, typeSTIX: {indicator.Pattern},
}

const (
	anyIP  indicator.Type = "ip" // of either version
	passed indicator.Type = ""
)

// kindsOf returns how an attribute is read; nil if it is not. The names of
// malware and of packages are text, and show by their objects.
func (e *Event) kindsOf(a *Attribute) []indicator.Type {
	if a.Object < 0 || a.Type != typeText {
		return readAs[a.Type]
	}
	switch of := e.Objects[a.Object].Name; {
	case of == malware.name && a.Relation == relName:
		return []indicator.Type{indicator.Malware}
	case of == softwarePackage.name && a.Relation == relName && strings.HasPrefix(a.Value, "pkg:"), of == "malicious-package-report" && a.Relation == "package-purl":
		return []indicator.Type{indicator.Package}
	}
	return nil
}

// bad reports whether the object of a name says that what bears it serves
// something bad: malware and reports of packages do, a package by its state.
func (e *Event) bad(name *Attribute) bool {
	if e.Objects[name.Object].Name != softwarePackage.name {
		return true
	}
	return slices.ContainsFunc(e.Attributes, func(a Attribute) bool {
		return a.Object == name.Object && a.Relation == relState && (a.Value == stateBad || a.Value == "backdoored")
	})
}

// attribute takes what one attribute says of the way in.
func (r *ways) attribute(e *Event, a *Attribute) {
	kinds := e.kindsOf(a)
	if kinds == nil {
		if !a.isAddress(e) && a.Relation == "" {
			r.others[a.Type]++
		}
		return
	}
	values := []string{a.Value}
	if len(kinds) > 1 {
		values = strings.SplitN(a.Value, "|", len(kinds))
	}
	if len(values) != len(kinds) {
		r.left(a, "two values with | between them are wanted for the type "+a.Type)
		return
	}
	for _, row := range e.rows(a) {
		if a.Type == typeText {
			row.Observed = !e.bad(a) // text is never looked for
		}
		if kinds[0] == passed {
			row.Text = share.Cut(share.Joined(values[0], row.Text)) // a file's name
		}
		for n, kind := range kinds {
			if kind != passed {
				r.take(a, row, kind, values[n])
			}
		}
	}
}

func (r *ways) left(a *Attribute, why string) {
	r.out.Left = append(r.out.Left, share.Doubt{ID: a.UUID, Text: why})
}

func (r *ways) take(a *Attribute, i indicator.Indicator, kind indicator.Type, text string) {
	if kind == anyIP {
		kind = indicator.IPv4
		if strings.Contains(text, ":") {
			kind = indicator.IPv6
		}
	}
	normal, err := indicator.Normal(kind, text)
	if err != nil {
		r.left(a, err.Error())
		return
	}
	i.Type, i.Value = kind, normal
	if kind == indicator.Pattern && a.Type != typeSTIX {
		i.Language = a.Type
	}
	if err := i.Check(); err != nil {
		r.left(a, err.Error())
		return
	}
	r.out.List = append(r.out.List, i)
}

// rows return what is said of an attribute's value: by who made the event, and
// in each note by its authors. Events that this program wrote have what notes
// say as a comment too.
func (e *Event) rows(a *Attribute) (list []indicator.Indicator) {
	object := Object{}
	if a.Object >= 0 {
		object = e.Objects[a.Object]
	}
	i := indicator.Indicator{
		Ref: a.UUID, Marking: e.marking(a), First: timeOf(a.First), Last: timeOf(a.Last), Observed: !a.Detects,
		Withdrawn: a.Deleted || object.Deleted || slices.Contains(e.Tags, tagRejected),
	}
	if i.First.Known() && i.Last.Known() && i.First > i.Last {
		i.First = 0 // the two contradict each other
	}
	reach := a.Reach
	if reach == "" || reach == "5" {
		reach = e.Reach
	}
	by := func(who, text string) {
		row := i
		row.Source, row.Text = share.Cut(cmp.Or(who, "nobody named"))+", "+e.where(), share.Cut(text)
		list = append(list, row)
	}
	comment := share.Joined(a.Comment, object.Comment)
	notes := first(append(slices.Clone(object.Notes), a.Notes...))
	if !slices.ContainsFunc(notes, func(n Note) bool { return n.Text != "" && strings.HasPrefix(comment, n.Text+"; source: ") }) {
		by(e.Org, share.Joined(append([]string{comment, named("category: ", a.Category), named("distribution: ", reaches[reach]), e.Info}, first(e.plainTags(a))...)...))
	}
	for _, n := range notes {
		by(n.Authors, n.Text)
	}
	return list
}

func first[T any](list []T) []T { return list[:min(len(list), maxSaid)] }

func named(what, text string) string {
	if text == "" {
		return ""
	}
	return what + text
}

// reaches are MISP's distributions, by the number that servers write.
var reaches = map[string]string{"0": "its own organisation", "1": "its own community", "2": "connected communities", "3": "all communities", "4": "a sharing group"}

// where says in which event something stands.
func (e *Event) where() string {
	if e.UUID == "" {
		return "in attributes of MISP"
	}
	return "in MISP event " + e.UUID
}

// plainTags are the tags of an attribute and its event but for markings and
// what this program writes for itself.
func (e *Event) plainTags(a *Attribute) (list []string) {
	for _, name := range append(slices.Clone(a.Tags), e.Tags...) {
		if low := strings.ToLower(name); !strings.HasPrefix(low, tagTLP) && !strings.HasPrefix(low, "clew:") && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// marking returns the strictest marking of an attribute and its event; none if
// there is none, or a tag of TLP that is not known, unless another is red, which
// is stricter.
func (e *Event) marking(a *Attribute) (strictest incident.Marking) {
	known := true
	for _, name := range append(slices.Clone(e.Tags), a.Tags...) {
		m, ok := markingOf(name)
		switch {
		case ok && (strictest == "" || m.Stricter(strictest)):
			strictest = m
		case !ok && strings.HasPrefix(strings.ToLower(name), tagTLP):
			known = false
		}
	}
	if !known && strictest != incident.MarkRed {
		return ""
	}
	return strictest
}

// malwareTag is how galaxies name malware; the last group is ATT&CK's own id.
var malwareTag = regexp.MustCompile(`^misp-galaxy:(?:malpedia|mitre-malware|ransomware|rat|stealer|backdoor)="(.*?)(?: - S[0-9]{4})?"$`)

// malware takes the malware that an event's tags, or those of its attributes,
// name: each name once an event.
func (r *ways) malware(e *Event) {
	met := map[string]bool{}
	take := func(a *Attribute) {
		for _, name := range a.Tags {
			parts := malwareTag.FindStringSubmatch(name)
			if parts == nil || met[parts[1]] {
				continue
			}
			met[parts[1]] = true
			r.take(a, indicator.Indicator{
				Text: share.Cut(share.Joined("named by a galaxy's tag", e.Info)), Source: share.Cut(cmp.Or(e.Org, "nobody named")) + ", " + e.where(), Ref: e.UUID,
				Marking: e.marking(a), Withdrawn: slices.Contains(e.Tags, tagRejected),
			}, indicator.Malware, parts[1])
		}
	}
	take(&Attribute{UUID: e.UUID, Tags: e.Tags})
	for k := range e.Attributes {
		if a := &e.Attributes[k]; !a.Deleted {
			take(a)
		}
	}
}

// timeOf reads a time as servers write it: with a zone, or in seconds since 1970;
// 0 if it can be neither.
func timeOf(text string) clew.Time {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil && t.Unix() > 0 {
		return clew.Time(t.Unix())
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 && n < lastSecond {
		return clew.Time(n)
	}
	return 0
}

// lastSecond is the first one after the year 9999.
const lastSecond = 253_402_300_800

// OthersText says in one line what there is of other types.
func (r *Indicators) OthersText() string {
	var parts []string
	for _, k := range first(r.Others) {
		parts = append(parts, fmt.Sprintf("%d %s", k.Count, k.Name))
	}
	if more := len(r.Others) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more types", more))
	}
	return strings.Join(parts, ", ")
}
