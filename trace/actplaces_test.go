package trace

import (
	"context"
	"math/rand"
	"testing"

	"clew"
	"clew/ledger"
	"clew/taint"
)

// actsOn returns acts at places of a chain: of bridges, memos and others.
func actsOn(rng *rand.Rand, places []clew.Pos) (acts []clew.Act) {
	for _, pos := range places {
		a := clew.Act{Pos: pos, Tx: txOf(pos), Time: clew.Time(1_600_000_000 + 10*pos.Height), On: who(60), With: who(61), Kind: clew.Pause}
		a.Pos.Ordinal = 1 << 20
		if rng.Intn(2) == 0 {
			a.SetMemo(clew.TransactionData, []byte("hello"))
		}
		acts = append(acts, a)
	}
	return acts
}

// A counted ledger counts how often it is asked for acts.
type counted struct {
	ledger.Snapshot
	asked *int
}

func (c counted) Acts(ctx context.Context, q ledger.ActQuery, page []clew.Act) ([]clew.Act, bool, error) {
	*c.asked++
	return c.Snapshot.Acts(ctx, q, page)
}

// TestActPlaces asks at transactions in any order, and in order both ways, whether they
// have acts: the answer is that of one question each.
func TestActPlaces(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	var places []clew.Pos
	for range 900 {
		places = append(places, clew.Pos{Height: uint64(rng.Intn(300)), Index: uint32(rng.Intn(6))})
	}
	for range 2 * mostActs { // more than are read at once
		places = append(places, clew.Pos{Height: 301, Index: uint32(rng.Intn(3))})
	}
	snapshot := ledgerSaying(t, clew.Ethereum, []clew.Transfer{move(310, who(1), who(2), ether, 1)}, actsOn(rng, places))
	for _, backward := range []bool{false, true} {
		for _, leap := range []int{0, 1, 3, 400} {
			asked, looks := 0, 0
			v := &view{snapshot: counted{snapshot, &asked}, backward: backward}
			for n := range 303 * 6 {
				at := n
				if leap > 0 {
					at = rng.Intn(303*6/leap) * leap
				}
				if backward {
					at = 303*6 - 1 - at
				}
				place := envelope{uint64(at / 6), uint32(at % 6)}
				acts, _, err := snapshot.Acts(context.Background(), place.acts(1, bridgeKinds[:]...), nil)
				if err != nil {
					t.Fatal(err)
				}
				got, err := v.hasActs(context.Background(), place)
				if err != nil || got != (len(acts) > 0) {
					t.Fatalf("backward %t, leaps %d, at %v: %t, %v; %d acts", backward, leap, place, got, err, len(acts))
				}
				looks++
			}
			if leap == 0 && asked > looks/50 {
				t.Errorf("backward %t: %d questions for %d transactions in order", backward, asked, looks)
			}
		}
	}
}

// TestActsOfOthersChangeNothing: with memos at every other transaction a trace is what
// it is without, by every engine.
func TestActsOfOthersChangeNothing(t *testing.T) {
	for seed := range int64(20) {
		rng := rand.New(rand.NewSource(seed))
		w := randomWorld(rng, traits{origins: 2, openings: true})
		var places []clew.Pos
		for i := range w.transfers {
			if rng.Intn(2) == 0 {
				places = append(places, w.transfers[i].Pos)
			}
		}
		for _, e := range []Engine{Queue, Sweep} {
			for _, way := range []Direction{Forward, Backward} {
				in := w.input(t, taint.Method{Policy: taint.Haircut}, e)
				in.Direction = way
				want := placesOf(mustRun(t, in))
				in.Ledgers = []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, w.transfers, actsOn(rng, places))}
				if got := placesOf(mustRun(t, in)); got != want {
					t.Fatalf("seed %d by %s: %s, want %s", seed, e, got, want)
				}
			}
		}
	}
}
