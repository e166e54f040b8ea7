package gen

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"clew"

	"github.com/parquet-go/parquet-go"
)

// A record is a row of the file: those columns of Clew's own flat Parquet form,
// which package ingest reads as "clew-parquet", that plain transfers need. An
// address is a byte for its form and 20 for its key; an amount is 32 bytes, most
// significant first.
type record struct {
	Chain   string   `parquet:"chain,dict"`
	Height  uint64   `parquet:"height,delta"`
	Index   uint32   `parquet:"index,delta"`
	Class   string   `parquet:"class,dict"`
	Ordinal uint32   `parquet:"ordinal,delta"`
	Time    int64    `parquet:"time,delta"`
	Tx      [32]byte `parquet:"tx"`
	Asset   string   `parquet:"asset,dict"`
	From    [21]byte `parquet:"from"`
	To      [21]byte `parquet:"to"`
	Amount  [32]byte `parquet:"amount"`
}

const (
	rowsInBatch = 1 << 13
	rowsInGroup = 1 << 20
)

// Write makes the transfers of c and writes them to a new file at path. Making
// and writing run side by side.
func Write(ctx context.Context, path string, c Config) error {
	making, cancel := context.WithCancel(ctx)
	defer cancel()
	full, empty := make(chan []Row, 4), make(chan []Row, 6)
	for range cap(empty) {
		empty <- make([]Row, 0, rowsInBatch)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(full)
		produce(making, New(c), full, empty)
	}()
	err := writeFile(path, full, empty)
	cancel()
	<-done
	return errors.Join(err, ctx.Err())
}

// produce fills batches until the generator or the context ends.
func produce(ctx context.Context, g *Generator, full chan<- []Row, empty <-chan []Row) {
	for {
		var batch []Row
		select {
		case batch = <-empty:
		case <-ctx.Done():
			return
		}
		batch = batch[:0]
		for len(batch) < cap(batch) {
			batch = batch[:len(batch)+1]
			if !g.Next(&batch[len(batch)-1]) {
				batch = batch[:len(batch)-1]
				break
			}
		}
		if len(batch) == 0 {
			return
		}
		select {
		case full <- batch:
		case <-ctx.Done():
			return
		}
	}
}

// writeFile writes batches as they come, and hands them back.
func writeFile(path string, full <-chan []Row, empty chan<- []Row) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	buffer := bufio.NewWriterSize(file, 1<<20)
	w := parquet.NewGenericWriter[record](buffer, parquet.MaxRowsPerRowGroup(rowsInGroup), parquet.Compression(&parquet.Snappy))
	assets := assetNames()
	records := make([]record, rowsInBatch)
	for batch := range full {
		for i := range batch {
			records[i].fill(&batch[i], assets)
		}
		if _, err := w.Write(records[:len(batch)]); err != nil {
			return err
		}
		empty <- batch
	}
	return errors.Join(w.Close(), buffer.Flush(), file.Close())
}

// fill sets r to row.
func (r *record) fill(row *Row, assets []string) {
	pos := UnpackPos(row.Pos)
	r.Chain, r.Height, r.Index, r.Class, r.Ordinal = string(Chain), pos.Height, pos.Index, classNames[pos.Class], pos.Ordinal
	r.Time, r.Tx, r.Asset = int64(row.Time), row.Tx, assets[row.Asset]
	r.From[0], r.To[0] = byte(clew.EVMForm), byte(clew.EVMForm)
	copy(r.From[1:], row.From[:])
	copy(r.To[1:], row.To[:])
	r.Amount = wide(row.Amount)
}

// classNames are the texts of the classes that the generator makes.
var classNames = [...]string{clew.Native: "native", clew.Log: "log"}

func assetNames() []string {
	var names []string
	for _, a := range Assets() {
		names = append(names, a.String())
	}
	return names
}

// Read calls visit with the rows of the file at path, in order, many at a time.
// They are valid during the call alone.
func Read(ctx context.Context, path string, visit func([]Row) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	reader := parquet.NewGenericReader[record](file)
	defer reader.Close()
	numbers := map[string]uint32{}
	for i, name := range assetNames() {
		numbers[name] = uint32(i)
	}
	records, rows := make([]record, rowsInBatch), make([]Row, rowsInBatch)
	for {
		n, readErr := reader.Read(records)
		for i := range n {
			if err := rows[i].fill(&records[i], numbers); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		if err := visit(rows[:n]); err != nil {
			return err
		}
		if errors.Is(readErr, io.EOF) {
			return nil
		}
		if err := errors.Join(readErr, ctx.Err()); err != nil {
			return err
		}
	}
}

// fill undoes [record.fill].
func (row *Row) fill(r *record, numbers map[string]uint32) error {
	asset, ok := numbers[r.Asset]
	if !ok {
		return fmt.Errorf("asset %q is not one of the generator's", r.Asset)
	}
	amount, err := AmountLimbs(r.Amount[:])
	if err != nil {
		return err
	}
	class := clew.Native
	if r.Class == classNames[clew.Log] {
		class = clew.Log
	}
	pos := clew.Pos{Height: r.Height, Index: r.Index, Class: class, Ordinal: r.Ordinal}
	*row = Row{Pos: PackPos(pos), Time: uint32(r.Time), Asset: asset, From: Address(r.From[1:]), To: Address(r.To[1:]), Tx: r.Tx, Amount: amount}
	return nil
}

// Span returns the blocks that the file at path holds: all from the first of the
// chain to the last in the file.
func Span(path string) (clew.Window, error) {
	file, err := os.Open(path)
	if err != nil {
		return clew.Window{}, err
	}
	defer file.Close()
	reader := parquet.NewGenericReader[record](file)
	defer reader.Close()
	if err := reader.SeekToRow(reader.NumRows() - 1); err != nil {
		return clew.Window{}, err
	}
	var last [1]record
	if n, err := reader.Read(last[:]); n == 0 {
		return clew.Window{}, fmt.Errorf("%s: last row: %w", path, err)
	}
	return clew.Window{From: 0, To: last[0].Height + 1}, nil
}
