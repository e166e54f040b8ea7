package share

import (
	"encoding/json"

	"github.com/google/uuid"
)

// namespace is that of identifiers which follow from what is said: a UUID of
// this project's own.
var namespace = uuid.MustParse("7a5f0c1e-2d3b-4c64-9d0a-51b8e6f2c9a7")

// UUID returns the UUID, of version 5, of what parts say together.
func UUID(parts ...string) string {
	data, err := json.Marshal(parts)
	if err != nil {
		panic("share: " + err.Error()) // strings
	}
	return uuid.NewSHA1(namespace, data).String()
}
