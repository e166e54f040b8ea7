package op

import (
	"fmt"
	"strings"
	"testing"

	"clew"
	"clew/evm"
	"clew/report"
	"clew/taint"
	"clew/trace"
)

// holdsItsMarks wants closed books, and nowhere more marked than the world has.
func (w *tokenWorld) holdsItsMarks(t *testing.T, seed uint64, x *report.Trace) {
	t.Helper()
	for _, b := range x.Result.Books {
		if !b.Closed && x.Result.Method.Policy != taint.Poison {
			t.Errorf("seed %d: a book does not close", seed)
		}
	}
	for _, p := range x.Result.Places {
		n, _ := p.Amount.Uint64()
		held := w.balance(clew.Pot{Address: p.Address, Asset: p.Asset}, len(w.blocks)-1)
		if p.Kind == trace.AtRest && int64(n) > held {
			t.Errorf("seed %d, %s: %d is marked of %d", seed, x.Result.Method.Policy, n, held)
		}
	}
}

// adjustWorld is one in which balances only change by what is given.
func adjustWorld(silent map[int]map[int]int64, moves ...[4]int) *tokenWorld {
	w := newTokenWorld(1, 30, 0)
	for h := range w.blocks {
		w.blocks[h].Transfers, w.silent[h] = nil, map[clew.Pot]int64{}
		for who, n := range silent[h] {
			w.silent[h][clew.Pot{Address: holder(who), Asset: tokenOf(0)}] = n
		}
	}
	for _, m := range moves {
		b := &w.blocks[m[0]]
		b.Transfers = append(b.Transfers, clew.Transfer{Pos: clew.Pos{Height: uint64(m[0]), Index: uint32(len(b.Transfers)), Class: clew.Log}, Time: b.Ref.Time, Tx: clew.TxID{2, byte(m[0])},
			Asset: tokenOf(0), From: []clew.Leg{{Address: holder(m[1]), Amount: clew.Units(uint64(m[3]))}}, To: []clew.Leg{{Address: holder(m[2]), Amount: clew.Units(uint64(m[3]))}}})
	}
	return w
}

func placed(x *report.Trace) string {
	var list []string
	for _, p := range x.Result.Places {
		list = append(list, fmt.Sprintf("%s %d: %s for %s", p.Kind, p.Address.Key()[1], p.Amount, p.Parts[0].Basis))
	}
	return strings.Join(list, "; ")
}

// TestBalancesAreAdjusted follows what 0 sends to 1, who passes it on, through a
// token that changes balances silently: with a node that has old states, with one
// that has the last alone, and with none.
func TestBalancesAreAdjusted(t *testing.T) {
	for _, c := range []struct {
		name                string
		world               func() *tokenWorld
		with, pruned, never string
	}{
		{"raised by half before it is passed on", func() *tokenWorld {
			return adjustWorld(map[int]map[int]int64{0: {0: 1000}, 7: {1: 50}}, [4]int{5, 0, 1, 100}, [4]int{10, 1, 2, 150})
		}, "unspent 2: 150 for 100", "unspent 2: 100 for 100", "unspent 2: 100 for 100"},
		{"a tenth of each payment is kept", func() *tokenWorld {
			return adjustWorld(map[int]map[int]int64{0: {0: 1000}, 5: {1: -10}, 10: {2: -9}}, [4]int{5, 0, 1, 100}, [4]int{10, 1, 2, 90})
		}, "unspent 2: 81 for 81; token fee 1: 10 for 10; token fee 2: 9 for 9", "unspent 2: 81 for 90; token fee 1: 10 for 10", "unspent 2: 90 for 90; unspent 1: 10 for 10"},
		{"lowered long after", func() *tokenWorld {
			return adjustWorld(map[int]map[int]int64{0: {0: 1000}, 20: {1: -50}}, [4]int{5, 0, 1, 100})
		}, "unspent 1: 50 for 100", "unspent 1: 50 for 100", "unspent 1: 100 for 100"},
		{"destroyed", func() *tokenWorld {
			return adjustWorld(map[int]map[int]int64{0: {0: 1000}, 20: {1: -100}}, [4]int{5, 0, 1, 100})
		}, "token fee 1: 100 for 100", "token fee 1: 100 for 100", "unspent 1: 100 for 100"},
		{"further than transfers alone lead", func() *tokenWorld {
			return adjustWorld(map[int]map[int]int64{0: {0: 1000}, 7: {1: 100}, 15: {2: 200}}, [4]int{4, 3, 1, 1}, [4]int{5, 0, 1, 99}, [4]int{10, 1, 2, 200}, [4]int{18, 2, 3, 400})
		}, "unspent 3: 396 for 99", "unspent 3: 99 for 99", "unspent 3: 99 for 99"},
		{"to a pot that is known only after another is adjusted", func() *tokenWorld {
			return adjustWorld(map[int]map[int]int64{0: {0: 1000}, 7: {1: 100}, 15: {2: 50}}, [4]int{5, 0, 1, 100}, [4]int{10, 1, 2, 100}, [4]int{12, 1, 3, 100}, [4]int{18, 2, 3, 150})
		}, "unspent 3: 250 for 100", "unspent 3: 100 for 100", "unspent 3: 100 for 100"},
	} {
		for i, want := range []string{c.with, c.pruned, c.never} {
			w, failed := c.world(), 0
			if i == 1 {
				w.fails = func(at clew.BlockRef) error {
					if at.Height < 29 {
						failed++
						return fmt.Errorf("%w: missing trie node", evm.ErrPruned)
					}
					return nil
				}
			}
			ask := fmt.Sprintf(`{"start": %q, "sent": true, "node": ["ethereum=x"], "spread": "no"}`, holder(0).Text())
			if i == 2 {
				ask = strings.Replace(ask, `"node": ["ethereum=x"], `, "", 1)
			}
			r, err := runOn(t, w.env(t, 0), "trace", ask)
			if err != nil {
				t.Fatal(err)
			}
			x := r.(*report.Trace)
			if got := placed(x); got != want {
				t.Errorf("%s, node %d: %s, want %s", c.name, i, got, want)
			}
			if adjusts := len(x.Result.Adjustments) > 0; i == 2 && (adjusts || countGaps(x, clew.GapBalance) > 0) {
				t.Errorf("%s: adjusted without a node", c.name)
			}
			if b := x.Balances; i == 1 && len(b) == 1 && len(b[0].Differ) > 0 && (len(b[0].NotRead) != 1 || b[0].NotRead[0].Why != evm.ErrPruned.Error() || b[0].Read != 0) {
				t.Errorf("%s: not read %v", c.name, b[0].NotRead)
			}
			if failed > maxReadRounds {
				t.Errorf("%s: a node that has no old states was asked for %d", c.name, failed)
			}
			for _, a := range x.Result.Adjustments {
				if a.Source != "node.test" || a.Block != w.blocks[a.Block.Height].Ref {
					t.Errorf("%s: of %v by %s", c.name, a.Block, a.Source)
				}
			}
		}
	}
}

