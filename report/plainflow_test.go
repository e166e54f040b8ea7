package report

import (
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/trace"
)

// every kind of result, with a hostile text wherever one may come from
// outside.
func plainResults(t *testing.T, label string) []Result {
	a, b, c := address(1), address(2), address(3)
	one, two := transfer(t, 1, a, b, "10"), transfer(t, 2, b, c, "7")
	tags := []tag.Tag{{Subject: a, Label: label, Actor: label, Source: label, Evidence: label, Date: label}}
	n := uint64(7)
	gap := clew.Gap{Kind: clew.GapPartial, Chain: clew.Ethereum, Note: label, Count: 2}
	side := func(s ledger.Side, peer clew.Address) SideRows {
		return SideRows{Side: s.String(), Count: 1, Rows: []SideRow{{Pos: one.Pos, Time: one.Time, Asset: token, Amount: clew.Units(5), Peer: peer}}}
	}
	acts := Acts{More: true, Acts: []clew.Act{{Pos: one.Pos, Time: one.Time, Kind: clew.Delegate, On: a, By: b, Asset: token, Amount: clew.Units(5), Detail: label}}}
	for _, text := range []string{label, "=:ETH.ETH:" + strings.ReplaceAll(label, " ", ""), "\xff\x00" + label} {
		acts.Acts = append(acts.Acts, paymentWith(text).Asked.Memo)
	}
	return []Result{
		&AddressPage{Address: b, Tags: tags, Sides: []SideRows{side(ledger.In, a), side(ledger.Out, c)}, Gaps: []clew.Gap{gap},
			Flows: []AssetFlow{{Asset: token, In: clew.Units(5), Out: clew.Units(6), Deficit: clew.Units(1)}}, Acts: acts},
		&TransactionPage{Tx: clew.TxID{1}, Chain: clew.Ethereum, Transfers: []clew.Transfer{one, two}, Acts: acts},
		&TagsPage{Address: a, Tags: tags},
		&Paths{PathResult: &trace.PathResult{From: a, To: c, Gaps: []clew.Gap{gap}, Limits: []trace.LimitHit{{Limit: label, Value: label, Times: 1}},
			Widest: []trace.Path{{Transfers: []clew.Transfer{one, two}, Asset: ether, Width: wei(t, "7"), Weakest: 1}}}},
		coinPaths(),
		&LedgerStats{Chains: []ChainStats{{Chain: clew.Ethereum, Transfers: n, Coverage: clew.Coverage{Gaps: []clew.Gap{gap}}}}},
		&LedgerDone{Did: "Done.", Chains: []clew.Chain{clew.Ethereum}},
		&Demo{Trace: smallTrace(t, label), Story: Story{Title: label, Victims: []string{label}, Methods: []Said{{label, label, label}},
			Attributions: []Said{{label, label, label}}, Steps: []Step{{Role: label, Says: label, By: label, Asset: ether, Received: wei(t, "1")}},
			Conversions: []ConversionStep{{ID: label, InAsset: token, OutAsset: ether, Basis: clew.Claimed, By: label}}}},
	}
}

func TestEveryResultInEveryForm(t *testing.T) {
	for _, label := range hostileTexts {
		for _, r := range plainResults(t, label) {
			checkPage(t, written(t, r, HTML, Style{}, ""))
			if got := written(t, r, Text, Style{Wide: true}, ""); len(got) == 0 {
				t.Errorf("%T: no text", r)
			}
			for _, table := range tables(r.Doc()) {
				written(t, r, CSV, Style{}, table)
			}
			written(t, r, JSON, Style{}, "")
		}
	}
}

func TestTransactionOfManyLegsMeetsInTheMiddle(t *testing.T) {
	p := &TransactionPage{Chain: clew.Bitcoin, Transfers: []clew.Transfer{{
		Asset: clew.NativeAsset(clew.Bitcoin),
		From:  []clew.Leg{{Address: script(1), Amount: clew.Units(5)}, {Unknown: true}},
		To:    []clew.Leg{{Address: script(1), Amount: clew.Units(3)}, {Address: script(2), Amount: clew.Units(2)}},
	}}}
	f := p.flow()
	if len(f.Nodes) != 5 || len(f.Edges) != 4 {
		t.Errorf("%d nodes and %d edges, want 5 and 4: no input is joined to an output", len(f.Nodes), len(f.Edges))
	}
	for i, with := range forward(f) {
		if !with {
			t.Errorf("edge %d runs backwards though one address stands on both sides", i)
		}
	}
}

func script(n byte) clew.Address { return clew.ScriptAddress(clew.Bitcoin, []byte{n}) }

// TestActsAreInEveryForm wants the acts of an address and the state of a place
// in text, page, table and JSON.
func TestActsAreInEveryForm(t *testing.T) {
	results := plainResults(t, "energy")
	address, tx := results[0], results[1]
	for _, r := range []Result{address, tx} {
		has(t, written(t, r, Text, Style{Wide: true}, ""), "Freezes, delegations and permissions (ledger)", "resource delegation", "energy")
		has(t, written(t, r, HTML, Style{}, ""), "Freezes, delegations", "resource delegation")
		has(t, written(t, r, CSV, Style{}, "acts"), "resource delegation", "energy")
		has(t, written(t, r, JSON, Style{}, ""), `"kind": "resource delegation"`)
	}
	traced := smallTrace(t, "someone")
	has(t, written(t, traced, Text, Style{Wide: true}, ""), "What cannot move as of then", "frozen since 2022-03-23")
	has(t, written(t, traced, HTML, Style{}, ""), "What cannot move as of then", "frozen")
	has(t, written(t, traced, CSV, Style{}, "states"), "frozen", "6/0/log/0")
	has(t, written(t, traced, CSV, Style{}, "places"), "frozen since 2022-03-23")
	has(t, written(t, traced, JSON, Style{}, ""), `"states"`, `"kind": "freeze"`)
}
