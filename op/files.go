package op

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"clew"
)

// A given is a file that the user named, read no further than a bound.
type given struct {
	fs.File
	field, name string
	left        int64
	most        int64
}

// openGiven opens a file that the user named. A folder, a pipe or a device, and
// what cannot be opened, are the user's mistake; so is a file of more than most
// bytes, which is found while it is read.
func openGiven(env *Env, field, name string, most int64) (*given, error) {
	info, err := fs.Stat(env.Files, name)
	if err != nil {
		return nil, givenWanted(err, field, name)
	}
	if info.IsDir() {
		return nil, &clew.InputError{Field: field, Value: name, Want: "a file; this is a folder"}
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for somebody to write
		return nil, &clew.InputError{Field: field, Value: name, Want: "a regular file; this is a pipe or a device"}
	}
	f, err := env.Files.Open(name)
	if err != nil {
		return nil, givenWanted(err, field, name)
	}
	return &given{File: f, field: field, name: name, left: most, most: most}, nil
}

// Read reads on, up to the bound.
func (g *given) Read(p []byte) (int, error) {
	if int64(len(p)) > g.left+1 {
		p = p[:g.left+1]
	}
	n, err := g.File.Read(p)
	g.left -= int64(n)
	if g.left < 0 {
		return 0, &clew.InputError{Field: g.field, Value: g.name, Want: fmt.Sprintf("a file of at most %d MiB", g.most>>20)}
	}
	return n, err
}

// givenWanted says of what was wrong with a file that it is the user's, unless
// it is a disk's failure.
func givenWanted(err error, field, name string) error {
	var wrong *clew.InputError
	var path *fs.PathError
	switch {
	case err == nil || errors.As(err, &wrong):
		return err
	case errors.As(err, &path) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrInvalid):
		return err
	case errors.As(err, &path):
		return &clew.InputError{Field: field, Value: name, Want: "a file that can be read: " + path.Err.Error()}
	case errors.Is(err, io.EOF):
		return &clew.InputError{Field: field, Value: name, Want: "a file that is not empty"}
	}
	return &clew.InputError{Field: field, Value: name, Want: "a file that can be read: " + err.Error()}
}
