package disk

import (
	"context"
	"errors"
	"math/bits"
	"strings"
	"sync"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/segment"
	"clew/ledger/vfs"
)

func TestASecondWriterIsRefused(t *testing.T) {
	d, err := vfs.OS(t.TempDir())
	must(t, err)
	first := open(t, d, clew.Ethereum, small)
	_, err = Open(context.Background(), d, clew.Ethereum, small)
	if !errors.Is(err, ledger.ErrLocked) || !strings.Contains(err.Error(), "process ") {
		t.Fatalf("second writer: %v", err)
	}
	must(t, first.Append(context.Background(), ledgertest.NewHistory(clew.Ethereum, 1).Blocks(10, clew.TxID{}, 9)...))
	reader, err := Open(context.Background(), d, clew.Ethereum, Options{ReadOnly: true})
	must(t, err)
	defer reader.Close()
	shot, err := reader.Snapshot(context.Background())
	must(t, err)
	defer shot.Close()
	if shot.AsOf().Height != 18 {
		t.Errorf("a reader beside the writer stands at %d", shot.AsOf().Height)
	}
	must(t, first.Close())
	must(t, open(t, d, clew.Ethereum, small).Close())
}

func TestAReaderChangesNothing(t *testing.T) {
	d, m := smallLedger(t)
	steps := d.Steps()
	s, err := Open(context.Background(), d, clew.Ethereum, Options{ReadOnly: true})
	must(t, err)
	must(t, isIn(s, m))
	must(t, s.Verify(context.Background()))
	_, err = s.Load(context.Background(), ledger.Source{})
	for name, err := range map[string]error{
		"append":   s.Append(context.Background(), clew.Block{}),
		"rollback": s.Rollback(context.Background(), 0),
		"merge":    s.Merge(context.Background()),
		"load":     err,
	} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, s.Close())
	if d.Steps() != steps || d.Mapped() != 0 {
		t.Errorf("%d steps, %d mappings", d.Steps()-steps, d.Mapped())
	}
	if _, err := Open(context.Background(), vfs.NewMem(), clew.Ethereum, Options{ReadOnly: true}); !errors.Is(err, clew.ErrNotFound) {
		t.Errorf("an empty directory: %v", err)
	}
}

func TestWhatIsNotALedgerIsRefused(t *testing.T) {
	for _, c := range []struct {
		name    string
		chain   clew.Chain
		prepare func(d *vfs.Mem)
		want    string
	}{
		{"another chain", clew.Polygon, func(*vfs.Mem) {}, "eip155:1"},
		{"an unknown chain", "nonsense", func(d *vfs.Mem) { clearAll(d) }, "chain"},
		{"foreign files", clew.Ethereum, func(d *vfs.Mem) { clearAll(d); d.Overwrite("notes.txt", []byte("x")) }, "notes.txt"},
		{"a foreign manifest", clew.Ethereum, func(d *vfs.Mem) { d.Overwrite(manifestName, []byte("MANIFEST-000001\n")) }, "not the manifest of a ledger"},
		{"a newer manifest", clew.Ethereum, func(d *vfs.Mem) { d.Overwrite(manifestName, []byte("clew-ledger 2 3 00000000\n{}\n")) }, `version "2": want version 1`},
		{"an older manifest", clew.Ethereum, func(d *vfs.Mem) { d.Overwrite(manifestName, []byte("clew-ledger 0 3 00000000\n{}\n")) }, `version "0": want version 1`},
		{"a newer log", clew.Ethereum, func(d *vfs.Mem) { overwriteLog(d, "clewlog\x02") }, `version "2": want version 1`},
		{"a foreign log", clew.Ethereum, func(d *vfs.Mem) { overwriteLog(d, "PK\x03\x04......") }, "not the log of a ledger"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, _ := smallLedger(t)
			c.prepare(d)
			_, err := Open(context.Background(), d, c.chain, small)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q in it", err, c.want)
			}
			if lock, err := d.Lock(); err != nil {
				t.Errorf("the lock was kept: %v", err)
			} else {
				must(t, lock.Close())
			}
		})
	}
}

func clearAll(d *vfs.Mem) {
	names, _ := d.List()
	for _, name := range names {
		_ = d.Remove(name)
	}
}

func overwriteLog(d *vfs.Mem, content string) {
	names, _ := d.List()
	for _, name := range names {
		if strings.HasPrefix(name, logPrefix) {
			d.Overwrite(name, []byte(content))
		}
	}
}

