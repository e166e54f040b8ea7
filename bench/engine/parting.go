package engine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"clew/bench/gen"
)

// A parting sorts more rows than memory should hold: it writes them to one file
// for each span of addresses, and sorts file by file. It is what the Parquet
// engine sorts with.
type parting struct {
	files   []*os.File
	buffers []*bufio.Writer
	scratch []byte
}

// parts is how many spans there are: of the first byte's high bits.
const (
	partBits = 6
	parts    = 1 << partBits
)

// edgeSize is the length of a row in a part: owner, position, time, asset, peer
// and amount.
const edgeSize = 20 + 8 + 4 + 4 + 20 + 32

func newParting(dir, name string) (*parting, error) {
	p := &parting{}
	for i := range parts {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s.%02d.part", name, i)))
		if err != nil {
			return nil, errors.Join(err, p.close())
		}
		p.files = append(p.files, f)
		p.buffers = append(p.buffers, bufio.NewWriterSize(f, 256<<10))
	}
	return p, nil
}

// add takes a row as its owner sees it.
func (p *parting) add(owner, peer gen.Address, r *gen.Row) error {
	b := append(p.scratch[:0], owner[:]...)
	b = binary.LittleEndian.AppendUint64(b, r.Pos)
	b = binary.LittleEndian.AppendUint32(b, r.Time)
	b = binary.LittleEndian.AppendUint32(b, r.Asset)
	b = append(b, peer[:]...)
	for _, limb := range r.Amount {
		b = binary.LittleEndian.AppendUint64(b, limb)
	}
	p.scratch = b
	_, err := p.buffers[owner[0]>>(8-partBits)].Write(b)
	return err
}

// sorted writes all rows, sorted, to a Parquet file.
func (p *parting) sorted(ctx context.Context, path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := newParquetWriter[parquetEdge](file)
	records := make([]parquetEdge, parquetBatch)
	for i := range parts {
		edges, err := p.part(i)
		if err != nil {
			return err
		}
		for chunk := range slices.Chunk(edges, parquetBatch) {
			for j, e := range chunk {
				fillParquet(&records[j], e)
			}
			if _, err := w.Write(records[:len(chunk)]); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), file.Sync())
}

// part reads one part back, in the order of owners; positions are in order
// already.
func (p *parting) part(i int) ([][]byte, error) {
	if err := p.buffers[i].Flush(); err != nil {
		return nil, err
	}
	if _, err := p.files[i].Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	all, err := io.ReadAll(p.files[i])
	if err != nil {
		return nil, err
	}
	edges := make([][]byte, 0, len(all)/edgeSize)
	for b := range slices.Chunk(all, edgeSize) {
		edges = append(edges, b)
	}
	slices.SortStableFunc(edges, func(a, b []byte) int { return bytes.Compare(a[:20], b[:20]) })
	return edges, nil
}

// fillParquet sets a record from a row of a part.
func fillParquet(r *parquetEdge, b []byte) {
	r.Owner, r.Peer = [20]byte(b[:20]), [20]byte(b[36:56])
	r.Pos = binary.LittleEndian.Uint64(b[20:])
	r.Time = binary.LittleEndian.Uint32(b[28:])
	r.Asset = binary.LittleEndian.Uint32(b[32:])
	var limbs [4]uint64
	for i := range limbs {
		limbs[i] = binary.LittleEndian.Uint64(b[56+8*i:])
	}
	r.Amount = gen.AmountBytes(r.Amount[:0], limbs)
}

// close removes the parts.
func (p *parting) close() error {
	var errs []error
	for _, f := range p.files {
		errs = append(errs, f.Close(), os.Remove(f.Name()))
	}
	return errors.Join(errs...)
}
