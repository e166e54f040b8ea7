package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"clew"
	"clew/exposure"
	"clew/incident"
	"clew/share/graph"
	"clew/tag"
	"clew/trace"
)

func graphAddress(chain clew.Chain, n byte) clew.Address {
	form, size := clew.EVMForm, 20
	if chain.IsBitcoin() {
		form = clew.P2PKH
	}
	a, err := clew.MakeAddress(chain, form, bytes.Repeat([]byte{n}, size))
	if err != nil {
		panic(err)
	}
	return a
}

// sums returns what edges of a kind add up to, marked or moved.
func sums(t *testing.T, g *graph.Graph, kind string, marked bool) (sum clew.Amount) {
	t.Helper()
	for i := range g.Edges {
		text := g.Edges[i].Amount
		if marked {
			text = g.Edges[i].Marked
		}
		if g.Edges[i].Kind != kind || text == "" {
			continue
		}
		a, err := clew.ParseAmount(text)
		if err != nil {
			t.Fatal(err)
		}
		sum, _ = sum.Add(a)
	}
	return sum
}

// TestGraphAddsUp makes random traces and wants every transfer once, and what
// moved and what was marked to add up to the same, to the unit.
func TestGraphAddsUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		r := &trace.Result{}
		var moved, marked, legs clew.Amount
		for n := range 40 {
			chain := []clew.Chain{clew.Ethereum, clew.Bitcoin}[random.IntN(2)]
			side := func(of int) (list []clew.Leg) {
				for range of {
					list = append(list, clew.Leg{Address: graphAddress(chain, byte(random.IntN(9)+1)), Amount: clew.Units(random.Uint64N(1 << 50))})
				}
				return list
			}
			x := clew.Transfer{Pos: clew.Pos{Height: uint64(n)}, Asset: clew.NativeAsset(chain), From: side(1), To: side(1)}
			x.To[0].Amount = x.From[0].Amount
			if chain.IsBitcoin() {
				x.From, x.To = side(random.IntN(3)+1), side(random.IntN(3)+2)
				for _, l := range append(x.From, x.To...) {
					legs, _ = legs.Add(l.Amount)
				}
			}
			m := clew.Units(random.Uint64N(1 << 40))
			if len(x.From) == 1 && len(x.To) == 1 {
				moved, _ = moved.Add(x.Amount())
				marked, _ = marked.Add(m)
			}
			r.Uses = append(r.Uses, trace.Use{Transfer: x, Amount: m, Basis: clew.Fact})
		}
		g, err := GraphOf(&Trace{Result: r}, false)
		if err != nil {
			t.Fatal(err)
		}
		if got := sums(t, g, "transfer", false); got != moved {
			t.Errorf("moved %s, want %s", got, moved)
		}
		if got := sums(t, g, "transfer", true); got != marked {
			t.Errorf("marked %s, want %s", got, marked)
		}
		if got := sums(t, g, "leg", false); got != legs {
			t.Errorf("legs %s, want %s", got, legs)
		}
		met := map[string]bool{}
		for _, n := range g.Nodes {
			if met[n.ID] {
				t.Errorf("%s twice", n.ID)
			}
			met[n.ID] = true
		}
		for _, e := range g.Edges {
			if !met[e.From] || !met[e.To] {
				t.Errorf("an edge from %q to %q, which is no node", e.From, e.To)
			}
		}
	}
}

// graphTrace is a theft from a victim, with a hostile name, a place and a tag.
func graphTrace() *Trace {
	victim, thief, end := graphAddress(clew.Ethereum, 1), graphAddress(clew.Ethereum, 2), graphAddress(clew.Ethereum, 3)
	asset := clew.NativeAsset(clew.Ethereum)
	move := func(n uint64, from, to clew.Address) trace.Use {
		return trace.Use{Transfer: clew.Transfer{Pos: clew.Pos{Height: n}, Tx: clew.TxID{byte(n)}, Asset: asset, From: []clew.Leg{{Address: from, Amount: clew.Units(5)}}, To: []clew.Leg{{Address: to, Amount: clew.Units(5)}}}, Amount: clew.Units(4), Basis: clew.Fact}
	}
	supposed := move(3, clew.Address{}, end)
	supposed.Basis, supposed.By, supposed.Note = clew.Claimed, "a firm", "a private note"
	return &Trace{
		Subject: "a theft", Names: []Name{{Address: victim, Label: string(incident.VictimContract), By: "the victim"}, {Address: thief, Label: "=cmd()\x1b", By: "a firm"}},
		Result: &trace.Result{Uses: []trace.Use{move(1, victim, thief), move(2, thief, end), supposed},
			Places: []trace.Place{{Kind: trace.AtService, Address: end, Asset: asset, Amount: clew.Units(4), Tag: &tag.Tag{Label: "An exchange", Source: "a list"}}}},
	}
}

