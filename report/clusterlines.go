package report

import (
	"fmt"
	"strings"

	"clew"
	"clew/cluster"
)

// warnings says what a reader must know before believing an answer.
func (b *ClusterBasis) warnings() []string {
	var out []string
	r := &b.Reading
	if r.Interrupted {
		out = append(out, "This answer is partial: it was interrupted.")
	}
	if r.AtAddresses {
		out = append(out, fmt.Sprintf("Cut short: only %s were read. Clusters may be larger.", plural(b.Addresses, "address", "addresses")))
	}
	if r.AtTransactions {
		out = append(out, fmt.Sprintf("Cut short: only %s were looked at. Clusters may be larger.", plural(b.Transactions, "transaction", "transactions")))
	}
	if n := len(r.Busy); n > 0 {
		out = append(out, fmt.Sprintf("Cut short: of %s only the first %s on a side were read. Clusters may be larger.", plural(n, "address", "addresses"), plural(b.Degree, "row", "rows")))
	}
	if !b.Held {
		out = append(out, "The ledger does not hold the chain from its first block on: links may be missing, and an address that seems new may be old.")
	}
	return append(out, packWarnings(b.Packs)...)
}

// aloneOr says of how large a cluster an address is.
func aloneOr(n int) string {
	if n == 1 {
		return "is alone"
	}
	return "is of a cluster of " + plural(n, "address", "addresses")
}

// limitsSection says what was read and what was not.
func (b *ClusterBasis) limitsSection() Section {
	notes := []string{
		fmt.Sprintf("Read: %s of %s. Limits: %s addresses, %s transactions, %s rows of an address on a side.", plural(b.Reading.Transactions, "transaction", "transactions"),
			plural(b.Reading.Addresses, "address", "addresses"), count(b.Addresses).Text, count(b.Transactions).Text, count(b.Degree).Text),
		fmt.Sprintf("A cluster of %s or more is large. Whom tags attribute clusters to is a claim; what was set aside rests on it.", plural(b.Large, "address", "addresses")),
		"Ledgers do not hold versions, locktimes and sequence numbers, so the sign change-client was not looked for.",
	}
	if b.Reviews > 0 {
		notes = append(notes, plural(b.Reviews, "review was", "reviews were")+" read.")
	}
	return Section{ID: "read", Title: "What this rests on", Notes: notes}
}

// linksSection lists links in their order.
func (b *ClusterBasis) linksSection(id, title string, links []cluster.Link) Section {
	return Section{ID: id, Title: title, Tables: some(b.linksTable(id, links))}
}

func (b *ClusterBasis) linksTable(name string, links []cluster.Link) *Table {
	table := &Table{Name: name, Most: 20, Columns: []Column{
		{Title: "address"}, {Title: "address"}, {Title: "signs"}, {Title: "against", Spare: 1}, {Title: "time, UTC"}, {Title: "transaction"}, {Title: "position", Wide: true}, {Title: "rests on"},
	}}
	against := false
	for _, l := range links {
		against = against || len(l.Against) > 0
		table.Rows = append(table.Rows, Row{Cells: []Cell{shortCell(l.A), shortCell(l.B), word(clusterSigns(l.Signs)), word(clusterSigns(l.Against)),
			timeCell(b.Time(l.Pos)), txCell(l.Tx), word(l.Pos.String()), basisCell(clew.Inferred)}})
	}
	if !against {
		table.Columns[3].Wide = true
	}
	return table
}

// leadsSection lists what is too little to join addresses.
func (b *ClusterBasis) leadsSection(leads []cluster.Link) Section {
	if len(leads) == 0 {
		return Section{}
	}
	s := b.linksSection("leads", "Leads: too little to join addresses", leads)
	s.Notes = []string{"Change is named by one sign, by several that look at the same, or against another rule."}
	return s
}

// vetoedSection lists transactions that were not used.
func (b *ClusterBasis) vetoedSection(list []cluster.VetoedTransaction) Section {
	if len(list) == 0 {
		return Section{}
	}
	table := &Table{Name: "vetoed", Most: 20, Columns: []Column{
		{Title: "transaction"}, {Title: "time, UTC"}, {Title: "why it was not used"}, {Title: "addresses of inputs", Align: Right}, {Title: "position", Wide: true}, {Title: "rests on"},
	}}
	for _, v := range list {
		table.Rows = append(table.Rows, Row{Cells: []Cell{txCell(v.Tx), timeCell(v.Time), word(string(v.Veto)), count(len(v.Inputs)), word(v.Pos.String()), basisCell(clew.Inferred)}})
	}
	return Section{ID: "vetoed", Title: "Transactions of both that were not used", Tables: some(table),
		Notes: []string{"Their inputs may be of several people: outputs of one amount as in a CoinJoin, or an input to spare as in a PayJoin."}}
}

