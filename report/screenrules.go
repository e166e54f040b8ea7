package report

import (
	"encoding/json"
	"fmt"
	"strings"

	"clew"
	"clew/exposure"
	"clew/price"
	"clew/screen"
)

// RulesUsed names the rules that addresses were held against.
type RulesUsed struct{ *screen.Rules }

// MarshalJSON writes which rules they are: the file has them.
func (r RulesUsed) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"title": r.Title, "version": r.Version, "sha256": r.SHA256, "count": len(r.List), "hops": r.Hops()})
}

// said says what nothing found is said of.
func (s *Screening) said() string {
	if s.Rules == nil {
		return "Nothing found is not clearance: it is said of the lists below alone. Only what they say of an address itself was looked into, not whom it dealt with."
	}
	return fmt.Sprintf("Nothing found is not clearance: it is said of the lists below, of what is held of the ledger, of the tags at hand, and of the rules “%s”, version %s, alone.",
		Clean(s.Rules.Title), Clean(s.Rules.Version))
}

// interrupted says how to go on.
func (s *Screening) interrupted() string {
	if s.File == "" || s.Next == 0 {
		return "Interrupted: what comes after these was not screened."
	}
	return fmt.Sprintf("Interrupted: the lines from %d on were not screened. --from-line %d goes on with them.", s.Next, s.Next)
}

// gapWords says of which addresses something is not known, those with the same
// gaps together.
func (s *Screening) gapWords() (words []string) {
	of := map[string][]string{}
	var order []string
	for i := range s.Screened {
		one := &s.Screened[i]
		if len(one.Gaps) == 0 {
			continue
		}
		gaps := cleanWhole(strings.Join(one.Gaps, "; "))
		if of[gaps] == nil {
			order = append(order, gaps)
		}
		of[gaps] = append(of[gaps], shortAddressOf(one))
	}
	for _, gaps := range order {
		who := of[gaps][0]
		if n := len(of[gaps]); n > 1 {
			who += " and " + plural(n-1, "more", "more")
		}
		words = append(words, who+": what is not found is unknown: "+gaps+".")
	}
	if more := len(words) - gapsMax; more > 0 {
		words = append(words[:gapsMax], fmt.Sprintf("And %d more kinds of gaps, by --json.", more))
	}
	return words
}

// gapsMax is how many kinds of gaps are told in words.
const gapsMax = 10

func shortAddressOf(one *Screened) string {
	if one.Address.IsZero() {
		return Clean(one.Given)
	}
	return shortAddress(one.Address)
}

// findings lists the rules that fired.
func (s *Screening) findings() Section {
	table := &Table{Name: "findings", Columns: []Column{
		{Title: "address"}, {Title: "finding"}, {Title: "rule"}, {Title: "version", Wide: true}, {Title: "severity", Spare: 4}, {Title: "side"}, {Title: "hops", Align: Right, Spare: 3}, {Title: "amount", Align: Point},
		{Title: "asset"}, {Title: "share", Align: Point}, {Title: "USD", Align: Point, Spare: 1}, {Title: "first", Spare: 2}, {Title: "last", Spare: 2}, {Title: "as of block", Wide: true}, {Title: "not known", Wide: true}}}
	notes, seen := []string{}, map[string]bool{}
	for i := range s.Screened {
		one := &s.Screened[i]
		for j := range one.Fired {
			f := &one.Fired[j]
			table.Rows = append(table.Rows, s.fired(one, f)...)
			note := f.Rule + ": " + cleanWhole(f.Why)
			if f.Undecided != "" {
				note += " Not decided: " + Clean(f.Undecided) + "."
			}
			if f.Inferred {
				note += " It rests on an inference alone."
			}
			if !seen[note] {
				seen[note] = true
				notes = append(notes, note)
			}
		}
	}
	return Section{ID: "findings", Title: "What the rules say", Notes: notes, Tables: some(table)}
}

