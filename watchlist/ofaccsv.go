package watchlist

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// OFAC's list in its classic delimited form is several files without headings:
//
//	sdn.csv           number, name, kind, programmes, title, call sign, vessel type, tonnage, gross tonnage, flag, owner, remarks
//	alt.csv           number, number of the alias, "aka" and its like, alias, remarks
//	sdn_comments.csv  number, rest of the remarks
//
// "-0-" stands for nothing. Addresses stand in the remarks, after the words
// "Digital Currency Address" and a currency. The files do not say of which day
// they are; neither is it said when a party was designated.
//
// Source: OFAC, "SDN and Non-SDN list data formats" (dat_spec.txt). Known
// fault: the remarks of a long entry are cut off and go on in the comments, even
// within an address.
const (
	csvNothing  = "-0-"
	csvFieldMax = 1 << 20 // bytes
)

// CSV names the files of OFAC's classic delimited form. Alt and Comments may
// be nil.
type CSV struct {
	SDN, Alt, Comments io.Reader
}

// ReadCSV reads OFAC's list in its classic delimited form. The edition's date
// is not in it. The error names file and line, and wraps clew.InputError; then
// there is no list.
func ReadCSV(ctx context.Context, files CSV) (*List, error) {
	r := csvReading{list: List{Publisher: "OFAC", Name: "SDN", Edition: Edition{Format: "SDN CSV"}}, byID: map[string]int{}}
	for _, step := range []struct {
		name   string
		file   io.Reader
		fields int
		take   func([]string) error
	}{
		{"sdn.csv", files.SDN, 12, r.party},
		{"alt.csv", files.Alt, 5, r.alias},
		{"sdn_comments.csv", files.Comments, 2, r.comment},
	} {
		if step.file == nil {
			continue
		}
		if err := eachRow(ctx, step.name, step.file, step.fields, step.take); err != nil {
			return nil, err
		}
	}
	for i, remarks := range r.remarks {
		r.list.Parties[i].Identifiers = csvIdentifiers(remarks)
	}
	r.list.sort()
	return &r.list, nil
}

// eachRow calls take with each row of a file that must have so many fields.
func eachRow(ctx context.Context, name string, file io.Reader, fields int, take func([]string) error) error {
	rows := csv.NewReader(bound(file))
	rows.FieldsPerRecord, rows.LazyQuotes, rows.TrimLeadingSpace = -1, false, true
	for {
		row, err := rows.Read()
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &wrong):
			return bad(name, wrong.Line, wrong.Err.Error(), "a row of fields in double quotes, parted by commas")
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		}
		line, _ := rows.FieldPos(0)
		switch {
		case len(row) == 1 && strings.Trim(row[0], "\x1a\x00 ") == "":
			continue // the files end with such a mark
		case len(row) != fields:
			return bad(name, line, fmt.Sprintf("%d fields", len(row)), fmt.Sprintf("%d fields", fields))
		}
		for i, field := range row {
			switch trimmed := strings.TrimSpace(field); {
			case trimmed == csvNothing:
				row[i] = ""
			case i < len(row)-1: // remarks may be cut off at a space
				row[i] = trimmed
			}
		}
		if err := errors.Join(ctx.Err(), take(row)); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, line, err)
		}
	}
}

// A csvReading is a list under way.
type csvReading struct {
	list    List
	byID    map[string]int
	remarks []string
}

func (r *csvReading) party(row []string) error {
	id := row[0]
	switch _, twice := r.byID[id]; {
	case id == "" || strings.Trim(id, "0123456789") != "":
		return badValue("number", id, "a whole number")
	case twice:
		return badValue("number", id, "a number that no earlier row has")
	case row[1] == "":
		return badValue("name", "", "a name")
	case len(r.list.Parties) == partiesMax:
		return badValue("number", id, fmt.Sprintf("at most %d parties", partiesMax))
	}
	r.byID[id] = len(r.list.Parties)
	r.list.Parties = append(r.list.Parties, Party{ID: id, Name: row[1], Kind: ofacKind(row[2]), Programmes: csvProgrammes(row[3])})
	r.remarks = append(r.remarks, row[11])
	return nil
}

// csvProgrammes parts programmes, which stand as "SDGT] [IRGC" in one field.
func csvProgrammes(field string) (list []string) {
	for part := range strings.SplitSeq(field, "] [") {
		if part = strings.Trim(part, "[] "); part != "" {
			list = append(list, part)
		}
	}
	return list
}

func (r *csvReading) alias(row []string) error {
	at, ok := r.byID[row[0]]
	if !ok {
		return badValue("number", row[0], "the number of a party in sdn.csv")
	}
	if row[3] != "" {
		p := &r.list.Parties[at]
		p.Aliases = append(p.Aliases, Alias{Name: row[3]})
	}
	return nil
}

func (r *csvReading) comment(row []string) error {
	at, ok := r.byID[row[0]]
	if !ok {
		return badValue("number", row[0], "the number of a party in sdn.csv")
	}
	if len(r.remarks[at])+len(row[1]) > csvFieldMax {
		return badValue("remarks", row[0], fmt.Sprintf("at most %d bytes", csvFieldMax))
	}
	r.remarks[at] += row[1]
	return nil
}

// csvIdentifiers finds addresses in remarks, which are sentences parted by
// semicolons.
func csvIdentifiers(remarks string) (list []Identifier) {
	for part := range strings.SplitSeq(remarks, ";") {
		_, rest, ok := strings.Cut(part, ofacFeature)
		if !ok {
			continue
		}
		code, text, _ := strings.Cut(strings.Trim(rest, " ."), " ")
		list = append(list, newIdentifier(code, strings.TrimSpace(text)))
	}
	return list
}
