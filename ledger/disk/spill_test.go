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

// unplaced returns transfers whose places within blocks were made up: many are
// at one position, and some are alike.
func unplaced(seed uint64) []clew.Transfer {
	all := transfersOf(ledgertest.NewHistory(clew.Ethereum, seed).Blocks(100, clew.TxID{}, 12))
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range all {
		all[i].Pos.Index, all[i].Pos.Ordinal = 0, uint32(random.IntN(2))
	}
	for range 10 {
		all = append(all, all[random.IntN(len(all))])
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// TestInexactLoadsInPartsAreAsInOne wants loads that do not fit in memory to
// end in the same transfers at the same positions as those that do, also
// where some are held already.
func TestInexactLoadsInPartsAreAsInOne(t *testing.T) {
	for seed := range uint64(8) {
		given := unplaced(seed)
		half := given[:len(given)/2]
		var states []ledgertest.State
		for _, options := range []Options{small, {}} {
			s, m := open(t, vfs.NewMem(), clew.Ethereum, options), ledgertest.NewModel(clew.Ethereum)
			for _, load := range []action{
				loading(ledger.Source{Name: "half"}, clew.Coverage{}, half...),
				loading(ledger.Source{Name: "all"}, clew.Coverage{}, given...),
				loading(ledger.Source{Name: "again"}, clew.Coverage{}, given...),
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
func partsOf(t *testing.T, s *Store, given []clew.Transfer) *load {
	t.Helper()
	l, err := s.Load(context.Background(), ledger.Source{Name: "x"})
	must(t, err)
	must(t, l.Add(given...))
	if parts := l.(*load); len(parts.spills) > 2 {
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
	l := partsOf(t, s, unplaced(2)[:20])
	defer l.Abort()
	name := l.spills[1]
	content, err := d.ReadFile(name)
	must(t, err)
	try := func(damaged []byte) {
		t.Helper()
		d.Overwrite(name, damaged)
		if _, err := l.Commit(context.Background(), clew.Coverage{}); !errors.Is(err, ledger.ErrDamaged) {
			t.Fatalf("got %v", err)
		}
	}
	for bit := 0; bit < len(content)*8; bit += 7 {
		damaged := slices.Clone(content)
		damaged[bit/8] ^= 1 << (bit % 8)
		try(damaged)
	}
	for size := range len(content) {
		try(content[:size])
	}
	must(t, isIn(s, m))
	d.Overwrite(name, content)
	if r, err := l.Commit(context.Background(), clew.Coverage{}); err != nil || r.Added != 20 {
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
	for most, want := range map[int]string{len(given): "", len(given) - 1: "load it in parts"} {
		all, err := l.sorted(t.Context())
		must(t, err)
		shot, err := s.Snapshot(t.Context())
		must(t, err)
		source := &inexactSource{ctx: t.Context(), given: all, held: shot, likes: newLikes(t.Context(), shot), most: most}
		more, err := source.Next(nil)
		if more || (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d of %d: %t, %v", most, len(given), more, err)
		}
		all.close()
		must(t, shot.Close())
	}
}
