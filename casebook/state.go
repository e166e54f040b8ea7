package casebook

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/incident"
	"clew/trail"
)

// The bounds of a case's trail. Whoever adds to it reads all of it first.
const (
	EntriesMax = 20_000
	TrailMax   = 256 << 20 // bytes
)

// A state is a case while entries are added up.
type state struct {
	c        Case
	rows     map[int]place  // by the numbers of their entries
	contents map[string]int // entries by the hash of what they say, of rows that stand
	last     clew.Time
}

// A place is where a row stands in its list.
type place struct {
	act     Act
	at      int
	content string
}

func newState() *state {
	return &state{rows: map[int]place{}, contents: map[string]int{}}
}

// row returns the making of a row; nil: the number is of none.
func (s *state) row(number int) *Made {
	p, ok := s.rows[number]
	if !ok {
		return nil
	}
	switch p.act {
	case ActIncident:
		if s.c.Incident != nil && s.c.Incident.Number == number {
			return &s.c.Incident.Made
		}
		return &s.c.Former[p.at].Made
	case ActExhibit:
		return &s.c.Exhibits[p.at].Made
	case ActFinding:
		return &s.c.Findings[p.at].Made
	case ActReading:
		return &s.c.Readings[p.at].Made
	case ActIndicator:
		return &s.c.Indicators[p.at].Made
	case ActVictim:
		return &s.c.Victims[p.at].Made
	}
	return &s.c.Notes[p.at].Made
}

// line adds a line of the trail. One whose record was taken out counts as
// withheld.
func (s *state) line(l *trail.Line) (*Entry, error) {
	if l.Record == nil {
		if l.Number == 1 {
			return nil, errors.New("the entry that opens the case is not there")
		}
		s.c.Entries, s.c.Head = l.Number, l.Hash
		s.c.told.entries, s.c.told.head = l.Number, l.Hash
		s.c.Withheld++
		return nil, nil
	}
	var e Entry
	if err := json.Unmarshal(l.Record, &e); err != nil {
		return nil, fmt.Errorf("no entry: %w", err)
	}
	if err := s.add(&e); err != nil {
		return nil, err
	}
	s.c.Head = l.Hash
	if e.Act != ActPass {
		s.c.told.entries, s.c.told.head = e.Number, l.Hash
	}
	return &e, nil
}

// add adds an entry, or says why it cannot follow what is there. What it rests
// on is known to be there, and not what that holds.
func (s *state) add(e *Entry) error {
	if err := e.Check(); err != nil {
		return err
	}
	if err := s.allows(e); err != nil {
		return err
	}
	content, err := s.isNew(e)
	if err != nil {
		return err
	}
	if e.At < s.last {
		s.c.Backward = append(s.c.Backward, e.Number)
	}
	s.last, s.c.Entries = e.At, e.Number
	s.apply(e, content)
	return nil
}

// allows reports an entry that a case which is not open, or is closed, cannot
// take, and one that refers to what is not there or was withdrawn.
func (s *state) allows(e *Entry) error {
	switch {
	case (e.Act == ActOpen) != (s.c.Entries == 0):
		return errors.New("a case is opened by its first entry, and by no other")
	case e.Number > EntriesMax:
		return &clew.InputError{Field: "case", Value: s.c.Name, Want: fmt.Sprintf("a case of at most %d entries: open another", EntriesMax)}
	case s.c.Closed.Known() && e.Act == ActClose:
		return &clew.InputError{Field: "case", Value: s.c.Name, Want: "a case that is open: this one is closed already"}
	case s.c.Closed.Known() && e.Act != ActReopen && e.Act != ActPass:
		return &clew.InputError{Field: "case", Value: s.c.Name, Want: "a case that is open: this one is closed (clew case reopen opens it again)"}
	case !s.c.Closed.Known() && e.Act == ActReopen:
		return &clew.InputError{Field: "case", Value: s.c.Name, Want: "a case that is closed: this one is open"}
	}
	switch e.Act {
	case ActIncident:
		if s.c.Incident != nil && s.c.Incident.Withdrawn == 0 {
			return &clew.InputError{Field: "incident", Want: fmt.Sprintf("one file of a theft: entry %d is one, and is withdrawn first", s.c.Incident.Number)}
		}
	case ActWithdraw:
		_, err := s.standing("number", e.Of, "")
		return err
	case ActMark:
		return s.allowsMarking(e.Marking)
	case ActFinding:
		return s.restsStand(e.Finding.Rests)
	case ActReading:
		if _, err := s.standing("finding", e.Reading.Finding, ActFinding); err != nil {
			return err
		}
		return s.restsStand(e.Reading.Rests)
	}
	return nil
}

// allowsMarking reports a marking that changes nothing, or that something which
// stands may not be passed on by.
func (s *state) allowsMarking(m incident.Marking) error {
	if m == s.c.Marking {
		return &clew.InputError{Field: "tlp", Value: string(m), Want: "another marking: the case is marked so"}
	}
	refused := func(row *Made, own incident.Marking) error {
		if row.Withdrawn > 0 || own == "" || !own.Stricter(m) {
			return nil
		}
		return &clew.InputError{Field: "tlp", Value: string(m), Want: fmt.Sprintf("a marking that all in the case may be passed on by: entry %d is marked %s by itself", row.Number, own)}
	}
	for _, a := range s.c.attached() {
		if err := refused(&a.Made, a.Marking); err != nil {
			return err
		}
	}
	for i := range s.c.Indicators {
		if err := refused(&s.c.Indicators[i].Made, s.c.Indicators[i].Marking); err != nil {
			return err
		}
	}
	return nil
}