// fired returns a row for each asset of a finding, or one.
func (s *Screening) fired(one *Screened, f *screen.Fired) []Row {
	begin := []Cell{shortCell(one.Address), word(string(f.Verdict)), word(f.Rule), word(f.Version), word(string(f.Severity)), word(string(f.Side)), hopsCell(f.Hops)}
	end := []Cell{timeCell(f.First), timeCell(f.Last), blockCell(one.AsOf), word(f.Undecided)}
	if len(f.Sums) == 0 {
		return []Row{{Cells: append(append(begin, Cell{}, Cell{}, Cell{}, Cell{}), []Cell{{}, {}, end[2], end[3]}...)}}
	}
	var rows []Row
	for i := range f.Sums {
		sum := &f.Sums[i]
		cells := append(append([]Cell{}, begin...), s.Units.cell(sum.Asset, sum.Amount), Cell{Text: s.Units.Symbol(sum.Asset), Raw: sum.Asset.String()}, shareCell(sum.Share), moneyCell(sum.USD))
		rows = append(rows, Row{Cells: append(cells, end...)})
	}
	return rows
}

func hopsCell(n int) Cell {
	if n == 0 {
		return Cell{}
	}
	return count(n)
}

func blockCell(b *clew.BlockRef) Cell {
	if b == nil {
		return Cell{}
	}
	return count(b.Height)
}

// shareCell returns a share in percent, and exactly for machines.
func shareCell(s exposure.Share) Cell {
	text, err := s.MarshalText()
	if err != nil || s.Whole.IsZero() {
		return Cell{Text: "-", Raw: string(text)}
	}
	return Cell{Text: share(s.Of, s.Whole), Raw: string(text)}
}

// moneyCell returns a worth, or that it is not known: that is not 0.
func moneyCell(m *price.Money) Cell {
	if m == nil {
		return Cell{Text: "unknown", Raw: ""}
	}
	return Cell{Text: group(m.String()), Raw: m.String()}
}

// dealings lists what findings rest on.
func (s *Screening) dealings() Section {
	table := &Table{Name: "dealings", Most: 30, Columns: []Column{
		{Title: "address", Wide: true}, {Title: "rule"}, {Title: "side"}, {Title: "hops", Align: Right}, {Title: "met"}, {Title: "who is named there"}, {Title: "by whom", Spare: 1}, {Title: "amount", Align: Point}, {Title: "asset"},
		{Title: "transfers", Align: Right, Spare: 3}, {Title: "first", Spare: 2}, {Title: "last", Spare: 2}, {Title: "dates of the list", Wide: true}, {Title: "transactions", Wide: true}}}
	for i := range s.Screened {
		for j := range s.Screened[i].Fired {
			f := &s.Screened[i].Fired[j]
			for k := range f.Rows {
				table.Rows = append(table.Rows, s.dealing(&s.Screened[i], f, &f.Rows[k]))
			}
		}
	}
	if len(table.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "dealings", Title: "What that rests on", Notes: append(s.timings(),
		"Direct dealings, of one hop, are recorded in the ledger. Those of more hops are apportioned by haircut, an inference: their shares are statistics, and the transfers are what is recorded. "+
			"That a dealing took place before an address was published, or before its party was designated, does not say that it was lawful."), Tables: some(table)}
}

// timingsMax is how many dealings with listed addresses are dated in words.
const timingsMax = 10

// timings says how dealings stand to the dates of lists, each once.
func (s *Screening) timings() []string {
	var notes []string
	seen := map[string]bool{}
	for i := range s.Screened {
		for j := range s.Screened[i].Fired {
			for _, d := range s.Screened[i].Fired[j].Rows {
				for k := range d.Timing {
					note := fmt.Sprintf("Transfers with %s, %s of %s: %s.", shortAddress(d.Address), Clean(d.Timing[k].Party), Clean(d.Timing[k].List), d.Timing[k].Words())
					if !seen[note] {
						seen[note] = true
						notes = append(notes, note)
					}
				}
			}
		}
	}
	if more := len(notes) - timingsMax; more > 0 {
		notes = append(notes[:timingsMax], fmt.Sprintf("%d more such: --json has all.", more))
	}
	return notes
}

func (s *Screening) dealing(one *Screened, f *screen.Fired, d *screen.Dealing) Row {
	who, by := namedBy(d.Attribution)
	var timing, txs []string
	for i := range d.Timing {
		timing = append(timing, d.Timing[i].List+": "+d.Timing[i].Words())
	}
	for i := range d.Transfers {
		txs = append(txs, txCell(d.Transfers[i].Tx).raw())
	}
	return Row{Cells: []Cell{addressCell(one.Address), word(f.Rule), word(string(d.Side)), count(d.Hops), shortCell(d.Address), word(who), word(by), s.Units.cell(d.Asset, d.Amount),
		{Text: s.Units.Symbol(d.Asset), Raw: d.Asset.String()}, count(d.Count), timeCell(d.First), timeCell(d.Last), uncut(strings.Join(timing, "; ")), uncut(strings.Join(txs, " "))}}
}

