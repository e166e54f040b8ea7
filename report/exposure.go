package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/exposure"
	"clew/price"
	"clew/tag"
	"clew/taint"
)

// An Exposure says whom the value of an address met.
type Exposure struct {
	*exposure.Answer
	Lists   []ListState  `json:"lists"`
	Age     int          `json:"age"` // in days, beyond which a list is too old
	Packs   []tag.Pack   `json:"tagPacks,omitempty"`
	NotRead []ChainLimit `json:"notRead,omitempty"`
	Units   Units        `json:"units,omitempty"`
	Command string       `json:"command,omitempty"`
}

// Outcome says whether anybody who is named was met.
func (e *Exposure) Outcome() Outcome {
	if !e.Complete() {
		return Incomplete
	}
	for i := range e.Sides {
		if len(e.Sides[i].Rows) > 0 {
			return Found
		}
	}
	return Nothing
}

// Doc lays the exposure out: for each side whom it met directly, then through
// others, then what met nobody who is named, then what does not count.
func (e *Exposure) Doc() *Doc {
	d := &Doc{Title: "Exposure of " + shortAddress(e.Subject), Warnings: e.warnings(), Answer: e.sentences()}
	d.Asked = fmt.Sprintf("Whom did the value of %s meet, within %s? As of %s.", e.Subject.Text(), plural(e.Method.Limits.Hops, "transfer", "transfers"), asOfWords(&e.AsOf))
	if len(e.Method.Deposit) > 0 {
		d.Asked = fmt.Sprintf("Which inflows fund one deposit at %s, within %s? As of %s.", e.Subject.Text(), plural(e.Method.Limits.Hops, "transfer", "transfers"), asOfWords(&e.AsOf))
	}
	for i := range e.Sides {
		f := &e.Sides[i]
		d.Sections = append(d.Sections, e.groupSection(f, true), e.groupSection(f, false), e.residualSection(f), e.uncountedSection(f))
	}
	for i := range e.Sides {
		f := &e.Sides[i]
		d.Sections = append(d.Sections, e.rowSection(f), e.metSection(f))
	}
	d.Sections = filled(append(d.Sections, gapSection(e.Gaps), e.methodSection(), listsSection(e.Lists), limitsSection(e.NotRead)))
	d.More = []string{"More: --wide for the addresses and transfers, --json, --csv --table incoming-addresses."}
	return d
}

// warnings say what a reader must know first: what was not looked into.
func (e *Exposure) warnings() []string {
	out := packWarnings(e.Packs)
	if e.Partial {
		out = append(out, "This answer is partial: it was interrupted.")
	}
	for i := range e.Limits {
		out = append(out, "Cut short by a limit: "+hitWords(&e.Limits[i])+". What lies beyond is booked as not read: whom it met is unknown, and not nobody.")
	}
	return append(out, listWarnings(e.Lists, e.Method.Day, e.Age)...)
}

// sentences add up each side, and name whoever is on a list first.
func (e *Exposure) sentences() []string {
	var out []string
	for i := range e.Sides {
		f := &e.Sides[i]
		for _, r := range f.Rows {
			if r.Direct && r.Attribution.On() {
				out = append(out, fmt.Sprintf("%s, directly: %s with %s, which is on an official list.", capital(string(f.Side)), e.Units.Amount(r.Asset, r.Amount), shortAddress(r.Address)))
			}
		}
	}
	for i := range e.Sides {
		f := &e.Sides[i]
		for _, total := range f.Totals[:min(len(f.Totals), fewBooks)] {
			out = append(out, e.sentence(f, &total))
		}
		switch n := len(f.Totals) - fewBooks; {
		case n > 0:
			out = append(out, fmt.Sprintf("And %s: --wide and --json have them.", plural(n, "more asset", "more assets")))
		case len(f.Totals) == 0:
			out = append(out, capital(string(f.Side))+": nothing that counts.")
		}
	}
	return append(out, "What was met through others is apportioned: a statistic, and no proof that those units are the same. Whose an address is, is a claim.")
}

func (e *Exposure) sentence(f *exposure.Flow, total *exposure.Total) string {
	var direct clew.Amount
	for _, r := range f.Rows {
		if r.Direct && r.Asset == total.Asset {
			direct = direct.Plus(r.Amount)
		}
	}
	verb := "came in"
	if f.Side == exposure.Outgoing {
		verb = "went out"
	}
	text := fmt.Sprintf("%s %s. It met somebody who is named directly: %s; through others: %s; nobody who is named: %s.", e.Units.Amount(total.Asset, total.Counted), verb,
		orNothing(direct, total.Counted), orNothing(total.Attributed.Minus(direct), total.Counted), orNothing(total.Residual, total.Counted))
	if !total.Uncounted.IsZero() {
		text += fmt.Sprintf(" %s more does not count, for nobody asked for it.", e.Units.Amount(total.Asset, total.Uncounted))
	}
	if !total.Self.IsZero() {
		text += fmt.Sprintf(" %s more it paid to itself.", e.Units.Amount(total.Asset, total.Self))
	}
	return text
}

