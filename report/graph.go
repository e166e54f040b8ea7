package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"clew"
	"clew/share/graph"
)

// GraphOf returns an answer as nodes and edges; an input error if it is none of
// who paid whom. Victims' addresses have no address there, and transfers of
// theirs no transaction, unless they are to be shown.
func GraphOf(r Result, victims bool) (*graph.Graph, error) {
	m := &graphMaker{victims: victims, at: map[string]int{}, kept: map[clew.Address]string{}, secret: map[string]string{}}
	if err := m.keepVictims(); err != nil {
		return nil, err
	}
	switch x := r.(type) { // names of victims tell it what to keep back
	case *Trace:
		m.trace(x.ForOthers(true))
	case *Stoppable:
		m.trace(x.Trace.ForOthers(true))
	case *Investigation:
		for _, c := range x.Chains {
			if c.Stop != nil {
				m.trace(c.Stop.Trace.ForOthers(true))
			}
		}
		m.graph.Title = "Investigation of " + Clean(x.Address)
	case *Paths:
		m.paths(x)
	case *Exposure:
		m.exposure(x)
	default:
		return nil, &clew.InputError{Field: "graph", Want: "an answer of who paid whom: of trace, investigate, stoppable, paths or exposure"}
	}
	if n := len(m.kept); n > 0 {
		m.graph.Note += fmt.Sprintf(" %s of victims stayed private.", plural(n, "address", "addresses"))
	}
	m.sweep()
	return &m.graph, nil
}

// WriteRows writes rows as CSV, so that a spreadsheet shows text and runs none.
func WriteRows(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = csvCell(text)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// A graphMaker turns an answer into a graph.
type graphMaker struct {
	graph   graph.Graph
	victims bool
	at      map[string]int          // place of each node
	kept    map[clew.Address]string // ids of victims' addresses that stay private
	secret  map[string]string       // what stands in the place of addresses and transactions that stay private, wherever they are named, by their text in small letters
	names   map[clew.Address][]Name
	units   Units
}

// called takes in what addresses are called, and the units of assets.
func (m *graphMaker) called(names []Name, units Units) {
	m.names, m.units = map[clew.Address][]Name{}, units
	for _, n := range names {
		m.names[n.Address] = append(m.names[n.Address], n)
	}
}

// node returns the id of an address's node, made at its first use.
func (m *graphMaker) node(a clew.Address, chain clew.Chain) string {
	if a.IsZero() {
		return m.add(graph.Node{ID: string(chain) + ":nobody", Kind: graph.Nobody, Chain: string(chain)})
	}
	if m.hidden(a) {
		if m.kept[a] == "" {
			m.kept[a] = fmt.Sprintf("victim %d", len(m.kept)+1)
		}
		return m.add(graph.Node{ID: m.kept[a], Kind: graph.Victim, Chain: string(a.Chain())})
	}
	var claims []string
	for _, n := range m.names[a] {
		claim := Clean(n.Label)
		if by := firstSaid(n.By, n.Source); by != "" {
			claim += ", as claimed by " + Clean(by)
		}
		if !slices.Contains(claims, claim) {
			claims = append(claims, claim)
		}
	}
	return m.add(graph.Node{ID: a.String(), Kind: graph.Address, Chain: string(a.Chain()), Address: a.Text(), Claims: strings.Join(claims, "; ")})
}

func firstSaid(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// add adds a node, once.
func (m *graphMaker) add(n graph.Node) string {
	if _, there := m.at[n.ID]; !there {
		m.at[n.ID] = len(m.graph.Nodes)
		m.graph.Nodes = append(m.graph.Nodes, n)
	}
	return n.ID
}

// amount returns an amount exactly, and in whole units where it is known or
// claimed how many make one.
func (m *graphMaker) amount(asset clew.Asset, a clew.Amount) (exact, display string) {
	if m.units.Knows(asset) {
		display = a.Format(m.units.Of(asset).Decimals)
	}
	return a.String(), display
}

// moved returns an edge of a transfer, without its ends and amounts.
func (m *graphMaker) moved(t *clew.Transfer, private bool) graph.Edge {
	e := graph.Edge{Kind: "transfer", RestsOn: string(clew.Fact), Chain: string(t.Asset.Chain()), Asset: t.Asset.String(), Symbol: m.units.Symbol(t.Asset), Count: 1}
	if t.Time.Known() {
		e.Time = t.Time.String()
	}
	if !private {
		e.Position = t.Pos.String()
		if t.Tx != (clew.TxID{}) {
			e.Tx = t.Tx.String()
		}
	}
	if t.Aggregate != nil {
		e.Count = t.Aggregate.Count
	}
	return e
}

// transfer adds a transfer: an edge, or where a side has several legs a node
// with an edge for each of them. Marked is what of it the answer follows.
func (m *graphMaker) transfer(t *clew.Transfer, marked *clew.Amount, rests clew.Basis, by string) {
	private := m.touches(t)
	e := m.moved(t, private)
	e.RestsOn, e.By = string(rests), Clean(by)
	exact, shown := "", ""
	if marked != nil {
		exact, shown = m.amount(t.Asset, *marked)
	}
	if len(t.From) == 1 && len(t.To) == 1 {
		e.From, e.To = m.node(t.From[0].Address, t.Asset.Chain()), m.node(t.To[0].Address, t.Asset.Chain())
		e.Amount, e.Display = m.amount(t.Asset, t.Amount())
		e.Marked, e.Shown = exact, shown
		m.graph.Edges = append(m.graph.Edges, e)
		return
	}
	at := fmt.Sprintf("%s transaction %s at %s", e.Chain, e.Tx, e.Position)
	if private {
		at = fmt.Sprintf("%s transaction of a victim %d", e.Chain, len(m.graph.Nodes))
	}
	m.add(graph.Node{ID: at, Kind: graph.Transaction, Chain: e.Chain, Marked: exact})
	e.Kind = "leg"
	for _, side := range []struct {
		legs []clew.Leg
		into bool
	}{{t.From, true}, {t.To, false}} {
		for _, l := range side.legs {
			e.Amount, e.Display = m.amount(t.Asset, l.Amount)
			end := m.node(l.Address, t.Asset.Chain())
			if l.Unknown {
				e.Amount, e.Display, end = "", "", m.add(graph.Node{ID: e.Chain + ":unknown", Kind: graph.Elsewhere, Chain: e.Chain})
			}
			if e.From, e.To = at, end; side.into {
				e.From, e.To = end, at
			}
			m.graph.Edges = append(m.graph.Edges, e)
		}
	}
}
