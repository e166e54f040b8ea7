package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/casebook"
	"clew/proof"
	"clew/trace"
)

// kindCell says what a finding is, with the colour of its kind of knowledge.
func kindCell(k casebook.Kind) Cell {
	return Cell{Text: Clean(string(k)), Basis: kindBasis(k)}
}

// restsWords says on what a row rests: exhibits, and how many transactions or which
// part of each.
func restsWords(rests []casebook.Rest) string {
	var list []string
	for _, r := range rests {
		text := fmt.Sprintf("exhibit %d", r.Exhibit)
		if n := len(r.Transactions); n > 0 {
			text += ", " + plural(n, "transaction", "transactions")
		}
		if r.Part != "" {
			text += ", its part " + cleanWhole(r.Part)
		}
		list = append(list, text)
	}
	if len(list) == 0 {
		return "nothing that is named"
	}
	return strings.Join(list, "; ")
}

// enteredBy says who entered a row, and when.
func enteredBy(m *casebook.Made) string {
	return fmt.Sprintf("%s, %s", cleanWhole(m.By), m.At)
}

// findings lists what the case found, each with what it rests on.
func (r *CaseReport) findings() Section {
	table := &Table{Name: "findings", Columns: []Column{
		{Title: "no.", Align: Right}, {Title: "kind"}, {Title: "finding"}, {Title: "rests on"}, {Title: "method"}, {Title: "its limits"}, {Title: "entered by, at"},
	}}
	for _, f := range standingRows(r.Case.Findings, findingRow) {
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			count(f.Number), kindCell(f.Kind), uncut(f.Text), {Text: restsWords(f.Rests)}, uncut(f.Method), uncut(f.Limits), {Text: enteredBy(&f.Made)},
		}})
	}
	s := Section{ID: "findings", Title: "Findings, with what each rests on", Tables: some(table)}
	if len(table.Rows) == 0 {
		s.Notes = []string{"No finding stands."}
		return s
	}
	s.Notes = []string{"A fact is entered as what a ledger records, a claim as somebody's word with its source, an inference as what follows from a named method, and it is as good as the method. That exhibits hold the transactions and parts that are named was checked as each was entered; that the words of a finding say what these show was not, and the times are those of a machine's clock."}
	return s
}

// moved lists the transfers of each transaction that findings and readings name, whole.
func (r *CaseReport) moved() Section {
	table := &Table{Name: "transactions", Columns: []Column{
		{Title: "of"}, {Title: "exhibit", Align: Right}, {Title: "transaction"}, {Title: "time, UTC"}, {Title: "from"}, {Title: "to"},
		{Title: "moved in all", Align: Point}, {Title: "marked", Align: Point}, {Title: "asset"}, {Title: "rests on"}, {Title: "shown by proofs"},
	}}
	add := func(of string, rests []casebook.Rest) {
		for _, rest := range rests {
			for _, id := range rest.Transactions {
				table.Rows = append(table.Rows, r.movedRows(of, rest.Exhibit, id)...)
			}
		}
	}
	for _, f := range standingRows(r.Case.Findings, findingRow) {
		add(fmt.Sprintf("finding %d", f.Number), f.Rests)
	}
	for _, x := range r.Case.StandingReadings() {
		add(fmt.Sprintf("reading %d", x.Number), x.Rests)
	}
	s := Section{ID: "transactions", Title: "Transactions that findings and readings rest on", Tables: some(table)}
	if len(table.Rows) > 0 {
		s.Notes = []string{"Who paid whom, when, and how much moved in all is what a ledger records, as the source of the exhibit's ledger states it; the last column says what a proof that is held shows of it. What is marked of it follows from the policy of the exhibit, and no ledger records it."}
	}
	return s
}

