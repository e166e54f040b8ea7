package ingest

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"clew"
)

// A Writer writes transfers in one of Clew's own formats. What [Import] reads
// back from it is what was written, with the same positions.
type Writer interface {
	// Write adds one transfer.
	Write(t *clew.Transfer) error

	// Close ends the file; the underlying writer stays open.
	Close() error
}

// NewWriter returns a writer of the format clew-csv, clew-jsonl or
// clew-parquet. Transfers with several legs a side fit only clew-jsonl.
func NewWriter(w io.Writer, format string) (Writer, error) {
	switch format {
	case clewCSVFormat:
		cw := &csvWriter{csv: csv.NewWriter(w)}
		return cw, cw.csv.Write(csvHeader)
	case clewLinesFormat:
		return &lineWriter{json.NewEncoder(w)}, nil
	case clewFlatFormat:
		return newFlatWriter(w), nil
	}
	return nil, &clew.InputError{Field: "format", Value: format, Want: "clew-csv, clew-jsonl or clew-parquet"}
}

type lineWriter struct{ json *json.Encoder }

func (lw *lineWriter) Write(t *clew.Transfer) error { return lw.json.Encode(t) }

func (lw *lineWriter) Close() error { return nil }

var csvHeader = []string{
	"chain", "height", "index", "class", "ordinal", "time", "tx", "asset", "from", "to",
	"amount", "item", "rounded", "count", "unit", "first", "last",
}

type csvWriter struct{ csv *csv.Writer }

func (cw *csvWriter) Write(t *clew.Transfer) error {
	if err := oneLeg(t); err != nil {
		return err
	}
	record := []string{
		string(t.Asset.Chain()), strconv.FormatUint(t.Pos.Height, 10), strconv.FormatUint(uint64(t.Pos.Index), 10), t.Pos.Class.String(),
		strconv.FormatUint(uint64(t.Pos.Ordinal), 10), known(t.Time), "", t.Asset.String(), plain(t.From[0].Address), plain(t.To[0].Address),
		t.From[0].Amount.String(), "", "", "", "", "", "",
	}
	if !t.Tx.IsZero() {
		record[6] = t.Tx.String()
	}
	if t.Item != nil {
		record[11] = t.Item.String()
	}
	if t.Rounded {
		record[12] = "true"
	}
	if a := t.Aggregate; a != nil {
		record[13], record[14], record[15], record[16] = strconv.FormatUint(a.Count, 10), a.Unit.String(), known(a.First), known(a.Last)
	}
	return cw.csv.Write(record)
}

func (cw *csvWriter) Close() error {
	cw.csv.Flush()
	return cw.csv.Error()
}

// oneLeg reports why t does not fit a flat row.
func oneLeg(t *clew.Transfer) error {
	if len(t.From) != 1 || len(t.To) != 1 || t.From[0].Spends != nil || t.From[0].Unknown {
		return &clew.InputError{Field: "format", Want: fmt.Sprintf("clew-jsonl, for the transfer at %s has legs that a flat row cannot hold", t.Pos)}
	}
	return nil
}

func known(t clew.Time) string {
	if !t.Known() {
		return ""
	}
	return t.String()
}

// plain returns an address in its chain's own form; nothing for nobody.
func plain(a clew.Address) string {
	if a.IsZero() {
		return ""
	}
	return a.Text()
}

type flatWriter struct {
	parquet *parquet.GenericWriter[flatRow]
	rows    []flatRow
}

// flatGroupRows is how many rows a group of a flat file holds, which bounds
// the writer's memory.
const flatGroupRows = 1 << 18

func newFlatWriter(w io.Writer) *flatWriter {
	return &flatWriter{parquet: parquet.NewGenericWriter[flatRow](w, parquet.MaxRowsPerRowGroup(flatGroupRows), parquet.Compression(&parquet.Snappy))}
}

func (fw *flatWriter) Write(t *clew.Transfer) error {
	if err := oneLeg(t); err != nil {
		return err
	}
	row := flatRow{
		Chain: string(t.Asset.Chain()), Height: t.Pos.Height, Index: t.Pos.Index, Class: t.Pos.Class.String(), Ordinal: t.Pos.Ordinal,
		Time: int64(t.Time), Asset: t.Asset.String(), From: formOf(t.From[0].Address), To: formOf(t.To[0].Address),
		Amount: wide(t.From[0].Amount), Rounded: t.Rounded,
	}
	if !t.Tx.IsZero() {
		row.Tx = append([]byte(nil), t.Tx[:]...)
	}
	if t.Item != nil {
		item := wide(*t.Item)
		row.Item = item[:]
	}
	if a := t.Aggregate; a != nil {
		unit := wide(a.Unit)
		row.Count, row.Unit, row.First, row.Last = a.Count, unit[:], int64(a.First), int64(a.Last)
	}
	fw.rows = append(fw.rows, row)
	if len(fw.rows) < batchRows {
		return nil
	}
	return fw.flush()
}

func (fw *flatWriter) flush() error {
	_, err := fw.parquet.Write(fw.rows)
	fw.rows = fw.rows[:0]
	return err
}

func (fw *flatWriter) Close() error {
	if err := fw.flush(); err != nil {
		return err
	}
	return fw.parquet.Close()
}

// formOf returns an address as a flat row holds it.
func formOf(a clew.Address) []byte {
	if a.IsZero() {
		return nil
	}
	return append([]byte{byte(a.Form())}, a.Key()...)
}

// wide returns the 32 bytes of an amount, most significant first.
func wide(a clew.Amount) [32]byte {
	var b [32]byte
	for i, limb := range a.Limbs() {
		for j := range 8 {
			b[31-8*i-j] = byte(limb >> (8 * j))
		}
	}
	return b
}
