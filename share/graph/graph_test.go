package graph

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"
)

// parsed is GraphML as a reader that knows nothing of this package sees it.
type parsed struct {
	Keys []struct {
		ID   string `xml:"id,attr"`
		For  string `xml:"for,attr"`
		Name string `xml:"attr.name,attr"`
		Type string `xml:"attr.type,attr"`
	} `xml:"key"`
	Graph struct {
		Default string  `xml:"edgedefault,attr"`
		Data    []datum `xml:"data"`
		Nodes   []struct {
			ID   string  `xml:"id,attr"`
			Data []datum `xml:"data"`
		} `xml:"node"`
		Edges []struct {
			ID     string  `xml:"id,attr"`
			Source string  `xml:"source,attr"`
			Target string  `xml:"target,attr"`
			Data   []datum `xml:"data"`
		} `xml:"edge"`
	} `xml:"graph"`
}

type datum struct {
	Key  string `xml:"key,attr"`
	Text string `xml:",chardata"`
}

func written(t testing.TB, g *Graph) (p parsed) {
	t.Helper()
	var out bytes.Buffer
	if err := g.WriteGraphML(&out); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(out.Bytes(), &p); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return p
}

// TestGraphML wants what was put in, under keys that say what it is.
func TestGraphML(t *testing.T) {
	g := &Graph{Title: "a & b", Note: "<c>",
		Nodes: []Node{{ID: "a", Kind: Address, Chain: "eip155:1", Address: "0x1", Claims: `"x" <script>`, Ends: "unspent", RestsOn: "fact"}, {ID: "b", Kind: Nobody}},
		Edges: []Edge{{From: "a", To: "b", Kind: "transfer", RestsOn: "fact", Asset: "eip155:1/slip44:60", Amount: "115792089237316195423570985008687907853269984665640564039457584007913129639935", Display: "1.5", Count: 1}, {From: "a", To: "b", Count: 2}}}
	p := written(t, g)
	names := map[string]string{}
	for _, k := range p.Keys {
		names[k.ID] = k.For + " " + k.Name + " " + k.Type
	}
	var got []string
	say := func(what string, data []datum) {
		line := what
		for _, d := range data {
			line += "; " + names[d.Key] + "=" + d.Text
		}
		got = append(got, line)
	}
	say("graph", p.Graph.Data)
	for _, n := range p.Graph.Nodes {
		say(n.ID, n.Data)
	}
	for _, e := range p.Graph.Edges {
		say(e.ID+" "+e.Source+" "+e.Target, e.Data)
	}
	want := []string{
		"graph; graph title string=a & b; graph note string=<c>",
		`a; node kind string=address; node chain string=eip155:1; node address string=0x1; node claims string="x" <script>; node ends string=unspent; node ends_rests_on string=fact`,
		"b; node kind string=nobody",
		"edge0 a b; edge kind string=transfer; edge rests_on string=fact; edge asset string=eip155:1/slip44:60; edge amount string=115792089237316195423570985008687907853269984665640564039457584007913129639935; edge amount_display double=1.5; edge transfers long=1",
		"edge1 a b; edge transfers long=2",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || p.Graph.Default != "directed" {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if rows := g.EdgeRows(); len(rows) != 3 || len(rows[0]) != len(rows[1]) || rows[1][11] != g.Edges[0].Amount || rows[0][11] != "amount" {
		t.Errorf("%q", rows)
	}
	if rows := g.NodeRows(); len(rows) != 3 || len(rows[0]) != len(rows[1]) || rows[1][4] != g.Nodes[0].Claims || rows[0][4] != "claims" {
		t.Errorf("%q", rows)
	}
}

// FuzzGraphML wants any text to give XML that a reader takes, with the same text
// but for characters that XML does not have.
func FuzzGraphML(f *testing.F) {
	for _, s := range []string{"a", "<&>\"'", "\x00\x1b[31m", "]]>", "\xff", "a\nb\tc\rd", "\u202e\ufffe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := written(t, &Graph{Title: s, Nodes: []Node{{ID: s, Kind: Address, Claims: s}}, Edges: []Edge{{From: s, To: s, By: s}}})
		if len(p.Graph.Nodes) != 1 || len(p.Graph.Edges) != 1 {
			t.Fatalf("%d nodes, %d edges", len(p.Graph.Nodes), len(p.Graph.Edges))
		}
		want := strings.Map(func(r rune) rune {
			if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r > 0xffff {
				return r
			}
			return utf8.RuneError
		}, strings.ToValidUTF8(s, "\ufffd"))
		last := p.Graph.Nodes[0].Data[len(p.Graph.Nodes[0].Data)-1]
		if s != "" && strings.Count(want, "\ufffd") == 0 && last.Text != want {
			t.Fatalf("%q, want %q", last.Text, want)
		}
	})
}
