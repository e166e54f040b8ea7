package ask

import (
	"context"
	"math/big"
	"path/filepath"
	"testing"

	"clew"
	"clew/bench/check"
	"clew/bench/engine"
	"clew/bench/gen"
	"clew/ledger"
)

// rowStore is the slow, obvious store: all rows, and a look through them.
type rowStore []gen.Row

func (s rowStore) Lookup(_ context.Context, a gen.Address, visit engine.Visit) error {
	for i := range s {
		if s[i].From == a {
			visit(&s[i])
		}
	}
	return nil
}

func (s rowStore) Batch(ctx context.Context, addresses []gen.Address, visit engine.Visit) error {
	for _, a := range addresses {
		if err := s.Lookup(ctx, a, visit); err != nil {
			return err
		}
	}
	return nil
}

func (s rowStore) Sweep(_ context.Context, visit engine.Visit) error {
	for i := range s {
		visit(&s[i])
	}
	return nil
}

func (s rowStore) Close() error { return nil }

// world writes a file and returns it with its rows.
func world(t *testing.T, c gen.Config) (file string, rows rowStore) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "transfers.parquet")
	if err := gen.Write(t.Context(), file, c); err != nil {
		t.Fatal(err)
	}
	g := gen.New(c)
	for row := (gen.Row{}); g.Next(&row); {
		rows = append(rows, row)
	}
	return file, rows
}

