package report

import (
	"cmp"
	"fmt"
	"strings"

	"clew"
	"clew/launder"
)

// BridgeMatches are where deposits into bridges may have come out: hypotheses.
type BridgeMatches struct {
	Tx        clew.TxID          `json:"tx,omitzero"`      // whose deposits are asked about
	Address   clew.Address       `json:"address,omitzero"` // or of which address
	Chain     clew.Chain         `json:"chain"`
	Exchanger bool               `json:"exchanger"`
	Odds      int                `json:"odds"`
	Deposits  []launder.Match    `json:"deposits"`            // those that are asked about
	Explained []ExplainedDeposit `json:"explained,omitempty"` // of what is asked about, what messages with an identifier say
	Turns     []launder.Turn     `json:"turns,omitempty"`     // among them, by their places
	Habits    []launder.Habit    `json:"habits"`              // that were learned
	Ledgers   []BridgeLedger     `json:"ledgers"`             // that were gone through
	Measured  string             `json:"measured"`            // how often such are right
	Gaps      []clew.Gap         `json:"gaps,omitempty"`
	Units     Units              `json:"units,omitempty"`
}

// A BridgeLedger says what of a chain was compared.
type BridgeLedger struct {
	Chain    clew.Chain    `json:"chain"`
	AsOf     clew.BlockRef `json:"asOf"`
	Whole    bool          `json:"whole"`    // every block between the first and the last held is
	Given    int           `json:"given"`    // addresses of bridges that were named
	Known    int           `json:"known"`    // and that the program knows
	Deposits int           `json:"deposits"` // read
	Releases int           `json:"releases"`
	Boxes    int           `json:"boxes"` // addresses taken for ones that an exchanger gave its payers
	Cut      bool          `json:"cut"`   // there are more
}

// Asks reports whether a deposit is asked about.
func (p *BridgeMatches) Asks(e *launder.End) bool {
	return e.Asset.Chain() == p.Chain && (!p.Tx.IsZero() && e.Tx == p.Tx || !p.Address.IsZero() && e.Who == p.Address)
}

// Take keeps of a matching what was asked about.
func (p *BridgeMatches) Take(m *launder.Matching) {
	p.Deposits, p.Habits = []launder.Match{}, m.Habits
	if p.Habits == nil {
		p.Habits = []launder.Habit{}
	}
	place := map[int]int{}
	for i := range m.Matches {
		if p.Asks(&m.Matches[i].In) {
			place[i] = len(p.Deposits)
			p.Deposits = append(p.Deposits, m.Matches[i])
		}
	}
	for _, t := range launder.FindTurns(m.Matches) {
		first, ok := place[t.First]
		second, also := place[t.Second]
		if ok && also {
			t.First, t.Second = first, second
			p.Turns = append(p.Turns, t)
		}
	}
}

// Assets returns those that amounts are of.
func (p *BridgeMatches) Assets() map[clew.Asset]bool {
	assets := map[clew.Asset]bool{}
	for i := range p.Deposits {
		assets[p.Deposits[i].In.Asset] = true
		for _, c := range p.Deposits[i].Candidates {
			assets[c.Out[0].Asset] = true
		}
	}
	for i := range p.Explained {
		assets[p.Explained[i].Asset] = true
	}
	return assets
}

// Outcome is Nothing where nothing fits any deposit, and Incomplete where not all
// was read.
func (p *BridgeMatches) Outcome() Outcome {
	fits := 0
	for i := range p.Ledgers {
		if p.Ledgers[i].Cut {
			return Incomplete
		}
	}
	for i := range p.Deposits {
		fits += len(p.Deposits[i].Candidates)
	}
	if fits+p.explained() == 0 {
		return Nothing
	}
	return Found
}

// Doc lays the page out.
func (p *BridgeMatches) Doc() *Doc {
	d := &Doc{Title: cmp.Or(nameOf(p.Tx), p.Address.Text()), Asked: "Where may what it paid into bridges on " + p.Chain.Name() + " have come out?", Answer: p.answer(), Warnings: p.warnings(),
		Sections: filled([]Section{p.explainedSection(), p.depositsSection(), p.candidatesSection(), p.turnsSection(), p.habitsSection(), p.ledgersSection()})}
	return d
}

