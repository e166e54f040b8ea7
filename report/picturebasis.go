package report

import (
	"fmt"
	"strings"

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
			lines = append(lines, pictureLine{Class: basisClass(e.Basis), Text: "→ " + basisWords(e) + ": " + d.flow.about(e.Asset, e.Amount)})
			if e.By != "" {
				lines = append(lines, pictureLine{Class: basisClass(e.Basis), Text: "by " + briefly(Clean(e.By))})
			}
		}
		if e.To != node || !d.shared(e) {
			continue
		}
		key := [2]string{basisWords(e), e.Asset.String()}
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
		lines = append(lines, pictureLine{Class: basisClass(e.Basis), Text: fmt.Sprintf("← %s: %s", basisWords(e), d.flow.about(e.Asset, e.Amount))})
	}
	return lines
}

// shared reports whether several others pay the same node on the same basis.
func (d *drawing) shared(e *FlowEdge) bool {
	n := 0
	for i := range d.flow.Edges {
		if o := &d.flow.Edges[i]; o.To == e.To && o.Basis == e.Basis && o.Kind == e.Kind && o.Asset == e.Asset {
			n++
		}
	}
	return n > 2
}

// hypothesis is the kind of an edge that says what may have become of value.
const hypothesis = "hypothesis"

// edgeClass returns the class by which an edge is drawn.
func edgeClass(e *FlowEdge) string {
	switch e.Kind {
	case "":
		return basisClass(e.Basis)
	case hypothesis:
		return hypothesis
	}
	return basisClass(e.Basis) + " conversion"
}

// briefly shortens the identifier of a message: the titles and tables have it.
func briefly(by string) string {
	protocol, id, found := strings.Cut(by, " ")
	if !found {
		return clip(protocol, 20)
	}
	return clip(protocol, 12) + " " + clip(id, 9)
}

// basisWords says of an edge that is not fact what it is, and on what it rests.
func basisWords(e *FlowEdge) string {
	switch e.Kind {
	case "":
		return string(e.Basis)
	case hypothesis:
		return hypothesis // the legend says that it is not followed
	}
	if e.Basis == clew.Inferred {
		return e.Kind // the legend says that it is inferred
	}
	return e.Kind + ", " + string(e.Basis)
}

// byWords says of a bridge's edge by which message.
func byWords(e *FlowEdge) string {
	if e.By == "" {
		return ""
	}
	return ", " + Clean(e.By)
}

// kindsWord is the word for several conversions of a kind.
func kindsWord(kind string) string {
	if kind == hypothesis {
		return "hypotheses"
	}
	return kind + "s"
}
