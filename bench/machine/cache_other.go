//go:build !linux

package machine

import (
	"errors"
	"os"
)

// drop cannot empty the page cache here, so that nothing would be cold.
func drop(*os.File) error { return errors.ErrUnsupported }
