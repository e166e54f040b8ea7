package memory

import (
	"cmp"
	"context"
	"slices"
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
	transfers list[clew.Transfer]
	acts      list[clew.Act]
	blocks    []clew.BlockRef // appended and not rolled back, without holes
	coverage  *clew.Coverage  // shared with snapshots, so replaced and never changed
	set       *Set            // of both; nil: not made yet
}

// New returns an empty ledger of chain.
func New(chain clew.Chain) *Ledger {
	return &Ledger{
		chain: chain, coverage: &clew.Coverage{Chain: chain},
		transfers: list[clew.Transfer]{of: transferKind}, acts: list[clew.Act]{of: actKind},
	}
}

// Snapshot returns the ledger as it stands.
func (l *Ledger) Snapshot(ctx context.Context) (ledger.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.set == nil {
		l.set = NewSet(slices.Clip(l.transfers.facts), slices.Clip(l.acts.facts)...)
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
	end = max(end, l.transfers.end(), l.acts.end())
	if n := len(l.blocks); n > 0 && l.blocks[n-1].Height+1 >= end {
		return l.blocks[n-1]
	}
	if end == 0 {
		return clew.BlockRef{}
	}
	ref := clew.BlockRef{Height: end - 1}
	if i := l.transfers.below(end); i > 0 && l.transfers.facts[i-1].Pos.Height == ref.Height {
		ref.Time = l.transfers.facts[i-1].Time
	} else if i := l.acts.below(end); i > 0 && l.acts.facts[i-1].Pos.Height == ref.Height {
		ref.Time = l.acts.facts[i-1].Time
	}
	return ref
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
		l.transfers.merge(cloneAll(b.Transfers), true)
		l.acts.merge(b.Acts, true)
		l.blocks = append(l.blocks, b.Ref)
		coverage.AddWhole(clew.Window{From: b.Ref.Height, To: b.Ref.Height + 1})
	}
	l.coverage, l.set = coverage, nil
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
	l.transfers.cut(height)
	l.acts.cut(height)
	l.set = nil
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
