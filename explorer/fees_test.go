package explorer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/explorer"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/remote"
)

// blocksOf loads blocks of a world from a height on, as a node's decoder has them:
// fees in two parts.
func (w *world) blocksOf(t *testing.T, store ledger.Store, from uint64) {
	t.Helper()
	miner := account(w.chain, 200)
	var blocks []clew.Transfer
	for _, x := range w.transfers() {
		if x.Pos.Height < from {
			continue
		}
		if x.Pos.Class != clew.Fee {
			blocks = append(blocks, x)
			continue
		}
		total, _ := x.Amount().Uint64()
		for i, part := range []struct {
			to     clew.Address
			amount uint64
		}{{clew.Address{}, total / 2}, {miner, total - total/2}} {
			if one := x; part.amount > 0 {
				one.Pos.Ordinal = uint32(i)
				one.From, one.To = []clew.Leg{{Address: x.From[0].Address, Amount: clew.Units(part.amount)}}, []clew.Leg{{Address: part.to, Amount: clew.Units(part.amount)}}
				blocks = append(blocks, one)
			}
		}
	}
	load, err := store.Load(t.Context(), ledger.Source{Name: "a node", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Add(blocks...); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Commit(t.Context(), clew.Coverage{Chain: w.chain, Whole: []clew.Window{{From: from, To: w.head + 1}}}); err != nil {
		t.Fatal(err)
	}
}

// moved lists what an address sent and received from a height on, but for places.
func moved(t *testing.T, store ledger.Store, a clew.Address, from uint64) []string {
	t.Helper()
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var lines []string
	for _, side := range []ledger.Side{ledger.Out, ledger.In} {
		rows, _, err := s.Rows(t.Context(), ledger.Query{Address: a, Side: side, From: clew.Pos{Height: from}, Limit: 10_000}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			lines = append(lines, fmt.Sprint(side, r.Pos.Height, "/", r.Pos.Index, r.Pos.Class, r.Asset, r.Peer, r.Amount))
		}
	}
	slices.Sort(lines)
	return lines
}

// TestFeesThatBlocksPart fetches addresses into a ledger that has some blocks
// whole: there, what is held is what the blocks say, and no fee counts twice.
func TestFeesThatBlocksPart(t *testing.T) {
	const from = 40
	w := newWorld(clew.Ethereum, 31, 60)
	alone, both := memory.New(w.chain), memory.New(w.chain)
	w.blocksOf(t, alone, from)
	w.blocksOf(t, both, from)
	budget := remote.NewBudget(1000)
	f := explorer.NewFiller([]explorer.Service{w.etherServer(t, 1000).open(t, "etherscan", w.chain, budget)}, both, budget)
	if n, err := f.Fill(t.Context(), w.addresses); n != len(w.addresses) || err != nil {
		t.Fatal(n, err)
	}
	fees := 0
	for _, a := range w.addresses {
		if got, want := moved(t, both, a, from), moved(t, alone, a, from); !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", a.Text(), strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		for _, line := range moved(t, both, a, 0) {
			if strings.Contains(line, "fee") {
				fees++
			}
		}
	}
	s, err := both.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	inOne := explorer.FeesHeldInOne(s.Coverage())
	for a, windows := range inOne {
		if !slices.Equal(windows, []clew.Window{{From: 0, To: from}}) {
			t.Errorf("%s: fees in one sum in %v", a.Text(), windows)
		}
	}
	if fees == 0 || len(inOne) == 0 {
		t.Errorf("%d fees, %d addresses of fees in one sum", fees, len(inOne))
	}
}
