package eval

import (
	"slices"
	"testing"
)

// TestHistory wants the thief's addresses older and everything else as it was: the
// flows, the ceiling, the ends, and the background's own rows in their order.
func TestHistory(t *testing.T) {
	b, err := NewBackground(MadeTheft(), 1, LeastBackground)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := b.field(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	old, err := b.field(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	old.withHistory()
	if old.blank("") != func() Flowed { r := plain.blank(""); r.Transfers = uint64(len(old.from)); return r }() {
		t.Errorf("%+v, want %+v", old.blank(""), plain.blank(""))
	}
	if !slices.IsSorted(old.second) || len(old.from) <= len(plain.from) {
		t.Errorf("%d rows of %d, or not in order", len(old.from), len(plain.from))
	}
	for i, row := range plain.stolen {
		if a, b := plain.move(row), old.move(old.stolen[i]); a.From != b.From || a.To != b.To || a.Amount != b.Amount || a.Time != b.Time {
			t.Fatalf("%+v became %+v", a, b)
		}
	}
	aged, at := 0, 0
	for row := range old.from {
		if at < len(plain.from) && old.from[row] == plain.from[at] && old.to[row] == plain.to[at] && old.cents[row] == plain.cents[at] && old.second[row] == plain.second[at] {
			at++
		}
	}
	if at != len(plain.from) {
		t.Errorf("%d of %d rows are still there", at, len(plain.from))
	}
	first := func(f *field, n uint32) uint32 {
		rows := append(slices.Clone(f.out.of(n)), f.in.of(n)...)
		return f.second[slices.Min(rows)]
	}
	for n := range uint32(len(plain.thief)) {
		if plain.ends[n] && first(old, n) != first(plain, n) {
			t.Errorf("%s, a service, has a history", plain.address(n))
		}
		aged += int(count(first(old, n) < first(plain, n)))
	}
	if aged < len(plain.thief)/2 {
		t.Errorf("%d of %d are older", aged, len(plain.thief))
	}
}
