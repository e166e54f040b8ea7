package report

import (
	"strings"
	"testing"

	"clew"
	"clew/trace"
)

// coinPaths are a path over Bitcoin outputs that comes to one address twice,
// and a wider one that begins alike.
func coinPaths() *Paths {
	coin := clew.NativeAsset(clew.Bitcoin)
	step := func(from, to clew.Address, input, output uint32, spends, pays uint64) trace.Step {
		return trace.Step{From: from, To: to, Input: input, Output: output, Spends: clew.Units(spends), Pays: clew.Units(pays)}
	}
	at := func(height uint64) clew.Transfer {
		return clew.Transfer{Pos: clew.Pos{Height: height}, Time: clew.Time(1_400_000_000 + 600*height), Tx: clew.TxID{31: byte(height)}, Asset: coin,
			From: []clew.Leg{{Address: script(8), Amount: clew.Units(100)}, {Unknown: true}}, To: []clew.Leg{{Address: script(9), Amount: clew.Units(300)}}}
	}
	first := step(script(1), script(2), 1, 0, 70, 65)
	return &Paths{PathResult: &trace.PathResult{From: script(1), To: script(3), Widest: []trace.Path{
		{Asset: coin, Width: clew.Units(60), Weakest: 1, Transfers: []clew.Transfer{at(1), at(4)}, Steps: []trace.Step{first, step(script(2), script(3), 2, 3, 65, 60)}},
		{Asset: coin, Width: clew.Units(40), Weakest: 1, Transfers: []clew.Transfer{at(1), at(2), at(3)},
			Steps: []trace.Step{first, step(script(2), script(2), 0, 1, 65, 40), step(script(2), script(3), 0, 0, 40, 90)}},
	}}}
}

// TestPathsOverOutputsListTheirSteps has rows of the outputs that a path goes
// by, and of no other leg of its transactions.
func TestPathsOverOutputsListTheirSteps(t *testing.T) {
	p := coinPaths()
	checkPage(t, written(t, p, HTML, Style{}, ""))
	text := written(t, p, Text, Style{}, "")
	for _, want := range []string{"Widest path 2: 0.0000004 BTC in 3 transfers", "at most the smaller of the output", "at most  asset  weakest link"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if other := shortAddress(script(9)); strings.Contains(text, other) {
		t.Errorf("an output off the path, %s, in\n%s", other, text)
	}
	lines := strings.Split(written(t, p, CSV, Style{}, "widest 2"), "\n")
	want := "2014-05-13T17:13:20Z," + script(2).String() + "," + script(2).String() + ",0.0000004,BTC,yes,0,0.00000065,1,0.0000004," + clew.TxID{31: 2}.String() + ",2/0/native/0,fact"
	if !strings.HasPrefix(lines[0], `"time, UTC",from,to,at most,asset,weakest link,input,spends,output,pays,transaction,position,rests on`) || lines[2] != want {
		t.Errorf("%s\n%s\nwant\n%s", lines[0], lines[2], want)
	}
	if json := written(t, p, JSON, Style{}, ""); !strings.Contains(json, `"spends"`) {
		t.Errorf("no steps in\n%s", json)
	}
}

// TestPathsOverOutputsAreDrawnByOutput has a node for each output, so that no
// step runs backwards or in a circle, and draws a step that paths share once.
func TestPathsOverOutputsAreDrawnByOutput(t *testing.T) {
	f := coinPaths().flow()
	if len(f.Nodes) != 4 || len(f.Edges) != 4 {
		t.Errorf("%d nodes and %d edges, want 4 and 4: %+v", len(f.Nodes), len(f.Edges), f.Nodes)
	}
	for i, e := range f.Edges {
		if e.From == e.To {
			t.Errorf("edge %d goes in a circle", i)
		}
	}
	for i, with := range forward(f) {
		if !with {
			t.Errorf("edge %d runs backwards", i)
		}
	}
}
