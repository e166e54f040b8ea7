package trace

import (
	"context"
	"errors"
	"math/rand"
	"testing"

	"clew"
	"clew/tag"
)

// allPaths calls visit with every way in time from one address to another that
// meets no address twice.
func allPaths(w *world, at, to clew.Address, since int, path []*clew.Transfer, met map[clew.Address]bool, visit func([]*clew.Transfer)) {
	if at == to {
		visit(path)
		return
	}
	if len(path) > 0 && w.stops[at] != tag.NoStop {
		return
	}
	for i := since; i < len(w.transfers); i++ {
		t := &w.transfers[i]
		far := t.To[0].Address
		if t.From[0].Address != at || far.IsZero() || met[far] || t.Amount().IsZero() || t.Pos.Class == clew.Fee || len(path) > 0 && path[0].Asset != t.Asset {
			continue
		}
		met[far] = true
		allPaths(w, far, to, i+1, append(path[:len(path):len(path)], t), met, visit)
		delete(met, far)
	}
}

func TestPathsAgainstAll(t *testing.T) {
	for seed := range worlds(200) {
		rng := rand.New(rand.NewSource(seed))
		w := randomWorld(rng, traits{openings: true, converts: true})
		w.transfers = w.transfers[:20]
		from, to := who(0), who(1)
		delete(w.stops, from)
		var widest clew.Amount
		soonest := clew.LastPos
		count := 0
		allPaths(&w, from, to, 0, nil, map[clew.Address]bool{from: true}, func(path []*clew.Transfer) {
			count++
			width := path[0].Amount()
			for _, p := range path {
				width = width.Min(p.Amount())
			}
			widest = widest.Max(width)
			if last := path[len(path)-1].Pos; last.Before(soonest) {
				soonest = last
			}
		})
		r, err := Paths(context.Background(), ledgerOf(t, clew.Ethereum, w.transfers), from, to, PathQuery{Namer: w.stops, Best: 4})
		if err != nil {
			t.Fatal(err)
		}
		if count == 0 {
			if len(r.Widest)+len(r.Soonest) > 0 {
				t.Fatalf("seed %d: paths where there are none", seed)
			}
			continue
		}
		if len(r.Widest) == 0 || r.Widest[0].Width != widest {
			t.Fatalf("seed %d: widest %v, want %s", seed, r.Widest, widest)
		}
		if got := r.Soonest[0].Transfers; got[len(got)-1].Pos != soonest {
			t.Fatalf("seed %d: arrives at %s, want %s", seed, got[len(got)-1].Pos, soonest)
		}
		for _, p := range append(r.Widest, r.Soonest...) {
			checkPath(t, &p, from, to)
		}
	}
}

// TestPathsWithinTheirHops finds a path that is narrower and later, but short
// enough.
func TestPathsWithinTheirHops(t *testing.T) {
	a, x, b, end := who(1), who(2), who(3), who(4)
	snapshot := ledgerOf(t, clew.Ethereum, []clew.Transfer{move(1, a, x, ether, 100), move(2, x, b, ether, 100), move(3, a, b, ether, 5), move(4, b, end, ether, 5)})
	r, err := Paths(context.Background(), snapshot, a, end, PathQuery{Best: 1, Limits: Limits{Hops: 2}})
	if err != nil || len(r.Widest) != 1 || len(r.Soonest) != 1 || len(r.Widest[0].Transfers) != 2 {
		t.Errorf("widest %v, soonest %v, error %v", r.Widest, r.Soonest, err)
	}
}

