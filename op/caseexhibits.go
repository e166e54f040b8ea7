package op

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"clew"
	"clew/casebook"
	"clew/casebook/bundle"
	"clew/casebook/distribution"
	"clew/lead"
	"clew/proof"
	"clew/report"
	"clew/trace"
)

// exhibiting reads the exhibits of a case for a report.
type exhibiting struct {
	env     *Env
	book    *casebook.Book
	guide   *lead.Guide
	report  *report.CaseReport
	files   bool // what private files say is released
	stopped []lead.Stopped
	traces  map[int]*trace.Result     // by exhibit, with all that the answer has
	seen    map[int]distribution.Seen // of victims' transactions, by the numbers of their rows
}

// exhibit adds what an exhibit says, if it is a bundle that stands.
func (x *exhibiting) exhibit(ctx context.Context, e *casebook.Exhibit) error {
	if e.Withdrawn != 0 || e.Root == "" {
		return ctx.Err()
	}
	x.env.tell(Progress{Doing: fmt.Sprintf("reading exhibit %d", e.Number)})
	said := report.CaseExhibit{Number: e.Number}
	switch {
	case e.Private && !x.files:
		said.Why = "its file is private to the case"
	default:
		var damage *bundle.DamagedError
		err := x.book.File(e.Attached, func(data []byte) error { return x.read(&said, data) })
		if errors.As(err, &damage) {
			said.Fault = damage.Error()
		} else if err != nil {
			return err
		}
	}
	x.report.Exhibits = append(x.report.Exhibits, said)
	return ctx.Err()
}

// read takes what a bundle says.
func (x *exhibiting) read(said *report.CaseExhibit, data []byte) error {
	b, err := bundle.Read(data)
	if err != nil {
		return err
	}
	q := &b.Manifest.Question
	said.Product, said.Made, said.Operation = q.Product, q.Made, q.Operation
	var input bytes.Buffer
	if err := json.Compact(&input, q.Input); err != nil {
		return fmt.Errorf("exhibit %d: what it was asked: %w", said.Number, err)
	}
	said.Input = input.Bytes()
	p, err := provingOf(b)
	if err != nil {
		return err
	}
	results := p.results()
	said.Proofs = counted(results)
	for _, answer := range x.answers(said, b.Answer()) {
		x.take(said, answer.ForOthers(contains(x.report.Released, "victims")), q.Made)
	}
	x.name(said, p.transfers)
	x.see(said.Number, p.transfers)
	named := x.named(said.Number)
	said.Shown = slices.DeleteFunc(results, func(r proof.Result) bool { return !named[r.Tx] })
	return nil
}

// answers returns the traces in an answer; none: it is of another sort.
func (x *exhibiting) answers(said *report.CaseExhibit, text []byte) []*report.Stoppable {
	var list []*report.Stoppable
	var err error
	switch said.Operation {
	case "trace":
		t := &report.Trace{}
		if err = json.Unmarshal(text, t); err == nil && t.Result != nil {
			list = []*report.Stoppable{{Trace: t}}
		}
	case "stoppable":
		s := &report.Stoppable{}
		if err = json.Unmarshal(text, s); err == nil && s.Trace != nil && s.Trace.Result != nil {
			list = []*report.Stoppable{s}
		}
	case "investigate":
		v := &report.Investigation{}
		err = json.Unmarshal(text, v)
		for _, c := range v.Chains {
			if err == nil && c != nil && c.Stop != nil && c.Stop.Trace != nil && c.Stop.Trace.Result != nil {
				list = append(list, c.Stop)
			}
		}
	default:
		said.Why = "only the answers of clew trace, stoppable and investigate are; the exhibit holds it whole"
	}
	if err != nil {
		said.Why = "this program cannot read it: " + err.Error()
	} else if len(list) == 0 && said.Why == "" {
		said.Why = "nothing was followed in it"
	}
	return list
}

// take adds one trace of an exhibit. Of several, those after the first are in the
// schedule, and the exhibit holds the rest.
func (x *exhibiting) take(said *report.CaseExhibit, s *report.Stoppable, made string) {
	result := s.Result
	if result == nil {
		at, _ := time.Parse(time.RFC3339, made)
		var err error
		if result, err = lead.Stop(lead.Question{Trace: s.Trace.Result, Guide: x.guide, Now: clew.TimeOf(at)}); err != nil {
			said.NotAsked = err.Error()
		}
	}
	if result != nil {
		x.stopped = append(x.stopped, lead.Stopped{Exhibit: said.Number, Trace: s.Trace.Result, Result: result})
	}
	for asset, unit := range s.Trace.Units {
		if _, known := x.report.Units[asset]; !known {
			x.report.Units[asset] = unit
		}
	}
	if said.Trace != nil {
		return
	}
	shown, whole := *s.Trace, *s.Trace.Result
	shown.Result, said.Trace = &whole, &shown
	if x.traces == nil {
		x.traces = map[int]*trace.Result{}
	}
	x.traces[said.Number] = s.Trace.Result
}

// name keeps of an exhibit's transfers those that findings and readings name.
func (x *exhibiting) name(said *report.CaseExhibit, held []clew.Transfer) {
	named := x.named(said.Number)
	passed := map[clew.TxID]bool{}
	if said.Trace != nil {
		said.Trace.Result.Uses = slices.DeleteFunc(slices.Clone(said.Trace.Result.Uses), func(u trace.Use) bool { return !named[u.Transfer.Tx] })
		for i := range said.Trace.Result.Uses {
			passed[said.Trace.Result.Uses[i].Transfer.Tx] = true
		}
	}
	for i := range held {
		if id := held[i].Tx; named[id] && !passed[id] {
			said.Held = append(said.Held, held[i])
		}
	}
	for i := range said.Held {
		passed[said.Held[i].Tx] = true
	}
	for id := range named {
		if !passed[id] {
			said.Missing = append(said.Missing, id)
		}
	}
	slices.SortFunc(said.Missing, func(a, b clew.TxID) int { return slices.Compare(a[:], b[:]) })
}

// named returns the transactions of an exhibit that rows which stand name.
func (x *exhibiting) named(exhibit int) map[clew.TxID]bool {
	named := map[clew.TxID]bool{}
	add := func(m *casebook.Made, rests []casebook.Rest) {
		for _, r := range rests {
			if m.Withdrawn != 0 || r.Exhibit != exhibit {
				continue
			}
			for _, id := range r.Transactions {
				named[id] = true
			}
		}
	}
	for i := range x.report.Case.Findings {
		add(&x.report.Case.Findings[i].Made, x.report.Case.Findings[i].Rests)
	}
	for _, r := range x.report.Case.StandingReadings() {
		add(&r.Made, r.Rests)
	}
	return named
}
