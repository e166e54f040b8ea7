// Package intake takes in what others report about the record of thefts: keeps
// it in a queue until somebody reviews it, and keeps what was accepted as a
// record of the user's own.
//
// A report is a file of package incident: a theft that is proposed, or an entry
// as it stands on record with acts added to its trail that correct, dispute or
// withdraw it. Nothing here finds out whether a report is true; people do. The
// user's own record is not the reviewed public one, and whoever shows it says
// so.
package intake

import (
	"slices"
	"unicode/utf8"

	"clew"
	"clew/incident"
)

// The bounds of a folder. Whoever adds to it reads its trail first, and no file.
const (
	FileMax    = 1 << 20  // bytes of a report
	TrailMax   = 64 << 20 // bytes
	EntriesMax = 20_000
)

// An Intake is what its trail adds up to. The caller must not change it.
type Intake struct {
	Reports []Report `json:"reports"` // in the order in which they were taken in
	Head    string   `json:"head"`    // hash of the trail's last entry
	Entries int      `json:"entries"` // of the trail
}

// A Report is one that was taken in, and what became of it. What it says is
// others' text.
type Report struct {
	Number int       `json:"number"` // of its entry of the trail, from 1
	At     clew.Time `json:"at"`
	By     string    `json:"by"` // who took it in
	Taken
	State   State     `json:"state"`
	Same    []int     `json:"same,omitzero"`    // other reports of the same thing, whatever became of them
	Review  *Reviewed `json:"review,omitempty"` // the last; nil: nobody looked at it
	Answer  int       `json:"answer,omitempty"` // the report that answers what was asked
	Entered string    `json:"entered,omitempty"`
}

// A State says what became of a report.
type State string

// The states. Those that wait are in the queue.
const (
	Waiting  State = "waiting"
	Asked    State = "asked"    // whoever reported it was asked something, and it waits
	Answered State = "answered" // by another report, which waits in its place
	Accepted State = "accepted"
	Rejected State = "rejected"
)

// Waits reports whether a review is still to come.
func (r *Report) Waits() bool { return r.State == Waiting || r.State == Asked }

// Queue returns the reports that wait, the oldest first.
func (i *Intake) Queue() []Report {
	return slices.DeleteFunc(slices.Clone(i.Reports), func(r Report) bool { return !r.Waits() })
}

// A Kind says what a report wants of the record.
type Kind string

// The kinds. All but the first are of acts that a report adds to an entry's trail.
const (
	NewTheft    Kind = "new theft"
	Correction  Kind = "correction"
	Dispute     Kind = "dispute"
	Upholding   Kind = "end of a dispute"
	Withdrawal  Kind = "withdrawal"
	Restoration Kind = "restoration"
)

// kinds are those of the acts that somebody other than a reviewer may add.
var kinds = map[incident.TrailAct]Kind{
	incident.ActProposed: NewTheft, incident.ActCorrected: Correction, incident.ActDisputed: Dispute,
	incident.ActUpheld: Upholding, incident.ActWithdrawn: Withdrawal, incident.ActRestored: Restoration,
}

// A Reporter is who reported something. It is kept in a file of its own, which
// can be removed, and nothing that the program writes ever shows it.
type Reporter struct {
	Name    string `json:"name"`
	Contact string `json:"contact"`
	Salt    string `json:"salt"` // random, so that the file's hash does not tell who it is
}

// check reports what is wrong with it, and does not repeat it.
func (r *Reporter) check() error {
	if len(r.Name) > shortMax || len(r.Contact) > shortMax || !utf8.ValidString(r.Name+r.Contact) {
		return wrong("reporter", "", "a name and a way to reach them in UTF-8, of at most %d bytes each", shortMax)
	}
	return nil
}

// given reports whether anything is known of who reported.
func (r *Reporter) given() bool { return r.Name != "" || r.Contact != "" }
