package ledgertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"clew"
	"clew/ledger"
)

func snapshots(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	type taken struct {
		snapshot ledger.Snapshot
		model    *Model
	}
	var all []taken
	take := func() { all = append(all, taken{snapshotOf(t, s), m.Clone()}) }
	blocks := NewHistory(chain, 31).Blocks(10, clew.TxID{}, 30)
	take()
	for i, b := range blocks {
		appendTo(t, s, m, b)
		switch i % 7 {
		case 2:
			take()
		case 3:
			merge(t, s)
			take()
		case 5:
			load(t, s, m, ledger.Source{Exact: i%2 == 0}, FactsOf(NewHistory(chain, uint64(i)).Blocks(uint64(i), clew.TxID{}, 4)), clew.Coverage{Whole: []clew.Window{{From: 1, To: 5}}})
			take()
		}
	}
	must(t, s.Rollback(context.Background(), 25))
	m.Rollback(25)
	take()
	appendTo(t, s, m, NewHistory(chain, 32).Blocks(25, blocks[14].Ref.Hash, 5)...)
	take()
	must(t, s.Rollback(context.Background(), 0))
	merge(t, s)
	for i, one := range all {
		if err := Verify(context.Background(), one.snapshot, &one.model.State, 1); err != nil {
			t.Fatalf("snapshot %d: %v", i, err)
		}
		must(t, one.snapshot.Close())
	}
}

// readersBesideWriter reads one snapshot from several goroutines while the
// ledger changes; it is for the race detector.
func readersBesideWriter(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	appendTo(t, s, m, NewHistory(chain, 41).Blocks(10, clew.TxID{}, 10)...)
	snapshot, want := snapshotOf(t, s), m.Clone()
	var readers sync.WaitGroup
	errs := make([]error, 3)
	for i := range errs {
		readers.Go(func() {
			for try := range 3 {
				if err := Verify(context.Background(), snapshot, &want.State, uint64(try)); err != nil {
					errs[i] = err
				}
				if own, err := s.Snapshot(context.Background()); err != nil {
					errs[i] = err
				} else if _, err := StateOf(context.Background(), own); err != nil {
					errs[i] = err
				} else {
					own.Close()
				}
			}
		})
	}
	for i := range 6 {
		next, _, parent := m.Next()
		appendTo(t, s, m, NewHistory(chain, uint64(42+i)).Blocks(next, parent, 4)...)
		merge(t, s)
		must(t, s.Rollback(context.Background(), next+1))
		m.Rollback(next + 1)
	}
	readers.Wait()
	for _, err := range errs {
		must(t, err)
	}
	must(t, snapshot.Close())
	expect(t, s, m)
}

// randomHistories does random things to a store and its model.
func randomHistories(t *testing.T, open opener) {
	seeds := uint64(12)
	if testing.Short() {
		seeds = 4
	}
	for seed := range seeds {
		for _, chain := range []clew.Chain{clew.Ethereum, clew.Bitcoin, clew.Tron, clew.Solana} {
			t.Run(fmt.Sprintf("%s seed %d", chain.Name(), seed), func(t *testing.T) {
				s, m := open(t, chain), NewModel(chain)
				walk := walker{t: t, store: s, model: m, history: NewHistory(chain, seed), random: rand.New(rand.NewPCG(seed, 3))}
				for range 25 {
					walk.step()
				}
				expect(t, s, m)
			})
		}
	}
}

type walker struct {
	t       *testing.T
	store   ledger.Store
	model   *Model
	history *History
	random  *rand.Rand
	given   Facts // by earlier loads and blocks
}

