package incident

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"clew/internal/strictyaml"
)

// textMax bounds one text of a file, in bytes.
const textMax = 10_000

// texts holds every text of a file, known keys or not, against what a reader can
// see: no character that hides, turns or commands anything.
func texts(file string, n *strictyaml.Node, key string) []Issue {
	var issues []Issue
	add := func(text string) {
		if len(key) > 80 {
			key = strings.ToValidUTF8(key[:80], "")
		}
		issues = append(issues, Issue{File: file, Line: n.Line, Text: key + ": " + text})
	}
	if strictyaml.IsTagged(n) {
		add("tags of YAML such as !!binary are not used here; want the text itself")
	}
	if strictyaml.IsText(n) {
		if len(n.Value) > textMax {
			add("a text of " + strconv.Itoa(len(n.Value)) + " bytes; want at most " + strconv.Itoa(textMax))
		} else if at := strings.IndexFunc(n.Value, unseen); at >= 0 {
			r, _ := utf8.DecodeRuneInString(n.Value[at:])
			add("the character " + fmt.Sprintf("%U", r) + ", which a reader does not see; want text without control, direction and invisible characters")
		}
		return issues
	}
	for i, child := range n.Content {
		name := key
		if strictyaml.IsKeys(n) {
			name = "key"
			if i%2 == 1 {
				name = n.Content[i-1].Value
			}
		}
		issues = append(issues, texts(file, child, name)...)
	}
	return issues
}

// unseen reports a character that is no part of a line of text.
func unseen(r rune) bool { return r != ' ' && r != '\n' && r != '\t' && !unicode.IsPrint(r) }

// filled wants what a row must have to say something: a key with nothing behind
// it, or an empty list, says nothing. line is that of what v stands in.
func (c *checker) filled(v reflect.Value, line int) {
	if at := v.FieldByName("Line"); at.IsValid() && at.Int() > 0 {
		line = int(at.Int())
	}
	for _, f := range reflect.VisibleFields(v.Type()) {
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" || name == "." {
			continue
		}
		field := v.FieldByIndex(f.Index)
		if option == "required" && saysNothing(field) {
			c.add(line, "%s: empty; want what it is", name)
			continue
		}
		if !field.IsZero() {
			c.filledWithin(field, line)
		}
	}
}

func (c *checker) filledWithin(v reflect.Value, line int) {
	switch v.Kind() {
	case reflect.Struct:
		c.filled(v, line)
	case reflect.Slice:
		for i := range v.Len() {
			c.filledWithin(v.Index(i), line)
		}
	}
}

// saysNothing reports a value that was given, and is nothing. A number and a
// truth value always say something.
func saysNothing(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return strings.TrimSpace(v.String()) == ""
	case reflect.Slice:
		return v.Len() == 0
	case reflect.Int, reflect.Uint64, reflect.Bool:
		return false
	}
	return v.IsZero()
}

// onTheWeb reports whether text is an address that a browser opens by asking a
// server.
func onTheWeb(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
