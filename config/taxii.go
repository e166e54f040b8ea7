package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"clew"
)

// TaxiiVariable says where what a TAXII server takes in is kept.
const TaxiiVariable = "CLEW_TAXII"

// TaxiiDir returns that folder, or "" where the environment names no place.
func (env Environment) TaxiiDir() string {
	if dir := env.Getenv(TaxiiVariable); dir != "" {
		return dir
	}
	if data := env.dataDir(); data != "" {
		return filepath.Join(data, "clew", "taxii")
	}
	return ""
}

// Secret returns what a file, named @FILE, or a variable, named env:NAME,
// holds. Nothing of it is in an error.
func (env Environment) Secret(field, name string, files fs.FS) (string, error) {
	if !strings.HasPrefix(name, "@") && !strings.HasPrefix(name, "env:") {
		return "", &clew.InputError{Field: field, Want: "@FILE or env:NAME: keys are on no command line"}
	}
	text, err := env.described(name, files)
	if wrong := (*clew.InputError)(nil); errors.As(err, &wrong) {
		return "", &clew.InputError{Field: field, Value: wrong.Value, Want: wrong.Want}
	}
	return text, err
}
