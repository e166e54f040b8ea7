package eval

import (
	"bytes"
	"testing"

	"clew"
)

// goldenFlows holds what some methods find against what they did when somebody last
// looked.
func goldenFlows(t *testing.T, file string, flows []*Flows, transfers uint64, methods ...string) (rows []Flowed) {
	t.Helper()
	for _, f := range flows {
		b, err := NewBackground(f, 1, transfers)
		if err != nil {
			t.Fatal(err)
		}
		found, err := MeasureFlows(t.Context(), b, false, methods, func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, found...)
	}
	var got bytes.Buffer
	if err := WriteFlows(&got, rows); err != nil {
		t.Fatal(err)
	}
	goldenBytes(t, file, got.Bytes())
	return rows
}

func TestFlows(t *testing.T) {
	goldenFlows(t, "testdata/flows.csv", []*Flows{MadeTheft()}, LeastBackground, "company", "haircut", "policy fifo", "policy haircut")
}

// TestRealFlows does so on thefts that others wrote down, in a background small
// enough for a test.
func TestRealFlows(t *testing.T) {
	real := realFlows(t)
	goldenFlows(t, "testdata/realflows.csv", []*Flows{&real[0].flows, &real[2].flows}, smallBackground, "company", "haircut")
}

// TestFlowsByHand judges an order that is right but for one.
func TestFlowsByHand(t *testing.T) {
	b, err := NewBackground(MadeTheft(), 1, LeastBackground)
	if err != nil {
		t.Fatal(err)
	}
	f, err := b.field(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	row := f.blank("by hand")
	if row.Moved != row.Reachable || row.Bad != 83 {
		t.Errorf("%+v: everything of a made theft can be reached", row)
	}
	first := f.stolen[0]
	f.judge([]uint32{f.from[first], f.to[first], uint32(len(f.thief)), f.from[first]}, &row)
	var want clew.Amount
	for _, r := range f.stolen {
		if f.from[r] == f.from[first] && f.to[r] == f.to[first] {
			want = want.Plus(f.amount(f.cents[r]))
		}
	}
	if row.Named != 3 || row.Right != 2 || row.Covered != want || row.Best != want || row.Precision != 0 || row.Reaches() {
		t.Errorf("%+v, want %s covered", row, want)
	}
	row = f.blank("all")
	all := make([]uint32, len(f.thief))
	for i := range all {
		all[i] = uint32(i)
	}
	if f.judge(all, &row); row.Covered != row.Moved || row.EndValue != row.AtEnds || !row.Reaches() || row.Precision != 1000 {
		t.Errorf("%+v, want everything", row)
	}
}
