package report

import (
	"slices"
	"strings"

	"clew"
	"clew/launder"
)

// stepsTable lists who did what in a finding. Of swaps it names the venues, by what
// they log.
func stepsTable(f *launder.Finding, units Units, names Signatures) *Table {
	t := &Table{Columns: []Column{{Title: "time, UTC"}, {Title: "role"}, {Title: "address"}, {Title: "amount", Align: Point}, {Title: "asset", Spare: 1}, {Title: "via", Spare: 2}, {Title: "transaction"}, {Title: "height", Align: Right, Wide: true}}}
	for j := range f.Steps {
		swap := swapOf(f, j)
		for k := range f.Steps[j].Roles {
			r := &f.Steps[j].Roles[k]
			row := []Cell{timeCell(f.Steps[j].Time), word(string(r.Name)), addressCell(r.Address), {}, {}, {}, {}, {}}
			if r.Tx != (clew.TxID{}) { // some have their part by what they did before
				asset := roleAsset(f, swap, k)
				copy(row[3:], []Cell{roleAmount(units, asset, r.Amount), word(findingAsset(units, asset)), {}, names.cell(r.Tx), count(r.Pos.Height)})
			}
			if swap != nil && k == 0 {
				row[5] = venuesCell(swap.Venues)
			}
			t.Rows = append(t.Rows, Row{Cells: row})
		}
	}
	return t
}

// swapOf returns what is known of a step that swaps; nil: it does not, or nothing is.
func swapOf(f *launder.Finding, step int) *launder.SwapStep {
	if i := slices.IndexFunc(f.Swaps, func(s launder.SwapStep) bool { return s.Step == step }); i >= 0 {
		return &f.Swaps[i]
	}
	return nil
}

// roleAsset returns the asset that a role of a step moved; nothing: it is one of several.
func roleAsset(f *launder.Finding, swap *launder.SwapStep, role int) clew.Asset {
	switch {
	case !f.Asset.IsZero() || swap == nil:
		return f.Asset
	case role == 0:
		return swap.Paid
	}
	return swap.Got
}

// findingAsset names an asset of a finding.
func findingAsset(units Units, a clew.Asset) string {
	if a.IsZero() {
		return "several"
	}
	return units.Symbol(a)
}

// roleAmount writes what a role moved; of one of several assets, in smallest units.
func roleAmount(units Units, asset clew.Asset, amount clew.Amount) Cell {
	if asset.IsZero() {
		return Cell{Text: amount.String()}
	}
	return units.cell(asset, amount)
}

// venuesCell names who logged in a swap's transaction, each once, as what it logs.
func venuesCell(venues []launder.Venue) Cell {
	var short, whole []string
	for _, v := range venues {
		short = append(short, Clean(shortAddress(v.Contract)+" (logs as "+v.LogsAs+")"))
		whole = append(whole, Clean(v.Contract.String()+" (logs as "+v.LogsAs+")"))
	}
	if len(short) == 0 {
		return Cell{}
	}
	text := short[0]
	if len(short) > 1 {
		text += " and " + plural(len(short)-1, "more", "more")
	}
	return Cell{Text: text, Page: strings.Join(short, ", "), Raw: strings.Join(whole, "; ")}
}
