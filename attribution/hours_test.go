package attribution

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/memory"
	"clew/trace"
)

// hoursOf makes the profile of a theft whose first address signs at some hours, on a
// day each, in a ledger where others sign too, and returns its hours.
func hoursOf(t *testing.T, theft []clew.Time, others func(pay func(from int, at clew.Time))) *Hours {
	t.Helper()
	ether := clew.NativeAsset(clew.Ethereum)
	var all []clew.Transfer
	pay := func(from, to int, at clew.Time) {
		leg := func(n int) []clew.Leg { return []clew.Leg{{Address: who(n), Amount: clew.Units(1)}} }
		all = append(all, clew.Transfer{Time: at, Asset: ether, From: leg(from), To: leg(to)})
	}
	pay(victim, first, begun)
	for i, hour := range theft {
		pay(first, 20+i, begun+clew.Time(i)*onDay+hour*3600)
	}
	others(func(from int, at clew.Time) { pay(from, 30_000+from, begun+at) })
	byTime(all)
	store, x := memory.New(clew.Ethereum), &told{}
	for i := range all {
		all[i].Pos = clew.Pos{Height: uint64(1 + i)}
		all[i].Tx = clew.TxID{1: byte(i >> 8), 2: byte(i), 3: 1}
		block := clew.Block{Ref: clew.BlockRef{Height: uint64(1 + i), Time: all[i].Time}, Transfers: all[i : i+1]}
		if err := store.Append(t.Context(), block); err != nil {
			t.Fatal(err)
		}
		if f := all[i].From[0].Address; (f == who(victim) || f == who(first)) && all[i].Time >= begun {
			hop := one(f == who(first))
			x.r.Uses = append(x.r.Uses, trace.Use{Hop: hop, Transfer: all[i], Amount: clew.Units(1)})
		}
	}
	s, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p, err := Make(t.Context(), Making{ID: "hours-2024", Day: "2024-01-01", Trace: &x.r, Ledgers: []ledger.Snapshot{s}, Degree: 10_000})
	if err != nil || p.Hours == nil {
		t.Fatalf("%+v, %v", p, err)
	}
	return p.Hours
}

// allDay are hours that lie evenly around the clock, and worked those of a shift.
var (
	allDay = []clew.Time{0, 8, 16, 4, 12, 20, 2, 10, 18, 6, 14, 22}
	worked = []clew.Time{9, 10, 11, 12, 13, 14, 9, 10, 11, 12, 13, 14}
)

// TestSessionsOfTheTheft: four sessions are no test and five are one, and what its
// address signed before the theft is none of them.
func TestSessionsOfTheTheft(t *testing.T) {
	for _, n := range []int{4, 5} {
		h := hoursOf(t, allDay[:n], func(pay func(int, clew.Time)) {
			for day := range clew.Time(9) {
				pay(first, -(day+1)*onDay)
			}
		})
		if h.Sessions != n || h.Transactions != n || (h.Uniform != nil) != (n == 5) {
			t.Errorf("%d sessions: %+v", n, h)
		}
	}
}

// TestOthersAreMany: fifty others make a day to compare with, and not forty-nine, the
// victim and the thief.
func TestOthersAreMany(t *testing.T) {
	for _, n := range []int{49, 50} {
		h := hoursOf(t, allDay, func(pay func(int, clew.Time)) {
			for signer := range n {
				for day := range clew.Time(12) {
					pay(1000+signer, day*onDay+clew.Time(signer*1000))
				}
			}
		})
		if (h.Others != nil) != (n == 50) || h.Others != nil && h.Others.Of != 12*n {
			t.Errorf("%d others: %+v", n, h.Others)
		}
	}
}

// TestOthersOfOneHour: very many who sign in one hour are no day to hold a theft
// against, and neither is one who signs without end.
func TestOthersOfOneHour(t *testing.T) {
	for name, others := range map[string]func(func(int, clew.Time)){
		"one hour": func(pay func(int, clew.Time)) {
			for i := range 700 {
				pay(1000+i, 9*3600+clew.Time(i))
			}
		},
		"one signer": func(pay func(int, clew.Time)) {
			for i := range clew.Time(700) {
				pay(1000, i*3600+7)
			}
		},
	} {
		if h := hoursOf(t, allDay, others); h.Others != nil {
			t.Errorf("%s: %+v", name, h.Others)
		}
	}
}

// TestOthersBySession: a theft whose sessions are those of everybody else's shift is
// not gathered against them, though whoever signs is at it for hours on end: sessions
// are held against sessions.
func TestOthersBySession(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	h := hoursOf(t, worked, func(pay func(int, clew.Time)) {
		for signer := range 80 {
			for day := range clew.Time(10) {
				from := 7 + clew.Time(r.IntN(5))
				for hour := range clew.Time(5) {
					pay(1000+signer, day*onDay+(from+hour)*3600+clew.Time(r.IntN(3600)))
				}
			}
		}
	})
	if h.Uniform.P > 100 {
		t.Errorf("against an even day: %+v", h.Uniform)
	}
	if h.Others == nil || h.Others.Of != 800 || h.Others.P < 500 {
		t.Errorf("against others: %+v", h.Others)
	}
}

// byTime puts transfers in the order of their times.
func byTime(all []clew.Transfer) {
	slices.SortStableFunc(all, func(a, b clew.Transfer) int { return cmp.Compare(a.Time, b.Time) })
}
