package op

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"
)

// TestShareReadStops wants a reading that nobody waits for to end as that, and
// to blame no file.
func TestShareReadStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o, err := Named("share read")
	if err != nil {
		t.Fatal(err)
	}
	env := &Env{Files: fstest.MapFS{"b.json": {Data: []byte(`{"type":"bundle","objects":[]}`)}}}
	if _, err := o.RunJSON(ctx, env, []byte(`{"file":"b.json"}`)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestShareWritesNothingOnRefusal wants no file where anything was refused.
func TestShareWritesNothingOnRefusal(t *testing.T) {
	written := 0
	env := &Env{Now: 1, Files: fstest.MapFS{"b.json": {Data: []byte(`{"type":"bundle","objects":[{"type":"campaign"}]}`)}}, Replace: func(string, []byte) error { written++; return nil }}
	for name, in := range map[string]string{
		"share stix": `{"incidents":["ronin-2022","none-2022"],"to":"x.json"}`,
		"share read": `{"file":"b.json","to":"x.yaml"}`,
	} {
		if _, err := runOn(t, env, name, in); err == nil || written > 0 {
			t.Errorf("%s: %v, and %d files", name, err, written)
		}
	}
}
