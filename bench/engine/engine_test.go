package engine

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"clew/bench/check"
	"clew/bench/gen"
	"clew/ledger/memory"
)

// world is the transfers of a small file, held as they were made.
type world struct {
	file string
	rows []gen.Row
}

func newWorld(t *testing.T, c gen.Config) *world {
	t.Helper()
	w := &world{file: filepath.Join(t.TempDir(), "transfers.parquet")}
	if err := gen.Write(context.Background(), w.file, c); err != nil {
		t.Fatal(err)
	}
	g := gen.New(c)
	var row gen.Row
	for g.Next(&row) {
		w.rows = append(w.rows, row)
	}
	return w
}

// out sums up the outgoing transfers of addresses, address by address.
func (w *world) out(addresses ...gen.Address) check.Sum {
	var sum check.Sum
	for _, a := range addresses {
		for i := range w.rows {
			if w.rows[i].From == a {
				sum.Edge(&w.rows[i])
			}
		}
	}
	return sum
}

func TestEnginesAnswerAsGenerated(t *testing.T) {
	c := gen.Config{Seed: 3, N: 30_000}
	w := newWorld(t, c)
	addresses := []gen.Address{c.HeavyAddress(), {}, {1, 2, 3}}
	for i := 0; i < len(w.rows); i += len(w.rows) / 300 {
		if a := w.rows[i].To; !slices.Contains(addresses, a) {
			addresses = append(addresses, a)
		}
	}
	for _, e := range append([]Engine{inMemory{}}, Peers()...) {
		t.Run(e.Name(), func(t *testing.T) {
			s := build(t, e, w.file)
			testLookups(t, s, w, addresses[:20])
			testBatch(t, s, w, addresses)
			testBatch(t, s, w, addresses[:3])
			testBatch(t, s, w, addresses[:100])
			testSweep(t, s, w)
		})
	}
}

// inMemory is ours with the ledger that is kept in memory: what is tested is
// import and questions. A store's folder is not used, so that it is built when
// opened.
type inMemory struct{}

func (inMemory) Name() string { return "memory" }

func (inMemory) Ingest(_ context.Context, file, dir string) error {
	return os.WriteFile(filepath.Join(dir, "file"), []byte(file), 0o644)
}

func (inMemory) Open(ctx context.Context, dir string) (Store, error) {
	file, err := os.ReadFile(filepath.Join(dir, "file"))
	if err != nil {
		return nil, err
	}
	kept := memory.New(gen.Chain)
	if err := importInto(ctx, kept, string(file)); err != nil {
		return nil, err
	}
	snapshot, err := kept.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return newOwnStore(snapshot, func() error { return nil }), nil
}

// build ingests, settles and opens.
func build(t *testing.T, e Engine, file string) Store {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	if err := e.Ingest(ctx, file, dir); err != nil {
		t.Fatal(err)
	}
	if settler, ok := e.(Settler); ok {
		if err := settler.Settle(ctx, dir); err != nil {
			t.Fatal(err)
		}
	}
	s, err := e.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func testLookups(t *testing.T, s Store, w *world, addresses []gen.Address) {
	for _, a := range addresses {
		var got check.Sum
		if err := s.Lookup(context.Background(), a, got.Edge); err != nil {
			t.Fatal(err)
		}
		if want := w.out(a); got != want {
			t.Errorf("look-up of %x: %+v, want %+v", a, got, want)
		}
		if err := s.Lookup(context.Background(), a, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func testBatch(t *testing.T, s Store, w *world, addresses []gen.Address) {
	var got check.Sum
	if err := s.Batch(context.Background(), addresses, got.Edge); err != nil {
		t.Fatal(err)
	}
	if want := w.out(addresses...); got.Rows != want.Rows || got.Set != want.Set {
		t.Errorf("batch of %d: %+v, want %+v", len(addresses), got, want)
	}
	if err := s.Batch(context.Background(), addresses, nil); err != nil {
		t.Fatal(err)
	}
}

func testSweep(t *testing.T, s Store, w *world) {
	var got, want check.Sum
	if err := s.Sweep(context.Background(), got.Move); err != nil {
		t.Fatal(err)
	}
	for i := range w.rows {
		want.Move(&w.rows[i])
	}
	if got != want {
		t.Errorf("sweep: %+v, want %+v", got, want)
	}
	if err := s.Sweep(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}
