package vfs

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// ErrFault is wrapped where bytes of a mapping could not be read: the medium
// failed, or somebody cut the file short.
var ErrFault = errors.New("memory-mapped file cannot be read")

// Guard calls read, and turns a memory fault within it into an error that
// wraps [ErrFault]. Every other panic passes through. A fault in a goroutine
// that read starts is not caught.
func Guard(read func() error) (err error) {
	before := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(before)
		if fault := recover(); fault != nil {
			at, ok := fault.(interface{ Addr() uintptr })
			if !ok {
				panic(fault)
			}
			err = fmt.Errorf("%w, at address %#x", ErrFault, at.Addr())
		}
	}()
	return read()
}
