package incident

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"clew"
	"clew/internal/strictyaml"
)

// Amended returns the file of an entry with one more act at the end of its
// trail, and with the status that follows. Comments and the order of keys stay;
// blank lines do not. A file that has issues, or would have any with the act, is
// an error.
func Amended(name string, data []byte, act TrailEntry) ([]byte, error) {
	i, err := Read(name, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	next, ok := trailSteps[i.Status][act.Act]
	if !ok || len(i.Trail) == 0 {
		return nil, &clew.InputError{Field: "act", Value: string(act.Act), Want: fmt.Sprintf("an act that may follow the status %q: %s", i.Status, actsAfter(i.Status))}
	}
	var root strictyaml.Node
	if issues := strictyaml.Parse(name, 0, data, &root); len(issues) > 0 {
		return nil, strictyaml.Err(issues)
	}
	top := root.Content[0]
	trail := strictyaml.Under(top, "trail")
	trail.Content = append(trail.Content, act.node())
	strictyaml.Under(top, "status").Value = string(next)
	out, err := strictyaml.Encode(&root)
	if err != nil {
		return nil, err
	}
	if _, err := Read(name, bytes.NewReader(out)); err != nil {
		return nil, err
	}
	return out, nil
}

// node returns the act as a row of a trail.
func (x *TrailEntry) node() *strictyaml.Node {
	row := strictyaml.Row()
	for _, f := range []struct{ key, text string }{{"day", string(x.Day)}, {"act", string(x.Act)}, {"by", x.By}, {"of", x.Of}, {"text", x.Text}, {"was", x.Was}, {"is", x.Is}, {"source", x.Source}} {
		if f.text != "" {
			strictyaml.Set(row, f.key, f.text)
		}
	}
	return row
}

// Differ returns the keys of the format, in order, under which two entries do
// not say the same.
func Differ(a, b *Incident) []string {
	var keys []string
	x, y := reflect.ValueOf(*a), reflect.ValueOf(*b)
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Incident]()) {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		if !sameSaid(x.FieldByIndex(f.Index), y.FieldByIndex(f.Index)) {
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return keys
}

// sameSaid reports whether two values say the same, wherever their lines are.
func sameSaid(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameSaid(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return sameSaid(a.Elem(), b.Elem())
	case reflect.Struct:
		return sameFields(a, b)
	}
	return a.Equal(b)
}

func sameFields(a, b reflect.Value) bool {
	read := false // from a file, key by key; other structs are values
	for _, f := range reflect.VisibleFields(a.Type()) {
		name := f.Tag.Get("yaml")
		read = read || name != ""
		if name == "" || name == "-" || name == "." {
			continue
		}
		if !sameSaid(a.FieldByIndex(f.Index), b.FieldByIndex(f.Index)) {
			return false
		}
	}
	return read || a.Equal(b)
}
