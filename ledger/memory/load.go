package memory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"clew"
	"clew/ledger"
)

// Load begins a bulk load.
func (l *Ledger) Load(ctx context.Context, source ledger.Source) (ledger.Load, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &load{ledger: l, source: source}, nil
}

type load struct {
	ledger *Ledger
	source ledger.Source

	mu    sync.Mutex
	given []clew.Transfer
	done  bool
}

var errLoadEnded = errors.New("the load has ended")

// Add takes transfers in any order.
func (l *load) Add(transfers ...clew.Transfer) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done {
		return errLoadEnded
	}
	for i := range transfers {
		if err := ledger.CheckTransfer(l.ledger.chain, &transfers[i]); err != nil {
			return err
		}
	}
	l.given = append(l.given, cloneAll(transfers)...)
	return nil
}

// Commit makes the load part of the ledger.
func (l *load) Commit(ctx context.Context, adds clew.Coverage) (ledger.Report, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return ledger.Report{}, err
	}
	if l.done {
		return ledger.Report{}, errLoadEnded
	}
	if adds.Chain != "" && adds.Chain != l.ledger.chain {
		return ledger.Report{}, fmt.Errorf("coverage of %s for a ledger of %s", adds.Chain, l.ledger.chain)
	}
	slices.SortStableFunc(l.given, func(a, b clew.Transfer) int {
		if l.source.Exact {
			return a.Pos.Cmp(b.Pos)
		}
		return ledger.Compare(&a, &b)
	})
	l.ledger.mu.Lock()
	defer l.ledger.mu.Unlock()
	added := l.ledger.merge(l.given, l.source.Exact)
	coverage := ledger.CloneCoverage(l.ledger.coverage)
	ledger.AddCoverage(coverage, &adds)
	l.ledger.coverage = coverage
	report := ledger.Report{Added: uint64(added), Duplicate: uint64(len(l.given) - added)}
	l.given, l.done = nil, true
	return report, nil
}

// Abort drops the load.
func (l *load) Abort() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given, l.done = nil, true
	return nil
}

// merge adds the transfers that are not held yet, which must be in chain order
// and, where ordinals are made up, in that of [ledger.Compare], and returns how many these were.
func (l *Ledger) merge(given []clew.Transfer, exact bool) int {
	if len(given) == 0 {
		return 0
	}
	if exact && !l.madeUp && l.follows(given) {
		l.insert(given)
		return len(given)
	}
	m := merger{held: l.transfers, likes: map[clew.TxID][]int{}, taken: map[clew.Pos]bool{}}
	m.index(exact)
	var fresh []clew.Transfer
	for i := range given {
		t := &given[i]
		again := exact && (m.taken[t.Pos] || i > 0 && given[i-1].Pos == t.Pos)
		if again || m.takeLike(t) {
			continue
		}
		if !exact {
			t.Pos.Ordinal |= ledger.MadeUp
			for m.taken[t.Pos] {
				t.Pos.Ordinal++
			}
		}
		m.taken[t.Pos] = true
		fresh = append(fresh, *t)
	}
	l.madeUp = l.madeUp || !exact
	l.insert(fresh)
	return len(fresh)
}

// follows reports whether no position of given is held or comes twice, at a
// glance: all come after what is held.
func (l *Ledger) follows(given []clew.Transfer) bool {
	for i := 1; i < len(given); i++ {
		if !given[i-1].Pos.Before(given[i].Pos) {
			return false
		}
	}
	n := len(l.transfers)
	return n == 0 || l.transfers[n-1].Pos.Before(given[0].Pos)
}

// A merger knows which held transfers the given ones may be.
type merger struct {
	held  []clew.Transfer
	likes map[clew.TxID][]int // held transfers by transaction that no given one was yet
	taken map[clew.Pos]bool
}

// index notes every held transfer: as one that a given one may be like where
// either ordinal is made up.
func (m *merger) index(exact bool) {
	for i := range m.held {
		t := &m.held[i]
		m.taken[t.Pos] = true
		if !exact || ledger.IsMadeUp(t.Pos) {
			m.likes[t.Tx] = append(m.likes[t.Tx], i)
		}
	}
}

// takeLike reports whether t is like a held transfer, and uses that up.
func (m *merger) takeLike(t *clew.Transfer) bool {
	for i, at := range m.likes[t.Tx] {
		if ledger.Like(&m.held[at], t) {
			m.likes[t.Tx] = slices.Delete(m.likes[t.Tx], i, i+1)
			return true
		}
	}
	return false
}

// insert adds transfers in chain order. It never changes the array below
// l.transfers, which sets share.
func (l *Ledger) insert(fresh []clew.Transfer) {
	if len(fresh) == 0 {
		return
	}
	l.set = nil
	if n := len(l.transfers); n == 0 || l.transfers[n-1].Pos.Before(fresh[0].Pos) {
		l.transfers = append(l.transfers, fresh...)
		return
	}
	l.transfers = append(slices.Clip(l.transfers), fresh...)
	slices.SortFunc(l.transfers, func(a, b clew.Transfer) int { return a.Pos.Cmp(b.Pos) })
}
