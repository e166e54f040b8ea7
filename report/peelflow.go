package report

import (
	"fmt"

	"clew"
	"clew/launder"
	"clew/trace"
)

// addPeels draws each peel chain as one node, between who began it and where its
// rest lies. Of what is peeled, only what goes on or stops somewhere is drawn
// apart: the rest stays with the chain.
func (m *flowMaker) addPeels(folds map[peelAt]string, uses map[usedAt]*trace.Use) {
	stops := map[clew.Address]bool{}
	for i := range m.t.Result.Places {
		if p := &m.t.Result.Places[i]; p.Kind != trace.AtRest && p.Kind != trace.NotHeld {
			stops[p.Address] = true
		}
	}
	for i, f := range m.t.Peels {
		first := &f.Steps[0].Roles[len(f.Steps[0].Roles)-1]
		u := uses[usedAt{f.Chain, first.Pos}]
		line := folds[peelAt{f.Chain, first.Pos}]
		if u == nil || line == "" {
			continue
		}
		payer := m.node(f.Steps[0].Roles[0].Address, u.Hop)
		chain := m.plain(fmt.Sprint("peels ", i), "peel chain, "+plural(len(f.Steps), "step", "steps"), line+": inferred from the shape", u.Hop+1)
		m.pay(payer, chain, f.Asset, u.Amount, u.Parts)
		for k := range f.Steps {
			for r := range f.Steps[k].Roles {
				m.addPeel(&f.Steps[k].Roles[r], f, chain, stops, uses)
			}
		}
	}
}

// addPeel draws what one role of a step says, from the chain's node.
func (m *flowMaker) addPeel(r *launder.Role, f *launder.Finding, chain int, stops map[clew.Address]bool, uses map[usedAt]*trace.Use) {
	u := uses[usedAt{f.Chain, r.Pos}]
	if u == nil || r.Name != launder.Peeled && r.Name != launder.LastRest {
		return
	}
	amount := r.Amount.Min(u.Amount)
	if _, goesOn := m.nodes[r.Address.String()]; r.Name == launder.Peeled && !goesOn && !stops[r.Address] {
		m.flow.Nodes[chain].keep(f.Asset, amount)
		return
	}
	hop := m.flow.Nodes[chain].Hop + 1
	m.pay(chain, m.node(r.Address, hop), f.Asset, amount, shareOf(u, amount))
}

// pay adds an edge of what a ledger records.
func (m *flowMaker) pay(from, to int, asset clew.Asset, amount clew.Amount, parts []trace.Part) {
	m.flow.Edges = append(m.flow.Edges, FlowEdge{From: from, To: to, Asset: asset, Amount: amount, Count: 1, Basis: clew.Fact, Parts: m.parts(parts)})
}
