package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

// told returns a reading of coin 1.
func told(a clew.Address, height, says uint64) Reading {
	return Reading{Pot: clew.Pot{Address: a, Asset: coin(1)}, Says: clew.Units(says), Source: "node.test",
		Block: clew.BlockRef{Height: height, Hash: clew.TxID{1}, Time: clew.Time(1_600_000_000 + 10*height)}}
}

// paid reads a history as tell does, of single units of coin 1.
func paid(lines ...string) (transfers []clew.Transfer, seeds []clew.Pos) {
	for i, line := range lines {
		var from, to string
		var amount uint64
		if _, err := fmt.Sscan(line, &from, &to, &amount); err != nil {
			panic(line)
		}
		t := move(uint64(i+1), letter(from), letter(to), coin(1), amount)
		transfers = append(transfers, t)
		if strings.HasSuffix(line, "*") {
			seeds = append(seeds, t.Pos)
		}
	}
	return transfers, seeds
}

// TestAdjustmentVectors holds both engines against histories worked out by hand.
func TestAdjustmentVectors(t *testing.T) {
	a, b := letter("A"), letter("B")
	rebased := []string{".x A 40 *", ".y A 60", "A B 100", "A C 50"}
	kept := []string{".y B 50", ".x B 100 *", "B C 30"}
	for _, c := range []struct {
		name     string
		lines    []string
		readings []Reading
		policy   taint.Policy
		want     string
		done     string // kinds of adjustment, with what was marked and is
	}{
		{"haircut T·k: all half as much again", rebased, []Reading{told(a, 2, 150)}, taint.Haircut, "unspent B=40 unspent C=20", "scaled up 40-60"},
		{"fifo, scaled chunks", rebased, []Reading{told(a, 2, 150)}, taint.FIFO, "unspent B=60", "scaled up 40-60"},
		{"lifo, scaled chunks", rebased, []Reading{told(a, 2, 150)}, taint.LIFO, "unspent B=10 unspent C=50", "scaled up 40-60"},
		{"taint first", rebased, []Reading{told(a, 2, 150)}, taint.TaintFirst, "unspent B=60", "scaled up 40-60"},
		{"clean first", rebased, []Reading{told(a, 2, 150)}, taint.CleanFirst, "unspent B=10 unspent C=50", "scaled up 40-60"},
		{"poison", rebased, []Reading{told(a, 2, 150)}, taint.Poison, "unspent B=100 unspent C=50", "scaled up 100-150"},
		{"a fee of what was clean", []string{".x A 40 *", ".y A 60", "A B 20"}, []Reading{told(a, 1, 40), told(a, 2, 50)}, taint.FIFO, "unspent A=20 unspent B=20", "token fee 0-0"},
		{"scaled down long after it was paid", []string{".x A 40 *", ".y A 60", ".y D 1", "A B 20"}, []Reading{told(a, 3, 50)}, taint.FIFO, "unspent B=20", "scaled down 40-20"},
		{"scaled down, haircut", []string{".x A 40 *", ".y A 60", ".y D 1", "A B 20"}, []Reading{told(a, 3, 50)}, taint.Haircut, "unspent A=12 unspent B=8", "scaled down 40-20"},
		{"a fee of what was just received", kept, []Reading{told(b, 1, 50), told(b, 2, 140)}, taint.FIFO, "token fee B=10 unspent B=90", "token fee 100-90"},
		{"the fee, last in", kept, []Reading{told(b, 1, 50), told(b, 2, 140)}, taint.LIFO, "token fee B=10 unspent B=60 unspent C=30", "token fee 100-90"},
		{"the fee, mixed", kept, []Reading{told(b, 1, 50), told(b, 2, 140)}, taint.Haircut, "token fee B=10 unspent B=71 unspent C=19", "token fee 100-90"},
		{"a fee to who had nothing", []string{".x A 100 *", "A B 99"}, []Reading{told(a, 1, 99)}, taint.FIFO, "token fee A=1 unspent B=99", "token fee 100-99"},
		{"known to be empty by its transfers", []string{".x A 100 *", "A B 99"}, []Reading{told(a, 2, 0)}, taint.FIFO, "token fee A=1 unspent B=99", "emptied 1-0"},
		{"made from nothing", []string{".x A 10 *", "A B 10", ".z D 1", "A C 5"}, []Reading{told(a, 3, 7)}, taint.FIFO, "unspent B=10", "made 0-0"},
		{"at rest, as of the last block", []string{".x A 10 *", ".z D 1"}, []Reading{told(a, 2, 30)}, taint.FIFO, "unspent A=30", "scaled up 10-30"},
		{"it agrees", kept, []Reading{told(b, 1, 50), told(b, 2, 150), told(b, 3, 120)}, taint.FIFO, "unspent B=100", ""},
	} {
		transfers, seeds := paid(c.lines...)
		for _, e := range []Engine{Queue, Sweep} {
			in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Engine: e, Readings: c.readings,
				Start: Start{Origins: []Seed{{ID: "A", Transfers: seeds}}}, Method: taint.Method{Policy: c.policy}, Spread: No}
			r := mustRun(t, in)
			if got := placesIn(r); got != c.want {
				t.Errorf("%s by %s: %s, want %s", c.name, e, got, c.want)
			}
			if got := doneIn(r); c.done != "" && got != c.done || c.name == "it agrees" && got != "" {
				t.Errorf("%s by %s: %s, want %s", c.name, e, got, c.done)
			}
		}
	}
}

