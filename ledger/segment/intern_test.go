package segment

import (
	"bytes"
	"testing"
)

// TestKeysThatDifferInOneByte compares keys of every length that keys have.
func TestKeysThatDifferInOneByte(t *testing.T) {
	for _, size := range []int{2, 20, 32, 33} {
		key := bytes.Repeat([]byte{7}, size)
		if !equalKeys(key, bytes.Clone(key)) {
			t.Errorf("a key of %d bytes is not itself", size)
		}
		for i := range key {
			other := bytes.Clone(key)
			other[i] ^= 1 << (i % 8)
			if equalKeys(key, other) {
				t.Errorf("keys of %d bytes are the same, but for byte %d", size, i)
			}
		}
	}
}
