package trace

import (
	"fmt"
	"math/rand"
	"reflect"
	"testing"

	"clew"
	"clew/launder"
	"clew/ledger"
	"clew/taint"
)

// TestVenuesDecideNothing: whatever contracts log as venues, the answer is the same
// but for their names, and each swap has those of its own transaction.
func TestVenuesDecideNothing(t *testing.T) {
	named := 0
	for seed := int64(1600); seed < 1700; seed++ {
		for _, way := range []Direction{Forward, Backward} {
			rng := rand.New(rand.NewSource(seed))
			w := swapWorld(rng)
			in := w.input(t, taint.Method{Policy: taint.FIFO}, "")
			in.Direction = way
			name := fmt.Sprintf("seed %d, %s", seed, way)
			want := swapRun(t, name, in)
			acts, said := lies(rng, w.transfers)
			in.Ledgers = []ledger.Snapshot{ledgerSaying(t, clew.Ethereum, w.transfers, acts)}
			got := swapRun(t, name, in)
			for i := range got.Conversions {
				c := &got.Conversions[i]
				pos := append(append([]clew.Pos{}, c.Conversion.In...), c.Conversion.Out...)[0]
				if venues := said[envelopeOf(pos)]; !reflect.DeepEqual(c.Venues, venues) {
					t.Fatalf("%s: %+v, want %+v", name, c.Venues, venues)
				}
				named += len(c.Venues)
				c.Venues = nil
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s:\n%+v\nwant\n%+v", name, got, want)
			}
		}
	}
	if named < 100 {
		t.Errorf("%d venues named", named)
	}
}

// lies are venues' events of anybody in half of the transactions, more in some than
// are named.
func lies(rng *rand.Rand, transfers []clew.Transfer) (acts []clew.Act, said map[envelope][]launder.Venue) {
	said = map[envelope][]launder.Venue{}
	for i := range transfers {
		place := envelopeOf(transfers[i].Pos)
		if _, seen := said[place]; seen {
			continue
		}
		said[place] = nil
		for n := range rng.Intn(2) * rng.Intn(maxVenues+4) {
			v := launder.Venue{Contract: who(rng.Intn(100)), LogsAs: []string{"Uniswap v3", "Curve"}[rng.Intn(2)]}
			acts = append(acts, clew.Act{Pos: clew.Pos{Height: place.height, Index: place.index, Class: clew.Log, Ordinal: uint32(1000 + n)}, Tx: transfers[i].Tx, Kind: clew.Venue, On: v.Contract, Detail: v.LogsAs})
			if n < maxVenues {
				said[place] = append(said[place], v)
			}
		}
	}
	return acts, said
}
