package report

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"clew"
	"clew/launder"
	"clew/trace"
)

// Mixers says which withdrawals from mixers are supposed to be of a case's deposits.
// All of it is hypotheses.
type Mixers struct {
	Trace   *Trace              `json:"trace"`
	Chains  []MixerChain        `json:"chains"`
	Unread  []trace.Place       `json:"unread,omitempty"` // mixers that are not read in notes
	Rules   []launder.MixerRule `json:"heuristics"`
	Days    int                 `json:"days"` // after a deposit, that were looked at
	Units   Units               `json:"units,omitempty"`
	Command string              `json:"command,omitempty"` // that gives the same answer again
	Kept    int                 `json:"kept,omitempty"`    // the number of the exhibit as which it was kept in a case; 0: it was not
}

// A MixerChain is what is supposed on one chain.
type MixerChain struct {
	Chain   clew.Chain    `json:"chain"`
	AsOf    clew.BlockRef `json:"asOf"`
	NotHeld bool          `json:"notHeld"` // there is no ledger of it: the pools were not read
	Fees    bool          `json:"fees"`    // fees of transactions are held
	*launder.MixerAnswer
}

// Outcome is Nothing where nothing is supposed.
func (m *Mixers) Outcome() Outcome {
	outcome := m.Trace.Outcome()
	if outcome != Found {
		return outcome
	}
	candidates := 0
	for i := range m.Chains {
		if m.Chains[i].NotHeld || m.Chains[i].Left > 0 {
			return Incomplete
		}
		candidates += len(m.Chains[i].Candidates)
	}
	if candidates == 0 {
		return Nothing
	}
	return Found
}

// Doc lays the answer out.
func (m *Mixers) Doc() *Doc {
	d := &Doc{
		Title:    "Behind mixers: " + Clean(m.Trace.Subject),
		Asked:    fmt.Sprintf("Which withdrawals, up to %s after a deposit, may be of what this case put into mixers? %s", plural(m.Days, "day", "days"), m.Trace.asked()),
		Warnings: append(m.Trace.warnings(), m.warnings()...),
		Answer:   m.answer(),
		More:     []string{"More: --wide for what speaks against each and what each heuristic says, --json for all of it."},
	}
	if m.Kept > 0 {
		d.Answer = append(d.Answer, fmt.Sprintf("It was kept in the case as exhibit %d.", m.Kept))
	}
	sections := []Section{m.depositsSection(), m.candidatesSection(), m.signsSection(), m.relayersSection(), m.rulesSection(), m.unreadSection()}
	d.Sections = filled(sections)
	return d
}

func (m *Mixers) warnings() []string {
	out := []string{"Everything here is a hypothesis. Pools are made so that nobody can tell, and whoever takes out after a thief as many notes as he put in is taken for him. None of it is a tag, an exposure, a verdict or an indicator; a trace does not go on through it."}
	for i := range m.Chains {
		c := &m.Chains[i]
		if c.NotHeld {
			out = append(out, fmt.Sprintf("No ledger of %s is held, so its pools were not read: nothing is known of what came out.", c.Chain.Name()))
			continue
		}
		if slices.ContainsFunc(c.Candidates, func(x launder.MixerCandidate) bool { return x.AtMost }) {
			out = append(out, fmt.Sprintf("The pools on %s are not held from their beginning: there are more notes in them than are counted, and what is supposed (≤) is a bound. Fetch their whole history.", c.Chain.Name()))
		}
		if !c.Fees && len(c.Candidates) > 0 {
			out = append(out, fmt.Sprintf("No fees of these transactions are held on %s: nothing is seen of the price of gas.", c.Chain.Name()))
		}
		if c.Odd > 0 {
			out = append(out, fmt.Sprintf("%s of the pools on %s in amounts that are no note.", plural(c.Odd, "transfer is", "transfers are"), c.Chain.Name()))
		}
		if c.Left > 0 {
			out = append(out, fmt.Sprintf("%s on %s not listed: the least likely ones.", plural(c.Left, "candidate is", "candidates are"), c.Chain.Name()))
		}
	}
	return out
}

