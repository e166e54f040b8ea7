package trace

import (
	"context"
	"errors"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

// TestGapsMakeRestNotHeld says of value at rest that it is unspent only where
// nothing that could have moved it is known to be missing.
func TestGapsMakeRestNotHeld(t *testing.T) {
	a, b, other := who(1), who(2), who(9)
	late, early := clew.Window{From: 6, To: 8}, clew.Window{From: 1, To: 5}
	for _, c := range []struct {
		name  string
		gap   clew.Gap
		coin  PlaceKind // of native value that came to b at 5; the last block is 10
		token PlaceKind
	}{
		{"nothing missing", clew.Gap{}, AtRest, AtRest},
		{"internal transfers", clew.Gap{Kind: clew.GapTraces}, NotHeld, AtRest},
		{"internal transfers after", clew.Gap{Kind: clew.GapTraces, Window: late}, NotHeld, AtRest},
		{"internal transfers before", clew.Gap{Kind: clew.GapTraces, Window: early}, AtRest, AtRest},
		{"internal transfers at it", clew.Gap{Kind: clew.GapTraces, Address: b}, NotHeld, AtRest},
		{"internal transfers elsewhere", clew.Gap{Kind: clew.GapTraces, Address: other}, AtRest, AtRest},
		{"internal transfers of another chain", clew.Gap{Kind: clew.GapTraces, Chain: clew.Base}, AtRest, AtRest},
		{"token transfers", clew.Gap{Kind: clew.GapTokens}, AtRest, NotHeld},
		{"transfers of the token", clew.Gap{Kind: clew.GapTokens, Asset: coin(1)}, AtRest, NotHeld},
		{"transfers of another token", clew.Gap{Kind: clew.GapTokens, Asset: coin(2)}, AtRest, AtRest},
		{"selection", clew.Gap{Kind: clew.GapPartial, Window: clew.Window{From: 5, To: 6}}, NotHeld, NotHeld},
		{"selection that ends before", clew.Gap{Kind: clew.GapPartial, Window: early}, AtRest, AtRest},
		{"selection of an asset", clew.Gap{Kind: clew.GapPartial, Asset: ether}, NotHeld, AtRest},
		{"history", clew.Gap{Kind: clew.GapHistory, Address: b, Window: late}, NotHeld, NotHeld},
		{"history beyond", clew.Gap{Kind: clew.GapHistory, Window: clew.Window{From: 11, To: 20}}, AtRest, AtRest},
		{"rows skipped", clew.Gap{Kind: clew.GapSkipped, Count: 3}, NotHeld, NotHeld},
		{"heights made up", clew.Gap{Kind: clew.GapHeight}, NotHeld, NotHeld},
		{"fees alone", clew.Gap{Kind: clew.GapFees}, AtRest, AtRest},
		{"statuses", clew.Gap{Kind: clew.GapStatus}, AtRest, AtRest},
	} {
		transfers := []clew.Transfer{move(5, a, b, ether, 5), move(5, a, b, coin(1), 7), move(10, other, other, ether, 1)}
		coverage := clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 0, To: 11}}}
		if c.gap.Kind != "" {
			coverage.Gaps = []clew.Gap{c.gap}
		}
		for i, want := range []PlaceKind{c.coin, c.token} {
			for _, e := range []Engine{Interval, Queue, Sweep} {
				r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerWith(t, clew.Ethereum, transfers, coverage)},
					Start: Start{Transfer: &transfers[i].Pos}, Engine: e, Spread: No})
				named := slices.ContainsFunc(r.Gaps, func(g clew.Gap) bool { return g.Kind == clew.GapHistory && g.Address == b && !g.Amount.IsZero() })
				if r.Places[0].Kind != want || named != (want == NotHeld) {
					t.Errorf("%s by %s: %s is %q, want %q; gaps %v", c.name, e, r.Places[0].Asset, r.Places[0].Kind, want, r.Gaps)
				}
			}
		}
	}
}

// TestGapsMakeOutputsNotHeld does the same where value rests in outputs.
func TestGapsMakeOutputsNotHeld(t *testing.T) {
	paid := move(5, script(1), script(2), clew.NativeAsset(clew.Bitcoin), 5)
	for gap, want := range map[clew.GapKind]PlaceKind{clew.GapPartial: NotHeld, clew.GapFees: AtRest} {
		coverage := clew.Coverage{Chain: clew.Bitcoin, Whole: []clew.Window{{From: 0, To: 11}}, Gaps: []clew.Gap{{Kind: gap}}}
		r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerWith(t, clew.Bitcoin, []clew.Transfer{paid}, coverage)}, Start: Start{Transfer: &paid.Pos}, Spread: No})
		if r.Places[0].Kind != want {
			t.Errorf("%s: %s, want %s", gap, r.Places[0].Kind, want)
		}
	}
}