// namedBy says who is named at an address, and by whom.
func namedBy(a *exposure.Attribution) (who, by string) {
	if a == nil {
		return "", ""
	}
	var names, sources []string
	add := func(list []string, one string) []string {
		if one == "" || strings.Contains(strings.Join(list, "\n"), one) {
			return list
		}
		return append(list, one)
	}
	for i := range a.Listings {
		names = add(names, a.Listings[i].Party.Name)
		sources = add(sources, a.Listings[i].List.Publisher+" "+a.Listings[i].List.Name)
	}
	for i := range a.Claims {
		names = add(names, a.Claims[i].Label)
		sources = add(sources, a.Claims[i].Source)
	}
	if a.Inferred != nil {
		sources = append(sources, "inferred by "+a.Inferred.Heuristic)
	}
	return strings.Join(names[:min(len(names), 3)], ", "), strings.Join(sources[:min(len(sources), 3)], ", ")
}

// residuals says how much met nobody who is named.
func (s *Screening) residuals() Section {
	table := &Table{Name: "residuals", Most: 12, Columns: []Column{{Title: "address"}, {Title: "side"}, {Title: "asset"}, {Title: "amount", Align: Point}, {Title: "share", Align: Point}, {Title: "why nobody is named"}}}
	for i := range s.Screened {
		one := &s.Screened[i]
		if one.Exposure == nil {
			continue
		}
		for j := range one.Exposure.Sides {
			flow := &one.Exposure.Sides[j]
			for _, r := range flow.Residual {
				table.Rows = append(table.Rows, Row{Cells: []Cell{shortCell(one.Address), word(string(flow.Side)), {Text: s.Units.Symbol(r.Asset), Raw: r.Asset.String()}, s.Units.cell(r.Asset, r.Amount), shareCell(r.Share), word(string(r.Reason))}})
			}
			for _, u := range flow.Uncounted {
				table.Rows = append(table.Rows, Row{Cells: []Cell{shortCell(one.Address), word(string(flow.Side)), {Text: s.Units.Symbol(u.Asset), Raw: u.Asset.String()}, s.Units.cell(u.Asset, u.Amount), {}, word("not counted: " + string(u.Why))}})
			}
		}
	}
	return Section{ID: "residuals", Title: "What met nobody who is named", Tables: some(table)}
}

// ruleColumns are further ones of a line of CSV, filled where a rule fired.
var ruleColumns = []Column{{Title: "rule"}, {Title: "rule version"}, {Title: "severity"}, {Title: "side"}, {Title: "hops"}, {Title: "USD"}, {Title: "first"}, {Title: "last"}, {Title: "as of block"}, {Title: "gaps"}}

// lines returns the rows of CSV: those of lists, then one for each rule.
func (s *Screened) lines() []Row {
	rows := s.rows()
	gaps := word(strings.Join(s.Gaps, "; "))
	if len(s.Fired) == 0 {
		for i := range rows {
			rows[i].Cells = append(rows[i].Cells, Cell{}, Cell{}, Cell{}, Cell{}, Cell{}, Cell{}, Cell{}, Cell{}, blockCell(s.AsOf), gaps)
		}
		return rows
	}
	if len(s.Findings) == 0 {
		rows = nil
	}
	for i := range s.Fired {
		f := &s.Fired[i]
		cells := (&Screened{Line: s.Line, Given: s.Given, Address: s.Address, Verdict: s.Verdict}).rows()[0].Cells
		cells[len(cells)-1] = uncut(strings.TrimSpace(f.Why + " " + f.Undecided))
		rows = append(rows, Row{Cells: append(cells, word(f.Rule), word(f.Version), word(string(f.Severity)), word(string(f.Side)), hopsCell(f.Hops), moneyCell(f.USD), timeCell(f.First), timeCell(f.Last), blockCell(s.AsOf), gaps)})
	}
	return rows
}