func (m *Mixers) answer() []string {
	var notes, batches, half, looked uint64
	candidates, read := 0, false
	for i := range m.Chains {
		c := &m.Chains[i]
		read, looked = read || !c.NotHeld, looked+c.Looked
		for j := range c.Batches {
			notes, batches = notes+c.Batches[j].Count, batches+1
		}
		candidates += len(c.Candidates)
		for j := range c.Candidates {
			if c.Candidates[j].Posterior.Cmp(big.NewRat(1, 2)) >= 0 {
				half++
			}
		}
	}
	if notes == 0 {
		return []string{"The case reaches no deposit in a pool of notes that is known."}
	}
	out := []string{fmt.Sprintf("The case put %s into pools, in %s: that is where its trace ends.", plural(notes, "note", "notes"), plural(batches, "batch", "batches"))}
	if !read {
		return append(out, "What came out of them is not known.")
	}
	return append(out,
		fmt.Sprintf("%s came out after them: %s listed, of which %s supposed with a half or more. That is as good as the rates of the heuristics, which are stated.", plural(looked, "note", "notes"), plural(candidates, "candidate is", "candidates are"), plural(half, "is", "are")))
}

func (m *Mixers) depositsSection() Section {
	t := &Table{Name: "deposits", Most: 12, Columns: []Column{{Title: "batch"}, {Title: "pool"}, {Title: "put in by"}, {Title: "notes", Align: Right}, {Title: "first, UTC"}, {Title: "last, UTC"}, {Title: "candidates", Align: Right}, {Title: "supposed in all", Align: Point}}}
	m.eachBatch(func(c *MixerChain, name string, i int) {
		b := &c.Batches[i]
		var sum uint64 // in thousandths
		n := 0
		for j := range c.Candidates {
			if c.Candidates[j].Batch == i {
				sum, n = sum+permilleOf(c.Candidates[j].Posterior), n+1
			}
		}
		candidates, supposed := count(n), word(fmt.Sprintf("%d.%d", sum/1000, sum%1000/100))
		if c.NotHeld {
			candidates, supposed = word("not known"), word("not known")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(name), word(b.Pool.Name), addressCell(b.By), count(b.Count), timeCell(b.First), timeCell(b.Last), candidates, supposed}})
	})
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "deposits", Title: "What the case put in", Tables: some(t), Notes: []string{"What is supposed in all is the sum over the candidates of a batch: where it exceeds the notes, more withdrawals look right than can be."}}
}

// eachBatch visits batches with the names that rows know them by.
func (m *Mixers) eachBatch(visit func(c *MixerChain, name string, i int)) {
	for k := range m.Chains {
		for i := range m.Chains[k].Batches {
			visit(&m.Chains[k], m.batchName(k, i), i)
		}
	}
}

func (m *Mixers) batchName(chain, batch int) string {
	if len(m.Chains) == 1 {
		return fmt.Sprint(batch + 1)
	}
	return fmt.Sprintf("%s %d", m.Chains[chain].Chain.Name(), batch+1)
}

