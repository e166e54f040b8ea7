package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/lead"
)

// schedule says what to ask each service for.
func (r *CaseReport) schedule() []Section {
	if len(r.Schedule) == 0 {
		return []Section{{ID: "ask", Title: "What to ask each service for", Notes: []string{"No value arrived at a service, as far as the exhibits' answers say."}}}
	}
	var list []Section
	for i := range r.Schedule {
		list = append(list, r.inquiry(i+1, &r.Schedule[i]))
	}
	return list
}

// inquiryName names whom an inquiry is to.
func inquiryName(q *lead.Inquiry) string {
	if q.Who.Name == "" {
		return "whoever runs it"
	}
	return cleanWhole(q.Who.Name)
}

// inquiry lays out what one service is asked about.
func (r *CaseReport) inquiry(n int, q *lead.Inquiry) Section {
	s := Section{ID: fmt.Sprintf("ask-%d", n), Title: fmt.Sprintf("To ask of %s (%s)", inquiryName(q), Clean(q.Kind))}
	if q.Nothing != "" {
		s.Notes = append(s.Notes, capital(cleanWhole(q.Asking.Whose))+". The transfers into it are in the exhibits.")
	} else {
		s.Notes = append(s.Notes, capital(cleanWhole(q.Asking.Whose))+".", reachWords(&q.Who))
		s.Blocks = append(s.Blocks, askBlock("What is asked", q.Asking))
	}
	s.Notes = append(s.Notes, "All times are UTC. What moved is of the chain's record, as the source of the exhibit's ledger states it; what is marked of it is taken to be of the loss by the policy of the exhibit's trace, and another policy can mark more of it, less or none; that the address is the service's own is a claim. Whether something can still be stopped is said as of the last block of the exhibit: what became of it since is not in it.")
	s.Tables = some(r.itemsTable(n, q))
	if q.Nothing == "" {
		s.Tables = append(s.Tables, some(r.depositsTable(n, q))...)
	}
	s.Tables = append(s.Tables, some(claimsTable(n, q))...)
	return s
}

// reachWords says how a party is reached, as far as that was read.
func reachWords(who *lead.Party) string {
	if who.How == "" {
		return "How to reach it is not known here."
	}
	return "How to reach it: " + cleanWhole(who.How) + ". What it needs: " + cleanWhole(orUnknown(who.Needs)) + ". Source: " + sourceWords(who.Source) +
		". Pages change and are imitated: open its own site before writing."
}

// askBlock writes what a kind of service is asked for.
func askBlock(title string, q *lead.Questions) Block {
	b := Block{Title: title}
	for i, line := range q.Ask {
		b.Lines = append(b.Lines, fmt.Sprintf("%d. %s", i+1, cleanWhole(line)))
	}
	if q.Preserve != "" {
		b.Lines = append(b.Lines, "To preserve: "+cleanWhole(q.Preserve))
	}
	if q.Hold != "" {
		b.Lines = append(b.Lines, "To hold: "+cleanWhole(q.Hold))
	}
	return b
}

// itemsTable lists the places of a service with what lies there.
func (r *CaseReport) itemsTable(n int, q *lead.Inquiry) *Table {
	table := &Table{Name: fmt.Sprintf("items-%d", n), Caption: "Where value arrived", Columns: []Column{
		{Title: "exhibit", Align: Right}, {Title: "address"}, {Title: "marked", Align: Point}, {Title: "asset"}, {Title: "standing"}, {Title: "act by"}, {Title: "claim", Align: Right},
	}}
	for i := range q.Items {
		x := &q.Items[i]
		at, by, claim := wholeAddress(x.Address), Cell{}, Cell{Text: "none"}
		if x.Address.IsZero() && x.Account != "" {
			at = Cell{Text: "account " + cleanWhole(x.Account)}
		}
		if x.Deadline.Kind != "" {
			by = Cell{Text: deadlineWords(x.Deadline)}
		}
		if x.Claim > 0 {
			claim = count(x.Claim)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			count(x.Exhibit), at, wholeAmount(r.Units, x.Asset, x.Amount), word(r.Units.Symbol(x.Asset)), word(string(x.Standing)), by, claim,
		}})
	}
	return table
}

