package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"clew/bench/gen"

	"github.com/parquet-go/parquet-go"
)

// Parquet keeps three files: all columns in chain order, and for each direction
// what a walk needs, sorted by address and position. Its index is the bounds of
// each page.
type Parquet struct{}

// Name returns "parquet".
func (Parquet) Name() string { return "parquet" }

// parquetWhole is a row of the file in chain order.
type parquetWhole struct {
	Pos    uint64   `parquet:"pos,delta"`
	Time   uint32   `parquet:"time,delta"`
	Asset  uint32   `parquet:"asset,dict"`
	From   [20]byte `parquet:"from"`
	To     [20]byte `parquet:"to"`
	Tx     [32]byte `parquet:"tx"`
	Amount []byte   `parquet:"amount"`
}

// parquetSweep is what a sweep reads of it.
type parquetSweep struct {
	Asset  uint32   `parquet:"asset,dict"`
	From   [20]byte `parquet:"from"`
	To     [20]byte `parquet:"to"`
	Amount []byte   `parquet:"amount"`
}

// parquetEdge is a row of a file of one direction.
type parquetEdge struct {
	Owner  [20]byte `parquet:"owner"`
	Pos    uint64   `parquet:"pos,delta"`
	Time   uint32   `parquet:"time"`
	Asset  uint32   `parquet:"asset,dict"`
	Peer   [20]byte `parquet:"peer"`
	Amount []byte   `parquet:"amount"`
}

const (
	parquetBatch = 1 << 13
	parquetPage  = 16 << 10
)

// newParquetWriter returns a writer of small pages, for look-ups read whole
// ones.
func newParquetWriter[T any](file io.Writer) *parquet.GenericWriter[T] {
	return parquet.NewGenericWriter[T](file, parquet.Compression(&parquet.Zstd), parquet.PageBufferSize(parquetPage),
		parquet.MaxRowsPerRowGroup(1<<20), parquet.ColumnIndexSizeLimit(func([]string) int { return 32 }))
}

// Ingest writes the file in chain order and parts the rows of each direction,
// then sorts part by part.
func (Parquet) Ingest(ctx context.Context, file, dir string) error {
	whole, err := os.Create(filepath.Join(dir, "e.parquet"))
	if err != nil {
		return err
	}
	defer whole.Close()
	out, err := newParting(dir, "o")
	if err != nil {
		return err
	}
	in, err := newParting(dir, "i")
	if err != nil {
		return errors.Join(err, out.close())
	}
	w := newParquetWriter[parquetWhole](whole)
	records := make([]parquetWhole, parquetBatch)
	err = gen.Read(ctx, file, func(rows []gen.Row) error {
		for i := range rows {
			r := &rows[i]
			records[i] = parquetWhole{r.Pos, r.Time, r.Asset, r.From, r.To, r.Tx, gen.AmountBytes(records[i].Amount[:0], r.Amount)}
			if err := errors.Join(out.add(r.From, r.To, r), in.add(r.To, r.From, r)); err != nil {
				return err
			}
		}
		_, err := w.Write(records[:len(rows)])
		return err
	})
	err = errors.Join(err, w.Close(), whole.Sync())
	if err == nil {
		err = errors.Join(out.sorted(ctx, filepath.Join(dir, "o.parquet")), in.sorted(ctx, filepath.Join(dir, "i.parquet")))
	}
	return errors.Join(err, out.close(), in.close())
}

// Open reads both files' footers and the bounds of the pages of addresses.
func (Parquet) Open(_ context.Context, dir string) (Store, error) {
	s := &parquetStore{dir: dir, rows: make([]parquetEdge, parquetBatch)}
	var err error
	if s.handle, err = os.Open(filepath.Join(dir, "o.parquet")); err != nil {
		return nil, err
	}
	info, err := s.handle.Stat()
	if err == nil {
		s.file, err = parquet.OpenFile(s.handle, info.Size(), parquet.SkipBloomFilters(true))
	}
	if err == nil {
		err = s.indexPages()
	}
	if err != nil {
		return nil, errors.Join(err, s.handle.Close())
	}
	s.reader = parquet.NewGenericReader[parquetEdge](s.file)
	return s, nil
}

type parquetStore struct {
	dir    string
	handle *os.File
	file   *parquet.File
	reader *parquet.GenericReader[parquetEdge]
	groups []parquetGroup
	pages  []parquetBounds // of the column of addresses, in order
	rows   []parquetEdge
	values [1024]parquet.Value
}

// A parquetGroup is a row group's column of addresses.
type parquetGroup struct {
	first int64 // row
	pages parquet.Pages
}

// parquetBounds is what a page of addresses holds.
type parquetBounds struct {
	min, max gen.Address
	group    int
	first    int64 // row within the group
}

func (s *parquetStore) indexPages() error {
	var first int64
	for g, group := range s.file.RowGroups() {
		chunk := group.ColumnChunks()[0]
		columns, err := chunk.ColumnIndex()
		if err != nil {
			return err
		}
		offsets, err := chunk.OffsetIndex()
		if err != nil {
			return err
		}
		for p := range columns.NumPages() {
			s.pages = append(s.pages, parquetBounds{
				min: gen.Address(columns.MinValue(p).ByteArray()), max: gen.Address(columns.MaxValue(p).ByteArray()),
				group: g, first: offsets.FirstRowIndex(p),
			})
		}
		s.groups = append(s.groups, parquetGroup{first: first, pages: chunk.Pages()})
		first += group.NumRows()
	}
	return nil
}

