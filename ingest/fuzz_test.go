package ingest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/parquet-go/parquet-go"

	"clew"
	"clew/ledger"
)

// addCases seeds a target with the files of testdata.
func addCases(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		f.Fatalf("%s: no files: %v", pattern, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// importBytes reads a file as [Import] does, but in one goroutine, so that the
// fuzzer sees the same steps for the same bytes. Transfers must be well formed.
func importBytes(t *testing.T, data []byte, opt Options) {
	t.Helper()
	if opt.Chain = clew.Ethereum; opt.check() != nil {
		return
	}
	files := fstest.MapFS{"f": {Data: data}}
	sets, _, err := plan(t.Context(), files, []string{"f"}, &opt)
	if err != nil {
		return
	}
	s := session{fsys: files, opt: &opt, set: &sets[0], ctx: t.Context(), flows: map[lane]*flow{}, stands: map[clew.Chain]footing{}}
	s.bad.allowed = opt.SkipBad
	s.feed = feed{full: make(chan *chunk, 1<<10), spare: 1 << 10}
	if err := s.decode(); err != nil {
		return
	}
	close(s.feed.full)
	for c := range s.feed.full {
		if c == nil {
			continue
		}
		for i := range c.transfers {
			if err := ledger.CheckTransfer(c.lane.chain, &c.transfers[i]); err != nil {
				t.Error(err)
			}
		}
	}
}

// FuzzText imports anything as text: CSV of every kind, and JSON lines.
func FuzzText(f *testing.F) {
	addCases(f, "testdata/cases/*/*.csv")
	addCases(f, "testdata/cases/*/*.json*")
	f.Add([]byte(zipped(ownHeader + ownRow(1, hexAddress("b0"), "5"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		importBytes(t, data, Options{SkipBad: 1000})
		importBytes(t, data, Options{Format: columnsFormat, Map: builtinMapping("harvest")})
	})
}

// FuzzTransferLine wants any line that is taken to be written back the same.
func FuzzTransferLine(f *testing.F) {
	addCases(f, "testdata/cases/clew-jsonl/*.jsonl")
	for _, t := range randomTransfers(1, 20, true) {
		f.Add(bytes.TrimSpace(written(f, clewLinesFormat, []clew.Transfer{t})))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		first, _, err := decodeLine(line)
		if err != nil {
			return
		}
		again, _, err := decodeLine(bytes.TrimSpace(written(t, clewLinesFormat, []clew.Transfer{first})))
		if err != nil {
			t.Fatal(err)
		}
		if render(&first) != render(&again) {
			t.Fatalf("%s\nbecame\n%s", render(&first), render(&again))
		}
	})
}

// FuzzMapping wants any map of columns to be refused or to be usable.
func FuzzMapping(f *testing.F) {
	addCases(f, "testdata/cases/*/map.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ReadMapping("map.yaml", bytes.NewReader(data))
		if err != nil {
			return
		}
		c := m.Columns
		header := strings.Join([]string{c.From, c.To, c.Amount, c.Units, c.Time, c.Height}, ",")
		importBytes(t, []byte(header+"\n1,2,3,4,5,6\n"), Options{Format: columnsFormat, Map: m, SkipBad: 9})
	})
}

// FuzzParquet opens anything as Parquet.
func FuzzParquet(f *testing.F) {
	f.Add(written(f, clewFlatFormat, randomTransfers(1, 30, false)[:10]))
	f.Add(parquetOf(f, []etlLog{{Tx: hexID("01"), Topics: []string{hexID("02")}, Data: "0x"}}).Data)
	f.Add(parquetOf(f, []cryoMove{{Value: "1"}}, parquet.Compression(&parquet.Zstd)).Data)
	f.Add(parquetOf(f, []etlTx{{Value: decimal(7)}}).Data)
	f.Add(parquetOf(f, []cryoMove{{Value: "1"}, {Value: "2"}}, parquet.Compression(&parquet.Lz4Raw), parquet.DataPageVersion(1)).Data)
	addCases(f, "testdata/lz4/*.parquet")
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.HasPrefix(data, []byte("PAR1")) {
			importBytes(t, data, Options{SkipBad: 1000})
		}
	})
}
