package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/proof"
)

// A Proved says what proofs were added to an evidence bundle.
type Proved struct {
	From    string         `json:"from"`
	To      string         `json:"to"` // the bundle with proofs
	Root    string         `json:"root"`
	SHA256  string         `json:"sha256"`
	First   string         `json:"first"` // root of the files without proofs
	Nodes   []ProvingNode  `json:"nodes"`
	Added   int            `json:"added"` // proofs, each of one transaction
	Counts  []ProofCount   `json:"onChain,omitzero"`
	Fault   string         `json:"fault,omitempty"` // why not all was asked for
	Results []proof.Result `json:"transfers,omitzero"`
}

// A ProvingNode is a node that proofs are made of.
type ProvingNode struct {
	Chain clew.Chain `json:"chain"`
	Node  string     `json:"node"` // its host
	At    clew.Time  `json:"at,omitzero"`
}

// A FirstBundle is what a bundle was before proofs were added: its files make its
// bytes anew, so that what was signed or stamped can still be checked.
type FirstBundle struct {
	Root   string        `json:"root"`
	SHA256 string        `json:"sha256"` // of the file
	Proofs []ProvingNode `json:"proofs"` // of whom they are made
}

// A SecondNode is what another node says of a bundle's transactions.
type SecondNode struct {
	Chain   clew.Chain      `json:"chain"`
	Node    string          `json:"node"`           // its host
	Same    bool            `json:"same,omitempty"` // it is a node that the proofs are of: no other witness
	Agrees  int             `json:"agrees"`
	Differs []proof.Opinion `json:"differs,omitzero"`
	Silent  []proof.Opinion `json:"cannotTell,omitzero"`
	Fault   string          `json:"fault,omitempty"` // why it was not asked about all
}

// Add adds what it says of one transaction.
func (s *SecondNode) Add(o proof.Opinion) {
	switch o.Agreement {
	case proof.Agrees:
		s.Agrees++
	case proof.Differs:
		s.Differs = append(s.Differs, o)
	default:
		s.Silent = append(s.Silent, o)
	}
}

// Outcome is Flawed where a proof speaks against a transfer, and Incomplete where
// not all was asked for.
func (p *Proved) Outcome() Outcome {
	for _, c := range p.Counts {
		if c.Standing == proof.Refuted {
			return Flawed
		}
	}
	if p.Fault != "" {
		return Incomplete
	}
	return Found
}

// Doc lays it out.
func (p *Proved) Doc() *Doc {
	d := &Doc{Title: "Proofs for evidence bundle " + Clean(p.From), Asked: "Which of its transfers are on the chain?"}
	d.Answer = append(d.Answer, fmt.Sprintf("%s written to %s.", plural(p.Added, "proof", "proofs"), Clean(p.To)), provenWords(p.Counts))
	d.Answer = append(d.Answer, headerWords(p.Results, p.Nodes)...)
	if p.Fault != "" {
		d.Warnings = append(d.Warnings, "Not all was asked for: "+Clean(p.Fault)+". What was proved is kept: the same command on "+Clean(p.To)+" goes on.")
	}
	t := &Table{Name: "bundle", Columns: []Column{{Title: "what"}, {Title: "value"}}}
	for _, n := range p.Nodes {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word("node of " + n.Chain.Name()), word(n.Node)}})
	}
	for _, row := range [][2]string{{"root of the files without proofs", p.First}, {"root of the files", p.Root}, {"SHA-256 of the file", p.SHA256}} {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(row[0]), word(row[1])}})
	}
	d.Sections = filled([]Section{standings(p.Results), {ID: "bundle", Title: "What it is", Tables: some(t)}})
	return d
}

