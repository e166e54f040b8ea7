package report

import (
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/exposure"
	"clew/share/graph"
	"clew/tag"
	"clew/taint"
	"clew/trace"
)

// trace adds a trace: the transfers that marked value went through, what joins
// chains and assets, and where the value lies. What services' records say is
// left out: it is theirs to pass on.
func (m *graphMaker) trace(t *Trace) {
	m.called(t.Names, t.Units)
	m.graph.Title = "Trace: " + Clean(t.Subject)
	m.graph.Note = fmt.Sprintf("%s Marked amounts are by the policy %s, a convention. Names are claims.", t.asked(), t.Result.Method.Policy)
	if n := len(t.Result.Records); n > 0 {
		m.graph.Note += fmt.Sprintf(" %s of services or banks left out.", plural(n, "record", "records"))
	}
	for i := range t.Result.Uses {
		m.guard(&t.Result.Uses[i].Transfer)
	}
	uses := make(map[usedAt]*trace.Use, len(t.Result.Uses))
	for i := range t.Result.Uses {
		u := &t.Result.Uses[i]
		uses[usedAt{u.Transfer.Asset.Chain(), u.Transfer.Pos}] = u
		m.transfer(&u.Transfer, &u.Amount, u.Basis, u.By)
	}
	for i := range t.Result.Conversions {
		m.crossing(&t.Result.Conversions[i], uses)
	}
	for i := range t.Result.Hypotheses {
		m.hypothesis(&t.Result.Hypotheses[i], uses, t.Result.Method.Direction == trace.Backward)
	}
	for i := range t.Result.Places {
		m.place(&t.Result.Places[i])
	}
}

// side returns the node on one side of a transfer, if it was used.
func (m *graphMaker) side(u *trace.Use, recipient bool) (string, bool) {
	if u == nil || len(u.Transfer.From) == 0 || len(u.Transfer.To) == 0 {
		return "", false
	}
	a := u.Transfer.From[0].Address
	if recipient {
		a = u.Transfer.To[0].Address
	}
	return m.node(a, u.Transfer.Asset.Chain()), true
}

// crossing adds a conversion that was crossed, as an edge from whom it went to
// on its way in to whom it came from on its way out. Its amounts are the marked
// ones: of what went in and what came out, the latter.
func (m *graphMaker) crossing(c *trace.Crossing, uses map[usedAt]*trace.Use) {
	if c.Note != "" || len(c.Conversion.In) == 0 || len(c.Conversion.Out) == 0 {
		return
	}
	from, ok := m.side(uses[usedAt{c.Conversion.InChain, c.Conversion.In[0]}], true)
	to, found := m.side(uses[usedAt{c.Conversion.OutChain, c.Conversion.Out[0]}], false)
	if !ok || !found {
		return
	}
	m.join(c, graph.Edge{From: from, To: to, Kind: string(c.Conversion.Kind), Chain: string(c.Conversion.OutChain)}, c.OutAsset, c.Out)
}

// hypothesis adds where value may have come out. It was not followed.
func (m *graphMaker) hypothesis(c *trace.Crossing, uses map[usedAt]*trace.Use, backward bool) {
	near, chain, far := c.Conversion.In, c.Conversion.InChain, c.Conversion.OutChain
	if backward {
		near, chain, far = c.Conversion.Out, c.Conversion.OutChain, c.Conversion.InChain
	}
	if len(near) == 0 {
		return
	}
	at, ok := m.side(uses[usedAt{chain, near[0]}], !backward)
	if !ok {
		return
	}
	may := m.add(graph.Node{ID: "hypothesis " + Clean(c.Conversion.ID), Kind: graph.Elsewhere, Chain: string(far)})
	e := graph.Edge{From: at, To: may, Kind: hypothesis, Chain: string(chain)}
	if backward {
		e.From, e.To = may, at
	}
	m.join(c, e, c.InAsset, c.In)
}

// join adds the edge of a conversion.
func (m *graphMaker) join(c *trace.Crossing, e graph.Edge, asset clew.Asset, marked clew.Amount) {
	e.RestsOn, e.By, e.Count = string(c.Conversion.Basis), Clean(c.Conversion.By), 1
	if !asset.IsZero() {
		e.Asset, e.Symbol = asset.String(), m.units.Symbol(asset)
		e.Marked, e.Shown = m.amount(asset, marked)
	}
	m.graph.Edges = append(m.graph.Edges, e)
}

