package report

import (
	"fmt"
	"slices"
	"strings"

	"clew/lead"
)

// A Stoppable says which value of a trace somebody can still stop, and by when.
type Stoppable struct {
	Trace   *Trace          `json:"trace"`
	Result  *lead.Stoppable `json:"stoppable"`
	Command string          `json:"command,omitempty"` // that gives the same answer again
}

// Outcome is that of the trace; Nothing where nothing can or may be stopped.
func (s *Stoppable) Outcome() Outcome {
	outcome := s.Trace.Outcome()
	if outcome == Found && len(s.Result.Chances) == 0 {
		return Nothing
	}
	return outcome
}

// Doc lays the answer out.
func (s *Stoppable) Doc() *Doc {
	shown := *s
	shown.Trace = s.Trace.apart()
	s = &shown
	d := &Doc{Title: "What can still be stopped: " + Clean(s.Trace.Subject)}
	d.Asked = fmt.Sprintf("Which of this value can somebody still stop, as of %s? %s", s.Result.Now, s.Trace.asked())
	d.Warnings = append(s.Trace.warnings(), s.warnings()...)
	d.Answer = s.answer()
	d.Sections = filled([]Section{
		s.chancesSection(), s.sumsSection(), s.Trace.freezesSection(), s.Trace.claimedSection(), s.Trace.pendingSection(), s.requestsSection(), s.depositsSection(), s.Trace.onwardSection(), s.Trace.askedSection(), s.restSection(), s.Trace.balancesSection(), s.Trace.gapsSection(), s.Trace.fetchedSection(), leadSection(stopFailures), s.methodSection(),
	})
	d.More = []string{"More: --wide, --html FILE, --csv --table deposits for what to name in requests, --json."}
	return d
}

// warnings say what was not looked up.
func (s *Stoppable) warnings() []string {
	if !slices.ContainsFunc(s.Result.Chances, func(c lead.Chance) bool { return c.Means == lead.FreezeToken }) {
		return nil
	}
	var out []string
	for i := range s.Trace.Result.AsOf {
		if a := &s.Trace.Result.AsOf[i]; len(a.Coverage.Whole) == 0 {
			out = append(out, fmt.Sprintf("No block of %s is held whole, so freezes by issuers are not held: tokens shown as stoppable may be frozen already.", a.Chain.Name()))
		}
	}
	return out
}

// answer adds up each asset in a sentence.
func (s *Stoppable) answer() []string {
	sums := slices.Clone(s.Result.Sums)
	units := s.Trace.Units
	slices.SortStableFunc(sums, func(a, b lead.Sum) int {
		return boolRank(!units.Knows(a.Asset)) - boolRank(!units.Knows(b.Asset))
	})
	var out []string
	for _, sum := range sums[:min(len(sums), fewBooks)] {
		text := fmt.Sprintf("Of %s:", units.Amount(sum.Asset, sum.Accounted))
		for i, standing := range lead.Standings() {
			if !sum.Parts[i].IsZero() {
				text += fmt.Sprintf(" %s (%s) %s;", units.Amount(sum.Asset, sum.Parts[i]), share(sum.Parts[i], sum.Accounted), standing)
			}
		}
		out = append(out, text[:len(text)-1]+".")
	}
	if n := len(sums) - fewBooks; n > 0 {
		out = append(out, fmt.Sprintf("And %s: --wide and the page have them.", plural(n, "more asset", "more assets")))
	}
	if len(s.Result.Chances) == 0 {
		out = append(out, "Nothing was found that somebody is known to be able to stop. That is no statement that nobody can.")
	}
	return append(out, "These are leads, not accusations: which units moved is the policy's convention, and whose an address is a claim.")
}

// chancesSection lists what can or may be stopped, most pressing first.
func (s *Stoppable) chancesSection() Section {
	table := &Table{Name: "stoppable", Most: 20, Columns: []Column{
		{Title: "act by, UTC"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "where"}, {Title: "who can"},
		{Title: "what they can do", Spare: 1}, {Title: "standing", Spare: 2}, {Title: "why", Wide: true}, {Title: "rests on"},
	}}
	for i := range s.Result.Chances {
		c := &s.Result.Chances[i]
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			deadlineCell(c.Deadline), s.Trace.Units.cell(c.Asset, c.Amount), word(s.Trace.Units.Symbol(c.Asset)), shortCell(c.Address),
			word(partyName(&c.Who)), word(string(c.Means)), word(string(c.Standing)), {Text: strings.Join(s.whyWords(c), "; ")}, basisCell(c.Basis),
		}})
	}
	return Section{ID: "stoppable", Title: "What can be stopped, most pressing first", Tables: append(some(table), some(s.partiesTable())...)}
}

// partiesTable has how each party is reached, for CSV: the requests say the same.
func (s *Stoppable) partiesTable() *Table {
	table := &Table{Name: "parties", Data: true, Columns: []Column{
		{Title: "who can"}, {Title: "what they can do"}, {Title: "how to reach them"}, {Title: "what they need"}, {Title: "source"}, {Title: "source's date"}, {Title: "read on"},
	}}
	seen := map[string]bool{}
	for i := range s.Result.Chances {
		c := &s.Result.Chances[i]
		key := string(c.Means) + c.Who.Name
		if seen[key] {
			continue
		}
		seen[key] = true
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(partyName(&c.Who)), word(string(c.Means)), word(orUnknown(c.Who.How)), word(orUnknown(c.Who.Needs)),
			word(c.Who.Source.Text), word(c.Who.Source.Stated), word(c.Who.Source.Seen),
		}})
	}
	return table
}

