package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A lineTable reads JSON lines: flat objects with one key a column. Lists of
// text become text parted by commas; other lists and objects stay JSON.
type lineTable struct {
	lines  lineReader
	in     *input
	names  []string
	places []int
	first  map[string]json.RawMessage // the row that told the header
}

func openLines(in *input) (*lineTable, error) {
	t := &lineTable{in: in, lines: lineReader{r: in.text}}
	text, err := t.lines.next()
	if err != nil {
		return nil, named(in.name, err)
	}
	if err := json.Unmarshal(text, &t.first); err != nil {
		return nil, wrongFile(in.name, fmt.Sprintf("one JSON object a line; line %d is none (%v)", t.lines.line, err))
	}
	for name := range t.first {
		t.names = append(t.names, name)
	}
	slices.Sort(t.names)
	return t, nil
}

func (t *lineTable) header() []string { return t.names }

func (t *lineTable) bind(places []int) { t.places = places }

func (t *lineTable) close() error { return t.in.close() }

func (t *lineTable) read(b *batch) error {
	b.reset(len(t.places))
	for i, place := range t.places {
		b.cols[i].kind = absent
		if place >= 0 {
			b.cols[i].name, b.cols[i].kind, b.cols[i].scale = t.names[place], textual, -1
		}
	}
	if t.first != nil {
		t.add(b, t.first)
		t.first = nil
	}
	for b.rows < batchRows && len(b.bad) < batchRows {
		text, err := t.lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return named(t.in.name, err)
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(text, &object); err != nil {
			b.bad = append(b.bad, BadRow{File: t.in.name, Line: t.lines.line, Reason: "not an object of JSON: " + err.Error()})
			continue
		}
		t.add(b, object)
	}
	if b.rows == 0 && len(b.bad) == 0 {
		return io.EOF
	}
	return nil
}

func (t *lineTable) add(b *batch, object map[string]json.RawMessage) {
	for i, place := range t.places {
		if place >= 0 {
			b.cols[i].addText(plainText(object[t.names[place]]))
		}
	}
	b.lines = append(b.lines, t.lines.line)
	b.rows++
}

// plainText returns a JSON value as CSV would have it.
func plainText(value json.RawMessage) string {
	value = bytes.TrimSpace(value)
	if len(value) == 0 || string(value) == "null" {
		return ""
	}
	switch value[0] {
	case '"':
		var s string
		if json.Unmarshal(value, &s) == nil {
			return s
		}
	case '[':
		var list []string
		if json.Unmarshal(value, &list) == nil {
			return strings.Join(list, ",")
		}
		var numbers []json.Number
		if json.Unmarshal(value, &numbers) == nil {
			list = nil // what the first attempt left
			for _, n := range numbers {
				list = append(list, n.String())
			}
			return strings.Join(list, ",")
		}
	}
	return string(value)
}

// A lineReader reads lines of bounded length and leaves out empty ones.
type lineReader struct {
	r    *bufio.Reader
	line int64 // of the last one returned, from 1
	text []byte
}

// next returns the next line, valid until the next call; io.EOF after the last.
func (l *lineReader) next() ([]byte, error) {
	for {
		l.text = l.text[:0]
		for {
			part, err := l.r.ReadSlice('\n')
			l.text = append(l.text, part...)
			if len(l.text) > rowBytesMax {
				return nil, errLongRow
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err != nil && (!errors.Is(err, io.EOF) || len(l.text) == 0) {
				return nil, err
			}
			break
		}
		l.line++
		if text := bytes.TrimSpace(l.text); len(text) > 0 {
			return text, nil
		}
	}
}
