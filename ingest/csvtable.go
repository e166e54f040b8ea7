package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// A csvTable reads comma-separated values with a header line.
type csvTable struct {
	in      *input
	csv     *csv.Reader
	bounded *bounded
	names   []string
	places  []int
	loose   bool // rows may be longer than the header, as some explorers' are
	ended   bool // every line must have an end, as those of our own files have
}

func openCSV(in *input) (*csvTable, error) {
	b := &bounded{r: in.text, left: rowBytesMax}
	t := &csvTable{in: in, bounded: b, csv: csv.NewReader(b)}
	t.csv.ReuseRecord = true
	t.csv.FieldsPerRecord = -1
	record, err := t.csv.Read()
	if err != nil {
		return nil, named(in.name+": header", err)
	}
	for _, name := range record {
		t.names = append(t.names, strings.TrimSpace(name))
	}
	return t, nil
}

func (t *csvTable) header() []string { return t.names }

func (t *csvTable) bind(places []int) { t.places = places }

func (t *csvTable) close() error { return t.in.close() }

func (t *csvTable) read(b *batch) error {
	b.reset(len(t.places))
	for i, place := range t.places {
		b.cols[i].kind = absent
		if place >= 0 {
			b.cols[i].name, b.cols[i].kind, b.cols[i].scale = t.names[place], textual, -1
		}
	}
	for b.rows < batchRows && len(b.bad) < batchRows {
		t.bounded.left = rowBytesMax
		record, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
			b.bad = append(b.bad, BadRow{File: t.in.name, Line: int64(parse.StartLine), Reason: parse.Err.Error()})
			continue
		}
		if err != nil {
			return named(t.in.name, err)
		}
		t.add(b, record)
	}
	if b.rows == 0 && len(b.bad) == 0 {
		return io.EOF
	}
	return nil
}

func (t *csvTable) add(b *batch, record []string) {
	line, _ := t.csv.FieldPos(0)
	if len(record) < len(t.names) || len(record) > len(t.names) && !t.loose {
		reason := fmt.Sprintf("%d fields; want %d, as in the header", len(record), len(t.names))
		b.bad = append(b.bad, BadRow{File: t.in.name, Line: int64(line), Reason: reason})
		return
	}
	if t.atCut() {
		if t.ended {
			b.bad = append(b.bad, BadRow{File: t.in.name, Line: int64(line), Reason: cutNote + "; if it is whole, end it with a newline"})
			return
		}
		b.note = path.Base(t.in.name) + ": " + cutNote
	}
	for i, place := range t.places {
		if place >= 0 {
			b.cols[i].addText(strings.TrimSpace(record[place]))
		}
	}
	b.lines = append(b.lines, int64(line))
	b.rows++
}

// cutNote is said of a file that ends within a line: what is missing may be
// digits of an amount.
const cutNote = "the last line has no end: the file may be cut"

// atCut reports whether the line read last is the file's last, without an end.
func (t *csvTable) atCut() bool {
	b := t.bounded
	return b.eof && b.last != '\n' && t.csv.InputOffset() == b.total
}

// bounded stops a reader that takes too much for one row: a quote that is
// never closed would swallow the rest of the file.
type bounded struct {
	r     io.Reader
	left  int
	total int64 // bytes read
	last  byte  // of them
	eof   bool
}

var errLongRow = errors.New("a row is too long")

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.total += int64(n)
	if n > 0 {
		b.last = p[n-1]
	}
	b.eof = errors.Is(err, io.EOF)
	return n, err
}
