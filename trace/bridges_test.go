package trace

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/taint"
)

// givenLinks finds the links that it was given.
type givenLinks []*launder.Link

func (g givenLinks) Forward(_ context.Context, tx []clew.Transfer, _ clew.Address) (links []*launder.Link, err error) {
	for _, l := range g {
		if len(l.In) > 0 && tx[0].Asset.Chain() == l.InChain && slices.ContainsFunc(tx, func(t clew.Transfer) bool { return t.Pos == l.In[0] }) {
			links = append(links, l)
		}
	}
	return links, nil
}

func (g givenLinks) Backward(_ context.Context, tx []clew.Transfer, _ clew.Address) (links []*launder.Link, err error) {
	for _, l := range g {
		if len(l.Out) > 0 && tx[0].Asset.Chain() == l.OutChain && slices.ContainsFunc(tx, func(t clew.Transfer) bool { return t.Pos == l.Out[0] }) {
			links = append(links, l)
		}
	}
	return links, nil
}

// certain returns a link that is crossed.
func certain(id string, in, out clew.Chain, from clew.Pos, to ...clew.Pos) *launder.Link {
	return &launder.Link{Conversion: clew.Conversion{ID: id, Kind: clew.Bridge, In: []clew.Pos{from}, Out: to, InChain: in, OutChain: out,
		Basis: clew.Inferred, By: launder.ByIdentifier}, Protocol: "test", Identifier: id, Certainty: launder.Certain}
}

// messages returns the acts of links on a chain, one for each transaction.
func (g givenLinks) messages(t testing.TB, chain clew.Chain, by clew.Address) (acts []clew.Act) {
	t.Helper()
	seen := map[clew.Pos]bool{}
	for _, l := range g {
		for _, end := range []struct {
			chain clew.Chain
			kind  clew.ActKind
			at    []clew.Pos
		}{{l.InChain, clew.BridgeSent, l.In}, {l.OutChain, clew.BridgeReceived, l.Out}} {
			for _, pos := range end.at {
				if end.chain != chain || seen[pos] {
					continue
				}
				seen[pos] = true
				pos.Ordinal += 100
				act := clew.Act{Pos: pos, Kind: end.kind, On: by, With: by, Tx: txOf(pos)}
				if err := act.SetMessage(clew.Message{Protocol: l.Protocol, ID: l.Identifier, From: l.InChain, To: l.OutChain}); err != nil {
					t.Fatal(err)
				}
				acts = append(acts, act)
			}
		}
	}
	return acts
}