// TestPathsWithinHopsAgainstAll compares the best path within any number of
// hops with all paths that are that short.
func TestPathsWithinHopsAgainstAll(t *testing.T) {
	for seed := range worlds(300) {
		rng := rand.New(rand.NewSource(seed))
		w := randomWorld(rng, traits{openings: true})
		w.transfers = w.transfers[:20]
		from, to, hops := who(0), who(1), 1+rng.Intn(5)
		delete(w.stops, from)
		var widest clew.Amount
		soonest, count := clew.LastPos, 0
		allPaths(&w, from, to, 0, nil, map[clew.Address]bool{from: true}, func(path []*clew.Transfer) {
			if len(path) > hops {
				return
			}
			count++
			width := path[0].Amount()
			for _, p := range path {
				width = width.Min(p.Amount())
			}
			widest = widest.Max(width)
			if last := path[len(path)-1].Pos; last.Before(soonest) {
				soonest = last
			}
		})
		r, err := Paths(context.Background(), ledgerOf(t, clew.Ethereum, w.transfers), from, to, PathQuery{Namer: w.stops, Best: 1, Limits: Limits{Hops: hops}})
		if err != nil {
			t.Fatal(err)
		}
		if (count > 0) != (len(r.Widest) == 1) || (count > 0) != (len(r.Soonest) == 1) {
			t.Fatalf("seed %d: %d paths within %d hops, found %v and %v", seed, count, hops, r.Widest, r.Soonest)
		}
		if count == 0 {
			continue
		}
		if last := r.Soonest[0].Transfers; r.Widest[0].Width != widest || last[len(last)-1].Pos != soonest {
			t.Fatalf("seed %d: within %d hops %s wide, arriving at %s; want %s and %s", seed, hops, r.Widest[0].Width, last[len(last)-1].Pos, widest, soonest)
		}
	}
}

// TestPathsKeptAreBounded makes more paths worth keeping than are kept: each is
// wider than the one before, and longer.
func TestPathsKeptAreBounded(t *testing.T) {
	s := &search{walk: &walk{hits: map[string]int{}}, query: PathQuery{Best: 1}}
	var have labels
	for i := range maxLabels + 5 {
		s.keep(&have, &label{row: row{pos: clew.Pos{Height: uint64(i)}}, width: clew.Units(uint64(i)), hops: i}, true, true)
	}
	if len(have.widest) != maxLabels || len(have.soonest) != 1 || s.hits["labels"] != 5 {
		t.Errorf("%d and %d paths kept, limits %v", len(have.widest), len(have.soonest), s.hits)
	}
}

func checkPath(t *testing.T, p *Path, from, to clew.Address) {
	t.Helper()
	at := from
	met := map[clew.Address]bool{from: true}
	for i, tr := range p.Transfers {
		if tr.From[0].Address != at || i > 0 && !p.Transfers[i-1].Pos.Before(tr.Pos) || tr.Amount().Less(p.Width) {
			t.Fatalf("not a path of width %s: %v", p.Width, p.Transfers)
		}
		at = tr.To[0].Address
		if met[at] {
			t.Fatalf("a path that comes to %s twice: %v", at, p.Transfers)
		}
		met[at] = true
	}
	if at != to || p.Transfers[p.Weakest].Amount() != p.Width {
		t.Fatalf("a path to %s whose link %d is its weakest: %v", at, p.Weakest, p.Transfers)
	}
}

func TestPathsInput(t *testing.T) {
	snapshot := ledgerOf(t, clew.Ethereum, []clew.Transfer{move(1, who(0), who(1), ether, 5)})
	for _, c := range []struct {
		name     string
		from, to clew.Address
		query    PathQuery
		field    string
	}{
		{"nobody", clew.Address{}, who(1), PathQuery{}, "from"},
		{"same", who(1), who(1), PathQuery{}, "to"},
		{"other chain", who(1), script(1), PathQuery{}, "to"},
		{"too many", who(0), who(1), PathQuery{Best: MaxPaths + 1}, "best"},
		{"negative", who(0), who(1), PathQuery{Limits: Limits{Hops: -1}}, "hops"},
	} {
		_, err := Paths(context.Background(), snapshot, c.from, c.to, c.query)
		var input *clew.InputError
		if !errors.As(err, &input) || input.Field != c.field {
			t.Errorf("%s: %v, want an input error about %s", c.name, err, c.field)
		}
	}
}

func TestPathsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := Paths(ctx, ledgerOf(t, clew.Ethereum, []clew.Transfer{move(1, who(0), who(1), ether, 5)}), who(0), who(1), PathQuery{})
	if err != nil || !r.Partial {
		t.Errorf("partial %v, error %v", r.Partial, err)
	}
}