// TestAdjustedByEveryPolicy holds random silent changes against every policy: books
// close, and no pot has more marked than the world says that it holds.
func TestAdjustedByEveryPolicy(t *testing.T) {
	adjusted, before := 0, 0
	for seed := range uint64(20) {
		w := newTokenWorld(seed, 30, 30)
		env := w.env(t, []int{0, 11}[seed%2])
		for _, p := range taint.AccountPolicies() {
			r, err := runOn(t, env, "trace", fmt.Sprintf(`{"start": %q, "sent": true, "node": ["ethereum=x"], "spread": "no", "policy": %q}`, holder(0).Text(), p))
			if err != nil {
				t.Fatal(err)
			}
			x := r.(*report.Trace)
			w.holdsItsMarks(t, seed, x)
			adjusted += len(x.Result.Adjustments)
			for _, a := range x.Result.Adjustments {
				if a.Kind == trace.ThereBefore {
					before++
				}
				if a.Kind == trace.ThereBefore && (a.Block.Height != 10 || seed%2 == 0) {
					t.Errorf("seed %d: %+v, though the history is held", seed, a)
				}
			}
		}
	}
	if adjusted < 1000 || before < 50 {
		t.Errorf("only %d adjustments, %d of what was there before", adjusted, before)
	}
}

// TestIntervalEngineGivesWay is asked for by name, and says why another served.
func TestIntervalEngineGivesWay(t *testing.T) {
	w := adjustWorld(map[int]map[int]int64{0: {0: 1000}, 7: {1: 50}}, [4]int{5, 0, 1, 100})
	r, err := runOn(t, w.env(t, 0), "trace", fmt.Sprintf(`{"start": %q, "sent": true, "node": ["ethereum=x"], "engine": "interval"}`, holder(0).Text()))
	if err != nil {
		t.Fatal(err)
	}
	m := r.(*report.Trace).Result.Method
	if m.Engine != trace.Queue || !strings.Contains(strings.Join(m.Notes, " "), "The interval engine was asked for") {
		t.Errorf("%s, %v", m.Engine, m.Notes)
	}
}

// TestBackwardIsNotAdjusted leaves a trace backward as it is, and keeps the gap.
func TestBackwardIsNotAdjusted(t *testing.T) {
	w := adjustWorld(map[int]map[int]int64{0: {0: 1000}, 7: {1: 50}}, [4]int{5, 0, 1, 100}, [4]int{10, 1, 2, 100})
	r, err := runOn(t, w.env(t, 0), "trace", fmt.Sprintf(`{"start": %q, "node": ["ethereum=x"], "direction": "backward"}`, holder(2).Text()))
	if err != nil {
		t.Fatal(err)
	}
	x := r.(*report.Trace)
	if len(x.Result.Adjustments) > 0 || countGaps(x, clew.GapBalance) == 0 || x.Balances[0].Read > 0 {
		t.Errorf("%v, %v", x.Result.Adjustments, x.Result.Gaps)
	}
}
