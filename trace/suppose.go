package trace

import (
	"clew"
	"clew/launder"
)

// Comparable returns the marked value that went into a bridge or an exchanger, or
// into whatever passed it on there, and of which no identifier says where it came
// out: by the chain and the position of the transfer. It is for those who compare it
// with what came out elsewhere. Forward alone; backward there is none.
func (r *Result) Comparable() map[clew.Chain]map[clew.Pos]*Use {
	found := map[clew.Chain]map[clew.Pos]*Use{}
	if r.Method.Direction != Forward {
		return found
	}
	for i := range r.Uses {
		t := &r.Uses[i].Transfer
		if t.Aggregate != nil || r.Uses[i].Basis != clew.Fact {
			continue
		}
		chain := t.Asset.Chain()
		if found[chain] == nil {
			found[chain] = map[clew.Pos]*Use{}
		}
		found[chain][t.Pos] = &r.Uses[i]
	}
	for i := range r.Conversions {
		c := &r.Conversions[i]
		if c.Note != "" && !namesFarEnd(c.Bridge) {
			continue
		}
		for _, pos := range c.Conversion.In {
			delete(found[c.Conversion.InChain], pos)
		}
	}
	return found
}

// namesFarEnd reports whether a message of a bridge has an identifier that its other
// end logs too: then that alone says where value came out, or that it has not.
func namesFarEnd(b *BridgeLink) bool {
	if b == nil || b.Identifier == "" {
		return false
	}
	p, _ := launder.ProtocolOf(b.Protocol)
	return !p.OneEnd
}

// Suppose adds to the hypotheses what comparison found of marked value that went
// into bridges and exchangers: of each deposit at most so many candidates, the best
// first. Nothing else of a result changes: none is followed, and no book counts it.
func (r *Result) Suppose(matches []launder.Match, most int, measured string) {
	marked := r.Comparable()
	for i := range matches {
		m := &matches[i]
		u := marked[m.In.Asset.Chain()][m.In.Pos]
		if u == nil {
			continue
		}
		for k := range m.Candidates[:min(len(m.Candidates), most)] {
			c := &m.Candidates[k]
			l := m.LinkTo(c)
			link := bridgeLink(l, bridgeSaying{to: m.In.To, recipient: m.In.For})
			link.Rests, link.Against, link.Measured = c.Rests, c.Against, measured
			if m.More > 0 || len(m.Candidates) > most {
				link.Against = append(link.Against[:len(link.Against):len(link.Against)], "more releases fit than are listed")
			}
			l.Note = string(m.Open)
			r.Hypotheses = append(r.Hypotheses, Crossing{Conversion: l.Conversion, In: u.Amount.Min(m.In.Amount), InAsset: m.In.Asset, OutAsset: c.Out[0].Asset, Bridge: link})
		}
	}
}