// standings lists transfers with what is shown of each, those first of which
// the least is.
func standings(results []proof.Result) Section {
	t := &Table{Name: "transfers", Columns: []Column{{Title: "transfer"}, {Title: "chain"}, {Title: "transaction"}, {Title: "standing"}, {Title: "why"}, {Title: "block", Wide: true}, {Title: "work", Wide: true}}, Most: 20}
	for i := len(proof.Standings) - 1; i >= 0; i-- {
		for _, r := range results {
			if r.Standing == proof.Standings[i] {
				t.Rows = append(t.Rows, standingRow(r))
			}
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "transfers", Title: "What is shown of each transfer", Tables: some(t), Notes: []string{chainNote}}
}

const chainNote = "On chain: a block with its header holds the transaction, and what moved is read from the proved bytes. That the block is on the chain that everybody follows is shown by a header's work and the headers that follow on it, where there are any, and by other people's nodes: clew verify --node asks one."

func standingRow(r proof.Result) Row {
	why, block, work := r.Why, "", ""
	if r.At != nil {
		why += ": " + r.At.String()
	}
	if r.Block != nil {
		block = r.Block.Hash.String()
		if r.Block.Work != nil {
			work = r.Block.Work.String() + " hashes"
		}
	}
	return Row{Cells: []Cell{word(r.Transfer.String()), word(r.Chain.Name()), txCell(r.Tx), word(string(r.Standing)), word(why), word(block), word(work)}}
}

// provenWords says of how many transfers how much is shown.
func provenWords(counts []ProofCount) string {
	total, shown := 0, 0
	var parts []string
	for _, c := range counts {
		if total += c.Transfers; c.Standing == proof.OnChain {
			shown = c.Transfers
		}
		parts = append(parts, fmt.Sprintf("%s %s", group(fmt.Sprint(c.Transfers)), c.Standing))
	}
	if total == 0 {
		return "On chain: it holds no transfers."
	}
	said := fmt.Sprintf("On chain: shown for %s of %s (%s).", group(fmt.Sprint(shown)), plural(total, "transfer", "transfers"), strings.Join(parts, ", "))
	if shown < total {
		said += " What is not shown rests on whoever filled the ledger."
	}
	return said
}

// headerWords say what stands behind the headers of the blocks that are proved to
// hold transfers, and who gave those that show no work; nothing where there are
// none.
func headerWords(results []proof.Result, nodes []ProvingNode) []string {
	var weakest *proof.Seal
	worked, bare := 0, 0
	for _, r := range results {
		switch {
		case r.Block == nil || r.Standing == proof.Refuted:
		case r.Block.Work == nil:
			bare++
		default:
			if worked++; weakest == nil || r.Block.Work.Less(*weakest.Work) {
				weakest = r.Block
			}
		}
	}
	var said []string
	if worked > 0 {
		said = append(said, fmt.Sprintf("Headers: %s in blocks whose headers are work: the weakest, with %s that %s held and linked to it, takes %s hashes on average to make. Whoever wants to make one up has to spend them; no more is shown.",
			plural(worked, "transfer", "transfers"), plural(weakest.Later, "later header", "later headers"), isOrAre(weakest.Later), group(weakest.Work.String())))
	}
	if bare > 0 {
		said = append(said, fmt.Sprintf("Headers: %s in blocks whose headers show no work that is checked here: anybody can make such a header, so it is as good as who gave it%s; only other people's nodes tell whether it is of the chain (clew verify --node).",
			plural(bare, "transfer", "transfers"), givers(results, nodes)))
	}
	if moved := placedElsewhere(results); moved > 0 {
		said = append(said, fmt.Sprintf("Places: %s proved at another place of the chain than the source gives, as sources do that know none; what rests on order may rest on that.", plural(moved, "transfer is", "transfers are")))
	}
	return said
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// givers names the nodes that gave headers without work, in brackets.
func givers(results []proof.Result, nodes []ProvingNode) string {
	bare := map[clew.Chain]bool{}
	for _, r := range results {
		if r.Block != nil && r.Block.Work == nil {
			bare[r.Chain] = true
		}
	}
	var names []string
	for _, n := range nodes {
		if name := Clean(n.Node); bare[n.Chain] && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// placedElsewhere counts the transfers that are proved at another place than their
// sources give.
func placedElsewhere(results []proof.Result) (n int) {
	for _, r := range results {
		if r.At != nil {
			n++
		}
	}
	return n
}

// words say what the second node says.
func (s *SecondNode) words() string {
	n := s.Agrees + len(s.Differs) + len(s.Silent)
	said := fmt.Sprintf("Second node %s, of %s: it agrees on %s of %s", Clean(s.Node), s.Chain.Name(), group(fmt.Sprint(s.Agrees)), plural(n, "transaction", "transactions"))
	if len(s.Differs) > 0 {
		said += fmt.Sprintf(", and differs on %d", len(s.Differs))
	}
	if len(s.Silent) > 0 {
		said += fmt.Sprintf("; it cannot tell of %d", len(s.Silent))
	}
	if s.Fault != "" {
		said += "; not all was asked: " + Clean(s.Fault)
	}
	if s.Same {
		said += "; but the proofs are of the same host, so that it is no second witness"
	}
	return said + "."
}

// secondNodes lists what second nodes do not agree on.
func secondNodes(nodes []SecondNode) Section {
	t := &Table{Name: "second", Columns: []Column{{Title: "node"}, {Title: "block"}, {Title: "transaction"}, {Title: "says"}, {Title: "why"}}, Most: 20}
	for i := range nodes {
		n := &nodes[i]
		for _, list := range [][]proof.Opinion{n.Differs, n.Silent} {
			for _, o := range list {
				t.Rows = append(t.Rows, Row{Cells: []Cell{word(n.Node), word(fmt.Sprint(o.Height)), txCell(o.Tx), word(string(o.Agreement)), word(o.Why)}})
			}
		}
	}
	return Section{ID: "second", Title: "Where a second node does not agree", Tables: some(t)}
}
