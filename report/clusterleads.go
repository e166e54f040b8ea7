package report

import (
	"fmt"
	"math/big"
	"strings"

	"clew"
	"clew/cluster"
	"clew/cluster/account"
	"clew/tag"
)

// ClusterLeads is what is inferred of who uses an address of an account chain:
// unions with others, the same key elsewhere, and leads.
type ClusterLeads struct {
	Address  clew.Address        `json:"address"`
	AsOf     clew.BlockRef       `json:"asOf"`
	Held     bool                `json:"held"` // its history to the as-of block is held whole
	Customer *account.Customer   `json:"customer"`
	Key      account.Key         `json:"sameKey"`
	Ledgers  []clew.Chain        `json:"ledgers"` // that signatures were looked for in
	Leads    []account.Lead      `json:"leads,omitempty"`
	Bounds   account.Bounds      `json:"bounds"`
	Rules    []cluster.Heuristic `json:"heuristics"` // that something here rests on
	NotAsked []string            `json:"notAsked,omitempty"`
	Packs    []tag.Pack          `json:"tagPacks,omitempty"`
	Gaps     []clew.Gap          `json:"gaps,omitempty"`
	Units    Units               `json:"units,omitempty"`
}

// Outcome is Nothing where neither a union, nor the same key, nor a lead was
// found.
func (p *ClusterLeads) Outcome() Outcome {
	switch {
	case p.Customer.More:
		return Incomplete
	case len(p.Customer.Unions)+len(p.Key.Same())+len(p.Leads) == 0:
		return Nothing
	}
	return Found
}

// Doc lays the page out.
func (p *ClusterLeads) Doc() *Doc {
	d := &Doc{
		Title:    p.Address.String(),
		Asked:    "Which addresses are inferred to be of one user with this one, and who had to do with it, as of " + blockWords(p.AsOf, &clew.Coverage{Gaps: p.Gaps}) + "?",
		Answer:   p.answer(),
		Warnings: packWarnings(p.Packs),
		Sections: filled([]Section{p.membersSection(), p.unionsSection(), p.asideSection(), p.refusedSection(), p.keySection(), p.leadsSection(), heuristicsSection(p.Rules), p.notAskedSection()}),
	}
	if !p.Held {
		d.Warnings = append(d.Warnings, "The history of this address is not held whole: what is first held may not be the first, and whom it paid besides is not known.")
	}
	if p.Customer.More {
		d.Warnings = append(d.Warnings, fmt.Sprintf("Not all was looked at: an address pays more than %d times, or more than %d addresses hang together.", p.Bounds.Rows, account.MaxCustomer))
	}
	return d
}

// answer says what was found in a few sentences.
func (p *ClusterLeads) answer() []string {
	var out []string
	if d := p.Customer.Deposit; d != nil && d.Refused == account.NotRefused {
		out = append(out, fmt.Sprintf("It is inferred to be a deposit address at %s, confidence %s: the service holds the key, a customer pays in. That is no tag.", serviceWords(d.Said, d.Service), confidenceWords(d.Confidence)))
	}
	out = append(out, fmt.Sprintf("%s inferred to be of one customer with it, by deposit addresses.", plural(len(p.Customer.Members), "address is", "addresses are")))
	if n := len(p.Customer.Aside); n > 0 {
		out = append(out, fmt.Sprintf("%s set aside: alone it would join what is attributed to different actors.", plural(n, "union was", "unions were")))
	}
	if n := len(p.Key.Same()); n > 0 {
		out = append(out, fmt.Sprintf("The same key signed on %s.", plural(n, "other ledger", "other ledgers")))
	}
	return append(out, plural(len(p.Leads), "lead", "leads")+". Leads say whom to ask; they join nobody, for they join victims with thieves.")
}

// serviceWords name a service by what is claimed of it.
func serviceWords(said *tag.Tag, a clew.Address) string {
	if said == nil {
		return a.Text()
	}
	return fmt.Sprintf("%s (%s)", Clean(said.Label), a.Text())
}

