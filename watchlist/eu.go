package watchlist

import (
	"context"
	"io"
	"strings"
)

// ReadEU reads the European Union's consolidated list of financial sanctions.
//
// Source: the Commission's FSF export 1.1. No real file was at hand: the reader
// was tried on entries in its shape only. Known limit: addresses stand in
// remarks, in words; they are not read.
func ReadEU(ctx context.Context, file string, r io.Reader) (*List, error) {
	return readXML(ctx, file, r, form{
		publisher: "EU", list: "financial sanctions", format: "EU FSF 1.1 XML", root: "export",
		records: []string{"sanctionEntity"}, begin: (*xmlReading).euHead, take: (*xmlReading).euEntity,
	})
}

func (x *xmlReading) euHead(e *element) (err error) {
	x.list.Edition.Version = e.attr("globalFileId")
	x.list.Edition.Date, err = dateIn("2006-01-02", e.attr("generationDate"))
	return err
}

func (x *xmlReading) euEntity(e *element) error {
	p := Party{ID: e.attr("euReferenceNumber"), Kind: Entity}
	if p.ID == "" {
		p.ID = e.attr("logicalId")
	}
	for _, subject := range e.all("subjectType") {
		if subject.attr("code") == "person" {
			p.Kind = Person
		}
	}
	for _, alias := range e.all("nameAlias") {
		name := alias.attr("wholeName")
		if name == "" {
			name = words(alias.attr("firstName"), alias.attr("middleName"), alias.attr("lastName"))
		}
		switch {
		case name == "":
		case p.Name == "":
			p.Name = name
		default:
			p.Aliases = append(p.Aliases, Alias{Name: name, Weak: alias.attr("strong") == "false"})
		}
	}
	first, under := e.attr("designationDate"), ""
	for _, regulation := range e.all("regulation") {
		if programme := regulation.attr("programme"); programme != "" {
			p.Programmes = append(p.Programmes, programme)
		}
		under = strings.TrimSpace(regulation.attr("numberTitle"))
	}
	on, err := dateIn("2006-01-02", first)
	if err != nil {
		return err
	}
	p.Events = designated(on, under)
	return x.add(p)
}
