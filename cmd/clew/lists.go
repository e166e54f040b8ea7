package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"clew"
	"clew/config"
	"clew/op"
	"clew/report"
)

// listsIn returns where editions of official lists are kept.
func listsIn(c config.Lists) op.Lists {
	l := op.Lists{Sources: c.Sources, Age: c.Age, Program: build()}
	if c.Dir != "" {
		l.Files = os.DirFS(c.Dir)
	}
	l.Keep = func(name string, content []byte, replace bool) error {
		if c.Dir == "" {
			return &clew.InputError{Field: config.ListsVariable, Want: "a folder to keep lists in: the environment names no home"}
		}
		name = filepath.Join(c.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if replace {
			return replaceFile(name, content, openMode, 0)
		}
		return newFile(name, content)
	}
	return l
}

// newFile writes a file whole or not at all, and never in the place of another.
func newFile(name string, data []byte) error {
	made := name + ".new"
	if err := replaceFile(made, data, openMode, 0); err != nil {
		return err
	}
	err := os.Link(made, name)
	if errors.Is(err, fs.ErrExist) {
		err = fmt.Errorf("%s: somebody else has kept an edition meanwhile; update again", name)
	}
	return errors.Join(err, os.Remove(made))
}

// A lineWriter writes what is screened line by line, in forms that have lines.
// Into a file it is written whole at the end, as every answer is.
type lineWriter struct {
	writer *report.ScreenWriter
	begun  bool
	file   string
	held   bytes.Buffer
}

// screened lets an operation write line by line where the form has lines.
func (sys *system) screened(cmd *command, env *op.Env) *lineWriter {
	c := &cmd.config
	l := &lineWriter{file: c.Out}
	if c.Form() == report.Text || c.HTML != "" || c.PDF != "" || c.Bundle != "" || c.Table != "" {
		return l
	}
	env.Screened = func(one *report.Screened) error {
		if !l.begun {
			l.begun = true
			var w io.Writer = sys.Stdout
			if l.file != "" {
				w = &l.held
			}
			l.writer = report.NewScreenWriter(w, c.Form())
		}
		return l.writer.Write(one)
	}
	env.Waiting = func() error {
		if !l.begun || l.file != "" {
			return nil
		}
		return l.writer.Flush()
	}
	return l
}

// end writes what is held back, and the sum.
func (l *lineWriter) end(r report.Result) error {
	sum, ok := r.(*report.Screening)
	if !l.begun || !ok {
		return nil
	}
	err := l.writer.End(sum)
	if err == nil && l.file != "" {
		err = writeFile(l.file, l.held.Bytes(), openMode)
	}
	return err
}