// depositsTable lists each transfer that arrived, whole.
func (r *CaseReport) depositsTable(n int, q *lead.Inquiry) *Table {
	table := &Table{Name: fmt.Sprintf("deposits-%d", n), Caption: "Transactions to name", Columns: []Column{
		{Title: "exhibit", Align: Right}, {Title: "transaction"}, {Title: "time, UTC"}, {Title: "from"}, {Title: "to"},
		{Title: "moved", Align: Point}, {Title: "marked of it", Align: Point}, {Title: "asset"},
	}}
	if n == 1 {
		table.Name = "deposits"
	}
	for i := range q.Items {
		x := &q.Items[i]
		for k := range x.Deposits {
			table.Rows = append(table.Rows, r.depositRow(x, &x.Deposits[k]))
		}
	}
	return table
}

func (r *CaseReport) depositRow(x *lead.Item, d *lead.Deposit) Row {
	moved := wholeAmount(r.Units, x.Asset, d.Moved)
	if d.Moved.IsZero() {
		moved = Cell{Text: "by several"}
	}
	return Row{Cells: []Cell{
		count(x.Exhibit), wholeTx(r.signaturesOf(x.Exhibit), d.Tx), timeCell(d.Time), wholeAddress(d.From), wholeAddress(x.Address),
		moved, wholeAmount(r.Units, x.Asset, d.Marked), word(r.Units.Symbol(x.Asset)),
	}}
}

// signaturesOf returns how an exhibit names transactions.
func (r *CaseReport) signaturesOf(exhibit int) Signatures {
	for i := range r.Exhibits {
		if x := &r.Exhibits[i]; x.Number == exhibit && x.Trace != nil {
			return x.Trace.Signatures
		}
	}
	return nil
}

// claimsTable lists by what addresses are said to be the service's.
func claimsTable(n int, q *lead.Inquiry) *Table {
	table := &Table{Name: fmt.Sprintf("claims-%d", n), Caption: "By whose word the addresses are its own", Columns: []Column{
		{Title: "claim", Align: Right}, {Title: "address"}, {Title: "said to be"}, {Title: "by"}, {Title: "of"}, {Title: "evidence, as the source ranks it"}, {Title: "standing"},
	}}
	for i := range q.Claims {
		t := veiled(&q.Claims[i])
		label, by := uncut(t.Label), uncut(t.Source)
		label.Basis = clew.Claimed
		table.Rows = append(table.Rows, Row{Cells: []Cell{count(i + 1), wholeAddress(t.Subject), label, by, word(t.Date), word(orUnknown(t.Evidence)), word(orUnknown(string(t.Status)))}})
	}
	return table
}

// policyWords names the policies by which the exhibits mark value.
func (r *CaseReport) policyWords() string {
	var list []string
	for i := range r.Exhibits {
		if t := r.Exhibits[i].Trace; t != nil && !slices.Contains(list, string(t.Result.Method.Policy)) {
			list = append(list, string(t.Result.Method.Policy))
		}
	}
	if len(list) == 0 {
		return "a policy that its exhibit names"
	}
	return "the policy " + strings.Join(list, " or ")
}

// askedInWords says what an exchange's report is about.
func (r *CaseReport) askedInWords() []string {
	if len(r.Schedule) == 0 {
		return []string{"No value arrived at " + cleanWhole(r.Service) + ", as far as the exhibits' answers say."}
	}
	var list []string
	for i := range r.Schedule {
		q := &r.Schedule[i]
		deposits := 0
		var amounts []string
		for k := range q.Items {
			deposits += len(q.Items[k].Deposits)
			if len(amounts) < 8 {
				amounts = append(amounts, r.Units.Amount(q.Items[k].Asset, q.Items[k].Amount))
			}
		}
		more := ""
		if n := len(q.Items) - len(amounts); n > 0 {
			more = fmt.Sprintf(" and at %d more", n)
		}
		list = append(list, fmt.Sprintf("By %s, %s marked as of the loss by %s arrived at %s said to be of %s%s.", plural(deposits, "transaction", "transactions"),
			strings.Join(amounts, ", "), r.policyWords(), plural(len(q.Items), "place", "places"), inquiryName(q), more))
	}
	return list
}
