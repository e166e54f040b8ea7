package gen

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"testing"

	"clew"
)

// made returns all transfers of a configuration.
func made(c Config) []Row {
	var rows []Row
	var row Row
	for g := New(c); g.Next(&row); {
		rows = append(rows, row)
	}
	return rows
}

func TestSameSeedSameTransfers(t *testing.T) {
	a, b := made(Config{Seed: 5, N: 5000}), made(Config{Seed: 5, N: 5000})
	other := made(Config{Seed: 6, N: 5000})
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("transfer %d differs between runs", i)
		}
		if a[i].Tx == other[i].Tx {
			t.Fatalf("transfer %d has the same transaction under another seed", i)
		}
	}
}

// TestTransfersAreFixed holds the transfers of one seed for good: results of
// another generator could not be compared with earlier ones.
func TestTransfersAreFixed(t *testing.T) {
	h := sha256.New()
	for _, r := range made(Config{Seed: 1, N: 1000}) {
		fmt.Fprintln(h, r)
	}
	const want = "87bd14c3e1d11e60"
	if got := hex.EncodeToString(h.Sum(nil)[:8]); got != want {
		t.Errorf("the first 1000 transfers of seed 1 have the hash %s, want %s", got, want)
	}
}

func TestBooksClose(t *testing.T) {
	type pot struct {
		asset   uint32
		address Address
	}
	for _, c := range []Config{{Seed: 1, N: 50_000}, {Seed: 2, N: 50_000, Heavy: 20_000}} {
		held := map[pot]clew.Amount{}
		for i, r := range made(c) {
			amount := clew.AmountOf(r.Amount)
			if amount.IsZero() {
				t.Fatalf("transfer %d moves nothing", i)
			}
			if r.From != (Address{}) {
				from := pot{r.Asset, r.From}
				if held[from].Less(amount) {
					t.Fatalf("transfer %d spends %s of %s", i, amount, held[from])
				}
				held[from] = held[from].Minus(amount)
			}
			to := pot{r.Asset, r.To}
			held[to] = held[to].Plus(amount)
		}
	}
}

func TestPositionsRiseAndFit(t *testing.T) {
	rows := made(Config{Seed: 1, N: 50_000})
	for i, r := range rows {
		if PackPos(UnpackPos(r.Pos)) != r.Pos {
			t.Fatalf("position %x does not survive packing", r.Pos)
		}
		if i > 0 && r.Pos <= rows[i-1].Pos {
			t.Fatalf("transfer %d at %s follows one at %s", i, UnpackPos(r.Pos), UnpackPos(rows[i-1].Pos))
		}
		if same := i > 0 && r.Tx == rows[i-1].Tx; same && UnpackPos(r.Pos).Index != UnpackPos(rows[i-1].Pos).Index {
			t.Fatalf("transfer %d shares a hash with one of another transaction", i)
		}
	}
}

// TestShape holds the shares that the benchmark promises.
func TestShape(t *testing.T) {
	rows := made(Config{Seed: 1, N: 200_000})
	var native, wideNative, wideToken, huge, issued, txs float64
	addresses := map[Address]float64{}
	blocks := map[uint64]bool{}
	for i, r := range rows {
		wide := r.Amount[1]|r.Amount[2]|r.Amount[3] != 0
		switch {
		case r.Asset == 0:
			native++
			wideNative += one(wide)
		default:
			wideToken += one(wide)
		}
		huge += one(r.Amount[2] != 0)
		issued += one(r.From == (Address{}))
		txs += one(i == 0 || r.Tx != rows[i-1].Tx)
		addresses[r.From]++
		addresses[r.To]++
		blocks[UnpackPos(r.Pos).Height] = true
	}
	n := float64(len(rows))
	top := addresses[Config{Seed: 1, N: 200_000}.HeavyAddress()] / (2 * n)
	for _, c := range []struct {
		name          string
		got, from, to float64
	}{
		{"native transfers", native / n, 0.69, 0.71},
		{"native amounts beyond 64 bits", wideNative / native, 0.85, 1},
		{"token amounts beyond 64 bits", wideToken / (n - native), 0.2, 0.3},
		{"amounts beyond 128 bits", huge / n, 0.0002, 0.01},
		{"issuance", issued / n, 0.01, 0.04},
		{"transfers a transaction", n / txs, 1.95, 2.05},
		{"transfers a block", n / float64(len(blocks)), 140, 160},
		{"transfers an address", n / float64(len(addresses)), 3, 6},
		{"share of the first address", top, 0.01, 0.06},
	} {
		if c.got < c.from || c.got > c.to {
			t.Errorf("%s: %g, want %g to %g", c.name, c.got, c.from, c.to)
		}
	}
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func TestHeavyAddressSendsItsShare(t *testing.T) {
	c := Config{Seed: 1, N: 12_000, Heavy: 10_000}
	sent := 0
	for _, r := range made(c) {
		if r.From == c.HeavyAddress() {
			sent++
		}
	}
	if sent < int(c.Heavy) {
		t.Errorf("the heavy address sends %d, want at least %d", sent, c.Heavy)
	}
}

func TestFileHoldsWhatWasMade(t *testing.T) {
	c := Config{Seed: 1, N: 3*rowsInBatch + 17}
	path := filepath.Join(t.TempDir(), "transfers.parquet")
	if err := Write(context.Background(), path, c); err != nil {
		t.Fatal(err)
	}
	want := made(c)
	i := 0
	err := Read(context.Background(), path, func(rows []Row) error {
		for _, r := range rows {
			if r != want[i] {
				t.Fatalf("row %d: %+v, want %+v", i, r, want[i])
			}
			i++
		}
		return nil
	})
	if err != nil || i != len(want) {
		t.Fatalf("%d rows of %d: %v", i, len(want), err)
	}
	span, err := Span(path)
	if last := UnpackPos(want[len(want)-1].Pos).Height; err != nil || span != (clew.Window{To: last + 1}) {
		t.Errorf("span %s, %v; the last block is %d", span, err, last)
	}
}

func TestWriteStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Write(ctx, filepath.Join(t.TempDir(), "transfers.parquet"), Config{Seed: 1, N: 10_000_000}); err == nil {
		t.Error("a cancelled write ended without an error")
	}
}

func TestAmountBytes(t *testing.T) {
	for _, limbs := range [][4]uint64{{}, {1}, {0, 1}, {1 << 63, 0, 0, 1}, {1, 2, 3, 1 << 63}} {
		b := AmountBytes(nil, limbs)
		got, err := AmountLimbs(b)
		if err != nil || got != limbs || len(b) > 0 && b[0] == 0 {
			t.Errorf("%v: bytes %x, back %v, %v", limbs, b, got, err)
		}
	}
	if _, err := AmountLimbs(make([]byte, 33)); err == nil {
		t.Error("33 bytes were taken for an amount")
	}
}
