package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"clew"
	"clew/trail"
)

// A state is an intake while entries are added up.
type state struct {
	i     Intake
	rows  map[int]int      // where in the list the report of a number stands
	about map[string][]int // numbers of the reports that are about something
	own   map[string]File  // the user's own record, by id
	ids   []string         // of it, in the order in which they came
}

func newState() *state {
	return &state{rows: map[int]int{}, about: map[string][]int{}, own: map[string]File{}}
}

// line adds a line of the trail.
func (s *state) line(l *trail.Line) error {
	if l.Record == nil {
		return errors.New("its entry was taken out")
	}
	var e Entry
	if err := json.Unmarshal(l.Record, &e); err != nil {
		return fmt.Errorf("no entry: %w", err)
	}
	if err := s.add(&e); err != nil {
		return err
	}
	s.i.Head, s.i.Entries = l.Hash, e.Number
	return nil
}

// add adds an entry, or says why it cannot follow what is there.
func (s *state) add(e *Entry) error {
	if err := e.check(); err != nil {
		return err
	}
	if e.Act == ActTake {
		return s.take(e)
	}
	r, err := s.waiting(e.Reviewed.Report)
	if err != nil {
		return err
	}
	review := *e.Reviewed
	review.Number, review.At, review.By = e.Number, e.At, e.By
	r.Review = &review
	switch e.Act {
	case ActAsk:
		r.State = Asked
	case ActReject:
		r.State = Rejected
	case ActAccept:
		r.State, r.Entered = Accepted, review.Entry.Name
		if _, known := s.own[r.Incident]; !known {
			s.ids = append(s.ids, r.Incident)
		}
		s.own[r.Incident] = *review.Entry
	}
	return nil
}

// take adds a report, and marks those of the same thing.
func (s *state) take(e *Entry) error {
	if n := e.Taken.AnswersTo; n > 0 {
		asked, err := s.waiting(n)
		if err != nil {
			return err
		}
		asked.State, asked.Answer = Answered, e.Number
	}
	r := Report{Number: e.Number, At: e.At, By: e.By, Taken: *e.Taken, State: Waiting}
	for _, x := range r.About {
		for _, n := range s.about[x] {
			if n == r.AnswersTo || slices.Contains(r.Same, n) || n == e.Number {
				continue
			}
			r.Same = append(r.Same, n)
			other := &s.i.Reports[s.rows[n]]
			other.Same = append(other.Same, e.Number)
		}
		s.about[x] = append(s.about[x], e.Number)
	}
	slices.Sort(r.Same)
	s.rows[e.Number] = len(s.i.Reports)
	s.i.Reports = append(s.i.Reports, r)
	return nil
}

// waiting returns the report of a number, which must wait for a review.
func (s *state) waiting(number int) (*Report, error) {
	at, ok := s.rows[number]
	if !ok {
		return nil, &clew.InputError{Field: "report", Value: fmt.Sprint(number), Want: "the number of a report (clew incidents queue lists them)"}
	}
	r := &s.i.Reports[at]
	switch {
	case r.State == Answered:
		return nil, &clew.InputError{Field: "report", Value: fmt.Sprint(number), Want: fmt.Sprintf("one that waits: report %d came in its place", r.Answer)}
	case !r.Waits():
		return nil, &clew.InputError{Field: "report", Value: fmt.Sprint(number), Want: fmt.Sprintf("one that waits: this one was %s by %s", r.State, r.Review.By)}
	}
	return r, nil
}
