package memory

import (
	"context"
	"errors"
	"fmt"
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
	acts  []clew.Act
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

// AddActs takes acts in any order.
func (l *load) AddActs(acts ...clew.Act) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done {
		return errLoadEnded
	}
	for i := range acts {
		if err := ledger.CheckAct(l.ledger.chain, &acts[i]); err != nil {
			return err
		}
	}
	l.acts = append(l.acts, acts...)
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
	sortGiven(l.given, transferKind, l.source.Exact)
	sortGiven(l.acts, actKind, l.source.Exact)
	l.ledger.mu.Lock()
	defer l.ledger.mu.Unlock()
	added := l.ledger.transfers.merge(l.given, l.source.Exact)
	actsAdded := l.ledger.acts.merge(l.acts, l.source.Exact)
	l.ledger.set = nil
	coverage := ledger.CloneCoverage(l.ledger.coverage)
	ledger.AddCoverage(coverage, &adds)
	l.ledger.coverage = coverage
	report := ledger.Report{
		Added: uint64(added), Duplicate: uint64(len(l.given) - added),
		ActsAdded: uint64(actsAdded), ActsDuplicate: uint64(len(l.acts) - actsAdded),
	}
	l.given, l.acts, l.done = nil, nil, true
	return report, nil
}

// Abort drops the load.
func (l *load) Abort() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given, l.acts, l.done = nil, nil, true
	return nil
}
