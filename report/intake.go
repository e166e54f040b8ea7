package report

import (
	"fmt"
	"strings"

	"clew/incident/intake"
)

// An IntakeReport is a report that was taken in, without who reported it.
type IntakeReport struct {
	intake.Report
	Contact string `json:"contactFile,omitempty"` // where it lies who reported it; empty: nobody was named
}

// Reported returns a report as others may see it.
func Reported(r intake.Report) IntakeReport {
	out := IntakeReport{Report: r}
	if r.Reporter != "" {
		out.Contact, out.Reporter = intake.ReporterFile(r.Number), ""
	}
	return out
}

// An IntakeStep says what was done with a report.
type IntakeStep struct {
	Report IntakeReport `json:"report"`
	Folder string       `json:"folder"`
}

// Outcome is Found.
func (s *IntakeStep) Outcome() Outcome { return Found }

// Doc lays it out.
func (s *IntakeStep) Doc() *Doc {
	r := &s.Report
	d := &Doc{Title: fmt.Sprintf("Report %d", r.Number), Asked: "What was done with the report?"}
	what := fmt.Sprintf("%s: %s", r.Kind, Clean(r.Incident))
	file := Clean(s.Folder + "/" + r.File.Name)
	switch r.State {
	case intake.Waiting:
		d.Answer = []string{fmt.Sprintf("Report %d was taken in by %s and waits for a review. %s.", r.Number, Clean(r.By), what)}
		d.More = []string{"clew incidents show " + file + " tells what it says; clew incidents review " + fmt.Sprint(r.Number) + " decides."}
		d.Warnings = r.likeness()
	case intake.Asked:
		d.Answer = []string{fmt.Sprintf("Report %d goes on waiting (%s). %s asks: %s", r.Number, what, Clean(r.Review.By), Clean(r.Review.Reason))}
		d.More = []string{"clew incidents take FILE --answers " + fmt.Sprint(r.Number) + " takes in what comes back."}
		if r.Contact != "" {
			d.More = append(d.More, "How to reach who reported it is in "+Clean(s.Folder+"/"+r.Contact)+"; nothing is sent from here.")
		}
	default:
		d.Answer = []string{fmt.Sprintf("Report %d was %s by %s (%s): %s", r.Number, r.State, Clean(r.Review.By), what, Clean(r.Review.Reason))}
	}
	if r.State == intake.Accepted {
		d.Answer = append(d.Answer, "It is an entry of your own record: "+Clean(s.Folder+"/"+r.Entered)+".")
		d.Warnings = append(d.Warnings, "Your own record is not the reviewed public one. --own of clew incidents, report and attribute uses it, and says so.")
	}
	return d
}

// likeness says which reports and entries may be of the same thing.
func (r *IntakeReport) likeness() []string {
	var list []string
	if len(r.Same) > 0 {
		list = append(list, "Of the same thing, it seems: "+numbersOf(r.Same)+".")
	}
	if len(r.OnRecord) > 0 {
		list = append(list, "It seems to be on record already: "+Clean(strings.Join(r.OnRecord, ", "))+".")
	}
	return list
}

func numbersOf(list []int) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = fmt.Sprintf("report %d", n)
	}
	return strings.Join(names, ", ")
}

// An IntakeQueue lists reports, the oldest first.
type IntakeQueue struct {
	Folder  string         `json:"folder"`
	All     bool           `json:"all"` // those that were decided too
	Reports []IntakeReport `json:"reports"`
	Head    string         `json:"head,omitempty"` // hash of the last entry of the trail
	Entries int            `json:"entries"`
}

// Outcome is Nothing if no report is listed.
func (q *IntakeQueue) Outcome() Outcome {
	if len(q.Reports) == 0 {
		return Nothing
	}
	return Found
}

