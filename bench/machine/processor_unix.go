//go:build unix

package machine

import (
	"syscall"
	"time"
)

// ProcessorTime returns how long this process has had a processor, or several at
// once, so far: what others on the machine do adds nothing to it but what they
// push out of caches.
func ProcessorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
