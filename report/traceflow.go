package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/trace"
)

// A flowMaker turns a trace into a picture.
type flowMaker struct {
	t     *Trace
	flow  *Flow
	nodes map[string]int
	names map[clew.Address]*Name
	seats map[string]seat // by the ids of origins
}

// flow returns the picture of a trace.
func (t *Trace) flow() *Flow {
	m := &flowMaker{t: t, nodes: map[string]int{}, names: t.nameOf(), flow: &Flow{
		Title: "Flow of marked value, left to right",
		Units: t.Units,
	}}
	m.origins()
	uses := m.used()
	peels := t.peelFolds()
	for i := range t.Result.Uses {
		u := &t.Result.Uses[i]
		if peels[peelAt{u.Transfer.Asset.Chain(), u.Transfer.Pos}] == "" {
			m.addUse(u)
		}
	}
	m.addPeels(peels, uses)
	for i := range t.Result.Conversions {
		m.addCrossing(&t.Result.Conversions[i], uses)
	}
	for i := range t.Result.Hypotheses {
		m.addHypothesis(&t.Result.Hypotheses[i], uses)
	}
	for i := range t.Result.Records {
		m.addRecord(&t.Result.Records[i])
	}
	m.flow.Edges = merged(m.flow.Edges)
	pays := make([]bool, len(m.flow.Nodes))
	for i := range m.flow.Edges {
		pays[m.flow.Edges[i].From] = true
	}
	for i := range t.Result.Places {
		m.addPlace(&t.Result.Places[i], pays)
	}
	return m.flow
}

// origins gives each origin its share of the picture's height: by amount where
// all are of one asset, and equal shares otherwise, for amounts of different
// assets have no common scale.
func (m *flowMaker) origins() {
	origins := m.t.Result.Origins
	same := true
	var sum clew.Amount
	for i := range origins {
		same = same && origins[i].Asset == origins[0].Asset
		sum, _ = sum.Add(origins[i].Amount)
	}
	m.flow.Caption = "A ribbon's width is its marked amount"
	if !same {
		m.flow.Caption += " as a share of its origin: origins of different assets are drawn equally high"
	}
	m.flow.Caption += "; very small ones are drawn thicker than they are. Transfers between the same two addresses are drawn as one. Figures in the picture are rounded down; the tables are exact."
	m.seats = map[string]seat{}
	for at, i := range m.drawn() {
		o := &origins[i]
		part := int64(whole / max(1, len(origins)))
		if same {
			part = billionths(o.Amount, sum)
		}
		m.seats[o.ID] = seat{min(at, m.most()-1), o.Amount, part}
		if at < m.most() {
			m.flow.Origins = append(m.flow.Origins, FlowOrigin{Name: o.Name, Note: m.t.Units.Amount(o.Asset, o.Amount)})
		}
	}
	if n := len(origins) - m.most(); n > 0 {
		m.flow.Origins[m.most()-1] = FlowOrigin{Name: plural(n+1, "other origin", "other origins")}
	}
}

// A seat is where an origin is drawn.
type seat struct {
	at    int
	start clew.Amount
	share int64 // in billionths of all
}

// most returns how many origins are drawn apart, the last of them standing for
// all others where there are many.
func (m *flowMaker) most() int {
	if m.t.manyOrigins() {
		return maxOrigins
	}
	return len(m.t.Result.Origins)
}

// drawn returns the indexes of the origins in the order in which they are drawn:
// of many, the largest first.
func (m *flowMaker) drawn() []int {
	origins := m.t.Result.Origins
	order := make([]int, len(origins))
	for i := range order {
		order[i] = i
	}
	if m.t.manyOrigins() {
		slices.SortStableFunc(order, func(a, b int) int { return origins[b].Amount.Cmp(origins[a].Amount) })
	}
	return order
}

// billionths returns part of all in billionths, rounded down.
func billionths(part, all clew.Amount) int64 {
	n, ok := part.MulDiv(clew.Units(whole), all)
	if v, fits := n.Uint64(); ok && fits {
		return int64(min(v, whole))
	}
	return 0
}

// parts returns what each origin has in something, in billionths of all.
func (m *flowMaker) parts(parts []trace.Part) []int64 {
	out := make([]int64, len(m.flow.Origins))
	for _, p := range parts {
		if s, ok := m.seats[p.Origin]; ok {
			out[s.at] += billionths(p.Basis, s.start) * s.share / whole
		}
	}
	return out
}

