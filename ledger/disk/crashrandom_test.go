package disk

import (
	"math/rand/v2"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/vfs"
)

// randomScript makes up actions that fit one after another.
func randomScript(seed uint64) []action {
	random := rand.New(rand.NewPCG(seed, 11))
	h := ledgertest.NewHistory(clew.Ethereum, seed+100)
	m := ledgertest.NewModel(clew.Ethereum)
	var given ledgertest.Facts
	var actions []action
	for range 14 {
		next, any, parent := m.Next()
		if any {
			next = 100
		}
		var a action
		switch random.IntN(8) {
		case 0:
			a = merging()
		case 1:
			a = rollingBack(next - min(next, random.Uint64N(9)))
		case 2, 3:
			from := next - min(next, random.Uint64N(20))
			facts := ledgertest.FactsOf(h.Blocks(from, clew.TxID{}, 1+random.IntN(6)))
			facts.Transfers, facts.Acts = mixedWith(random, facts.Transfers, given.Transfers), mixedWith(random, facts.Acts, given.Acts)
			adds := clew.Coverage{Held: []clew.Holding{{Address: ledgertest.Address(clew.Ethereum, 1), Source: "x", Window: clew.Window{From: from, To: from + 6}}}}
			a = loading(ledger.Source{Name: "random", Exact: random.IntN(3) > 0}, adds, facts)
			given = given.And(facts)
		default:
			blocks := h.Blocks(next, parent, 1+random.IntN(5))
			given = given.And(ledgertest.FactsOf(blocks))
			a = appending(blocks...)
		}
		a.model(m)
		actions = append(actions, a)
	}
	return actions
}

// mixedWith returns new facts and some old ones in any order.
func mixedWith[T any](random *rand.Rand, fresh, old []T) []T {
	for range min(len(old), random.IntN(10)) {
		fresh = append(fresh, old[random.IntN(len(old))])
	}
	random.Shuffle(len(fresh), func(i, j int) { fresh[i], fresh[j] = fresh[j], fresh[i] })
	return fresh
}

func TestRandomHistoriesSurviveRandomCrashes(t *testing.T) {
	for seed := range uint64(5) {
		actions := randomScript(seed)
		random := rand.New(rand.NewPCG(seed, 13))
		for step := 1; ; step += 1 + random.IntN(6*stride()) {
			d := vfs.NewMem()
			d.StopAt(step)
			before, after, failed, err := drive(d, actions)
			if !d.Stopped() {
				if err != nil {
					t.Fatalf("seed %d: %s: %v", seed, failed, err)
				}
				break
			}
			states := []*ledgertest.Model{after}
			if before != nil {
				states = append(states, before)
			}
			variant := random.IntN(100)
			if err := found(d.Crash(variant), uint64(step), states...); err != nil {
				t.Fatalf("seed %d: stopped at step %d in %s, crash variant %d:\n%v", seed, step, failed, variant, err)
			}
		}
	}
}
