package report

import (
	"fmt"
	"slices"

	"clew"
	"clew/launder"
	"clew/trace"
)

// conversionsSection lists the conversions that value went through.
func (t *Trace) conversionsSection() Section {
	table := &Table{Name: "conversions", Columns: []Column{
		{Title: "conversion"}, {Title: "kind"}, {Title: "went in"}, {Title: "came out"}, {Title: "rests on"}, {Title: "who says so"}, {Title: "note", Wide: true},
	}}
	named := slices.ContainsFunc(t.Result.Conversions, func(c trace.Crossing) bool { return len(c.Venues) > 0 })
	if named {
		table.Columns = slices.Insert(table.Columns, 6, Column{Title: "via"})
	}
	names := t.nameOf()
	for i := range t.Result.Conversions {
		c := &t.Result.Conversions[i]
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(c.Conversion.ID), word(string(c.Conversion.Kind)),
			t.conversionCell(c.InAsset, c.In), t.conversionCell(c.OutAsset, c.Out),
			basisCell(c.Conversion.Basis), saysConversion(c), word(conversionNote(c)),
		}})
		if row := &table.Rows[i]; named {
			row.Cells = slices.Insert(row.Cells, 6, viaCell(c, names))
		}
	}
	s := Section{ID: "conversions", Title: "Conversions crossed", Tables: some(table)}
	if named {
		s.Notes = []string{venueNote}
	}
	return s
}

// saysConversion says who claims a conversion, or by what method it was found.
func saysConversion(c *trace.Crossing) Cell {
	if m := messageOf(c.Bridge); m != "" {
		return word(c.Conversion.By + ": " + m)
	}
	return word(c.Conversion.By)
}

// hypothesesSection lists what may have become of value that was paid into
// bridges.
func (t *Trace) hypothesesSection() Section {
	table := &Table{Name: "hypotheses", Columns: []Column{
		{Title: "hypothesis"}, {Title: "went in"}, {Title: "bridge"}, {Title: "may have come to"}, {Title: "on"}, {Title: "as"}, {Title: "how sure"},
		{Title: "of 1,000", Align: Right}, {Title: "transaction there", Wide: true}, {Title: "note", Wide: true},
	}}
	for i := range t.Result.Hypotheses {
		c := &t.Result.Hypotheses[i]
		b := c.Bridge
		chain, to, tx, score := c.Conversion.OutChain, Cell{}, Cell{}, Cell{}
		if t.Result.Method.Direction == trace.Backward {
			chain = c.Conversion.InChain
			tx = t.Signatures.cell(b.InTx)
		} else if len(b.OutTxs) > 0 {
			tx = t.Signatures.cell(b.OutTxs[0])
		}
		if len(b.Recipients) > 0 {
			to = shortCell(b.Recipients[0])
		}
		if b.Score > 0 {
			score = count(b.Score)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(c.Conversion.ID), t.conversionCell(c.InAsset, c.In), word(b.Protocol), to, word(chain.Name()), word(t.Units.Symbol(c.OutAsset)),
			word(string(b.Certainty)), score, tx, word(c.Conversion.Note),
		}})
	}
	s := Section{ID: "hypotheses", Title: "Hypotheses: where it may have gone, not followed", Tables: some(table)}
	if len(table.Rows) > 0 {
		s.Notes = []string{"None of these is followed, and no book counts them: the value is where it went in. The number orders them, and is no probability."}
	}
	return s
}

// conversionCell says how much of an asset went in or came out, if that is known.
func (t *Trace) conversionCell(asset clew.Asset, amount clew.Amount) Cell {
	if asset.IsZero() {
		return Cell{}
	}
	return Cell{Text: t.Units.Amount(asset, amount), Raw: amount.String()}
}

// conversionNote says what a conversion rests on, or why it was not followed.
func conversionNote(c *trace.Crossing) string {
	switch {
	case c.Note == "":
		return c.Conversion.Note
	case c.Conversion.Note == "":
		return "not followed: " + c.Note
	}
	return c.Conversion.Note + "; not followed: " + c.Note
}

// conversionNotes says on what conversions rest: each that somebody claims, and
// how many the walk found.
func (t *Trace) conversionNotes() []string {
	var notes []string
	found := map[clew.ConversionKind]int{}
	for i := range t.Result.Conversions {
		c := &t.Result.Conversions[i].Conversion
		switch {
		case t.Result.Conversions[i].Bridge != nil:
			if t.Result.Conversions[i].Note == "" {
				found[c.Kind]++
			}
		case c.By != launder.NetBalanceChange:
			notes = append(notes, fmt.Sprintf("Conversion %s (%s) is a %s by %s.", Clean(c.ID), c.Kind, c.Basis, Clean(c.By)))
		case t.Result.Conversions[i].Note == "":
			found[c.Kind]++
		}
	}
	for _, of := range []struct {
		kind      clew.ConversionKind
		one, many string
	}{{clew.Wrap, "wrapping of a coin", "wrappings of a coin"}, {clew.Swap, "swap", "swaps"}} {
		if n := found[of.kind]; n > 0 {
			notes = append(notes, fmt.Sprintf("Inferred: %s, by %s within one transaction.", plural(n, of.one, of.many), launder.NetBalanceChange))
		}
	}
	if n := found[clew.Bridge]; n > 0 {
		notes = append(notes, fmt.Sprintf("Inferred: %s crossed, by the identifier that both ends log.", plural(n, "bridge", "bridges")))
	}
	if n := len(t.Result.Hypotheses); n > 0 {
		notes = append(notes, fmt.Sprintf("Hypothesis: %s of where value may have gone by bridges; not followed.", plural(n, "guess", "guesses")))
	}
	return notes
}

// originAssets returns the asset of each origin, by its id.
func (t *Trace) originAssets() map[string]clew.Asset {
	assets := make(map[string]clew.Asset, len(t.Result.Origins))
	for i := range t.Result.Origins {
		assets[t.Result.Origins[i].ID] = t.Result.Origins[i].Asset
	}
	return assets
}

// converted reports whether some of what lies at a place is not what its origin
// was: of another asset, or another number of units of it.
func converted(p *trace.Place, assets map[string]clew.Asset) bool {
	return slices.ContainsFunc(p.Parts, func(part trace.Part) bool {
		return assets[part.Origin] != p.Asset || part.Amount != part.Basis && !part.Basis.IsZero()
	})
}

// basisOfConversions says on what it rests that value came to be of an asset: a
// claim or an inference, if a conversion that was followed led there.
func (t *Trace) basisOfConversions(asset clew.Asset) clew.Basis {
	basis := clew.Fact
	for i := range t.Result.Conversions {
		c := &t.Result.Conversions[i]
		if c.Note == "" && c.OutAsset == asset && basis != clew.Inferred {
			basis = c.Conversion.Basis
		}
	}
	return basis
}
