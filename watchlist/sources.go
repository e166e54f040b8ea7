package watchlist

// Sources are where publishers say that their lists are to be had, by the name
// by which one may be asked for. They are addresses as public documentation has
// them; none is asked unless the user names it. The token of the EU's is in its
// public address, and is no secret.
var Sources = map[string]string{
	"ofac":          "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN.XML",
	"ofac-advanced": "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN_ADVANCED.XML",
	"un":            "https://scsanctions.un.org/resources/xml/en/consolidated.xml",
	"eu":            "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw",
	"uk":            "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml",
}
