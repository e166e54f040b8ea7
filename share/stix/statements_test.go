package stix

import (
	"slices"
	"testing"

	"clew/incident"
	"clew/share"
)

// TestAuthors wants what somebody says to bear that identity as its creator,
// and what nobody says to bear the maker's.
func TestAuthors(t *testing.T) {
	w := writer(t, share.Release{Marking: incident.MarkRed, Stated: stated, Chosen: true})
	i := made(t)
	if err := w.Theft(i, false); err != nil {
		t.Fatal(err)
	}
	b := readBack(t, written(t, w))
	names := map[string]string{}
	for _, o := range b.Objects {
		if o.Type == "identity" {
			names[o.ID] = o.members["name"]
		}
	}
	claimed := map[string]int{}
	for _, o := range b.Objects {
		by := names[o.members["created_by_ref"]]
		authors := o.lists["authors"]
		switch {
		case o.Type == "opinion" || o.Type == "note" && len(authors) > 0:
			if !slices.Contains(authors, by) {
				t.Errorf("%s of %v is made by %q", o.ID, authors, by)
			}
			claimed[by]++
		case o.Type == "relationship" && o.members["relationship_type"] == "attributed-to":
			claimed[by]++
		case o.Type == "campaign" || o.Type == "report":
			if by != share.MakerName {
				t.Errorf("%s is made by %q", o.ID, by)
			}
		}
	}
	for _, a := range i.Attributions {
		if claimed[a.By] < 1 {
			t.Errorf("nothing is made by %s", a.By)
		}
	}
	if claimed[share.MakerName] > 0 || len(i.Attributions) == 0 {
		t.Errorf("%v", claimed)
	}
}

// TestLocations wants each victim's country once, with who is located there.
func TestLocations(t *testing.T) {
	all, err := incident.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	countries, victims := map[string]bool{}, 0
	for _, i := range all {
		for _, v := range i.Victims {
			if v.Country != "" {
				countries[v.Country] = true
				victims++
			}
		}
	}
	b := readBack(t, recordOf(t))
	places, located := 0, 0
	for _, c := range b.Counts() {
		if c.Type == "location" {
			places = c.Objects
		}
	}
	for _, r := range b.Relationships() {
		if r.Type == "located-at" {
			located++
			if typeOf(r.Source) != "identity" || typeOf(r.Target) != "location" {
				t.Errorf("%+v", r)
			}
		}
	}
	if places != len(countries) || located != victims || victims == 0 {
		t.Errorf("%d places for %d countries, %d relationships for %d victims", places, len(countries), located, victims)
	}
}
