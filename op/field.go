package op

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"clew"
)

// A Field is one member of an operation's input, as its tags describe it. The
// same name is the member in JSON and, with dashes, the flag.
type Field struct {
	Name        string   // in JSON, such as "skipBad"
	Flag        string   // such as "skip-bad"
	Help        string   // one clause
	Default     string   // as text; "" for none
	Placeholder string   // what stands for the value in help
	Values      []string // the only ones accepted, where there is a list
	Positional  bool     // given by place on the command line
	Optional    bool     // a positional that may be left out
	Repeated    bool     // may be given several times
	Switch      bool     // true or false, without a value
	Least, Most int      // of a number; both 0: not bounded here
}

// Fields returns the members of an input, which is a pointer to a struct of
// strings, ints, bools and lists of strings, and of embedded structs of such.
func Fields(in any) []Field {
	var fields []Field
	for f := range members(in) {
		_, positional := f.Tag.Lookup("arg")
		_, optional := f.Tag.Lookup("optional")
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		field := Field{
			Name: name, Flag: dashed(name), Help: f.Tag.Get("help"), Default: f.Tag.Get("default"),
			Placeholder: f.Tag.Get("placeholder"), Positional: positional, Optional: optional,
			Repeated: f.Type.Kind() == reflect.Slice, Switch: f.Type.Kind() == reflect.Bool,
		}
		if list := f.Tag.Get("values"); list != "" {
			field.Values = strings.Split(list, ",")
		}
		if bounds, ok := f.Tag.Lookup("range"); ok {
			field.Least, field.Most = boundsOf(field.Name, bounds)
		}
		fields = append(fields, field)
	}
	return fields
}

// boundsOf reads a range tag, which is ours, as defaults are.
func boundsOf(name, bounds string) (least, most int) {
	if n, err := fmt.Sscanf(bounds, "%d,%d", &least, &most); n != 2 || err != nil {
		panic(fmt.Sprintf("op: range of %s: %v", name, err))
	}
	return least, most
}

// setDefaults fills an input from its default tags, which are ours: a bad one
// is a broken invariant.
func setDefaults(in any) {
	for member, f := range members(in) {
		text, ok := member.Tag.Lookup("default")
		if !ok {
			continue
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString(text)
		case reflect.Int:
			n, err := strconv.Atoi(text)
			if err != nil {
				panic(fmt.Sprintf("op: default of %s: %v", member.Name, err))
			}
			f.SetInt(int64(n))
		default:
			panic(fmt.Sprintf("op: %s cannot have a default", member.Name))
		}
	}
}

// checkValues reports a member with a list of values that has another one, and
// a number out of its range. A number that was not given has its default: 0 is
// none, and stands for nothing else.
func checkValues(in any) error {
	values, members := valuesOf(in), membersOf(in)
	for i, f := range Fields(in) {
		if n, ok := members[i].(int); ok && f.Most > 0 && (n < f.Least || n > f.Most) {
			return &clew.InputError{Field: f.Flag, Value: strconv.Itoa(n), Want: fmt.Sprintf("%d to %d", f.Least, f.Most)}
		}
		if len(f.Values) == 0 {
			continue
		}
		for _, v := range values[i] {
			if v != "" && !contains(f.Values, v) {
				return unknown(f.Flag, v, f.Values)
			}
		}
	}
	return nil
}

// dashed returns skip-bad for skipBad.
func dashed(name string) string {
	var b strings.Builder
	for _, c := range name {
		if unicode.IsUpper(c) {
			b.WriteByte('-')
			c = unicode.ToLower(c)
		}
		b.WriteRune(c)
	}
	return b.String()
}

func joined(names []string) string { return strings.Join(names, ", ") }

func contains(names []string, name string) bool { return slices.Contains(names, name) }

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// membersOf returns the values of an input's members, in order.
func membersOf(in any) []any {
	var values []any
	for _, v := range members(in) {
		values = append(values, v.Interface())
	}
	return values
}

// members goes through the members of an input in order, those of embedded
// structs in their place.
func members(in any) iter.Seq2[reflect.StructField, reflect.Value] {
	return func(yield func(reflect.StructField, reflect.Value) bool) {
		v := reflect.ValueOf(in).Elem()
		for _, f := range reflect.VisibleFields(v.Type()) {
			if !f.Anonymous && !yield(f, v.FieldByIndex(f.Index)) {
				return
			}
		}
	}
}
