package watchlist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"clew"
)

// sheets are lists in the shape of its publisher's, made for the tests: parties
// and addresses are nobody's.
var sheets = map[string]struct {
	read func(context.Context, string, io.Reader) (*List, error)
	text string
	want string
}{
	"SDN": {ReadSDN, `<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML">
  <publshInformation><Publish_Date>05/06/2022</Publish_Date><Record_Count>2</Record_Count></publshInformation>
  <sdnEntry><uid>20</uid><firstName>A.</firstName><lastName>NOBODY</lastName><sdnType>Individual</sdnType>
    <programList><program>CYBER2</program><program>SDGT</program></programList>
    <idList><id><uid>1</uid><idType>Passport</idType><idNumber>7</idNumber></id>
      <id><uid>2</uid><idType>Digital Currency Address - ETH</idType><idNumber>0x1111111111111111111111111111111111111111</idNumber></id></idList>
    <akaList><aka><category>weak</category><lastName>ANYONE</lastName></aka></akaList></sdnEntry>
  <sdnEntry><uid>3</uid><lastName>SOME &amp; SHIP</lastName><sdnType>Vessel</sdnType></sdnEntry>
</sdnList>`, `OFAC SDN of 2022-05-06
3 SOME & SHIP, vessel
20 NOBODY, A., person, under CYBER2 SDGT, also ANYONE (weak), ETH 0x1111111111111111111111111111111111111111`},
	"advanced": {ReadAdvanced, `<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML">
  <DateOfIssue CalendarTypeID="1"><Year>2022</Year><Month>5</Month><Day>6</Day></DateOfIssue>
  <ReferenceValueSets><FeatureTypeValues>
    <FeatureType ID="8">Birthdate</FeatureType><FeatureType ID="345" FeatureTypeGroupID="1">Digital Currency Address - ETH</FeatureType>
  </FeatureTypeValues></ReferenceValueSets>
  <DistinctParties>
    <DistinctParty FixedRef="20"><Profile ID="20" PartySubTypeID="4"><Identity ID="1" Primary="true">
      <Alias AliasTypeID="1403" Primary="true" LowQuality="false"><DocumentedName ID="1">
        <DocumentedNamePart><NamePartValue>NOBODY</NamePartValue></DocumentedNamePart>
        <DocumentedNamePart><NamePartValue>A.</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
      <Alias AliasTypeID="1400" Primary="false" LowQuality="true"><DocumentedName ID="2">
        <DocumentedNamePart><NamePartValue>ANYONE</NamePartValue></DocumentedNamePart></DocumentedName></Alias></Identity>
      <Feature ID="1" FeatureTypeID="8"><FeatureVersion><VersionDetail>1970</VersionDetail></FeatureVersion></Feature>
      <Feature ID="2" FeatureTypeID="345"><FeatureVersion><VersionDetail DetailTypeID="1432">0x1111111111111111111111111111111111111111</VersionDetail></FeatureVersion></Feature>
    </Profile></DistinctParty>
  </DistinctParties>
  <SanctionsEntries><SanctionsEntry ID="1" ProfileID="20" ListID="1550">
    <EntryEvent ID="1" EntryEventTypeID="1"><Date CalendarTypeID="1"><Year>2019</Year><Month>12</Month><Day>13</Day></Date></EntryEvent>
    <SanctionsMeasure ID="1" SanctionsTypeID="1705"/><SanctionsMeasure ID="2" SanctionsTypeID="1"><Comment>CYBER2</Comment></SanctionsMeasure>
  </SanctionsEntry></SanctionsEntries>
</Sanctions>`, `OFAC SDN of 2022-05-06
20 NOBODY A., person, under CYBER2, also ANYONE (weak), designated 2019-12-13, ETH 0x1111111111111111111111111111111111111111`},
	"EU": {ReadEU, `<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-01-02T03:04:05.000+01:00" globalFileId="77">
  <sanctionEntity designationDate="2020-07-30" euReferenceNumber="EU.1.2" logicalId="9">
    <regulation regulationType="regulation" publicationDate="2020-07-30" entryIntoForceDate="2020-07-31" numberTitle="2020/1125 (OJ L246)" programme="CYB"/>
    <subjectType code="enterprise" classificationCode="E"/>
    <nameAlias wholeName="Some Company" strong="true"/><nameAlias firstName="Some" lastName="Firm" wholeName="" strong="false"/>
  </sanctionEntity>
</export>`, `EU financial sanctions of 2026-01-02
EU.1.2 Some Company, entity, under CYB, also Some Firm (weak), designated 2020-07-30`},
	"UK": {ReadUK, `<?xml version="1.0" encoding="utf-8"?>
<Designations><DateGenerated>28/01/2026</DateGenerated>
  <Designation><LastUpdated>16/04/2026</LastUpdated><DateDesignated>29/06/2012</DateDesignated><UniqueID>XXX0001</UniqueID>
    <RegimeName>Some Regime</RegimeName><IndividualEntityShip>Individual</IndividualEntityShip><DesignationSource>UN</DesignationSource>
    <Names><Name><Name6>Anyone</Name6><NameType>Alias</NameType></Name><Name><Name1>A.</Name1><Name6>NOBODY</Name6><NameType>Primary Name</NameType></Name></Names>
  </Designation></Designations>`, `UK UK Sanctions List of 2026-01-28
XXX0001 A. NOBODY, person, under Some Regime, also Anyone, designated 2012-06-29`},
	"UN": {ReadUN, `<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z"><INDIVIDUALS><INDIVIDUAL><DATAID>5</DATAID><FIRST_NAME>A</FIRST_NAME><SECOND_NAME>NOBODY</SECOND_NAME>
<UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPi.0</REFERENCE_NUMBER><LISTED_ON>2013-01-22</LISTED_ON>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Anyone</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL></INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>`,
		`UN Security Council consolidated of 2026-02-27
5 A NOBODY, person, under DPRK, also Anyone (weak), designated 2013-01-22`},
}

