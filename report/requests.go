package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"clew"
	"clew/lead"
)

// maxNamedDeposits is how many transfers a request names; the table of deposits
// has all.
const maxNamedDeposits = 20

// requestsSection has one block of text for each party that can act: the facts
// that a request must contain.
func (s *Stoppable) requestsSection() Section {
	section := Section{ID: "requests", Title: "Facts for requests, one block for each recipient"}
	at := map[string]int{}
	var parties [][]*lead.Chance
	for i := range s.Result.Chances {
		c := &s.Result.Chances[i]
		if c.Who.Name == "" || c.Standing == lead.Frozen {
			continue
		}
		key := string(c.Means) + "\x00" + c.Who.Name
		k, known := at[key]
		if !known {
			k = len(parties)
			at[key] = k
			parties = append(parties, nil)
		}
		parties[k] = append(parties[k], c)
	}
	for _, chances := range parties {
		section.Blocks = append(section.Blocks, s.request(chances))
	}
	if len(section.Blocks) > 0 {
		section.Notes = []string{"Which units moved is apportioned by the policy; a chain does not record it. Check each transaction on the chain, and the recipient on its own site, before sending."}
	}
	return section
}

// request states the facts for one party.
func (s *Stoppable) request(chances []*lead.Chance) Block {
	who := &chances[0].Who
	b := Block{Title: fmt.Sprintf("For %s: %s", Clean(who.Name), chances[0].Means)}
	b.Lines = append(b.Lines,
		"Recipient: "+Clean(who.Name),
		"How to reach it: "+Clean(orUnknown(who.How)),
		"What it needs: "+Clean(orUnknown(who.Needs)),
		"Source of that: "+sourceWords(who.Source),
	)
	if who.Tag != nil {
		b.Lines = append(b.Lines, fmt.Sprintf("That the address is its own is a claim: %s, by %s %s", Clean(who.Tag.Label), Clean(who.Tag.Source), Clean(who.Tag.Date)))
	}
	if who.Action != "" {
		b.Lines = append(b.Lines, "What it can do: "+Clean(who.Action))
	}
	b.Lines = append(b.Lines,
		"All times are UTC. Of the chain's record: transactions, times, who paid whom, and amounts moved.",
		"Derived: marked amounts, those parts of "+Clean(s.Trace.Subject)+" which are taken to be in what was moved, by the policy "+string(s.Trace.Result.Method.Policy)+".",
		"Claimed: whose an address is, and what symbol and decimals a token has.", "")
	for i, c := range chances {
		b.Lines = append(b.Lines, s.item(i+1, c)...)
	}
	return b.plain()
}

// item states one chance: where, how much, until when, and by which transfers.
func (s *Stoppable) item(n int, c *lead.Chance) []string {
	why := s.whyWords(c)
	lines := []string{
		fmt.Sprintf("%d. %s at %s", n, s.exactly(c.Asset, c.Amount), c.Address.Text()),
		"   on " + chainWords(c.Address.Chain()) + "; " + s.assetWords(c.Asset),
		fmt.Sprintf("   act by %s; %s", deadlineWords(c.Deadline), why[0]),
	}
	for _, piece := range why[1:] {
		lines = append(lines, "   "+piece)
	}
	named := c.Deposits[:min(len(c.Deposits), maxNamedDeposits)]
	for i := range named {
		lines = append(lines, s.depositLines(c, &named[i])...)
	}
	if more := len(c.Deposits) - len(named); more > 0 {
		lines = append(lines, fmt.Sprintf("   and %s, in the table of deposits", plural(more, "more transaction", "more transactions")))
	}
	return lines
}

// depositLines state one transfer that brought value there.
func (s *Stoppable) depositLines(c *lead.Chance, d *lead.Deposit) []string {
	if d.Moved.IsZero() {
		return []string{fmt.Sprintf("   by several payments, the first at %s; some of it went on, so which of them is left is not known", d.Time)}
	}
	return []string{
		fmt.Sprintf("   transaction %s, at %s", s.Trace.Signatures.text(d.Tx), d.Time),
		fmt.Sprintf("     from %s to %s", addressText(d.From), c.Address.Text()),
		fmt.Sprintf("     %s moved, of it %s marked", s.exactly(c.Asset, d.Moved), s.exactly(c.Asset, d.Marked)),
	}
}

// exactly writes an amount in whole units and in smallest ones.
func (s *Stoppable) exactly(asset clew.Asset, a clew.Amount) string {
	if !s.Trace.Units.Knows(asset) {
		return a.String() + " smallest units"
	}
	return s.Trace.Units.Amount(asset, a) + " (" + a.String() + " smallest units)"
}

// assetWords names an asset by what the chain knows it by.
func (s *Stoppable) assetWords(asset clew.Asset) string {
	text := "asset " + Clean(asset.String())
	contract := asset.Contract()
	switch {
	case asset.IsNative():
		return text + ", the chain's own coin"
	case contract.IsZero():
		return text
	case !s.Trace.Units.Knows(asset):
		return text + ", contract " + contract.Text()
	}
	u := s.Trace.Units.Of(asset)
	return fmt.Sprintf("%s, contract %s, by claim %s of %s", text, contract.Text(), s.Trace.Units.Symbol(asset), plural(u.Decimals, "decimal", "decimals"))
}

// chainWords names a chain for people and by CAIP-2.
func chainWords(c clew.Chain) string { return c.Name() + " (" + Clean(string(c)) + ")" }

// plain spells a block in letters that every form takes when they are pasted:
// any other by its number.
func (b Block) plain() Block {
	for i, line := range b.Lines {
		var text strings.Builder
		for _, r := range line {
			if r < utf8.RuneSelf {
				text.WriteRune(r)
			} else {
				fmt.Fprintf(&text, "U+%04X", r)
			}
		}
		b.Lines[i] = text.String()
	}
	return b
}

func deadlineWords(d lead.Deadline) string {
	switch d.Kind {
	case lead.At:
		return d.Time.String()
	case lead.HasPassed:
		return d.Time.String() + ", which has passed"
	case lead.AnyMoment:
		return "now, for it can be moved at any moment"
	case lead.NotKnown:
		return "a time that is not known"
	}
	return string(d.Kind)
}

func addressText(a clew.Address) string {
	if a.IsZero() {
		return "several or nobody"
	}
	return a.Text()
}

// sourceWords names a source with its own date and that on which it was read.
func sourceWords(s lead.Source) string {
	if s.Text == "" {
		return "none"
	}
	text := Clean(s.Text)
	if s.Stated != "" {
		text += ", of " + Clean(s.Stated)
	}
	return text + ", read on " + Clean(s.Seen)
}
