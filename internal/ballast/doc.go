// Package ballast is imported for its name alone, by tests of packages whose heaps
// are small and live short: without it they spend half of their time on collecting
// garbage, hundreds of times a second. It is for tests alone.
package ballast
