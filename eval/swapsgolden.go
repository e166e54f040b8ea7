package eval

import (
	"context"
	"encoding/csv"
	"io"
)

var swapColumns = []string{"measured on", "venue, or what is no swap", "cases", "swaps there", "found", "right", "wrong", "of these into a token that nobody knows", "looks like nothing", "refused", "why", "right of 1000"}

// WriteSwaps writes the table of swaps as CSV with a header.
func WriteSwaps(w io.Writer, t *SwapTable) error {
	out := csv.NewWriter(w)
	out.Write(swapColumns)
	for i := range t.Rows {
		r := &t.Rows[i]
		there, missed, right := uint64(0), "", ""
		if r.Swap {
			there, missed, right = r.Cases, decimal(r.Missed()), share(r.Right, r.Cases)
		}
		out.Write([]string{r.Data, r.Made, decimal(r.Cases), decimal(there), decimal(r.Found), decimal(r.Right), decimal(r.Found - r.Right), decimal(r.Unsaid), missed, decimal(r.Refused), r.Words(), right})
	}
	out.Flush()
	return out.Error()
}

// Lines gives every venue a row, one to all of them, and one to what is no swap.
func (t *SwapTable) Lines() (rows []Row) {
	sum := Row{What: "swaps, all venues", Cases: new(uint64), True: new(uint64), Named: new(uint64), Right: new(uint64), Base: &Share{}}
	for i := range t.Rows {
		r := &t.Rows[i]
		sum.Data = r.Data
		*sum.Cases, *sum.Named, *sum.Right = *sum.Cases+r.Cases, *sum.Named+r.Found, *sum.Right+r.Right
		row := Row{Data: r.Data, What: "swap: " + r.Made, Cases: Known(r.Cases), True: Known(r.Cases), Named: Known(r.Found), Right: Known(r.Right), Note: r.Words()}
		if r.Swap {
			*sum.True += r.Cases
		} else {
			row.What, row.True = "no swap: "+r.Made, Known(0)
			row.Base = &Share{r.Found, r.Cases}
			sum.Base.Part, sum.Base.Whole = sum.Base.Part+r.Found, sum.Base.Whole+r.Cases
		}
		if r.Unsaid > 0 {
			row.Note = decimal(r.Unsaid) + " into a token of which nobody says anything: a trace does not follow them"
		}
		rows = append(rows, row)
	}
	return append(rows, sum)
}

func swapRows(ctx context.Context, q *Question) ([]Row, error) {
	t, err := Swaps(ctx, q.Seed, q.transfers(20_000), q.Doing)
	if err != nil {
		return nil, err
	}
	return t.Lines(), nil
}

var theftColumns = []string{"measured on", "hidden by", "policy", "thefts", "flow covered of 1000", "most that can be of 1000", "addresses by value of 1000", "of addresses found right of 1000",
	"terminals by value of 1000", "addresses found", "right", "there are", "rows read", "swaps crossed", "bridges crossed", "books open"}

// WriteThefts writes the table of thefts as CSV with a header.
func WriteThefts(w io.Writer, t *TheftTable) error {
	out := csv.NewWriter(w)
	out.Write(theftColumns)
	for i := range t.Rows {
		r := &t.Rows[i]
		out.Write([]string{r.Data, r.Case, string(r.Policy), decimal(r.Thefts), share(r.Covered, r.Moved), share(r.Reachable, r.Moved), share(r.Met, r.Brought), share(r.True, r.Addresses),
			share(r.There, r.Lies), decimal(r.Addresses), decimal(r.True), decimal(r.Bad), decimal(r.Rows), decimal(r.Swaps), decimal(r.Bridges), decimal(r.Open)})
	}
	out.Flush()
	return out.Error()
}

// Lines gives every case a row for each policy.
func (t *TheftTable) Lines() (rows []Row) {
	for i := range t.Rows {
		r := &t.Rows[i]
		row := Row{Data: r.Data, What: "thefts: " + r.Case, Policy: string(r.Policy), Cases: Known(r.Thefts), True: Known(r.Bad), Named: Known(r.Addresses), Right: Known(r.True), Case: &CaseRow{
			Covered: ShareOf(r.Covered, r.Moved), Ceiling: ShareOf(r.Reachable, r.Moved), Addresses: ShareOf(r.Met, r.Brought), Precise: ShareOf(r.True, r.Addresses),
			Terminals: ShareOf(r.There, r.Lies), Size: r.Addresses, Work: r.Rows}}
		if r.Open > 0 {
			row.Note = decimal(r.Open) + " books do not close"
		}
		rows = append(rows, row)
	}
	return rows
}

func theftRows(ctx context.Context, q *Question) ([]Row, error) {
	t, err := Thefts(ctx, q.Seed, q.transfers(10_000), q.Doing)
	if err != nil {
		return nil, err
	}
	return t.Lines(), nil
}