// place says at a node what lies there and why. Places without an address hang on
// nothing, and are in the note.
func (m *graphMaker) place(p *trace.Place) {
	says := fmt.Sprintf("%s: %s of %s", p.Kind, p.Amount, p.Asset)
	if p.Address.IsZero() {
		m.graph.Note += " Without an address: " + says + "."
		return
	}
	n := &m.graph.Nodes[m.at[m.node(p.Address, p.Address.Chain())]]
	n.Ends = strings.TrimPrefix(n.Ends+"; "+says, "; ")
	if rests := string(basisOf(p.Kind, p.Role)); !slices.Contains(strings.Split(n.RestsOn, "; "), rests) {
		n.RestsOn = strings.TrimPrefix(n.RestsOn+"; "+rests, "; ")
	}
	if p.Tag == nil || p.Tag.Private || n.Kind != graph.Address {
		return
	}
	if claim := Clean(p.Tag.Label) + ", as claimed by " + Clean(p.Tag.Source); !strings.Contains(n.Claims, claim) {
		n.Claims = strings.TrimPrefix(n.Claims+"; "+claim, "; ")
	}
}

// paths adds the transfers of every path, each once.
func (m *graphMaker) paths(p *Paths) {
	m.called(nil, p.Units)
	m.graph.Title = "Paths from " + p.From.Text() + " to " + p.To.Text()
	m.graph.Note = "Transfers of the best paths, whole. A path says that value could have gone that way, not that it did."
	paths := slices.Concat(p.Widest, p.Soonest)
	for _, path := range paths {
		for k := range path.Transfers {
			m.guard(&path.Transfers[k])
		}
	}
	seen := map[clew.Pos]bool{}
	for _, path := range paths {
		for k := range path.Transfers {
			if t := &path.Transfers[k]; !seen[t.Pos] {
				seen[t.Pos] = true
				m.transfer(t, nil, clew.Fact, "")
			}
		}
	}
}

// exposure adds whom the subject met: an edge for each party and asset, a fact
// where they dealt directly, and apportioned by the policy where through others.
func (m *graphMaker) exposure(e *Exposure) {
	var names []Name
	for i := range e.Sides {
		for _, r := range e.Sides[i].Rows {
			if label := sharedName(&r); label != "" {
				names = append(names, Name{Address: r.Address, Label: label, By: "tags and lists"})
			}
		}
	}
	m.called(names, e.Units)
	m.graph.Title = "Exposure of " + e.Subject.Text()
	m.graph.Note = fmt.Sprintf("What met parties that somebody names. Through others it is apportioned by the policy %s: an inference. What met nobody who is named is left out.", e.Method.Policy)
	subject := m.node(e.Subject, e.Subject.Chain())
	for i := range e.Sides {
		for k := range e.Sides[i].Rows {
			m.met(subject, &e.Sides[i].Rows[k], e.Method.Policy)
		}
	}
}

// sharedName returns what a row's party is called, but for claims of packs that
// are not to be shared; "" if it is called nothing else.
func sharedName(r *exposure.Row) string {
	actor, concept := r.Actor, r.Concept
	if a := r.Attribution; a != nil {
		shared := exposure.Attribution{Listings: a.Listings, Claims: slices.DeleteFunc(slices.Clone(a.Claims), func(t tag.Tag) bool { return t.Private })}
		actor, concept, _ = shared.Grouped()
	}
	return strings.Trim(actor+", "+string(concept), ", ")
}

func (m *graphMaker) met(subject string, r *exposure.Row, policy taint.Policy) {
	x := graph.Edge{From: m.node(r.Address, r.Address.Chain()), To: subject, Kind: "met", RestsOn: string(clew.Fact), Chain: string(r.Asset.Chain()),
		Asset: r.Asset.String(), Symbol: m.units.Symbol(r.Asset), Count: uint64(r.Count)}
	if r.Side == exposure.Outgoing {
		x.From, x.To = x.To, x.From
	}
	if !r.Direct {
		x.RestsOn, x.By = string(clew.Inferred), fmt.Sprintf("policy %s, through others in %d transfers at the least", policy, r.Hops)
	}
	if r.Last.Known() {
		x.Time = r.Last.String()
	}
	x.Amount, x.Display = m.amount(r.Asset, r.Amount)
	m.graph.Edges = append(m.graph.Edges, x)
}
