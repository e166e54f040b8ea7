package disk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/vfs"
)

// An action is one call on a store, or one load, and what it does to a model.
type action struct {
	name  string
	do    func(s *Store) error
	model func(m *ledgertest.Model)
}

func appending(blocks ...clew.Block) action {
	return action{
		fmt.Sprintf("append %d", blocks[0].Ref.Height),
		func(s *Store) error { return s.Append(context.Background(), blocks...) },
		func(m *ledgertest.Model) { m.Append(blocks...) },
	}
}

func rollingBack(height uint64) action {
	return action{
		fmt.Sprintf("roll back to %d", height),
		func(s *Store) error { return s.Rollback(context.Background(), height) },
		func(m *ledgertest.Model) { m.Rollback(height) },
	}
}

func merging() action {
	return action{"merge", func(s *Store) error { return s.Merge(context.Background()) }, func(*ledgertest.Model) {}}
}

func loading(source ledger.Source, adds clew.Coverage, given ledgertest.Facts) action {
	return action{
		"load " + source.Name,
		func(s *Store) error { return loadAll(s, source, adds, given) },
		func(m *ledgertest.Model) { m.Load(source, given, adds) },
	}
}

func loadAll(s *Store, source ledger.Source, adds clew.Coverage, given ledgertest.Facts) error {
	l, err := s.Load(context.Background(), source)
	if err != nil {
		return err
	}
	defer l.Abort()
	for i := range given.Transfers {
		if err := l.Add(given.Transfers[i]); err != nil {
			return err
		}
	}
	for i := range given.Acts {
		if err := l.AddActs(given.Acts[i]); err != nil {
			return err
		}
	}
	_, err = l.Commit(context.Background(), adds)
	return err
}

func transfersOf(blocks []clew.Block) []clew.Transfer {
	var all []clew.Transfer
	for _, b := range blocks {
		all = append(all, b.Transfers...)
	}
	return all
}

// script does everything that writes: appending, sealing, merging by tiers and
// whole, loads in order, out of order, overlapping and inexact, and rolling
// back within the log and below it.
func script() []action {
	chain := clew.Ethereum
	h := ledgertest.NewHistory(chain, 5)
	blocks := h.Blocks(100, clew.TxID{}, 14)
	early := ledgertest.FactsOf(h.Blocks(80, clew.TxID{}, 5))
	mixed := ledgertest.FactsOf(h.Blocks(90, clew.TxID{}, 6))
	slices.Reverse(mixed.Transfers)
	slices.Reverse(mixed.Acts)
	some := ledgertest.FactsOf(blocks[2:3]).And(ledgertest.Facts{Transfers: early.Transfers[:3], Acts: early.Acts[:3]})
	whole := func(from, to uint64) clew.Coverage {
		return clew.Coverage{Whole: []clew.Window{{From: from, To: to}}}
	}
	onDemand := clew.Coverage{Held: []clew.Holding{{Address: ledgertest.Address(chain, 1), Source: "x", Window: clew.Window{From: 60, To: 130}}}}
	branch := ledgertest.NewHistory(chain, 6).Blocks(110, blocks[9].Ref.Hash, 3)
	again := ledgertest.NewHistory(chain, 7).Blocks(104, clew.TxID{}, 5)
	return []action{
		appending(blocks[0]),
		loading(ledger.Source{Name: "in order", Exact: true}, whole(80, 85), early),
		appending(blocks[1:4]...),
		appending(blocks[4:8]...),
		loading(ledger.Source{Name: "out of order", Exact: true}, whole(90, 96), mixed),
		appending(blocks[8:11]...),
		rollingBack(110),
		appending(branch...),
		loading(ledger.Source{Name: "inexact"}, onDemand, some),
		loading(ledger.Source{Name: "overlapping", Exact: true}, whole(80, 110), mixed.And(ledgertest.FactsOf(blocks[:9]))),
		merging(),
		rollingBack(104),
		appending(again...),
	}
}

