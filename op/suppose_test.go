package op

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"clew"
	"clew/report"
	"clew/trace"
)

// lanePack says what a bridge and an instant exchanger take and give by.
const lanePack = `title: lanes
creator: nobody
source: made up
lastmod: 2024-01-01
tags:
  - {address: '0x000000000000000000000000000000000000be01', chain: ethereum, label: Lane, actor: lane, category: bridge}
  - {address: '0x000000000000000000000000000000000000be02', chain: base, label: Lane, actor: lane, category: bridge}
  - {address: '0x000000000000000000000000000000000000ce01', chain: ethereum, label: Swift, actor: swift, category: instant_exchanger}
  - {address: '0x000000000000000000000000000000000000ce02', chain: base, label: Swift, actor: swift, category: instant_exchanger}
`

// A laneWorld is rows of a CSV of two chains.
type laneWorld struct {
	rows strings.Builder
	n    int
}

func (w *laneWorld) pays(chain, height, time int, from, to string, milli int) {
	w.n++
	at := clew.Time(1_704_067_200 + time)
	fmt.Fprintf(&w.rows, "eip155:%d,%d,0,native,0,%s,0x%064x,eip155:%d/slip44:60,0x%040s,0x%040s,%d000000000000000\n", chain, height, at, w.n, chain, from, to, milli)
}

// newLaneWorld has people who cross by the lane and by the exchanger, and a thief who
// does so with what he took.
func newLaneWorld(r *rand.Rand) *laneWorld {
	w := &laneWorld{}
	w.rows.WriteString("chain,height,index,class,ordinal,time,tx,asset,from,to,amount\n")
	w.pays(1, 1, 0, "aa01", "e1", 90_000)
	height := 10
	cross := func(who string, at, milli int, by string) {
		height += 2
		w.pays(1, height, at, who, by+"e01", milli)
		w.pays(8453, height, at+60+r.IntN(60), by+"e02", who, milli-milli/1000)
	}
	for i := range 10 {
		cross(fmt.Sprintf("c%d", i), 100*i+50, 1_000+r.IntN(40_000), "b")
		cross(fmt.Sprintf("d%d", i), 100*i+90, 1_000+r.IntN(40_000), "c")
	}
	cross("e1", 2_000, 20_000+r.IntN(9_000), "b")
	cross("e1", 2_200, 10_000+r.IntN(9_000), "c")
	w.pays(1, 900, 5_000, "e1", "e2", 5_000)
	return w
}

func laneEnv(t *testing.T, w *laneWorld) *Env {
	t.Helper()
	env := testEnv(fstest.MapFS{"lanes.yaml": {Data: []byte(lanePack)}, "w.csv": {Data: []byte(w.rows.String())}})
	env.Now = 1_720_000_000
	if _, err := runOn(t, env, "import", `{"files": ["w.csv"]}`); err != nil {
		t.Fatal(err)
	}
	return env
}

const laneTrace = `{"start": "0x00000000000000000000000000000000000000e1", "chain": "ethereum", "tags": ["lanes.yaml"]}`

// TestTraceSupposes: where marked value stopped at a bridge or an instant exchanger,
// what may have come out elsewhere is listed with its score, for and against and how
// often such are right, and is not followed.
func TestTraceSupposes(t *testing.T) {
	env := laneEnv(t, newLaneWorld(rand.New(rand.NewPCG(1, 1))))
	page, err := runOn(t, env, "trace", laneTrace)
	if err != nil {
		t.Fatal(err)
	}
	r := page.(*report.Trace).Result
	names := map[string]bool{}
	for _, h := range r.Hypotheses {
		names[h.Bridge.Protocol] = true
		if h.Bridge.Measured == "" || len(h.Bridge.Rests) == 0 || h.Bridge.Certainty == "" || h.Conversion.OutChain != clew.Base || h.In.IsZero() || h.Conversion.Basis != clew.Inferred {
			t.Errorf("%+v, %+v", h, h.Bridge)
		}
	}
	if !names["lane"] || !names["swift"] || len(r.AsOf) != 1 {
		t.Errorf("supposed are %v, and %d chains were walked", names, len(r.AsOf))
	}
	text := written(t, page, report.Text, "")
	for _, words := range []string{"Hypotheses: where it may have gone, not followed", "For it: ", "Measured of hypotheses by comparison", "not followed", "of 1,000"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), words) {
			t.Errorf("the text does not say %q:\n%s", words, text)
		}
	}
	if html := written(t, page, report.HTML, ""); !strings.Contains(html, `<g class="edge hypothesis">`) {
		t.Error("the picture has no dashed edge")
	}
}

