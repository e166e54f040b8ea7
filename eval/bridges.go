package eval

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/internal/simchain"
	"clew/launder"
	"clew/ledger"
	"clew/ledger/memory"
)

// A BridgeRow counts how what came out of bridges is matched with what went in.
type BridgeRow struct {
	By      string `json:"by"`    // identifiers, or comparison and what it goes without
	Span    string `json:"span"`  // the bridge or exchanger, or all of them
	Habit   string `json:"habit"` // "" of several
	Pair    string `json:"pair"`  // kinds of chains; "" all
	Seeds   string `json:"seeds"`
	True    uint64 `json:"true"` // crossings
	Named   uint64 `json:"named"`
	Right   uint64 `json:"right"`   // in, and all of out
	Several uint64 `json:"several"` // crossings left open: several fit
	Nothing uint64 `json:"nothing"` // left open: nothing fits, or what does fits others better
	Crowded uint64 `json:"crowded"` // left open: too many
	Lonely  uint64 `json:"lonely"`  // deposits of no crossing, such as of those who lend to the bridge
	Astray  uint64 `json:"astray"`  // of what is named wrongly: deposits of no crossing
}

// F1 returns the harmonic mean of precision and recall, of a thousand, rounded
// down; false if there is nothing.
func (r *BridgeRow) F1() (uint64, bool) { return Permille(2*r.Right, r.True+r.Named) }

// A BridgeTable is what was measured of bridges.
type BridgeTable struct {
	Seeds     []uint64    `json:"seeds"`
	Transfers int         `json:"transfers"` // of each world at least
	Rows      []BridgeRow `json:"rows"`
	Wrong     []string    `json:"wrong"` // what is named wrongly, the first few of each bridge
}

// Names of what rows are by.
const (
	byIdentifier   = "identifiers"
	byComparison   = "comparison"
	allBridges     = "all bridges"
	allExchangers  = "all exchangers"
	wrongsOfBridge = 3
)

// busy is how many times as busy as usual the second world of each seed is.
const busy = 10

// An ablation says what a comparison goes without, and of which pace the world is.
type ablation struct {
	by   string
	pace int
	edit func(q *launder.MatchQuestion, deposits []launder.End)
}

var ablations = []ablation{
	{byComparison, 1, func(*launder.MatchQuestion, []launder.End) {}},
	{"comparison, ten times as busy", busy, func(*launder.MatchQuestion, []launder.End) {}},
	{"without recipients", 1, func(_ *launder.MatchQuestion, deposits []launder.End) {
		for i := range deposits {
			deposits[i].For, deposits[i].To, deposits[i].Who = clew.Address{}, "", clew.Address{}
		}
	}},
	{"without learned habits", 1, func(q *launder.MatchQuestion, _ []launder.End) { q.Plain = true }},
	{"without uniqueness", 1, func(q *launder.MatchQuestion, _ []launder.End) { q.Odds = 1 }},
	{"the best pair first, no assignment", 1, func(q *launder.MatchQuestion, _ []launder.End) { q.Greedy = true }},
}

