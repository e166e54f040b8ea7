// Package strictyaml reads the project's reviewed files: YAML into structs,
// where an unknown key is a mistake and every mistake has a line.
//
// It is not a general YAML decoder. It knows strings, whole numbers, truth
// values, lists, structs and types that read text; anchors, merge keys and
// several documents in one file are refused.
package strictyaml

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"clew"
)

// BytesMax is the most that a reviewed file may hold.
const BytesMax = 32 << 20

// An Issue is one thing wrong in a file.
type Issue struct {
	File string `json:"file"`
	Line int    `json:"line"` // from 1; 0: the file as a whole
	Text string `json:"text"` // what is wrong and what was wanted
}

// String returns file:line: text.
func (i Issue) String() string {
	if i.Line == 0 {
		return i.File + ": " + i.Text
	}
	return fmt.Sprintf("%s:%d: %s", i.File, i.Line, i.Text)
}

// Error returns the same as String, so that an issue can end a read.
func (i Issue) Error() string { return i.String() }

// Err returns the first issue as an error that says how many more there are;
// nil if there are none.
func Err(issues []Issue) error {
	switch len(issues) {
	case 0:
		return nil
	case 1:
		return issues[0]
	}
	return fmt.Errorf("%w (and %d more)", issues[0], len(issues)-1)
}

// Decode reads one document into the struct that out points at. Keys are
// named by the tag yaml:"name", with ",required" where one must be there; an
// int field tagged yaml:"." takes the line. Issues come in the order of the
// file; out holds what could be read.
func Decode(file string, r io.Reader, out any) []Issue {
	var root Node
	if issues := Load(file, r, &root); len(issues) > 0 {
		return issues
	}
	return NewReader(file).Node(root.Content[0], 0, out)
}

// Load reads one document, which has content, as it stands.
func Load(file string, r io.Reader, root *Node) []Issue {
	data, err := io.ReadAll(io.LimitReader(r, BytesMax+1))
	if err != nil {
		return []Issue{{File: file, Text: err.Error()}}
	}
	if len(data) > BytesMax {
		return []Issue{{File: file, Text: fmt.Sprintf("longer than %d bytes", BytesMax)}}
	}
	return Parse(file, 0, data, root)
}

// Parse reads one document, which has content. line counts the lines of the
// file before data.
func Parse(file string, line int, data []byte, root *Node) []Issue {
	documents := yaml.NewDecoder(bytes.NewReader(data))
	if err := documents.Decode(root); err != nil {
		return []Issue{syntaxIssue(file, line, data, err)}
	}
	var next yaml.Node
	if err := documents.Decode(&next); !errors.Is(err, io.EOF) {
		return []Issue{{File: file, Line: line + max(next.Line, 1), Text: "a second document; want one a file"}}
	}
	if len(root.Content) == 0 {
		return []Issue{{File: file, Line: line + 1, Text: "empty"}}
	}
	return nil
}

// syntaxIssue takes the line out of the YAML library's message, or finds it.
func syntaxIssue(file string, before int, data []byte, err error) Issue {
	if errors.Is(err, io.EOF) {
		return Issue{File: file, Line: before + 1, Text: "empty"}
	}
	text := strings.NewReplacer("found character that cannot start any token", "a character that begins nothing; want spaces in place of tabs, and quotes around text that begins with @, % or a backquote",
		"exceeded max depth of 10000", "more than 10000 lists or keys within each other; want as few as the format has").Replace(strings.TrimPrefix(err.Error(), "yaml: "))
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		number, message, _ := strings.Cut(rest, ": ")
		if line, err := strconv.Atoi(number); err == nil {
			return Issue{File: file, Line: before + line, Text: message}
		}
	}
	at := notText(data)
	if at >= 0 {
		text = "bytes that are no text in UTF-8 (" + text + ")"
	} else if name, ok := strings.CutPrefix(text, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		at = bytes.Index(data, []byte("*"+name))
	}
	return Issue{File: file, Line: before + 1 + bytes.Count(data[:max(at, 0)], []byte("\n")), Text: text}
}

// notText returns where the first byte is that is no text in UTF-8; -1 if there
// is none.
func notText(data []byte) int {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f {
			return at
		}
		at += size
	}
	return -1
}

// A Reader reads the nodes of one file into structs as [Decode] does. It is
// for files of many like items, whose structs it looks at once.
type Reader struct {
	file    string
	layouts map[reflect.Type]*layout
}

// NewReader returns a reader; file stands in issues.
func NewReader(file string) *Reader { return &Reader{file, map[reflect.Type]*layout{}} }

// Node reads one node into the struct that out points at. line is added to the
// node's own lines, for a node of a part of a file.
func (r *Reader) Node(n *Node, line int, out any) []Issue {
	d := decoder{Reader: r, line: line}
	d.value(n, reflect.ValueOf(out).Elem(), "item")
	return d.issues
}

