package stix

import (
	"clew/incident"
)

// author writes the identity of who says something, as the record names them.
// Of what kind they are is not said anywhere.
func (w *Writer) author(name string) string {
	if name == "" {
		return makerID
	}
	return w.party(name, "unknown", "Who says what bears this identity as its creator, as a record names them; it was passed on by others.")
}

// located writes in which country somebody is said to be.
func (t *theft) located(party string, v *incident.Victim) {
	if v.Country == "" {
		return
	}
	place := t.part(t.common(object{"type": "location", "id": idOf("location", v.Country), "name": "Country " + v.Country, "country": v.Country}))
	t.relate(party, "located-at", place, t.i.ID, object{"external_references": t.source(v.Source)})
}