// Bridges measures the matching of bridges on worlds that seeds make.
func Bridges(ctx context.Context, seeds []uint64, transfers int, doing func(world string)) (*BridgeTable, error) {
	t := &BridgeTable{Seeds: seeds, Transfers: transfers}
	b := &bridgeMeasure{table: t, rows: map[[3]string]*BridgeRow{}, wrong: map[string]int{}}
	for _, seed := range seeds {
		for _, pace := range []int{1, busy} {
			doing(fmt.Sprintf("bridges and exchangers, seed %d, pace %d", seed, pace))
			w, err := simchain.MakeBridges(simchain.Plan{Seed: seed, Transfers: transfers}, pace)
			if err == nil {
				err = b.world(ctx, w, pace)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	var names []string
	for _, s := range seeds {
		names = append(names, fmt.Sprint(s))
	}
	for _, key := range b.order {
		r := b.rows[key]
		r.Seeds = strings.Join(names, " ")
		t.Rows = append(t.Rows, *r)
	}
	slices.SortStableFunc(t.Rows, func(x, y BridgeRow) int { return cmp.Compare(rankOf(&x), rankOf(&y)) })
	return t, nil
}

// rankOf puts what is by identifiers first, then all and each bridge by comparison,
// and what comparison goes without last.
func rankOf(r *BridgeRow) int {
	rank := 10 * (1 + slices.IndexFunc(ablations, func(a ablation) bool { return a.by == r.By }))
	switch {
	case r.Pair != "":
		return rank + 3
	case r.Habit != "":
		return rank + 2
	case r.Span == allExchangers:
		return rank + 1
	}
	return rank
}

// A bridgeMeasure adds up rows.
type bridgeMeasure struct {
	table *BridgeTable
	rows  map[[3]string]*BridgeRow
	order [][3]string
	wrong map[string]int
}

func (b *bridgeMeasure) row(by, span, habit, pair string) *BridgeRow {
	key := [3]string{by, span, pair}
	if b.rows[key] == nil {
		b.rows[key] = &BridgeRow{By: by, Span: span, Habit: habit, Pair: pair}
		b.order = append(b.order, key)
	}
	return b.rows[key]
}

// world measures one world.
func (b *bridgeMeasure) world(ctx context.Context, w *simchain.Bridges, pace int) error {
	readers, err := hiddenLedgers(ctx, w)
	if err != nil {
		return err
	}
	deposits, releases, err := spanEnds(ctx, w, readers)
	if err != nil {
		return err
	}
	for _, instant := range []bool{false, true} {
		q := launder.DefaultMatch()
		if instant {
			q = launder.ExchangerMatch()
		}
		q.Pairings = pairings(w)
		in, out := of(w, deposits, instant), of(w, releases, instant)
		for _, a := range ablations {
			if a.pace != pace {
				continue
			}
			q, ends := q, slices.Clone(in)
			a.edit(&q, ends)
			m, err := launder.MatchEnds(ctx, ends, out, q)
			if err != nil {
				return err
			}
			b.count(w, a.by, instant, m)
		}
	}
	return nil
}

// of returns the ends of exchangers, or of bridges.
func of(w *simchain.Bridges, all []launder.End, instant bool) (some []launder.End) {
	is := map[string]bool{}
	for _, s := range w.Spans {
		is[s.Name] = s.Instant
	}
	for _, e := range all {
		if is[e.Bridge] == instant {
			some = append(some, e)
		}
	}
	return some
}

// hiddenLedgers returns the ledgers of a world with no identifier in them: of what
// bridges say, recipients alone are left.
func hiddenLedgers(ctx context.Context, w *simchain.Bridges) ([]ledger.Snapshot, error) {
	var all []ledger.Snapshot
	for _, l := range w.Ledgers {
		held := memory.New(l.Chain)
		for _, block := range l.Blocks {
			block.Acts = slices.Clone(block.Acts)
			block.Acts = slices.DeleteFunc(block.Acts, func(a clew.Act) bool { return !hide(&a) })
			for i := range block.Acts {
				hide(&block.Acts[i])
			}
			if err := held.Append(ctx, block); err != nil {
				return nil, err
			}
		}
		s, err := held.Snapshot(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// hide takes the identifier out of an act; false if nothing is left.
func hide(a *clew.Act) bool {
	m, ok := a.Message()
	if !ok || a.Kind != clew.BridgeSent || m.Recipient == "" {
		return false
	}
	m.ID = "hidden"
	text, err := json.Marshal(m)
	a.Detail = string(text)
	return err == nil
}

// spanEnds reads the ends of all bridges out of the ledgers.
func spanEnds(ctx context.Context, w *simchain.Bridges, readers []ledger.Snapshot) (deposits, releases []launder.End, err error) {
	for _, r := range readers {
		var of []launder.BridgeAddress
		for _, s := range w.Spans {
			for _, a := range s.At {
				if a.Chain() == r.Chain() {
					of = append(of, launder.BridgeAddress{Address: a, Bridge: s.Name})
				}
			}
		}
		found, err := launder.FindEnds(ctx, r, of, clew.Pos{}, clew.Pos{}, launder.MaxEnds)
		if err == nil && found.Cut {
			err = errors.New("eval: a world has more ends than are read")
		}
		if err != nil {
			return nil, nil, err
		}
		deposits, releases = append(deposits, found.Deposits...), append(releases, found.Releases...)
	}
	return deposits, releases, nil
}

// pairings says of all assets of a world what they may come out as: the same thing
// elsewhere, or another at the closes of days.
func pairings(w *simchain.Bridges) (all []launder.Pairing) {
	met := map[[2]clew.Asset]bool{}
	for _, x := range w.Crossings {
		in, out := x.In.Asset, x.Out[0].Asset
		if met[[2]clew.Asset{in, out}] || x.Refund {
			continue
		}
		met[[2]clew.Asset{in, out}] = true
		from, to := w.Decimals(in), w.Decimals(out)
		day := int64(x.In.Time) / 86_400
		dollar := clew.Units(0)
		if c := w.Close(out, day); c > 0 {
			dollar, _ = units(to).MulDiv(clew.Units(1_000_000), clew.Units(c))
		}
		if w.Close(in, day) == w.Close(out, day) && w.Close(in, day+1) == w.Close(out, day+1) {
			all = append(all, launder.PairSame(in, from, out, to, dollar))
			continue
		}
		all = append(all, launder.PairMarket(in, out, func(at clew.Time) (launder.Rate, bool) { return closeRate(w, in, out, at) }, dollar))
	}
	return all
}

func units(decimals int) clew.Amount {
	r := launder.SameUnits(0, decimals)
	return r.Num
}

// closeRate returns the rate at the close of a day, or of the one before where the
// day is not over.
func closeRate(w *simchain.Bridges, in, out clew.Asset, at clew.Time) (launder.Rate, bool) {
	for day := int64(at) / 86_400; day >= int64(at)/86_400-1; day-- {
		a, b := w.Close(in, day), w.Close(out, day)
		if a > 0 && b > 0 {
			r := launder.SameUnits(w.Decimals(in), w.Decimals(out))
			num, _ := r.Num.MulDiv(clew.Units(a), clew.Units(1))
			den, _ := r.Den.MulDiv(clew.Units(b), clew.Units(1))
			return launder.Rate{Num: num, Den: den}, true
		}
	}
	return launder.Rate{}, false
}

// An endKey names an end.
type endKey struct {
	chain clew.Chain
	pos   clew.Pos
	leg   int
}

// count holds what was found against the truth.
func (b *bridgeMeasure) count(w *simchain.Bridges, by string, instant bool, m *launder.Matching) {
	truth := map[endKey]*simchain.Crossing{}
	for i := range w.Crossings {
		x := &w.Crossings[i]
		if w.Spans[x.Span].Instant != instant {
			continue
		}
		truth[endKey{x.In.Chain, x.In.Pos, x.In.Leg}] = x
		for _, r := range b.rowsOf(w, by, x.Span, x) {
			r.True++
		}
	}
	span := map[string]int{}
	for i, s := range w.Spans {
		span[s.Name] = i
	}
	for i := range m.Matches {
		f := &m.Matches[i]
		x := truth[endKey{f.In.Asset.Chain(), f.In.Pos, f.In.Leg}]
		right := x != nil && f.Link != nil && isCrossing(x, f)
		for _, r := range b.rowsOf(w, by, span[f.In.Bridge], x) {
			r.note(f, x != nil, right)
		}
		if f.Link != nil && !right && by == byComparison {
			b.tell(f, x)
		}
	}
}

// rowsOf returns the rows that a crossing, or a deposit of none, counts in.
func (b *bridgeMeasure) rowsOf(w *simchain.Bridges, by string, span int, x *simchain.Crossing) []*BridgeRow {
	s := &w.Spans[span]
	all := allBridges
	if s.Instant {
		all = allExchangers
	}
	rows := []*BridgeRow{b.row(by, all, "", "")}
	if by == byComparison {
		rows = append(rows, b.row(by, s.Name, s.Habit, ""))
		if x != nil {
			rows = append(rows, b.row(by, all, "", kindOfChain(x.In.Chain)+" to "+kindOfChain(x.Out[0].Chain)))
		}
	}
	return rows
}

func kindOfChain(c clew.Chain) string {
	switch {
	case c.IsBitcoin():
		return "Bitcoin"
	case c.IsTron():
		return "Tron"
	}
	return "EVM"
}

// note counts what was found of one deposit.
func (r *BridgeRow) note(f *launder.Match, crossed, right bool) {
	r.Named += count(f.Link != nil)
	r.Right += count(right)
	if !crossed {
		r.Lonely++
		r.Astray += count(f.Link != nil)
		return
	}
	switch f.Open {
	case launder.Several:
		r.Several++
	case launder.Crowded:
		r.Crowded++
	case launder.NoneFits, launder.Better, launder.NoPairing:
		r.Nothing++
	}
}

// isCrossing reports whether a link has exactly the ends of a crossing.
func isCrossing(x *simchain.Crossing, f *launder.Match) bool {
	outs := f.Candidates[0].Out
	if len(outs) != len(x.Out) {
		return false
	}
	for i := range outs {
		if o := &x.Out[i]; outs[i].Pos != o.Pos || outs[i].Leg != o.Leg || outs[i].Asset != o.Asset {
			return false
		}
	}
	return true
}

// tell keeps what is named wrongly, the first few of each bridge.
func (b *bridgeMeasure) tell(f *launder.Match, x *simchain.Crossing) {
	if b.wrong[f.In.Bridge]++; b.wrong[f.In.Bridge] > wrongsOfBridge {
		return
	}
	c := &f.Candidates[0]
	text := fmt.Sprintf("%s: %s of %s in at %d is said to be %d out, %s of %s after %d s, score %d; ", f.In.Bridge, f.In.Amount, f.In.Asset, f.In.Time, len(c.Out), c.Out[0].Amount, c.Out[0].Asset, c.Waited, c.Score)
	if x == nil {
		text += "it was a loan to the bridge"
	} else {
		text += fmt.Sprintf("it was %d out, the first %s after %d s", len(x.Out), x.Out[0].Amount, x.Out[0].Time-x.In.Time)
	}
	b.table.Wrong = append(b.table.Wrong, text)
}
