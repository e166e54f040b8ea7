package lead

import (
	"slices"
	"strings"
	"testing"

	"clew"
)

// TestRequestsOfADay: a state whose hour is not stated stands among those of its day by
// what a freeze goes through, whatever the order of the file; days stay in order.
func TestRequestsOfADay(t *testing.T) {
	const noon = clew.Time(1_700_006_400 - 1_700_006_400%86_400 + 43_200)
	at := func(state string, time clew.Time, day bool) Request {
		return Request{State: state, Time: time, Day: day, Pending: state == "requested", Executed: state == "executed", Lifts: state == "lifted"}
	}
	midnight := noon - 43_200
	for _, c := range []struct {
		name string
		in   []Request
		want string
	}{
		{"carried out on the day on which it was asked for", []Request{at("executed", midnight, true), at("requested", noon, false)}, "requested executed"},
		{"asked for on the day, carried out at noon", []Request{at("executed", noon, false), at("requested", midnight, true)}, "requested executed"},
		{"all on one day", []Request{at("lifted", midnight, true), at("executed", midnight, true), at("requested", midnight, true)}, "requested executed lifted"},
		{"refused", []Request{at("refused", midnight, true), at("requested", noon, false)}, "requested refused"},
		{"by the hour", []Request{at("requested", noon, false), at("executed", noon-1, false)}, "executed requested"},
		{"on the next day", []Request{at("requested", midnight+86_400, true), at("executed", noon, false)}, "executed requested"},
		{"asked for anew on the next day", []Request{at("requested", noon+86_400, false), at("lifted", midnight, true), at("executed", noon, false)}, "executed lifted requested"},
	} {
		for range 2 {
			var got []string
			for _, q := range requestsInOrder(c.in) {
				got = append(got, q.State)
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("%s: %s, want %s", c.name, s, c.want)
			}
			slices.Reverse(c.in)
		}
	}
	open := FindPending([]Request{at("executed", midnight, true), at("requested", noon, false)}, &FreezesMet{}, nil)
	if len(open) != 0 {
		t.Errorf("open: %+v", open)
	}
}