func orNothing(part, whole clew.Amount) string {
	if part.IsZero() {
		return "nothing"
	}
	return share(part, whole)
}

// groupSection lists by actor and concept whom a side met.
func (e *Exposure) groupSection(f *exposure.Flow, direct bool) Section {
	name, title := string(f.Side)+"-indirect", capital(string(f.Side))+": met through others"
	if direct {
		name, title = string(f.Side)+"-direct", capital(string(f.Side))+": met directly"
	}
	table := &Table{Name: name, Most: 15, Columns: []Column{
		{Title: "who"}, {Title: "what", Spare: 3}, {Title: "listed"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "share", Align: Right},
		{Title: "US dollars", Align: Point}, {Title: "hops", Align: Right}, {Title: "addresses", Align: Right, Spare: 1}, {Title: "first, UTC", Wide: true}, {Title: "last, UTC", Spare: 2}, {Title: "rests on"},
	}}
	for i := range f.Groups {
		g := &f.Groups[i]
		if g.Direct != direct {
			continue
		}
		hops, listed, basis := count(g.Hops), Cell{}, clew.Claimed
		if direct {
			hops = Cell{}
		}
		if g.Listed {
			listed = word("yes")
		}
		if !direct || g.Inferred {
			basis = clew.Inferred
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(nameless(g.Actor)), word(string(g.Concept)), listed, e.Units.cell(g.Asset, g.Amount), word(e.Units.Symbol(g.Asset)),
			word(share(g.Share.Of, g.Share.Whole)), e.dollars(g.USD), hops, count(g.Addresses), timeCell(g.First), timeCell(g.Last), basisCell(basis)}})
	}
	s := Section{ID: name, Title: title, Tables: some(table)}
	if len(table.Rows) == 0 {
		s.Notes = []string{"Nobody who is named."}
		if !e.Complete() {
			s.Notes[0] = "Nobody who is named, among what was read: of the rest it is unknown."
		}
	}
	return s
}

func nameless(actor string) string {
	if actor == "" {
		return "no name"
	}
	return actor
}

// dollars is empty where no prices were given at all.
func (e *Exposure) dollars(m *price.Money) Cell {
	switch {
	case e.Method.Basis == "":
		return Cell{}
	case m == nil:
		return dollars("")
	}
	return dollars(m.String())
}

// residualSection lists why value met nobody who is named.
func (e *Exposure) residualSection(f *exposure.Flow) Section {
	table := &Table{Name: string(f.Side) + "-residual", Most: 15, Columns: []Column{
		{Title: "why"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "share", Align: Right}, {Title: "times", Align: Right, Spare: 1},
	}}
	for i := range f.Residual {
		r := &f.Residual[i]
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(string(r.Reason)), e.Units.cell(r.Asset, r.Amount), word(e.Units.Symbol(r.Asset)), word(share(r.Share.Of, r.Share.Whole)), count(r.Count)}})
	}
	s := Section{ID: table.Name, Title: capital(string(f.Side)) + ": met nobody who is named", Tables: some(table)}
	if len(table.Rows) == 0 {
		s.Notes = []string{"Nothing is left over."}
	}
	return s
}

// uncountedSection lists what does not count.
func (e *Exposure) uncountedSection(f *exposure.Flow) Section {
	table := &Table{Name: string(f.Side) + "-uncounted", Most: 10, Columns: []Column{
		{Title: "why"}, {Title: "from"}, {Title: "who", Spare: 1}, {Title: "transfers", Align: Right}, {Title: "amount", Align: Point}, {Title: "asset"},
	}}
	for i := range f.Uncounted {
		u := &f.Uncounted[i]
		from, amount, asset := shortCell(u.Address), e.Units.cell(u.Asset, u.Amount), word(e.Units.Symbol(u.Asset))
		if u.Address.IsZero() {
			from, amount, asset = Cell{}, Cell{}, Cell{}
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(string(u.Why)), from, word(labelOf(u.Attribution)), count(u.Transfers), amount, asset}})
	}
	return Section{ID: table.Name, Title: capital(string(f.Side)) + ": does not count, for nobody asked for it", Tables: some(table)}
}

// labelOf says in a few words what is known of an address.
func labelOf(a *exposure.Attribution) string {
	if a == nil {
		return ""
	}
	var words []string
	for i := range a.Listings {
		l := &a.Listings[i]
		words = append(words, fmt.Sprintf("%s (%s %s: %s)", l.Party.Name, l.List.Publisher, l.List.Name, l.Standing))
	}
	for i := range a.Claims {
		words = append(words, a.Claims[i].Label)
	}
	text := listed(words, 2)
	if a.Inferred != nil {
		text += ", inferred by " + a.Inferred.Heuristic + " from " + shortAddress(a.Inferred.From)
	}
	return text
}

