package eval

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clew"
	"clew/internal/simchain"
	"clew/launder"
	"clew/ledger"
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
	Lonely  uint64 `json:"lonely"`  // deposits of which nothing came out that is held, such as of those who lend to the bridge
	Astray  uint64 `json:"astray"`  // of what is named wrongly: of such
}

// F1 returns the harmonic mean of precision and recall, of a thousand, rounded
// down; false if there is nothing.
func (r *BridgeRow) F1() (uint64, bool) { return Permille(2*r.Right, r.True+r.Named) }

// A BridgeTable is what was measured of bridges.
type BridgeTable struct {
	Seeds     []uint64    `json:"seeds"`
	Transfers int         `json:"transfers"` // of each world at least
	Rows      []BridgeRow `json:"rows"`
	Turns     []TurnRow   `json:"turns"`  // of the worlds of usual pace
	Scores    []ScoreRow  `json:"scores"` // likewise
	Wrong     []string    `json:"wrong"`  // what is named wrongly, the first few of each bridge
}

// A TurnRow counts crossings of exchangers that are taken straight back.
type TurnRow struct {
	Kind  launder.TurnKind `json:"kind"`
	True  uint64           `json:"true"`
	Named uint64           `json:"named"`
	Right uint64           `json:"right"` // both crossings are
}

// A ScoreRow counts links by comparison of scores in a range.
type ScoreRow struct {
	Of    string `json:"of"`    // bridges or exchangers
	Least int    `json:"least"` // the lowest score of the range, which ends where the next begins
	Named uint64 `json:"named"`
	Right uint64 `json:"right"`
}

// scoreRanges begin at these scores.
var scoreRanges = []int{833, 950, 990, 999}

// Range returns the scores of a row in words.
func (r *ScoreRow) Range() string {
	last := 1000
	if i := slices.Index(scoreRanges, r.Least); i+1 < len(scoreRanges) {
		last = scoreRanges[i+1] - 1
	}
	return fmt.Sprintf("score %d to %d", r.Least, last)
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
	part bool // three of ten releases are not held
}

var ablations = []ablation{
	{by: byComparison, pace: 1},
	{by: "comparison, ten times as busy", pace: busy},
	{by: "comparison, three of ten releases not held", pace: 1, part: true},
	{by: "without recipients", pace: 1, edit: func(_ *launder.MatchQuestion, deposits []launder.End) {
		for i := range deposits {
			deposits[i].For, deposits[i].To, deposits[i].Who = clew.Address{}, "", clew.Address{}
		}
	}},
	{by: "without learned habits", pace: 1, edit: func(q *launder.MatchQuestion, _ []launder.End) { q.Plain = true }},
	{by: "without uniqueness", pace: 1, edit: func(q *launder.MatchQuestion, _ []launder.End) { q.Odds = 1 }},
	{by: "the best pair first, no assignment", pace: 1, edit: func(q *launder.MatchQuestion, _ []launder.End) { q.Greedy = true }},
}

// missing reports whether a release is one of those that are not held, where some
// are not.
func missing(tx clew.TxID) bool { return tx[0]%10 < 3 }

// Bridges measures the matching of bridges on worlds that seeds make.
func Bridges(ctx context.Context, seeds []uint64, transfers int, doing func(world string)) (*BridgeTable, error) {
	t := &BridgeTable{Seeds: seeds, Transfers: transfers, Turns: []TurnRow{{Kind: launder.UTurn}, {Kind: launder.RoundTrip}}}
	for _, of := range []string{allBridges, allExchangers} {
		for _, least := range scoreRanges {
			t.Scores = append(t.Scores, ScoreRow{Of: of, Least: least})
		}
	}
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
	for _, key := range b.order {
		r := b.rows[key]
		r.Seeds = t.seedWords()
		t.Rows = append(t.Rows, *r)
	}
	slices.SortStableFunc(t.Rows, func(x, y BridgeRow) int { return cmp.Compare(rankOf(&x), rankOf(&y)) })
	return t, nil
}

// seedWords writes the seeds of a table.
func (t *BridgeTable) seedWords() string {
	var names []string
	for _, s := range t.Seeds {
		names = append(names, fmt.Sprint(s))
	}
	return strings.Join(names, " ")
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
	if pace == 1 {
		if err := b.identified(ctx, w); err != nil {
			return err
		}
	}
	readers, err := keptLedgers(ctx, w, hide)
	if err != nil {
		return err
	}
	deposits, releases, err := spanEnds(ctx, w, readers)
	if err != nil {
		return err
	}
	for _, instant := range []bool{false, true} {
		in, out := of(w, deposits, instant), of(w, releases, instant)
		for i := range ablations {
			if ablations[i].pace != pace {
				continue
			}
			m, err := ablations[i].match(ctx, w, in, out, instant)
			if err != nil {
				return err
			}
			b.count(w, &ablations[i], instant, m)
			if instant && ablations[i].by == byComparison {
				b.turns(w, m)
			}
		}
	}
	return nil
}

// match compares ends with what an ablation goes without.
func (a *ablation) match(ctx context.Context, w *simchain.Bridges, deposits, releases []launder.End, instant bool) (*launder.Matching, error) {
	q := launder.DefaultMatch()
	if instant {
		q = launder.ExchangerMatch()
	}
	q.Pairings = pairings(w)
	deposits = slices.Clone(deposits)
	if a.edit != nil {
		a.edit(&q, deposits)
	}
	if a.part {
		releases = slices.DeleteFunc(slices.Clone(releases), func(e launder.End) bool { return missing(e.Tx) })
	}
	return launder.MatchEnds(ctx, deposits, releases, q)
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

// identified holds what identifiers find against the truth.
func (b *bridgeMeasure) identified(ctx context.Context, w *simchain.Bridges) error {
	readers, err := keptLedgers(ctx, w, func(*clew.Act) bool { return true })
	if err != nil {
		return err
	}
	at, all := map[clew.Chain]ledger.Snapshot{}, []launder.BridgeReader{}
	for _, r := range readers {
		at[r.Chain()], all = r, append(all, r)
	}
	finder := launder.NewBridgeFinder(all...)
	for i := range w.Crossings {
		x := &w.Crossings[i]
		if w.Spans[x.Span].Instant {
			continue
		}
		tx, err := at[x.In.Chain].Transaction(ctx, x.In.Tx)
		if err != nil {
			return err
		}
		links, err := finder.Forward(ctx, tx, x.In.Who)
		if err != nil {
			return err
		}
		r := b.row(byIdentifier, allBridges, "", "")
		r.True++
		if len(links) == 1 && links[0].Refused == launder.NoRefusal {
			r.Named++
			r.Right += count(links[0].Identifier == x.Message && isLinked(x, links[0]))
		}
	}
	return nil
}

// isLinked reports whether a link by identifier comes out where a crossing does.
func isLinked(x *simchain.Crossing, l *launder.Link) bool {
	out := make([]clew.Pos, len(x.Out))
	for i := range x.Out {
		out[i] = x.Out[i].Pos
	}
	return l.OutChain == x.Out[0].Chain && slices.Contains(l.In, x.In.Pos) && slices.Equal(l.Out, out)
}
