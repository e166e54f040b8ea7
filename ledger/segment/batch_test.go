package segment

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// manyAsked returns a segment, and addresses enough for several helpers, some
// of which are not held. The heaviest is shown alone.
func manyAsked(t *testing.T) (*Segment, []clew.Address) {
	t.Helper()
	t.Cleanup(func() { runtime.GOMAXPROCS(runtime.GOMAXPROCS(4)) })
	fs := vfs.NewMem()
	if _, err := Write(bg, fs, "s", clew.Ethereum, newPowerLaw(40_000), nil, Options{}); err != nil {
		t.Fatal(err)
	}
	s, err := Open(fs, "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	var list []clew.Address
	for rank := uint64(0); rank < 6*batchAhead; rank++ {
		list = append(list, addressOf(rank*rank/20))
	}
	r := rand.New(rand.NewPCG(3, 3))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	if n, err := s.Count(bg, addressOf(0), ledger.Out); err != nil || n <= lightRows {
		t.Fatalf("the heaviest has %d rows, %v", n, err)
	}
	return s, list
}

// batchQueries are of every kind; places are heights of the segment.
func batchQueries(s *Segment) []ledger.Query {
	ether, span := clew.NativeAsset(clew.Ethereum), s.Span()
	early, late := clew.Pos{Height: span.From + (span.To-span.From)/3}, clew.Pos{Height: span.From + (span.To-span.From)/2, Index: 7}
	all := ledger.MaxPage
	return []ledger.Query{
		{Limit: all}, {Limit: all, Side: ledger.In}, {Limit: 3}, {Limit: 3, Newest: true}, {Limit: all, Asset: ether},
		{Limit: all, From: early, Until: late}, {Limit: 200, From: early}, {Limit: 200, Until: late, Newest: true, Side: ledger.In},
		{Limit: 40, Asset: ether, Sums: true}, {Limit: all, Asset: newPowerLaw(1).assets[3], Newest: true},
	}
}

// A batch gives what Rows gives of each address, whoever reads it.
func TestBatchesAreWhatRowsGives(t *testing.T) {
	s, list := manyAsked(t)
	for _, q := range batchQueries(s) {
		for _, n := range []int{0, 1, batchAhead, len(list)} {
			want := map[int][]ledger.Row{}
			for i, a := range list[:n] {
				q.Address = a
				rows, _, err := s.Rows(bg, q, nil)
				if err != nil {
					t.Fatal(err)
				}
				if len(rows) > 0 {
					want[i] = rows
				}
			}
			got := map[int][]ledger.Row{}
			err := s.Batch(bg, list[:n], q, func(i int, rows []ledger.Row) error {
				if got[i] != nil {
					t.Errorf("address %d was visited twice", i)
				}
				got[i] = slices.Clone(rows)
				return nil
			})
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%d addresses, %+v: %d of %d, %v", n, q, len(got), len(want), err)
			}
		}
	}
}

// An address with more rows than a sheaf holds is shown alone, in full.
func TestBatchesShowLongAddresses(t *testing.T) {
	sh := shape{chain: clew.Ethereum, transfers: aloneRows + 500, addresses: 300, assets: 3, hub: 0.99}
	list := sh.random(4)
	s := write(t, vfs.NewMem(), "s", sh.chain, list, Options{})
	addresses, _, _ := subjects(list)
	rows, most := 0, 0
	err := s.Batch(bg, addresses, ledger.Query{Limit: ledger.MaxPage}, func(_ int, page []ledger.Row) error {
		rows, most = rows+len(page), max(most, len(page))
		return nil
	})
	if err != nil || uint64(rows) != s.Info().Rows[0] || most <= aloneRows {
		t.Errorf("%d rows, %d of one address, want %d and over %d: %v", rows, most, s.Info().Rows[0], aloneRows, err)
	}
}

// However a batch ends early, it says why, and leaves nobody reading.
func TestBatchesEndEarly(t *testing.T) {
	s, list := manyAsked(t)
	before := runtime.NumGoroutine()
	mine := errors.New("enough")
	for _, after := range []int{0, 1, 100, 300} {
		seen := 0
		ask := func(ctx context.Context, end func() error) error {
			seen = 0
			return s.Batch(ctx, list, ledger.Query{Limit: 5}, func(int, []ledger.Row) error {
				if seen++; seen > after {
					return end()
				}
				return nil
			})
		}
		if err := ask(bg, func() error { return mine }); err != mine || seen != after+1 {
			t.Errorf("after %d: %v after %d", after, err, seen)
		}
		ctx, cancel := context.WithCancel(bg)
		if err := ask(ctx, func() error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d: cancelled, and %v", after, err)
		}
		func() {
			defer func() {
				if p := recover(); p != any("mine") {
					t.Errorf("after %d: panic %v", after, p)
				}
			}()
			_ = ask(bg, func() error { panic("mine") })
		}()
	}
	for wait := 0; runtime.NumGoroutine() > before && wait < 100; wait++ {
		time.Sleep(time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, and %d before", n, before)
	}
}

// Damage that a helper meets is an error of the batch, and what was shown
// before is right.
func TestBatchesNameDamage(t *testing.T) {
	whole, list := manyAsked(t)
	content := content(t, whole.fs, "s")
	right := map[int]string{}
	if err := whole.Batch(bg, list, ledger.Query{Limit: 9}, func(i int, rows []ledger.Row) error {
		right[i] = fmt.Sprint(rows)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	met := 0
	x := whole.header.sections[secSides+sideRecords]
	for at := x.at; at < x.at+x.size; at += 3 * blockSize {
		spoilt := slices.Clone(content)
		spoilt[at] ^= 1
		fs := vfs.NewMem()
		fs.Overwrite("s", spoilt)
		s, err := Open(fs, "s")
		if err != nil {
			t.Fatal(err)
		}
		err = s.Batch(bg, list, ledger.Query{Limit: 9}, func(i int, rows []ledger.Row) error {
			if fmt.Sprint(rows) != right[i] {
				t.Errorf("address %d: served from a spoilt block", i)
			}
			return nil
		})
		if errors.Is(err, ledger.ErrDamaged) {
			met++
		} else if err != nil {
			t.Error(err)
		}
		s.Close()
	}
	if met == 0 {
		t.Error("no batch met the damage")
	}
}