// confidenceWords write a confidence as a fraction, and in whole hundredths
// rounded down.
func confidenceWords(c *big.Rat) string {
	if c == nil {
		return "unknown"
	}
	hundredths := new(big.Int).Div(new(big.Int).Mul(c.Num(), big.NewInt(100)), c.Denom())
	if len(c.RatString()) > 12 {
		return fmt.Sprintf("%s of 100", hundredths)
	}
	return fmt.Sprintf("%s of 100 (%s)", hundredths, c.RatString())
}

// membersSection lists the cluster of the address.
func (p *ClusterLeads) membersSection() Section {
	table := &Table{Name: "members", Most: 20, Columns: []Column{{Title: "address"}, {Title: "rests on"}}}
	for _, a := range p.Customer.Members {
		table.Rows = append(table.Rows, Row{Cells: []Cell{addressCell(a), basisCell(clew.Inferred)}})
	}
	return Section{ID: "members", Title: "Inferred to be of one customer with it", Tables: some(table)}
}

// asideSection lists unions that join nobody.
func (p *ClusterLeads) asideSection() Section {
	table := &Table{Name: "aside", Columns: []Column{{Title: "customer"}, {Title: "deposit address"}, {Title: "why"}, {Title: "attributed to"}}}
	for _, x := range p.Customer.Aside {
		table.Rows = append(table.Rows, Row{Cells: []Cell{addressCell(x.Customer), addressCell(x.Deposit), word(string(x.Why)), word(strings.Join(x.Actors, ", "))}})
	}
	return Section{ID: "aside", Title: "Set aside, and joining nobody", Tables: some(table)}
}

// unionsSection lists what joins addresses, a row for each sweep.
func (p *ClusterLeads) unionsSection() Section {
	table := &Table{Name: "unions", Most: 20, Columns: []Column{
		{Title: "customer"}, {Title: "deposit address"}, {Title: "service"}, {Title: "paid in", Align: Point}, {Title: "asset"}, {Title: "time, UTC"},
		{Title: "transaction in"}, {Title: "transaction out"}, {Title: "left behind", Align: Point, Wide: true}, {Title: "blocks", Wide: true}, {Title: "confidence"},
		{Title: "second sign", Spare: 1}, {Title: "rests on"},
	}}
	for i := range p.Customer.Unions {
		u := &p.Customer.Unions[i]
		second := ""
		if u.Gas != nil {
			second = string(u.Gas.How)
		}
		for j := range u.Sweeps {
			s := &u.Sweeps[j]
			table.Rows = append(table.Rows, Row{Cells: []Cell{
				addressCell(u.Customer), addressCell(u.Deposit), word(serviceName(u.Said, s.To)), p.Units.cell(s.Asset, s.Received), word(p.Units.Symbol(s.Asset)), timeCell(s.Time),
				txCell(s.TxIn), txCell(s.TxOut), p.Units.cell(s.Asset, s.Left), count(s.Blocks), word(confidenceWords(s.Confidence)), word(second), basisCell(clew.Inferred),
			}})
		}
	}
	return Section{ID: "unions", Title: "Who pays into the same deposit addresses", Tables: some(table)}
}

func serviceName(said *tag.Tag, a clew.Address) string {
	if said == nil {
		return a.Text()
	}
	return said.Label
}

// refusedSection lists what was looked at and not joined.
func (p *ClusterLeads) refusedSection() Section {
	table := &Table{Name: "refused", Most: 20, Columns: []Column{{Title: "payer"}, {Title: "address paid"}, {Title: "that pays"}, {Title: "why not"}}}
	for _, r := range p.Customer.Refused {
		payer := Cell{Text: "any"}
		if !r.Payer.IsZero() {
			payer = addressCell(r.Payer)
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{payer, addressCell(r.Deposit), addressCell(r.Service), word(string(r.Why))}})
	}
	return Section{ID: "refused", Title: "Looked at as deposit addresses, and not joined", Tables: some(table)}
}

