package vfs

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// each runs a test on both file systems.
func each(t *testing.T, test func(t *testing.T, d FS)) {
	t.Run("mem", func(t *testing.T) { test(t, NewMem()) })
	t.Run("os", func(t *testing.T) {
		d, err := MakeOS(filepath.Join(t.TempDir(), "a", "b"))
		if err != nil {
			t.Fatal(err)
		}
		test(t, d)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, f File, text string) {
	t.Helper()
	n, err := f.Write([]byte(text))
	if err != nil || n != len(text) {
		t.Fatalf("wrote %d of %d bytes: %v", n, len(text), err)
	}
}

func put(t *testing.T, d FS, name, text string) {
	t.Helper()
	f, err := d.Create(name)
	must(t, err)
	write(t, f, text)
	must(t, f.Sync())
	must(t, f.Close())
}

func TestFilesAreWrittenReadRenamedAndRemoved(t *testing.T) {
	each(t, func(t *testing.T, d FS) {
		put(t, d, "a", "hello")
		f, err := d.Append("a")
		must(t, err)
		write(t, f, " world")
		must(t, f.Close())
		put(t, d, "b", "old")
		must(t, d.Rename("a", "b"))
		must(t, d.Sync())
		if names, err := d.List(); err != nil || !slices.Equal(names, []string{"b"}) {
			t.Fatalf("names %q, %v", names, err)
		}
		must(t, d.Truncate("b", 7))
		m, err := d.Map("b")
		must(t, err)
		m.Advise(0, 7, Sequential)
		m.Advise(3, 100, Random)
		m.Advise(2, 3, Soon)
		if string(m.Bytes()) != "hello w" {
			t.Fatalf("mapped %q", m.Bytes())
		}
		must(t, m.Close())
		must(t, m.Close())
		content, err := d.ReadFile("b")
		if err != nil || string(content) != "hello w" {
			t.Fatalf("read %q, %v", content, err)
		}
		must(t, d.Remove("b"))
		for what, err := range map[string]error{
			"read": second(d.ReadFile("b")), "map": second(d.Map("b")), "remove": d.Remove("b"),
			"rename": d.Rename("b", "c"), "truncate": d.Truncate("b", 0),
		} {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s of a missing file: %v", what, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestAnEmptyFileIsMapped(t *testing.T) {
	each(t, func(t *testing.T, d FS) {
		put(t, d, "a", "")
		m, err := d.Map("a")
		must(t, err)
		if len(m.Bytes()) != 0 {
			t.Fatalf("%d bytes", len(m.Bytes()))
		}
		must(t, m.Close())
	})
}

func TestASecondWriterIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d FS) {
		lock, err := d.Lock()
		must(t, err)
		if _, err := d.Lock(); !errors.Is(err, ErrLocked) {
			t.Fatalf("second lock: %v", err)
		}
		must(t, lock.Close())
		lock, err = d.Lock()
		must(t, err)
		if names, _ := d.List(); len(names) != 0 {
			t.Fatalf("the lock is listed: %q", names)
		}
		must(t, lock.Close())
	})
}

func TestALockNamesItsHolder(t *testing.T) {
	d, err := OS(t.TempDir())
	must(t, err)
	lock, err := d.Lock()
	must(t, err)
	defer lock.Close()
	if _, err := d.Lock(); err == nil || !strings.Contains(err.Error(), "process ") {
		t.Fatalf("%v", err)
	}
}

func TestNamesArePlain(t *testing.T) {
	d, err := OS(t.TempDir())
	must(t, err)
	for _, name := range []string{"", ".", "..", "a/b", "../a", `a\b`} {
		if _, err := d.Create(name); err == nil {
			t.Errorf("%q was made", name)
		}
	}
}

func TestADirectoryThatIsNotThere(t *testing.T) {
	if _, err := OS(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if _, err := OS(file); err == nil {
		t.Fatal("a file was taken for a directory")
	}
}

func TestGuardTurnsAFaultIntoAnError(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("faults on truncated maps are tested on Linux")
	}
	dir := t.TempDir()
	d, err := OS(dir)
	must(t, err)
	put(t, d, "a", strings.Repeat("x", 1<<16))
	m, err := d.Map("a")
	must(t, err)
	defer m.Close()
	must(t, os.Truncate(filepath.Join(dir, "a"), 100))
	var sum int
	err = Guard(func() error {
		for _, b := range m.Bytes() {
			sum += int(b)
		}
		return nil
	})
	if !errors.Is(err, ErrFault) {
		t.Fatalf("%v", err)
	}
}

func TestGuardPassesErrorsAndPanics(t *testing.T) {
	want := errors.New("mine")
	if err := Guard(func() error { return want }); err != want {
		t.Fatalf("%v", err)
	}
	defer func() {
		if recover() == nil {
			t.Fatal("the panic was swallowed")
		}
	}()
	var nobody *Mem
	_ = Guard(func() error { nobody.steps++; return nil })
}

func TestWhatACrashLeaves(t *testing.T) {
	build := func() *Mem {
		d := NewMem()
		put(t, d, "kept", "synced")
		must(t, d.Sync())
		f, _ := d.Append("kept")
		write(t, f, "+unsynced")
		put(t, d, "new", "content")
		must(t, d.Rename("new", "renamed"))
		return d
	}
	for _, c := range []struct {
		name    string
		variant int
		names   []string
		kept    string
	}{
		{"nothing unsynced", LoseAll, []string{"kept"}, "synced"},
		{"everything", KeepAll, []string{"kept", "renamed"}, "synced+unsynced"},
		{"no names", LoseNames, []string{"kept"}, "synced+unsynced"},
		{"no bytes", LoseBytes, []string{"kept", "renamed"}, "synced"},
	} {
		t.Run(c.name, func(t *testing.T) {
			after := build().Crash(c.variant)
			names, _ := after.List()
			content, _ := after.ReadFile("kept")
			if !slices.Equal(names, c.names) || string(content) != c.kept {
				t.Errorf("names %q, content %q", names, content)
			}
		})
	}
	seen := map[string]bool{}
	for variant := Torn; variant < Torn+100; variant++ {
		after := build().Crash(variant)
		content, err := after.ReadFile("kept")
		must(t, err)
		if !bytes.HasPrefix(content, []byte("synced")) {
			t.Fatalf("synced bytes were lost: %q", content)
		}
		names, _ := after.List()
		seen[strings.Join(names, " ")] = true
	}
	if len(seen) < 3 {
		t.Errorf("only %d kinds of directories: %v", len(seen), seen)
	}
}

func TestAStoppedFileSystemDoesNothing(t *testing.T) {
	d := NewMem()
	put(t, d, "a", "1")
	must(t, d.Sync())
	d.StopAt(2)
	f, err := d.Append("a")
	must(t, err)
	write(t, f, "2")
	if _, err := f.Write([]byte("3")); !errors.Is(err, ErrStopped) {
		t.Fatalf("write: %v", err)
	}
	if err := f.Sync(); !errors.Is(err, ErrStopped) || !d.Stopped() {
		t.Fatalf("sync: %v", err)
	}
	content, _ := d.Crash(KeepAll).ReadFile("a")
	if string(content) != "123" {
		t.Errorf("the last write may survive, but found %q", content)
	}
	content, _ = d.Crash(LoseAll).ReadFile("a")
	if string(content) != "1" {
		t.Errorf("found %q", content)
	}
}

func TestAFailedStepIsOne(t *testing.T) {
	full := errors.New("disk full")
	d := NewMem()
	put(t, d, "a", "1")
	must(t, d.Sync())
	f, _ := d.Append("a")
	d.FailAt(1, full)
	if n, err := f.Write([]byte("2345")); err != full || n != 0 {
		t.Fatalf("%d, %v", n, err)
	}
	write(t, f, "6")
	content, _ := d.ReadFile("a")
	if string(content) != "1236" {
		t.Errorf("%q", content)
	}
}

func TestAFailedSyncLosesBytesForGood(t *testing.T) {
	d := NewMem()
	put(t, d, "a", "1")
	must(t, d.Sync())
	f, _ := d.Append("a")
	write(t, f, "2")
	d.FailAt(1, errors.New("medium"))
	if f.Sync() == nil {
		t.Fatal("the sync did not fail")
	}
	must(t, f.Sync())
	content, _ := d.Crash(LoseAll).ReadFile("a")
	if string(content) != "1\x00" {
		t.Errorf("%q", content)
	}
	must(t, d.Truncate("a", 1))
	write(t, f, "3")
	must(t, f.Sync())
	content, _ = d.Crash(LoseAll).ReadFile("a")
	if string(content) != "13" {
		t.Errorf("after a new start: %q", content)
	}
}

func TestAClosedMappingIsScribbledOver(t *testing.T) {
	d := NewMem()
	put(t, d, "a", "1")
	m, err := d.Map("a")
	must(t, err)
	b := m.Bytes()
	if d.Mapped() != 1 {
		t.Errorf("%d mappings", d.Mapped())
	}
	must(t, m.Close())
	if string(b) == "1" || d.Mapped() != 0 {
		t.Errorf("%q, %d mappings", b, d.Mapped())
	}
}

// What is made in a directory is as open as the directory, and a private one is the
// user's alone.
func TestFilesAreAsOpenAsTheirDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	private, err := MakePrivateOS(dir)
	must(t, err)
	held, err := private.Lock()
	must(t, err)
	must(t, held.Close())
	f, err := private.Create("file")
	must(t, err)
	must(t, f.Close())
	for name, want := range map[string]os.FileMode{dir: 0o700, filepath.Dir(dir): 0o700, filepath.Join(dir, "file"): 0o600, filepath.Join(dir, lockName): 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %o", name, info.Mode(), err, want)
		}
	}
}
