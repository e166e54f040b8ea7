package watchlist

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"clew"
	"clew/internal/strictyaml"
)

// A Part is one file of an edition, whole.
type Part struct {
	Name string // for errors
	Data []byte
}

// xmlForms are the readers by the first element of their form.
var xmlForms = map[string]func(context.Context, string, io.Reader) (*List, error){
	"sdnList": ReadSDN, "Sanctions": ReadAdvanced, "CONSOLIDATED_LIST": ReadUN, "Designations": ReadUK, "export": ReadEU,
}

// Read reads an edition in any form that is known, and recognises it by its
// beginning: the first element of XML, the number of fields of OFAC's delimited
// files, which are the only ones of several parts, or the first key of a pack.
// A list without parties is an error: no publisher has withdrawn all of them.
func Read(ctx context.Context, parts []Part) (*List, error) {
	l, err := readForm(ctx, parts)
	if err == nil && len(l.Parties) == 0 {
		return nil, bad(parts[0].Name, 1, "no party", "a list with parties")
	}
	return l, err
}

func readForm(ctx context.Context, parts []Part) (*List, error) {
	if len(parts) == 0 {
		return nil, badValue("list", "", "at least one file")
	}
	first := parts[0]
	text := bytes.TrimPrefix(first.Data, []byte("\xef\xbb\xbf"))
	start := bytes.TrimLeft(text, " \t\r\n")
	switch {
	case len(start) == 0:
		return nil, bad(first.Name, 1, "nothing", "a list")
	case start[0] != '<' && bytes.HasPrefix(afterComments(start), []byte("schema:")):
		l, issues := ReadPack(first.Name, bytes.NewReader(text))
		if err := strictyaml.Err(issues); err != nil {
			return nil, &clew.InputError{Field: "list", Value: first.Name, Want: "a pack without issues; " + err.Error()}
		}
		return l, alone(parts)
	case start[0] != '<':
		return readParts(ctx, parts)
	}
	root, err := rootOf(first.Name, text)
	if err != nil {
		return nil, err
	}
	read, ok := xmlForms[root]
	if !ok {
		return nil, bad(first.Name, 1, "<"+root+">", "the first element of a list that is known: sdnList, Sanctions, CONSOLIDATED_LIST, Designations or export")
	}
	if err := alone(parts); err != nil {
		return nil, err
	}
	return read(ctx, first.Name, bytes.NewReader(text))
}

// alone reports files beside one that is a whole list.
func alone(parts []Part) error {
	if len(parts) > 1 {
		return badValue("list", parts[1].Name, "no further file: only OFAC's delimited files are one list together")
	}
	return nil
}

// afterComments passes over lines that begin with #.
func afterComments(text []byte) []byte {
	for len(text) > 0 && (text[0] == '#' || text[0] == '\n' || text[0] == '\r') {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return text
}

// rootOf returns the name of the first element.
func rootOf(name string, text []byte) (string, error) {
	d := &document{file: name, tokens: xml.NewDecoder(bytes.NewReader(text))}
	for {
		start, _, err := d.next()
		if err != nil {
			return "", d.wrong(err)
		}
		if start != nil {
			return start.Name.Local, nil
		}
	}
}

// readParts reads OFAC's delimited files, in any order.
func readParts(ctx context.Context, parts []Part) (*List, error) {
	var files CSV
	for _, p := range parts {
		row, err := csv.NewReader(bytes.NewReader(p.Data)).Read()
		if err != nil && !errors.Is(err, csv.ErrFieldCount) {
			return nil, bad(p.Name, 1, err.Error(), "a list in XML, a pack, or OFAC's delimited form")
		}
		slot := map[int]*io.Reader{12: &files.SDN, 5: &files.Alt, 2: &files.Comments}[len(row)]
		if slot == nil || *slot != nil {
			return nil, bad(p.Name, 1, fmt.Sprintf("a row of %d fields", len(row)), "a list in XML, a pack, or sdn.csv (12 fields), alt.csv (5) or sdn_comments.csv (2), each once")
		}
		*slot = bytes.NewReader(p.Data)
	}
	if files.SDN == nil || files.Comments == nil {
		return nil, badValue("list", parts[0].Name, "sdn.csv with its sdn_comments.csv, joined by a comma: addresses stand in both")
	}
	return ReadCSV(ctx, files)
}
