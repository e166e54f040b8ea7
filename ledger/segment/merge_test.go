package segment

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
	"clew/ledger/vfs"
)

// content returns a file's bytes.
func content(t testing.TB, fs vfs.FS, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sameBytes fails unless two files are the same.
func sameBytes(t *testing.T, fs vfs.FS, got, want *Segment) {
	t.Helper()
	a, b := content(t, fs, got.name), content(t, fs, want.name)
	if bytes.Equal(a, b) {
		return
	}
	for i, c := range got.Info().Columns {
		x, y := got.header.sections[i], want.header.sections[i]
		if !bytes.Equal(a[x.at:x.at+x.size], b[y.at:y.at+y.size]) {
			t.Errorf("%s: %s differ: %d and %d bytes", got.name, c.Name, x.size, y.size)
		}
	}
	t.Fatalf("%s and %s differ:\n%+v\n%+v", got.name, want.name, got.header.numbers, want.header.numbers)
}

func TestWritingInPartsGivesTheSameBytes(t *testing.T) {
	forShapes(t, func(t *testing.T, sh shape, list []clew.Transfer) {
		fs := vfs.NewMem()
		whole := write(t, fs, "whole.seg", sh.chain, list, Options{})
		for _, rows := range []int{1 + len(list)/2, 1 + len(list)/7} {
			parts := write(t, fs, fmt.Sprintf("parts%d.seg", rows), sh.chain, list, Options{PartRows: rows})
			sameBytes(t, fs, parts, whole)
		}
		noTemporaries(t, fs)
	})
}

func noTemporaries(t *testing.T, fs vfs.FS) {
	t.Helper()
	names, err := fs.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if IsTemporary(name) {
			t.Fatalf("%s stayed", name)
		}
	}
}

func TestMergingAnySplitGivesTheSameBytes(t *testing.T) {
	forShapes(t, func(t *testing.T, sh shape, list []clew.Transfer) {
		r := rand.New(rand.NewPCG(3, 3))
		fs := vfs.NewMem()
		whole := write(t, fs, "whole.seg", sh.chain, list, Options{})
		for round := range 3 {
			var segments []*Segment
			for i, part := range split(list, 1+r.IntN(5), round, r) {
				segments = append(segments, write(t, fs, fmt.Sprintf("%d-%d.seg", round, i), sh.chain, part, Options{}))
			}
			name := fmt.Sprintf("merged%d.seg", round)
			if _, err := Merge(bg, fs, name, segments, Options{}); err != nil {
				t.Fatal(err)
			}
			merged, err := Open(fs, name)
			if err != nil {
				t.Fatal(err)
			}
			defer merged.Close()
			sameBytes(t, fs, merged, whole)
		}
	})
}

// split deals list into n parts: one after another, mixed, or overlapping.
func split(list []clew.Transfer, n, how int, r *rand.Rand) [][]clew.Transfer {
	parts := make([][]clew.Transfer, n)
	for i := range list {
		at := r.IntN(n)
		if how == 0 {
			at = i * n / len(list)
		}
		parts[at] = append(parts[at], list[i])
		if again := r.IntN(n); how == 2 && again != at && r.IntN(3) == 0 {
			parts[again] = append(parts[again], list[i])
		}
	}
	return parts
}

func TestMergingBelowAHeightKeepsWhatIsBelow(t *testing.T) {
	forShapes(t, func(t *testing.T, sh shape, list []clew.Transfer) {
		if len(list) == 0 {
			return
		}
		r := rand.New(rand.NewPCG(4, 4))
		fs := vfs.NewMem()
		below := list[r.IntN(len(list))].Pos.Height
		kept := slices.DeleteFunc(slices.Clone(list), func(t clew.Transfer) bool { return t.Pos.Height >= below })
		want := write(t, fs, "want.seg", sh.chain, kept, Options{})
		var segments []*Segment
		for i, part := range split(list, 3, r.IntN(3), r) {
			segments = append(segments, write(t, fs, fmt.Sprintf("%d.seg", i), sh.chain, part, Options{}))
		}
		if _, err := Merge(bg, fs, "got.seg", segments, Options{Below: below}); err != nil {
			t.Fatal(err)
		}
		got, err := Open(fs, "got.seg")
		if err != nil {
			t.Fatal(err)
		}
		defer got.Close()
		sameBytes(t, fs, got, want)
	})
}
