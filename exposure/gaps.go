package exposure

import (
	"clew"
)

// gaps returns what the ledger says is missing that could bear on the answer:
// of every address, and of the subject.
func (s *session) gaps() []clew.Gap {
	c := s.q.Ledger.Coverage()
	chain := s.q.Ledger.Chain()
	var gaps []clew.Gap
	held := s.held()
	if !c.Holds(s.q.Subject, held) {
		gaps = append(gaps, clew.Gap{Kind: clew.GapHistory, Chain: chain, Address: s.q.Subject, Window: held,
			Note: "not all that the address dealt is held"})
	}
	if !c.HoldsWhole(held) {
		gaps = append(gaps, clew.Gap{Kind: clew.GapHistory, Chain: chain, Window: held,
			Note: "the histories of other addresses are held in part, so that what it met through them is known in part"})
	}
	if held.From > 0 {
		gaps = append(gaps, clew.Gap{Kind: clew.GapHistory, Chain: chain, Window: clew.Window{To: held.From}, Note: "nothing before the first block held"})
	}
	for _, g := range c.Gaps {
		if g.Address.IsZero() || g.Address == s.q.Subject {
			g.Chain = chain
			gaps = append(gaps, g)
		}
	}
	return gaps
}