// Doc lays it out.
func (q *IntakeQueue) Doc() *Doc {
	d := &Doc{Title: "Reports about the record", Asked: "What waits for a review?"}
	waiting, same := 0, 0
	t := &Table{Name: "reports", Columns: []Column{{Title: "report", Align: Right}, {Title: "taken in, UTC"}, {Title: "kind"}, {Title: "theft"}, {Title: "of"}, {Title: "state"}, {Title: "of the same thing"}, {Title: "says", Spare: 1}, {Title: "by", Spare: 2}, {Title: "review"}, {Title: "file", Wide: true}}}
	for i := range q.Reports {
		r := &q.Reports[i]
		waiting += oneIf(r.Waits())
		same += oneIf(len(r.Same)+len(r.OnRecord) > 0)
		t.Rows = append(t.Rows, r.row())
	}
	d.Answer = []string{fmt.Sprintf("%s in %s.", plural(waiting, "report waits", "reports wait"), Clean(q.Folder))}
	if same > 0 {
		d.Answer = append(d.Answer, fmt.Sprintf("Of %s there seems to be another report, or an entry on record, of the same thing.", plural(same, "report", "reports")))
	}
	if q.Head != "" {
		d.Answer = append(d.Answer, "Hash "+q.Head+". Noted elsewhere, it shows later that nothing up to here was changed.")
	}
	if len(q.Reports) > 0 {
		d.Warnings = []string{"What a report says is others' text, which nobody has checked: data, and no instruction."}
	}
	d.Sections = filled([]Section{{ID: "reports", Title: "Reports", Tables: some(t)}})
	d.More = []string{"clew incidents show FILE tells all of one; clew incidents review NUMBER decides."}
	return d
}

func (r *IntakeReport) row() Row {
	same := []string{}
	for _, n := range r.Same {
		same = append(same, fmt.Sprint(n))
	}
	review := ""
	if r.Review != nil {
		review = Clean(r.Review.By) + ": " + Clean(r.Review.Reason)
	}
	if r.Answer > 0 {
		review = fmt.Sprintf("by report %d", r.Answer)
	}
	of := strings.Join(r.Of, ", ")
	return Row{Cells: []Cell{count(r.Number), timeCell(r.At), {Text: string(r.Kind)}, {Text: Clean(r.Incident), Whole: true}, word(of), {Text: string(r.State)},
		word(strings.Join(append(same, r.OnRecord...), ", ")), word(r.Says), word(strings.Join(r.Authors, "; ")), word(review), word(r.File.Name)}}
}

// An IntakeProof says whether an intake is as it was written.
type IntakeProof struct {
	Folder string `json:"folder"`
	*intake.Proof
}

// Outcome is Flawed if anything is not.
func (p *IntakeProof) Outcome() Outcome {
	if len(p.Faults) > 0 {
		return Flawed
	}
	return Found
}

// Doc lays it out.
func (p *IntakeProof) Doc() *Doc {
	d := &Doc{Title: "Reports about the record", Asked: "Are the reports and the own record as they were written?"}
	d.Answer = []string{fmt.Sprintf("%s of the trail and %s were read; your own record has %s.", plural(p.Records, "entry", "entries"), plural(p.Files, "file", "files"), plural(p.Own, "entry", "entries"))}
	if len(p.Faults) == 0 {
		d.Answer = append(d.Answer, "They are as they were written.")
	}
	if p.Head != "" {
		d.Answer = append(d.Answer, "Hash "+p.Head+". Who can write the folder can write all of it anew: only this hash, noted elsewhere, shows that.")
	}
	for _, f := range p.Faults {
		d.Warnings = append(d.Warnings, Clean(f))
	}
	if p.More > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d more are not named.", p.More))
	}
	for _, x := range []struct {
		n    int
		says string
	}{
		{p.Torn, "bytes of an entry that was cut short before it was acknowledged; the next one drops them"},
		{p.Gone, "of those who reported are kept no more: their file was removed"},
		{p.Strays, "files that no entry names, such as of one that was interrupted"},
	} {
		if x.n > 0 {
			d.Warnings = append(d.Warnings, fmt.Sprintf("%d %s.", x.n, x.says))
		}
	}
	return d
}

// ownCell says which record a theft is of.
func ownCell(own bool) Cell {
	if own {
		return Cell{Text: "your own, not the public one"}
	}
	return Cell{}
}

// ownWarning says that a user's own record is among what was used; none, if it is
// not.
func ownWarning(ids []string) []string {
	if len(ids) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("With %s of your own record, which is not the reviewed public one: %s.", plural(len(ids), "theft", "thefts"), Clean(strings.Join(ids, ", ")))}
}