// drive opens a store and does the script's actions until one fails. It returns
// the states before and after the one that failed; the first is nil if the
// ledger was not made.
func drive(d vfs.FS, actions []action) (before, after *ledgertest.Model, failed string, err error) {
	after = ledgertest.NewModel(clew.Ethereum)
	s, err := Open(context.Background(), d, clew.Ethereum, small)
	if err != nil {
		return nil, after, "open", err
	}
	for _, a := range actions {
		before, after = after, after.Clone()
		a.model(after)
		if err := a.do(s); err != nil {
			return before, after, a.name, errors.Join(err, closeQuietly(s))
		}
	}
	return after, after, "close", s.Close()
}

// closeQuietly lets go of what is open; the error that matters came before.
func closeQuietly(s *Store) error {
	_ = s.Close()
	return nil
}

// found opens what a crash left and says which of the states it is in.
func found(d *vfs.Mem, seed uint64, states ...*ledgertest.Model) error {
	s, err := Open(context.Background(), d, clew.Ethereum, small)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := noLeftovers(d, s); err != nil {
		return err
	}
	shot, err := s.Snapshot(context.Background())
	if err != nil {
		return err
	}
	defer shot.Close()
	state, err := ledgertest.StateOf(context.Background(), shot)
	if err != nil {
		return err
	}
	var differs []error
	for _, want := range states {
		if err := state.Differs(&want.State); err != nil {
			differs = append(differs, err)
			continue
		}
		if seed%17 == 0 { // asking everything takes long
			if err := ledgertest.Verify(context.Background(), shot, &want.State, seed); err != nil {
				return err
			}
		}
		return goOn(d, s, want.Clone())
	}
	return errors.Join(differs...)
}

// noLeftovers wants no file but those that the ledger consists of.
func noLeftovers(d *vfs.Mem, s *Store) error {
	names, err := d.List()
	if err != nil {
		return err
	}
	want := []string{manifestName, s.manifest.Log}
	for _, ref := range s.manifest.Segments {
		want = append(want, ref.Name)
	}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		return fmt.Errorf("files %q, want %q", names, want)
	}
	return nil
}

