package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/casebook"
	"clew/casebook/distribution"
)

// policiesAbreast is how many policies stand side by side in one table: more have no
// room on a page with every digit.
const policiesAbreast = 3

// distributed has the table among the victims, by each policy.
func (r *CaseReport) distributed() []Section {
	t := r.Table
	if t == nil {
		return nil
	}
	s := Section{ID: "distribution", Title: "What was recovered, shared among the victims by stated policies", Notes: []string{
		"A policy is a convention: a court or an agreement chooses one, and none is right by itself. What each victim lost is that victim's claim. Where an exhibit holds the transaction of a claim, that shows no more than that value moved: not whose it was, nor how much of it was theirs. What was recovered, and where, is told as whoever entered it said; nothing in this report checks it.",
	}}
	if t.ValuedBy != "" {
		s.Notes = append(s.Notes, "Values: "+cleanWhole(t.ValuedBy)+".")
	}
	for _, l := range r.Lots {
		s.Notes = append(s.Notes, cleanWhole(l))
	}
	s.Tables = slices.Concat(some(r.recoveredTable()), some(r.lossesTable()), some(r.doubtsTable()))
	list := []Section{s}
	var asset clew.Asset
	for i := 0; i < len(t.Books); {
		asset = t.Books[i].Asset
		end := i
		for end < len(t.Books) && t.Books[end].Asset == asset {
			end++
		}
		list = append(list, r.sharesSection(len(list), t.Books[i:end]))
		i = end
	}
	return append(list, policiesSection(t))
}

// claimName names the victims of a claim.
func (r *CaseReport) claimName(number int, also []int, contested bool) string {
	text := r.victimName(number)
	for _, n := range also {
		text += "; " + r.victimName(n)
	}
	if contested {
		text += " (contested)"
	}
	return text
}

// victimName names a victim by its row, and by name where that was released.
func (r *CaseReport) victimName(number int) string {
	for i := range r.Case.Victims {
		if v := &r.Case.Victims[i]; v.Number == number {
			return fmt.Sprintf("%d: %s", number, cleanWhole(v.Name))
		}
	}
	return fmt.Sprint(number)
}

func (r *CaseReport) recoveredTable() *Table {
	table := &Table{Name: "recovered", Caption: "What was recovered", Columns: []Column{
		{Title: "amount", Align: Point}, {Title: "asset"}, {Title: "where"}, {Title: "source"}, {Title: "worth, US dollars", Align: Point}, {Title: "account's movements", Align: Right}, {Title: "marks by"},
	}}
	for i := range r.Table.Recovered {
		x := &r.Table.Recovered[i]
		worth := Cell{Text: "not stated"}
		if x.Worth != nil {
			worth = Cell{Text: group(x.Worth.String()), Raw: x.Worth.String()}
		}
		moves := Cell{Text: "not stated"}
		if len(x.Pot) > 0 {
			moves = count(len(x.Pot))
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{wholeAmount(r.Units, x.Asset, x.Amount), word(r.Units.Symbol(x.Asset)), uncut(x.Where), uncut(x.Source), worth, moves, uncut(x.TracedBy)}})
	}
	return table
}

func (r *CaseReport) lossesTable() *Table {
	table := &Table{Name: "losses", Caption: "What victims claim to have lost", Columns: []Column{
		{Title: "victim"}, {Title: "lost", Align: Point}, {Title: "asset"}, {Title: "worth, US dollars", Align: Point}, {Title: "claim"}, {Title: "transaction"}, {Title: "source"},
	}}
	for _, c := range r.Table.Victims {
		worth, checked := Cell{Text: "not stated"}, "not checked"
		if c.Value != nil {
			worth = Cell{Text: group(c.Value.String()), Raw: c.Value.String()}
		}
		if c.Checked {
			checked = "an exhibit holds its transaction"
		}
		if c.Contested {
			checked = "contested: counts once"
		}
		tx, source := Cell{}, Cell{}
		if at := slices.IndexFunc(r.Case.Victims, func(v casebook.Victim) bool { return v.Number == c.Victim }); at >= 0 {
			source = uncut(r.Case.Victims[at].Source)
			if id := r.Case.Victims[at].Tx; id != nil {
				tx = wholeTx(nil, *id)
			}
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{{Text: r.claimName(c.Victim, c.Also, c.Contested)}, wholeAmount(r.Units, c.Asset, c.Amount), word(r.Units.Symbol(c.Asset)), worth, {Text: checked, Basis: clew.Claimed}, tx, source}})
		if len(c.Also) > 0 {
			table.Rows = append(table.Rows, r.rowsOfClaim(&c)...)
		}
	}
	return table
}

// rowsOfClaim has what each of the rows says that are one claim.
func (r *CaseReport) rowsOfClaim(c *distribution.Claim) (rows []Row) {
	for _, number := range append([]int{c.Victim}, c.Also...) {
		for i := range r.Case.Victims {
			v := &r.Case.Victims[i]
			if v.Number != number {
				continue
			}
			worth := Cell{Text: "not stated"}
			if v.Value != nil {
				worth = Cell{Text: group(v.Value.String()), Raw: v.Value.String()}
			}
			rows = append(rows, Row{Cells: []Cell{{Text: "of these " + r.victimName(number)}, wholeAmount(r.Units, v.Asset, v.Amount), word(r.Units.Symbol(v.Asset)), worth, {Text: "not counted apart", Basis: clew.Claimed}, {}, uncut(v.Source)}})
		}
	}
	return rows
}