// Ignored stands for a key that is known and not read, whatever is under it.
type Ignored struct{}

// A Node is a value that is kept as it stands.
type Node = yaml.Node

type decoder struct {
	*Reader
	line   int // of the file, before the first of the nodes
	issues []Issue
}

func (d *decoder) add(at *yaml.Node, format string, args ...any) {
	d.issues = append(d.issues, Issue{File: d.file, Line: d.line + at.Line, Text: fmt.Sprintf(format, args...)})
}

// value reads n into v; name is the key that n stands under.
func (d *decoder) value(n *yaml.Node, v reflect.Value, name string) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.add(n, "%s: anchors and aliases are not used here; write the value out", name)
		return
	}
	switch target := v.Addr().Interface().(type) {
	case *Ignored:
		return
	case *yaml.Node:
		*target = *n
		return
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	if reader, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.text(n, reader, name)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.mapping(n, v, name)
	case reflect.Slice:
		d.sequence(n, v, name)
	case reflect.Pointer: // what was not given stays nil
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), name)
	default:
		d.scalar(n, v, name)
	}
}

func (d *decoder) text(n *yaml.Node, reader encoding.TextUnmarshaler, name string) {
	if n.Kind != yaml.ScalarNode {
		d.add(n, "%s: want one value, not a list or keys", name)
		return
	}
	if err := reader.UnmarshalText([]byte(n.Value)); err != nil {
		d.add(n, "%s: %v", name, err)
	}
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, name string) {
	if n.Kind != yaml.ScalarNode {
		d.add(n, "%s: want one value, not a list or keys", name)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Value)
	case reflect.Bool:
		if n.Value != "true" && n.Value != "false" {
			d.add(n, "%s %q: want true or false", name, bounded(n.Value))
			return
		}
		v.SetBool(n.Value == "true")
	case reflect.Int, reflect.Uint64:
		number, err := strconv.ParseUint(n.Value, 10, 63)
		if err != nil {
			d.add(n, "%s %q: want a whole number", name, bounded(n.Value))
			return
		}
		if v.Kind() == reflect.Int {
			v.SetInt(int64(number))
			return
		}
		v.SetUint(number)
	default:
		panic("strictyaml: no way to read a " + v.Type().String()) // our own struct is wrong
	}
}

func (d *decoder) sequence(n *yaml.Node, v reflect.Value, name string) {
	if n.Kind != yaml.SequenceNode {
		d.add(n, "%s: want a list", name)
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.value(item, list.Index(i), name)
	}
	v.Set(list)
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, name string) {
	if n.Kind != yaml.MappingNode {
		d.add(n, "%s: want keys with values", name)
		return
	}
	l := d.layoutOf(v.Type())
	if l.line != nil {
		v.FieldByIndex(l.line).SetInt(int64(d.line + n.Line))
	}
	var seen []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, item := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(l.fields, func(f field) bool { return f.name == key.Value })
		switch {
		case at < 0:
			d.unknown(key, l.fields)
			continue
		case slices.Contains(seen, key.Value):
			d.add(key, "%s: given twice", key.Value)
			continue
		}
		seen = append(seen, key.Value)
		d.value(item, v.FieldByIndex(l.fields[at].index), key.Value)
	}
	for _, want := range l.required {
		if !slices.Contains(seen, want) {
			d.add(n, "%s: missing", want)
		}
	}
}

func (d *decoder) unknown(key *yaml.Node, fields []field) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	if near := clew.Nearest(key.Value, names); near != "" {
		d.add(key, "%s: unknown key; did you mean %s?", bounded(key.Value), near)
		return
	}
	d.add(key, "%s: unknown key; known are %s", bounded(key.Value), strings.Join(names, ", "))
}

type field struct {
	name  string
	index []int
}

// A layout is what the tags of a struct say, with those of structs embedded
// in it.
type layout struct {
	fields   []field
	required []string
	line     []int // index of the field that takes the line; nil: none
}

func (r *Reader) layoutOf(t reflect.Type) *layout {
	if l := r.layouts[t]; l != nil {
		return l
	}
	l := &layout{}
	for _, f := range reflect.VisibleFields(t) {
		tag, ok := f.Tag.Lookup("yaml")
		if !ok || tag == "-" {
			continue
		}
		if tag == "." {
			l.line = f.Index
			continue
		}
		name, option, _ := strings.Cut(tag, ",")
		l.fields = append(l.fields, field{name, f.Index})
		if option == "required" {
			l.required = append(l.required, name)
		}
	}
	r.layouts[t] = l
	return l
}

func bounded(s string) string {
	if len(s) > 80 {
		return s[:80]
	}
	return s
}
