package stix

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"clew/incident"
)

// timeForm is how the standard writes times: in UTC, with as many digits behind
// the second as there are.
var timeForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,64})?Z$`)

// isTime reports whether text is a time of the standard.
func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil && timeForm.MatchString(text)
}

// instant writes a time of the standard so that of two the later is the greater
// text, and the same time is the same text; what is no time is as it was.
func instant(text string) string {
	if !timeForm.MatchString(text) {
		return text
	}
	text = strings.TrimSuffix(text, "Z")
	if strings.Contains(text, ".") {
		text = strings.TrimRight(text, "0")
	}
	return strings.TrimSuffix(text, ".")
}

// sound returns what the standard forbids of an object's times and of a
// definition; "" if nothing.
func (o *Object) sound() string {
	made, changed := o.members["created"], o.Modified
	switch {
	case made != "" && !isTime(made):
		return "a time in UTC as created, such as 2024-05-31T10:00:00.000Z"
	case changed != "" && !isTime(changed):
		return "a time in UTC as modified, such as 2024-05-31T10:00:00.000Z"
	case made != "" && changed != "" && instant(changed) < instant(made):
		return "no time of change before that at which it was made"
	case o.Type == "extension-definition" && (o.members["name"] == "" || o.members["schema"] == "" || o.members["version"] == ""):
		return "a definition with a name, a schema and a version"
	case o.Type == "marking-definition":
		return o.redefines()
	}
	return ""
}

// redefines reports that the definition of a published marking of TLP says
// something else than was published, for the identifier tells which it is.
func (o *Object) redefines() string {
	published, known := markingOf(o.ID)
	if !known {
		return ""
	}
	var says struct {
		Definition map[string]json.RawMessage `json:"definition"`
		Extensions map[string]struct {
			Level string `json:"tlp_2_0"`
		} `json:"extensions"`
	}
	err, want := json.Unmarshal(o.Raw, &says), string(published)
	level := says.Extensions[tlpExtension].Level
	if old := oldNames[o.ID]; old != "" {
		want, level = old, ""
		_ = json.Unmarshal(says.Definition["tlp"], &level) // stays empty
	}
	if err != nil || level != want {
		return "what was published of this marking, " + markingNames[published]
	}
	return ""
}

// oldNames are the levels of TLP 1.0 by the identifiers that STIX 2.1 gives them.
var oldNames = map[string]string{
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "white", "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": string(incident.MarkGreen),
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": string(incident.MarkAmber), "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": string(incident.MarkRed),
}

// current returns of each object the version that holds: the latest, wherever it
// stands in the bundle.
func (b *Bundle) current() map[string]*Object {
	latest := map[string]*Object{}
	for i := range b.Objects {
		o := &b.Objects[i]
		if before := latest[o.ID]; before == nil || instant(before.Modified) <= instant(o.Modified) {
			latest[o.ID] = o
		}
	}
	return latest
}

// settle holds to it that what was taken back in one version is so for good: the
// standard allows no later one. It returns the objects that have one.
func (b *Bundle) settle() (ids []string) {
	revoked := map[string]bool{}
	for i := range b.Objects {
		if b.Objects[i].Revoked {
			revoked[b.Objects[i].ID] = true
		}
	}
	for id, o := range b.current() {
		if revoked[id] && !o.Revoked {
			o.Revoked = true
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
