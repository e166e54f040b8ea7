package machine

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestKilobytes(t *testing.T) {
	const text = "Name:\tbench\nVmHWM:\t    2048 kB\nRssAnon:\t 12 kB\nBroken:\n"
	for field, want := range map[string]int64{"VmHWM:": 2048, "RssAnon:": 12, "Broken:": 0, "VmSwap:": 0} {
		if got := kilobytes([]byte(text), field); got != want {
			t.Errorf("%s %d, want %d", field, got, want)
		}
	}
}

func TestWatchSeesAllocation(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a process its memory")
	}
	const size = 64 << 20
	before := Start().Stop()
	w := Start()
	held := make([]byte, size)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1
	}
	w.sample()
	runtime.KeepAlive(held)
	after := w.Stop()
	if after.Anonymous < before.Anonymous+size/2 || after.Resident < size {
		t.Errorf("%+v after touching %d bytes, before it %+v", after, size, before)
	}
}

func TestSizeAndDropCache(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "inner"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int{"a": 100, "inner/b": 23} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, n), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Size(dir); got != 123 || err != nil {
		t.Errorf("size %d, %v, want 123", got, err)
	}
	if err := DropCache(dir); err != nil && runtime.GOOS == "linux" {
		t.Error(err)
	}
	if err := DropCache(filepath.Join(dir, "none")); err == nil {
		t.Error("a missing folder was dropped from the cache")
	}
}
