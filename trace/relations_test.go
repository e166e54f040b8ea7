package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/tag"
	"clew/taint"
)

func mustRun(t testing.TB, in Input) *Result {
	t.Helper()
	r, err := Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func bytesOf(t testing.TB, r *Result) []byte {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// forWorlds calls check with random worlds, each asked by every policy.
func forWorlds(t *testing.T, count int64, tr traits, check func(name string, w world, in Input)) {
	t.Helper()
	for seed := range count {
		for _, p := range taint.AccountPolicies() {
			w := randomWorld(rand.New(rand.NewSource(seed)), tr)
			check(fmt.Sprintf("seed %d, %s", seed, p), w, w.input(t, taint.Method{Policy: p}, ""))
		}
	}
}

var anything = traits{origins: 2, openings: true, limits: true, supposed: true, converts: true}

func TestSameInputSameBytes(t *testing.T) {
	forWorlds(t, 40, anything, func(name string, w world, in Input) {
		in.Spread, in.Ranges = Yes, true
		a := bytesOf(t, mustRun(t, in))
		if b := bytesOf(t, mustRun(t, in)); !bytes.Equal(a, b) {
			t.Fatalf("%s:\n%s\nand\n%s", name, a, b)
		}
	})
}

// TestBooksClose reads the books again, line by line and place by place.
func TestBooksClose(t *testing.T) {
	forWorlds(t, 60, anything, func(name string, w world, in Input) {
		r := mustRun(t, in)
		for _, b := range r.Books {
			var sum clew.Amount
			for _, l := range b.Lines {
				sum = sum.Plus(l.Basis)
			}
			if in.Method.Policy != taint.Poison && (!b.Closed || sum != b.Start || sum != b.Sum) {
				t.Fatalf("%s: book of %q: started %s, lines add up to %s, closed %v", name, b.Origin, b.Start, sum, b.Closed)
			}
		}
	})
}

// TestRenaming gives every address another name: the answer is renamed.
func TestRenaming(t *testing.T) {
	forWorlds(t, 40, anything, func(name string, w world, in Input) {
		rename := func(a clew.Address) clew.Address {
			if a.IsZero() {
				return a
			}
			key := a.Key()
			key[0], key[5] = 0x11, 255-key[19]
			return clew.EVMAddress(clew.Ethereum, [20]byte(key))
		}
		renamed := w
		renamed.transfers, renamed.stops = slices.Clone(w.transfers), stops{}
		for i := range renamed.transfers {
			renamed.transfers[i] = renameIn(renamed.transfers[i], rename)
		}
		renamed.supposed = slices.Clone(w.supposed)
		for i := range renamed.supposed {
			renamed.supposed[i].Transfer = renameIn(renamed.supposed[i].Transfer, rename)
		}
		for a, stop := range w.stops {
			renamed.stops[rename(a)] = stop
		}
		want := map[string]clew.Amount{}
		for _, p := range mustRun(t, in).Places {
			want[fmt.Sprint(p.Kind, rename(p.Address), p.Asset, p.Parts)] = p.Amount
		}
		for _, p := range mustRun(t, renamed.input(t, in.Method, "")).Places {
			if k := fmt.Sprint(p.Kind, p.Address, p.Asset, p.Parts); want[k] != p.Amount {
				t.Fatalf("%s: %s has %s, want %s", name, k, p.Amount, want[k])
			}
		}
	})
}

func renameIn(t clew.Transfer, rename func(clew.Address) clew.Address) clew.Transfer {
	t.From = []clew.Leg{{Address: rename(t.From[0].Address), Amount: t.From[0].Amount}}
	t.To = []clew.Leg{{Address: rename(t.To[0].Address), Amount: t.To[0].Amount}}
	return t
}

// TestScaling multiplies every amount: so is the answer. Where a policy
// divides, the scaled answer is the finer one, so those are left out.
func TestScaling(t *testing.T) {
	tr := anything
	tr.converts = false
	forWorlds(t, 40, tr, func(name string, w world, in Input) {
		if p := in.Method.Policy; p == taint.Haircut || len(w.seeds) > 1 && (p == taint.TaintFirst || p == taint.CleanFirst) {
			return
		}
		scaled := w
		scaled.transfers, scaled.supposed = slices.Clone(w.transfers), slices.Clone(w.supposed)
		for i := range scaled.transfers {
			scaled.transfers[i] = times(scaled.transfers[i], 1000)
		}
		for i := range scaled.supposed {
			scaled.supposed[i].Transfer = times(scaled.supposed[i].Transfer, 1000)
		}
		scaled.limits.Dust = product(w.limits.Dust, 1000)
		want := mustRun(t, in).Places
		got := mustRun(t, scaled.input(t, in.Method, "")).Places
		for i := range want {
			if product(want[i].Amount, 1000) != got[i].Amount || want[i].Kind != got[i].Kind {
				t.Fatalf("%s: %s %s, want a thousand times %s", name, got[i].Kind, got[i].Amount, want[i].Amount)
			}
		}
	})
}

func times(t clew.Transfer, n uint64) clew.Transfer {
	t.From = []clew.Leg{{Address: t.From[0].Address, Amount: product(t.From[0].Amount, n)}}
	t.To = []clew.Leg{{Address: t.To[0].Address, Amount: product(t.To[0].Amount, n)}}
	return t
}

func product(a clew.Amount, n uint64) clew.Amount {
	p, _ := a.MulDiv(clew.Units(n), clew.Units(1))
	return p
}

// TestUnconnected adds transfers among strangers: nothing changes, but what a
// sweep looks at.
func TestUnconnected(t *testing.T) {
	forWorlds(t, 40, anything, func(name string, w world, in Input) {
		more := w
		more.transfers = slices.Clone(w.transfers)
		for i, tr := range w.transfers {
			stranger := move(tr.Pos.Height, who(500+i%3), who(600+i%5), tr.Asset, 7)
			stranger.Pos.Index, stranger.Tx = 1000+tr.Pos.Index, clew.TxID{7, byte(i)}
			more.transfers = append(more.transfers, stranger)
		}
		for _, e := range []Engine{"", Sweep} {
			in.Engine = e
			a := mustRun(t, in)
			b := mustRun(t, more.input(t, in.Method, e))
			if e == Sweep && b.Work.Swept < a.Work.Swept {
				t.Fatalf("%s: swept %d, and %d with more transfers", name, a.Work.Swept, b.Work.Swept)
			}
			a.Work.Swept, b.Work.Swept = 0, 0
			if a, b := bytesOf(t, a), bytesOf(t, b); !bytes.Equal(a, b) {
				t.Fatalf("%s by %q:\n%s\nand\n%s", name, e, a, b)
			}
		}
	})
}

// TestStopMonotone adds a stop: it takes in at least what came to rest there,
// and nowhere else does more lie. Policies that look at what is marked shift
// their choices when less is, so this holds for two alone.
func TestStopMonotone(t *testing.T) {
	forWorlds(t, 60, traits{origins: 1, openings: true}, func(name string, w world, in Input) {
		if in.Method.Policy != taint.FIFO && in.Method.Policy != taint.Poison {
			return
		}
		before := lying(mustRun(t, in))
		stop := who(5)
		w.stops[stop] = tag.Mixer
		after := lying(mustRun(t, in))
		for a, n := range after {
			if a != stop && before[a].Less(n) {
				t.Fatalf("%s: %s has %s with the stop and %s without", name, a.Text(), n, before[a])
			}
		}
		if in.Method.Policy == taint.FIFO && after[stop].Less(before[stop]) {
			t.Fatalf("%s: the stop has %s, and had %s", name, after[stop], before[stop])
		}
	})
}

// lying returns what lies at each address.
func lying(r *Result) map[clew.Address]clew.Amount {
	amounts := map[clew.Address]clew.Amount{}
	for _, p := range r.Places {
		amounts[p.Address] = amounts[p.Address].Plus(p.Amount)
	}
	return amounts
}

// TestTwoOriginsAreTwoTraces follows origins together and apart: first in,
// first out and last in, first out keep marks from each other's way.
func TestTwoOriginsAreTwoTraces(t *testing.T) {
	forWorlds(t, 60, traits{origins: 2, openings: true}, func(name string, w world, in Input) {
		if in.Method.Policy != taint.FIFO && in.Method.Policy != taint.LIFO {
			return
		}
		together := mustRun(t, in)
		for i, seed := range in.Start.Origins {
			alone := in
			alone.Start.Origins = []Seed{seed}
			a, b := mustRun(t, alone).Books[0], together.Books[i]
			if fmt.Sprint(a.Lines) != fmt.Sprint(b.Lines) || a.Sum != b.Sum {
				t.Fatalf("%s: origin %s alone:\n%v\ntogether:\n%v", name, seed.ID, a, b)
			}
		}
	})
}

// TestEnginesGiveTheSameBytes compares whole results but for what they cost.
func TestEnginesGiveTheSameBytes(t *testing.T) {
	tr := anything
	tr.converts = false
	forWorlds(t, 40, tr, func(name string, w world, in Input) {
		var first []byte
		for _, e := range []Engine{Queue, Sweep, Interval} {
			if e == Interval && in.Method.Policy != taint.FIFO {
				continue
			}
			in.Engine = e
			r := mustRun(t, in)
			r.Method.Engine, r.Work = "", Work{}
			for i := range r.Limits {
				r.Limits[i].Times = 0
			}
			slices.SortFunc(r.Gaps, func(a, b clew.Gap) int { return compareGaps(a, b) })
			got := bytesOf(t, r)
			if first == nil {
				first = got
			}
			if !bytes.Equal(first, got) {
				t.Fatalf("%s by %s: %s", name, e, difference(got, first))
			}
		}
	})
}

// difference shows two texts from where they part.
func difference(got, want []byte) string {
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	cut := func(b []byte) []byte { return b[max(0, at-200):min(len(b), at+300)] }
	return fmt.Sprintf("\n%s\nwant\n%s", cut(got), cut(want))
}

func compareGaps(a, b clew.Gap) int {
	return bytes.Compare([]byte(fmt.Sprint(a)), []byte(fmt.Sprint(b)))
}

var _ ledger.Reader = (*overlaid)(nil)

// TestPoliciesLieWithinTheRange holds what each policy that conserves value
// brings to an address against the range that any could.
func TestPoliciesLieWithinTheRange(t *testing.T) {
	beyond := 0
	for _, tr := range []traits{{origins: 2, openings: true, supposed: true}, {origins: 2, openings: true, converts: true}} {
		forWorlds(t, 80, tr, func(name string, w world, in Input) {
			if in.Method.Policy == taint.Poison {
				return
			}
			in.Ranges = true
			r := mustRun(t, in)
			lies := lyingIn(r)
			for _, x := range r.Ranges {
				if n := lies[clew.Pot{Address: x.Address, Asset: x.Asset}]; n.Less(x.Least) || x.Most.Less(n) {
					t.Fatalf("%s: %s at %s, out of %s to %s", name, n, x.Address.Text(), x.Least, x.Most)
				}
			}
			if len(r.Conversions) > 0 {
				beyond += len(r.Ranges)
			}
			if len(w.converts) == 0 && len(r.Ranges) == 0 && len(r.Places) > 0 {
				t.Fatalf("%s: no ranges: %v", name, r.Method.Notes)
			}
		})
	}
	if beyond < 300 {
		t.Errorf("%d ranges where conversions are crossed", beyond)
	}
}

// lyingIn returns what lies in each pot.
func lyingIn(r *Result) map[clew.Pot]clew.Amount {
	amounts := map[clew.Pot]clew.Amount{}
	for _, p := range r.Places {
		id := clew.Pot{Address: p.Address, Asset: p.Asset}
		amounts[id] = amounts[id].Plus(p.Amount)
	}
	return amounts
}
