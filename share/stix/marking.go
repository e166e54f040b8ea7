package stix

import (
	"fmt"
	"slices"
	"strings"

	"clew/incident"
	"clew/share"
)

// The markings of TLP 2.0 as OASIS publishes them for STIX 2.1, with its own
// ids and its own time: oasis-open/cti-stix-common-objects, in
// extension-definition-specifications/tlp-2.0.
const (
	tlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
	tlpTime      = "2022-10-01T00:00:00.000Z"
	tlpSchema    = "https://github.com/oasis-open/cti-stix-common-objects/tree/master/extension-definition-specifications/tlp-2.0"
	tlpMaker     = "identity--b3bca3c2-1f3d-4b54-b44f-dac42c3a8f01" // OASIS
)

// markingIDs are the markings of TLP 2.0.
var markingIDs = map[incident.Marking]string{
	incident.MarkClear:       "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
	incident.MarkGreen:       "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
	incident.MarkAmber:       "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
	incident.MarkAmberStrict: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
	incident.MarkRed:         "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}

// oldMarkings are those of TLP 1.0, which STIX 2.1 itself defines. Its amber
// did not say whether clients are meant; it is read as the stricter.
var oldMarkings = map[string]incident.Marking{
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": incident.MarkClear,
	"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": incident.MarkGreen,
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": incident.MarkAmberStrict,
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": incident.MarkRed,
}

// markingNames are the names of the markings as OASIS spells them.
var markingNames = map[incident.Marking]string{
	incident.MarkClear: "TLP:CLEAR", incident.MarkGreen: "TLP:GREEN", incident.MarkAmber: "TLP:AMBER",
	incident.MarkAmberStrict: "TLP:AMBER+STRICT", incident.MarkRed: "TLP:RED",
}

// markingObjects returns what a bundle with a marking holds of it.
func markingObjects(m incident.Marking) []object {
	return []object{
		{
			"type": "extension-definition", "spec_version": "2.1", "id": tlpExtension, "created": tlpTime, "modified": tlpTime, "created_by_ref": tlpMaker,
			"name": "TLP 2.0", "description": "This defines TLP 2.0 as a STIX extension", "schema": tlpSchema, "version": "1.0.0", "extension_types": []string{"property-extension"},
		},
		{
			"type": "marking-definition", "spec_version": "2.1", "id": markingIDs[m], "created": tlpTime, "name": markingNames[m],
			"extensions": object{tlpExtension: object{"extension_type": "property-extension", "tlp_2_0": string(m)}},
		},
	}
}

// markingOf returns the marking that an id stands for, in letters of either size.
func markingOf(id string) (incident.Marking, bool) {
	id = strings.ToLower(id)
	if m, ok := oldMarkings[id]; ok {
		return m, true
	}
	for m, known := range markingIDs {
		if known == id {
			return m, true
		}
	}
	return "", false
}

// Marking returns the strictest marking of TLP that anything in the bundle
// bears; empty if nothing bears any. A marking of another kind counts as none:
// what it asks for is not known here.
func (b *Bundle) Marking() (strictest incident.Marking) {
	for i := range b.Objects {
		m, _ := b.Objects[i].tlp()
		if m != "" && b.Objects[i].Type != "marking-definition" && (strictest == "" || m.Stricter(strictest)) {
			strictest = m
		}
	}
	return strictest
}

// versionOf returns the version of an object: its time of change, which is a
// whole second, and thousandths. They count how strict its marking is, what that
// is private is let out, and whether it was taken back, so that one object told
// differently is several versions of it: of two markings the stricter is the
// later, and what was taken back is later than what was not.
func versionOf(changed string, r *share.Release, revoked bool) string {
	thousandths := slices.Index(incident.Markings(), r.Marking)
	for n, more := range []bool{r.Victims, r.Notes, r.Persons} {
		if more {
			thousandths += 5 << n
		}
	}
	if revoked {
		thousandths += 500
	}
	return strings.Replace(changed, ".000Z", fmt.Sprintf(".%03dZ", thousandths), 1)
}