// sumsSection closes the sums of each asset.
func (s *Stoppable) sumsSection() Section {
	table := &Table{Name: "sums", Most: fewBooks, Columns: []Column{{Title: "asset"}}}
	for _, standing := range lead.Standings() {
		table.Columns = append(table.Columns, Column{Title: string(standing), Align: Point})
	}
	table.Columns = append(table.Columns, Column{Title: "sum, as the trace accounts for", Align: Point})
	for _, sum := range s.Result.Sums {
		cells := []Cell{word(s.Trace.Units.Symbol(sum.Asset))}
		for _, part := range sum.Parts {
			cells = append(cells, s.Trace.Units.cell(sum.Asset, part))
		}
		table.Rows = append(table.Rows, Row{Cells: append(cells, s.Trace.Units.cell(sum.Asset, sum.Accounted))})
	}
	return Section{ID: "sums", Title: "Every unit has one standing", Tables: some(table)}
}

// restSection lists by reason what nobody is known to be able to stop.
func (s *Stoppable) restSection() Section {
	table := &Table{Name: "rest", Most: 12, Columns: []Column{
		{Title: "standing"}, {Title: "why"}, {Title: "role (claim)"}, {Title: "places", Align: Right}, {Title: "amount", Align: Point}, {Title: "asset"},
	}}
	for _, r := range s.Result.Rest {
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(string(r.Standing)), word(string(r.Why)), word(r.Role), count(r.Places), s.Trace.Units.cell(r.Asset, r.Amount), word(s.Trace.Units.Symbol(r.Asset)),
		}})
	}
	title := "What nobody is known to be able to stop"
	if slices.ContainsFunc(s.Result.Rest, func(r lead.Rest) bool { return r.Standing == lead.NotGone }) {
		title += ", and what is not gone"
	}
	return Section{ID: "rest", Title: title, Tables: some(table)}
}

// depositsSection lists each transfer that a request names.
func (s *Stoppable) depositsSection() Section {
	table := &Table{Name: "deposits", Columns: []Column{
		{Title: "who can"}, {Title: "at"}, {Title: "from"}, {Title: "time, UTC"}, {Title: "transaction"},
		{Title: "marked", Align: Point}, {Title: "moved in all", Align: Point}, {Title: "asset"},
	}}
	for i := range s.Result.Chances {
		c := &s.Result.Chances[i]
		for _, dep := range c.Deposits {
			table.Rows = append(table.Rows, Row{Cells: []Cell{
				word(partyName(&c.Who)), shortCell(c.Address), shortCell(dep.From), timeCell(dep.Time), s.Trace.Signatures.cell(dep.Tx),
				s.Trace.Units.cell(c.Asset, dep.Marked), s.Trace.Units.cell(c.Asset, dep.Moved), word(s.Trace.Units.Symbol(c.Asset)),
			}})
		}
	}
	return Section{ID: "deposits", Title: "Transfers that brought it there", Tables: some(table), Detail: true}
}

// methodSection says how the answer was come by.
func (s *Stoppable) methodSection() Section {
	section := s.Trace.methodSection()
	if s.Command != "" {
		section.Fine = append(section.Fine, "The answer is given again by: "+Clean(s.Command))
	}
	return section
}

// deadlineCell says until when somebody can act, as far as it is known.
func deadlineCell(d lead.Deadline) Cell {
	if !d.Time.Known() {
		return Cell{Text: string(d.Kind)}
	}
	c := timeCell(d.Time)
	if d.Kind == lead.HasPassed {
		c.Text, c.Page, c.Raw = "passed "+c.Text, "passed "+c.Page, "passed "+c.Raw
	}
	return c
}

// partyName names who can act.
func partyName(p *lead.Party) string { return orUnknown(p.Name) }

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// whyWords says why a chance has its standing, what a memo asks for, and what the
// file of its window notes: a piece each, clean, and none cut for another's sake.
func (s *Stoppable) whyWords(c *lead.Chance) []string {
	pieces := []string{Clean(string(c.Why))}
	if c.Act != nil {
		pieces[0] += fmt.Sprintf(" (%s at %s, transaction %s)", Clean(string(c.Act.Kind)), c.Act.Time, s.Trace.Signatures.text(c.Act.Tx))
	}
	if c.Asked != nil {
		pieces = append(pieces, "its memo, a claim of whoever paid: "+Clean(askedWords(c.Asked)))
	}
	if c.Onward != nil {
		pieces = append(pieces, s.Trace.onwardWords(c.Onward))
	}
	if c.Window != "" {
		pieces = append(pieces, Clean(c.Window)+": "+Clean(c.Note))
	}
	return pieces
}

// leadSection states how leads fail.
func leadSection(failures []string) Section {
	return Section{ID: "failures", Title: "How these leads fail", Fine: failures}
}

// stopFailures are the known failures of package lead's answer, in its own
// words of docs/METHODS.md.
var stopFailures = []string{
	"An address where value rests may be an innocent recipient's, and a deposit address a customer's who was paid: the deposit names a transaction, not a person.",
	"By taint-first, marked value leaves a mixed balance first, so this is how far it can have gone; another policy puts it elsewhere.",
	"What services, issuers and bridges can do, and how they are reached, is as their sources said on the day given; they change, and they are imitated. Open the party's own site.",
	"A deadline of a window is its earliest end by the rule stated; value may come out later, or faster through somebody who pays it in advance.",
	"Which coins of an address are staked no chain records: those marked are taken to be. Stake from before the history held is not seen.",
	"What a memo asks for is a claim of whoever paid: the network may take fewer steps, refund, or have paid long ago.",
	"A freeze counts only if an act of the token's own contract is held; one that is not held is not seen.",
}
