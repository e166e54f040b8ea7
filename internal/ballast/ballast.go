// Package ballast is imported for its name alone, by tests of packages whose heaps
// are small and live short: without it they spend half of their time on collecting
// garbage, hundreds of times a second. It is for tests alone.
package ballast

// Held is memory that nobody writes, so that it takes up none; but a heap is
// collected only after it has grown by as much as it holds.
var Held = make([]byte, 64<<20)