// node returns the index of an address's node, made at its first use.
func (m *flowMaker) node(a clew.Address, hop int) int {
	key := a.String()
	if i, ok := m.nodes[key]; ok {
		return i
	}
	n := FlowNode{Key: key, Name: shortAddress(a), Hop: hop, Group: "no role known", Title: a.Text()}
	if name := m.names[a]; name != nil {
		n.Name, n.Address, n.Group, n.Claim = name.Label, tinyAddress(a), name.Label, true
		n.Title += ": " + name.Label + ", as claimed by " + name.By
	}
	if len(m.t.Result.AsOf) > 1 {
		n.Address = strings.Trim(n.Address+" on "+a.Chain().Name(), " ")
	}
	return m.add(n)
}

// plain returns the index of a node without an address.
func (m *flowMaker) plain(key, name, title string, hop int) int {
	if i, ok := m.nodes[key]; ok {
		return i
	}
	return m.add(FlowNode{Key: key, Name: name, Title: title, Hop: hop, Group: name})
}

func (m *flowMaker) add(n FlowNode) int {
	m.nodes[n.Key] = len(m.flow.Nodes)
	m.flow.Nodes = append(m.flow.Nodes, n)
	return len(m.flow.Nodes) - 1
}

// end returns the node at one end of a transfer. Nobody pays where something
// is issued, or comes out of a conversion that somebody claims; nobody is paid
// where something is a fee or destroyed.
func (m *flowMaker) end(u *trace.Use, a clew.Address, hop int) int {
	switch {
	case !a.IsZero():
		return m.node(a, hop)
	case u.Basis != clew.Fact:
		return m.plain("supposed "+u.By, "conversion", "out of a conversion, as supposed by "+u.By, hop)
	}
	return m.plain("nobody", "nobody", "no address: issued, a fee, or destroyed", hop)
}

// addUse adds the edge of a transfer. Where a side has several legs, the chain
// does not say who paid whom: the picture joins the first of each side, which
// says how many more there are.
func (m *flowMaker) addUse(u *trace.Use) {
	x := &u.Transfer
	if len(x.From) == 0 || len(x.To) == 0 {
		return
	}
	n := 1
	if x.Aggregate != nil {
		n = int(min(x.Aggregate.Count, 1<<31))
	}
	from, to := m.end(u, x.From[0].Address, u.Hop), m.end(u, x.To[0].Address, u.Hop+1)
	m.flow.Nodes[from].More = max(m.flow.Nodes[from].More, len(x.From)-1)
	m.flow.Nodes[to].More = max(m.flow.Nodes[to].More, len(x.To)-1)
	m.flow.Edges = append(m.flow.Edges, FlowEdge{
		From: from, To: to, Asset: x.Asset, Amount: u.Amount, Count: n, Basis: u.Basis, Parts: m.parts(u.Parts),
	})
}

// A usedAt names a transfer that marked value went through.
type usedAt struct {
	chain clew.Chain
	pos   clew.Pos
}

// used returns which use is of which transfer.
func (m *flowMaker) used() map[usedAt]*trace.Use {
	uses := make(map[usedAt]*trace.Use, len(m.t.Result.Uses))
	for i := range m.t.Result.Uses {
		u := &m.t.Result.Uses[i]
		uses[usedAt{u.Transfer.Asset.Chain(), u.Transfer.Pos}] = u
	}
	return uses
}

// endOf returns the node on one side of a transfer.
func (m *flowMaker) endOf(u *trace.Use, recipient bool) (int, bool) {
	if u == nil || len(u.Transfer.From) == 0 || len(u.Transfer.To) == 0 {
		return 0, false
	}
	a := u.Transfer.From[0].Address
	if recipient {
		a = u.Transfer.To[0].Address
	}
	i, ok := m.nodes[a.String()]
	return i, ok
}

// addPlace marks the node where value lies; places without an address hang on
// nothing and are left to the tables. pays says which nodes pass anything on.
func (m *flowMaker) addPlace(p *trace.Place, pays []bool) {
	i, ok := m.nodes[p.Address.String()]
	if !ok || p.Address.IsZero() {
		return
	}
	n := &m.flow.Nodes[i]
	n.keep(p.Asset, p.Amount)
	if p.Tag != nil {
		n.Name, n.Address, n.Group, n.Claim = p.Tag.Label, tinyAddress(p.Address), p.Tag.Label, true
	}
	if p.Kind != trace.AtRest && p.Kind != trace.NotHeld || !pays[i] {
		n.Stop = string(p.Kind)
		n.Group = strings.Trim(n.Group+", "+n.Stop, ", ")
	}
	n.Title += fmt.Sprintf("; %s: %s", p.Kind, m.t.Units.Amount(p.Asset, p.Amount))
}
