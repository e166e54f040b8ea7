package disk

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/ledgertest"
	"clew/ledger/vfs"
)

// smallLedger returns a closed ledger with segments and a log, and what it
// holds.
func smallLedger(t *testing.T) (*vfs.Mem, *ledgertest.Model) {
	t.Helper()
	d := vfs.NewMem()
	_, m, failed, err := drive(d, script())
	if err != nil {
		t.Fatal(failed, err)
	}
	return d, m
}

func TestFlippedBitsAreNamedOrHarmless(t *testing.T) {
	d, m := smallLedger(t)
	names, _ := d.List()
	random := rand.New(rand.NewPCG(1, 1))
	for _, name := range names {
		content, err := d.ReadFile(name)
		must(t, err)
		trials := min(len(content)*8, 1200/stride())
		detected := 0
		for i := range trials {
			bit := i
			if trials < len(content)*8 {
				bit = random.IntN(len(content) * 8)
			}
			damaged := append([]byte(nil), content...)
			damaged[bit/8] ^= 1 << (bit % 8)
			if damageNoticed(t, d, name, damaged, m) {
				detected++
			}
		}
		t.Logf("%s: %d of %d flipped bits noticed", name, detected, trials)
		if detected == 0 {
			t.Errorf("%s: nothing was noticed", name)
		}
	}
}

func TestTruncatedFilesAreNamedOrHarmless(t *testing.T) {
	d, m := smallLedger(t)
	names, _ := d.List()
	for _, name := range names {
		content, err := d.ReadFile(name)
		must(t, err)
		for size := 0; size < len(content); size += 1 + len(content)/300 {
			if !damageNoticed(t, d, name, content[:size], m) {
				t.Errorf("%s cut to %d bytes: not noticed", name, size)
			}
		}
	}
}

// damageNoticed opens a ledger with one file changed, and reads all of it. An
// error must be damage, and name the file; without one the answers must be
// right.
func damageNoticed(t *testing.T, d *vfs.Mem, name string, content []byte, m *ledgertest.Model) bool {
	t.Helper()
	damaged := d.Crash(vfs.KeepAll)
	damaged.Overwrite(name, content)
	err := readAll(damaged, m)
	var input *clew.InputError
	switch {
	case err == nil:
		return false
	case errors.As(err, &input) && strings.Contains(input.Field, "version"):
		return true // a version that cannot be read
	case !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), name):
		t.Errorf("%s: %v", name, err)
	}
	return true
}

func readAll(d vfs.FS, m *ledgertest.Model) error {
	s, err := Open(context.Background(), d, clew.Ethereum, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Verify(context.Background()); err != nil {
		if !errors.Is(err, ledger.ErrDamaged) {
			return err
		}
		// What is damaged must not be served either, or not matter.
		if readErr := isIn(s, m); readErr != nil && !errors.Is(readErr, ledger.ErrDamaged) {
			return readErr
		}
		return err
	}
	return isIn(s, m)
}

func TestAMissingFileIsNamed(t *testing.T) {
	d, _ := smallLedger(t)
	names, _ := d.List()
	for _, name := range names {
		without := d.Crash(vfs.KeepAll)
		must(t, without.Remove(name))
		for _, options := range []Options{small, {ReadOnly: true}} {
			s, err := Open(context.Background(), without, clew.Ethereum, options)
			if err == nil {
				_ = s.Close()
				t.Fatalf("%s: missing and not noticed", name)
			}
			readOnly := options.ReadOnly && name == manifestName && errors.Is(err, clew.ErrNotFound)
			if !readOnly && (!errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), name)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after, _ := without.List(); len(after) != len(names)-1 {
			t.Errorf("opening without %s left %d files of %d", name, len(after), len(names)-1)
		}
	}
}

func TestSwappedSegmentsAreNoticed(t *testing.T) {
	d, _ := smallLedger(t)
	other := vfs.NewMem()
	s := open(t, other, clew.Ethereum, small)
	must(t, loadAll(s, ledger.Source{Exact: true}, clew.Coverage{}, ledgertest.FactsOf(ledgertest.NewHistory(clew.Ethereum, 70).Blocks(5, clew.TxID{}, 3))))
	must(t, s.Close())
	foreign, err := other.ReadFile(s.manifest.Segments[0].Name)
	must(t, err)
	names, _ := d.List()
	for _, name := range names {
		if strings.HasPrefix(name, segmentPrefix) {
			d.Overwrite(name, foreign)
			if _, err := Open(context.Background(), d, clew.Ethereum, small); !errors.Is(err, ledger.ErrDamaged) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A file cut short while it is mapped faults when it is read: that is an error
// and not the end of the process.
func TestAFileCutShortWhileOpenIsAnError(t *testing.T) {
	dir := t.TempDir()
	d, err := vfs.OS(dir)
	must(t, err)
	s := open(t, d, clew.Ethereum, Options{})
	h := ledgertest.NewHistory(clew.Ethereum, 1)
	h.PerBlock = 100
	blocks := h.Blocks(5, clew.TxID{}, 60)
	must(t, loadAll(s, ledger.Source{Exact: true}, clew.Coverage{}, ledgertest.FactsOf(blocks)))
	shot, err := s.Snapshot(context.Background())
	must(t, err)
	defer shot.Close()
	name := s.manifest.Segments[0].Name
	must(t, os.Truncate(filepath.Join(dir, name), 4096))
	if _, err := ledgertest.StateOf(context.Background(), shot); !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), name) {
		t.Errorf("read: %v", err)
	}
	if err := s.Verify(context.Background()); !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), name) {
		t.Errorf("verify: %v", err)
	}
	if err := s.Append(context.Background(), h.Block(500, clew.TxID{})); err != nil {
		t.Errorf("append: %v", err)
	}
}