func nameOf(tx clew.TxID) string {
	if tx.IsZero() {
		return ""
	}
	return tx.String()
}

func (p *BridgeMatches) answer() []string {
	named, open := 0, 0
	for i := range p.Deposits {
		if p.Deposits[i].Link != nil {
			named++
		} else if len(p.Deposits[i].Candidates) > 0 {
			open++
		}
	}
	explained := p.explainedWords()
	if len(p.Deposits) == 0 && explained != nil {
		return append(explained, "Nothing else that it paid into bridges is there to be compared.")
	}
	if len(p.Deposits) == 0 {
		return []string{"It paid nothing into an address that is known of a bridge or exchanger, and that is no clearance: --at names such addresses."}
	}
	said := plural(len(p.Deposits), "deposit", "deposits") + "."
	for _, part := range []struct {
		n     int
		words string
	}{{named, "one release outweighs all else by the odds, and is named"}, {open, "several fit, or one not well enough: it is open"}, {len(p.Deposits) - named - open, "nothing that is held fits"}} {
		if part.n > 0 {
			said += fmt.Sprintf(" Of %d %s.", part.n, part.words)
		}
	}
	return append(explained,
		said,
		"These are hypotheses from amounts, times and recipients. Nothing is gone on by, and no tag, trace or verdict rests on one.",
		"Measured: "+p.Measured+". Shares of synthetic worlds are no estimate of the real one.",
	)
}

// explainedWords says how many deposits an identifier explains.
func (p *BridgeMatches) explainedWords() []string {
	n := p.explained()
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s explained by the identifier that both ends log: see below.", plural(n, "deposit is", "deposits are"))}
}

func (p *BridgeMatches) warnings() (list []string) {
	var part []string
	for i := range p.Ledgers {
		l := &p.Ledgers[i]
		if l.Cut {
			list = append(list, fmt.Sprintf("On %s there are more deposits or releases than were read (--most).", l.Chain.Name()))
		}
		if !l.Whole {
			part = append(part, l.Chain.Name())
		}
	}
	if len(part) > 0 {
		list = append(list, "Not every block is held on "+strings.Join(part, ", ")+": a release that is not held cannot be found, and another may stand in its place.")
	}
	return list
}

func (p *BridgeMatches) depositsSection() Section {
	t := &Table{Name: "deposits", Columns: []Column{{Title: "deposit", Align: Right}, {Title: "bridge"}, {Title: "time, UTC"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "for"}, {Title: "found"}, {Title: "transaction"}}}
	for i := range p.Deposits {
		m := &p.Deposits[i]
		found := "named: the first below"
		if m.Link == nil {
			found = "open: " + string(m.Open)
		}
		if x := p.messageOf(&m.In); x != nil {
			found += "; its message is " + shortWords(bridgeTitle(x.Protocol)+" "+x.Identifier).Text + ", see above"
		}
		recipient := Cell{Text: "not said"}
		if !m.In.For.IsZero() {
			recipient = addressCell(m.In.For)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(i + 1), word(m.In.Bridge), timeCell(m.In.Time), p.Units.cell(m.In.Asset, m.In.Amount), word(p.Units.Symbol(m.In.Asset)), recipient, word(found), txCell(m.In.Tx)}})
	}
	return Section{ID: "deposits", Title: "What went in", Tables: some(t)}
}

