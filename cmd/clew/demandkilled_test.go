package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestDemandKilled kills real processes that cross a bridge on demand, by the signal
// that none can see, at questions of each kind: what is left is sound, and the next run
// ends as one that was not killed, without asking again for what was kept.
func TestDemandKilled(t *testing.T) {
	w, home := theftOverAcross(t), t.TempDir()
	want := placesOf(t, w.trace(t, t.TempDir()))
	all := w.count("")
	w.asked = nil
	for _, stop := range []int{3, 6, 8, 2, 4} {
		reached, n := make(chan struct{}), 0
		w.mu.Lock()
		w.odd = func(string) any {
			w.mu.Lock()
			defer w.mu.Unlock()
			if n++; n == stop {
				close(reached)
			}
			return nil
		}
		w.mu.Unlock()
		child := exec.Command(os.Args[0], "trace", personAt(1), "--asset", "native", "--explorer", w.where())
		child.Env = append(os.Environ(), "CLEW_TEST_AS_COMMAND=1", "CLEW_LEDGER="+filepath.Join(home, "ledger"), "CLEW_EXPLORERS=")
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-reached:
		case <-time.After(patience):
			_ = child.Process.Kill()
			_ = child.Wait()
			t.Fatalf("it asked %d times, of %d", n, stop)
		}
		_ = child.Process.Kill()
		_ = child.Wait()
		for _, command := range []string{"holes", "verify"} {
			if r := clewWith(t, home, nil, "ledger", command); r.code != 0 && r.code != 3 {
				t.Errorf("killed at question %d: ledger %s: exit %d\n%s%s", stop, command, r.code, r.stdout, r.stderr)
			}
		}
	}
	w.mu.Lock()
	w.odd = nil
	w.mu.Unlock()
	before := w.count("")
	if r := w.trace(t, home); r.code != 0 || placesOf(t, r) != want {
		t.Errorf("after all: exit %d, places %s\n%s", r.code, placesOf(t, r), r.stderr)
	}
	if n := w.count("") - before; n >= all {
		t.Errorf("%d questions at last, of %d: nothing was kept", n, all)
	}
}
