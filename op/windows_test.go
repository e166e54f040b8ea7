package op

import (
	"fmt"
	"slices"
	"testing"

	"clew"
	"clew/lead"
	"clew/report"
	"clew/tag"
	"clew/trace"
)

// TestWalksEndWhereValueWaits pays into every place of the guide's windows, from
// which somebody takes as much later. No command goes on through it, and none
// asks for its history, which is everybody's.
func TestWalksEndWhereValueWaits(t *testing.T) {
	guide, err := lead.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var b tag.Builder
	guide.AddClaims(&b)
	places := 0
	for tagged := range b.Index().All() {
		places++
		place := tagged.Subject
		chain := place.Chain()
		t.Run(fmt.Sprint(chain.Name(), " ", tagged.Label), func(t *testing.T) {
			s := &fakeService{chain: chain, transfers: told(t, chain, "1 V T 900", "2 T "+place.Text()+" 500", "3 "+place.Text()+" X 500")}
			env := testEnv(nil)
			env.Explorers = fakeExplorers{s}
			start := fmt.Sprintf(`%q, "chain": %q`, person(t, chain, "T").Text(), string(chain))
			for _, run := range []struct{ op, input string }{
				{"trace", `{"start": ` + start + `}`}, {"stoppable", `{"start": ` + start + `}`}, {"investigate", `{"address": ` + start + `, "as": "receiver"}`},
			} {
				r, err := runOn(t, env, run.op, run.input)
				if err != nil {
					t.Fatalf("%s: %v", run.op, err)
				}
				endsAt(t, run.op, r, place)
			}
			if slices.Contains(s.asked, place.Text()) {
				t.Error("its history was asked for")
			}
		})
	}
	if places < 15 {
		t.Errorf("%d places", places)
	}
}

// endsAt wants 500 to have ended at a place, by a tag, and somebody or nobody
// named who can stop it.
func endsAt(t *testing.T, name string, r report.Result, place clew.Address) {
	t.Helper()
	var stop *report.Stoppable
	var walked *trace.Result
	switch r := r.(type) {
	case *report.Trace:
		walked = r.Result
	case *report.Stoppable:
		stop = r
	case *report.Investigation:
		stop = r.Chains[0].Stop
	}
	if stop != nil {
		walked = stop.Trace.Result
		at := slices.IndexFunc(stop.Result.Chances, func(c lead.Chance) bool { return c.Address == place })
		if at < 0 || stop.Result.Chances[at].Window == "" || stop.Result.Chances[at].Note == "" || stop.Result.Chances[at].Amount != clew.Units(500) {
			t.Errorf("%s: %+v", name, stop.Result.Chances)
		}
	}
	at := slices.IndexFunc(walked.Places, func(p trace.Place) bool { return p.Address == place })
	if at < 0 || walked.Places[at].Tag == nil || walked.Places[at].Amount != clew.Units(500) || walked.Places[at].Kind != trace.InBridge && walked.Places[at].Kind != trace.Locked {
		t.Errorf("%s: %+v", name, walked.Places)
	}
}