// standing returns the row of a number, which must be of a kind and not
// withdrawn.
func (s *state) standing(field string, number int, act Act) (place, error) {
	wanted := "an entry that can be withdrawn: a file, a finding, a reading, an indicator, a victim or a note"
	switch act {
	case ActExhibit:
		wanted = "the number of an exhibit"
	case ActFinding:
		wanted = "the number of a finding"
	}
	p, ok := s.rows[number]
	if !ok || act != "" && p.act != act {
		return p, &clew.InputError{Field: field, Value: fmt.Sprint(number), Want: wanted + " (clew case show lists them)"}
	}
	if m := s.row(number); m.Withdrawn > 0 {
		return p, &clew.InputError{Field: field, Value: fmt.Sprint(number), Want: fmt.Sprintf("one that stands: entry %d withdrew it", m.Withdrawn)}
	}
	return p, nil
}

func (s *state) restsStand(rests []Rest) error {
	for _, r := range rests {
		if _, err := s.standing("rests", r.Exhibit, ActExhibit); err != nil {
			return err
		}
	}
	return nil
}

// isNew reports a row that stands already, and returns the hash of what the
// entry says.
func (s *state) isNew(e *Entry) (string, error) {
	if e.made() == nil || e.Act == ActPass {
		return "", nil
	}
	said := Entry{Incident: e.Incident, Exhibit: e.Exhibit, Finding: e.Finding, Reading: e.Reading, Indicator: e.Indicator, Victim: e.Victim, Note: e.Note}
	if e.Exhibit != nil { // the file itself, whatever is said of it
		said = Entry{Why: e.Exhibit.SHA256}
	}
	raw, err := json.Marshal(said)
	if err != nil {
		return "", err
	}
	content := trail.Hash(raw)
	if at, twice := s.contents[content]; twice {
		return "", &clew.InputError{Field: string(e.Act), Want: fmt.Sprintf("something new: the same stands in this case as entry %d", at)}
	}
	return content, nil
}

// apply does what the entry says.
func (s *state) apply(e *Entry, content string) {
	c := &s.c
	switch e.Act {
	case ActOpen:
		o := e.Opening
		c.Name, c.Title, c.Question, c.For, c.Marking, c.Opened = o.Name, o.Title, o.Question, o.For, o.Marking, e.At
	case ActClose:
		c.Closed = e.At
	case ActReopen:
		c.Closed = 0
	case ActMark:
		c.Marked = append(c.Marked, Marked{Made{Number: e.Number, At: e.At, By: e.By, Why: e.Why}, c.Marking, e.Marking})
		c.Marking = e.Marking
	case ActWithdraw:
		m := s.row(e.Of)
		m.Withdrawn, m.Why = e.Number, e.Why
		delete(s.contents, s.rows[e.Of].content)
		s.checkVictims()
	case ActPass:
		p := *e.Passed
		p.Made = Made{Number: e.Number, At: e.At, By: e.By}
		c.Passed = append(c.Passed, p)
	default:
		s.rows[e.Number], s.contents[content] = place{e.Act, c.put(e), content}, e.Number
		*s.row(e.Number) = Made{Number: e.Number, At: e.At, By: e.By}
		if e.Act == ActExhibit && e.Exhibit.Shows != nil {
			s.checkVictims()
		}
	}
}

// checkVictims says of each victim whether an exhibit that stands holds the
// transaction, by what was seen when one or the other was entered.
func (s *state) checkVictims() {
	shown := map[int]bool{}
	stands := map[int]bool{}
	for i := range s.c.Exhibits {
		x := &s.c.Exhibits[i]
		stands[x.Number] = x.Withdrawn == 0
		for _, v := range x.Shows {
			shown[v] = shown[v] || x.Withdrawn == 0
		}
	}
	for i := range s.c.Victims {
		v := &s.c.Victims[i]
		v.Checked = shown[v.Number] || slices.ContainsFunc(v.Shown, func(x int) bool { return stands[x] })
	}
}

// isAnother reports a loss that stands already: of the same victim, asset and
// amount, where neither transaction nor time tells them apart.
func (s *state) isAnother(v *Victim) error {
	for i := range s.c.Victims {
		x := &s.c.Victims[i]
		if x.Withdrawn == 0 && x.SameLoss(v) {
			return &clew.InputError{Field: "victim", Value: v.Name, Want: fmt.Sprintf("a loss that differs from entry %d in its asset or amount, or by a transaction or a time that both name; to correct that entry, withdraw it first", x.Number)}
		}
	}
	return nil
}

// put puts the row of an entry into its list, and returns where it is.
func (c *Case) put(e *Entry) (at int) {
	switch e.Act {
	case ActIncident:
		if c.Incident != nil {
			c.Former = append(c.Former, *c.Incident)
		}
		x := *e.Incident
		x.Number = e.Number // by which its row is found
		c.Incident, at = &x, len(c.Former)
	case ActExhibit:
		c.Exhibits, at = append(c.Exhibits, *e.Exhibit), len(c.Exhibits)
	case ActFinding:
		c.Findings, at = append(c.Findings, *e.Finding), len(c.Findings)
	case ActReading:
		c.Readings, at = append(c.Readings, *e.Reading), len(c.Readings)
	case ActIndicator:
		c.Indicators, at = append(c.Indicators, *e.Indicator), len(c.Indicators)
	case ActVictim:
		c.Victims, at = append(c.Victims, *e.Victim), len(c.Victims)
	case ActNote:
		c.Notes, at = append(c.Notes, *e.Note), len(c.Notes)
	}
	return at
}
