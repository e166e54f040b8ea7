package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"clew"
	"clew/config"
)

// writeFile writes a file whole or not at all: under another name first. A
// symbolic link is followed, and a file that is there keeps its mode. What is
// no file, such as a device or a pipe, is written into as it stands, and so is
// what is open already, such as /dev/stdout.
func writeFile(name string, data []byte) error {
	mode := fs.FileMode(0o644)
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if to, linked := linkOf(name); linked {
			return writeFile(to, data) // ends: a circle of links is another error
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
		mode = info.Mode().Perm()
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return err
		}
	}
	return replaceFile(name, data, mode)
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

// replaceFile puts a file where there was another or none.
func replaceFile(name string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	var at *fs.PathError
	if errors.As(err, &at) {
		err = &fs.PathError{Op: "writing", Path: name, Err: at.Err} // not the temporary name
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
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