// keySection lists signatures by the same key.
func (p *ClusterLeads) keySection() Section {
	if p.Key.Here == nil {
		return Section{}
	}
	s := Section{ID: "samekey", Title: "Where the same key signed", Tables: some(signaturesTable(&p.Key))}
	if len(p.Key.Unsigned) > 0 {
		s.Notes = append(s.Notes, "The same digits were met without a signature of theirs on "+chainNames(p.Key.Unsigned)+": that may be a contract, and says nothing.")
	}
	if len(p.Key.Elsewhere) == 0 {
		s.Notes = append(s.Notes, "No other ledger that is held has a signature of this key.")
	}
	return s
}

// signaturesTable lists signatures by one key; nothing if there is none on the
// chain that was asked about.
func signaturesTable(k *account.Key) *Table {
	table := &Table{Name: "samekey", Columns: []Column{{Title: "ledger"}, {Title: "address"}, {Title: "time, UTC"}, {Title: "transaction"}, {Title: "shown by"}, {Title: "rests on"}}}
	if k.Here == nil {
		return table
	}
	for _, s := range append([]account.Signature{*k.Here}, k.Elsewhere...) {
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(s.Address.Chain().Name()), addressCell(s.Address), timeCell(s.Time), txCell(s.Tx), word(s.Shown), basisCell(clew.Inferred),
		}})
	}
	return table
}

func chainNames(chains []clew.Chain) string {
	names := make([]string, len(chains))
	for i, c := range chains {
		names[i] = c.Name()
	}
	return strings.Join(names, ", ")
}

// leadsSection lists leads with the fact that each rests on.
func (p *ClusterLeads) leadsSection() Section {
	table := &Table{Name: "leads", Most: 30, Columns: []Column{
		{Title: "lead"}, {Title: "about"}, {Title: "who"}, {Title: "what they did"}, {Title: "amount", Align: Point}, {Title: "asset"}, {Title: "time, UTC"}, {Title: "transaction"}, {Title: "rests on"},
	}}
	for i := range p.Leads {
		l := &p.Leads[i]
		amount, asset, time, tx := p.leadFact(l)
		table.Rows = append(table.Rows, Row{Cells: []Cell{
			word(string(l.Sign)), addressCell(l.Of), addressCell(l.With), word(l.Says), amount, asset, timeCell(time), txCell(tx), basisCell(clew.Inferred),
		}})
	}
	return Section{ID: "leads", Title: "Leads, which join nobody", Tables: some(table)}
}

// leadFact lays out the fact that a lead rests on.
func (p *ClusterLeads) leadFact(l *account.Lead) (amount, asset Cell, time clew.Time, tx clew.TxID) {
	switch {
	case l.Transfer != nil:
		return p.Units.cell(l.Transfer.Asset, l.Transfer.Amount()), word(p.Units.Symbol(l.Transfer.Asset)), l.Transfer.Time, l.Transfer.Tx
	case l.Act != nil:
		if l.Act.Amount.IsZero() || l.Act.Asset.IsZero() {
			return Cell{}, Cell{}, l.Act.Time, l.Act.Tx
		}
		return p.Units.cell(l.Act.Asset, l.Act.Amount), word(p.Units.Symbol(l.Act.Asset)), l.Act.Time, l.Act.Tx
	}
	return Cell{}, word(l.Approval.Contract.Text()), l.Approval.Time, l.Approval.Tx
}

// notAskedSection names what was not looked up.
func (p *ClusterLeads) notAskedSection() Section {
	s := Section{ID: "notasked", Title: "What was not looked up"}
	for _, n := range p.NotAsked {
		s.Notes = append(s.Notes, capital(Clean(n))+".")
	}
	return s
}
