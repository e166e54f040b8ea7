package report

import (
	"fmt"

	"clew"
)

// basisLines says beside a node which of its edges are not fact: at the payer,
// unless several payers rest on the same; then once at whom they pay.
func (d *drawing) basisLines(node int) []pictureLine {
	var lines []pictureLine
	into := map[[2]string]int{} // basis and asset to the sum's index in sums
	var sums []FlowEdge
	for i := range d.flow.Edges {
		e := &d.flow.Edges[i]
		if e.Basis == clew.Fact {
			continue
		}
		if e.From == node && !d.shared(e) {
			lines = append(lines, pictureLine{Class: basisClass(e.Basis), Text: "→ " + string(e.Basis) + ": " + d.flow.about(e.Asset, e.Amount)})
		}
		if e.To != node || !d.shared(e) {
			continue
		}
		key := [2]string{string(e.Basis), e.Asset.String()}
		at, known := into[key]
		if !known {
			into[key] = len(sums)
			sums = append(sums, *e)
			continue
		}
		sums[at].Amount, _ = sums[at].Amount.Add(e.Amount)
		sums[at].Count += e.Count
	}
	for i := range sums {
		e := &sums[i]
		lines = append(lines, pictureLine{Class: basisClass(e.Basis), Text: fmt.Sprintf("← %s: %s", e.Basis, d.flow.about(e.Asset, e.Amount))})
	}
	return lines
}

// shared reports whether several others pay the same node on the same basis.
func (d *drawing) shared(e *FlowEdge) bool {
	n := 0
	for i := range d.flow.Edges {
		if o := &d.flow.Edges[i]; o.To == e.To && o.Basis == e.Basis && o.Asset == e.Asset {
			n++
		}
	}
	return n > 2
}
