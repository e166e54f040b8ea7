package machine

import (
	"bytes"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Memory is the most that this process held at once, in bytes.
type Memory struct {
	Resident  int64 `json:"resident"`  // with mapped files
	Anonymous int64 `json:"anonymous"` // without: what the kernel cannot take back
}

// A Watch follows the memory of this process.
type Watch struct {
	stop chan struct{}
	done sync.WaitGroup
	peak atomic.Int64
}

// watchEvery is how often anonymous memory is read: the kernel keeps no peak of
// it.
const watchEvery = 10 * time.Millisecond

// Start begins to watch.
func Start() *Watch {
	w := &Watch{stop: make(chan struct{})}
	w.done.Go(func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			w.sample()
			select {
			case <-tick.C:
			case <-w.stop:
				return
			}
		}
	})
	return w
}

// Stop ends watching and returns the peaks; that of resident memory is of the
// whole life of the process.
func (w *Watch) Stop() Memory {
	close(w.stop)
	w.done.Wait()
	return Memory{Resident: status("VmHWM:"), Anonymous: w.peak.Load()}
}

func (w *Watch) sample() {
	if now := status("RssAnon:"); now > w.peak.Load() {
		w.peak.Store(now) // what another sample stores between is as good
	}
}

// status reads a size in bytes from the kernel's account of this process; 0 if
// there is none.
func status(field string) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	return 1024 * kilobytes(text, field)
}

// kilobytes returns the number after a field's name at the start of a line.
func kilobytes(text []byte, field string) int64 {
	for line := range bytes.Lines(text) {
		rest, ok := bytes.CutPrefix(line, []byte(field))
		if !ok {
			continue
		}
		if fields := bytes.Fields(rest); len(fields) > 0 {
			n, _ := strconv.ParseInt(string(fields[0]), 10, 64)
			return n
		}
	}
	return 0
}