// TestAnswersListTheGapsThatConcernThem leaves the rest to the coverage.
func TestAnswersListTheGapsThatConcernThem(t *testing.T) {
	a, b, c := who(1), who(2), who(3)
	transfers := []clew.Transfer{move(5, a, b, ether, 5), move(7, b, c, ether, 5), move(10, who(8), who(9), coin(1), 1)}
	window := func(from, to uint64) clew.Window { return clew.Window{From: from, To: to} }
	gaps := []clew.Gap{
		{Kind: clew.GapFees, Note: "of the chain"},
		{Kind: clew.GapFees, Window: window(0, 5), Note: "before"},
		{Kind: clew.GapFees, Window: window(0, 6), Note: "across the first transfer"},
		{Kind: clew.GapFees, Window: window(8, 9), Note: "after the last transfer"},
		{Kind: clew.GapFees, Window: window(11, 12), Note: "beyond"},
		{Kind: clew.GapFees, Address: b, Note: "of an address that was met"},
		{Kind: clew.GapFees, Address: who(8), Note: "of another address"},
		{Kind: clew.GapTokens, Asset: coin(1), Note: "of another asset"},
		{Kind: clew.GapStatus, Asset: ether, Note: "of the asset"},
	}
	coverage := clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 0, To: 11}}, Gaps: gaps}
	snapshot := ledgerWith(t, clew.Ethereum, transfers, coverage)
	notes := func(gaps []clew.Gap) (list []string) {
		for _, g := range gaps {
			if g.Kind != clew.GapOpening {
				list = append(list, g.Note)
			}
		}
		return list
	}
	forward := mustRun(t, Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Transfer: &transfers[0].Pos}, Spread: No})
	want := []string{"of the chain", "across the first transfer", "after the last transfer", "of an address that was met", "of the asset"}
	if got := notes(forward.Gaps); !slices.Equal(got, want) {
		t.Errorf("forward: %q, want %q", got, want)
	}
	if got := forward.AsOf[0].Coverage.Gaps; len(got) != len(gaps) {
		t.Errorf("the coverage has %d gaps, want all %d", len(got), len(gaps))
	}
	backward := mustRun(t, Input{Ledgers: []ledger.Snapshot{snapshot}, Start: Start{Transfer: &transfers[1].Pos}, Spread: No, Direction: Backward})
	want = []string{"of the chain", "before", "across the first transfer", "of an address that was met", "of the asset"}
	if got := notes(backward.Gaps); !slices.Equal(got, want) {
		t.Errorf("backward: %q, want %q", got, want)
	}
	paths, err := Paths(context.Background(), snapshot, a, c, PathQuery{Asset: ether, Since: clew.Pos{Height: 6}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := notes(paths.Gaps), []string{"of the chain", "after the last transfer", "of the asset"}; !slices.Equal(got, want) {
		t.Errorf("paths: %q, want %q", got, want)
	}
}

// TestChainsNotWalkedHaveNoGaps gives a ledger that the walk does not come to.
func TestChainsNotWalkedHaveNoGaps(t *testing.T) {
	paid := move(5, who(1), who(2), ether, 5)
	idle := ledgerWith(t, clew.Base, nil, clew.Coverage{Chain: clew.Base, Whole: []clew.Window{{From: 0, To: 9}}, Gaps: []clew.Gap{{Kind: clew.GapFees}}})
	r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, []clew.Transfer{paid}), idle},
		Start: Start{Transfer: &paid.Pos, Chain: clew.Ethereum}, Spread: No})
	if slices.ContainsFunc(r.Gaps, func(g clew.Gap) bool { return g.Chain == clew.Base }) {
		t.Errorf("gaps %v", r.Gaps)
	}
}

