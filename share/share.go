// Package share holds what every format keeps to in which thefts and claims are
// passed on: who may have what, what stays here, and in which words a theft's
// statements are told. The packages below it write and read one format each.
//
// It sends nothing anywhere and reads no file.
package share

import (
	"cmp"
	"fmt"

	"clew"
	"clew/incident"
	"clew/tag"
)

// A Release says under which marking something is written, and what of it that
// is private is written all the same.
type Release struct {
	Marking incident.Marking // that everything gets; needed
	Stated  clew.Time        // when files without a trail were made, for they do not say it; needed for those
	Victims bool             // release victims' addresses
	Notes   bool             // release the notes of files that are of no record
	Persons bool             // release what authorities say of persons by name
	Chosen  bool             // Marking was chosen by who exports, so that files which bear none may go out under it
}

// Withheld counts what was not written because it is private.
type Withheld struct {
	Victims int `json:"victimAddresses"`
	Notes   int `json:"notes"`
	Persons int `json:"persons"`
	Genuine int `json:"genuine,omitempty"` // indicators of what a source lists as genuine
}

// A Writer takes what is to be passed on in one format. Its errors are input
// errors where something must not go out.
type Writer interface {
	// Theft takes one theft; public says that it is of the product's record.
	Theft(i *incident.Incident, public bool) error
	Tag(t *tag.Tag) error
}

// Check says whether there is such a marking.
func (r *Release) Check() error {
	for _, m := range incident.Markings() {
		if r.Marking == m {
			return nil
		}
	}
	return &clew.InputError{Field: "tlp", Value: string(r.Marking), Want: "one of clear, green, amber, amber+strict, red"}
}

// Theft holds a file's marking against that under which it is to go out. A file
// that is not public goes out under a marking of its own or one that was chosen,
// and never above its own.
func (r *Release) Theft(i *incident.Incident, public bool) error {
	own := i.Marking
	if own == "" && public {
		own = incident.MarkClear
	}
	switch {
	case i.Status == incident.StatusRefused:
		return &clew.InputError{Field: "incident", Value: i.ID, Want: "an entry that was not refused"}
	case own == "" && !r.Chosen:
		return &clew.InputError{Field: "tlp", Want: "a marking to share " + i.ID + " under: its file bears none"}
	case own.Stricter(r.Marking) && own != "":
		return &clew.InputError{Field: "tlp", Value: string(r.Marking), Want: fmt.Sprintf("%s or stricter: %s is marked so, and nothing is shared above its marking", own, i.ID)}
	case len(i.Trail) == 0 && !r.Stated.Known():
		return &clew.InputError{Field: "stated", Want: "the time at which " + i.ID + " was written, for it has no trail"}
	}
	return nil
}

// Tag holds a claim against the marking under which it is to go out: one of a
// private pack goes out as amber+strict or red alone. One about a transaction
// has no address, and is an input error.
func (r *Release) Tag(t *tag.Tag) error {
	if t.Subject.IsZero() {
		return &clew.InputError{Field: "tags", Value: t.Label, Want: "a claim about an address"}
	}
	if t.Private && incident.MarkAmberStrict.Stricter(r.Marking) {
		return &clew.InputError{Field: "tlp", Value: string(r.Marking), Want: "amber+strict or red: the pack " + t.Pack + " is private"}
	}
	return nil
}

// Way holds what is said of the way in, by its value, against the marking under
// which it is to go out. What bears no marking was not released, and goes out as
// amber+strict or red alone.
func (r *Release) Way(own incident.Marking, value string) error {
	if own = cmp.Or(own, incident.MarkAmberStrict); own.Stricter(r.Marking) {
		return &clew.InputError{Field: "tlp", Value: string(r.Marking), Want: string(own) + " or stricter for the indicator " + Brief(value)}
	}
	return nil
}

// Times returns when an entry was made and last changed, by its trail; a file
// without one has the time of the export. A trail has days: of several changes
// on one, each is a second later than the one before.
func (r *Release) Times(i *incident.Incident) (made, changed clew.Time) {
	n := len(i.Trail)
	if n == 0 {
		return r.Stated, r.Stated
	}
	made, changed = i.Trail[0].Day.Time(), i.Trail[n-1].Day.Time()
	for _, t := range i.Trail[:n-1] {
		if t.Day == i.Trail[n-1].Day {
			changed++
		}
	}
	return made, changed
}

// CommonTime is the time of what belongs to no entry. It never changes, for
// what such a thing says follows from its identifier: 28 November 2026.
const CommonTime clew.Time = 1_795_824_000

// MakerName names who passes claims on.
const MakerName = "Clew's record of thefts"

// Add adds what else was withheld.
func (w *Withheld) Add(more Withheld) {
	w.Victims, w.Notes, w.Persons = w.Victims+more.Victims, w.Notes+more.Notes, w.Persons+more.Persons
	w.Genuine += more.Genuine
}