// words of a list, for the tests.
func described(l *List) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s of %s", l.Publisher, l.Name, l.Edition.Date)
	for _, p := range l.Parties {
		fmt.Fprintf(&b, "\n%s %s, %s", p.ID, p.Name, p.Kind)
		if p.Programmes != nil {
			fmt.Fprintf(&b, ", under %s", strings.Join(p.Programmes, " "))
		}
		for _, a := range p.Aliases {
			fmt.Fprintf(&b, ", also %s", a.Name)
			if a.Weak {
				b.WriteString(" (weak)")
			}
		}
		for _, e := range p.Events {
			fmt.Fprintf(&b, ", %s %s", e.Act, e.Date)
		}
		for _, x := range p.Identifiers {
			fmt.Fprintf(&b, ", %s %s%s", x.Currency, x.Text, x.Fault)
		}
	}
	return b.String()
}

func TestListsInXMLAreRead(t *testing.T) {
	for name, c := range sheets {
		l, err := c.read(bg, name, strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := described(l); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// TestBrokenXMLIsRefused cuts each list at every byte, and gives it what lists
// do not have: there is a list or one sentence with file and line, never part
// of a list.
func TestBrokenXMLIsRefused(t *testing.T) {
	for name, c := range sheets {
		end := strings.LastIndex(c.text, ">")
		for cut := range end {
			l, err := c.read(bg, "list.xml", strings.NewReader(c.text[:cut]))
			if err == nil || l != nil || !strings.HasPrefix(err.Error(), "list.xml, line ") {
				t.Fatalf("%s, cut at %d: %v, %v", name, cut, l, err)
			}
		}
		root := strings.Index(c.text, "?>") + 2
		for what, text := range map[string]string{
			"laughs":   c.text[:root] + `<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>` + c.text[root:],
			"entity":   strings.Replace(c.text, "NOBODY", "&c;", 1),
			"encoding": strings.Replace(c.text, "?>", ` encoding="ISO-8859-1"?>`, 1),
			"bytes":    strings.Replace(c.text, "NOBODY", "\xff\xfe", 1),
			"deep":     strings.Replace(c.text, "NOBODY", strings.Repeat("<a>", 40)+strings.Repeat("</a>", 40), 1),
			"other":    "<html><body/></html>",
			"empty":    "",
		} {
			if text == c.text || what == "encoding" && strings.Contains(c.text[:root], "encoding") {
				continue
			}
			_, err := c.read(bg, "list.xml", strings.NewReader(text))
			var input *clew.InputError
			if !errors.As(err, &input) || !strings.HasPrefix(err.Error(), "list.xml, line ") {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

func TestTwoPartiesOfOneNumberAreRefused(t *testing.T) {
	c := sheets["SDN"]
	_, err := c.read(bg, "sdn.xml", strings.NewReader(strings.Replace(c.text, "<uid>3</uid>", "<uid>20</uid>", 1)))
	if err == nil || !strings.Contains(err.Error(), "20") {
		t.Errorf("%v", err)
	}
}

func FuzzLists(f *testing.F) {
	for _, c := range sheets {
		f.Add(c.text)
	}
	f.Add("1,\"A\",-0-,\"X] [Y\",-0-,-0-,-0-,-0-,-0-,-0-,-0-,\"Digital Currency Address - XBT 1; alt. Digital Currency Address - ETH 0x1.\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range sheets {
			if l, err := c.read(bg, "list.xml", strings.NewReader(text)); (l == nil) == (err == nil) {
				t.Fatalf("%v and %v", l, err)
			}
		}
		if l, err := ReadCSV(bg, CSV{SDN: strings.NewReader(text)}); (l == nil) == (err == nil) {
			t.Fatalf("%v and %v", l, err)
		}
		if l, issues := ReadPack("pack.yaml", strings.NewReader(text)); (l == nil) == (issues == nil) {
			t.Fatalf("%v and %v", l, issues)
		}
	})
}
