package machine

import (
	"os"

	"golang.org/x/sys/unix"
)

// drop writes out a file and drops it from the page cache.
func drop(f *os.File) error {
	if err := unix.Fdatasync(int(f.Fd())); err != nil {
		return err
	}
	return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
}
