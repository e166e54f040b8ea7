package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"clew"
	"clew/config"
)

// Modes of files that were not there. The user's umask takes away from both.
const (
	openMode  fs.FileMode = 0o666 // as other programs make files
	ownerMode fs.FileMode = 0o600 // for nobody but the user
)

// newMode returns the mode of what a command writes where no file is yet.
func (cmd *command) newMode() fs.FileMode {
	if cmd.config.Victims || cmd.op.Confidential(cmd.input) {
		return ownerMode
	}
	return openMode
}

// writeFile writes a file whole or not at all: under another name first. A
// symbolic link is followed, and a file that is there keeps its mode; mode is
// that of a new one. What is no file, such as a device or a pipe, is written into
// as it stands, and so is what is open already, such as /dev/stdout.
func writeFile(name string, data []byte, mode fs.FileMode) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if to, linked := linkOf(name); linked {
			return writeFile(to, data, mode) // ends: a circle of links is another error
		}
	case err != nil:
		return err
	case isOpen(os.Stdout, info):
		_, err := os.Stdout.Write(data)
		return err
	case isOpen(os.Stderr, info):
		_, err := os.Stderr.Write(data)
		return err
	default:
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err // a folder, or a file that must not be written
		}
		if !info.Mode().IsRegular() {
			return writeInto(f, data)
		}
		if err := f.Close(); err != nil {
			return err
		}
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return err
		}
		return replaceFile(name, data, ownerMode, info.Mode().Perm())
	}
	return replaceFile(name, data, mode, 0)
}

// writable finds out before the work what would be found out after it: that a file
// that is to be written is in no folder, or is one.
func writable(c *config.Config) error {
	if c.Graph != "" && !strings.HasSuffix(c.Graph, ".graphml") && !strings.HasSuffix(c.Graph, ".csv") {
		return &clew.InputError{Field: "graph", Value: c.Graph, Want: "a file whose name ends in .graphml or .csv"}
	}
	for _, file := range []struct{ field, name string }{{"html", c.HTML}, {"pdf", c.PDF}, {"graph", c.Graph}, {"bundle", c.Bundle}, {"out", c.Out}} {
		field, name := file.field, file.name
		if name == "" {
			continue
		}
		folder, err := os.Stat(filepath.Dir(name))
		if info, _ := os.Stat(name); err != nil || !folder.IsDir() || info != nil && info.IsDir() {
			return &clew.InputError{Field: field, Value: name, Want: "a file that can be written, in a folder that is there"}
		}
	}
	return nil
}

// isOpen reports whether f is what info describes: to replace it would take
// away what others write to.
func isOpen(f *os.File, info fs.FileInfo) bool {
	have, err := f.Stat()
	return err == nil && os.SameFile(have, info)
}

// linkOf returns what a symbolic link points at.
func linkOf(name string) (to string, linked bool) {
	to, err := os.Readlink(name)
	if err != nil {
		return "", false
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(filepath.Dir(name), to)
	}
	return to, true
}

// writeInto writes to what is no file, and closes it.
func writeInto(f *os.File, data []byte) error {
	_, err := f.Write(data)
	return errors.Join(err, f.Close())
}

// replaceFile puts a file where there was another or none. It is made with a mode that
// the umask bounds; kept, if it is not 0, is the mode that it gets whatever the umask.
func replaceFile(name string, data []byte, mode, kept fs.FileMode) error {
	f, err := fileBeside(name, mode)
	var at *fs.PathError
	if errors.As(err, &at) {
		err = &fs.PathError{Op: "writing", Path: name, Err: at.Err} // not the temporary name
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && kept != 0 {
		err = f.Chmod(kept)
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// fileBeside makes a hidden file in the folder of another, under a name that no file
// has. [os.CreateTemp] would not ask the umask.
func fileBeside(name string, mode fs.FileMode) (*os.File, error) {
	for {
		made := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text()[:10])
		f, err := os.OpenFile(made, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}
