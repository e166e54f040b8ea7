package launder

import (
	"fmt"
	"slices"

	"clew"
)

// told puts the answer together.
func (m *matcher) told() *Matching {
	t := &Matching{Largest: m.largest, Matches: make([]Match, len(m.in))}
	for i := range m.in {
		t.Matches[i] = m.matchOf(i)
	}
	for j := range m.out {
		if !m.taken[j] {
			t.Alone = append(t.Alone, m.out[j])
		}
	}
	for _, h := range m.habits {
		t.Habits = append(t.Habits, *h)
	}
	slices.SortFunc(t.Habits, func(a, b Habit) int { return compareLanes(&a, &b) })
	return t
}

func compareLanes(a, b *Habit) int {
	for _, c := range [][2]string{{a.Bridge, b.Bridge}, {a.In.String(), b.In.String()}, {a.Out.String(), b.Out.String()}} {
		if c[0] != c[1] {
			if c[0] < c[1] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// matchOf returns what is found of one deposit.
func (m *matcher) matchOf(i int) Match {
	r := Match{In: m.in[i], Open: m.open[i], Candidates: []Candidate{}}
	if parts := m.partsOf[i]; len(parts) > 0 {
		r.Candidates, r.More = parts[:min(len(parts), MaxCandidates)], max(0, len(parts)-MaxCandidates)
		for k := range r.Candidates {
			m.explain(&r.Candidates[k], i, nil)
		}
		if r.Open == "" {
			r.Link = linkOf(&r.In, &r.Candidates[0])
		}
		return r
	}
	list := slices.Clone(m.edges[i])
	if j := m.match[i]; j >= 0 { // the link's comes first, even where another would fit better
		at := slices.IndexFunc(list, func(e fitting) bool { return e.out == j })
		e := list[at]
		list = slices.Insert(slices.Delete(list, at, at+1), 0, e)
	}
	for k := range list[:min(len(list), MaxCandidates)] {
		e := &list[k]
		c := Candidate{Out: []End{m.out[e.out]}, Usual: e.usual, Waited: int64(m.out[e.out].Time - r.In.Time), Refund: e.pair.In == e.pair.Out, cost: e.cost}
		if d, met := m.scores[[2]int{i, e.out}]; met {
			c.Score = scoreOf(d)
		}
		m.explain(&c, i, e)
		r.Candidates = append(r.Candidates, c)
	}
	r.More = len(list) - len(r.Candidates)
	if m.match[i] >= 0 {
		r.Link = linkOf(&r.In, &r.Candidates[0])
	}
	return r
}

// explain says what a candidate rests on, and what speaks against it.
func (m *matcher) explain(c *Candidate, i int, e *fitting) {
	d, o := &m.in[i], &c.Out[0]
	h := m.habits[lane{d.Bridge, d.Asset, o.Asset}]
	c.Rests, c.Against = []string{}, []string{}
	switch {
	case c.Refund:
		c.Rests = append(c.Rests, "who paid got it back, less a part of a hundred at most")
	case h != nil:
		c.Rests = append(c.Rests, fmt.Sprintf("amount and time are as in %d pairs of this bridge that have no rival", h.Pairs))
	default:
		c.Rests = append(c.Rests, "amount and time are within the bounds asked for")
		c.Against = append(c.Against, "too few pairs of this bridge are without rivals to learn its fees and times from")
	}
	switch {
	case !d.For.IsZero():
		c.Rests = append(c.Rests, "the deposit says that it is for who got it")
	case sameDigits(d.Who, o.Who):
		c.Rests = append(c.Rests, "who got it has the digits of who paid")
	case bothEVM(d.Who, o.Who):
		c.Against = append(c.Against, "who got it has other digits than who paid, and the deposit does not say for whom it is")
	default:
		c.Against = append(c.Against, "nothing says for whom the deposit is")
	}
	if len(c.Out) > 1 {
		c.Rests = append(c.Rests, fmt.Sprintf("%d parts to one recipient add up to it", len(c.Out)))
	}
	if e != nil {
		if rivals := len(m.edges[i]) - 1; rivals > 0 {
			c.Against = append(c.Against, fmt.Sprintf("%d other releases could be of this deposit", rivals))
		}
		if rivals := len(m.back[e.out]) - 1; rivals > 0 {
			c.Against = append(c.Against, fmt.Sprintf("the release could be of %d other deposits", rivals))
		}
	}
	if h != nil && h.moves {
		c.Against = append(c.Against, "the rate is a market's, of which only days and neighbours are known")
	}
}

// linkOf makes a link of a deposit and what is taken for it.
func linkOf(d *End, c *Candidate) *Link {
	first := &c.Out[0]
	l := &Link{Protocol: d.Bridge, Certainty: Likely, Score: c.Score, InTx: d.Tx, Payer: d.Who, Recipients: []clew.Address{first.Who}, Refund: c.Refund,
		Conversion: clew.Conversion{ID: "match " + d.Tx.String() + " " + first.Tx.String(), Kind: clew.Bridge, In: []clew.Pos{d.Pos}, InChain: d.Asset.Chain(), OutChain: first.Asset.Chain(), Basis: clew.Inferred, By: ByComparison}}
	for _, o := range c.Out {
		l.Out = append(l.Out, o.Pos)
		l.OutTxs = append(l.OutTxs, o.Tx)
	}
	return l
}

// MatchMeasured says how often links by comparison were right where it was measured:
// of bridges, or of instant exchangers.
func MatchMeasured(instant bool) string { return matchMeasured[instant] }
