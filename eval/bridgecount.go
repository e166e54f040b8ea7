package eval

import (
	"fmt"
	"slices"

	"clew"
	"clew/internal/simchain"
	"clew/launder"
)

// An endKey names an end.
type endKey struct {
	chain clew.Chain
	pos   clew.Pos
	leg   int
}

// count holds what was found against the truth.
func (b *bridgeMeasure) count(w *simchain.Bridges, a *ablation, instant bool, m *launder.Matching) {
	by := a.by
	truth := map[endKey]*simchain.Crossing{}
	for i := range w.Crossings {
		x := &w.Crossings[i]
		if w.Spans[x.Span].Instant != instant || a.part && slices.ContainsFunc(x.Out, func(e simchain.End) bool { return missing(e.Tx) }) {
			continue // of the other kind, or nobody can know
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
		if f.Link != nil && by == byComparison {
			b.score(f.Link.Score, instant, right)
			if !right {
				b.tell(f, x)
			}
		}
	}
}

// score counts a link in the range of its score.
func (b *bridgeMeasure) score(score int, instant, right bool) {
	of := allBridges
	if instant {
		of = allExchangers
	}
	var at *ScoreRow
	for i := range b.table.Scores {
		if r := &b.table.Scores[i]; r.Of == of && r.Least <= score {
			at = r
		}
	}
	at.Named++
	at.Right += count(right)
}

// turns counts what is taken straight back.
func (b *bridgeMeasure) turns(w *simchain.Bridges, m *launder.Matching) {
	rows := map[launder.TurnKind]*TurnRow{}
	for i := range b.table.Turns {
		rows[b.table.Turns[i].Kind] = &b.table.Turns[i]
	}
	kinds := map[[2]endKey]launder.TurnKind{}
	for i := range w.Crossings {
		x := &w.Crossings[i]
		if x.Back == 0 {
			continue
		}
		first, kind := &w.Crossings[x.Back-1], launder.UTurn
		if x.Out[0].Who == first.In.Who {
			kind = launder.RoundTrip
		}
		rows[kind].True++
		kinds[[2]endKey{{first.In.Chain, first.In.Pos, first.In.Leg}, {x.In.Chain, x.In.Pos, x.In.Leg}}] = kind
	}
	for _, t := range launder.FindTurns(m.Matches) {
		first, second := &m.Matches[t.First].In, &m.Matches[t.Second].In
		rows[t.Kind].Named++
		rows[t.Kind].Right += count(kinds[[2]endKey{{first.Asset.Chain(), first.Pos, first.Leg}, {second.Asset.Chain(), second.Pos, second.Leg}}] == t.Kind)
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