// conflictSection lists what was set aside.
func (b *ClusterBasis) conflictSection(list []cluster.Conflict) Section {
	if len(list) == 0 {
		return Section{}
	}
	table := &Table{Name: "set-aside", Most: 20, Columns: []Column{
		{Title: "transaction"}, {Title: "time, UTC"}, {Title: "signs"}, {Title: "why"}, {Title: "between"}, {Title: "addresses on each side"}, {Title: "position", Wide: true}, {Title: "rests on"},
	}}
	for _, c := range list {
		between := strings.Join(c.Actors, " and ")
		if between == "" {
			between = plural(len(c.Between), "address", "addresses")
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{txCell(c.Tx), timeCell(b.Time(c.Pos)), word(clusterSigns(c.Signs)), word(string(c.Why)), word(between),
			word(sideWords(c.Sides)), word(c.Pos.String()), basisCell(clew.Inferred)}})
	}
	return Section{ID: "set-aside", Title: "Evidence that was set aside", Tables: some(table),
		Notes: []string{"Unless a review rejected it, each alone would make one cluster of what is attributed to different actors, or of two large ones. Either a tag is wrong, or the transaction is not what it looks like: a review can accept or reject it (--reviews)."}}
}

// sideWords lists the largest sides.
func sideWords(sides []int) string {
	var words []string
	for _, n := range sides[:min(len(sides), 4)] {
		words = append(words, count(n).Text)
	}
	if n := len(sides) - 4; n > 0 {
		words = append(words, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(words, ", ")
}

// claims lists what tags say of a cluster.
func (b *ClusterBasis) claims(id, title string, c *ClusterClaims) Section {
	table := &Table{Name: id, Most: 20, Columns: []Column{
		{Title: "address"}, {Title: "label"}, {Title: "actor"}, {Title: "evidence"}, {Title: "source"}, {Title: "date", Wide: true}, {Title: "standing", Wide: true}, {Title: "pack", Wide: true}, {Title: "rests on"},
	}}
	for i := range c.Tags {
		t := &c.Tags[i]
		table.Rows = append(table.Rows, Row{Cells: []Cell{shortCell(t.Subject), word(t.Label), word(t.Actor), word(t.Evidence), word(t.Source), word(t.Date), word(standingOf(t)), word(t.Pack), basisCell(clew.Claimed)}})
	}
	s := Section{ID: id, Title: title, Tables: some(table)}
	if c.All > 0 {
		if len(c.Actors) > 1 {
			s.Notes = []string{"They are attributed to several actors: " + Clean(strings.Join(c.Actors, ", ")) + ". Either a tag is wrong, or the cluster is."}
		}
		s.Notes = append(s.Notes, fmt.Sprintf("%s of its addresses %s tagged. What is said of one holds for the others only if the cluster is right.", group(fmt.Sprint(c.Tagged)), isAre(c.Tagged)))
	}
	if n := c.All - len(c.Tags); n > 0 {
		s.Notes = append(s.Notes, plural(n, "more claim", "more claims")+" not listed here.")
	}
	return s
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// heuristicsSection says of every sign that is named what it assumes, how it is
// known to fail and how often it erred.
func heuristicsSection(list []cluster.Heuristic) Section {
	if len(list) == 0 {
		return Section{}
	}
	s := Section{ID: "heuristics", Title: "What the signs assume, and how they err"}
	table := &Table{Name: "heuristics", Data: true, Columns: []Column{
		{Title: "sign"}, {Title: "name"}, {Title: "assumes"}, {Title: "known failure"}, {Title: "measured error"}, {Title: "looks at"}, {Title: "source"},
	}}
	for i := range list {
		h := &list[i]
		measured := h.Measured
		if measured == "" {
			measured = "not measured"
		}
		s.Notes = append(s.Notes, fmt.Sprintf("%s (%s). Assumes: %s Known failure: %s Measured error: %s.", h.ID, h.Name, h.Assumption, h.Failure, strings.TrimSuffix(measured, ".")))
		s.Fine = append(s.Fine, fmt.Sprintf("%s is from %s.", h.ID, h.Source))
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(h.ID), word(h.Name), word(h.Assumption), word(h.Failure), word(measured), word(string(h.Evidence)), word(h.Source)}})
	}
	s.Tables = some(table)
	return s
}
