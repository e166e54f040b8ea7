package ledgertest

import (
	"context"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
)

// Run holds every store that open makes, which must be empty and of the chain
// asked for, against the contract. Stores that can be merged also have
// Merge(context.Context) error, which is called at odd moments.
func Run(t *testing.T, open func(t *testing.T, chain clew.Chain) ledger.Store) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, open func(t *testing.T, chain clew.Chain) ledger.Store)
	}{
		{"an empty ledger", emptyLedger},
		{"an address's own transfers", ownTransfers},
		{"legs of one transfer are not parted", legsNotParted},
		{"tiles", tiles},
		{"deficits", deficits},
		{"sums beyond 256 bits", overflows},
		{"outputs and their spenders", outputs},
		{"acts by whom they concern", actsOfAddresses},
		{"acts of every kind", actsOfEveryKind},
		{"blocks of acts alone", actsAlone},
		{"acts that do not fit", badActs},
		{"loads of acts", loadedActs},
		{"questions that make no sense", badQuestions},
		{"a cancelled context", cancelled},
		{"blocks that do not fit", badBlocks},
		{"transfers that cannot be loaded", badTransfers},
		{"exact loads", exactLoads},
		{"inexact loads", inexactLoads},
		{"a load is seen whole or not at all", loadAtomic},
		{"what a caller changes later", callersBuffers},
		{"coverage", coverage},
		{"as of the last block of which anything is held", asOfLast},
		{"rollback to every height", rollbacks},
		{"snapshots stay", snapshots},
		{"readers beside a writer", readersBesideWriter},
		{"random histories", randomHistories},
		{"a long history", longHistory},
		{"split anywhere", splits},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}

type opener = func(t *testing.T, chain clew.Chain) ledger.Store

// expect asks a store everything and compares with the model.
func expect(t *testing.T, s ledger.Store, want *Model) {
	t.Helper()
	snapshot := snapshotOf(t, s)
	defer snapshot.Close()
	if err := Verify(context.Background(), snapshot, &want.State, 1); err != nil {
		t.Fatal(err)
	}
}

func snapshotOf(t *testing.T, s ledger.Store) ledger.Snapshot {
	t.Helper()
	snapshot, err := s.Snapshot(context.Background())
	must(t, err)
	return snapshot
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// merge merges a store that can be.
func merge(t *testing.T, s ledger.Store) {
	t.Helper()
	if m, ok := s.(interface{ Merge(context.Context) error }); ok {
		must(t, m.Merge(context.Background()))
	}
}

// load puts facts into a store and its model, a few at a time.
func load(t *testing.T, s ledger.Store, m *Model, source ledger.Source, given Facts, adds clew.Coverage) ledger.Report {
	t.Helper()
	l, err := s.Load(context.Background(), source)
	must(t, err)
	for chunk := range slices.Chunk(given.Transfers, 3) {
		must(t, l.Add(chunk...))
	}
	for chunk := range slices.Chunk(given.Acts, 3) {
		must(t, l.AddActs(chunk...))
	}
	got, err := l.Commit(context.Background(), adds)
	must(t, err)
	must(t, l.Abort())
	if want := m.Load(source, given, adds); got != want {
		t.Fatalf("report %+v, want %+v", got, want)
	}
	return got
}

func transfers(list ...clew.Transfer) Facts { return Facts{Transfers: list} }
