package report

import (
	"fmt"
	"slices"

	"clew"
	"clew/launder"
)

// A peelAt names a transfer by its chain and place.
type peelAt struct {
	chain clew.Chain
	pos   clew.Pos
}

// peelsSection has the peel chains of a trace, one line each.
func (t *Trace) peelsSection() Section {
	table := &Table{Name: "peel-chains", Most: 8, Columns: []Column{
		{Title: "chain"}, {Title: "first step, UTC"}, {Title: "peel chain"}, {Title: "of 1,000", Align: Right}, {Title: "what speaks against it", Wide: true, Prose: true},
	}}
	for _, f := range t.Peels {
		table.Rows = append(table.Rows, Row{Inner: some(t.shapeSteps(f)), Cells: []Cell{
			word(f.Chain.Name()), timeCell(f.From), word(t.peelLine(f)), count(f.Strength), word(listed(f.Against, 9)),
		}})
	}
	s := Section{ID: "peel-chains", Title: "Peel chains among the transfers used", Tables: some(table)}
	var measured []string
	for _, f := range t.Peels {
		if f.Measured != "" && !slices.Contains(measured, f.Measured) {
			measured = append(measured, f.Measured)
		}
	}
	if len(table.Rows) > 0 {
		s.Notes = []string{"Inferred from the shape alone: a large sum moves on step by step and pays a little away at each. The books do not change by it. " +
			"Half of such findings in whole ledgers of Bitcoin are ordinary people's (see eval peelchain); these were looked for among marked value alone. The number orders findings, and is no probability."}
		s.Fine = measured
	}
	return s
}

// peelLine says what a peel chain is, in one line.
func (t *Trace) peelLine(f *launder.Finding) string {
	p := peeled(f)
	many := ""
	if !p.fits {
		many = "more than can be counted in "
	}
	s := fmt.Sprintf("%speel chain of %s over %s: %s in, %s of %s in all to %s", many, plural(len(f.Steps), "step", "steps"), lastedWords(f.To-f.From),
		t.Units.Amount(f.Asset, p.in), plural(p.peels, "peel", "peels"), t.Units.Amount(f.Asset, p.out), plural(len(p.to), "address", "addresses"))
	if p.rest != (clew.Address{}) {
		s += fmt.Sprintf(", rests with %s at %s", t.Units.Amount(f.Asset, p.left), shortAddress(p.rest))
	}
	return s
}

// A peeling is what a peel chain adds up to.
type peeling struct {
	in, out, left clew.Amount
	peels         int
	to            map[clew.Address]bool
	rest          clew.Address
	fits          bool
}

func peeled(f *launder.Finding) peeling {
	p := peeling{to: map[clew.Address]bool{}, fits: true}
	add := func(sum *clew.Amount, a clew.Amount) {
		var fits bool
		*sum, fits = sum.Add(a)
		p.fits = p.fits && fits
	}
	for i := range f.Steps {
		for _, r := range f.Steps[i].Roles {
			switch {
			case r.Name == launder.PaysOn && i == 0:
				add(&p.in, r.Amount)
			case r.Name == launder.Peeled:
				add(&p.out, r.Amount)
				p.peels++
				p.to[r.Address] = true
			case r.Name == launder.LastRest:
				p.left, p.rest = r.Amount, r.Address
			}
		}
	}
	return p
}

// lastedWords says how long something took, in the largest unit that fits.
func lastedWords(seconds clew.Time) string {
	for _, u := range []struct {
		seconds   clew.Time
		one, many string
	}{{86_400, "day", "days"}, {3600, "hour", "hours"}, {60, "minute", "minutes"}} {
		if seconds >= 2*u.seconds {
			return plural(int((seconds+u.seconds/2)/u.seconds), u.one, u.many)
		}
	}
	return plural(int(seconds), "second", "seconds")
}

// peelFolds returns for each transfer of a peel chain the line as which they are
// shown together. One of several chains is in the longest.
func (t *Trace) peelFolds() map[peelAt]string {
	folds := map[peelAt]string{}
	order := slices.Clone(t.Peels)
	slices.SortStableFunc(order, func(a, b *launder.Finding) int { return len(b.Steps) - len(a.Steps) })
	lines := map[string]int{}
	for _, f := range order {
		line := t.peelLine(f)
		if lines[line]++; lines[line] > 1 {
			line += fmt.Sprintf(" (another, %d)", lines[line])
		}
		for _, step := range f.Steps {
			for _, r := range step.Roles {
				if at := (peelAt{f.Chain, r.Pos}); folds[at] == "" {
					folds[at] = line
				}
			}
		}
	}
	return folds
}