func (m *Mixers) candidatesSection() Section {
	t := &Table{Name: "candidates", Most: 25, Columns: []Column{{Title: "batch"}, {Title: "of 1000", Align: Right}, {Title: "at first", Align: Right}, {Title: "of so many notes", Align: Right}, {Title: "came out, UTC"}, {Title: "to"},
		{Title: "relayer", Wide: true}, {Title: "transaction", Spare: 1}, {Title: "for"}, {Title: "against", Wide: true}, {Title: "further against", Wide: true}, {Title: "rests on"}}}
	for k := range m.Chains {
		for i := range m.Chains[k].Candidates {
			c := &m.Chains[k].Candidates[i]
			w := &c.Withdrawal
			t.Rows = append(t.Rows, Row{Cells: []Cell{word(m.batchName(k, c.Batch)), bound(c, c.Posterior), bound(c, c.Prior), setCell(c), timeCell(w.Time), addressCell(w.Who),
				addressCell(w.Relayer), txCell(w.Tx), word(mixerWords(c, launder.SpeaksFor)), word(mixerWords(c, launder.SpeaksAgainst)), word(strings.Join(c.Against, "; ")), basisCell(clew.Inferred)}})
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "candidates", Title: "Withdrawals that may be of it, the most likely first", Tables: some(t), Notes: []string{
		"Of 1000: how much is supposed, by all heuristics that count. At first: if each note in the pool were as likely. A heuristic is named with what it multiplies the odds by."}}
}

// bound returns a share of a thousand, and whether it is one at most.
func bound(c *launder.MixerCandidate, r *big.Rat) Cell {
	n := count(permilleOf(r))
	if c.AtMost {
		n.Text, n.Raw = "≤ "+n.Text, "<="+n.Raw
	}
	return n
}

// setCell returns how many notes there were, and whether there were more.
func setCell(c *launder.MixerCandidate) Cell {
	n := count(c.Set)
	if c.AtMost {
		n.Text, n.Raw = "≥ "+n.Text, ">="+n.Raw
	}
	return n
}

// mixerWords names the heuristics that count on one side.
func mixerWords(c *launder.MixerCandidate, says launder.Sight) string {
	var words []string
	for i := range c.Signs {
		if s := &c.Signs[i]; s.Says == says && s.Counts && s.Ratio.Cmp(big.NewRat(1, 1)) != 0 {
			words = append(words, string(s.Sign)+" "+ratioWords(s.Ratio))
		}
	}
	return strings.Join(words, ", ")
}

// ratioWords write a ratio in tenths, rounded down; one below 1 as a divisor.
func ratioWords(r *big.Rat) string {
	sign := "×"
	if r.Cmp(big.NewRat(1, 1)) < 0 {
		sign, r = "÷", new(big.Rat).Inv(r)
	}
	tenths := new(big.Int).Quo(new(big.Int).Mul(r.Num(), big.NewInt(10)), r.Denom())
	whole, part := new(big.Int).QuoRem(tenths, big.NewInt(10), new(big.Int))
	return fmt.Sprintf("%s%s.%s", sign, whole, part)
}

// permilleOf rounds down.
func permilleOf(r *big.Rat) uint64 {
	return new(big.Int).Quo(new(big.Int).Mul(r.Num(), big.NewInt(1000)), r.Denom()).Uint64()
}

func (m *Mixers) signsSection() Section {
	t := &Table{Name: "signs", Columns: []Column{{Title: "batch"}, {Title: "transaction"}, {Title: "heuristic"}, {Title: "says"}, {Title: "worth"}, {Title: "counts"}, {Title: "why"}}}
	for k := range m.Chains {
		for i := range m.Chains[k].Candidates {
			c := &m.Chains[k].Candidates[i]
			for j := range c.Signs {
				s := &c.Signs[j]
				counts := "yes"
				if !s.Counts {
					counts = "no, another that rests on the same does"
				}
				t.Rows = append(t.Rows, Row{Cells: []Cell{word(m.batchName(k, c.Batch)), txCell(c.Withdrawal.Tx), word(string(s.Sign)), word(string(s.Says)), word(ratioWords(s.Ratio)), word(counts), word(s.Why)}})
			}
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "signs", Title: "What each heuristic says", Tables: some(t), Detail: true}
}

// relayersSection counts who took out for others.
func (m *Mixers) relayersSection() Section {
	var order []clew.Address
	notes := map[clew.Address]map[clew.Pos]bool{}
	for k := range m.Chains {
		for i := range m.Chains[k].Candidates {
			w := &m.Chains[k].Candidates[i].Withdrawal
			if w.Relayer.IsZero() || m.Chains[k].Candidates[i].Posterior.Cmp(big.NewRat(1, 2)) < 0 {
				continue
			}
			if notes[w.Relayer] == nil {
				notes[w.Relayer] = map[clew.Pos]bool{}
				order = append(order, w.Relayer)
			}
			notes[w.Relayer][w.Pos] = true
		}
	}
	t := &Table{Name: "relayers", Most: 10, Columns: []Column{{Title: "relayer"}, {Title: "notes", Align: Right}}}
	for _, a := range order {
		t.Rows = append(t.Rows, Row{Cells: []Cell{addressCell(a), count(len(notes[a]))}})
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "relayers", Title: "Who relayed those of which more is supposed than not", Tables: some(t), Notes: []string{"A relayer takes out for anybody, for a part of the note; that makes it nobody's accomplice. It may know when it was asked, and from where."}}
}

func (m *Mixers) rulesSection() Section {
	t := &Table{Name: "heuristics", Columns: []Column{{Title: "heuristic"}, {Title: "assumes"}, {Title: "known failure"}, {Title: "says yes of linked"}, {Title: "and of others"}, {Title: "basis"}, {Title: "source", Wide: true}}}
	for i := range m.Rules {
		r := &m.Rules[i]
		others := "counted in the pool"
		if r.Others != nil {
			others = r.Others.String()
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(string(r.Sign)), word(r.Assumption), word(r.Failure), word(r.Linked.String()), word(others), word(r.Basis), word(r.Source)}})
	}
	return Section{ID: "heuristics", Title: "The heuristics", Tables: some(t), Detail: true, Notes: []string{
		"They are taken to be independent, but for those that rest on the notes that came out to one hand, of which the one worth most counts. What each is worth is the quotient of its two rates, with one case added on each side."}}
}

func (m *Mixers) unreadSection() Section {
	t := &Table{Name: "unread", Columns: []Column{{Title: "mixer"}, {Title: "asset"}, {Title: "amount", Align: Point}}}
	for i := range m.Unread {
		p := &m.Unread[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{addressCell(p.Address), word(m.Units.Symbol(p.Asset)), m.Units.cell(p.Asset, p.Amount)}})
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "unread", Title: "Mixers that are not read in notes", Tables: some(t)}
}