// TestSuppositionsChangeNothing: places, books and all else of a trace are the same
// bytes with hypotheses and without.
func TestSuppositionsChangeNothing(t *testing.T) {
	found := 0
	for seed := range uint64(12) {
		env := laneEnv(t, newLaneWorld(rand.New(rand.NewPCG(seed, 7))))
		said := func(over bool) (string, int) {
			in := TraceInput{}
			setDefaults(&in)
			if err := json.Unmarshal([]byte(laneTrace), &in); err != nil {
				t.Fatal(err)
			}
			q, err := newQuestion(context.Background(), env, &in)
			if err != nil {
				t.Fatal(err)
			}
			defer q.close()
			q.overHeld = over
			shown, err := q.run(context.Background(), env)
			if err != nil {
				t.Fatal(err)
			}
			return withoutHypotheses(t, shown.Result), len(shown.Result.Hypotheses)
		}
		with, n := said(true)
		without, none := said(false)
		if found += n; with != without || none != 0 {
			t.Fatalf("seed %d: with %d hypotheses\n%s\nwithout\n%s", seed, n, with, without)
		}
	}
	if found < 12 {
		t.Fatalf("%d hypotheses in 12 worlds prove nothing", found)
	}
}

func withoutHypotheses(t *testing.T, r *trace.Result) string {
	t.Helper()
	bare := *r
	bare.Hypotheses = nil
	text, err := json.Marshal(bare)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTraceSaysWhereItDidNotSuppose: a gap where no other chain is held, and nothing
// where bridges are left out.
func TestTraceSaysWhereItDidNotSuppose(t *testing.T) {
	w := newLaneWorld(rand.New(rand.NewPCG(2, 2)))
	var rows strings.Builder
	for line := range strings.Lines(w.rows.String()) {
		if !strings.HasPrefix(line, "eip155:8453") {
			rows.WriteString(line)
		}
	}
	w.rows = rows
	env := laneEnv(t, w)
	for _, c := range []struct {
		in   string
		gaps int
	}{{laneTrace, 1}, {strings.Replace(laneTrace, "}", `, "withoutBridges": true}`, 1), 0}} {
		page, err := runOn(t, env, "trace", c.in)
		if err != nil {
			t.Fatal(err)
		}
		gaps := 0
		for _, g := range page.(*report.Trace).Result.Gaps {
			if strings.Contains(g.Note, "what went into “lane”, “swift” was not compared") {
				gaps++
			}
		}
		if gaps != c.gaps {
			t.Errorf("%s: %d gaps, want %d", c.in, gaps, c.gaps)
		}
	}
}

// TestTraceShapes: shapes among traced transfers are told with how often the rule errs,
// and what was not traced is not seen.
func TestTraceShapes(t *testing.T) {
	w := &laneWorld{}
	w.rows.WriteString("chain,height,index,class,ordinal,time,tx,asset,from,to,amount\n")
	w.pays(1, 1, 0, "aa01", "e1", 90_000)
	for i := range 15 { // a fan-out of what is traced, and a larger one of what is not
		w.pays(1, 10+i, 60*i+60, "e1", fmt.Sprintf("f%02d", i), 5_000)
	}
	for i := range 40 {
		w.pays(1, 50+i, 60*i+60, "dd01", fmt.Sprintf("d%02d", i), 5_000)
	}
	page, err := runOn(t, laneEnv(t, w), "trace", laneTrace)
	if err != nil {
		t.Fatal(err)
	}
	x := page.(*report.Trace).Shapes
	if x == nil || x.Read != 16 || len(x.Rules) == 0 || x.Acts {
		t.Fatalf("%+v", x)
	}
	thief, fans := page.(*report.Trace).Result.Uses[0].Transfer.To[0].Address, 0
	for i := range x.Findings {
		f := &x.Findings[i]
		if f.Rule == "fan-out" && f.Names(thief) && f.Transfers == 15 {
			fans++
		}
		for _, step := range f.Steps {
			for _, r := range step.Roles {
				if strings.HasSuffix(strings.ToLower(r.Address.Text()), "dd01") {
					t.Errorf("%s names who is not in the trace", f.Rule)
				}
			}
		}
	}
	text := strings.Join(strings.Fields(written(t, page, report.Text, "")), " ")
	if fans != 1 || !strings.Contains(text, "Inferred from the traced transfers alone") || !strings.Contains(text, "of 48 findings 26 are of nobody guilty") || !strings.Contains(text, "chain-hops may be missing") {
		t.Errorf("%d fans in\n%s", fans, text)
	}
}
