package watchlist

import (
	"context"
	"io"
	"strings"
	"time"
)

// ofacFeature begins the kinds of identifiers that are addresses.
const ofacFeature = "Digital Currency Address - "

// ReadSDN reads OFAC's list in its classic XML. It says of which day it is, not
// when a party was designated.
//
// Source: OFAC, sdn.xsd. The reader was tried on entries in its shape only, not
// on a whole list.
func ReadSDN(ctx context.Context, file string, r io.Reader) (*List, error) {
	return readXML(ctx, file, r, form{
		publisher: "OFAC", list: "SDN", format: "SDN XML", root: "sdnList", records: []string{"publshInformation", "sdnEntry"},
		begin: noHead, take: (*xmlReading).sdnEntry,
	})
}

func (x *xmlReading) sdnEntry(e *element) (err error) {
	if e.name == "publshInformation" { // spelt so
		x.list.Edition.Date, err = dateIn("01/02/2006", e.value("Publish_Date"))
		return err
	}
	p := Party{ID: e.value("uid"), Name: ofacName(e), Kind: ofacKind(e.value("sdnType"))}
	for _, programme := range e.all("programList", "program") {
		p.Programmes = append(p.Programmes, strings.TrimSpace(programme.text))
	}
	for _, aka := range e.all("akaList", "aka") {
		if name := ofacName(aka); name != "" {
			p.Aliases = append(p.Aliases, Alias{Name: name, Weak: aka.value("category") == "weak"})
		}
	}
	for _, id := range e.all("idList", "id") {
		if code, ok := strings.CutPrefix(id.value("idType"), ofacFeature); ok {
			p.Identifiers = append(p.Identifiers, newIdentifier(code, id.value("idNumber")))
		}
	}
	return x.add(p)
}

// ofacName is written as in the other forms of the list: the last name first.
func ofacName(e *element) string {
	last, first := e.value("lastName"), e.value("firstName")
	if first == "" {
		return last
	}
	return last + ", " + first
}

// ofacKind reads a kind. The delimited form leaves entities without a word.
func ofacKind(word string) Kind {
	switch strings.ToLower(word) {
	case "individual":
		return Person
	case "vessel":
		return Vessel
	case "aircraft":
		return Aircraft
	}
	return Entity
}

// ReadAdvanced reads OFAC's list in the advanced XML, which also says when an
// entry was made.
//
// Source: the UN advanced sanctions data model, as OFAC publishes it
// (sdn_advanced.xml). The reader was tried on entries in its shape only, not on a
// whole list. Known limit: an entry's first day is taken as that of the
// designation; what was changed in it later has no date there.
func ReadAdvanced(ctx context.Context, file string, r io.Reader) (*List, error) {
	return readXML(ctx, file, r, form{
		publisher: "OFAC", list: "SDN", format: "SDN advanced XML", root: "Sanctions",
		records: []string{"DateOfIssue", "FeatureType", "DistinctParty", "SanctionsEntry"},
		begin:   noHead, take: (*xmlReading).advanced,
	})
}

func (x *xmlReading) advanced(e *element) (err error) {
	switch e.name {
	case "DateOfIssue":
		x.list.Edition.Date, err = dateOfParts(e)
	case "FeatureType":
		if code, ok := strings.CutPrefix(strings.TrimSpace(e.text), ofacFeature); ok {
			x.features[e.attr("ID")] = code
		}
	case "DistinctParty":
		for _, profile := range e.all("Profile") {
			if err := x.profile(e, profile); err != nil {
				return err
			}
		}
	case "SanctionsEntry":
		return x.sanctionsEntry(e)
	}
	return err
}

// profile takes a party. Features stand in the profile or beside it.
func (x *xmlReading) profile(party, e *element) error {
	p := Party{ID: e.attr("ID"), Kind: advancedKinds[e.attr("PartySubTypeID")]}
	for _, alias := range e.all("Identity", "Alias") {
		for _, documented := range alias.all("DocumentedName") {
			var parts []string
			for _, part := range documented.all("DocumentedNamePart", "NamePartValue") {
				parts = append(parts, part.text)
			}
			switch name := words(parts...); {
			case name == "":
			case p.Name == "" && alias.attr("Primary") == "true":
				p.Name = name
			default:
				p.Aliases = append(p.Aliases, Alias{Name: name, Weak: alias.attr("LowQuality") == "true"})
			}
		}
	}
	for _, feature := range append(e.all("Feature"), party.all("Feature")...) {
		code, ok := x.features[feature.attr("FeatureTypeID")]
		if !ok {
			continue
		}
		for _, detail := range feature.all("FeatureVersion", "VersionDetail") {
			if text := strings.TrimSpace(detail.text); text != "" {
				p.Identifiers = append(p.Identifiers, newIdentifier(code, text))
			}
		}
	}
	return x.add(p)
}

// advancedKinds are the kinds by the number of the subtype of a party.
var advancedKinds = map[string]Kind{"1": Vessel, "2": Aircraft, "3": Entity, "4": Person}

// sanctionsEntry adds to a party since when it is listed, and under what.
func (x *xmlReading) sanctionsEntry(e *element) error {
	at, ok := x.byID[e.attr("ProfileID")]
	if !ok {
		return badValue("SanctionsEntry", e.attr("ProfileID"), "the number of a profile")
	}
	p := &x.list.Parties[at]
	for _, measure := range e.all("SanctionsMeasure") {
		if programme := measure.value("Comment"); programme != "" && measure.attr("SanctionsTypeID") == "1" {
			p.Programmes = append(p.Programmes, programme)
		}
	}
	for _, event := range e.all("EntryEvent") {
		if event.attr("EntryEventTypeID") != "1" {
			continue
		}
		for _, day := range event.all("Date") {
			on, err := dateOfParts(day)
			if err != nil {
				return err
			}
			p.Events = append(p.Events, designated(on, "")...)
		}
	}
	return nil
}

// dateOfParts reads a date whose year, month and day are elements.
func dateOfParts(e *element) (Date, error) {
	year, month, day := e.value("Year"), e.value("Month"), e.value("Day")
	if year == "" || month == "" || day == "" {
		return "", nil // a month is no day
	}
	t, err := time.Parse("2006-1-2", year+"-"+month+"-"+day)
	if err != nil {
		return "", badValue("date", year+"-"+month+"-"+day, "a year, a month and a day")
	}
	return Date(t.Format(time.DateOnly)), nil
}