func TestFilesGoWithTheLastSnapshot(t *testing.T) {
	d := vfs.NewMem()
	s := open(t, d, clew.Ethereum, small)
	blocks := ledgertest.NewHistory(clew.Ethereum, 1).Blocks(10, clew.TxID{}, 30)
	must(t, s.Append(context.Background(), blocks[:20]...))
	must(t, s.Merge(context.Background()))
	old := s.manifest.Segments[0].Name
	shots := [2]ledger.Snapshot{}
	for i := range shots {
		var err error
		shots[i], err = s.Snapshot(context.Background())
		must(t, err)
	}
	must(t, s.Append(context.Background(), blocks[20:]...))
	must(t, s.Merge(context.Background()))
	if s.manifest.Segments[0].Name == old {
		t.Fatal("nothing was merged")
	}
	for i, shot := range shots {
		if _, err := d.ReadFile(old); err != nil {
			t.Fatalf("%d snapshots are open, but %v", 2-i, err)
		}
		_, err := ledgertest.StateOf(context.Background(), shot)
		must(t, err)
		must(t, shot.Close())
		must(t, shot.Close())
	}
	if _, err := d.ReadFile(old); err == nil {
		t.Error("the file stayed after the last snapshot")
	}
	must(t, s.Close())
	if d.Mapped() != 0 {
		t.Errorf("%d mappings left open", d.Mapped())
	}
}

func TestASnapshotOutlivesTheStore(t *testing.T) {
	d, m := smallLedger(t)
	s := open(t, d, clew.Ethereum, small)
	shot, err := s.Snapshot(context.Background())
	must(t, err)
	must(t, s.Close())
	must(t, ledgertest.Verify(context.Background(), shot, &m.State, 1))
	must(t, shot.Close())
	if d.Mapped() != 0 {
		t.Errorf("%d mappings left open", d.Mapped())
	}
	if _, err := s.Snapshot(context.Background()); err == nil {
		t.Error("a closed ledger gave a snapshot")
	}
	if err := s.Append(context.Background(), clew.Block{}); err == nil {
		t.Error("a closed ledger took a block")
	}
}

func TestTheNumberOfSegmentsStaysSmall(t *testing.T) {
	d := vfs.NewMem()
	s := open(t, d, clew.Ethereum, small)
	h := ledgertest.NewHistory(clew.Ethereum, 1)
	var parent clew.TxID
	most := 0
	for height := range uint64(400) {
		b := h.Block(height, parent)
		parent = b.Ref.Hash
		must(t, s.Append(context.Background(), b))
		most = max(most, len(s.segments))
	}
	stats, err := s.Stats(context.Background())
	must(t, err)
	if bound := tierWidth * (1 + bits.Len64(stats.Transfers)/2); most >= bound || most < 2 || stats.Delayed != "" {
		t.Errorf("up to %d segments of %d transfers, %s", most, stats.Transfers, stats.Delayed)
	}
	if stats.HeadBlocks < small.Finality || stats.HeadBlocks > 20 {
		t.Errorf("%d blocks in the log", stats.HeadBlocks)
	}
	must(t, s.Merge(context.Background()))
	if len(s.segments) != 1 || len(s.blocks) != small.Finality {
		t.Errorf("%d segments and %d blocks after merging", len(s.segments), len(s.blocks))
	}
}

// countingFS counts files made of each kind.
type countingFS struct {
	vfs.FS
	made map[string]int
}

func (c countingFS) Create(name string) (vfs.File, error) {
	c.made[strings.TrimRight(name, "0123456789")]++
	return c.FS.Create(name)
}

func TestALoadInOrderIsWrittenOnce(t *testing.T) {
	d := countingFS{vfs.NewMem(), map[string]int{}}
	s := open(t, d, clew.Ethereum, Options{Runs: 100, Segment: segment.Options{PartRows: 1 << 20}})
	clear(d.made)
	must(t, loadAll(s, ledger.Source{Exact: true}, clew.Coverage{}, ledgertest.Facts{Transfers: transfersOf(ledgertest.NewHistory(clew.Ethereum, 1).Blocks(5, clew.TxID{}, 400))}))
	if len(s.segments) != 1 || d.made["segment-"] > 0 {
		t.Errorf("%d segments; made %v", len(s.segments), d.made)
	}
	runs := 0
	for name, n := range d.made {
		if strings.Contains(name, ".load") {
			runs += n
		}
	}
	if runs > 1 {
		t.Errorf("made %v", d.made)
	}
}

// TestLoadsBesideABlockStream is for the race detector.
func TestLoadsBesideABlockStream(t *testing.T) {
	s, m := open(t, vfs.NewMem(), clew.Ethereum, small), ledgertest.NewModel(clew.Ethereum)
	var loads sync.WaitGroup
	errs := make([]error, 3)
	for i := range errs {
		given := ledgertest.FactsOf(ledgertest.NewHistory(clew.Ethereum, uint64(i)).Blocks(uint64(i)*100, clew.TxID{}, 40))
		m.Load(ledger.Source{Exact: true}, given, clew.Coverage{})
		loads.Go(func() { errs[i] = loadAll(s, ledger.Source{Exact: true}, clew.Coverage{}, given) })
	}
	blocks := ledgertest.NewHistory(clew.Ethereum, 9).Blocks(1000, clew.TxID{}, 40)
	for _, b := range blocks {
		must(t, s.Append(context.Background(), b))
		_, err := s.Stats(context.Background())
		must(t, err)
	}
	loads.Wait()
	must(t, errors.Join(errs...))
	m.Append(blocks...)
	must(t, isIn(s, m))
	must(t, s.Verify(context.Background()))
}
