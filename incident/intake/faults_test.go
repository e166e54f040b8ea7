package intake

import (
	"errors"
	"testing"

	"clew/ledger/vfs"
)

// steps are what is done to an intake of two entries, for faults to hit.
var steps = map[string]func(*testing.T, *Book) error{
	"take": func(t *testing.T, b *Book) error {
		_, err := b.Take(t.Context(), taking(theft("b-2026")))
		return err
	},
	"accept": func(t *testing.T, b *Book) error {
		_, err := b.Review(t.Context(), Reviewing{At: now, By: "CD", Report: 2, Act: ActAccept, Reason: "x"})
		return err
	},
}

func filled(t *testing.T, dir vfs.FS) *Book {
	b := bookIn(dir)
	take(t, b, theft("a-2026"))
	take(t, b, aboutEntry(t, corrected(), "usd: 1750000", "usd: 1750001"))
	return b
}

// A failure at any step leaves every entry that was acknowledged and nothing by
// halves; the same again goes through.
func TestFailuresLeaveNothingByHalves(t *testing.T) {
	for name, do := range steps {
		for step := 1; ; step++ {
			dir := vfs.NewMem()
			b := filled(t, dir)
			dir.FailAt(step, errors.New("no space"))
			if err := do(t, b); err == nil {
				sound(t, bookIn(dir), 3)
				break
			}
			sound(t, bookIn(dir), 2)
			if err := do(t, bookIn(dir)); err != nil {
				t.Fatalf("%s, step %d: again: %v", name, step, err)
			}
			if p := sound(t, bookIn(dir), 3); p.Strays != 0 {
				t.Fatalf("%s, step %d: %+v", name, step, p)
			}
		}
	}
}

// A crash at any step loses no entry that was acknowledged, and believes none by
// halves.
func TestCrashesLoseNothing(t *testing.T) {
	for name, do := range steps {
		for step := 1; ; step++ {
			dir := vfs.NewMem()
			b := filled(t, dir)
			dir.StopAt(step)
			err := do(t, b)
			for variant := range 6 {
				after := dir.Crash(variant)
				p, failed := bookIn(after).Verify(t.Context(), "")
				if failed != nil || len(p.Faults) > 0 || p.Records < 2 || p.Records > 3 || err == nil && p.Records != 3 {
					t.Fatalf("%s, step %d, variant %d: %+v, %v", name, step, variant, p, failed)
				}
				if again := do(t, bookIn(after)); (again == nil) != (p.Records == 2) {
					t.Fatalf("%s, step %d, variant %d: %d entries, then %v", name, step, variant, p.Records, again)
				}
				sound(t, bookIn(after), 3)
			}
			if err == nil {
				break
			}
		}
	}
}