func choose(t *testing.T, file string, c gen.Config) *Set {
	t.Helper()
	set, err := Choose(t.Context(), file, c)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestChoose(t *testing.T) {
	c := gen.Config{Seed: 1, N: 10_000}
	file, rows := world(t, c)
	set := choose(t, file, c)
	hub := map[gen.Address]bool{{}: true}
	for r := range hubs(c) {
		hub[c.Rank(r)] = true
	}
	paid, seen := map[gen.Address]bool{}, map[gen.Address]bool{}
	for _, r := range rows {
		paid[r.To] = true
	}
	for _, a := range set.Addresses {
		if hub[a] || seen[a] || !paid[a] {
			t.Fatalf("%x: hub %t, twice %t, paid %t", a, hub[a], seen[a], paid[a])
		}
		seen[a] = true
	}
	if set.Batch(100) == nil || set.Batch(1_000_000) != nil || len(set.Lookups()) == 0 {
		t.Errorf("%d addresses give the wrong batches", len(set.Addresses))
	}
	path := filepath.Join(t.TempDir(), "set.json")
	if err := set.Save(path); err != nil {
		t.Fatal(err)
	}
	if back, err := Load(path); err != nil || len(back.Addresses) != len(set.Addresses) || back.Origin != set.Origin {
		t.Errorf("the set came back with %d addresses, %v", len(back.Addresses), err)
	}
}

// TestWalkAgainstRelaxation compares with relaxing every transfer five times.
func TestWalkAgainstRelaxation(t *testing.T) {
	c := gen.Config{Seed: 4, N: 3000}
	file, rows := world(t, c)
	set := choose(t, file, c)
	reached := map[gen.Address]uint64{set.Origin.To: set.Origin.Pos}
	for range hops {
		before := map[gen.Address]uint64{}
		for a, at := range reached {
			before[a] = at
		}
		for _, r := range rows {
			at, ok := before[r.From]
			if best, known := reached[r.To]; ok && r.Pos > at && (!known || r.Pos < best) {
				reached[r.To] = r.Pos
			}
		}
	}
	if len(reached) < 10 {
		t.Fatalf("only %d addresses are reached", len(reached))
	}
	var want check.Sum
	for a, at := range reached {
		want.Number(check.AddressHash(a) ^ at)
	}
	reply, err := Walk(t.Context(), rows, set)
	if err != nil {
		t.Fatal(err)
	}
	if got := reply.Answers[0].Sum; got.Rows != want.Rows || got.Set != want.Set {
		t.Errorf("walk: %+v, want %+v", got, want)
	}
}

// TestHaircutAgainstBigIntegers compares with the rule written out.
func TestHaircutAgainstBigIntegers(t *testing.T) {
	c := gen.Config{Seed: 4, N: 3000}
	file, rows := world(t, c)
	set := choose(t, file, c)
	balance, marked := map[gen.Address]*big.Int{}, map[gen.Address]*big.Int{}
	of := func(m map[gen.Address]*big.Int, a gen.Address) *big.Int {
		if m[a] == nil {
			m[a] = new(big.Int)
		}
		return m[a]
	}
	for _, r := range rows {
		if r.Asset != 0 {
			continue
		}
		amount, x := clew.AmountOf(r.Amount).Big(), new(big.Int)
		if r.From != (gen.Address{}) {
			x.Mul(of(marked, r.From), amount)
			x.Quo(x, of(balance, r.From))
			of(marked, r.From).Sub(of(marked, r.From), x)
			of(balance, r.From).Sub(of(balance, r.From), amount)
		}
		of(marked, r.To).Add(of(marked, r.To), x)
		of(balance, r.To).Add(of(balance, r.To), amount)
		if r.Pos == set.Origin.Pos {
			of(marked, r.To).Set(amount)
		}
	}
	var want check.Sum
	mask, total := new(big.Int).SetUint64(1<<64-1), new(big.Int)
	for a, m := range marked {
		total.Add(total, m)
		if m.Sign() > 0 {
			low := new(big.Int).And(m, mask).Uint64()
			want.Number(check.AddressHash(a) ^ low ^ new(big.Int).Rsh(m, 64).Uint64()<<1)
		}
	}
	if origin := clew.AmountOf(set.Origin.Amount).Big(); total.Cmp(origin) != 0 || want.Rows < 3 {
		t.Fatalf("%s is marked at %d addresses, of %s", total, want.Rows, origin)
	}
	reply, err := Haircut(t.Context(), rows, set)
	if err != nil {
		t.Fatal(err)
	}
	if got := reply.Answers[0].Sum; got.Rows != want.Rows || got.Set != want.Set {
		t.Errorf("haircut: %+v, want %+v", got, want)
	}
}

// own builds our ledger of a configuration.
func own(t *testing.T, c gen.Config) (file, dir string, open Open) {
	t.Helper()
	file, _ = world(t, c)
	dir = t.TempDir()
	if err := (engine.Own{}).Ingest(t.Context(), file, dir); err != nil {
		t.Fatal(err)
	}
	return file, dir, func() (ledger.Snapshot, func() error, error) { return engine.OpenOwn(t.Context(), dir) }
}

func TestHeavy(t *testing.T) {
	c := gen.Config{Seed: 1, N: 60_000, Heavy: 20_000}
	_, dir, open := own(t, c)
	reply, err := Heavy(t.Context(), open, dir, c)
	if err != nil {
		t.Fatal(err)
	}
	f := reply.Figures
	if f["transfers of the heavy address"] < float64(c.Heavy) || f["transfers of a light address"] > lightMost {
		t.Errorf("heavy has %g transfers, light %g", f["transfers of the heavy address"], f["transfers of a light address"])
	}
	for _, name := range []string{"heavy, any asset", "heavy, native", "light, any asset"} {
		if rows := f["page of 100, "+name+", warm rows"]; rows < 95 {
			t.Errorf("a page of %s has %g rows", name, rows)
		}
		if f["page of 100, "+name+", cold p50 ms"] <= 0 {
			t.Errorf("no cold time of %s: %v", name, f)
		}
	}
}

func TestTrace(t *testing.T) {
	c := gen.Config{Seed: 1, N: 60_000}
	file, _, open := own(t, c)
	snapshot, closeStore, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore()
	defer snapshot.Close()
	reply, err := Trace(t.Context(), snapshot, file, c)
	if err != nil {
		t.Fatal(err)
	}
	f := reply.Figures
	if f["FIFO trace: traces of at least 20 transfers"] == 0 || f["FIFO trace: transfers used, p50"] < traceLeast {
		t.Errorf("%v", f)
	}
	for _, name := range []string{"FIFO trace: p95 ms", "FIFO sweep: p50 ms", "haircut sweep, nothing dropped: p50 ms"} {
		if f[name] <= 0 {
			t.Errorf("no %s: %v", name, f)
		}
	}
}