// rowSection lists the addresses that a side met.
func (e *Exposure) rowSection(f *exposure.Flow) Section {
	table := &Table{Name: string(f.Side) + "-addresses", Columns: []Column{
		{Title: "address"}, {Title: "what is said"}, {Title: "who"}, {Title: "what"}, {Title: "least hops", Align: Right}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "share", Align: Right}, {Title: "exact share"},
		{Title: "US dollars", Align: Point}, {Title: "first, UTC"}, {Title: "last, UTC"}, {Title: "transfers", Align: Right}, {Title: "not asked for"}, {Title: "rests on"},
	}}
	for i := range f.Rows {
		r := &f.Rows[i]
		basis, unsolicited := clew.Claimed, Cell{}
		if !r.Direct || r.Attribution.Inferred != nil {
			basis = clew.Inferred
		}
		if r.Unsolicited {
			unsolicited = word("yes")
		}
		exact, _ := r.Share.MarshalText()
		table.Rows = append(table.Rows, Row{Cells: []Cell{addressCell(r.Address), word(labelOf(r.Attribution)), word(r.Actor), word(conceptWords(r.Concepts)), count(r.Hops), e.Units.cell(r.Asset, r.Amount), word(e.Units.Symbol(r.Asset)),
			word(share(r.Share.Of, r.Share.Whole)), word(string(exact)), e.dollars(r.USD), timeCell(r.First), timeCell(r.Last), count(r.Count), unsolicited, basisCell(basis)}})
	}
	return Section{ID: table.Name, Title: capital(string(f.Side)) + ": the addresses that are named", Tables: some(table), Detail: true}
}

func conceptWords(concepts []tag.Concept) string {
	words := make([]string, len(concepts))
	for i, c := range concepts {
		words[i] = string(c)
	}
	return strings.Join(words, ", ")
}

// metSection lists the transfers that the rows rest on.
func (e *Exposure) metSection(f *exposure.Flow) Section {
	table := &Table{Name: string(f.Side) + "-transfers", Columns: []Column{
		{Title: "address"}, {Title: "with"}, {Title: "time, UTC"}, {Title: "transaction"}, {Title: "position"}, {Title: "moved", Align: Point}, {Title: "of it, here", Align: Point}, {Title: "asset"},
	}}
	for i := range f.Rows {
		r := &f.Rows[i]
		for _, m := range r.Transfers {
			table.Rows = append(table.Rows, Row{Cells: []Cell{shortCell(r.Address), shortCell(m.With), timeCell(m.Time), txCell(m.Tx), word(m.Pos.String()),
				e.Units.cell(r.Asset, m.Moved), e.Units.cell(r.Asset, m.Part), word(e.Units.Symbol(r.Asset))}})
		}
	}
	s := Section{ID: table.Name, Title: capital(string(f.Side)) + ": the transfers that this rests on", Tables: some(table), Detail: true}
	s.Notes = []string{fmt.Sprintf("The largest %d of each address; further ones are counted above.", e.Method.Limits.Evidence)}
	return s
}

// methodSection says how the answer was come by.
func (e *Exposure) methodSection() Section {
	m, l := &e.Method, &e.Method.Limits
	policy := "Haircut: what leaves an address that nobody names carries what it held of each party, in proportion, at that moment. Units lost to rounding stay where they are, less than one for each transfer, and are booked."
	if m.Policy == taint.FIFO {
		policy = "First in, first out: the units that came first leave first. It is a convention; another order would answer otherwise."
	}
	s := Section{ID: "method", Title: "Method", Fine: []string{policy,
		fmt.Sprintf("Paths end at the first address that is named on %s, after %d transfers, or at one that nobody names with more than %d transfers on a side. Read at most: %d transfers of the address itself on a side, %d of others, %d others.",
			m.Day, l.Hops, l.Degree, l.Own, l.Rows, l.Addresses),
		fmt.Sprintf("It read %s of %s, %s whole, and asked about %s.", plural(e.Work.Rows, "row", "rows"), plural(e.Work.Addresses, "other address", "other addresses"), plural(e.Work.Transfers, "transfer", "transfers"), plural(e.Work.Asked, "address", "addresses"))}}
	switch m.Basis {
	case price.AtMove:
		s.Fine = append(s.Fine, "US dollars: by the close of the day of each transfer that met somebody. What has no price is not known.")
	case price.Now:
		s.Fine = append(s.Fine, "US dollars: by the close of one day for all. What has no price is not known.")
	}
	if e.Command != "" {
		s.Fine = append(s.Fine, "The answer is given again by: "+Clean(e.Command))
	}
	return s
}
