package mcp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"clew/report"
)

// An object is one of JSON, in its order.
type object []member

type member struct {
	name  string
	value any
}

// A list is one of JSON, of which the first may be left.
type list struct {
	items []any
	of    int // how many there were
}

// MarshalJSON writes the object in its order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// MarshalJSON writes what is left of the list.
func (l *list) MarshalJSON() ([]byte, error) { return json.Marshal(l.items) }

// readNode reads one value. Its depth is that of our results.
func readNode(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case string:
		return report.CleanUpTo(t, maxString), nil
	case json.Delim:
		if t == '{' {
			return readObject(d)
		}
		return readList(d)
	}
	return t, nil
}

func readObject(d *json.Decoder) (any, error) {
	o := object{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := readNode(d)
		if err != nil {
			return nil, err
		}
		o = append(o, member{report.Clean(fmt.Sprint(name)), value})
	}
	_, err := d.Token()
	return o, err
}

func readList(d *json.Decoder) (any, error) {
	l := &list{items: []any{}}
	for d.More() {
		value, err := readNode(d)
		if err != nil {
			return nil, err
		}
		l.items = append(l.items, value)
	}
	l.of = len(l.items)
	_, err := d.Token()
	return l, err
}

// visit calls see with every value and the name of its member, lists before what
// is left of them. Members whose names are no words of ours, but keys, are "*".
func visit(node any, name string, see func(name string, node any)) {
	see(name, node)
	switch n := node.(type) {
	case object:
		for _, m := range n {
			word := m.name
			if !memberName.MatchString(word) {
				word = "*"
			}
			visit(m.value, name+"."+word, see)
		}
	case *list:
		for _, one := range n.items {
			visit(one, name+"[]", see)
		}
	}
}

// memberName is what members of results are called.
var memberName = regexp.MustCompile(`^[a-z][a-zA-Z]{0,29}$`)

// shorten leaves at most so many of each list.
func shorten(root any, most int) {
	visit(root, "result", func(_ string, node any) {
		if l, ok := node.(*list); ok && len(l.items) > most {
			l.items = l.items[:most]
		}
	})
}

// shortenedLists names the lists of which not all is left, those of one name together.
func shortenedLists(root any) []shortened {
	found := map[string]shortened{}
	cut := map[string]bool{}
	visit(root, "result", func(name string, node any) {
		if l, ok := node.(*list); ok {
			s := found[name]
			found[name] = shortened{name, s.Kept + len(l.items), s.Of + l.of}
			cut[name] = cut[name] || len(l.items) < l.of
		}
	})
	var lists []shortened
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if cut[name] {
			lists = append(lists, found[name])
		}
	}
	return lists[:min(len(lists), maxMembers)]
}

// foreign names the members with text that others may have written: those that
// are known to hold such, and any whose string is more than an address, a hash, a
// number, a time or one of our own words. What is not known is theirs.
func foreign(root any) []string {
	found := map[string]bool{}
	visit(root, "result", func(name string, node any) {
		switch n := node.(type) {
		case string:
			if n != "" && (claims.MatchString(name) || !ours.MatchString(n)) {
				found[name] = true
			}
		case object:
			for _, m := range n {
				if !memberName.MatchString(m.name) && !ours.MatchString(m.name) {
					found[name+".*"] = true
				}
			}
		}
	})
	names := slices.Sorted(maps.Keys(found))
	if len(names) > maxMembers {
		return []string{"result"}
	}
	return names
}

// claims are members that hold what others say, however plain it looks.
var claims = regexp.MustCompile(`(?i)\.(symbol|label|labels|name|names|memo|note|notes|actor|concept|source|sources|title|claim|text|reason)(\[\])*$`)

// ours are strings that nobody can put words into.
var ours = regexp.MustCompile(`^(` +
	`-?[0-9][0-9.]*` + // numbers
	`|0x[0-9a-fA-F]{1,130}|[0-9a-f]{64}` + // addresses and hashes
	`|[1-9A-HJ-NP-Za-km-z]{25,90}|(bc|ltc|tb)1[0-9a-z]{20,90}` + // in base 58 and 32
	`|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{5,20}Z)?` + // days and times
	`|(eip155|bip122|tron|solana):[0-9A-Za-z]{1,64}([:/][0-9A-Za-z:]{1,128}){0,3}` + // chains, assets and addresses there
	`|[a-z]{1,16}(-[a-z]{1,12}){0,2}` + // our words, such as taint-first
	`)$`)
