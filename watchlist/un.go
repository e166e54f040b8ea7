package watchlist

import (
	"context"
	"io"
)

// ReadUN reads the consolidated list of the UN's Security Council. It has no
// identifiers that are addresses.
//
// Source: the Council's sc-sanctions.xsd.
func ReadUN(ctx context.Context, file string, r io.Reader) (*List, error) {
	return readXML(ctx, file, r, form{
		publisher: "UN", list: "Security Council consolidated", format: "UN XML", root: "CONSOLIDATED_LIST",
		records: []string{"INDIVIDUAL", "ENTITY"}, begin: (*xmlReading).unHead, take: (*xmlReading).unEntry,
	})
}

func (x *xmlReading) unHead(e *element) (err error) {
	x.list.Edition.Date, err = dateIn("2006-01-02", e.attr("dateGenerated"))
	return err
}

func (x *xmlReading) unEntry(e *element) error {
	p := Party{ID: e.value("DATAID"), Kind: Entity, Name: words(e.value("FIRST_NAME"), e.value("SECOND_NAME"), e.value("THIRD_NAME"), e.value("FOURTH_NAME"))}
	if e.name == "INDIVIDUAL" {
		p.Kind = Person
	}
	if original := e.value("NAME_ORIGINAL_SCRIPT"); original != "" {
		p.Aliases = append(p.Aliases, Alias{Name: original})
	}
	for _, alias := range e.all(e.name + "_ALIAS") {
		if name := alias.value("ALIAS_NAME"); name != "" {
			p.Aliases = append(p.Aliases, Alias{Name: name, Weak: alias.value("QUALITY") == "Low"})
		}
	}
	if kind := e.value("UN_LIST_TYPE"); kind != "" {
		p.Programmes = []string{kind}
	}
	on, err := dateIn("2006-01-02", e.value("LISTED_ON"))
	if err != nil {
		return err
	}
	p.Events = designated(on, e.value("REFERENCE_NUMBER"))
	return x.add(p)
}
