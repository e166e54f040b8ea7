package segment

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

func TestWriteRefusesWhatIsNotInOrderOrNotOnTheChain(t *testing.T) {
	list := shapes["small"].random(1)
	edit := func(change func(list []clew.Transfer)) []clew.Transfer {
		changed := slices.Clone(list)
		change(changed)
		return changed
	}
	elsewhere := clew.EVMAddress(clew.Base, [20]byte{1})
	for _, c := range []struct {
		name   string
		chain  clew.Chain
		list   []clew.Transfer
		source Source // instead of a list
		want   string
	}{
		{"swapped", clew.Ethereum, edit(func(l []clew.Transfer) { l[3], l[4] = l[4], l[3] }), nil, "follows one at"},
		{"twice", clew.Ethereum, edit(func(l []clew.Transfer) { l[3] = l[4] }), nil, "follows one at"},
		{"other chain", clew.Base, list, nil, "is not on eip155:8453"},
		{"no chain", "", list, nil, "chain"},
		{"unbalanced", clew.Ethereum, edit(func(l []clew.Transfer) {
			l[2].From = []clew.Leg{{Amount: clew.Units(5)}}
			l[2].To = []clew.Leg{{Amount: clew.Units(6)}}
		}), nil, "5 in but 6 out"},
		{"last height", clew.Ethereum, edit(func(l []clew.Transfer) { l[len(l)-1].Pos.Height = math.MaxUint64 }), nil, "2^64-1"},
		{"flat elsewhere", clew.Ethereum, nil, &flatSource{{Asset: list[0].Asset, From: elsewhere}}, "leg of"},
		{"flat of no asset", clew.Ethereum, nil, &flatSource{{}}, "is not on"},
		{"flat foreign asset", clew.Ethereum, nil, &flatSource{{Asset: clew.NativeAsset(clew.Base)}}, "is not on"},
		{"failing source", clew.Ethereum, nil, failingSource{}, "broken"},
	} {
		for _, rows := range []int{0, 1} {
			mem := vfs.NewMem()
			source := c.source
			if source == nil {
				source = FromSlice(c.list)
			}
			_, err := Write(bg, mem, "a.seg", c.chain, source, nil, Options{PartRows: rows})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", c.name, err)
			}
			if names, _ := mem.List(); len(names) > 0 {
				t.Errorf("%s: %v stayed", c.name, names)
			}
		}
	}
}

type flatSource []Flat

func (s *flatSource) Next(t *Flat) (bool, error) {
	if len(*s) == 0 {
		return false, nil
	}
	*t = (*s)[0]
	*s = append((*s)[1:], (*s)[0]) // again for the next test
	return true, nil
}

type failingSource struct{}

func (failingSource) Next(*Flat) (bool, error) { return false, errors.New("broken") }

func TestWriteAndMergeEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(bg)
	cancel()
	mem := vfs.NewMem()
	list := shapes["heavy"].random(1)
	if _, err := Write(ctx, mem, "a.seg", clew.Ethereum, FromSlice(list), nil, Options{PartRows: 100}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	s := write(t, mem, "b.seg", clew.Ethereum, list, Options{})
	if _, err := Merge(ctx, mem, "c.seg", []*Segment{s}, Options{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if names, _ := mem.List(); !slices.Equal(names, []string{"b.seg"}) {
		t.Fatal(names)
	}
}

// crashActs are beside the transfers of writes that are stopped.
var crashActs = randomActs(clew.Ethereum, 50, 1)

// At every step of the file system at which a write may stop, what is there
// after the crash is the whole segment or none, and it is the whole one if the
// write had said so.
func TestCrashesLeaveAWholeSegmentOrNone(t *testing.T) {
	list := shapes["small"].random(1)
	for _, rows := range []int{0, 15} {
		for stop := 1; ; stop++ {
			mem := vfs.NewMem()
			mem.StopAt(stop)
			_, err := Write(bg, mem, "a.seg", clew.Ethereum, FromSlice(list), ActsFromSlice(crashActs), Options{PartRows: rows})
			for variant := range 6 {
				whole := isWhole(t, mem.Crash(variant), list)
				if err == nil && !whole {
					t.Fatalf("step %d, variant %d: an acknowledged segment is lost", stop, variant)
				}
			}
			if err == nil {
				break
			}
		}
	}
}

// isWhole reports whether the segment is there; half of one is a failure.
func isWhole(t *testing.T, mem *vfs.Mem, list []clew.Transfer) bool {
	t.Helper()
	s, err := Open(mem, "a.seg")
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Verify(bg); err != nil || s.Info().Transfers != uint64(len(list)) || s.Info().Acts != uint64(len(crashActs)) {
		t.Fatalf("%d transfers, %d acts, %v", s.Info().Transfers, s.Info().Acts, err)
	}
	return true
}

func TestAFullDiskIsAnErrorAndLeavesNothing(t *testing.T) {
	failEverywhere(t, shapes["small"].random(1), Options{PartRows: 15}, 1, 10)
}

// failEverywhere makes a write fail at every so manieth step, of which there
// are as many as least.
func failEverywhere(t *testing.T, list []clew.Transfer, options Options, stride, least int) {
	t.Helper()
	full := errors.New("no space left")
	for step := 1; ; step += stride {
		mem := vfs.NewMem()
		mem.FailAt(step, full)
		_, err := Write(bg, mem, "a.seg", clew.Ethereum, FromSlice(list), ActsFromSlice(crashActs), options)
		if err == nil {
			if step < least {
				t.Fatalf("only %d steps", step)
			}
			return
		}
		if !errors.Is(err, full) {
			t.Fatal(err)
		}
		names, _ := mem.List()
		for _, name := range names {
			if name != "a.seg" && !IsTemporary(name) {
				t.Fatalf("%s stayed", name)
			}
		}
		if n := mem.Mapped(); n > 0 {
			t.Fatalf("step %d: %d mappings stayed", step, n)
		}
	}
}

func TestManyReadersAtOnce(t *testing.T) {
	list := shapes["heavy"].random(1)
	s := write(t, vfs.NewMem(), "a.seg", clew.Ethereum, list, Options{})
	addresses, assets, places := subjects(list)
	want, err := interrogate(s, addresses, assets[:3], places)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := Open(s.fs, "a.seg")
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if got, err := interrogate(fresh, addresses, assets[:3], places); got != want || err != nil {
				t.Errorf("another answer beside others: %v", err)
			}
		})
	}
	wait.Wait()
}

func TestPanicsOfTheCallerAreNotTakenForDamage(t *testing.T) {
	s := write(t, vfs.NewMem(), "a.seg", clew.Ethereum, shapes["small"].random(1), Options{})
	var none []int
	for name, run := range map[string]func() error{
		"sweep": func() error {
			return s.Sweep(bg, clew.Pos{}, func(c *ledger.Chunk) error { return errors.New(string(rune(none[c.Len()]))) })
		},
		"batch": func() error {
			addresses, _, _ := subjects(shapes["small"].random(1))
			return s.Batch(bg, addresses, ledger.Query{Limit: 1}, func(i int, _ []ledger.Row) error { return errors.New(string(rune(none[i]))) })
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the panic was lost", name)
				}
			}()
			t.Errorf("%s: %v", name, run())
		}()
	}
}