func (w *walker) step() {
	next, any, parent := w.model.Next()
	if any {
		next = 100
	}
	switch w.random.IntN(8) {
	case 0:
		merge(w.t, w.store)
	case 1:
		height := next - min(next, w.random.Uint64N(8))
		must(w.t, w.store.Rollback(context.Background(), height))
		w.model.Rollback(height)
	case 2:
		w.load(next)
	case 3:
		expect(w.t, w.store, w.model)
	default:
		blocks := w.history.Blocks(next, parent, 1+w.random.IntN(4))
		w.given = w.given.And(FactsOf(blocks))
		appendTo(w.t, w.store, w.model, blocks...)
	}
}

// load gives new transfers about the head, mixed with some given before.
func (w *walker) load(next uint64) {
	from := next - min(next, w.random.Uint64N(20))
	given := FactsOf(w.history.Blocks(from, clew.TxID{}, 1+w.random.IntN(6)))
	given.Transfers = mixed(w.random, given.Transfers, w.given.Transfers)
	given.Acts = mixed(w.random, given.Acts, w.given.Acts)
	source := ledger.Source{Name: "random", Exact: w.random.IntN(2) == 0}
	var adds clew.Coverage
	if w.random.IntN(3) == 0 {
		adds.Whole = []clew.Window{{From: from, To: from + 2}}
	} else {
		adds.Held = []clew.Holding{{Address: Address(w.model.Chain, 1), Source: "random", Window: clew.Window{From: from, To: from + 6}}}
	}
	load(w.t, w.store, w.model, source, given, adds)
	w.given = w.given.And(given)
}

// mixed returns new facts and some old ones in any order.
func mixed[T any](random *rand.Rand, fresh, old []T) []T {
	for range min(len(old), random.IntN(8)) {
		fresh = append(fresh, old[random.IntN(len(old))])
	}
	random.Shuffle(len(fresh), func(i, j int) { fresh[i], fresh[j] = fresh[j], fresh[i] })
	return fresh
}

// longHistory has enough of everything for several pages and anchors of any
// implementation, and one address with most of it.
func longHistory(t *testing.T, open opener) {
	s, m := open(t, chain), NewModel(chain)
	h := NewHistory(chain, 51)
	h.Addresses, h.PerBlock = 150, 60
	blocks := h.Blocks(1000, clew.TxID{}, 80)
	appendTo(t, s, m, blocks[:30]...)
	merge(t, s)
	appendTo(t, s, m, blocks[30:70]...)
	expect(t, s, m)
	merge(t, s)
	appendTo(t, s, m, blocks[70:]...)
	expect(t, s, m)
}

// splits appends one stream of blocks cut in different ways, with
// reorganisations and loads between, and wants the same answers.
func splits(t *testing.T, open opener) {
	blocks := NewHistory(chain, 61).Blocks(10, clew.TxID{}, 24)
	early := FactsOf(NewHistory(chain, 62).Blocks(2, clew.TxID{}, 8))
	want := NewModel(chain)
	want.Append(blocks...)
	want.Load(ledger.Source{Exact: true}, early, clew.Coverage{Whole: []clew.Window{{From: 2, To: 10}}})
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 9))
		s := open(t, chain)
		loaded := false
		for at := 0; at < len(blocks); {
			n := min(1+random.IntN(6), len(blocks)-at)
			must(t, s.Append(context.Background(), blocks[at:at+n]...))
			at += n
			if random.IntN(3) == 0 { // a branch that is given up
				tip := blocks[at-1].Ref
				branch := NewHistory(chain, 100+seed).Blocks(tip.Height+1, tip.Hash, 1+random.IntN(4))
				must(t, s.Append(context.Background(), branch...))
				back := random.IntN(min(at, 5))
				must(t, s.Rollback(context.Background(), tip.Height+1-uint64(back)))
				at -= back
			}
			if random.IntN(4) == 0 {
				merge(t, s)
			}
			if !loaded && (random.IntN(5) == 0 || at == len(blocks)) {
				loaded = true
				load(t, s, NewModel(chain), ledger.Source{Exact: true}, early, clew.Coverage{Whole: []clew.Window{{From: 2, To: 10}}})
			}
		}
		expect(t, s, want)
	}
}