func placesIn(r *Result) string {
	var list []string
	for _, p := range r.Places {
		key := p.Address.Key()
		list = append(list, fmt.Sprintf("%s %c=%s", p.Kind, key[19], p.Amount))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func doneIn(r *Result) string {
	var list []string
	for _, a := range r.Adjustments {
		list = append(list, fmt.Sprintf("%s %s-%s", a.Kind, a.Was, a.Is))
	}
	return strings.Join(list, " ")
}

// TestReadingsThatCannotBe are refused, and so is the engine that goes by position.
func TestReadingsThatCannotBe(t *testing.T) {
	transfers, seeds := paid(".x A 10 *", "A B 5")
	for _, c := range []struct {
		name   string
		change func(in *Input)
		field  string
	}{
		{"of nobody", func(in *Input) { in.Readings[0].Address = clew.Address{} }, "reading"},
		{"of a coin", func(in *Input) { in.Readings[0].Asset = ether }, "reading"},
		{"by nobody", func(in *Input) { in.Readings[0].Source = "" }, "reading"},
		{"of a block to come", func(in *Input) { in.Readings[0].Block.Height = 9 }, "reading"},
		{"more than there can be", func(in *Input) { in.Readings[0].Says = MaxReading().Plus(clew.Units(1)) }, "reading"},
		{"twice", func(in *Input) { in.Readings = append(in.Readings, in.Readings[0]) }, "reading"},
		{"too many", func(in *Input) { in.Readings = make([]Reading, MaxReadings+1) }, "readings"},
		{"of another chain", func(in *Input) { in.Readings[0].Asset = clew.NativeAsset(clew.Tron) }, "chain"},
		{"by position", func(in *Input) { in.Engine = Interval }, "engine"},
	} {
		in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Readings: []Reading{told(letter("A"), 1, 9)},
			Start: Start{Origins: []Seed{{ID: "A", Transfers: seeds}}}, Spread: No}
		c.change(&in)
		_, err := Run(context.Background(), in)
		var wrong *clew.InputError
		if !errors.As(err, &wrong) || wrong.Field != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestWhatReadingsDoNotExplain leaves more between two readings than was there: it
// is clean, leaves last, and is counted. What was there before a history that is not
// held is clean too.
func TestWhatReadingsDoNotExplain(t *testing.T) {
	a := letter("A")
	transfers, seeds := paid(".x A 10 *", "A B 4", "A C 9", ".z D 1")
	for _, e := range []Engine{Queue, Sweep} {
		in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Engine: e, Readings: []Reading{told(a, 2, 6), told(a, 4, 0)},
			Start: Start{Origins: []Seed{{ID: "A", Transfers: seeds}}}, Spread: No}
		r := mustRun(t, in)
		if got := placesIn(r); got != "unspent B=4 unspent C=6" || len(r.Adjustments) > 0 {
			t.Errorf("%s: %s, %s", e, got, doneIn(r))
		}
		if len(r.TopUps) != 1 || r.TopUps[0].Amount != clew.Units(3) || len(r.Gaps) != 1 || r.Gaps[0].Amount != clew.Units(3) {
			t.Errorf("%s: %v, %v", e, r.TopUps, r.Gaps)
		}
		in.Ledgers[0] = ledgerWith(t, clew.Ethereum, transfers, clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 1, To: 5}}})
		in.Readings = []Reading{told(a, 0, 3), told(a, 4, 0)}
		r = mustRun(t, in)
		if got := placesIn(r) + " " + doneIn(r); got != "unspent B=1 unspent C=9 there before 0-0" || len(r.Gaps) > 0 {
			t.Errorf("%s: %s, %v", e, got, r.Gaps)
		}
	}
}