// TestGraphKeepsVictimsPrivate wants nothing that names a victim, and all of it
// when that is asked for.
func TestGraphKeepsVictimsPrivate(t *testing.T) {
	victim := graphAddress(clew.Ethereum, 1)
	for _, shown := range []bool{false, true} {
		g, err := GraphOf(graphTrace(), shown)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(g.NodeRows(), g.EdgeRows(), g.Note)
		for _, secret := range []string{victim.Text(), clew.TxID{1}.String()} {
			if strings.Contains(text, secret) != shown {
				t.Errorf("shown %t: %s is there: %t", shown, secret, !shown)
			}
		}
		if strings.Contains(g.Note, "1 address of victims stayed private") == shown || !strings.Contains(text, clew.TxID{2}.String()) || strings.Contains(text, "a private note") {
			t.Errorf("shown %t: %s", shown, text)
		}
	}
}

// TestGraphNamesVictimsNowhere wants a victim that a title, a claim, a place or whoever
// claims a transfer names in words to stay private, with what else was in the victim's
// transaction, also as the contract of a token, at an edge and in the note; and a victim
// of the record whom no claim of the answer calls one.
func TestGraphNamesVictimsNowhere(t *testing.T) {
	victims, err := recordedVictims()
	if err != nil || len(victims) == 0 {
		t.Fatalf("%d victims on record, %v", len(victims), err)
	}
	victim, recorded := graphAddress(clew.Ethereum, 1).Text(), clew.Address{}
	for a := range victims {
		if a.Chain() == clew.Ethereum && (recorded.IsZero() || a.Text() < recorded.Text()) {
			recorded = a
		}
	}
	x := graphTrace()
	x.Subject = "a theft from " + strings.ToUpper(victim)
	x.Names[1].Label = "paid by " + victim
	x.Result.Places[0].Tag = &tag.Tag{Label: "paid for " + victim, Source: "a list"}
	x.Result.Uses[2].By = "who saw " + victim
	beside := x.Result.Uses[1]
	beside.Transfer.Tx, beside.Transfer.Pos.Ordinal = x.Result.Uses[0].Transfer.Tx, 1
	paid := x.Result.Uses[1]
	paid.Transfer.Tx, paid.Transfer.Pos.Height = clew.TxID{7}, 7
	paid.Transfer.From, paid.Transfer.To = paid.Transfer.To, []clew.Leg{{Address: recorded, Amount: clew.Units(5)}}
	share, err := clew.ParseAsset("eip155:1/erc20:"+victim, clew.Ethereum) // its contract issues one, as a vault does
	if err != nil {
		t.Fatal(err)
	}
	sold := x.Result.Uses[1]
	sold.Transfer.Tx, sold.Transfer.Pos.Height, sold.Transfer.Asset = clew.TxID{8}, 8, share
	x.Result.Uses = append(x.Result.Uses, beside, paid, sold)
	x.Result.Places = append(x.Result.Places, trace.Place{Kind: trace.PaidOffLedger, Asset: share, Amount: clew.Units(4)})
	for _, shown := range []bool{false, true} {
		g, err := GraphOf(x, shown)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ToLower(fmt.Sprint(g.NodeRows(), g.EdgeRows(), g.Title, g.Note))
		for _, secret := range []string{victim, recorded.Text(), clew.TxID{1}.String(), clew.TxID{7}.String()} {
			if strings.Contains(text, strings.ToLower(secret)) != shown {
				t.Errorf("shown %t: %s is there: %t\n%s", shown, secret, !shown, text)
			}
		}
	}
}

// TestGraphTellsFactsFromClaims wants names marked as claims, and on what edges
// and places rest.
func TestGraphTellsFactsFromClaims(t *testing.T) {
	g, err := GraphOf(graphTrace(), false)
	if err != nil {
		t.Fatal(err)
	}
	var edges, nodes []string
	for _, e := range g.Edges {
		edges = append(edges, fmt.Sprintf("%s %s %s", e.Kind, e.RestsOn, e.By))
	}
	if got := strings.Join(edges, "; "); got != "transfer fact ; transfer fact ; transfer claim a firm" {
		t.Errorf("edges %s", got)
	}
	for _, n := range g.Nodes {
		nodes = append(nodes, fmt.Sprintf("%s %q %q %s", n.Kind, n.Claims, n.Ends, n.RestsOn))
	}
	want := `victim "" "" ; address "=cmd()\\u{1b}, as claimed by a firm" "" ; address "An exchange, as claimed by a list" "service: 4 of eip155:1/slip44:60" claim; nobody "" "" `
	if got := strings.Join(nodes, "; "); got != want {
		t.Errorf("nodes\n%s\nwant\n%s", got, want)
	}
	var out bytes.Buffer
	if err := WriteRows(&out, [][]string{{"=1+1", "-x", "a,b", "+", "@", "plain"}}); err != nil {
		t.Fatal(err)
	}
	if rows, err := csv.NewReader(&out).ReadAll(); err != nil || strings.Join(rows[0], "|") != "'=1+1|'-x|a,b|'+|'@|plain" {
		t.Errorf("%q %v", rows, err)
	}
}

