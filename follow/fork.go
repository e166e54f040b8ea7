package follow

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"clew"
)

// forked reports whether the source's chain has, at the last height that both
// have, another block than the ledger. A source that merely lags has the same.
// Where blocks up to a height are still wanted, the parent of the next tells.
func (f *follower) forked(ctx context.Context, to uint64) (bool, error) {
	held := f.state.Held
	switch {
	case !f.state.Holds || held.Hash.IsZero() || f.next <= to:
		return false, nil
	case f.state.Head.Height > held.Height:
		hash, err := f.source.Hash(ctx, held.Height)
		return hash != held.Hash, err
	}
	if f.state.Head.Height == held.Height {
		return f.state.Head.Hash != held.Hash, nil
	}
	recent, _, err := f.recent(ctx)
	if err != nil {
		return false, err
	}
	for _, ref := range recent {
		if ref.Height == f.state.Head.Height && !ref.Hash.IsZero() {
			return ref.Hash != f.state.Head.Hash, nil
		}
	}
	return false, nil // too far behind to tell
}

// recent returns the last blocks held, and what is held whole.
func (f *follower) recent(ctx context.Context) ([]clew.BlockRef, []clew.Window, error) {
	s, err := f.sink.Snapshot(ctx)
	if err != nil {
		return nil, nil, sinkFailed(err)
	}
	recent, whole := s.Recent(), s.Coverage().Whole
	return recent, whole, sinkFailed(s.Close())
}

// beginsAt reports whether nothing is held whole below a height. A chain's
// first block is never reorganised: another one is of another chain.
func (f *follower) beginsAt(height uint64, whole []clew.Window) bool {
	return height > 0 && len(whole) > 0 && whole[0].From == height
}

// takeBack drops the blocks that are not on the source's chain any more. Where
// the two part is found by asking for few hashes: below that all are the same.
func (f *follower) takeBack(ctx context.Context) error {
	recent, whole, err := f.recent(ctx)
	if err != nil {
		return err
	}
	var failed error
	same := func(ref clew.BlockRef) bool {
		if ref.Hash.IsZero() {
			return true
		}
		hash, err := f.source.Hash(ctx, ref.Height)
		if err != nil && !errors.Is(err, clew.ErrNotFound) {
			failed = errors.Join(failed, err)
		}
		return err == nil && hash == ref.Hash
	}
	n := sort.Search(len(recent), func(i int) bool { return failed != nil || !same(recent[i]) })
	switch {
	case failed != nil:
		return failed
	case n == len(recent):
		return errors.New("the source contradicts itself: its next block does not follow its last")
	case n == 0 && !f.beginsAt(recent[0].Height, whole):
		return f.tooDeep(recent[0].Height)
	}
	height := recent[n].Height
	if n == 0 {
		f.opt.From = &height // nothing is left: begin where it was begun
	}
	if err := f.sink.Rollback(ctx, height); err != nil {
		return sinkFailed(err)
	}
	f.state.Rollbacks++
	f.state.Deepest = max(f.state.Deepest, f.state.Held.Height+1-height)
	if err := f.resume(ctx); err != nil {
		return sinkFailed(err)
	}
	f.opt.Tell(f.state)
	return nil
}

// tooDeep says of a fork below all blocks that are remembered that following
// cannot mend it.
func (f *follower) tooDeep(height uint64) error {
	return fmt.Errorf("%w: the source's chain and the ledger differ from block %d on and below, beyond what the ledger remembers: "+
		"it follows another chain, or another ledger is wanted", ErrFinal, height)
}
