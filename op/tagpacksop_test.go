package op

import (
	"errors"
	"testing"
	"testing/fstest"

	"clew"
)

// TestTagsLookWhereTheyWriteFirst wants a file that cannot be written refused
// before anything is read, and no file that was read written over: what is left
// out of a pack would be lost.
func TestTagsLookWhereTheyWriteFirst(t *testing.T) {
	env := &Env{Now: 1, Files: fstest.MapFS{"there/mine.yaml": {Data: []byte("tags: []\n")}}, Replace: func(name string, _ []byte) error {
		t.Errorf("%s was written", name)
		return nil
	}}
	for _, name := range []string{"tags import", "tags export"} {
		for _, in := range []string{
			`{"files":["none.yaml"]}`,
			`{"files":["none.yaml"],"to":"nowhere/pack.yaml"}`,
			`{"files":["none.yaml"],"to":"there"}`,
			`{"files":["there/mine.yaml"],"to":"there/mine.yaml"}`,
			`{"files":["none.yaml","there/mine.yaml"],"to":"./there/../there/mine.yaml"}`,
		} {
			_, err := runOn(t, env, name, in)
			if wrong := (*clew.InputError)(nil); !errors.As(err, &wrong) || wrong.Field != "to" {
				t.Errorf("%s %s: %v", name, in, err)
			}
		}
	}
}
