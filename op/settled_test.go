package op

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"clew"
	"clew/follow"
)

// TestSettledAsksNobody: of what surrounds the program an operation whose answer is
// bundled, or derived from a bundle, has what is classed here alone. A new member of
// [Env] has to be classed, and [settled] to do so.
func TestSettledAsksNobody(t *testing.T) {
	stays := map[string]bool{ // hearing and telling put their own in place of the first three
		"Ledgers": true, "Files": true, "Tokens": true, "LedgerNamed": true, "Now": true, "Product": true, "Sealed": true, "Progress": true, "tape": true,
	}
	whole := crowded(t)
	got := reflect.ValueOf(*settled(whole))
	for _, f := range reflect.VisibleFields(got.Type()) {
		was, is := reflect.ValueOf(*whole).FieldByIndex(f.Index), got.FieldByIndex(f.Index)
		switch {
		case stays[f.Name]:
			if f.IsExported() && was.Kind() != reflect.Func && !reflect.DeepEqual(was.Interface(), is.Interface()) {
				t.Errorf("%s is another", f.Name)
			}
		case f.Name == "Lists":
			if lists := is.Interface().(Lists); lists.Age != 7 || lists.Files != nil || lists.Keep != nil || lists.Sources != nil {
				t.Errorf("lists: %+v", lists)
			}
		case f.Name == "Nodes":
			if _, err := is.Interface().(Nodes).Open(t.Context(), clew.Ethereum, nil, NodeKeeps{}); !errors.Is(err, errBundle) {
				t.Errorf("nodes: %v", err)
			}
		case is.Kind() == reflect.Func && !is.IsNil():
			if err := called(t, is); !errors.Is(err, errBundle) {
				t.Errorf("%s: %v", f.Name, err)
			}
		case !is.IsZero():
			t.Errorf("%s is neither taken away nor classed as what may stay", f.Name)
		}
	}
}

// crowded is an environment with something in every member.
func crowded(t *testing.T) *Env {
	t.Helper()
	env := &Env{
		Ledgers: &memoryLedgers{}, LedgerNamed: true, Files: fstest.MapFS{}, Now: 1, Tokens: &changingTokens{}, Nodes: unasked{}, Random: strings.NewReader(""), Explorers: fakeExplorers{nil}, Product: "clew",
		Sealed: true, Clock: ticking{}, Stdin: strings.NewReader(""), tape: newHearing(&Env{}),
		Lists: Lists{Files: fstest.MapFS{}, Sources: []string{"x"}, Age: 7}, Decisions: Decisions{Name: "x"}, Cases: Cases{Name: "x"}, Incidents: Incidents{Name: "x"}, Taxii: Taxii{Random: strings.NewReader("")}, Reload: Reload{Told: func(error) {}},
	}
	env.Lists.Keep = func(string, []byte, bool) error { return nil }
	v := reflect.ValueOf(env).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		member := v.FieldByIndex(f.Index)
		if f.Type.Kind() == reflect.Func {
			member.Set(reflect.MakeFunc(f.Type, func([]reflect.Value) []reflect.Value {
				t.Errorf("%s was called", f.Name)
				out := make([]reflect.Value, f.Type.NumOut())
				for i := range out {
					out[i] = reflect.Zero(f.Type.Out(i))
				}
				return out
			}))
		}
		if member.IsZero() {
			t.Fatalf("%s: this test puts nothing there", f.Name)
		}
	}
	return env
}

// called calls a function with nothing, and returns its error.
func called(t *testing.T, f reflect.Value) error {
	t.Helper()
	args := make([]reflect.Value, f.Type().NumIn())
	for i := range args {
		args[i] = reflect.Zero(f.Type().In(i))
	}
	out := f.Call(args)
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

// ticking is a clock.
type ticking struct{ follow.Clock }

func (ticking) Now() time.Time { return time.Unix(0, 0) }
