package op

import (
	"fmt"
	"math/big"

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
	q := distribution.Question{Victims: r.Case.Victims, Values: map[int]price.Money{}, ValuedBy: file.ValuedBy, Seen: x.seen}
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
	r.Place = t.Address
	r.TracedBy = fmt.Sprintf("exhibit %d, by the policy %s", t.Exhibit, result.Method.Policy)
	if note != "" {
		note = fmt.Sprintf("Of what lies at %s by exhibit %d: %s", t.Address.Text(), t.Exhibit, note)
	}
	return note, nil
}

// see notes of an exhibit's transfers what they show of the losses of victims. Of
// several exhibits that hold a transaction, the one counts that shows most of it.
func (x *exhibiting) see(exhibit int, held []clew.Transfer) {
	byTx := map[clew.TxID][]*clew.Transfer{}
	for i := range held {
		byTx[held[i].Tx] = append(byTx[held[i].Tx], &held[i])
	}
	for i := range x.report.Case.Victims {
		v := &x.report.Case.Victims[i]
		if v.Withdrawn != 0 || v.Tx == nil || byTx[*v.Tx] == nil {
			continue
		}
		now := distribution.Seen{Exhibit: exhibit, Moved: movedOf(v.Asset, byTx[*v.Tx]), Time: byTx[*v.Tx][0].Time}
		if before, known := x.seen[v.Number]; !known || before.Moved.Less(now.Moved) {
			x.seen[v.Number] = now
		}
	}
}

// movedOf returns how much of an asset the transfers of one transaction moved, net:
// what went through several hands in it moved once, and change not at all. Where one
// side is not known, the other says it.
func movedOf(asset clew.Asset, list []*clew.Transfer) clew.Amount {
	net := map[clew.Address]*big.Int{}
	at := func(a clew.Address) *big.Int {
		if net[a] == nil {
			net[a] = new(big.Int)
		}
		return net[a]
	}
	for _, t := range list {
		if t.Asset != asset {
			continue
		}
		for _, l := range t.From {
			at(l.Address).Sub(at(l.Address), l.Amount.Big())
		}
		for _, l := range t.To {
			at(l.Address).Add(at(l.Address), l.Amount.Big())
		}
	}
	paid, got := new(big.Int), new(big.Int)
	for _, n := range net {
		if n.Sign() < 0 {
			paid.Sub(paid, n)
		} else {
			got.Add(got, n)
		}
	}
	if got.Cmp(paid) > 0 {
		paid = got
	}
	moved, fits := clew.AmountBytes(paid.Bytes())
	if !fits {
		return clew.MaxAmount // sums of transfers of one transaction: more is no claim's
	}
	return moved
}