// TestReadingsBeyondTheTimeLimit change nothing, nor does one before what is marked
// came.
func TestReadingsBeyondTheTimeLimit(t *testing.T) {
	a := letter("A")
	transfers, seeds := paid(".y A 5", ".x A 10 *", ".z D 1", "A B 4")
	for _, e := range []Engine{Queue, Sweep} {
		in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Engine: e, Readings: []Reading{told(a, 1, 50), told(a, 3, 6)},
			Start: Start{Origins: []Seed{{ID: "A", Transfers: seeds}}}, Spread: No, Limits: Limits{Until: transfers[1].Time}}
		r := mustRun(t, in)
		if got := placesIn(r) + " " + doneIn(r); got != "time limit A=10 scaled up 0-0" {
			t.Errorf("%s: %s", e, got)
		}
	}
}

// TestSpreadIsAdjusted works out every policy with the readings, and no ranges.
func TestSpreadIsAdjusted(t *testing.T) {
	transfers, seeds := paid(".x A 40 *", ".y A 60", "A B 100", "A C 50")
	in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Readings: []Reading{told(letter("A"), 2, 150)},
		Start: Start{Origins: []Seed{{ID: "A", Transfers: seeds}}}, Spread: Yes, Ranges: true}
	r := mustRun(t, in)
	if len(r.Spread) != len(taint.AccountPolicies()) || len(r.Ranges) > 0 || !strings.Contains(strings.Join(r.Method.Notes, " "), "No possible ranges: balances are adjusted") {
		t.Errorf("%d policies, %v", len(r.Spread), r.Method.Notes)
	}
	for _, p := range r.Spread {
		if p.Policy != taint.Poison && (!p.Books[0].Closed || p.Books[0].Lines[0].Amount != clew.Units(60)) {
			t.Errorf("%s: %+v", p.Policy, p.Books[0])
		}
	}
}

// TestReadingsThatDecideNothing say less of a pot whose history before is not held,
// are of one at which the walk ends, or come to a walk backward.
func TestReadingsThatDecideNothing(t *testing.T) {
	a := letter("A")
	transfers, seeds := paid(".x A 10 *", ".y D 1", ".y A 5", "A B 12")
	for _, c := range []struct {
		name   string
		change func(in *Input)
	}{
		{"history not held", func(in *Input) {
			in.Ledgers[0] = ledgerWith(t, clew.Ethereum, transfers, clew.Coverage{Chain: clew.Ethereum, Whole: []clew.Window{{From: 3, To: 5}}})
			in.Readings = []Reading{told(a, 2, 4), told(a, 4, 3)}
		}},
		{"at the hop limit", func(in *Input) {
			in.Limits.Hops, in.Readings = 1, []Reading{told(letter("B"), 4, 6)}
		}},
		{"at a service", func(in *Input) {
			in.Namer, in.Readings = stops{a: tag.Service}, []Reading{told(a, 1, 6)}
		}},
		{"backward", func(in *Input) {
			in.Direction, in.Readings = Backward, []Reading{told(a, 1, 6)}
		}},
	} {
		for _, e := range []Engine{Queue, Sweep} {
			in := Input{Ledgers: []ledger.Snapshot{ledgerOf(t, clew.Ethereum, transfers)}, Engine: e,
				Start: Start{Origins: []Seed{{ID: "A", Transfers: seeds}}}, Spread: No}
			with := in
			with.Ledgers = slices.Clone(in.Ledgers)
			c.change(&with)
			without := with
			without.Readings = nil
			got, want := mustRun(t, with), mustRun(t, without)
			if placesIn(got) != placesIn(want) || len(got.Adjustments) > 0 || got.Books[0].Sum != want.Books[0].Sum {
				t.Errorf("%s by %s: %s, %s; without readings %s", c.name, e, placesIn(got), doneIn(got), placesIn(want))
			}
			if said := strings.Contains(strings.Join(got.Method.Notes, " "), "changes nothing backward"); said != (with.Direction == Backward) {
				t.Errorf("%s: %v", c.name, got.Method.Notes)
			}
		}
	}
}