func (p *BridgeMatches) candidatesSection() Section {
	t := &Table{Name: "candidates", Columns: []Column{{Title: "deposit", Align: Right}, {Title: "candidate", Align: Right}, {Title: "score", Align: Right}, {Title: "chain"}, {Title: "time, UTC"}, {Title: "seconds", Align: Right}, {Title: "amount", Align: Point}, {Title: "usual", Align: Point, Wide: true}, {Title: "asset"},
		{Title: "recipient"}, {Title: "transaction"}}}
	for i := range p.Deposits {
		for k, c := range p.Deposits[i].Candidates {
			for j, o := range c.Out {
				score, waited, usual := count(c.Score), count(c.Waited), p.Units.cell(o.Asset, c.Usual)
				if j > 0 {
					score, waited, usual = Cell{Text: "part"}, Cell{}, Cell{}
				}
				t.Rows = append(t.Rows, Row{Cells: []Cell{count(i + 1), count(k + 1), score, word(o.Asset.Chain().Name()), timeCell(o.Time), waited, p.Units.cell(o.Asset, o.Amount), usual, word(p.Units.Symbol(o.Asset)), addressCell(o.Who), txCell(o.Tx)}})
			}
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "candidates", Title: "What may have come out for it (hypotheses)", Tables: append(some(t), p.reasons()), Notes: []string{
		"A score is of 1,000: how the best account of everything with this pair outweighs the best without it. It orders pairs, and is no probability.",
		fmt.Sprintf("A release is named only where its pair outweighs all else %d times.", p.Odds)}}
}

// reasons says what each candidate rests on, and what speaks against it.
func (p *BridgeMatches) reasons() *Table {
	t := &Table{Name: "reasons", Most: 20, Columns: []Column{{Title: "deposit", Align: Right}, {Title: "candidate", Align: Right}, {Title: "speaks"}, {Title: "what"}}}
	for i := range p.Deposits {
		for k, c := range p.Deposits[i].Candidates {
			for _, side := range []struct {
				speaks string
				words  []string
			}{{"for it", c.Rests}, {"against it", c.Against}} {
				for _, what := range side.words {
					t.Rows = append(t.Rows, Row{Cells: []Cell{count(i + 1), count(k + 1), word(side.speaks), word(what)}})
				}
			}
		}
	}
	return t
}

func (p *BridgeMatches) turnsSection() Section {
	t := &Table{Name: "turns", Columns: []Column{{Title: "first deposit", Align: Right}, {Title: "deposit back", Align: Right}, {Title: "relation"}, {Title: "seconds between", Align: Right}}}
	for _, x := range p.Turns {
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(x.First + 1), count(x.Second + 1), word(string(x.Kind)), count(x.Rested)}})
	}
	return Section{ID: "turns", Title: "Taken straight back", Tables: some(t)}
}

func (p *BridgeMatches) habitsSection() Section {
	t := &Table{Name: "habits", Columns: []Column{{Title: "bridge"}, {Title: "from"}, {Title: "to"}, {Title: "pairs", Align: Right}, {Title: "of a million it gives", Align: Right}, {Title: "less", Align: Point}, {Title: "seconds", Align: Right}, {Title: "usually off by", Align: Right}}}
	for i := range p.Habits {
		h := &p.Habits[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(h.Bridge), word(h.In.Chain().Name() + " " + p.Units.Symbol(h.In)), word(h.Out.Chain().Name() + " " + p.Units.Symbol(h.Out)), count(h.Pairs), count(h.Gives / 1_000), p.Units.cell(h.Out, h.Flat), count(h.Wait), count(h.Late)}})
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "habits", Title: "Habits that were learned", Tables: some(t), Notes: []string{"From pairs that have no rival. What is off by the usual deviation once more is half as likely."}}
}

func (p *BridgeMatches) ledgersSection() Section {
	t := &Table{Name: "ledgers", Columns: []Column{{Title: "chain"}, {Title: "to block", Align: Right}, {Title: "addresses named", Align: Right}, {Title: "known", Align: Right}, {Title: "deposits", Align: Right}, {Title: "releases", Align: Right}, {Title: "addresses for one deposit", Align: Right}}}
	for i := range p.Ledgers {
		l := &p.Ledgers[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(l.Chain.Name()), count(l.AsOf.Height), count(l.Given), count(l.Known), count(l.Deposits), count(l.Releases), count(l.Boxes)}})
	}
	return Section{ID: "ledgers", Title: "What was compared", Tables: some(t)}
}