// goOn appends a block and opens the ledger again, to see that it is in working
// order.
func goOn(d *vfs.Mem, s *Store, m *ledgertest.Model) error {
	next, any, parent := m.Next()
	if any {
		next = 100
	}
	b := ledgertest.NewHistory(clew.Ethereum, 99).Block(next, parent)
	m.Append(b)
	if err := s.Append(context.Background(), b); err != nil {
		return err
	}
	if err := errors.Join(isIn(s, m), s.Close()); err != nil {
		return err
	}
	again, err := Open(context.Background(), d, clew.Ethereum, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(isIn(again, m), again.Close())
}

func isIn(s *Store, m *ledgertest.Model) error {
	shot, err := s.Snapshot(context.Background())
	if err != nil {
		return err
	}
	defer shot.Close()
	state, err := ledgertest.StateOf(context.Background(), shot)
	if err != nil {
		return err
	}
	return state.Differs(&m.State)
}

// stride is how many steps the crash tests go on at once: one, or a few where
// the race detector makes everything slow.
func stride() int {
	if testing.Short() {
		return 13
	}
	return 1
}

func TestACrashAtAnyStepLosesNothingAcknowledged(t *testing.T) {
	actions := script()
	stops := 0
	for step := 1; ; step += stride() {
		d := vfs.NewMem()
		d.StopAt(step)
		before, after, failed, err := drive(d, actions)
		if !d.Stopped() {
			if err != nil {
				t.Fatalf("without a stop: %s: %v", failed, err)
			}
			break
		}
		stops++
		if d.Mapped() != 0 {
			t.Fatalf("step %d, %s: %d mappings left open", step, failed, d.Mapped())
		}
		states := []*ledgertest.Model{after}
		if before != nil {
			states = append(states, before)
		}
		for variant := range 8 {
			if err := found(d.Crash(variant), uint64(step+variant), states...); err != nil {
				t.Fatalf("stopped at step %d in %s, crash variant %d:\n%v", step, failed, variant, err)
			}
		}
	}
	t.Logf("%d steps, 8 crashes at each", stops)
}

func TestACrashRightAfterALateOneIsNoWorse(t *testing.T) {
	actions := script()
	for step := 5; ; step += 9 {
		d := vfs.NewMem()
		d.StopAt(step)
		before, after, failed, _ := drive(d, actions)
		if !d.Stopped() {
			break
		}
		states := []*ledgertest.Model{after}
		if before != nil {
			states = append(states, before)
		}
		// The power goes again while the ledger is being opened.
		for again := 1; ; again++ {
			second := d.Crash(step)
			second.StopAt(again)
			s, err := Open(context.Background(), second, clew.Ethereum, small)
			if err == nil {
				_ = s.Close()
			}
			if !second.Stopped() {
				break
			}
			if err := found(second.Crash(again%8), uint64(again), states...); err != nil {
				t.Fatalf("stopped at step %d in %s, and again at %d:\n%v", step, failed, again, err)
			}
		}
	}
}

func TestAFailedStepLeavesTheLedgerAsItWas(t *testing.T) {
	full := errors.New("no space left on device")
	actions := script()
	for step := 1; ; step += stride() {
		d := vfs.NewMem()
		d.FailAt(step, full)
		m := ledgertest.NewModel(clew.Ethereum)
		s, err := Open(context.Background(), d, clew.Ethereum, small)
		if err != nil {
			if !errors.Is(err, full) {
				t.Fatalf("step %d: open: %v", step, err)
			}
			s, err = Open(context.Background(), d, clew.Ethereum, small)
			must(t, err)
		}
		for _, a := range actions {
			if err := a.do(s); err != nil {
				if !errors.Is(err, full) {
					t.Fatalf("step %d: %s: %v", step, a.name, err)
				}
				if err := isIn(s, m); err != nil {
					t.Fatalf("step %d: after %s failed: %v", step, a.name, err)
				}
				for variant := range vfs.Torn + 1 {
					if err := found(d.Crash(variant), 1, m); err != nil {
						t.Fatalf("step %d: a crash after %s failed, variant %d: %v", step, a.name, variant, err)
					}
				}
				if err := a.do(s); err != nil {
					t.Fatalf("step %d: %s once more: %v", step, a.name, err)
				}
			}
			a.model(m)
			if err := isIn(s, m); err != nil {
				t.Fatalf("step %d: after %s: %v", step, a.name, err)
			}
		}
		if err := s.Close(); err != nil && !errors.Is(err, full) {
			t.Fatalf("step %d: close: %v", step, err)
		}
		if d.Mapped() != 0 {
			t.Fatalf("step %d: %d mappings left open", step, d.Mapped())
		}
		if err := found(d.Crash(vfs.LoseAll), uint64(step), m); err != nil {
			t.Fatalf("step %d: opened again: %v", step, err)
		}
		if d.Steps() < step {
			break
		}
	}
}

// After several failures on end the ledger may refuse to go on, but a restart
// finds it as it was or with all of what failed last.
func TestSeveralFailedStepsLoseNothing(t *testing.T) {
	full := errors.New("medium error")
	actions := script()
	for step := 1; ; step += stride() {
		d := vfs.NewMem()
		d.FailFrom(step, 2+step%3, full)
		before, after, failed, err := drive(d, actions)
		if d.Steps() < step {
			break
		}
		states := []*ledgertest.Model{after}
		if before != nil {
			states = append(states, before)
		}
		if err != nil && !errors.Is(err, full) {
			t.Fatalf("step %d: %s: %v", step, failed, err)
		}
		for variant := range vfs.Torn + 1 {
			if err := found(d.Crash(variant), 1, states...); err != nil {
				t.Fatalf("step %d: after %s failed with %v, crash variant %d:\n%v", step, failed, err, variant, err)
			}
		}
	}
}
