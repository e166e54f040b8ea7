package op

import (
	"context"

	"clew/casebook"
)

// readBundle reads a kept file as an evidence bundle.
func readBundle(context.Context, []byte) (*casebook.Contents, error) { return nil, nil }
