package op

import (
	"fmt"

	"clew"
	"clew/casebook/distribution"
	"clew/price"
	"clew/report"
	"clew/trace"
)

// maxRecovered bounds the file of what was recovered, in bytes.
const maxRecovered = 16 << 20

// distribute adds the table among the victims.
func (in *CaseReportInput) distribute(env *Env, r *report.CaseReport, x *exhibiting) error {
	f, err := openGiven(env, "recovered", in.Recovered, maxRecovered)
	if err != nil {
		return err
	}
	defer f.Close()
	file, err := distribution.ReadFile(in.Recovered, f)
	if err != nil {
		return givenWanted(err, "recovered", in.Recovered)
	}
	q := distribution.Question{Victims: r.Case.Victims, Values: map[int]price.Money{}, ValuedBy: file.ValuedBy}
	if q.ValuedBy == "" {
		q.ValuedBy = "as each victim claims, which may be of different days"
	}
	for i := range r.Case.Victims {
		if v := &r.Case.Victims[i]; v.Value != nil {
			q.Values[v.Number] = *v.Value
		}
	}
	for i := range file.Recovered {
		one, err := file.Recovered[i].Recovery()
		if err != nil {
			return err
		}
		if t := file.Recovered[i].Traced; t != nil {
			note, err := x.lots(&one, t)
			if err != nil {
				return err
			}
			if note != "" {
				r.Lots = append(r.Lots, note)
			}
		}
		q.Recovered = append(q.Recovered, one)
	}
	r.Table, err = distribution.Compute(q)
	return err
}

// lots takes from an exhibit whose marks lie on what was recovered.
func (x *exhibiting) lots(r *distribution.Recovery, t *distribution.Traced) (string, error) {
	result := x.traces[t.Exhibit]
	if result == nil {
		return "", &clew.InputError{Field: "traced", Value: fmt.Sprint(t.Exhibit), Want: "the number of an exhibit whose answer is a trace"}
	}
	victims := map[string]int{}
	for _, o := range t.Origins {
		victims[o.Origin] = o.Victim
	}
	for _, o := range result.Origins {
		delete(victims, o.ID)
	}
	for id := range victims {
		return "", &clew.InputError{Field: "origin", Value: id, Want: fmt.Sprintf("an origin of the trace of exhibit %d", t.Exhibit)}
	}
	for _, o := range t.Origins {
		victims[o.Origin] = o.Victim
	}
	var note string
	found := false
	for i := range result.Places {
		p := &result.Places[i]
		if p.Address != t.Address || p.Asset != r.Asset || p.Kind == trace.PaidAsFee {
			continue
		}
		lots, told, err := distribution.LotsOf(p, victims)
		if err != nil {
			return "", err
		}
		found, note = true, note+told
		r.Lots = append(r.Lots, lots...)
	}
	if !found {
		return "", &clew.InputError{Field: "address", Value: t.Address.String(), Want: fmt.Sprintf("a place of the trace of exhibit %d at which some of the asset lies", t.Exhibit)}
	}
	r.TracedBy = fmt.Sprintf("exhibit %d, by the policy %s", t.Exhibit, result.Method.Policy)
	if note != "" {
		note = fmt.Sprintf("Of what lies at %s by exhibit %d: %s", t.Address.Text(), t.Exhibit, note)
	}
	return note, nil
}
