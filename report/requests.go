package report

import (
	"fmt"

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
	b.Lines = append(b.Lines, "All times are UTC. Amounts are marked by the policy "+string(s.Trace.Result.Method.Policy)+".", "")
	for i, c := range chances {
		b.Lines = append(b.Lines, s.item(i+1, c)...)
	}
	return b
}

// item states one chance: where, how much, until when, and by which transfers.
func (s *Stoppable) item(n int, c *lead.Chance) []string {
	units := s.Trace.Units
	lines := []string{
		fmt.Sprintf("%d. %s at %s", n, units.Amount(c.Asset, c.Amount), c.Address),
		fmt.Sprintf("   asset %s; act by %s; %s", Clean(c.Asset.String()), deadlineWords(c.Deadline), Clean(whyWords(c))),
	}
	named := c.Deposits[:min(len(c.Deposits), maxNamedDeposits)]
	for _, d := range named {
		if d.Moved.IsZero() {
			lines = append(lines, fmt.Sprintf("   by several payments, the first at %s; some of it went on, so which of them is left is not known", d.Time))
			continue
		}
		lines = append(lines, fmt.Sprintf("   transaction %s, %s, from %s: %s moved, of it %s marked",
			txText(d.Tx), d.Time, addressText(d.From), units.Amount(c.Asset, d.Moved), units.Number(c.Asset, d.Marked)))
	}
	if more := len(c.Deposits) - len(named); more > 0 {
		lines = append(lines, fmt.Sprintf("   and %s, in the table of deposits", plural(more, "more transaction", "more transactions")))
	}
	return lines
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
