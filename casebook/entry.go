package casebook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"clew"
	"clew/incident"
	"clew/price"
	"clew/trail"
)

// An Act is what an entry of the trail did.
type Act string

// The acts. Those of the second group make a row of the case, which others refer
// to by the entry's number.
const (
	ActOpen     Act = "open"
	ActWithdraw Act = "withdraw" // takes a row back, which stays, marked
	ActClose    Act = "close"
	ActReopen   Act = "reopen"
	ActMark     Act = "mark" // marks the case anew

	ActIncident  Act = "incident"
	ActExhibit   Act = "exhibit"
	ActFinding   Act = "finding"
	ActReading   Act = "reading"
	ActIndicator Act = "indicator"
	ActVictim    Act = "victim"
	ActNote      Act = "note"
	ActPass      Act = "pass" // something was made of the case for others
)

// An Entry is one of the trail. One of its members says what the act was about;
// the number, time and author of a row are those of its entry.
type Entry struct {
	Number int       `json:"number"`
	At     clew.Time `json:"at"`
	By     string    `json:"by"` // a name or a role
	Act    Act       `json:"act"`

	Opening   *Opening   `json:"opening,omitempty"`
	Incident  *Attached  `json:"incident,omitempty"`
	Exhibit   *Exhibit   `json:"exhibit,omitempty"`
	Finding   *Finding   `json:"finding,omitempty"`
	Reading   *Reading   `json:"reading,omitempty"`
	Indicator *Indicator `json:"indicator,omitempty"`
	Victim    *Victim    `json:"victim,omitempty"`
	Note      *Note      `json:"note,omitempty"`
	Passed    *Passed    `json:"passed,omitempty"`
	Of        int        `json:"of,omitempty"`  // the row that is withdrawn
	Why       string     `json:"why,omitempty"` // it is, or why the case is closed, opened again or marked anew

	Marking incident.Marking `json:"marking,omitempty"` // of the case from now on

	// Salt is random, so that whoever is given only the hash of an entry cannot try
	// out what it may say.
	Salt     string `json:"salt"`
	Previous string `json:"previous"` // hash of the entry before; empty: it is the first
}

// An Opening says what a case is.
type Opening struct {
	Name     string           `json:"name"`
	Title    string           `json:"title"`
	Question string           `json:"question"`
	For      string           `json:"for,omitempty"`
	Marking  incident.Marking `json:"marking"`
}

// The bounds of what a person writes, in bytes, and of lists.
const (
	nameMax  = 64
	shortMax = 300
	textMax  = 20_000
	restsMax = 100
	txMax    = 10_000 // transactions of one entry
)

// CheckName reports a name that no case can have: it names a folder.
func CheckName(name string) error {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	if name == "" || len(name) > nameMax || strings.Trim(name, letters+"-") != "" || strings.HasPrefix(name, "-") {
		return &clew.InputError{Field: "case", Value: name, Want: fmt.Sprintf("small letters, digits and hyphens, at most %d, such as bridge-2022", nameMax)}
	}
	return nil
}

// Check reports the first thing that is wrong with an entry by itself.
func (e *Entry) Check() error {
	err := cmp.Or(trail.CheckText("by", e.By, shortMax, "who does this, by name or role"), trail.CheckText("why", e.Why, textMax, ""), trail.CheckText("salt", e.Salt, shortMax, ""))
	if err != nil {
		return err
	}
	given := 0
	for _, m := range []struct {
		act Act
		is  bool
	}{
		{ActOpen, e.Opening != nil}, {ActIncident, e.Incident != nil}, {ActExhibit, e.Exhibit != nil}, {ActFinding, e.Finding != nil}, {ActReading, e.Reading != nil},
		{ActIndicator, e.Indicator != nil}, {ActVictim, e.Victim != nil}, {ActNote, e.Note != nil}, {ActPass, e.Passed != nil}, {ActWithdraw, e.Of > 0},
		{ActMark, e.Marking != ""},
	} {
		if m.is {
			given++
		}
		if m.is != (e.Act == m.act) {
			return fmt.Errorf("an entry of act %q that says something else", e.Act)
		}
	}
	if given == 0 && e.Act != ActClose && e.Act != ActReopen {
		return fmt.Errorf("an entry of act %q, which is not known", e.Act)
	}
	if made := e.made(); made != nil && *made != (Made{}) {
		return fmt.Errorf("an entry of act %q whose row has a number or an author of its own", e.Act)
	}
	return e.checkRow()
}

// made returns what the entry's row says of its own making; nil: it makes none.
func (e *Entry) made() *Made {
	switch e.Act {
	case ActIncident:
		return &e.Incident.Made
	case ActExhibit:
		return &e.Exhibit.Made
	case ActFinding:
		return &e.Finding.Made
	case ActReading:
		return &e.Reading.Made
	case ActIndicator:
		return &e.Indicator.Made
	case ActVictim:
		return &e.Victim.Made
	case ActNote:
		return &e.Note.Made
	case ActPass:
		return &e.Passed.Made
	}
	return nil
}