// movedRows has a row for each transfer of a transaction in an exhibit's answer, and one
// without amounts where it has none.
func (r *CaseReport) movedRows(of string, exhibit int, id clew.TxID) []Row {
	at := slices.IndexFunc(r.Exhibits, func(x CaseExhibit) bool { return x.Number == exhibit })
	var rows []Row
	if at >= 0 {
		x := &r.Exhibits[at]
		for i := range x.uses() {
			if u := &x.uses()[i]; u.Transfer.Tx == id {
				rows = append(rows, r.movedRow(of, exhibit, u))
			}
		}
		for i := range x.Held {
			if t := &x.Held[i]; t.Tx == id {
				rows = append(rows, r.movedRow(of, exhibit, &trace.Use{Transfer: *t, Basis: clew.Fact}))
			}
		}
	}
	if len(rows) == 0 {
		rows = []Row{{Cells: []Cell{{Text: of}, count(exhibit), wholeTx(nil, id), {}, {}, {}, {}, {}, {}, {Text: "see the exhibit"}, {}}}}
	}
	return rows
}

// uses returns the transfers of an exhibit's trace that findings name.
func (x *CaseExhibit) uses() []trace.Use {
	if x.Trace == nil {
		return nil
	}
	return x.Trace.Result.Uses
}

func (r *CaseReport) movedRow(of string, exhibit int, u *trace.Use) Row {
	x := &u.Transfer
	return Row{Cells: []Cell{
		{Text: of}, count(exhibit), wholeTx(r.signaturesOf(exhibit), x.Tx), timeCell(x.Time), wholeSide(x.From), wholeSide(x.To),
		wholeAmount(r.Units, x.Asset, x.Amount()), wholeAmount(r.Units, x.Asset, u.Amount), word(r.Units.Symbol(x.Asset)), basisCell(u.Basis), word(string(r.shownOf(exhibit, x))),
	}}
}

// shownOf says how much an exhibit's proofs show of a transfer.
func (r *CaseReport) shownOf(exhibit int, x *clew.Transfer) proof.Standing {
	for i := range r.Exhibits {
		if r.Exhibits[i].Number != exhibit {
			continue
		}
		for _, s := range r.Exhibits[i].Shown {
			if s.Tx == x.Tx && s.Transfer == x.Pos {
				return s.Standing
			}
		}
	}
	return ""
}

// wholeTx returns a cell with a transaction that is never shortened.
func wholeTx(s Signatures, id clew.TxID) Cell {
	return Cell{Text: s.text(id), Code: !id.IsZero()}
}

// wholeAddress returns a cell with an address that is never shortened.
func wholeAddress(a clew.Address) Cell {
	if a.IsZero() {
		return Cell{Text: "several or nobody"}
	}
	return Cell{Text: a.Text(), Raw: a.String(), Code: true}
}

// wholeSide names one side of a transfer in full: each of its addresses up to a few.
func wholeSide(legs []clew.Leg) Cell {
	const few = 3
	var list []string
	for i := range legs[:min(len(legs), few)] {
		list = append(list, addressText(legs[i].Address))
	}
	if n := len(legs) - few; n > 0 {
		list = append(list, fmt.Sprintf("and %d more", n))
	}
	if len(list) == 0 {
		return Cell{Text: "nobody"}
	}
	return Cell{Text: strings.Join(list, ", "), Code: true}
}

// wholeAmount returns a cell with every digit of an amount.
func wholeAmount(u Units, asset clew.Asset, a clew.Amount) Cell {
	return Cell{Text: u.Number(asset, a), Raw: a.Format(u.Of(asset).Decimals)}
}

// readings lists other readings of findings, and evidence against them.
func (r *CaseReport) readings() Section {
	table := &Table{Name: "readings", Columns: []Column{
		{Title: "no.", Align: Right}, {Title: "of finding", Align: Right}, {Title: "what it is"}, {Title: "text"}, {Title: "rests on"}, {Title: "entered by, at"},
	}}
	told := map[int]bool{}
	for _, x := range r.Case.StandingReadings() {
		what := "another reading"
		if x.Contrary {
			what = "contrary evidence"
		}
		told[x.Finding] = true
		table.Rows = append(table.Rows, Row{Cells: []Cell{count(x.Number), count(x.Finding), {Text: what}, uncut(x.Text), {Text: restsWords(x.Rests)}, {Text: enteredBy(&x.Made)}}})
	}
	s := Section{ID: "readings", Title: "Alternative readings and contrary evidence", Tables: some(table)}
	var without []string
	for _, f := range standingRows(r.Case.Findings, findingRow) {
		if !told[f.Number] {
			without = append(without, fmt.Sprint(f.Number))
		}
	}
	if len(without) > 0 {
		s.Notes = []string{"Of these findings no other reading and no contrary evidence is entered, which is no statement that there is none: " + strings.Join(without, ", ") + "."}
	}
	return s
}

