package eval

import (
	"context"
)

// Sections are all that is measured, in the order of the one table.
func Sections() []Section {
	return []Section{
		{"cluster", "which addresses are one actor's", clusterRows},
		{"coinjoin", "what mix a transaction is", joinRows},
		{"peelchain", "peel chains of thieves, and of others", peelRows},
		{"swap", "what is exchanged within a transaction, by venue", swapRows},
		{"bridge", "what came out of bridges and exchangers, matched with what went in", bridgesInOne},
		{"mixer", "candidates behind a mixer's pool", mixersInOne},
		{"typology", "shapes and paces of laundering, and of others", typologiesInOne},
		{"rank", "how far a ranker comes by so many looks", rankRows},
		{"flow", "how much of a theft is found in ordinary traffic", flowsInOne},
		{"theft", "how much of a theft is seen by tracing it, by how it was hidden", theftRows},
		{AttributionSection, "what thefts are told to have in common, by who did them", attributionRows},
	}
}

func clusterRows(ctx context.Context, q *Question) ([]Row, error) {
	t, err := Synthetic(ctx, q.Seed, q.transfers(20_000), q.Doing)
	if err != nil {
		return nil, err
	}
	return t.Lines(), nil
}

func joinRows(ctx context.Context, q *Question) ([]Row, error) {
	t, err := Joins(ctx, q.Seed, q.transfers(20_000), q.Doing)
	if err != nil {
		return nil, err
	}
	return t.Lines(), nil
}

func peelRows(ctx context.Context, q *Question) ([]Row, error) {
	t, err := Peels(ctx, q.Seed, q.transfers(20_000), q.Doing)
	if err != nil {
		return nil, err
	}
	return t.Lines(), nil
}

func rankRows(ctx context.Context, q *Question) ([]Row, error) {
	q.Doing("synthetic thefts, by every ranker")
	hunts, err := SyntheticHunts(q.Seed, q.transfers(10_000))
	if err != nil {
		return nil, err
	}
	for _, f := range q.Flows {
		h := f.Hunt()
		hunts = append(hunts, h, h.Planted(q.Seed))
	}
	ranked, err := Hunted(ctx, hunts)
	if err != nil {
		return nil, err
	}
	return rankedRows(ranked, len(q.Flows) > 0), nil
}

// Lines gives every heuristic two rows in each world: what is ordinary, and what
// was planted against it.
func (t *Table) Lines() (rows []Row) {
	for i := range t.Scores {
		s := &t.Scores[i]
		what := s.Heuristic + ", ordinary"
		if s.Planted {
			what = s.Heuristic + ", planted against it"
		}
		last := len(rows) - 1
		if last < 0 || rows[last].Data != "synthetic "+s.World || rows[last].What != what {
			rows = append(rows, Row{Data: "synthetic " + s.World, What: what, Cases: new(uint64), Named: new(uint64), Right: new(uint64)})
			if last++; !s.Lead {
				rows[last].True = new(uint64)
			}
		}
		r := &rows[last]
		*r.Cases, *r.Named, *r.Right = *r.Cases+s.Cases, *r.Named+s.Named, *r.Right+s.Right
		if !s.Lead {
			*r.True += s.True
		}
	}
	return rows
}

// Lines gives every label a row: what is true is what was made so, and what is
// named wrongly what was made otherwise and is labelled so. The base rate is that
// of ordinary payments.
func (t *JoinTable) Lines() (rows []Row) {
	for i := range t.Rows {
		kind := t.Rows[i].Kind
		if kind == "" || len(rows) > 0 && rows[len(rows)-1].What == "label "+string(kind) {
			continue
		}
		r := Row{Data: t.Rows[i].Data, What: "label " + string(kind)}
		var cases, there, named, right uint64
		for j := range t.Rows {
			o := &t.Rows[j]
			if o.Data != r.Data {
				continue
			}
			cases += o.Cases
			if o.Kind == kind {
				there, right, named = there+o.Cases, right+o.Right, named+o.Right
			}
			for _, k := range o.Which {
				if k.Kind != kind {
					continue
				}
				named += k.Count
				if o.Made == ordinary {
					r.Base = &Share{k.Count, o.Cases}
				}
			}
			if o.Made == ordinary && r.Base == nil {
				r.Base = &Share{0, o.Cases}
			}
		}
		r.Cases, r.True, r.Named, r.Right = &cases, &there, &named, &right
		rows = append(rows, r)
	}
	return rows
}

// Lines gives every world a row of chains, one of their steps, and one of what was
// found.
func (t *PeelTable) Lines() (rows []Row) {
	for i := range t.Rows {
		p := &t.Rows[i]
		found := Row{Data: p.Data, What: "findings of peel chains", Cases: Known(p.Transfers), Named: Known(p.Findings), Base: &Share{p.InOthers, p.Payers}}
		if p.Known {
			found.Right = Known(p.Findings - p.Others)
			rows = append(rows, Row{Data: p.Data, What: "peel chains of thieves", True: Known(p.Chains), Right: Known(p.Found)},
				Row{Data: p.Data, What: "steps of them", True: Known(p.Steps), Right: Known(p.StepsFound)})
		}
		rows = append(rows, found)
	}
	return rows
}

// rankedRows gives every ranker a row in each case, by as many looks as are in the
// middle of the budgets.
func rankedRows(ranked []Ranked, given bool) (rows []Row) {
	for i := range ranked {
		r := &ranked[i]
		if r.Budget != oneBudget {
			continue
		}
		rows = append(rows, Row{Data: r.Case, What: "ranker " + r.Ranker, Policy: decimal(r.Budget) + " looks", Cases: Known(r.Hunts), Case: &CaseRow{
			Covered: amountShareOf(r.Covered, r.Moved), Ceiling: amountShareOf(r.Reachable, r.Moved), Addresses: amountShareOf(r.HitValue, r.BadValue),
			Precise: ShareOf(r.Right, r.Looked), Size: r.Listed, Work: r.Looked}})
	}
	if !given {
		rows = append(rows, Row{Data: "real thefts", What: "rankers", Note: "not measured: --flows names a case that somebody wrote down"})
	}
	return rows
}

// oneBudget is which looks are shown in the one table.
const oneBudget = 100