// ledgerSaying holds transfers and acts whole.
func ledgerSaying(t testing.TB, chain clew.Chain, transfers []clew.Transfer, acts []clew.Act) ledger.Snapshot {
	t.Helper()
	ctx := context.Background()
	store := memory.New(chain)
	load, err := store.Load(ctx, ledger.Source{Name: "test", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	var last uint64
	for i := range transfers {
		last = max(last, transfers[i].Pos.Height)
	}
	if err := load.Add(transfers...); err != nil {
		t.Fatal(err)
	}
	if err := load.AddActs(acts...); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(ctx, clew.Coverage{Chain: chain, Whole: []clew.Window{{To: last + 1}}}); err != nil {
		t.Fatal(err)
	}
	snapshot, err := store.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// linksOf makes links of a world's conversions, each of one transfer that goes in.
func linksOf(w *world) (links givenLinks) {
	for i := range w.converts {
		w.converts[i].In = w.converts[i].In[:1]
	}
	for _, c := range w.acrossChains() {
		links = append(links, certain(c.ID, c.InChain, c.OutChain, c.In[0], c.Out...))
	}
	return links
}

// inBridge reads a place of a conversion as one of a bridge.
func inBridge(places string) string {
	lines := strings.Split(strings.ReplaceAll(places, string(Unconverted), string(InBridge)), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestBridgesAgainstOracle crosses random conversions between two chains, that the
// walk finds on its way: whatever their clocks say, and by every policy and engine
// and whichever ledger comes first, the answer is that of one chain on which all of
// it happened in order and was known of before.
func TestBridgesAgainstOracle(t *testing.T) {
	crossed := 0
	for seed := range worlds(200) {
		w := randomWorld(rand.New(rand.NewSource(seed)), traits{origins: 1 + int(seed%2), openings: true, converts: true})
		clear(w.stops)
		links := linksOf(&w)
		for _, p := range taint.Policies() {
			if !p.Describe().Accounts || p == taint.Poison {
				continue
			}
			want := inBridge(ask(t, &w, taint.Method{Policy: p}).String())
			for _, ahead := range []int64{-1000, 0, 1000} {
				here, there := onTwoChains(&w, ahead)
				base := clew.EVMAddress(clew.Base, [20]byte{9})
				in := Input{Method: taint.Method{Policy: p}, Spread: No, Limits: w.limits, Bridges: links, WithoutSwaps: true,
					Ledgers: []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, here, links.messages(t, clew.Ethereum, who(90))),
						ledgerSaying(t, clew.Base, there, links.messages(t, clew.Base, base))}}
				if seed%4 < 2 {
					slices.Reverse(in.Ledgers)
				}
				for i, origin := range w.seeds {
					chain := clew.Base
					if slices.ContainsFunc(here, func(tr clew.Transfer) bool { return tr.Pos == origin[0] }) {
						chain = clew.Ethereum
					}
					in.Start.Origins = append(in.Start.Origins, Seed{ID: string(rune('A' + i)), Chain: chain, Transfers: origin})
				}
				for _, engine := range []Engine{"", Queue} {
					in.Engine = engine
					name := fmt.Sprintf("seed %d, %s by %q, %d s ahead", seed, p, engine, ahead)
					r := swapRun(t, name, in)
					if got := inBridge(placesOf(r)); got != want {
						t.Fatalf("%s:\n%s\nwant\n%s\n%+v", name, got, want, r.Conversions)
					}
					crossed += len(r.Conversions)
				}
			}
		}
	}
	if crossed < 500 {
		t.Errorf("%d bridges crossed: too few to tell anything", crossed)
	}
}

// TestBridgesAsDeclared: what a walk crosses by messages gives what the same
// conversions give when a case declares them, both ways.
func TestBridgesAsDeclared(t *testing.T) {
	crossed := 0
	for seed := range int64(200) {
		for _, way := range []Direction{Forward, Backward} {
			for _, p := range taint.Policies() {
				if d := p.Describe(); !d.Accounts || way == Backward && !d.Backward {
					continue
				}
				w := randomWorld(rand.New(rand.NewSource(seed)), traits{origins: 1, openings: true, converts: true, limits: seed%3 == 0})
				clear(w.stops)
				w.limits.Until = 0
				links := linksOf(&w)
				if way == Backward { // what came out of one transaction is what Backward is asked for
					for i := range links {
						links[i].Out = links[i].Out[:1]
						w.converts[i].Out = w.converts[i].Out[:1]
					}
				}
				here, there := onTwoChains(&w, 35)
				in := w.input(t, taint.Method{Policy: p}, "")
				in.Direction, in.WithoutSwaps, in.Bridges = way, true, links
				in.Ledgers = []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, here, links.messages(t, clew.Ethereum, who(90))),
					ledgerSaying(t, clew.Base, there, links.messages(t, clew.Base, clew.EVMAddress(clew.Base, [20]byte{9})))}
				in.Start.Origins[0].Chain = clew.Base
				if slices.ContainsFunc(here, func(tr clew.Transfer) bool { return tr.Pos == w.seeds[0][0] }) {
					in.Start.Origins[0].Chain = clew.Ethereum
				}
				in.Assumptions.Conversions = nil
				name := fmt.Sprintf("seed %d, %s %s", seed, way, p)
				found := swapRun(t, name, in)
				in.WithoutBridges, in.Assumptions.Conversions = true, w.acrossChains()
				declared := swapRun(t, name+" declared", in)
				if got, want := inBridge(placesOf(found)), inBridge(placesOf(declared)); got != want {
					t.Fatalf("%s:\n%s\nwant\n%s", name, got, want)
				}
				crossed += len(found.Conversions)
			}
		}
	}
	if crossed < 300 {
		t.Errorf("%d bridges crossed: too few to tell anything", crossed)
	}
}
