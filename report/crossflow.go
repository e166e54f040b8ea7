package report

import (
	"fmt"

	"clew"
	"clew/trace"
)

// sides returns the transfers by which value entered a conversion on the trace's
// way, and those by which it left, with the chains that they are on.
func (m *flowMaker) sides(c *clew.Conversion) (near, far []clew.Pos, nearChain, farChain clew.Chain) {
	if m.t.Result.Method.Direction == trace.Backward {
		return c.Out, c.In, c.OutChain, c.InChain
	}
	return c.In, c.Out, c.InChain, c.OutChain
}

// addCrossing adds an edge for a conversion between the address that the value
// went to and the one that it came from, where both are known and differ. The
// picture runs with the ledger, whichever way was traced.
func (m *flowMaker) addCrossing(c *trace.Crossing, uses map[usedAt]*trace.Use) {
	in, out := c.Conversion.In, c.Conversion.Out
	if len(in) == 0 || len(out) == 0 {
		return
	}
	from, ok := m.endOf(uses[usedAt{c.Conversion.InChain, in[0]}], true)
	to, found := m.endOf(uses[usedAt{c.Conversion.OutChain, out[0]}], false)
	if !ok || !found || from == to {
		return
	}
	e := FlowEdge{From: from, To: to, Asset: c.OutAsset, Amount: c.Out, Count: 1, Basis: c.Conversion.Basis,
		Kind: string(c.Conversion.Kind), By: messageOf(c.Bridge), Parts: m.partsOf(&c.Conversion, uses)}
	if c.Note != "" {
		return
	}
	m.flow.Edges = append(m.flow.Edges, e)
}

// partsOf returns what each origin has in what went into a conversion.
func (m *flowMaker) partsOf(c *clew.Conversion, uses map[usedAt]*trace.Use) []int64 {
	near, _, chain, _ := m.sides(c)
	var parts []trace.Part
	for _, pos := range near {
		if u := uses[usedAt{chain, pos}]; u != nil {
			parts = append(parts, u.Parts...)
		}
	}
	return m.parts(parts)
}

// addHypothesis adds an edge to whom value may have come by a bridge. It is drawn,
// and nothing beyond it.
func (m *flowMaker) addHypothesis(c *trace.Crossing, uses map[usedAt]*trace.Use) {
	near, _, chain, far := m.sides(&c.Conversion)
	if len(near) == 0 || c.Bridge == nil {
		return
	}
	u := uses[usedAt{chain, near[0]}]
	backward := m.t.Result.Method.Direction == trace.Backward
	at, ok := m.endOf(u, !backward)
	if !ok {
		return
	}
	name, hop := "another chain", u.Hop+2
	if len(c.Bridge.Recipients) > 0 && !backward {
		name = tinyAddress(c.Bridge.Recipients[0])
	}
	may := m.plain("hypothesis "+c.Conversion.ID, "may be "+name, hypothesisWords(c.Bridge), hop)
	if far != "" && far != chain {
		m.flow.Nodes[may].Address = "on " + far.Name()
	}
	e := FlowEdge{From: at, To: may, Asset: c.InAsset, Amount: c.In, Count: 1, Basis: c.Conversion.Basis, Kind: hypothesis, By: messageOf(c.Bridge), Parts: m.partsOf(&c.Conversion, uses)}
	if backward {
		e.From, e.To = may, at
	}
	m.flow.Edges = append(m.flow.Edges, e)
}

// hypothesisWords says what a hypothesis is worth.
func hypothesisWords(b *trace.BridgeLink) string {
	score := ""
	if b.Score > 0 {
		score = fmt.Sprintf(", %d of 1,000", b.Score)
	}
	return fmt.Sprintf("a hypothesis, %s%s: value may have crossed by %s; it is not followed", b.Certainty, score, messageOf(b))
}

// messageOf names the message of a bridge; "" without one.
func messageOf(b *trace.BridgeLink) string {
	switch {
	case b == nil:
		return ""
	case b.Identifier == "":
		return b.Protocol
	}
	return b.Protocol + " " + b.Identifier
}
