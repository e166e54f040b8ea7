package watchlist

import (
	"context"
	"io"
	"strings"
)

// ReadUK reads the UK Sanctions List, which replaced the UK's consolidated list
// on 2026-01-28.
//
// Source: the Foreign Office's UK-Sanctions-List.xml. No real file was at hand:
// the reader was tried on entries in its shape only. Known limit: addresses
// stand in words; they are not read.
func ReadUK(ctx context.Context, file string, r io.Reader) (*List, error) {
	return readXML(ctx, file, r, form{
		publisher: "UK", list: "UK Sanctions List", format: "UK XML", root: "Designations",
		records: []string{"DateGenerated", "Designation"}, begin: noHead, take: (*xmlReading).ukDesignation,
	})
}

const ukDate = "02/01/2006"

func (x *xmlReading) ukDesignation(e *element) (err error) {
	if e.name == "DateGenerated" {
		x.list.Edition.Date, err = dateIn(ukDate, strings.TrimSpace(e.text))
		return err
	}
	p := Party{ID: e.value("UniqueID")}
	switch strings.ToLower(e.value("IndividualEntityShip")) {
	case "individual":
		p.Kind = Person
	case "ship":
		p.Kind = Vessel
	default:
		p.Kind = Entity
	}
	for _, n := range e.all("Names", "Name") {
		name := words(n.value("Name1"), n.value("Name2"), n.value("Name3"), n.value("Name4"), n.value("Name5"), n.value("Name6"))
		switch {
		case name == "":
		case p.Name == "" && n.value("NameType") == "Primary Name":
			p.Name = name
		default:
			p.Aliases = append(p.Aliases, Alias{Name: name, Weak: strings.Contains(n.value("AliasStrength"), "Low")})
		}
	}
	if regime := e.value("RegimeName"); regime != "" {
		p.Programmes = []string{regime}
	}
	on, err := dateIn(ukDate, e.value("DateDesignated"))
	if err != nil {
		return err
	}
	p.Events = designated(on, e.value("DesignationSource"))
	return x.add(p)
}