func (e *Entry) checkRow() error {
	switch e.Act {
	case ActOpen:
		return e.Opening.check()
	case ActIncident:
		return e.Incident.check()
	case ActExhibit:
		if err := trail.CheckText("says", e.Exhibit.Says, textMax, "what the file is, in one sentence"); err != nil {
			return err
		}
		return e.Exhibit.Attached.check()
	case ActFinding:
		return e.Finding.check()
	case ActReading:
		return e.Reading.check()
	case ActIndicator:
		i := e.Indicator
		return cmp.Or(trail.CheckText("type", i.Type, shortMax, "what is seen, as STIX names it, such as domain-name, url, ipv4-addr, email-addr or file"),
			trail.CheckText("value", i.Value, textMax, "the domain, address or hash"), trail.CheckText("text", i.Text, textMax, ""), trail.CheckText("source", i.Source, textMax, "who says so, and where"))
	case ActVictim:
		return e.Victim.check()
	case ActNote:
		return trail.CheckText("text", e.Note.Text, textMax, "what is to be kept")
	case ActPass:
		return e.Passed.check()
	case ActWithdraw:
		return trail.CheckText("why", e.Why, textMax, "why it is taken back")
	case ActMark:
		if err := checkMarking(e.Marking); err != nil {
			return err
		}
		return trail.CheckText("why", e.Why, textMax, "why the marking is changed")
	}
	return nil
}

func (p *Passed) check() error {
	err := cmp.Or(trail.CheckText("what", p.What, shortMax, "what was made"), trail.CheckText("to", p.To, shortMax, ""), trail.CheckText("sha256", p.SHA256, shortMax, ""))
	for _, f := range p.Forms {
		err = cmp.Or(err, trail.CheckText("form", f.Form, shortMax, "the form that was written"), trail.CheckText("sha256", f.SHA256, shortMax, "the hash of what was written"))
	}
	return err
}

func checkMarking(m incident.Marking) error {
	if !slices.Contains(incident.Markings(), m) {
		return &clew.InputError{Field: "tlp", Value: string(m), Want: "clear, green, amber, amber+strict or red"}
	}
	return nil
}

func (o *Opening) check() error {
	if err := CheckName(o.Name); err != nil {
		return err
	}
	if err := checkMarking(o.Marking); err != nil {
		return err
	}
	return cmp.Or(trail.CheckText("title", o.Title, shortMax, "a title for people"), trail.CheckText("question", o.Question, textMax, "the question that the case is to answer"), trail.CheckText("for", o.For, shortMax, ""))
}

func (a *Attached) check() error {
	if a.Size < 0 || a.Size > FileMax || len(a.SHA256) != 64 || strings.Trim(a.SHA256, "0123456789abcdef") != "" {
		return fmt.Errorf("a file without a SHA-256 or of more than %d MiB", FileMax>>20)
	}
	return trail.CheckText("file", a.Name, textMax, "a file with a name")
}

func (f *Finding) check() error {
	err := cmp.Or(trail.CheckText("text", f.Text, textMax, "what was found, in a sentence"), trail.CheckText("method", f.Method, textMax, ""), trail.CheckText("limits", f.Limits, textMax, ""))
	switch {
	case err != nil:
		return err
	case f.Kind != Fact && f.Kind != Claim && f.Kind != Inference:
		return &clew.InputError{Field: "kind", Value: string(f.Kind), Want: "fact: a ledger shows it; claim: somebody says it; or inference: a method concludes it"}
	case f.Kind == Inference && strings.TrimSpace(f.Method) == "":
		return &clew.InputError{Field: "method", Want: "the method by which it is inferred"}
	case len(f.Rests) == 0:
		return &clew.InputError{Field: "rests", Want: "at least one exhibit that it rests on, by its number"}
	case f.Kind == Fact && !slices.ContainsFunc(f.Rests, func(r Rest) bool { return len(r.Transactions) > 0 }):
		return &clew.InputError{Field: "rests", Want: "at least one transaction, such as 3:0x…: a fact is what a ledger shows; what somebody says is a claim"}
	}
	return checkRests(f.Rests)
}

func (r *Reading) check() error {
	err := trail.CheckText("text", r.Text, textMax, "how else it may be read, or what speaks against it")
	switch {
	case err != nil:
		return err
	case r.Contrary && len(r.Rests) == 0:
		return &clew.InputError{Field: "rests", Want: "the exhibit that holds the contrary evidence, by its number"}
	}
	return checkRests(r.Rests)
}

func checkRests(rests []Rest) error {
	n := 0
	for _, r := range rests {
		n += len(r.Transactions)
		if r.Part != "" && (!strings.HasPrefix(r.Part, "/") || len(r.Part) > shortMax || !utf8.ValidString(r.Part)) {
			return &clew.InputError{Field: "rests", Value: r.Part, Want: "a part of an answer as a JSON pointer, such as /places/0"}
		}
		if slices.ContainsFunc(r.Transactions, clew.TxID.IsZero) {
			return &clew.InputError{Field: "rests", Want: "transactions whose names are known"}
		}
	}
	if len(rests) > restsMax || n > txMax {
		return &clew.InputError{Field: "rests", Want: fmt.Sprintf("at most %d exhibits and %d transactions", restsMax, txMax)}
	}
	return nil
}

func (v *Victim) check() error {
	if v.Asset.IsZero() || v.Amount.IsZero() {
		return &clew.InputError{Field: "amount", Want: "an asset, and how much of it was lost"}
	}
	if v.Value != nil {
		if cents := new(price.Money); cents.UnmarshalText([]byte(v.Value.String())) != nil || cents.Cmp(*v.Value) != 0 {
			return &clew.InputError{Field: "worth", Value: v.Value.Exact(), Want: "US dollars and whole cents"}
		}
	}
	return cmp.Or(trail.CheckText("who", v.Name, shortMax, "a name, or a reference where the name is kept elsewhere"), trail.CheckText("source", v.Source, textMax, "who says so, and where"))
}