// TestSumsBeyond256Bits holds what conserves value to its word: sums that do
// not fit are an error of the question, or a defect, and never cut short.
func TestSumsBeyond256Bits(t *testing.T) {
	huge := func(height uint64, from, to clew.Address) clew.Transfer {
		tr := move(height, from, to, ether, 0)
		tr.From[0].Amount, tr.To[0].Amount = clew.MaxAmount, clew.MaxAmount
		return tr
	}
	transfers := []clew.Transfer{huge(1, who(1), who(2)), huge(2, who(3), who(2))}
	in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Spread: No,
		Start: Start{Origins: []Seed{{ID: "A", Transfers: []clew.Pos{transfers[0].Pos}}, {ID: "B", Transfers: []clew.Pos{transfers[1].Pos}}}}}
	var bad *clew.InputError
	if _, err := Run(context.Background(), in); !errors.As(err, &bad) || bad.Field != "origins" {
		t.Errorf("two origins that add up to too much: %v", err)
	}
	in.Start.Origins = in.Start.Origins[:1]
	checked, err := in.check()
	if err != nil {
		t.Fatal(err)
	}
	w, _, err := follow(context.Background(), &checked, wideRows)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.checkBooks(w.books()); err != nil {
		t.Fatal(err)
	}
	w.book(AtRest, who(2), row{asset: ether}, taint.Tape{{Amount: clew.MaxAmount, Marks: taint.MarkOf(0), Basis: clew.MaxAmount}})
	w.book(AtRest, who(2), row{asset: ether}, taint.Tape{{Amount: clew.MaxAmount, Marks: taint.MarkOf(0), Basis: clew.MaxAmount}})
	if err := w.checkBooks([]Book{{Closed: true}}); err == nil {
		t.Error("a sum that was cut short closes its book")
	}
	checked.Method.Policy = taint.Poison
	if err := w.checkBooks(w.books()); err != nil {
		t.Errorf("poison touches more than fits: %v", err)
	}
}

// TestTopUpsAreCounted wants of a history that begins late how much more left than
// came in, by asset, beside what is traced: of pots that value went on through, and
// of none at which the walk ended.
func TestTopUpsAreCounted(t *testing.T) {
	a, b, c, d := who(1), who(2), who(3), who(4)
	transfers := []clew.Transfer{
		move(5, a, b, coin(1), 10), // b had at least 7 before
		move(6, b, c, coin(1), 17),
		move(7, c, d, coin(1), 20),         // c had at least 3
		move(8, d, who(5), coin(1), 15),    // half of what is marked goes on
		move(9, who(6), who(5), ether, 50), // of another asset
	}
	in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos}, Spread: No}
	for _, engine := range []Engine{Interval, Sweep, Queue} {
		in.Engine = engine
		r := mustRun(t, in)
		want := TopUp{Asset: coin(1), Pots: 2, Amount: clew.Units(10), Traced: clew.Units(10)}
		if len(r.TopUps) != 1 || r.TopUps[0] != want {
			t.Errorf("%s: %v, want %v", engine, r.TopUps, want)
		}
	}
	in.Roles = map[clew.Address]Role{b: {Name: "a service", Stop: tag.Service}}
	if r := mustRun(t, in); len(r.TopUps) != 0 {
		t.Errorf("at a stop: %v", r.TopUps)
	}
}

// TestFeesOnTransferCloseTheBooks moves a token that keeps a part of what is moved, and
// logs that as a transfer of its own or logs only what arrives.
func TestFeesOnTransferCloseTheBooks(t *testing.T) {
	a, b, c, keeper := who(1), who(2), who(3), who(9)
	fee := func(height uint64, from clew.Address, amount uint64) clew.Transfer {
		t := move(height, from, keeper, coin(1), amount)
		t.Pos.Ordinal = 1
		return t
	}
	logged := []clew.Transfer{move(5, a, b, coin(1), 100), move(6, b, c, coin(1), 90), fee(6, b, 10), move(7, c, who(4), coin(1), 81), fee(7, c, 9)}
	less := []clew.Transfer{move(5, a, b, coin(1), 100), move(6, b, c, coin(1), 90), move(7, c, who(4), coin(1), 81)}
	for name, transfers := range map[string][]clew.Transfer{"logged": logged, "less arrives": less} {
		for _, policy := range []taint.Policy{taint.FIFO, taint.LIFO, taint.Haircut, taint.TaintFirst, taint.CleanFirst} {
			r := mustRun(t, Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Start: Start{Transfer: &transfers[0].Pos}, Spread: No, Method: taint.Method{Policy: policy}})
			if !r.Books[0].Closed || r.Books[0].Sum != clew.Units(100) || len(r.TopUps) > 0 {
				t.Errorf("%s by %s: %v, %v", name, policy, r.Books[0], r.TopUps)
			}
			for _, p := range r.Places {
				if name == "logged" && p.Address == keeper && p.Amount != clew.Units(19) {
					t.Errorf("%s by %s: %s kept", name, policy, p.Amount)
				}
			}
		}
	}
}
