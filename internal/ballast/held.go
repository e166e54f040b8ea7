//go:build !race

package ballast

// Held is memory that nobody writes, so that it takes up none; but a heap is
// collected only after it has grown by as much as it holds. The race detector would
// write to it.
var Held = make([]byte, 64<<20)
