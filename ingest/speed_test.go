package ingest

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/parquet-go/parquet-go"

	"clew"
	"clew/ledger"
	"clew/ledger/disk"
	"clew/ledger/vfs"
)

// A counter is a sink that keeps nothing.
type counter struct{ transfers int }

func (c *counter) Load(context.Context, clew.Chain, ledger.Source) (ledger.Load, error) {
	return c, nil
}

func (c *counter) Coverage(context.Context) ([]*clew.Coverage, error) { return nil, nil }

func (c *counter) Add(transfers ...clew.Transfer) error {
	c.transfers += len(transfers)
	return nil
}

func (c *counter) AddActs(...clew.Act) error { return nil }

func (c *counter) Commit(context.Context, clew.Coverage) (ledger.Report, error) {
	return ledger.Report{Added: uint64(c.transfers)}, nil
}

func (c *counter) Abort() error { return nil }

// benchmarkRows is how many transfers the benchmarks read at a time.
const benchmarkRows = 500_000

// madeUp returns the i-th of a chain-like series of transfers.
func madeUp(i uint64, token clew.Asset) clew.Transfer {
	amount, _ := clew.Units(i).MulDiv(clew.Units(1<<40), clew.Units(1))
	t := clew.Transfer{
		Pos: clew.Pos{Height: 15_000_000 + i/150, Index: uint32(i % 150)}, Time: clew.Time(1_650_000_000 + i/12),
		Tx: clew.TxID{byte(i), byte(i >> 8), byte(i >> 16), 9}, Asset: clew.NativeAsset(clew.Ethereum),
		From: []clew.Leg{{Address: clew.EVMAddress(clew.Ethereum, [20]byte{byte(i * 7), byte(i >> 3), 1}), Amount: amount}},
		To:   []clew.Leg{{Address: clew.EVMAddress(clew.Ethereum, [20]byte{byte(i * 5), byte(i >> 4), 2}), Amount: amount}},
	}
	if i%2 == 1 {
		t.Asset, t.Pos.Class, t.Pos.Ordinal = token, clew.Log, uint32(i%150)
	}
	return t
}

func flatFile(b *testing.B) []byte {
	b.Helper()
	var file bytes.Buffer
	w, err := NewWriter(&file, clewFlatFormat)
	if err != nil {
		b.Fatal(err)
	}
	usdc, _ := clew.ParseAsset("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", clew.Ethereum)
	for i := range uint64(benchmarkRows) {
		t := madeUp(i, usdc)
		if err := w.Write(&t); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// benchmark reads one file into a sink that keeps nothing.
func benchmark(b *testing.B, name string, data []byte) {
	b.Helper()
	files := fstest.MapFS{name: {Data: data}}
	for b.Loop() {
		var c counter
		if _, err := Import(b.Context(), files, []string{name}, &c, Options{}); err != nil {
			b.Fatal(err)
		}
		if c.transfers != benchmarkRows {
			b.Fatal(c.transfers)
		}
	}
	b.ReportMetric(float64(benchmarkRows)*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
}

// BenchmarkFlat measures reading Clew's own Parquet, without a ledger.
func BenchmarkFlat(b *testing.B) { benchmark(b, "t.parquet", flatFile(b)) }

// BenchmarkCSV measures reading Clew's own CSV, without a ledger.
func BenchmarkCSV(b *testing.B) {
	var file bytes.Buffer
	w, err := NewWriter(&file, clewCSVFormat)
	if err != nil {
		b.Fatal(err)
	}
	for i := range uint64(benchmarkRows) {
		t := madeUp(i, clew.NativeAsset(clew.Ethereum))
		if err := w.Write(&t); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	benchmark(b, "t.csv", file.Bytes())
}

type etlToken struct {
	Token string `parquet:"token_address"`
	From  string `parquet:"from_address"`
	To    string `parquet:"to_address"`
	Value string `parquet:"value"`
	Tx    string `parquet:"transaction_hash"`
	Log   int64  `parquet:"log_index"`
	Block int64  `parquet:"block_number"`
	Time  int64  `parquet:"block_timestamp"`
}

// BenchmarkTokenTransfers measures reading Ethereum ETL's Parquet, without a
// ledger.
func BenchmarkTokenTransfers(b *testing.B) {
	rows := make([]etlToken, benchmarkRows)
	for i := range rows {
		t := madeUp(uint64(i), clew.NativeAsset(clew.Ethereum))
		rows[i] = etlToken{
			Token: "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", From: strings.ToLower(t.From[0].Address.Text()), To: strings.ToLower(t.To[0].Address.Text()),
			Value: t.Amount().String(), Tx: t.Tx.String(), Log: int64(i % 150), Block: int64(t.Pos.Height), Time: int64(t.Time),
		}
	}
	benchmark(b, "token_transfers.parquet", parquetOf(b, rows, parquet.Compression(&parquet.Snappy)).Data)
}

// disks is a sink of ledgers on disk.
type disks struct{ store *disk.Store }

func (d disks) Load(ctx context.Context, _ clew.Chain, source ledger.Source) (ledger.Load, error) {
	return d.store.Load(ctx, source)
}

func (d disks) Coverage(context.Context) ([]*clew.Coverage, error) { return nil, nil }

// BenchmarkFlatToDisk measures the whole way, from Parquet into a ledger on
// disk.
func BenchmarkFlatToDisk(b *testing.B) {
	files := fstest.MapFS{"t.parquet": {Data: flatFile(b)}}
	for b.Loop() {
		dir, err := vfs.OS(b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		store, err := disk.Open(b.Context(), dir, clew.Ethereum, disk.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Import(b.Context(), files, []string{"t.parquet"}, disks{store}, Options{}); err != nil {
			b.Fatal(err)
		}
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(benchmarkRows)*float64(b.N)/b.Elapsed().Seconds(), "transfers/s")
}
