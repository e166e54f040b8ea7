package memory

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"sync"

	"clew"
	"clew/ledger"
)

// A Ledger is a [ledger.Store] in memory. Its methods may be called from
// several goroutines. Indexes are made when a snapshot is first asked for
// after a change.
type Ledger struct {
	chain clew.Chain

	mu        sync.Mutex
	transfers []clew.Transfer // in chain order; shared with sets, so only ever appended to
	blocks    []clew.BlockRef // appended and not rolled back, without holes
	coverage  *clew.Coverage  // shared with snapshots, so replaced and never changed
	madeUp    bool            // some ordinals may be made up
	set       *Set            // of transfers; nil: not made yet
}

// New returns an empty ledger of chain.
func New(chain clew.Chain) *Ledger {
	return &Ledger{chain: chain, coverage: &clew.Coverage{Chain: chain}}
}

// Snapshot returns the ledger as it stands.
func (l *Ledger) Snapshot(ctx context.Context) (ledger.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.set == nil {
		l.set = NewSet(slices.Clip(l.transfers))
	}
	return &snapshot{Set: l.set, chain: l.chain, asOf: l.asOf(), coverage: l.coverage, recent: slices.Clone(l.blocks)}, nil
}

type snapshot struct {
	*Set
	chain    clew.Chain
	asOf     clew.BlockRef
	coverage *clew.Coverage
	recent   []clew.BlockRef
}

func (s *snapshot) Chain() clew.Chain        { return s.chain }
func (s *snapshot) AsOf() clew.BlockRef      { return s.asOf }
func (s *snapshot) Coverage() *clew.Coverage { return s.coverage }
func (s *snapshot) Recent() []clew.BlockRef  { return s.recent }
func (s *snapshot) Close() error             { return nil }

func (l *Ledger) asOf() clew.BlockRef {
	end := ledger.EndOf(l.coverage)
	if n := len(l.transfers); n > 0 {
		end = max(end, l.transfers[n-1].Pos.Height+1)
	}
	if n := len(l.blocks); n > 0 && l.blocks[n-1].Height+1 >= end {
		return l.blocks[n-1]
	}
	if end == 0 {
		return clew.BlockRef{}
	}
	ref := clew.BlockRef{Height: end - 1}
	if i := l.firstAt(end); i > 0 && l.transfers[i-1].Pos.Height == ref.Height {
		ref.Time = l.transfers[i-1].Time
	}
	return ref
}

// firstAt returns how many transfers lie below height.
func (l *Ledger) firstAt(height uint64) int {
	return sort.Search(len(l.transfers), func(i int) bool { return l.transfers[i].Pos.Height >= height })
}

// Append adds blocks at the head.
func (l *Ledger) Append(ctx context.Context, blocks ...clew.Block) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := ledger.CheckBlocks(l.chain, l.tip(), blocks); err != nil {
		return err
	}
	coverage := ledger.CloneCoverage(l.coverage)
	for i := range blocks {
		b := &blocks[i]
		l.merge(cloneAll(b.Transfers), true)
		l.blocks = append(l.blocks, b.Ref)
		coverage.AddWhole(clew.Window{From: b.Ref.Height, To: b.Ref.Height + 1})
	}
	l.coverage = coverage
	return nil
}

func (l *Ledger) tip() ledger.Tip {
	if n := len(l.blocks); n > 0 {
		return ledger.Tip{Next: l.blocks[n-1].Height + 1, Block: l.blocks[n-1].Hash}
	}
	if n := len(l.coverage.Whole); n > 0 {
		return ledger.Tip{Next: l.coverage.Whole[n-1].To}
	}
	return ledger.Tip{Any: true}
}

// Rollback drops every block at height and above.
func (l *Ledger) Rollback(ctx context.Context, height uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	l.transfers, l.set = slices.Clip(l.transfers[:l.firstAt(height)]), nil
	kept, _ := slices.BinarySearchFunc(l.blocks, height, func(b clew.BlockRef, h uint64) int { return cmp.Compare(b.Height, h) })
	l.blocks = l.blocks[:kept]
	l.coverage = ledger.CloneCoverage(l.coverage)
	l.coverage.TruncateTo(height)
	return nil
}

// cloneAll copies transfers and what they point to, for callers use theirs
// again.
func cloneAll(transfers []clew.Transfer) []clew.Transfer {
	copies := slices.Clone(transfers)
	for i := range copies {
		c := &copies[i]
		c.From, c.To = cloneLegs(c.From), cloneLegs(c.To)
		c.Item, c.Aggregate = clonePointer(c.Item), clonePointer(c.Aggregate)
	}
	return copies
}

func cloneLegs(legs []clew.Leg) []clew.Leg {
	legs = slices.Clone(legs)
	for i := range legs {
		legs[i].Spends = clonePointer(legs[i].Spends)
	}
	return legs
}

func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	copied := *p
	return &copied
}
