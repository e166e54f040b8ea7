package taxii

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/google/uuid"
)

// identifier returns an identifier that follows from what parts say together, so
// that a collection has the same one after every start. It has the form of a
// UUID of version 4, as the standard wants it (2).
func identifier(parts ...string) string {
	data, err := json.Marshal(append([]string{"clew taxii"}, parts...))
	if err != nil {
		panic("taxii: " + err.Error()) // strings
	}
	sum := sha256.Sum256(data)
	return formed([16]byte(sum[:16]))
}

// formed makes a UUID of version 4 of 16 bytes.
func formed(b [16]byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return uuid.UUID(b).String()
}

// drawn returns an identifier of random bytes.
func drawn(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", errors.New("no random numbers are to be had")
	}
	return formed(b), nil
}

func sortByDate(items []*item) {
	slices.SortFunc(items, func(a, b *item) int { return int(min(max(a.added-b.added, -1), 1)) })
}
