//go:build !amd64 && !arm64

package segment

// Other processors find for themselves what to bring.

func prefetchEach([]byte, []uint32, uint64) {}

func prefetchLines([]byte) {}
