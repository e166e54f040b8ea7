package disk

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/vfs"
)

// unplaced returns facts whose places within blocks were made up: many are at
// one position, and some are alike.
func unplaced(seed uint64) ledgertest.Facts {
	all := ledgertest.FactsOf(ledgertest.NewHistory(clew.Ethereum, seed).Blocks(100, clew.TxID{}, 12))
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range all.Transfers {
		p := &all.Transfers[i].Pos
		p.Index, p.Ordinal = 0, uint32(random.IntN(2))
	}
	for i := range all.Acts {
		p := &all.Acts[i].Pos
		p.Index, p.Ordinal = 0, uint32(random.IntN(2))
	}
	all.Transfers, all.Acts = mixedWith(random, all.Transfers, all.Transfers), mixedWith(random, all.Acts, all.Acts)
	return all
}

// TestLoadsInPartsAreAsInOne wants loads that do not fit in memory to end in the
// same facts at the same positions as those that do, also where some are held
// already, or several are given at one position of the chain.
func TestLoadsInPartsAreAsInOne(t *testing.T) {
	for seed := range uint64(12) {
		exact := seed%3 == 2
		given := unplaced(seed)
		half := ledgertest.Facts{Transfers: given.Transfers[:len(given.Transfers)/2], Acts: given.Acts[:len(given.Acts)/2]}
		var states []ledgertest.State
		for _, options := range []Options{small, {}} {
			s, m := open(t, vfs.NewMem(), clew.Ethereum, options), ledgertest.NewModel(clew.Ethereum)
			for _, load := range []action{
				loading(ledger.Source{Name: "half", Exact: exact}, clew.Coverage{}, half),
				loading(ledger.Source{Name: "all", Exact: exact}, clew.Coverage{}, given),
				loading(ledger.Source{Name: "again", Exact: exact}, clew.Coverage{}, given),
			} {
				must(t, load.do(s))
				load.model(m)
				must(t, isIn(s, m))
			}
			must(t, s.Verify(context.Background()))
			shot, err := s.Snapshot(t.Context())
			must(t, err)
			state, err := ledgertest.StateOf(t.Context(), shot)
			must(t, err)
			must(t, shot.Close())
			states = append(states, state)
		}
		must(t, states[0].Differs(&states[1]))
	}
}

// partsOf begins an inexact load that does not fit in memory.
func partsOf(t *testing.T, s *Store, given ledgertest.Facts) *load {
	t.Helper()
	l, err := s.Load(context.Background(), ledger.Source{Name: "x"})
	must(t, err)
	must(t, l.Add(given.Transfers...))
	must(t, l.AddActs(given.Acts...))
	if parts := l.(*load); len(parts.spills) > 2 && len(parts.acts.spills) > 2 {
		return parts
	}
	t.Fatal("the load is in memory")
	return nil
}

func TestNothingStaysOfAnInexactLoadInParts(t *testing.T) {
	d := vfs.NewMem()
	s, m := open(t, d, clew.Ethereum, small), ledgertest.NewModel(clew.Ethereum)
	l := partsOf(t, s, unplaced(1))
	must(t, l.Abort())
	must(t, noLeftovers(d, s))
	must(t, isIn(s, m))
	_, err := partsOf(t, s, unplaced(1)).Commit(context.Background(), clew.Coverage{})
	must(t, err)
	must(t, noLeftovers(d, s))
	if n := d.Mapped(); n != len(s.segments) {
		t.Errorf("%d files are mapped, of %d segments", n, len(s.segments))
	}
}

// TestDamagedPartsAreNamed flips each bit of a part of a load and cuts it short
// everywhere: nothing of the load is kept.
func TestDamagedPartsAreNamed(t *testing.T) {
	d := vfs.NewMem()
	s, m := open(t, d, clew.Ethereum, small), ledgertest.NewModel(clew.Ethereum)
	given := unplaced(2)
	given = ledgertest.Facts{Transfers: given.Transfers[:20], Acts: given.Acts[:8]}
	l := partsOf(t, s, given)
	defer l.Abort()
	for _, name := range []string{l.spills[1], l.acts.spills[1]} {
		content, err := d.ReadFile(name)
		must(t, err)
		try := func(damaged []byte) {
			t.Helper()
			d.Overwrite(name, damaged)
			if _, err := l.Commit(context.Background(), clew.Coverage{}); !errors.Is(err, ledger.ErrDamaged) {
				t.Fatalf("%s: %v", name, err)
			}
		}
		for bit := 0; bit < len(content)*8; bit += 7 {
			damaged := slices.Clone(content)
			damaged[bit/8] ^= 1 << (bit % 8)
			try(damaged)
		}
		for size := 0; size < len(content); size += 1 + size/64 {
			try(content[:size])
		}
		d.Overwrite(name, content)
	}
	must(t, isIn(s, m))
	if r, err := l.Commit(context.Background(), clew.Coverage{}); err != nil || r.Added != 20 || r.ActsAdded != 8 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestLikeTransfersAreBounded wants a load to stop before what it has met fills
// the memory.
func TestLikeTransfersAreBounded(t *testing.T) {
	s := open(t, vfs.NewMem(), clew.Ethereum, small)
	given := unplaced(3)
	must(t, loadAll(s, ledger.Source{Name: "x"}, clew.Coverage{}, given))
	l := partsOf(t, s, given)
	defer l.Abort()
	n := len(given.Transfers)
	for most, want := range map[int]string{n: "", n - 1: "load it in parts"} {
		all, err := l.sorted(t.Context())
		must(t, err)
		shot, err := s.Snapshot(t.Context())
		must(t, err)
		source := &inexactSource{ctx: t.Context(), given: all, held: shot, likes: newLikes(t.Context(), shot), most: most}
		more, err := source.Next(nil)
		if more || (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d of %d: %t, %v", most, n, more, err)
		}
		all.close()
		must(t, shot.Close())
	}
}

// TestALoadThatFailedIsCommittedWhole wants a load whose acts could not be
// written to be committed with all that it was given once they can.
func TestALoadThatFailedIsCommittedWhole(t *testing.T) {
	full := errors.New("no space left on device")
	for step := 1; ; step++ {
		d := vfs.NewMem()
		s := open(t, d, clew.Ethereum, small)
		l, err := s.Load(context.Background(), ledger.Source{Name: "x", Exact: true})
		must(t, err)
		given := ledgertest.FactsOf(ledgertest.NewHistory(clew.Ethereum, 3).Blocks(100, clew.TxID{}, 1))
		given.Acts = ledgertest.FactsOf(ledgertest.NewHistory(clew.Ethereum, 4).Blocks(100, clew.TxID{}, 3)).Acts
		must(t, l.Add(given.Transfers...))
		must(t, l.AddActs(given.Acts...))
		d.FailAt(step, full)
		_, failed := l.Commit(context.Background(), clew.Coverage{})
		if failed == nil {
			if step < 10 {
				t.Errorf("only %d steps", step)
			}
			return
		}
		m := ledgertest.NewModel(clew.Ethereum)
		if _, err := l.Commit(context.Background(), clew.Coverage{}); err == nil {
			m.Load(ledger.Source{Exact: true}, given, clew.Coverage{})
		}
		if err := isIn(s, m); err != nil {
			t.Fatalf("step %d, after %v: %v", step, failed, err)
		}
		must(t, l.Abort())
	}
}
