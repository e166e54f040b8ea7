package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"math/bits"
)

// Root returns the root of the Merkle tree over files, in hexadecimal digits.
// It is the Merkle tree hash of RFC 6962, section 2.1. The data of a leaf is
// the line that sha256sum writes of the file: its SHA-256 in small hexadecimal
// digits, two spaces, its name, and a line feed. Files are in the order of
// their names' bytes.
func Root(files []File) string {
	leaves := make([][sha256.Size]byte, len(files))
	for i, f := range files {
		leaves[i] = sha256.Sum256([]byte("\x00" + f.SHA256 + "  " + f.Name + "\n"))
	}
	root := rootOf(leaves)
	return hex.EncodeToString(root[:])
}

func rootOf(nodes [][sha256.Size]byte) [sha256.Size]byte {
	switch len(nodes) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return nodes[0]
	}
	k := 1 << (bits.Len(uint(len(nodes)-1)) - 1) // the largest power of two below their number
	left, right := rootOf(nodes[:k]), rootOf(nodes[k:])
	pair := append([]byte{1}, left[:]...)
	return sha256.Sum256(append(pair, right[:]...))
}
