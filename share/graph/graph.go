// Package graph holds answers as nodes and edges, and writes them as GraphML,
// for programs that draw and measure graphs.
//
// A node is an address on one chain. Where a transaction has several legs on a
// side, the chain does not say who paid whom: then the transaction is a node
// too, with an edge for each leg. What a node is called is a claim, and every
// edge says on what it rests: nothing here is made a fact by being drawn.
package graph

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// A Graph is one answer. Nodes and edges have fixed columns, so that each
// format has the same.
type Graph struct {
	Title string // what it is of
	Note  string // how it was come by, and what of it is left out
	Nodes []Node
	Edges []Edge
}

// A Node is an address, or what stands for several or for none.
type Node struct {
	ID      string // CAIP-10 of an address; of others, words
	Kind    Kind
	Chain   string // by CAIP-2
	Address string // as its chain writes it; empty: it has none, or it stays private
	Claims  string // what it is called, by whom; empty: nothing is
	Ends    string // what of the answer's value lies there, and why it was followed no further
	RestsOn string // of Ends: fact, claim or inferred
	Marked  string // of a transaction: the marked amount that went through it, in smallest units
}

// A Kind says what a node stands for.
type Kind string

// The kinds of node.
const (
	Address     Kind = "address"
	Transaction Kind = "transaction"
	Victim      Kind = "victim" // an address of a victim that stays private
	Nobody      Kind = "nobody" // issued, a fee, or destroyed
	Elsewhere   Kind = "elsewhere"
)

// An Edge is one transfer, one of its legs, or what is said to join two nodes.
type Edge struct {
	From, To string // ids of nodes
	Kind     string // transfer, leg, swap, bridge, wrap, hypothesis, or met
	RestsOn  string // fact, claim or inferred
	By       string // who claims it, or by which method; empty: the ledger
	Chain    string
	Tx       string // empty: there is none, or it would name a victim
	Position string
	Time     string // RFC 3339; empty: not known
	Asset    string // by CAIP-19
	Symbol   string // what the asset is called
	Amount   string // in smallest units, exact; empty: not known, which is not 0
	Display  string // the same in whole units; empty: how many make one is not known
	Marked   string // of Amount, what the answer follows, by its policy: an inference; empty: nothing is marked
	Shown    string // the same in whole units
	Count    uint64 // of like transfers that the edge stands for
}

// A column is one attribute of nodes or edges.
type column struct{ name, kind string }

var nodeColumns = []column{{"kind", "string"}, {"chain", "string"}, {"address", "string"}, {"claims", "string"}, {"ends", "string"}, {"ends_rests_on", "string"}, {"marked", "string"}}

var edgeColumns = []column{{"kind", "string"}, {"rests_on", "string"}, {"by", "string"}, {"chain", "string"}, {"tx", "string"}, {"position", "string"}, {"time", "string"}, {"asset", "string"}, {"symbol", "string"},
	{"amount", "string"}, {"amount_display", "double"}, {"marked", "string"}, {"marked_display", "double"}, {"transfers", "long"}}

func (n *Node) values() []string {
	return []string{string(n.Kind), n.Chain, n.Address, n.Claims, n.Ends, n.RestsOn, n.Marked}
}

func (e *Edge) values() []string {
	return []string{e.Kind, e.RestsOn, e.By, e.Chain, e.Tx, e.Position, e.Time, e.Asset, e.Symbol, e.Amount, e.Display, e.Marked, e.Shown, fmt.Sprint(e.Count)}
}

// NodeRows returns the nodes as rows of a table, with a heading.
func (g *Graph) NodeRows() [][]string {
	rows := [][]string{append([]string{"id"}, named(nodeColumns)...)}
	for i := range g.Nodes {
		rows = append(rows, append([]string{g.Nodes[i].ID}, g.Nodes[i].values()...))
	}
	return rows
}

// EdgeRows returns the edges as rows of a table, with a heading. Source and
// target are the words by which other programs know them.
func (g *Graph) EdgeRows() [][]string {
	rows := [][]string{append([]string{"source", "target"}, named(edgeColumns)...)}
	for i := range g.Edges {
		e := &g.Edges[i]
		rows = append(rows, append([]string{e.From, e.To}, e.values()...))
	}
	return rows
}

func named(columns []column) (names []string) {
	for _, c := range columns {
		names = append(names, c.name)
	}
	return names
}

// WriteGraphML writes the graph as GraphML 1.0, with typed keys. Exact amounts
// are strings, for no number of GraphML is exact; the numbers beside them are
// for display. Characters that XML does not have are replaced.
func (g *Graph) WriteGraphML(to io.Writer) error {
	var b strings.Builder
	b.WriteString(xml.Header + `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">` + "\n")
	for _, of := range []struct {
		what    string
		letter  string
		columns []column
	}{{"graph", "g", []column{{"title", "string"}, {"note", "string"}}}, {"node", "n", nodeColumns}, {"edge", "e", edgeColumns}} {
		for k, c := range of.columns {
			fmt.Fprintf(&b, "<key id=\"%s%d\" for=%q attr.name=%q attr.type=%q/>\n", of.letter, k, of.what, c.name, c.kind)
		}
	}
	b.WriteString("<graph id=\"answer\" edgedefault=\"directed\">\n")
	data(&b, "g", []string{g.Title, g.Note})
	for i := range g.Nodes {
		b.WriteString("<node id=\"" + escaped(g.Nodes[i].ID) + "\">\n")
		data(&b, "n", g.Nodes[i].values())
		b.WriteString("</node>\n")
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		fmt.Fprintf(&b, "<edge id=\"edge%d\" source=\"%s\" target=\"%s\">\n", i, escaped(e.From), escaped(e.To))
		data(&b, "e", e.values())
		b.WriteString("</edge>\n")
	}
	b.WriteString("</graph>\n</graphml>\n")
	_, err := io.WriteString(to, b.String())
	return err
}

// data writes what is known of a node or an edge; what is not is left out.
func data(b *strings.Builder, letter string, values []string) {
	for k, v := range values {
		if v != "" {
			fmt.Fprintf(b, "<data key=\"%s%d\">%s</data>\n", letter, k, escaped(v))
		}
	}
}

// escaped returns text as XML has it.
func escaped(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		panic("graph: " + err.Error()) // a builder takes all
	}
	return b.String()
}
