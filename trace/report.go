package trace

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clew"
)

// listUses reads the transfers that marked value went through.
func (w *walk) listUses(ctx context.Context) ([]Use, error) {
	slices.SortStableFunc(w.uses, func(a, b use) int {
		if a.view != b.view {
			return a.view.index - b.view.index
		}
		return a.pos.Cmp(b.pos)
	})
	uses := make([]Use, len(w.uses))
	for i, u := range w.uses {
		if u.fact == nil {
			t, err := u.view.reader.Transfer(ctx, u.pos)
			if err != nil {
				return nil, fmt.Errorf("trace: a transfer that was walked: %w", err)
			}
			u.fact = &t
		}
		uses[i] = Use{Transfer: *u.fact, Hop: u.hop, Parts: u.parts, Legs: u.legs, Amount: u.amount, Basis: clew.Fact, Exhibits: w.exhibitsOf(u.marks)}
		if u.supposed != nil {
			uses[i].Basis, uses[i].By, uses[i].Note = u.supposed.Basis, u.supposed.By, u.supposed.Note
		}
	}
	return uses, nil
}

// nameArrivals gives arrivals the names of their transactions, where they have
// none yet.
func nameArrivals(r *Result) {
	unnamed := func(a Arrival) bool { return a.Tx.IsZero() }
	if !slices.ContainsFunc(r.Places, func(p Place) bool { return slices.ContainsFunc(p.Arrivals, unnamed) }) {
		return
	}
	type at struct {
		chain clew.Chain
		pos   clew.Pos
	}
	names := map[at]clew.TxID{}
	for i := range r.Uses {
		t := &r.Uses[i].Transfer
		names[at{t.Asset.Chain(), t.Pos}] = t.Tx
	}
	for i := range r.Places {
		p := &r.Places[i]
		for k := range p.Arrivals {
			p.Arrivals[k].Tx = names[at{p.Asset.Chain(), p.Arrivals[k].Pos}]
		}
	}
}

// notes states the conventions that decide something in the result.
func (w *walk) notes() []string {
	var notes []string
	if slices.ContainsFunc(w.crossings, func(c *crossing) bool { return !c.in.IsZero() }) {
		order := "in the order of what went in"
		if w.mixes() {
			order = "each with its share of what went in"
		}
		notes = append(notes, "What comes out of a conversion arrives with the transfers that carry it out, "+order+"; under lifo that moment decides what is newest.")
	}
	notes = append(notes, w.swapNotes()...)
	notes = append(notes, w.loanNotes()...)
	notes = append(notes, w.bridgeNotes()...)
	switch {
	case w.backward && len(w.in.Readings) > 0:
		notes = append(notes, "What tokens' contracts say of balances changes nothing backward.")
	case len(w.said) > 0:
		notes = append(notes, "Where a token's contract says another balance than its transfers come to, the pot is set to it: what is there is scaled with its marks and stands for as much of its origin as before; what a token kept of what it was paid is booked as token fee.")
	}
	if w.ended == "parts" {
		notes = append(notes, fmt.Sprintf("The walk ended because the transfers used have %d parts of origins: with more than %d origins, %d are allowed for each transfer of the limit. Trace fewer at once, raise the limit on transfers, or use a policy that mixes less, such as fifo.",
			w.counted, partsEach, partsEach))
	}
	return append(notes, w.recordNotes()...)
}

// limitsHit returns the limits that ended walks, in order of their names.
func (w *walk) limitsHit() []LimitHit {
	var list []LimitHit
	for limit, times := range w.hits {
		list = append(list, LimitHit{Limit: limit, Value: w.limitValue(limit), Times: times})
	}
	slices.SortFunc(list, func(a, b LimitHit) int { return strings.Compare(a.Limit, b.Limit) })
	return list
}

// limitValue returns what a limit is; "" for that of the caller's patience.
func (w *walk) limitValue(limit string) string {
	l := &w.in.Limits
	return map[string]string{
		"hops":      strconv.Itoa(l.Hops),
		"addresses": strconv.Itoa(l.Addresses),
		"transfers": strconv.Itoa(l.Transfers),
		"peers":     strconv.Itoa(l.Peers),
		"degree":    strconv.Itoa(l.Degree),
		"parts":     strconv.Itoa(w.mostParts()),
		"labels":    strconv.Itoa(maxLabels),
		"dust":      l.Dust.String(),
		"until":     l.Until.String(),
	}[limit]
}

func compareAssets(a, b clew.Asset) int { return strings.Compare(a.String(), b.String()) }
