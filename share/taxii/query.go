package taxii

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"clew"
	"clew/share/stix"
)

// A query says which objects of a collection are asked for (3.4).
type query struct {
	after moment // added after it; from added_after and next, whichever is later
	limit int    // 1 to PageObjects
	ids   set
	types set
	specs set  // of STIX; none: the latest that an object is held in
	every bool // all versions
	first bool
	last  bool
	at    set // these versions, by versionOf
}

// A set holds texts; an empty one stands for all.
type set map[string]bool

func setOf(list ...string) set {
	s := set{}
	for _, one := range list {
		s[one] = true
	}
	return s
}

func (s set) fits(is string) bool { return len(s) == 0 || s[is] }

// The names of parameters, and of fields of match.
const (
	addedAfter   = "added_after"
	limitName    = "limit"
	nextName     = "next"
	matchID      = "match[id]"
	matchType    = "match[type]"
	matchVersion = "match[version]"
	matchSpec    = "match[spec_version]"
)

// maxValues bounds how much one parameter may list.
const maxValues = 1000

var (
	typeForm = regexp.MustCompile(`^[A-Za-z0-9-]{1,250}$`)
	specForm = regexp.MustCompile(`^[0-9]{1,3}\.[0-9]{1,3}$`)
)

// parseQuery reads the parameters of a request. Fields are those of match that
// the endpoint knows. What is malformed is an input error that names it; what is
// no parameter of TAXII is passed over.
func parseQuery(raw string, fields ...string) (*query, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, &clew.InputError{Field: "query", Want: "parameters as URLs write them"}
	}
	q := &query{limit: PageObjects, at: set{}}
	for name, list := range values {
		known := slices.Contains([]string{addedAfter, limitName, nextName}, name) || slices.Contains(fields, name)
		switch {
		case !known && strings.HasPrefix(name, "match"):
			return nil, &clew.InputError{Field: "query", Value: cutText(name), Want: "one of " + strings.Join(fields, ", ") + " here"}
		case !known:
			continue
		case len(list) > 1:
			return nil, &clew.InputError{Field: name, Want: "it once"}
		}
		if err := q.set(name, list[0]); err != nil {
			return nil, &clew.InputError{Field: name, Value: cutText(list[0]), Want: err.Error()}
		}
	}
	if !q.every && !q.first && len(q.at) == 0 {
		q.last = true
	}
	return q, nil
}

// set reads one parameter. The error is what is wanted.
func (q *query) set(name, value string) (err error) {
	switch name {
	case addedAfter:
		t, err := parseTime(value)
		q.after = max(q.after, momentOf(t))
		return err
	case nextName:
		n, err := strconv.ParseInt(value, 36, 64)
		if err != nil || n < 0 {
			return fmt.Errorf("what the last answer gave as next")
		}
		q.after = max(q.after, moment(n))
		return nil
	case limitName:
		n, err := strconv.ParseInt(value, 10, 54)
		if err != nil || n < 1 || value[0] == '+' {
			return fmt.Errorf("a number from 1 up")
		}
		q.limit = int(min(n, PageObjects))
		return nil
	case matchID:
		q.ids, err = valuesOf(value, "ids of objects", func(s string) bool { return stix.TypeOf(s) != "" })
	case matchType:
		q.types, err = valuesOf(value, "types of objects", typeForm.MatchString)
	case matchSpec:
		q.specs, err = valuesOf(value, "versions of STIX, such as 2.1", specForm.MatchString)
	case matchVersion:
		return q.versions(value)
	}
	return err
}

// valuesOf reads values with commas between them into a set.
func valuesOf(value, want string, sound func(string) bool) (set, error) {
	list, err := splitValues(value, want, sound)
	return setOf(list...), err
}

// splitValues reads values with commas between them.
func splitValues(value, want string, sound func(string) bool) (list []string, err error) {
	list = strings.SplitN(value, ",", maxValues+1)
	if len(list) > maxValues {
		return nil, fmt.Errorf("at most %d of them", maxValues)
	}
	for _, one := range list {
		if !sound(one) {
			return nil, fmt.Errorf("%s, with commas between them and no spaces", want)
		}
	}
	return list, nil
}

func (q *query) versions(value string) error {
	list, err := splitValues(value, "", func(string) bool { return true })
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, one := range list {
		if seen[one] {
			return fmt.Errorf("each of them once")
		}
		seen[one] = true
		switch one {
		case "all":
			q.every = true
		case "first":
			q.first = true
		case "last":
			q.last = true
		default:
			t, err := parseTime(one)
			if err != nil {
				return fmt.Errorf("all, or first, last and %w, with commas between them", err)
			}
			q.at[versionOf(t)] = true
		}
	}
	if q.every && len(list) > 1 {
		return fmt.Errorf("all by itself")
	}
	return nil
}

// cutText bounds what a message repeats.
func cutText(s string) string {
	if len(s) > 200 {
		return strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}

// A page is part of what a query asks for.
type page struct {
	items []*item
	more  bool
}

// next returns how the page behind it is asked for.
func (p *page) next() string {
	if !p.more || len(p.items) == 0 {
		return ""
	}
	return strconv.FormatInt(int64(p.items[len(p.items)-1].added), 36)
}

// page returns the oldest items that fit a query, in the order in which they
// were added. What is the first or last version is a matter of all that is held,
// not of what was added lately: pages put together are what one page would be.
func (h *holding) page(q *query) *page {
	p, size, ends := &page{}, 0, map[string]span{}
	from, _ := slices.BinarySearchFunc(h.items, q.after, func(i *item, m moment) int {
		if i.added <= m {
			return -1
		}
		return 1
	})
	for _, i := range h.items[from:] {
		if !q.ids.fits(i.id) || !q.types.fits(i.kind) || !h.versionFits(q, i, ends) {
			continue
		}
		if size += len(i.raw); len(p.items) == q.limit || len(p.items) > 0 && size > pageBytes {
			p.more = true
			break
		}
		p.items = append(p.items, i)
	}
	return p
}

// A span is what is first and last of an object's versions that are of the
// version of STIX that is asked for.
type span struct {
	spec        string // the latest, where none is asked for
	first, last string
}

// versionFits reports whether an item is of a version that is asked for.
func (h *holding) versionFits(q *query, i *item, ends map[string]span) bool {
	if !q.specs.fits(i.spec) {
		return false
	}
	if q.at[i.version] {
		return true
	}
	s, ok := ends[i.id]
	if !ok {
		s = h.spanOf(q, i.id)
		ends[i.id] = s
	}
	if len(q.specs) == 0 && i.spec != s.spec {
		return false
	}
	return q.every || q.first && i.version == s.first || q.last && i.version == s.last
}

// spanOf finds it. Where no version of STIX is asked for, it is the latest that
// the object is held in (3.4.1).
func (h *holding) spanOf(q *query, id string) (s span) {
	if len(q.specs) == 0 {
		for _, i := range h.byID[id] {
			s.spec = max(s.spec, i.spec)
		}
	}
	found := false
	for _, i := range h.byID[id] {
		if s.spec != "" && i.spec != s.spec || s.spec == "" && !q.specs[i.spec] {
			continue
		}
		if !found || i.version < s.first {
			s.first = i.version
		}
		if !found || i.version > s.last {
			s.last = i.version
		}
		found = true
	}
	return s
}
