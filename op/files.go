package op

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

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

// canWrite refuses a file to write that has no folder to be in, or is one, or is
// one of those that are read for it, by whatever name, before any work is done for
// it. What cannot be looked up is left to the writing.
func (env *Env) canWrite(field, name string, read ...string) error {
	if name == "" {
		return nil
	}
	folder, err := fs.Stat(env.Files, filepath.Dir(name))
	there, _ := fs.Stat(env.Files, name)
	for _, one := range read {
		info, _ := fs.Stat(env.Files, one)
		if filepath.Clean(one) == filepath.Clean(name) || info != nil && there != nil && os.SameFile(info, there) {
			return &clew.InputError{Field: field, Value: name, Want: "another file than those that are read: what is in that one would be lost"}
		}
	}
	if errors.Is(err, fs.ErrNotExist) || err == nil && !folder.IsDir() || there != nil && there.IsDir() {
		return unwritable(field, name)
	}
	return nil
}

// write writes a file that the user named, whole or not at all.
func (env *Env) write(field, name string, content []byte) error {
	err := env.Replace(name, content)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return unwritable(field, name)
	}
	return err
}

// writeStart writes a file that is there to be changed by hand, and never over one
// that may have been.
func (env *Env) writeStart(field, name string, content []byte) error {
	if _, err := fs.Stat(env.Files, name); err == nil {
		return &clew.InputError{Field: field, Value: name, Want: "a name that no file has: what is written in that one would be lost"}
	}
	return env.write(field, name, content)
}

func unwritable(field, name string) error {
	return &clew.InputError{Field: field, Value: name, Want: "a file that can be written, in a folder that is there"}
}
