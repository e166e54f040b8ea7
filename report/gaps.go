package report

import (
	"cmp"
	"fmt"
	"slices"

	"clew"
)

// gapsSection says what is not known: summed by kind, and for those who want
// all of it one by one.
func (t *Trace) gapsSection() Section {
	table := &Table{Name: "gaps", Wide: true, Columns: []Column{
		{Title: "what is missing"}, {Title: "of"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "what it means here"},
	}}
	gaps := slices.Clone(t.Result.Gaps)
	slices.SortStableFunc(gaps, func(a, b clew.Gap) int {
		if a.Address.IsZero() != b.Address.IsZero() {
			return cmp.Compare(boolRank(!a.Address.IsZero()), boolRank(!b.Address.IsZero()))
		}
		return b.Amount.Cmp(a.Amount)
	})
	for i := range gaps {
		table.Rows = append(table.Rows, t.gapRow(&gaps[i]))
	}
	s := Section{ID: "gaps", Title: "Gaps: what this ledger does not hold", Tables: some(table)}
	for _, sum := range gapSums(gaps) {
		if last := len(s.Notes) - 1; last >= 0 && sum.first.Address.IsZero() {
			s.Notes[last] += " " + t.gapNote(sum) // of a whole chain: they are few, and read together
			continue
		}
		s.Notes = append(s.Notes, t.gapNote(sum))
	}
	return s
}

// A gapSum is what several gaps of one kind have in common.
type gapSum struct {
	first  *clew.Gap
	count  int
	amount clew.Amount
	fits   bool // the amounts add up to 256 bits
}

// gapSums adds up gaps of addresses that differ in address and amount alone,
// and those of a whole chain that are of one kind and asset.
func gapSums(gaps []clew.Gap) []*gapSum {
	var sums []*gapSum
	at := map[clew.Gap]*gapSum{}
	for i := range gaps {
		g := &gaps[i]
		key := clew.Gap{Kind: g.Kind, Chain: g.Chain, Asset: g.Asset}
		if !g.Address.IsZero() {
			key.Note = g.Note
			key.Count = 1 // tells them from those of a whole chain
		}
		s := at[key]
		if s == nil {
			s = &gapSum{first: g, fits: true}
			at[key] = s
			sums = append(sums, s)
		}
		sum, fits := s.amount.Add(g.Amount)
		s.amount, s.fits = sum, s.fits && fits
		s.count++
	}
	return sums
}

// gapNote tells some like gaps in a sentence.
func (t *Trace) gapNote(s *gapSum) string {
	g := s.first
	text := capital(Clean(string(g.Kind))) + ": " + g.Chain.Name()
	each := ""
	switch {
	case g.Address.IsZero() && s.count > 1:
		each = fmt.Sprintf("%s such, the first: ", group(fmt.Sprint(s.count)))
	case s.count > 1:
		text, each = capital(Clean(string(g.Kind)))+": "+plural(s.count, "address", "addresses"), "of each: "
	case !g.Address.IsZero():
		text = capital(Clean(string(g.Kind))) + ": " + shortAddress(g.Address)
	}
	switch {
	case g.Asset.IsZero() || !s.fits:
	case s.amount.IsZero():
		text += ", " + t.Units.Symbol(g.Asset)
	default:
		text += ", " + t.Units.Amount(g.Asset, s.amount)
	}
	if g.Note != "" {
		text += "; " + each + Clean(g.Note)
	}
	return text + "."
}

// boolRank orders what is not before what is.
func boolRank(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (t *Trace) gapRow(g *clew.Gap) Row {
	of := Cell{Text: g.Chain.Name()}
	if !g.Address.IsZero() {
		of = shortCell(g.Address)
	}
	amount, asset := Cell{}, Cell{}
	if !g.Asset.IsZero() {
		asset = word(t.Units.Symbol(g.Asset))
	}
	if !g.Amount.IsZero() && !g.Asset.IsZero() {
		amount = t.Units.cell(g.Asset, g.Amount)
	}
	return Row{Cells: []Cell{word(string(g.Kind)), of, amount, asset, word(g.Note)}}
}

// synthetic reports whether the heights of a chain's transfers are made up by
// the source, so that they are no heights of the chain.
func synthetic(c *clew.Coverage) bool {
	return slices.ContainsFunc(c.Gaps, func(g clew.Gap) bool { return g.Kind == clew.GapHeight })
}

// blockWords says which block is meant: by height and time, or where heights
// are made up by the time alone.
func blockWords(b clew.BlockRef, c *clew.Coverage) string {
	switch {
	case synthetic(c) && b.Time.Known():
		return b.Time.String()
	case synthetic(c):
		return fmt.Sprintf("synthetic height %d", b.Height)
	case b.Time.Known():
		return fmt.Sprintf("block %d of %s", b.Height, b.Time)
	}
	return fmt.Sprintf("block %d", b.Height)
}
