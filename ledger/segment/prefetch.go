//go:build amd64 || arm64

package segment

// prefetchEach asks the processor to bring the first and the last byte of
// entries of size bytes each, counted from the start of b, so that many can be
// on their way before the first is used. It changes nothing, and never fails:
// entries beyond b are no error.
//
//go:noescape
func prefetchEach(b []byte, entries []uint32, size uint64)

// prefetchLines does so for all of b.
//
//go:noescape
func prefetchLines(b []byte)