// waysIn lists what let the thieves in, as somebody says, with what to ask of it.
func (r *CaseReport) waysIn() Section {
	table := &Table{Name: "ways-in", Columns: []Column{{Title: "no.", Align: Right}, {Title: "type"}, {Title: "value"}, {Title: "what is said"}, {Title: "source"}}}
	for _, x := range standingRows(r.Case.Indicators, indicatorRow) {
		table.Rows = append(table.Rows, Row{Cells: []Cell{count(x.Number), word(x.Type), {Text: cleanWhole(x.Value), Code: true}, uncut(x.Text), uncut(x.Source)}})
	}
	s := Section{ID: "ways-in", Title: "How they came in, as somebody says", Tables: some(table)}
	if len(table.Rows) > 0 && r.Hosts != nil {
		s.Notes = []string{capital(cleanWhole(r.Hosts.Whose)) + "."}
		s.Blocks = []Block{askBlock("To ask of whoever registered or hosts what is below", r.Hosts)}
	}
	return s
}

// notes lists the case's notes, where they were released.
func (r *CaseReport) notes() Section {
	table := &Table{Name: "notes", Columns: []Column{{Title: "no.", Align: Right}, {Title: "note"}, {Title: "entered by, at"}}}
	for _, x := range standingRows(r.Case.Notes, noteRow) {
		table.Rows = append(table.Rows, Row{Cells: []Cell{count(x.Number), uncut(x.Text), {Text: enteredBy(&x.Made)}}})
	}
	return Section{ID: "notes", Title: "Notes that were released", Tables: some(table)}
}

// withdrawn lists rows that were taken back, with the reasons.
func (r *CaseReport) withdrawn() Section {
	table := &Table{Name: "withdrawn", Columns: []Column{{Title: "no.", Align: Right}, {Title: "what"}, {Title: "said"}, {Title: "by entry", Align: Right}, {Title: "why"}}}
	add := func(m *casebook.Made, what, said string) {
		if m.Withdrawn != 0 {
			table.Rows = append(table.Rows, Row{Cells: []Cell{count(m.Number), {Text: what}, uncut(said), count(m.Withdrawn), uncut(m.Why)}})
		}
	}
	c := r.Case
	for i := range c.Exhibits {
		add(&c.Exhibits[i].Made, "exhibit", c.Exhibits[i].Says)
	}
	for i := range c.Findings {
		add(&c.Findings[i].Made, "finding", c.Findings[i].Text)
	}
	gone := map[int]*casebook.Made{}
	for i := range c.Findings {
		gone[c.Findings[i].Number] = &c.Findings[i].Made
	}
	for i := range c.Readings {
		x := &c.Readings[i]
		add(&x.Made, "reading", x.Text)
		if of := gone[x.Finding]; x.Withdrawn == 0 && of != nil && of.Withdrawn != 0 {
			table.Rows = append(table.Rows, Row{Cells: []Cell{count(x.Number), {Text: "reading"}, uncut(x.Text), count(of.Withdrawn), {Text: fmt.Sprintf("its finding %d was withdrawn", x.Finding)}}})
		}
	}
	for i := range c.Indicators {
		add(&c.Indicators[i].Made, "way in", c.Indicators[i].Value)
	}
	for i := range c.Victims {
		add(&c.Victims[i].Made, "victim", c.Victims[i].Name)
	}
	return Section{ID: "withdrawn", Title: "What was withdrawn, and why", Tables: some(table)}
}
