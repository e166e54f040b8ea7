package tag

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"clew"
)

// csvColumns are the columns that a CSV of tags may have, as they are called
// in packs.
var csvColumns = []string{"address", "chain", "currency", "label", "category", "concepts", "source", "confidence", "lastmod", "actor",
	"valid_from", "valid_until", "status", "tag_type", "is_cluster_definer", "context"}

// column returns the field of a row that a column fills.
func (r *row) column(name string) *string {
	switch name {
	case "address":
		return &r.Address
	case "chain":
		return &r.Chain
	case "currency":
		return &r.Currency
	case "label":
		return &r.Label
	case "category":
		return &r.Category
	case "source":
		return &r.Source
	case "confidence":
		return &r.Evidence
	case "lastmod":
		return &r.Date
	case "actor":
		return &r.Actor
	case "valid_from":
		return &r.From
	case "valid_until":
		return &r.Until
	case "status":
		return &r.Status
	case "tag_type":
		return &r.TagType
	case "is_cluster_definer":
		return &r.Definer
	}
	return &r.Context
}

// readCSV reads tags from CSV with a header. Concepts stand in one column, with
// spaces between them.
func (p *reading) readCSV(in io.Reader, emit func(chunk) error) error {
	rows := csv.NewReader(in)
	rows.ReuseRecord = true
	head, err := rows.Read()
	if err != nil {
		p.csvIssue(err)
		return emit(p.chunk)
	}
	columns, ok := p.columns(head)
	if !ok {
		return emit(p.chunk)
	}
	for {
		record, err := rows.Read()
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return emit(p.chunk)
		case errors.As(err, &wrong):
			p.refused++
			p.csvIssue(err)
			if !errors.Is(err, csv.ErrFieldCount) {
				return emit(p.chunk) // where the next row begins is not known
			}
			continue
		case err != nil:
			return err
		}
		r := row{}
		r.Line, _ = rows.FieldPos(0)
		p.csvRow(&r, columns, record)
		if err := p.pass(emit); err != nil {
			return err
		}
	}
}

func (p *reading) csvRow(r *row, columns, record []string) {
	for i, name := range columns {
		text := strings.TrimSpace(record[i])
		if !utf8.ValidString(text) || len(text) > lineMax {
			p.refused++
			p.add(r.Line, "%s: want UTF-8 of at most %d bytes", name, lineMax)
			return
		}
		if name == "concepts" {
			r.Concepts = strings.Fields(text)
			continue
		}
		*r.column(name) = text
	}
	p.takeRow(r)
}

// columns returns the columns of a header.
func (p *reading) columns(head []string) ([]string, bool) {
	var names []string
	for _, given := range head {
		name := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(given, "\ufeff")))
		switch {
		case slices.Contains(names, name):
			p.add(1, "column %s: given twice", bounded(name))
			return nil, false
		case !slices.Contains(csvColumns, name):
			if near := clew.Nearest(name, csvColumns); near != "" {
				p.add(1, "column %q: not known; did you mean %s?", bounded(name), near)
			} else {
				p.add(1, "column %q: not known; known are %s", bounded(name), strings.Join(csvColumns, ", "))
			}
			return nil, false
		}
		names = append(names, name)
	}
	for _, must := range []string{"address", "label", "source"} {
		if !slices.Contains(names, must) {
			p.add(1, "column %s: missing", must)
			return nil, false
		}
	}
	return names, true
}

func (p *reading) csvIssue(err error) {
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		p.add(wrong.Line, "%v", wrong.Err)
		return
	}
	p.add(1, "want a header and rows: %v", err)
}
