package launder

// LinkTo returns the link that a candidate of m would be. Only the one that is
// named is likely; the others are possible. None is gone on by.
func (m *Match) LinkTo(c *Candidate) *Link {
	l := linkOf(&m.In, c)
	if m.Link == nil || c != &m.Candidates[0] {
		l.Certainty = Possible
	}
	return l
}
