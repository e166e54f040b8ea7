package intake

import (
	"clew/trail"
	"cmp"
	"errors"
	"fmt"
	"strings"

	"clew"
)

// An Act is what an entry of the trail did.
type Act string

// The acts.
const (
	ActTake   Act = "take"
	ActAsk    Act = "ask"
	ActAccept Act = "accept"
	ActReject Act = "reject"
)

// An Entry is one of the trail: a report was taken in, or reviewed.
type Entry struct {
	Number int       `json:"number"`
	At     clew.Time `json:"at"`
	By     string    `json:"by"` // a name or a role
	Act    Act       `json:"act"`

	Taken    *Taken    `json:"taken,omitempty"`
	Reviewed *Reviewed `json:"reviewed,omitempty"`

	Previous string `json:"previous"` // hash of the entry before; empty: it is the first
}

// A File is one that the folder keeps.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // hexadecimal
	Size   int    `json:"size"`   // bytes
}

// A Taken says what was taken in. Texts are of the report: others wrote them.
type Taken struct {
	File      File     `json:"file"`
	Given     string   `json:"given"` // name of the file, as its giver called it
	Kind      Kind     `json:"kind"`
	Incident  string   `json:"incident"` // id
	Title     string   `json:"title"`
	Of        []string `json:"of,omitzero"`        // keys of the format that it is about; empty: the whole
	Says      string   `json:"says,omitempty"`     // the ground that it gives
	Authors   []string `json:"authors"`            // who speaks in it, as it says: parts or organisations
	About     []string `json:"about"`              // what two reports of the same thing have in common
	OnRecord  []string `json:"onRecord,omitzero"`  // of a new theft: ids on record that look like the same
	Reporter  string   `json:"reporter,omitempty"` // SHA-256 of the file that says who it was; empty: nobody was named
	AnswersTo int      `json:"answersTo,omitempty"`
}

// A Reviewed says what came of a report.
type Reviewed struct {
	Number int       `json:"number,omitempty"` // of the entry; empty in the trail itself
	At     clew.Time `json:"at,omitzero"`      // likewise
	By     string    `json:"by,omitempty"`     // likewise
	Report int       `json:"report"`
	Reason string    `json:"reason"`          // or what was asked
	Entry  *File     `json:"entry,omitempty"` // of the user's own record, where it was accepted
}

// The bounds of what is written, in bytes, and of lists.
const (
	shortMax = 300
	textMax  = 20_000
	saysMax  = 2_000 // of a report's ground that is repeated here
	aboutMax = 1_000
)

// check reports the first thing that is wrong with an entry by itself.
func (e *Entry) check() error {
	if err := trail.CheckText("by", e.By, shortMax, "who does this, by name or role: --by, or CLEW_BY in the environment"); err != nil {
		return err
	}
	switch e.Act {
	case ActTake:
		if e.Taken == nil || e.Reviewed != nil {
			return errors.New("an entry that takes something in, and does not say what")
		}
		return e.Taken.check()
	case ActAsk, ActAccept, ActReject:
		if e.Reviewed == nil || e.Taken != nil {
			return errors.New("an entry of a review that is of no report")
		}
		return e.Reviewed.check(e.Act)
	}
	return fmt.Errorf("an entry of act %q, which is not known", e.Act)
}

func (t *Taken) check() error {
	if err := t.File.check(); err != nil {
		return err
	}
	if len(t.About) == 0 || len(t.About) > aboutMax || t.Incident == "" || t.Kind == "" {
		return errors.New("an entry that takes something in, and does not say what it is about")
	}
	return cmp.Or(trail.CheckText("file", t.Given, textMax, "a file with a name"), trail.CheckText("title", t.Title, textMax, ""), trail.CheckText("says", t.Says, textMax, ""))
}

func (r *Reviewed) check(act Act) error {
	if r.Number != 0 || r.At != 0 || r.By != "" {
		return errors.New("an entry of a review that has a number or an author of its own")
	}
	if (r.Entry != nil) != (act == ActAccept) {
		return errors.New("an entry of a review that accepts nothing, or keeps what it did not accept")
	}
	if r.Entry != nil {
		if err := r.Entry.check(); err != nil {
			return err
		}
	}
	return trail.CheckText("reason", r.Reason, textMax, "why, or what is asked")
}

func (f *File) check() error {
	if f.Size < 1 || f.Size > 2*FileMax || len(f.SHA256) != 64 || strings.Trim(f.SHA256, "0123456789abcdef") != "" || f.Name == "" || strings.ContainsAny(f.Name, `/\`) {
		return errors.New("a file without a plain name or a SHA-256")
	}
	return nil
}
