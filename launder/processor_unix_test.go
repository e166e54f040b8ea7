//go:build unix

package launder

import (
	"syscall"
	"testing"
	"time"
)

// processorTime returns how long this process has had a processor so far, the
// collector of its garbage among it: what others on the machine do adds nothing to
// it but what they push out of caches.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