// doubtsTable says what speaks against taking claims as they stand.
func (r *CaseReport) doubtsTable() *Table {
	table := &Table{Name: "doubts", Caption: "Doubts about the claims, which change no share beyond what is said", Columns: []Column{{Title: "victims"}, {Title: "doubt"}}}
	for _, d := range r.Table.Doubts {
		var rows []string
		for _, v := range d.Victims {
			rows = append(rows, fmt.Sprint(v))
		}
		whom := listed(rows, 40)
		if len(rows) == 0 {
			whom = "of none alone"
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{{Text: whom}, {Text: capital(cleanWhole(d.Says)) + "."}}})
	}
	return table
}

// sharesSection has the books of one asset, a few policies abreast.
func (r *CaseReport) sharesSection(n int, books []distribution.Book) Section {
	asset := books[0].Asset
	s := Section{ID: fmt.Sprintf("shares-%d", n), Title: "Shares in " + r.Units.Amount(asset, books[0].Recovered)}
	var answered []*distribution.Book
	for i := range books {
		b := &books[i]
		if b.Lacks != "" {
			s.Notes = append(s.Notes, fmt.Sprintf("Policy %s has no answer here: %s.", b.Policy, cleanWhole(b.Lacks)))
			continue
		}
		answered = append(answered, b)
		s.Notes = append(s.Notes, r.bookNote(b))
	}
	for k := 0; k < len(answered); k += policiesAbreast {
		table := r.sharesTable(answered[k:min(k+policiesAbreast, len(answered))])
		table.Name = fmt.Sprintf("shares-%d-%d", n, k/policiesAbreast+1)
		s.Tables = append(s.Tables, table)
	}
	return s
}

// bookNote says what a reader must know of one book.
func (r *CaseReport) bookNote(b *distribution.Book) string {
	text := fmt.Sprintf("Policy %s: %s", b.Policy, cleanWhole(b.Rounding))
	if !b.Unchecked.IsZero() {
		text += fmt.Sprintf(" Of the shares %s goes to claims of which no exhibit holds the transaction.", r.Units.Amount(b.Asset, b.Unchecked))
	}
	if !b.Contested.IsZero() {
		text += fmt.Sprintf(" Of the shares %s is contested: it is held for all who claim it, and is nobody's yet.", r.Units.Amount(b.Asset, b.Contested))
	}
	if len(b.Unheld) > 0 {
		var numbers []string
		for _, v := range b.Unheld {
			numbers = append(numbers, fmt.Sprint(v))
		}
		text += fmt.Sprintf(" Victims who lost another asset, so that no loss in this one bounds what they get: %s.", listed(numbers, 40))
	}
	if !b.Surplus.IsZero() {
		text += fmt.Sprintf(" %s goes to no victim: %s.", r.Units.Amount(b.Asset, b.Surplus), cleanWhole(b.Why))
	}
	if len(b.Outside) > 0 {
		var numbers []string
		for _, v := range b.Outside {
			numbers = append(numbers, fmt.Sprint(v))
		}
		text += fmt.Sprintf(" Victims without a part in it, for %s: %s.", cleanWhole(b.OutsideBy), listed(numbers, 40))
	}
	return text
}

// sharesTable has a row for each victim and a column for each policy, and adds up.
func (r *CaseReport) sharesTable(books []*distribution.Book) *Table {
	table := &Table{Columns: []Column{{Title: "victim"}}}
	at, names := map[int][]Cell{}, map[int]string{}
	var numbers []int
	for k, b := range books {
		table.Columns = append(table.Columns, Column{Title: string(b.Policy) + ", " + r.Units.Symbol(b.Asset), Align: Point})
		for i := range b.Shares {
			x := &b.Shares[i]
			if at[x.Victim] == nil {
				at[x.Victim], names[x.Victim] = make([]Cell, len(books)), r.claimName(x.Victim, x.Also, x.Contested)
				numbers = append(numbers, x.Victim)
			}
			c := wholeAmount(r.Units, b.Asset, x.Amount)
			if x.Capped {
				c.Text += " (met)"
			}
			at[x.Victim][k] = c
		}
	}
	slices.Sort(numbers)
	for _, v := range numbers {
		cells := at[v]
		for k := range cells {
			if cells[k].Text == "" {
				cells[k] = Cell{Text: "no part"}
			}
		}
		table.Rows = append(table.Rows, Row{Cells: append([]Cell{{Text: names[v]}}, cells...)})
	}
	surplus, sum := []Cell{{Text: "to no victim"}}, []Cell{{Text: "sum, which is what was recovered"}}
	for _, b := range books {
		surplus, sum = append(surplus, wholeAmount(r.Units, b.Asset, b.Surplus)), append(sum, wholeAmount(r.Units, b.Asset, b.Sum))
	}
	table.Rows = append(table.Rows, Row{Cells: surplus}, Row{Cells: sum, Total: true})
	return table
}

// policiesSection says what the policies of a table are, with their sources.
func policiesSection(t *distribution.Table) Section {
	table := &Table{Name: "policies", Columns: []Column{{Title: "policy"}, {Title: "says"}, {Title: "source"}, {Title: "known failure"}, {Title: "needs"}}}
	for _, d := range distribution.Policies() {
		if slices.ContainsFunc(t.Books, func(b distribution.Book) bool { return b.Policy == d.Policy }) {
			table.Rows = append(table.Rows, Row{Cells: []Cell{{Text: strings.ReplaceAll(string(d.Policy), "-", " "), Raw: string(d.Policy)}, {Text: d.Says}, {Text: d.Source}, {Text: d.Failure}, {Text: d.Needs}}})
		}
	}
	return Section{ID: "policies", Title: "The policies, and where they come from", Tables: some(table), Detail: true}
}
