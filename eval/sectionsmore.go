package eval

import (
	"context"
)

// bridgeSeeds and mixerSeeds are those after the ones on which odds, windows and
// rates were chosen: of seed 1, what docs/ACCURACY.md reports.
func bridgeSeeds(first uint64) []uint64 { return []uint64{first + 2, first + 3, first + 4} }
func mixerSeeds(first uint64) []uint64  { return []uint64{first + 1, first + 2} }

func bridgesInOne(ctx context.Context, q *Question) ([]Row, error) {
	t, err := Bridges(ctx, bridgeSeeds(q.Seed), q.transfers(20_000), q.Doing)
	if err != nil {
		return nil, err
	}
	return t.Lines(), nil
}

// Lines gives all bridges and all exchangers a row for each way of matching them, and
// each bridge one by comparison. The base rate is that of deposits of which nothing
// came out that is held.
func (t *BridgeTable) Lines() (rows []Row) {
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Pair != "" {
			continue
		}
		row := Row{Data: "synthetic bridges", What: "bridge: " + r.Span + ", by " + r.By, Cases: Known(r.True + r.Lonely), True: Known(r.True), Named: Known(r.Named), Right: Known(r.Right)}
		if r.Lonely > 0 {
			row.Base = &Share{r.Astray, r.Lonely}
		}
		rows = append(rows, row)
	}
	return append(rows, Row{Data: "real bridges", What: "bridge", Note: "not measured: no data at hand has both ends of a crossing by attributes"})
}

func mixersInOne(ctx context.Context, q *Question) ([]Row, error) {
	var rows []Row
	for _, seed := range mixerSeeds(q.Seed) {
		t, err := Mixers(ctx, seed, q.transfers(20_000), q.Doing)
		if err != nil {
			return nil, err
		}
		rows = append(rows, t.Lines()...)
	}
	return rows, nil
}

// Lines gives every heuristic of mixers a row. The base rate is among the pairs that
// are not linked.
func (t *MixerTable) Lines() (rows []Row) {
	for i := range t.Rows {
		r := &t.Rows[i]
		rows = append(rows, Row{Data: r.Data, What: "mixer: " + r.Sign, Cases: Known(r.Pairs), True: Known(r.Linked), Named: Known(r.Named), Right: Known(r.Right), Base: &Share{r.Named - r.Right, r.Pairs - r.Linked},
			Note: "blind drawing gives " + Tenths(r.Chance) + " right"})
	}
	return rows
}

func typologiesInOne(ctx context.Context, q *Question) ([]Row, error) {
	t, err := Typologies(ctx, q.Seed, q.transfers(30_000), q.Doing)
	if err != nil {
		return nil, err
	}
	return t.Lines(), nil
}

// Lines gives every rule a row of what it finds of what was planted, and one of what
// its findings are of. The base rate is among addresses of nobody guilty.
func (t *TypologyTable) Lines() (rows []Row) {
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Known {
			rows = append(rows, Row{Data: r.Data, What: "typology: " + r.Rule + ", as planted", Cases: Known(r.Planted), True: Known(r.Planted), Right: Known(r.Found)})
		}
		found := Row{Data: r.Data, What: "typology: " + r.Rule + ", findings", Cases: Known(r.Findings), Named: Known(r.Findings), Base: &Share{r.Named, r.People}}
		if r.Known {
			found.Right = Known(r.Right)
		}
		rows = append(rows, found)
	}
	return rows
}

// flowsInOne measures a theft in ordinary traffic: those that somebody wrote down, or
// a made one.
func flowsInOne(ctx context.Context, q *Question) ([]Row, error) {
	flows := q.Flows
	if len(flows) == 0 {
		flows = []*Flows{MadeTheft()}
	}
	var rows []Row
	for _, f := range flows {
		b, err := NewBackground(f, q.Seed, uint64(max(q.transfers(20_000), leastBackground)))
		if err != nil {
			return nil, err
		}
		found, err := MeasureFlows(ctx, b, false, flowsShown, q.Doing)
		if err != nil {
			return nil, err
		}
		for i := range found {
			rows = append(rows, found[i].Line())
		}
	}
	if len(q.Flows) == 0 {
		rows = append(rows, Row{Data: "real thefts", What: "flow", Note: "not measured: --flows names a case that somebody wrote down"})
	}
	return rows, nil
}

// flowsShown are the methods that the one table has; eval flow has all.
var flowsShown = []string{"company", "haircut", "policy fifo", "policy taint-first"}

// leastBackground is how many transfers a background has at least.
const leastBackground = 10_000

// Line gives a method's hunt its row.
func (r *Flowed) Line() Row {
	return Row{Data: r.Case + " among " + decimal(r.Transfers) + " transfers, seed " + decimal(r.Seed), What: "flow", Policy: r.Method, True: Known(r.Bad), Named: Known(r.Named), Right: Known(r.Right), Case: &CaseRow{
		Covered: amountShareOf(r.Covered, r.Moved), Ceiling: amountShareOf(r.Reachable, r.Moved), Addresses: amountShareOf(r.HitValue, r.Moved), Precise: ShareOf(r.Right, r.Named),
		Terminals: amountShareOf(r.EndValue, r.AtEnds), Size: r.Named, Work: r.Read}}
}
