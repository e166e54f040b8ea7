package op

import (
	"testing"
	"testing/fstest"

	"clew/report"
)

// An actor whom several claims name is told once, with all above it.
func TestWhoisTellsActorsOnce(t *testing.T) {
	const pack = "title: T\nsource: s\ncurrency: ETH\nactor: andariel\ntags:\n" +
		"- {address: '0x00000000000000000000000000000000000000a1', label: one}\n- {address: '0x00000000000000000000000000000000000000a1', label: two}\n"
	env, _ := listsEnv(fstest.MapFS{"p.yaml": {Data: []byte(pack)}})
	r, err := runOn(t, env, "whois", `{"address": "0x00000000000000000000000000000000000000a1", "tags": ["p.yaml"]}`)
	if err != nil {
		t.Fatal(err)
	}
	page := r.(*report.WhoisPage)
	above := map[string]bool{}
	if len(page.Tags) != 2 || len(page.Actors) != 1 {
		t.Fatalf("%d tags, actors %+v", len(page.Tags), page.Actors)
	}
	for _, a := range page.Actors[0].Above {
		above[a.ID] = true
	}
	if !above["lazarusgroup"] || !above["rgb"] || !above["dprk"] {
		t.Errorf("above it: %+v", page.Actors[0].Above)
	}
}