// span returns the rows of an address: from first, count of them.
func (s *parquetStore) span(a gen.Address) (first, count int64, err error) {
	p := sort.Search(len(s.pages), func(i int) bool { return bytes.Compare(s.pages[i].max[:], a[:]) >= 0 })
	first = -1
	for ; p < len(s.pages) && bytes.Compare(s.pages[p].min[:], a[:]) <= 0; p++ {
		group := s.groups[s.pages[p].group]
		if err := group.pages.SeekToRow(s.pages[p].first); err != nil {
			return 0, 0, err
		}
		page, err := group.pages.ReadPage()
		if err != nil {
			return 0, 0, err
		}
		at, n, err := s.find(page, a)
		parquet.Release(page)
		if err != nil {
			return 0, 0, err
		}
		if first < 0 && n > 0 {
			first = group.first + s.pages[p].first + at
		}
		count += n
	}
	return first, count, nil
}

// find returns where in a page of addresses a's rows begin, and how many they
// are.
func (s *parquetStore) find(page parquet.Page, a gen.Address) (at, n int64, err error) {
	values := page.Values()
	for {
		got, err := values.ReadValues(s.values[:])
		for _, v := range s.values[:got] {
			switch c := bytes.Compare(v.ByteArray(), a[:]); {
			case c < 0:
				at++
			case c == 0:
				n++
			default:
				return at, n, nil
			}
		}
		if errors.Is(err, io.EOF) {
			return at, n, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
}

func (s *parquetStore) Lookup(_ context.Context, a gen.Address, visit Visit) error {
	first, count, err := s.span(a)
	if err != nil || count == 0 {
		return err
	}
	if err := s.reader.SeekToRow(first); err != nil {
		return err
	}
	for count > 0 {
		n, err := s.reader.Read(s.rows[:min(count, int64(len(s.rows)))])
		if n == 0 {
			return fmt.Errorf("%d rows missing: %w", count, err)
		}
		if err := visitEdges(s.rows[:n], visit); err != nil {
			return err
		}
		count -= int64(n)
	}
	return nil
}

// scanFrom is how many addresses for each page make reading all pages once
// cheaper than seeking.
const scanFrom = 0.1

// Batch seeks each address, or reads the whole file where that costs less.
func (s *parquetStore) Batch(ctx context.Context, addresses []gen.Address, visit Visit) error {
	sorted := slices.Clone(addresses)
	slices.SortFunc(sorted, func(a, b gen.Address) int { return bytes.Compare(a[:], b[:]) })
	if float64(len(sorted)) > scanFrom*float64(len(s.pages)) {
		return s.scan(ctx, sorted, visit)
	}
	for _, a := range sorted {
		if err := errors.Join(s.Lookup(ctx, a, visit), ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}

// scan reads every row once, and visits those of sorted addresses.
func (s *parquetStore) scan(ctx context.Context, sorted []gen.Address, visit Visit) error {
	if err := s.reader.SeekToRow(0); err != nil {
		return err
	}
	for len(sorted) > 0 {
		n, err := s.reader.Read(s.rows)
		rows := s.rows[:n]
		for len(rows) > 0 && len(sorted) > 0 {
			switch c := bytes.Compare(rows[0].Owner[:], sorted[0][:]); {
			case c < 0:
				rows = rows[1:]
			case c > 0:
				sorted = sorted[1:]
			default:
				if err := visitEdges(rows[:1], visit); err != nil {
					return err
				}
				rows = rows[1:]
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}

// visitEdges hands rows on.
func visitEdges(edges []parquetEdge, visit Visit) error {
	var row gen.Row
	for i := range edges {
		e := &edges[i]
		amount, err := gen.AmountLimbs(e.Amount)
		if err != nil {
			return err
		}
		row = gen.Row{Pos: e.Pos, Time: e.Time, Asset: e.Asset, From: e.Owner, To: e.Peer, Amount: amount}
		if visit != nil {
			visit(&row)
		}
	}
	return nil
}

func (s *parquetStore) Sweep(ctx context.Context, visit Visit) error {
	file, err := os.Open(filepath.Join(s.dir, "e.parquet"))
	if err != nil {
		return err
	}
	defer file.Close()
	reader := parquet.NewGenericReader[parquetSweep](file)
	defer reader.Close()
	rows := make([]parquetSweep, parquetBatch)
	var row gen.Row
	for {
		n, readErr := reader.Read(rows)
		for i := range rows[:n] {
			r := &rows[i]
			if row.Amount, err = gen.AmountLimbs(r.Amount); err != nil {
				return err
			}
			row.Asset, row.From, row.To = r.Asset, r.From, r.To
			if visit != nil {
				visit(&row)
			}
		}
		if errors.Is(readErr, io.EOF) {
			return nil
		}
		if err := errors.Join(readErr, ctx.Err()); err != nil {
			return err
		}
	}
}

func (s *parquetStore) Close() error {
	errs := []error{s.reader.Close()}
	for _, g := range s.groups {
		errs = append(errs, g.pages.Close())
	}
	return errors.Join(append(errs, s.handle.Close())...)
}
