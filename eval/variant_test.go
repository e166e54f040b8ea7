package eval

import (
	"slices"
	"testing"
)

// TestVariants wants stricter terms to name fewer and laxer ones more, who need not
// be more often right; and none of them measured unless it is named.
func TestVariants(t *testing.T) {
	b, err := NewBackground(MadeTheft(), 1, LeastBackground)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"company laxer by 3", "company", "company stricter by 3", "company ageless"}
	rows, err := MeasureFlows(t.Context(), b, false, names, func(string) {})
	if err != nil || len(rows) != len(names) {
		t.Fatalf("%d rows; %v", len(rows), err)
	}
	named := map[string]uint64{}
	for _, r := range rows {
		named[r.Method] = r.Named
	}
	if named[names[0]] <= named[names[1]] || named[names[1]] <= named[names[2]] || named[names[3]] == named[names[1]] {
		t.Errorf("%v", named)
	}
	for _, c := range variants() {
		if !slices.Contains(FlowMethods(), c.name) || slices.ContainsFunc(flowContenders(), func(d contender) bool { return d.name == c.name }) {
			t.Errorf("%s: not there, or by default", c.name)
		}
	}
}
