package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/launder"
	"clew/trace"
)

// conversionsSection lists the conversions that value went through. Those that are not
// followed have a list of their own.
func (t *Trace) conversionsSection() Section {
	table := &Table{Name: "conversions", Columns: []Column{
		{Title: "conversion"}, {Title: "kind"}, {Title: "went in"}, {Title: "came out"}, {Title: "rests on"}, {Title: "who says so"}, {Title: "note", Wide: true, Prose: true},
	}}
	named := slices.ContainsFunc(t.Result.Conversions, func(c trace.Crossing) bool { return c.Note == "" && len(c.Venues) > 0 })
	if named {
		table.Columns = slices.Insert(table.Columns, 6, Column{Title: "via"})
	}
	names := t.nameOf()
	for i := range t.Result.Conversions {
		c := &t.Result.Conversions[i]
		if c.Note != "" {
			continue
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			shortWords(c.Conversion.ID), word(string(c.Conversion.Kind)),
			t.conversionCell(c.InAsset, c.In), t.conversionCell(c.OutAsset, c.Out),
			basisCell(c.Conversion.Basis), saysConversion(c), uncut(c.Conversion.Note),
		}})
		if row := &table.Rows[len(table.Rows)-1]; named {
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
		return shortWords(c.Conversion.By + ": " + m)
	}
	return word(c.Conversion.By)
}

// shortWords shows text whose words are long identifiers by their ends; exports have
// all of it.
func shortWords(s string) Cell {
	c := word(s)
	words := strings.Fields(c.Text)
	for i, w := range words {
		if len(w) > 40 {
			words[i] = w[:8] + "…" + w[len(w)-6:]
		}
	}
	return Cell{Text: strings.Join(words, " "), Raw: c.Text}
}

// hypothesesSection lists what may have become of value that was paid into
// bridges.
func (t *Trace) hypothesesSection() Section {
	table := &Table{Name: "hypotheses", Columns: []Column{
		{Title: "hypothesis"}, {Title: "went in"}, {Title: "bridge"}, {Title: "may have come to"}, {Title: "on"}, {Title: "as"}, {Title: "how sure"},
		{Title: "of 1,000", Align: Right}, {Title: "transaction there", Wide: true}, {Title: "for it", Wide: true, Prose: true}, {Title: "against it", Wide: true, Prose: true}, {Title: "note", Wide: true, Prose: true},
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
			hypothesisCell(i, c), t.conversionCell(c.InAsset, c.In), word(b.Protocol), to, word(chain.Name()), word(t.Units.Symbol(c.OutAsset)),
			word(string(b.Certainty)), score, tx, uncut(strings.Join(b.Rests, "; ")), uncut(strings.Join(b.Against, "; ")), uncut(c.Conversion.Note),
		}})
	}
	s := Section{ID: "hypotheses", Title: "Hypotheses: where it may have gone, not followed", Tables: some(table)}
	if len(table.Rows) > 0 {
		s.Notes = append([]string{"None of these is followed, and no book counts them: the value is where it went in. The number orders them, and is no probability."}, t.compared()...)
		s.Fine = t.measuredHypotheses()
	}
	return s
}

// hypothesisCell names a hypothesis: one by comparison by its number.
func hypothesisCell(i int, c *trace.Crossing) Cell {
	if c.Bridge.Measured != "" {
		return Cell{Text: fmt.Sprint(i + 1), Raw: c.Conversion.ID}
	}
	return word(c.Conversion.ID)
}

// mostCompared is of how many hypotheses it is told what speaks for and against them,
// outside of their table.
const mostCompared = 3

// compared says of the first hypotheses by comparison what speaks for and against them.
func (t *Trace) compared() (notes []string) {
	many := 0
	for i := range t.Result.Hypotheses {
		b := t.Result.Hypotheses[i].Bridge
		if b.Measured == "" {
			continue
		}
		if many++; many > mostCompared {
			continue
		}
		against := "nothing that was looked for"
		if len(b.Against) > 0 {
			against = Clean(strings.Join(b.Against, "; "))
		}
		notes = append(notes, fmt.Sprintf("%d. For it: %s. Against it: %s.", i+1, Clean(strings.Join(b.Rests, "; ")), against))
	}
	if many > mostCompared {
		notes = append(notes, fmt.Sprintf("What speaks for and against %s is in the table of --wide, and of the page.", plural(many-mostCompared, "more", "more")))
	}
	return notes
}

// measuredHypotheses says how often comparison was right.
func (t *Trace) measuredHypotheses() (list []string) {
	for i := range t.Result.Hypotheses {
		if b := t.Result.Hypotheses[i].Bridge; b.Measured != "" {
			words := "Measured of hypotheses by " + t.Result.Hypotheses[i].Conversion.By + ": " + b.Measured + ". Shares of synthetic worlds are no estimate of the real one."
			if !slices.Contains(list, words) {
				list = append(list, words)
			}
		}
	}
	return list
}

// conversionCell says how much of an asset went in or came out, if that is known.
func (t *Trace) conversionCell(asset clew.Asset, amount clew.Amount) Cell {
	if asset.IsZero() {
		return Cell{}
	}
	return Cell{Text: t.Units.Amount(asset, amount), Raw: amount.String()}
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
		notes = append(notes, fmt.Sprintf("Hypothesis: %s of where value may have gone by bridges or exchangers; not followed.", plural(n, "guess", "guesses")))
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