// TestGraphOfExposure wants an edge for each party, a fact or an inference, and
// the amounts of the rows.
func TestGraphOfExposure(t *testing.T) {
	asset, subject := clew.NativeAsset(clew.Ethereum), graphAddress(clew.Ethereum, 1)
	row := func(n byte, side exposure.Side, direct bool) exposure.Row {
		return exposure.Row{Side: side, Direct: direct, Hops: 2, Address: graphAddress(clew.Ethereum, n), Actor: "a mixer", Asset: asset, Amount: clew.Units(uint64(n)), Count: int(n)}
	}
	e := &Exposure{Answer: &exposure.Answer{Subject: subject, Sides: []exposure.Flow{{Side: exposure.Incoming, Rows: []exposure.Row{row(2, exposure.Incoming, true), row(3, exposure.Incoming, false)}}, {Side: exposure.Outgoing, Rows: []exposure.Row{row(4, exposure.Outgoing, true)}}}}}
	g, err := GraphOf(e, false)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range g.Edges {
		from, to := "other", "other"
		if x.From == subject.String() {
			from = "subject"
		}
		if x.To == subject.String() {
			to = "subject"
		}
		got = append(got, fmt.Sprintf("%s to %s %s %s %d", from, to, x.Amount, x.RestsOn, x.Count))
	}
	if s := strings.Join(got, "; "); s != "other to subject 2 fact 2; other to subject 3 inferred 3; subject to other 4 fact 4" {
		t.Error(s)
	}
	if len(g.Nodes) != 4 {
		t.Errorf("%d nodes", len(g.Nodes))
	}
	var wrong *clew.InputError
	if _, err := GraphOf(&MispWritten{}, false); !errors.As(err, &wrong) || wrong.Field != "graph" {
		t.Errorf("an answer without a graph: %v", err)
	}
}

// TestGraphOfLegs wants who paid and who was paid on their own sides of a
// transaction, and what is not known not as nothing.
func TestGraphOfLegs(t *testing.T) {
	asset := clew.NativeAsset(clew.Bitcoin)
	leg := func(n byte, units uint64) clew.Leg {
		return clew.Leg{Address: graphAddress(clew.Bitcoin, n), Amount: clew.Units(units)}
	}
	use := trace.Use{Transfer: clew.Transfer{Tx: clew.TxID{7}, Asset: asset, From: []clew.Leg{leg(1, 5), {Unknown: true}}, To: []clew.Leg{leg(2, 3), {Amount: clew.Units(1)}}}, Amount: clew.Units(2), Basis: clew.Fact}
	g, err := GraphOf(&Trace{Result: &trace.Result{Uses: []trace.Use{use}}}, false)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, n := range g.Nodes {
		kinds[n.ID] = string(n.Kind) + strings.TrimPrefix(" "+n.Marked, " ")
	}
	var got []string
	for _, e := range g.Edges {
		got = append(got, fmt.Sprintf("%s > %s %q", kinds[e.From], kinds[e.To], e.Amount))
	}
	if s := strings.Join(got, "; "); s != `address > transaction2 "5"; elsewhere > transaction2 ""; transaction2 > address "3"; transaction2 > nobody "1"` {
		t.Error(s)
	}
}

// TestGraphOfConversions wants conversions and hypotheses as edges that say so,
// with what was marked.
func TestGraphOfConversions(t *testing.T) {
	x := graphTrace()
	in, out := clew.Pos{Height: 1}, clew.Pos{Height: 3}
	c := trace.Crossing{In: clew.Units(4), Out: clew.Units(3), InAsset: clew.NativeAsset(clew.Ethereum), OutAsset: clew.NativeAsset(clew.Ethereum),
		Conversion: clew.Conversion{ID: "c", Kind: clew.Swap, In: []clew.Pos{in}, Out: []clew.Pos{out}, InChain: clew.Ethereum, OutChain: clew.Ethereum, Basis: clew.Inferred, By: "a method"}}
	x.Result.Conversions, x.Result.Hypotheses = []trace.Crossing{c}, []trace.Crossing{c}
	g, err := GraphOf(x, false)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range g.Edges[3:] {
		got = append(got, fmt.Sprintf("%s %s %s > %s marked %s by %s", e.Kind, e.RestsOn, e.From, e.To, e.Marked, e.By))
	}
	thief := graphAddress(clew.Ethereum, 2).String()
	want := "swap inferred " + thief + " > eip155:1:nobody marked 3 by a method\nhypothesis inferred " + thief + " > hypothesis c marked 4 by a method"
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}
